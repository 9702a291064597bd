"""Themes: complete, readable, and distinct where it matters."""

from __future__ import annotations

import pytest

from bbs.terminal import glyphs
from bbs.terminal.theme import REQUIRED_STYLES, Theme, contrast, nearest_of_256
from bbs.terminal.themes import THEMES
from bbs.text.width import width

ALL = sorted(THEMES)
COLOURED = [name for name in ALL if name != "mono"]
AA = 4.5


@pytest.mark.parametrize("name", ALL)
def test_every_theme_defines_every_required_style(name: str) -> None:
    assert THEMES[name].missing() == []
    assert set(THEMES[name].styles) == set(REQUIRED_STYLES)


@pytest.mark.parametrize("name", COLOURED)
@pytest.mark.parametrize("fill", ["", "row.selected", "bar", "keys", "panel", "prompt", "official", "tab"])
def test_every_style_is_readable_on_every_fill(name: str, fill: str) -> None:
    theme = THEMES[name]
    poor = {
        style: round(contrast(seen.fg.rgb, seen.bg.rgb), 2)
        for style in REQUIRED_STYLES
        if (seen := theme.merged(fill, style)).fg is not None
        and seen.bg is not None
        and contrast(seen.fg.rgb, seen.bg.rgb) < AA
    }
    assert poor == {}


@pytest.mark.parametrize("name", COLOURED)
def test_no_style_vanishes_in_sixteen_colours(name: str) -> None:
    theme = THEMES[name]
    for style in REQUIRED_STYLES:
        for fill in ("", "row.selected", "bar"):
            seen = theme.merged(fill, style)
            assert seen.fg is not None
            assert seen.bg is not None
            assert seen.fg.basic != seen.bg.basic, (style, fill)


@pytest.mark.parametrize("name", ALL)
def test_the_official_bar_looks_like_nothing_a_member_can_have(name: str) -> None:
    theme = THEMES[name]
    official = theme.merged("official", "")
    member = [
        style for style in REQUIRED_STYLES if not style.startswith(("official", "bar", "keys", "prompt", "tab", "row"))
    ]
    for style in member:
        seen = theme.merged("", style)
        assert (seen.bg, seen.reverse) != (official.bg, official.reverse), style


@pytest.mark.parametrize("name", ALL)
def test_the_selected_row_differs_from_the_others(name: str) -> None:
    theme = THEMES[name]
    assert theme.merged("row.selected", "") != theme.merged("", "row")
    if name == "mono":
        assert theme.merged("row.selected", "title").reverse


def test_an_unknown_class_takes_its_parents_look() -> None:
    theme: Theme = THEMES["ink"]
    assert theme.style("md.strong.of.some.kind") is theme.style("md.strong")
    assert theme.style("nothing") is theme.style("")


@pytest.mark.parametrize(
    ("rgb", "index"), [((0, 0, 0), 16), ((255, 255, 255), 231), ((255, 0, 0), 196), ((128, 128, 128), 244)]
)
def test_true_colour_maps_to_the_nearest_of_256(rgb: tuple[int, int, int], index: int) -> None:
    assert nearest_of_256(*rgb) == index


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(0x000000, 0xFFFFFF) == pytest.approx(21)
    assert contrast(0x777777, 0xFFFFFF) == pytest.approx(4.48, abs=0.01)


def test_chrome_draws_with_characters_of_one_width_only() -> None:
    for glyph in glyphs.ALL:
        assert glyph.isascii()
        assert width(glyph, 1) == width(glyph, 2)
