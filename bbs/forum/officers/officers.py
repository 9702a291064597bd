"""Offices and appointments: who answers, under which name, and when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, or_, select, update

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import naming, people
from bbs.forum.accounts.people import State
from bbs.forum.actor import AccountKind, Actor, Appointment, Duty
from bbs.forum.proof import register
from bbs.store.database import Database, Tx
from bbs.store.tables import account, appointment, office
from bbs.text.clean import clean_line
from bbs.text.names import fold
from bbs.text.when import Clock

NAME_LIMIT: Final = 32
TITLE_LIMIT: Final = 64
"""Characters of a real name and of a title."""

APPOINT: Final = "office.appoint"
DISMISS: Final = "office.dismiss"
EXPIRE: Final = "office.expire"
KEY: Final = "office.key"
"""Kinds of entries: appointed, dismissed, ended by the clock, a key added to an officer's login or taken from it."""


@dataclass(frozen=True, slots=True)
class Office:
    slug: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    appointments: tuple[Appointment, ...]  # those in force now

    @property
    def route(self) -> str:
        return f"/o/{self.slug}"


class Officers:
    """The rules of offices. Offices are declared in boards.yaml; people are appointed to them here."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def offices(self, actor: Actor) -> list[Office]:
        """All offices with who holds them now, in the order of boards.yaml."""
        access.require(actor, Verb.OFFICE_LIST)
        query = select(office).where(~office.c.archived).order_by(office.c.position, office.c.slug)
        return await self._read(actor, query)

    async def office(self, actor: Actor, slug: str) -> Office:
        """One office, an archived one too, since old posts name it; NotFound(`office.not_found`)."""
        access.require(actor, Verb.OFFICE_LIST)
        slug = clean_line(slug, 40)
        found = await self._read(actor, select(office).where(office.c.slug == slug))
        if not found:
            raise NotFound("office.not_found", slug=slug)
        return found[0]

    async def appoint(
        self,
        actor: Actor,
        office: str,
        account: str,
        *,
        real_name: str,
        title_zh: str,
        title_en: str,
        duty: Duty = Duty.HOLDER,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Appointment:
        """Appoint an officer account; makes the account (key or password is added later) when there is none.

        `since` None is now. Raises Invalid(`appointment.dates`, `appointment.name`, `appointment.title`, `name.login`),
        NotFound(`office.not_found`), Conflict(`appointment.exists`) when the account is already in this office for some
        of that time, Conflict(`appointment.held`) when another holds it then, Conflict(`appointment.kind`) for an
        account that is not an officer's, Conflict(`account.state`), Conflict(`appointment.name_taken`) when a member's
        pen name looks like the real name. Recorded in the register.
        """
        access.require(actor, Verb.OFFICE_APPOINT)
        now = self._clock.now()
        wanted = _wanted(office, account, real_name, title_zh, title_en, duty, since or now, until)
        if wanted.until is not None and wanted.until <= max(wanted.since, now):
            raise Invalid("appointment.dates")
        try:
            return await self._db.write(lambda tx: _appoint(tx, actor, wanted, now))
        except Conflict as error:
            raise naming.taken_instead(error, account) from error

    async def dismiss(self, actor: Actor, office: str, account: str) -> Appointment:
        """End an appointment now, or one that has not begun; open screens lose the rights within 5 seconds

        (event `account.changed`). NotFound(`appointment.not_found`). Recorded in the register.
        """
        access.require(actor, Verb.OFFICE_APPOINT)
        now = self._clock.now()
        return await self._db.write(lambda tx: _dismiss(tx, actor, office, account, now))

    async def history(self, actor: Actor, slug: str) -> list[Appointment]:
        """All who hold, will hold or ever held an office, the latest first; guests are not shown liaisons.

        Raises NotFound(`office.not_found`).
        """
        await self.office(actor, slug)
        query = _HISTORY.where(appointment.c.office == slug).limit(HISTORY_MOST)
        if actor.is_guest:
            query = query.where(appointment.c.duty != Duty.LIAISON.value)
        rows = await self._db.read(lambda tx: tx.connection.execute(query).all())
        return [people.appointment_from(row) for row in rows]

    async def _read(self, actor: Actor, query: Any) -> list[Office]:
        now = self._clock.now()

        def unit(tx: Tx) -> list[Office]:
            held: defaultdict[str, list[Appointment]] = defaultdict(list)
            for each in people.appointments_in_force(tx, now):
                if each.duty is not Duty.LIAISON or not actor.is_guest:
                    held[each.office].append(each)
            rows = tx.connection.execute(query).all()
            return [Office(row.slug, row.zh, row.en, row.about_zh, row.about_en, tuple(held[row.slug])) for row in rows]

        return await self._db.read(unit)


HISTORY_MOST: Final = 200
"""Appointments of one office that are shown."""
_HISTORY: Final = (
    select(appointment, account.c.name)
    .join(account, account.c.id == appointment.c.account_id)
    .order_by(appointment.c.from_at.desc(), appointment.c.id.desc())
)


def current(tx: Tx, account_id: int, now: datetime) -> list[Appointment]:
    """The appointments of an account that hold now, liaisons' too: for asking again in the transaction of an act."""
    return people.appointments_in_force(tx, now, account_id=account_id)


def _wanted(
    office: str, account: str, name: str, zh: str, en: str, duty: Duty, since: datetime, until: datetime | None
) -> Appointment:
    name, zh, en = clean_line(name, NAME_LIMIT + 1), clean_line(zh, TITLE_LIMIT + 1), clean_line(en, TITLE_LIMIT + 1)
    if not name or len(name) > NAME_LIMIT or not fold(name):
        raise Invalid("appointment.name", most=NAME_LIMIT)
    if not zh or not en or max(len(zh), len(en)) > TITLE_LIMIT:
        raise Invalid("appointment.title", most=TITLE_LIMIT)
    return Appointment(0, office, account, name, zh, en, duty, since, until)


def _appoint(tx: Tx, actor: Actor, wanted: Appointment, now: datetime) -> Appointment:
    _must_be_declared(tx, wanted.office)
    account_id = _officer_account(tx, actor, wanted.account, now)
    _no_overlap(tx, account_id, wanted)
    if wanted.duty is Duty.HOLDER:
        _no_other_holder(tx, account_id, wanted)
    _no_pen_name(tx, wanted.real_name)
    made = tx.connection.execute(
        insert(appointment).values(
            office=wanted.office,
            account_id=account_id,
            real_name=wanted.real_name,
            real_name_fold=fold(wanted.real_name),
            title_zh=wanted.title_zh,
            title_en=wanted.title_en,
            duty=wanted.duty.value,
            from_at=wanted.since,
            until_at=wanted.until,
        )
    )
    key = made.inserted_primary_key
    assert key is not None
    held = replace(wanted, id=int(key[0]))
    record_appointment(tx, now, APPOINT, actor, held)
    tx.emit(people.CHANGED, id=account_id, account=wanted.account)
    return held


def _dismiss(tx: Tx, actor: Actor, slug: str, name: str, now: datetime) -> Appointment:
    row = people.must_find(tx, name)
    mine = (appointment.c.office == slug, appointment.c.account_id == row.id, appointment.c.ended_at.is_(None))
    still = or_(appointment.c.until_at.is_(None), appointment.c.until_at > now)
    query = select(appointment, account.c.name).join(account, account.c.id == appointment.c.account_id)
    found = tx.connection.execute(query.where(*mine, still).order_by(appointment.c.from_at)).first()
    if found is None:
        raise NotFound("appointment.not_found", office=slug[:40], account=row.name)
    tx.connection.execute(update(appointment).where(appointment.c.id == found.id).values(ended_at=now))
    ended = replace(people.appointment_from(found), ended_at=now)
    record_appointment(tx, now, DISMISS, actor, ended)
    tx.emit(people.CHANGED, id=row.id, account=row.name)
    return ended


def _must_be_declared(tx: Tx, slug: str) -> None:
    declared = select(office.c.slug).where(office.c.slug == slug, ~office.c.archived)
    if tx.connection.execute(declared).first() is None:
        raise NotFound("office.not_found", slug=clean_line(slug, 40))


def _officer_account(tx: Tx, actor: Actor, name: str, now: datetime) -> int:
    """The account to appoint, opened if there is none; a pen name is never tied to a real one."""
    row = people.find(tx, name)
    if row is None:
        clean = naming.clean_name(name, AccountKind.OFFICER)
        naming.check_free(tx, clean, AccountKind.OFFICER)
        id = people.open_account(tx, clean, AccountKind.OFFICER, now, password=None, welcome=True)
        record = {"account": clean, "kind": AccountKind.OFFICER}
        register.append(tx, now, "account.create", actor, clean, record)
        return id
    if row.kind != AccountKind.OFFICER:
        raise Conflict("appointment.kind", account=row.name)
    if row.state != State.ACTIVE:
        raise Conflict("account.state", name=row.name, state=row.state)
    return int(row.id)


def _no_overlap(tx: Tx, account_id: int, wanted: Appointment) -> None:
    query = _at_the_same_time(wanted).where(appointment.c.account_id == account_id)
    if tx.connection.execute(query).first() is not None:
        raise Conflict("appointment.exists", office=wanted.office, account=wanted.account)


def _no_other_holder(tx: Tx, account_id: int, wanted: Appointment) -> None:
    """One office has one holder at a time; whoever stands in is a deputy."""
    others = (appointment.c.account_id != account_id, appointment.c.duty == Duty.HOLDER.value)
    found = tx.connection.execute(_at_the_same_time(wanted).where(*others)).first()
    if found is not None:
        raise Conflict("appointment.held", office=wanted.office, name=found.real_name, account=found.name)


def _at_the_same_time(wanted: Appointment) -> Any:
    """Appointments to the office that hold for some of the time wanted."""
    query = (
        select(appointment.c.real_name, account.c.name)
        .join(account, account.c.id == appointment.c.account_id)
        .where(
            appointment.c.office == wanted.office,
            appointment.c.ended_at.is_(None),
            or_(appointment.c.until_at.is_(None), appointment.c.until_at > wanted.since),
        )
    )
    return query if wanted.until is None else query.where(appointment.c.from_at < wanted.until)


def _no_pen_name(tx: Tx, real_name: str) -> None:
    """A pen name that looks like the officer's name has to be suspended first: two of them would be one to the eye."""
    same = (account.c.fold == fold(real_name), account.c.kind == AccountKind.MEMBER, account.c.state == State.ACTIVE)
    if tx.connection.execute(select(account.c.id).where(*same)).first() is not None:
        raise Conflict("appointment.name_taken", name=real_name)


def record_key(tx: Tx, now: datetime, actor: Actor, row: Any, fingerprint: str, *, added: bool) -> None:
    """Enter into the register which keys an officer's login has: what they sign is checked by them.

    Nobody else's keys are told of.
    """
    if row.kind == AccountKind.OFFICER:
        record = {"account": row.name, "fingerprint": fingerprint, "added": added}
        register.append(tx, now, KEY, actor, row.name, record)


def record_appointment(tx: Tx, now: datetime, kind: str, actor: Actor, held: Appointment) -> None:
    """Enter an appointment as it is now into the register."""
    record = {
        "appointment": held.id,
        "office": held.office,
        "account": held.account,
        "name": held.real_name,
        "title_zh": held.title_zh,
        "title_en": held.title_en,
        "duty": held.duty,
        "since": held.since,
        "until": held.until,
        "ended_at": held.ended_at,
    }
    register.append(tx, now, kind, actor, f"/o/{held.office}", record)
