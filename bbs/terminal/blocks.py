"""Blocks of a reader laid out as rows: a head only we can draw, and a body that never touches the first column."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from bbs.terminal.canvas import Row
from bbs.terminal.glyphs import ELLIPSIS
from bbs.text.spans import Line, Span
from bbs.text.width import clip, width

OFFICIAL: Final = "official"
"""The style family of an officer's bar; nothing else may wear it."""
INDENT: Final = " "
"""What every row of a body starts with: the first column belongs to heads."""
_INDENT_SPAN: Final = Span(INDENT)
SHARED_ROWS: Final = 4096
"""Rows of bodies kept for all sessions together, about half a KiB each."""
SHARED_SPANS: Final = 40
"""Spans of a row that is kept for all sessions."""
SHARED_HEADS: Final = 512
"""Heads kept for all sessions together."""
HEAD_GAP: Final = 2
"""Cells between the two sides of a head at least."""
QUERY_LIMIT: Final = 200
"""Characters of a search that are looked at."""


class Block(Protocol):
    """One floor, or a whole bulletin (then its floor is 1). Two states of a block must not compare equal."""

    @property
    def id(self) -> Hashable: ...

    @property
    def floor(self) -> int: ...


B = TypeVar("B", bound=Block)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a block: who on the left, when and what else on the right.

    `official` makes it an officer's bar; only code that has checked the appointment sets it.
    """

    left: Line
    right: Line = ()
    official: bool = False


Body = Callable[[B, int], Sequence[Line]]
"""Renders a block's text into lines of at most so many cells."""


@lru_cache(maxsize=SHARED_HEADS)
def head_rows(head: Head, cells: int, ambiguous: int = 1) -> tuple[Row, ...]:
    """Draw a head as one bar, or as two when both sides do not fit beside each other."""
    fill = OFFICIAL if head.official else "floor"
    left, right = _worn(head.left, head.official), _worn(head.right, head.official)
    left_cells, right_cells = _cells(left, ambiguous), _cells(right, ambiguous)
    if not right:
        return (Row(_cut(left, cells, ambiguous), fill),)
    gap = cells - left_cells - right_cells - 1
    if gap >= HEAD_GAP:
        return (Row((*left, Span(" " * gap), *right), fill),)
    second = _cut(right, cells - 2, ambiguous)
    return Row(_cut(left, cells, ambiguous), fill), Row((Span("  "), *second), fill)


def body_row(line: Line, cells: int, ambiguous: int = 1) -> Row:
    """Draw a line of a body; people who read the same text have the same rows."""
    return _shared_row(line, cells, ambiguous) if len(line) <= SHARED_SPANS else _body_row(line, cells, ambiguous)


def _body_row(line: Line, cells: int, ambiguous: int) -> Row:
    return Row(_cut((_INDENT_SPAN, *_worn(line, False)), cells, ambiguous))


_shared_row = lru_cache(maxsize=SHARED_ROWS)(_body_row)


def _worn(line: Line, official: bool) -> Line:
    """Keep the official styles for officers."""
    if official:
        return tuple(span if span.style.startswith(OFFICIAL) else Span(span.text) for span in line)
    return tuple(Span(span.text) if span.style.startswith(OFFICIAL) else span for span in line)


def _cells(line: Line, ambiguous: int) -> int:
    return sum(width(span.text, ambiguous) for span in line)


def _cut(line: Line, cells: int, ambiguous: int) -> Line:
    if _cells(line, ambiguous) <= cells:
        return line
    out: list[Span] = []
    room = cells
    for span in line:
        text = clip(span.text, room, ambiguous, ELLIPSIS if room > len(ELLIPSIS) else "")
        out.append(Span(text, span.style))
        room -= width(text, ambiguous)
        if text != span.text or room <= 0:
            break
    return tuple(out)


class Layout:
    """One block laid out for a width: the rows of its head, and rows of its body made when they are first shown."""

    __slots__ = ("_ambiguous", "_cells", "_found", "_hits", "_text", "block", "heads", "lines", "rows", "size")

    def __init__(self, block: Block, heads: Sequence[Row], lines: Sequence[Line], cells: int, ambiguous: int) -> None:
        self.block = block
        self.heads = len(heads)
        self.lines = lines
        self.rows: list[Row | None] = [*heads, *([None] * len(lines))]
        self.size = len(self.rows)
        self._cells = cells
        self._ambiguous = ambiguous
        self._text: str | None = None
        self._found: re.Pattern[str] | None = None
        self._hits: dict[int, list[tuple[int, int]]] = {}

    def show(self, start: int, end: int) -> list[Row]:
        """Give the rows from `start` up to `end`."""
        rows = self.rows
        return [rows[place] or self._make(place) for place in range(start, end)]

    def _make(self, place: int) -> Row:
        number = place - self.heads
        line = self.lines[number]
        if number in self._hits:
            line = _marked(line, self._hits[number])
        row = self.rows[place] = body_row(line, self._cells, self._ambiguous)
        return row

    def find(self, pattern: re.Pattern[str] | None) -> list[int]:
        """Mark what matches, and give the places of the rows where a match starts."""
        if pattern is self._found:
            return self._starts()
        for number in self._hits:
            self.rows[self.heads + number] = None
        self._found, self._hits = pattern, {}
        if pattern is None:
            return []
        if self._text is None:
            self._text = plain(self.lines)
        ends = _line_ends(self.lines)
        number = 0
        for match in pattern.finditer(self._text):
            while ends[number] < match.start():
                number += 1
            self._mark(match.start(), match.end(), number, ends)
        for number in self._hits:
            self.rows[self.heads + number] = None
        return self._starts()

    def _mark(self, start: int, end: int, number: int, ends: Sequence[int]) -> None:
        """Spread a match over the lines it runs through; a line that only continues one gets a negative start."""
        while number < len(ends):
            begin = ends[number - 1] + 1 if number else 0
            if begin >= end:
                return
            self._hits.setdefault(number, []).append((start - begin, min(end, ends[number]) - begin))
            number += 1

    def _starts(self) -> list[int]:
        return [self.heads + number for number, spots in self._hits.items() if any(start >= 0 for start, _ in spots)]

    def letters_before(self, place: int) -> int:
        """Count the body's characters above a row, blanks left out, which is what a new width does not change."""
        return sum(_letters(line) for line in self.lines[: max(0, place - self.heads)])

    def place_of(self, letters: int) -> int:
        """Find the row of the body with that many characters above it."""
        for number, line in enumerate(self.lines):
            inside = _letters(line)
            if letters < inside:
                return self.heads + number
            letters -= inside
        return max(0, self.size - 1)


def _letters(line: Line) -> int:
    return sum(len(span.text) - span.text.count(" ") for span in line)


def plain(lines: Sequence[Line]) -> str:
    """Join lines into text to be searched."""
    return "\n".join("".join(span.text for span in line) for line in lines)


def _line_ends(lines: Sequence[Line]) -> list[int]:
    """Tell where the line break after each line is in the joined text."""
    ends: list[int] = []
    at = -1
    for line in lines:
        at += 1 + sum(len(span.text) for span in line)
        ends.append(at)
    return ends


def pattern_of(query: str) -> re.Pattern[str]:
    """Make a search that ignores case, and that a line break inside a word or a sentence does not stop."""
    words = query[:QUERY_LIMIT].split()
    return re.compile("[ \n]+".join("\n?".join(map(re.escape, word)) for word in words), re.IGNORECASE)


def _marked(line: Line, spots: Sequence[tuple[int, int]]) -> Line:
    """Give the found stretches the style `found`."""
    out: list[Span] = []
    at = 0
    for text, style in line:
        cursor = 0
        for start, end in spots:
            low, high = max(start - at, cursor), min(end - at, len(text))
            if low < high:
                out.append(Span(text[cursor:low], style))
                out.append(Span(text[low:high], "found"))
                cursor = high
        out.append(Span(text[cursor:], style))
        at += len(text)
    return tuple(span for span in out if span.text)
