"""Reading raw bytes as a terminal would: which controls there are, and whether text runs past the edge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wcwidth import wcswidth

_TOKEN: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[PX^_\]][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # strings
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x1a\x1c-\x1f\x7f-\x9f]"
    r"|[\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"  # what reorders or hides
)
_GOTO: Final = re.compile(r"\x1b\[(\d+);(\d+)H")
_SCROLL: Final = re.compile(r"\x1b\[(\d+);(\d+)r\x1b\[\1;1H\x1b\[\d+[LM]\x1b\[r")
"""Rows moved between margins that are set and taken back: one control, as far as it goes together."""
_COLOURS: Final = re.compile(r"\x1b\[([\d;]*)m")


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Controls (True) and the text between them (False), in order."""
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield False, text[at : found.start()]
        yield True, found[0]
        at = found.end()
    if at < len(text):
        yield False, text[at:]


def controls_in(text: str) -> set[str]:
    """The kinds of controls: numbers of cursor moves and colours are left out, and moving rows is a cursor move."""
    found = set()
    text = _SCROLL.sub("\x1b[\\1;1H", text)
    for is_control, piece in pieces(text):
        if is_control:
            found.add("goto" if _GOTO.fullmatch(piece) else "colours" if _COLOURS.fullmatch(piece) else piece)
    return found


def colours_in(text: str) -> set[str]:
    """The parameters of all colour sequences."""
    return {found[1] for found in _COLOURS.finditer(text)}


def overruns(text: str, columns: int, rows: int) -> list[str]:
    """Texts that run past the right edge, and moves to cells that are not there."""
    wrong: list[str] = []
    column = 0
    for is_control, piece in pieces(text):
        if not is_control:
            column += max(0, wcswidth(piece))
            if column > columns:
                wrong.append(piece)
        elif place := _GOTO.fullmatch(piece):
            column = int(place[2]) - 1
            if not (1 <= int(place[1]) <= rows and 1 <= int(place[2]) <= columns):
                wrong.append(piece)
        elif piece == "\r":
            column = 0
    return wrong


def stray(text: str, allowed: str = "\n") -> list[str]:
    """Every control in text that has no business with a terminal."""
    return [piece for is_control, piece in pieces(text) if is_control and piece not in allowed]
