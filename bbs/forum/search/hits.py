"""What a search gives to people: hits of several kinds, each with the place where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bbs.forum.search.snippets import Snippet


class HitKind(StrEnum):
    """What was found."""

    POST = "post"
    THREAD = "thread"  # by its title
    BULLETIN = "bulletin"
    LIBRARY = "library"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `place` is the slug of the board or column, `official` an office; times are UTC."""

    kind: HitKind
    id: int
    thread: int | None
    floor: int | None
    place: str
    title: Snippet
    author: str
    official: str | None
    created_at: datetime
    snippet: Snippet
    path: str = ""
    """Where it stands in its board's library."""

    @property
    def route(self) -> str:
        if self.kind is HitKind.LIBRARY:
            return f"/b/{self.place}/library/{self.path}"
        if self.kind is HitKind.BULLETIN:
            return f"/n/{self.id}"
        return f"/t/{self.thread}" if self.kind is HitKind.THREAD else f"/t/{self.thread}#{self.floor}"
