"""Rows become escape strings here: gated, cut to the width, coloured for the terminal's depth, and kept on the row."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from bbs.terminal import controls
from bbs.terminal.canvas import Row
from bbs.terminal.theme import Style, Theme
from bbs.text.clean import gate
from bbs.text.width import clip, width

_SHARED: Final = 256
"""Painters kept for reuse; sessions with equal settings share one, and with it the strings of rows they share."""


_POINTS_PER_CELL: Final = 16
"""Code points looked at for each cell that is left; clean text never has as many."""


class Painter:
    """Paints rows for one theme, colour depth (0, 16, 256, 16777216), width in cells and ambiguous width (1 or 2).

    Never changes: another size or theme is another painter, and a row's string is kept together with its painter.
    """

    __slots__ = ("_pads", "_sgr", "ambiguous", "columns", "depth", "theme")

    def __init__(self, theme: Theme, depth: int, columns: int, ambiguous: int = 1) -> None:
        self.theme = theme
        self.depth = depth
        self.columns = columns
        self.ambiguous = ambiguous
        self._sgr: dict[tuple[str, str], str] = {}
        self._pads: dict[str, bool] = {}

    def paint(self, row: Row) -> str:
        """Give the row's string, without moving the cursor: clears the row, then draws at most `columns` cells."""
        if row._painter is self:
            return row._painted
        painted = self._paint(row)
        row._painted, row._painter = painted, self
        return painted

    def _paint(self, row: Row) -> str:
        fill = row.fill
        now = ground = self._attributes(fill, "")
        # Cleared first, not last: after a character in the last column ESC[K would take that character away.
        parts = [ground, controls.CLEAR_ROW]
        left = self.columns
        ambiguous = self.ambiguous
        for text, style in row.spans:
            if not text:
                continue
            if not (text.isascii() and text.isprintable()):
                text = text[: left * _POINTS_PER_CELL]
                text = gate(text).replace("\n", " ")
            cells = len(text) if text.isascii() else width(text, ambiguous)
            full = cells > left
            if full:
                text = clip(text, left, ambiguous)
                cells = width(text, ambiguous)
            wanted = self._attributes(fill, style) if style else ground
            if wanted != now:
                parts.append(wanted)
                now = wanted
            parts.append(text)
            left -= cells
            if full or left <= 0:
                break  # not even a narrow character goes after a wide one that was cut
        if left > 0 and self._pads[fill]:
            # Not left to ESC[K: some terminals erase with the default background.
            if now != ground:
                parts.append(ground)
            parts.append(" " * left)
        return "".join(parts)

    def _attributes(self, fill: str, style: str) -> str:
        key = (fill, style)
        found = self._sgr.get(key)
        if found is None:
            found = self._sgr[key] = controls.attributes(codes(self._merged(fill, style), self.depth))
            self._pads[fill] = needs_padding(self._merged(fill, ""), self.depth)
        return found

    def _merged(self, fill: str, style: str) -> Style:
        return self.theme.merged(fill, style)


@lru_cache(maxsize=_SHARED)
def painter_for(theme: Theme, depth: int, columns: int, ambiguous: int) -> Painter:
    """Give the painter for these settings, shared by all sessions that have the same."""
    return Painter(theme, depth, columns, ambiguous)


def needs_padding(style: Style, depth: int) -> bool:
    """Whether empty cells in this style look different from the terminal's own background."""
    return style.reverse or style.underline or (depth > 0 and style.bg is not None)


def codes(style: Style, depth: int) -> str:
    """Give the SGR parameters of a style at a colour depth (ECMA-48 8.3.117; 38/48 after ISO 8613-6)."""
    parts: list[str] = []
    if style.bold:
        parts.append("1")
    if style.underline:
        parts.append("4")
    if style.reverse:
        parts.append("7")
    if depth > 0:
        for colour, base in ((style.fg, 30), (style.bg, 40)):
            if colour is not None:
                parts.append(colour.parameters(depth, base))
    return ";".join(parts)
