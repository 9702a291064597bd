"""The inbox: short notices that something concerns one person, each with the route it leads to."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.store.database import Database, Tx
from bbs.store.paging import Key, Keyset, Page, Way
from bbs.store.prepared import Prepared
from bbs.store.tables import notice
from bbs.text.when import Clock

CHANGED: Final = "notice.changed"
"""Event: the notices of one account are not what they were; payload `account` (its id)."""
KEPT_MOST: Final = 500
"""Notices kept for one account; older ones go."""
COUNT_MOST: Final = 99
"""Unread notices are counted to here."""
_PRUNE_EVERY: Final = 16  # one notice in so many looks for old ones


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. Its words are the message `notice.KIND`, filled with `facts`."""

    id: int
    kind: str
    route: str
    facts: Mapping[str, Any]
    created_at: datetime
    read: bool


def notify(tx: Tx, accounts: Iterable[int], kind: str, route: str, at: datetime, **facts: object) -> None:
    """Tell accounts of something, in the unit of work that does it; `facts` fill the message `notice.KIND`.

    Who should not hear of it (the doer, those who block the doer) is left out by the caller: see `blocks.unblocked`.
    """
    for account in accounts:
        row = {"account_id": account, "kind": kind, "route": route, "facts": facts, "created_at": at}
        if _NOTICE.first(tx, row).id % _PRUNE_EVERY == 0:
            tx.connection.execute(_PRUNE, {"a": account})
        tx.emit(CHANGED, account=account)


def unread_notices(tx: Tx, actor: Actor) -> int:
    """How many notices somebody has not read, at most `COUNT_MOST`; 0 for those without an inbox."""
    if not access.allowed(actor, Verb.INBOX_READ):
        return 0
    return int(_UNREAD.first(tx, {"a": actor.account_id})[0])


class Inbox:
    """Reading one's notices."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def list(
        self,
        actor: Actor,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
        unread: bool = False,
    ) -> Page[Notice]:
        """One's notices, newest first. Raises Forbidden, Invalid(`cursor.bad`, `page.limit`)."""
        access.require(actor, Verb.INBOX_READ)
        query = select(notice).where(notice.c.account_id == actor.account_id)
        if unread:
            query = query.where(notice.c.read_at.is_(None))
        cursor = after if before is None else before
        return await self._db.read(lambda tx: _NEWEST_FIRST.page(tx, query, _notice, limit=limit, cursor=cursor))

    async def unread(self, actor: Actor) -> int:
        """How many one has not read, at most `COUNT_MOST`; 0 for those without an inbox."""
        return await self._db.read(lambda tx: unread_notices(tx, actor)) if actor.account_id is not None else 0

    async def mark(self, actor: Actor, number: int, *, read: bool = True) -> None:
        """Mark one notice read or unread; raises NotFound(`notice.not_found`)."""
        access.require(actor, Verb.INBOX_READ)
        mine = (notice.c.id == number, notice.c.account_id == actor.account_id)

        def unit(tx: Tx) -> None:
            change = update(notice).where(*mine).values(read_at=self._clock.now() if read else None)
            if not tx.connection.execute(change).rowcount:
                raise NotFound("notice.not_found", notice=number)
            tx.emit(CHANGED, account=actor.account_id)

        await self._db.write(unit)

    async def mark_all(self, actor: Actor) -> int:
        """Mark all read; returns how many were not."""
        access.require(actor, Verb.INBOX_READ)
        return await self._mark(actor, None)

    async def seen(self, actor: Actor, routes: Iterable[str]) -> int:
        """What these routes lead to has been seen: notices of it are read. Returns how many were not."""
        wanted = list(routes)
        if not wanted or not access.allowed(actor, Verb.INBOX_READ):
            return 0
        return await self._mark(actor, wanted)

    async def waiting(self, actor: Actor) -> frozenset[str]:
        """The routes of one's unread notices."""
        if not access.allowed(actor, Verb.INBOX_READ):
            return frozenset()
        query = select(notice.c.route).where(notice.c.account_id == actor.account_id, notice.c.read_at.is_(None))
        return await self._db.read(lambda tx: frozenset(tx.connection.execute(query).scalars()))

    async def calls(self, actor: Actor, limit: int) -> builtins.list[int]:
        """The numbers of threads in which one was named or answered, as unread notices tell; newest first."""
        if not access.allowed(actor, Verb.INBOX_READ):
            return []
        given = {"a": actor.account_id, "most": limit}
        routes = await self._db.read(lambda tx: tx.connection.execute(_CALLS, given).scalars().all())
        found = [_THREAD.match(route) for route in routes]
        return list(dict.fromkeys(int(match[1]) for match in found if match))

    async def _mark(self, actor: Actor, routes: Any) -> int:
        change = update(notice).where(notice.c.account_id == actor.account_id, notice.c.read_at.is_(None))
        if routes is not None:
            change = change.where(notice.c.route.in_(routes))

        def unit(tx: Tx) -> int:
            count = tx.connection.execute(change.values(read_at=self._clock.now())).rowcount
            if count:
                tx.emit(CHANGED, account=actor.account_id)
            return count

        return await self._db.write(unit)


def _notice(row: Any) -> Notice:
    return Notice(row.id, row.kind, row.route, dict(row.facts), row.created_at, row.read_at is not None)


_NEWEST_FIRST: Final = Keyset(Key(notice.c.id, descending=True))
FROM_END: Final = _NEWEST_FIRST.cursor(Way.BEFORE, 0)
"""As `before`: the last page of the list."""
_UNREAD: Final = Prepared(
    select(func.count()).select_from(
        select(notice.c.id)
        .where(notice.c.account_id == bindparam("a"), notice.c.read_at.is_(None))
        .limit(COUNT_MOST)
        .subquery()
    )
)
_OLDEST_KEPT: Final = (
    select(notice.c.id)
    .where(notice.c.account_id == bindparam("a"))
    .order_by(notice.c.id.desc())
    .offset(KEPT_MOST - 1)
    .limit(1)
    .scalar_subquery()
)
_NOTICE: Final = Prepared(insert(notice).returning(notice.c.id), ("account_id", "kind", "route", "facts", "created_at"))
_PRUNE: Final = delete(notice).where(notice.c.account_id == bindparam("a"), notice.c.id < _OLDEST_KEPT)
_THREAD: Final = re.compile(r"/t/([0-9]{1,10})(?:#|$)")
_CALLS: Final = (
    select(notice.c.route)
    .where(notice.c.account_id == bindparam("a"), notice.c.read_at.is_(None), notice.c.kind.in_(("mention", "reply")))
    .order_by(notice.c.id.desc())
    .limit(bindparam("most"))
)
