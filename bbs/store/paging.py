"""Keyset paging: a page is found by the keys at its edge, so a list of a million opens like a list of fifty."""

from __future__ import annotations

import base64
import binascii
import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select, TypeDecorator, and_, or_, tuple_
from sqlalchemy.types import TypeEngine

from bbs.errors import Invalid
from bbs.store.database import Tx

T = TypeVar("T")

MOST: Final = 500  # items of one page at most
CURSOR_LIMIT: Final = 512  # characters of a cursor
_KEY_LIMIT: Final = 256  # characters of a text in a key
_INTEGER_LIMIT: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items in list order, and the cursors of the pages before and after; None where there is none."""

    items: tuple[T, ...]
    before: str | None
    after: str | None


class Way(StrEnum):
    """Which side of a key a cursor stands for; `from` and `until` include the key itself."""

    AFTER = "a"
    FROM = "f"
    BEFORE = "b"
    UNTIL = "u"


@dataclass(frozen=True, slots=True)
class Key:
    """One column of the order of a list. Its values are never NULL."""

    column: ColumnElement[Any]
    descending: bool = False


class Keyset:
    """The order of a list by columns that together are unique; cuts pages out of queries by it."""

    def __init__(self, *keys: Key) -> None:
        if not keys:
            raise ValueError("an order needs a column")
        self._keys = keys
        self._types = tuple(_kind(key.column.type) for key in keys)

    def cursor(self, way: Way, *values: object) -> str:
        """The cursor of the page on that side of a key, in list order."""
        if len(values) != len(self._keys):
            raise ValueError(f"{len(self._keys)} values make a key")
        plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
        document = json.dumps([way.value, *plain], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")

    def page(
        self,
        tx: Tx,
        query: Select[Any],
        make: Callable[[Row[Any]], T],
        *,
        limit: int,
        cursor: str | None = None,
    ) -> Page[T]:
        """Read one page of a query that has no order of its own; without a cursor, the first.

        Raises Invalid: `cursor.bad` for a cursor that is not one of this list's, `page.limit`.
        """
        if not 1 <= limit <= MOST:
            raise Invalid("page.limit", most=MOST)
        way, values = (None, ()) if cursor is None else self._decode(cursor)
        back = way in (Way.BEFORE, Way.UNTIL)
        wanted = query.add_columns(*(key.column.label(f"key_{n}") for n, key in enumerate(self._keys)))
        if values:
            wanted = wanted.where(self._beyond(values, back=back, inclusive=way in (Way.FROM, Way.UNTIL)))
        order = [key.column.desc() if key.descending is not back else key.column.asc() for key in self._keys]
        rows = tx.connection.execute(wanted.order_by(*order).limit(limit + 1)).all()
        more, rows = len(rows) > limit, rows[:limit]
        if back:
            rows = rows[::-1]
        before, after = self._edges(rows, way, values, more=more)
        return Page(tuple(make(row) for row in rows), before, after)

    def _edges(
        self, rows: Sequence[Row[Any]], way: Way | None, values: Sequence[object], *, more: bool
    ) -> tuple[str | None, str | None]:
        if not rows:  # what stood here is gone: the way back includes the key that led here
            turned = {Way.AFTER: Way.UNTIL, Way.FROM: Way.BEFORE, Way.BEFORE: Way.FROM, Way.UNTIL: Way.AFTER}
            edge = None if way is None else self.cursor(turned[way], *values)
            return (None, edge) if way in (Way.BEFORE, Way.UNTIL) else (edge, None)
        width = len(self._keys)
        first, last = self.cursor(Way.BEFORE, *rows[0][-width:]), self.cursor(Way.AFTER, *rows[-1][-width:])
        if way in (Way.BEFORE, Way.UNTIL):
            return first if more else None, last
        return first if way is not None else None, last if more else None

    def _beyond(self, values: Sequence[Any], *, back: bool, inclusive: bool) -> ColumnElement[bool]:
        """The rows on one side of a key."""
        columns = [key.column for key in self._keys]
        falls = [key.descending is not back for key in self._keys]
        if len(set(falls)) == 1:  # one comparison of rows, which both engines answer from an index
            if len(columns) == 1:
                return _compare(columns[0], values[0], falls=falls[0], inclusive=inclusive)
            bound = tuple_(*values, types=[column.type for column in columns])
            return _compare(tuple_(*columns), bound, falls=falls[0], inclusive=inclusive)
        sides: list[ColumnElement[bool]] = []
        last = len(columns) - 1
        for n, column in enumerate(columns):
            equal = [columns[m] == values[m] for m in range(n)]
            sides.append(and_(*equal, _compare(column, values[n], falls=falls[n], inclusive=inclusive and n == last)))
        # The first column alone bounds the index; the rest decides within it.
        return and_(_compare(columns[0], values[0], falls=falls[0], inclusive=True), or_(*sides))

    def _decode(self, cursor: str) -> tuple[Way, tuple[Any, ...]]:
        try:
            if len(cursor) > CURSOR_LIMIT:
                raise ValueError("too long")
            document = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
            if not isinstance(document, list) or len(document) != len(self._keys) + 1:
                raise ValueError("another list's")
            way = Way(document[0])
            return way, tuple(map(_value, document[1:], self._types))
        except (ValueError, TypeError, RecursionError, OverflowError, binascii.Error) as error:
            raise Invalid("cursor.bad") from error


def _kind(column: TypeEngine[Any]) -> type:
    """The Python type of a column's values."""
    return (column.impl_instance if isinstance(column, TypeDecorator) else column).python_type


def _compare(left: Any, right: Any, *, falls: bool, inclusive: bool) -> ColumnElement[bool]:
    compare = (operator.le if inclusive else operator.lt) if falls else (operator.ge if inclusive else operator.gt)
    found: ColumnElement[bool] = compare(left, right)
    return found


def _value(plain: object, kind: type) -> object:
    """Check one value of a cursor, which anybody may have written."""
    if kind is datetime and isinstance(plain, str):
        moment = datetime.fromisoformat(plain)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment.astimezone(UTC)
    if type(plain) is not kind:  # a bool is an int, but not here
        raise ValueError("another type")
    if isinstance(plain, int) and abs(plain) > _INTEGER_LIMIT:
        raise ValueError("too large")
    if isinstance(plain, str) and (len(plain) > _KEY_LIMIT or "\0" in plain or not plain.isprintable()):
        raise ValueError("not a key")
    return plain
