"""What to read next: everything unread, in the order of the boards and of each board's list."""

from __future__ import annotations

from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import Thread
from bbs.forum.reading.unread import UNREAD_MOST
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
    """The unread thread after `here`; those left unread on the way come again when all others were seen."""
    unread, passed = visit.forum.unread, visit.passed
    passed.add(here.id)
    found = await unread.after(visit.actor, here, passed) if len(passed) <= UNREAD_MOST else None
    if found is None:
        passed.clear()
        found = await unread.after(visit.actor, here)
    return found
