"""One store for all: `read` and `write` run units of work, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Connection

if TYPE_CHECKING:
    from bbs.store.hub import Hub

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, told after its data is on disk. `seq` grows; order by it, never by time."""

    seq: int
    at: datetime
    kind: str
    payload: Mapping[str, Any]


class Tx(Protocol):
    """What a unit of work gets: a synchronous SQLAlchemy connection inside a transaction."""

    @property
    def connection(self) -> Connection: ...

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        ...

    def emit(self, kind: str, **payload: Any) -> None:
        """Record an event in the outbox, in this transaction (write units only)."""


class Database(Protocol):
    """Runs units of work. A unit is a plain function of a Tx: it cannot wait for anything but the store, so no

    transaction is ever held across a person's or a network's pause, and a cancelled caller never leaves one open.
    It may be run more than once (on PostgreSQL, after colliding with another), so it must have no effect but on its Tx,
    and fetch what it returns: rows, not a result still to be read.
    """

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        ...

    @property
    def hub(self) -> Hub:
        """Where events are told once their unit is committed."""
        ...

    async def read(self, unit: Callable[[Tx], T]) -> T:
        """Run a read-only unit in one snapshot."""
        ...

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Run a writing unit; returns after the commit is on disk. An exception rolls the whole unit back.

        On SQLite all writes pass one queue (BEGIN IMMEDIATE); units that wait together share one commit, each in its
        own savepoint. The commit is shielded: cancelling the caller does not undo it.
        Raises bbs.errors.Failed (`store.full`, `store.readonly`, `store.unavailable`), bbs.errors.Conflict
        (`store.conflict`) for broken unique constraints.
        """
        ...

    async def follow(self) -> None:
        """From now on tell the hub also of events that other processes write to this store."""
        ...

    async def close(self) -> None:
        """Finish what was asked for, then close; what is asked for later fails with `store.closed`."""
        ...
