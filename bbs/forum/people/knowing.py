"""Whom a name means: members by their pen name, officers by the real name of the office they hold now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bbs.forum.accounts import people
from bbs.forum.accounts.people import NAME_LIMIT, State
from bbs.forum.actor import AccountKind, Appointment, Duty
from bbs.store.database import Tx
from bbs.store.tables import account, appointment
from bbs.text.names import fold


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody others may know of. `name` is what is shown; `held` is the appointment of an officer."""

    id: int
    name: str
    kind: AccountKind
    held: Appointment | None = None


def find_person(tx: Tx, name: str, now: datetime) -> Person | None:
    """The person of a name, or None. An officer's login name leads nowhere, and neither do closed accounts."""
    row = people.find(tx, name)
    if row is not None and row.kind != AccountKind.OFFICER:
        return Person(row.id, row.name, AccountKind(row.kind)) if row.state == State.ACTIVE else None
    found = officers_named(tx, [fold(name[:NAME_LIMIT])], now)
    return next((one for one in found if one.name.casefold() == name.strip().casefold()), None)


def officers_named(tx: Tx, folds: Collection[str], now: datetime) -> list[Person]:
    """Officers who hold an office now, by the folds of their real names; liaisons do not speak, so nobody asks them."""
    query = (
        select(appointment, account.c.name)
        .join(account, account.c.id == appointment.c.account_id)
        .where(
            appointment.c.real_name_fold.in_(list(folds)),
            appointment.c.duty != Duty.LIAISON.value,
            account.c.state == State.ACTIVE,
            account.c.kind == AccountKind.OFFICER,
            people.in_force(now),
        )
        .order_by(appointment.c.duty.desc(), appointment.c.from_at, appointment.c.id)
    )
    return [_officer(row) for row in tx.connection.execute(query)]


def person_of(tx: Tx, number: int, now: datetime) -> Person | None:
    """The person of an account's id, or None when there is nobody to be known there now."""
    row = tx.connection.execute(select(account).where(account.c.id == number)).one_or_none()
    if row is None or row.state != State.ACTIVE:
        return None
    if row.kind != AccountKind.OFFICER:
        return Person(row.id, row.name, AccountKind(row.kind))
    held = people.held_by(tx, row, now).appointments
    speaks = next((one for one in held if one.duty is not Duty.LIAISON), None)
    return None if speaks is None else Person(row.id, speaks.real_name, AccountKind.OFFICER, speaks)


def _officer(row: Any) -> Person:
    held = people.appointment_from(row)
    return Person(row.account_id, held.real_name, AccountKind.OFFICER, held)
