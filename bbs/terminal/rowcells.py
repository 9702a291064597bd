"""Column layout: one row of cells exactly as wide as the terminal, cut between Chinese characters, never through."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar

from bbs.terminal.canvas import Row
from bbs.terminal.glyphs import ELLIPSIS, SELECTED
from bbs.text.spans import Line, Span
from bbs.text.width import Align, clip, width

T = TypeVar("T")

CACHED_ROWS: Final = 64
"""Rows kept for items that are on the screen or were a moment ago."""
SHARED_ROWS: Final = 2048
"""Rows kept for all sessions together, about one KiB each: many people look at the same lists."""
SHEETS: Final = 256
"""Widths and sets of columns kept for all sessions together."""

Cell: TypeAlias = str | Span | Line
"""What stands in a column: text in the column's style, or styled text."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is its cells, or the least it can do with when `flex` (its share of what is left) is set.

    `most` bounds a flexible column. `gap` cells stand before it (none before the first). `drop` says which columns
    go first on a narrow terminal: the highest goes first, 0 never goes. Of a cell of several parts, one that others
    follow keeps one part in `keeps` of the cell when it has to give way.
    """

    name: str
    width: int
    flex: int = 0
    align: Align = "left"
    style: str = ""
    drop: int = 0
    gap: int = 1
    most: int | None = None
    keeps: int = 2


class Slot(NamedTuple):
    """Where a column landed: its number, the blank cells before it, and its width, in cells."""

    column: int
    gap: int
    width: int


def plan(columns: Sequence[Column], cells: int) -> tuple[Slot, ...]:
    """Place columns into `cells`: drop what has to go, share what is left, cut at the right edge if nothing helps."""
    kept = list(range(len(columns)))
    while _needed(columns, kept) > cells:
        droppable = [index for index in kept if columns[index].drop > 0]
        if not droppable:
            break
        kept.remove(max(droppable, key=lambda index: (columns[index].drop, index)))
    widths = {index: columns[index].width for index in kept}
    _share(columns, widths, cells - _needed(columns, kept))
    slots: list[Slot] = []
    room = cells
    for index in kept:
        gap = min(columns[index].gap if slots else 0, room)
        wide = min(widths[index], room - gap)
        room -= gap + wide
        if wide > 0:
            slots.append(Slot(index, gap, wide))
    return tuple(slots)


def _needed(columns: Sequence[Column], kept: Sequence[int]) -> int:
    gaps = sum(columns[index].gap for index in kept[1:])
    return gaps + sum(columns[index].width for index in kept)


def _share(columns: Sequence[Column], widths: dict[int, int], spare: int) -> None:
    """Give the cells that are left to the flexible columns, by their shares and up to their bounds."""
    growing = [index for index in widths if columns[index].flex > 0]
    while spare > 0 and growing:
        shares = sum(columns[index].flex for index in growing)
        given = 0
        for index in list(growing):
            column = columns[index]
            extra = max(1, spare * column.flex // shares)
            extra = min(extra, spare - given)
            if column.most is not None and widths[index] + extra >= column.most:
                extra = max(0, column.most - widths[index])
                growing.remove(index)
            widths[index] += extra
            given += extra
        spare -= given


def fit_cell(
    cell: Cell,
    cells: int,
    ambiguous: int = 1,
    align: Align = "left",
    style: str = "",
    cut: str = "",
    keeps: int = 2,
) -> Line:
    """Cut and pad one cell to exactly `cells`; parts without a style of their own get `style`."""
    if isinstance(cell, str):
        out, room = _one(cell, style, cells, ambiguous, cut)
    elif isinstance(cell, Span):
        out, room = _one(cell.text, cell.style or style, cells, ambiguous, cut)
    else:
        out, room = _several(cell, cells, ambiguous, style, cut, keeps)
    if room <= 0:
        return tuple(out)
    left = 0 if align == "left" else room if align == "right" else room // 2
    if left:
        out.insert(0, Span(" " * left, style))
    if room - left:
        out.append(Span(" " * (room - left), style))
    return tuple(out)


def _one(text: str, style: str, cells: int, ambiguous: int, cut: str) -> tuple[list[Span], int]:
    """Cut one text; gives it and the cells that are left."""
    shown = clip(text, cells, ambiguous, cut)
    return ([Span(shown, style)] if shown else []), cells - width(shown, ambiguous)


def _several(parts: Line, cells: int, ambiguous: int, style: str, cut: str, keeps: int) -> tuple[list[Span], int]:
    """Cut the parts of one cell; gives them and the cells that are left."""
    widths = [width(part.text, ambiguous) for part in parts]
    out: list[Span] = []
    room, later = cells, sum(widths)
    for number, (text, own) in enumerate(parts):
        wide = widths[number]
        later -= wide
        # A part followed by others (a title before its badge) gives way to them, but keeps its share of the cell.
        share = room if number == len(parts) - 1 else min(room, max(room - later, cells // keeps))
        if wide > share:
            text = clip(text, share, ambiguous, cut)
            wide = width(text, ambiguous)
        if text:
            out.append(Span(text, own or style))
            room -= wide
    return out, room


def lay(
    columns: Sequence[Column],
    cells: Sequence[Cell],
    slots: Sequence[Slot],
    *,
    ambiguous: int = 1,
    style: str = "",
) -> Row:
    """Lay out one row, a blank cell for the marker first; `style` fills what has none of its own."""
    spans: list[Span] = [Span(" ", style)]
    for number, gap, wide in slots:
        column = columns[number]
        if gap:
            spans.append(Span(" " * gap, style))
        cut = ELLIPSIS if column.flex and wide > 2 * len(ELLIPSIS) else ""
        fitted = fit_cell(cells[number], wide, ambiguous, column.align, column.style or style, cut, column.keeps)
        spans.extend(fitted)
    return Row(_merge(spans), style)


def _merge(spans: Sequence[Span]) -> Line:
    """Join neighbours of one style; blanks at the end go, because the row's fill stands for them at no cost."""
    texts: list[str] = []
    styles: list[str] = []
    for text, style in spans:
        if styles and (styles[-1] == style or text.isspace()):
            texts[-1] += text
        elif text:
            texts.append(text)
            styles.append(style)
    while len(texts) > 1:
        texts[-1] = texts[-1].rstrip(" ")
        if texts[-1]:
            break
        texts.pop()
    return tuple(map(Span, texts, styles))


def selected(row: Row) -> Row:
    """Make the selected variant of a row: a bar that starts with the marker."""
    if not row.spans:
        return Row((Span(SELECTED),), "row.selected")
    head, *rest = row.spans
    return Row((Span(SELECTED + head.text[1:], head.style), *rest), "row.selected")


class _Sheet:
    """Columns placed into a width: what rows of equal cells have in common, in whichever session they are."""

    __slots__ = ("ambiguous", "columns", "slots")

    def __init__(self, columns: tuple[Column, ...], width: int, ambiguous: int) -> None:
        self.columns = columns
        self.slots = plan(columns, max(0, width - len(SELECTED)))
        self.ambiguous = ambiguous


_sheet = lru_cache(maxsize=SHEETS)(_Sheet)


@lru_cache(maxsize=SHARED_ROWS)
def _shared(sheet: _Sheet, cells: tuple[Cell, ...], style: str) -> Row:
    """Lay out a row, or give the one with the same content that was laid out for somebody else."""
    return lay(sheet.columns, cells, sheet.slots, ambiguous=sheet.ambiguous, style=style)


_shared_selected = lru_cache(maxsize=SHARED_ROWS // 4)(selected)


class RowCells(Generic[T]):
    """Turns items into rows; `render` is what a ListBox asks for.

    `cells(item)` gives one cell for each column, `style(item)` the style of the whole row, `version(item)` whatever
    else a row depends on (a tag, a language); a row is laid out again only when item or version changed.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[T], Sequence[Cell]],
        *,
        style: Callable[[T], str] | None = None,
        version: Callable[[T], Hashable] | None = None,
        ambiguous: int = 1,
    ) -> None:
        self.columns = tuple(columns)
        self.ambiguous = ambiguous
        self._cells = cells
        self._style = style
        self._version = version
        self._sheet: tuple[tuple[int, int], _Sheet] | None = None
        # Keyed by identity; the entry holds the item, so that the identity stays its own.
        self._rows: dict[int, tuple[T, Hashable, Row]] = {}

    def render(self, item: T, width: int, selection: bool) -> Row:
        """Give the row of an item, `width` cells wide."""
        version = (width, self.ambiguous, self._version(item) if self._version else None)
        entry = self._rows.get(id(item))
        if entry is None or entry[1] != version:
            style = self._style(item) if self._style else ""
            row = _shared(self._placed(width), tuple(self._cells(item)), style)
            if len(self._rows) >= CACHED_ROWS:
                self._rows.clear()
            entry = self._rows[id(item)] = (item, version, row)
        return _shared_selected(entry[2]) if selection else entry[2]

    def heading(self, labels: Sequence[str], width: int, style: str = "table") -> Row:
        """Give the row of column headings; `labels` in the order of the columns."""
        return _shared(self._placed(width), tuple(Span(label, style) for label in labels), style)

    def _placed(self, width: int) -> _Sheet:
        shape = (width, self.ambiguous)
        if self._sheet is None or self._sheet[0] != shape:
            self._sheet = (shape, _sheet(self.columns, width, self.ambiguous))
        return self._sheet[1]
