"""One SQLite connection in one thread of its own, running whole units there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from sqlite3 import Connection as Raw
from typing import Any, TypeVar, cast

import aiosqlite
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from bbs.store import driver

T = TypeVar("T")


class Worker:
    """A thread with a connection, seen twice: raw, for transactions, and through SQLAlchemy, for units."""

    def __init__(self, path: Path, *, reader: bool) -> None:
        self._thread = aiosqlite.Connection(partial(driver.connect, path, reader=reader), iter_chunk_size=64)
        self._thread._thread.daemon = True  # a store that nobody closed must not keep the process from ending
        self.raw: Raw
        self.connection: Connection

    async def open(self) -> None:
        """Open the connection. Raises what `driver.connect` does."""
        try:
            await self._thread
        except BaseException:
            self._thread._thread.join()  # it is on its way out, and must not outlive the loop it reports to
            raise
        self.raw = self._thread._conn
        await self.run(self._bind)

    def _bind(self) -> None:
        engine = create_engine("sqlite+unit://", creator=lambda: self.raw, poolclass=StaticPool, hide_parameters=True)
        self.connection = engine.connect()
        self._dialect = cast("driver.UnitDialect", engine.dialect)

    def post(self, work: Callable[[], None]) -> None:
        """Queue `work` for the thread and return at once; it hands its outcome back by itself and never raises.

        This is aiosqlite's own queue, entered without the coroutine around it: one hop there and one back for a
        whole unit, and a caller who goes away cannot leave work half done.
        """
        self._thread._tx.put_nowait((None, work))

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work` in the thread and wait for it; it is finished even when the caller is cancelled."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._thread._tx.put_nowait((future, work))
        return await future

    async def close(self) -> None:
        """Finish what is queued, close the connection and end the thread."""
        if self._thread._connection is None:
            return
        if hasattr(self, "connection"):
            await self.run(self._unbind)
        await self._thread.close()

    def _unbind(self) -> None:
        self.connection.close()
        if self.raw.in_transaction:
            self.raw.rollback()

    def forget(self) -> None:
        """Drop what a unit left open: results half read, and nested transactions on the SQLAlchemy side.

        The outermost SQLAlchemy transaction stays open for good: beginning it anew would cost 10 us a unit.
        """
        self._dialect.end_statements()
        transaction = self.connection.get_transaction()
        if transaction is not None and (not transaction.is_active or self.connection.in_nested_transaction()):
            self.connection.rollback()


def settle(future: asyncio.Future[Any], outcome: Any, error: BaseException | None) -> None:
    """Resolve a caller's future, unless the caller has gone."""
    if future.done():
        return
    if error is None:
        future.set_result(outcome)
    elif isinstance(error, StopIteration):  # a future cannot carry it
        future.set_exception(RuntimeError("a unit raised StopIteration"))
    else:
        future.set_exception(error)
