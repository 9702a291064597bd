"""Tables of styled cells, laid out to a width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.text.spans import Line, Span
from bbs.text.width import width
from bbs.text.wrap import wrap_line

MIN_COLUMN: Final = 4
"""Cells of the narrowest column; tables that would need less are shown as plain rows."""

_GAP: Final = Span(" | ", "md.table")


def line_width(line: Line, ambiguous: int = 1) -> int:
    """Measure a styled line in cells."""
    return sum(width(span.text, ambiguous) for span in line)


def lay_out(rows: Sequence[Sequence[Line]], cells: int, ambiguous: int = 1) -> list[Line]:
    """Lay out a table whose first row is its head in at most `cells`; long cells are wrapped."""
    columns = max(map(len, rows), default=0)
    if not columns:
        return []
    room = cells - 3 * (columns - 1)
    if room < MIN_COLUMN * columns:
        return [piece for row in rows for piece in wrap_line(_joined(row), cells, ambiguous)]
    wanted = [
        max((line_width(row[column], ambiguous) for row in rows if column < len(row)), default=0)
        for column in range(columns)
    ]
    widths = _shared(wanted, room)
    laid = _row(rows[0], widths, ambiguous)
    laid.append((Span("-+-".join("-" * wide for wide in widths), "md.table"),))
    for row in rows[1:]:
        laid.extend(_row(row, widths, ambiguous))
    return laid


def _shared(wanted: list[int], room: int) -> list[int]:
    """Give each column what it wants, and when that is too much, an equal share of what is left to the greedy ones."""
    widths = [0] * len(wanted)
    left, waiting = room, len(wanted)
    for column in sorted(range(len(wanted)), key=wanted.__getitem__):
        widths[column] = min(max(wanted[column], 1), left // waiting)
        left -= widths[column]
        waiting -= 1
    return widths


def _row(row: Sequence[Line], widths: list[int], ambiguous: int) -> list[Line]:
    pieces = [
        wrap_line(row[column] if column < len(row) else (), wide, ambiguous) for column, wide in enumerate(widths)
    ]
    lines: list[Line] = []
    for at in range(max(map(len, pieces))):
        spans: list[Span] = []
        for column, wide in enumerate(widths):
            piece = pieces[column][at] if at < len(pieces[column]) else ()
            spans.extend(piece)
            missing = wide - line_width(piece, ambiguous)
            if column + 1 < len(widths):
                spans.extend([Span(" " * missing), _GAP] if missing > 0 else [_GAP])
        lines.append(tuple(spans))
    return lines


def _joined(row: Sequence[Line]) -> Line:
    spans: list[Span] = []
    for line in row:
        if spans:
            spans.append(_GAP)
        spans.extend(line)
    return tuple(spans)
