"""Terms of office: what begins and ends by the clock alone, with nobody doing anything.

An appointment whose time is over is ended for good and entered in the register, so that a clock that is set back does
not bring it back. Whoever begins or ends is told (`account.changed`): open screens take over the new rights.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func, or_, select, update

from bbs.errors import BbsError
from bbs.forum.accounts import people
from bbs.forum.actor import LOCAL
from bbs.forum.officers.officers import EXPIRE, record_appointment
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import account, appointment
from bbs.text.when import Clock

LOOK: Final = 2.0
"""Seconds between two looks at the clock; the store is asked only when a term begins or ends."""

_log = logging.getLogger(__name__)


class Terms:
    """Watches the terms of all appointments."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._next: datetime | None = None  # when a term begins or ends next
        self._looked: datetime | None = None
        self._known = False
        db.hub.subscribe((people.CHANGED,), self._forget)

    async def keep(self) -> None:
        """Look at the clock until cancelled."""
        while True:
            try:
                await self.look()
            except BbsError as error:
                _log.warning("could not look after the terms of office: %s", error)
            await asyncio.sleep(LOOK)

    async def look(self) -> int:
        """End what is over and tell who begins; how many appointments that concerned."""
        now = self._clock.now()
        set_back = self._looked is not None and now < self._looked
        if self._known and not set_back and (self._next is None or now < self._next):
            self._looked = now
            return 0
        self._known = True
        since = self._looked or now
        due = await self._db.read(lambda tx: _due(tx, since, now))
        count = await self._db.write(lambda tx: _turn(tx, since, now)) if due else 0
        self._next = await self._db.read(lambda tx: _next(tx, now))
        self._looked = now
        return count

    def _forget(self, event: Event) -> None:
        self._known = False


def _due(tx: Tx, since: datetime, now: datetime) -> bool:
    turned = or_(appointment.c.until_at <= now, _begins(since, now))
    return tx.connection.execute(_OPEN.where(turned).limit(1)).first() is not None


def _turn(tx: Tx, since: datetime, now: datetime) -> int:
    """End the appointments whose time is over, and tell of those that began since the last look."""
    ended = tx.connection.execute(_OVER.where(appointment.c.until_at <= now).order_by(appointment.c.until_at)).all()
    for row in ended:
        still = (appointment.c.id == row.id, appointment.c.ended_at.is_(None))  # another server may have been first
        if not tx.connection.execute(update(appointment).where(*still).values(ended_at=row.until_at)).rowcount:
            continue
        held = replace(people.appointment_from(row), ended_at=row.until_at)
        record_appointment(tx, now, EXPIRE, LOCAL, held)
        _tell(tx, row)
    began = [] if since >= now else tx.connection.execute(_OPEN.where(_begins(since, now))).all()
    for row in began:
        _tell(tx, row)
    return len(ended) + len(began)


def _tell(tx: Tx, row: Any) -> None:
    tx.emit(people.CHANGED, id=row.account_id, account=row.name)


def _begins(since: datetime, now: datetime) -> Any:
    return and_(appointment.c.from_at > since, appointment.c.from_at <= now)


def _next(tx: Tx, now: datetime) -> datetime | None:
    open_ = appointment.c.ended_at.is_(None)
    ends = tx.connection.execute(select(func.min(appointment.c.until_at)).where(open_)).scalar_one_or_none()
    begins = select(func.min(appointment.c.from_at)).where(open_, appointment.c.from_at > now)
    moments = [moment for moment in (ends, tx.connection.execute(begins).scalar_one_or_none()) if moment is not None]
    return min(moments, default=None)


_OPEN: Final = (
    select(appointment, account.c.name)
    .join(account, account.c.id == appointment.c.account_id)
    .where(appointment.c.ended_at.is_(None))
)
_OVER: Final = _OPEN.where(appointment.c.until_at.is_not(None))
