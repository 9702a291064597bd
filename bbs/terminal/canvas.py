"""Rows of styled spans: what a view draws and the renderer compares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bbs.text.spans import Span

MIN_COLUMNS: Final = 20
MAX_COLUMNS: Final = 300
MIN_ROWS: Final = 5
MAX_ROWS: Final = 120


class Size(NamedTuple):
    """A terminal's size in cells, already clamped to 20..300 x 5..120."""

    columns: int
    rows: int

    @classmethod
    def clamped(cls, columns: int, rows: int) -> Size:
        """Make a size of what a far end claims, which may be 0 or 2**32."""
        return cls(min(max(columns, MIN_COLUMNS), MAX_COLUMNS), min(max(rows, MIN_ROWS), MAX_ROWS))


class Row:
    """One immutable row of the screen.

    `spans` are drawn from column 0; the rest of the row is filled in style `fill` (a bar when the style has a
    background). A row that is the same object as in the last frame is not even looked at, so views keep and reuse
    their rows. The painter caches the finished escape string on the row.
    """

    __slots__ = ("_painted", "_painter", "fill", "spans")

    def __init__(self, spans: Iterable[Span] = (), fill: str = "") -> None:
        self.spans: tuple[Span, ...] = tuple(spans)
        self.fill = fill
        self._painter: object = None
        self._painted = ""

    @property
    def text(self) -> str:
        """The row's characters without styles, for tests and for plain output."""
        return "".join(span.text for span in self.spans)


_BLANK: Final = Row()


@dataclass(frozen=True, slots=True)
class Frame:
    """What a view shows: at most `height` rows, and where the hardware cursor rests (column, row), in cells.

    The cursor is always parked on the selected row or the input point, because screen readers and input method
    windows follow it; `caret` says whether it is shown.
    """

    rows: list[Row] = field(default_factory=list)
    cursor: tuple[int, int] | None = None
    caret: bool = False

    def above(self, foot: Sequence[Row], height: int) -> Frame:
        """The same with rows at the foot of a screen of `height` rows."""
        blank = [_BLANK] * (height - len(foot) - len(self.rows))
        return Frame([*self.rows, *blank, *foot], self.cursor, self.caret)
