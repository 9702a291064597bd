"""How a case looks as a row: on the desk by when and with whom it is, in the open where it stands and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bbs.forum.cases.table import WAITING, CaseKind
from bbs.forum.cases.values import Case, Sight
from bbs.terminal.canvas import Row
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.text.due import late
from bbs.text.spans import Line, Span
from bbs.text.width import clip, width
from screens.cases.words import day_of, day_or_time, due_in_column, poster_of, state_words, title_of, urgency
from screens.visit import Visit

_LONG_OVER: Final = 99
"""Days over for which a state with its date has room."""


class CaseRows:
    """Draws cases for one visit: for the desk, or with `office` for everybody, where a column says which office.

    `office(slug)` gives an office's name.
    """

    def __init__(self, visit: Visit, *, ambiguous: int = 1, office: Callable[[str], str] | None = None) -> None:
        self._visit = visit
        self._office = office
        self._columns: tuple[str, ...] = ("number", "what", "state", "office")
        columns = [Column("mark", 2), Column("number", 5, align="right", style="number")]
        if office is None:
            kinds = max(width(visit.tr(f"case.kind.{kind}")) for kind in CaseKind)
            self._columns = ("number", "due", "what", "kind", "assignee")
            columns += [
                Column("due", 13, style="date", gap=2),
                Column("title", 30, flex=8, style="title", gap=2),
                Column("kind", kinds, style="count", gap=2, drop=2),
                Column("who", 10, flex=1, most=20, style="author", gap=2, drop=1),
            ]
        else:
            columns += [
                Column("title", 20, flex=8, style="title", gap=2),
                Column("state", _state_cells(visit), style="case", gap=2),
                Column("who", 12, flex=1, most=26, style="author", gap=2, drop=2),
            ]
        self.cells: RowCells[Case] = RowCells(columns, self._cells, version=self._version, ambiguous=ambiguous)

    def heading(self, width: int, *, waiting: bool = True) -> Row:
        """The row of column headings; the dates of cases that are not waiting are those of their answers."""
        names = self._columns if waiting else tuple(name if name != "due" else "answered_on" for name in self._columns)
        return self.cells.heading(["", *(self._visit.tr(f"cases.{name}") for name in names)], width)

    def _version(self, case: Case) -> object:
        # Dates in words change with the hour, and a case becomes overdue at the minute.
        now = self._visit.forum.clock.now()
        return self._visit.tr.lang, self._visit.zone, now.day, now.hour, case.due is not None and case.due <= now

    def _cells(self, case: Case) -> Sequence[Cell]:
        mark, number = (urgency(self._visit, case),), str(case.id)
        if self._office is not None:
            return (mark, number, self._title(case), self._state(case), self._office(case.office))
        kind = self._visit.tr(f"case.kind.{case.kind}")
        return (mark, number, self._date(case), self._title(case), kind, self._with(case))

    def _past(self, case: Case) -> bool:
        """Whether the office has let a date pass."""
        return case.overdue or (case.due is not None and case.due <= self._visit.forum.clock.now())

    def _date(self, case: Case) -> Cell:
        """Until when, for what is open; when it ended, for what is not."""
        if case.due is not None:
            words = due_in_column(self._visit, case)
            return Span(words, "must") if self._past(case) else words
        return self._visit.stamp(case.closed_at or case.answered_at or case.opened_at)

    def _with(self, case: Case) -> Cell:
        """Whose turn it is: that nobody has taken it is what stands out, and late so more than in time."""
        tr = self._visit.tr
        if case.assigned_to_me:
            return Span(tr("cases.you"), "md.strong")
        if case.assignee or not case.waiting:
            return case.assignee
        return Span(tr("cases.nobody"), "must" if self._past(case) else "badge")

    def _state(self, case: Case) -> Line:
        """Where it stands, and until when or since when; and what the poster says of it."""
        tr, state = self._visit.tr, self._visit.tr(f"case.state.{case.state}")
        if case.due is None:
            said = (Span(tr("cases.state_since", state=state, date=self._date(case)), "case"),)
            return said if case.rating is None else (*said, Span(f"  {tr(f'cases.rated.{case.rating}')}", "votes"))
        when = due_in_column(self._visit, case)
        if self._past(case):
            return (Span(tr("cases.state_due", state=state, due=when), "must"),)
        return (Span(tr("cases.state_by", state=state, due=when), "case"),)

    def _title(self, case: Case) -> Line:
        visit = self._visit
        if case.sight is not Sight.WHOLE:
            return (Span(f"[{visit.tr('cases.private')}]", "row.dim"),)
        spans = [Span(title_of(visit, case), "title")]
        if case.reopened_at is not None and case.waiting:
            spans.insert(0, Span(f"[{visit.tr('cases.again')}] ", "must"))
        if self._office is None and case.rating is not None:
            spans.append(Span(f"  {visit.tr(f'cases.rated.{case.rating}')}", "votes"))
        if case.private:
            spans.append(Span(f"  [{visit.tr('cases.private')}]", "badge"))
        elif self._office is not None:
            spans.append(Span(f"  {poster_of(visit, case)}", "author"))
        return tuple(spans)


def _state_cells(visit: Visit) -> int:
    """Cells of a state with its date, in the reader's language."""
    tr = visit.tr
    over = late(_LONG_OVER, tr)
    return max(width(tr("cases.state_due", state=tr(f"case.state.{state}"), due=over)) for state in WAITING)


def foot_rows(lines: Sequence[str], cells: int, ambiguous: int) -> list[Row]:
    """What `about` gives, as rows below a list."""
    room = max(2, cells - 2)
    return [Row((Span(f" {clip(line, room, ambiguous, '..')}", "hint"),)) for line in lines]


def about(visit: Visit, case: Case, office: str) -> Sequence[str]:
    """What a list has no column for, in two rows: where it stands, who asked, since when, by when."""
    tr = visit.tr
    first = [f"#{case.id}", tr(f"case.kind.{case.kind}"), state_words(visit, case), office]
    if case.assignee:
        first.append(case.assignee)
    second = [tr("cases.opened_on", date=day_or_time(visit, case, case.opened_at))]
    if case.sight is Sight.WHOLE:
        second = [tr("cases.opened", poster=poster_of(visit, case), when=visit.moment(case.opened_at))]
    if case.waiting and case.acknowledged_at is None:
        second.append(tr("cases.acknowledge_by", date=day_of(visit, case.acknowledge_by)))
    if case.waiting:
        second.append(tr("cases.answer_by", date=day_of(visit, case.answer_by)))
    if case.extended_at is not None:
        second.append(tr("cases.extended", why=case.extension))
    return ("  ".join(first), "  ".join(second))
