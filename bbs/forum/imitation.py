"""Imitation of what the house says: the official mark at the head of a line, and look-alikes of system messages.

The real mark is drawn where no member can write. These checks keep text from being taken for it in a hurry and in
plain mode. They need no store: the words of the mark are fixed, and names are protected where names are chosen.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from bbs.errors import Invalid
from bbs.text.names import fold

_WORDS: Final = (
    "official",
    "officer",
    "signed",
    "verified",
    "system",
    "sysop",
    "官方",
    "官方答复",
    "官方回复",
    "实名",
    "实名认证",
    "职务",
    "公职",
    "已签名",
    "已核实",
    "系统",
    "系统消息",
    "系统管理员",
)
"""Words that, set off at the head of a line, look like a mark of the house."""

_HEAD: Final = 64
"""Characters of a line that are looked at: no mark is longer."""

_LEAD: Final = re.compile(r"[ \t\u3000]*(?:\d{1,9}[.)][ \t]+)?")
"""Indentation and the number of a list item."""

_CLOSES: Final = frozenset(":|*=~#/\\!")
"""Signs besides closing brackets that end a mark."""


def imitates(text: str) -> bool:
    """Whether a line of the text begins like the official mark or a system message."""
    return any(_line_imitates(line) for line in set(text.split("\n")))


def check_imitation(title: str) -> None:
    """Refuse a title that begins like the official mark; raises Invalid(`title.imitates`)."""
    if imitates(title):
        raise Invalid("title.imitates")


def defuse(body: str) -> str:
    """The body with every line that begins like the official mark made a quotation, which it can honestly be."""
    if not imitates(body):
        return body
    return "\n".join(f"> {line}" if _line_imitates(line) else line for line in body.split("\n"))


def _line_imitates(line: str) -> bool:
    """A mark is: signs, a word of the house, a sign. `官方数据显示…` is a sentence, `【官方】` and `*** System:` marks.

    A line that is quoted already (`>`) says so.
    """
    lead = _LEAD.match(line[:_HEAD])
    head = line[lead.end() if lead else 0 :][:_HEAD]
    if not head or head[0] == ">" or head[0].isalnum():
        return False
    head = unicodedata.normalize("NFKC", head)
    start = next((place for place, char in enumerate(head) if char.isalnum()), len(head))
    end = next((place for place in range(start, len(head)) if _closes(head[place])), len(head))
    return 0 < start < end < len(head) and fold(head[start:end]) in _folds()


def _closes(char: str) -> bool:
    return char in _CLOSES or unicodedata.category(char) in ("Pe", "Pf")


@cache
def _folds() -> frozenset[str]:
    return frozenset(map(fold, _WORDS))
