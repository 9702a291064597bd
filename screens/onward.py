"""What to read next: everything unread, in the order of the boards and of each board's list."""

from __future__ import annotations

from collections.abc import Sequence

from bbs.forum.places import Board
from bbs.forum.posts import Thread
from bbs.forum.unread import UNREAD_MOST
from screens.visit import Visit

__all__ = ["UNREAD_MOST", "next_unread", "unread_favourites", "unread_in", "unread_threads"]


async def unread_in(visit: Visit, board: Board, limit: int) -> list[Thread]:
    """The unread threads of a board as its list shows them."""
    return await visit.forum.unread.in_board(visit.actor, board, limit)


async def unread_threads(visit: Visit, limit: int = UNREAD_MOST) -> list[Thread]:
    """The unread threads of all boards: those of favourites first, then board by board."""
    return await visit.forum.unread.threads(visit.actor, limit)


async def unread_favourites(visit: Visit, limit: int = UNREAD_MOST, *, folder: int | None = None) -> list[Thread]:
    """The unread threads of the favourites, or of one folder of them, in their order."""
    return await visit.forum.unread.favourites(visit.actor, limit, folder=folder)


async def next_unread(visit: Visit, here: Thread) -> Thread | None:
    """The unread thread after `here`: in the favourites; further down its board; in the boards that follow."""
    favourite = _other(await unread_favourites(visit, 2), here)
    if favourite is not None:
        return favourite
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
