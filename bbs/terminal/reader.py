"""The reader: one flow of floors for threads and bulletins, with heads that no member's text can imitate."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from bbs.terminal.blocks import B, Block, Body, Head
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.flow import FETCHED, WINDOW, FetchBlocks, Place, fixed
from bbs.terminal.flowfind import FindableFlow
from bbs.terminal.source import Direction
from bbs.terminal.view import Answer
from bbs.text.spans import Span

__all__ = ["Block", "Head", "Place", "Reader", "fixed"]

FLOOR_DIGITS: Final = 9
"""Digits of a typed floor that are taken seriously."""


class Reader(FindableFlow[B]):
    """Shows a flow of blocks.

    `on_end()` answers Space at the end. `below(count)` words the row that tells of new floors below.
    """

    def __init__(
        self,
        *,
        fetch: FetchBlocks[B],
        body: Body[B],
        head: Callable[[B], Head | None] | None = None,
        text: Callable[[B], str] | None = None,
        on_end: Callable[[], Answer] | None = None,
        below: Callable[[int], str] | None = None,
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
            text=text,
            spawn=spawn,
            redraw=redraw,
            ambiguous=ambiguous,
            fetched=fetched,
            window=window,
        )
        self.last_floor: int | None = None
        """The highest floor there is, where the screen knows it: makes `percent` right in long threads."""
        self.new_below = 0
        """Floors that came since and are not on the screen yet."""
        self.seen_floor = 0
        """The highest floor of which the last row has been on the screen: how far the thread is read."""
        self._on_end = on_end
        self._below = below
        self._below_row: tuple[int, Row] | None = None
        self._shape: tuple[int, int, int] = (0, 0, 0)
        self._kept: tuple[object, int, int | None] = (None, 0, None)  # block, row and characters of the last resize
        self._bottom = (0, 0)  # the last block on the screen, and how many of its rows are above the lower edge

    @property
    def at_end(self) -> bool:
        """Whether the very last row is on the screen."""
        return not self._more["after"] and self._rows_from(self._top, self._line, self._height + 1) <= self._height

    @property
    def percent(self) -> int | None:
        """How far down the screen's lower edge is, 0 to 100; None when the length is not known."""
        if not self._blocks or self.at_end:
            return 100 if self._blocks else None
        number, shown = self._bottom
        number = min(number, len(self._blocks) - 1)
        block = self._blocks[number]
        part = shown / max(1, self._layout(block).size)
        last = self.last_floor or (None if self._more["after"] else self._blocks[-1].floor)
        return None if last is None else min(99, int(100 * (block.floor - 1 + part) / max(1, last)))

    def note_new(self, count: int = 1) -> None:
        """Tell that floors were added below; they are fetched when the person gets there."""
        self.new_below += count
        self._more["after"] = True
        if self.last_floor is not None:
            self.last_floor += count

    # Keys

    def act(self, action: str, data: str = "") -> Answer:
        """Answer up, down, page_up, page_down, page_or_next, first, last, number, thread_*, find_next and find_prev.

        `thread_first`, `thread_prev`, `thread_next` and `thread_last` go from floor to floor.
        """
        if not self._blocks:
            return False
        if action == "down":
            return self._scroll(1)
        if action == "up":
            return self._scroll(-1)
        if action == "page_or_next" and self.at_end:
            return self._on_end() if self._on_end is not None else False
        if action in ("page_down", "page_or_next"):
            return self._scroll(max(1, self._height - 1))
        if action == "page_up":
            return self._scroll(-max(1, self._height - 1))
        if action in ("first", "thread_first"):
            return self._first()
        if action in ("last", "thread_last"):
            return self._last()
        if action in ("thread_next", "thread_prev"):
            return self._step(1 if action == "thread_next" else -1)
        if action in ("find_next", "find_prev"):
            return self._search("after" if action == "find_next" else "before") if self._pattern else False
        if action == "number" and data.isascii() and data.isdecimal() and len(data) <= FLOOR_DIGITS:
            return True if self._show_loaded(int(data)) else self.go_to(int(data))
        return False

    def _scroll(self, count: int) -> Answer:
        direction: Direction = "after" if count > 0 else "before"
        before = (self._top, self._line)
        moved = self._forward(count) if count > 0 else self._backward(-count)
        if moved < abs(count) and self._more[direction]:
            self._top, self._line = before
            return self._scroll_far(count)
        if moved:
            self._follow()
            self._look_ahead()
            return True
        if count == 1 and self._focus + 1 < len(self._blocks):
            self._focus += 1  # nothing left to scroll: the last floors can still be meant one by one
            return True
        return False

    async def _scroll_far(self, count: int) -> None:
        """Scroll to where nothing is loaded yet."""
        async with self._lock:
            await self._extend("after" if count > 0 else "before")
        if count > 0:
            self._forward(count)
        else:
            self._backward(-count)
        self._follow()

    def _first(self) -> Answer:
        if self._more["before"]:
            return self.open(1)
        if (self._top, self._line, self._focus) == (0, 0, 0):
            return False
        return self._show(0) or self.open(1)

    def _last(self) -> Answer:
        if self._more["after"]:
            return self._jump_to_end()
        if self.at_end and self._focus == len(self._blocks) - 1:
            return False
        self._to_end()
        return True

    async def _jump_to_end(self) -> None:
        """Go to the end: fetched from there, not by walking."""
        async with self._lock:
            limit = self._limit
            blocks = list(await self._fetch(None, "before", limit))
            self._take(blocks, {"before": len(blocks) >= limit, "after": False}, 0)
        self._to_end()

    def _to_end(self) -> None:
        self._focus = self._top = max(0, len(self._blocks) - 1)
        self._line = 0
        if self._blocks:
            self._line = self._layout(self._blocks[self._top]).size
            self._backward(self._height)

    def _step(self, step: int) -> Answer:
        """Go to the next or previous floor; back means the start of this one first."""
        if step < 0 and self._focus == self._top and self._line > 0:
            self._line = 0
            return True
        if 0 <= self._focus + step < len(self._blocks):
            return True if self._show(self._focus + step) else self._step_far(step)
        return self._step_far(step) if self._more["after" if step > 0 else "before"] else False

    async def _step_far(self, step: int) -> None:
        """Step to a floor of which not the whole screenful is loaded."""
        if not 0 <= self._focus + step < len(self._blocks):
            async with self._lock:
                await self._extend("after" if step > 0 else "before")
        while 0 <= self._focus + step < len(self._blocks) and not self._show(self._focus + step):
            async with self._lock:
                await self._extend("after")

    # Drawing

    def draw(self, width: int, height: int) -> Frame:
        """Draw the rows for `width` x `height` cells; rows that were drawn before are the same objects."""
        if (width, self.ambiguous, self.render_version) != self._shape:
            self._reshape(width)
        self._height = max(1, height)
        if self.new_below and self.at_end:
            self.new_below = 0
        tell = self.new_below > 0 and self._below is not None and height > 1
        self._height -= tell
        rows = self._collect()
        if len(rows) < self._height and not self._more["after"] and (self._top or self._line):
            self._backward(self._height - len(rows))
            rows = self._collect()
        if len(rows) < self._height:
            self._look_ahead()
        cursor = self._above(self._focus, 0) if self._focus > self._top else 0
        if tell:
            rows += [Row()] * (self._height - len(rows))
            rows.append(self._tell())
        return Frame(rows, (0, max(0, min(cursor, self._height - 1))))

    def _collect(self) -> list[Row]:
        rows: list[Row] = []
        line = self._line
        for number in range(self._top, len(self._blocks)):
            layout = self._layout(self._blocks[number])
            if self._pattern is not None:
                layout.find(self._pattern)
            size = layout.size
            shown = min(size, line + self._height - len(rows))
            rows += layout.show(line, shown)
            self._bottom = (number, shown)
            if shown == size:
                self.seen_floor = max(self.seen_floor, self._blocks[number].floor)
            line = 0
            if len(rows) >= self._height:
                break
        return rows

    def _tell(self) -> Row:
        if self._below is None:
            return Row()
        if self._below_row is None or self._below_row[0] != self.new_below:
            self._below_row = (self.new_below, Row((Span(f" {self._below(self.new_below)}", "count"),)))
        return self._below_row[1]

    def _reshape(self, width: int) -> None:
        """Lay everything out for another width, with the same words at the top."""
        drawn, self._shape = self._shape[0] > 0, (width, self.ambiguous, self.render_version)
        top = self._blocks[self._top] if self._blocks and self._line else None
        letters: int | None = None
        if top is not None and drawn:
            layout = self._layout(top)
            if self._kept[:2] == (top.id, self._line):
                letters = self._kept[2]  # several sizes in a row must not add up their roundings
            elif self._line >= layout.heads:
                letters = layout.letters_before(self._line)
        self._cells = width
        self._layouts.clear()
        self._hit = self._below_row = None
        if top is not None:
            layout = self._layout(top)
            self._line = min(self._line, max(0, layout.size - 1)) if letters is None else layout.place_of(letters)
            self._kept = (top.id, self._line, letters)
