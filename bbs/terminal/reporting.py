"""The part of a stage that asks its terminal something, and hears of the mouse where the person wants that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bbs.terminal import reports
from bbs.terminal.canvas import Size
from bbs.terminal.output import LinkOutput
from bbs.terminal.renderer import RowRenderer
from bbs.terminal.settings import Settings

MESSAGE_ROW: Final = 2
"""The row above the last, counted from the end: what is written there for a moment disturbs nobody."""


class Reporting(Settings):
    """Settings whose terminal answers; the stage brings the renderer and the output."""

    _renderer: RowRenderer
    _output: LinkOutput
    _size: Size
    _measuring: tuple[int, Callable[[int], None]] | None = None

    @property
    def mouse(self) -> bool:
        """Whether clicks and the wheel are heard."""
        return self._renderer.mouse

    @mouse.setter
    def mouse(self, value: bool) -> None:
        self._renderer.mouse = value

    def measure(self, told: Callable[[int], None]) -> None:
        """Ask the terminal how wide it draws ambiguous characters; `told` hears 1 or 2 if and when it answers.

        Nothing waits: a terminal that does not answer is never noticed. A later `measure` takes the place of this one.
        """
        if self._renderer.entered and not self._link.congested:
            row = self._size.rows - MESSAGE_ROW
            self._measuring = (row, told)
            self._output.put(reports.probe(row))
            self.repaint()

    def cursor_told(self, answer: str) -> None:
        """The terminal says where its cursor is; only the first good answer to a question is heard."""
        if self._measuring is None:
            return
        row, told = self._measuring
        found = reports.width_told(answer, row)
        if found is not None:
            self._measuring = None
            told(found)
