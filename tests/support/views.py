"""Small views to test the terminal with."""

from __future__ import annotations

from collections.abc import Sequence

from bbs.terminal import glyphs
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.view import Answer, Hint, View
from bbs.text.spans import Span


class Lines(View):
    """A list that moves: enough of a screen to test the stage with."""

    title = "Office Services"
    context = "list"

    def __init__(self, count: int = 50, route: str = "/b/services", text: str = "食堂早餐能否早半小时") -> None:
        self.route = route
        self.selected = 0
        self.top = 0
        self.acts: list[tuple[str, str]] = []
        self.closed = 0
        self.resumed = 0
        self.drafts = 0
        self._plain = [self._row(index, text, False) for index in range(count)]
        self._marked = [self._row(index, text, True) for index in range(count)]

    @staticmethod
    def _row(index: int, text: str, marked: bool) -> Row:
        mark = glyphs.SELECTED if marked else " "
        return Row(
            (
                Span(f"{mark} "),
                Span(f"{index + 1:>5} ", "number"),
                Span("11-22  ", "date"),
                Span("plum        ", "author"),
                Span(f"{text} {index + 1}", "title"),
            ),
            "row.selected" if marked else "",
        )

    def draw(self, width: int, height: int) -> Frame:
        if self.selected < self.top:
            self.top = self.selected
        if self.selected >= self.top + height:
            self.top = self.selected - height + 1
        rows = self._plain[self.top : self.top + height]
        rows[self.selected - self.top] = self._marked[self.selected]
        return Frame(rows, (0, self.selected - self.top))

    def act(self, action: str, data: str) -> Answer:
        self.acts.append((action, data))
        if action in ("up", "down"):
            target = self.selected + (1 if action == "down" else -1)
            if not 0 <= target < len(self._plain):
                return False
            self.selected = target
            return True
        if action == "number":
            self.selected = min(int(data), len(self._plain)) - 1
            return True
        return False

    def hints(self) -> Sequence[Hint]:
        return HINTS

    def close(self) -> None:
        self.closed += 1

    async def resume(self) -> None:
        self.resumed += 1

    def draft(self) -> None:
        self.drafts += 1


HINTS = (Hint("enter", "key.enter"), Hint("post", "key.post"), Hint("reply", "key.reply"), Hint("find", "key.find"))
