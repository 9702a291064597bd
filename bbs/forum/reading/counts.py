"""How many threads of each board are unread for somebody; what was counted is kept until something in it changes.

A count is kept with a number that says when it was made. What is written in a board, and each mark of the reader, gets
the next number; only boards with a later change than their count are counted again. Numbers are taken before the store
is read, so a change that comes meanwhile is counted once too often and never once too little.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sqlalchemy import Select, bindparam, func, literal_column, select

from bbs.forum.actor import Actor
from bbs.forum.reading.attention import Attention, Heed
from bbs.forum.reading.marks import MARK_OF_THREAD, is_muted, watermark
from bbs.forum.reading.reading import MOVED, Reading
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import board, thread, thread_mark

UNREAD_CAP = 999
"""Counts stop here: nobody reads "12,345 unread", and a bounded count stays fast on a board of a million threads."""
_KEPT_MOST: Final = 5_000  # readers whose counts are kept
_MARKS_MOST: Final = 500  # marks remembered of one reader; after more everything is counted again

Unread = dict[int, tuple[int, int]]
"""By board: unread threads that are not muted, and those that are."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was counted, at which number, and under which conditions of the reader."""

    at: int
    baseline: int
    heed: Heed
    again: frozenset[int]
    unread: Unread


_Moved: TypeAlias = tuple[int, frozenset[int], frozenset[int]]  # number, threads, boards


@dataclass(slots=True)
class _Marks:
    """The marks of one reader since they were counted: number, threads, boards. `since` is where memory begins."""

    since: int = 0
    moved: list[_Moved] = field(default_factory=list)


class Counts:
    """Counting, for one reader at a time, as part of a unit."""

    def __init__(self, db: Database, reading: Reading, attention: Attention) -> None:
        self._reading = reading
        self._attention = attention
        self._now = 1
        self._everything = 0
        self._written: dict[str, int] = {}  # slug of a board -> number of the last change there
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._marks: dict[int, _Marks] = {}
        db.hub.subscribe(("thread.new", "post.new", "post.changed"), self._board_changed)
        db.hub.subscribe(("thread.changed", "community.changed", "account.erased"), self._all_changed)
        db.hub.subscribe(("marks.again", "attention.changed", MOVED), self._reader_changed)
        reading.watch(self._moved)

    async def counting(self, actor: Actor) -> Callable[[Tx], Unread]:
        """What counts, as part of a unit; the actor's own marks that waited are written before this returns.

        It counts boards not open to the actor too, and no archived ones."""
        account = actor.account_id
        if account is None:
            return lambda tx: {}
        await self._reading.settle(actor)
        again = await self._reading.again(account)
        heed = await self._attention.heed(actor)
        at, kept = self._now, self._good(account, actor.baseline_post_id, heed, again)
        later, moved = (set(), []) if kept is None else self._since(account, kept.at)
        reader: dict[str, Any] = {"account": account, "baseline": actor.baseline_post_id}

        def unit(tx: Tx) -> Unread:
            if kept is None:
                unread = _count(tx, reader, heed, again, None)
            else:
                stale = _stale(tx, later, moved)
                unread = {**kept.unread, **_count(tx, reader, heed, again, stale)} if stale else kept.unread
            self._keep(account, _Kept(at, actor.baseline_post_id, heed, again, unread))
            return unread

        return unit

    async def ready(self, actor: Actor) -> Unread | None:
        """The same counts, where nothing has changed since they were made; else None."""
        account = actor.account_id
        if account is None:
            return {}
        await self._reading.settle(actor)
        again = await self._reading.again(account)
        kept = self._good(account, actor.baseline_post_id, await self._attention.heed(actor), again)
        return None if kept is None or any(self._since(account, kept.at)) else kept.unread

    def _good(self, account: int, baseline: int, heed: Heed, again: frozenset[int]) -> _Kept | None:
        """What was counted, if what changed since can be told."""
        kept, marks = self._kept.get(account), self._marks.get(account)
        if kept is None or kept.at < max(self._everything, 0 if marks is None else marks.since):
            return None
        return kept if kept.heed is heed and kept.again == again and kept.baseline == baseline else None

    def _since(self, account: int, at: int) -> tuple[set[str], list[_Moved]]:
        """The boards written in after a number, and the marks of a reader that moved."""
        marks = self._marks.get(account)
        moved = [] if marks is None else [each for each in marks.moved if each[0] > at]
        return {slug for slug, number in self._written.items() if number > at}, moved

    def _keep(self, account: int, made: _Kept) -> None:
        """Called by the thread that read; a later count is never replaced by an earlier one."""
        old = self._kept.get(account)
        if old is None or old.at <= made.at:
            self._kept[account] = made
            while len(self._kept) > _KEPT_MOST:
                self._kept.popitem(last=False)

    # What changes

    def _next(self) -> int:
        self._now += 1
        return self._now

    def _board_changed(self, event: Event) -> None:
        self._written[str(event.payload.get("board"))] = self._next()

    def _all_changed(self, event: Event) -> None:
        self._everything = self._next()

    def _reader_changed(self, event: Event) -> None:
        account = event.payload.get("account")
        if isinstance(account, int) and event.payload.get("by") != self._reading.token:
            self._marks[account] = _Marks(since=self._next())

    def _moved(self, account: int, threads: Iterable[int], boards: Iterable[int]) -> None:
        if len(self._marks) > _KEPT_MOST:
            self._marks.clear()
            self._everything = self._next()
        marks = self._marks.setdefault(account, _Marks())
        marks.moved.append((self._next(), frozenset(threads), frozenset(boards)))
        if sum(len(each[1]) for each in marks.moved) > _MARKS_MOST:
            self._marks[account] = _Marks(since=self._next())


def _stale(tx: Tx, later: set[str], moved: list[_Moved]) -> set[int]:
    """The boards to be counted again."""
    found = {number for _, _, boards in moved for number in boards}
    threads = sorted({number for _, each, _ in moved for number in each})
    if threads:
        found |= {int(row[0]) for row in tx.connection.execute(_BOARDS_OF, {"numbers": threads})}
    if later:
        found |= {int(row[0]) for row in tx.connection.execute(_BY_SLUG, {"slugs": sorted(later)})}
    return found


def _count(tx: Tx, reader: dict[str, Any], heed: Heed, again: frozenset[int], boards: set[int] | None) -> Unread:
    """Count all boards, or these."""
    which = None if boards is None else sorted(boards)
    counts = _counted_in(tx, reader, _UNREAD, AGAIN, again, which)
    if not heed.mutes:
        return {number: (unread, 0) for number, unread in counts.items()}
    heard = _counted_in(tx, reader | heed.parameters, _UNREAD_HEARD, AGAIN_HEARD, again, which)
    return {number: (heard.get(number, 0), all - heard.get(number, 0)) for number, all in counts.items()}


def _counted_in(
    tx: Tx, given: dict[str, Any], every: Any, below: Any, again: frozenset[int], which: list[int] | None
) -> dict[int, int]:
    chosen = every if which is None else every.where(_CHOSEN)
    rows = tx.connection.execute(chosen, given if which is None else given | {"boards": which})
    counts = {int(row[0]): int(row[1]) for row in rows}
    if again:
        for number, more in tx.connection.execute(below, given | {"threads": sorted(again)}):
            if number in counts:
                counts[number] = min(UNREAD_CAP, counts[number] + more)
    return counts


# For each board, at most UNREAD_CAP threads above the watermark whose reader has not read them to the end.
NEW_ONES: Final[Select[tuple[Any]]] = (
    select(literal_column("1").label("one"))
    .select_from(thread.outerjoin(thread_mark, MARK_OF_THREAD))
    .where(
        thread.c.board_id == board.c.id,
        thread.c.last_post_id > watermark(board.c.id),
        thread.c.hidden_at.is_(None),
        func.coalesce(thread_mark.c.read_post_id, 0) < thread.c.last_post_id,
    )
)


def _counted(new_ones: Select[tuple[Any]]) -> Any:
    capped = new_ones.limit(UNREAD_CAP).correlate(board).subquery()
    unread = select(func.count()).select_from(capped).correlate(board).scalar_subquery()
    return select(board.c.id, unread.label("unread")).where(board.c.archived_at.is_(None))


_CHOSEN: Final = board.c.id.in_(bindparam("boards", expanding=True))
_UNREAD: Final = _counted(NEW_ONES)
_UNREAD_HEARD: Final = _counted(NEW_ONES.where(~is_muted()))
_BOARDS_OF: Final = select(thread.c.board_id).where(thread.c.id.in_(bindparam("numbers", expanding=True))).distinct()
_BY_SLUG: Final = select(board.c.id).where(board.c.slug.in_(bindparam("slugs", expanding=True)))

# Threads marked unread again that lie below the watermark, where the query above does not look.
AGAIN: Final = (
    select(thread.c.board_id, func.count())
    .where(
        thread.c.id.in_(bindparam("threads", expanding=True)),
        thread.c.hidden_at.is_(None),
        thread.c.last_post_id <= watermark(thread.c.board_id),
    )
    .group_by(thread.c.board_id)
)
AGAIN_HEARD: Final = AGAIN.where(~is_muted())
