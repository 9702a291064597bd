"""Finding texts in the libraries of boards: few enough that a page is made out of all that match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from bbs.forum.boards.places import Board
from bbs.forum.search.asking import Asked
from bbs.forum.search.hits import HitKind
from bbs.forum.search.runs import Key, Run, Sighting, moment
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind
from bbs.store.tables import library, post
from bbs.text.segment import matches

TEXTS_MOST: Final = 5_000
"""Texts, newest numbers first, out of which pages are made: they are ordered by the day they were last changed."""


def texts(tx: Tx, asked: Asked, boards: Mapping[int, Board], began: Key, limit: int) -> Run:
    """Texts of the libraries of these boards, last changed first."""
    open_ = [number for number, board in boards.items() if board.library]
    if not asked.words or began <= (0, 0) or not open_:
        return Run(began)
    ids = search.find_all(tx, asked.words, Kind.LIBRARY, TEXTS_MOST)
    if not ids:
        return Run(began)
    query, given = _TEXTS, {"ids": ids, "boards": open_, "at": moment(began[0]), "before": began[1]}
    if asked.author:
        query, given["author"] = query.where(bindparam("author") == _AUTHOR), asked.author
    if asked.since is not None:
        query, given["since"] = query.where(library.c.changed_at >= bindparam("since")), asked.since
    if not asked.title:
        query, given["most"] = query.limit(bindparam("most")), limit + 1
    rows: Sequence[Any] = tx.connection.execute(query, given).all()
    if asked.title:
        rows = [row for row in rows if matches(row.title, asked.words)]
    found = tuple(Sighting(HitKind.LIBRARY, row.id, row.changed_at, row) for row in rows[:limit])
    return Run(began, found, found[-1].key if len(rows) > limit else (0, 0))


_AUTHOR: Final = func.coalesce(post.c.author, library.c.changed_by)
_TEXTS: Final = (
    select(
        library.c.id,
        library.c.board_id,
        library.c.parent_id,
        library.c.slug,
        library.c.title,
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
