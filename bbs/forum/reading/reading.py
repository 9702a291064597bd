"""Who has read how far: exact, per member and thread, with the third state "changed since read".

Marks of single threads wait in memory for up to FLUSH_EVERY seconds and are written together: turning pages must not
cost a commit each. A reader's own lists see the waiting marks (`waiting`, `settle`).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from bbs.errors import Conflict, NotFound
from bbs.forum import access
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board
from bbs.forum.reading import markrows
from bbs.forum.reading.marks import AGAIN
from bbs.store.database import Database, Event, Tx

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

MOVED: Final = "marks.moved"
"""Event: the marks of one account were written; payload `account`, `by` (the process). On PostgreSQL only, where other
processes may keep counts of the same reader."""
Watcher = Callable[[int, Iterable[int], Iterable[int]], None]

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
        self._watchers: list[Watcher] = []
        self.token = secrets.token_hex(4)
        """Tells marks of this process from those of others in the event MOVED."""
        db.hub.subscribe(("marks.again", "account.erased"), self._forget)

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` with an account, threads and boards as soon as marks of them are written."""
        self._watchers.append(watcher)

    def _tell(self, account: int, threads: Iterable[int] = (), boards: Iterable[int] = ()) -> None:
        for watcher in self._watchers:
            watcher(account, threads, boards)

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
        return (await self._db.read(self.learning(account)))()

    def learning(self, account: int) -> Callable[[Tx], Callable[[], frozenset[int]]]:
        """What reads `again` as part of a unit; what that gives is called on the loop, and keeps what was read."""
        generation = self._generation

        def keep(found: frozenset[int]) -> frozenset[int]:
            if generation == self._generation:
                self._again[account] = found
                if len(self._again) > _KNOWN_MOST:
                    self._again.popitem(last=False)
            return found

        def read(tx: Tx) -> Callable[[], frozenset[int]]:
            found = frozenset(tx.connection.execute(markrows.MARKED_AGAIN, {"account": account}).scalars())
            return lambda: keep(found)

        return read

    def knows(self, account: int) -> bool:
        """Whether `again` has an answer without asking the store."""
        return account in self._again

    async def unread(self, actor: Actor, thread: int) -> None:
        """Mark a whole thread unread again; NotFound(`thread.not_found`), Conflict(`reading.unread_full`)."""
        account = actor.account_id
        if account is None:
            return
        await self.settle(actor)
        if len(await self.again(account)) >= AGAIN_MOST:
            raise Conflict("reading.unread_full", most=AGAIN_MOST)

        def unit(tx: Tx) -> None:
            if tx.connection.execute(markrows.EXISTS, {"t": thread}).first() is None:
                raise NotFound("thread.not_found", thread=thread)
            values = {"read_floor": 0, "read_post_id": 0, "seen_change": AGAIN}
            markrows.upsert(tx, account, thread, values)
            tx.emit("marks.again", account=account)

        await self._db.write(unit)
        self._tell(account, threads=(thread,))

    async def remember(self, actor: Actor, thread: int) -> Mark | None:
        """The mark of a thread as it is now, to be given to `restore`; None when there is none."""
        account = actor.account_id
        if account is None:
            return None
        await self.settle(actor)
        keys = {"a": account, "t": thread}
        row = await self._db.read(lambda tx: tx.connection.execute(markrows.THREAD_MARK, keys).first())
        return None if row is None else Mark(*row)

    async def restore(self, actor: Actor, thread: int, mark: Mark | None) -> None:
        """Undo: give a thread the mark it had. NotFound(`thread.not_found`)."""
        account = actor.account_id
        if account is None:
            return
        await self.settle(actor)

        def unit(tx: Tx) -> None:
            if tx.connection.execute(markrows.EXISTS, {"t": thread}).first() is None:
                raise NotFound("thread.not_found", thread=thread)
            tx.connection.execute(markrows.DROP_MARK, {"a": account, "t": thread})
            if mark is not None:
                values = {"read_floor": mark.floor, "read_post_id": mark.post, "seen_change": mark.change}
                markrows.upsert(tx, account, thread, values)
            tx.emit("marks.again", account=account)

        await self._db.write(unit)
        self._tell(account, threads=(thread,))

    async def board_read(self, actor: Actor, board: Board, *, upto: int | None = None) -> None:
        """Mark all of a board read, or (`upto`) all that was written up to a post; can be undone once.

        What had changed since it was read counts as seen, and stays so when the rest is undone."""
        account = actor.account_id
        if account is None:
            return
        access.require(actor, access.Verb.BOARD_READ, place=board)
        await self.settle(actor)

        def unit(tx: Tx) -> None:
            newest = markrows.newest_post(tx)
            newest = newest if upto is None else min(newest, upto)
            old = tx.connection.execute(markrows.BOARD_MARK, {"account": account, "board": board.id}).first()
            before = max(actor.baseline_post_id, old[0] if old else 0)
            keys = {"a": account, "b": board.id}
            place = markrows.MAKE_BOARD_MARK if old is None else markrows.MOVE_BOARD_MARK
            tx.connection.execute(place, keys | {"upto": max(newest, before), "undo": before})
            tx.connection.execute(markrows.SEE_CHANGES, keys | {"newest": newest})
            tx.connection.execute(markrows.DROP_SUSPENDED, keys | {"newest": _EVERY})
            if tx.connection.execute(markrows.SUSPEND, keys | {"newest": newest}).rowcount:
                tx.emit("marks.again", account=account)
            self._moved(tx, account)

        await self._db.write(unit)
        self._tell(account, boards=(board.id,))

    async def board_undo(self, actor: Actor, board: Board) -> bool:
        """Undo the last `board_read`; False when there is nothing to undo."""
        account = actor.account_id
        if account is None:
            return False
        await self.settle(actor)

        def unit(tx: Tx) -> bool:
            row = tx.connection.execute(markrows.BOARD_MARK, {"account": account, "board": board.id}).first()
            if row is None or row[1] == _NO_UNDO:
                return False
            keys = {"a": account, "b": board.id}
            tx.connection.execute(markrows.MOVE_BOARD_MARK, keys | {"upto": row[1], "undo": _NO_UNDO})
            if tx.connection.execute(markrows.RESUME, keys | {"newest": _EVERY}).rowcount:
                tx.emit("marks.again", account=account)
            self._moved(tx, account)
            return True

        done = await self._db.write(unit)
        self._tell(account, boards=(board.id,))
        return done

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
            cleared = markrows.clear_again(tx, list(taken), list({row["t"] for row in rows}))
            tx.connection.execute(markrows.MARK[tx.dialect], rows)
            for reader in cleared:
                tx.emit("marks.again", account=reader)
            for reader in taken:
                self._moved(tx, reader)

        await self._db.write(unit)
        for reader, marks in taken.items():
            self._tell(reader, threads=marks)
        for reader, marks in taken.items():  # what was seen meanwhile waits on
            now = self._waiting.get(reader, {})
            for number, mark in marks.items():
                if now.get(number) == mark:
                    del now[number]
                    self._count -= 1
            if not now:
                self._waiting.pop(reader, None)

    def _moved(self, tx: Tx, account: int) -> None:
        if tx.dialect != "sqlite":
            tx.emit(MOVED, account=account, by=self.token)

    def _forget(self, event: Event) -> None:
        self._generation += 1
        account = event.payload.get("account")
        if isinstance(account, int):
            self._again.pop(account, None)
