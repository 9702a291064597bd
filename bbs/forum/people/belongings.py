"""What somebody wrote here, for themselves to take along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, bindparam, select

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.people import letters
from bbs.forum.people.letters import Letter
from bbs.forum.posts import numbered
from bbs.forum.posts.numbered import Numbered
from bbs.store.database import Database
from bbs.store.paging import Page
from bbs.store.tables import board, post, thread


@dataclass(frozen=True, slots=True)
class Written:
    """A post of one's own with its whole text, hidden and withdrawn ones too; `title` is "" below the first floor."""

    id: int
    thread: int
    floor: int
    board: str
    title: str
    body: str
    created_at: datetime
    edited_at: datetime | None
    hidden: bool
    withdrawn: bool

    @property
    def route(self) -> str:
        return f"/t/{self.thread}#{self.floor}"


_MINE: Final = Numbered(
    select(
        post.c.id,
        post.c.thread_id,
        post.c.floor,
        board.c.slug,
        thread.c.title,
        post.c.body,
        post.c.created_at,
        post.c.edited_at,
        post.c.hidden_at,
        post.c.withdrawn_at,
    )
    .join(thread, thread.c.id == post.c.thread_id)
    .join(board, board.c.id == thread.c.board_id)
    .where(post.c.author_id == bindparam("author", type_=Integer), post.c.moved_to.is_(None)),
    post.c.id,
)


class Belongings:
    """Reads what is one's own, and nobody else's."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def posts(self, actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[Written]:
        """A page of one's posts, the newest first. Raises Forbidden, Invalid(`cursor.bad`, `page.limit`)."""
        access.require(actor, Verb.ACCOUNT_SELF)
        at = numbered.place(after)
        given = {"author": actor.account_id}
        rows = await self._db.read(lambda tx: _MINE.rows(tx, at, limit, given))
        return numbered.page(rows, at, limit, lambda row: int(row.id), _written)

    async def letters(self, actor: Actor) -> list[Letter]:
        """One's copies of all letters, the oldest first. Raises Forbidden."""
        access.require(actor, Verb.ACCOUNT_SELF)
        owner = actor.account_id
        return [] if owner is None else await self._db.read(lambda tx: letters.every(tx, owner))


def _written(row: Any) -> Written:
    return Written(
        id=row.id,
        thread=row.thread_id,
        floor=row.floor,
        board=row.slug,
        title=row.title if row.floor == 1 else "",
        body=row.body,
        created_at=row.created_at,
        edited_at=row.edited_at,
        hidden=row.hidden_at is not None,
        withdrawn=row.withdrawn_at is not None,
    )
