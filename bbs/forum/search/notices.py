"""Finding bulletins: by the day they came out, each in one of its translations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from bbs.forum.news.columns import Sight
from bbs.forum.news.rows import visible
from bbs.forum.search.asking import Asked
from bbs.forum.search.hits import HitKind
from bbs.forum.search.runs import TOP, Key, Run, Sighting, micros, moment
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind, Narrow
from bbs.store.tables import bulletin
from bbs.text.segment import matches

FEW: Final = search.LIMIT
"""Of fewer bulletins a page is made at once; more are looked at month by month, as they came out."""

MONTH_MOST: Final = 2_000
"""Bulletins of one month, newest numbers first, that are looked at: an archive taken in under one day may have more."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: what they may see, the moment (UTC), and the language they read."""

    sight: Sight
    now: datetime
    lang: str


def bulletins(tx: Tx, asked: Asked, reader: Reader, began: Key, limit: int, is_over: Callable[[], bool]) -> Run:
    """Bulletins by their words, last published first, until the time is over; each in one of its translations."""
    sight = reader.sight
    if not asked.words or asked.board or began[0] == 0 or not sight.columns:
        return Run(began)
    query = _BULLETINS.where(visible(sight))
    given: dict[str, Any] = {"now": reader.now}
    if asked.author:
        query, given["author"] = query.where(bulletin.c.author == bindparam("author")), asked.author
    if asked.since is not None:
        query, given["since"] = query.where(bulletin.c.published_at >= bindparam("since")), asked.since
    found: list[Sighting] = []
    for ids, since in _groups(tx, asked, min(moment(began[0]), reader.now)):
        # Which of a pair is shown is said before the page is cut, so that the other one is not on the next page.
        rows: Iterable[Any] = _once(tx.connection.execute(query, given | {"ids": ids}).all(), reader.lang)
        if asked.title:
            rows = (row for row in rows if matches(f"{row.title}\n{row.title_en}", asked.words))
        every = (Sighting(HitKind.BULLETIN, row.id, row.published_at, row) for row in rows)
        found += [one for one in every if one.key < began]
        if len(found) > limit:
            return Run(began, tuple(found[:limit]), found[limit - 1].key)
        if since is not None and is_over():
            return Run(began, tuple(found), (max(0, micros(since) - 1), TOP), since)
    return Run(began, tuple(found))


def _groups(tx: Tx, asked: Asked, newest: datetime) -> Iterator[tuple[list[int], datetime | None]]:
    """The numbers of bulletins with the words, those that came out later in an earlier group.

    With each the moment that all of it came out at or after; None when nothing is left."""
    ids = search.find(tx, asked.words, Kind.BULLETIN, FEW)
    if len(ids) < FEW:
        if ids:
            yield ids, None
        return
    oldest = tx.connection.execute(_OLDEST).scalar() or newest
    if asked.since is not None:
        oldest = max(oldest, asked.since)
    for year in range(newest.year, oldest.year - 1, -1):
        if not search.find(tx, asked.words, Kind.BULLETIN, 1, narrow=Narrow().to_year(year)):
            continue
        for month in range(newest.month if year == newest.year else 12, 0, -1):
            ids = search.find_all(tx, asked.words, Kind.BULLETIN, MONTH_MOST, Narrow().to_month(year, month))
            if ids:
                yield ids, datetime(year, month, 1, tzinfo=UTC)


def _once(rows: Sequence[Any], lang: str) -> Iterator[Any]:
    """Each bulletin in one of its translations: the reader's if it was found."""
    mine = {row.source_id for row in rows if row.lang == lang}
    seen: set[str] = set()
    for row in rows:
        if row.source_id in seen or (row.source_id in mine and row.lang != lang):
            continue
        seen.add(row.source_id)
        yield row


_OLDEST: Final = select(func.min(bulletin.c.published_at))
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
