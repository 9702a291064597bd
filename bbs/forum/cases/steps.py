"""Doing something with a case, inside its unit of work: who may, whether it can still be done, and what is written.

Whoever acts says which `change` of the case they saw. When somebody was faster they are told who, and did nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum.actor import Appointment, Duty
from bbs.forum.cases import reading as case_reading
from bbs.forum.cases import telling as case_telling
from bbs.forum.cases.reading import CaseReader
from bbs.forum.cases.table import ENDED, WAITING, Act, CaseState, Doer, Rule, rule_for, rules_for
from bbs.forum.cases.values import CHANGED, REASON_LIMIT, Case, Sight
from bbs.forum.officers import officers
from bbs.forum.proof import register
from bbs.store.database import Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import case, case_step, thread
from bbs.text.clean import clean_line

_RAW: Final = 4  # how many times longer than allowed a reason may be before it is looked at
_OFFICIAL: Final = frozenset({Doer.OFFICE, Doer.STAFF})


@dataclass(slots=True)
class Deed:
    """One act on one case: its row as it was, the rule by which it is done, and as whom."""

    tx: Tx
    reader: CaseReader
    row: Any
    rule: Rule
    name: str  # of the doer, as the step shows it
    held: Appointment | None  # under which an officer acts
    for_house: bool = False
    """Whether it is done by who keeps the board in order, and not for the office that has the case."""
    values: dict[str, Any] = field(default_factory=dict)
    """Columns to write beside those that every act writes."""
    facts: dict[str, Any] = field(default_factory=dict)
    reason: str = ""

    @property
    def at(self) -> datetime:
        return self.reader.now

    @property
    def for_office(self) -> bool:
        """Whether it is done for the office that has the case."""
        return self.held is not None


def begin(tx: Tx, reader: CaseReader, number: int, act: Act, change: int | None) -> Deed:
    """Hold the case, and see that the act can be done now.

    Raises NotFound(`case.not_found`), Forbidden(`case.not_yours`), Conflict(`case.meanwhile`, `case.private`,
    `case.is_STATE`).
    """
    row = tx.connection.execute(_HOLD[tx.dialect], {"c": number}).first()
    row = case_reading.row_of(tx, number) if row is not None else None
    if row is None or not reader.sees(row):
        raise NotFound("case.not_found", case=number)
    if change is not None and change != row.change:
        raise _meanwhile(tx, reader, row)
    doers = reader.doers(row)
    ways = must_be_theirs(reader, row, act)
    if row.private and all(rule.public_only for rule in ways):
        raise Conflict("case.private", case=number)
    rule = rule_for(act, CaseState(row.state), doers, private=row.private)
    if rule is None:
        raise Conflict(f"case.is_{row.state}", case=number)
    return _as_whom(tx, reader, row, rule, doers)


def must_be_theirs(reader: CaseReader, row: Any, act: Act) -> list[Rule]:
    """The rules by which the reader may ever do this with the case; raises Forbidden(`case.not_yours`)."""
    doers = reader.doers(row)
    ways = [rule for rule in rules_for(act) if rule.doers & doers]
    if not ways:
        raise Forbidden("case.not_yours", case=row.id)
    return ways


def _as_whom(tx: Tx, reader: CaseReader, row: Any, rule: Rule, doers: frozenset[Doer]) -> Deed:
    able = rule.doers & doers
    if able & _OFFICIAL:
        held = _appointment(tx, reader, row.office, liaison=Doer.STAFF in rule.doers)
        if held is not None:
            return Deed(tx, reader, row, rule, held.real_name, held)
        able = able - _OFFICIAL
    if Doer.HOUSE in able:
        mine = reader.actor.appointment
        name = reader.actor.name if mine is None else mine.real_name  # an officer's login is nobody's business
        return Deed(tx, reader, row, rule, name, None, for_house=True)
    if Doer.POSTER in able:
        return Deed(tx, reader, row, rule, row.poster, None)
    raise Forbidden("case.not_yours", case=row.id)


def _appointment(tx: Tx, reader: CaseReader, office: str, *, liaison: bool) -> Appointment | None:
    """The appointment held at this very moment, not when the screen was opened."""
    account = reader.actor.account_id
    current = [] if account is None else officers.current(tx, account, reader.now)
    able = (held for held in current if held.office == office and (liaison or held.duty is not Duty.LIAISON))
    return next(able, None)


def _meanwhile(tx: Tx, reader: CaseReader, row: Any) -> BbsError:
    """Who did what since the actor looked."""
    last = tx.connection.execute(_LAST, {"c": row.id, "clock": [Act.REMIND.value, Act.OVERDUE.value]}).first()
    if last is None or reader.sight(row) is not Sight.WHOLE or not last.actor:
        return Conflict("case.changed", case=row.id)
    return Conflict("case.meanwhile", case=row.id, who=last.actor, act=Invalid(f"case.did.{last.act}"))


def finish(deed: Deed, state: CaseState | None = None, *, also: Mapping[str, Any] | None = None) -> Case:
    """Write the act: the case, its step, its thread, the register, the notices and the event. The case as it is now.

    `also` are facts for the notices only.
    """
    tx, row, act = deed.tx, deed.row, deed.rule.act
    target = state or deed.rule.target or CaseState(row.state)
    values: dict[str, Any] = {"state": target.value, "change": row.change + 1, **deed.values}
    if deed.for_office and row.acknowledged_at is None:
        values["acknowledged_at"] = deed.at
    if target in ENDED and row.state not in ENDED:
        values["closed_at"] = deed.at
    tx.connection.execute(update(case).where(case.c.id == row.id).values(**values))
    # Who keeps the house acts for no office: the step names them alone.
    office = None if deed.for_house else row.office
    add_step(tx, row.id, deed.at, act, target, deed.name, office, deed.reason, deed.facts)
    now = case_reading.row_of(tx, row.id)
    follow(tx, now)
    if deed.for_office or deed.for_house:
        record(deed, target)
    if not deed.reader.quiet:
        case_telling.tell(tx, now, act, deed.at, by=deed.name, doer=deed.reader.actor.account_id, facts=also or {})
    announce(tx, now, act)
    return case_reading.case_of(now, deed.reader)


def add_step(
    tx: Tx,
    number: int,
    at: datetime,
    act: Act,
    state: CaseState,
    actor: str,
    office: str | None,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write one step of a case."""
    _STEP.run(
        tx,
        {
            "case_id": number,
            "at": at,
            "act": act.value,
            "state": state.value,
            "actor": actor,
            "office": office,
            "reason": reason,
            "facts": dict(facts or {}),
        },
    )


def follow(tx: Tx, row: Any) -> None:
    """Let the thread's row say how its case stands: lists show it without looking further."""
    if row.thread_id is not None:
        due = row.answer_by if CaseState(row.state) in WAITING else None
        _THREAD.run(tx, {"t": row.thread_id, "state_": row.state, "due_": due, "rating_": row.rating})


def announce(tx: Tx, row: Any, act: Act) -> None:
    """Emit the event: ids, the office, the state and the act."""
    tx.emit(
        CHANGED,
        case=row.id,
        thread=row.thread_id,
        board=row.board,
        office=row.office,
        state=row.state,
        act=act.value,
        private=row.private,
    )


def record(deed: Deed, target: CaseState) -> None:
    """Write what an office did into the register; of a private case only that it did."""
    row = deed.row
    said: dict[str, Any] = {
        "case": row.id,
        "board": row.board,
        "kind": row.kind,
        "act": deed.rule.act.value,
        "state": target.value,
        "office": row.office,
        "name": deed.name,
        "private": row.private,
    }
    if not row.private:
        said |= {"thread": row.thread_id, "reason": deed.reason, **deed.facts}
    elif "to" in deed.facts:
        said["to"] = deed.facts["to"]  # which office has it is shown to everybody
    register.append(deed.tx, deed.at, f"case.{deed.rule.act.value}", deed.reader.actor, f"/c/{row.id}", said)


def checked_reason(text: str, code: str = "reason", *, most: int = REASON_LIMIT) -> str:
    """A clean line; raises Invalid(`case.no_CODE`, `case.long`)."""
    if len(text) > most * _RAW:
        raise Invalid("case.long", most=most)
    clean = clean_line(text)
    if not clean:
        raise Invalid(f"case.no_{code}")
    if len(clean) > most:
        raise Invalid("case.long", most=most)
    return clean


_HOLD: Final = {
    "sqlite": select(case.c.id).where(case.c.id == bindparam("c")),
    "postgresql": select(case.c.id).where(case.c.id == bindparam("c")).with_for_update(),
}
_LAST: Final = (
    select(case_step.c.actor, case_step.c.act)
    .where(case_step.c.case_id == bindparam("c"), case_step.c.act.not_in(bindparam("clock", expanding=True)))
    .order_by(case_step.c.id.desc())
    .limit(1)
)
_STEP: Final = Prepared(insert(case_step), ("case_id", "at", "act", "state", "actor", "office", "reason", "facts"))
_THREAD: Final = Prepared(
    update(thread)
    .where(thread.c.id == bindparam("t"))
    .values(case_state=bindparam("state_"), case_due=bindparam("due_"), case_rating=bindparam("rating_"))
)
