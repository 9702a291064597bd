"""The pane beside a list: the beginning of what is selected, fetched when the selection has come to rest."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from bbs.terminal.blocks import body_row
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.view import Answer, Stage
from bbs.text.spans import Line, Span
from bbs.text.width import clip
from bbs.text.width import width as cells_of
from screens.parts.rendered import rendered

T = TypeVar("T")

REST: Final = 0.15
"""Seconds the selection stays before its preview is fetched: a held key must not fetch, nor redraw a whole pane."""
KEPT: Final = 32
"""Leaves kept for lists that are walked up and down."""
_BLANK: Final = Row()
_SOURCE: Final = 4_000
"""Characters of a text that are laid out for a preview."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a preview shows: lines of its own on top, then the beginning of a Markdown text, then more of such."""

    head: Sequence[Line]
    body: str
    more: Sequence[tuple[Line, str]] = ()
    """What follows where there is room: a line of its own, and a text."""


class Preview(Generic[T]):
    """Shows a leaf for the selected item; `fetch(item)` makes it, `key(item)` tells items apart."""

    def __init__(
        self,
        stage: Stage,
        *,
        key: Callable[[T], object],
        fetch: Callable[[T], Awaitable[Leaf | None]],
        rest: float = REST,
    ) -> None:
        self._stage = stage
        self._key = key
        self._fetch = fetch
        self._rest = rest
        self._leaves: OrderedDict[object, Leaf | None] = OrderedDict()
        self._shown: Leaf | None = None
        self._wanted: T | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._drawn: tuple[tuple[int, int, int], Leaf | None, list[Row]] | None = None

    def want(self, item: T | None) -> None:
        """The selection is on `item` now."""
        self._wanted = item
        if self._timer is None and item is not None:
            self._timer = asyncio.get_running_loop().call_later(self._rest, self._rested, item)

    def _rested(self, item: T) -> None:
        self._timer = None
        if self._wanted is None:
            return
        if self._wanted is not item:
            self.want(self._wanted)  # it moved on meanwhile: wait for it to rest again
        else:
            self._stage.spawn(self.load(item))

    async def load(self, item: T | None) -> None:
        """Show the leaf of an item now."""
        if item is None:
            self._shown = None
            return
        self._wanted = item
        key = self._key(item)
        if key not in self._leaves:
            self._leaves[key] = await self._fetch(item)
            if len(self._leaves) > KEPT:
                self._leaves.popitem(last=False)
        if self._wanted is not None and self._key(self._wanted) == key:
            self._shown = self._leaves[key]

    def forget(self) -> None:
        """What was fetched may have changed."""
        self._leaves.clear()

    def close(self) -> None:
        """Fetch nothing any more."""
        self._wanted = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def act(self, action: str, data: str = "") -> Answer:
        """A preview is only looked at."""
        return False

    def draw(self, width: int, height: int) -> Frame:
        """Draw in `width` x `height` cells."""
        shape = (width, height, self._stage.ambiguous)
        if self._drawn is None or self._drawn[0] != shape or self._drawn[1] is not self._shown:
            self._drawn = (shape, self._shown, self._rows(width, height))
        return Frame(self._drawn[2])

    def _rows(self, width: int, height: int) -> list[Row]:
        leaf = self._shown
        if leaf is None:
            return []
        ambiguous = self._stage.ambiguous
        rows = [Row(_clipped(line, width, ambiguous)) for line in leaf.head]
        rows.append(_BLANK)
        rows += self._text(leaf.body, width, height - len(rows))
        for line, text in leaf.more:
            if len(rows) >= height - 2:
                break
            rows += (_BLANK, Row(_clipped(line, width, ambiguous)))
            rows += self._text(text, width, height - len(rows))
        return rows[:height]

    def _text(self, text: str, width: int, room: int) -> list[Row]:
        lines = rendered(text[:_SOURCE], max(2, width - 1), self._stage.ambiguous)[: max(0, room)]
        return [body_row(line, width, self._stage.ambiguous) for line in lines]


def _clipped(line: Line, cells: int, ambiguous: int) -> Line:
    """Cut the last span of a line that is too long; lines of a head have few spans."""
    out: list[Span] = []
    room = cells
    for text, style in line:
        shown = clip(text, room, ambiguous, "..")
        out.append(Span(shown, style))
        room -= cells_of(shown, ambiguous)
        if shown != text or room <= 0:
            break
    return tuple(out)
