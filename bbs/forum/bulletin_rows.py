"""Reading bulletins from the store: who sees which, which of a translation pair, and what rows become."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, or_, select

from bbs.forum.bulletins import Bulletin, Priority, Status
from bbs.forum.columns import Sight
from bbs.store.tables import bulletin, bulletin_mark


def visible(
    sight: Sight, now: datetime, of: Any = bulletin, *, columns: Sequence[str] | None = None
) -> ColumnElement[bool]:
    """Whether a bulletin is published, not expired, and for this reader."""
    mine = of.c.audience.in_(sight.audiences)
    if sight.everything:
        mine = or_(mine, of.c.column.in_(sight.everything))
    return and_(
        _in_columns(of, sight.columns if columns is None else columns),
        of.c.status == Status.PUBLISHED.value,
        of.c.published_at <= now,
        or_(of.c.expires_at.is_(None), of.c.expires_at > now),
        mine,
    )


def _in_columns(of: Any, columns: Sequence[str]) -> ColumnElement[bool]:
    """One column is asked for by equality, which lets its index give the order."""
    condition: ColumnElement[bool] = of.c.column == columns[0] if len(columns) == 1 else of.c.column.in_(columns)
    return condition


def chosen(sight: Sight, now: datetime, lang: str) -> ColumnElement[bool]:
    """Whether a bulletin is the one of its translations that is shown: in `lang` if there is one, else the first."""
    other = bulletin.alias("other")
    better = or_(other.c.lang == lang, and_(bulletin.c.lang != lang, other.c.lang < bulletin.c.lang))
    return ~exists().where(
        other.c.source_id == bulletin.c.source_id,
        other.c.id != bulletin.c.id,
        bulletin.c.lang != lang,
        better,
        visible(sight, now, other),
    )


def query(sight: Sight, account: int | None, now: datetime, *, body: bool) -> Select[Any]:
    """Select bulletins with the reader's marks and the number of the translation."""
    other = bulletin.alias("pair")
    pair = (
        select(other.c.id)
        .where(other.c.source_id == bulletin.c.source_id, other.c.lang != bulletin.c.lang, visible(sight, now, other))
        .order_by(other.c.lang)
        .limit(1)
        .scalar_subquery()
    )
    columns = [one for one in bulletin.c if one.name in _SHOWN and (body or one.name != "body")]
    return select(
        *columns, pair.label("pair"), bulletin_mark.c.revision.label("seen_revision"), bulletin_mark.c.acknowledged_at
    ).select_from(with_marks(account))


def with_marks(account: int | None) -> FromClause:
    """Bulletins, each with the mark of one reader (guests have none)."""
    mine = and_(bulletin_mark.c.account_id == (account or 0), bulletin_mark.c.bulletin_id == bulletin.c.id)
    return bulletin.outerjoin(bulletin_mark, mine)


def distinct_count(condition: ColumnElement[bool]) -> ColumnElement[int]:
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
