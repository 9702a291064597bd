"""The outbox: what a unit emits is written in its own transaction, and read back by other processes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Text, cast, delete, func, insert, select, tuple_

from bbs.store.database import Event, Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import outbox
from bbs.text.when import Clock

KEPT: Final = timedelta(days=1)  # a process that was away longer starts afresh anyway
PRUNE_EVERY: Final = timedelta(hours=1)
BATCH: Final = 500  # events read at a time
PAYLOAD_LIMIT: Final = 64  # names in one payload: ids and short words, never texts


class Unit:
    """The Tx of one unit of work: the connection, and what the unit has emitted so far."""

    __slots__ = ("_clock", "_emitted", "_writing", "connection", "dialect")

    def __init__(self, connection: Connection, dialect: str, clock: Clock, *, writing: bool) -> None:
        self.connection: Final = connection
        self.dialect: Final = dialect
        self._clock = clock
        self._writing = writing
        self._emitted: list[tuple[datetime, str, Mapping[str, Any]]] = []

    def emit(self, kind: str, **payload: Any) -> None:
        """Record an event in the outbox, in this transaction; only writing units may."""
        if not self._writing:
            raise RuntimeError(f"{kind} emitted by a unit that only reads")
        if len(payload) > PAYLOAD_LIMIT:
            raise ValueError(f"{kind}: a payload carries ids, not data")
        self._emitted.append((self._clock.now(), kind, payload))

    def flush(self, origin: str) -> list[Event]:
        """Write what was emitted and give it back numbered; the last step of a writing unit."""
        return [self._insert(origin, *each) for each in self._emitted]

    def _insert(self, origin: str, at: datetime, kind: str, payload: Mapping[str, Any]) -> Event:
        row = {"origin": origin, "at": at, "kind": kind, "payload": payload}
        return Event(_INSERT[self.dialect].first(self, row).seq, at, kind, payload)


def _number(value: Any) -> Any:
    """A PostgreSQL xid8 as a bigint, for which there is no direct cast."""
    return cast(cast(value, Text), BigInteger)


_COLUMNS: Final = ("origin", "at", "kind", "payload")
_INSERT: Final = {
    "sqlite": Prepared(insert(outbox).returning(outbox.c.seq), _COLUMNS),
    "postgresql": Prepared(
        insert(outbox).values(xact=_number(func.pg_current_xact_id())).returning(outbox.c.seq), _COLUMNS
    ),
}


def newest(tx: Tx) -> tuple[int, int]:
    """Where a tail that starts now begins: (xact, seq) before which everything counts as told."""
    if tx.dialect == "sqlite":
        return 0, tx.connection.execute(select(func.coalesce(func.max(outbox.c.seq), 0))).scalar_one()
    horizon = tx.connection.execute(select(_horizon())).scalar_one()
    return horizon - 1, _LAST_SEQ


_LAST_SEQ: Final = 2**63 - 1


def _horizon() -> Any:
    """The oldest transaction still running: no event of an older one can appear any more."""
    return _number(func.pg_snapshot_xmin(func.pg_current_snapshot()))


def since(tx: Tx, place: tuple[int, int]) -> tuple[list[tuple[str, Event]], tuple[int, int], bool]:
    """Read (origin, event) after a place, at most BATCH; also the new place, and whether more may wait.

    On PostgreSQL numbers are drawn before commits, so the order there is (transaction, seq), and only transactions
    older than every running one are read: none can slip in behind the reader.
    """
    columns = (outbox.c.xact, outbox.c.seq, outbox.c.origin, outbox.c.at, outbox.c.kind, outbox.c.payload)
    query = select(*columns).limit(BATCH)
    if tx.dialect == "sqlite":
        query = query.where(outbox.c.seq > place[1]).order_by(outbox.c.seq)
    else:
        key = tuple_(outbox.c.xact, outbox.c.seq)
        query = query.where(key > place, outbox.c.xact < _horizon()).order_by(outbox.c.xact, outbox.c.seq)
    rows = tx.connection.execute(query).all()
    if rows:
        place = (rows[-1].xact, rows[-1].seq)
    return [(row.origin, _event(row)) for row in rows], place, len(rows) == BATCH or _held_back(tx, place)


def _held_back(tx: Tx, place: tuple[int, int]) -> bool:
    if tx.dialect == "sqlite":
        return False
    query = select(outbox.c.seq).where(tuple_(outbox.c.xact, outbox.c.seq) > place).limit(1)
    return tx.connection.execute(query).first() is not None


def _event(row: Any) -> Event:
    return Event(row.seq, row.at, row.kind, row.payload)


def foreign_only(rows: Iterable[tuple[str, Event]], origin: str) -> Sequence[Event]:
    """The events that this process did not write, and so has not told yet."""
    return [event for source, event in rows if source != origin]


def prune(tx: Tx, now: datetime) -> int:
    """Delete events older than a day; say how many."""
    return tx.connection.execute(delete(outbox).where(outbox.c.at < now - KEPT)).rowcount
