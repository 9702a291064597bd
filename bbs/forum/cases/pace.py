"""How a tracked board is doing, for the foot of its list: open cases, and how long an answer usually takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

from sqlalchemy import bindparam, func, select

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.community import Community
from bbs.forum.boards.places import Board
from bbs.forum.cases.reading import is_waiting
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import case
from bbs.text.when import Clock

MEASURED: Final = 100
"""Answered cases of a board, the newest first, that "usually" is taken from."""
LEAST: Final = 5
"""Answered cases from which anything is said of how long it usually takes."""
KEPT_SECONDS: Final = 300.0
"""How long what was found is used again; an act on a case of the board ends it at once."""


@dataclass(frozen=True, slots=True)
class BoardPace:
    """Cases that wait for an answer, and the median time to one in hours of working days; None of too few."""

    open: int
    usual: float | None


class CasePace:
    """Asks once in a while for each board."""

    def __init__(self, db: Database, clock: Clock, community: Community) -> None:
        self._db = db
        self._clock = clock
        self._community = community
        self._known: dict[str, tuple[float, BoardPace]] = {}
        db.hub.subscribe(("case.changed",), self._forget)

    async def of(self, actor: Actor, board: Board) -> BoardPace:
        """The pace of a board; Forbidden where the actor does not read it."""
        access.require(actor, Verb.CASE_READ, place=board)
        known = self._known.get(board.slug)
        if known is not None and self._clock.monotonic() - known[0] < KEPT_SECONDS:
            return known[1]
        pace = await self._db.read(lambda tx: self._measured(tx, board))
        self._known[board.slug] = (self._clock.monotonic(), pace)
        return pace

    def _measured(self, tx: Tx, board: Board) -> BoardPace:
        waiting = tx.connection.execute(_OPEN, {"b": board.id}).scalar_one()
        calendar = self._community.site.calendar
        times = [
            calendar.working_time(row.opened_at, row.answered_at) / timedelta(hours=1)
            for row in tx.connection.execute(_ANSWERED, {"b": board.id})
        ]
        return BoardPace(int(waiting), median(times) if len(times) >= LEAST else None)

    def _forget(self, event: Event) -> None:
        self._known.pop(str(event.payload.get("board")), None)


_OPEN: Final = select(func.count()).select_from(case).where(case.c.board_id == bindparam("b"), is_waiting())
_ANSWERED: Final = (
    select(case.c.opened_at, case.c.answered_at)
    .where(case.c.board_id == bindparam("b"), case.c.answered_at.is_not(None))
    .order_by(case.c.id.desc())
    .limit(MEASURED)
)
