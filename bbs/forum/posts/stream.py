"""The officers' stream: what was written under an office, newest first."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, select

from bbs.forum.posts import numbered
from bbs.forum.posts.listing import POST_COLUMNS, POST_WIDTH, Reader, post_of, thread_columns, thread_of
from bbs.forum.posts.numbered import FROM_END, Numbered
from bbs.forum.posts.numbered import starting_at as from_post
from bbs.forum.posts.posts import Post, Thread
from bbs.forum.reading.marks import MARK_OF_THREAD
from bbs.store.database import Tx
from bbs.store.paging import Page
from bbs.store.tables import office, post, thread, thread_mark

__all__ = ["FROM_END", "from_post", "stream"]

_OFFICIAL: Final = Numbered(
    select(*POST_COLUMNS, *thread_columns(thread.c.board_id))
    .select_from(post.join(thread, thread.c.id == post.c.thread_id).outerjoin(thread_mark, MARK_OF_THREAD))
    .where(
        post.c.official_office == bindparam("office"),
        post.c.hidden_at.is_(None),
        post.c.withdrawn_at.is_(None),
        thread.c.hidden_at.is_(None),
        thread.c.board_id.in_(bindparam("boards", expanding=True)),
    ),
    post.c.id,
)
_OFFICES: Final = select(office.c.slug)


def stream(
    tx: Tx, reader: Reader, *, office_slug: str | None, cursor: str | None, limit: int
) -> Page[tuple[Post, Thread]]:
    """A page of official posts of one office or of all; Invalid(`cursor.bad`, `page.limit`).

    Each office's posts are read from its own stretch of an index and then merged, so that the page costs the same
    however few of all posts are official.
    """
    at = numbered.place(cursor)
    slugs = [office_slug] if office_slug is not None else list(tx.connection.execute(_OFFICES).scalars())
    given: dict[str, Any] = {"boards": list(reader.boards), **reader.parameters}
    rows = [row for slug in slugs for row in _OFFICIAL.rows(tx, at, limit, given | {"office": slug})]
    rows.sort(key=_number, reverse=at.way != "n")
    return numbered.page(
        rows,
        at,
        limit,
        _number,
        lambda row: (post_of(row, sees_hidden=False), thread_of(row[POST_WIDTH:], reader)),
    )


def _number(row: Any) -> int:
    return int(row[0])
