"""Who has read how far: exact, per member and thread, with the third state "changed since read".

Marks of single threads wait in memory for up to FLUSH_EVERY seconds and are written together: turning pages must not
cost a commit each. A reader's own lists see the waiting marks (`waiting`, `settle`).
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, bindparam, case, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.errors import Conflict, NotFound
from bbs.forum import access
from bbs.forum.actor import Actor
from bbs.forum.marks import ACCOUNT, AGAIN, SUSPENDED
from bbs.forum.places import Board
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import account, board_mark, post, thread, thread_mark

log = logging.getLogger(__name__)

FLUSH_EVERY: Final = 1.0
"""Seconds a mark waits at most."""
FAILED_WAIT: Final = 10.0
"""Seconds until marks that could not be written are tried again."""
WAITING_MOST: Final = 2_000
"""Marks that may wait; more are written at once."""
AGAIN_MOST: Final = 500
"""Threads one reader may keep marked unread again."""
_NO_UNDO: Final = -1  # `undo_post_id` after an undo: only the last act can be undone, and once
_EVERY: Final = 2**31 - 1  # a post with a higher number than any
_KNOWN_MOST: Final = 5_000  # readers whose list of those is kept in memory

Waiting = Mapping[int, tuple[int, int | None]]
"""Thread -> highest floor seen, and the count of changes seen (None: those there are when it is written)."""

_NOTHING: Final[Waiting] = MappingProxyType({})


class Mark(NamedTuple):
    """A reader's mark of a thread: the highest floor and post read, and the count of changes seen."""

    floor: int
    post: int
    change: int


class Reading:
    """Reading marks. Guests have none: every call is then a no-op."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: dict[int, dict[int, tuple[int, int | None]]] = {}
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._again: OrderedDict[int, frozenset[int]] = OrderedDict()
        self._generation = 0
        db.hub.subscribe(("marks.again", "account.erased"), self._forget)

    async def read(self, actor: Actor, thread: int, floor: int, *, change: int | None = None) -> None:
        """The actor has seen the thread up to `floor` (never moves back) and its changes so far. May be deferred and

        coalesced; `flush` writes what waits. `change` is `Thread.change` of what was shown."""
        account = actor.account_id
        if account is None or floor < 1:
            return
        marks = self._waiting.setdefault(account, {})
        old = marks.get(thread)
        if old is None:
            self._count += 1
            marks[thread] = (floor, change)
        else:
            changes = None if change is None or old[1] is None else max(change, old[1])
            marks[thread] = (max(floor, old[0]), changes)
        if self._count >= WAITING_MOST:
            await self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_EVERY, self._flush_soon)

    def waiting(self, actor: Actor) -> Waiting:
        """The marks of this actor that are not written yet."""
        return _NOTHING if actor.account_id is None else self._waiting.get(actor.account_id, _NOTHING)

    async def settle(self, actor: Actor) -> None:
        """Write the actor's own waiting marks, so that counting sees them."""
        if actor.account_id in self._waiting or self._flushing is not None:
            await self.flush()

    async def again(self, account: int) -> frozenset[int]:
        """The threads this reader marked unread again."""
        known = self._again.get(account)
        if known is not None:
            self._again.move_to_end(account)
            return known
        generation = self._generation
        reader = {"account": account}
        found = await self._db.read(lambda tx: frozenset(tx.connection.execute(_MARKED_AGAIN, reader).scalars()))
        if generation == self._generation:
            self._again[account] = found
            if len(self._again) > _KNOWN_MOST:
                self._again.popitem(last=False)
        return found

    async def unread(self, actor: Actor, thread: int) -> None:
        """Mark a whole thread unread again; NotFound(`thread.not_found`), Conflict(`reading.unread_full`)."""
        account = actor.account_id
        if account is None:
            return
        await self.settle(actor)
        if len(await self.again(account)) >= AGAIN_MOST:
            raise Conflict("reading.unread_full", most=AGAIN_MOST)

        def unit(tx: Tx) -> None:
            if tx.connection.execute(_EXISTS, {"t": thread}).first() is None:
                raise NotFound("thread.not_found", thread=thread)
            values = {"read_floor": 0, "read_post_id": 0, "seen_change": AGAIN}
            _upsert(tx, account, thread, values)
            tx.emit("marks.again", account=account)

        await self._db.write(unit)

    async def remember(self, actor: Actor, thread: int) -> Mark | None:
        """The mark of a thread as it is now, to be given to `restore`; None when there is none."""
        account = actor.account_id
        if account is None:
            return None
        await self.settle(actor)
        keys = {"a": account, "t": thread}
        row = await self._db.read(lambda tx: tx.connection.execute(_THREAD_MARK, keys).first())
        return None if row is None else Mark(*row)

    async def restore(self, actor: Actor, thread: int, mark: Mark | None) -> None:
        """Undo: give a thread the mark it had. NotFound(`thread.not_found`)."""
        account = actor.account_id
        if account is None:
            return
        await self.settle(actor)

        def unit(tx: Tx) -> None:
            if tx.connection.execute(_EXISTS, {"t": thread}).first() is None:
                raise NotFound("thread.not_found", thread=thread)
            tx.connection.execute(_DROP_MARK, {"a": account, "t": thread})
            if mark is not None:
                values = {"read_floor": mark.floor, "read_post_id": mark.post, "seen_change": mark.change}
                _upsert(tx, account, thread, values)
            tx.emit("marks.again", account=account)

        await self._db.write(unit)

    async def board_read(self, actor: Actor, board: Board, *, upto: int | None = None) -> None:
        """Mark all of a board read, or (`upto`) all that was written up to a post; can be undone once.

        What had changed since it was read counts as seen, and stays so when the rest is undone."""
        account = actor.account_id
        if account is None:
            return
        access.require(actor, access.Verb.BOARD_READ, place=board)
        await self.settle(actor)

        def unit(tx: Tx) -> None:
            newest = _newest_post(tx)
            newest = newest if upto is None else min(newest, upto)
            old = tx.connection.execute(_BOARD_MARK, {"account": account, "board": board.id}).first()
            before = max(actor.baseline_post_id, old[0] if old else 0)
            keys = {"a": account, "b": board.id}
            place = _MAKE_BOARD_MARK if old is None else _MOVE_BOARD_MARK
            tx.connection.execute(place, keys | {"upto": max(newest, before), "undo": before})
            tx.connection.execute(_SEE_CHANGES, keys | {"newest": newest})
            tx.connection.execute(_DROP_SUSPENDED, keys | {"newest": _EVERY})
            if tx.connection.execute(_SUSPEND, keys | {"newest": newest}).rowcount:
                tx.emit("marks.again", account=account)

        await self._db.write(unit)

    async def board_undo(self, actor: Actor, board: Board) -> bool:
        """Undo the last `board_read`; False when there is nothing to undo."""
        account = actor.account_id
        if account is None:
            return False
        await self.settle(actor)

        def unit(tx: Tx) -> bool:
            row = tx.connection.execute(_BOARD_MARK, {"account": account, "board": board.id}).first()
            if row is None or row[1] == _NO_UNDO:
                return False
            keys = {"a": account, "b": board.id}
            tx.connection.execute(_MOVE_BOARD_MARK, keys | {"upto": row[1], "undo": _NO_UNDO})
            if tx.connection.execute(_RESUME, keys | {"newest": _EVERY}).rowcount:
                tx.emit("marks.again", account=account)
            return True

        return await self._db.write(unit)

    async def flush(self) -> None:
        """Write marks that wait; those that cannot be written now wait on, and the error is told."""
        if self._flushing is not None:
            await asyncio.shield(self._flushing)
        if self._waiting:
            self._flushing = asyncio.get_running_loop().create_task(self._write())
            self._flushing.add_done_callback(self._flushed)
            await asyncio.shield(self._flushing)

    async def close(self) -> None:
        """Write what waits and stop the clock behind it."""
        await self.flush()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _flush_soon(self) -> None:
        self._timer = None
        if self._waiting and self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._write())
            self._flushing.add_done_callback(self._flushed)

    def _flushed(self, task: asyncio.Task[None]) -> None:
        if self._flushing is task:
            self._flushing = None
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.warning("reading marks could not be written: %s", error)
        if self._waiting and self._timer is None:
            wait = FLUSH_EVERY if error is None else FAILED_WAIT
            self._timer = asyncio.get_running_loop().call_later(wait, self._flush_soon)
        elif not self._waiting and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _write(self) -> None:
        taken = {reader: dict(marks) for reader, marks in self._waiting.items()}
        rows: list[dict[str, Any]] = [
            {"a": reader, "t": number, "floor": floor, "change": change}
            for reader, marks in taken.items()
            for number, (floor, change) in sorted(marks.items())
        ]

        def unit(tx: Tx) -> None:
            cleared = _clear_again(tx, list(taken), list({row["t"] for row in rows}))
            tx.connection.execute(_MARK[tx.dialect], rows)
            for reader in cleared:
                tx.emit("marks.again", account=reader)

        await self._db.write(unit)
        for reader, marks in taken.items():  # what was seen meanwhile waits on
            now = self._waiting.get(reader, {})
            for number, mark in marks.items():
                if now.get(number) == mark:
                    del now[number]
                    self._count -= 1
            if not now:
                self._waiting.pop(reader, None)

    def _forget(self, event: Event) -> None:
        self._generation += 1
        account = event.payload.get("account")
        if isinstance(account, int):
            self._again.pop(account, None)


def _newest_post(tx: Tx) -> int:
    """The number of the newest post there is; none with a lower number can appear afterwards."""
    if tx.dialect == "sqlite":
        return int(tx.connection.execute(select(func.coalesce(func.max(post.c.id), 0))).scalar_one())
    # Numbers are drawn before commits: wait for those who are writing and let nobody else begin. The sequence is read
    # and not the table, which this unit sees as it was when it began.
    tx.connection.execute(text("LOCK TABLE thread IN SHARE MODE"))
    return int(
        tx.connection.execute(
            text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM post_id_seq")
        ).scalar_one()
    )


def _upsert(tx: Tx, account: int, number: int, values: dict[str, int]) -> None:
    statement = _INSERT[tx.dialect](thread_mark).values(account_id=account, thread_id=number, **values)
    tx.connection.execute(statement.on_conflict_do_update(index_elements=_MARK_KEY, set_=values))


def _clear_again(tx: Tx, accounts: list[int], threads: list[int]) -> list[int]:
    """The accounts of which a thread marked unread again is now being read."""
    return list(tx.connection.execute(_CLEARED, {"accounts": accounts, "threads": threads}).scalars())


def _mark(dialect: str) -> Any:
    """The statement that writes one waiting mark: it only ever moves on."""
    floor = case((bindparam("floor") < thread.c.last_floor, bindparam("floor")), else_=thread.c.last_floor)
    seen = (
        select(post.c.id)
        .where(post.c.thread_id == thread.c.id, post.c.floor <= bindparam("floor"))
        .order_by(post.c.floor.desc())
        .limit(1)
        .scalar_subquery()
    )
    there = select(account.c.id).where(account.c.id == bindparam("a")).exists()  # it may have been erased meanwhile
    change = func.coalesce(bindparam("change", type_=Integer), thread.c.change)
    source = select(bindparam("a", type_=Integer), thread.c.id, floor, func.coalesce(seen, 0), change).where(
        thread.c.id == bindparam("t"), there
    )
    statement = _INSERT[dialect](thread_mark).from_select(_MARK_COLUMNS, source)
    return statement.on_conflict_do_update(
        index_elements=_MARK_KEY,
        set_={
            name: case(
                (statement.excluded[name] > thread_mark.c[name], statement.excluded[name]), else_=thread_mark.c[name]
            )
            for name in ("read_floor", "read_post_id", "seen_change")
        },
    )


_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_MARK_COLUMNS: Final = ["account_id", "thread_id", "read_floor", "read_post_id", "seen_change"]
_MARK_KEY: Final = [thread_mark.c.account_id, thread_mark.c.thread_id]
_MARK: Final = {dialect: _mark(dialect) for dialect in _INSERT}
_MINE: Final = (thread_mark.c.account_id == bindparam("a"), thread_mark.c.thread_id == bindparam("t"))
_THREAD_MARK: Final = select(thread_mark.c.read_floor, thread_mark.c.read_post_id, thread_mark.c.seen_change).where(
    *_MINE
)
_DROP_MARK: Final = delete(thread_mark).where(*_MINE)
_EXISTS: Final = select(thread.c.id).where(thread.c.id == bindparam("t"))
_CLEARED: Final = (
    select(thread_mark.c.account_id)
    .where(
        thread_mark.c.account_id.in_(bindparam("accounts", expanding=True)),
        thread_mark.c.thread_id.in_(bindparam("threads", expanding=True)),
        thread_mark.c.seen_change == AGAIN,
    )
    .distinct()
)
_MARKED_AGAIN: Final = select(thread_mark.c.thread_id).where(
    thread_mark.c.account_id == ACCOUNT, thread_mark.c.seen_change == AGAIN
)
_BOARD_MARK: Final = select(board_mark.c.upto_post_id, board_mark.c.undo_post_id).where(
    board_mark.c.account_id == bindparam("account"), board_mark.c.board_id == bindparam("board")
)
_MAKE_BOARD_MARK: Final = insert(board_mark).values(
    account_id=bindparam("a"), board_id=bindparam("b"), upto_post_id=bindparam("upto"), undo_post_id=bindparam("undo")
)
_MOVE_BOARD_MARK: Final = (
    update(board_mark)
    .where(board_mark.c.account_id == bindparam("a"), board_mark.c.board_id == bindparam("b"))
    .values(upto_post_id=bindparam("upto"), undo_post_id=bindparam("undo"))
)
_CHANGE_NOW: Final = select(thread.c.change).where(thread.c.id == thread_mark.c.thread_id).scalar_subquery()
_IN_BOARD: Final = (
    select(thread.c.id)
    .where(
        thread.c.id == thread_mark.c.thread_id,
        thread.c.board_id == bindparam("b"),
        thread.c.last_post_id <= bindparam("newest"),
    )
    .correlate(thread_mark)
)
_CHANGED_IN_BOARD: Final = _IN_BOARD.where(thread.c.change > thread_mark.c.seen_change)
_SEE_CHANGES: Final = (
    update(thread_mark)
    .where(thread_mark.c.account_id == bindparam("a"), thread_mark.c.seen_change >= 0, _CHANGED_IN_BOARD.exists())
    .values(seen_change=_CHANGE_NOW)
)


def _turn(old: int, new: int) -> Any:
    marks = thread_mark.c.account_id == bindparam("a")
    return (
        update(thread_mark).where(marks, thread_mark.c.seen_change == old, _IN_BOARD.exists()).values(seen_change=new)
    )


_DROP_SUSPENDED: Final = delete(thread_mark).where(
    thread_mark.c.account_id == bindparam("a"), thread_mark.c.seen_change == SUSPENDED, _IN_BOARD.exists()
)
_SUSPEND: Final = _turn(AGAIN, SUSPENDED)
_RESUME: Final = _turn(SUSPENDED, AGAIN)
