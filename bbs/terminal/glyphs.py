"""The characters our own chrome draws with. All are ASCII: one cell in every terminal, font and locale."""

from __future__ import annotations

from typing import Final

SELECTED: Final = ">"
"""GREATER-THAN SIGN: stands before the selected row, so that it is seen without colour."""
PATH: Final = ">"
"""GREATER-THAN SIGN: between site and title in the head bar."""
PANE: Final = "|"
"""VERTICAL LINE: between two panes."""
ELLIPSIS: Final = ".."
"""Two FULL STOPs: text was cut here. Not U+2026, which is ambiguous in width."""
SECRET: Final = "*"
"""ASTERISK: one for each character of a password."""
BAR: Final = "="
"""EQUALS SIGN: one cell of a bar in a chart; its style gives it a background where there are colours."""
HALF_BAR: Final = "-"
"""HYPHEN-MINUS: half a cell on top of a column in a chart."""
NO_BAR: Final = "."
"""FULL STOP: a column in a chart that is nought, so that it is not taken for a month that is not known."""
TREND: Final = "_.-=*#"
"""LOW LINE, FULL STOP, HYPHEN-MINUS, EQUALS SIGN, ASTERISK, NUMBER SIGN: the steps of a trend in one row, rising."""

PROBE: Final = "\u25a1\u25a0\u2605\u203b\u2192"
"""WHITE SQUARE, BLACK SQUARE, BLACK STAR, REFERENCE MARK, RIGHTWARDS ARROW: of ambiguous width (UAX #11), written and
taken away again to learn how wide a terminal draws them; never shown."""

ALL: Final = (SELECTED, PATH, PANE, ELLIPSIS, SECRET, BAR, HALF_BAR, NO_BAR, TREND)
