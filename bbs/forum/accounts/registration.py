"""Registration: an account by invitation code, or freely where the site allows it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import insert, or_, select

from bbs.errors import Conflict, Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import invitations, naming, people, throttle
from bbs.forum.accounts.invitations import Invitation
from bbs.forum.accounts.keys import PublicKey, parse_wire
from bbs.forum.accounts.passwords import check_password
from bbs.forum.accounts.people import Account, State
from bbs.forum.accounts.shared import Shared
from bbs.forum.actor import LOCAL, AccountKind, Actor, Role
from bbs.forum.proof import register
from bbs.store.database import Tx
from bbs.store.tables import account, account_key, role
from bbs.text.clean import clean_line

FIRST_SYSOP: Final = "first sysop"
"""The batch of the code that the first start prints."""

FIRST_SYSOP_DAYS: Final = 7

_CODES: Final = "code guesses"  # subjects of the delays; no fold of a name has a space in it
_NEWCOMERS: Final = "open registration"


class Registration(Shared):
    """How accounts come about by themselves."""

    async def register(
        self, name: str, *, code: str = "", password: str | None = None, public: bytes | None = None, source: str = ""
    ) -> Account:
        """Open an account by invitation code (or freely where the site allows it).

        With registration by approval and no code the account waits (`state` pending). A sysop's code needs a key.
        Raises Invalid(`name.*`, `password.short`, `password.common`, `password.long`, `code.bad`, `code.needed`,
        `key.bad`, `key.weak`, `key.needed`, `register.proof`), Conflict(`name.taken`, `key.taken`),
        TryLater(`login.wait`). Nothing is kept that leads from the code to the account.
        """
        if password is None and public is None:
            raise Invalid("register.proof")
        key = parse_wire(public) if public is not None else None
        now = self._clock.now()
        kind = await self._db.write(lambda tx: self._admit(tx, code, source, now))
        if kind is None:  # raised here and not in the unit, which would take the count of guesses back
            raise Invalid("code.bad")
        clean = naming.clean_name(name, kind)
        if kind is AccountKind.SYSOP and key is None and not self._policy.demo:
            raise Invalid("key.needed")
        await self._db.read(lambda tx: naming.check_free(tx, clean, kind))
        hashed = None if password is None else await self._hashes.hash(check_password(password, clean))
        state = State.PENDING if self.registration == "approval" and not code else State.ACTIVE

        def unit(tx: Tx) -> Account:
            naming.check_free(tx, clean, kind)
            if code and invitations.use(tx, code, now) is not kind:
                raise Invalid("code.bad")
            id = people.open_account(tx, clean, kind, now, password=hashed, state=state, welcome=True)
            if key is not None:
                keep_key(tx, id, key, "", now)
            return people.accounts_from(tx, [people.find(tx, clean)], now)[0]

        try:
            return await self._db.write(unit)
        except Conflict as error:
            raise naming.taken_instead(error, clean) from error

    async def name_free(self, name: str) -> str:
        """The clean name if it may be registered; raises as `register`."""
        clean = naming.clean_name(name, AccountKind.MEMBER)
        await self._db.read(lambda tx: naming.check_free(tx, clean, AccountKind.MEMBER))
        return clean

    async def invite(
        self, actor: Actor, *, batch: str, uses: int = 1, days: int | None = 30, kind: AccountKind = AccountKind.MEMBER
    ) -> Invitation:
        """Make a code; `days` None: it does not expire. Raises Invalid(`invitation.*`)."""
        access.require(actor, Verb.ACCOUNT_INVITE)
        now = self._clock.now()
        made = invitations.draw(clean_line(batch, invitations.BATCH_LIMIT), kind, uses, days, now)
        await self._db.write(lambda tx: _keep_invitation(tx, made, actor, now))
        return made

    async def first_sysop_invitation(self) -> Invitation | None:
        """A one-time code for a sysop's account when there is none yet, else None; the codes of earlier starts end."""
        now = self._clock.now()
        made = invitations.draw(FIRST_SYSOP, AccountKind.SYSOP, 1, FIRST_SYSOP_DAYS, now)

        def unit(tx: Tx) -> bool:
            invitations.drop_batch(tx, FIRST_SYSOP)
            if _has_sysop(tx):
                return False
            _keep_invitation(tx, made, LOCAL, now)
            return True

        return made if await self._db.write(unit) else None

    def _admit(self, tx: Tx, code: str, source: str, now: datetime) -> AccountKind | None:
        """What may be opened, None with a bad code. Guesses at codes are delayed like those at passwords, and so are

        floods of newcomers."""
        if code:
            attempt = throttle.begin(tx, _CODES, source, now)
            found = invitations.kind_of(tx, code, now)
            if found is not None:
                throttle.succeed(tx, attempt)
            return found
        if self.registration == "invitation":
            raise Invalid("code.needed")
        throttle.begin(tx, _NEWCOMERS, source, now, whole_source=False)
        return AccountKind.MEMBER


def keep_key(tx: Tx, account_id: int, key: PublicKey, label: str, now: datetime) -> None:
    """Write a key of an account; raises Conflict(`key.taken`).

    Whether the key opens another account too is nobody's business: to say so would join a person's two names."""
    same = select(account_key.c.id).where(
        account_key.c.account_id == account_id, account_key.c.fingerprint == key.fingerprint
    )
    if tx.connection.execute(same).first() is not None:
        raise Conflict("key.taken")
    tx.connection.execute(
        insert(account_key).values(
            account_id=account_id, fingerprint=key.fingerprint, public=key.public, label=label, added_at=now
        )
    )


def _has_sysop(tx: Tx) -> bool:
    granted = select(role.c.account_id).where(role.c.role == Role.SYSOP.value)
    sysops = select(account.c.id).where(
        account.c.state == State.ACTIVE, or_(account.c.kind == AccountKind.SYSOP, account.c.id.in_(granted))
    )
    return tx.connection.execute(sysops.limit(1)).first() is not None


def _keep_invitation(tx: Tx, made: Invitation, actor: Actor, now: datetime) -> None:
    invitations.keep(tx, made, now)
    record = {"batch": made.batch, "kind": made.kind, "uses": made.uses, "expires_at": made.expires_at}
    register.append(tx, now, "account.invite", actor, made.batch, record)
