"""From a key to the action it stands for, and back to the key to show; built from the one table in `commands`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from bbs.errors import Invalid
from bbs.terminal.commands import COMMANDS, RETIRED, Command, Context, Preset

RESERVED: Final = frozenset({"c-c", "c-l", "escape"})
"""Keys that cannot be given away."""
MAX_OVERRIDES: Final = 200

_SHOWN: Final = {
    "enter": "Enter",
    "tab": "Tab",
    "s-tab": "Shift-Tab",
    "space": "Space",
    "backspace": "Backspace",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "insert": "Ins",
    "delete": "Del",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
}
_NAMES: Final = {shown.lower(): name for name, shown in _SHOWN.items()}


def show_key(key: str) -> str:
    """Write a key as people know it: `^P`, `PgUp`, `Enter`, `F1`, `j`."""
    if key == " ":
        key = "space"
    shown = _SHOWN.get(key)
    if shown is not None:
        return shown
    if key.startswith("c-") and len(key) == 3:
        return f"^{key[2].upper()}"
    if key.startswith("c-"):
        return f"Ctrl-{show_key(key[2:])}"
    if len(key) > 1 and key[0] == "f":
        return key.upper()
    return key


def parse_key(text: str) -> str:
    """Read a key as people write it (`^P`, `Ctrl-p`, `PgUp`, `j`); raises Invalid `key.unknown`."""
    word = text if text == " " else text.strip()
    lower = word.lower()
    if len(word) == 1 and (word.isprintable()):
        return "space" if word == " " else word
    if len(word) == 2 and word[0] == "^" and 0x40 <= ord(word[1].upper()) <= 0x5F:
        return _plain_name(f"c-{lower[1]}")
    if lower.startswith(("ctrl-", "c-")) and len(lower.rpartition("-")[2]) == 1:
        return _plain_name(f"c-{lower[-1]}")
    if lower in _NAMES:
        return _NAMES[lower]
    if lower in _SHOWN:
        return lower
    if lower[:1] == "f" and lower[1:].isdigit() and 1 <= int(lower[1:]) <= 24 and len(lower) <= 3:
        return lower
    raise Invalid("key.unknown", key=text[:20])


def _plain_name(key: str) -> str:
    return {"c-m": "enter", "c-j": "enter", "c-i": "tab", "c-h": "backspace", "c-[": "escape"}.get(key, key)


class Keymap:
    """The keys of one person: a preset and their own changes (`{"post": ("c-n",)}`, or `{"list:post": …}`).

    Raises Invalid `key.unknown`, `key.reserved`, `key.no_command` or `key.too_many`.
    """

    def __init__(self, preset: str = Preset.STANDARD, overrides: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.preset = Preset(preset) if preset in set(Preset) else Preset.STANDARD
        changed = _checked(overrides or {})
        self._keys: dict[tuple[Context, str], tuple[str, ...]] = {}
        self._tables: dict[str, dict[str, str]] = {context: {} for context in Context}
        own: list[tuple[Context, str, tuple[str, ...]]] = []
        for command in COMMANDS:
            for context in command.contexts:
                keys = changed.get(f"{context}:{command.id}", changed.get(command.id))
                if keys is None:
                    keys = command.keys(self.preset)
                else:
                    own.append((context, command.id, keys))
                self._keys[context, command.id] = keys
                for key in keys:
                    self._tables[context].setdefault(_typed(key), command.id)
        for context, action, keys in own:  # what a person chose wins over the preset
            for key in keys:
                self._tables[context][_typed(key)] = action
        self._shown: dict[tuple[str, str], str] = {}
        self._retired: dict[tuple[str, str], str] = {
            (context, retired.key): retired.action
            for retired in RETIRED[self.preset]
            for context in retired.contexts
            if retired.key not in self._tables[context]
        }

    def lookup(self, context: str, key: str) -> str | None:
        """Give the action id of a key in a context, or None."""
        table = self._tables.get(context)
        return None if table is None else table.get(key)

    def key_for(self, action: str, context: str) -> str:
        """Give the key to show for an action, such as `^P`; empty when it has none there."""
        shown = self._shown.get((action, context))
        if shown is None:
            shown = self._shown[action, context] = next(map(show_key, self.keys_for(action, context)), "")
        return shown

    def keys_for(self, action: str, context: str) -> tuple[str, ...]:
        """Give all keys that really trigger an action in a context, the one to show first."""
        if context not in self._tables:
            return ()
        table = self._tables[context]
        return tuple(key for key in self._keys.get((Context(context), action), ()) if table.get(_typed(key)) == action)

    def instead(self, context: str, key: str) -> str | None:
        """Give the action that a retired key stood for, or None when the key was never anything here."""
        return self._retired.get((context, key))

    def help(self, context: str) -> list[tuple[Command, tuple[str, ...]]]:
        """List the commands of a context with their shown keys, in the order of the table."""
        found: list[tuple[Command, tuple[str, ...]]] = []
        for command in COMMANDS:
            if context in command.contexts:
                keys = tuple(show_key(key) for key in self.keys_for(command.id, context))
                if keys:
                    found.append((command, keys))
        return found


@lru_cache(maxsize=8)
def preset_keymap(preset: str) -> Keymap:
    """Give the shared keymap of a preset without changes."""
    return Keymap(preset)


def _typed(key: str) -> str:
    """The name a press of this key arrives under."""
    return " " if key == "space" else key


def _checked(overrides: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    if len(overrides) > MAX_OVERRIDES:
        raise Invalid("key.too_many", most=MAX_OVERRIDES)
    checked: dict[str, tuple[str, ...]] = {}
    known = {command.id for command in COMMANDS}
    known |= {f"{context}:{command.id}" for command in COMMANDS for context in command.contexts}
    for command, keys in overrides.items():
        if command not in known:
            raise Invalid("key.no_command", command=command[:40])
        names = tuple(parse_key(key) for key in keys[:8])
        for name in names:
            if name in RESERVED:
                raise Invalid("key.reserved", key=show_key(name))
        checked[command] = names
    return checked
