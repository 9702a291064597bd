"""Whole screens kept as text: what every row says, and below it which cells look different from the plain ones."""

from __future__ import annotations

import difflib
import os
import string
from pathlib import Path
from typing import Final

from tests.support.terminal import Attributes, Driver

SNAPSHOTS: Final = Path(__file__).resolve().parents[1] / "screens" / "snapshots"
UPDATE: Final = "UPDATE_SNAPSHOTS"
_LETTERS: Final = string.ascii_lowercase + string.ascii_uppercase + string.digits
_PLAIN: Final = "."

Look = tuple[str, str, bool, bool, bool]

_GROUNDS: Final = frozenset({("d6dbe1", "12161c", False, False, False), ("default", "default", False, False, False)})
"""Plain cells: text of the default theme, or of a terminal without colours."""


def picture(driver: Driver) -> str:
    """The screen as text, a map with one letter a cell for each look, and what the letters stand for."""
    terminal = driver.terminal
    columns, rows = driver.link.size
    looks: dict[Look, str] = {}
    maps: list[str] = []
    for row in range(rows):
        cells = [_look(terminal.at(column, row)) for column in range(columns)]
        maps.append("".join(_letter(look, looks) for look in cells).rstrip(_PLAIN))
    legend = [f"{letter} {_words(look)}" for look, letter in looks.items() if letter != _PLAIN]
    column, row = terminal.cursor
    cursor = f"cursor {column},{row} {'shown' if terminal.cursor_shown else 'hidden'}"
    text = [f"|{line}" for line in terminal.rows()]
    return "\n".join([*text, "", *(f"|{line}" for line in maps), "", *legend, cursor, ""])


def _look(cell: Attributes) -> Look:
    return (cell.fg, cell.bg, cell.bold, cell.underline, cell.reverse)


def _letter(look: Look, looks: dict[Look, str]) -> str:
    """The letter of a look; letters are given by first sight, and plain cells are dots."""
    if look not in looks:
        looks[look] = _PLAIN if look in _GROUNDS else _LETTERS[sum(one != _PLAIN for one in looks.values())]
    return looks[look]


def _words(look: Look) -> str:
    fg, bg, bold, underline, reverse = look
    flags = [name for name, on in (("bold", bold), ("underline", underline), ("reverse", reverse)) if on]
    return " ".join([f"{fg} on {bg}", *flags])


def assert_snapshot(name: str, driver: Driver) -> None:
    """Compare the screen with `tests/screens/snapshots/NAME.txt`; with UPDATE_SNAPSHOTS=1 write it instead."""
    path = SNAPSHOTS / f"{name}.txt"
    now = picture(driver)
    if os.environ.get(UPDATE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now, encoding="utf-8")
        return
    assert path.exists(), f"no snapshot {path.name} yet; look at the screen and run again with {UPDATE}=1:\n{now}"
    kept = path.read_text(encoding="utf-8")
    if now != kept:
        changes = "\n".join(difflib.unified_diff(kept.split("\n"), now.split("\n"), "kept", "now", lineterm="", n=1))
        raise AssertionError(f"the screen is not as in {path.name} ({UPDATE}=1 keeps the new one):\n{changes}")
