"""Themes: style classes given colours and attributes, per colour depth.

A class that a theme leaves out takes what its parent has (`md.strong.x` -> `md.strong` -> `md`), but every class of
`REQUIRED_STYLES` is defined in every theme. Contrast is at least WCAG 2.1 AA (4.5:1) in true colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

REQUIRED_STYLES: Final[tuple[str, ...]] = (
    "",
    # chrome
    "bar",
    "bar.title",
    "bar.route",
    "bar.account",
    "bar.unread",
    "keys",
    "keys.key",
    "message",
    "message.good",
    "message.warn",
    "message.bad",
    "prompt",
    "prompt.answer",
    "prompt.key",
    "prompt.choice",
    "prompt.chosen",
    # lists
    "row",
    "row.selected",
    "row.dim",
    "mark.unread",
    "mark.changed",
    "mark.pinned",
    "mark.locked",
    "mark.kept",
    "number",
    "date",
    "author",
    "title",
    "badge",
    "case",
    "count",
    "must",
    "table",
    "tab",
    "tab.selected",
    # charts
    "chart",
    "chart.over",
    # reading
    "official",
    "official.name",
    "floor",
    "floor.author",
    "menu.key",
    "votes",
    "quote",
    "link",
    "found",
    "md.strong",
    "md.emphasis",
    "md.code",
    "md.heading",
    "md.quote",
    "md.bullet",
    "md.list",
    "md.link",
    "md.rule",
    "md.table",
    # writing
    "field",
    "field.active",
    "field.label",
    "field.error",
    "editor",
    "hint",
    # panels
    "panel",
    "panel.title",
)
"""Style classes that screens and widgets may rely on."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as 0xRRGGBB, and the nearest meaning among the 16 of every terminal (0 to 15)."""

    rgb: int
    basic: int

    def parameters(self, depth: int, base: int) -> str:
        """Give SGR parameters; `base` is 30 for the foreground and 40 for the background."""
        if depth <= 16:
            return str(base + self.basic if self.basic < 8 else base + 52 + self.basic)
        red, green, blue = self.rgb >> 16, self.rgb >> 8 & 255, self.rgb & 255
        if depth <= 256:
            return f"{base + 8};5;{nearest_of_256(red, green, blue)}"
        return f"{base + 8};2;{red};{green};{blue}"


@dataclass(frozen=True, slots=True)
class Style:
    """What a style class looks like; None takes the colour of what it stands on."""

    fg: Colour | None = None
    bg: Colour | None = None
    bold: bool = False
    underline: bool = False
    reverse: bool = False
    solid: bool = False
    """As a row's fill: the fill's colours win over those of any span that is not of the fill's own family."""


@dataclass(frozen=True, eq=False)
class Theme:
    """A named set of styles; compared by identity, so that painters can be shared."""

    name: str
    styles: Mapping[str, Style]
    _merged: dict[tuple[str, str], Style] = field(default_factory=dict, repr=False)

    def style(self, name: str) -> Style:
        """Give the style of a class, or of its nearest parent that is defined."""
        while name:
            found = self.styles.get(name)
            if found is not None:
                return found
            name = name.rpartition(".")[0]
        return self.styles[""]

    def merged(self, fill: str, name: str) -> Style:
        """Give what a span of class `name` looks like on a row filled with class `fill`."""
        found = self._merged.get((fill, name))
        if found is None:
            found = self._merge(fill, name)
            if len(self._merged) < 4096:
                self._merged[fill, name] = found
        return found

    def _merge(self, fill: str, name: str) -> Style:
        base = self.styles[""]
        ground = self.style(fill)
        ground = replace(ground, fg=ground.fg or base.fg, bg=ground.bg or base.bg)
        if not name or name == fill:
            return ground
        style = self.style(name)
        keeps_colours = not ground.solid or name.startswith(f"{fill}.")
        return Style(
            fg=(style.fg or ground.fg) if keeps_colours else ground.fg,
            bg=(style.bg or ground.bg) if keeps_colours else ground.bg,
            bold=ground.bold or style.bold,
            underline=style.underline,
            reverse=ground.reverse or style.reverse,
            solid=ground.solid,
        )

    def missing(self) -> list[str]:
        """List the required classes this theme does not define itself."""
        return [name for name in REQUIRED_STYLES if name not in self.styles]


_LEVELS: Final = (0, 95, 135, 175, 215, 255)


def nearest_of_256(red: int, green: int, blue: int) -> int:
    """Give the index of the nearest colour of xterm's 6x6x6 cube and grey ramp."""
    cube = tuple(min(range(6), key=lambda step: abs(_LEVELS[step] - part)) for part in (red, green, blue))
    grey = max(0, min(23, round((red + green + blue) / 3 - 8) // 10))
    level = 8 + grey * 10
    by_cube = sum((_LEVELS[step] - part) ** 2 for step, part in zip(cube, (red, green, blue), strict=True))
    by_grey = sum((level - part) ** 2 for part in (red, green, blue))
    return 232 + grey if by_grey < by_cube else 16 + 36 * cube[0] + 6 * cube[1] + cube[2]


def contrast(one: int, other: int) -> float:
    """Give the contrast ratio of two colours (WCAG 2.1, 1 to 21)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: int) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8 & 255) + 0.0722 * linear(rgb & 255)
