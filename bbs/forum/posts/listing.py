"""Reading threads and posts from the store, for one reader: the queries and what their rows become."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from sys import intern
from typing import Any, Final

from sqlalchemy import Integer, bindparam, func, select

from bbs.errors import NotFound
from bbs.forum.boards.places import Board
from bbs.forum.posts import numbered
from bbs.forum.posts.numbered import FROM_END, Numbered, Place
from bbs.forum.posts.posts import Official, Post, ReadState, Thread
from bbs.forum.posts.pushrows import pushes_under
from bbs.forum.reading.attention import NOTHING, Heed
from bbs.forum.reading.marks import MARK_OF_THREAD, floor_below, is_muted, is_unread, standing, watermark
from bbs.forum.reading.reading import Waiting
from bbs.store.database import Tx
from bbs.store.paging import MOST, Page
from bbs.store.prepared import Prepared
from bbs.store.tables import post, thread, thread_mark

__all__ = ["FILTER_DEPTH", "FROM_END", "PINS_MOST", "Filter", "Reader"]

FILTER_DEPTH: Final = 50_000
"""Threads of a board, newest activity first, that filters look at; the search reaches the rest."""

PINS_MOST: Final = 20
"""Pinned threads of a board."""

_ESCAPE: Final = "/"


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom is read: the parameters of the queries, the marks that wait, and the boards open to them."""

    account: int
    baseline: int
    waiting: Waiting
    boards: Mapping[int, Board]
    sees_hidden: frozenset[int] = frozenset()  # numbers of boards
    heed: Heed = NOTHING

    @property
    def parameters(self) -> dict[str, int]:
        return {"account": self.account, "baseline": self.baseline}


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list: the title contains, the author is, something is new."""

    title: str = ""
    author: str = ""
    unread: bool = False
    marked: str = ""  # kept, digest

    def __bool__(self) -> bool:
        return bool(self.title or self.author or self.unread or self.marked)


def thread_columns(board_id: Any) -> tuple[Any, ...]:
    water = watermark(board_id)
    return (
        thread.c.id,
        thread.c.board_id,
        thread.c.title,
        thread.c.author,
        thread.c.official_office,
        thread.c.created_at,
        thread.c.last_at,
        thread.c.last_author,
        thread.c.last_post_id,
        thread.c.posts,
        thread.c.last_floor,
        thread.c.official_floor,
        thread.c.change,
        thread.c.pinned,
        thread.c.locked,
        thread.c.kept,
        thread.c.digest,
        thread.c.case_state,
        water.label("water"),
        floor_below(water).label("below"),
        thread_mark.c.read_floor,
        thread_mark.c.read_post_id,
        thread_mark.c.seen_change,
        thread.c.votes,
        thread.c.helpful_floor,
        thread.c.copy_of,
        thread.c.case_due,
        thread.c.case_rating,
    )


_BOARD: Final = bindparam("board", type_=Integer)
_SOURCE: Final = thread.outerjoin(thread_mark, MARK_OF_THREAD)
_OF_BOARD: Final = (
    select(*thread_columns(_BOARD))
    .select_from(_SOURCE)
    .where(thread.c.board_id == _BOARD, thread.c.hidden_at.is_(None))
)
_PINNED: Final = Prepared(_OF_BOARD.where(thread.c.pinned.is_(True)).limit(PINS_MOST))
_ONE: Final = Prepared(
    select(*thread_columns(thread.c.board_id), thread.c.hidden_at)
    .select_from(_SOURCE)
    .where(thread.c.id == bindparam("thread", type_=Integer))
)
_SEVERAL: Final = (
    select(*thread_columns(thread.c.board_id), thread.c.hidden_at)
    .select_from(_SOURCE)
    .where(thread.c.id.in_(bindparam("threads", expanding=True)))
)
_DEEPEST: Final = (
    select(thread.c.last_post_id)
    .where(thread.c.board_id == _BOARD)
    .order_by(thread.c.last_post_id.desc())
    .limit(1)
    .offset(FILTER_DEPTH)
    .scalar_subquery()
)


def thread_of(row: Sequence[Any], reader: Reader) -> Thread:
    """A row as a value, with the marks that wait counted in."""
    (
        id, board_id, title, author, official_office, created_at, last_at, last_author, last_post_id, posts, last_floor,
        official_floor, change, pinned, locked, kept, digest, case, water, below, read_floor, read_post_id, seen,
        votes, helpful, copy_of, case_due, rating,
    ) = row[:28]  # fmt: skip
    if reader.account:
        state, floor = standing(last_post_id, last_floor, change, water, below, read_floor, read_post_id, seen)
    else:
        state, floor = ReadState.READ, 0
    # Many look at the same list at once, and each of them keeps it: equal words are in memory once.
    found = Thread(
        id, reader.boards[board_id].slug, intern(title), intern(author), official_office, created_at, last_at,
        intern(last_author), last_post_id, posts, last_floor, official_floor, change, pinned, locked, kept, digest,
        case, state, floor, votes, helpful, copy_of=copy_of, case_due=case_due, case_rating=rating,
    )  # fmt: skip
    if reader.heed.mutes and official_office is None:
        muted = id in reader.heed.muted_threads or author in reader.heed.muted_names
        found = replace(found, muted=muted) if muted else found
    mark = reader.waiting.get(id)
    return found if mark is None else _with_mark(found, *mark)


def _with_mark(found: Thread, floor: int, change: int | None) -> Thread:
    if floor < found.last_floor:
        return replace(found, read_floor=max(floor, found.read_floor)) if found.state is ReadState.UNREAD else found
    changed = change is not None and change < found.change
    return replace(found, state=ReadState.CHANGED if changed else ReadState.READ, read_floor=found.last_floor)


def page(
    tx: Tx, reader: Reader, board: Board, *, cursor: str | None, limit: int, narrow: Filter, again: bool
) -> Page[Thread]:
    """A page of a board's threads, newest activity first, pinned ones left out."""
    given: dict[str, Any] = {"board": board.id, **reader.parameters}
    if narrow.title:
        given["title_has"] = _escaped(narrow.title)
    if narrow.author:
        given["author_is"] = narrow.author
    muting = narrow.unread and reader.heed.mutes
    if muting:
        given |= reader.heed.parameters
    shape = (bool(narrow.title), bool(narrow.author), narrow.unread, again and narrow.unread)
    at = numbered.place(cursor)
    rows = _listed(*shape, muting, narrow.marked).rows(tx, at, limit, given)
    return numbered.page(rows, at, limit, _activity, lambda row: thread_of(row, reader))


_MARKED: Final = {"kept": thread.c.kept, "digest": thread.c.digest}


@cache
def _listed(title: bool, author: bool, unread: bool, again: bool, muting: bool = False, marked: str = "") -> Numbered:
    """The list with these filters; `again`: the reader has threads marked unread again, which no index bounds."""
    query = _OF_BOARD.where(thread.c.pinned.is_(False))
    if title or author or unread or marked:
        query = query.where(thread.c.last_post_id > func.coalesce(_DEEPEST, 0))
    if title:
        query = query.where(thread.c.title.icontains(bindparam("title_has"), escape=_ESCAPE))
    if author:
        query = query.where(thread.c.author == bindparam("author_is"))
    if unread:
        query = query.where(is_unread(_BOARD, again=again))
    if muting:
        query = query.where(~is_muted())
    if marked:
        query = query.where(_MARKED[marked].is_(True))
    return Numbered(query, thread.c.last_post_id, prepared=not muting)


@cache
def _next_to(unread: bool, again: bool, muting: bool = False) -> Numbered:
    """All threads of a board, pinned ones in their place, or the unread ones of them."""
    query = _OF_BOARD
    if unread:
        query = query.where(is_unread(_BOARD, again=again), thread.c.last_post_id > func.coalesce(_DEEPEST, 0))
    if muting:
        query = query.where(~is_muted())
    return Numbered(query, thread.c.last_post_id, prepared=not muting)


def _escaped(words: str) -> str:
    return re.sub(r"([/%_])", r"/\1", words)


def _activity(row: Any) -> int:
    return int(row.last_post_id)


def pinned(tx: Tx, reader: Reader, board: Board) -> list[Thread]:
    """The pinned threads of a board, newest activity first."""
    rows = _PINNED.all(tx, {"board": board.id} | reader.parameters)
    return sorted((thread_of(row, reader) for row in rows), key=lambda found: -found.last_post_id)


def several(tx: Tx, reader: Reader, numbers: Sequence[int]) -> list[Thread]:
    """Those of the threads that the reader may read and that are not hidden, in no order."""
    rows = tx.connection.execute(_SEVERAL, {"threads": list(numbers)} | reader.parameters).all()
    return [thread_of(row, reader) for row in rows if row.board_id in reader.boards and row.hidden_at is None]


def unread_in(
    tx: Tx, reader: Reader, board: Board, limit: int, *, below: Thread | None = None, again: bool = False
) -> list[Thread]:
    """The first unread threads of a board as its list shows them, or those below one; muted ones never.

    Marks that wait are counted in, so nothing has to be written before."""
    top = below is None or below.pinned
    found: list[Thread] = []
    if top:
        after = below.last_post_id if below is not None else None
        found = [one for one in pinned(tx, reader, board) if after is None or one.last_post_id < after]
    cursor = None if top or below is None else f"o{below.last_post_id}"
    most = min(MOST, limit + len(reader.waiting))
    narrow = Filter(unread=True)
    found += page(tx, reader, board, cursor=cursor, limit=most, narrow=narrow, again=again).items
    return [one for one in found if one.state is ReadState.UNREAD and not one.muted][:limit]


def one(tx: Tx, reader: Reader, number: int) -> Thread:
    """One thread; NotFound(`thread.not_found`) also when it is in no board open to the reader, or hidden."""
    row = _ONE.first(tx, {"thread": number} | reader.parameters)
    if row is None or row.board_id not in reader.boards:
        raise NotFound("thread.not_found", thread=number)
    if row.hidden_at is not None and row.board_id not in reader.sees_hidden:
        raise NotFound("thread.not_found", thread=number)
    return thread_of(row, reader)


def window(tx: Tx, reader: Reader, board: Board, number: int, limit: int) -> Page[Thread]:
    """The page of `page` around a thread; NotFound(`thread.not_found`) if it is not in this board."""
    found = one(tx, reader, number)
    if found.board != board.slug:
        raise NotFound("thread.not_found", thread=number)
    given: dict[str, Any] = {"board": board.id, **reader.parameters}
    every = _listed(False, False, False, False)

    def cut(way: str, key: int, most: int) -> Page[Thread]:
        at = Place(way, key)
        rows = every.rows(tx, at, most, given)
        return numbered.page(rows, at, most, _activity, lambda row: thread_of(row, reader))

    here = found.last_post_id
    if limit < 2:
        return cut("o", here + 1, limit)
    above = cut("n", here, limit // 2)
    below = cut("o", here + 1, limit - len(above.items))
    before = above.before if above.items else None
    after = below.after if below.items else None
    return Page(above.items + below.items, before, after)


def neighbour(tx: Tx, reader: Reader, number: int, *, older: bool, unread: bool, again: bool) -> Thread | None:
    """The next thread of the same board by activity, towards older or newer ones; pinned ones stand in that order."""
    here = one(tx, reader, number)
    board_id = next(id for id, board in reader.boards.items() if board.slug == here.board)
    at = Place("o" if older else "n", here.last_post_id)
    muting = unread and reader.heed.mutes
    given: dict[str, Any] = {"board": board_id, **reader.parameters, **(reader.heed.parameters if muting else {})}
    rows = _next_to(unread, again and unread, muting).rows(tx, at, 1, given)
    return thread_of(rows[0], reader) if rows else None


POST_COLUMNS: Final = (
    post.c.id,
    post.c.thread_id,
    post.c.floor,
    post.c.author,
    post.c.official_office,
    post.c.official_name,
    post.c.official_title_zh,
    post.c.official_title_en,
    post.c.reply_to,
    post.c.body,
    post.c.revision,
    post.c.created_at,
    post.c.edited_at,
    post.c.hidden_at,
    post.c.hidden_reason,
    post.c.withdrawn_at,
    post.c.agrees,
    post.c.disagrees,
    post.c.moved_to,
    post.c.moved_from,
)
POST_WIDTH: Final = len(POST_COLUMNS)
_PLACE_OF_THREAD: Final = select(thread.c.board_id, thread.c.hidden_at, thread.c.helpful_floor).where(
    thread.c.id == bindparam("thread")
)
_POSTS: Final = select(*POST_COLUMNS).where(post.c.thread_id == bindparam("thread")).limit(bindparam("most"))
_POSTS_DOWN: Final = Prepared(_POSTS.where(post.c.floor >= bindparam("from")).order_by(post.c.floor))
_POSTS_UP: Final = Prepared(_POSTS.where(post.c.floor < bindparam("from")).order_by(post.c.floor.desc()))
_POST: Final = (
    select(*POST_COLUMNS, thread.c.board_id, thread.c.helpful_floor).join(thread).where(post.c.id == bindparam("post"))
)


def post_of(row: Sequence[Any], *, sees_hidden: bool) -> Post:
    """A row as a value; what is hidden or withdrawn keeps its floor and loses its text."""
    (
        id, thread_id, floor, author, office_slug, name, title_zh, title_en, reply_to, body, revision, created_at,
        edited_at, hidden_at, reason, withdrawn_at, agrees, disagrees, moved_to, moved_from,
    ) = row[:POST_WIDTH]  # fmt: skip
    official = None if office_slug is None else Official(office_slug, name or author, title_zh or "", title_en or "")
    hidden, withdrawn = hidden_at is not None, withdrawn_at is not None
    shown = "" if moved_to or ((hidden or withdrawn) and not sees_hidden) else body
    return Post(
        id, thread_id, floor, author, official, reply_to, shown, revision, created_at, edited_at, hidden,
        reason or "" if hidden else "", withdrawn, agrees, disagrees, moved_to=moved_to or "",
        moved_from=moved_from or "",
    )  # fmt: skip


def _with_pushes(tx: Tx, found: Sequence[Post], helpful: int | None, *, sees_hidden: bool) -> list[Post]:
    """The same posts with what stands under them; under what is hidden nothing does."""
    under = pushes_under(tx, [one.id for one in found if sees_hidden or not one.gone])
    return [
        replace(one, helpful=one.floor == helpful, pushes=under.get(one.id, ()))
        if one.id in under or one.floor == helpful
        else one
        for one in found
    ]


def posts(tx: Tx, reader: Reader, number: int, *, floor: int, limit: int, up: bool) -> list[Post]:
    """A run of floors, in floor order; NotFound(`thread.not_found`)."""
    place = tx.connection.execute(_PLACE_OF_THREAD, {"thread": number}).first()
    if place is None or place.board_id not in reader.boards:
        raise NotFound("thread.not_found", thread=number)
    sees_hidden = place.board_id in reader.sees_hidden
    if place.hidden_at is not None and not sees_hidden:
        raise NotFound("thread.not_found", thread=number)
    return _run(tx, number, place.helpful_floor, floor=floor, limit=limit, up=up, sees_hidden=sees_hidden)


def floors(tx: Tx, reader: Reader, board: Board, of: Thread, *, floor: int, limit: int, up: bool) -> list[Post]:
    """The same as `posts` of a thread that `one` found in this board."""
    sees_hidden = board.id in reader.sees_hidden
    return _run(tx, of.id, of.helpful_floor, floor=floor, limit=limit, up=up, sees_hidden=sees_hidden)


def _run(
    tx: Tx, number: int, helpful: int | None, *, floor: int, limit: int, up: bool, sees_hidden: bool
) -> list[Post]:
    query = _POSTS_UP if up else _POSTS_DOWN
    rows = query.all(tx, {"thread": number, "from": floor, "most": limit})
    found = [post_of(row, sees_hidden=sees_hidden) for row in (reversed(rows) if up else rows)]
    return _with_pushes(tx, found, helpful, sees_hidden=sees_hidden)


def post_by_id(tx: Tx, reader: Reader, number: int) -> Post:
    """One post by its number; NotFound(`post.not_found`)."""
    row = tx.connection.execute(_POST, {"post": number}).first()
    if row is None or row.board_id not in reader.boards:
        raise NotFound("post.not_found", post=number)
    sees_hidden = row.board_id in reader.sees_hidden
    found = post_of(row, sees_hidden=sees_hidden)
    return _with_pushes(tx, [found], row.helpful_floor, sees_hidden=sees_hidden)[0]
