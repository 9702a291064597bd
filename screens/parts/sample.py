"""Small pictures for the preferences: what a theme looks like, and how wide a terminal draws certain characters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bbs.terminal.canvas import Row
from bbs.terminal.rowcells import selected
from bbs.text.catalogue import Translator
from bbs.text.spans import Span

AMBIGUOUS: Final = "□■★※→…●◆①Ⅱ"
"""Ten characters of East Asian ambiguous width (UAX #11); the only ones the house itself ever draws."""

_DIGITS: Final = "1234567890"


def theme_sample(tr: Translator) -> Sequence[Row]:
    """Rows in the styles that matter, as they look right now."""
    thread = (
        Span(" "),
        Span("+ ", "mark.unread"),
        Span("1203  ", "number"),
        Span("11-22  ", "date"),
        Span("plum    ", "author"),
        Span(tr("sample.title"), "title"),
        Span(f"  [{tr('sample.state')}]", "case"),
    )
    return (
        Row((Span(f" {tr('sample.official')}"),), "official"),
        Row(thread, "row"),
        selected(Row(thread, "row")),
        Row((Span(f"   > {tr('sample.quote')}", "md.quote"),)),
        Row((Span("   "), Span(tr("sample.strong"), "md.strong"), Span("  "), Span(tr("sample.link"), "md.link"))),
    )


def width_sample(tr: Translator) -> Sequence[Row]:
    """Three rows to compare: where the bar of the first stands on this person's screen tells the width."""
    return (
        Row((Span(f"     {AMBIGUOUS}|"),)),
        Row((Span(f"     {_DIGITS}|            "), Span(tr("sample.narrow"), "hint"))),
        Row((Span(f"     {_DIGITS}{_DIGITS}|  "), Span(tr("sample.wide"), "hint"))),
    )


def compared() -> Sequence[Row]:
    """Two rows that are equally long where ambiguous characters take one cell each."""
    return (Row((Span(f"     {AMBIGUOUS}|"),)), Row((Span(f"     {_DIGITS}|"),)))


SAMPLES: Final[dict[str, Callable[[Translator], Sequence[Row]]]] = {
    "theme": theme_sample,
    "colours": theme_sample,
    "ambiguous": width_sample,
}
"""The picture of a preference, by its name."""
