"""Lines from the far end of a link, and text to it: echo where there is a terminal, patience where it reads slowly."""

from __future__ import annotations

import asyncio
import codecs
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bbs.commands.parse import LINE_LIMIT
from bbs.terminal.canvas import Size
from bbs.terminal.link import Link
from bbs.text.clean import gate
from bbs.text.width import width

LINES_AHEAD: Final = 4096
"""Lines kept while a command runs; then the far end has to wait."""

_BACKSPACE: Final = "\x7f\b"
_INTERRUPT: Final = "\x03"
_END: Final = "\x04"
_RUB_OUT: Final = "\b \b"


class Lines:
    """Makes lines of what the far end types; the Receiver of a plain link. Echoes only where there is a terminal."""

    def __init__(self, link: Link, *, echo: bool) -> None:
        self._link = link
        self._echo = echo
        self._newline = "\r\n" if echo else "\n"
        self._decoder = codecs.getincrementaldecoder(link.encoding)("replace")
        self._line: list[str] = []
        self._lines: deque[str] = deque()
        self._ended = False
        self._after_return = False
        self._waits = False
        self._nudged = False
        self._dropped = False
        self._hidden = False
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    @property
    def ahead(self) -> bool:
        """Whether the next line is there already, or will never come: nobody sits there reading."""
        return bool(self._lines) or self._ended

    @property
    def idle(self) -> bool:
        """Whether it is the person's turn: a line is waited for."""
        return self._waits and not self.ahead

    @property
    def over(self) -> bool:
        """Whether the last line was taken and no more will come."""
        return self._ended and not self._lines

    @property
    def rest(self) -> str:
        """What was typed of a line that was never ended."""
        return "".join(self._line)

    @property
    def echoes(self) -> bool:
        """Whether what is typed is shown by us, and not by the terminal itself."""
        return self._echo

    @property
    def dropped(self) -> bool:
        """Whether the connection was lost, or the house closed, before the person ended it."""
        return self._dropped

    def nudge(self) -> None:
        """There is something to tell whoever waits with nothing typed."""
        self._nudged = True
        self._news.set()

    async def ready(self) -> bool:
        """Wait for the next line (True), or for a nudge while nothing is typed (False)."""
        while not self._lines and not self._ended:
            if self._nudged and not self._line:
                self._nudged = False
                return False
            await self._wait()
        return True

    async def _wait(self) -> None:
        self._news.clear()
        self._waits = True
        try:
            await self._news.wait()
        finally:
            self._waits = False

    async def next(self) -> str | None:
        """The next line; None when no more will come."""
        while not self._lines and not self._ended:
            await self._wait()
        if not self._lines:
            return None
        if len(self._lines) == LINES_AHEAD // 2:
            self._link.resume()
        line = self._lines.popleft()
        if not self._echo:
            await asyncio.sleep(0)  # thousands of lines at once are no reason for others to wait
        return line

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Echo nothing of what is typed meanwhile."""
        self._hidden = True
        try:
            yield
        finally:
            self._hidden = False

    def put_back(self, line: str) -> None:
        """Give a line back, to be the next one."""
        self._lines.appendleft(line)

    def end(self) -> None:
        """Take no more: who waits for a line is told that none comes."""
        self._dropped = self._dropped or not self._ended
        self._ended = True
        self._news.set()
        self._room.set()

    async def write(self, text: str) -> None:
        """Print clean text, LF for the end of a line; waits while the far end reads too slowly."""
        while self._link.congested and not self._ended:
            self._room.clear()
            await self._room.wait()
        self.tell(text)

    def tell(self, text: str) -> None:
        """Print at once, whatever the far end does: for few words."""
        self._link.write(gate(text).replace("\n", self._newline).encode(self._link.encoding, "replace"))

    # What the link tells

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
        elif char == _END and not self._echo:
            if self._line:  # the last line of a script may lack its end
                self._take("\n")
            self._ended = True
        elif char == _END and not self._line:
            self._ended = True
        elif char == _INTERRUPT:
            self._line.clear()
            self._put("\n")
        elif char in _BACKSPACE:
            if self._line:
                self._put(_RUB_OUT * max(0, width(self._line.pop())))
        elif char >= " " and len(self._line) < LINE_LIMIT:
            self._line.append(char)
            self._put(char)

    def _put(self, text: str) -> None:
        if self._echo and text and not self._hidden:
            clean = text if text.startswith("\b") else gate(text)
            self._link.write(clean.replace("\n", "\r\n").encode(self._link.encoding, "replace"))

    def resized(self, size: Size) -> None:
        """The next line printed asks for the width."""

    def writable(self) -> None:
        self._room.set()

    def lost(self) -> None:
        self.end()
