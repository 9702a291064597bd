"""How a thread looks as a row of a list: marks, number, votes, date, author, title and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bbs.forum.posts.posts import ReadState, Thread
from bbs.terminal.canvas import Row
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.text.spans import Line, Span
from screens.cases.words import badge
from screens.parts.keeping import dimmed
from screens.visit import Visit

NO_VOTES: Final = "-"
VOTES_MOST: Final = 9999
"""More are not told apart in a list."""
MUTED: Final = "-"
_STATE_MARKS: Final = {ReadState.UNREAD: ("+", "mark.unread"), ReadState.CHANGED: ("~", "mark.changed")}
_YEAR: Final = 4


def state_mark(thread: Thread) -> tuple[str, str]:
    """The sign for what the reader has not read of a thread, and its style."""
    return _STATE_MARKS.get(thread.state, (" ", ""))


def kind_mark(thread: Thread) -> tuple[str, str]:
    """The sign for what a moderator made of a thread, and its style."""
    if thread.pinned:
        return "*", "mark.pinned"
    if thread.locked:
        return "#", "mark.locked"
    if thread.kept or thread.digest:
        return ("b" if thread.kept and thread.digest else "m" if thread.kept else "g"), "mark.kept"
    return " ", ""


def votes_of(thread: Thread) -> str:
    """Agreements less disagreements, in at most five cells."""
    return str(max(-VOTES_MOST, min(thread.votes, VOTES_MOST))) if thread.votes else NO_VOTES


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
            Column("author", 8, flex=1, most=14, style="author", drop=1, gap=2),
            Column("title", 14, flex=12, style="title", gap=2, keeps=3),
        ]
        if place is not None:
            columns[2] = Column("board", 15, flex=2, most=20, style="count", drop=3, gap=2)
            # A title of four words and what became of it, before the number.
            columns[5] = Column("title", 36, flex=8, style="title", gap=2, keeps=3)
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
        state, state_style = state_mark(thread)
        kind, kind_style = kind_mark(thread)
        author: Cell = Span(thread.author, "badge") if thread.official_office else thread.author
        if thread.muted:
            return self._muted(thread, kind)
        return (
            (Span(state, state_style), Span(kind, kind_style)),
            str(thread.id),
            votes_of(thread) if self._place is None else self._place(thread),
            short_date(visit, thread),
            author,
            self._title(thread),
        )

    def _muted(self, thread: Thread, kind: str) -> Sequence[Cell]:
        """The same columns without any emphasis, and a sign that is seen without colours."""
        texts = (
            f"{MUTED}{kind}",
            str(thread.id),
            votes_of(thread) if self._place is None else self._place(thread),
            short_date(self._visit, thread),
            thread.author,
        )
        return (*(Span(text, "row.dim") for text in texts), *dimmed([self._title(thread)]))

    def _title(self, thread: Thread) -> Line:
        tr = self._visit.tr
        spans = [Span(thread.title, "title")]
        if thread.official_office:
            # In front of the title, where the rules let nobody write what looks like it.
            spans.insert(0, Span(f"[{tr('official.mark')}] ", "badge"))
        elif thread.official_floor and thread.case is None:
            spans.append(Span(f"  [{tr('threads.answered', floor=thread.official_floor)}]", "case"))
        if thread.helpful_floor:
            spans.append(Span(f"  [{tr('threads.helped', floor=thread.helpful_floor)}]", "case"))
        if thread.case is not None:
            due = None if thread.helpful_floor else thread.case_due
            spans.append(badge(self._visit, thread.case, due, thread.case_rating))
        if thread.locked:
            spans.append(Span(f"  [{tr('threads.locked')}]", "mark.locked"))
        return tuple(spans)
