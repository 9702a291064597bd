"""What somebody sees on opening a board or a thread: all of the first screen, read in one unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board
from bbs.forum.cases.rules import Case, Cases
from bbs.forum.people.persons import signatures_of
from bbs.forum.posts import listing
from bbs.forum.posts.listing import Filter
from bbs.forum.posts.polls import has_poll
from bbs.forum.posts.posts import Post, Thread
from bbs.forum.posts.threads import Threads
from bbs.store.database import Database, Tx
from bbs.store.paging import Page

__all__ = ["OpenedBoard", "OpenedThread", "Openings"]


@dataclass(frozen=True, slots=True)
class OpenedBoard:
    """The pinned threads of a board, and a page of the others."""

    pinned: Sequence[Thread]
    page: Page[Thread]


@dataclass(frozen=True, slots=True)
class OpenedThread:
    """A thread, the floors on both sides of where reading begins, and what stands beside them.

    `signatures` holds those of the authors of these floors that have one.
    """

    board: Board
    thread: Thread
    floor: int
    above: Sequence[Post]
    below: Sequence[Post]
    poll: bool
    case: Case | None
    signatures: Mapping[str, str]


class Openings:
    """Reads of several rules put together: one way to the store and back for what is opened all the time."""

    def __init__(self, db: Database, threads: Threads, cases: Cases) -> None:
        self._db = db
        self._threads = threads
        self._cases = cases

    async def board(self, actor: Actor, board: Board, limit: int, *, around: int | None = None) -> OpenedBoard:
        """Its pinned threads and `limit` others: those around a thread, or the first ones where it is not among them.

        Raises Forbidden, Invalid(`page.limit`)."""
        reader, _ = await self._threads.reader_in(actor, board)

        def unit(tx: Tx) -> OpenedBoard:
            pinned = listing.pinned(tx, reader, board)
            if around is not None and all(one.id != around for one in pinned):
                try:
                    return OpenedBoard(pinned, listing.window(tx, reader, board, around, limit))
                except NotFound:
                    pass  # it was hidden, or moved to another board
            page = listing.page(tx, reader, board, cursor=None, limit=limit, narrow=Filter(), again=False)
            return OpenedBoard(pinned, page)

        return await self._db.read(unit)

    async def thread(
        self, actor: Actor, number: int, floor: int | None, limit: int, *, signatures: bool
    ) -> OpenedThread:
        """A thread with `limit` floors from `floor` on (None: from where reading begins) and as many above it.

        Raises NotFound(`thread.not_found`)."""
        reader = await self._threads.reader(actor)
        case_of = await self._cases.finding(actor)
        signatures = signatures and access.allowed(actor, Verb.PERSON_READ)

        def unit(tx: Tx) -> OpenedThread:
            thread = listing.one(tx, reader, number)
            board = next(one for one in reader.boards.values() if one.slug == thread.board)
            start = thread.reading_floor if floor is None else floor

            def run(*, up: bool) -> list[Post]:
                return listing.floors(tx, reader, board, thread, floor=start, limit=limit, up=up)

            above, below = run(up=True) if start > 1 else [], run(up=False)
            names = {one.author for one in (*above, *below) if one.official is None} if signatures else None
            return OpenedThread(
                board,
                thread,
                start,
                above,
                below,
                has_poll(tx, number),
                case_of(tx, number) if board.tracked else None,
                signatures_of(tx, names) if names else {},
            )

        return await self._db.read(unit)
