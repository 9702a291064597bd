"""How a case looks as a row of a list: urgency, number, date, kind, title and poster, state, who has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bbs.forum.cases.table import CaseKind, CaseState
from bbs.forum.cases.values import Case, Sight
from bbs.terminal.canvas import Row
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.text.spans import Line, Span
from bbs.text.width import width
from screens.cases.words import day_of, day_or_time, due_in_column, poster_of, state_words, title_of, urgency
from screens.visit import Visit

NOBODY: Final = "-"


class CaseRows:
    """Draws cases for one visit; with `office` a column says which office has each.

    `office(slug)` gives an office's name.
    """

    def __init__(self, visit: Visit, *, ambiguous: int = 1, office: Callable[[str], str] | None = None) -> None:
        self._visit = visit
        self._office = office
        tr = visit.tr
        kinds = max(width(tr(f"case.kind.{kind}")) for kind in CaseKind)
        states = max(width(tr(f"case.state.{state}")) for state in CaseState)
        columns = [
            Column("mark", 2),
            Column("number", 5, align="right", style="number"),
            Column("due", 12, style="date", gap=2, drop=1),
            Column("kind", kinds, style="count", gap=2, drop=3),
            Column("title", 20, flex=8, style="title", gap=2),
            Column("state", states, style="case", gap=2),
            Column("who", 6 if office is None else 12, flex=1, most=20, style="author", gap=2, drop=2),
        ]
        self.cells: RowCells[Case] = RowCells(columns, self._cells, version=self._version, ambiguous=ambiguous)

    def heading(self, width: int) -> Row:
        """The row of column headings."""
        tr = self._visit.tr
        last = "cases.assignee" if self._office is None else "cases.office"
        names = ("cases.number", "cases.due", "cases.kind", "cases.what", "cases.state", last)
        return self.cells.heading(["", *(tr(name) for name in names)], width)

    def _version(self, case: Case) -> object:
        # Dates in words change with the hour, and a case becomes overdue at the minute.
        now = self._visit.forum.clock.now()
        return self._visit.tr.lang, self._visit.zone, now.day, now.hour, case.due is not None and case.due <= now

    def _cells(self, case: Case) -> Sequence[Cell]:
        visit = self._visit
        who: Cell = case.assignee or NOBODY
        if self._office is not None:
            who = self._office(case.office)
        state: Cell = visit.tr(f"case.state.{case.state}")
        if case.overdue:
            state = Span(visit.tr(f"case.state.{case.state}"), "must")
        return (
            (urgency(visit, case),),
            str(case.id),
            self._date(case),
            visit.tr(f"case.kind.{case.kind}"),
            self._title(case),
            state,
            who,
        )

    def _date(self, case: Case) -> Cell:
        """Until when, for what is open; when it ended, for what is not."""
        if case.due is not None:
            words = due_in_column(self._visit, case)
            return Span(words, "must") if case.overdue else words
        moment = case.closed_at or case.answered_at or case.opened_at
        return self._visit.stamp(moment)

    def _title(self, case: Case) -> Line:
        visit = self._visit
        if case.sight is not Sight.WHOLE:
            return (Span(f"[{visit.tr('cases.private')}]", "row.dim"),)
        spans = [Span(title_of(visit, case), "title")]
        if case.reopened_at is not None and case.waiting:
            spans.insert(0, Span(f"[{visit.tr('cases.again')}] ", "must"))
        if case.rating is not None:
            spans.append(Span(f"  {visit.tr(f'cases.rated.{case.rating}')}", "votes"))
        if case.private:
            spans.append(Span(f"  [{visit.tr('cases.private')}]", "badge"))
        else:
            spans.append(Span(f"  {poster_of(visit, case)}", "author"))
        return tuple(spans)


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
