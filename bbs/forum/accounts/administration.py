"""Accounts in the hands of sysops: listing, opening, roles, states; all acts are recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, delete, insert, select, update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import naming, people
from bbs.forum.accounts.keys import parse_line
from bbs.forum.accounts.passwords import check_password
from bbs.forum.accounts.people import Account, State
from bbs.forum.accounts.registration import keep_key
from bbs.forum.accounts.shared import Shared
from bbs.forum.actor import AccountKind, Actor, Grant, Role
from bbs.forum.officers.officers import record_key
from bbs.forum.proof import register
from bbs.store.database import Tx
from bbs.store.tables import account, board, column, role
from bbs.text.clean import clean_line
from bbs.text.names import fold

MOST: Final = 500
"""Accounts in one answer."""

_OPENED: Final = (AccountKind.MEMBER, AccountKind.OFFICER, AccountKind.SYSOP)
_SITE_WIDE: Final = (Role.SYSOP, Role.LEADER)


class Administration(Shared):
    """What sysops do with accounts."""

    async def list(
        self, actor: Actor, *, match: str = "", after: str | None = None, limit: int = 100
    ) -> Sequence[Account]:
        """Accounts whose name contains `match`, after a name, in the order of their names' folds; at most MOST."""
        access.require(actor, Verb.ACCOUNT_LIST)
        query = select(account).where(account.c.state != State.ERASED).order_by(account.c.fold)
        if match:
            query = query.where(account.c.fold.contains(fold(match), autoescape=True))
        if after is not None:
            query = query.where(account.c.fold > fold(after))
        query = query.limit(max(1, min(limit, MOST)))
        now = self._clock.now()
        return await self._db.read(lambda tx: people.accounts_from(tx, tx.connection.execute(query).all(), now))

    async def show(self, actor: Actor, name: str) -> Account:
        """One account; NotFound(`account.not_found`). One's own needs no right."""
        if name != actor.name or actor.account_id is None:
            access.require(actor, Verb.ACCOUNT_LIST)
        now = self._clock.now()
        return await self._db.read(lambda tx: _shown(tx, name, now))

    async def create(
        self,
        actor: Actor,
        name: str,
        kind: AccountKind,
        *,
        password: str | None = None,
        key: str | None = None,
        opened: datetime | None = None,
        welcome: bool = False,
    ) -> Account:
        """Open an account (officers' and sysops' logins are made this way); `key` is an OpenSSH line.

        `opened` (UTC) is when it was opened, for people brought over from elsewhere; only the machine itself says so.
        With `welcome` the first visit begins with questions and a tour.
        Raises as `register`, and Invalid(`account.kind`).
        """
        access.require(actor, Verb.ACCOUNT_CREATE)
        if kind not in _OPENED:
            raise Invalid("account.kind", kind=kind.value)
        if opened is not None and actor.kind is not AccountKind.LOCAL:
            raise Forbidden("access.denied", verb=Verb.ACCOUNT_CREATE.value)
        clean = naming.clean_name(name, kind)
        parsed = parse_line(key) if key is not None else None
        await self._db.read(lambda tx: naming.check_free(tx, clean, kind))
        hashed = None if password is None else await self._hashes.hash(check_password(password, clean))
        now = self._clock.now()

        def unit(tx: Tx) -> Account:
            naming.check_free(tx, clean, kind)
            id = people.open_account(tx, clean, kind, opened or now, password=hashed, welcome=welcome)
            if parsed is not None:
                keep_key(tx, id, parsed, parsed.comment, now)
            register.append(tx, now, "account.create", actor, clean, {"account": clean, "kind": kind})
            if parsed is not None:
                record_key(tx, now, actor, people.must_find(tx, clean), parsed.fingerprint, added=True)
            return _shown(tx, clean, now)

        try:
            return await self._db.write(unit)
        except Conflict as error:
            raise naming.taken_instead(error, clean) from error

    async def as_actor(self, actor: Actor, name: str) -> Actor:
        """Somebody as the rules see them, for bringing in what they wrote elsewhere; NotFound(`account.not_found`).

        No command leads here: nobody acts as another by typing.
        """
        access.require(actor, Verb.ACCOUNT_CREATE)
        now = self._clock.now()

        def unit(tx: Tx) -> Actor:
            row = people.must_find(tx, name)
            return people.actor_from(row, people.held_by(tx, row, now), transport="local")

        return await self._db.read(unit)

    async def role(self, actor: Actor, name: str, grant: Grant, *, on: bool) -> Account:
        """Give or take a role; open sessions follow within 5 seconds (event `account.changed`).

        Giving one that is held, or taking one that is not, changes nothing. Raises NotFound(`account.not_found`),
        NotFound(`scope.not_found`), Invalid(`role.scope`) for a scope on a role of the whole site, Invalid(`role.kind`)
        for a sysop's role on an officer's login.
        """
        access.require(actor, Verb.ACCOUNT_ROLE)
        if grant.role in _SITE_WIDE and grant.scope:
            raise Invalid("role.scope", role=grant.role.value)
        subsites = {one.slug for one in self._community.subsites}
        now = self._clock.now()

        def unit(tx: Tx) -> Account:
            row = people.must_find(tx, name)
            if on and grant.scope and grant.scope not in subsites | _scopes(tx):
                raise NotFound("scope.not_found", scope=clean_line(grant.scope, 40))
            if on and grant.role is Role.SYSOP and row.kind == AccountKind.OFFICER:
                raise Invalid("role.kind", role=grant.role.value, kind=row.kind)
            if _turn(tx, row.id, grant, now, on=on):
                record = {"account": row.name, "role": grant.role, "scope": grant.scope, "on": on}
                register.append(tx, now, "account.role", actor, row.name, record)
                tx.emit(people.CHANGED, id=row.id, account=row.name)
            return _shown(tx, row.name, now)

        return await self._db.write(unit)

    async def approve(self, actor: Actor, name: str) -> Account:
        """Let somebody in who registered and waits; Conflict(`account.state`)."""
        return await self._turn_state(actor, name, "account.approve", (State.PENDING,), State.ACTIVE)

    async def suspend(self, actor: Actor, name: str) -> Account:
        """Close an account; its open sessions end by the event `account.changed`. Conflict(`account.state`)."""
        return await self._turn_state(actor, name, "account.suspend", (State.ACTIVE, State.PENDING), State.SUSPENDED)

    async def restore(self, actor: Actor, name: str) -> Account:
        """Open a suspended account again; Conflict(`account.state`)."""
        return await self._turn_state(actor, name, "account.restore", (State.SUSPENDED,), State.ACTIVE)

    async def _turn_state(self, actor: Actor, name: str, kind: str, before: tuple[State, ...], after: State) -> Account:
        access.require(actor, Verb.ACCOUNT_STATE)
        now = self._clock.now()

        def unit(tx: Tx) -> Account:
            row = people.must_find(tx, name)
            if row.state not in before:
                raise Conflict("account.state", name=row.name, state=row.state)
            tx.connection.execute(update(account).where(account.c.id == row.id).values(state=after.value))
            register.append(tx, now, kind, actor, row.name, {"account": row.name, "state": after})
            tx.emit(people.CHANGED, id=row.id, account=row.name)
            return _shown(tx, row.name, now)

        return await self._db.write(unit)


def _shown(tx: Tx, name: str, now: datetime) -> Account:
    return people.accounts_from(tx, [people.must_find(tx, name)], now)[0]


def _scopes(tx: Tx) -> set[str]:
    """What a role can be limited to: boards and columns, and the sub-sites that look after them."""
    boards = select(board.c.slug, board.c.unit)
    columns = select(column.c.slug, column.c.subsite)
    return {word for query in (boards, columns) for row in tx.connection.execute(query) for word in row}


def _turn(tx: Tx, account_id: int, grant: Grant, now: datetime, *, on: bool) -> bool:
    """Write or delete a role; whether that changed anything."""
    same = and_(role.c.account_id == account_id, role.c.role == grant.role.value, role.c.scope == grant.scope)
    held = tx.connection.execute(select(role.c.id).where(same)).first() is not None
    if held is on:
        return False
    if not on:
        tx.connection.execute(delete(role).where(same))
        return True
    values = {"account_id": account_id, "role": grant.role.value, "scope": grant.scope, "granted_at": now}
    tx.connection.execute(insert(role).values(**values))
    return True
