"""The store on PostgreSQL: units run on pooled connections, as if each were alone."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bbs.errors import BbsError, Failed
from bbs.store import outbox, schema
from bbs.store.database import Event, Tx
from bbs.store.faults import RETRYABLE, disconnected, is_unique_violation, sqlstate, translate
from bbs.store.hub import Hub
from bbs.store.postgres_tail import PostgresTail
from bbs.text.when import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

POOL: Final = 8  # connections of one process
POOL_WAIT: Final = 15.0  # seconds a unit waits for a free one
CONNECT_TIMEOUT: Final = 5.0  # seconds
RETRIES: Final = 3  # after a serialization failure or a deadlock; the last one runs alone
CHANNEL: Final = "mingtan_outbox"
_SETTINGS: Final = {
    "application_name": "mingtan",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",  # a stopped process must not hold the others up
    "synchronous_commit": "on",  # what is acknowledged is on disk, whatever the server's default
    "timezone": "UTC",
}

# Writers hold the first mode, which they share; a unit that lost against others three times takes the second and so
# is alone. LOCK TABLE does not fix the snapshot of a serializable transaction, so it is fresh once the lock is held.
_TOGETHER: Final = text("LOCK TABLE outbox IN ROW SHARE MODE")
_ALONE: Final = text("LOCK TABLE outbox IN EXCLUSIVE MODE")


async def open_postgres(url: URL, clock: Clock, *, create: bool) -> PostgresDatabase:
    """Open the store at a PostgreSQL URL and migrate it if it is older. Errors as `open_database`."""
    database = PostgresDatabase(url.set(drivername="postgresql+asyncpg"), clock)
    try:
        found = await database.read(schema.found_version)
        if found is None and not create:
            raise Failed("store.missing")
        if found != schema.head():
            await database.migrate(schema.upgrade)
    except BaseException as error:
        await database.close()
        if isinstance(error, BbsError):
            error.params.setdefault("path", url.database or "")
        raise
    return database


@dataclass(slots=True)
class _Attempt:
    committing: bool = False


class PostgresDatabase:
    """Runs units on one PostgreSQL database. Made by `open_database`; lives on one event loop.

    Writing units are SERIALIZABLE: what they read stays true until they commit, as it does on SQLite. One that
    collides with another is run again from the start, so a unit must have no effect but on its Tx.
    """

    dialect: Final[Literal["postgresql"]] = "postgresql"

    def __init__(self, url: URL, clock: Clock) -> None:
        self.hub: Final = Hub()
        self.origin: Final = str(uuid.uuid4())
        self._clock = clock
        self._url = url
        self._engine = create_async_engine(
            url,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=POOL_WAIT,
            hide_parameters=True,  # a failed statement's error goes to the log; texts and hashes must not
            connect_args={"timeout": CONNECT_TIMEOUT, "server_settings": _SETTINGS},
        )
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writing = self._engine.execution_options(isolation_level="SERIALIZABLE")
        self._plain = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._announcing = False
        self._prune_at: datetime = clock.now()
        self._tail: PostgresTail | None = None
        self._closed = False

    async def read(self, unit: Callable[[Tx], T]) -> T:
        """Run a read-only unit in one snapshot; once more if the connection turns out to be lost."""
        return await self._shielded(self._read(unit))

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Run a writing unit; returns after the commit is on disk. See `bbs.store.database.Database`."""
        return await self._shielded(self._write(unit))

    async def follow(self) -> None:
        """From now on tell the hub also of events that other processes write to this database."""
        if self._tail is None:
            _, options = self._engine.dialect.create_connect_args(self._url)
            self._tail = PostgresTail(self, dict(options), CHANNEL)
            await self._tail.start()

    async def close(self) -> None:
        """Finish what was asked for, then close; what is asked for later fails with `store.closed`."""
        if self._tail is not None:
            await self._tail.stop()
        self._closed = True
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._engine.dispose()

    async def migrate(self, step: Callable[[Tx], T]) -> T:
        """Run a change of the schema in one transaction."""
        try:
            async with self._engine.begin() as connection:
                return await connection.run_sync(lambda sync: step(self._tx(sync, writing=True)))
        except Exception as error:
            raise translate(error) from error

    async def _shielded(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to the end whatever happens to the caller, so that no connection is left inside a transaction."""
        if self._closed:
            work.close()
            raise Failed("store.closed")
        return await asyncio.shield(self._spawn(work))

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _tx(self, connection: Connection, *, writing: bool) -> outbox.Unit:
        return outbox.Unit(connection, "postgresql", self._clock, writing=writing)

    # Reading

    async def _read(self, unit: Callable[[Tx], T]) -> T:
        try:
            try:
                return await self._read_once(unit)
            except Exception as error:
                if not disconnected(error):
                    raise
                return await self._read_once(unit)
        except Exception as error:
            raise translate(error) from error

    async def _read_once(self, unit: Callable[[Tx], T]) -> T:
        async with self._reading.connect() as connection:
            return await connection.run_sync(lambda sync: unit(self._tx(sync, writing=False)))

    # Writing

    async def _write(self, unit: Callable[[Tx], T]) -> T:
        collisions = doubles = losses = 0
        while True:
            attempt = _Attempt()
            try:
                outcome, events = await self._write_once(unit, attempt, alone=collisions == RETRIES)
                break
            except Exception as error:
                if sqlstate(error) in RETRYABLE and collisions < RETRIES:
                    collisions += 1
                elif is_unique_violation(error) and not doubles:
                    doubles += 1  # perhaps against a unit that this one could not see; a real double fails again
                elif disconnected(error) and not attempt.committing and not losses:
                    losses += 1
                else:
                    raise translate(error) from error
        if events:
            self.hub.publish(events)
            self._announce()
        self._prune_if_due()
        return outcome

    async def _write_once(self, unit: Callable[[Tx], T], attempt: _Attempt, *, alone: bool) -> tuple[T, list[Event]]:
        def work(sync: Connection) -> tuple[T, list[Event]]:
            tx = self._tx(sync, writing=True)
            sync.execute(_ALONE if alone else _TOGETHER)
            return unit(tx), tx.flush(self.origin)

        async with self._writing.connect() as connection:
            done = await connection.run_sync(work)
            attempt.committing = True
            await connection.commit()
            return done

    def _prune_if_due(self) -> None:
        now = self._clock.now()
        if now >= self._prune_at and not self._closed:
            self._prune_at = now + outbox.PRUNE_EVERY
            self._spawn(self._prune(now))

    async def _prune(self, now: datetime) -> None:
        try:
            async with self._engine.begin() as connection:
                await connection.run_sync(lambda sync: outbox.prune(self._tx(sync, writing=True), now))
        except (SQLAlchemyError, OSError):
            log.exception("could not prune the outbox")

    # Telling other processes

    def _announce(self) -> None:
        """Notify after the commit and for all waiting at once: NOTIFY takes a lock that all commits share."""
        if not self._announcing:
            self._announcing = True
            self._spawn(self._notify())

    async def _notify(self) -> None:
        self._announcing = False  # whoever commits from here on announces anew
        try:
            async with self._plain.connect() as connection:
                await connection.execute(select(func.pg_notify(CHANNEL, self.origin)))
        except (SQLAlchemyError, OSError):
            log.exception("could not notify other processes; they will look by themselves")
