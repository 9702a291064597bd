"""Boards and sections as people see them."""

from __future__ import annotations

from dataclasses import dataclass

from bbs.forum.actor import Actor


@dataclass(frozen=True, slots=True)
class Section:
    slug: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Board:
    """A board and its policy. `read`: public or members; `post` (who starts threads): members or officers."""

    id: int
    slug: str
    section: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    nature: str
    tracked: bool
    library: bool
    read: str
    post: str
    offices: tuple[str, ...]
    unit: str
    position: int
    threads: int
    last_post_id: int
    archived: bool

    @property
    def route(self) -> str:
        return f"/b/{self.slug}"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board in somebody's list: `unread` counts threads with something new, at most UNREAD_CAP."""

    board: Board
    unread: int


UNREAD_CAP = 999
"""Counts stop here: nobody reads "12,345 unread", and a bounded count stays fast on a board of a million threads."""


class Boards:
    """Reading the boards. Hot and read-mostly: kept in memory, dropped by hub events."""

    async def sections(self, actor: Actor) -> list[tuple[Section, list[BoardRow]]]:
        """All boards the actor may read, by section, with unread counts (one wide query)."""
        raise NotImplementedError

    async def get(self, actor: Actor, slug: str) -> Board:
        """One board; raises NotFound(`board.not_found`) also for boards the actor may not read."""
        raise NotImplementedError

    async def unread_total(self, actor: Actor) -> tuple[int, int]:
        """Threads with something new, and in how many boards."""
        raise NotImplementedError
