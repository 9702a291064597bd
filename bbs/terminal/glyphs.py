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

ALL: Final = (SELECTED, PATH, PANE, ELLIPSIS, SECRET)
