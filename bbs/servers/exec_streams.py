"""Standard input and output of a command over a link, with back-pressure both ways."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final

from bbs.errors import Invalid
from bbs.text.clean import gate

HELD = 64 * 1024
"""Bytes of input kept for the command before the far end has to wait."""
PIECE = 32 * 1024
"""Bytes of output handed over at once."""

_PASS: Final = re.compile(r"(\x1b\[[0-9;]*[mK]|\r)")
"""Colours, clearing the rest of a row, and going back to its start."""


class Input:
    """What the far end sends, for a command to read; raises Invalid(`server.stdin_limit`) past `limit` bytes."""

    def __init__(self, limit: int, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        self._limit = limit
        self._pause = pause
        self._resume = resume
        self._held = bytearray()
        self._total = 0
        self._ended = False
        self._paused = False
        self._news = asyncio.Event()

    def feed(self, data: bytes) -> None:
        """Take what came; past the limit it is only counted."""
        self._total += len(data)
        if self._total <= self._limit:
            self._held += data
        if len(self._held) >= HELD and not self._paused:
            self._paused = True
            self._pause()
        self._news.set()

    def end(self) -> None:
        """Nothing more will come."""
        self._ended = True
        self._news.set()

    async def read(self, limit: int) -> bytes:
        """At most `limit` bytes; b"" at the end."""
        while not self._held and not self._ended and self._total <= self._limit:
            self._news.clear()
            await self._news.wait()
        if self._total > self._limit:
            raise Invalid("server.stdin_limit", limit=self._limit)
        data = bytes(self._held[:limit])
        del self._held[:limit]
        if self._paused and len(self._held) < HELD // 2:
            self._paused = False
            self._resume()
        return data


def harmless(text: str, *, terminal: bool) -> str:
    """What a command prints, with no control in it but line feeds, and for a terminal colours and a bar's way back.

    Commands clean what they print; this is the last place where something they missed can be caught.
    """
    if not terminal:
        return gate(text)
    return "".join(part if at % 2 else gate(part) for at, part in enumerate(_PASS.split(text)))


class Output:
    """What a command prints, encoded and sent piece by piece; CR LF for a terminal, which is in raw mode."""

    def __init__(self, write: Callable[[bytes], None], encoding: str, *, terminal: bool) -> None:
        self._write = write
        self._encoding = encoding
        self._terminal = terminal
        self._clear = asyncio.Event()
        self._clear.set()

    def hold(self) -> None:
        """The far end reads too slowly."""
        self._clear.clear()

    def release(self) -> None:
        """It caught up, or is gone."""
        self._clear.set()

    async def __call__(self, text: str) -> None:
        """Print; waits while the far end is behind."""
        text = harmless(text, terminal=self._terminal)
        if self._terminal:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        data = text.encode(self._encoding, "replace")
        for start in range(0, len(data), PIECE):
            await self._clear.wait()
            self._write(data[start : start + PIECE])
