"""The page of plain mode in the documentation, written from its tables: words, keys of the full screen, addresses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from bbs.app.house import ROOT, load_words
from bbs.plain.keys import KEY_WAYS, LINE_BY_LINE, NOWHERE
from bbs.plain.words import TOPICS, WORDS, find
from bbs.terminal.commands import CATEGORIES, COMMANDS
from bbs.text.catalogue import Catalogues, Translator
from screens.table import ROUTES

PAGES: Final = {"en": "plain.md", "zh": "plain.zh.md"}
"""The page of each language, in docs/."""
_SPECIAL: Final = {"help": ("help", "帮助"), "leave": ("leave", "退出")}
_BEGINS: Final = {"post", "ask", "reply", "edit", "copy", "forward", "say", "answer", "to", "ACT", "LANG", "PART"}
"""Parts of an address at which something is written."""


def page(tr: Translator) -> str:
    """The whole page, as Markdown."""
    lines = [f"# {tr('plainpage.title')}", ""]
    for part in ("about", "hear", "write", "come", "script"):
        lines += [tr(f"plainpage.{part}"), ""]
    return "\n".join([*lines, *_words(tr), *_keys(tr), *_addresses(tr)])


def _words(tr: Translator) -> list[str]:
    """What one does, by topic, with both spellings."""
    lines = [f"## {tr('plainpage.words')}", ""]
    for topic in TOPICS:
        lines += [
            f"### {tr(f'plain.topic.{topic}')}",
            "",
            f"| English | 中文 | {tr('keypage.what')} |",
            "|---|---|---|",
        ]
        for word in WORDS:
            if word.topic == topic:
                english = " ".join(f"`{name}`" for name in (word.name, *word.also))
                chinese = " ".join(f"`{name}`" for name in word.zh)
                lines.append(f"| {english} | {chinese} | {tr(f'plain.help.{word.name}')} |")
        lines.append("")
    return lines


def _keys(tr: Translator) -> list[str]:
    """Every key of the full screen and the words that do the same."""
    lines = [f"## {tr('plainpage.keys')}", "", tr("plainpage.keys_about"), ""]
    lines += [f"| {tr('plainpage.does')} | English | 中文 |", "|---|---|---|"]
    said: set[str] = set()
    for category in CATEGORIES:
        for command in COMMANDS:
            if command.category == category and command.id in KEY_WAYS and command.id not in said:
                said.add(command.id)
                spelled = [_spelled(name) for name in KEY_WAYS[command.id]]
                cells = [" ".join(f"`{pair[at]}`" for pair in spelled) for at in (0, 1)]
                lines.append(f"| {tr(command.help)} | {cells[0]} | {cells[1]} |")
    lines += ["", tr("plainpage.keys_not", count=len(LINE_BY_LINE), other=len(NOWHERE)), ""]
    return lines


def _spelled(name: str) -> tuple[str, str]:
    word = find(name)
    return _SPECIAL[name] if word is None else (word.name, word.zh[0])


def _addresses(tr: Translator) -> list[str]:
    """Every address, and whether it is read out or begins a text."""
    lines = [f"## {tr('plainpage.addresses')}", "", tr("plainpage.addresses_about"), ""]
    lines += [f"| {tr('plainpage.address')} | {tr('plainpage.here')} |", "|---|---|"]
    for pattern, _ in ROUTES:
        route = readable(pattern)
        begins = any(part in _BEGINS for part in re.split(r"[/#]", route)[2:])
        lines.append(f"| `{route}` | {tr('plainpage.writes' if begins else 'plainpage.says')} |")
    return [*lines, ""]


def readable(pattern: str) -> str:
    """A pattern of a route as the documentation writes it: `/t/THREAD/reply#FLOOR`."""
    text = pattern
    while (match := re.search(r"\(\?P<(\w+)>", text)) is not None:
        text = text[: match.start()] + match[1].upper() + text[_end(text, match.start()) :]
    text = re.sub(r"\(\?:([^()]*)\)\?", r"\1", text)
    return text.replace("\\", "").replace("|", r"\|")


def _end(text: str, start: int) -> int:
    """Where the group that opens at `start` is closed."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth:
            return at + 1
    return len(text)


def write_pages(docs: Path, catalogues: Catalogues) -> None:
    """Write the pages of both languages into a directory."""
    for lang, name in PAGES.items():
        (docs / name).write_text(page(catalogues.translator(lang)), encoding="utf-8")


if __name__ == "__main__":
    write_pages(ROOT / "docs", load_words())
