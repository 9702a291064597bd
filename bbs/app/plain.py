"""Plain mode: commands line by line, no cursor movement, prompts in words; for screen readers and `ssh -T`."""

from __future__ import annotations

import asyncio
import codecs
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from bbs.commands.call import Reader
from bbs.commands.parse import LINE_LIMIT, split
from bbs.commands.shell import LEAVE
from bbs.errors import BbsError
from bbs.terminal.canvas import Size
from bbs.terminal.link import Link
from bbs.text.catalogue import Translator
from bbs.text.clean import gate

TEXT_LIMIT: Final = 256 * 1024
"""Characters of a text typed line by line; the rules then say how long a post may be."""
LINES_AHEAD: Final = 4096
"""Lines kept while a command runs; then the far end has to wait."""
END_OF_TEXT: Final = "."
"""A line that is only this ends a text, as in mail programs since 1982 (RFC 821, 4.5.2)."""

_BACKSPACE: Final = "\x7f\b"
_INTERRUPT: Final = "\x03"
_END: Final = "\x04"


class Run(Protocol):
    """Runs one line's words and prints; returns the exit code."""

    async def __call__(
        self,
        words: list[str],
        *,
        stdin: Reader,
        columns: int,
        write: Callable[[str], Awaitable[None]],
        confirm: Callable[[str], Awaitable[bool]],
    ) -> int: ...


class Lines:
    """Makes lines of what the far end types; the Receiver of a plain link. Echoes only where there is a terminal."""

    def __init__(self, link: Link, *, echo: bool) -> None:
        self._link = link
        self._echo = echo
        self._decoder = codecs.getincrementaldecoder(link.encoding)("replace")
        self._line: list[str] = []
        self._lines: deque[str] = deque()
        self._ended = False
        self._after_return = False
        self._news = asyncio.Event()

    async def next(self) -> str | None:
        """The next line; None when no more will come."""
        while not self._lines and not self._ended:
            self._news.clear()
            await self._news.wait()
        if not self._lines:
            return None
        if len(self._lines) == LINES_AHEAD // 2:
            self._link.resume()
        return self._lines.popleft()

    def received(self, data: bytes) -> None:
        for char in self._decoder.decode(data):
            self._take(char)
        if len(self._lines) > LINES_AHEAD:
            self._link.pause()
        self._news.set()

    def _take(self, char: str) -> None:
        if char == "\n" and self._after_return:
            self._after_return = False
            return
        self._after_return = char == "\r"
        if char in "\r\n":
            self._put("\n")
            self._lines.append("".join(self._line))
            self._line.clear()
        elif char == _END and not self._line:
            self._ended = True
        elif char == _INTERRUPT:
            self._line.clear()
            self._put("\n")
        elif char in _BACKSPACE:
            if self._line:
                self._line.pop()
                self._put("\b \b")
        elif char >= " " and len(self._line) < LINE_LIMIT:
            self._line.append(char)
            self._put(char)

    def _put(self, text: str) -> None:
        if self._echo:
            clean = text if text == "\b \b" else gate(text)
            self._link.write(clean.replace("\n", "\r\n").encode(self._link.encoding, "replace"))

    def resized(self, size: Size) -> None:
        """The next answer asks for the width."""

    def writable(self) -> None:
        """Answers are short; nothing waits here."""

    def lost(self) -> None:
        self._ended = True
        self._news.set()


class PlainSession:
    """One person, line by line, until they leave or the line is lost."""

    def __init__(self, link: Link, run: Run, tr: Translator, *, name: str, terminal: bool) -> None:
        self._link = link
        self._run = run
        self._tr = tr
        self._name = name
        self._newline = "\r\n" if terminal else "\n"
        self._lines = Lines(link, echo=terminal)

    async def run(self) -> None:
        """Serve until `exit` or the end of input."""
        self._link.attach(self._lines)
        try:
            await self.write(self._tr("plain.welcome", name=self._name) + "\n")
            while True:
                await self.write(self._tr("plain.prompt") + " ")
                line = await self._lines.next()
                if line is None or line.strip() in LEAVE:
                    return
                if line.strip():
                    await self._do(line)
                await asyncio.sleep(0)  # thousands of lines at once are no reason for others to wait
        finally:
            self._link.attach(None)

    async def _do(self, line: str) -> None:
        try:
            words = split(line)
        except BbsError as error:
            await self.write(self._tr.error(error) + "\n")
            return
        await self._run(
            words, stdin=Text(self), columns=self._link.size.columns, write=self.write, confirm=self._confirm
        )

    async def write(self, text: str) -> None:
        """Print clean text."""
        self._link.write(gate(text).replace("\n", self._newline).encode(self._link.encoding, "replace"))

    async def line(self) -> str | None:
        """The next line the person types."""
        return await self._lines.next()

    async def ask_for_text(self) -> str:
        """A text of many lines, ended by a line with a single dot."""
        await self.write(self._tr("plain.text") + "\n")
        parts: list[str] = []
        size = 0
        while (line := await self._lines.next()) is not None and line != END_OF_TEXT:
            size += len(line) + 1
            if size <= TEXT_LIMIT:
                parts.append(line)
        return "\n".join(parts)

    async def _confirm(self, question: str) -> bool:
        await self.write(f"{question} {self._tr('shell.yes_no')} ")
        answer = await self._lines.next()
        return (answer or "").strip().casefold() in {"y", "yes", "是"}


class Text:
    """Standard input of a command in plain mode: the text is asked for when the command wants it."""

    def __init__(self, session: PlainSession) -> None:
        self._session = session
        self._data: bytes | None = None

    async def read(self, limit: int) -> bytes:
        """At most `limit` bytes; b"" at the end."""
        if self._data is None:
            self._data = (await self._session.ask_for_text()).encode()
        data, self._data = self._data[:limit], self._data[limit:]
        return data
