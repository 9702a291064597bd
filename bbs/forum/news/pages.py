"""Pages of bulletins, newest first, from statements that are made once: making one costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import Integer, Row, Select, bindparam

from bbs.errors import Invalid
from bbs.forum.news.rows import SHAPES_MOST
from bbs.store.database import Tx
from bbs.store.paging import MOST, Key, Keyset, Page, Way
from bbs.store.tables import bulletin

T = TypeVar("T")


class NewestFirst(Keyset):
    """The order of lists of bulletins. Cursors are those of `Keyset`."""

    def __init__(self) -> None:
        super().__init__(*_ORDER)
        self._statement = lru_cache(SHAPES_MOST)(self._made)

    def cut(
        self,
        tx: Tx,
        query: Select[Any],
        given: Mapping[str, Any],
        make: Callable[[Row[Any]], T],
        *,
        limit: int,
        cursor: str | None,
    ) -> Page[T]:
        """As `Keyset.page`, of a query that is kept somewhere and run with these parameters.

        Raises Invalid(`cursor.bad`, `page.limit`)."""
        if not 1 <= limit <= MOST:
            raise Invalid("page.limit", most=MOST)
        way, values = (None, ()) if cursor is None else self._decode(cursor)
        keys = dict(zip(_NAMES, values, strict=False))
        statement = self._statement(query, way)
        rows = tx.connection.execute(statement, {**given, **keys, "key_most": limit + 1}).all()
        more, rows = len(rows) > limit, rows[:limit]
        if way in _BACK:
            rows = rows[::-1]
        before, after = self._edges(rows, way, values, more=more)
        return Page(tuple(make(row) for row in rows), before, after)

    def _made(self, query: Select[Any], way: Way | None) -> Select[Any]:
        back = way in _BACK
        wanted = query.add_columns(*(key.column.label(name) for name, key in zip(_NAMES, _ORDER, strict=True)))
        if way is not None:
            edge = [bindparam(name, type_=key.column.type) for name, key in zip(_NAMES, _ORDER, strict=True)]
            wanted = wanted.where(self._beyond(edge, back=back, inclusive=way in _INCLUSIVE))
        order = [key.column.asc() if back else key.column.desc() for key in _ORDER]
        return wanted.order_by(*order).limit(bindparam("key_most", type_=Integer))


_ORDER: Final = (Key(bulletin.c.published_at, descending=True), Key(bulletin.c.id, descending=True))
_NAMES: Final = ("key_at", "key_id")
_BACK: Final = frozenset({Way.BEFORE, Way.UNTIL})
_INCLUSIVE: Final = frozenset({Way.FROM, Way.UNTIL})
