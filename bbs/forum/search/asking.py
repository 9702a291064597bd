"""The language of search lines: words and phrases, and `author:` `board:` `in:title` `since:` beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Final
from zoneinfo import ZoneInfo

from bbs.errors import Invalid
from bbs.text.clean import clean_line
from bbs.text.segment import MAX_TERMS, Query
from bbs.text.segment import parse as parse_words

QUERY_LIMIT: Final = 160
"""Characters of a search line; longer ones are refused, not cut."""

_EXAMPLES: Final = {"author": "author:reed", "board": "board:life", "in": "in:title", "since": "since:2026-10-01"}
_IN_CHINESE: Final = {"作者": "author", "版面": "board", "范围": "in", "自": "since"}
_TITLE: Final = frozenset({"title", "标题"})
_SHOWN: Final = 40  # characters of a wrong value that an error repeats

# A phrase first, so that what looks like an operator inside quotes is text.
_PART: Final = re.compile(
    r"(?P<phrase>[-－]?[\"“”][^\"“”]*[\"“”]?)"
    r"|(?P<minus>[-－])?(?P<operator>[A-Za-z]{2,10}|作者|版面|范围|自)[:：](?!//)"
    r"(?:[\"“”](?P<quoted>[^\"“”]*)[\"“”]?|(?P<bare>[^\s\"“”]*))"
    r"|(?P<word>[^\s\"“”]+)"
)
_DATE: Final = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search line asks for. `since` is UTC; `words` may be empty where an author is given."""

    text: str
    words: Query
    author: str = ""
    board: str = ""
    title: bool = False
    since: datetime | None = None


def parse(line: str, zone: ZoneInfo | None = None) -> Asked:
    """Read a search line; days begin in `zone` (default UTC).

    Raises Invalid, which says what would be right: `search.empty`, `search.long`, `search.operator`, `search.value`,
    `search.twice`, `search.minus`, `search.in`, `search.since`, `search.many`, `search.only_not`, `search.no_words`.
    """
    text = clean_line(line)
    if not text:
        raise Invalid("search.empty")
    if len(text) > QUERY_LIMIT:
        raise Invalid("search.long", most=QUERY_LIMIT)
    given: dict[str, str] = {}
    rest: list[str] = []
    for part in _PART.finditer(text):
        name = _operator(part)
        if name is None:
            rest.append(part[0])
            continue
        if name in given:
            raise Invalid("search.twice", operator=name)
        value = part["quoted"] if part["quoted"] is not None else part["bare"]
        if not value.strip():
            raise Invalid("search.value", operator=name, example=_EXAMPLES[name])
        given[name] = value.strip()
    return _asked(text, " ".join(rest), given, zone)


def _operator(part: re.Match[str]) -> str | None:
    """The operator a part is, None for words; a slip of the finger is told, not searched for."""
    typed = part["operator"]
    if typed is None:
        return None
    name = _IN_CHINESE.get(typed, typed.lower())
    if name not in _EXAMPLES:
        close = get_close_matches(name, _EXAMPLES, 1, 0.8)
        if not close:
            return None
        raise Invalid("search.operator", given=typed, right=_EXAMPLES[close[0]])
    if part["minus"]:
        raise Invalid("search.minus", operator=name)
    return name


def _asked(text: str, rest: str, given: dict[str, str], zone: ZoneInfo | None) -> Asked:
    words = parse_words(rest)
    if sum(map(len, words.required)) + len(words.excluded) >= MAX_TERMS:
        raise Invalid("search.many", most=MAX_TERMS - 1)
    author = given.get("author", "")
    title = "in" in given
    if title and given["in"].casefold() not in _TITLE:
        raise Invalid("search.in", given=given["in"][:_SHOWN])
    since = _since(given["since"], zone) if "since" in given else None
    if not words:
        if words.excluded:
            raise Invalid("search.only_not")
        if title or not author:
            raise Invalid("search.no_words")
    return Asked(text, words, author, given.get("board", "").lower(), title, since)


def _since(value: str, zone: ZoneInfo | None) -> datetime:
    match = _DATE.fullmatch(value)
    try:
        if match is None:
            raise ValueError(value)
        day = datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1), tzinfo=zone or UTC)
        return day.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid("search.since", given=value[:_SHOWN]) from error
