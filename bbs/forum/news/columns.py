"""News columns, kept in memory: which there are, and what of them somebody may see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from bbs.forum import access
from bbs.forum.access import Place, Verb
from bbs.forum.actor import AccountKind, Actor, Role
from bbs.forum.boards.places import Column
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import column, setting

DECLARED: Final = "community"
"""The setting that keeps what boards.yaml declares beside sections, boards, offices and columns."""

KINDS: Final = frozenset({kind.value for kind in AccountKind if kind is not AccountKind.GUEST} - {"local"})
ROLES: Final = frozenset(role.value for role in Role)


@dataclass(frozen=True, slots=True)
class Known:
    """All columns in order, archived ones apart, and the slugs of the sub-sites."""

    columns: Mapping[str, Column]
    archived: frozenset[str]
    subsites: tuple[str, ...]

    def audiences(self) -> frozenset[str]:
        """Whom a bulletin may be for."""
        return frozenset({"public", "members"}) | KINDS | ROLES | frozenset(self.subsites)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: these columns, of them bulletins for these audiences, and in some everything."""

    columns: tuple[str, ...]
    audiences: tuple[str, ...]
    everything: tuple[str, ...]


class Columns:
    """The columns, read once and dropped by `community.changed`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: Known | None = None
        self._generation = 0
        db.hub.subscribe(("community.changed",), self._forget)

    async def all(self) -> Known:
        """Everything there is, whoever asks."""
        while self._known is None:
            generation = self._generation
            found = await self._db.read(_read)
            if generation == self._generation:
                self._known = found
        return self._known

    async def sight(self, actor: Actor) -> Sight:
        """What the actor may see."""
        known = await self.all()
        open_to = [
            slug
            for slug, one in known.columns.items()
            if slug not in known.archived and access.allowed(actor, Verb.COLUMN_READ, place=one)
        ]
        wanted = ["public", "members", actor.kind.value]
        for grant in actor.grants:
            wanted += [grant.role.value, grant.scope]
        audiences = sorted({name for name in wanted if name and _sees(actor, name)})
        everything = [
            slug for slug in open_to if access.allowed(actor, Verb.BULLETIN_LIST_ALL, place=known.columns[slug])
        ]
        return Sight(tuple(open_to), tuple(audiences), tuple(everything))

    def _forget(self, event: Event) -> None:
        self._generation += 1
        self._known = None


def _sees(actor: Actor, audience: str) -> bool:
    return access.allowed(actor, Verb.BULLETIN_READ, place=Place("", read=audience))


def _read(tx: Tx) -> Known:
    rows = tx.connection.execute(select(column).order_by(column.c.position, column.c.slug)).all()
    declared = tx.connection.execute(select(setting.c.value).where(setting.c.name == DECLARED)).scalar_one_or_none()
    document: dict[str, Any] = json.loads(declared) if declared else {}
    return Known(
        {row.slug: _column(row) for row in rows},
        frozenset(row.slug for row in rows if row.archived),
        tuple(one["slug"] for one in document.get("subsites", ())),
    )


def _column(row: Any) -> Column:
    return Column(
        slug=row.slug,
        zh=row.zh,
        en=row.en,
        about_zh=row.about_zh,
        about_en=row.about_en,
        read=row.read,
        must_read=row.must_read,
        library=row.library,
        position=row.position,
        subsite=row.subsite,
    )
