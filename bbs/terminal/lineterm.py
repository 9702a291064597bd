"""A link as a line terminal for prompt_toolkit's own prompts: the admin shell over SSH runs on it."""

from __future__ import annotations

import asyncio
import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, TextIO, cast

from prompt_toolkit.application.current import AppSession, create_app_session
from prompt_toolkit.data_structures import Size as LibrarySize
from prompt_toolkit.input import typeahead
from prompt_toolkit.input.base import Input
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from bbs.terminal.canvas import Size
from bbs.terminal.input import ESCAPE_DELAY
from bbs.terminal.link import Link
from bbs.terminal.parser import KeyParser
from bbs.text.clean import gate

MAX_KEYS: Final = 8 * 1024
"""Key presses kept while a command runs; more are dropped."""


class LineInput(Input):
    """Key presses from a link, in memory and bounded; see `bbs.terminal.input` for why not the library's pipe."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._parser = KeyParser(self._keep)
        self._keys: list[KeyPress] = []
        self._ready: Callable[[], None] | None = None
        self._flush: asyncio.TimerHandle | None = None
        self._closed = False

    def feed(self, data: bytes) -> None:
        """Take bytes in any chunking."""
        if self._closed:
            return
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        text = self._decoder.decode(data)
        at = 0
        while at < len(text):
            at = self._parser.take(text, at)
        if self._parser.unfinished:
            self._flush = asyncio.get_running_loop().call_later(ESCAPE_DELAY, self._finish)
        self._tell()

    def _keep(self, press: KeyPress) -> None:
        if len(self._keys) < MAX_KEYS:
            self._keys.append(press)

    def _finish(self) -> None:
        self._flush = None
        self._parser.flush()
        self._tell()

    def _tell(self) -> None:
        if self._ready is not None and (self._keys or self._closed):
            self._ready()

    def fileno(self) -> int:
        """There is no file behind it."""
        raise NotImplementedError

    def typeahead_hash(self) -> str:
        """Its own name: keys typed while a command ran are for the next prompt of this terminal only."""
        return f"mingtan-line-{id(self)}"

    def read_keys(self) -> list[KeyPress]:
        """What was typed since the last call."""
        keys, self._keys = self._keys, []
        return keys

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """The line is lost: a waiting prompt ends with EOFError."""
        self._closed = True
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        self._tell()

    def raw_mode(self) -> AbstractContextManager[None]:
        return _as_it_is()

    def cooked_mode(self) -> AbstractContextManager[None]:
        return _as_it_is()

    def attach(self, input_ready_callback: Callable[[], None]) -> AbstractContextManager[None]:
        return self._attached(input_ready_callback)

    def detach(self) -> AbstractContextManager[None]:
        return self._attached(None)

    @contextmanager
    def _attached(self, ready: Callable[[], None] | None) -> Iterator[None]:
        before, self._ready = self._ready, ready
        if ready is not None and (self._keys or self._closed):
            asyncio.get_running_loop().call_soon(self._tell)
        try:
            yield
        finally:
            self._ready = before


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


class _Writer(io.TextIOBase):
    """The text file that the library's Output writes to."""

    def __init__(self, link: Link) -> None:
        self._link = link

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._link.encoding

    def write(self, text: str) -> int:
        self._link.write(text.encode(self._link.encoding, "replace"))
        return len(text)

    def isatty(self) -> bool:
        return True


class LineTerminal:
    """The link's Receiver, and prompt_toolkit's two ends of it."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._changed: Callable[[], None] | None = None
        self.lost_line = asyncio.Event()
        self.input = LineInput(link.encoding)
        self.output = Vt100_Output(
            cast(TextIO, _Writer(link)),
            self._size,
            term=link.term,
            default_color_depth=ColorDepth.DEPTH_4_BIT if link.colours else ColorDepth.DEPTH_1_BIT,
            enable_cpr=False,
        )

    @contextmanager
    def session(self) -> Iterator[AppSession]:
        """The library's surroundings for prompts on this link, apart from everybody else's."""
        self._link.attach(self)
        try:
            with create_app_session(self.input, self.output) as session:
                yield session
        finally:
            self._link.attach(None)
            self.input.close()
            typeahead._buffer.pop(self.input.typeahead_hash(), None)  # the library keeps one entry per input for ever

    @property
    def columns(self) -> int:
        return self._link.size.columns

    def write(self, text: str) -> None:
        """Print clean text; LF ends a line."""
        self._link.write(gate(text).replace("\n", "\r\n").encode(self._link.encoding, "replace"))

    def _size(self) -> LibrarySize:
        return LibrarySize(rows=self._link.size.rows, columns=self._link.size.columns)

    # What the link tells.

    def received(self, data: bytes) -> None:
        self.input.feed(data)

    def resized(self, size: Size) -> None:
        """The next frame asks for the size."""

    def writable(self) -> None:
        """Nothing waits: prompts write little."""

    def lost(self) -> None:
        self.lost_line.set()
        self.input.close()
