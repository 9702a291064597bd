"""Where cases begin for somebody who is elsewhere: which of their own to look at, and where a new one is written."""

from __future__ import annotations

from typing import Final

from bbs.forum.actor import AccountKind, Actor
from bbs.forum.case_table import RATEABLE
from bbs.forum.places import Board
from screens.visit import Visit

LATEST: Final = 10
"""Of so many of one's own cases the one most worth a look is told of on the home screen."""


def asks_kind(actor: Actor, board: Board) -> bool:
    """Whether a new thread of this person is a case: they say first what it is about."""
    return board.tracked and bool(board.offices) and actor.kind not in (AccountKind.OFFICER, AccountKind.GUEST)


def start_route(actor: Actor, board: Board) -> str:
    """Where writing a new thread on a board begins."""
    return f"{board.route}/ask" if asks_kind(actor, board) else f"{board.route}/post"


async def own_case(visit: Visit) -> tuple[int, str] | None:
    """The case of one's own that waits for a rating, or else the newest; its number and its state."""
    cases = (await visit.forum.cases.list(visit.actor, mine=True, limit=LATEST)).items
    if not cases:
        return None
    found = next((case for case in cases if case.state in RATEABLE and case.rating is None), cases[0])
    return found.id, found.state.value
