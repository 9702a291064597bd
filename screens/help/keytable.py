"""The table of keys in words: the help screens and the key page of the handbook are made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bbs.terminal.commands import CATEGORIES, COMMANDS, RETIRED, Command, Context, Preset
from bbs.terminal.keymap import Keymap, preset_keymap, show_key
from bbs.terminal.words import Words
from bbs.text.catalogue import Catalogues

TOPICS: Final = (Context.HOME, Context.LIST, Context.READER, Context.DESK, Context.FORM, Context.EDITOR)
"""The contexts that are topics of the help."""

TYPING: Final = frozenset({Context.FORM, Context.EDITOR})
"""Contexts in which text is typed: the keys of `edit` hold there too."""

PAGES: Final = {"en": "keys.md", "zh": "keys.zh.md"}
"""The handbook's page of each language, in docs/."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One row of a key table: the keys as shown, what they do, and whether they are the person's own."""

    keys: str
    words: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The commands of one category."""

    title: str
    lines: tuple[KeyLine, ...]


def joined(keys: Sequence[str]) -> str:
    """Keys as people know them, digits as a range: `Up k`, `0-9`."""
    shown = [show_key(key) for key in keys]
    if len(shown) == 10 and all(key.isdigit() for key in shown):
        return f"{min(shown)}-{max(shown)}"
    return " ".join(shown)


def groups(keymap: Keymap, context: Context, words: Words) -> list[KeyGroup]:
    """The keys that work in a context, as this person has them, by category in the order of the table."""
    contexts = (context, Context.EDIT) if context in TYPING else (context,)
    preset = preset_keymap(keymap.preset)
    found: dict[str, list[KeyLine]] = {}
    for within in contexts:
        for command, _ in keymap.help(within):
            keys = keymap.keys_for(command.id, within)
            if within is Context.EDIT and any(keymap.lookup(context, key) not in (None, command.id) for key in keys):
                keys = tuple(key for key in keys if keymap.lookup(context, key) in (None, command.id))
            if keys:
                own = keys != preset.keys_for(command.id, within) and within is not Context.EDIT
                found.setdefault(command.category, []).append(KeyLine(joined(keys), words(command.help), own))
    return [KeyGroup(words(f"keys.{name}"), tuple(found[name])) for name in CATEGORIES if name in found]


# The page of the handbook


def key_page(words: Words) -> str:
    """The page of all keys in all presets, as Markdown."""
    lines = [f"# {words('keypage.title')}", "", words("keypage.about"), ""]
    for category in CATEGORIES:
        lines += [f"## {words(f'keys.{category}')}", ""]
        lines.append(f"| {words('keypage.where')} | standard | ptt | kbs | {words('keypage.what')} |")
        lines.append("|---|---|---|---|---|")
        lines += [_row(command, words) for command in COMMANDS if command.category == category]
        lines.append("")
    lines += [f"## {words('keypage.retired')}", "", words("keypage.retired.about"), ""]
    titles = (words(f"keypage.{name}") for name in ("preset", "where", "key", "now"))
    lines.append(f"| {' | '.join(titles)} |")
    lines += ["|---|---|---|---|", *_retired(words), ""]
    return "\n".join(lines)


def _row(command: Command, words: Words) -> str:
    where = words("keypage.comma").join(words(f"context.{context}") for context in command.contexts)
    keys = " | ".join(_code(joined(command.keys(preset))) for preset in Preset)
    return f"| {where} | {keys} | {words(command.help)} |"


def _retired(words: Words) -> list[str]:
    found: list[str] = []
    for preset, entries in RETIRED.items():
        keymap = preset_keymap(preset)
        for entry in entries:
            for context in entry.contexts:
                shown = keymap.key_for(entry.action, context)
                if keymap.instead(context, entry.key) and shown:
                    now = f"{_code(shown)} {words(f'key.{entry.action}')}"
                    found.append(f"| {preset} | {words(f'context.{context}')} | {_code(show_key(entry.key))} | {now} |")
    return found


def _code(keys: str) -> str:
    return " ".join(f"`` {key} ``" if "`" in key else f"`{key}`" for key in keys.replace("|", "\\|").split())


def write_pages(docs: Path, catalogues: Catalogues) -> None:
    """Write the pages of both languages into a directory."""
    for lang, name in PAGES.items():
        (docs / name).write_text(key_page(catalogues.translator(lang)), encoding="utf-8")


if __name__ == "__main__":
    screens = Path(__file__).resolve().parents[1]
    write_pages(screens.parent / "docs", Catalogues(screens / "locale"))
