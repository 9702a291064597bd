"""Soft wrapping for places where text is edited: every position of the text has a cell, and every cell a position.

Unlike `bbs.text.wrap`, nothing is left out at a break, so that the caret can stand anywhere.
"""

from __future__ import annotations

from typing import NamedTuple

from bbs.text.width import cluster_width, graphemes, width


class Piece(NamedTuple):
    """One row of a wrapped line: `line[start:end]`."""

    start: int
    end: int


def pieces(line: str, cells: int, ambiguous: int = 1) -> list[Piece]:
    """Break one line into rows of at most `cells`, after a space or beside a wide character where there is one."""
    cells = max(cells, 2)
    if len(line) * 2 <= cells or width(line, ambiguous) <= cells:
        return [Piece(0, len(line))]
    found: list[Piece] = []
    start = at = used = 0
    stop = used_at_stop = 0  # the last good place to break, and the cells up to it
    wide_before = False
    for cluster in graphemes(line):
        wide = cluster_width(cluster, ambiguous)
        if at > start and (wide > 1 or wide_before):
            stop, used_at_stop = at, used
        if used + wide > cells:
            if stop <= start:
                stop, used_at_stop = at, used
            found.append(Piece(start, stop))
            start, used = stop, used - used_at_stop
        at += len(cluster)
        used += wide
        wide_before = wide > 1
        if cluster == " ":
            stop, used_at_stop = at, used
    found.append(Piece(start, at))
    return found


def row_of(rows: list[Piece], offset: int) -> int:
    """Give the index of the row a position of the line is shown in; at a break it is the later row."""
    for index, piece in enumerate(rows):
        if offset < piece.end:
            return index
    return len(rows) - 1


def column_of(line: str, piece: Piece, offset: int, ambiguous: int = 1) -> int:
    """Give the cell of a position within its row."""
    return width(line[piece.start : max(piece.start, offset)], ambiguous)


def offset_at(line: str, piece: Piece, column: int, *, last: bool, ambiguous: int = 1) -> int:
    """Give the position nearest to a cell of a row; `last` says that this is the line's last row."""
    at = piece.start
    used = 0
    for cluster in graphemes(line[piece.start : piece.end]):
        wide = cluster_width(cluster, ambiguous)
        if used + wide > column:
            return at
        used += wide
        if not last and at + len(cluster) >= piece.end:
            return at  # the position after it belongs to the next row
        at += len(cluster)
    return at
