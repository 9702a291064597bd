"""News columns and bulletins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bbs.forum.actor import Actor
from bbs.store.paging import Page


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETRACTED = "retracted"


class Priority(StrEnum):
    NORMAL = "normal"
    IMPORTANT = "important"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Column:
    slug: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    read: str
    must_read: bool
    library: bool
    position: int

    @property
    def route(self) -> str:
        return f"/news/{self.slug}"


@dataclass(frozen=True, slots=True)
class ColumnRow:
    column: Column
    bulletins: int
    unread: int
    must_read: int  # of the unread ones
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A bulletin in one language. `pair` is the id of its translation, if there is one the actor may read."""

    id: int
    source_id: str
    lang: str
    column: str
    title: str
    title_en: str
    body: str
    source: str
    author: str
    status: Status
    published_at: datetime
    expires_at: datetime | None
    priority: Priority
    must_read: bool
    audience: str
    tags: tuple[str, ...]
    supersedes: str | None
    revision: int
    pair: int | None
    read: bool
    changed: bool  # read, but changed since
    acknowledged_at: datetime | None

    @property
    def route(self) -> str:
        return f"/n/{self.id}"


@dataclass(frozen=True, slots=True)
class BulletinItem:
    """What an importer hands over: already decoded, not yet cleaned; the rules clean and check it.

    `audience` None = the column's. `status` None = published, or as it was on re-import.
    """

    source_id: str
    column: str
    title: str
    body: str
    lang: str = "zh"
    title_en: str = ""
    source: str = ""
    author: str = ""
    published_at: datetime | None = None
    expires_at: datetime | None = None
    priority: str = "normal"
    must_read: bool | None = None
    audience: str | None = None
    supersedes: str | None = None
    tags: tuple[str, ...] = ()
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one imported item."""

    id: int
    outcome: str  # created, updated, unchanged


class News:
    async def columns(self, actor: Actor) -> list[ColumnRow]:
        """The columns the actor may read, with counts (one statement)."""
        raise NotImplementedError

    async def column(self, actor: Actor, slug: str) -> Column:
        """NotFound(`column.not_found`)."""
        raise NotImplementedError

    async def list(
        self, actor: Actor, column: Column | None, *, lang: str = "zh", after: str | None = None, before: str | None = None,
        limit: int = 50, title: str = "",
    ) -> Page[Bulletin]:
        """Published, unexpired bulletins the actor may read, newest first; of a translation pair the one in `lang`.

        Bodies are left empty here."""
        raise NotImplementedError

    async def get(self, actor: Actor, id: int) -> Bulletin:
        """One bulletin with its body; NotFound(`bulletin.not_found`)."""
        raise NotImplementedError

    async def mark_read(self, actor: Actor, bulletin: Bulletin) -> None:
        raise NotImplementedError

    async def acknowledge(self, actor: Actor, bulletin: Bulletin) -> datetime:
        """"I have read this" under a must-read."""
        raise NotImplementedError

    async def unread(self, actor: Actor) -> tuple[int, int]:
        """Unread bulletins, and must-reads not acknowledged."""
        raise NotImplementedError

    async def must_reads(self, actor: Actor, limit: int = 5) -> list[Bulletin]:
        """Must-reads the actor has not acknowledged, urgent first."""
        raise NotImplementedError

    async def store(self, actor: Actor, items: Sequence[BulletinItem], *, dry_run: bool = False) -> list[Stored | Exception]:
        """Store a batch of items, each for itself (a bad one is a BbsError in its place); idempotent by content.

        With `dry_run` nothing is written and ids of new ones are 0."""
        raise NotImplementedError

    async def publish(self, actor: Actor, id: int) -> Bulletin:
        raise NotImplementedError

    async def retract(self, actor: Actor, id: int, reason: str) -> Bulletin:
        raise NotImplementedError
