"""What the person types, from bytes to key presses: in memory, bounded, and never more than a moment at a time.

The library's own pipe input blocks the whole process on a paste over 64 KiB, its parser keeps unfinished sequences for
ever; see notes on `KeyParser`.
"""

from __future__ import annotations

import asyncio
import codecs
import contextvars
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.input.base import Input
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys

from bbs.terminal.link import Link
from bbs.terminal.parser import KeyParser

ESCAPE_DELAY: Final = 0.1
"""Seconds after which a lone Esc is taken as the key itself."""
PASTE_PATIENCE: Final = 2.0
"""Seconds without a byte after which an unfinished paste is taken as finished."""
BUDGET: Final = 0.002
"""Seconds of key handling in one go for one session."""
REST: Final = 0.008
"""Seconds the others have between two such goes."""
PAUSE_ABOVE: Final = 32 * 1024
"""Bytes waiting above which the link is told to stop reading."""
RESUME_BELOW: Final = 8 * 1024
MAX_WAITING: Final = 256 * 1024
"""Bytes waiting above which input is dropped; a link that heeds `pause` never comes here."""
_DECODE_AT_ONCE: Final = 4096
_SLICE: Final = 32 * 1024

_PLAIN_KEYS: dict[str, KeyPress] = {chr(code): KeyPress(chr(code), chr(code)) for code in range(0x20, 0x7F)}


class KeyInput(Input):
    """The library's Input, fed by a link: `received` takes bytes, `sink` gets key presses in order.

    `sink(press)` is called for each key, `after()` once for every batch, `dropped()` when input was lost.
    """

    def __init__(
        self,
        link: Link,
        sink: Callable[[KeyPress], None],
        after: Callable[[], None],
        dropped: Callable[[], None],
    ) -> None:
        self._link = link
        self._sink = sink
        self._after = after
        self._dropped = dropped
        self._decoder = codecs.getincrementaldecoder(link.encoding)("replace")
        self._parser = KeyParser(sink)
        self._waiting = bytearray()
        self._text = ""
        self._at = 0
        self._paused = False
        self._pumping = False
        self._closed = False
        self._context: contextvars.Context | None = None
        self._again: asyncio.TimerHandle | None = None
        self._flush: asyncio.TimerHandle | None = None

    def received(self, data: bytes) -> None:
        """Take bytes in any chunking; handles what fits in the time budget at once."""
        for start in range(0, len(data), _SLICE):
            self._take(data[start : start + _SLICE])

    def _take(self, data: bytes) -> None:
        if self._closed:
            return
        room = MAX_WAITING - len(self._waiting)
        if len(data) > room:
            data = data[:room]
            self._dropped()
        self._waiting += data
        if self._again is None and self._context is not None:
            self._pump()
        elif len(self._waiting) > PAUSE_ABOVE:
            self._hold()

    @property
    def waiting(self) -> int:
        """Bytes and characters that came and are not handled yet."""
        return len(self._waiting) + len(self._text) - self._at

    def flush_now(self) -> None:
        """Take what looks unfinished (a lone Esc, an open paste) as finished."""
        self._flush = None
        if self._context is not None and not self._closed:
            self._context.run(self._flush_in_context)

    def _pump(self) -> None:
        self._again = None
        if self._closed or self._pumping or self._context is None:
            return
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        self._pumping = True
        try:
            self._context.run(self._run)
        finally:
            self._pumping = False
        if not self._context:  # closed by one of the keys
            return
        loop = asyncio.get_running_loop()
        if self._waiting or self._more():
            self._again = loop.call_later(REST, self._pump)
            if len(self._waiting) > PAUSE_ABOVE:
                self._hold()
            return
        if self._parser.pasting:
            self._flush = loop.call_later(PASTE_PATIENCE, self.flush_now)
        elif self._parser.unfinished:
            self._flush = loop.call_later(ESCAPE_DELAY, self.flush_now)

    def _run(self) -> None:
        clock = time.perf_counter
        deadline = 0.0
        while not self._closed and (self._more() or self._decode()):
            char = self._text[self._at]
            if self._parser.idle and char >= " " and char != "\x7f":
                self._at += 1
                self._sink(_PLAIN_KEYS.get(char) or KeyPress(char, char))
            else:
                self._at = self._parser.take(self._text, self._at)
            # The clock is asked only from the second key on: a person types one at a time.
            if not deadline:
                deadline = clock() + BUDGET
            elif clock() > deadline:
                break
        if not self._closed:
            self._after()

    def _more(self) -> bool:
        return self._at < len(self._text)

    def _decode(self) -> bool:
        """Decode the next bytes; False when there are none that make a character."""
        self._text, self._at = "", 0
        while self._waiting and not self._text:
            # A paste is taken in large pieces: that costs next to nothing, and so it never fills what may wait.
            size = _SLICE if self._parser.pasting else _DECODE_AT_ONCE
            chunk = bytes(self._waiting[:size])
            del self._waiting[:size]
            self._text = self._decoder.decode(chunk)
        if self._paused and len(self._waiting) < RESUME_BELOW:
            self._paused = False
            self._link.resume()
        return bool(self._text)

    def _hold(self) -> None:
        if not self._paused:
            self._paused = True
            self._link.pause()

    def _flush_in_context(self) -> None:
        self._parser.flush()
        self._after()

    # What the library asks of an Input.

    def fileno(self) -> int:
        """There is no file behind it."""
        raise NotImplementedError

    def typeahead_hash(self) -> str:
        """One name for all sessions: nothing is ever left over to be stored under it."""
        return "mingtan"

    def read_keys(self) -> list[KeyPress]:
        """Keys go to `sink`, never this way."""
        return []

    @property
    def closed(self) -> bool:
        """True after `close`."""
        return self._closed

    def close(self) -> None:
        """Forget what is waiting; no more keys come."""
        self._closed = True
        self._context = None
        self._waiting.clear()
        self._text, self._at = "", 0
        for handle in (self._again, self._flush):
            if handle is not None:
                handle.cancel()
        self._again = self._flush = None

    @contextmanager
    def attach(self, input_ready_callback: Callable[[], None]) -> Iterator[None]:
        """Begin to handle keys, in the context of the application that is starting."""
        self._context = contextvars.copy_context()
        asyncio.get_running_loop().call_soon(self._pump)
        try:
            yield
        finally:
            self._context = None

    @contextmanager
    def detach(self) -> Iterator[None]:
        """Not used: one application per session."""
        yield

    def raw_mode(self) -> AbstractContextManager[None]:
        """The far end is raw already."""
        return self.detach()

    def cooked_mode(self) -> AbstractContextManager[None]:
        """The far end stays raw."""
        return self.detach()


KEY_NAMES: Final[dict[str, str]] = {"c-m": "enter", "c-j": "enter", "c-i": "tab", "c-h": "backspace"}
"""Where our name of a key differs from the library's."""


def key_name(press: KeyPress) -> str:
    """Give the name the keymap knows a key by: `j`, `c-p`, `pageup`, `enter`."""
    key = press.key
    if isinstance(key, Keys):
        value = key.value
        return KEY_NAMES.get(value, value)
    return key


def bytes_of(name: str) -> bytes:
    """Give the bytes a terminal sends for a named key, for tests and scripts; text comes back as UTF-8."""
    found = _BYTES.get(name)
    return name.encode() if found is None else found


def _sequences() -> dict[str, bytes]:
    names: dict[str, bytes] = {}
    for sequence, key in ANSI_SEQUENCES.items():
        if isinstance(key, Keys):
            names.setdefault(KEY_NAMES.get(key.value, key.value), sequence.encode("latin-1"))
    return names | {"enter": b"\r", "tab": b"\t", "backspace": b"\x7f", "escape": b"\x1b", "space": b" "}


_BYTES: Final = _sequences()
