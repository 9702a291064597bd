"""Delays after failed logins: kept in the store, so that they hold across transports, processes and restarts.

Every attempt is counted before the password is looked at and taken back when it was right, so that a thousand guesses
sent at once are a thousand attempts. Logins by key never come here: pen names are public, and a lock that others can
close would be a weapon.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.errors import TryLater
from bbs.store.database import Tx
from bbs.store.tables import login_failure, setting

WINDOW: Final = timedelta(minutes=30)
"""How long a failure counts after the last one."""

FREE: Final = 3
"""Failures of one account from one source that cost no waiting: typing errors."""

MOST: Final = 10
"""Failures of one account from one source until it has to wait the whole window."""

SOURCE_FREE: Final = 20
"""Failures from one source, whatever the account, without waiting: many members share an address."""

SOURCE_LONGEST: Final = timedelta(minutes=1)

_SECRET: Final = "throttle.secret"
_KEPT: Final = 50_000
"""Rows kept at most; beyond them the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A counted attempt: what to take back if it was right."""

    pair: str
    source: str


def begin(tx: Tx, name: str, source: str, now: datetime, *, whole_source: bool = True) -> Attempt:
    """Count an attempt on an account (by the fold of the name typed, known or not) from a source.

    Without `whole_source` what else comes from the source is neither looked at nor delayed. Raises
    TryLater(`login.wait`, seconds), which counts nothing.
    """
    secret = _secret(tx)
    place = _network(source)
    attempt = Attempt(_subject(secret, "pair", name, place), _subject(secret, "source", place))
    subjects = (attempt.pair, attempt.source) if whole_source else (attempt.pair,)
    found = _rows(tx, subjects)
    wait = max(
        _left(found.get(attempt.pair), now, pair_delay),
        _left(found.get(attempt.source), now, source_delay),
    )
    if wait > 0:
        raise TryLater("login.wait", seconds=math.ceil(wait))
    for subject in subjects:
        _count(tx, subject, found.get(subject), now)
    return attempt


def succeed(tx: Tx, attempt: Attempt) -> None:
    """The attempt was right: the account is forgotten at this source, and the source gets its count back.

    Only its own count: who has one account must not be able to wipe out guesses at others.
    """
    connection = tx.connection
    connection.execute(delete(login_failure).where(login_failure.c.subject == attempt.pair))
    connection.execute(
        update(login_failure)
        .where(login_failure.c.subject == attempt.source, login_failure.c.failures > 0)
        .values(failures=login_failure.c.failures - 1)
    )


def prune(tx: Tx, now: datetime) -> int:
    """Forget failures that no longer count; says how many rows went."""
    gone = tx.connection.execute(delete(login_failure).where(login_failure.c.last_at < now - WINDOW)).rowcount
    newest = select(login_failure.c.id).order_by(login_failure.c.id.desc()).offset(_KEPT).limit(1).scalar_subquery()
    return gone + tx.connection.execute(delete(login_failure).where(login_failure.c.id <= newest)).rowcount


def pair_delay(failures: int) -> timedelta:
    """How long after the last of so many failures one account may be tried again from one source."""
    if failures < FREE:
        return timedelta()
    return WINDOW if failures >= MOST else timedelta(seconds=2 ** (failures - FREE + 1))


def source_delay(failures: int) -> timedelta:
    """How long after the last of so many failures a source may try anything again."""
    if failures < SOURCE_FREE:
        return timedelta()
    return min(SOURCE_LONGEST, timedelta(seconds=2 ** min(16, (failures - SOURCE_FREE) // 5)))


def _left(row: Any, now: datetime, delay: Callable[[int], timedelta]) -> float:
    """Seconds still to wait."""
    if row is None or not _counts(row, now):
        return 0.0
    since: timedelta = max(timedelta(), now - row.last_at)
    return max(0.0, (delay(row.failures) - since).total_seconds())


def _counts(row: Any, now: datetime) -> bool:
    """Whether a row is of the present; the wall clock (only that survives a restart) put back locks nobody out."""
    return row is not None and abs(now - row.last_at) < WINDOW


def _rows(tx: Tx, subjects: tuple[str, ...]) -> dict[str, Any]:
    query = select(login_failure.c.subject, login_failure.c.failures, login_failure.c.last_at)
    return {row.subject: row for row in tx.connection.execute(query.where(login_failure.c.subject.in_(subjects)))}


def _count(tx: Tx, subject: str, row: Any, now: datetime) -> None:
    failures = row.failures + 1 if _counts(row, now) else 1
    values = {"failures": failures, "last_at": now}
    if row is not None:
        tx.connection.execute(update(login_failure).where(login_failure.c.subject == subject).values(**values))
        return
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    statement = insert(login_failure).values(subject=subject, **values)
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["subject"], set_={"failures": login_failure.c.failures + 1, "last_at": now}
        )
    )


def _network(source: str) -> str:
    """The address failures are counted by: IPv6 by /64, which is what one household gets."""
    try:
        address = ipaddress.ip_address(source.partition("%")[0])
    except ValueError:
        return source[:64]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _subject(secret: bytes, *parts: str) -> str:
    """A keyed hash: the table itself shows neither names that were typed nor addresses."""
    return hmac.new(secret, "\0".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _secret(tx: Tx) -> bytes:
    query = select(setting.c.value).where(setting.c.name == _SECRET)
    kept = tx.connection.execute(query).scalar_one_or_none()
    if kept is None:
        insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
        made = insert(setting).values(name=_SECRET, value=secrets.token_hex(32))
        tx.connection.execute(made.on_conflict_do_nothing(index_elements=["name"]))
        kept = tx.connection.execute(query).scalar_one()
    return bytes.fromhex(kept)
