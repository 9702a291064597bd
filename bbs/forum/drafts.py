"""Drafts that save themselves: one for each place a person writes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bbs.forum.actor import Actor


@dataclass(frozen=True, slots=True)
class Draft:
    """Unfinished writing. `id` travels with the post, so that sending twice makes one post."""

    id: str
    route: str
    title: str
    body: str
    caret: int
    saved_at: datetime


class Drafts:
    async def get(self, actor: Actor, route: str) -> Draft | None:
        raise NotImplementedError

    async def save(self, actor: Actor, route: str, *, id: str, title: str, body: str, caret: int) -> Draft:
        raise NotImplementedError

    async def drop(self, actor: Actor, id: str) -> None:
        raise NotImplementedError

    async def latest(self, actor: Actor) -> Draft | None:
        """The newest unfinished draft, offered on the next login."""
        raise NotImplementedError
