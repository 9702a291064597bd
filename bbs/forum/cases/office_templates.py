"""Reply templates of an office: texts its people begin an answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.officers import officers
from bbs.forum.writing.writing import checked_body
from bbs.store.database import Database, Tx
from bbs.store.tables import office_template
from bbs.text.clean import clean_line
from bbs.text.when import Clock

TEMPLATES_MOST: Final = 50
"""Templates of one office."""
NAME_LIMIT: Final = 40
"""Characters of a template's name."""


@dataclass(frozen=True, slots=True)
class OfficeTemplate:
    """One template, in the order of the office."""

    office: str
    name: str
    body: str
    changed_by: str


class OfficeTemplates:
    """Keeping them: anybody in the office now, liaisons too."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def list(self, actor: Actor, office: str) -> list[OfficeTemplate]:
        """The templates of one's office. Raises Forbidden(`case.not_staff`)."""
        access.require(actor, Verb.OFFICE_DESK)

        def unit(tx: Tx) -> list[OfficeTemplate]:
            self._who(tx, actor, office)
            return [_template(row) for row in tx.connection.execute(_LIST, {"o": office})]

        return await self._db.read(unit)

    async def set(self, actor: Actor, office: str, name: str, body: str, *, seen: str | None = None) -> OfficeTemplate:
        """Write a template, or write it anew; `seen` is what it said when its writer began, "" where there was none.

        Raises Forbidden(`case.not_staff`), Invalid(`office_template.name`, `body.…`), Conflict(`office_template.full`,
        `office_template.meanwhile`, who).
        """
        access.require(actor, Verb.OFFICE_DESK)
        clean, text = _name(name), checked_body(body, official=True)

        def unit(tx: Tx) -> OfficeTemplate:
            who = self._who(tx, actor, office)
            now = tx.connection.execute(_ONE, {"o": office, "n": clean}).first()
            if seen is not None and now is not None and now.body not in (seen, text):
                raise Conflict("office_template.meanwhile", name=clean, who=now.changed_by)
            given = {"o": office, "n": clean, "body_": text, "by_": who}
            if not tx.connection.execute(_CHANGE, given).rowcount:
                count, last = tx.connection.execute(_COUNT, {"o": office}).one()
                if count >= TEMPLATES_MOST:
                    raise Conflict("office_template.full", most=TEMPLATES_MOST)
                row = {"office": office, "name": clean, "body": text, "changed_by": who, "position": (last or 0) + 1}
                tx.connection.execute(insert(office_template).values(row))
            return OfficeTemplate(office, clean, text, who)

        return await self._db.write(unit)

    async def rename(self, actor: Actor, office: str, name: str, to: str) -> OfficeTemplate:
        """Give a template another name.

        Raises Forbidden(`case.not_staff`), NotFound(`office_template.not_found`), Invalid(`office_template.name`),
        Conflict(`template.taken`).
        """
        access.require(actor, Verb.OFFICE_DESK)
        clean, old = _name(to), clean_line(name[: NAME_LIMIT * 4])

        def unit(tx: Tx) -> OfficeTemplate:
            who = self._who(tx, actor, office)
            now = tx.connection.execute(_ONE, {"o": office, "n": old}).first()
            if now is None:
                raise NotFound("office_template.not_found", name=old[:NAME_LIMIT])
            if clean != old and tx.connection.execute(_ONE, {"o": office, "n": clean}).first() is not None:
                raise Conflict("template.taken", name=clean)
            tx.connection.execute(_RENAME, {"o": office, "n": old, "to_": clean, "by_": who})
            return OfficeTemplate(office, clean, now.body, who)

        return await self._db.write(unit)

    async def drop(self, actor: Actor, office: str, name: str) -> None:
        """Throw one away. Raises Forbidden(`case.not_staff`), NotFound(`office_template.not_found`)."""
        access.require(actor, Verb.OFFICE_DESK)
        wanted = clean_line(name[: NAME_LIMIT * 4])

        def unit(tx: Tx) -> None:
            self._who(tx, actor, office)
            if not tx.connection.execute(_DROP, {"o": office, "n": wanted}).rowcount:
                raise NotFound("office_template.not_found", name=wanted[:NAME_LIMIT])

        await self._db.write(unit)

    def _who(self, tx: Tx, actor: Actor, office: str) -> str:
        """The real name under which the actor is in the office at this moment."""
        current = [] if actor.account_id is None else officers.current(tx, actor.account_id, self._clock.now())
        held = next((one for one in current if one.office == office), None)
        if held is None:
            raise Forbidden("case.not_staff", office=clean_line(office, 40))
        return held.real_name


def _name(name: str) -> str:
    clean = clean_line(name[: NAME_LIMIT * 4])
    if not clean or len(clean) > NAME_LIMIT:
        raise Invalid("office_template.name", most=NAME_LIMIT)
    return clean


def _template(row: Any) -> OfficeTemplate:
    return OfficeTemplate(row.office, row.name, row.body, row.changed_by)


_OF_OFFICE: Final = office_template.c.office == bindparam("o")
_LIST: Final = select(office_template).where(_OF_OFFICE).order_by(office_template.c.position, office_template.c.id)
_CHANGE: Final = (
    update(office_template)
    .where(_OF_OFFICE, office_template.c.name == bindparam("n"))
    .values(body=bindparam("body_"), changed_by=bindparam("by_"))
)
_ONE: Final = select(office_template).where(_OF_OFFICE, office_template.c.name == bindparam("n"))
_RENAME: Final = (
    update(office_template)
    .where(_OF_OFFICE, office_template.c.name == bindparam("n"))
    .values(name=bindparam("to_"), changed_by=bindparam("by_"))
)
_COUNT: Final = select(func.count(), func.max(office_template.c.position)).where(_OF_OFFICE)
_DROP: Final = delete(office_template).where(_OF_OFFICE, office_template.c.name == bindparam("n"))
