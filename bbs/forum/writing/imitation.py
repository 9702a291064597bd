"""Imitation of what the house says: the official mark at the head of a line, and look-alikes of system messages.

The real mark is drawn where no member can write. These checks keep text from being taken for it in a hurry and in
plain mode. They need no store: the words of the mark are fixed, and names are protected where names are chosen.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from bbs.errors import Invalid
from bbs.text.names import fold

_WORDS: Final = (
    "official",
    "official reply",
    "official answer",
    "official post",
    "officer",
    "signed",
    "verified",
    "verified officer",
    "system",
    "sysop",
    "官方",
    "官方答复",
    "官方回复",
    "官方回应",
    "官方认证",
    "官方通知",
    "官方消息",
    "官方声明",
    "官方账号",
    "实名",
    "实名认证",
    "实名答复",
    "实名发言",
    "职务",
    "公职",
    "已签名",
    "已核实",
    "已认证",
    "系统",
    "系统消息",
    "系统通知",
    "系统管理员",
)
"""Words that, set off at the head of a line, look like a mark of the house."""

_SPOKEN: Final = (
    *("official", "official reply", "official answer", "官方", "官方答复", "官方回复", "官方回应", "官方通知"),
    *("官方消息", "官方声明", "实名答复", "系统消息", "系统通知"),
)
"""Those that look like one before a mere colon; `System:` and `Signed:` are how people list things and end letters."""

_HEAD: Final = 64
"""Characters of a line that are looked at: no mark is longer."""

_LEAD: Final = re.compile(r"[ \t\u3000]*(?:[#*]{0,3}[ \t]*\d{1,9}(?:[ \t]*[.):、楼层#]|(?!\w))[ \t]*)?")
"""Indentation, and the number of a list item or of a floor."""

_OPEN_ENDED: Final = frozenset(",.;'\u2019-\u2010\u2011\u2013!?\"、，。；！？…")
"""Signs after a word that belong to a sentence; any other sign sets the word off."""

_COLONS: Final = frozenset(":\u2236\ua789")


def _drawn(first: int) -> dict[int, str]:
    """26 signs from a code point on that are drawn letters A to Z."""
    return {first + number: chr(ord("A") + number) for number in range(26)}


_LOOKS: Final = (
    # Letters and Chinese strokes that look like bars and brackets.
    dict.fromkeys(map(ord, "ǀǁǃ丨亅ㅣㇵ㇑〡匚ㄈコ"), "|")
    # Letters in black circles and squares, and those that flags are made of.
    | _drawn(0x1F150)
    | _drawn(0x1F170)
    | _drawn(0x1F1E6)
    # The words of the mark in the other script, and characters taken for theirs.
    | str.maketrans("實職務統認證簽覆復訊賬帳戶宦宮", "实职务统认证签复复讯账账户官官")
)


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

    Behind a bracket the word may be followed by more, `[OFFICIAL - 周明]`. A few words are taken for a mark before a
    mere colon. A line that is quoted already (`>`) says so.
    """
    head = unicodedata.normalize("NFKC", line[:_HEAD]).translate(_LOOKS)
    lead = _LEAD.match(head)
    head = head[lead.end() if lead else 0 :]
    start = next((place for place, char in enumerate(head) if char.isalnum()), len(head))
    if start == len(head) or head[0] == ">" or not _may_begin(head[start]):
        return False
    bracketed = any(char in "[|" or unicodedata.category(char) in ("Ps", "Pi") for char in head[:start])
    for end in range(start + 1, len(head)):
        if head[end].isalnum() or head[end - 1].isspace() or unicodedata.category(head[end])[0] == "M":
            continue  # no word ends here
        sign = next((char for char in head[end:] if not char.isspace()), "")
        marked, spoken = start > 0 and (bracketed or _sets_off(sign)), sign in _COLONS
        if not (marked or spoken):
            continue  # most lines end here, before what costs
        word = fold(head[start:end])
        if (marked and word in _folds()) or (spoken and word in _spoken()):
            return True
    return False


def _sets_off(sign: str) -> bool:
    """Whether a sign after a word sets it off, as brackets, bars and stars do."""
    return sign != "" and not sign.isalnum() and sign not in _OPEN_ENDED


@lru_cache(maxsize=4096)
def _may_begin(char: str) -> bool:
    """Whether a word of the house may begin with something that looks like this letter, or like nothing at all."""
    seen = fold(char)
    return not seen or any(word.startswith(seen[0]) for word in _folds())


@cache
def _folds() -> frozenset[str]:
    return frozenset(map(fold, _WORDS))


@cache
def _spoken() -> frozenset[str]:
    return frozenset(map(fold, _SPOKEN))
