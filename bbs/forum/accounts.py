"""Accounts: registration, login, keys, roles, preferences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bbs.forum.actor import AccountKind, Actor, Grant


@dataclass(frozen=True, slots=True)
class Account:
    """An account as sysops and `whoami` see it: nothing that leads to a person."""

    name: str
    kind: AccountKind
    state: str
    grants: frozenset[Grant]
    offices: tuple[str, ...]
    keys: int
    has_password: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Key:
    fingerprint: str
    label: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code just made: shown once, kept only as a hash."""

    code: str
    batch: str
    kind: AccountKind
    uses: int
    expires_at: datetime | None


class Accounts:
    """The rules of accounts. Password hashing runs off the loop, behind a semaphore of 2 x cores."""

    async def by_password(self, name: str, password: str, *, transport: str, source: str, session: str = "") -> Actor:
        """Log in; raises Forbidden(`login.refused`) - same words and same work for unknown names - or

        TryLater(`login.wait`, seconds). Officers and sysops: by key only unless the demo allows it; never by telnet.
        `source` is the address the delays count by."""
        raise NotImplementedError

    async def by_key(self, name: str, public: bytes, *, transport: str, session: str = "") -> Actor:
        """Log in with a key whose signature has been checked. Never delayed, never locked. `public`: SSH wire form."""
        raise NotImplementedError

    async def knows_key(self, name: str, public: bytes) -> bool:
        """Whether this key opens this account; for unproven key queries, so it must not change anything."""
        raise NotImplementedError

    async def guest(self, *, transport: str, session: str = "") -> Actor:
        raise NotImplementedError

    async def refresh(self, actor: Actor) -> Actor:
        """The same actor with roles, appointments and preferences as they are now; Forbidden(`account.suspended`)."""
        raise NotImplementedError

    async def register(
        self, name: str, *, code: str = "", password: str | None = None, public: bytes | None = None, source: str = ""
    ) -> Account:
        """Open an account by invitation code (or freely where the site allows it).

        Raises Invalid(`name.*`, `password.short`, `password.common`, `password.long`, `code.bad`, `key.bad`),
        Conflict(`name.taken`), TryLater."""
        raise NotImplementedError

    async def name_free(self, name: str) -> str:
        """The clean name if it may be registered; raises as `register`."""
        raise NotImplementedError

    async def set_password(self, actor: Actor, password: str, *, name: str | None = None) -> None:
        """Change one's own password, or with the right another's."""
        raise NotImplementedError

    async def add_key(self, actor: Actor, line: str, *, label: str = "", name: str | None = None) -> Key:
        """Add a public key given as an OpenSSH line; Invalid(`key.bad`, `key.weak`), Conflict(`key.taken`)."""
        raise NotImplementedError

    async def keys(self, actor: Actor) -> list[Key]:
        raise NotImplementedError

    async def remove_key(self, actor: Actor, fingerprint: str) -> None:
        raise NotImplementedError

    async def set_preferences(self, actor: Actor, changes: Mapping[str, object]) -> Actor:
        """Keep preferences: language zh|en, theme, ambiguous 1|2, preset, colours, zone … Invalid(`preference.bad`)."""
        raise NotImplementedError

    async def invite(
        self, actor: Actor, *, batch: str, uses: int = 1, days: int | None = 30, kind: AccountKind = AccountKind.MEMBER
    ) -> Invitation:
        raise NotImplementedError

    async def list(self, actor: Actor, *, match: str = "", after: str | None = None, limit: int = 100) -> Sequence[Account]:
        raise NotImplementedError

    async def show(self, actor: Actor, name: str) -> Account:
        """NotFound(`account.not_found`)."""
        raise NotImplementedError

    async def role(self, actor: Actor, name: str, grant: Grant, *, on: bool) -> Account:
        """Give or take a role; open sessions follow within 5 seconds (event `account.changed`)."""
        raise NotImplementedError

    async def create(
        self, actor: Actor, name: str, kind: AccountKind, *, password: str | None = None, key: str | None = None
    ) -> Account:
        """A sysop opens an account (officers' and sysops' logins are made this way)."""
        raise NotImplementedError
