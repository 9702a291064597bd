"""A list of any length, drawn from rows that are kept: a key that moves the selection makes two rows at most."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Hashable, Sequence
from typing import Any, Final, TypeVar

from bbs.errors import NotFound
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listplace import PAGE, WINDOW, ListPlace, Position
from bbs.terminal.source import Direction, Page, Source, static
from bbs.terminal.view import Answer
from bbs.text.spans import Span
from bbs.text.wrap import wrap

__all__ = ["ListBox", "Page", "Position", "Source", "static"]

T = TypeVar("T")

NUMBER_DIGITS: Final = 18
"""Digits of a typed number that are taken seriously."""


class ListBox(ListPlace[T]):
    """A virtual list over a Source.

    `key(item)` identifies an item through all its changes. `render(item, width, selected)` draws its row.
    `headings(width)` gives rows that stay on top. `empty` is told when there are no items: it says what to do.
    `on_open(item)` answers Enter, `on_move(item)` hears of each new selection.
    """

    def __init__(
        self,
        *,
        key: Callable[[T], Hashable],
        render: Callable[[T, int, bool], Row],
        headings: Callable[[int], Sequence[Row]] | None = None,
        empty: str = "",
        on_open: Callable[[T], Answer] | None = None,
        on_move: Callable[[T | None], None] | None = None,
        spawn: Callable[[Coroutine[Any, Any, object]], None] | None = None,
        redraw: Callable[[], None] | None = None,
        page: int = PAGE,
        window: int = WINDOW,
        ambiguous: int = 1,
    ) -> None:
        super().__init__(key=key, on_move=on_move, spawn=spawn, redraw=redraw, page=page, window=window)
        self.empty = empty
        self.ambiguous = ambiguous
        self.render_version = 0
        """Count this up (or call `invalidate`) when rows must be drawn anew though their items are the same."""
        self._render = render
        self._headings = headings
        self._on_open = on_open
        self._width = -1
        self._version = 0
        self._fixed: list[Row] = []
        self._chosen: tuple[T, Row] | None = None
        self._told: tuple[str, list[Row]] | None = None

    def act(self, action: str, data: str = "") -> Answer:
        """Answer up, down, page_up, page_down, page_or_next, first, last, number (digits in `data`) and enter."""
        if self._window is None or not self._window.items:
            return False
        if action == "down":
            return self._move(1)
        if action == "up":
            return self._move(-1)
        if action in ("page_down", "page_or_next"):
            return self._move(self._body, paged=True)
        if action == "page_up":
            return self._move(-self._body, paged=True)
        if action == "first":
            return self._end("before")
        if action == "last":
            return self._end("after")
        if action == "number":
            return self._number(data)
        if action == "enter" and self._on_open is not None:
            return self._on_open(self._window.items[self._at])
        return False

    def _move(self, delta: int, *, paged: bool = False) -> Answer:
        window = self._window
        if window is None:
            return False
        target = self._at + delta
        if not 0 <= target < len(window.items):
            if window.more("after" if delta > 0 else "before"):
                return self._travel(delta, paged)
            target = min(max(target, 0), len(window.items) - 1)
            if target == self._at:
                return False
        self._step(target, paged)
        return True

    def _end(self, direction: Direction) -> Answer:
        window = self._window
        if window is None:
            return False
        if window.more(direction):
            return self._jump(direction)
        target = len(window.items) - 1 if direction == "after" else 0
        if target == self._at:
            return False
        self._step(target, False)
        return True

    def _number(self, data: str) -> Answer:
        if self._source is None or self._source.locate is None or not (data.isascii() and data.isdecimal()):
            return False
        if len(data) > NUMBER_DIGITS:
            return False
        return self._go_to_number(int(data))

    async def _go_to_number(self, number: int) -> None:
        locate = self._source.locate if self._source else None
        key = await locate(number) if locate else None
        if key is None or not await self.go_to(key):
            raise NotFound("list.no_such_number", number=number)

    def update(self, item: T) -> bool:
        """Show a new state of an item in place; False when it is not loaded."""
        if self._chosen is not None and self._chosen[0] is item:
            self._chosen = None  # changed inside, so identity does not tell
        return super().update(item)

    def touch(self, key: Hashable) -> None:
        """Draw one row anew whose item is the same: a tag was set, a mark changed."""
        window = self._window
        place = window.where(key) if window else None
        if window is not None and place is not None:
            window.rows[place] = None
            self._chosen = None

    def invalidate(self) -> None:
        """Draw all rows anew in the next frame."""
        self.render_version += 1

    def draw(self, width: int, height: int) -> Frame:
        """Draw the rows for `width` x `height` cells; unchanged rows are the objects of the last frame."""
        if width != self._width or self.render_version != self._version:
            self._reshape(width)
        fixed = self._fixed
        body = max(1, height - len(fixed))
        window = self._window
        if window is None or not window.items:
            self._body = body
            return Frame([*fixed, *self._empty_rows(width)][:height], (0, min(len(fixed), height - 1)))
        if body != self._body:
            self._body = body
            self._reveal(len(window.items))
            self._look_ahead(window)
        at, top = self._at, self._top
        rows = list(fixed)
        place = top
        for row in window.rows[top : top + body]:
            if place == at:
                rows.append(self._chosen_row(window.items[at], width))
            elif row is not None:
                rows.append(row)
            else:
                row = window.rows[place] = self._render(window.items[place], width, False)
                rows.append(row)
            place += 1
        return Frame(rows[:height], (0, min(len(fixed) + at - top, height - 1)))

    def _chosen_row(self, item: T, width: int) -> Row:
        if self._chosen is None or self._chosen[0] is not item:
            self._chosen = (item, self._render(item, width, True))
        return self._chosen[1]

    def _reshape(self, width: int) -> None:
        self._width = width
        self._version = self.render_version
        self._chosen = self._told = None
        self._fixed = list(self._headings(width)) if self._headings else []
        if self._window is not None:
            self._window.forget_rows()

    def _empty_rows(self, width: int) -> list[Row]:
        """Say what to do in an empty list; nothing before it is loaded."""
        if self._window is None or not self.empty:
            return []
        if self._told is None or self._told[0] != self.empty:
            lines = wrap(self.empty, max(2, width - 2), self.ambiguous)
            self._told = (self.empty, [Row(), *(Row((Span(" " + line, "hint"),)) for line in lines)])
        return self._told[1]
