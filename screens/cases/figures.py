"""Figures of cases in the open: tables, bars and months, and under them what each figure means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bbs.forum.cases.figures import COLUMNS, Figures, Report
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.wrap import wrap_line
from screens.cases.figuretable import bars_of, begun, months_of, table_of
from screens.parts.article import Article
from screens.visit import Visit

MARGIN: Final = 1
"""Cells left of a chart."""


class FiguresScreen(Article):
    """`/cases/figures`, and `/cases/figures/OFFICE` for one office; numbers lead to the offices."""

    def __init__(self, visit: Visit, office: str = "") -> None:
        super().__init__(visit)
        self.slug = office
        self.route = f"/cases/figures/{office}" if office else "/cases/figures"
        self._offices: dict[str, str] = {}
        self._boards: dict[str, str] = {}

    async def open(self) -> None:
        await self._fetch()
        await super().open()

    async def resume(self) -> None:
        """The language may be another; the figures stay those of when this was opened."""
        await self._names()
        await super().resume()

    async def _fetch(self) -> None:
        if self.slug:
            await self.forum.officers.office(self.actor, self.slug)  # one that is not there is told
        self.report: Report = await self.forum.case_figures.report(self.actor, office=self.slug)
        await self._names()

    async def _names(self) -> None:
        visit = self.visit
        offices = await self.forum.officers.offices(self.actor)
        self._offices = {one.slug: visit.named(one.zh, one.en) for one in offices}
        boards = await self.forum.boards.readable(self.actor)
        self._boards = {one.slug: visit.named(one.zh, one.en) for one in boards.values()}
        name = self._offices.get(self.slug, self.slug)
        self.title = self.tr("figures.of_office", office=name) if self.slug else self.tr("figures.title")

    def lines(self, cells: int) -> list[Line]:
        """Everything, laid out for so many cells."""
        tr, report, ambiguous = self.tr, self.report, self.stage.ambiguous
        when = self.visit.moment(report.as_of)
        span = tr("figures.span", since=f"{report.since:%Y-%m}", until=report.months[-1].key, when=when)
        lines: list[Line] = [
            *wrap_line((Span(span, "hint"),), cells, ambiguous),
            (),
            *table_of(tr, [report.total], {"": tr("figures.all")}, cells, ambiguous),
            (),
        ]
        if not report.total.received:
            return [*lines, (Span(tr("figures.nothing"), "hint"),)]
        lines += self._charts(cells)
        for title, groups, names in self._groups():
            lines += [(Span(tr(title), "md.heading"),), *table_of(tr, groups, names, cells, ambiguous), ()]
        return [*lines, *self._means(cells)]

    def _groups(self) -> list[tuple[str, Sequence[Figures], Mapping[str, str]]]:
        report = self.report
        kinds = {one.key: self.tr(f"case.kind.{one.key}") for one in report.kinds}
        months = begun(report.months)
        found: list[tuple[str, Sequence[Figures], Mapping[str, str]]] = [
            ("figures.by_board", report.boards, self._boards),
            ("figures.by_kind", report.kinds, kinds),
            ("figures.by_month", tuple(reversed(months)), {one.key: one.key for one in months}),
        ]
        if not self.slug:
            numbered = {slug: f"[{self._number(slug)}] {name}" for slug, name in self._offices.items()}
            found.insert(0, ("figures.by_office", report.offices, numbered))
        return found

    def _number(self, slug: str) -> int:
        """The number that leads to an office's own figures."""
        return next((at for at, one in enumerate(self.report.offices, 1) if one.key == slug), 0)

    def _charts(self, cells: int) -> list[Line]:
        tr, report, ambiguous = self.tr, self.report, self.stage.ambiguous
        groups, names = (report.boards, self._boards) if self.slug else (report.offices, self._offices)
        lines: list[Line] = []
        for name in ("rate", "satisfaction", "overdue"):
            drawn = bars_of(tr, groups, names, name, cells - MARGIN, ambiguous)
            if drawn:
                lines += [(Span(tr(f"figures.chart.{name}"), "md.heading"),), *drawn, ()]
        return lines + months_of(tr, begun(report.months), cells - MARGIN, ambiguous)

    def _means(self, cells: int) -> list[Line]:
        """What each figure counts: on the page itself, for nobody looks for it elsewhere."""
        tr = self.tr
        lines: list[Line] = [(Span(tr("figures.means"), "md.heading"),)]
        for name in (*COLUMNS, "withheld"):
            lines += wrap_line((Span(tr(f"means.{name}")),), cells, self.stage.ambiguous)
        return lines

    def addresses(self) -> Sequence[str]:
        """The offices by their numbers."""
        return () if self.slug else [f"/cases/figures/{one.key}" for one in self.report.offices]

    def act(self, action: str, data: str) -> Answer:
        if action == "tab":
            return self.stage.go("/cases")
        return super().act(action, data)

    def hints(self) -> Sequence[Hint]:
        return (*super().hints()[:2], Hint("tab", "hint.cases"), Hint("leave", "key.leave"))
