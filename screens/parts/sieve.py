"""Filters over any list: they stack, the last one goes first, and the selection stays where it was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from bbs.terminal.canvas import Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.source import Direction, Page, Slice, Source
from bbs.terminal.view import Answer
from bbs.text.spans import Span
from screens.parts.threadlist import FILTERS_MOST, SPARSE_PAGES
from screens.visit import Screen

T = TypeVar("T")

TEXT_LIMIT: Final = 64
"""Characters of a filter."""
_LOOKED_FOR: Final = 10
"""Pages looked through for the row that was selected before a filter was taken off."""


@dataclass(frozen=True, slots=True)
class _Filter:
    kind: str  # title: the text contains; author: it is
    text: str


class Sieve(Generic[T]):
    """The filters of one screen. `text` is what `/` looks through, `author` what `a` compares (None: no such key).

    `again` loads the list anew with the selection on a key.
    """

    def __init__(
        self,
        screen: Screen,
        box: Callable[[], ListBox[T]],
        *,
        key: Callable[[T], Hashable],
        text: Callable[[T], str],
        again: Callable[[Hashable | None], Awaitable[None]],
        author: Callable[[T], str] | None = None,
    ) -> None:
        self._screen = screen
        self._box = box
        self._key = key
        self._text = text
        self._again = again
        self._author = author
        self._filters: list[_Filter] = []

    def __bool__(self) -> bool:
        return bool(self._filters)

    def act(self, action: str, selected: T | None) -> Answer:
        """Ask for a filter, or take the last one off; False for every other key."""
        tr = self._screen.tr
        keep = None if selected is None else self._key(selected)
        if action == "find":
            return self._ask("title", tr("sieve.text"), "", keep)
        if action == "find_author" and self._author is not None:
            return self._ask("author", tr("board.find_author"), self._author(selected) if selected else "", keep)
        if action == "leave" and self._filters:
            self._filters.pop()
            return self._load(keep)
        return False

    def of(self, items: Sequence[T]) -> list[T]:
        """Those of the items that pass all filters."""
        return [item for item in items if self._lets(item)]

    def over(self, whole: Source[T]) -> Source[T]:
        """The same source, of which only what passes is shown."""
        whole = whole if whole.around is not None else replace(whole, around=self._walking(whole))
        if not self._filters:
            return whole

        async def fetch(anchor: str | None, direction: Direction, limit: int) -> Page[T]:
            page = await whole.fetch(anchor, direction, limit)
            found, before, after = self.of(page.items), page.before, page.after
            for _ in range(SPARSE_PAGES):
                edge = after if direction == "after" else before
                if len(found) >= limit // 2 or edge is None:
                    break
                page = await whole.fetch(edge, direction, limit)
                more = self.of(page.items)
                found = [*found, *more] if direction == "after" else [*more, *found]
                before, after = (before, page.after) if direction == "after" else (page.before, after)
            return Slice(found, before, after)

        return Source(fetch)

    def rows(self) -> list[Row]:
        """What stands above the list while something is filtered."""
        if not self._filters:
            return []
        tr = self._screen.tr
        names = "  ".join(tr(f"sieve.is_{each.kind}", text=each.text) for each in self._filters)
        return [Row((Span(f" {names}   {tr('board.leave_filter')}", "hint"),))]

    def empty(self, words: str) -> str:
        """What an empty list says: that nothing passes, else `words`."""
        return self._screen.tr("sieve.none") if self._filters else words

    def _lets(self, item: T) -> bool:
        return all(self._passes(each, item) for each in self._filters)

    def _passes(self, one: _Filter, item: T) -> bool:
        wanted = one.text.casefold()
        if one.kind == "title":
            return wanted in self._text(item).casefold()
        return self._author is not None and wanted == self._author(item).casefold()

    async def _ask(self, kind: str, question: str, initial: str, keep: Hashable | None) -> None:
        stage = self._screen.stage
        if len(self._filters) >= FILTERS_MOST:
            stage.say(self._screen.tr("board.filters_full", most=FILTERS_MOST), "message.warn")
            return
        text = ((await stage.ask(question, initial, limit=TEXT_LIMIT)) or "").strip()
        if text:
            self._filters.append(_Filter(kind, text))
            await self._load(keep)

    async def _load(self, keep: Hashable | None) -> None:
        await self._again(keep)
        self._box().invalidate()  # its headings say what is filtered
        self._screen.stage.redraw()

    def _walking(self, whole: Source[T]) -> Callable[[Hashable, int], Awaitable[Page[T] | None]]:
        """How the page of a row is found where nobody knows: from the top, some pages deep."""

        async def around(wanted: Hashable, limit: int) -> Page[T] | None:
            anchor: str | None = None
            for _ in range(_LOOKED_FOR):
                page = await whole.fetch(anchor, "after", limit)
                if any(self._key(item) == wanted for item in page.items):
                    return page
                anchor = page.after
                if anchor is None:
                    break
            return None

        return around
