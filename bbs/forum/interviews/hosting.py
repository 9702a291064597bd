"""Holding an interview: announcing, changing, calling off and beginning it. Units of work, run by `Interviews`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select, union, update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import people
from bbs.forum.actor import AccountKind, Actor, Appointment, Duty
from bbs.forum.boards.places import Board
from bbs.forum.interviews import rows as interview_rows
from bbs.forum.interviews.questions import (
    ABOUT_LIMIT,
    ACTS,
    AHEAD_MOST,
    ANNOUNCED_MOST,
    EARLY_MOST,
    GUESTS_MOST,
    LONGEST,
    REASON_LIMIT,
    TITLE_LIMIT,
    Act,
    Interview,
    InterviewState,
)
from bbs.forum.interviews.watching import STATE
from bbs.forum.people.inbox import notify
from bbs.forum.proof import register
from bbs.forum.proof.canonical import sha256_text
from bbs.forum.writing import followers
from bbs.forum.writing.writing import checked_title
from bbs.store.database import Tx
from bbs.store.tables import board, interview, interview_guest, interview_listener, interview_question
from bbs.text.clean import clean_line, clean_text
from bbs.text.names import fold

_RAW: Final = 4  # how many times longer than allowed a text may be before it is looked at


@dataclass(frozen=True, slots=True)
class Plan:
    """What an announcement says, already clean. `guests` are names as typed: a real name, or an office."""

    title: str
    about: str
    starts_at: datetime
    ends_at: datetime
    guests: tuple[str, ...]
    news_column: str = ""


def planned(actor: Actor, given: Plan, now: datetime) -> Plan:
    """The plan, cleaned and checked. Raises Invalid(`title.…`, `live.about`, `live.times`, `live.guests`)."""
    if len(given.title) > TITLE_LIMIT * _RAW or len(clean_line(given.title)) > TITLE_LIMIT:
        raise Invalid("title.long", most=TITLE_LIMIT, length=len(given.title))
    title = checked_title(given.title, official=actor.kind is AccountKind.OFFICER)
    about = clean_text(given.about) if len(given.about) <= ABOUT_LIMIT * _RAW else "?" * (ABOUT_LIMIT + 1)
    if len(about) > ABOUT_LIMIT:
        raise Invalid("live.about", most=ABOUT_LIMIT)
    length = given.ends_at - given.starts_at
    if not (now <= given.ends_at and given.starts_at <= now + AHEAD_MOST and length.total_seconds() > 0):
        raise Invalid("live.times")
    if length > LONGEST:
        raise Invalid("live.too_long", hours=int(LONGEST.total_seconds() // 3600))
    guests = tuple(dict.fromkeys(name for name in (clean_line(each[:200]) for each in given.guests) if name))
    if not 1 <= len(guests) <= GUESTS_MOST:
        raise Invalid("live.guests", most=GUESTS_MOST)
    return Plan(title, about, given.starts_at, given.ends_at, guests, clean_line(given.news_column, 32))


def announce(tx: Tx, actor: Actor, place: Board, plan: Plan, now: datetime, draft_id: str | None) -> int:
    """Write an announcement and tell those who follow the guests' offices; gives its number.

    Raises Conflict(`board.archived`, `live.too_many`), NotFound(`live.guest`)."""
    number = actor.account_id
    if number is None:
        raise Forbidden("access.denied", verb=Verb.LIVE_HOLD.value)
    board_is_open(tx, place)
    known = tx.connection.execute(_COUNT_OPEN).scalar_one()
    if known >= ANNOUNCED_MOST:
        raise Conflict("live.too_many", most=ANNOUNCED_MOST)
    guests = _guests(tx, plan.guests, now)
    values = {
        "board_id": place.id,
        "title": plan.title,
        "about": plan.about,
        "state": InterviewState.ANNOUNCED.value,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "host_id": number,
        "host": shown(actor, place.offices),
        "reason": "",
        "news_column": plan.news_column,
        "bulletins": [],
        "change": 1,
        "created_at": now,
        "draft_id": draft_id,
    }
    made = tx.connection.execute(insert(interview).values(values).returning(interview.c.id)).scalar_one()
    _seat(tx, made, guests)
    _record(tx, now, "live.announce", actor, made, plan, guests)
    told = followers.of_offices(tx, sorted({held.office for held in guests}))
    names = ", ".join(held.real_name for held in guests)
    notify(
        tx, (one for one in told if one != number), "live-announced", f"/live/{made}", now, who=names, title=plan.title
    )
    tx.emit(STATE, interview=made, board=place.slug, change=1)
    return int(made)


def change(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board], plan: Plan, now: datetime) -> None:
    """Change an announcement; guests who have answered stay. Who asked is told of another time."""
    found, place = touched(tx, actor, number, boards, Act.CHANGE)
    access.require(actor, Verb.LIVE_HOLD, place=found.place(place))
    guests = _guests(tx, plan.guests, now)
    here = {guest.account_id for guest in found.guests}
    if found.state is InterviewState.LIVE and plan.starts_at != found.starts_at:
        raise Conflict("live.has_begun")
    kept = here if found.state is InterviewState.LIVE else set()
    by_login = {_account_of(tx, held): held for held in guests}
    if kept - by_login.keys():
        raise Conflict("live.guest_stays")
    values = {
        "title": plan.title,
        "about": plan.about,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "news_column": plan.news_column,
        "told": found.told and plan.starts_at == found.starts_at,
    }
    tx.connection.execute(update(interview).where(interview.c.id == number).values(values))
    new = [held for one, held in by_login.items() if one not in kept]
    gone = delete(interview_guest).where(interview_guest.c.interview_id == number)
    tx.connection.execute(gone.where(interview_guest.c.account_id.not_in(kept)) if kept else gone)
    _seat(tx, number, new, after=len(kept))
    _record(tx, now, "live.change", actor, number, plan, guests)
    if plan.starts_at != found.starts_at:
        notify(tx, askers(tx, number, actor), "live-moved", found.route, now, title=plan.title)
    told_state(tx, found)


def cancel(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board], reason: str, now: datetime) -> None:
    """Call an interview off; those who asked are told why."""
    found, place = touched(tx, actor, number, boards, Act.CANCEL)
    access.require(actor, Verb.LIVE_HOLD, place=found.place(place))
    values = {"state": InterviewState.CANCELLED.value, "reason": reason, "ended_at": now}
    tx.connection.execute(update(interview).where(interview.c.id == number).values(values))
    record = {"interview": number, "title": found.title, "reason": reason}
    register.append(tx, now, "live.cancel", actor, found.route, record)
    asked = askers(tx, number, actor)
    notify(tx, asked, "live-cancelled", found.route, now, title=found.title, reason=reason)
    told_state(tx, found)


def begin(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board], now: datetime) -> None:
    """Begin; those who asked are told. Raises Conflict(`live.early`)."""
    found, place = touched(tx, actor, number, boards, Act.BEGIN)
    access.require(actor, Verb.LIVE_HOLD, place=found.place(place))
    if now < found.starts_at - EARLY_MOST:
        raise Conflict("live.early", minutes=int(EARLY_MOST.total_seconds() // 60))
    values = {"state": InterviewState.LIVE.value, "begun_at": now}
    tx.connection.execute(update(interview).where(interview.c.id == number).values(values))
    register.append(tx, now, "live.begin", actor, found.route, {"interview": number, "title": found.title})
    notify(tx, askers(tx, number, actor), "live-begun", found.route, now, title=found.title)
    told_state(tx, found)


def touched(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board], act: Act) -> tuple[Interview, Board]:
    """The interview, held until the commit so that what happens to it has one order, if the act is possible now.

    Raises NotFound(`live.not_found`), Conflict(`board.archived`, `live.is_…`)."""
    if tx.connection.execute(_TOUCH, {"i": number}).first() is None:
        raise NotFound("live.not_found", interview=number)
    found = interview_rows.one(tx, number)
    if found is None or found.board_id not in boards:
        raise NotFound("live.not_found", interview=number)
    place = boards[found.board_id]
    board_is_open(tx, place)
    if found.state not in ACTS[act]:
        raise Conflict(f"live.is_{found.state.value}", title=found.title)
    return found, place


def board_is_open(tx: Tx, place: Board) -> None:
    """Raises Conflict(`board.archived`), as it is in this transaction."""
    if tx.connection.execute(_ARCHIVED, {"b": place.id}).scalar_one_or_none() is not None:
        raise Conflict("board.archived", board=place.slug)


def askers(tx: Tx, number: int, actor: Actor) -> list[int]:
    """Who asked something or waits for it, except the actor."""
    found = tx.connection.execute(_ASKERS, {"i": number}).scalars()
    return [one for one in found if one != actor.account_id]


def told_state(tx: Tx, found: Interview) -> None:
    """Tell that an interview has become another."""
    tx.emit(STATE, interview=found.id, board=found.board, change=found.change)


def shown(actor: Actor, offices: Iterable[str]) -> str:
    """Under which name somebody is told of: officers and liaisons by real name, for logins are nobody's business."""
    held = actor.appointment_for(tuple(offices)) or next(iter(actor.appointments), None)
    return actor.name if held is None else held.real_name


def checked_reason(reason: str) -> str:
    """The clean reason; raises Invalid(`reason.empty`, `reason.long`)."""
    clean = clean_line(reason[: REASON_LIMIT * _RAW])
    if not clean:
        raise Invalid("reason.empty")
    if len(reason) > REASON_LIMIT * _RAW or len(clean) > REASON_LIMIT:
        raise Invalid("reason.long", most=REASON_LIMIT)
    return clean


def _guests(tx: Tx, names: Sequence[str], now: datetime) -> list[Appointment]:
    """The appointments that are meant: by real name, or by the office, which its holder speaks for."""
    held = [one for one in people.appointments_in_force(tx, now) if one.duty is not Duty.LIAISON]
    found: dict[str, Appointment] = {}
    for name in names:
        meant = next((one for one in held if fold(one.real_name) == fold(name) or one.office == name.casefold()), None)
        if meant is None:
            raise NotFound("live.guest", name=name[:40])
        found.setdefault(meant.account, meant)
    return list(found.values())


def _seat(tx: Tx, number: int, guests: Sequence[Appointment], *, after: int = 0) -> None:
    for position, held in enumerate(guests, after):
        row = {
            "interview_id": number,
            "account_id": _account_of(tx, held),
            "appointment_id": held.id,
            "office": held.office,
            "real_name": held.real_name,
            "title_zh": held.title_zh,
            "title_en": held.title_en,
            "position": position,
        }
        tx.connection.execute(insert(interview_guest).values(row))


def _account_of(tx: Tx, held: Appointment) -> int:
    return int(people.must_find(tx, held.account).id)


def _record(
    tx: Tx, now: datetime, kind: str, actor: Actor, number: int, plan: Plan, guests: Sequence[Appointment]
) -> None:
    record = {
        "interview": number,
        "title": plan.title,
        "about_sha256": sha256_text(plan.about),
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "guests": [{"office": held.office, "name": held.real_name} for held in guests],
    }
    register.append(tx, now, kind, actor, f"/live/{number}", record)


_TOUCH: Final = (
    update(interview)
    .where(interview.c.id == bindparam("i"))
    .values(change=interview.c.change + 1)
    .returning(interview.c.id)
)
_ARCHIVED: Final = select(board.c.archived_at).where(board.c.id == bindparam("b"))
_ASKERS: Final = union(
    select(interview_question.c.author_id).where(interview_question.c.interview_id == bindparam("i")),
    select(interview_listener.c.account_id).where(interview_listener.c.interview_id == bindparam("i")),
)
_COUNT_OPEN: Final = select(func.count()).select_from(
    select(interview.c.id)
    .where(interview.c.state.in_([InterviewState.ANNOUNCED.value, InterviewState.LIVE.value]))
    .limit(ANNOUNCED_MOST)
    .subquery()
)
