"""Charts as styled lines: bars beside their figures, columns month by month, and a trend in one row.

They are drawn with the signs of `glyphs` only, so they say the same without colours; a style gives them a background
where there are any. What is not known is a blank, never nought.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bbs.terminal.glyphs import BAR, ELLIPSIS, HALF_BAR, NO_BAR, TREND
from bbs.text.spans import Line, Span
from bbs.text.width import fit, width

LABEL_SHARE: Final = 3
"""Labels take at most one part in so many of the width."""
LEAST_BAR: Final = 4
"""Cells a chart of bars keeps for its longest bar; where there are fewer, only labels and figures are shown."""
COLUMN_GAP: Final = 1
COLUMN_MOST: Final = 6
"""Cells of a column and its gap at most."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, how long it is (None: not known), the figure beside it, and its style."""

    label: str
    value: float | None
    figure: str
    style: str = "chart"


def bars(items: Sequence[Bar], cells: int, *, most: float | None = None, ambiguous: int = 1) -> list[Line]:
    """Draw horizontal bars in `cells`; `most` is the value of a full bar, by default the greatest there is.

    Only a full value fills its room and anything above nought is seen: a rate just below all does not look like all.
    """
    labels = min(max((width(one.label, ambiguous) for one in items), default=0), cells // LABEL_SHARE)
    figures = max((width(one.figure, ambiguous) for one in items), default=0)
    room = cells - labels - figures - 4
    full = most if most is not None else max((one.value or 0.0 for one in items), default=0.0)
    lines: list[Line] = []
    for one in items:
        label = Span(fit(one.label, labels, ambiguous, ellipsis=ELLIPSIS), "title")
        figure = Span(fit(one.figure, figures, ambiguous, "right"), "count")
        if room < LEAST_BAR:
            lines.append((label, Span("  "), figure))
            continue
        long = _length(one.value, full, room)
        lines.append((label, Span("  "), figure, Span("  "), Span(BAR * long, one.style)))
    return lines


def _length(value: float | None, full: float, room: int) -> int:
    """Cells of a bar: all of them only for the full value, at least one for anything above nought."""
    if value is None or value <= 0 or full <= 0:
        return 0
    if value >= full:
        return room
    return min(max(1, int(value / full * room)), room - 1)


def trend(values: Sequence[float | None], *, most: float | None = None) -> str:
    """Draw values in one row, one character each, from the lowest step of TREND to the highest; nought is the lowest.

    `most` is the value of the highest step, by default the greatest there is.
    """
    full = most if most is not None else max((one or 0.0 for one in values), default=0.0)
    steps = len(TREND) - 1
    return "".join(" " if one is None else TREND[_step(one, full, steps)] for one in values)


def _step(value: float, full: float, steps: int) -> int:
    if value <= 0 or full <= 0:
        return 0
    return min(max(1, int(value / full * steps)), steps)


def columns(
    values: Sequence[float | None],
    labels: Sequence[str],
    cells: int,
    height: int,
    *,
    most: float | None = None,
    style: str = "chart",
    ambiguous: int = 1,
) -> list[Line]:
    """Draw columns beside each other, the newest at the right, `height` rows high, and their labels under them.

    As many of the newest as fit in `cells` are shown. Half steps are drawn, so `height` rows tell twice as many apart.
    """
    wide = max((width(label, ambiguous) for label in labels), default=1)
    wide = min(max(wide, 1), COLUMN_MOST)
    shown = min(len(values), max(1, (cells + COLUMN_GAP) // (wide + COLUMN_GAP)))
    kept = list(values[len(values) - shown :])
    full = most if most is not None else max((one or 0.0 for one in kept), default=0.0)
    halves = [None if one is None else _length(one, full, 2 * height) for one in kept]
    lines: list[Line] = []
    for row in range(height, 0, -1):
        spans: list[Span] = []
        for high in halves:
            spans.append(_piece(high, row, wide, style))
            spans.append(Span(" " * COLUMN_GAP))
        lines.append(tuple(spans[:-1]))
    under = [fit(label, wide, ambiguous) for label in list(labels)[len(values) - shown :]]
    lines.append((Span((" " * COLUMN_GAP).join(under), "count"),))
    return lines


def _piece(halves: int | None, row: int, wide: int, style: str) -> Span:
    """One column in one row, counted from 1 at the bottom."""
    if halves is None:
        return Span(" " * wide)
    if halves >= 2 * row:
        return Span(BAR * wide, style)
    if halves == 2 * row - 1:
        return Span(HALF_BAR * wide, style)
    if halves == 0 and row == 1:
        return Span(fit(NO_BAR, wide), "count")
    return Span(" " * wide)
