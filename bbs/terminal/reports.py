"""What a terminal tells beside keys: where its cursor is, and what the mouse did. Nothing of it is trusted."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, TypeAlias

from bbs.terminal import controls
from bbs.terminal.glyphs import PROBE

_CURSOR: Final = re.compile(r"\x1b\[([0-9]{1,4});([0-9]{1,4})R")
_MOUSE: Final = re.compile(r"\x1b\[<([0-9]{1,3});([0-9]{1,4});([0-9]{1,4})M")

What: TypeAlias = Literal["press", "up", "down"]
"""The left button, or the wheel; everything else is not looked at."""
_WHAT: Final[dict[str, What]] = {"0": "press", "64": "up", "65": "down"}


class Pointed(NamedTuple):
    """Something done with the mouse at a cell, counted from 0."""

    what: What
    column: int
    row: int


def probe(row: int) -> str:
    """Write the probe at the beginning of a row (from 0), ask how far the cursor came, and take it away again."""
    at = controls.goto(0, row)
    return f"{controls.PLAIN}{at}{PROBE}{controls.CURSOR_ASK}{at}{controls.CLEAR_ROW}"


def width_told(answer: str, row: int) -> int | None:
    """Cells of an ambiguous character, 1 or 2, from the answer to the probe on a row; None when it says neither."""
    found = _CURSOR.fullmatch(answer)
    if found is None or int(found[1]) != row + 1:
        return None
    cells = int(found[2]) - 1
    return {len(PROBE): 1, 2 * len(PROBE): 2}.get(cells)


def pointed(report: str) -> Pointed | None:
    """What the mouse did, from its report in the form of mode 1006; None for what is not used here."""
    found = _MOUSE.fullmatch(report)
    what = _WHAT.get(found[1]) if found is not None else None
    if found is None or what is None:
        return None
    return Pointed(what, int(found[2]) - 1, int(found[3]) - 1)
