"""The four themes: ink (dark, the default), classic (blue), paper (light), mono (no colour at all)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bbs.terminal.theme import Colour, Style, Theme


@dataclass(frozen=True, slots=True)
class _Palette:
    """The colours a coloured theme is made of; each text colour is readable on `ground`, `raised` and `panel`."""

    ground: Colour
    text: Colour
    dim: Colour
    raised: Colour
    panel: Colour
    bar: Colour
    bar_text: Colour
    bar_dim: Colour
    chosen: Colour
    chosen_text: Colour
    official: Colour
    official_text: Colour
    accent: Colour
    good: Colour
    warn: Colour
    bad: Colour
    name: Colour
    quote: Colour
    code: Colour


_INK: Final = _Palette(
    ground=Colour(0x12161C, 0),
    text=Colour(0xD6DBE1, 7),
    dim=Colour(0x97A1AD, 7),
    raised=Colour(0x1E252E, 0),
    panel=Colour(0x191F27, 0),
    bar=Colour(0x243447, 4),
    bar_text=Colour(0xF2F5F8, 15),
    bar_dim=Colour(0xB7C6D6, 7),
    chosen=Colour(0x35577A, 6),
    chosen_text=Colour(0xFFFFFF, 0),
    official=Colour(0x7A1F1F, 1),
    official_text=Colour(0xFFF4DC, 15),
    accent=Colour(0x7FC8E8, 14),
    good=Colour(0x8FD19E, 10),
    warn=Colour(0xE8C872, 11),
    bad=Colour(0xF29A8E, 9),
    name=Colour(0x9CC4F0, 14),
    quote=Colour(0x9DB8A4, 2),
    code=Colour(0xE0B78C, 3),
)
_CLASSIC: Final = _Palette(
    ground=Colour(0x00005F, 4),
    text=Colour(0xD7D7D7, 7),
    dim=Colour(0xA8B4D8, 7),
    raised=Colour(0x0A0A72, 4),
    panel=Colour(0x06066A, 4),
    bar=Colour(0x005F87, 6),
    bar_text=Colour(0xFFFFFF, 15),
    bar_dim=Colour(0xDCEBF2, 15),
    chosen=Colour(0xD7D787, 3),
    chosen_text=Colour(0x000050, 0),
    official=Colour(0x870000, 1),
    official_text=Colour(0xFFFFAF, 11),
    accent=Colour(0x87FFFF, 14),
    good=Colour(0x87FFAF, 10),
    warn=Colour(0xFFFF87, 11),
    bad=Colour(0xFFAFAF, 9),
    name=Colour(0x87D7FF, 14),
    quote=Colour(0x87D7D7, 6),
    code=Colour(0xFFD7AF, 11),
)
_PAPER: Final = _Palette(
    ground=Colour(0xFAF8F3, 15),
    text=Colour(0x22262B, 0),
    dim=Colour(0x5C636B, 8),
    raised=Colour(0xEFEBE1, 15),
    panel=Colour(0xF4F1E9, 15),
    bar=Colour(0x2F4A63, 4),
    bar_text=Colour(0xFFFFFF, 15),
    bar_dim=Colour(0xD5E0EA, 15),
    chosen=Colour(0xC9DDF0, 6),
    chosen_text=Colour(0x0B1B2B, 0),
    official=Colour(0x8C1D18, 1),
    official_text=Colour(0xFFF6E5, 15),
    accent=Colour(0x0B5C8A, 4),
    good=Colour(0x1E6B35, 2),
    warn=Colour(0x7A5200, 1),
    bad=Colour(0xA3201A, 1),
    name=Colour(0x1D4E89, 4),
    quote=Colour(0x3F6349, 2),
    code=Colour(0x7A3E0A, 1),
)


def _coloured(name: str, p: _Palette) -> Theme:
    return Theme(
        name,
        {
            "": Style(p.text, p.ground),
            "bar": Style(p.bar_text, p.bar, bold=True, solid=True),
            "bar.title": Style(p.bar_text, p.bar),
            "bar.route": Style(p.bar_dim, p.bar),
            "bar.account": Style(p.bar_text, p.bar),
            "bar.unread": Style(p.bar_text, p.bar, underline=True),
            "keys": Style(p.bar_dim, p.bar, solid=True),
            "keys.key": Style(p.bar_text, p.bar, bold=True),
            "message": Style(p.accent),
            "message.good": Style(p.good),
            "message.warn": Style(p.warn, bold=True),
            "message.bad": Style(p.bad, bold=True),
            "prompt": Style(p.text, p.raised),
            "prompt.answer": Style(p.accent, p.raised, bold=True),
            "prompt.key": Style(p.warn, p.raised, bold=True),
            "prompt.choice": Style(p.dim, p.raised),
            "prompt.chosen": Style(p.chosen_text, p.chosen, bold=True, solid=True),
            "row": Style(p.text),
            "row.selected": Style(p.chosen_text, p.chosen, solid=True),
            "row.dim": Style(p.dim),
            "mark.unread": Style(p.good, bold=True),
            "mark.changed": Style(p.accent),
            "mark.pinned": Style(p.warn, bold=True),
            "mark.locked": Style(p.dim),
            "mark.kept": Style(p.warn),
            "number": Style(p.dim),
            "date": Style(p.dim),
            "author": Style(p.name),
            "title": Style(p.text),
            "badge": Style(p.warn, bold=True),
            "case": Style(p.accent),
            "count": Style(p.dim),
            "must": Style(p.bad, bold=True),
            "table": Style(p.dim, underline=True),
            "tab": Style(p.dim, p.raised),
            "tab.selected": Style(p.chosen_text, p.chosen, bold=True, solid=True),
            "chart": Style(p.accent, p.raised),
            "chart.over": Style(p.bad, bold=True),
            "official": Style(p.official_text, p.official, bold=True, solid=True),
            "official.name": Style(p.official_text, p.official, bold=True),
            "floor": Style(p.accent, p.panel, bold=True),
            "floor.author": Style(p.name, p.panel, bold=True),
            "menu.key": Style(p.name, bold=True),
            "votes": Style(p.good),
            "quote": Style(p.quote),
            "link": Style(p.accent, underline=True),
            "found": Style(p.chosen_text, p.chosen, bold=True),
            "md.strong": Style(p.text, bold=True),
            "md.emphasis": Style(p.text, underline=True),
            "md.code": Style(p.code),
            "md.heading": Style(p.accent, bold=True),
            "md.quote": Style(p.quote),
            "md.bullet": Style(p.accent),
            "md.list": Style(p.accent),
            "md.link": Style(p.accent, underline=True),
            "md.rule": Style(p.dim, underline=True),
            "md.table": Style(p.text),
            "field": Style(p.text, p.raised),
            "field.active": Style(p.text, p.raised, underline=True),
            "field.label": Style(p.dim),
            "field.error": Style(p.bad, bold=True),
            "editor": Style(p.text),
            "hint": Style(p.dim),
            "panel": Style(p.text, p.panel),
            "panel.title": Style(p.accent, p.panel, bold=True),
        },
    )


_BOLD: Final = Style(bold=True)
_PLAIN: Final = Style()
_REVERSE: Final = Style(reverse=True)
_LINED: Final = Style(underline=True)

_MONO: Final = Theme(
    "mono",
    {
        "": _PLAIN,
        "bar": Style(reverse=True, bold=True, solid=True),
        "bar.title": _REVERSE,
        "bar.route": _REVERSE,
        "bar.account": _REVERSE,
        "bar.unread": Style(reverse=True, underline=True),
        "keys": Style(reverse=True, solid=True),
        "keys.key": Style(reverse=True, bold=True),
        "message": _PLAIN,
        "message.good": _PLAIN,
        "message.warn": _BOLD,
        "message.bad": _BOLD,
        "prompt": _PLAIN,
        "prompt.answer": _BOLD,
        "prompt.key": _BOLD,
        "prompt.choice": _PLAIN,
        "prompt.chosen": Style(reverse=True, solid=True),
        "row": _PLAIN,
        "row.selected": Style(reverse=True, solid=True),
        "row.dim": _PLAIN,
        "mark.unread": _BOLD,
        "mark.changed": _PLAIN,
        "mark.pinned": _BOLD,
        "mark.locked": _PLAIN,
        "mark.kept": _BOLD,
        "number": _PLAIN,
        "date": _PLAIN,
        "author": _PLAIN,
        "title": _PLAIN,
        "badge": _BOLD,
        "case": _PLAIN,
        "count": _PLAIN,
        "must": _BOLD,
        "table": _LINED,
        "tab": _PLAIN,
        "tab.selected": Style(reverse=True, bold=True, solid=True),
        "chart": _PLAIN,
        "chart.over": _BOLD,
        "official": Style(reverse=True, bold=True, solid=True),
        "official.name": Style(reverse=True, bold=True),
        "floor": _BOLD,
        "floor.author": _BOLD,
        "menu.key": _BOLD,
        "votes": _PLAIN,
        "quote": _PLAIN,
        "link": _LINED,
        "found": Style(bold=True, underline=True),
        "md.strong": _BOLD,
        "md.emphasis": _LINED,
        "md.code": _PLAIN,
        "md.heading": Style(bold=True, underline=True),
        "md.quote": _PLAIN,
        "md.bullet": _BOLD,
        "md.list": _BOLD,
        "md.link": _LINED,
        "md.rule": _LINED,
        "md.table": _PLAIN,
        "field": _LINED,
        "field.active": Style(bold=True, underline=True),
        "field.label": _PLAIN,
        "field.error": _BOLD,
        "editor": _PLAIN,
        "hint": _PLAIN,
        "panel": _PLAIN,
        "panel.title": _BOLD,
    },
)

THEMES: Final[dict[str, Theme]] = {
    theme.name: theme
    for theme in (_coloured("ink", _INK), _coloured("classic", _CLASSIC), _coloured("paper", _PAPER), _MONO)
}
"""All themes by name."""

DEFAULT: Final = THEMES["ink"]
