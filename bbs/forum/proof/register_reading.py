"""The register as people read it, and have it checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.proof.heads import Heads
from bbs.forum.proof.register import THREAD_RETITLE, Verdict
from bbs.forum.proof.register_check import verify
from bbs.forum.proof.sealing import Head, heads_after
from bbs.store.database import Database
from bbs.store.tables import register

MOST: Final = 500
"""Entries in one answer."""

_CLOSED: Final = "account."
"""Entries of these kinds are shown to sysops only: they say when an account was made or changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `at` is UTC in whole seconds."""

    seq: int
    at: datetime
    kind: str
    actor: str
    subject: str
    record: dict[str, Any]
    hash: str


def _shown(record: str, *, whole: bool) -> dict[str, Any]:
    """A record as it is shown; the names of officers' logins are for those who may list accounts."""
    found: dict[str, Any] = json.loads(record)
    return found if whole else {name: value for name, value in found.items() if name != "account"}


class Register:
    """Reading and checking the register."""

    def __init__(self, db: Database, heads: Heads | None = None) -> None:
        self._db = db
        self._heads = heads

    async def entries(self, actor: Actor, *, after: int = 0, limit: int = 100) -> list[Entry]:
        """Entries after a seq, oldest first, at most MOST; those about accounts only for sysops."""
        access.require(actor, Verb.REGISTER_READ)
        query = select(register).where(register.c.seq > after).order_by(register.c.seq)
        if not access.allowed(actor, Verb.ACCOUNT_LIST):
            query = query.where(~register.c.kind.startswith(_CLOSED))
        if not access.allowed(actor, Verb.POST_HIDDEN):
            query = query.where(register.c.kind != THREAD_RETITLE)  # what a title said before is for moderators
        rows = await self._db.read(lambda tx: tx.connection.execute(query.limit(max(1, min(limit, MOST)))).all())
        whole = access.allowed(actor, Verb.ACCOUNT_LIST)
        return [
            Entry(row.seq, row.at, row.kind, row.actor, row.subject, _shown(row.record, whole=whole), row.hash)
            for row in rows
        ]

    async def heads(self, actor: Actor, *, after: int = 0, limit: int = MOST) -> list[Head]:
        """Signed heads after a seq, oldest first: anybody with an account may keep them elsewhere."""
        access.require(actor, Verb.REGISTER_READ)
        return await self._db.read(lambda tx: heads_after(tx, after, max(1, min(limit, MOST))))

    async def verify(self, actor: Actor, elsewhere: str | None = None) -> Verdict:
        """Walk the whole chain, check that official posts are what was recorded of them, and hold it against heads.

        The heads are those in the store and those exported from it, or given as `elsewhere`, a text of exported lines.
        Raises Invalid(`heads.line`).
        """
        access.require(actor, Verb.REGISTER_VERIFY)
        return await verify(self._db, self._heads, elsewhere)
