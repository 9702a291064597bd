"""The questions of an interview as a list: order, votes, one's own marked, and the selected one in full below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bbs.forum.interviews.questions import Question, QuestionState, Room
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer
from bbs.text.markdown import plain
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.interviews.words import asks, question_flags
from screens.parts.staying import reload
from screens.visit import Visit

STRIP_ROWS: Final = 3
"""Rows for the text of the selected question on a small terminal."""
STRIP_ROWS_TALL: Final = 7
TALL: Final = 20
"""Rows of the pane from which the text gets more of them."""
SHORT: Final = 8
"""Rows the list takes at least in such a pane."""
LEAST: Final = 8
"""Rows of the pane below which only the list is shown."""
_COLUMNS: Final = (
    Column("id", 4, align="right", style="number"),
    Column("votes", 5, align="right", style="votes"),
    Column("mark", 1, style="votes", gap=0),
    Column("author", 6, most=12, flex=1, style="author", gap=2),
    Column("text", 16, flex=5, style="title", gap=2),
)


class Queue:
    """The lower (or right) part of the room."""

    def __init__(
        self, visit: Visit, on_open: Callable[[Question], Answer], voted: Callable[[], frozenset[int]]
    ) -> None:
        self._visit = visit
        self._voted = voted
        self.ambiguous = 1
        self.bare = ""
        """What is said where there is no question."""
        self._cells: RowCells[Question] = RowCells(
            _COLUMNS, self._row, version=lambda asked: (asked.id in voted(), visit.tr.lang)
        )
        self.box: ListBox[Question] = ListBox(key=lambda asked: asked.id, render=self._cells.render, on_open=on_open)
        self._counts = (0, 0, 0)
        self._heading: tuple[object, Row] | None = None
        self._strip: tuple[object, list[Row]] | None = None

    async def show(self, room: Room, *, sorts: bool) -> None:
        """Show the questions as they stand; the selection stays on its question wherever that went."""
        asked = room.seen_by(self._visit.actor.account_id, sorts=sorts)
        answered = sum(one.state is QuestionState.ANSWERED for one in room.others)
        self._counts = (len(room.queue), len(room.waiting) if sorts else 0, answered)
        source = static(asked, key=lambda one: one.id)
        await reload(self.box, source, self.box.selected_key)

    def _row(self, asked: Question) -> Sequence[Cell]:
        votes = str(asked.votes) if asked.votes else "-"
        mark = "+" if asked.id in self._voted() else ""
        flags = question_flags(self._visit, asked)
        text = plain(asked.body, 200)
        words = (Span(text, "title"), *((Span("  "), *flags) if flags else ()))
        return (str(asked.id), votes, mark, asked.author, words)

    def _heading_row(self, columns: int) -> Row:
        said = (columns, self._counts, self._visit.tr.lang)
        if self._heading is None or self._heading[0] != said:
            tr, (queued, waiting, answered) = self._visit.tr, self._counts
            words = [tr.plural("live.in_queue", queued)]
            if waiting:
                words.append(tr.plural("live.waiting", waiting))
            if answered:
                words.append(tr.plural("live.answered_count", answered))
            labels = [tr("live.col.id"), tr("live.col.votes"), "", tr("live.col.by"), "   ".join(words)]
            self._heading = (said, Row(self._cells.heading(labels, columns).spans, "table"))
        return self._heading[1]

    def _strip_rows(self, columns: int, most: int) -> list[Row]:
        """The selected question in full; left out, with the reason."""
        asked = self.box.selected
        said = (asked, columns, most, self._visit.tr.lang, self.ambiguous)
        if self._strip is None or self._strip[0] != said:
            self._strip = (said, [] if asked is None else self._question_rows(asked, columns, most))
        return self._strip[1]

    def _question_rows(self, asked: Question, columns: int, most: int) -> list[Row]:
        tr, room = self._visit.tr, max(8, columns - 2)
        lines = wrap(f"{asks(self._visit, asked.author)}{asked.body}", room, self.ambiguous)
        if asked.state is QuestionState.LEFT_OUT:
            if asked.merged_into is not None:
                lines += wrap(tr("live.merged_with", into=asked.merged_into), room, self.ambiguous)
            elif asked.reason:
                lines += wrap(tr("live.why", reason=asked.reason), room, self.ambiguous)
        if len(lines) > most:
            lines = [*lines[: most - 1], f"{lines[most - 1][: max(0, room - 3)]} .."]
        return [Row((Span(f" {line}", "hint"),)) for line in lines]

    def draw(self, columns: int, rows: int) -> Frame:
        """A bar that counts, the list, and below it the selected question."""
        self.box.ambiguous = self._cells.ambiguous = self.ambiguous
        self.box.empty = self.bare
        strip: list[Row] = []
        if rows >= LEAST:
            strip = self._strip_rows(columns, STRIP_ROWS_TALL if rows >= TALL else STRIP_ROWS)
        room = max(1, rows - 1 - (len(strip) + 1 if strip else 0))
        if rows >= TALL:  # the text stays near its row where there are few
            room = min(room, max(SHORT, len(self.box.items)))
        frame = self.box.draw(columns, room)
        body = [*frame.rows, *[_BLANK] * (room - len(frame.rows))]
        drawn = [self._heading_row(columns), *body]
        if strip:
            drawn += [_BLANK, *strip]
        cursor = None if frame.cursor is None else (frame.cursor[0], frame.cursor[1] + 1)
        return Frame(drawn[:rows], cursor)

    def act(self, action: str, data: str = "") -> Answer:
        """Move in the list."""
        return self.box.act(action, data)


_BLANK: Final = Row()
