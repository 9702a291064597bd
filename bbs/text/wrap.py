"""Line breaking for Chinese and Latin text in cells (rules after CLREQ and JIS X 4051, level one)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from bbs.text.spans import Line, Span
from bbs.text.width import cluster_width, graphemes, is_single, width

MIN_CELLS: Final = 2
"""Narrower than one Chinese character nothing can be wrapped; smaller values are taken as this."""

# Never at the start of a line.
_CLOSING: Final = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】〗〙〛〞°′″℃％‰…—～·ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
    "｡｣､･,.:;?!)]}%’”"
)
# Never at the end of a line.
_OPENING: Final = frozenset("‘“（〔［｛〈《「『【〖〘〚〝£¥＄￥￡$([{")
# Punctuation of Latin text: part of a word unless it stands next to a wide character.
_LATIN: Final = frozenset(",.:;?!)]}%$([{’‘“”…—·°′″‰£¥")


_ASCII: Final = re.compile(r" |[^ ]+")
_ALNUM: Final = re.compile(r"[0-9A-Za-z]+|.", re.DOTALL)


class _Unit(NamedTuple):
    """A stretch that is not broken: its place in the text and its cells; a space is a unit of its own."""

    start: int
    end: int
    cells: int
    space: bool


def wrap(text: str, cells: int, ambiguous: int = 1) -> list[str]:
    """Break text into lines of at most `cells`; LF starts a new line; spaces at a break go."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines.extend(line[start:end] for start, end in _breaks(line, max(cells, MIN_CELLS), ambiguous))
    return lines


def wrap_line(line: Line, cells: int, ambiguous: int = 1) -> list[Line]:
    """Break one styled line into lines of at most `cells`, each with its styles."""
    text = "".join(span.text for span in line)
    pieces = _breaks(text, max(cells, MIN_CELLS), ambiguous)
    if len(pieces) == 1 and pieces[0] == (0, len(text)):
        return [line]
    return _slices(line, pieces)


def chop(text: str, cells: int, ambiguous: int = 1) -> list[str]:
    """Break one line wherever it is full, as code and addresses need it; spaces stay."""
    unit = _Unit(0, len(text), 0, False)
    return [text[start:end] for start, end in _chop(text, unit, max(cells, MIN_CELLS), ambiguous)]


def _slices(line: Line, pieces: list[tuple[int, int]]) -> list[Line]:
    """Cut a styled line at places that do not go back; one walk over the spans."""
    lines: list[Line] = []
    spans = iter(line)
    span, at = next(spans, Span("")), 0  # the current span and where it starts
    for start, end in pieces:
        row: list[Span] = []
        while at < end:
            after = at + len(span.text)
            if after > start:
                row.append(Span(span.text[max(0, start - at) : end - at], span.style))
            if after > end:
                break
            span, at = next(spans, Span("")), after
            if not span.text and at >= end:
                break
        lines.append(tuple(piece for piece in row if piece.text))
    return lines


def _breaks(text: str, cells: int, ambiguous: int) -> list[tuple[int, int]]:
    """Tell where each line starts and ends in the text, trailing spaces left out."""
    if len(text) * 2 <= cells or width(text, ambiguous) <= cells:
        return [(0, len(text))]
    lines: list[tuple[int, int]] = []
    start = end = used = 0  # the line being filled: text[start:end], `used` cells
    gap = 0  # cells of spaces after `end`
    for unit in _units(text, ambiguous):
        if unit.space:
            gap += unit.cells
            continue
        if used + gap + unit.cells <= cells:
            used, end, gap = used + gap + unit.cells, unit.end, 0
            continue
        if end > start:
            lines.append((start, end))
        start, end, used, gap = unit.start, unit.end, unit.cells, 0
        if used > cells:
            *full, (start, end) = _chop(text, unit, cells, ambiguous)
            lines.extend(full)
            used = width(text[start:end], ambiguous)
    if end > start or not lines:
        lines.append((start, end))
    return lines


def _chop(text: str, unit: _Unit, cells: int, ambiguous: int) -> list[tuple[int, int]]:
    """Break a unit that is longer than the line between clusters."""
    pieces: list[tuple[int, int]] = []
    start = at = unit.start
    used = 0
    for cluster in graphemes(text[unit.start : unit.end]):
        wide = cluster_width(cluster, ambiguous)
        if used + wide > cells and at > start:
            pieces.append((start, at))
            start, used = at, 0
        at += len(cluster)
        used += wide
    pieces.append((start, at))
    return pieces


def _units(text: str, ambiguous: int) -> list[_Unit]:
    """Cut text into stretches that stay together: words, and characters with the punctuation that clings to them."""
    if text.isascii():
        return [_Unit(*match.span(), match.end() - match.start(), match[0] == " ") for match in _ASCII.finditer(text)]
    units: list[_Unit] = []
    at = 0
    open_end = False  # the last unit wants what follows: an opening mark, or a word going on
    word = False  # the last unit ends in a Latin word
    for cluster in _pieces(text):
        start, at = at, at + len(cluster)
        wide = len(cluster) if cluster.isascii() else cluster_width(cluster, ambiguous)
        if cluster == " ":
            units.append(_Unit(start, at, 1, True))
            open_end = word = False
            continue
        head = cluster[0]
        latin = cluster.isascii() or not _breaks_around(head, wide)
        joins = bool(units) and not units[-1].space and (open_end or head in _CLOSING or (word and latin))
        if joins:
            last = units[-1]
            units[-1] = _Unit(last.start, at, last.cells + wide, False)
        else:
            units.append(_Unit(start, at, wide, False))
        open_end = head in _OPENING
        word = latin and not (head in _CLOSING and head not in _LATIN)
    return units


def _pieces(text: str) -> list[str]:
    """Cut text into clusters, words of ASCII letters and digits left whole where nothing can combine with them."""
    return _ALNUM.findall(text) if is_single(text) else graphemes(text)


def _breaks_around(head: str, wide: int) -> bool:
    """Whether lines may be broken before and after a cluster: so it is for wide characters."""
    return (wide > 1 and head not in _LATIN) or "\u2e80" <= head <= "\u9fff"
