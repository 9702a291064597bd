"""Blocking a person: what they send does not arrive, what they post is dimmed, and they are never told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.people.knowing import find_person
from bbs.store.database import Database, Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import account, attention
from bbs.text.when import Clock

CHANGED: Final = "attention.changed"
"""Event: whom an account blocks, follows or mutes is not what it was; payload `account` (its id)."""
BLOCKED_MOST: Final = 200
"""People one account may block."""
_BLOCK: Final = "block"


def unblocked(tx: Tx, accounts: Collection[int], by: int) -> set[int]:
    """Those of the accounts who do not block the account `by`."""
    if not accounts:
        return set()
    given = {"by": str(by), "accounts": list(accounts)}
    return set(accounts) - set(tx.connection.execute(_BLOCKING, given).scalars())


class Blocks:
    """Whom one blocks; only oneself ever sees it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def names(self, actor: Actor) -> frozenset[str]:
        """The pen names one blocks; nothing official is ever written under one of them."""
        return await self._db.read(lambda tx: blocked_names(tx, actor)) if actor.account_id is not None else frozenset()

    async def list(self, actor: Actor) -> list[str]:
        """The names one blocks, in the order of the alphabet."""
        return sorted(await self.names(actor), key=str.casefold)

    async def set(self, actor: Actor, name: str, on: bool) -> str:
        """Block somebody or let them through again; returns the name as it is written.

        Raises Forbidden, NotFound(`person.not_found`), Invalid(`block.self`, `block.officer`), Conflict(`block.full`).
        Officers cannot be blocked: what an office says reaches everybody.
        """
        access.require(actor, Verb.PERSON_BLOCK)

        def unit(tx: Tx) -> str:
            now = self._clock.now()
            found = find_person(tx, name, now)
            if found is None:
                raise NotFound("person.not_found", name=name[:40])
            if found.id == actor.account_id:
                raise Invalid("block.self")
            if on and found.held is not None:
                raise Invalid("block.officer", name=found.name)
            row = {"account_id": actor.account_id, "kind": "account", "target": str(found.id)}
            here = [attention.c[column] == value for column, value in row.items()]
            if not on:
                tx.connection.execute(delete(attention).where(*here, attention.c.level == _BLOCK))
            else:
                tx.connection.execute(delete(attention).where(*here))
                if _count(tx, actor) >= BLOCKED_MOST:
                    raise Conflict("block.full", most=BLOCKED_MOST)
                tx.connection.execute(insert(attention).values(**row, level=_BLOCK, since=now))
            tx.emit(CHANGED, account=actor.account_id)
            return found.name

        return await self._db.write(unit)


def _mine(actor: Actor) -> Any:
    kind, level = attention.c.kind == "account", attention.c.level == _BLOCK
    return (attention.c.account_id == actor.account_id) & kind & level


def _count(tx: Tx, actor: Actor) -> int:
    return int(tx.connection.execute(select(func.count()).select_from(attention).where(_mine(actor))).scalar_one())


def blocked_names(tx: Tx, actor: Actor) -> frozenset[str]:
    """The pen names somebody blocks; none for those who cannot."""
    if not access.allowed(actor, Verb.PERSON_BLOCK):
        return frozenset()
    ids = [int(row.target) for row in _TARGETS.all(tx, {"a": actor.account_id})]
    return frozenset(tx.connection.execute(_NAMES, {"ids": ids}).scalars()) if ids else frozenset()


_BLOCKING: Final = select(attention.c.account_id).where(
    attention.c.kind == "account",
    attention.c.target == bindparam("by"),
    attention.c.level == _BLOCK,
    attention.c.account_id.in_(bindparam("accounts", expanding=True)),
)
_TARGETS: Final = Prepared(
    select(attention.c.target).where(
        attention.c.account_id == bindparam("a"), attention.c.kind == "account", attention.c.level == _BLOCK
    )
)
_NAMES: Final = select(account.c.name).where(account.c.id.in_(bindparam("ids", expanding=True)))
