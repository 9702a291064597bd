"""Reading cases from the store, for one reader: the queries and what their rows become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy import case as when

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.calendar import Calendar
from bbs.forum.boards.places import Board
from bbs.forum.cases.table import RATEABLE, WAITING, Act, CaseKind, CaseState, Doer, Outcome, Rating, acts_of
from bbs.forum.cases.values import Case, Message, OwnCase, Prepared, Sight, Step, Waiting
from bbs.forum.posts.posts import Official
from bbs.store.database import Tx
from bbs.store.paging import Key, Keyset, Page, Way
from bbs.store.prepared import Prepared as Statement
from bbs.store.tables import board, case, case_message, case_step, post, thread

QUEUE_MOST: Final = 300
"""Cases of one queue that are shown, the most urgent first."""
COUNT_MOST: Final = 999
"""Waiting cases are counted to here."""
TOLD_OVERDUE: Final = 3
"""The value of `reminders` once a case was told to be overdue."""
_WAITING: Final = sorted(state.value for state in WAITING)


@dataclass(frozen=True, slots=True)
class CaseReader:
    """For whom is read: who they are, the offices whose people they belong to, the boards open to them.

    `holds` is the number of the private case whose query code they have.
    """

    actor: Actor
    boards: Mapping[int, Board]
    calendar: Calendar
    now: datetime
    holds: int | None = None
    quiet: bool = False  # nobody is told of what they do

    @property
    def offices(self) -> frozenset[str]:
        """The offices they work for, as a liaison too."""
        return offices_of(self.actor)

    def mine(self, row: Any) -> bool:
        """Whether they are the poster, or hold the code that stands for the poster."""
        account = self.actor.account_id
        return self.holds == row.id or (account is not None and row.poster_id == account)

    def sees(self, row: Any) -> bool:
        """Whether they may know of the case at all."""
        return row.board_id in self.boards or row.office in self.offices or self.mine(row)

    def sight(self, row: Any) -> Sight:
        """How much of the case they see."""
        whole = not row.private or row.office in self.offices or self.mine(row)
        return Sight.WHOLE if whole else Sight.EXISTS

    def doers(self, row: Any) -> frozenset[Doer]:
        """What they are to the case."""
        return doers_of(self.actor, row, self.boards, mine=self.mine(row))


def offices_of(actor: Actor) -> frozenset[str]:
    """The offices whose desk is open to the actor."""
    if not access.allowed(actor, Verb.OFFICE_DESK):
        return frozenset()
    return frozenset(held.office for held in actor.appointments)


def doers_of(actor: Actor, row: Any, boards: Mapping[int, Board], *, mine: bool) -> frozenset[Doer]:
    """What an actor is to a case: its poster, of its office, or one who keeps the house."""
    found: set[Doer] = set()
    if mine and access.allowed(actor, Verb.CASE_FOLLOW):
        found.add(Doer.POSTER)
    if row.office in offices_of(actor):
        found.add(Doer.STAFF)
        if access.allowed(actor, Verb.CASE_WORK) and actor.publishes_for((row.office,)):
            found.add(Doer.OFFICE)
    place = boards.get(row.board_id)
    if place is not None and access.allowed(actor, Verb.CASE_DISPATCH, place=place):
        found.add(Doer.HOUSE)
    return frozenset(found)


def acts_now(reader: CaseReader, row: Any) -> frozenset[Act]:
    """What the reader may do with the case now: the table, and what may be done once only."""
    state = CaseState(row.state)
    acts = set(acts_of(state, reader.doers(row), private=row.private))
    if row.extended_at is not None or reader.now > row.answer_by:
        acts.discard(Act.EXTEND)
    if row.reopened_at is not None or row.rating == Rating.SATISFIED.value or state not in RATEABLE:
        acts.discard(Act.REOPEN)
    return frozenset(acts)


# The rows

COLUMNS: Final = (
    *(column for column in case.c if column.name != "title"),
    # The thread's title may have been changed since; one that is hidden shows none.
    when((case.c.thread_id.is_(None), case.c.title), (thread.c.hidden_at.is_(None), thread.c.title), else_="").label(
        "title"
    ),
    post.c.floor.label("answered_floor"),
    board.c.slug.label("board"),
    board.c.answer_days,
)
_SOURCE: Final = (
    case.join(board, board.c.id == case.c.board_id)
    .outerjoin(thread, thread.c.id == case.c.thread_id)
    .outerjoin(post, post.c.id == case.c.answered_post_id)
)
CASES: Final[Select[Any]] = select(*COLUMNS).select_from(_SOURCE)
_ONE: Final = CASES.where(case.c.id == bindparam("c"))
_OF_THREAD: Final = CASES.where(case.c.thread_id == bindparam("t"))
NEWEST_FIRST: Final = Keyset(Key(case.c.id, descending=True))
FROM_END: Final = NEWEST_FIRST.cursor(Way.BEFORE, 0)
"""As `before`: the last page of the list."""


def from_case(number: int) -> str:
    """As `after`: the page that begins with a case, or with the next older one."""
    return NEWEST_FIRST.cursor(Way.AFTER, number + 1)


def case_of(row: Any, reader: CaseReader) -> Case:
    """A row as its reader may see it."""
    sight, mine = reader.sight(row), reader.mine(row)
    whole = sight is Sight.WHOLE
    exact = whole and (not row.private or row.poster_id is not None or reader.holds == row.id)

    def at(moment: datetime | None) -> datetime | None:
        return moment if exact or moment is None else _day(moment, reader.calendar)

    staff = row.office in reader.offices
    waiting = row.state in _WAITING
    return Case(
        id=row.id,
        thread=row.thread_id,
        board=row.board,
        kind=CaseKind(row.kind),
        state=CaseState(row.state),
        title=row.title if whole else "",
        private=row.private,
        poster=row.poster if whole else "",
        office=row.office,
        assignee=row.assignee if whole else "",
        opened_at=at(row.opened_at) or row.opened_at,
        acknowledge_by=row.acknowledge_by,
        acknowledged_at=at(row.acknowledged_at),
        answer_by=row.answer_by,
        answered_at=at(row.answered_at),
        answered_floor=row.answered_floor,
        closed_at=at(row.closed_at),
        outcome=Outcome(row.outcome) if whole and row.outcome else None,
        reason=row.reason if whole else "",
        belongs=row.belongs if whole else "",
        merged_into=row.merged_into if whole else None,
        extended_at=at(row.extended_at),
        extension=row.extension if whole else "",
        reopened_at=at(row.reopened_at),
        reopening=row.reopening if whole else "",
        rating=Rating(row.rating) if whole and row.rating else None,
        rated_at=at(row.rated_at) if whole else None,
        rating_words=row.rating_words if whole else "",
        change=row.change,
        overdue=waiting and (row.answer_by < reader.now or row.reminders >= TOLD_OVERDUE),
        sight=sight,
        mine=mine,
        staff=staff,
        assigned_to_me=row.assignee_id is not None and row.assignee_id == reader.actor.account_id,
    )


def _day(moment: datetime, calendar: Calendar) -> datetime:
    return datetime.combine(calendar.day_of(moment), time(), calendar.zone).astimezone(UTC)


def row_of(tx: Tx, number: int) -> Any:
    """The row of a case, or None."""
    return tx.connection.execute(_ONE, {"c": number}).first()


def one(tx: Tx, reader: CaseReader, number: int) -> Any:
    """The row of a case that the reader may know of; NotFound(`case.not_found`)."""
    row = row_of(tx, number)
    if row is None or not reader.sees(row):
        raise NotFound("case.not_found", case=number)
    return row


def of_thread(tx: Tx, reader: CaseReader, number: int) -> Any:
    """The row of a thread's case, or None."""
    row = tx.connection.execute(_OF_THREAD, {"t": number}).first()
    return row if row is not None and reader.sees(row) else None


# Lists


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What narrows a list of cases; `states` empty means all."""

    mine: bool = False
    offices: tuple[str, ...] = ()
    overdue: bool = False
    board: int | None = None
    kind: CaseKind | None = None
    states: tuple[CaseState, ...] = ()


def page(tx: Tx, reader: CaseReader, narrow: CaseFilter, *, cursor: str | None, limit: int) -> Page[Case]:
    """Cases, the newest first."""
    query = CASES.where(_readable(reader), *_narrowed(reader, narrow))
    return NEWEST_FIRST.page(tx, query, lambda row: case_of(row, reader), limit=limit, cursor=cursor)


def _readable(reader: CaseReader) -> ColumnElement[bool]:
    """What the reader may know of. Nearly all is, so no index is to be tried for it: the order or a filter has one."""
    ways = [(case.c.board_id + 0).in_(sorted(reader.boards)), case.c.poster_id + 0 == (reader.actor.account_id or -1)]
    if reader.offices:
        ways.append((case.c.office + "").in_(sorted(reader.offices)))
    return or_(*ways)


def _narrowed(reader: CaseReader, narrow: CaseFilter) -> Iterable[ColumnElement[bool]]:
    if narrow.mine:
        yield case.c.poster_id == (reader.actor.account_id or -1)
    if narrow.offices:
        yield case.c.office.in_(sorted(narrow.offices))
    if narrow.overdue:
        yield is_overdue(reader.now)
    if narrow.board is not None:
        yield case.c.board_id == narrow.board
    if narrow.kind is not None:
        yield case.c.kind == narrow.kind.value
    if narrow.states:
        yield case.c.state.in_(sorted(state.value for state in narrow.states))


def is_waiting() -> ColumnElement[bool]:
    """Whether the office owes an answer."""
    return case.c.state.in_(_WAITING)


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Whether it does, and the date has passed: once told, it stays so, whatever a clock says."""
    return and_(is_waiting(), or_(case.c.answer_by < now, case.c.reminders >= TOLD_OVERDUE))


def queue(tx: Tx, reader: CaseReader) -> list[Case]:
    """What waits for the reader's offices, the most urgent first: what is overdue, then by the next date to be kept."""
    offices = sorted(reader.offices)
    if not offices:
        return []
    late = is_overdue(reader.now)
    taking = and_(case.c.acknowledged_at.is_(None), ~late)
    date = when((taking, case.c.acknowledge_by), else_=case.c.answer_by)
    order = (when((late, 0), else_=1), date, case.c.id)
    query = CASES.where(case.c.office.in_(offices), is_waiting()).order_by(*order).limit(QUEUE_MOST)
    return [case_of(row, reader) for row in tx.connection.execute(query)]


def own(tx: Tx, account: int) -> OwnCase | None:
    """The case of somebody's own that is most worth a look: one that waits for a rating, or else the newest."""
    rows = _OWN.all(tx, {"a": account, "most": _OWN_MOST})
    found = next((row for row in rows if row.state in _TO_BE_RATED and not row.rating), next(iter(rows), None))
    return None if found is None else OwnCase(found.id, CaseState(found.state))


_OWN_MOST: Final = 10
"""Of so many of one's own cases the one most worth a look is told of."""
_TO_BE_RATED: Final = frozenset(state.value for state in RATEABLE)
_OWN: Final = Statement(
    select(case.c.id, case.c.state, case.c.rating)
    .where(case.c.poster_id == bindparam("a"))
    .order_by(case.c.id.desc())
    .limit(bindparam("most"))
)


def waiting(tx: Tx, reader: CaseReader) -> Waiting:
    """How much waits for the reader's offices."""
    offices = sorted(reader.offices)
    if not offices:
        return Waiting()
    found = (
        select(
            when((is_overdue(reader.now), 1), else_=0).label("late"),
            when((case.c.state == CaseState.RECEIVED.value, 1), else_=0).label("untaken"),
        )
        .where(case.c.office.in_(offices), is_waiting())
        .limit(COUNT_MOST)
        .subquery()
    )
    query = select(func.count(), func.sum(found.c.late), func.sum(found.c.untaken)).select_from(found)
    count, late, untaken = tx.connection.execute(query).one()
    return Waiting(int(count), int(late or 0), int(untaken or 0))


# One case whole


def steps(tx: Tx, reader: CaseReader, row: Any) -> tuple[Step, ...]:
    """What happened to a case, the oldest first; of a private one that is not theirs only acts, states and days."""
    whole = reader.sight(row) is Sight.WHOLE
    exact = whole and (not row.private or row.poster_id is not None or reader.holds == row.id)
    staff = row.office in reader.offices
    found: list[Step] = []
    for step in tx.connection.execute(_STEPS, {"c": row.id}):
        act, state = Act(step.act), CaseState(step.state)
        if act is Act.REMIND and not staff:
            continue  # between the clock and the office
        at = step.at if exact else _day(step.at, reader.calendar)
        if whole:
            found.append(Step(at, act, state, step.actor, step.office, step.reason, dict(step.facts)))
        elif act not in _ITS_OWN:
            found.append(Step(at, act, state, "", step.office))
    return tuple(found)


_ITS_OWN: Final = frozenset({Act.RATE, Act.FOLLOW_UP})
"""Steps of a private case that others do not even see happen."""


def messages(tx: Tx, reader: CaseReader, row: Any) -> tuple[Message, ...]:
    """What was said in a private case, for those who may read it."""
    if not row.private or reader.sight(row) is not Sight.WHOLE:
        return ()
    nameless = row.poster_id is None and reader.holds != row.id
    return tuple(
        _message(one, reader.calendar, cut=nameless and one.author_id is None)
        for one in tx.connection.execute(_MESSAGES, {"c": row.id})
    )


def _message(row: Any, calendar: Calendar, *, cut: bool) -> Message:
    official = None
    if row.official_office is not None:
        official = Official(
            row.official_office, row.official_name or "", row.official_title_zh or "", row.official_title_en or ""
        )
    at = _day(row.created_at, calendar) if cut else row.created_at
    return Message(row.id, row.author, official, row.body, at)


def prepared(reader: CaseReader, row: Any) -> Prepared | None:
    """What somebody of the office got ready, for the office."""
    return Prepared(row.prepared, row.prepared_by) if row.prepared and row.office in reader.offices else None


_STEPS: Final = select(case_step).where(case_step.c.case_id == bindparam("c")).order_by(case_step.c.id)
_MESSAGES: Final = select(case_message).where(case_message.c.case_id == bindparam("c")).order_by(case_message.c.id)
