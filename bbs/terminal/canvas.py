"""Rows of styled spans: what a view draws and the renderer compares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bbs.text.spans import Span


class Size(NamedTuple):
    """A terminal's size in cells, already clamped to 20..300 x 5..120."""

    columns: int
    rows: int


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


@dataclass(frozen=True, slots=True)
class Frame:
    """What a view shows: at most `height` rows, and where the hardware cursor rests (column, row), in cells.

    The cursor is always parked on the selected row or the input point, because screen readers and input method
    windows follow it; `caret` says whether it is shown.
    """

    rows: list[Row] = field(default_factory=list)
    cursor: tuple[int, int] | None = None
    caret: bool = False
