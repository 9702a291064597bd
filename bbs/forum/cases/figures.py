"""Figures of cases, in the open: per office, board, kind and month, what came in and what became of it.

All figures are of the cases received in a span of months, as they stand now; `means.NAME` says each in words.
Private cases count like any other, but two things of them are nobody's business: how they were rated and how they
ended. Those are counted over public cases only. Of a group so small that a time could be that of one private case no
times are told.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from bbs.errors import Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.calendar import Calendar, Ruler
from bbs.forum.boards.community import Community
from bbs.forum.boards.places import Board
from bbs.forum.cases.reading import TOLD_OVERDUE
from bbs.forum.cases.table import WAITING, CaseKind, CaseState, Outcome, Rating
from bbs.store.database import Database, Event
from bbs.store.tables import case
from bbs.text.when import Clock

MONTHS_MOST: Final = 36
"""Months of one report."""
MONTHS: Final = 12
"""Months of a report where nothing else is asked for: this one and those before it."""
KEPT_SECONDS: Final = 60.0
"""How long a report is kept, unless a case changes: what is overdue changes by the clock alone."""
KEPT_MOST: Final = 100
SMALL: Final = 5
"""Cases measured, fewer than which no times are told when a private one is among them."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, in tenths of a per cent, cut and never rounded up: 999 of 1000 is 99.9 %, and so is 9,999 of

    10,000; 100 % means every one."""

    part: int
    whole: int

    @property
    def tenths(self) -> int | None:
        """Tenths of a per cent; None of nothing."""
        return self.part * 1000 // self.whole if self.whole else None

    @property
    def text(self) -> str:
        """As it is written: `99.9`, `100`; "" of nothing."""
        tenths = self.tenths
        if tenths is None:
            return ""
        return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Times:
    """Hours on working days: the median and the 90th percentile (nearest rank); None where nothing was measured, or

    where `withheld`: few were, and a private case is among them."""

    median: float | None
    ninety: float | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one group. `key`: an office, board or kind, a month as `2026-11`, or "" for all.

    `due` is what an answer can be expected to: received less merged, returned and ended by the poster without one.
    """

    key: str
    received: int
    private: int
    due: int
    answered: int
    open: int
    overdue: int
    returned: int
    merged: int
    declined: int
    extended: int
    reopened: int
    fixed_by_office: int
    fixed_by_itself: int
    explained: int
    rated: int
    satisfied: int
    acknowledge: Times
    answer: Times

    @property
    def rate(self) -> Share:
        """How much of what an answer can be expected to has one."""
        return Share(self.answered, self.due)

    @property
    def satisfaction(self) -> Share:
        """How many of those who said anything are satisfied."""
        return Share(self.satisfied, self.rated)


@dataclass(frozen=True, slots=True)
class Report:
    """All groups over one span: `since` and `until` are the first days of its first month and of the month after."""

    since: date
    until: date
    as_of: datetime
    total: Figures
    offices: tuple[Figures, ...]
    boards: tuple[Figures, ...]
    kinds: tuple[Figures, ...]
    months: tuple[Figures, ...]  # every month of the span, the oldest first


COLUMNS: Final = (
    "received",
    "private",
    "answered",
    "rate",
    "acknowledge_median",
    "acknowledge_ninety",
    "answer_median",
    "answer_ninety",
    "satisfaction",
    "rated",
    "open",
    "overdue",
    "returned",
    "declined",
    "merged",
    "extended",
    "reopened",
    "fixed_by_office",
    "fixed_by_itself",
    "explained",
)
"""The figures in the order of a table; their words are `figure.NAME`, their definitions `means.NAME`."""


def value(figures: Figures, name: str) -> int | float | str | None:
    """One figure by its name: counts, hours, and shares as text; None where there is nothing to tell."""
    match name:
        case "rate":
            return figures.rate.text or None
        case "satisfaction":
            return figures.satisfaction.text or None
        case "acknowledge_median":
            return figures.acknowledge.median
        case "acknowledge_ninety":
            return figures.acknowledge.ninety
        case "answer_median":
            return figures.answer.median
        case "answer_ninety":
            return figures.answer.ninety
    found: int = getattr(figures, name)
    return found


class CaseFigures:
    """Reading the figures."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, community: Community) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._community = community
        self._lately: dict[Hashable, tuple[float, Report]] = {}
        db.hub.subscribe(("case.changed", "thread.changed", "community.changed"), self._forget)

    def _forget(self, event: Event) -> None:
        self._lately.clear()

    async def report(
        self,
        actor: Actor,
        *,
        since: date | None = None,
        until: date | None = None,
        office: str = "",
        board: Board | None = None,
        kind: CaseKind | None = None,
    ) -> Report:
        """The figures of boards the actor reads, of the months from `since` to `until` (days in them; both count).

        Left out, they are this month and the `MONTHS` - 1 before it. Raises Forbidden, Invalid(`figures.months`).
        """
        access.require(actor, Verb.CASE_READ)
        calendar, now = self._community.site.calendar, self._clock.now()
        last = _month(until or since or calendar.day_of(now))
        first = _month(since) if since is not None else _back(last, MONTHS - 1)
        if not 1 <= _months(first, last) <= MONTHS_MOST:
            raise Invalid("figures.months", most=MONTHS_MOST)
        boards = await self._boards.readable(actor)
        asked = (access.rights(actor), first, last, office, None if board is None else board.id, kind)
        at, kept = self._lately.get(asked, (0.0, None))
        if kept is not None and self._clock.monotonic() - at < KEPT_SECONDS:
            return kept
        query = _ROWS.where(
            case.c.opened_at >= _start(first, calendar),
            case.c.opened_at < _start(_after(last), calendar),
            case.c.board_id.in_(sorted(boards) if board is None else [board.id]),
        )
        if office:
            query = query.where(case.c.office == office)
        if kind is not None:
            query = query.where(case.c.kind == kind.value)
        rows = await self._db.read(lambda tx: tx.connection.execute(query).all())
        slugs = {number: one.slug for number, one in boards.items()}
        found = await asyncio.to_thread(_report, rows, slugs, calendar, now, first, last)
        if len(self._lately) >= KEPT_MOST:
            self._lately.clear()
        self._lately[asked] = (self._clock.monotonic(), found)
        return found


_ROWS: Final = select(
    case.c.board_id,
    case.c.kind,
    case.c.office,
    case.c.state,
    case.c.private,
    case.c.opened_at,
    case.c.acknowledged_at,
    case.c.answer_by,
    case.c.answered_at,
    case.c.closed_at,
    case.c.outcome,
    case.c.extended_at,
    case.c.reopened_at,
    case.c.rating,
    case.c.reminders,
)


def _report(
    rows: Sequence[Any], slugs: Mapping[int, str], calendar: Calendar, now: datetime, first: date, last: date
) -> Report:
    ruler = calendar.ruler(_start(first, calendar), max((row.closed_at or now for row in rows), default=now))
    cases = [_Counted(row, ruler, now) for row in rows]

    def grouped(key: Callable[[_Counted], str], known: Iterable[str] = ()) -> tuple[Figures, ...]:
        groups: defaultdict[str, list[_Counted]] = defaultdict(list)
        for name in known:
            groups[name] = []
        for one in cases:
            groups[key(one)].append(one)
        return tuple(_figures(name, group) for name, group in groups.items())

    months = [f"{month:%Y-%m}" for month in _span(first, last)]
    return Report(
        since=first,
        until=_after(last),
        as_of=now,
        total=_figures("", cases),
        offices=tuple(sorted(grouped(lambda one: one.row.office), key=_most)),
        boards=tuple(sorted(grouped(lambda one: slugs[one.row.board_id]), key=_most)),
        kinds=grouped(lambda one: one.row.kind, [kind.value for kind in CaseKind]),
        months=grouped(lambda one: f"{calendar.day_of(one.row.opened_at):%Y-%m}", months),
    )


def _most(figures: Figures) -> tuple[int, str]:
    return -figures.received, figures.key


class _Counted:
    """One case, and what of it is counted."""

    __slots__ = ("acknowledge", "answer", "answered", "due", "overdue", "row", "waiting")

    def __init__(self, row: Any, ruler: Ruler, now: datetime) -> None:
        self.row: Final = row
        answered_at = row.answered_at
        if answered_at is None and row.state == CaseState.DECLINED.value:
            answered_at = row.closed_at  # a no with its reason is an answer
        ended = row.state in _NOT_EXPECTED or (row.state == CaseState.CLOSED.value and answered_at is None)
        self.answered: Final = answered_at is not None and row.state not in _NOT_EXPECTED
        self.due: Final = not ended
        self.waiting: Final = row.state in _OWED
        self.overdue: Final = self.waiting and (row.answer_by < now or row.reminders >= TOLD_OVERDUE)
        self.acknowledge: Final = _hours(row.opened_at, row.acknowledged_at, ruler)
        self.answer: Final = _hours(row.opened_at, answered_at, ruler) if self.answered else None


_HOUR: Final = timedelta(hours=1)
_NOT_EXPECTED: Final = (CaseState.MERGED.value, CaseState.RETURNED.value)
_OWED: Final = frozenset(state.value for state in WAITING)


def _hours(start: datetime, end: datetime | None, ruler: Ruler) -> float | None:
    return None if end is None else ruler.between(start, end) / _HOUR


def _figures(key: str, cases: Sequence[_Counted]) -> Figures:
    public = [one.row for one in cases if not one.row.private]
    states = [one.row.state for one in cases]
    outcomes = [row.outcome for row in public]
    ratings = [row.rating for row in public if row.rating is not None]
    return Figures(
        key=key,
        received=len(cases),
        private=len(cases) - len(public),
        due=sum(one.due for one in cases),
        answered=sum(one.answered for one in cases),
        open=sum(one.waiting for one in cases),
        overdue=sum(one.overdue for one in cases),
        returned=states.count(CaseState.RETURNED.value),
        merged=states.count(CaseState.MERGED.value),
        declined=states.count(CaseState.DECLINED.value),
        extended=sum(one.row.extended_at is not None for one in cases),
        reopened=sum(one.row.reopened_at is not None for one in cases),
        fixed_by_office=outcomes.count(Outcome.FIXED_BY_OFFICE.value),
        fixed_by_itself=outcomes.count(Outcome.FIXED_BY_ITSELF.value),
        explained=outcomes.count(Outcome.EXPLAINED.value),
        rated=len(ratings),
        satisfied=ratings.count(Rating.SATISFIED.value),
        acknowledge=_times([(one.acknowledge, one.row.private) for one in cases]),
        answer=_times([(one.answer, one.row.private) for one in cases]),
    )


def _times(measured: Iterable[tuple[float | None, bool]]) -> Times:
    found = [(hours, private) for hours, private in measured if hours is not None]
    if not found:
        return Times(None, None)
    if len(found) < SMALL and any(private for _, private in found):
        return Times(None, None, withheld=True)
    hours = sorted(one for one, _ in found)
    return Times(_rank(hours, 50), _rank(hours, 90))


def _rank(hours: Sequence[float], percent: int) -> float:
    """The nearest rank: the smallest value that so many per cent do not exceed."""
    return round(hours[max(0, -(-len(hours) * percent // 100) - 1)], 1)


# Months


def _month(day: date) -> date:
    return day.replace(day=1)


def _after(month: date) -> date:
    return _month(month + timedelta(days=31))


def _back(month: date, months: int) -> date:
    number = month.year * 12 + month.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _span(first: date, last: date) -> list[date]:
    return [_back(last, n) for n in reversed(range(_months(first, last)))]


def _start(month: date, calendar: Calendar) -> datetime:
    return datetime.combine(month, time(), calendar.zone).astimezone(UTC)
