"""Preferences: what a person may choose, as a table that rules check by and the preferences screen is drawn from."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from bbs.errors import Invalid
from bbs.text.clean import clean_line

KEYS_MOST: Final = 200
"""Own key bindings of one person."""

_KEY_LENGTH: Final = 32
"""Characters of a command's id or a key's name in a binding."""


class PreferenceKind(StrEnum):
    """How a preference is chosen."""

    CHOICE = "choice"
    NUMBER = "number"
    FLAG = "flag"
    ZONE = "zone"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing to choose. `message` is the id of its label; `message.VALUE` of each choice.

    `choices` are the values of a choice, or the least and the most of a number.
    """

    name: str
    kind: PreferenceKind
    default: Any
    choices: tuple[Any, ...] = ()

    @property
    def message(self) -> str:
        return f"preference.{self.name}"

    def choice_message(self, value: object) -> str:
        """The id of the label of one of the choices."""
        return f"{self.message}.{value}"


_TABLE: Final = (
    Preference("language", PreferenceKind.CHOICE, "zh", ("zh", "en")),
    Preference("theme", PreferenceKind.CHOICE, "ink", ("ink", "classic", "paper", "mono")),
    Preference("colours", PreferenceKind.CHOICE, "auto", ("auto", "none", "16", "256", "full")),
    Preference("ambiguous", PreferenceKind.CHOICE, 1, (1, 2)),
    Preference("preset", PreferenceKind.CHOICE, "standard", ("standard", "ptt", "kbs")),
    Preference("keys", PreferenceKind.KEYS, {}),
    Preference("zone", PreferenceKind.ZONE, ""),
    Preference("page", PreferenceKind.NUMBER, 1, (0, 5)),
    Preference("preview", PreferenceKind.FLAG, True),
    Preference("bell", PreferenceKind.FLAG, True),
    Preference("listed", PreferenceKind.FLAG, True),
    Preference("pager", PreferenceKind.CHOICE, "on", ("on", "friends", "off")),
    Preference("mouse", PreferenceKind.FLAG, False),
    Preference("signatures", PreferenceKind.FLAG, True),
    Preference("plain", PreferenceKind.FLAG, False),
    Preference("plain_page", PreferenceKind.NUMBER, 20, (0, 200)),
    Preference("welcomed", PreferenceKind.FLAG, True),
)

PREFERENCES: Final[Mapping[str, Preference]] = {each.name: each for each in _TABLE}
"""All preferences by name, in the order of the screen.

`page`: lines of the last page that stay when paging; `zone`: "" is the site's; `keys`: command id -> key names;
`listed`: shown in the list of who is here; `pager`: from whom short messages come; `mouse`: clicks and the wheel;
`signatures`: of others, under their posts; `plain`: line by line at every visit; `plain_page`: lines of plain mode
after which reading pauses, 0 never; `welcomed`: the questions of the first visit are done; only accounts that nobody
has used yet say no.
"""


def preference(preferences: Mapping[str, object], name: str) -> Any:
    """What a person has chosen, or the default."""
    return preferences.get(name, PREFERENCES[name].default)


def check_changes(changes: Mapping[str, object]) -> dict[str, Any]:
    """Return the changes as they are kept; None takes a choice back. Raises Invalid(`preference.bad`, name, value)."""
    return {name: None if value is None else _checked(name, value) for name, value in changes.items()}


def merged(kept: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept after checked changes: only what differs from nothing chosen."""
    both = {**kept, **changes}
    return {name: value for name, value in both.items() if value is not None and name in PREFERENCES}


def _checked(name: str, value: object) -> Any:
    known = PREFERENCES.get(name)
    if known is None:
        raise Invalid("preference.unknown", name=clean_line(str(name), 40))
    if not _fits(known, value):
        raise Invalid("preference.bad", name=name, value=clean_line(str(value)[:200], 40))
    return value


def _fits(known: Preference, value: object) -> bool:
    match known.kind:
        case PreferenceKind.CHOICE:
            return any(type(value) is type(choice) and value == choice for choice in known.choices)
        case PreferenceKind.FLAG:
            return isinstance(value, bool)
        case PreferenceKind.NUMBER:
            least, most = known.choices
            return isinstance(value, int) and not isinstance(value, bool) and bool(least <= value <= most)
        case PreferenceKind.ZONE:
            return isinstance(value, str) and (value == "" or value in _zones())
        case PreferenceKind.KEYS:
            return isinstance(value, dict) and _are_keys(value)


def _are_keys(value: dict[object, object]) -> bool:
    return len(value) <= KEYS_MOST and all(
        _is_key(command) and isinstance(keys, list | tuple) and len(keys) <= 8 and all(_is_key(key) for key in keys)
        for command, keys in value.items()
    )


def _is_key(word: object) -> bool:
    return isinstance(word, str) and 0 < len(word) <= _KEY_LENGTH and word.isprintable() and word.isascii()


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
