"""All that one follows and mutes as a list to look through: people, offices, threads, the newest of each first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, select

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts.people import State
from bbs.forum.actor import Actor
from bbs.forum.reading.attention import Attention, Level, Subject
from bbs.store.database import Database, Tx
from bbs.store.tables import account, attention, office, thread


@dataclass(frozen=True, slots=True)
class Heeded:
    """One of them. `target` is a thread's number, an account's number or an office's slug.

    `zh` and `en` are its names, the same where it has one only; `gone` says that it is not there any more.
    """

    subject: Subject
    target: str
    level: Level
    zh: str
    en: str
    since: datetime
    gone: bool = False

    @property
    def route(self) -> str:
        """Where it leads; "" for what is gone."""
        if self.gone:
            return ""
        match self.subject:
            case Subject.THREAD:
                return f"/t/{self.target}"
            case Subject.ACCOUNT:
                return f"/u/{self.zh}"
            case Subject.OFFICE:
                return f"/o/{self.target}"


class Following:
    """The list; only oneself ever sees it."""

    def __init__(self, db: Database, attention: Attention) -> None:
        self._db = db
        self._attention = attention

    async def list(self, actor: Actor) -> list[Heeded]:
        """All that one follows and mutes. Raises Forbidden for guests."""
        access.require(actor, Verb.ACCOUNT_KEEP)
        owner = actor.account_id
        return [] if owner is None else await self._db.read(lambda tx: _heeded(tx, owner))

    async def change(self, actor: Actor, one: Heeded, level: Level | None) -> None:
        """Follow or mute one of them, or neither; raises as `Attention.change`."""
        await self._attention.change(actor, one.subject, one.target, level)


def _heeded(tx: Tx, owner: int) -> list[Heeded]:
    """All of one account, in four statements however many."""
    rows = tx.connection.execute(_ALL, {"a": owner}).all()

    def known(subject: Subject, query: Any) -> dict[str, Any]:
        targets = [row.target for row in rows if row.kind == subject]
        given = targets if subject is Subject.OFFICE else [int(target) for target in targets]
        return {str(row[0]): row for row in tx.connection.execute(query, {"t": given})} if given else {}

    people = known(Subject.ACCOUNT, _PEOPLE)
    offices = known(Subject.OFFICE, _OFFICES)
    threads = known(Subject.THREAD, _THREADS)
    return [
        *(_named(row, Subject.ACCOUNT, people.get(row.target)) for row in rows if row.kind == Subject.ACCOUNT),
        *(_named(row, Subject.OFFICE, offices.get(row.target)) for row in rows if row.kind == Subject.OFFICE),
        *(_named(row, Subject.THREAD, threads.get(row.target)) for row in rows if row.kind == Subject.THREAD),
    ]


def _named(row: Any, subject: Subject, known: Any) -> Heeded:
    level = Level(row.level)
    if known is None:
        return Heeded(subject, row.target, level, "", "", row.since, gone=True)
    return Heeded(subject, row.target, level, known.zh, known.en, row.since)


_ALL: Final = (
    select(attention.c.kind, attention.c.target, attention.c.level, attention.c.since)
    .where(attention.c.account_id == bindparam("a"), attention.c.level.in_([level.value for level in Level]))
    .order_by(attention.c.since.desc(), attention.c.kind, attention.c.target)
)
_TARGETS: Final[BindParameter[Any]] = bindparam("t", expanding=True)
_PEOPLE: Final = select(account.c.id, account.c.name.label("zh"), account.c.name.label("en")).where(
    account.c.id.in_(_TARGETS), account.c.state == State.ACTIVE.value
)
_OFFICES: Final = select(office.c.slug, office.c.zh, office.c.en).where(office.c.slug.in_(_TARGETS))
_THREADS: Final = select(thread.c.id, thread.c.title.label("zh"), thread.c.title.label("en")).where(
    thread.c.id.in_(_TARGETS), thread.c.hidden_at.is_(None)
)
