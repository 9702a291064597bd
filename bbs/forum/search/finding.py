"""Reading hits from the store, kind by kind: candidates from the index, then what the reader may see of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from time import monotonic
from typing import Any, Final

from sqlalchemy import BindParameter, Select, bindparam, func, literal_column, select

from bbs.forum.boards.places import Board
from bbs.forum.news.columns import Sight
from bbs.forum.news.rows import visible
from bbs.forum.search.asking import Asked
from bbs.forum.search.snippets import Snippet, marked, snippet
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind
from bbs.store.tables import account, appointment, bulletin, post, thread
from bbs.text.segment import matches

BUDGET: Final = 0.04
"""Seconds after which a search through one kind of thing begins no further statement."""
STRETCH: Final = 50_000
"""Numbers that the first statement looks through; the next ones look through more."""
STRETCH_MOST: Final = 200_000
CHUNK: Final = search.LIMIT
"""Candidates of one statement."""
FEW_POSTS: Final = 1_000
"""An author with fewer posts is searched by reading them; the index is asked about all others."""
OWN_CHUNK: Final = 200
BULLETINS_MOST: Final = search.LIMIT
"""Bulletins, newest numbers first, out of which pages are made: they are ordered by the day they came out."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class HitKind(StrEnum):
    """What was found."""

    POST = "post"
    THREAD = "thread"  # by its title
    BULLETIN = "bulletin"
    LIBRARY = "library"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `place` is the slug of the board or column, `official` an office; times are UTC."""

    kind: HitKind
    id: int
    thread: int | None
    floor: int | None
    place: str
    title: Snippet
    author: str
    official: str | None
    created_at: datetime
    snippet: Snippet
    path: str = ""
    """Where it stands in its board's library."""

    @property
    def route(self) -> str:
        if self.kind is HitKind.LIBRARY:
            return f"/b/{self.place}/library/{self.path}"
        if self.kind is HitKind.BULLETIN:
            return f"/n/{self.id}"
        return f"/t/{self.thread}" if self.kind is HitKind.THREAD else f"/t/{self.thread}#{self.floor}"


@dataclass(frozen=True, slots=True)
class Run:
    """Hits of one kind in order. `rest` is the key below which more may come, (0, 0) when nothing does.

    `back_to` is set when the run ended for want of time: nothing newer than it was left out."""

    began: tuple[int, int]
    hits: tuple[Hit, ...] = ()
    rest: tuple[int, int] = (0, 0)
    back_to: datetime | None = None

    def has(self, at: int) -> bool:
        """Whether there is a hit at this place."""
        return at < len(self.hits)

    def over(self, at: int) -> bool:
        """Whether nothing comes after the first `at` hits."""
        return not self.has(at) and self.rest == (0, 0)

    def edge(self, at: int) -> tuple[int, int]:
        """The key to go on from after `at` hits were given out."""
        if not self.has(at):
            return self.rest
        return self.began if at == 0 else key_of(self.hits[at - 1])


def key_of(hit: Hit) -> tuple[int, int]:
    """What its place in the order of its kind is."""
    if hit.kind in (HitKind.BULLETIN, HitKind.LIBRARY):
        return (hit.created_at - EPOCH) // timedelta(microseconds=1), hit.id
    return 0, hit.id


class Finder:
    """One question of one reader; its methods run inside a unit."""

    def __init__(
        self, asked: Asked, boards: Mapping[int, Board], sight: Sight, now: datetime, lang: str, limit: int
    ) -> None:
        self._asked = asked
        self._boards = boards
        self._sight = sight
        self._now = now
        self._lang = lang
        self._limit = limit

    # Posts

    def posts(self, tx: Tx, before: int) -> Run:
        """Posts by their words, or of an author; the first post of a thread that is found by its title is left out."""
        began = (0, before)
        asked = self._asked
        if asked.title or before <= 1 or not self._boards:
            return Run(began)
        authors: list[int] = []
        if asked.author:
            authors = _authors(tx, asked.author)
            if not authors:
                return Run(began)
        if authors and (not asked.words or _few(tx, authors)):
            return self._of_author(tx, authors, began)
        return self._walk(tx, Kind.POST, self._posts_among, began)

    def _of_author(self, tx: Tx, authors: list[int], began: tuple[int, int]) -> Run:
        """The author's posts themselves, newest first, read and compared."""
        deadline = monotonic() + BUDGET
        before, rows = began[1], list[Any]()
        while True:
            given = {"authors": authors, "before": before, "most": OWN_CHUNK}
            ids = list(tx.connection.execute(_OWN, given).scalars())
            for row in self._posts_among(tx, ids):
                if not self._asked.words or matches(row.body, self._asked.words):
                    rows.append(row)
            before = ids[-1] if len(ids) == OWN_CHUNK else 0
            if not before or len(rows) > self._limit or monotonic() > deadline:
                return self._run(tx, Kind.POST, rows, began, before)

    def _posts_among(self, tx: Tx, ids: Sequence[int]) -> list[Any]:
        if not ids:
            return []
        query = _POSTS
        given: dict[str, Any] = {"ids": list(ids), "boards": list(self._boards)}
        rows = tx.connection.execute(*self._narrowed(query, post, given)).all()
        words = self._asked.words
        return [row for row in rows if not (words and row.floor == 1 and matches(row.title, words))]

    # Threads

    def threads(self, tx: Tx, before: int) -> Run:
        """Threads by the words of their titles."""
        began = (0, before)
        if not self._asked.words or before <= 1 or not self._boards:
            return Run(began)
        return self._walk(tx, Kind.THREAD, self._threads_among, began)

    def _threads_among(self, tx: Tx, ids: Sequence[int]) -> list[Any]:
        given: dict[str, Any] = {"ids": list(ids), "boards": list(self._boards)}
        return list(tx.connection.execute(*self._narrowed(_THREADS, thread, given)).all()) if ids else []

    def _narrowed(self, query: Select[Any], of: Any, given: dict[str, Any]) -> tuple[Select[Any], dict[str, Any]]:
        asked = self._asked
        if asked.author:
            query, given["author"] = query.where(of.c.author == bindparam("author")), asked.author
        if asked.since is not None:
            query, given["since"] = query.where(of.c.created_at >= bindparam("since")), asked.since
        return query, given

    # Both

    def _walk(self, tx: Tx, kind: Kind, among: Any, began: tuple[int, int]) -> Run:
        """Ask the index for one stretch of numbers after another until the page is full or the time is over."""
        deadline = monotonic() + BUDGET
        rows: list[Any] = []
        before = began[1]
        wanted = min(CHUNK, self._limit + 5)
        for least in _stretches(tx, kind, before):
            before = min(before, least[1])
            while True:
                ids = search.find(tx, self._asked.words, kind, wanted, before, least[0])
                rows += among(tx, ids)
                done = len(ids) < wanted
                before = least[0] if done else ids[-1]
                wanted = wanted if done else min(CHUNK, wanted * 3)
                if done or len(rows) > self._limit or monotonic() > deadline:
                    break
            if before <= 1 or len(rows) > self._limit or monotonic() > deadline:
                break
        return self._run(tx, kind, rows, began, before if before > 1 else 0)

    def _run(self, tx: Tx, kind: Kind, rows: list[Any], began: tuple[int, int], before: int) -> Run:
        found = HitKind.POST if kind is Kind.POST else HitKind.THREAD
        hits = tuple(self._hit(found, row) for row in rows[: self._limit])
        if len(rows) > self._limit:
            return Run(began, hits, (0, hits[-1].id))
        back_to = None
        if before:
            table = post if kind is Kind.POST else thread
            # The stretch may end between two numbers.
            near = select(table.c.created_at).where(table.c.id >= before).order_by(table.c.id).limit(1)
            back_to = tx.connection.execute(near).scalar()
        return Run(began, hits, (0, before), back_to)

    def _hit(self, kind: HitKind, row: Any) -> Hit:
        words = self._asked.words
        return Hit(
            kind=kind,
            id=row.id,
            thread=row.of_thread,
            floor=row.floor,
            place=self._boards[row.board_id].slug,
            title=marked(row.title, words),
            author=row.author,
            official=row.official_office,
            created_at=row.created_at,
            snippet=snippet(row.body or "", words),
        )

    # Bulletins

    def bulletins(self, tx: Tx, before: tuple[int, int]) -> Run:
        """Bulletins by their words, by the day they came out; a translation pair once."""
        asked = self._asked
        if not asked.words or asked.board or before[0] == 0 or not self._sight.columns:
            return Run(before)
        ids = search.find(tx, asked.words, Kind.BULLETIN, BULLETINS_MOST)
        if not ids:
            return Run(before)
        at = EPOCH + timedelta(microseconds=min(before[0], FAR))
        query = _BULLETINS.where(visible(self._sight))
        given = {"ids": ids, "at": at, "before": before[1], "now": self._now}
        rows = tx.connection.execute(*self._published(query, given)).all()
        rows = list(_once(rows, self._lang))
        if asked.title:
            rows = [row for row in rows if matches(f"{row.title}\n{row.title_en}", asked.words)]
        shown = rows[: self._limit]
        bodies = self._bodies(tx, [row.id for row in shown])
        hits = tuple(self._bulletin(row, bodies) for row in shown)
        return Run(before, hits, key_of(hits[-1]) if len(rows) > len(shown) else (0, 0))

    def _published(self, query: Select[Any], given: dict[str, Any]) -> tuple[Select[Any], dict[str, Any]]:
        asked = self._asked
        if asked.author:
            query, given["author"] = query.where(bulletin.c.author == bindparam("author")), asked.author
        if asked.since is not None:
            query, given["since"] = query.where(bulletin.c.published_at >= bindparam("since")), asked.since
        return query, given

    def _bodies(self, tx: Tx, ids: list[int]) -> dict[int, str]:
        return {row[0]: row[1] for row in tx.connection.execute(_BODIES, {"ids": ids})} if ids else {}

    def _bulletin(self, row: Any, bodies: Mapping[int, str]) -> Hit:
        words = self._asked.words
        title = row.title if self._lang.startswith("zh") or not row.title_en else row.title_en
        return Hit(
            kind=HitKind.BULLETIN,
            id=row.id,
            thread=None,
            floor=None,
            place=row.column,
            title=marked(title, words),
            author=row.author or row.source,
            official=None,
            created_at=row.published_at,
            snippet=snippet(bodies.get(row.id, ""), words),
        )


def _once(rows: Sequence[Any], lang: str) -> Iterator[Any]:
    """Each bulletin in one of its translations: the reader's if it was found."""
    mine = {row.source_id for row in rows if row.lang == lang}
    seen: set[str] = set()
    for row in rows:
        if row.source_id in seen or (row.source_id in mine and row.lang != lang):
            continue
        seen.add(row.source_id)
        yield row


def _stretches(tx: Tx, kind: Kind, before: int) -> Iterator[tuple[int, int]]:
    """Stretches of numbers (lowest, above the highest) from `before` down to 1, the first one short."""
    table = post if kind is Kind.POST else thread
    newest = tx.connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    top, size = min(before, int(newest) + 1), STRETCH
    while top > 1:
        least = max(1, top - size)
        yield least, top
        top, size = least, min(size * 4, STRETCH_MOST)


def _authors(tx: Tx, name: str) -> list[int]:
    """The accounts that may have written under a name: a pen name, or the real name of an officer."""
    found = set(tx.connection.execute(_BY_NAME, {"name": name}).scalars())
    found |= set(tx.connection.execute(_BY_REAL_NAME, {"name": name}).scalars())
    return sorted(found)


def _few(tx: Tx, authors: list[int]) -> bool:
    given = {"authors": authors, "before": 2**31 - 1, "most": FEW_POSTS}
    return len(tx.connection.execute(_OWN, given).all()) < FEW_POSTS


FAR: Final = 253_402_300_799_000_000  # the end of the year 9999 in microseconds
_IDS: Final[BindParameter[int]] = bindparam("ids", expanding=True)
_BOARDS: Final[BindParameter[int]] = bindparam("boards", expanding=True)
# An expression and not the column: by its index SQLite would walk all threads of the boards to reach a few posts.
_OF_BOARD: Final = thread.c.board_id + 0
_BY_NAME: Final = select(account.c.id).where(account.c.name == bindparam("name"))
_BY_REAL_NAME: Final = (select(account.c.id).join(appointment, appointment.c.account_id == account.c.id)).where(
    appointment.c.real_name == bindparam("name")
)
_OWN: Final = (
    select(post.c.id)
    .where(post.c.author_id.in_(bindparam("authors", expanding=True)), post.c.id < bindparam("before"))
    .order_by(post.c.id.desc())
    .limit(bindparam("most"))
)
_POSTS: Final = (
    select(
        post.c.id,
        post.c.thread_id.label("of_thread"),
        post.c.floor,
        post.c.author,
        post.c.official_office,
        post.c.created_at,
        post.c.body,
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
_FIRST: Final = (
    select(post.c.body)
    .where(
        post.c.thread_id == thread.c.id, post.c.floor == 1, post.c.hidden_at.is_(None), post.c.withdrawn_at.is_(None)
    )
    .scalar_subquery()
)
_THREADS: Final = (
    select(
        thread.c.id,
        thread.c.id.label("of_thread"),
        literal_column("1").label("floor"),
        thread.c.title,
        thread.c.author,
        thread.c.official_office,
        thread.c.created_at,
        thread.c.board_id,
        _FIRST.label("body"),
    )
    .where(thread.c.id.in_(_IDS), thread.c.hidden_at.is_(None), _OF_BOARD.in_(_BOARDS))
    .order_by(thread.c.id.desc())
)
_BULLETINS: Final = (
    select(
        bulletin.c.id,
        bulletin.c.source_id,
        bulletin.c.lang,
        bulletin.c.column,
        bulletin.c.title,
        bulletin.c.title_en,
        bulletin.c.author,
        bulletin.c.source,
        bulletin.c.published_at,
    )
    .where(
        bulletin.c.id.in_(_IDS),
        (bulletin.c.published_at < bindparam("at"))
        | ((bulletin.c.published_at == bindparam("at")) & (bulletin.c.id < bindparam("before"))),
    )
    .order_by(bulletin.c.published_at.desc(), bulletin.c.id.desc())
)
_BODIES: Final = select(bulletin.c.id, bulletin.c.body).where(bulletin.c.id.in_(_IDS))
