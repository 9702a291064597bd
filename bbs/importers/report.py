"""What became of imported things."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bbs.errors import BbsError


class Progress(Protocol):
    """Something that shows how far the import has come, in bytes; `total` None where it is not known."""

    def __call__(self, done: int, total: int | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that was not taken: where it stands (`line` from 1, None where there is none), and why."""

    file: str
    line: int | None
    reason: BbsError


@dataclass(slots=True)
class Report:
    """The numbers of what was created, updated and found unchanged (0 for new ones in a dry run), and what failed."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
