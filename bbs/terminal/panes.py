"""Two panes on a wide terminal: the list on the left, what is selected on the right."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Protocol

from bbs.terminal.canvas import Frame, Row
from bbs.terminal.glyphs import PANE
from bbs.terminal.view import Answer
from bbs.text.spans import Line, Span
from bbs.text.width import clip, width

WIDE: Final = 120
"""Cells from which two panes are shown."""
LEFT_SHARE: Final = 55
"""Per cent of the width for the left pane."""
LEFT_MOST: Final = 100
"""Cells the left pane takes at most: a list gains nothing beyond."""
SHARED_ROWS: Final = 1024
"""Joined rows, and halves of them, kept for all sessions together."""


class Widget(Protocol):
    """What can stand in a pane."""

    def draw(self, width: int, height: int, /) -> Frame:
        """Draw in `width` x `height` cells."""
        ...

    def act(self, action: str, data: str, /) -> Answer:
        """Answer an action."""
        ...


class Panes:
    """Draws one widget, or from 120 columns two with a line between; keys go to the one in `focus`.

    `right` may be None, and may be exchanged at any time. A pair of rows that was joined before is not joined again.
    """

    def __init__(self, left: Widget, right: Widget | None = None, *, wide: int = WIDE, ambiguous: int = 1) -> None:
        self.left = left
        self.right = right
        self.wide = wide
        self.ambiguous = ambiguous
        self.focus: Widget = left
        self._shape = (0, 0, 0)
        self._pairs: list[tuple[Row, Row, Row]] = []

    def split(self, columns: int) -> tuple[int, int] | None:
        """Give the cells of the left and of the right pane (the line between takes 3), None on a narrow terminal."""
        if columns < self.wide or self.right is None:
            return None
        left = min(columns * LEFT_SHARE // 100, LEFT_MOST)
        return left, columns - left - 3

    def act(self, action: str, data: str = "") -> Answer:
        """Hand an action to the pane in focus."""
        return self.focus.act(action, data)

    def draw(self, columns: int, rows: int) -> Frame:
        """Draw in `columns` x `rows` cells; the cursor is that of the pane in focus."""
        sizes = self.split(columns)
        if sizes is None or self.right is None:
            return self.left.draw(columns, rows)
        left, right = self.left.draw(sizes[0], rows), self.right.draw(sizes[1], rows)
        joined = self._join(left.rows, right.rows, columns, sizes, rows)
        if self.focus is not self.right:
            return Frame(joined, left.cursor, left.caret)
        cursor = (right.cursor[0] + sizes[0] + 3, right.cursor[1]) if right.cursor is not None else None
        return Frame(joined, cursor, right.caret)

    def _join(self, left: list[Row], right: list[Row], columns: int, sizes: tuple[int, int], rows: int) -> list[Row]:
        if self._shape != (columns, rows, self.ambiguous):
            self._shape, self._pairs = (columns, rows, self.ambiguous), []
        pairs: list[tuple[Row, Row, Row]] = []
        known = self._pairs or [_NOTHING] * rows
        for one, other, pair in zip(_filled(left, rows), _filled(right, rows), known, strict=False):
            if pair[0] is not one or pair[1] is not other:
                pair = (one, other, _joined(one, other, sizes, self.ambiguous))
            pairs.append(pair)
        self._pairs = pairs
        return [pair[2] for pair in pairs]


_BLANK: Final = Row()
_NOTHING: Final = (Row(), Row(), Row())
_LINE: Final = (Span(" "), Span(PANE, "panel"), Span(" "))


def _filled(drawn: list[Row], rows: int) -> list[Row]:
    return drawn[:rows] + [_BLANK] * (rows - len(drawn))


@lru_cache(maxsize=SHARED_ROWS)
def _joined(one: Row, other: Row, sizes: tuple[int, int], ambiguous: int) -> Row:
    preview = _flat(other, sizes[1], ambiguous)
    if not other.fill and preview and not preview[-1].text.strip(" "):
        preview = preview[:-1]  # blanks at the end of a row are not worth sending
    return Row((*_flat(one, sizes[0], ambiguous), *_LINE, *preview))


@lru_cache(maxsize=SHARED_ROWS)
def _flat(row: Row, cells: int, ambiguous: int) -> Line:
    """Give a row's spans, exactly `cells` wide, with its fill on each of them: a joined row has no fill of its own."""
    fill = row.fill
    out: list[Span] = []
    room = cells
    for text, style in row.spans:
        shown = clip(text, room, ambiguous)
        room -= width(shown, ambiguous)
        own = style if not fill or style.startswith(f"{fill}.") else fill
        out.append(Span(shown, own))
        if shown != text:
            break
    if room > 0:
        out.append(Span(" " * room, fill))
    return tuple(out)
