"""News columns and bulletins: reading them, acknowledging them, publishing and retracting."""

from __future__ import annotations

import builtins
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Integer, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board, Column
from bbs.forum.news import rows as bulletin_rows
from bbs.forum.news.bulletins import Bulletin, BulletinItem, ColumnRow, Priority, Status, Stored
from bbs.forum.news.columns import Columns, Known, Sight
from bbs.forum.news.intake import Intake
from bbs.forum.news.pages import NewestFirst
from bbs.forum.news.rows import bulletin_of
from bbs.forum.proof import register
from bbs.forum.reading.marks import ACCOUNT
from bbs.store import search
from bbs.store.database import Database, Event, Tx
from bbs.store.paging import Page
from bbs.store.search import Kind, Tags
from bbs.store.tables import account, bulletin, bulletin_mark
from bbs.text.clean import clean_line
from bbs.text.when import Clock

__all__ = ["Bulletin", "BulletinItem", "Column", "ColumnRow", "News", "Priority", "Status", "Stored"]

NEW_FOR: Final = timedelta(days=90)
"""How long a bulletin that nobody opened counts as unread."""
NEW_BEFORE: Final = timedelta(days=30)
"""How far before the opening of an account its unread news begin: a newcomer finds the last month."""
MUST_READ_FOR: Final = timedelta(days=365)
"""How long a must-read asks to be acknowledged."""
REASON_LIMIT: Final = 500
"""Characters of the reason of a retraction."""
_TOTALS_FOR: Final = 60.0  # seconds that totals are kept, so that scheduled bulletins come in and expired ones go

_SIGHTS_MOST: Final = 100  # kinds of rights of which it is known what they see
_OPENED_MOST: Final = 10_000  # accounts whose opening is remembered

_OPENED: Final = select(account.c.created_at).where(account.c.id == ACCOUNT)
_NEWEST_FIRST: Final = NewestFirst()
_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class News:
    """The rules of news."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._columns = Columns(db)
        self._intake = Intake(db, clock, self._columns)
        self._totals: dict[Sight, tuple[float, dict[str, tuple[int, datetime]]]] = {}
        self._sights: tuple[Known | None, dict[Hashable, Sight]] = (None, {})
        self._opened: OrderedDict[int, datetime | None] = OrderedDict()
        db.hub.subscribe(("bulletin.new", "bulletin.changed", "community.changed"), self._forget)

    async def columns(self, actor: Actor) -> builtins.list[ColumnRow]:
        """The columns the actor may read, with counts."""
        known, sight = await self._sight(actor)
        totals = await self._totals_of(sight)
        unread, waiting = await self._counts_by_column(actor, sight)
        rows: list[ColumnRow] = []
        for slug in sight.columns:
            count, newest = totals.get(slug, (0, None))
            rows.append(ColumnRow(known.columns[slug], count, unread.get(slug, 0), waiting.get(slug, 0), newest))
        return rows

    async def column(self, actor: Actor, slug: str) -> Column:
        """NotFound(`column.not_found`)."""
        known, sight = await self._sight(actor)
        if slug not in sight.columns:
            raise NotFound("column.not_found", column=slug)
        return known.columns[slug]

    async def list(
        self,
        actor: Actor,
        column: Column | None,
        *,
        lang: str = "zh",
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
        title: str = "",
        everything: bool = False,
        whole: bool = False,
    ) -> Page[Bulletin]:
        """Published, unexpired bulletins the actor may read, newest first; of a translation pair the one in `lang`.

        Bodies are left empty unless `whole` asks for them. `everything` lists drafts, scheduled, expired and retracted
        ones too, for those who keep the column. Raises Invalid(`cursor.bad`, `page.limit`), Forbidden."""
        if after is not None and before is not None:
            raise Invalid("cursor.bad")
        (_, sight), now = await self._sight(actor), self._clock.now()
        columns = sight.columns if column is None else (column.slug,) if column.slug in sight.columns else ()
        if everything:
            columns = tuple(slug for slug in columns if slug in sight.everything)
            if not columns:
                raise Forbidden("access.denied", verb=Verb.BULLETIN_LIST_ALL.value)
        wanted = clean_line(title, 200)
        given = _given(actor, now)
        if not everything:
            given["lang"] = lang
        if wanted:
            given["title_has"] = bulletin_rows.escaped(wanted)
        query = bulletin_rows.listed(sight, columns, everything=everything, title=bool(wanted), body=whole)
        cursor = before if after is None else after
        return await self._db.read(
            lambda tx: _NEWEST_FIRST.cut(tx, query, given, bulletin_of, limit=limit, cursor=cursor)
        )

    async def get(self, actor: Actor, id: int) -> Bulletin:
        """One bulletin with its body, expired ones too; NotFound(`bulletin.not_found`)."""
        (known, sight), now = await self._sight(actor), self._clock.now()
        return await self._db.read(lambda tx: _get(tx, actor, known, sight, id, now))

    async def mark_read(self, actor: Actor, bulletin: Bulletin) -> None:
        """The actor has read this revision; its translations count as read with it. Guests leave no mark."""
        if actor.account_id is None or (bulletin.read and not bulletin.changed):
            return
        number, source = actor.account_id, bulletin.source_id
        await self._db.write(lambda tx: _mark(tx, number, source, None))

    async def acknowledge(self, actor: Actor, bulletin: Bulletin) -> datetime:
        """Say "I have read this" under a must-read; the first time counts.

        Raises Forbidden, Conflict(`bulletin.no_need`)."""
        number = actor.account_id
        if number is None:
            raise Forbidden("access.denied", verb=Verb.BULLETIN_READ.value)
        if not bulletin.must_read:
            raise Conflict("bulletin.no_need", id=bulletin.id)
        access.require(actor, Verb.BULLETIN_READ, place=bulletin)
        at = self._clock.now()
        return await self._db.write(lambda tx: _acknowledge(tx, number, bulletin.source_id, at))

    async def unread(self, actor: Actor) -> tuple[int, int]:
        """Unread bulletins, and must-reads not acknowledged."""
        if actor.account_id is None:
            return 0, 0
        return await self._db.read(await self.counting(actor))

    async def counting(self, actor: Actor) -> Callable[[Tx], tuple[int, int]]:
        """What counts for `unread`, as part of a unit."""
        account_id = actor.account_id
        if account_id is None:
            return _nothing
        (_, sight), now = await self._sight(actor), self._clock.now()
        opened = await self._opening(account_id)

        def count(tx: Tx) -> tuple[int, int]:
            unread, waiting = _counts_by_column(tx, sight, actor, now, opened)
            return sum(unread.values()), sum(waiting.values())

        return count

    async def must_reads(self, actor: Actor, limit: int = 5, *, lang: str = "zh") -> builtins.list[Bulletin]:
        """Must-reads the actor has not acknowledged, urgent first."""
        if actor.account_id is None:
            return []
        return await self._db.read(await self.asking(actor, limit, lang=lang))

    async def asking(self, actor: Actor, limit: int, *, lang: str) -> Callable[[Tx], builtins.list[Bulletin]]:
        """What reads for `must_reads`, as part of a unit; for an actor with an account."""
        (_, sight), now = await self._sight(actor), self._clock.now()
        given = _given(actor, now) | {"since": now - MUST_READ_FOR, "lang": lang, "most": max(1, min(limit, 50))}
        return lambda tx: [bulletin_of(row) for row in tx.connection.execute(bulletin_rows.waiting(sight), given)]

    async def store(
        self, actor: Actor, items: Sequence[BulletinItem], *, dry_run: bool = False, atomic: bool = False
    ) -> builtins.list[Stored | Exception]:
        """Store a batch of items, each for itself (a bad one is a BbsError in its place); idempotent by content.

        With `dry_run` nothing is written and ids of new ones are 0; with `atomic` one bad item keeps all from being
        written. Takes at most `intake.BATCH_MOST` items at a time."""
        return await self._intake.store(actor, items, dry_run=dry_run, atomic=atomic)

    async def storing(self, actor: Actor) -> Callable[[Tx, Sequence[BulletinItem]], builtins.list[Stored]]:
        """What stores items, as part of a unit; one that cannot be stored raises its BbsError there."""
        known, now = await self._columns.all(), self._clock.now()
        return lambda tx, items: self._intake.put(tx, actor, items, known, now)

    async def general_column(self, board: Board) -> Column | None:
        """The column where news of a board belong: the first open stream of its own sub-site, else of the site."""
        known = await self._columns.all()
        streams = [
            one
            for slug, one in known.columns.items()
            if slug not in known.archived and not one.library and not one.must_read
        ]
        own = [one for one in streams if board.unit and one.subsite == board.unit]
        return next(iter(own or [one for one in streams if not one.subsite]), None)

    async def publish(self, actor: Actor, id: int) -> Bulletin:
        """Publish a draft, or a retracted bulletin again; recorded.

        Raises NotFound(`bulletin.not_found`), Forbidden, Conflict(`bulletin.is_published`)."""
        return await self._turn(actor, id, Verb.BULLETIN_PUBLISH, Status.PUBLISHED, "")

    async def retract(self, actor: Actor, id: int, reason: str) -> Bulletin:
        """Take a bulletin back with a reason; NotFound, Forbidden, Invalid(`reason.empty`, `reason.long`),

        Conflict(`bulletin.is_retracted`). Recorded."""
        clean = clean_line(reason)
        if not clean:
            raise Invalid("reason.empty")
        if len(clean) > REASON_LIMIT:
            raise Invalid("reason.long", most=REASON_LIMIT)
        return await self._turn(actor, id, Verb.BULLETIN_RETRACT, Status.RETRACTED, clean)

    async def _turn(self, actor: Actor, id: int, verb: Verb, status: Status, reason: str) -> Bulletin:
        (known, sight), now = await self._sight(actor), self._clock.now()

        def unit(tx: Tx) -> Bulletin:
            found = _get(tx, actor, known, sight, id, now)
            access.require(actor, verb, place=known.columns[found.column])
            if found.status is status:
                raise Conflict(f"bulletin.is_{status.value}", id=id)
            at = now if found.status is Status.DRAFT and found.published_at < now else found.published_at
            values = {"status": status.value, "reason": reason or None, "published_at": at, "updated_at": now}
            tx.connection.execute(update(bulletin).where(bulletin.c.id == id).values(**values))
            if status is Status.PUBLISHED:
                words = f"{found.title}\n{found.title_en}\n{found.body}"
                search.index(tx, Kind.BULLETIN, id, words, Tags(None, None, at))
            else:
                search.remove(tx, Kind.BULLETIN, id)
            record = {
                "bulletin": id,
                "id": found.source_id,
                "lang": found.lang,
                "column": found.column,
                "title": found.title,
            }
            register.append(tx, now, verb.value, actor, found.route, record | ({"reason": reason} if reason else {}))
            tx.emit("bulletin.changed", column=found.column, bulletin=id, count=1)
            return replace(found, status=status, published_at=at)

        return await self._db.write(unit)

    async def _totals_of(self, sight: Sight) -> dict[str, tuple[int, datetime]]:
        """Bulletins in each column and when the newest came: the same for all who see the same, so kept a while."""
        kept = self._totals.get(sight)
        if kept is not None and self._clock.monotonic() - kept[0] < _TOTALS_FOR:
            return kept[1]
        at, now = self._clock.monotonic(), self._clock.now()
        query = bulletin_rows.totals(sight)
        found = await self._db.read(
            lambda tx: {row[0]: (row[1], row[2]) for row in tx.connection.execute(query, {"now": now})}
        )
        if len(self._totals) >= 100:
            self._totals.clear()
        self._totals[sight] = (at, found)
        return found

    async def _sight(self, actor: Actor) -> tuple[Known, Sight]:
        """The columns, and what of them the actor may see: the same for all who have the same rights."""
        known, rights = await self._columns.all(), access.rights(actor)
        if self._sights[0] is not known or len(self._sights[1]) >= _SIGHTS_MOST:
            self._sights = known, {}
        sights = self._sights[1]
        found = sights.get(rights)
        if found is None:
            found = sights[rights] = await self._columns.sight(actor)
        return known, found

    async def _opening(self, account_id: int) -> datetime | None:
        """When an account was opened, which never changes."""
        if account_id in self._opened:
            self._opened.move_to_end(account_id)
            return self._opened[account_id]
        return (await self._db.read(self.learning(account_id)))()

    def knows(self, account_id: int) -> bool:
        """Whether what counting needs to know of an account is known without asking the store."""
        return account_id in self._opened

    def learning(self, account_id: int) -> Callable[[Tx], Callable[[], datetime | None]]:
        """What reads that as part of a unit; what that gives is called on the loop, and keeps what was read."""

        def keep(found: datetime | None) -> datetime | None:
            self._opened[account_id] = found
            if len(self._opened) > _OPENED_MOST:
                self._opened.popitem(last=False)
            return found

        def read(tx: Tx) -> Callable[[], datetime | None]:
            found = tx.connection.execute(_OPENED, {"account": account_id}).scalar()
            return lambda: keep(found)

        return read

    async def _counts_by_column(self, actor: Actor, sight: Sight) -> tuple[dict[str, int], dict[str, int]]:
        if actor.account_id is None:
            return {}, {}
        now, opened = self._clock.now(), await self._opening(actor.account_id)
        return await self._db.read(lambda tx: _counts_by_column(tx, sight, actor, now, opened))

    def _forget(self, event: Event) -> None:
        self._totals.clear()


def _get(tx: Tx, actor: Actor, known: Known, sight: Sight, id: int, now: datetime) -> Bulletin:
    row = tx.connection.execute(bulletin_rows.one(sight), _given(actor, now) | {"number": id}).first()
    if row is None or row.column not in sight.columns:
        raise NotFound("bulletin.not_found", id=id)
    found = bulletin_of(row)
    keeps = found.column in sight.everything
    if not keeps and (found.published_at > now or not _may_read(actor, found, known)):
        raise NotFound("bulletin.not_found", id=id)
    return found


def _may_read(actor: Actor, found: Bulletin, known: Known) -> bool:
    return found.status is Status.PUBLISHED and access.allowed(actor, Verb.BULLETIN_READ, place=found)


def _given(actor: Actor, now: datetime) -> dict[str, Any]:
    """The parameters of every statement about bulletins for one reader."""
    return {"account": actor.account_id or 0, "now": now}


def _nothing(tx: Tx) -> tuple[int, int]:
    return 0, 0


def _counts_by_column(
    tx: Tx, sight: Sight, actor: Actor, now: datetime, opened: datetime | None
) -> tuple[dict[str, int], dict[str, int]]:
    """Unread bulletins of each column, and must-reads not acknowledged."""
    since = now - NEW_FOR if opened is None else max(now - NEW_FOR, opened - NEW_BEFORE)
    given = _given(actor, now)
    unread = tx.connection.execute(bulletin_rows.unread(sight), given | {"since": since})
    waiting = tx.connection.execute(bulletin_rows.waiting_count(sight), given | {"since": now - MUST_READ_FOR})
    return {row[0]: row[1] for row in unread}, {row[0]: row[1] for row in waiting}


def _acknowledge(tx: Tx, number: int, source: str, at: datetime) -> datetime:
    """Mark a bulletin acknowledged, and tell when that was first done."""
    _mark(tx, number, source, at)
    first = select(func.min(bulletin_mark.c.acknowledged_at)).join(
        bulletin, bulletin.c.id == bulletin_mark.c.bulletin_id
    )
    mine = first.where(bulletin_mark.c.account_id == number, bulletin.c.source_id == source)
    return tx.connection.execute(mine).scalar() or at


def _mark(tx: Tx, number: int, source: str, acknowledged: datetime | None) -> None:
    """Mark a bulletin and its translations read at their revisions."""
    rows = select(
        bindparam("a", number, type_=Integer),
        bulletin.c.id,
        bulletin.c.revision,
        bindparam("at", acknowledged, type_=bulletin_mark.c.acknowledged_at.type),
    ).where(bulletin.c.source_id == source)
    statement = _INSERT[tx.dialect](bulletin_mark).from_select(
        ["account_id", "bulletin_id", "revision", "acknowledged_at"], rows
    )
    new, old = statement.excluded, bulletin_mark.c
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[old.account_id, old.bulletin_id],
            set_={"revision": new.revision, "acknowledged_at": func.coalesce(old.acknowledged_at, new.acknowledged_at)},
        )
    )
