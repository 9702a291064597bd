"""What the clock does with cases: two reminders to the office, and telling everybody when a date has passed.

An office is reminded on the morning of the working day before its date, again on the morning of the day itself, and
when that day is over the case is overdue. Each of these happens once for a date, whatever a clock does: how far a case
has come is kept on it and only ever grows, and each step is a unit of its own that changes nothing where another
process was first. An extension or a reopening sets a new date, and the count begins anew.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, or_, select, update

from bbs.forum.actor import LOCAL
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.calendar import Calendar
from bbs.forum.boards.community import Community
from bbs.forum.cases import reading as case_reading
from bbs.forum.cases import telling as case_telling
from bbs.forum.cases.reading import TOLD_OVERDUE, CaseReader, is_waiting
from bbs.forum.cases.steps import add_step, announce
from bbs.forum.cases.table import Act, CaseState
from bbs.store.database import Database, Tx
from bbs.store.tables import case
from bbs.text.when import Clock

BATCH: Final = 1_000
"""Cases looked at in one go; the rest is for the next minute."""
EVERY_SECONDS: Final = 60.0
"""Seconds between two looks."""


def stage(row: Any, calendar: Calendar, now: datetime) -> int:
    """How far a case has come by its date: 0, 1 and 2 reminders, TOLD_OVERDUE."""
    if now > row.answer_by:
        return TOLD_OVERDUE
    last = calendar.day_of(row.answer_by)
    for reached, day in ((2, last), (1, calendar.before(last))):
        if now >= calendar.morning_of(day) and day > _begun(row, calendar):
            return reached
    return 0


def _begun(row: Any, calendar: Calendar) -> date:
    """The day from which the office has had it: nobody is reminded of what came in the same day."""
    return calendar.day_of(row.reopened_at or row.opened_at)


class CaseClock:
    """Looking at all cases that wait, once a minute."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, community: Community) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._community = community

    async def look(self) -> int:
        """Remind and tell of what is due now; returns how many cases were stepped. Doing it twice does nothing more."""
        calendar, now = self._community.site.calendar, self._clock.now()
        reader = CaseReader(LOCAL, await self._boards.readable(LOCAL), calendar, now)
        today = calendar.day_of(now)
        given = {"now": now, "today": calendar.end_of(today), "next": calendar.end_of(calendar.after(today, 1))}
        rows = await self._db.read(lambda tx: tx.connection.execute(_DUE, given).all())
        done = 0
        for row in rows:
            reached = stage(row, calendar, now)
            if reached > row.reminders:
                done += await self._db.write(_stepping(reader, row.id, row.reminders, reached))
        return done


def _stepping(reader: CaseReader, number: int, before: int, reached: int) -> Any:
    def unit(tx: Tx) -> int:
        """The steps between are passed over: who was down for a day sends no two reminders at once."""
        given = {"c": number, "before_": before, "reached_": reached}
        if not tx.connection.execute(_REACH, given).rowcount:
            return 0  # somebody acted on it, or another process was first
        row = case_reading.row_of(tx, number)
        act = Act.OVERDUE if reached >= TOLD_OVERDUE else Act.REMIND
        facts = {} if act is Act.OVERDUE else {"reminder": reached}
        add_step(tx, number, reader.now, act, CaseState(row.state), "", row.office, "", facts)
        until = reader.calendar.day_of(row.answer_by).isoformat()
        case_telling.tell(tx, row, act, reader.now, by="", doer=None, facts={"until": until})
        announce(tx, row, act)
        return 1

    return unit


_DUE: Final = (
    select(case.c.id, case.c.answer_by, case.c.opened_at, case.c.reopened_at, case.c.reminders)
    .where(
        is_waiting(),
        or_(
            and_(case.c.answer_by < bindparam("now"), case.c.reminders < TOLD_OVERDUE),
            and_(case.c.answer_by <= bindparam("today"), case.c.reminders < TOLD_OVERDUE - 1),
            and_(case.c.answer_by <= bindparam("next"), case.c.reminders < 1),
        ),
    )
    .order_by(case.c.answer_by, case.c.id)
    .limit(BATCH)
)
_REACH: Final = (
    update(case)
    .where(case.c.id == bindparam("c"), case.c.reminders == bindparam("before_"), is_waiting())
    .values(reminders=bindparam("reached_"))
)
