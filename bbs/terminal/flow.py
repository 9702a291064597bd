"""A place in a flow of blocks of any length: the row at the top, and the blocks that are loaded around it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeAlias

from bbs.errors import NotFound
from bbs.terminal.blocks import B, Body, Head, Layout, head_rows
from bbs.terminal.source import Direction

FETCHED: Final = 20
"""Blocks fetched at once at least."""
WINDOW: Final = 60
"""Blocks kept at most, unless the terminal is so high that it needs more."""
LAYOUTS: Final = 24
"""Blocks kept laid out."""

FetchBlocks: TypeAlias = Callable[[int | None, Direction, int], Awaitable[Sequence[B]]]
"""`fetch(floor, direction, limit)` gives blocks in floor order: `after` from that floor on, `before` those before it,
and (None, "before", n) the last n. Fewer than `limit` means that there are no more on that side."""


class Place(NamedTuple):
    """Where reading stopped: the floor at the top of the screen and how many of its rows are above it."""

    floor: int
    line: int


def fixed(blocks: Sequence[B]) -> FetchBlocks[B]:
    """Serve blocks in memory, read again at every fetch."""

    async def fetch(floor: int | None, direction: Direction, limit: int) -> Sequence[B]:
        if direction == "after":
            return [block for block in blocks if floor is None or block.floor >= floor][:limit]
        return [block for block in blocks if floor is None or block.floor < floor][-limit:]

    return fetch


class Flow(Generic[B]):
    """Blocks around a place, fetched in windows; knows how many rows each has, draws nothing.

    `body(block, cells)` renders a text, `head(block)` says what stands above it. `spawn` runs fetches ahead of need,
    `redraw` is called when such a fetch filled rows that were blank. Errors of a fetch leave everything as it was and
    propagate to whoever awaited it.
    """

    def __init__(
        self,
        *,
        fetch: FetchBlocks[B],
        body: Body[B],
        head: Callable[[B], Head | None] | None = None,
        spawn: Callable[[Coroutine[Any, Any, object]], None] | None = None,
        redraw: Callable[[], None] | None = None,
        ambiguous: int = 1,
        fetched: int = FETCHED,
        window: int = WINDOW,
    ) -> None:
        self.spawn = spawn
        self.redraw = redraw
        self.ambiguous = ambiguous
        self.render_version = 0
        self._fetch = fetch
        self._body = body
        self._head = head
        self._fetched = fetched
        self._most = window
        self._blocks: list[B] = []
        self._more: dict[Direction, bool] = {"before": False, "after": False}
        self._top = 0
        self._line = 0
        self._focus = 0
        self._height = 20
        self._cells = 80
        self._layouts: dict[object, Layout] = {}
        self._lock = asyncio.Lock()
        self._fetching = False

    @property
    def blocks(self) -> Sequence[B]:
        """The blocks in memory now."""
        return self._blocks

    @property
    def current(self) -> B | None:
        """The block that a key such as reply means."""
        return self._blocks[self._focus] if self._blocks else None

    @property
    def floor(self) -> int:
        """The floor of the current block, 0 when there is none."""
        return self._blocks[self._focus].floor if self._blocks else 0

    @property
    def place(self) -> Place:
        """The place to come back to with `open`."""
        return Place(self._blocks[self._top].floor, self._line) if self._blocks else Place(1, 0)

    async def open(self, floor: int = 1, line: int = 0) -> None:
        """Load what is around a floor and put it at the top; one that is gone gives way to the next one."""
        async with self._lock:
            blocks, more = await self._around(floor)
            self._take(blocks, more, floor)
            if self._blocks and self._blocks[self._top].floor == floor:
                self._line = line

    @property
    def wanted(self) -> int:
        """Blocks on each side of a floor that `open` asks for."""
        return self._limit

    def show(self, floor: int, above: Sequence[B], below: Sequence[B]) -> None:
        """Begin as `open` does, with blocks that were fetched before: `wanted` on each side, or all there are."""
        limit = self._limit
        self._take([*above, *below], {"before": len(above) >= limit, "after": len(below) >= limit}, floor)

    async def go_to(self, floor: int) -> None:
        """Put a floor at the top of the screen. Raises NotFound `floor.not_found`."""
        if not self._show_loaded(floor):
            async with self._lock:
                blocks, more = await self._around(floor)
                if not any(block.floor == floor for block in blocks):
                    raise NotFound("floor.not_found", floor=floor)
                self._take(blocks, more, floor)

    async def refresh(self) -> None:
        """Fetch anew what is around the place and keep it, whatever became of the blocks around."""
        async with self._lock:
            if not self._blocks:
                wanted, focus, letters = 1, 1, 0
            else:
                top = self._blocks[self._top]
                wanted, focus = top.floor, self.floor
                letters = self._layout(top).letters_before(self._line)
            old, line = {block.id: block for block in self._blocks}, self._line
            blocks, more = await self._around(wanted)
            kept = [old[block.id] if old.get(block.id) == block else block for block in blocks]
            self._take(kept, more, wanted)
            if not kept or kept[self._top].floor != wanted:
                return
            same = old.get(kept[self._top].id) is kept[self._top]
            layout = self._layout(kept[self._top])
            self._line = line if same or line < layout.heads else layout.place_of(letters)
            self._line = min(self._line, max(0, layout.size - 1))
            self._focus = _index(kept, focus)

    def update(self, block: B) -> bool:
        """Show a new state of a block in place; False when it is not loaded."""
        for number, known in enumerate(self._blocks):
            if known.id == block.id:
                self._blocks[number] = block
                self._layouts.pop(block.id, None)
                if number == self._top:
                    self._line = min(self._line, max(0, self._layout(block).size - 1))
                return True
        return False

    def invalidate(self) -> None:
        """Render and draw all blocks anew in the next frame."""
        self.render_version += 1

    # Loading

    @property
    def _limit(self) -> int:
        return max(self._fetched, self._height)

    async def _around(self, floor: int) -> tuple[list[B], dict[Direction, bool]]:
        limit = self._limit
        below = await self._fetch(floor, "after", limit)
        above = await self._fetch(floor, "before", limit) if floor > 1 else ()
        return [*above, *below], {"before": len(above) >= limit, "after": len(below) >= limit}

    def _take(self, blocks: list[B], more: dict[Direction, bool], floor: int) -> None:
        self._blocks, self._more = blocks, more
        self._top = self._focus = _index(blocks, floor)
        self._line = 0

    async def _extend(self, direction: Direction) -> bool:
        """Fetch the next blocks on one side; False when there are none. Called with the lock held."""
        if not self._more[direction]:
            return False
        limit = self._limit
        if direction == "after":
            fresh = await self._fetch(self._blocks[-1].floor + 1 if self._blocks else 1, "after", limit)
            self._blocks += fresh
        else:
            fresh = await self._fetch(self._blocks[0].floor if self._blocks else None, "before", limit)
            self._blocks[:0] = fresh
            self._top += len(fresh)
            self._focus += len(fresh)
        self._more[direction] = len(fresh) >= limit
        self._trim(direction)
        return len(fresh) > 0

    def _trim(self, grown: Direction) -> None:
        """Drop blocks on the side that did not grow."""
        extra = len(self._blocks) - max(self._most, 3 * self._height)
        if extra <= 0:
            return
        if grown == "after":
            drop = min(extra, max(0, min(self._top, self._focus) - self._height))
            if drop > 0:
                del self._blocks[:drop]
                self._top -= drop
                self._focus -= drop
                self._more["before"] = True
            return
        drop = min(extra, len(self._blocks) - max(self._top, self._focus) - 2 * self._height)
        if drop > 0:
            del self._blocks[-drop:]
            self._more["after"] = True

    def _look_ahead(self) -> None:
        if self.spawn is None or self._fetching:
            return
        margin = max(5, self._height // 3)
        direction: Direction
        if self._more["after"] and len(self._blocks) - self._top < margin:
            direction = "after"
        elif self._more["before"] and self._top < margin:
            direction = "before"
        else:
            return
        self._fetching = True
        self.spawn(self._fetch_ahead(direction))

    async def _fetch_ahead(self, direction: Direction) -> None:
        try:
            async with self._lock:
                blank = self._rows_from(self._top, self._line, self._height) < self._height
                await self._extend(direction)
        finally:
            self._fetching = False
        if blank and self.redraw is not None:
            self.redraw()

    # Measuring and moving

    def _layout(self, block: B) -> Layout:
        layout = self._layouts.get(block.id)
        if layout is None or layout.block is not block:
            head = self._head(block) if self._head else None
            heads = head_rows(head, self._cells, self.ambiguous) if head else ()
            lines = self._body(block, max(1, self._cells - 1))
            layout = Layout(block, heads, lines, self._cells, self.ambiguous)
            if len(self._layouts) >= max(LAYOUTS, self._height * 3 // 2):
                near = self._blocks[max(0, self._top - 4) : self._top + self._height]
                self._layouts = {one.id: self._layouts[one.id] for one in near if one.id in self._layouts}
            self._layouts[block.id] = layout
        return layout

    def _rows_from(self, top: int, line: int, most: int) -> int:
        """Count loaded rows from a place on, up to `most`."""
        count = -line
        for number in range(top, len(self._blocks)):
            if count >= most:
                break
            count += self._layout(self._blocks[number]).size
        return min(count, most)

    def _forward(self, count: int) -> int:
        """Scroll down by at most `count` rows, the last row staying at the bottom; gives how many it were."""
        slack = self._rows_from(self._top, self._line, self._height + count) - self._height
        steps = min(count, max(0, slack))
        self._line += steps
        while self._line and self._line >= (size := self._layout(self._blocks[self._top]).size):
            self._line -= size
            self._top += 1
        return steps

    def _backward(self, count: int) -> int:
        """Scroll up by at most `count` rows; gives how many it were."""
        left = count
        while left > 0:
            if self._line > 0:
                steps = min(left, self._line)
                self._line -= steps
                left -= steps
            elif self._top > 0:
                self._top -= 1
                self._line = self._layout(self._blocks[self._top]).size
            else:
                break
        return count - left

    def _follow(self) -> None:
        """After scrolling, mean the block that fills the top of the screen, not one of which only a tail is left."""
        self._focus = self._top
        if self._line > 0 and self._top + 1 < len(self._blocks):
            left = self._layout(self._blocks[self._top]).size - self._line
            if left < self._height // 2:
                self._focus += 1

    def _on_screen(self, number: int, line: int) -> bool:
        return (number, line) >= (self._top, self._line) and self._above(number, line) < self._height

    def _above(self, number: int, line: int) -> int:
        """Count the rows between the top of the screen and a row below it, up to the screen's height."""
        rows = -self._line
        for other in range(self._top, number):
            rows += self._layout(self._blocks[other]).size
            if rows >= self._height:
                return self._height
        return min(rows + line, self._height)

    def _show_loaded(self, floor: int) -> bool:
        """Put a floor at the top if a screenful from there on is loaded."""
        for number, block in enumerate(self._blocks):
            if block.floor == floor:
                return self._show(number)
        return False

    def _show(self, number: int) -> bool:
        if self._more["after"] and self._rows_from(number, 0, self._height) < self._height:
            return False
        self._top = self._focus = number
        self._line = 0
        self._look_ahead()
        return True


def _index(blocks: Sequence[B], floor: int) -> int:
    """Find the first block from a floor on, or the last one."""
    for number, block in enumerate(blocks):
        if block.floor >= floor:
            return number
    return max(0, len(blocks) - 1)
