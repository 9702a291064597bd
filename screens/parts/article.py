"""One text to read: pages, help and bulletins share its keys, its search, its numbered links and its last row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bbs.errors import NotFound
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.reader import Head, Reader, fixed
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from screens.visit import Screen, Visit

FIND_LIMIT: Final = 60
"""Characters of a search."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """The one block of the flow; `version` counts the states of its words."""

    version: int
    id: str = "text"
    floor: int = 1


class Article(Screen):
    """A reader of one text. Subclasses say what stands in it with `lines`, `heading` and `addresses`."""

    context = "reader"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._leaf = Leaf(0)
        self._leaves = [self._leaf]
        self.reader: Reader[Leaf] = Reader(
            fetch=fixed(self._leaves),
            body=lambda _, cells: self.lines(cells),
            head=lambda _: self.heading(),
            on_end=self.at_end,
        )
        self._shape: tuple[int, int, int, int] | None = None
        self._is_long = False
        self._foot: tuple[int, str, Row] | None = None

    # What subclasses say

    def lines(self, cells: int) -> list[Line]:
        """The text, in rows of at most `cells`."""
        raise NotImplementedError

    def heading(self) -> Head | None:
        """The bar above the text."""
        return None

    def addresses(self) -> Sequence[str]:
        """Where the numbered links lead, in their order."""
        return ()

    def at_end(self) -> Answer:
        """Answer Space when the end is on the screen."""
        self.stage.say(self.tr("article.end"))
        return True

    # The view

    async def open(self) -> None:
        """Show the text from its beginning."""
        await self.reader.open()

    async def resume(self) -> None:
        """The language may have changed meanwhile."""
        self.changed()

    def changed(self) -> None:
        """The words are others now: lay them out anew at the same place."""
        self._leaf = Leaf(self._leaf.version + 1)
        self._leaves[:] = [self._leaf]
        self.reader.update(self._leaf)

    def draw(self, width: int, height: int) -> Frame:
        """Draw the text; one that is longer than the screen gets a row that says how far it is read."""
        reader = self.reader
        reader.ambiguous = self.stage.ambiguous
        shape = (width, height, reader.ambiguous, self._leaf.version)
        if shape != self._shape:
            stood_at_end = self._shape is not None and self._is_long and reader.at_end
            self._shape = shape
            frame = reader.draw(width, height)
            self._is_long = not (reader.at_end and reader.place == (1, 0))
            if not self._is_long:
                return frame
            reader.draw(width, height - 1)
            if stood_at_end:
                reader.act("last")
        if not self._is_long or height < 3:
            return reader.draw(width, height)
        frame = reader.draw(width, height - 1)
        rows = [*frame.rows, *([Row()] * (height - 1 - len(frame.rows))), self._progress()]
        return Frame(rows, frame.cursor)

    def _progress(self) -> Row:
        percent = self.reader.percent or 0
        if self._foot is None or self._foot[:2] != (percent, self.tr.lang):
            words = self.tr("article.read_all") if percent == 100 else self.tr("article.progress", percent=percent)
            self._foot = (percent, self.tr.lang, Row((Span(f" {words}", "count"),)))
        return self._foot[2]

    def act(self, action: str, data: str) -> Answer:
        """Move, find, and follow a link by its number."""
        if action == "find":
            return self._find()
        if action == "number":
            return self._follow(int(data))
        if action == "leave" and self.reader.query:
            return self.reader.find("")
        answer = self.reader.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _find(self) -> None:
        query = await self.stage.ask(self.tr("article.find"), self.reader.query, limit=FIND_LIMIT)
        if query is not None:
            await self.reader.find(query)

    async def _follow(self, number: int) -> None:
        """Go where link `number` leads; addresses outside are shown in full, to be opened by the person's terminal."""
        addresses = self.addresses()
        if not 1 <= number <= len(addresses):
            raise NotFound("article.no_link" if addresses else "article.no_links", number=number, most=len(addresses))
        address = addresses[number - 1]
        if address.startswith("/") and not address.startswith("//"):
            await self.stage.go(address)
        else:
            self.stage.say(self.tr("article.link", number=number, address=address))

    def hints(self) -> Sequence[Hint]:
        """Reading, finding, leaving."""
        return (Hint("page_or_next", "do.page"), Hint("find", "do.find"), Hint("leave", "key.leave"))
