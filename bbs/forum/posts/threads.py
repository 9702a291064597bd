"""Threads and posts: reading them in windows, starting, replying, editing."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bbs.errors import Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.calendar import Calendar
from bbs.forum.boards.places import Board
from bbs.forum.cases.opening import opening
from bbs.forum.cases.table import CaseKind
from bbs.forum.posts import listing
from bbs.forum.posts.listing import Filter, Reader
from bbs.forum.posts.posts import BODY_LIMIT, TITLE_LIMIT, Official, Post, ReadState, Thread
from bbs.forum.posts.stream import stream
from bbs.forum.reading.attention import Attention
from bbs.forum.reading.reading import Reading
from bbs.forum.writing import editing, posting
from bbs.forum.writing.sending import Backdate, Beside, Sender
from bbs.forum.writing.writing import checked_body, checked_title
from bbs.store.database import Database, Tx
from bbs.store.paging import MOST, Page
from bbs.text.clean import clean_line
from bbs.text.when import Clock

__all__ = ["BODY_LIMIT", "TITLE_LIMIT", "Backdate", "Board", "Official", "Post", "ReadState", "Thread", "Threads"]

T = TypeVar("T")


class Threads:
    """The rules of threads and posts."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        boards: Boards,
        reading: Reading,
        attention: Attention,
        sender: Sender,
        calendar: Callable[[], Calendar] = Calendar,
    ) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._reading = reading
        self._attention = attention
        self._sender = sender
        self._calendar = calendar

    # Reading

    async def list(
        self,
        actor: Actor,
        board: Board,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
        title: str = "",
        author: str = "",
        unread: bool = False,
        marked: str = "",
    ) -> Page[Thread]:
        """Threads of a board, newest activity first, pinned ones left out (see `pinned`).

        `after`/`before` are cursors of a Page; filters narrow (title contains, author is,
        `unread` and not muted, `marked`: kept or digest) and look at the newest
        `listing.FILTER_DEPTH` threads. One statement. Raises Invalid(`cursor.bad`, `page.limit`).
        """
        narrow = Filter(clean_line(title, TITLE_LIMIT), clean_line(author, TITLE_LIMIT), unread, marked)
        reader, again = await self.reader_in(actor, board, counting=unread)
        return await self._db.read(
            lambda tx: listing.page(
                tx, reader, board, cursor=_cursor(after, before), limit=limit, narrow=narrow, again=again
            )
        )

    async def unread_in(
        self, actor: Actor, board: Board, limit: int, *, below: Thread | None = None
    ) -> builtins.list[Thread]:
        """The first unread threads of a board, pinned ones first, or those below one; see `listing.unread_in`."""
        reader, _ = await self.reader_in(actor, board)
        if actor.account_id is None:
            return []
        again = bool(await self._reading.again(actor.account_id))
        return await self._db.read(lambda tx: listing.unread_in(tx, reader, board, limit, below=below, again=again))

    async def pinned(self, actor: Actor, board: Board) -> builtins.list[Thread]:
        """The pinned threads, at most 20."""
        reader, _ = await self.reader_in(actor, board)
        return await self._db.read(lambda tx: listing.pinned(tx, reader, board))

    async def locate(self, actor: Actor, board: Board, thread: int, limit: int = 50) -> Page[Thread]:
        """The window of `list` that holds the thread; NotFound(`thread.not_found`) if it is not in this board."""
        reader, _ = await self.reader_in(actor, board)
        return await self._db.read(lambda tx: listing.window(tx, reader, board, thread, limit))

    async def get(self, actor: Actor, thread: int) -> tuple[Board, Thread]:
        """One thread with its board; NotFound(`thread.not_found`) also when the actor may not read the board."""
        reader = await self.reader(actor)
        found = await self._db.read(lambda tx: listing.one(tx, reader, thread))
        return next(board for board in reader.boards.values() if board.slug == found.board), found

    async def several(self, actor: Actor, numbers: Sequence[int]) -> builtins.list[Thread]:
        """Those of these threads that the actor may read and that are not hidden, in no order."""
        reader = await self.reader(actor)
        return await self._db.read(lambda tx: listing.several(tx, reader, numbers))

    async def neighbour(self, actor: Actor, thread: int, *, direction: int, unread: bool = False) -> Thread | None:
        """The next (+1, older) or previous (-1, newer) thread of the same board; `unread` skips what was read."""
        again = False
        if unread and actor.account_id is not None:
            await self._reading.settle(actor)
            again = bool(await self._reading.again(actor.account_id))
        reader = await self.reader(actor)
        return await self._db.read(
            lambda tx: listing.neighbour(tx, reader, thread, older=direction > 0, unread=unread, again=again)
        )

    async def posts(
        self, actor: Actor, thread: int, *, floor: int = 1, limit: int = 50, up: bool = False
    ) -> builtins.list[Post]:
        """Floors from `floor` on (or, with `up`, the `limit` floors before `floor`), in floor order."""
        reader = await self.reader(actor)
        most = max(1, min(limit, MOST))
        return await self._db.read(lambda tx: listing.posts(tx, reader, thread, floor=floor, limit=most, up=up))

    async def post(self, actor: Actor, post: int) -> Post:
        """One post by its number; NotFound(`post.not_found`)."""
        reader = await self.reader(actor)
        return await self._db.read(lambda tx: listing.post_by_id(tx, reader, post))

    async def stream(
        self,
        actor: Actor,
        *,
        office: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Page[tuple[Post, Thread]]:
        """Official posts, newest first, of one office or of all: the officers' stream."""
        reader = await self.reader(actor)
        cursor = _cursor(after, before)
        return await self._db.read(lambda tx: stream(tx, reader, office_slug=office, cursor=cursor, limit=limit))

    # Writing

    async def start(
        self,
        actor: Actor,
        board: Board,
        title: str,
        body: str,
        *,
        official: bool = False,
        draft_id: str | None = None,
        backdate: Backdate | None = None,
        also: Callable[[Tx, Post], None] | None = None,
        kind: CaseKind | None = None,
    ) -> Post:
        """Start a thread; officers post officially (their appointment is checked now and kept).

        On a tracked board a member's thread opens a case of this `kind` (`DEFAULT_KIND` where it is not said).
        Raises Forbidden, Invalid(`title.empty`, `title.long`, `title.imitates`, `body.empty`, `body.long`, `draft.id`),
        Conflict(`board.archived`), TryLater(`post.too_fast`, `post.same_text`, seconds). Sending the same `draft_id`
        twice returns the first post. `backdate` is for importers; `also` is done in the same unit.
        """
        access.require(actor, Verb.THREAD_START, place=board)
        writing = self._sender.writing(actor, body, official=official, draft_id=draft_id, backdate=backdate, also=also)
        clean = checked_title(title, official=writing.official)
        case = None if writing.official else opening(board, kind, writing.at, self._calendar())
        return await self._sender.send(
            writing, lambda tx: posting.start(tx, writing, board, clean, case), f"{clean}\n{writing.body}", starts=True
        )

    async def reply(
        self,
        actor: Actor,
        thread: int,
        body: str,
        *,
        reply_to: int | None = None,
        official: bool = False,
        draft_id: str | None = None,
        backdate: Backdate | None = None,
        also: Callable[[Tx, Post], None] | None = None,
        board: str | None = None,
        beside: Beside | None = None,
    ) -> Post:
        """Reply; raises as `start`, and NotFound(`thread.not_found`), Conflict(`thread.locked`),

        Invalid(`reply.floor`), and what is done `beside` it. With `board` also Conflict(`thread.moved`) when the thread
        is no longer there: others would read it than its writer was told."""
        access.require(actor, Verb.THREAD_REPLY)
        seen = self._reading.waiting(actor).get(thread, (0, None))[0]
        writing = self._sender.writing(
            actor, body, official=official, draft_id=draft_id, backdate=backdate, seen=seen, also=also, board=board
        )
        boards = await self._boards.readable(actor)
        if beside is not None:
            writing = replace(writing, office=beside.office, told=beside.told, also=beside.after)

        def unit(tx: Tx) -> Post:
            if beside is not None:
                beside.before(tx)
            return posting.reply(tx, writing, thread, boards, reply_to)

        return await self._sender.send(writing, unit, writing.body, starts=False)

    async def edit(self, actor: Actor, post: int, body: str) -> Post:
        """Change one's own post (not an official one older than 10 minutes); the old text stays as a revision.

        Raises as `editing.edit`, Invalid(`body.empty`, `body.long`), TryLater(`post.too_fast`, seconds)."""
        clean = checked_body(body, official=actor.kind is AccountKind.OFFICER)
        boards = await self._boards.readable(actor)
        at = self._clock.now()
        return await self._sender.change(
            actor, post, clean, lambda tx: editing.edit(tx, actor, post, clean, at, boards)
        )

    async def editable(self, actor: Actor, post: int) -> Post:
        """One's own post as it may be changed now; raises as `editing.edit`."""
        boards, at = await self._boards.readable(actor), self._clock.now()
        return (await self._db.read(lambda tx: editing.own_post(tx, actor, post, at, boards)))[1]

    async def pin(self, actor: Actor, thread: int, on: bool) -> Thread:
        """Pin a thread above the list, or let it go; Conflict(`thread.pins_full`). Recorded."""
        boards, at = await self._boards.readable(actor), self._clock.now()
        await self._db.write(lambda tx: editing.pin(tx, actor, thread, at, boards, on=on))
        return (await self.get(actor, thread))[1]

    async def lock(self, actor: Actor, thread: int, on: bool) -> Thread:
        """Close a thread to replies, or open it again. Recorded."""
        boards, at = await self._boards.readable(actor), self._clock.now()
        await self._db.write(lambda tx: editing.lock(tx, actor, thread, at, boards, on=on))
        return (await self.get(actor, thread))[1]

    async def keep(self, actor: Actor, thread: int, on: bool) -> Thread:
        """Mark a thread as one to keep, or no longer. Recorded."""
        boards, at = await self._boards.readable(actor), self._clock.now()
        await self._db.write(lambda tx: editing.keep(tx, actor, thread, at, boards, on=on))
        return (await self.get(actor, thread))[1]

    async def digest(self, actor: Actor, thread: int, on: bool) -> Thread:
        """Mark a thread as one of the best of its board, or no longer. Recorded."""
        boards, at = await self._boards.readable(actor), self._clock.now()
        await self._db.write(lambda tx: editing.digest(tx, actor, thread, at, boards, on=on))
        return (await self.get(actor, thread))[1]

    # For whom

    async def reader(self, actor: Actor) -> Reader:
        """For whom is read, over all boards; what units of several rules read threads with."""
        boards = await self._boards.readable(actor)
        hidden = frozenset(
            number for number, board in boards.items() if access.allowed(actor, Verb.POST_HIDDEN, place=board)
        )
        heed = await self._attention.heed(actor)
        return Reader(actor.account_id or 0, actor.baseline_post_id, self._reading.waiting(actor), boards, hidden, heed)

    async def reader_in(self, actor: Actor, board: Board, *, counting: bool = False) -> tuple[Reader, bool]:
        """The same within one board, and (when `counting`) whether threads were marked unread again. Forbidden."""
        access.require(actor, Verb.BOARD_READ, place=board)
        again = False
        if counting and actor.account_id is not None:
            await self._reading.settle(actor)
            again = bool(await self._reading.again(actor.account_id))
        heed = await self._attention.heed(actor)
        waiting = self._reading.waiting(actor)
        reader = Reader(actor.account_id or 0, actor.baseline_post_id, waiting, {board.id: board}, heed=heed)
        return reader, again


def _cursor(after: str | None, before: str | None) -> str | None:
    if after is not None and before is not None:
        raise Invalid("cursor.bad")
    return before if after is None else after
