"""Pages of lists whose order is one number, the highest first: newest activity, newest post.

The statements of such lists are made once, with the cursor's number as a parameter: making one anew for each page costs
more than running it. A cursor is `o` (older than) or `n` (newer than) and the number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, bindparam

from bbs.errors import Invalid
from bbs.store.database import Tx
from bbs.store.paging import MOST, Page
from bbs.store.prepared import Prepared

T = TypeVar("T")

_CURSOR: Final = re.compile(r"([on])([0-9]{1,18})")


FROM_END: Final = "n0"
"""The cursor of the last page of such a list, for `before`."""


def starting_at(number: int) -> str:
    """The cursor of the page that begins with a number, for `after`."""
    return f"o{number + 1}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: `way` is "" (at the newest), `o` (older than `key`) or `n` (newer than `key`)."""

    way: str = ""
    key: int = 0


def place(cursor: str | None) -> Place:
    """Read a cursor; raises Invalid(`cursor.bad`)."""
    if cursor is None:
        return Place()
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Invalid("cursor.bad")
    return Place(match[1], int(match[2]))


class Numbered:
    """A query cut into pages by the number in one of its columns; one without lists of values may be `prepared`."""

    def __init__(self, query: Select[Any], number: ColumnElement[int], *, prepared: bool = False) -> None:
        limit = bindparam("most", type_=Integer)
        key = bindparam("key", type_=Integer)
        falling = query.order_by(number.desc()).limit(limit)
        statements = {
            "": falling,
            "o": falling.where(number < key),
            "n": query.where(number > key).order_by(number).limit(limit),
        }
        self._statements: Final = statements
        self._prepared: Final = {way: Prepared(one) for way, one in statements.items()} if prepared else {}

    def rows(self, tx: Tx, at: Place, limit: int, parameters: dict[str, Any]) -> list[Any]:
        """One row more than the limit, nearest to the cursor first; Invalid(`page.limit`)."""
        if not 1 <= limit <= MOST:
            raise Invalid("page.limit", most=MOST)
        given = parameters | {"most": limit + 1}
        if at.way:
            given["key"] = at.key
        if self._prepared:
            return list(self._prepared[at.way].all(tx, given))
        return list(tx.connection.execute(self._statements[at.way], given))


def page(rows: Sequence[Any], at: Place, limit: int, number: Callable[[Any], int], make: Callable[[Any], T]) -> Page[T]:
    """The page of rows that lie nearest to the cursor first, with the cursors on both its sides."""
    more, kept = len(rows) > limit, list(rows[:limit])
    if not kept:  # what stood here is gone: the way back includes the one that led here
        return Page(
            (), f"n{max(0, at.key - 1)}" if at.way == "o" else None, f"o{at.key + 1}" if at.way == "n" else None
        )
    if at.way == "n":
        kept.reverse()
    before = f"n{number(kept[0])}" if (more if at.way == "n" else at.way == "o") else None
    after = f"o{number(kept[-1])}" if (at.key > 0 if at.way == "n" else more) else None
    return Page(tuple(make(row) for row in kept), before, after)
