"""The loaded part of a long list: a few keyset pages, joined, with the rows already drawn for their items."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bbs.terminal.canvas import Row
from bbs.terminal.source import Direction, Page

T = TypeVar("T")


@dataclass(slots=True)
class _Segment:
    """One fetched page: how many of its items are kept, and its cursors."""

    count: int
    before: str | None
    after: str | None


class Window(Generic[T]):
    """Joined pages. `items[i]` has the key `keys[i]` and, once drawn unselected, the row `rows[i]`.

    Pinned items stand first while the beginning of the list is loaded. An item that comes twice (it moved while pages
    were fetched) is kept where it was seen first.
    """

    __slots__ = ("_key", "_pinned", "_pins", "_segments", "_total", "first", "items", "keys", "rows")

    def __init__(
        self, page: Page[T], key: Callable[[T], Hashable], pinned: Sequence[T] = (), total: int | None = None
    ) -> None:
        self._key = key
        self._pinned = tuple(pinned)
        self._pins = frozenset(map(key, self._pinned))
        self._total = total
        fresh = self._fresh(page.items, set(self._pins))
        self._segments = deque([_Segment(len(fresh), page.before, page.after)])
        self.items: list[T] = fresh
        self.keys: list[Hashable] = [key(item) for item in fresh]
        self.rows: list[Row | None] = [None] * len(fresh)
        self.first: int | None = None
        """Position of the first loaded item in the whole list, from 1; None when it cannot be known."""
        self._reached()

    def _fresh(self, items: Sequence[T], known: set[Hashable]) -> list[T]:
        fresh: list[T] = []
        for item in items:
            key = self._key(item)
            if key not in known:
                known.add(key)
                fresh.append(item)
        return fresh

    def _reached(self) -> None:
        """Put the pinned items on top once the top is loaded, and learn positions from the ends."""
        if not self.more("before") and self._pinned and (not self.keys or self.keys[0] not in self._pins):
            self.items[:0] = self._pinned
            self.keys[:0] = [self._key(item) for item in self._pinned]
            self.rows[:0] = [None] * len(self._pinned)
        if not self.more("before"):
            self.first = 1
        elif self.first is None and self._total is not None and not self.more("after"):
            self.first = max(1, self._total - len(self.items) + 1)

    def more(self, direction: Direction) -> bool:
        """Whether there is more to fetch on that side."""
        return self.cursor(direction) is not None

    def cursor(self, direction: Direction) -> str | None:
        """Give the cursor to fetch on from."""
        return self._segments[-1].after if direction == "after" else self._segments[0].before

    def where(self, key: Hashable) -> int | None:
        """Give the place of a key, None when it is not loaded."""
        try:
            return self.keys.index(key)
        except ValueError:
            return None

    def extend(self, page: Page[T], direction: Direction) -> int:
        """Join a page at one end; gives how many items now stand before the old ones."""
        fresh = self._fresh(page.items, set(self._pins).union(self.keys))
        segment = _Segment(len(fresh), page.before, page.after)
        keys = [self._key(item) for item in fresh]
        size = len(self.items)
        if direction == "after":
            self._segments.append(segment)
            self.items += fresh
            self.keys += keys
            self.rows += [None] * len(fresh)
            self._reached()
            return 0
        self._segments.appendleft(segment)
        self.items[:0] = fresh
        self.keys[:0] = keys
        self.rows[:0] = [None] * len(fresh)
        if self.first is not None:
            self.first = max(1, self.first - len(fresh))
        self._reached()
        return len(self.items) - size

    def trim(self, low: int, high: int, most: int) -> int:
        """Drop whole pages outside `items[low:high]` while more than `most` are loaded; gives how many went in front.

        Rows away from that range go too: a row costs more than its item, and is quickly drawn again.
        """
        dropped = 0
        while len(self.items) > most and len(self._segments) > 1 and self._segments[1].before is not None:
            lead = len(self.items) - sum(segment.count for segment in self._segments)
            count = lead + self._segments[0].count
            if count > low - dropped:
                break
            self._segments.popleft()
            del self.items[:count], self.keys[:count], self.rows[:count]
            self.first = self.first + count if self.first is not None else None
            dropped += count
        while len(self.items) > most and len(self._segments) > 1 and self._segments[-2].after is not None:
            count = self._segments[-1].count
            if len(self.items) - count < high - dropped:
                break
            self._segments.pop()
            if count:
                del self.items[-count:], self.keys[-count:], self.rows[-count:]
        low, high = max(0, low - dropped), max(0, high - dropped)
        self.rows[:low] = [None] * min(low, len(self.rows))
        self.rows[high:] = [None] * max(0, len(self.rows) - high)
        return dropped

    def replace(self, place: int, item: T) -> None:
        """Put another state of the same item in its place."""
        self.items[place] = item
        self.rows[place] = None

    def remove(self, place: int) -> None:
        """Take an item out."""
        lead = len(self.items) - sum(segment.count for segment in self._segments)
        at = lead
        for segment in self._segments:
            if at <= place < at + segment.count:
                segment.count -= 1
                break
            at += segment.count
        if place < lead:
            self._pinned = tuple(pin for pin in self._pinned if self._key(pin) != self.keys[place])
        del self.items[place], self.keys[place], self.rows[place]

    def forget_rows(self) -> None:
        """Drop all rows: the width changed, or what they are drawn from."""
        self.rows = [None] * len(self.items)

    def take_rows(self, old: Window[T]) -> None:
        """Take over the rows of items that are the same in an older window."""
        known = {key: place for place, key in enumerate(old.keys) if old.rows[place] is not None}
        for place, key in enumerate(self.keys):
            found = known.get(key)
            if found is None:
                continue
            before, now = old.items[found], self.items[place]
            if before is now or before == now:
                self.items[place] = before
                self.rows[place] = old.rows[found]

    def anchor(self, place: int) -> tuple[str | None, Direction, int]:
        """Tell how to fetch the page around a place anew: cursor, direction, and how many items that takes at least."""
        lead = len(self.items) - sum(segment.count for segment in self._segments)
        at, number = lead, 0
        while number < len(self._segments) - 1 and at + self._segments[number].count <= place:
            at += self._segments[number].count
            number += 1
        segment = self._segments[number]
        if number > 0 and self._segments[number - 1].after is not None:
            return self._segments[number - 1].after, "after", segment.count
        if segment.before is None:
            return None, "after", segment.count
        return segment.after, "before", segment.count
