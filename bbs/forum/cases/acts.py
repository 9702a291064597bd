"""The acts on cases that need no post, each a function of its unit of work; what all have in common is `steps`."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum.accounts import people
from bbs.forum.actor import Appointment, Duty
from bbs.forum.cases import reading as case_reading
from bbs.forum.cases.reading import CaseReader
from bbs.forum.cases.steps import Deed, begin, finish
from bbs.forum.cases.table import ENDED, Act, CaseState, Doer, Outcome, Rating
from bbs.forum.cases.values import EXTENSION_MOST, Case
from bbs.forum.reading.attention import Level, Subject
from bbs.store.database import Tx
from bbs.store.tables import attention, case, office
from bbs.text.clean import clean_line


def take(tx: Tx, reader: CaseReader, number: int, change: int | None) -> Case:
    """Take it on oneself."""
    deed = begin(tx, reader, number, Act.TAKE, change)
    assert deed.held is not None
    deed.values = {"assignee_id": reader.actor.account_id, "assignee": deed.held.real_name}
    return finish(deed)


def assign(tx: Tx, reader: CaseReader, number: int, officer: str, change: int | None) -> Case:
    """Give it to somebody of the office; NotFound(`case.no_officer`)."""
    deed = begin(tx, reader, number, Act.ASSIGN, change)
    held = _officer(tx, deed.row.office, officer, reader)
    deed.values = {"assignee_id": people.must_find(tx, held.account).id, "assignee": held.real_name}
    deed.facts = {"officer": held.real_name}
    return finish(deed)


def officers_of(tx: Tx, office_slug: str, reader: CaseReader) -> list[Appointment]:
    """To whom a case of an office can be given: those who may answer."""
    found = people.appointments_in_force(tx, reader.now)
    return [held for held in found if held.office == office_slug and held.duty is not Duty.LIAISON]


def _officer(tx: Tx, office_slug: str, name: str, reader: CaseReader) -> Appointment:
    wanted = clean_line(name[:200]).casefold()
    for held in officers_of(tx, office_slug, reader):
        if wanted in (held.account.casefold(), held.real_name.casefold()):
            return held
    raise NotFound("case.no_officer", name=clean_line(name, 40), office=office_slug)


def transfer(tx: Tx, reader: CaseReader, number: int, to: str, reason: str, change: int | None) -> Case:
    """Hand it to another office; NotFound(`office.not_found`), Conflict(`case.same_office`)."""
    deed = begin(tx, reader, number, Act.TRANSFER, change)
    declared = select(office.c.slug).where(office.c.slug == to, ~office.c.archived)
    if tx.connection.execute(declared).first() is None:
        raise NotFound("office.not_found", slug=clean_line(to, 40))
    if to == deed.row.office:
        raise Conflict("case.same_office", case=number)
    deed.values = {"office": to, "assignee_id": None, "assignee": "", "prepared": "", "prepared_by": ""}
    deed.facts, deed.reason = {"from": deed.row.office, "to": to}, reason
    return finish(deed)


def extend(tx: Tx, reader: CaseReader, number: int, until: date, reason: str, change: int | None) -> Case:
    """Move the date on, once and before it has passed.

    Raises Conflict(`case.extended`, `case.expired`), Invalid(`case.until_early`, `case.until_far`).
    """
    deed = begin(tx, reader, number, Act.EXTEND, change)
    row, calendar = deed.row, reader.calendar
    if row.extended_at is not None:
        raise Conflict("case.extended", case=number)
    if reader.now > row.answer_by or row.reminders >= case_reading.TOLD_OVERDUE:
        raise Conflict("case.expired", case=number)
    last = calendar.day_of(row.answer_by)
    if until <= last:
        raise Invalid("case.until_early", day=last.isoformat())
    latest = calendar.after(last, EXTENSION_MOST)
    if until > latest:
        raise Invalid("case.until_far", day=latest.isoformat())
    day = calendar.on_or_after(until)
    deed.values = {
        "answer_by": calendar.end_of(day),
        "extended_at": deed.at,
        "extension": reason,
        "reminders": 0,  # those of the old date
    }
    deed.facts, deed.reason = {"until": day.isoformat()}, reason
    return finish(deed, also={"until": day.isoformat()})


def return_(tx: Tx, reader: CaseReader, number: int, reason: str, belongs: str, change: int | None) -> Case:
    """Give it back to the poster, saying where it belongs."""
    deed = begin(tx, reader, number, Act.RETURN, change)
    deed.values = {"reason": reason, "belongs": belongs}
    deed.facts, deed.reason = {"belongs": belongs}, reason
    return finish(deed)


def decline(tx: Tx, reader: CaseReader, number: int, reason: str, change: int | None) -> Case:
    """Say that it will not be done, and why."""
    deed = begin(tx, reader, number, Act.DECLINE, change)
    deed.values, deed.reason = {"reason": reason}, reason
    return finish(deed)


def merge(tx: Tx, reader: CaseReader, number: int, into: int, change: int | None) -> Case:
    """Let it go on as part of another public case, which its poster follows from now on.

    Raises NotFound(`case.not_found`), Conflict(`case.merge_itself`, `case.merge_ended`).
    """
    deed = begin(tx, reader, number, Act.MERGE, change)
    if into == number:
        raise Conflict("case.merge_itself", case=number)
    other = case_reading.one(tx, reader, into)
    if other.private:
        raise NotFound("case.not_found", case=into)
    if CaseState(other.state) in ENDED - {CaseState.CLOSED}:
        raise Conflict("case.merge_ended", case=into)
    deed.values, deed.facts = {"merged_into": into}, {"case": into}
    if deed.row.poster_id is not None:
        _follow(tx, deed, other.thread_id)
    return finish(deed, also={"into": into})


def _follow(tx: Tx, deed: Deed, thread: int) -> None:
    """The poster follows the thread where it goes on, unless they have said otherwise of it."""
    made: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[tx.dialect](attention)
    values = {
        "account_id": deed.row.poster_id,
        "kind": Subject.THREAD.value,
        "target": str(thread),
        "level": Level.FOLLOW.value,
        "since": deed.at,
    }
    tx.connection.execute(made.values(**values).on_conflict_do_nothing())
    tx.emit("attention.changed", account=deed.row.poster_id)


def close(tx: Tx, reader: CaseReader, number: int, outcome: Outcome | None, change: int | None) -> Case:
    """End it. The office says how it ended, Invalid(`case.no_outcome`); for its poster it was fixed by itself."""
    deed = begin(tx, reader, number, Act.CLOSE, change)
    if Doer.POSTER in deed.rule.doers:
        outcome = Outcome.FIXED_BY_ITSELF
    if outcome is None:
        raise Invalid("case.no_outcome", right=", ".join(one.value for one in Outcome))
    deed.values, deed.facts = {"outcome": outcome.value}, {"outcome": outcome.value}
    return finish(deed)


def rate(tx: Tx, reader: CaseReader, number: int, rating: Rating, words: str, change: int | None) -> Case:
    """Say whether one is satisfied with what became of it."""
    deed = begin(tx, reader, number, Act.RATE, change)
    deed.values = {"rating": rating.value, "rated_at": deed.at, "rating_words": words}
    deed.facts, deed.reason = {"rating": rating.value}, words
    return finish(deed, also={"rating": rating.value})


def reopen(tx: Tx, reader: CaseReader, number: int, reason: str, change: int | None) -> Case:
    """Have it looked at again, once. Raises Conflict(`case.reopened`, `case.satisfied`)."""
    deed = begin(tx, reader, number, Act.REOPEN, change)
    row = deed.row
    if row.reopened_at is not None:
        raise Conflict("case.reopened", case=number)
    if row.rating == Rating.SATISFIED.value:
        raise Conflict("case.satisfied", case=number)
    deed.values = {
        "reopened_at": deed.at,
        "reopening": reason,
        "answer_by": reader.calendar.due(deed.at, row.answer_days),
        "reminders": 0,
        "extended_at": None,
        "extension": "",
        "closed_at": None,
        "outcome": None,
        "reason": "",
        "belongs": "",
        "assignee_id": None,
        "assignee": "",
        "rating": None,
        "rated_at": None,
        "rating_words": "",
    }
    deed.reason = reason
    return finish(deed)


def prepare(tx: Tx, reader: CaseReader, number: int, body: str, seen: str) -> None:
    """Leave an answer for a colleague to send; Conflict(`case.prepared`, who) when somebody else did meanwhile.

    Whoever may be given work may prepare: the state says whether an answer is still owed.
    """
    deed = begin(tx, reader, number, Act.ASSIGN, None)
    assert deed.held is not None
    if deed.row.prepared != seen:
        raise Conflict("case.prepared", case=number, who=deed.row.prepared_by)
    by = deed.held.real_name if body else ""
    tx.connection.execute(_PREPARE, {"c": number, "body_": body, "by_": by})


_PREPARE: Final[Any] = (
    update(case).where(case.c.id == bindparam("c")).values(prepared=bindparam("body_"), prepared_by=bindparam("by_"))
)
