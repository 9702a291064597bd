"""A screen of one text: details of a post, a board's notice, the preview of what is being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bbs.terminal.canvas import Frame
from bbs.terminal.reader import Head, Reader, fixed
from bbs.terminal.view import Answer, Hint
from bbs.text.markdown import render
from bbs.text.spans import Line, Span
from bbs.text.width import fit
from bbs.text.wrap import wrap_line
from screens.visit import Screen, Visit

LABEL_CELLS: Final = 12
"""Cells of the labels of facts, so that what they say stands in one column."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is shown: a head if there is one, lines of ours, then a Markdown text."""

    body: str = ""
    lines: tuple[Line, ...] = ()
    head: Head | None = None
    id: int = 1
    floor: int = 1


class LeafScreen(Screen):
    """Shows a text and nothing else. A subclass that fetches its text first does so in `prepare`."""

    context = "reader"

    def __init__(self, visit: Visit, route: str, title: str = "", text: Text | None = None) -> None:
        super().__init__(visit)
        self.route = route
        self.title = title
        self.text = text or Text()

    async def prepare(self) -> None:
        """Fetch the text, where it is not given; raises BbsError."""

    async def open(self) -> None:
        await self.prepare()
        self.reader: Reader[Text] = Reader(
            fetch=fixed([self.text]),
            body=self._body,
            head=lambda text: text.head,
            spawn=self.stage.spawn,
            redraw=self.stage.redraw,
            ambiguous=self.stage.ambiguous,
        )
        await self.reader.open()

    def _body(self, text: Text, cells: int) -> Sequence[Line]:
        ambiguous = self.stage.ambiguous
        rows = [row for line in text.lines for row in wrap_line(line, cells, ambiguous)]
        if rows and text.body:
            rows.append(())
        return [*rows, *render(text.body, cells, ambiguous)] if text.body else rows

    def draw(self, width: int, height: int) -> Frame:
        self.reader.ambiguous = self.stage.ambiguous
        return self.reader.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        if action == "find":
            return self._find()
        if action in ("details", "tab"):
            return self._close()  # the key that opened it closes it
        answer = self.reader.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _find(self) -> None:
        query = await self.stage.ask(self.tr("reader.find"), self.reader.query)
        if query is not None:
            await self.reader.find(query)

    async def _close(self) -> None:
        await self.stage.pop()

    def hints(self) -> Sequence[Hint]:
        return _HINTS


_HINTS: Final = (
    Hint("leave", "key.leave"),
    Hint("page_or_next", "key.page_down"),
    Hint("find", "hint.find"),
    Hint("goto", "hint.goto"),
)


def fact(label: str, value: str) -> Line:
    """One line of facts: a label and what is true of it."""
    return (Span(f"{fit(label, LABEL_CELLS)}  ", "field.label"), Span(value))
