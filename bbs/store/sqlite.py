"""The store on SQLite: one writer whose waiting units share a commit, and a few readers."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Literal, TypeVar

from bbs.errors import BbsError, Failed
from bbs.store import outbox
from bbs.store.database import Event, Tx
from bbs.store.faults import no_room_beside, translate
from bbs.store.hub import Hub
from bbs.store.sqlite_tail import SqliteTail
from bbs.store.sqlite_worker import Worker, settle
from bbs.text.when import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

GROUP: Final = 64  # units that share one commit at most
GROUP_TIME: Final = 0.02  # seconds after which a group takes no further unit
_SAVEPOINT: Final = "unit_of_work"


@dataclass(slots=True, eq=False)
class _Write:
    unit: Callable[[Tx], Any]
    future: asyncio.Future[Any]
    outcome: Any = None
    error: BaseException | None = None
    events: list[Event] = field(default_factory=list)


class SqliteDatabase:
    """Runs units on one SQLite file. Made by `open_database`; lives on one event loop."""

    dialect: Final[Literal["sqlite"]] = "sqlite"

    def __init__(self, path: Path, clock: Clock, *, readers: int = 3) -> None:
        self.path: Final = path
        self.hub: Final = Hub()
        self.origin: Final = str(uuid.uuid4())
        self.commits = 0  # so far; fewer than units where several shared one
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._writer = Worker(path, reader=False)
        self._readers = [Worker(path, reader=True) for _ in range(readers)]
        self._idle: list[Worker] = []
        self._reads: deque[tuple[Callable[[Tx], Any], asyncio.Future[Any]]] = deque()
        self._writes: deque[_Write] = deque()
        self._writing = False
        self._closed = False
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._prune_at = clock.now()
        self._tail: SqliteTail | None = None

    async def open_writer(self) -> None:
        """Open the connection that writes; the file comes into being here."""
        await self._writer.open()

    async def open_readers(self) -> None:
        """Open the connections that read."""
        await asyncio.gather(*(reader.open() for reader in self._readers))
        self._idle = list(self._readers)

    async def read(self, unit: Callable[[Tx], T]) -> T:
        """Run a read-only unit in one snapshot."""
        self._check_open()
        future: asyncio.Future[T] = self._loop.create_future()
        if self._idle:
            self._quiet.clear()
            self._start_read(self._idle.pop(), unit, future)
        else:
            self._reads.append((unit, future))
        return await future

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Run a writing unit; returns after the commit is on disk. See `bbs.store.database.Database`."""
        self._check_open()
        future: asyncio.Future[T] = self._loop.create_future()
        self._writes.append(_Write(unit, future))
        self._start_group()
        return await future

    async def follow(self) -> None:
        """From now on tell the hub also of events that other processes write to this file."""
        self._check_open()
        if self._tail is None:
            self._tail = SqliteTail(self, Worker(self.path, reader=True))
            await self._tail.start()

    async def close(self) -> None:
        """Finish what was asked for, then close; what is asked for later fails with `store.closed`."""
        if self._closed:
            return
        if self._tail is not None:
            await self._tail.stop()
        self._closed = True
        await self._quiet.wait()
        for worker in (*self._readers, self._writer):
            await worker.close()

    async def abandon(self) -> None:
        """Close what was opened so far, after opening failed."""
        self._closed = True
        for worker in (*self._readers, self._writer):
            await worker.close()

    async def migrate(self, step: Callable[[Tx], T]) -> T:
        """Run a change of the schema alone, in one transaction, with foreign keys checked at its end.

        Rebuilding a table would fire the foreign keys that point to it, so they are off while it runs.
        """
        return await self._writer.run(partial(self._migrate, step))

    async def look(self, unit: Callable[[Tx], T]) -> T:
        """Read on the writer's connection, before there are readers; nothing in the file changes."""
        return await self._writer.run(partial(self._look, unit))

    def _look(self, unit: Callable[[Tx], T]) -> T:
        raw = self._writer.raw
        raw.execute("BEGIN")
        try:
            return unit(outbox.Unit(self._writer.connection, "sqlite", self._clock, writing=False))
        finally:
            self._writer.forget()
            raw.execute("ROLLBACK")

    def _told(self, error: BaseException) -> BaseException:
        """The error for the caller. Runs in a connection's thread."""
        found = translate(error)
        if isinstance(found, Failed) and found.code == "store.io" and no_room_beside(self.path):
            return Failed("store.full")
        return found

    def _check_open(self) -> None:
        if self._closed:
            raise Failed("store.closed")

    # Reading

    def _start_read(self, worker: Worker, unit: Callable[[Tx], Any], future: asyncio.Future[Any]) -> None:
        worker.post(partial(self._read_in_thread, worker, unit, future))

    def _read_in_thread(self, worker: Worker, unit: Callable[[Tx], Any], future: asyncio.Future[Any]) -> None:
        outcome, error = None, None
        try:
            worker.raw.execute("BEGIN")
            outcome = unit(outbox.Unit(worker.connection, "sqlite", self._clock, writing=False))
        except BaseException as caught:
            error = self._told(caught)
        try:
            worker.forget()
            if worker.raw.in_transaction:
                worker.raw.execute("ROLLBACK")
        except BaseException as caught:
            error = error or self._told(caught)
        self._loop.call_soon_threadsafe(self._end_read, worker, future, outcome, error)

    def _end_read(self, worker: Worker, future: asyncio.Future[Any], outcome: Any, error: BaseException | None) -> None:
        settle(future, outcome, error)
        while self._reads:
            unit, waiting = self._reads.popleft()
            if not waiting.done():  # the caller may have gone meanwhile
                self._start_read(worker, unit, waiting)
                return
        self._idle.append(worker)
        self._note_quiet()

    # Writing

    def _start_group(self) -> None:
        """Let a group run as soon as the loop has let everybody speak who can: callers who were answered together

        and write again at once then share the next commit too."""
        if self._writing or not self._writes:
            return
        self._writing = True
        self._quiet.clear()
        self._loop.call_soon(self._writer.post, self._group_in_thread)

    def _group_in_thread(self) -> None:
        group: list[_Write] = []
        try:
            self._run_group(group)
        except BaseException as caught:
            self._writer.forget()
            if self._writer.raw.in_transaction:
                self._writer.raw.execute("ROLLBACK")
            for write in group:
                write.error = write.error or _again(self._told(caught))
        self._loop.call_soon_threadsafe(self._end_group, group)

    def _run_group(self, group: list[_Write]) -> None:
        """Run waiting units in one transaction and commit it; units that come meanwhile still get on."""
        raw = self._writer.raw
        group.append(self._writes.popleft())
        try:
            raw.execute("BEGIN IMMEDIATE")
        except BaseException:  # another process holds the lock: all who wait hear of it now, not one after the other
            while self._writes and len(group) < GROUP:
                group.append(self._writes.popleft())
            raise
        until = perf_counter() + GROUP_TIME
        alone = True  # the first unit of a transaction needs no savepoint: its rollback is the whole rollback
        write = group[0]
        while True:
            self._run_write(write, alone=alone)
            if not raw.in_transaction:
                raw.execute("BEGIN IMMEDIATE")
                alone = True
            elif write.error is None:
                alone = False
            if not self._writes or len(group) >= GROUP or perf_counter() > until:
                break
            write = self._writes.popleft()
            group.append(write)
        raw.execute("COMMIT")
        self.commits += 1

    def _run_write(self, write: _Write, *, alone: bool) -> None:
        raw = self._writer.raw
        tx = outbox.Unit(self._writer.connection, "sqlite", self._clock, writing=True)
        try:
            if not alone:
                raw.execute(f"SAVEPOINT {_SAVEPOINT}")
            write.outcome = write.unit(tx)
            write.events = tx.flush(self.origin)
            self._writer.forget()
            if not raw.in_transaction:
                raise Failed("store.unavailable")  # the unit swallowed an error that had undone everything
            if not alone:
                raw.execute(f"RELEASE {_SAVEPOINT}")
        except BaseException as caught:
            write.error = self._told(caught)
            write.events = []
            self._writer.forget()
            if not raw.in_transaction and not alone:
                raise  # SQLite has undone the whole transaction by itself (a full disk): nobody's unit is in it
            if alone and raw.in_transaction:
                raw.execute("ROLLBACK")
            elif not alone:
                raw.execute(f"ROLLBACK TO {_SAVEPOINT}")
                raw.execute(f"RELEASE {_SAVEPOINT}")

    def _end_group(self, group: list[_Write]) -> None:
        for write in group:
            if write.error is None:
                self.hub.publish(write.events)
        for write in group:
            settle(write.future, write.outcome, write.error)
        self._writing = False
        self._prune_if_due()
        self._start_group()
        self._note_quiet()

    def _prune_if_due(self) -> None:
        now = self._clock.now()
        if now < self._prune_at or self._closed:
            return
        self._prune_at = now + outbox.PRUNE_EVERY
        future: asyncio.Future[int] = self._loop.create_future()
        future.add_done_callback(_log_failed_pruning)
        self._writes.append(_Write(lambda tx: outbox.prune(tx, now), future))

    def _note_quiet(self) -> None:
        if not self._writing and not self._writes and len(self._idle) == len(self._readers):
            self._quiet.set()

    # Changing the schema

    def _migrate(self, step: Callable[[Tx], T]) -> T:
        raw = self._writer.raw
        try:
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute("BEGIN IMMEDIATE")
            outcome = step(outbox.Unit(self._writer.connection, "sqlite", self._clock, writing=True))
            if raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Failed("store.damaged")
            raw.execute("COMMIT")
        except BaseException as caught:
            self._writer.forget()
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            raise self._told(caught) from caught
        finally:
            self._writer.forget()
            raw.execute("PRAGMA foreign_keys=ON")
        return outcome


def _log_failed_pruning(future: asyncio.Future[int]) -> None:
    error = future.exception()
    if error is not None:
        log.error("could not prune the outbox: %s", error)


def _again(error: BaseException) -> BaseException:
    """A fresh copy of our error for each caller; anything else is shared."""
    return type(error)(error.code, **error.params) if isinstance(error, BbsError) else error
