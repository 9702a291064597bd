"""Unfinished writing: one draft that saves itself for each place a person writes in, and those kept under a name."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import and_, delete, func, insert, or_, select, update

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.posts.polls import OPTION_LIMIT, OPTIONS_MOST, QUESTION_LIMIT, Plan
from bbs.forum.posts.posts import BODY_LIMIT, TITLE_LIMIT
from bbs.store.database import Database, Tx
from bbs.store.tables import draft
from bbs.text.clean import clean_line, clean_text
from bbs.text.when import Clock

T = TypeVar("T")

DRAFTS_MOST: Final = 10
"""Drafts of one account. One that has a name is only ever dropped by its owner; of the others the oldest goes."""
UNNAMED_LEAST: Final = 2
"""Drafts without a name that are kept even beside ten with one: what is being typed is never lost."""
NAME_LIMIT: Final = 40
"""Characters of the name of a draft."""
ROUTE_LIMIT: Final = 200
"""Characters of the route a draft is written at."""
ID_LIMIT: Final = 36
"""Characters of the id of a draft."""
SIZE_LIMIT: Final = BODY_LIMIT * 4
"""Characters of a draft: more than may be posted, so that what is too long can be kept and shortened."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Unfinished writing. `id` goes with the post, so that sending twice makes one; `name` is "" without one.

    `poll` is the one that goes out with a new thread."""

    id: str
    route: str
    title: str
    body: str
    caret: int
    saved_at: datetime
    name: str = ""
    poll: Plan | None = None


class Drafts:
    """Keeping unfinished writing; people without an account have nowhere to keep it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def get(self, actor: Actor, route: str) -> Draft | None:
        """The draft of a route that saved itself, if there is one."""
        return await self._first(actor, _ALL.where(draft.c.route == route, draft.c.name == ""))

    async def find(self, actor: Actor, id: str) -> Draft:
        """One's own draft by its id; NotFound(`draft.none`)."""
        found = await self._first(actor, _ALL.where(draft.c.id == id[:ID_LIMIT]))
        if found is None:
            raise NotFound("draft.none")
        return found

    async def latest(self, actor: Actor) -> Draft | None:
        """The newest unfinished draft, offered on the next login."""
        return await self._first(actor, _ALL.order_by(draft.c.saved_at.desc(), draft.c.id).limit(1))

    async def list(self, actor: Actor) -> builtins.list[Draft]:
        """All of one's drafts, the newest first; raises Forbidden."""
        access.require(actor, Verb.ACCOUNT_SELF)
        query = _ALL.where(draft.c.account_id == actor.account_id).order_by(draft.c.saved_at.desc(), draft.c.id)
        rows = await self._db.read(lambda tx: tx.connection.execute(query).all())
        return [_draft(row) for row in rows]

    async def save(
        self,
        actor: Actor,
        route: str,
        *,
        id: str,
        title: str,
        body: str,
        caret: int,
        name: str = "",
        poll: Plan | None = None,
    ) -> Draft:
        """Keep a draft in place of the one with its id, and without a name in place of the one of its route.

        Raises Forbidden, Invalid(`draft.id`, `draft.route`, `draft.long`, `draft.name`), Conflict(`draft.taken`,
        `draft.name_taken`, `draft.full`)."""
        access.require(actor, Verb.ACCOUNT_SELF)
        if not (0 < len(id) <= ID_LIMIT and id.isascii() and id.isprintable()):
            raise Invalid("draft.id")
        if len(body) > SIZE_LIMIT or len(title) > SIZE_LIMIT:
            raise Invalid("draft.long", most=SIZE_LIMIT)
        kept = Draft(
            id=id,
            route=_route(route),
            title=clean_line(title, TITLE_LIMIT),
            body=clean_text(body),
            caret=max(0, min(caret, len(body))),
            saved_at=self._clock.now(),
            name=_name(name) if name else "",
            poll=None if poll is None else _bounded(poll),
        )
        await self._db.write(lambda tx: _save(tx, actor, kept))
        return kept

    async def rename(self, actor: Actor, id: str, name: str) -> Draft:
        """Keep a draft under a name, or under another one.

        Raises Forbidden, NotFound(`draft.none`), Invalid(`draft.name`), Conflict(`draft.name_taken`, `draft.full`)."""
        clean = _name(name)
        return await self._change(actor, id, lambda tx, old: _put(tx, actor, old, name=clean))

    async def move(self, actor: Actor, id: str, route: str) -> Draft:
        """Go on with a draft elsewhere; raises as `rename`, Invalid(`draft.route`), Conflict(`draft.place_taken`)."""
        to = _route(route)

        def unit(tx: Tx, old: Draft) -> None:
            if not old.name and tx.connection.execute(_at(actor, to, "")).first() is not None:
                raise Conflict("draft.place_taken", route=to)
            _put(tx, actor, old, route=to)

        return await self._change(actor, id, unit)

    async def drop(self, actor: Actor, id: str) -> None:
        """Forget a draft; nothing happens when there is none."""
        mine = and_(draft.c.id == id, draft.c.account_id == actor.account_id)
        if actor.account_id is not None:
            await self._db.write(lambda tx: tx.connection.execute(delete(draft).where(mine)).rowcount)

    async def _change(self, actor: Actor, id: str, act: Callable[[Tx, Draft], None]) -> Draft:
        access.require(actor, Verb.ACCOUNT_SELF)
        mine = _ALL.where(draft.c.id == id[:ID_LIMIT], draft.c.account_id == actor.account_id)

        def unit(tx: Tx) -> Draft:
            row = tx.connection.execute(mine).first()
            if row is None:
                raise NotFound("draft.none")
            act(tx, _draft(row))
            return _draft(tx.connection.execute(mine).one())

        return await self._db.write(unit)

    async def _first(self, actor: Actor, query: Any) -> Draft | None:
        if actor.account_id is None:
            return None
        mine = query.where(draft.c.account_id == actor.account_id)
        row = await self._db.read(lambda tx: tx.connection.execute(mine).first())
        return None if row is None else _draft(row)


def _draft(row: Any) -> Draft:
    *values, asked = row
    plan = None if asked is None else _bounded(Plan(**{**asked, "options": tuple(asked["options"])}))
    return replace(Draft(*values), poll=plan)


def _bounded(plan: Plan) -> Plan:
    """What is kept of a poll that is not asked yet: its rules are looked at when it is."""
    options = tuple(clean_line(option, OPTION_LIMIT) for option in plan.options[:OPTIONS_MOST])
    return replace(plan, question=clean_line(plan.question, QUESTION_LIMIT), options=options)


def _route(route: str) -> str:
    if not (route.startswith("/") and len(route) <= ROUTE_LIMIT and route.isprintable()):
        raise Invalid("draft.route")
    return route


def _name(name: str) -> str:
    clean = clean_line(name[: NAME_LIMIT * 4 + 1])
    if not 0 < len(clean) <= NAME_LIMIT:
        raise Invalid("draft.name", most=NAME_LIMIT)
    return clean


def _save(tx: Tx, actor: Actor, kept: Draft) -> None:
    taken = select(draft.c.account_id).where(draft.c.id == kept.id)
    owner = tx.connection.execute(taken).scalar_one_or_none()
    if owner is not None and owner != actor.account_id:
        raise Conflict("draft.taken")
    if kept.name:
        _check_name(tx, actor, kept.id, kept.route, kept.name)
    here = and_(draft.c.route == kept.route, draft.c.name == kept.name)
    tx.connection.execute(delete(draft).where(draft.c.account_id == actor.account_id, or_(here, draft.c.id == kept.id)))
    tx.connection.execute(
        insert(draft).values(
            id=kept.id,
            account_id=actor.account_id,
            route=kept.route,
            title=kept.title,
            body=kept.body,
            caret=kept.caret,
            saved_at=kept.saved_at,
            name=kept.name,
            poll=None if kept.poll is None else asdict(kept.poll),
        )
    )
    _let_old_ones_go(tx, actor)


def _put(tx: Tx, actor: Actor, old: Draft, *, route: str = "", name: str = "") -> None:
    """Give a draft another route or name; raises Conflict."""
    if name or old.name:
        _check_name(tx, actor, old.id, route or old.route, name or old.name)
    values = {"route": route or old.route, "name": name or old.name}
    tx.connection.execute(update(draft).where(draft.c.id == old.id).values(**values))


def _check_name(tx: Tx, actor: Actor, id: str, route: str, name: str) -> None:
    if tx.connection.execute(_at(actor, route, name).where(draft.c.id != id)).first() is not None:
        raise Conflict("draft.name_taken", name=name)
    named = select(func.count()).where(draft.c.account_id == actor.account_id, draft.c.name != "", draft.c.id != id)
    if tx.connection.execute(named).scalar_one() >= DRAFTS_MOST:
        raise Conflict("draft.full", most=DRAFTS_MOST)


def _at(actor: Actor, route: str, name: str) -> Any:
    return select(draft.c.id).where(
        draft.c.account_id == actor.account_id, draft.c.route == route, draft.c.name == name
    )


def _let_old_ones_go(tx: Tx, actor: Actor) -> None:
    """Of the drafts without a name the oldest go, until there are as many as may be."""
    mine = draft.c.account_id == actor.account_id
    count = select(func.count()).where(mine, draft.c.name != "")
    room = max(UNNAMED_LEAST, DRAFTS_MOST - tx.connection.execute(count).scalar_one())
    newest = (
        select(draft.c.id).where(mine, draft.c.name == "").order_by(draft.c.saved_at.desc(), draft.c.id).limit(room)
    )
    tx.connection.execute(delete(draft).where(mine, draft.c.name == "", draft.c.id.not_in(newest)))


_ALL: Final = select(
    draft.c.id, draft.c.route, draft.c.title, draft.c.body, draft.c.caret, draft.c.saved_at, draft.c.name, draft.c.poll
)
