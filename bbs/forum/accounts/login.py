"""Logging in: by password with delays, by key without, as guest; and what an actor is now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from bbs.errors import Forbidden
from bbs.forum.access_terms import TELNET
from bbs.forum.accounts import people, throttle
from bbs.forum.accounts.keys import fingerprint
from bbs.forum.accounts.passwords import same_form, too_long
from bbs.forum.accounts.people import State
from bbs.forum.accounts.shared import Shared
from bbs.forum.accounts.throttle import Attempt
from bbs.forum.actor import AccountKind, Actor, Role
from bbs.forum.reading.marks import ACCOUNT
from bbs.store.database import Tx
from bbs.store.tables import account, account_key, role
from bbs.text.names import fold

PRUNE_EVERY: Final = timedelta(minutes=5)

_CLOSED: Final = {
    State.PENDING: "account.pending",
    State.SUSPENDED: "account.suspended",
    State.ERASED: "account.suspended",
}


class Login(Shared):
    """Who comes in, and as whom."""

    _pruned_at: datetime | None = None

    async def by_password(self, name: str, password: str, *, transport: str, source: str, session: str = "") -> Actor:
        """Log in; raises Forbidden(`login.refused`) - same words and same work for unknown names - or

        TryLater(`login.wait`, seconds), TryLater(`login.busy`). Officers and sysops: by key only unless the demo allows
        it; never by telnet. Who has proved to own a closed account is told so: Forbidden(`account.suspended`),
        Forbidden(`account.pending`). `source` is the address the delays count by.
        """
        if too_long(password):
            raise Forbidden("login.refused")
        now = self._clock.now()
        prune = self._prune_is_due(now)
        attempt, row = await self._db.write(lambda tx: _begin(tx, name, source, now, prune=prune))
        kept: str | None = row.password if row is not None and self._opens_by_password(row, transport) else None
        password = same_form(password)
        if not await self._hashes.verify(kept, password) or kept is None:
            raise Forbidden("login.refused")
        again = await self._hashes.hash(password) if self._hashes.is_old(kept) else None
        return await self._db.write(lambda tx: _enter(tx, row, attempt, again, now, transport, session))

    async def by_key(self, name: str, public: bytes, *, transport: str, session: str = "") -> Actor:
        """Log in with a key whose signature has been checked. Never delayed, never locked. `public`: SSH wire form.

        Raises Forbidden(`login.refused`), Forbidden(`account.suspended`), Forbidden(`account.pending`).
        """
        now = self._clock.now()
        print_ = fingerprint(public)

        def unit(tx: Tx) -> tuple[Any, Actor]:
            row = _by_key(tx, name, public)
            if row is None or transport == TELNET:
                raise Forbidden("login.refused")
            _must_be_open(row)
            held = people.held_by(tx, row, now)
            return row, people.actor_from(row, held, transport=transport, session=session, fingerprint=print_)

        row, actor = await self._db.read(unit)
        if row.seen_week != people.week(now):
            await self._db.write(lambda tx: _seen(tx, row.id, now))
        return actor

    async def knows_key(self, name: str, public: bytes) -> bool:
        """Whether this key opens this account; for unproven key queries, so it must not change anything."""

        def unit(tx: Tx) -> bool:
            row = _by_key(tx, name, public)
            return row is not None and row.state == State.ACTIVE

        return await self._db.read(unit)

    async def guest(self, *, transport: str, session: str = "") -> Actor:
        """Somebody without an account, who reads what is public."""
        return Actor(name="guest", kind=AccountKind.GUEST, transport=transport, session=session)

    async def refresh(self, actor: Actor) -> Actor:
        """The same actor with roles, appointments and preferences as they are now; Forbidden(`account.suspended`)."""
        number = actor.account_id
        if number is None:
            return actor
        now = self._clock.now()

        def unit(tx: Tx) -> Actor:
            row = people.by_id(tx, number)
            if row is None:
                raise Forbidden("account.suspended")
            _must_be_open(row)
            held = people.held_by(tx, row, now)
            return people.actor_from(
                row, held, transport=actor.transport, session=actor.session, fingerprint=actor.fingerprint
            )

        return await self._db.read(unit)

    def _opens_by_password(self, row: Any, transport: str) -> bool:
        """Officers and sysops come by key unless this is the demo; over telnet only members, and only where allowed."""
        in_charge = row.kind != AccountKind.MEMBER or row.is_sysop
        if transport == TELNET:
            return self._policy.telnet_members and not in_charge
        return self._policy.demo or not in_charge

    def _prune_is_due(self, now: datetime) -> bool:
        if self._pruned_at is not None and now - self._pruned_at < PRUNE_EVERY:
            return False
        self._pruned_at = now
        return True


def _begin(tx: Tx, name: str, source: str, now: datetime, *, prune: bool) -> tuple[Attempt, Any]:
    """Count the attempt and find the account, if there is one."""
    if prune:
        throttle.prune(tx, now)
    attempt = throttle.begin(tx, fold(name[: people.NAME_LIMIT]), source, now)
    is_sysop = (
        select(role.c.id)
        .where(role.c.account_id == account.c.id, role.c.role == Role.SYSOP.value)
        .exists()
        .label("is_sysop")
    )
    return attempt, people.find(tx, name, is_sysop)


def _enter(tx: Tx, row: Any, attempt: Attempt, again: str | None, now: datetime, transport: str, session: str) -> Actor:
    """The password was right: take the attempt back, renew an old hash, and see what the account holds."""
    fresh = tx.connection.execute(select(account).where(account.c.id == row.id)).one()
    if fresh.password != row.password:
        raise Forbidden("login.refused")  # changed while the old one was being checked
    _must_be_open(fresh)
    throttle.succeed(tx, attempt)
    if again is not None:
        tx.connection.execute(update(account).where(account.c.id == row.id).values(password=again))
    if fresh.seen_week != people.week(now):
        _seen(tx, row.id, now)
    return people.actor_from(fresh, people.held_by(tx, fresh, now), transport=transport, session=session)


def _must_be_open(row: Any) -> None:
    code = _CLOSED.get(row.state)
    if code is not None:
        raise Forbidden(code)


def _seen(tx: Tx, id: int, now: datetime) -> None:
    tx.connection.execute(update(account).where(account.c.id == id).values(seen_week=people.week(now)))


def _by_key(tx: Tx, name: str, public: bytes) -> Any:
    """The account of this name that this key opens, or None."""
    row = people.find(tx, name)
    if row is None:
        return None
    mine = {"account": row.id, "fingerprint": fingerprint(public)}
    kept = tx.connection.execute(_KEY, mine).scalar_one_or_none()
    return row if kept == public else None


_KEY: Final = select(account_key.c.public).where(
    account_key.c.account_id == ACCOUNT, account_key.c.fingerprint == bindparam("fingerprint")
)
