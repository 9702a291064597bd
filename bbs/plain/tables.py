"""Tables said row by row: nobody hears a column, so each cell comes after the name of its column."""

from __future__ import annotations

import re
from typing import Final

_RULE: Final = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_CELLS: Final = re.compile(r"(?<!\\)\|")
_FENCE: Final = re.compile(r"\s{0,3}(?:```|~~~)")
_BAR: Final = re.compile(r"[#\s]*")
"""Cells that draw a bar or say nothing."""


def spoken(body: str) -> str:
    """A Markdown text with every table as list items: `- topic: breakfast; accounts: 6`."""
    if "|" not in body:
        return body
    lines, said = body.split("\n"), list[str]()
    at, fenced = 0, False
    while at < len(lines):
        line = lines[at]
        fenced ^= _FENCE.match(line) is not None
        if fenced or "|" not in line or at + 1 == len(lines) or not _is_rule(lines[at + 1]):
            said.append(line)
            at += 1
            continue
        heads = _cells(line)
        at += 2
        while at < len(lines) and "|" in lines[at]:
            said.append("- " + "; ".join(_named(heads, _cells(lines[at]))))
            at += 1
    return "\n".join(said)


def _is_rule(line: str) -> bool:
    return "|" in line and "-" in line and len(line) < 1000 and _RULE.fullmatch(line) is not None


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(line.strip().removeprefix("|").removesuffix("|"))]


def _named(heads: list[str], cells: list[str]) -> list[str]:
    named = [(heads[at] if at < len(heads) else "", cell) for at, cell in enumerate(cells)]
    return [f"{head}: {cell}" if head else cell for head, cell in named if not _BAR.fullmatch(cell)]
