"""What a person has chosen, as the terminal and a visit want it; and putting a change in force at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bbs.errors import BbsError
from bbs.forum.accounts.preferences import preference
from bbs.terminal.keymap import Keymap, preset_keymap
from bbs.terminal.reporting import Reporting
from bbs.terminal.theme import Theme
from bbs.terminal.themes import DEFAULT, THEMES
from bbs.terminal.view import Stage
from screens.visit import Visit

Preferences = Mapping[str, object]

COLOURS: Final[dict[str, int | None]] = {"auto": None, "none": 0, "16": 16, "256": 256, "full": 1 << 24}
"""Colours by the name of the choice; None is what the terminal says of itself."""


def theme_of(preferences: Preferences) -> Theme:
    """The chosen theme."""
    return THEMES.get(str(preference(preferences, "theme")), DEFAULT)


def keymap_of(preferences: Preferences) -> Keymap:
    """The chosen preset with the person's own keys; own keys that became impossible are left out."""
    preset = str(preference(preferences, "preset"))
    own = preference(preferences, "keys")
    if not own:
        return preset_keymap(preset)
    try:
        return Keymap(preset, {command: tuple(keys) for command, keys in own.items()})
    except BbsError:
        return preset_keymap(preset)


def colours_of(preferences: Preferences) -> int | None:
    """The chosen number of colours; None is what the terminal says."""
    return COLOURS.get(str(preference(preferences, "colours")))


def ambiguous_of(preferences: Preferences) -> int:
    """Cells of an ambiguous character: 1 or 2."""
    return 2 if preference(preferences, "ambiguous") == 2 else 1


def mouse_of(preferences: Preferences) -> bool:
    """Whether clicks and the wheel are heard."""
    return preference(preferences, "mouse") is True


def zone_of(preferences: Preferences, site: str) -> ZoneInfo:
    """The chosen time zone, or the site's."""
    try:
        return ZoneInfo(str(preference(preferences, "zone")) or site)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(site)


def apply(visit: Visit, stage: Stage) -> None:
    """Put everything the person has chosen in force on their running terminal."""
    chosen = visit.actor.preferences
    visit.zone = zone_of(chosen, visit.forum.community.site.zone)
    if "language" in chosen:
        visit.tr = visit.catalogues.translator(str(chosen["language"]))
    if not isinstance(stage, Reporting):
        return
    if stage.words is not visit.tr:
        stage.words = visit.tr
    keymap = keymap_of(chosen)
    if stage.keymap is not keymap:
        stage.keymap = keymap
    if stage.theme is not theme_of(chosen):
        stage.theme = theme_of(chosen)
    if stage.ambiguous != ambiguous_of(chosen):
        stage.ambiguous = ambiguous_of(chosen)
    stage.colours = colours_of(chosen)
    stage.mouse = mouse_of(chosen)
