"""The officers' stream: what was written under an office, newest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select

from bbs.errors import Invalid
from bbs.forum.listing import POST_COLUMNS, POST_WIDTH, Reader, post_of, thread_columns, thread_of
from bbs.forum.marks import MARK_OF_THREAD
from bbs.forum.posts import Post, Thread
from bbs.store.database import Tx
from bbs.store.paging import MOST, Page
from bbs.store.tables import office, post, thread, thread_mark

_CURSOR: Final = re.compile(r"([on])([0-9]{1,18})")  # older or newer than a post

FROM_END: Final = "n0"
"""The cursor of the last page of the stream, for `before`."""


def from_post(number: int) -> str:
    """The cursor of the page that begins with a post, for `after`."""
    return f"o{number + 1}"


_OFFICIAL: Final = (
    select(*POST_COLUMNS, *thread_columns(thread.c.board_id))
    .select_from(post.join(thread, thread.c.id == post.c.thread_id).outerjoin(thread_mark, MARK_OF_THREAD))
    .where(
        post.c.official_office == bindparam("office"),
        post.c.hidden_at.is_(None),
        thread.c.hidden_at.is_(None),
        thread.c.board_id.in_(bindparam("boards", expanding=True)),
    )
    .limit(bindparam("most"))
)
_NEWEST: Final = _OFFICIAL.order_by(post.c.id.desc())
_OLDER: Final = _NEWEST.where(post.c.id < bindparam("key"))
_NEWER: Final = _OFFICIAL.where(post.c.id > bindparam("key")).order_by(post.c.id)


def stream(
    tx: Tx, reader: Reader, *, office_slug: str | None, cursor: str | None, limit: int
) -> Page[tuple[Post, Thread]]:
    """A page of official posts of one office or of all; Invalid(`cursor.bad`, `page.limit`).

    Each office's posts are read from its own stretch of an index and then merged, so that the page costs the same
    however few of all posts are official.
    """
    if not 1 <= limit <= MOST:
        raise Invalid("page.limit", most=MOST)
    way, key = _parse(cursor)
    if not reader.boards:
        return Page((), None, None)
    slugs = [office_slug] if office_slug is not None else list(tx.connection.execute(select(office.c.slug)).scalars())
    query = {"": _NEWEST, "o": _OLDER, "n": _NEWER}[way]
    given: dict[str, Any] = {"boards": list(reader.boards), "most": limit + 1, **reader.parameters}
    if way:
        given["key"] = key
    rows = [row for slug in slugs for row in tx.connection.execute(query, given | {"office": slug})]
    rows.sort(key=lambda row: row[0], reverse=way != "n")
    more, rows = len(rows) > limit, rows[:limit]
    if way == "n":
        rows.reverse()
    return _page(rows, way, key, reader, more=more)


def _page(rows: Sequence[Any], way: str, key: int, reader: Reader, *, more: bool) -> Page[tuple[Post, Thread]]:
    items = tuple((post_of(row, sees_hidden=False), thread_of(row[POST_WIDTH:], reader)) for row in rows)
    if not items:  # the way back includes the post that led here
        return Page((), f"n{key - 1}" if way == "o" else None, f"o{key + 1}" if way == "n" else None)
    before = f"n{items[0][0].id}" if (more if way == "n" else way == "o") else None
    after = f"o{items[-1][0].id}" if (more or way == "n") else None
    return Page(items, before, after)


def _parse(cursor: str | None) -> tuple[str, int]:
    if cursor is None:
        return "", 0
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Invalid("cursor.bad")
    return match[1], int(match[2])
