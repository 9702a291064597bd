"""A row of tabs: two languages of a bulletin, the parts of a digest; one is in front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bbs.terminal.canvas import Frame, Row
from bbs.terminal.view import Answer
from bbs.text.spans import Span
from bbs.text.width import clip, width


class Tab(NamedTuple):
    """One tab: what it is called in code and in words (already translated)."""

    key: str
    label: str


class Tabs:
    """The tab in front stands in brackets, so that it is seen without colour. `on_change(key)` may wait."""

    def __init__(
        self,
        tabs: Sequence[Tab],
        selected: str = "",
        *,
        on_change: Callable[[str], Answer] | None = None,
        ambiguous: int = 1,
    ) -> None:
        self.ambiguous = ambiguous
        self._tabs = tuple(tabs)
        self._on_change = on_change
        self._at = 0
        self._drawn: tuple[tuple[int, int, int], Row] | None = None
        self.select(selected)

    @property
    def tabs(self) -> Sequence[Tab]:
        """The tabs; setting others keeps the one in front if it is still there."""
        return self._tabs

    @tabs.setter
    def tabs(self, tabs: Sequence[Tab]) -> None:
        front = self.selected
        self._tabs, self._at, self._drawn = tuple(tabs), 0, None
        self.select(front)

    @property
    def selected(self) -> str:
        """The key of the tab in front; empty when there are no tabs."""
        return self._tabs[self._at].key if self._tabs else ""

    def select(self, key: str) -> bool:
        """Bring a tab to the front without telling; False when there is no such tab."""
        for number, tab in enumerate(self._tabs):
            if tab.key == key:
                self._at = number
                return True
        return False

    def act(self, action: str, data: str = "") -> Answer:
        """Answer `tab` with the next tab, going round."""
        if action != "tab" or len(self._tabs) < 2:
            return False
        self._at = (self._at + 1) % len(self._tabs)
        return self._on_change(self.selected) if self._on_change is not None else True

    def row(self, columns: int) -> Row:
        """Draw the row in `columns` cells; when not all tabs fit, those around the one in front."""
        key = (columns, self._at, self.ambiguous)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, self._make(columns))
        return self._drawn[1]

    def draw(self, columns: int, rows: int = 1) -> Frame:
        """Draw as a frame of one row."""
        return Frame([self.row(columns)][:rows], (0, 0))

    def _make(self, columns: int) -> Row:
        words = [f"[{tab.label}]" if number == self._at else f" {tab.label} " for number, tab in enumerate(self._tabs)]
        first = 0
        while first < self._at and sum(width(word, self.ambiguous) for word in words[first : self._at + 1]) > columns:
            first += 1
        spans: list[Span] = []
        room = columns
        for number in range(first, len(words)):
            shown = clip(words[number], room, self.ambiguous)
            if not shown:
                break
            spans.append(Span(shown, "tab.selected" if number == self._at else "tab"))
            room -= width(shown, self.ambiguous)
            if shown != words[number]:
                break
        return Row(spans, "tab")
