"""Templates: beginnings of threads that a board's moderators keep, and that its composer offers and never imposes."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board
from bbs.forum.proof import register
from bbs.forum.writing.writing import checked_body
from bbs.store.database import Database, Tx
from bbs.store.tables import template
from bbs.text.clean import clean_line
from bbs.text.when import Clock

T = TypeVar("T")

TEMPLATES_MOST: Final = 9
"""Templates of one board: each is chosen by a digit."""
NAME_LIMIT: Final = 40
"""Characters of the name of a template."""
TEXT_LIMIT: Final = 4_000
"""Characters of a template."""
CHANGED: Final = "template.changed"
"""Event: the templates of a board are not what they were; payload `board`."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text to begin a thread with."""

    id: int
    board: str
    name: str
    body: str


class Templates:
    """Reading and keeping the templates of boards."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def list(self, actor: Actor, board: Board) -> builtins.list[Template]:
        """The templates of a board, in order; raises Forbidden."""
        access.require(actor, Verb.BOARD_READ, place=board)
        return await self._db.read(lambda tx: _list(tx, board))

    async def get(self, actor: Actor, board: Board, name: str) -> Template:
        """One template by its name; NotFound(`template.not_here`)."""
        wanted = name.strip().casefold()
        found = next((one for one in await self.list(actor, board) if one.name.casefold() == wanted), None)
        if found is None:
            raise NotFound("template.not_here", name=name[:NAME_LIMIT])
        return found

    async def set(self, actor: Actor, board: Board, name: str, body: str) -> Template:
        """Keep a text under a name, in place of the one that had it. Recorded.

        Raises Forbidden, Invalid(`template.name_length`, `template.long`, `body.empty`),
        Conflict(`template.board_full`)."""
        access.require(actor, Verb.TEMPLATE_CHANGE, place=board)
        clean, text = _name(name), _text(body)

        def unit(tx: Tx, at: datetime) -> Template:
            known = {one.name.casefold(): one for one in _list(tx, board)}
            old = known.get(clean.casefold())
            if old is None:
                if len(known) >= TEMPLATES_MOST:
                    raise Conflict("template.board_full", most=TEMPLATES_MOST)
                last = tx.connection.execute(_LAST, {"b": board.id}).scalar_one() or 0
                values = {"board_id": board.id, "name": clean, "body": text, "position": last + 1}
                tx.connection.execute(insert(template).values(**values))
            elif (old.name, old.body) != (clean, text):
                tx.connection.execute(update(template).where(template.c.id == old.id).values(name=clean, body=text))
            else:
                return old
            _tell(tx, at, register.TEMPLATE_SET, actor, board, clean)
            return next(one for one in _list(tx, board) if one.name == clean)

        return await self._change(unit)

    async def rename(self, actor: Actor, board: Board, name: str, to: str) -> Template:
        """Give a template another name. Recorded.

        Raises Forbidden, NotFound(`template.not_here`), Invalid(`template.name_length`), Conflict(`template.taken`)."""
        access.require(actor, Verb.TEMPLATE_CHANGE, place=board)
        clean = _name(to)
        found = await self.get(actor, board, name)

        def unit(tx: Tx, at: datetime) -> Template:
            if any(one.name.casefold() == clean.casefold() and one.id != found.id for one in _list(tx, board)):
                raise Conflict("template.taken", name=clean)
            tx.connection.execute(update(template).where(template.c.id == found.id).values(name=clean))
            _tell(tx, at, register.TEMPLATE_SET, actor, board, clean, was=found.name)
            return Template(found.id, found.board, clean, found.body)

        return await self._change(unit)

    async def drop(self, actor: Actor, board: Board, name: str) -> Template:
        """Keep a template no longer; what it was. Recorded. Raises Forbidden, NotFound(`template.not_here`)."""
        access.require(actor, Verb.TEMPLATE_CHANGE, place=board)
        found = await self.get(actor, board, name)

        def unit(tx: Tx, at: datetime) -> Template:
            if tx.connection.execute(delete(template).where(template.c.id == found.id)).rowcount:
                _tell(tx, at, register.TEMPLATE_DROP, actor, board, found.name)
            return found

        return await self._change(unit)

    async def _change(self, unit: Callable[[Tx, datetime], T]) -> T:
        at = self._clock.now()
        try:
            return await self._db.write(lambda tx: unit(tx, at))
        except IntegrityError as error:  # two moderators at once
            raise Conflict("template.busy") from error


def _name(name: str) -> str:
    clean = clean_line(name[: NAME_LIMIT * 4 + 1])
    if not 0 < len(clean) <= NAME_LIMIT:
        raise Invalid("template.name_length", most=NAME_LIMIT)
    return clean


def _text(body: str) -> str:
    if len(body) > TEXT_LIMIT * 4 or len(clean := checked_body(body)) > TEXT_LIMIT:
        raise Invalid("template.long", most=TEXT_LIMIT)
    return clean


def _list(tx: Tx, board: Board) -> builtins.list[Template]:
    rows = tx.connection.execute(_OF_BOARD, {"b": board.id}).all()
    return [Template(row.id, board.slug, row.name, row.body) for row in rows]


def _tell(tx: Tx, at: datetime, kind: str, actor: Actor, board: Board, name: str, **more: Any) -> None:
    record = {"board": board.slug, "template": name, **more}
    register.append(tx, at, kind, actor, f"/b/{board.slug}/templates", record)
    tx.emit(CHANGED, board=board.slug)


_OF_BOARD: Final = (
    select(template.c.id, template.c.name, template.c.body)
    .where(template.c.board_id == bindparam("b"))
    .order_by(template.c.position, template.c.id)
)
_LAST: Final = select(func.max(template.c.position)).where(template.c.board_id == bindparam("b"))
