#!/usr/bin/env python3
"""Draws a captured terminal screen as SVG: `tmux capture-pane -e -N -p | docs/pictures/render.py TITLE > home.svg`.

The pictures of this folder show the demo (`make run`) at 80x24. Every character is placed at its own cell, so that a
font with other widths cannot move the columns.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from wcwidth import wcwidth

CELL = 8.4
"""Width of one cell in pixels; a Chinese character takes two."""
ROW = 19
"""Height of a row in pixels."""
BASELINE = 14
"""From the top of a row to the baseline of its text, in pixels."""
MARGIN = 10
"""Pixels around the screen."""
FONTS = (
    "ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono CJK SC','Noto Sans CJK SC',"
    "'PingFang SC','Microsoft YaHei',monospace"
)
WIDE_FONT = 15.4
"""Size of Chinese characters in pixels; what is left of their two cells stands between them."""
PAPER = "#121212"
INK = "#dadada"
_WIDE = f' font-size="{WIDE_FONT}" letter-spacing="{2 * CELL - WIDE_FONT:.1f}"'
_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_FIRST = (
    *("#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5"),
    *("#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff"),
)
_CUBE = (0, 95, 135, 175, 215, 255)


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks; an empty colour is the terminal's own."""

    ink: str = ""
    paper: str = ""
    bold: bool = False
    underline: bool = False
    reverse: bool = False

    @property
    def seen_ink(self) -> str:
        return (self.paper or PAPER) if self.reverse else (self.ink or INK)

    @property
    def seen_paper(self) -> str:
        return (self.ink or INK) if self.reverse else self.paper


@dataclass(frozen=True, slots=True)
class Cell:
    """One character and the column it begins in."""

    char: str
    column: int
    width: int
    style: Style


def colour(number: int) -> str:
    """One of the 256 colours of xterm."""
    if number < 16:
        return _FIRST[number]
    if number >= 232:
        level = 8 + 10 * (number - 232)
        return f"#{level:02x}{level:02x}{level:02x}"
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    return f"#{_CUBE[red]:02x}{_CUBE[green]:02x}{_CUBE[blue]:02x}"


def changed(style: Style, codes: str) -> Style:
    """The style after one SGR sequence."""
    queue = [int(code or 0) for code in codes.split(";")]
    while queue:
        code = queue.pop(0)
        if code in (38, 48):
            shade = colour(queue[1]) if queue[0] == 5 else "#{:02x}{:02x}{:02x}".format(*queue[1:4])
            del queue[: 2 if queue[0] == 5 else 4]
            style = replace(style, ink=shade) if code == 38 else replace(style, paper=shade)
        elif code == 0:
            style = Style()
        elif code in (1, 22):
            style = replace(style, bold=code == 1)
        elif code in (4, 24):
            style = replace(style, underline=code == 4)
        elif code in (7, 27):
            style = replace(style, reverse=code == 7)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style = replace(style, ink=colour(code - 30 if code < 90 else code - 82))
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style = replace(style, paper=colour(code - 40 if code < 100 else code - 92))
        elif code == 39:
            style = replace(style, ink="")
        elif code == 49:
            style = replace(style, paper="")
    return style


def screen(text: str) -> list[list[Cell]]:
    """The rows of a capture; colours carry over from row to row, as tmux writes them."""
    style = Style()
    rows: list[list[Cell]] = []
    for line in text.rstrip("\n").split("\n"):
        row: list[Cell] = []
        column = 0
        for at, piece in enumerate(_SGR.split(line)):
            if at % 2:
                style = changed(style, piece)
                continue
            for char in piece:
                width = max(0, wcwidth(char))
                row.append(Cell(char, column, width, style))
                column += width
        rows.append(row)
    return rows


def drawn(rows: list[list[Cell]], title: str) -> Iterator[str]:
    """The lines of the SVG."""
    columns = max((row[-1].column + row[-1].width for row in rows if row), default=80)
    width, height = columns * CELL + 2 * MARGIN, len(rows) * ROW + 2 * MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" font-family="{FONTS}" font-size="14">'
    )
    yield f"<title>{escape(title)}</title>"
    yield f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>'
    for number, row in enumerate(rows):
        top = MARGIN + number * ROW
        for style, run in groupby(row, key=lambda cell: cell.style):
            yield from _run(style, list(run), top)
    yield "</svg>"


def _run(style: Style, cells: list[Cell], top: int) -> Iterator[str]:
    left = MARGIN + cells[0].column * CELL
    length = sum(cell.width for cell in cells) * CELL
    if style.seen_paper and style.seen_paper != PAPER:
        # A hair wider, so that neighbours leave no seam between them.
        yield f'<rect x="{left:.1f}" y="{top}" width="{length + 0.3:.1f}" height="{ROW}.3" fill="{style.seen_paper}"/>'
    if style.underline:
        yield f'<rect x="{left:.1f}" y="{top + BASELINE + 2}" width="{length:.1f}" height="1" fill="{style.seen_ink}"/>'
    for kind, part in groupby(cells, key=lambda cell: (bool(cell.char.strip()), cell.width == 2)):
        if not kind[0]:
            continue
        shown = list(part)
        size, inset = (_WIDE, (2 * CELL - WIDE_FONT) / 2) if kind[1] else ("", 0.0)
        # Each character has its place; programs that heed only the first place get the same by the advance of the font.
        places = " ".join(f"{MARGIN + cell.column * CELL + inset:.1f}" for cell in shown)
        weight = ' font-weight="bold"' if style.bold else ""
        text = escape("".join(cell.char for cell in shown), quote=False)
        yield f'<text x="{places}" y="{top + BASELINE}"{size}{weight} fill="{style.seen_ink}">{text}</text>'


if __name__ == "__main__":
    sys.stdout.writelines(line + "\n" for line in drawn(screen(sys.stdin.read()), " ".join(sys.argv[1:]) or "Mingtan"))
