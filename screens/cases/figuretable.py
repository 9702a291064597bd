"""Figures of cases as rows: a table that shows as many columns as fit, bars of one figure, months beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bbs.forum.cases.figures import Figures, Share
from bbs.terminal.charts import COLUMN_GAP, Bar, bars, columns, trend
from bbs.terminal.rowcells import Column, lay, plan
from bbs.text.catalogue import Translator
from bbs.text.due import spell
from bbs.text.spans import Line, Span
from bbs.text.width import width

NOTHING: Final = "-"
"""Stands where nothing was measured, and for times that are withheld."""
BARS_MOST: Final = 90
"""Cells of a row of bars at most: longer ones are no easier to compare."""
GROUP_SHARE: Final = 2
"""Names of groups take at most one part in so many of the width."""
HEIGHT: Final = 5
"""Rows of the columns of months."""
_MONTH: Final = 2
"""Cells of a month's label."""
_HOUR: Final = 3600.0
_COLUMNS: Final = (
    *("received", "answered", "rate", "answer_median", "open", "overdue", "satisfaction"),
    *("answer_ninety", "acknowledge_median", "rated", "returned", "declined", "reopened", "extended"),
    *("fixed_by_office", "fixed_by_itself", "explained", "private"),
)
"""Figures of a table, the most telling first; those that do not fit are left out from the end."""


def table_of(
    tr: Translator, groups: Sequence[Figures], names: Mapping[str, str], cells: int, ambiguous: int = 1
) -> list[Line]:
    """One row a group, under a row of headings."""
    labels = [tr(f"figures.column.{name}") for name in _COLUMNS]
    rows = [[shown(tr, one, name) for name in _COLUMNS] for one in groups]
    first = max((width(names.get(one.key, one.key), ambiguous) for one in groups), default=8)
    layout = [Column("group", min(max(8, first), cells // GROUP_SHARE), flex=1, most=max(8, first), style="title")]
    for at, name in enumerate(_COLUMNS):
        wide = max(width(label, ambiguous) for label in (labels[at], *(row[at] for row in rows)))
        layout.append(Column(name, wide, align="right", style="count", gap=2, drop=at))
    slots = plan(layout, cells - 1)
    head = lay(layout, ["", *(Span(label, "table") for label in labels)], slots, ambiguous=ambiguous, style="table")
    lines: list[Line] = [head.spans]
    for one, row in zip(groups, rows, strict=True):
        marked = [Span(text, _style(one, name)) for name, text in zip(_COLUMNS, row, strict=True)]
        lines.append(lay(layout, [names.get(one.key, one.key), *marked], slots, ambiguous=ambiguous).spans)
    return lines


def _style(figures: Figures, name: str) -> str:
    return "must" if name == "overdue" and figures.overdue else "count"


def shown(tr: Translator, figures: Figures, name: str) -> str:
    """One figure as it is written: counts, shares with their sign, times in words."""
    match name:
        case "rate":
            return _share(figures.rate)
        case "satisfaction":
            return _share(figures.satisfaction)
        case "answer_median":
            return _time(tr, figures.answer.median)
        case "answer_ninety":
            return _time(tr, figures.answer.ninety)
        case "acknowledge_median":
            return _time(tr, figures.acknowledge.median)
    found: int = getattr(figures, name)
    return str(found)


def _share(share: Share) -> str:
    return f"{share.text} %" if share.text else NOTHING


def _time(tr: Translator, hours: float | None) -> str:
    return NOTHING if hours is None else spell(hours * _HOUR, tr)


def bars_of(
    tr: Translator, groups: Sequence[Figures], names: Mapping[str, str], name: str, cells: int, ambiguous: int = 1
) -> list[Line]:
    """Bars of one figure; shares are drawn against all, counts against the greatest. Nothing where all are nought."""
    cells = min(cells, BARS_MOST)
    shares = {"rate": lambda one: one.rate, "satisfaction": lambda one: one.satisfaction}
    given = [one for one in groups if one.received]
    if name in shares:
        tenths = [shares[name](one).tenths for one in given]
        if all(value is None for value in tenths):
            return []
        items = [
            Bar(names.get(one.key, one.key), None if value is None else value / 10, shown(tr, one, name))
            for one, value in zip(given, tenths, strict=True)
        ]
        return bars(items, cells, most=100.0, ambiguous=ambiguous)
    counts = [int(shown(tr, one, name)) for one in given]
    if not any(counts):
        return []
    items = [
        Bar(names.get(one.key, one.key), count, str(count), "chart.over" if name == "overdue" else "chart")
        for one, count in zip(given, counts, strict=True)
    ]
    return bars(items, cells, ambiguous=ambiguous)


def months_of(tr: Translator, months: Sequence[Figures], cells: int, ambiguous: int = 1) -> list[Line]:
    """What came in month by month as columns, and under them how answers went, each in a row with its two ends."""
    received: list[float | None] = [float(one.received) for one in months]
    labels = [one.key[-2:] for one in months]
    most = max((one.received for one in months), default=0)
    lines: list[Line] = [(Span(tr("figures.chart.months", most=most), "md.heading"),)]
    lines += columns(received, labels, cells, HEIGHT, ambiguous=ambiguous)
    lines.append(())
    values: dict[str, list[float | None]] = {
        "rate": [None if one.rate.tenths is None else float(one.rate.tenths) for one in months],
        "answer_median": [one.answer.median for one in months],
        "overdue": [float(one.overdue) for one in months],
    }
    for name, given in values.items():
        drawn = trend(given, most=1000.0 if name == "rate" else None)
        first, last = (shown(tr, one, name) for one in (months[0], months[-1]))
        told = tr("figures.from_to", what=tr(f"figures.column.{name}"), first=first, last=last)
        lines.append((*_under(drawn, cells), Span(f" {told}", "count")))
    return [*lines, ()]


def begun(months: Sequence[Figures]) -> Sequence[Figures]:
    """The months from the first in which something was received: those before it have nothing to tell."""
    first = next((at for at, one in enumerate(months) if one.received), len(months) - 1)
    return months[first:]


def _under(drawn: str, cells: int) -> list[Span]:
    """A trend whose steps stand under the columns of their months."""
    kept = drawn[-max(1, (cells + COLUMN_GAP) // (_MONTH + COLUMN_GAP)) :]
    return [span for step in kept for span in (Span(step * _MONTH, "chart"), Span(" " * COLUMN_GAP))]
