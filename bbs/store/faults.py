"""The store's border: what drivers raise becomes one of our own errors, or stays what it is (a fault of ours)."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bbs.errors import BbsError, Conflict, Failed, TryLater
from bbs.store.tables import metadata

FOREIGN_KEY: Final = "foreign key"
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROBE: Final = 65_536  # bytes
_UNIQUE_MESSAGE: Final = re.compile(r"UNIQUE constraint failed: ([\w., ]+)")

# sqlite.org/rescode.html
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _CONSTRAINT, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 19, 26

# PostgreSQL manual, appendix A
_UNIQUE_VIOLATION, _FOREIGN_KEY_VIOLATION = "23505", "23503"
RETRYABLE: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_FULL_STATES: Final = frozenset({"53100"})
_READONLY_STATES: Final = frozenset({"25006"})
_BUSY_STATES: Final = frozenset({"55P03", "57014", "53300", "25P03"})  # lock and statement time-outs, too many clients
_GONE_STATES: Final = frozenset({"57P01", "57P02", "57P03"})  # being shut down, crashed, starting up
_REFUSED_STATES: Final = frozenset({"28000", "28P01", "3D000", "42501"})  # who, password, database, privilege


def translate(error: BaseException) -> BaseException:
    """Our error for a driver's; the same object when it is ours already or has no meaning for a person."""
    if isinstance(error, BbsError):
        return error
    found = _meaning(error)
    if found is None:
        return error
    found.__cause__ = error
    return found


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's five-character code, wherever in the chain of errors it is."""
    for each in _chain(error):
        state = getattr(each, "sqlstate", None)
        if isinstance(state, str):
            return state
    return None


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.orig if isinstance(current, DBAPIError) else current.__cause__ or current.__context__
    return found


def _meaning(error: BaseException) -> BbsError | None:
    chain = _chain(error)
    for each in chain:
        code = getattr(each, "sqlite_errorcode", None)
        if isinstance(code, int):
            return _of_sqlite(code, str(each))
    state = sqlstate(error)
    if state is not None:
        return _of_postgres(state, error)
    if isinstance(error, PoolTimeout):
        return TryLater("store.busy")
    if disconnected(error):
        return Failed("store.unavailable")
    for each in chain:
        if isinstance(each, OSError):
            return of_os(each)
    return None


def disconnected(error: BaseException) -> bool:
    """Whether the connection to the server was lost or never came about."""
    for each in _chain(error):
        if isinstance(each, DBAPIError) and each.connection_invalidated:
            return True
        if isinstance(each, ConnectionError | TimeoutError) or sqlstate(each) in _GONE_STATES:
            return True
        if isinstance(each, OSError) and each.errno == errno.ENOENT:  # the server's socket is not there
            return True
    return False


def of_os(error: OSError, **params: object) -> BbsError:
    """Our error for what the operating system said about a file of the store."""
    if error.errno in _NO_ROOM:
        return Failed("store.full", **params)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Failed("store.readonly", **params)
    return Failed("store.unavailable", **params)


def _of_sqlite(code: int, message: str) -> BbsError | None:
    primary = code & 0xFF  # pysqlite3 tells only this part, so messages have to say the rest
    if primary == _CONSTRAINT:
        return _broken_constraint(message)
    if primary == _FULL:
        return Failed("store.full")
    if primary == _READONLY:
        return Failed("store.readonly")
    if primary in (_BUSY, _LOCKED):
        return TryLater("store.busy")
    if primary in (_CORRUPT, _NOTADB):
        return Failed("store.damaged")
    if primary == _IOERR:
        return Failed("store.io")
    if primary == _CANTOPEN:
        return Failed("store.unavailable")
    return None


def _broken_constraint(message: str) -> Conflict | None:
    if "FOREIGN KEY constraint failed" in message:
        return Conflict("store.conflict", constraint=FOREIGN_KEY)
    found = _UNIQUE_MESSAGE.search(message)
    if found:
        return Conflict("store.conflict", constraint=found[1].replace(", ", ","))
    return None  # NOT NULL and CHECK: the caller's code is wrong


def no_room_beside(path: Path) -> bool:
    """Whether a file beside `path` cannot grow beyond the log of `path`: a full disk, a quota, a size limit.

    SQLite tells a full disk from other faults, but not these.
    """
    log = path.with_name(path.name + "-wal")
    try:
        size = log.stat().st_size if log.exists() else 0
        with tempfile.TemporaryFile(dir=path.parent) as file:
            os.pwrite(file.fileno(), bytes(_PROBE), size)
    except OSError as error:
        return error.errno in _NO_ROOM
    return False


def _of_postgres(state: str, error: BaseException) -> BbsError | None:
    if state == _UNIQUE_VIOLATION:
        return Conflict("store.conflict", constraint=_constraint_name(error))
    if state == _FOREIGN_KEY_VIOLATION:
        return Conflict("store.conflict", constraint=FOREIGN_KEY)
    if state in _FULL_STATES:
        return Failed("store.full")
    if state in _READONLY_STATES:
        return Failed("store.readonly")
    if state in _BUSY_STATES or state in RETRYABLE:
        return TryLater("store.busy")
    if state in _GONE_STATES or state in _REFUSED_STATES or state.startswith("08"):
        return Failed("store.unavailable")
    return None


def _constraint_name(error: BaseException) -> str:
    for each in _chain(error):
        name = getattr(each, "constraint_name", None)
        if isinstance(name, str):
            return _columns_of_constraints().get(name, name)
    return ""


@cache
def _columns_of_constraints() -> dict[str, str]:
    """Constraint name -> `table.column,table.column`, which is how SQLite names them."""
    found: dict[str, str] = {}
    for table in metadata.tables.values():
        for constraint in (table.primary_key, *table.constraints):
            if isinstance(constraint, UniqueConstraint) or constraint is table.primary_key:
                found[str(constraint.name)] = ",".join(f"{table.name}.{column.name}" for column in constraint.columns)
    return found


def is_unique_violation(error: BaseException) -> bool:
    """Whether a unique constraint was broken on PostgreSQL."""
    return sqlstate(error) == _UNIQUE_VIOLATION
