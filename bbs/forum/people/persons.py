"""Person cards: what members may know of each other, and what each says of themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update

from bbs.errors import Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import people
from bbs.forum.accounts.preferences import preference
from bbs.forum.actor import AccountKind, Actor, Appointment, Duty, Role
from bbs.forum.people.knowing import Person, find_person
from bbs.forum.writing.imitation import defuse, imitates
from bbs.store.database import Database, Tx
from bbs.store.tables import account, attention, post
from bbs.text.clean import clean_text
from bbs.text.when import Clock
from bbs.text.width import width

SIGNATURE_LIMIT: Final = 200
"""Characters of a signature."""
SIGNATURE_ROWS: Final = 3
PLAN_LIMIT: Final = 2_000
"""Characters of a plan."""
AVATAR_ROWS: Final = 5
AVATAR_CELLS: Final = 20
AVATAR_LIMIT: Final = 300
"""Characters of an avatar, marks included."""
SIGNED_MOST: Final = 200
"""Authors whose signatures are looked up at once."""
_POSTS_MOST: Final = 10_000  # counted to here
_RAW: Final = 4  # how many times longer a text may be before it is looked at


@dataclass(frozen=True, slots=True)
class Own:
    """What a person says of themselves."""

    signature: str = ""
    plan: str = ""
    avatar: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of somebody. `since` is a month (`2026-02`), `seen` a week (`2026-W07`) or "" for those who opted

    out; `posts` is rounded down. `boards` are the places they moderate, "" all of them."""

    name: str
    kind: AccountKind
    since: str
    posts: int
    seen: str
    own: Own
    offices: tuple[Appointment, ...] = ()
    boards: tuple[str, ...] = ()
    blocked: bool = False
    oneself: bool = field(default=False)

    @property
    def route(self) -> str:
        return f"/u/{self.name}"


class Persons:
    """Cards and signatures. Only people with an account see them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def card(self, actor: Actor, name: str) -> Card:
        """Somebody's card, members by pen name, officers by real name; raises NotFound(`person.not_found`)."""
        access.require(actor, Verb.PERSON_READ)

        def unit(tx: Tx) -> Card:
            found = find_person(tx, name, self._clock.now())
            if found is None:
                raise NotFound("person.not_found", name=name.strip()[:40])
            return _card(tx, actor, found, self)

        return await self._db.read(unit)

    async def own(self, actor: Actor) -> Own:
        """One's own signature, plan and avatar."""
        access.require(actor, Verb.ACCOUNT_SELF)
        query = select(account).where(account.c.id == actor.account_id)
        return await self._db.read(lambda tx: _own(tx.connection.execute(query).one()))

    async def edit(
        self, actor: Actor, *, signature: str | None = None, plan: str | None = None, avatar: str | None = None
    ) -> Own:
        """Change what is given; raises Invalid(`person.signature`, `person.plan`, `person.avatar`)."""
        access.require(actor, Verb.ACCOUNT_SELF)
        given = {"signature": signature, "plan": plan, "avatar": avatar}
        values = {name: _CHECKS[name](text) for name, text in given.items() if text is not None}
        if values:
            change = update(account).where(account.c.id == actor.account_id).values(**values)
            await self._db.write(lambda tx: tx.connection.execute(change).rowcount)
        return await self.own(actor)

    async def signatures(self, actor: Actor, names: Collection[str]) -> dict[str, str]:
        """The signatures of those pen names that have one; none for guests."""
        if not names or not access.allowed(actor, Verb.PERSON_READ):
            return {}
        return await self._db.read(lambda tx: signatures_of(tx, names))

    def offices_of(self, tx: Tx, person: Person) -> tuple[Appointment, ...]:
        """The offices somebody holds now and speaks for."""
        held = people.appointments_in_force(tx, self._clock.now(), account_id=person.id)
        return tuple(one for one in held if one.duty is not Duty.LIAISON)


def signatures_of(tx: Tx, names: Collection[str]) -> dict[str, str]:
    """The signatures of those pen names that have one, of at most SIGNED_MOST names; for members only."""
    rows = tx.connection.execute(_SIGNED, {"names": list(names)[:SIGNED_MOST]})
    return {row.name: row.signature for row in rows}


def rounded(count: int) -> int:
    """A number of posts, rounded down so that it does not tell one post from another: 0, 1, 10, 20 … 100, 200 …"""
    if count < 10:
        return min(count, 1)
    step: int = 10 ** (len(str(count)) - 1)
    return count // step * step


def _card(tx: Tx, actor: Actor, found: Person, persons: Persons) -> Card:
    row = tx.connection.execute(select(account).where(account.c.id == found.id)).one()
    counted = (
        select(post.c.id).where(post.c.author_id == found.id, post.c.moved_to.is_(None)).limit(_POSTS_MOST).subquery()
    )
    posts = tx.connection.execute(select(func.count()).select_from(counted)).scalar_one()
    grants = people.grants_of(tx, [found.id]).get(found.id, frozenset())
    boards = sorted(grant.scope for grant in grants if grant.role is Role.MODERATOR)
    listed = preference(row.preferences, "listed") is True
    block = select(attention.c.level).where(
        attention.c.account_id == actor.account_id,
        attention.c.kind == "account",
        attention.c.target == str(found.id),
        attention.c.level == "block",
    )
    return Card(
        name=found.name,
        kind=found.kind,
        since=f"{row.created_at:%Y-%m}",
        posts=rounded(posts),
        seen=(row.seen_week or "") if listed else "",
        own=_own(row),
        offices=persons.offices_of(tx, found) if found.held is not None else (),
        boards=("",) if "" in boards else tuple(boards),
        blocked=tx.connection.execute(block).first() is not None,
        oneself=found.id == actor.account_id,
    )


def _own(row: Any) -> Own:
    return Own(row.signature, row.plan, row.avatar)


def _signature(text: str) -> str:
    clean = _clean(text, SIGNATURE_LIMIT, "person.signature", most=SIGNATURE_LIMIT, rows=SIGNATURE_ROWS)
    if len(clean.split("\n")) > SIGNATURE_ROWS:
        raise Invalid("person.signature", most=SIGNATURE_LIMIT, rows=SIGNATURE_ROWS)
    return defuse(clean)


def _plan(text: str) -> str:
    return defuse(_clean(text, PLAN_LIMIT - 200, "person.plan", most=PLAN_LIMIT - 200))


def _avatar(text: str) -> str:
    words = {"rows": AVATAR_ROWS, "cells": AVATAR_CELLS}
    clean = "\n".join(row.rstrip() for row in _clean(text, AVATAR_LIMIT, "person.avatar", **words).split("\n"))
    rows = clean.split("\n")
    if len(rows) > AVATAR_ROWS or any(width(row, 2) > AVATAR_CELLS for row in rows):
        raise Invalid("person.avatar", **words)
    if imitates(clean):
        raise Invalid("person.imitates")
    return clean


def _clean(text: str, limit: int, code: str, **words: int) -> str:
    clean = clean_text(text) if len(text) <= limit * _RAW else text
    if len(clean) > limit:
        raise Invalid(code, **words)
    return clean


_SIGNED: Final = select(account.c.name, account.c.signature).where(
    account.c.name.in_(bindparam("names", expanding=True)),
    account.c.signature != "",
    account.c.kind != AccountKind.OFFICER.value,
)
_CHECKS: Final = {"signature": _signature, "plan": _plan, "avatar": _avatar}
