"""A place in a list of any length: the selection, the screenful around it, and what is loaded around that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from bbs.terminal.source import Direction, Fetch, Page, Source
from bbs.terminal.window import Window

T = TypeVar("T")

PAGE: Final = 50
"""Items fetched at once at least."""
WINDOW: Final = 200
"""Items kept at most, unless the terminal is so high that it needs more."""
BARREN_PAGES: Final = 20
"""Pages in a row that may bring nothing new before a move gives up."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the selection is, for "12 of 340": counted from 1; None where it is not known."""

    index: int | None
    total: int | None


class ListPlace(Generic[T]):
    """The selection in a Source, of which only a window is ever in memory; draws nothing.

    `spawn` runs fetches ahead of need (a stage's `spawn`); without it each fetch waits for the key that needs it.
    `redraw` (a stage's) is called when such a fetch filled rows that were blank. Errors of a
    fetch leave everything as it was and propagate to whoever awaited it.
    """

    def __init__(
        self,
        *,
        key: Callable[[T], Hashable],
        on_move: Callable[[T | None], None] | None = None,
        spawn: Callable[[Coroutine[Any, Any, object]], None] | None = None,
        redraw: Callable[[], None] | None = None,
        page: int = PAGE,
        window: int = WINDOW,
    ) -> None:
        self.spawn = spawn
        self.redraw = redraw
        self._key = key
        self._on_move = on_move
        self._page = page
        self._most = window
        self._source: Source[T] | None = None
        self._window: Window[T] | None = None
        self._at = 0
        self._top = 0
        self._body = 20  # rows for items in the last frame
        self._lock = asyncio.Lock()  # one fetch at a time, so that what it brings still fits
        self._fetching = False

    @property
    def loaded(self) -> bool:
        """Whether `load` has succeeded yet."""
        return self._window is not None

    @property
    def items(self) -> Sequence[T]:
        """The items in memory now, pinned ones first when the top is among them."""
        return self._window.items if self._window else ()

    @property
    def visible(self) -> Sequence[T]:
        """The items on the screen now."""
        return self.items[self._top : self._top + self._body]

    @property
    def selected(self) -> T | None:
        """The selected item, None in an empty list."""
        return self._window.items[self._at] if self._window and self._window.items else None

    @property
    def selected_key(self) -> Hashable | None:
        """The key of the selected item, None in an empty list."""
        return self._window.keys[self._at] if self._window and self._window.keys else None

    @property
    def position(self) -> Position:
        """Where the selection is in the whole list."""
        window, total = self._window, self._source.total if self._source else None
        if window is None or not window.items:
            return Position(None, total)
        if not window.more("before") and not window.more("after"):
            total = len(window.items)
        return Position(window.first + self._at if window.first is not None else None, total)

    async def load(self, source: Source[T] | Fetch[T], keep: Hashable | None = None, *, at_end: bool = False) -> None:
        """Show another source: from its beginning, its end, or with the selection on the item with key `keep`.

        Raises what the fetch raises; the old source then stays.
        """
        async with self._lock:
            fresh = source if isinstance(source, Source) else Source(source)
            page, fresh = fresh.first, replace(fresh, first=None)
            if page is None and keep is not None and fresh.around:
                page = await fresh.around(keep, self._limit)
            if page is None:
                page = await fresh.fetch(None, "before" if at_end else "after", self._limit)
            window = Window(page, self._key, fresh.pinned, fresh.total)
            place = window.where(keep) if keep is not None else None
            offset = self._at - self._top if keep is not None else 0
            if place is None:
                place = len(window.items) - 1 if at_end else 0
            await self._settle(fresh, window, place, offset)

    async def refresh(self, *, total: int | None = None) -> None:
        """Fetch anew what is on the screen and keep the place: the same item, or its nearest neighbour that is left.

        `total` is the new count of all rows; without it positions counted from the far end are unknown from then on.
        """
        async with self._lock:
            source, old = self._source, self._window
            if source is None or old is None:
                return
            at, offset = self._at, self._at - self._top
            wanted = old.keys[at] if old.keys else None
            page: Page[T] | None = None
            if wanted is not None and source.around is not None:
                page = await source.around(wanted, self._limit)
            if page is None:
                anchor, direction, least = old.anchor(at)
                page = await source.fetch(anchor, direction, max(self._limit, least))
            source = replace(source, total=total)
            window = Window(page, self._key, source.pinned, source.total)
            place = _survivor(old, window, at)
            await self._settle(source, window, place, offset)

    def update(self, item: T) -> bool:
        """Show a new state of an item in place; False when it is not loaded."""
        window = self._window
        place = window.where(self._key(item)) if window else None
        if window is None or place is None:
            return False
        window.replace(place, item)
        return True

    def remove(self, key: Hashable) -> bool:
        """Take an item out in place, without fetching; False when it is not loaded."""
        window = self._window
        place = window.where(key) if window else None
        if window is None or place is None:
            return False
        window.remove(place)
        if place < self._at or self._at >= len(window.items):
            self._at = max(0, self._at - 1)
        if place < self._top:
            self._top -= 1
        self._moved()
        return True

    def select(self, key: Hashable) -> bool:
        """Select a loaded item; False when it is not loaded (`go_to` fetches it)."""
        place = self._window.where(key) if self._window else None
        if place is None:
            return False
        self._at = place
        self._moved()
        return True

    def point(self, steps: int) -> bool | None:
        """Select what is so many rows from the selection, if it is on the screen; None when that is the selection."""
        place = self._at + steps
        if steps == 0:
            return None
        if self._window is None or not self._top <= place < min(len(self._window.items), self._top + self._body):
            return False
        self._at = place
        self._moved()
        return True

    async def go_to(self, key: Hashable) -> bool:
        """Select an item wherever it is in the list; False when the source does not know it."""
        if self.select(key):
            return True
        async with self._lock:
            source = self._source
            if source is None or source.around is None:
                return False
            page = await source.around(key, self._limit)
            if page is None:
                return False
            window = Window(page, self._key, source.pinned, source.total)
            place = window.where(key)
            if place is None:
                return False
            await self._settle(source, window, place, self._body // 2)
            return True

    def _step(self, target: int, paged: bool) -> None:
        if paged:
            self._top += target - self._at
        self._at = target
        self._moved()

    async def _travel(self, delta: int, paged: bool) -> None:
        """Move to where nothing is loaded yet."""
        direction: Direction = "after" if delta > 0 else "before"
        async with self._lock:
            while self._window is not None and self._window.items:
                target = self._at + delta
                if 0 <= target < len(self._window.items) or not await self._extend(direction):
                    break
        if self._window is not None and self._window.items:
            self._step(min(max(self._at + delta, 0), len(self._window.items) - 1), paged)

    async def _jump(self, direction: Direction) -> None:
        """Go to an end that is not loaded: fetched from that end, not by walking there."""
        async with self._lock:
            source = self._source
            if source is None:
                return
            page = await source.fetch(None, "before" if direction == "after" else "after", self._limit)
            window = Window(page, self._key, source.pinned, source.total)
            last = direction == "after"
            await self._settle(source, window, len(window.items) - 1 if last else 0, self._body - 1 if last else 0)

    @property
    def wanted(self) -> int:
        """Items that `load` asks for: what a source brings as its first page should be as many."""
        return self._limit

    @property
    def _limit(self) -> int:
        return max(self._page, 3 * self._body)

    async def _settle(self, source: Source[T], window: Window[T], place: int, offset: int) -> None:
        """Fill the screen around the selection, then take the new window over; called with the lock held."""
        while (missing := offset - place) > 0 and window.more("before"):
            page = await source.fetch(window.cursor("before"), "before", max(self._limit, missing))
            if not page.items:
                break
            place += window.extend(page, "before")
        while len(window.items) - place < self._body - offset and window.more("after"):
            page = await source.fetch(window.cursor("after"), "after", self._limit)
            if not page.items:
                break
            window.extend(page, "after")
        if self._window is not None:
            window.take_rows(self._window)
        self._source, self._window = source, window
        self._at = min(max(place, 0), max(0, len(window.items) - 1))
        self._top = self._at - offset
        self._moved()

    async def _extend(self, direction: Direction) -> bool:
        """Fetch the next page on one side; False when there is none. Called with the lock held."""
        for _ in range(BARREN_PAGES):
            source, window = self._source, self._window
            if source is None or window is None or not window.more(direction):
                return False
            page = await source.fetch(window.cursor(direction), direction, self._limit)
            size = len(window.items)
            front = window.extend(page, direction)
            self._at += front
            self._top += front
            if len(window.items) > size:
                self._trim(window)
                return True
        return False

    def _trim(self, window: Window[T]) -> None:
        low = max(0, min(self._top, self._at) - self._body)
        high = max(self._top + self._body, self._at) + self._body
        dropped = window.trim(low, high, max(self._most, 5 * self._body))
        self._at -= dropped
        self._top -= dropped

    async def _fetch_ahead(self, direction: Direction) -> None:
        try:
            async with self._lock:
                blank = self._window is not None and len(self._window.items) < self._top + self._body
                await self._extend(direction)
        finally:
            self._fetching = False
        if blank and self.redraw is not None:
            self.redraw()

    def _moved(self) -> None:
        """The selection changed: show it, fetch ahead of it, tell who listens."""
        window = self._window
        if window is None:
            return
        self._reveal(len(window.items))
        self._look_ahead(window)
        if self._on_move is not None:
            self._on_move(window.items[self._at] if window.items else None)

    def _look_ahead(self, window: Window[T]) -> None:
        if self._fetching or self.spawn is None:
            return
        margin = self._body  # a page that is turned is there already, and the one after it is fetched meanwhile
        direction: Direction
        if len(window.items) - self._top - self._body < margin and window.more("after"):
            direction = "after"
        elif self._top < margin and window.more("before"):
            direction = "before"
        else:
            return
        self._fetching = True
        self.spawn(self._fetch_ahead(direction))

    def _reveal(self, count: int) -> None:
        """Turn the page when the selection left it: one full redraw a page costs less than one a line."""
        if self._at < self._top:
            self._top = self._at - self._body + 1
        elif self._at >= self._top + self._body:
            self._top = self._at
        self._top = max(0, min(self._top, count - self._body))


def _survivor(old: Window[T], new: Window[T], at: int) -> int:
    """Find the place in the new window for a selection in the old one: the item, or the nearest one that is left."""
    places = {key: place for place, key in enumerate(new.keys)}
    for key in [*old.keys[at:], *reversed(old.keys[:at])]:
        if key in places:
            return places[key]
    return min(at, max(0, len(new.items) - 1))
