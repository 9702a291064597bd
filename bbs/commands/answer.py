"""What a command answers: a document for scripts, and words for people."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bbs.text.clean import gate
from bbs.text.when import iso

_CONTROLS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What JSON leaves as it is and a terminal may act on; escaped, it means the same to a script."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: titles are translated words, cells are texts of any origin (cleaned when shown)."""

    titles: Sequence[str]
    cells: Sequence[Sequence[str]]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`document` is what `--json` prints; `parts` (lines and tables) is what a person reads; `exit_code` as in docs."""

    document: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence[str | Rows] = ()
    exit_code: int = 0


def as_json(document: Mapping[str, Any]) -> str:
    """One JSON document on one line; times become ISO 8601 UTC."""
    text = json.dumps(document, ensure_ascii=False, default=_plain)
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def as_text(parts: Sequence[str | Rows], columns: int, *, colour: bool = False) -> str:
    """Lines and tables for a terminal of `columns` cells; every text passes the render gate and none is markup."""
    file = io.StringIO()
    console = Console(
        file=file,
        width=max(20, columns),
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )
    for part in parts:
        if isinstance(part, str):
            file.write(gate(part) + "\n")
        elif not part.cells:
            file.write(gate(part.empty) + "\n")
        else:
            console.print(_table(part), soft_wrap=False)
    return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))


def _table(rows: Rows) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for title in rows.titles:
        table.add_column(Text(gate(title)), overflow="fold")
    for cells in rows.cells:
        table.add_row(*(Text(gate(cell).replace("\n", " ")) for cell in cells))
    return table


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    raise TypeError(f"{type(value).__name__} in a document")
