"""Which SQLite library serves, how a connection to it is opened, and the SQLAlchemy dialect over it."""

from __future__ import annotations

import importlib
import logging
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast
from weakref import WeakSet

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from bbs.errors import Failed

log = logging.getLogger(__name__)

# Below this a checkpoint racing with a writer can damage a WAL database (sqlite.org, release notes of 3.51.3).
FLOOR: Final = (3, 51, 3)
BUSY_TIMEOUT: Final = 5_000  # milliseconds a process waits for another one's write transaction
CACHE: Final = 8_192  # KiB of pages per connection
WAL_LIMIT: Final = 256 * 1024 * 1024  # bytes the log is cut back to after a checkpoint
CHECKPOINT: Final = 1_000  # pages in the log before a commit moves them into the database

SYNCHRONOUS: Final = 2  # FULL: a commit is on disk before it is acknowledged


def _library() -> ModuleType:
    try:
        found = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3
    return found if found.sqlite_version_info >= sqlite3.sqlite_version_info else sqlite3


library: Final = _library()
"""The DB-API module in use: pysqlite3 where it is installed and newer, else the interpreter's own sqlite3."""


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    return cast("tuple[int, ...]", library.sqlite_version_info)


def warn_if_old() -> None:
    """Log a warning when the SQLite library is below the floor."""
    if sqlite_version() < FLOOR:
        log.warning(
            "SQLite %s is older than %s, the first without a known fault of its write-ahead log; install pysqlite3",
            library.sqlite_version,
            ".".join(map(str, FLOOR)),
        )


def connect(path: Path, *, reader: bool) -> sqlite3.Connection:
    """Open one connection, set what every connection needs and make sure that SQLite took it.

    Transactions are the caller's: the driver opens none by itself. Raises Failed (`store.wal`, `store.setting`) and
    the driver's own errors.
    """
    connection = cast("sqlite3.Connection", library.connect(str(path), isolation_level=None))
    try:
        _prepare(connection, path, reader=reader)
    except BaseException:
        connection.close()
        raise
    return connection


def _leave_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Raise Failed(`store.foreign`) for somebody else's database before anything of it is changed.

    Ours have a write-ahead log from the first moment on; the mode is kept in the file."""
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode == "wal":
        return
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if names and "alembic_version" not in names:
        raise Failed("store.foreign", path=str(path))


def _prepare(connection: sqlite3.Connection, path: Path, *, reader: bool) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}").close()
    _leave_foreign(connection, path)
    (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":  # network file systems refuse it without an error
        raise Failed("store.wal", path=str(path), mode=str(mode))
    wanted = {
        "synchronous": SYNCHRONOUS,
        "foreign_keys": 1,
        "cache_size": -CACHE,
        "mmap_size": 0,
        "temp_store": 2,  # memory
        "wal_autocheckpoint": CHECKPOINT,
        "journal_size_limit": WAL_LIMIT,
        "query_only": int(reader),
    }
    for name, value in wanted.items():
        connection.execute(f"PRAGMA {name}={value}").fetchall()
        row = connection.execute(f"PRAGMA {name}").fetchone()
        if row is not None and row[0] != value:  # mmap_size answers nothing where it is compiled out
            raise Failed("store.setting", name=name, wanted=value, found=row[0])


class UnitDialect(SQLiteDialect_pysqlite):
    """SQLite for units of work: the store begins and ends transactions, so here these steps do nothing.

    A unit that calls `commit()` on its connection therefore cannot break the group it is in.
    """

    driver = "unit"
    supports_statement_cache = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._cursors: WeakSet[Any] = WeakSet()

    def end_statements(self) -> None:
        """Close what is still being read: one unfinished SELECT would keep its snapshot beyond the transaction."""
        if self._cursors:
            for cursor in list(self._cursors):
                cursor.close()
            self._cursors.clear()

    @classmethod
    def import_dbapi(cls) -> Any:
        """The library chosen above, so that its error classes are the ones translated."""
        return library

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Execute, and remember the cursor for as long as somebody holds it."""
        self._cursors.add(cursor)
        cursor.execute(statement, parameters)

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing: see the class."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing: see the class."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing: see the class."""


registry.register("sqlite.unit", __name__, "UnitDialect")
