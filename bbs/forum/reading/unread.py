"""What is unread over all boards: mentions first, then favourites, then board by board as their lists show it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.people.inbox import Inbox
from bbs.forum.posts.posts import ReadState, Thread
from bbs.forum.posts.threads import Threads
from bbs.forum.reading.favourites import Favourites

UNREAD_MOST: Final = 200
"""Threads the list of everything unread holds; who has more reads these first."""
CALLS_MOST: Final = 50
"""Threads in which one was answered or named that are looked at."""


class Unread:
    """Finding what to read next; guests have nothing unread."""

    def __init__(self, boards: Boards, threads: Threads, favourites: Favourites, inbox: Inbox) -> None:
        self._boards = boards
        self._favourites = favourites
        self._inbox = inbox
        self._threads = threads

    async def boards(self, actor: Actor) -> list[Board]:
        """The boards with something new, in their order on the screen; marks that wait may empty one of them."""
        having = await self._boards.with_unread(actor)
        return [one for one in await self._boards.in_order(actor) if one.id in having]

    async def in_board(self, actor: Actor, board: Board, limit: int) -> list[Thread]:
        """The unread threads of a board as its list shows them: pinned ones, then newest activity first."""
        return await self._threads.unread_in(actor, board, limit)

    async def threads(self, actor: Actor, limit: int = UNREAD_MOST) -> list[Thread]:
        """The unread threads of all boards: where one was named or answered, those of favourites, board by board."""
        first = [*await self.calls(actor), *await self.favourites(actor, limit)]
        found = list({one.id: one for one in first}.values())
        seen = {one.id for one in found}
        for board in await self.boards(actor):
            if len(found) >= limit:
                break
            more = await self.in_board(actor, board, limit - len(found) + len(seen))
            found += [one for one in more if one.id not in seen]
        return found[:limit]

    async def calls(self, actor: Actor) -> list[Thread]:
        """The unread threads in which somebody named or answered the actor, newest call first; muted ones never."""
        numbers = await self._inbox.calls(actor, CALLS_MOST)
        if not numbers:
            return []
        found = {one.id: one for one in await self._threads.several(actor, numbers)}
        called = [found[number] for number in numbers if number in found]
        return [one for one in called if one.state is ReadState.UNREAD and not one.muted]

    async def favourites(self, actor: Actor, limit: int = UNREAD_MOST, *, folder: int | None = None) -> list[Thread]:
        """The unread threads of the favourites in their order, or of a folder; muted ones never."""
        found: dict[int, Thread] = {}
        for one in await self._favourites.all(actor, exact=False):
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

    async def after(self, actor: Actor, here: Thread | None, passed: Collection[int] = ()) -> Thread | None:
        """The unread thread to read after `here`: one that calls; in the favourites; further down its board; in the

        boards that follow. `passed` are threads that were left unread on the way and do not come again. None when
        nothing else is unread."""
        done = {*passed, *(() if here is None else (here.id,))}
        called = await self.calls(actor)
        found = next((one for one in called if one.id not in done), None)
        if found is None:
            kept = await self.favourites(actor, len(done) + 1)
            found = next((one for one in kept if one.id not in done), None)
        if found is not None:
            return found
        boards = await self.boards(actor)
        order = await self._boards.in_order(actor)
        at = next((at for at, one in enumerate(order) if here is not None and one.slug == here.board), 0)
        place = {one.id: (number - at) % len(order) for number, one in enumerate(order)}
        boards.sort(key=lambda one: place[one.id])
        if here is not None and boards and boards[0].slug == here.board:
            below = await self._threads.unread_in(actor, boards[0], len(done) + 1, below=here)
            found = next((one for one in below if one.id not in done), None)
            if found is not None:
                return found
        for each in boards:
            threads = await self.in_board(actor, each, len(done) + 1)
            found = next((one for one in threads if one.id not in done), None)
            if found is not None:
                return found
        return None
