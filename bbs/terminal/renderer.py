"""The renderer: compares rows with those of the last frame and sends the changed ones in one write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from prompt_toolkit.renderer import Renderer
from prompt_toolkit.styles import DummyStyle

from bbs.terminal import controls
from bbs.terminal.canvas import Row
from bbs.terminal.output import LinkOutput
from bbs.terminal.painter import Painter
from bbs.terminal.scrolling import LEAST_CHANGED, find_scroll

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.layout import Layout

_NO_STYLE = DummyStyle()


class Screen(NamedTuple):
    """A whole frame: exactly as many rows as the terminal has, the painter for them, and the cursor's place."""

    rows: list[Row]
    painter: Painter
    cursor: tuple[int, int]
    caret: bool


class RowRenderer(Renderer):
    """The library's Renderer with rows in place of cells.

    `compose()` gives the frame, or None when there is nothing to show yet. Nothing is sent while the link is congested:
    the newest frame is drawn when it clears, never a queue of old ones.
    """

    def __init__(self, output: LinkOutput, compose: Callable[[], Screen | None], *, synchronized: bool = False) -> None:
        self._out = output
        self._compose = compose
        self._synchronized = synchronized
        self._entered = False
        self._mouse = False
        self._bell = False
        self._rows: list[Row] = []
        self._shown: list[str] = []  # what was sent for each of the rows, which is what the terminal shows
        self._painter: Painter | None = None
        self._cursor = (-1, -1)
        self._caret: bool | None = None
        self.stale = False
        """True when a frame was dropped because the link was congested."""
        super().__init__(_NO_STYLE, output, full_screen=True)

    def render(self, app: Application[Any], layout: Layout, is_done: bool = False) -> None:
        """Draw, unless the session is over."""
        if not is_done:
            self.draw()

    @property
    def entered(self) -> bool:
        """Whether the terminal shows our screen."""
        return self._entered

    @property
    def mouse(self) -> bool:
        """Whether the terminal tells of clicks."""
        return self._mouse

    @mouse.setter
    def mouse(self, on: bool) -> None:
        if on != self._mouse and self._entered:
            self._out.put(controls.MOUSE_ON if on else controls.MOUSE_OFF)
        self._mouse = on

    def ring(self) -> None:
        """Ring once with the next frame, however often it is asked for."""
        self._bell = True

    def forget(self) -> None:
        """Draw everything anew next time (the window changed, or the person asked)."""
        self._painter = None

    def draw(self) -> None:
        """Send what differs from the last frame."""
        if self._out.link.congested:
            self.stale = True
            return
        screen = self._compose()
        if screen is None:
            return
        self.stale = False
        rows, painter, cursor, caret = screen
        parts: list[str] = []
        if painter is not self._painter or len(rows) != len(self._rows):
            self._begin(parts)
            self._shown = [painter.paint(row) for row in rows]
            parts += [f"\x1b[{y};1H{painted}" for y, painted in enumerate(self._shown, 1)]
        else:
            self._change(parts, rows, painter)
        self._rows = rows
        self._painter = painter
        if parts or cursor != self._cursor:
            parts.append(controls.goto(*cursor))
            self._cursor = cursor
        if caret is not self._caret:
            parts.append(controls.CURSOR_SHOW if caret else controls.CURSOR_HIDE)
            self._caret = caret
        if self._bell:
            self._bell = False
            parts.append(controls.BELL)
        if not parts:
            return
        if self._synchronized:
            parts.insert(0, controls.SYNC_BEGIN)
            parts.append(controls.SYNC_END)
        self._out.put("".join(parts))

    def _change(self, parts: list[str], rows: list[Row], painter: Painter) -> None:
        """Draw the rows that differ; those that only moved are moved by the terminal."""
        shown, last, paint = self._shown, self._rows, painter.paint
        changed: list[tuple[int, str]] = []
        for y, row in enumerate(rows):
            if row is last[y]:
                continue
            painted = paint(row)
            if painted != shown[y]:
                changed.append((y, painted))
        if len(changed) >= LEAST_CHANGED:
            new = shown.copy()
            for y, painted in changed:
                new[y] = painted
            found = find_scroll(shown, new, changed[0][0], changed[-1][0])
            if found is not None:
                parts.append(controls.scroll(*found))
                shown = self._shown = found.apply(shown)
                changed = [(y, painted) for y, painted in enumerate(new) if painted != shown[y]]
        for y, painted in changed:
            shown[y] = painted
            parts.append(f"\x1b[{y + 1};1H{painted}")

    def _begin(self, parts: list[str]) -> None:
        if not self._entered:
            self._entered = True
            parts.append(controls.ENTER)
            if self._mouse:
                parts.append(controls.MOUSE_ON)
        parts.append(controls.PLAIN + controls.CLEAR_SCREEN)
        self._caret = None

    def reset(self, _scroll: bool = False, leave_alternate_screen: bool = True) -> None:
        """Forget the last frame; the library calls this at both ends of a session and it sends nothing."""
        self._rows, self._shown = [], []
        self._painter = None

    def leave(self) -> None:
        """Give the person's own screen back; does nothing when it was never taken."""
        if self._entered:
            self._entered = False
            self._out.put((controls.MOUSE_OFF if self._mouse else "") + controls.LEAVE)
        self.reset()

    def erase(self, leave_alternate_screen: bool = True) -> None:
        """Draw everything anew next time."""
        self.forget()
