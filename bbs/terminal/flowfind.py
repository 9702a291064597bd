"""Finding text in a flow of blocks: what matches is marked, and far blocks are searched without being kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any, Final

from bbs.errors import NotFound
from bbs.terminal.blocks import B, Body, Head, pattern_of, plain
from bbs.terminal.flow import FETCHED, WINDOW, FetchBlocks, Flow, Place
from bbs.terminal.source import Direction

FIND_BLOCKS: Final = 5_000
"""Blocks one search looks through at most beyond the loaded ones."""


class FindableFlow(Flow[B]):
    """A flow with a search.

    `text(block)` gives a block's plain text, to look through blocks quickly; without it their bodies are rendered.
    """

    def __init__(
        self,
        *,
        fetch: FetchBlocks[B],
        body: Body[B],
        head: Callable[[B], Head | None] | None = None,
        text: Callable[[B], str] | None = None,
        spawn: Callable[[Coroutine[Any, Any, object]], None] | None = None,
        redraw: Callable[[], None] | None = None,
        ambiguous: int = 1,
        fetched: int = FETCHED,
        window: int = WINDOW,
    ) -> None:
        super().__init__(
            fetch=fetch,
            body=body,
            head=head,
            spawn=spawn,
            redraw=redraw,
            ambiguous=ambiguous,
            fetched=fetched,
            window=window,
        )
        self._text = text
        self._pattern: re.Pattern[str] | None = None
        self._query = ""
        self._hit: Place | None = None

    @property
    def query(self) -> str:
        """What is being searched for; empty when nothing is."""
        return self._query

    async def find(self, query: str) -> None:
        """Search from the top of the screen on; raises NotFound `find.nothing`. An empty query ends the search."""
        self._query = query.strip()
        self._pattern = pattern_of(self._query) if self._query else None
        self._hit = Place(self.place.floor, self._line - 1)
        if self._pattern is None:
            for layout in self._layouts.values():
                layout.find(None)
            return
        await self._search("after")

    async def _search(self, direction: Direction) -> None:
        """Go to the next match on one side; raises NotFound `find.nothing`."""
        pattern = self._pattern
        if pattern is None or not self._blocks:
            return
        start, hit = self.place, self._hit or self.place
        while not self._search_loaded(pattern, direction, hit):
            floor = await self._search_far(pattern, direction)
            if floor is None:
                if self._blocks[self._top].floor != start.floor:
                    await self.open(*start)
                raise NotFound("find.nothing", query=self._query)
            await self.open(floor)
            hit = Place(floor, -1 if direction == "after" else self._layout(self._blocks[self._top]).size)

    def _search_loaded(self, pattern: re.Pattern[str], direction: Direction, hit: Place) -> bool:
        for block in list(self._blocks if direction == "after" else reversed(self._blocks)):
            if block.floor < hit.floor if direction == "after" else block.floor > hit.floor:
                continue
            if self._text is not None and not pattern.search(self._text(block)):
                continue
            if self._go_to_hit(block, pattern, direction, hit):
                return True
        return False

    async def _search_far(self, pattern: re.Pattern[str], direction: Direction) -> int | None:
        """Look through blocks that are not loaded, a window at a time, keeping none."""
        if not self._more[direction]:
            return None
        floor = self._blocks[-1].floor + 1 if direction == "after" else self._blocks[0].floor
        limit = self._limit
        for _ in range(FIND_BLOCKS // limit):
            blocks = await self._fetch(floor, direction, limit)
            await asyncio.sleep(0)  # others get their turn between windows
            for block in blocks if direction == "after" else reversed(blocks):
                words = self._text(block) if self._text else plain(self._body(block, max(1, self._cells - 1)))
                if pattern.search(words):
                    return block.floor
            if len(blocks) < limit:
                return None
            floor = blocks[-1].floor + 1 if direction == "after" else blocks[0].floor
        return None

    def _go_to_hit(self, block: B, pattern: re.Pattern[str], direction: Direction, hit: Place) -> bool:
        """Show the first match in a block that lies beyond the last one."""
        places = self._layout(block).find(pattern)
        if block.floor == hit.floor:
            places = [at for at in places if (at > hit.line if direction == "after" else at < hit.line)]
        if not places:
            return False
        line = places[0] if direction == "after" else places[-1]
        self._hit = Place(block.floor, line)
        number = self._blocks.index(block)
        if not self._on_screen(number, line):
            self._top, self._line = number, line
            self._backward(min(3, self._height // 4))  # what stands above a match belongs to it
            self._look_ahead()
        self._focus = number
        return True
