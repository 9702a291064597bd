"""Quoting by choosing lines: the rows of a floor or letter, Space marks, Enter takes what is marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.softwrap import pieces
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.visit import Screen, Visit

WIDEST: Final = 100
"""Cells a row has at most: a long paragraph becomes several, each of which can be chosen."""
NARROWEST: Final = 20
_MARKS: Final = 8
"""Cells beside the text of a row."""
_LEFT_OUT: Final = " [...] "


@dataclass(frozen=True, slots=True)
class Piece:
    """One row that can be chosen: a part of a line of the text, both counted from 0."""

    number: int
    line: int
    text: str


def pieces_of(body: str, cells: int, ambiguous: int) -> list[Piece]:
    """The rows of a text that are at most `cells` wide; empty lines are none."""
    found: list[Piece] = []
    for place, line in enumerate(body.split("\n")):
        if line.strip():
            for part in pieces(line, cells, ambiguous):
                found.append(Piece(len(found), place, line[part.start : part.end]))
    return found


def quotation(chosen: Sequence[Piece], whose: str = "") -> str:
    """The rows as a quotation, with the empty line that ends it; rows of one line stand together again."""
    lines: list[str] = [whose] if whose else []
    for _, group in groupby(chosen, key=lambda piece: piece.line):
        text, before = "", None
        for piece in group:
            apart = before is not None and piece.number != before + 1
            text = f"{text.rstrip()}{_LEFT_OUT}{piece.text.lstrip()}" if apart else text + piece.text
            before = piece.number
        lines.append(text.rstrip())
    return "".join(f"> {line}\n" for line in lines) + "\n" if chosen else ""


class QuoteLines(Screen):
    """The choice; `take(quotation)` is called with what was chosen, once this screen is gone."""

    context = "list"

    def __init__(
        self, visit: Visit, route: str, title: str, body: str, take: Callable[[str], None], *, whose: str = ""
    ) -> None:
        super().__init__(visit)
        self.route, self.title = route, title
        self._text, self._take, self._whose = body, take, whose
        self._marked: frozenset[int] = frozenset()
        self._cells: RowCells[Piece] = RowCells(
            (Column("mark", 3, style="mark.unread"), Column("text", NARROWEST, flex=1, gap=1)),
            self._row,
            version=lambda piece: piece.number in self._marked,
        )
        self.box: ListBox[Piece] = ListBox(
            key=lambda piece: piece.number,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda piece: self._done(piece),
        )

    async def open(self) -> None:
        """Break the text into rows for the width there is now."""
        cells = max(NARROWEST, min(WIDEST, self.stage.width) - _MARKS)
        self._pieces = pieces_of(self._text, cells, self.stage.ambiguous)
        self.box.empty = self.tr("quote.nothing")
        await self.box.load(static(self._pieces, key=lambda piece: piece.number), None)

    # Drawing

    def _row(self, piece: Piece) -> Sequence[Cell]:
        style = "md.quote" if piece.text.lstrip().startswith(">") else "title"
        return ("[x]" if piece.number in self._marked else "[ ]", Span(piece.text.rstrip(), style))

    def _headings(self, width: int) -> Sequence[Row]:
        about = wrap(self.tr("quoting.about"), max(2, min(width, WIDEST) - 2), self.stage.ambiguous)
        return [*(Row((Span(f" {line}", "hint"),)) for line in about), Row()]

    def draw(self, width: int, height: int) -> Frame:
        """The rows."""
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self.box.draw(width, height)

    def hints(self) -> Sequence[Hint]:
        """Taking, leaving; that Space marks is said above."""
        return _HINTS

    # Keys

    def act(self, action: str, data: str) -> Answer:
        """Mark and unmark, take, leave."""
        piece = self.box.selected
        if action == "page_down" and data == " " and piece is not None:
            self._marked = self._marked ^ {piece.number}
            self.box.invalidate()
            self.box.act("down", "")
            return True
        if action == "undo":
            self._marked = frozenset()
            self.box.invalidate()
            return True
        answer = self.box.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _done(self, piece: Piece) -> None:
        """Take what is marked; where nothing is, the row that is selected."""
        chosen = [each for each in self._pieces if each.number in self._marked] or [piece]
        await self.stage.pop()
        self._take(quotation(chosen, self._whose))


_HINTS: Final = (
    Hint("enter", "quote.hint.take"),
    Hint("undo", "quote.hint.none"),
    Hint("leave", "quote.hint.leave"),
)
