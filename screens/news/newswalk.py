"""Walking through the bulletins of a column: pages for a list, neighbours of one, the next unread."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable
from datetime import datetime
from typing import Final

from bbs.forum.news.news import NEW_FOR, Bulletin, Column
from bbs.terminal.source import Direction, Page, Source
from screens.visit import Visit

PAGE: Final = 200
"""Bulletins of a page while something is looked for."""

PAGES_MOST: Final = 20
"""Pages one key press looks through at most."""

NEAR: Final = 4
"""Pages in which an unread bulletin is looked for."""


def is_new(bulletin: Bulletin, now: datetime) -> bool:
    """Whether it counts as unread: never opened, and not from long before."""
    return not bulletin.read and now - bulletin.published_at < NEW_FOR


class Walk:
    """The bulletins of one column (None: of all) in the order of its list, for one visit.

    A bulletin and its translation are one step: they share `source_id`.
    """

    def __init__(self, visit: Visit, column: Column | None, title: str = "") -> None:
        self._visit = visit
        self.column = column
        self.title = title
        self._page: Page[Bulletin] | None = None

    async def fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Bulletin]:
        """A page for a list; the last one is found by walking, so far away only the furthest that was reached."""
        if anchor is None and direction == "before":
            page = await self._list()
            async for page in self._pages():  # noqa: B007 - the last one is wanted
                pass
            return page
        if direction == "before":
            return await self._list(before=anchor, limit=limit)
        return await self._list(after=anchor, limit=limit)

    async def around(self, wanted: Hashable, limit: int) -> Page[Bulletin] | None:
        """The page that holds a bulletin, as it is now."""
        self._page = None  # marks may have changed since it was fetched
        found = await self._find(wanted)
        return found[0] if found else None

    def source(self) -> Source[Bulletin]:
        """What a list shows."""
        return Source(self.fetch, self.around)

    async def step(self, wanted: str, step: int) -> Bulletin | None:
        """The neighbour below (1) or above (-1); None at an end."""
        found = await self._find(wanted)
        if found is None:
            return None
        page, at = found
        if 0 <= at + step < len(page.items):
            return page.items[at + step]
        cursor = page.after if step > 0 else page.before
        if cursor is None:
            return None
        self._page = await self.fetch(cursor, "after" if step > 0 else "before", PAGE)
        return self._page.items[0 if step > 0 else -1] if self._page.items else None

    async def end(self, direction: Direction) -> Bulletin | None:
        """The newest (`before`) or the oldest (`after`)."""
        if direction == "before":
            page = await self._list(limit=1)
            return page.items[0] if page.items else None
        page = await self.fetch(None, "before", PAGE)
        return page.items[-1] if page.items else None

    async def next_unread(self, wanted: str) -> Bulletin | None:
        """The next unread one below, else the first from the top, else the first of another column."""
        self._page = None
        now = self._visit.forum.clock.now()
        found = await self._find(wanted)
        if found is not None:
            page, at = found
            rest = [*page.items[at + 1 :], *page.items[:at]]
            for bulletin in rest:
                if is_new(bulletin, now):
                    return bulletin
        return await self._first_unread(wanted, now) or await self._elsewhere(wanted, now)

    async def _first_unread(self, wanted: str, now: datetime) -> Bulletin | None:
        async for page in self._pages(NEAR):
            for bulletin in page.items:
                if bulletin.source_id != wanted and is_new(bulletin, now):
                    return bulletin
        return None

    async def _elsewhere(self, wanted: str, now: datetime) -> Bulletin | None:
        if self.column is None:
            return None
        for row in await self._visit.forum.news.columns(self._visit.actor):
            if row.unread and row.column.slug != self.column.slug:
                found = await Walk(self._visit, row.column)._first_unread(wanted, now)
                if found is not None:
                    return found
        return None

    async def _find(self, wanted: Hashable) -> tuple[Page[Bulletin], int] | None:
        at = _place(self._page, wanted)
        if self._page is not None and at is not None:
            return self._page, at
        async for page in self._pages():
            at = _place(page, wanted)
            if at is not None:
                self._page = page
                return page, at
        return None

    async def _pages(self, most: int = PAGES_MOST) -> AsyncIterator[Page[Bulletin]]:
        cursor: str | None = None
        for _ in range(most):
            page = await self._list(after=cursor)
            yield page
            cursor = page.after
            if cursor is None:
                return

    async def _list(self, *, after: str | None = None, before: str | None = None, limit: int = PAGE) -> Page[Bulletin]:
        return await self._visit.forum.news.list(
            self._visit.actor,
            self.column,
            lang=self._visit.tr.lang,
            after=after,
            before=before,
            limit=limit,
            title=self.title,
        )


def _place(page: Page[Bulletin] | None, wanted: Hashable) -> int | None:
    if page is None:
        return None
    return next((at for at, bulletin in enumerate(page.items) if bulletin.source_id == wanted), None)
