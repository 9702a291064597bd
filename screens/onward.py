"""What to read next: everything unread, in the order of the boards and of each board's list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.forum.places import Board
from bbs.forum.posts import ReadState, Thread
from screens.visit import Visit

UNREAD_MOST: Final = 200
"""Threads the list of everything unread holds; who has more reads these first."""


async def boards_with_unread(visit: Visit) -> list[Board]:
    """The boards with something new, in their order on the screen."""
    sections = await visit.forum.boards.sections(visit.actor)
    return [row.board for _, rows in sections for row in rows if row.unread]


async def unread_in(visit: Visit, board: Board, limit: int) -> list[Thread]:
    """The unread threads of a board as its list shows them: pinned ones, then newest activity first."""
    threads = visit.forum.threads
    found = [one for one in await threads.pinned(visit.actor, board) if one.state is ReadState.UNREAD][:limit]
    if len(found) < limit:
        page = await threads.list(visit.actor, board, unread=True, limit=limit - len(found))
        found += page.items
    return found


async def unread_threads(visit: Visit, limit: int = UNREAD_MOST) -> list[Thread]:
    """The unread threads of all boards, board by board."""
    found: list[Thread] = []
    for board in await boards_with_unread(visit):
        found += await unread_in(visit, board, limit - len(found))
        if len(found) >= limit:
            break
    return found


async def next_unread(visit: Visit, here: Thread) -> Thread | None:
    """The unread thread after `here`: further down its board, from the top of it, then in the boards that follow."""
    found = await visit.forum.threads.neighbour(visit.actor, here.id, direction=1, unread=True)
    if found is not None:
        return found
    sections = await visit.forum.boards.sections(visit.actor)
    rows = [row for _, rows in sections for row in rows]
    place = next((number for number, row in enumerate(rows) if row.board.slug == here.board), 0)
    for row in [*rows[place:], *rows[:place]]:
        if not row.unread:
            continue
        found = _other(await unread_in(visit, row.board, 2), here)
        if found is not None:
            return found
    return None


def _other(threads: Sequence[Thread], here: Thread) -> Thread | None:
    return next((one for one in threads if one.id != here.id), None)
