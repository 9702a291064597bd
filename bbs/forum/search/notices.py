"""Finding bulletins: by the day they came out, each in one of its translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import bindparam, select

from bbs.forum.news.columns import Sight
from bbs.forum.news.rows import visible
from bbs.forum.search.asking import Asked
from bbs.forum.search.hits import HitKind
from bbs.forum.search.runs import Key, Run, Sighting
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind
from bbs.store.tables import bulletin
from bbs.text.segment import matches

BULLETINS_MOST: Final = search.LIMIT
"""Bulletins, newest numbers first, out of which pages are made: they are ordered by the day they came out."""


def bulletins(tx: Tx, asked: Asked, sight: Sight, now: datetime, lang: str, began: Key, limit: int) -> Run:
    """Bulletins by their words, last published first; of a translation pair the one in `lang`, if it was found."""
    if not asked.words or asked.board or began[0] == 0 or not sight.columns:
        return Run(began)
    ids = search.find(tx, asked.words, Kind.BULLETIN, BULLETINS_MOST)
    if not ids:
        return Run(began)
    query, given = _BULLETINS.where(visible(sight)), {"ids": ids, "now": now}
    if asked.author:
        query, given["author"] = query.where(bulletin.c.author == bindparam("author")), asked.author
    if asked.since is not None:
        query, given["since"] = query.where(bulletin.c.published_at >= bindparam("since")), asked.since
    # Which of a pair is shown is said before the page is cut, so that the other one is not on the next page.
    rows: Iterable[Any] = _once(tx.connection.execute(query, given).all(), lang)
    if asked.title:
        rows = (row for row in rows if matches(f"{row.title}\n{row.title_en}", asked.words))
    every = (Sighting(HitKind.BULLETIN, row.id, row.published_at, row) for row in rows)
    found = tuple(islice((one for one in every if one.key < began), limit + 1))
    return Run(began, found[:limit], found[limit - 1].key if len(found) > limit else (0, 0))


def _once(rows: Sequence[Any], lang: str) -> Iterator[Any]:
    """Each bulletin in one of its translations: the reader's if it was found."""
    mine = {row.source_id for row in rows if row.lang == lang}
    seen: set[str] = set()
    for row in rows:
        if row.source_id in seen or (row.source_id in mine and row.lang != lang):
            continue
        seen.add(row.source_id)
        yield row


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
    .where(bulletin.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(bulletin.c.published_at.desc(), bulletin.c.id.desc())
)
