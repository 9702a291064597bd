"""boards.yaml: the community, declared; compared with the store and applied in one transaction.

What is gone from the file is archived, never deleted; what comes back is restored. Sub-sites, tools and the site's own
settings are kept whole; boards, sections, offices and columns are tables of their own.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, insert, select, update

from bbs.errors import Conflict, Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.calendar import PLAIN, Calendar
from bbs.forum.boards.declared import Declared, ToolDeclared, parse
from bbs.forum.boards.declared_days import calendar_of
from bbs.forum.boards.mistakes import Problem, invalid, right, wrong
from bbs.forum.boards.places import Subsite
from bbs.forum.boards.yamlfile import SIZE_LIMIT
from bbs.forum.news.columns import DECLARED
from bbs.forum.proof import register
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import board, column, office, section, setting
from bbs.text.when import Clock

__all__ = ["Change", "Community", "Plan", "Site"]


@dataclass(frozen=True, slots=True)
class Site:
    """The `site` part: names, zone, languages, how registration works (invitation, open, approval)."""

    zh: str
    en: str
    zone: str
    language: str
    registration: str
    languages: tuple[str, ...] = ("zh", "en")
    about_zh: str = ""
    about_en: str = ""
    calendar: Calendar = PLAIN

    @property
    def tz(self) -> ZoneInfo:
        """The zone that times are shown in."""
        return ZoneInfo(self.zone)


NO_SITE: Final = Site("明坛", "Mingtan", "UTC", "zh", "invitation")
"""What a store without a community is called."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan. `act`: add, change, archive, restore, move; `what`: site, section, board, office, column,

    subsite, tool."""

    act: str
    what: str
    slug: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a file changes. `digest` is that of the file the plan was made from."""

    changes: tuple[Change, ...]
    digest: str


class Community:
    """The declared community against what is in the store."""

    site: Site
    subsites: tuple[Subsite, ...]
    tools: tuple[ToolDeclared, ...]

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._loading: asyncio.Task[None] | None = None
        self._stale = False
        self.site, self.subsites, self.tools = NO_SITE, (), ()
        db.hub.subscribe(("community.changed",), self._changed)

    async def load(self) -> None:
        """Read what the store holds (at start); an empty store holds nothing until a plan is applied."""
        while True:
            self._stale = False
            kept = await self._db.read(_kept)
            if not self._stale:
                break
        declared = Declared.model_validate_json(kept) if kept else None
        if declared is None:
            self.site, self.subsites, self.tools = NO_SITE, (), ()
            return
        self.site = _site(declared)
        self.subsites = tuple(
            Subsite(one.slug, one.zh, one.en, one.about_zh, one.about_en) for one in declared.subsites
        )
        self.tools = tuple(declared.tools)

    async def plan(self, actor: Actor, path: Path) -> Plan:
        """What applying the file would change.

        Raises Invalid(`boards.invalid`, file, line, problem, right, problems), Invalid(`boards.unreadable`)."""
        access.require(actor, Verb.BOARD_PLAN)
        declared, digest = await asyncio.to_thread(_read, path)
        return Plan(tuple(await self._db.read(lambda tx: _compare(tx, declared).changes)), digest)

    async def apply(self, actor: Actor, path: Path, *, digest: str | None = None) -> Plan:
        """Apply the file in one transaction; boards no longer declared are archived, never deleted. Recorded.

        With the `digest` of a plan a file that has changed since is refused: Conflict(`boards.changed`)."""
        access.require(actor, Verb.BOARD_APPLY)
        declared, found = await asyncio.to_thread(_read, path)
        if digest is not None and digest != found:
            raise Conflict("boards.changed", file=path.name)
        at = self._clock.now()

        def unit(tx: Tx) -> Plan:
            differences = _compare(tx, declared)
            if differences.changes:
                _write(tx, declared, differences, at)
                record = {
                    "file_sha256": found,
                    "changes": [
                        f"{one.act} {one.what} {one.slug} {one.details}".rstrip() for one in differences.changes
                    ],
                }
                register.append(tx, at, Verb.BOARD_APPLY.value, actor, "boards.yaml", record)
                tx.emit("community.changed")
            return Plan(tuple(differences.changes), found)

        done = await self._db.write(unit)
        await self.load()
        return done

    async def settled(self) -> None:
        """Wait until what the last event announced has been read."""
        if self._loading is not None:
            await self._loading

    def _changed(self, event: Event) -> None:
        self._stale = True
        if self._loading is None or self._loading.done():
            self._loading = asyncio.get_running_loop().create_task(self.load())


def _kept(tx: Tx) -> str | None:
    return tx.connection.execute(select(setting.c.value).where(setting.c.name == DECLARED)).scalar_one_or_none()


def _site(declared: Declared) -> Site:
    site = declared.site
    return Site(
        site.zh,
        site.en,
        site.zone,
        site.default_language,
        site.registration,
        tuple(site.languages),
        site.about_zh,
        site.about_en,
        calendar_of(site.zone, site.weekend, site.holidays, site.workdays),
    )


def _read(path: Path) -> tuple[Declared, str]:
    """Read and check a file; bounded, whatever the path leads to."""
    try:
        if not path.is_file():
            raise invalid(path.name, [Problem(1, wrong("boards.no_file"), right("right.path", path=str(path)))])
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise Invalid("boards.unreadable", file=path.name, reason=error.strerror or "") from error
    return parse(data, path.name), hashlib.sha256(data).hexdigest()


# What differs


@dataclass(slots=True)
class _Differences:
    changes: list[Change]
    rows: list[tuple[Table, str, dict[str, Any] | None]]  # None: archive


_KINDS: Final = (("office", office), ("section", section), ("board", board), ("column", column))


def _compare(tx: Tx, declared: Declared) -> _Differences:
    found = _Differences([], [])
    kept = _kept(tx)
    old = Declared.model_validate_json(kept) if kept else None
    if old is None or old.site != declared.site:
        found.changes.append(Change("add" if old is None else "change", "site", declared.site.slug))
    for what, table in _KINDS:
        _compare_table(tx, found, what, table, _wanted(declared, what))
    for what, part in (("subsite", "subsites"), ("tool", "tools")):
        before = {one.slug: one for one in getattr(old, part)} if old else {}
        after = {one.slug: one for one in getattr(declared, part)}
        for slug in [*after, *(gone for gone in before if gone not in after)]:
            if before.get(slug) != after.get(slug):
                act = "add" if slug not in before else "archive" if slug not in after else "change"
                found.changes.append(Change(act, what, slug))
    if not found.changes and old != declared:  # the order of sub-sites or tools
        found.changes.append(Change("change", "site", declared.site.slug))
    return found


def _wanted(declared: Declared, what: str) -> dict[str, dict[str, Any]]:
    """The rows that a part of the file asks for, by slug."""
    parts: dict[str, Any] = {
        "office": declared.offices,
        "section": declared.sections,
        "board": declared.boards,
        "column": declared.columns,
    }
    rows = {one.slug: one.model_dump() | {"position": at} for at, one in enumerate(parts[what], 1)}
    if what == "section":  # the table of headings keeps no notice
        rows = {slug: {key: row[key] for key in ("slug", "zh", "en", "position")} for slug, row in rows.items()}
    return rows


def _compare_table(tx: Tx, found: _Differences, what: str, table: Table, wanted: dict[str, dict[str, Any]]) -> None:
    rows = {row.slug: row for row in tx.connection.execute(select(table)).all()}
    for slug, values in wanted.items():
        row = rows.get(slug)
        if row is None:
            found.changes.append(Change("add", what, slug))
            found.rows.append((table, slug, values))
            continue
        differing = [key for key, value in values.items() if getattr(row, key) != value]
        archived = _is_archived(row)
        if not differing and not archived:
            continue
        act = "restore" if archived else "move" if differing == ["position"] else "change"
        found.changes.append(Change(act, what, slug, ", ".join(key for key in differing if key != "position")))
        found.rows.append((table, slug, values))
    for slug, row in rows.items():
        if slug not in wanted and not _is_archived(row):
            found.changes.append(Change("archive", what, slug))
            found.rows.append((table, slug, None))


def _is_archived(row: Any) -> bool:
    return row.archived_at is not None if hasattr(row, "archived_at") else bool(row.archived)


def _write(tx: Tx, declared: Declared, differences: _Differences, at: datetime) -> None:
    connection = tx.connection
    known = {table.name: set(connection.execute(select(table.c.slug)).scalars()) for _, table in _KINDS}
    for table, slug, values in differences.rows:
        archived = {"archived_at": at if values is None else None} if table is board else {"archived": values is None}
        if slug in known[table.name]:
            change = (values or {}) | archived
            connection.execute(update(table).where(table.c.slug == slug).values(**change))
        else:
            connection.execute(insert(table).values(**(values or {}), **archived))
    document = declared.model_dump_json()
    done = connection.execute(_KEEP, {"kept": document})
    if not done.rowcount:
        connection.execute(insert(setting).values(name=DECLARED, value=document))


_KEEP: Final = update(setting).where(setting.c.name == DECLARED).values(value=bindparam("kept"))
