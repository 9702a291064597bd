"""How a process learns of events that other processes wrote to the same PostgreSQL database."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from bbs.store import outbox

if TYPE_CHECKING:
    from bbs.store.postgres import PostgresDatabase

log = logging.getLogger(__name__)

QUIET: Final = 5.0  # seconds without a notification after which the outbox is read anyway
HELD_BACK: Final = 0.05  # seconds to the next look while an older transaction is still running
RECONNECT: Final = 0.5  # seconds between attempts


class PostgresTail:
    """Listens on a connection of its own; a notification, a reconnect or a quiet spell makes it read the outbox."""

    def __init__(self, database: PostgresDatabase, options: dict[str, Any], channel: str) -> None:
        self._database = database
        self._options = options
        self._channel = channel
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._connection: Any = None

    async def start(self) -> None:
        """Begin after the newest event there is now."""
        await self._connect()
        place = await self._database.read(outbox.newest)
        self._task = asyncio.create_task(self._run(place), name="store-tail")

    async def stop(self) -> None:
        """End, and close the connection."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._disconnect()

    async def _connect(self) -> None:
        connection = await asyncpg.connect(**self._options, timeout=QUIET)
        try:
            await connection.add_listener(self._channel, self._heard)
        except BaseException:
            connection.terminate()
            raise
        connection.add_termination_listener(lambda _connection: self._wake.set())
        self._connection = connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            try:
                await connection.close(timeout=1)
            except (OSError, TimeoutError, asyncpg.PostgresError):
                connection.terminate()

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        if payload != self._database.origin:
            self._wake.set()

    async def _run(self, place: tuple[int, int]) -> None:
        more = False
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), HELD_BACK if more else QUIET)
            self._wake.clear()
            try:
                if self._connection is None or self._connection.is_closed():
                    await self._connect()
                elif not more:
                    await self._connection.execute("SELECT 1", timeout=QUIET)  # notices a peer that is gone
                more, place = await self._catch_up(place)
            except Exception:
                log.exception("could not read the outbox; trying again")
                await self._disconnect()
                await asyncio.sleep(RECONNECT)
                self._wake.set()  # what was notified meanwhile was missed

    async def _catch_up(self, place: tuple[int, int]) -> tuple[bool, tuple[int, int]]:
        start = place
        rows, place, more = await self._database.read(lambda tx: outbox.since(tx, start))
        self._database.hub.publish(outbox.foreign_only(rows, self._database.origin))
        return more, place
