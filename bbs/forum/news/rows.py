"""Reading bulletins from the store: who sees which, which of a translation pair, and what rows become."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, case, exists, func, literal, or_, select

from bbs.forum.news.bulletins import Bulletin, Priority, Status
from bbs.forum.news.columns import Sight
from bbs.forum.reading.marks import ACCOUNT
from bbs.store.tables import bulletin, bulletin_mark

SHAPES_MOST: Final = 128
"""Statements of each kind that are kept: one for each set of columns and audiences that somebody sees."""

NOW: Final = bindparam("now", type_=bulletin.c.published_at.type)
LANG: Final = bindparam("lang", type_=bulletin.c.lang.type)
SINCE: Final = bindparam("since", type_=bulletin.c.published_at.type)
MOST: Final = bindparam("most", type_=bulletin.c.id.type)
TITLE: Final = bindparam("title_has", type_=bulletin.c.title.type)

_ESCAPE: Final = "/"


def visible(sight: Sight, of: Any = bulletin, *, columns: Sequence[str] | None = None) -> ColumnElement[bool]:
    """Whether a bulletin is published NOW, not expired, and for this reader."""
    mine = _among(of.c.audience, sight.audiences)
    if sight.everything:
        mine = or_(mine, _among(of.c.column, sight.everything))
    return and_(
        in_columns(sight.columns if columns is None else columns, of),
        of.c.status == Status.PUBLISHED.value,
        of.c.published_at <= NOW,
        or_(of.c.expires_at.is_(None), of.c.expires_at > NOW),
        mine,
    )


def in_columns(columns: Sequence[str], of: Any = bulletin) -> ColumnElement[bool]:
    """One column is asked for by equality, which lets its index give the order."""
    condition: ColumnElement[bool] = of.c.column == columns[0] if len(columns) == 1 else _among(of.c.column, columns)
    return condition


def _among(column: Any, names: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column holds one of these: each a parameter of its own, so that no list is written out at every run."""
    found: ColumnElement[bool] = column.in_([literal(name, column.type) for name in names])
    return found


def chosen(sight: Sight) -> ColumnElement[bool]:
    """Whether a bulletin is the one of its translations that is shown: in LANG if there is one, else the first."""
    other = bulletin.alias("other")
    better = or_(other.c.lang == LANG, and_(bulletin.c.lang != LANG, other.c.lang < bulletin.c.lang))
    return ~exists().where(
        other.c.source_id == bulletin.c.source_id,
        other.c.id != bulletin.c.id,
        bulletin.c.lang != LANG,
        better,
        visible(sight, other),
    )


def has_title() -> ColumnElement[bool]:
    """Whether TITLE (see `escaped`) is in one of the titles."""
    return or_(bulletin.c.title.icontains(TITLE, escape=_ESCAPE), bulletin.c.title_en.icontains(TITLE, escape=_ESCAPE))


def escaped(words: str) -> str:
    """Words as `has_title` looks for them literally."""
    return "".join(f"{_ESCAPE}{char}" if char in "/%_" else char for char in words)


@lru_cache(SHAPES_MOST)
def query(sight: Sight, *, body: bool) -> Select[Any]:
    """Select bulletins with the marks of ACCOUNT (0: nobody's) and the number of the translation."""
    other = bulletin.alias("pair")
    pair = (
        select(other.c.id)
        .where(other.c.source_id == bulletin.c.source_id, other.c.lang != bulletin.c.lang, visible(sight, other))
        .order_by(other.c.lang)
        .limit(1)
        .scalar_subquery()
    )
    columns = [one for one in bulletin.c if one.name in _SHOWN and (body or one.name != "body")]
    return select(
        *columns, pair.label("pair"), bulletin_mark.c.revision.label("seen_revision"), bulletin_mark.c.acknowledged_at
    ).select_from(_with_marks())


@lru_cache(SHAPES_MOST)
def one(sight: Sight) -> Select[Any]:
    """Select the bulletin of a number, whole."""
    return query(sight, body=True).where(bulletin.c.id == bindparam("number"))


@lru_cache(SHAPES_MOST)
def listed(sight: Sight, columns: Sequence[str], *, everything: bool, title: bool, body: bool = False) -> Select[Any]:
    """Select what a list of these columns shows; `everything`: in whatever state; `title`: only those with TITLE."""
    found = query(sight, body=body)
    if everything:
        found = found.where(_among(bulletin.c.column, columns))
    else:
        found = found.where(visible(sight, columns=columns), chosen(sight))
    return found.where(has_title()) if title else found


@lru_cache(SHAPES_MOST)
def totals(sight: Sight) -> Select[Any]:
    """Count the bulletins of each column, and tell when the newest came."""
    newest = func.max(bulletin.c.published_at)
    counted = select(bulletin.c.column, func.count(func.distinct(bulletin.c.source_id)), newest)
    return counted.where(visible(sight)).group_by(bulletin.c.column)


@lru_cache(SHAPES_MOST)
def unread(sight: Sight) -> Select[Any]:
    """Count the bulletins of each column that came SINCE and were not read."""
    counted = select(bulletin.c.column, _distinct_count(bulletin_mark.c.revision.is_(None)))
    since = bulletin.c.published_at >= SINCE
    return counted.select_from(_with_marks()).where(visible(sight), since).group_by(bulletin.c.column)


@lru_cache(SHAPES_MOST)
def waiting_count(sight: Sight) -> Select[Any]:
    """Count the must-reads of each column that came SINCE and were not acknowledged."""
    counted = select(bulletin.c.column, func.count(func.distinct(bulletin.c.source_id)))
    return counted.select_from(_with_marks()).where(_waiting(sight)).group_by(bulletin.c.column)


@lru_cache(SHAPES_MOST)
def waiting(sight: Sight) -> Select[Any]:
    """Select at most MOST of the must-reads that came SINCE and were not acknowledged, urgent ones first."""
    urgent, important = (bulletin.c.priority == each.value for each in (Priority.URGENT, Priority.IMPORTANT))
    rank = case((urgent, 0), (important, 1), else_=2)
    found = query(sight, body=False).where(_waiting(sight), chosen(sight))
    return found.order_by(rank, bulletin.c.published_at.desc(), bulletin.c.id.desc()).limit(MOST)


def _waiting(sight: Sight) -> ColumnElement[bool]:
    return and_(
        visible(sight),
        bulletin.c.must_read,
        bulletin.c.published_at >= SINCE,
        bulletin_mark.c.acknowledged_at.is_(None),
    )


def _with_marks() -> FromClause:
    """Bulletins, each with the mark of one reader (guests have none)."""
    mine = and_(bulletin_mark.c.account_id == ACCOUNT, bulletin_mark.c.bulletin_id == bulletin.c.id)
    return bulletin.outerjoin(bulletin_mark, mine)


def _distinct_count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many bulletins satisfy a condition, translations counted once."""
    return func.count(func.distinct(bulletin.c.source_id)).filter(condition)


def bulletin_of(row: Any) -> Bulletin:
    """A row of `query` as a value."""
    seen = row.seen_revision
    return Bulletin(
        id=row.id,
        source_id=row.source_id,
        lang=row.lang,
        column=row.column,
        title=row.title,
        title_en=row.title_en,
        body=getattr(row, "body", ""),
        source=row.source,
        author=row.author,
        status=Status(row.status),
        published_at=row.published_at,
        expires_at=row.expires_at,
        priority=Priority(row.priority),
        must_read=row.must_read,
        audience=row.audience,
        tags=tuple(row.tags),
        supersedes=row.supersedes,
        revision=row.revision,
        pair=row.pair,
        read=seen is not None,
        changed=seen is not None and seen < row.revision,
        acknowledged_at=row.acknowledged_at,
    )


_SHOWN: Final = frozenset(Bulletin.__dataclass_fields__) - {"pair", "read", "changed", "acknowledged_at"}
