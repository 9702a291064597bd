"""Coming back after a line dropped: where every session is, written late and seldom so that no key waits for it."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update

from bbs.forum.actor import Actor
from bbs.forum.writing.drafts import ID_LIMIT, ROUTE_LIMIT
from bbs.store.database import Database, Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import place
from bbs.text.when import Clock

log = logging.getLogger("mingtan.forum")

KEEP_FOR: Final = timedelta(minutes=30)
"""How long after a line dropped its place is offered."""
KILLED_FOR: Final = timedelta(hours=12)
"""How old the places of a killed server may be to count as dropped when it starts again."""
FLUSH_EVERY: Final = 5.0
"""Seconds from a move to its place on disk."""
FAILED_WAIT: Final = 30.0
"""Seconds until places that could not be written are tried again."""
DROPPED: Final = "place.dropped"
"""Event: a line of an account dropped and left a place to come back to; payload `account` (its id)."""
HOME: Final = "/"
"""Where everybody lands anyway: nobody is asked about it."""
STATE_LIMIT: Final = 4_000
"""Characters of a state as JSON; a longer one is left out, and only the route comes back."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody is: the route, what the screen needs to find the same cursor (JSON), and the draft open there."""

    route: str
    state: Mapping[str, Any] = field(default_factory=dict)
    draft_id: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A place that a dropped line left behind."""

    spot: Spot
    left_at: datetime


@dataclass(slots=True)
class _Session:
    account: int
    where: Callable[[], Spot | None]


class Returning:
    """The places of sessions. Guests have none: they are never asked anything, and nothing of them is kept.

    A running session has a row of its own; a clean end takes it away, so what is left is what dropped.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._house = ""
        self._sessions: dict[str, _Session] = {}
        self._moved: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._lock = asyncio.Lock()  # writes of one session must not overtake each other
        self._flushing: set[asyncio.Task[None]] = set()

    async def recover(self, house: str) -> None:
        """At the start of the server called `house`: what its last run left open, it left when it was killed."""
        self._house = house
        now = self._clock.now()
        mine = and_(place.c.house == house, place.c.dropped.is_(False))

        def unit(tx: Tx) -> None:
            tx.connection.execute(delete(place).where(or_(_expired(now), and_(mine, _before(now - KILLED_FOR)))))
            tx.connection.execute(update(place).where(mine).values(dropped=True, left_at=now))

        await self._db.write(unit)

    # While a session runs

    def enter(self, actor: Actor, where: Callable[[], Spot | None]) -> str:
        """A session has begun; `where` is asked for its place whenever one is written. Returns its ticket."""
        ticket = secrets.token_hex(8)
        if actor.account_id is not None:
            self._sessions[ticket] = _Session(actor.account_id, where)
            self.moved(ticket)
        return ticket

    def moved(self, ticket: str) -> None:
        """The session shows another screen. Costs nothing now: the place is written within `FLUSH_EVERY` seconds."""
        if ticket not in self._sessions:
            return
        self._moved.add(ticket)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_EVERY, self._flush_soon)

    def is_here(self, tx: Tx, account: int) -> bool:
        """Whether an account has a running session, in this process or (as far as is written) on another server."""
        mine = any(session.account == account for session in self._sessions.values())
        return mine or tx.connection.execute(_HERE, {"a": account}).first() is not None

    async def end(self, ticket: str, spot: Spot | None) -> None:
        """The session has ended: at a place to come back to, or (None) as the person wished."""
        session = self._sessions.pop(ticket, None)
        self._moved.discard(ticket)
        if session is None:
            return
        row = None if spot is None else self._row(ticket, session.account, spot, dropped=True)

        def unit(tx: Tx) -> None:
            _write(tx, [ticket], [] if row is None else [row])
            if row is not None:
                tx.emit(DROPPED, account=session.account)

        async with self._lock:
            await self._db.write(unit)

    # Coming back

    async def latest(self, actor: Actor) -> Left | None:
        """The place of the line that dropped last, if that was less than `KEEP_FOR` ago."""
        finding = self.finding(actor)
        return None if actor.account_id is None else await self._db.read(finding)

    def finding(self, actor: Actor) -> Callable[[Tx], Left | None]:
        """What finds the same, as part of a unit."""
        given = {"a": actor.account_id, "since": self._clock.now() - KEEP_FOR}

        def find(tx: Tx) -> Left | None:
            row = _LATEST.first(tx, given)
            return None if row is None else Left(Spot(row.route, row.state, row.draft_id), row.left_at)

        return find

    async def answered(self, actor: Actor) -> None:
        """The question was answered: what dropped before is not asked about again."""
        if actor.account_id is not None:
            await self._db.write(lambda tx: tx.connection.execute(_ANSWERED, {"a": actor.account_id}).rowcount)

    # Writing

    async def flush(self) -> None:
        """Write the places that changed; those that cannot be written now wait on, and the error is told."""
        async with self._lock:
            taken, self._moved = self._moved, set()
            try:
                await self._write(taken)
            except BaseException:
                self._moved |= taken & self._sessions.keys()
                raise

    async def close(self) -> None:
        """Stop the clock behind it; sessions have ended by now, and each wrote its own place."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await asyncio.gather(*self._flushing, return_exceptions=True)

    async def _write(self, tickets: set[str]) -> None:
        rows: list[dict[str, Any]] = []
        for ticket in tickets & self._sessions.keys():
            session = self._sessions[ticket]
            spot = session.where()
            if spot is not None:
                rows.append(self._row(ticket, session.account, spot, dropped=False))
        now = self._clock.now()

        def unit(tx: Tx) -> None:
            tx.connection.execute(delete(place).where(_expired(now)))
            _write(tx, [row["session"] for row in rows], rows)

        if rows:
            await self._db.write(unit)

    def _row(self, ticket: str, account: int, spot: Spot, *, dropped: bool) -> dict[str, Any]:
        draft = spot.draft_id
        return {
            "account_id": account,
            "session": ticket,
            "house": self._house,
            "dropped": dropped,
            "route": spot.route[:ROUTE_LIMIT],
            "state": _bounded(spot.state),
            "draft_id": draft if draft is not None and len(draft) <= ID_LIMIT else None,
            "left_at": self._clock.now(),
        }

    def _flush_soon(self) -> None:
        self._timer = None
        task = asyncio.get_running_loop().create_task(self.flush())
        self._flushing.add(task)
        task.add_done_callback(self._flushed)

    def _flushed(self, task: asyncio.Task[None]) -> None:
        self._flushing.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.warning("places of sessions could not be written: %s", error)
        if self._moved and self._timer is None:
            wait = FLUSH_EVERY if error is None else FAILED_WAIT
            self._timer = asyncio.get_running_loop().call_later(wait, self._flush_soon)


def _bounded(state: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return dict(state) if len(json.dumps(state)) <= STATE_LIMIT else {}
    except (TypeError, ValueError):
        return {}


def _write(tx: Tx, tickets: list[str], rows: list[dict[str, Any]]) -> None:
    tx.connection.execute(delete(place).where(place.c.session.in_(tickets)))
    if rows:
        tx.connection.execute(insert(place), rows)


def _before(moment: datetime) -> Any:
    return place.c.left_at < moment


def _expired(now: datetime) -> Any:
    """What nobody is asked about any more; when somebody was here is not to be kept."""
    return and_(place.c.dropped.is_(True), _before(now - KEEP_FOR))


_MINE: Final = place.c.account_id == bindparam("a")
_LATEST: Final = Prepared(
    select(place.c.route, place.c.state, place.c.draft_id, place.c.left_at)
    .where(
        _MINE,
        place.c.dropped.is_(True),
        place.c.route != HOME,
        place.c.left_at >= bindparam("since", type_=place.c.left_at.type),
    )
    .order_by(place.c.left_at.desc(), place.c.session)
    .limit(1)
)
_ANSWERED: Final = delete(place).where(_MINE, place.c.dropped.is_(True))
_HERE: Final = select(place.c.session).where(_MINE, place.c.dropped.is_(False)).limit(1)
