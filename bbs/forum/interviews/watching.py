"""Watching an interview: one state of it for all who watch in this process, read anew once whatever their number.

The first who watches has it read, the last who leaves lets it go. Events make it be read again, at most once in GAP.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from bbs.errors import NotFound
from bbs.forum.interviews import rows as interview_rows
from bbs.forum.interviews.questions import Room
from bbs.store.database import Database, Event

STATE: Final = "live.state"
"""Event: an interview was announced, changed, called off, begun or ended; payload `interview`, `board`, `change`."""
TALK: Final = "live.talk"
"""Event: something was asked, voted for, sorted or answered; payload as of STATE, and `question`, `answer` if any."""
GAP: Final = 0.2
"""Seconds between two readings of one interview: a hundred votes in a second are one change to look at."""
RETRY: Final = 5.0
"""Seconds after a reading that failed."""

log = logging.getLogger(__name__)

Told = Callable[[Room], None]
"""Hears of each new state; a plain quick function."""


class Watch:
    """Somebody watching; `room` is the newest state. `close` it in the end."""

    def __init__(self, seat: _Seat, told: Told) -> None:
        self._seat = seat
        self.told = told

    @property
    def room(self) -> Room:
        if self._seat.room is None:
            raise RuntimeError("watched before it was read")
        return self._seat.room

    @property
    def watchers(self) -> int:
        """How many watch in this process."""
        return len(self._seat.watches)

    async def fresh(self) -> Room:
        """The state once it holds what was written before this call."""
        await self._seat.settled()
        return self.room

    def close(self) -> None:
        """Watch no longer."""
        self._seat.leave(self)


class Watching:
    """The interviews that are watched in this process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seats: dict[int, _Seat] = {}
        db.hub.subscribe((STATE, TALK), self._heard)

    def __len__(self) -> int:
        return len(self._seats)

    async def watch(self, number: int, told: Told) -> Watch:
        """Watch from now on; NotFound(`live.not_found`). Whether somebody may is asked before."""
        seat = self._seats.get(number)
        if seat is None:
            seat = self._seats[number] = _Seat(self._db, number, self._left)
        watch = Watch(seat, told)
        seat.watches[watch] = None
        try:
            await seat.settled(first=True)
        except BaseException:
            watch.close()
            raise
        return watch

    def _left(self, seat: _Seat) -> None:
        if self._seats.get(seat.number) is seat:
            del self._seats[seat.number]

    def _heard(self, event: Event) -> None:
        seat = self._seats.get(int(event.payload.get("interview") or 0))
        if seat is not None:
            seat.stir()


class _Seat:
    """One interview that is watched."""

    def __init__(self, db: Database, number: int, left: Callable[[_Seat], None]) -> None:
        self.number = number
        self.room: Room | None = None
        self.watches: dict[Watch, None] = {}
        self._db = db
        self._left = left
        self._stale = True
        self._reading: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def stir(self) -> None:
        """Something happened: read again soon."""
        self._stale = True
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._follow())

    async def settled(self, *, first: bool = False) -> None:
        """Wait until the state is read (`first`), or until what is stale was read again, by whoever reads it."""
        if self.room is not None and first:
            return
        while self.room is None or self._stale or self._reading is not None:
            if self._reading is None:
                await self._read()
            else:
                await asyncio.shield(self._reading)

    def leave(self, watch: Watch) -> None:
        self.watches.pop(watch, None)
        if not self.watches:
            self._left(self)
            if self._task is not None:
                self._task.cancel()

    async def _follow(self) -> None:
        try:
            while self._stale and self.watches:
                pause = GAP
                try:
                    await self.settled()
                except Exception:
                    log.exception("interview %s could not be read", self.number)
                    pause = RETRY
                await asyncio.sleep(pause)
        finally:
            self._task = None

    async def _read(self) -> None:
        """Read once for all who wait, and tell all who watch."""
        self._reading = asyncio.get_running_loop().create_future()
        try:
            self._stale = False
            known = self.room
            found = await self._db.read(lambda tx: interview_rows.room(tx, self.number, known))
            if found is None:
                raise NotFound("live.not_found", interview=self.number)
        except BaseException:
            self._stale = True
            raise
        finally:
            self._reading.set_result(None)
            self._reading = None
        first, self.room = self.room is None, found
        if first or found == known:
            return  # who waits for it looks at it when this returns
        for watch in list(self.watches):
            try:
                watch.told(found)
            except Exception:
                log.exception("a watcher of interview %s failed", self.number)
