"""How a thread looks as a row of a list: marks, number, votes, date, author, title and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bbs.forum.posts import ReadState, Thread
from bbs.terminal.canvas import Row
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.text.spans import Span
from screens.visit import Visit

NO_VOTES: Final = "-"
_STATE_MARKS: Final = {ReadState.UNREAD: ("+", "mark.unread"), ReadState.CHANGED: ("~", "mark.changed")}
_YEAR: Final = 4


def kind_mark(thread: Thread) -> tuple[str, str]:
    """The sign for what a moderator made of a thread, and its style."""
    if thread.pinned:
        return "*", "mark.pinned"
    if thread.locked:
        return "#", "mark.locked"
    if thread.kept:
        return "m", "mark.kept"
    return " ", ""


def short_date(visit: Visit, thread: Thread) -> str:
    """When something was written last, in at most five cells: the time today, the day this year, else the year."""
    words = visit.stamp(thread.last_at)
    return words if len(words) <= len("11-22") else words[:_YEAR]


class ThreadRows:
    """Draws threads for one visit; `place` says where a thread is, in place of its votes, in lists of many boards."""

    def __init__(self, visit: Visit, *, ambiguous: int = 1, place: Callable[[Thread], str] | None = None) -> None:
        self._visit = visit
        self._place = place
        columns = [
            Column("mark", 2),
            Column("number", 6, align="right", style="number", drop=4),
            Column("votes", 5, align="right", style="votes", drop=5),
            Column("date", 5, style="date", drop=2, gap=2),
            Column("author", 10, flex=1, most=14, style="author", drop=1, gap=2),
            Column("title", 14, flex=8, style="title", gap=2),
        ]
        if place is not None:
            columns[2] = Column("board", 14, flex=2, most=20, style="count", drop=3, gap=2)
        self.cells = RowCells(columns, self._cells, version=self._version, ambiguous=ambiguous)

    def heading(self, width: int) -> Row:
        """The row of column headings."""
        tr = self._visit.tr
        third = "votes" if self._place is None else "board"
        labels = ["", *(tr(f"threads.{name}") for name in ("number", third, "date", "author", "title"))]
        return self.cells.heading(labels, width)

    def _version(self, thread: Thread) -> object:
        # The words of a date change at midnight, which in every zone is at a full or half hour.
        now = self._visit.forum.clock.now()
        return self._visit.tr.lang, self._visit.zone, now.day, now.hour, now.minute >= 30

    def _cells(self, thread: Thread) -> Sequence[Cell]:
        visit = self._visit
        state, state_style = _STATE_MARKS.get(thread.state, (" ", ""))
        kind, kind_style = kind_mark(thread)
        author: Cell = Span(thread.author, "badge") if thread.official_office else thread.author
        return (
            (Span(state, state_style), Span(kind, kind_style)),
            str(thread.id),
            NO_VOTES if self._place is None else self._place(thread),
            short_date(visit, thread),
            author,
            self._title(thread),
        )

    def _title(self, thread: Thread) -> Cell:
        tr = self._visit.tr
        spans = [Span(thread.title, "title")]
        if thread.official_office:
            # In front of the title, where the rules let nobody write what looks like it.
            spans.insert(0, Span(f"[{tr('official.mark')}] ", "badge"))
        elif thread.official_floor:
            spans.append(Span(f"  [{tr('threads.answered', floor=thread.official_floor)}]", "case"))
        if thread.locked:
            spans.append(Span(f"  [{tr('threads.locked')}]", "mark.locked"))
        return tuple(spans)
