"""How a process learns of events that other processes wrote to the same SQLite file."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final

from bbs.store import outbox

if TYPE_CHECKING:
    from bbs.store.sqlite import SqliteDatabase
    from bbs.store.sqlite_worker import Worker

log = logging.getLogger(__name__)

POLL: Final = 0.25  # seconds between looks at whether the file has changed


class SqliteTail:
    """Asks SQLite for its data version, and reads the outbox when it has moved."""

    def __init__(self, database: SqliteDatabase, worker: Worker) -> None:
        self._database = database
        self._worker = worker
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin after the newest event there is now."""
        await self._worker.open()
        version = await self._worker.run(self._version)
        place = await self._database.read(outbox.newest)
        self._task = asyncio.create_task(self._run(version, place), name="store-tail")

    async def stop(self) -> None:
        """End, and close the connection."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._worker.close()

    def _version(self) -> int:
        version: int = self._worker.raw.execute("PRAGMA data_version").fetchone()[0]
        return version

    async def _run(self, version: int, place: tuple[int, int]) -> None:
        while True:
            await asyncio.sleep(POLL)
            try:
                found = await self._worker.run(self._version)
                if found == version:
                    continue
                place = await self._catch_up(place)
                version = found
            except Exception:
                log.exception("could not read the outbox; trying again")

    async def _catch_up(self, place: tuple[int, int]) -> tuple[int, int]:
        more = True
        while more:
            start = place
            rows, place, more = await self._database.read(lambda tx, start=start: outbox.since(tx, start))  # type: ignore[misc]
            self._database.hub.publish(outbox.foreign_only(rows, self._database.origin))
        return place
