"""A terminal to look at: pyte behind a MemoryLink, and a Driver that types and reads the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pyte
from pyte.screens import Char
from wcwidth import wcwidth

from bbs.errors import NotFound
from bbs.terminal.chrome import HeadInfo
from bbs.terminal.input import bytes_of
from bbs.terminal.keymap import Keymap, preset_keymap
from bbs.terminal.memory import MemoryLink
from bbs.terminal.services import Options, Services
from bbs.terminal.stage import TerminalStage
from bbs.terminal.view import View
from bbs.terminal.words import Words
from bbs.text.catalogue import Catalogues
from tests.support.waiting import PATIENCE, PAUSE, soon

LOCALE = Path(__file__).resolve().parents[2] / "screens" / "locale"


class Attributes(NamedTuple):
    """What one cell looks like; colours are pyte's names or six hex digits."""

    char: str
    fg: str
    bg: str
    bold: bool
    underline: bool
    reverse: bool


class _Screen(pyte.Screen):
    """pyte's screen with the alternate screen as a cleared one, and no answers to the host."""

    alternate = False
    autowrap = True

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        if kwargs.get("private"):
            if 1049 in modes:
                self.alternate = True
                self.erase_in_display(2)
                self.cursor_position()
            if 7 in modes:
                self.autowrap = True
            # pyte does not know these and 1 means nothing to it.
            modes = tuple(mode for mode in modes if mode in (7, 25))
        if modes:
            super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        if kwargs.get("private"):
            if 1049 in modes:
                self.alternate = False
                self.erase_in_display(2)
                self.cursor_position()
            if 7 in modes:
                self.autowrap = False
            modes = tuple(mode for mode in modes if mode in (7, 25))
        if modes:
            super().reset_mode(*modes, **kwargs)

    def write_process_input(self, data: str) -> None:
        """Nothing goes back."""


class Terminal:
    """A terminal of `columns` x `rows` cells: `feed` it bytes, look at `rows()` and `at()`."""

    def __init__(self, columns: int = 80, rows: int = 24, encoding: str = "utf-8") -> None:
        self._encoding = encoding
        self._screen = _Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self.received = bytearray()
        self.bells = 0

    def feed(self, data: bytes) -> None:
        """Show bytes."""
        self.received += data
        self.bells += data.count(b"\x07")
        self._stream.feed(data.decode(self._encoding).replace("\x07", ""))

    def resize(self, columns: int, rows: int) -> None:
        """Change the window."""
        self._screen.resize(rows, columns)

    def rows(self) -> list[str]:
        """The text of every row, spaces at the end left out."""
        return [self.row(index) for index in range(self._screen.lines)]

    def row(self, index: int) -> str:
        """The text of one row (negative counts from the bottom), spaces at the end left out."""
        line = self._screen.buffer[index % self._screen.lines]
        # pyte keeps an empty cell behind each wide character.
        return "".join(line[column].data for column in range(self._screen.columns)).rstrip()

    def at(self, column: int, row: int) -> Attributes:
        """What one cell looks like."""
        cell: Char = self._screen.buffer[row % self._screen.lines][column]
        return Attributes(cell.data, cell.fg, cell.bg, cell.bold, cell.underscore, cell.reverse)

    def find(self, text: str) -> tuple[int, int]:
        """The cell (column, row) where `text` begins; AssertionError when it is not on the screen."""
        for index, row in enumerate(self.rows()):
            at = row.find(text)
            if at >= 0:
                return sum(max(0, wcwidth(char)) for char in row[:at]), index
        raise AssertionError(f"{text!r} is not on the screen:\n" + "\n".join(self.rows()))

    @property
    def cursor(self) -> tuple[int, int]:
        """The cursor's cell (column, row)."""
        return self._screen.cursor.x, self._screen.cursor.y

    @property
    def cursor_shown(self) -> bool:
        """Whether the cursor is visible."""
        return not self._screen.cursor.hidden

    @property
    def alternate(self) -> bool:
        """Whether the alternate screen is shown."""
        return self._screen.alternate

    @property
    def autowrap(self) -> bool:
        """Whether a full row goes on in the next."""
        return self._screen.autowrap


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Seconds."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def words(lang: str = "en") -> Words:
    """The real catalogues, strict: a missing message fails the test."""
    return Catalogues(LOCALE, strict=True).translator(lang)


async def _nowhere(route: str) -> View:
    raise NotFound("terminal.no_route", route=route)


def services(router: Callable[[str], Awaitable[View]] = _nowhere) -> Services:
    """Services with a fixed head bar; no route leads anywhere unless a router is given."""
    return Services(router=router, head=lambda: HeadInfo("Mingtan", "reed", 3))


class Driver:
    """A stage on a memory link with a terminal behind it.

    `async with Driver(view) as driver:` opens the view; `await driver.press("j", "enter")` types named keys and waits
    until nothing moves; `driver.text()` and `driver.row(0)` show the screen.
    """

    patience: float = PATIENCE
    """Seconds that a busy stage is waited for."""

    def __init__(
        self,
        first: View,
        *,
        columns: int = 80,
        rows: int = 24,
        lang: str = "en",
        keymap: Keymap | None = None,
        router: Callable[[str], Awaitable[View]] = _nowhere,
        given: Services | None = None,
        options: Options | None = None,
        encoding: str = "utf-8",
        colours: int = 16777216,
    ) -> None:
        self.clock = Clock()
        self.terminal = Terminal(columns, rows, encoding)
        self.link = MemoryLink(columns, rows, encoding=encoding, colours=colours, on_write=self.terminal.feed)
        self.stage = TerminalStage(
            self.link,
            words(lang),
            keymap or preset_keymap("standard"),
            given or services(router),
            options or Options(clock=self.clock),
        )
        self._first = first
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Driver:
        self._task = asyncio.create_task(self.stage.run(self._first))
        await self.settle()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self.link.lose()
            await soon(self._task)
            unknown = self._unknown_styles()
            if kind is None:
                assert not unknown, f"no theme defines {sorted(unknown)}; see REQUIRED_STYLES"

    def _unknown_styles(self) -> set[str]:
        """Style classes that were drawn and that the theme had to guess; forgotten after, so that one test is told."""
        theme = self.stage.painted
        pairs = [pair for pair in theme._merged if any(name not in theme.styles for name in pair)]
        for pair in pairs:
            del theme._merged[pair]
        return {name for pair in pairs for name in pair if name not in theme.styles}

    @property
    def ended(self) -> bool:
        """Whether the session is over."""
        return self._task is not None and self._task.done()

    async def press(self, *keys: str) -> None:
        """Press named keys (`j`, `c-p`, `enter`, `pagedown`, `escape`), one after the other."""
        for key in keys:
            self.link.feed(bytes_of(key))
            if key == "escape":
                self.stage.flush_input()
            await self.settle()

    async def type(self, text: str) -> None:
        """Type text in one go, in the link's encoding."""
        self.link.feed(text.encode(self.link.encoding))
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste text between the marks of a bracketed paste; single keys count again after it."""
        self.link.feed(b"\x1b[200~" + text.encode(self.link.encoding) + b"\x1b[201~")
        await self.settle()
        self.clock.advance(1.0)

    async def resize(self, columns: int, rows: int) -> None:
        """Change the window and wait until it is drawn."""
        self.terminal.resize(columns, rows)
        self.link.resize(columns, rows)
        await self.settle()

    async def settle(self, turns: int = 40) -> None:
        """Let the loop turn until the stage waits for the person again: nothing moves, or a prompt is open."""
        patience = time.monotonic() + self.patience
        while time.monotonic() < patience:
            for _ in range(turns if not self.moving else 4):
                await asyncio.sleep(0)
            if self.ended or not self.moving:
                return
            await asyncio.sleep(PAUSE)

    @property
    def moving(self) -> bool:
        """Whether work goes on, or is to be drawn; typing that took long goes on after a rest, and so do changes of
        size."""
        stage = self.stage
        resting = stage._input._again is not None or stage._resize is not None
        return resting or stage._application.invalidated or (self.at_work and stage.prompt is None)

    @property
    def at_work(self) -> bool:
        """Whether the stage is: the work that keys wait behind."""
        return self.stage.busy

    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.terminal.rows())

    def row(self, index: int) -> str:
        """One row; negative counts from the bottom: -1 the keys, -2 the message."""
        return self.terminal.row(index)

    @property
    def message(self) -> str:
        """The message row."""
        return self.row(-2).strip()

    @property
    def cursor(self) -> tuple[int, int]:
        """The cursor's cell (column, row)."""
        return self.terminal.cursor

    @property
    def bells(self) -> int:
        """How often it rang."""
        return self.terminal.bells


__all__ = ["LOCALE", "Attributes", "Clock", "Driver", "Terminal", "services", "words"]
