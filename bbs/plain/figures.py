"""Figures of cases in sentences: one line an office, board, kind or month, and what each figure means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bbs.forum.cases.figures import COLUMNS, Figures, value
from bbs.plain.visit import Visit


async def figures(visit: Visit, office: str = "") -> None:
    """`/cases/figures`, `/cases/figures/OFFICE`; numbers lead to the offices."""
    tr = visit.tr
    if office:
        await visit.forum.officers.office(visit.actor, office)  # one that is not there is told
    report = await visit.forum.case_figures.report(visit.actor, office=office)
    name = await visit.office(office) if office else ""
    title = tr("figures.of_office", office=name) if office else tr("figures.title")
    visit.arrive(f"/cases/figures/{office}" if office else "/cases/figures", title)
    await visit.paper.say(title)
    since, until = f"{report.since:%Y-%m}", report.months[-1].key
    await visit.say("figures.span", since=since, until=until, when=visit.when(report.as_of))
    await _say(visit, tr("figures.all"), report.total)
    if not report.total.received:
        await visit.say("figures.nothing")
        return
    boards = {one.slug: visit.board_name(one) for one in (await visit.forum.boards.readable(visit.actor)).values()}
    kinds = {one.key: tr(f"case.kind.{one.key}") for one in report.kinds}
    if not office:
        await visit.say("figures.by_office")
        for one in report.offices:
            named = await visit.office(one.key)
            number = visit.number(f"/cases/figures/{one.key}")
            await _say(visit, tr("plain.numbered", number=number, line=named), one)
    await _group(visit, "figures.by_board", report.boards, boards)
    await _group(visit, "figures.by_kind", report.kinds, kinds)
    await _group(visit, "figures.by_month", [one for one in reversed(report.months) if one.received], {})
    await visit.say("figures.means")
    for column in (*COLUMNS, "withheld"):
        await visit.say(f"means.{column}")


async def _group(visit: Visit, title: str, members: Sequence[Figures], names: Mapping[str, str]) -> None:
    if not members:
        return
    await visit.say(title)
    for one in members:
        await _say(visit, names.get(one.key, one.key), one)


async def _say(visit: Visit, name: str, one: Figures) -> None:
    """All figures of one row that there are, each in words."""
    told = ((column, value(one, column)) for column in COLUMNS)
    parts = [_figure(visit, column, number) for column, number in told if number not in (None, 0)]
    words = visit.tr("plain.semicolon").join(parts) if parts else visit.tr("figures.nothing")
    await visit.say("plain.titled", head=name, title=words)


def _figure(visit: Visit, column: str, number: object) -> str:
    """Rates and times say what they are of; a count comes after its name."""
    tr, own = visit.tr, f"plain.figure.{column}"
    return tr(own, n=number) if tr.has(own) else tr("plain.figure", name=tr(f"figure.{column}"), value=number)
