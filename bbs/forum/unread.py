"""What is unread over all boards: favourites first, then in the order of the boards, and of each board's list."""

from __future__ import annotations

from typing import Final

from bbs.forum.actor import Actor
from bbs.forum.boards import Boards
from bbs.forum.favourites import Favourites
from bbs.forum.places import Board
from bbs.forum.posts import ReadState, Thread
from bbs.forum.threads import Threads

UNREAD_MOST: Final = 200
"""Threads the list of everything unread holds; who has more reads these first."""


class Unread:
    """Finding what to read next; guests have nothing unread."""

    def __init__(self, boards: Boards, threads: Threads, favourites: Favourites) -> None:
        self._boards = boards
        self._favourites = favourites
        self._threads = threads

    async def boards(self, actor: Actor) -> list[Board]:
        """The boards with something new, in their order on the screen."""
        sections = await self._boards.sections(actor)
        return [row.board for _, rows in sections for row in rows if row.unread]

    async def in_board(self, actor: Actor, board: Board, limit: int) -> list[Thread]:
        """The unread threads of a board as its list shows them: pinned ones, then newest activity first."""
        pinned = await self._threads.pinned(actor, board)
        found = [one for one in pinned if one.state is ReadState.UNREAD and not one.muted][:limit]
        if len(found) < limit:
            page = await self._threads.list(actor, board, unread=True, limit=limit - len(found))
            found += page.items
        return found

    async def threads(self, actor: Actor, limit: int = UNREAD_MOST) -> list[Thread]:
        """The unread threads of all boards: those of favourites first, then board by board."""
        found = await self.favourites(actor, limit)
        seen = {one.id for one in found}
        for board in await self.boards(actor):
            if len(found) >= limit:
                break
            more = await self.in_board(actor, board, limit - len(found) + len(seen))
            found += [one for one in more if one.id not in seen]
        return found[:limit]

    async def favourites(self, actor: Actor, limit: int = UNREAD_MOST, *, folder: int | None = None) -> list[Thread]:
        """The unread threads of the favourites in their order, or of a folder; muted ones never."""
        found: dict[int, Thread] = {}
        for one in await self._favourites.all(actor):
            if not one.unread or (folder is not None and one.parent != folder):
                continue
            if one.board is not None:
                for each in await self.in_board(actor, one.board, limit):
                    found.setdefault(each.id, each)
            elif one.thread is not None:
                found.setdefault(one.thread.id, one.thread)
            if len(found) >= limit:
                break
        return list(found.values())[:limit]
