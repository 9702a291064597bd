"""boards.yaml: the community, declared; checked with errors that name file, line and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bbs.forum.actor import Actor


@dataclass(frozen=True, slots=True)
class Site:
    """The `site` part: names, zone, languages, how registration works (invitation, open, approval)."""

    zh: str
    en: str
    zone: str
    language: str
    registration: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan. `act`: add, change, archive, restore, move; `what`: section, board, office, column."""

    act: str
    what: str
    slug: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    changes: tuple[Change, ...]
    digest: str  # of the file the plan was made from; `apply` refuses another


class Community:
    """The declared community against what is in the store."""

    site: Site

    async def load(self) -> None:
        """Read what the store holds (at start); an empty store holds nothing until a plan is applied."""
        raise NotImplementedError

    async def plan(self, actor: Actor, path: Path) -> Plan:
        """What applying the file would change. Raises Invalid(`boards.invalid`, file, line, problem, right)."""
        raise NotImplementedError

    async def apply(self, actor: Actor, path: Path) -> Plan:
        """Apply the file in one transaction; boards no longer declared are archived, never deleted. Recorded."""
        raise NotImplementedError
