"""What a board's list shows and what narrows it: filters that stack, and the pages they leave."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from bbs.errors import NotFound
from bbs.forum.boards.places import Board
from bbs.forum.forum import Forum
from bbs.forum.posts.listing import FROM_END
from bbs.forum.posts.posts import ReadState, Thread
from bbs.terminal.source import Direction, Page, Source
from screens.visit import Visit

SPARSE_PAGES: Final = 8
"""Pages a second filter looks through for one page of its own, before it says what it has."""
FILTERS_MOST: Final = 6
"""Filters on top of each other."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One filter: by title (contains), by author (is), or by what is marked."""

    kind: str  # title, author, kept, digest, unread
    text: str

    def lets(self, thread: Thread) -> bool:
        """Whether a thread passes."""
        if self.kind in ("kept", "digest"):
            return thread.kept if self.kind == "kept" else thread.digest
        if self.kind == "unread":
            return thread.state is ReadState.UNREAD and not thread.muted
        wanted = self.text.casefold()
        return wanted in thread.title.casefold() if self.kind == "title" else wanted == thread.author.casefold()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what passes all filters."""

    items: Sequence[Thread]
    before: str | None
    after: str | None


def key(thread: Thread) -> Hashable:
    """What a thread is recognised by in a list."""
    return thread.id


class ThreadPages:
    """Makes the source of a board's list for one visit."""

    def __init__(self, visit: Visit, board: Board, filters: Sequence[Narrowing] = ()) -> None:
        self._visit = visit
        self._board = board
        titles = [each.text for each in filters if each.kind == "title"]
        authors = [each.text for each in filters if each.kind == "author"]
        # The store takes one of each kind; what is left of a stack is looked at here.
        self._title = titles[0] if titles else ""
        self._author = authors[0] if authors else ""
        self._unread = any(each.kind == "unread" for each in filters)
        marks = [each.kind for each in filters if each.kind in ("kept", "digest")]
        self._marked = marks[0] if marks else ""
        rest = [*(("title", text) for text in titles[1:]), *(("author", text) for text in authors[1:])]
        self._rest = [Narrowing(kind, text) for kind, text in [*rest, *((kind, "") for kind in marks[1:])]]
        self._filtered = bool(filters)
        self._pins: set[int] = set()

    @property
    def _forum(self) -> Forum:
        return self._visit.forum

    async def source(self, keep: Hashable | None, limit: int) -> Source[Thread]:
        """The source; its pinned threads and a first page around the thread `keep` are read now, unless filtered."""
        if self._filtered:
            return Source(self._fetch, locate=self._locate)
        around = keep if isinstance(keep, int) else None
        opened = await self._forum.openings.board(self._visit.actor, self._board, limit, around=around)
        self._pins = {thread.id for thread in opened.pinned}
        return Source(self._fetch, self._around, self._locate, tuple(opened.pinned), first=opened.page)

    async def _fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Thread]:
        if anchor is None and direction == "before":
            anchor = FROM_END
        page = await self._page(anchor, direction, limit)
        if not self._rest:
            return page
        found = [thread for thread in page.items if self._lets(thread)]
        before, after = page.before, page.after
        for _ in range(SPARSE_PAGES):
            edge = after if direction == "after" else before
            if len(found) >= limit // 2 or edge is None:
                break
            page = await self._page(edge, direction, limit)
            more = [thread for thread in page.items if self._lets(thread)]
            found = [*found, *more] if direction == "after" else [*more, *found]
            before, after = (before, page.after) if direction == "after" else (page.before, after)
        return Found(found, before, after)

    def _lets(self, thread: Thread) -> bool:
        return all(each.lets(thread) for each in self._rest)

    async def _page(self, anchor: str | None, direction: Direction, limit: int) -> Page[Thread]:
        return await self._forum.threads.list(
            self._visit.actor,
            self._board,
            after=anchor if direction == "after" else None,
            before=anchor if direction == "before" else None,
            limit=limit,
            title=self._title,
            author=self._author,
            unread=self._unread,
            marked=self._marked,
        )

    async def _around(self, wanted: Hashable, limit: int) -> Page[Thread] | None:
        if wanted in self._pins:
            return await self._fetch(None, "after", limit)  # the top, where pinned ones stand
        try:
            return await self._forum.threads.locate(self._visit.actor, self._board, int(str(wanted)), limit)
        except NotFound:
            return None

    async def _locate(self, number: int) -> Hashable | None:
        return number
