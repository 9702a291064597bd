"""Finding texts in the libraries of boards: few enough that a page is made out of all that match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from bbs.forum.boards.places import Board
from bbs.forum.search.asking import Asked
from bbs.forum.search.finding import EPOCH, FAR, Hit, HitKind, Run, key_of
from bbs.forum.search.snippets import marked, snippet
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind
from bbs.store.tables import library, post
from bbs.text.segment import matches

TEXTS_MOST: Final = search.LIMIT
"""Texts, newest numbers first, out of which pages are made: they are ordered by the day they were last changed."""
_DEEP: Final = 64  # steps up a tree, which has far fewer levels


def texts(tx: Tx, asked: Asked, boards: Mapping[int, Board], before: tuple[int, int], limit: int) -> Run:
    """Texts of the libraries of these boards, last changed first, below a key of microseconds and number."""
    open_ = [number for number, board in boards.items() if board.library]
    if not asked.words or before <= (0, 0) or not open_:
        return Run(before)
    ids = search.find(tx, asked.words, Kind.LIBRARY, TEXTS_MOST)
    if not ids:
        return Run(before)
    at = EPOCH + timedelta(microseconds=min(before[0], FAR))
    query, given = _TEXTS, {"ids": ids, "boards": open_, "at": at, "before": before[1]}
    if asked.author:
        query, given["author"] = query.where(bindparam("author") == _AUTHOR), asked.author
    if asked.since is not None:
        query, given["since"] = query.where(library.c.changed_at >= bindparam("since")), asked.since
    rows: Sequence[Any] = tx.connection.execute(query, given).all()
    if asked.title:
        rows = [row for row in rows if matches(row.title, asked.words)]
    hits = tuple(_hit(tx, row, asked, boards) for row in rows[:limit])
    return Run(before, hits, key_of(hits[-1]) if len(rows) > len(hits) else (0, 0))


def _hit(tx: Tx, row: Any, asked: Asked, boards: Mapping[int, Board]) -> Hit:
    return Hit(
        kind=HitKind.LIBRARY,
        id=row.id,
        thread=None,
        floor=None,
        place=boards[row.board_id].slug,
        title=marked(row.title, asked.words),
        author=row.author,
        official=None,  # the title is the moderators', not the office's
        created_at=row.changed_at,
        snippet=snippet(row.body, asked.words),
        path=_path(tx, row),
    )


def _path(tx: Tx, row: Any) -> str:
    slugs, parent = [row.slug], row.parent_id
    while parent is not None and len(slugs) < _DEEP:
        slug, parent = tx.connection.execute(_PARENT, {"n": parent}).one()
        slugs.append(slug)
    return "/".join(reversed(slugs))


_AUTHOR: Final = func.coalesce(post.c.author, library.c.changed_by)
_TEXTS: Final = (
    select(
        library.c.id,
        library.c.board_id,
        library.c.parent_id,
        library.c.slug,
        library.c.title,
        library.c.body,
        library.c.changed_at,
        _AUTHOR.label("author"),
    )
    .select_from(library.outerjoin(post, post.c.id == library.c.post_id))
    .where(
        library.c.id.in_(bindparam("ids", expanding=True)),
        library.c.board_id.in_(bindparam("boards", expanding=True)),
        library.c.body.is_not(None),
        (library.c.changed_at < bindparam("at"))
        | ((library.c.changed_at == bindparam("at")) & (library.c.id < bindparam("before"))),
    )
    .order_by(library.c.changed_at.desc(), library.c.id.desc())
)
_PARENT: Final = select(library.c.slug, library.c.parent_id).where(library.c.id == bindparam("n"))
