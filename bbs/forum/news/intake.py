"""Taking bulletins in: each item cleaned, checked, compared with what there is, and stored in batches.

Nothing else writes a bulletin's text. Identity is (`source_id`, `lang`); equal content, by the digest of the clean
item, is unchanged; other content is a new revision of the same bulletin.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final

from sqlalchemy import bindparam, insert, or_, select, update

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.faults import unexpected
from bbs.forum.news.bulletins import BulletinItem, Priority, Status, Stored
from bbs.forum.news.columns import Columns, Known
from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import bulletin, bulletin_mark
from bbs.text.clean import clean_line, clean_text
from bbs.text.when import Clock

BATCH_MOST: Final = 1_000
"""Items in one call."""
ID_LIMIT: Final = 200
TITLE_LIMIT: Final = 200
SOURCE_LIMIT: Final = 200
AUTHOR_LIMIT: Final = 100
BODY_LIMIT: Final = 200_000
"""Characters of a bulletin: as much as is searched."""
TAGS_MOST: Final = 20
TAG_LIMIT: Final = 40
AHEAD_MOST: Final = timedelta(days=366)
"""How far ahead a bulletin may be scheduled: a clock gone wrong must not hide one for ever."""
EARLIEST: Final = 1970
_LANG: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
_RAW: Final = 4  # how many times longer than allowed a text may be before it is looked at: cleaning may shorten it


@dataclass(frozen=True, slots=True)
class _Ready:
    """A clean item: what goes into the table, and the digest of it."""

    values: dict[str, Any]
    digest: str
    status: Status | None
    published_at: datetime | None

    @property
    def key(self) -> tuple[str, str]:
        return self.values["source_id"], self.values["lang"]


class Intake:
    """Stores batches of items."""

    def __init__(self, db: Database, clock: Clock, columns: Columns) -> None:
        self._db = db
        self._clock = clock
        self._columns = columns

    async def store(
        self, actor: Actor, items: Sequence[BulletinItem], *, dry_run: bool, atomic: bool
    ) -> list[Stored | Exception]:
        """What became of each item, in order. See `News.store`."""
        if len(items) > BATCH_MOST:
            raise Invalid("import.batch", most=BATCH_MOST)
        known, now = await self._columns.all(), self._clock.now()
        results: list[Stored | Exception | _Ready] = [_ready(actor, item, known, now) for item in items]
        _refuse_twins(results)
        if atomic and any(isinstance(one, Exception) for one in results):
            dry_run = True
        ready = {at: one for at, one in enumerate(results) if isinstance(one, _Ready)}

        def unit(tx: Tx) -> dict[int, Stored | Exception]:
            return _Batch(tx, actor, known, now).run(ready, dry_run=dry_run, atomic=atomic)

        done: Mapping[int, Stored | Exception] = {}
        if ready:
            try:
                done = await (self._db.read(unit) if dry_run else self._db.write(unit))
            except _Undone as undone:
                done = undone.results
        return [done[at] if isinstance(one, _Ready) else one for at, one in enumerate(results)]

    def put(self, tx: Tx, actor: Actor, items: Sequence[BulletinItem], known: Known, now: datetime) -> list[Stored]:
        """Store items as part of somebody's unit; raises what is wrong with the first that cannot be."""
        ready = {at: _check(actor, item, known, now) for at, item in enumerate(items)}
        done = _Batch(tx, actor, known, now).run(ready, dry_run=False, atomic=True)
        return [one for _, one in sorted(done.items()) if isinstance(one, Stored)]


def store_in(tx: Tx, items: Sequence[BulletinItem], known: Known, now: datetime) -> list[int]:
    """Store items as part of a unit that has asked for its own rights; their numbers. Raises what is wrong with one."""
    ready = {at: _check(LOCAL, item, known, now) for at, item in enumerate(items)}
    done = _Batch(tx, LOCAL, known, now).run(ready, dry_run=False, atomic=True)
    return [one.id for at in range(len(items)) if isinstance(one := done[at], Stored)]


class _Undone(Exception):
    def __init__(self, results: dict[int, Stored | Exception]) -> None:
        super().__init__()
        self.results = results


def _refuse_twins(results: list[Stored | Exception | _Ready]) -> None:
    """Of items with the same identity in one batch only the first is taken."""
    seen: set[tuple[str, str]] = set()
    for at, one in enumerate(results):
        if not isinstance(one, _Ready):
            continue
        if one.key in seen:
            results[at] = Conflict("bulletin.twice", id=one.key[0], lang=one.key[1])
        seen.add(one.key)


class _Batch:
    """One batch inside one unit of work."""

    def __init__(self, tx: Tx, actor: Actor, known: Known, now: datetime) -> None:
        self._tx = tx
        self._actor = actor
        self._known = known
        self._now = now
        self._results: dict[int, Stored | Exception] = {}
        self._index: list[tuple[int, str, datetime]] = []
        self._unindex: list[int] = []
        self._events: dict[tuple[str, str], tuple[int, int]] = {}
        self._created: list[dict[str, Any]] = []
        self._updated: list[dict[str, Any]] = []

    def run(self, ready: Mapping[int, _Ready], *, dry_run: bool, atomic: bool) -> dict[int, Stored | Exception]:
        found = self._existing([one.values["source_id"] for one in ready.values()])
        places: dict[tuple[str, str], int] = {}
        for at, one in ready.items():
            old = found.get(one.key)
            if old is None:
                self._created.append(self._new_row(one))
                places[one.key] = at
                self._results[at] = Stored(0, "created")
            else:
                self._results[at] = self._compare(one, old)
        failed = any(isinstance(result, Exception) for result in self._results.values())
        if atomic and failed and not dry_run:
            raise _Undone(self._results)
        if not dry_run:
            self._write(places, found)
        return self._results

    def _existing(self, sources: list[str]) -> dict[tuple[str, str], Any]:
        rows = self._tx.connection.execute(_EXISTING, {"sources": sources}).all()
        return {(row.source_id, row.lang): row for row in rows}

    def _new_row(self, one: _Ready) -> dict[str, Any]:
        status = one.status or Status.PUBLISHED
        return one.values | {
            "status": status.value,
            "published_at": one.published_at or self._now,
            "digest": one.digest,
            "revision": 1,
            "created_at": self._now,
            "updated_at": self._now,
        }

    def _compare(self, one: _Ready, old: Any) -> Stored | Exception:
        """An item that is there already: unchanged, or a row to update."""
        if old.column != one.values["column"]:
            place = self._known.columns.get(old.column)
            if place is None or not access.allowed(self._actor, Verb.BULLETIN_IMPORT, place=place):
                return Forbidden("access.denied", verb=Verb.BULLETIN_IMPORT.value)
        status = one.status or Status(old.status)
        same = old.digest == one.digest
        if same and status.value == old.status:
            return Stored(old.id, "unchanged")
        values = one.values | {
            "status": status.value,
            "published_at": one.published_at or old.published_at,
            "digest": one.digest,
            "revision": old.revision if same else old.revision + 1,
            "updated_at": self._now,
        }
        self._updated.append({"key": old.id} | {f"v_{name}": value for name, value in values.items()})
        self._note("bulletin.changed", values["column"], old.id)
        if status is Status.RETRACTED:
            self._unindex.append(old.id)
        else:
            self._index.append((old.id, _words(values), values["published_at"]))
        return Stored(old.id, "updated")

    def _write(self, places: Mapping[tuple[str, str], int], found: Mapping[tuple[str, str], Any]) -> None:
        connection = self._tx.connection
        if self._created:
            rows = connection.execute(_CREATE, self._created).all()
            ids = {(row.source_id, row.lang): row.id for row in rows}
            for row in self._created:
                key = (row["source_id"], row["lang"])
                self._results[places[key]] = Stored(ids[key], "created")
                self._index.append((ids[key], _words(row), row["published_at"]))
                self._note("bulletin.new", row["column"], ids[key])
            self._read_with_pair(ids, found)
        if self._updated:
            connection.execute(_UPDATE, self._updated)
        for number, words, at in self._index:
            search.index(self._tx, Kind.BULLETIN, number, words, Tags(None, None, at))
        for number in self._unindex:
            search.remove(self._tx, Kind.BULLETIN, number)
        self._supersede()
        for (kind, column), (count, newest) in self._events.items():
            self._tx.emit(kind, column=column, bulletin=newest, count=count)

    def _read_with_pair(self, ids: Mapping[tuple[str, str], int], found: Mapping[tuple[str, str], Any]) -> None:
        """Who has read a bulletin has read the translation that is added to it later."""
        before = {source for source, _ in found}
        for (source, _), number in ids.items():
            if source in before:
                self._tx.connection.execute(_COPY_MARKS, {"new": number, "source": source})

    def _supersede(self) -> None:
        """What a newer bulletin replaces ends when that one appears."""
        written = [*self._created, *({name[2:]: value for name, value in row.items()} for row in self._updated)]
        replaced = [row["supersedes"] for row in written if row["supersedes"]]
        if self._updated or replaced:
            sources = [row["source_id"] for row in written]
            rows = self._tx.connection.execute(_SUPERSEDING, {"replaced": replaced or [""], "sources": sources}).all()
            for row in rows:
                self._tx.connection.execute(_EXPIRE, {"old": row.supersedes, "at": row.published_at})

    def _note(self, kind: str, column: str, number: int) -> None:
        count, newest = self._events.get((kind, column), (0, 0))
        self._events[kind, column] = (count + 1, max(newest, number))


def _words(values: Mapping[str, Any]) -> str:
    return f"{values['title']}\n{values['title_en']}\n{values['body']}"


def _ready(actor: Actor, item: BulletinItem, known: Known, now: datetime) -> _Ready | Exception:
    try:
        return _check(actor, item, known, now)
    except BbsError as error:
        return error
    except Exception:  # a fault of ours, or a text that is not one: the other items of the batch are none the worse
        return unexpected("a bulletin")


def _check(actor: Actor, item: BulletinItem, known: Known, now: datetime) -> _Ready:
    """Clean and check one item; raises the BbsError that says what is wrong with it."""
    column = known.columns.get(item.column)
    if column is None or item.column in known.archived:
        near = get_close_matches(item.column[:64], list(known.columns), 1)
        raise NotFound("column.unknown", column=item.column[:64], right=", ".join(near or list(known.columns)))
    access.require(actor, Verb.BULLETIN_IMPORT, place=column)
    if not _LANG.fullmatch(item.lang):
        raise Invalid("bulletin.lang", lang=item.lang[:16])
    if item.priority not in _PRIORITIES:
        raise Invalid("bulletin.priority", value=item.priority[:32], right=", ".join(_PRIORITIES))
    audience = item.audience or column.read
    if audience not in known.audiences():
        raise Invalid("bulletin.audience", value=audience[:32], right=", ".join(sorted(known.audiences())))
    _check_dates(item, now)
    values: dict[str, Any] = {
        "source_id": _line("id", item.source_id, ID_LIMIT, needed=True),
        "lang": item.lang,
        "column": item.column,
        "title": _line("title", item.title, TITLE_LIMIT, needed=True),
        "title_en": _line("title_en", item.title_en, TITLE_LIMIT),
        "body": _body(item.body),
        "source": _line("source", item.source, SOURCE_LIMIT),
        "author": _line("author", item.author, AUTHOR_LIMIT),
        "expires_at": item.expires_at,
        "priority": item.priority,
        "must_read": column.must_read if item.must_read is None else item.must_read,
        "audience": audience,
        "supersedes": _line("supersedes", item.supersedes or "", ID_LIMIT) or None,
        "tags": _tags(item.tags),
    }
    if values["supersedes"] == values["source_id"]:
        raise Invalid("bulletin.supersedes_itself", id=values["source_id"])
    given = values | {"published_at": item.published_at}
    return _Ready(values, _digest(given), item.status, item.published_at)


def _check_dates(item: BulletinItem, now: datetime) -> None:
    for name, value in (("published_at", item.published_at), ("expires_at", item.expires_at)):
        if value is None:
            continue
        if value.tzinfo is None or value.year < EARLIEST:
            raise Invalid("bulletin.date", name=name, value=value.isoformat())
    if item.published_at is not None and item.published_at > now + AHEAD_MOST:
        raise Invalid("bulletin.far_ahead", name="published_at", days=AHEAD_MOST.days)
    if item.expires_at is not None and item.published_at is not None and item.expires_at <= item.published_at:
        raise Invalid("bulletin.expires_first")


def _line(name: str, value: str, most: int, *, needed: bool = False) -> str:
    clean = clean_line(value[: most * _RAW + 1])
    if not clean and needed:
        raise Invalid("bulletin.missing", name=name)
    if len(value) > most * _RAW or len(clean) > most:
        raise Invalid("bulletin.long", name=name, most=most)
    return clean


def _body(value: str) -> str:
    if len(value) > BODY_LIMIT * _RAW:
        raise Invalid("bulletin.long", name="body", most=BODY_LIMIT)
    clean = clean_text(value)
    if not clean:
        raise Invalid("bulletin.missing", name="body")
    if len(clean) > BODY_LIMIT:
        raise Invalid("bulletin.long", name="body", most=BODY_LIMIT)
    return clean


def _tags(tags: Sequence[str]) -> list[str]:
    if len(tags) > TAGS_MOST:
        raise Invalid("bulletin.tags", most=TAGS_MOST)
    return [_line("tags", tag, TAG_LIMIT, needed=True) for tag in tags]


def _digest(values: Mapping[str, Any]) -> str:
    plain = {name: value.timestamp() if isinstance(value, datetime) else value for name, value in values.items()}
    document = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()


_PRIORITIES: Final = tuple(one.value for one in Priority)
_EXISTING: Final = select(
    bulletin.c.id,
    bulletin.c.source_id,
    bulletin.c.lang,
    bulletin.c.column,
    bulletin.c.digest,
    bulletin.c.status,
    bulletin.c.revision,
    bulletin.c.published_at,
).where(bulletin.c.source_id.in_(bindparam("sources", expanding=True)))
_CREATE: Final = insert(bulletin).returning(bulletin.c.id, bulletin.c.source_id, bulletin.c.lang)
_CHANGED: Final = tuple(
    one.name for one in bulletin.c if one.name not in ("id", "source_id", "lang", "created_at", "reason")
)
_UPDATE: Final = (
    update(bulletin)
    .where(bulletin.c.id == bindparam("key"))
    .values({name: bindparam(f"v_{name}", type_=bulletin.c[name].type) for name in _CHANGED})
)
_COPY_MARKS: Final = insert(bulletin_mark).from_select(
    ["account_id", "bulletin_id", "revision", "acknowledged_at"],
    select(bulletin_mark.c.account_id, bindparam("new"), bindparam("one", 1), bulletin_mark.c.acknowledged_at)
    .join(bulletin, bulletin.c.id == bulletin_mark.c.bulletin_id)
    .where(bulletin.c.source_id == bindparam("source"))
    .where(bulletin.c.id != bindparam("new")),
)
_SUPERSEDING: Final = select(bulletin.c.supersedes, bulletin.c.published_at).where(
    bulletin.c.status == Status.PUBLISHED.value,
    bulletin.c.supersedes.is_not(None),
    or_(
        bulletin.c.supersedes.in_(bindparam("replaced", expanding=True)),
        bulletin.c.supersedes.in_(bindparam("sources", expanding=True)),
    ),
)
_EXPIRE: Final = (
    update(bulletin)
    .where(
        bulletin.c.source_id == bindparam("old"),
        or_(bulletin.c.expires_at.is_(None), bulletin.c.expires_at > bindparam("at")),
    )
    .values(expires_at=bindparam("at"))
)
