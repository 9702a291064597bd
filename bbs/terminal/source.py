"""Where a list gets its items: keyset pages fetched by cursor, or a sequence that is already in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Direction: TypeAlias = Literal["after", "before"]


class Page(Protocol[T_co]):
    """Consecutive items in the order they are shown, with the cursors of what comes before and after them.

    A cursor of None means that there is nothing more on that side, so both must be set truthfully whichever way the
    page was fetched.
    """

    @property
    def items(self) -> Sequence[T_co]: ...

    @property
    def before(self) -> str | None: ...

    @property
    def after(self) -> str | None: ...


Fetch: TypeAlias = Callable[[str | None, Direction, int], Awaitable[Page[T]]]
"""`fetch(anchor, direction, limit)`: at most `limit` items next to a cursor, always in the order they are shown.

`(None, "after", n)` asks for the first n items, `(None, "before", n)` for the last n."""


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """What a list shows: how to fetch its pages, and what else is known of it.

    `around(key, limit)` gives a page that holds the item (None when it is gone): with it a list keeps its place
    wherever the item went. `locate(number)` gives the key for a number typed by the person (None: no such number).
    `pinned` items stand above the first page and are left out below. `total` counts all rows, pinned ones included.
    `first` is the page to begin with, where it was read together with the pinned items.
    """

    fetch: Fetch[T]
    around: Callable[[Hashable, int], Awaitable[Page[T] | None]] | None = None
    locate: Callable[[int], Awaitable[Hashable | None]] | None = None
    pinned: tuple[T, ...] = ()
    total: int | None = None
    first: Page[T] | None = None


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """A page cut from a sequence; its cursors are positions in the sequence."""

    items: Sequence[T]
    before: str | None
    after: str | None


def static(items: Sequence[T], *, key: Callable[[T], Hashable] | None = None) -> Source[T]:
    """Serve a sequence in memory as a source; `key` is the list's own, needed to keep the place when items move.

    The sequence is read again at every fetch, so a list that grows needs only a `refresh()`. Numbers are positions
    from 1.
    """

    def cut(start: int, end: int) -> Slice[T]:
        start, end = max(0, start), min(len(items), end)
        return Slice(items[start:end], str(start) if start > 0 else None, str(end) if end < len(items) else None)

    async def fetch(anchor: str | None, direction: Direction, limit: int) -> Page[T]:
        if direction == "after":
            start = int(anchor) if anchor is not None else 0
            return cut(start, start + limit)
        end = int(anchor) if anchor is not None else len(items)
        return cut(end - limit, end)

    async def around(wanted: Hashable, limit: int) -> Page[T] | None:
        for position, item in enumerate(items):
            if key is not None and key(item) == wanted:
                return cut(position - limit // 2, position - limit // 2 + limit)
        return None

    async def locate(number: int) -> Hashable | None:
        return key(items[number - 1]) if key is not None and 1 <= number <= len(items) else None

    has_keys = key is not None
    return Source(fetch, around if has_keys else None, locate if has_keys else None, total=len(items))
