"""Drafts that save themselves: one for each place a person writes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, delete, insert, or_, select

from bbs.errors import Conflict, Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.posts import BODY_LIMIT, TITLE_LIMIT
from bbs.store.database import Database, Tx
from bbs.store.tables import draft
from bbs.text.clean import clean_line, clean_text
from bbs.text.when import Clock

DRAFTS_MOST: Final = 10
"""Drafts of one account; the one not touched for longest goes first."""
ROUTE_LIMIT: Final = 200
"""Characters of the route a draft is written at."""
ID_LIMIT: Final = 36
"""Characters of the id of a draft."""
SIZE_LIMIT: Final = BODY_LIMIT * 4
"""Characters of a draft: more than may be posted, so that what is too long can be kept and shortened."""


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
    """Keeping unfinished writing; people without an account have nowhere to keep it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def get(self, actor: Actor, route: str) -> Draft | None:
        """The draft at a route, if there is one."""
        query = _MINE.where(draft.c.account_id == actor.account_id, draft.c.route == route)
        return await self._first(actor, query)

    async def latest(self, actor: Actor) -> Draft | None:
        """The newest unfinished draft, offered on the next login."""
        query = _MINE.where(draft.c.account_id == actor.account_id)
        return await self._first(actor, query.order_by(draft.c.saved_at.desc(), draft.c.id).limit(1))

    async def save(self, actor: Actor, route: str, *, id: str, title: str, body: str, caret: int) -> Draft:
        """Keep a draft in place of the one that was there.

        Raises Forbidden, Invalid(`draft.id`, `draft.route`, `draft.long`), Conflict(`draft.taken`)."""
        access.require(actor, Verb.ACCOUNT_SELF)
        if not (0 < len(id) <= ID_LIMIT and id.isascii() and id.isprintable()):
            raise Invalid("draft.id")
        if not (route.startswith("/") and len(route) <= ROUTE_LIMIT and route.isprintable()):
            raise Invalid("draft.route")
        if len(body) > SIZE_LIMIT or len(title) > SIZE_LIMIT:
            raise Invalid("draft.long", most=SIZE_LIMIT)
        kept = Draft(
            id=id,
            route=route,
            title=clean_line(title, TITLE_LIMIT),
            body=clean_text(body),
            caret=max(0, min(caret, len(body))),
            saved_at=self._clock.now(),
        )
        await self._db.write(lambda tx: _save(tx, actor, kept))
        return kept

    async def drop(self, actor: Actor, id: str) -> None:
        """Forget a draft; nothing happens when there is none."""
        mine = and_(draft.c.id == id, draft.c.account_id == actor.account_id)
        if actor.account_id is not None:
            await self._db.write(lambda tx: tx.connection.execute(delete(draft).where(mine)).rowcount)

    async def _first(self, actor: Actor, query: Any) -> Draft | None:
        if actor.account_id is None:
            return None
        row = await self._db.read(lambda tx: tx.connection.execute(query).first())
        return None if row is None else Draft(*row)


def _save(tx: Tx, actor: Actor, kept: Draft) -> None:
    taken = select(draft.c.account_id).where(draft.c.id == kept.id)
    owner = tx.connection.execute(taken).scalar_one_or_none()
    if owner is not None and owner != actor.account_id:
        raise Conflict("draft.taken")
    here = and_(draft.c.account_id == actor.account_id, or_(draft.c.route == kept.route, draft.c.id == kept.id))
    tx.connection.execute(delete(draft).where(here))
    tx.connection.execute(
        insert(draft).values(
            id=kept.id,
            account_id=actor.account_id,
            route=kept.route,
            title=kept.title,
            body=kept.body,
            caret=kept.caret,
            saved_at=kept.saved_at,
        )
    )
    newest = (
        select(draft.c.id)
        .where(draft.c.account_id == actor.account_id)
        .order_by(draft.c.saved_at.desc(), draft.c.id)
        .limit(DRAFTS_MOST)
    )
    old = and_(draft.c.account_id == actor.account_id, draft.c.id.not_in(newest))
    tx.connection.execute(delete(draft).where(old))


_MINE: Final = select(draft.c.id, draft.c.route, draft.c.title, draft.c.body, draft.c.caret, draft.c.saved_at)
