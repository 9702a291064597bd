"""Accounts in the store: finding one, and what it holds right now, as an Actor and as sysops see it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, select

from bbs.errors import Conflict, NotFound
from bbs.forum.actor import AccountKind, Actor, Appointment, Duty, Grant, Role
from bbs.forum.reading.marks import ACCOUNT
from bbs.store.database import Tx
from bbs.store.tables import account, account_key, appointment, post, role
from bbs.text.names import fold

NAME_LIMIT: Final = 64
"""Characters of a typed name that are looked at."""

CHANGED: Final = "account.changed"
"""Event: roles, appointments, state or preferences are not what they were; payload `id` and `account` (the name)."""


class State(StrEnum):
    """Whether an account opens."""

    ACTIVE = "active"
    PENDING = "pending"
    SUSPENDED = "suspended"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as sysops and `whoami` see it: nothing that leads to a person. `created_at` is cut to the day."""

    name: str
    kind: AccountKind
    state: str
    grants: frozenset[Grant]
    offices: tuple[str, ...]
    keys: int
    has_password: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What an account holds."""

    grants: frozenset[Grant] = frozenset()
    appointments: tuple[Appointment, ...] = ()


def find(tx: Tx, name: str, *more: ColumnElement[Any]) -> Any:
    """The row of the account with this name (and more columns), or None. Look-alikes of the name are other names."""
    name = name[:NAME_LIMIT]
    query = _BY_NAME.add_columns(*more) if more else _BY_NAME
    row = tx.connection.execute(query, {"fold": fold(name)}).one_or_none()
    return row if row is not None and _same(row.name, name) else None


def by_id(tx: Tx, number: int) -> Any:
    """The row of an account by its number, or None."""
    return tx.connection.execute(_BY_ID, {"account": number}).one_or_none()


_BY_NAME: Final = select(account).where(account.c.fold == bindparam("fold"))
_BY_ID: Final = select(account).where(account.c.id == ACCOUNT)


def _same(kept: str, typed: str) -> bool:
    """Equal but for case and width, which people do not type the same way every day."""
    return unicodedata.normalize("NFKC", kept).casefold() == unicodedata.normalize("NFKC", typed.strip()).casefold()


def must_find(tx: Tx, name: str) -> Any:
    """The row of an account; raises NotFound(`account.not_found`). Erased accounts are not found."""
    row = find(tx, name)
    if row is None or row.state == State.ERASED:
        raise NotFound("account.not_found", name=name[:NAME_LIMIT])
    return row


def is_taken(tx: Tx, name: str) -> bool:
    """Whether a name, or one that looks like it, was ever given; names are never given twice."""
    return tx.connection.execute(select(account.c.id).where(account.c.fold == fold(name))).first() is not None


def open_account(
    tx: Tx,
    name: str,
    kind: AccountKind,
    now: datetime,
    *,
    password: str | None,
    state: State = State.ACTIVE,
    welcome: bool = False,
) -> int:
    """Write a new account and say its id; `password` is a hash. With `welcome` its first visit begins with questions.

    Raises Conflict(`name.taken`)."""
    if is_taken(tx, name):
        raise Conflict("name.taken", name=name)
    newest = tx.connection.execute(select(func.coalesce(func.max(post.c.id), 0))).scalar_one()
    made = tx.connection.execute(
        insert(account).values(
            name=name,
            fold=fold(name),
            kind=kind.value,
            state=state.value,
            password=password,
            preferences={"welcomed": False} if welcome else {},
            baseline_post_id=newest,
            plan="",
            # To the day: next to a code that was used up a minute before, the minute would name the person.
            created_at=now.replace(hour=0, minute=0, second=0, microsecond=0),
        )
    )
    key = made.inserted_primary_key
    assert key is not None
    return int(key[0])


def in_force(now: datetime | ColumnElement[datetime]) -> Any:
    """The condition that an appointment holds at a moment."""
    return and_(
        appointment.c.ended_at.is_(None),
        appointment.c.from_at <= now,
        or_(appointment.c.until_at.is_(None), appointment.c.until_at > now),
    )


def appointments_in_force(tx: Tx, now: datetime, *, account_id: int | None = None) -> list[Appointment]:
    """The appointments that hold now, of one account or of all: holders before deputies, the longest held first."""
    if account_id is None:
        rows = tx.connection.execute(_IN_FORCE, {"now": now})
    else:
        rows = tx.connection.execute(_IN_FORCE_OF_ONE, {"now": now, "account": account_id})
    found = [appointment_from(row) for row in rows]
    return sorted(found, key=lambda held: (_ORDER[held.duty], held.since, held.id))


_IN_FORCE: Final = (
    select(appointment, account.c.name)
    .join(account, account.c.id == appointment.c.account_id)
    .where(in_force(bindparam("now", type_=appointment.c.from_at.type)))
)
_IN_FORCE_OF_ONE: Final = _IN_FORCE.where(appointment.c.account_id == ACCOUNT)
_ORDER: Final = {Duty.HOLDER: 0, Duty.DEPUTY: 1, Duty.LIAISON: 2}


def appointment_from(row: Any) -> Appointment:
    """An appointment from its row and the account's `name`."""
    return Appointment(
        id=row.id,
        office=row.office,
        account=row.name,
        real_name=row.real_name,
        title_zh=row.title_zh,
        title_en=row.title_en,
        duty=Duty(row.duty),
        since=row.from_at,
        until=row.until_at,
        ended_at=row.ended_at,
    )


def grants_of(tx: Tx, ids: Iterable[int]) -> dict[int, frozenset[Grant]]:
    """The roles of accounts, by account id."""
    query = select(role.c.account_id, role.c.role, role.c.scope).where(role.c.account_id.in_(list(ids)))
    found: defaultdict[int, set[Grant]] = defaultdict(set)
    for row in tx.connection.execute(query):
        found[row.account_id].add(Grant(Role(row.role), row.scope))
    return {id: frozenset(grants) for id, grants in found.items()}


def held_by(tx: Tx, row: Any, now: datetime) -> Held:
    """What the account of a row holds right now; only officers' accounts hold offices."""
    grants = frozenset(Grant(Role(each[0]), each[1]) for each in tx.connection.execute(_GRANTS, {"account": row.id}))
    if row.kind != AccountKind.OFFICER:
        return Held(grants)
    return Held(grants, tuple(appointments_in_force(tx, now, account_id=row.id)))


_GRANTS: Final = select(role.c.role, role.c.scope).where(role.c.account_id == ACCOUNT)


def actor_from(row: Any, held: Held, *, transport: str, session: str = "", fingerprint: str | None = None) -> Actor:
    """The actor of an account's row."""
    return Actor(
        name=row.name,
        kind=AccountKind(row.kind),
        account_id=row.id,
        grants=held.grants,
        appointments=held.appointments,
        transport=transport,
        fingerprint=fingerprint,
        session=session,
        baseline_post_id=row.baseline_post_id,
        preferences=dict(row.preferences),
    )


def accounts_from(tx: Tx, rows: Sequence[Any], now: datetime) -> list[Account]:
    """Accounts as sysops see them, in three statements however many."""
    ids = [row.id for row in rows]
    grants = grants_of(tx, ids)
    counted = select(account_key.c.account_id, func.count()).where(account_key.c.account_id.in_(ids))
    keys = {row[0]: row[1] for row in tx.connection.execute(counted.group_by(account_key.c.account_id))}
    held = select(appointment.c.account_id, appointment.c.office).where(
        appointment.c.account_id.in_(ids), in_force(now)
    )
    offices: defaultdict[int, list[str]] = defaultdict(list)
    for each in tx.connection.execute(held.order_by(appointment.c.id)):
        offices[each.account_id].append(each.office)
    return [
        Account(
            name=row.name,
            kind=AccountKind(row.kind),
            state=row.state,
            grants=grants.get(row.id, frozenset()),
            offices=tuple(offices[row.id]),
            keys=keys.get(row.id, 0),
            has_password=row.password is not None,
            created_at=row.created_at,
        )
        for row in rows
    ]


def week(now: datetime) -> str:
    """The ISO week of a moment, which is all that is kept of when somebody was here: `2026-W07`."""
    year, number, _ = now.isocalendar()
    return f"{year:04}-W{number:02}"
