"""The newest official posts as one line each: who wrote, when, and how it begins."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Integer, bindparam, literal, literal_column, select, union_all

from bbs.forum.posts.listing import Reader
from bbs.forum.posts.posts import ReadState
from bbs.forum.reading.marks import MARK_OF_THREAD, floor_below, standing, watermark
from bbs.store.database import Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import office, post, thread, thread_mark
from bbs.text.markdown import plain

WORDS_MOST: Final = 160
"""Characters of the beginning of a post."""
KEPT_MOST: Final = 500
"""Beginnings that are kept for all who come: making one costs more than all else about it."""
_SHAPES_MOST: Final = 64  # statements that are kept: one for each set of boards that somebody reads
_ARMS: Final = 100  # offices one statement asks for; SQLite takes 500 such parts


@dataclass(frozen=True, slots=True)
class Beginning:
    """An official post in one line; one value is shared by all who see it. Time is UTC."""

    author: str
    created_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """The newest official posts as a unit found them: what `Beginnings.of` makes its values from."""

    posts: tuple[tuple[Any, Beginning | None], ...]  # rows
    missing: dict[int, Any]  # rows of those whose words are not known
    new: int
    """How many of them the reader has not read."""


class Beginnings:
    """Finds them, and keeps their words by post and revision."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int, str], Beginning] = OrderedDict()

    def find(self, tx: Tx, reader: Reader, limit: int) -> Found:
        """The newest `limit` posts of all offices, newest first; bodies only of those whose words are not known."""
        offices = [row[0] for row in _OFFICES.all(tx, {})]
        boards = tuple(sorted(reader.boards))
        rows: list[Any] = []
        for at in range(0, len(offices), _ARMS):
            query = _newest(tuple(offices[at : at + _ARMS]), boards)
            rows += query.all(tx, {"most": limit, **reader.parameters})
        rows.sort(key=lambda row: -row[0])
        posts = tuple((row, self._kept.get(row[:3])) for row in rows[:limit])
        unknown = [row[0] for row, kept in posts if kept is None]
        missing = {row[0]: row for row in tx.connection.execute(_WHOLE, {"posts": unknown})} if unknown else {}
        new = sum(_is_new(row, reader) for row, _ in posts) if reader.account else 0
        return Found(posts, missing, new)

    def of(self, found: Found) -> tuple[Beginning, ...]:
        """What was found, in words."""
        return tuple(self._make(row[:3], found.missing[row[0]]) if kept is None else kept for row, kept in found.posts)

    def _make(self, key: tuple[int, int, str], row: Any) -> Beginning:
        made = Beginning(key[2], row.created_at, plain(row.body, WORDS_MOST))
        self._kept[key] = made
        if len(self._kept) > KEPT_MOST:
            self._kept.popitem(last=False)
        return made


def _is_new(row: Any, reader: Reader) -> bool:
    """Whether the post lies above what its reader has read, marks that wait counted in."""
    _, _, _, floor, thread_id, last_post_id, last_floor, change, water, below, read_floor, read_post_id, seen = row
    state, read = standing(last_post_id, last_floor, change, water, below, read_floor, read_post_id, seen)
    mark = reader.waiting.get(thread_id)
    return state is ReadState.UNREAD and floor > (read if mark is None else max(read, mark[0]))


@lru_cache(_SHAPES_MOST)
def _newest(offices: tuple[str, ...], boards: tuple[int, ...]) -> Prepared:
    """Each office's newest are read from its own stretch of an index, so that it costs the same however few there are.

    Numbers of boards are written into the statement: as parameters they would be bound for each office."""
    open_to = thread.c.board_id.in_([literal_column(str(number), Integer) for number in boards])
    arms = [
        select(post.c.id)
        .select_from(post.join(thread, thread.c.id == post.c.thread_id))
        .where(
            post.c.official_office == literal(slug, post.c.official_office.type),
            post.c.hidden_at.is_(None),
            thread.c.hidden_at.is_(None),
            open_to,
        )
        .order_by(post.c.id.desc())
        .limit(_MOST)
        .subquery()
        for slug in offices
    ]
    ids = union_all(*(select(arm.c.id) for arm in arms)).subquery()
    newest = select(ids.c.id).order_by(ids.c.id.desc()).limit(_MOST)
    return Prepared(
        select(*_COLUMNS)
        .select_from(post.join(thread, thread.c.id == post.c.thread_id).outerjoin(thread_mark, MARK_OF_THREAD))
        .where(post.c.id.in_(newest))
    )


_MOST: Final = bindparam("most", type_=Integer)
_WATER: Final = watermark(thread.c.board_id)
_COLUMNS: Final = (
    post.c.id,
    post.c.revision,
    post.c.author,
    post.c.floor,
    thread.c.id.label("of_thread"),
    thread.c.last_post_id,
    thread.c.last_floor,
    thread.c.change,
    _WATER.label("water"),
    floor_below(_WATER).label("below"),
    thread_mark.c.read_floor,
    thread_mark.c.read_post_id,
    thread_mark.c.seen_change,
)
_OFFICES: Final = Prepared(select(office.c.slug).order_by(office.c.slug))
_WHOLE: Final = select(post.c.id, post.c.body, post.c.created_at).where(
    post.c.id.in_(bindparam("posts", expanding=True))
)
