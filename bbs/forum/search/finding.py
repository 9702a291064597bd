"""Finding posts and threads: numbers from the index, and of those what the reader may see, within a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, thread_time
from typing import Any, Final

from sqlalchemy import BindParameter, Select, bindparam, func, select

from bbs.forum.boards.places import Board
from bbs.forum.search.asking import Asked
from bbs.forum.search.hits import HitKind
from bbs.forum.search.runs import Key, Run, Sighting
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind, Narrow
from bbs.store.tables import account, appointment, post, thread
from bbs.text.names import fold
from bbs.text.segment import matches

BUDGET: Final = 0.025
"""Seconds of work after which a search begins no further statement, once each kind of thing was looked for."""
WAIT: Final = 0.1
"""Seconds on the clock after which it does not either: the work may be another process's, or the machine busy."""
STRETCH: Final = {"sqlite": 1_000_000, "postgresql": 100_000}
"""Numbers that one statement looks through: few on PostgreSQL, which reads rows to compare a phrase."""
CHUNK: Final = search.LIMIT
"""Candidates of one statement."""
SPARE: Final = 5
"""Candidates asked for beyond a page, since some are not for the reader."""
_CLOCK_SLIPS: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one reader may find: these boards, and not `others`; `until` is when its clock stands (UTC)."""

    boards: Mapping[int, Board]
    others: Collection[int]
    until: datetime


class Finder:
    """One question of one reader, inside a unit that began just now."""

    def __init__(self, tx: Tx, asked: Asked, reach: Reach, limit: int) -> None:
        self._tx = tx
        self._asked = asked
        self._boards = list(reach.boards)
        self._limit = limit
        self._work_until = thread_time() + BUDGET
        self._until = monotonic() + WAIT
        self._authors = _authors(tx, asked.author) if asked.author else []
        self._nobody = bool(asked.author) and not self._authors
        self._narrow = _narrow(asked, reach, self._authors)

    def posts(self, began: Key) -> Run:
        """Posts by their words, or of an author; the first post of a thread that is found by its title is left out."""
        if self._asked.title:
            return Run(began)
        return self._walk(Kind.POST, self._posts_among, began)

    def threads(self, began: Key) -> Run:
        """Threads by the words of their titles."""
        if not self._asked.words:
            return Run(began)
        return self._walk(Kind.THREAD, self._threads_among, began)

    def _posts_among(self, ids: Sequence[int]) -> list[Sighting]:
        rows = self._read(_POSTS, post, ids)
        words = self._asked.words
        return [
            Sighting(HitKind.POST, row.id, row.created_at, row)
            for row in rows
            if not (words and row.floor == 1 and matches(row.title, words))
        ]

    def _threads_among(self, ids: Sequence[int]) -> list[Sighting]:
        rows = self._read(_THREADS, thread, ids)
        return [Sighting(HitKind.THREAD, row.id, row.created_at, row) for row in rows]

    def _read(self, query: Select[Any], of: Any, ids: Sequence[int]) -> Sequence[Any]:
        """What of the candidates the reader may see: the tables say it, the tags of the index only spare the look."""
        if not ids:
            return ()
        asked = self._asked
        given: dict[str, Any] = {"ids": ids, "boards": self._boards}
        if asked.author:
            query, given["author"] = query.where(of.c.author == bindparam("author")), asked.author
        if asked.since is not None:
            query, given["since"] = query.where(of.c.created_at >= bindparam("since")), asked.since
        return self._tx.connection.execute(query, given).all()

    def _walk(self, kind: Kind, among: Callable[[Sequence[int]], list[Sighting]], began: Key) -> Run:
        """Ask the index for one stretch of numbers after another until the page is full or the time is over."""
        before = began[1]
        if before <= 1 or not self._boards or self._nobody:
            return Run(began)
        found: list[Sighting] = []
        wanted = min(CHUNK, self._limit + SPARE)
        lowest, highest = search.span(self._tx, kind, self._narrow)
        before, size = min(before, highest + 1, _newest(self._tx, kind) + 1), STRETCH[self._tx.dialect]
        least = max(lowest, before - size)
        # Where nothing matches SQLite goes to the end of its index, whatever `least` is: 40 ms over a million posts.
        while before > lowest:
            ids = search.find(self._tx, self._asked.words, kind, wanted, before, least, self._narrow)
            found += among(ids)
            if len(ids) == wanted:
                before, wanted = ids[-1], min(CHUNK, wanted * 3)
            else:
                before, least = least, max(lowest, least - size)
            if len(found) > self._limit or self.is_over():
                break
        if len(found) > self._limit:
            page = tuple(found[: self._limit])
            return Run(began, page, page[-1].key)
        if before <= lowest:
            return Run(began, tuple(found))
        return Run(began, tuple(found), (0, before), _day_of(self._tx, kind, before))

    def is_over(self) -> bool:
        """Whether the time is over for this page."""
        return thread_time() > self._work_until or monotonic() > self._until


def _narrow(asked: Asked, reach: Reach, authors: Sequence[int]) -> Narrow:
    narrow = Narrow()
    if authors:
        narrow = narrow.to_authors(authors)
    if asked.since is not None:
        narrow = narrow.to_days(asked.since, reach.until + _CLOCK_SLIPS)
    if asked.board:
        return narrow.to_boards(reach.boards)
    return narrow.to_boards(reach.boards, reach.others) if reach.others else narrow


def _newest(tx: Tx, kind: Kind) -> int:
    return int(tx.connection.execute(_NEWEST[kind]).scalar_one())


def _day_of(tx: Tx, kind: Kind, number: int) -> datetime | None:
    """When it was that a number was given out: a stretch may end between two that are there."""
    found: datetime | None = tx.connection.execute(_NEAR[kind], {"n": number}).scalar()
    return found


def _authors(tx: Tx, name: str) -> list[int]:
    """The accounts that may have written under a name: a pen name, or the real name of an officer."""
    given = {"name": name, "fold": fold(name)}
    return sorted(set(tx.connection.execute(_NAMED, given).scalars()))


_NAMED: Final = (
    select(account.c.id)
    .where(account.c.fold == bindparam("fold"), account.c.name == bindparam("name"))
    .union_all(select(appointment.c.account_id).where(appointment.c.real_name == bindparam("name")))
)
_NEWEST: Final = {
    Kind.POST: select(func.coalesce(func.max(post.c.id), 0)),
    Kind.THREAD: select(func.coalesce(func.max(thread.c.id), 0)),
}
_NEAR: Final = {
    Kind.POST: select(post.c.created_at).where(post.c.id >= bindparam("n")).order_by(post.c.id).limit(1),
    Kind.THREAD: select(thread.c.created_at).where(thread.c.id >= bindparam("n")).order_by(thread.c.id).limit(1),
}
_IDS: Final[BindParameter[int]] = bindparam("ids", expanding=True)
_BOARDS: Final[BindParameter[int]] = bindparam("boards", expanding=True)
# An expression and not the column: by its index SQLite would walk all threads of the boards to reach a few posts.
_OF_BOARD: Final = thread.c.board_id + 0
_POSTS: Final = (
    select(
        post.c.id,
        post.c.thread_id.label("of_thread"),
        post.c.floor,
        post.c.author,
        post.c.official_office,
        post.c.created_at,
        thread.c.title,
        thread.c.board_id,
    )
    .join(thread, thread.c.id == post.c.thread_id)
    .where(
        post.c.id.in_(_IDS),
        post.c.hidden_at.is_(None),
        post.c.withdrawn_at.is_(None),
        thread.c.hidden_at.is_(None),
        _OF_BOARD.in_(_BOARDS),
    )
    .order_by(post.c.id.desc())
)
_THREADS: Final = (
    select(
        thread.c.id,
        thread.c.id.label("of_thread"),
        thread.c.title,
        thread.c.author,
        thread.c.official_office,
        thread.c.created_at,
        thread.c.board_id,
    )
    .where(thread.c.id.in_(_IDS), thread.c.hidden_at.is_(None), _OF_BOARD.in_(_BOARDS))
    .order_by(thread.c.id.desc())
)
