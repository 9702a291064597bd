"""Rows become escape strings here: gated, cut to the width, coloured for the terminal's depth, and kept on the row."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from bbs.terminal import controls
from bbs.terminal.canvas import Row
from bbs.terminal.theme import Style, Theme
from bbs.text.clean import gate
from bbs.text.spans import Line
from bbs.text.width import clip, width

_SHARED: Final = 256
"""Painters kept for reuse; sessions with equal settings share one, and with it the strings of rows they share."""

_ROWS: Final = 4096
"""Painted rows kept for all sessions together, about one KiB each."""
_PLAIN_ENOUGH: Final = 40
"""Spans of a row that is kept for all: a row of a hundred colours is long, and nobody else's."""
_TEXTS: Final = 2048
"""Measured texts kept for all sessions together."""
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
        self._sgr: dict[str, dict[str, str]] = {}
        self._pads: dict[str, bool] = {}

    def paint(self, row: Row) -> str:
        """Give the row's string, without moving the cursor: clears the row, then draws at most `columns` cells."""
        if row._painter is self:
            return row._painted
        if len(row.spans) <= _PLAIN_ENOUGH:
            # Equal rows of other sessions have the same spans from now on, not only the same string.
            row._painted, row.spans = _painted(self, row.fill, row.spans)
        else:
            row._painted = self._paint(row.fill, row.spans)
        row._painter = self
        return row._painted

    def _paint(self, fill: str, spans: Line) -> str:
        styles = self._sgr.get(fill)
        if styles is None:
            styles = self._sgr[fill] = {"": self._attributes(fill, "")}
            self._pads[fill] = needs_padding(self._merged(fill, ""), self.depth)
        now = ground = styles[""]
        # Cleared first, not last: after a character in the last column ESC[K would take that character away.
        parts = [ground, controls.CLEAR_ROW]
        left = self.columns
        ambiguous = self.ambiguous
        for text, style in spans:
            if not text:
                continue
            if text.isascii() and text.isprintable():
                cells = len(text)
            else:
                text, cells = _measured(text[: left * _POINTS_PER_CELL], ambiguous)
            full = cells > left
            if full:
                text = clip(text, left, ambiguous)
                cells = width(text, ambiguous)
            wanted = styles.get(style)
            if wanted is None:
                wanted = styles[style] = self._attributes(fill, style)
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
        return controls.attributes(codes(self._merged(fill, style), self.depth))

    def _merged(self, fill: str, style: str) -> Style:
        return self.theme.merged(fill, style)


@lru_cache(maxsize=_SHARED)
def painter_for(theme: Theme, depth: int, columns: int, ambiguous: int) -> Painter:
    """Give the painter for these settings, shared by all sessions that have the same."""
    return Painter(theme, depth, columns, ambiguous)


@lru_cache(maxsize=_ROWS)
def _painted(painter: Painter, fill: str, spans: Line) -> tuple[str, Line]:
    return painter._paint(fill, spans), spans


@lru_cache(maxsize=_TEXTS)
def _measured(text: str, ambiguous: int) -> tuple[str, int]:
    """Gate a text for one row, and measure it."""
    text = gate(text).replace("\n", " ")
    return text, width(text, ambiguous)


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
