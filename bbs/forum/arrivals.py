"""What somebody finds on coming in: all that the first screen tells, read in one unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from bbs.forum.actor import Actor
from bbs.forum.boards import boards as boards_of
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.cases.reading import own as own_case
from bbs.forum.cases.rules import Cases
from bbs.forum.cases.values import OwnCase, Waiting
from bbs.forum.news.bulletins import Bulletin
from bbs.forum.news.news import News
from bbs.forum.people.blocks import blocked_names
from bbs.forum.people.inbox import unread_notices
from bbs.forum.people.mailbox import unread_letters
from bbs.forum.people.pager import Page as ShortMessage
from bbs.forum.people.pager import unseen
from bbs.forum.posts import listing
from bbs.forum.posts.beginnings import Beginning, Beginnings, Found
from bbs.forum.posts.listing import Filter, Reader
from bbs.forum.posts.posts import ReadState, Thread
from bbs.forum.reading.attention import Attention
from bbs.forum.reading.favourites import count_new
from bbs.forum.reading.marks import ACCOUNT
from bbs.forum.reading.reading import Reading
from bbs.forum.returning import Left, Returning
from bbs.store.database import Database, Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import draft

__all__ = ["Arrival", "Arrivals", "Beginning", "Known", "Most", "Unfinished"]

NO_DESK: Final = Waiting()


@dataclass(frozen=True, slots=True)
class Most:
    """How many of each kind are wanted."""

    must_reads: int
    threads: int
    official: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Where the newest draft lies, without its text. `saved_at` is UTC."""

    id: str
    route: str
    title: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """Counts of what is new, and the first of each kind."""

    threads: int
    boards: int
    bulletins: int
    must_read: int
    official: int
    """New ones among the official posts looked at."""
    must_reads: Sequence[Bulletin] = ()
    fresh: Sequence[Thread] = ()
    """Unread threads in the order of the boards, of each board pinned ones first, then newest activity."""
    answers: Sequence[Beginning] = ()
    draft: Unfinished | None = None
    favourites: int = 0
    """Boards and threads among the favourites with something new."""
    desk: Waiting = NO_DESK
    """What waits for the offices of an officer."""
    case: OwnCase | None = None
    """The case of one's own that is most worth a look."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a session must know before its first screen: what waits, whom one blocks, where a line dropped."""

    notices: int = 0
    letters: int = 0
    blocked: frozenset[str] = frozenset()
    messages: Sequence[ShortMessage] = ()
    """The short messages one has not seen, oldest first."""
    left: Left | None = None


class Arrivals:
    """Reads of several rules put together: one way to the store and back instead of a dozen."""

    def __init__(
        self,
        db: Database,
        boards: Boards,
        news: News,
        reading: Reading,
        attention: Attention,
        cases: Cases,
        returning: Returning,
    ) -> None:
        self._db = db
        self._attention = attention
        self._boards = boards
        self._cases = cases
        self._news = news
        self._reading = reading
        self._returning = returning
        self._beginnings = Beginnings()

    async def enter(self, actor: Actor) -> Known:
        """What a session must know as it begins. What rules keep of this person in memory is read on the same way."""
        account = actor.account_id
        if account is None:
            return Known()
        asks: list[Callable[[Tx], Callable[[], object]]] = []
        if not self._reading.knows(account):
            asks.append(self._reading.learning(account))
        if not self._attention.knows(account):
            asks.append(self._attention.learning(account))
        if not self._news.knows(account):
            asks.append(self._news.learning(account))
        left = self._returning.finding(actor)

        def unit(tx: Tx) -> tuple[Known, list[Callable[[], object]]]:
            known = Known(
                unread_notices(tx, actor),
                unread_letters(tx, actor),
                blocked_names(tx, actor),
                unseen(tx, actor),
                left(tx),
            )
            return known, [ask(tx) for ask in asks]

        known, keeps = await self._db.read(unit)
        for keep in keeps:
            keep()
        return known

    async def counts(self, actor: Actor) -> tuple[int, int]:
        """Unread threads and unread bulletins."""
        if actor.is_guest:
            return 0, 0
        readable = await self._boards.readable(actor)
        threads, bulletins = await self._boards.counting(actor), await self._news.counting(actor)
        return await self._db.read(lambda tx: (boards_of.total(readable, threads(tx))[0], bulletins(tx)[0]))

    async def look(self, actor: Actor, most: Most, *, lang: str) -> Arrival:
        """All of it, as of one moment; of a translation pair the bulletin in `lang`."""
        readable = await self._boards.readable(actor)
        in_order = await self._boards.in_order(actor)
        threads, bulletins = await self._boards.counting(actor), await self._news.counting(actor)
        asking = await self._news.asking(actor, most.must_reads, lang=lang)
        again = actor.account_id is not None and bool(await self._reading.again(actor.account_id))
        waiting = self._reading.waiting(actor)
        heed = await self._attention.heed(actor)
        desk = await self._cases.counting(actor)
        reader = Reader(actor.account_id or 0, actor.baseline_post_id, waiting, readable, heed=heed)

        def unit(tx: Tx) -> tuple[Arrival, Found]:
            unread = threads(tx)
            new_threads, new_boards = boards_of.total(readable, unread)
            new, must = bulletins(tx)
            found = self._beginnings.find(tx, reader, most.official)
            first = [board for board in in_order if unread.get(board.id, (0, 0))[0]]
            arrival = Arrival(
                new_threads,
                new_boards,
                new,
                must,
                found.new,
                asking(tx) if must else (),
                _unread(tx, reader, first, most.threads, again=again),
            )
            if actor.account_id is None:
                return arrival, found
            by_board = {number: threads for number, (threads, _) in unread.items()}
            own = replace(
                arrival,
                draft=_latest(tx, actor.account_id),
                favourites=count_new(tx, reader, by_board),
                desk=desk(tx),
                case=own_case(tx, actor.account_id),
            )
            return own, found

        arrival, found = await self._db.read(unit)
        return replace(arrival, answers=self._beginnings.of(found))


def _unread(tx: Tx, reader: Reader, boards: Sequence[Board], limit: int, *, again: bool) -> list[Thread]:
    """The first unread threads of boards that have any."""
    found: list[Thread] = []
    narrow = Filter(unread=True)
    for board in boards:
        pinned = [one for one in listing.pinned(tx, reader, board) if one.state is ReadState.UNREAD and not one.muted]
        found += pinned[: limit - len(found)]
        if len(found) < limit:
            most = limit - len(found)
            page = listing.page(tx, reader, board, cursor=None, limit=most, narrow=narrow, again=again)
            found += page.items
        if len(found) >= limit:
            break
    return found


def _latest(tx: Tx, account: int) -> Unfinished | None:
    row = _LATEST.first(tx, {"account": account})
    return None if row is None else Unfinished(*row)


_LATEST: Final = Prepared(
    select(draft.c.id, draft.c.route, draft.c.title, draft.c.saved_at)
    .where(draft.c.account_id == ACCOUNT)
    .order_by(draft.c.saved_at.desc(), draft.c.id)
    .limit(1)
)
