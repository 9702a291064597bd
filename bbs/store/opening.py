"""Opening a store from its URL: checked, brought up to date, ready to use."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bbs.errors import BbsError, Failed, Invalid
from bbs.store import driver, schema
from bbs.store.database import Database
from bbs.store.faults import of_os, translate
from bbs.store.sqlite import SqliteDatabase
from bbs.text.when import Clock


async def open_database(url: str, *, clock: Clock, create: bool = True, readers: int = 3) -> Database:
    """Open the store at an SQLAlchemy URL, `sqlite:///PATH` or `postgresql://…`, and migrate it if it is older.

    Without `create` an empty or missing store is refused. Raises Invalid `store.url`; Failed `store.missing`,
    `store.foreign`, `store.newer`, `store.library`, `store.readonly`, `store.full`, `store.unavailable`,
    `store.wal`. A store that is refused is left as it was.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Invalid("store.url") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return await _open_sqlite(parsed, clock, create=create, readers=readers)
    if backend in ("postgresql", "postgres"):
        from bbs.store.postgres import open_postgres

        return await open_postgres(parsed, clock, create=create)
    raise Invalid("store.url")


async def _open_sqlite(url: URL, clock: Clock, *, create: bool, readers: int) -> SqliteDatabase:
    if not url.database or url.database == ":memory:" or url.query:
        raise Invalid("store.url")
    driver.warn_if_old()
    path = Path(url.database)
    database = SqliteDatabase(path, clock, readers=readers)
    try:
        fresh = _is_fresh(path)
        if fresh and not create:
            raise Failed("store.missing", path=str(path))
        await database.open_writer()
        if fresh or await database.look(schema.found_version) != schema.head():
            await database.migrate(schema.upgrade)
        await database.open_readers()
    except BaseException as error:
        await database.abandon()
        raise _told(error, path) from error
    return database


def _told(error: BaseException, path: Path) -> BaseException:
    found = of_os(error) if isinstance(error, OSError) else translate(error)
    if not isinstance(found, BbsError):
        return found
    folder = path.parent
    if found.code == "store.unavailable" and folder.is_dir() and not os.access(folder, os.W_OK):
        found = Failed("store.readonly")  # SQLite only says that it cannot open the file
    found.params.setdefault("path", str(path))
    return found


def _is_fresh(path: Path) -> bool:
    """Whether there is nothing yet; a file of another kind is recognised here, before SQLite may touch it."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError:
        return True
    if not start:
        return True
    if start != b"SQLite format 3\0":
        raise Failed("store.foreign", path=str(path))
    return False
