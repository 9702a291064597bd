"""News and bulletins as values, and what an importer hands over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bbs.forum.boards.places import Column


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETRACTED = "retracted"


class Priority(StrEnum):
    NORMAL = "normal"
    IMPORTANT = "important"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class ColumnRow:
    column: Column
    bulletins: int
    unread: int
    must_read: int  # not acknowledged
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
