"""Search segmentation: Chinese character by character next to whole words; queries are phrases of those.

The tokens are plain ASCII letters and digits, so FTS5's unicode61 and PostgreSQL's `simple` configuration see the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MAX_QUERY: Final = 200
"""Code points of a query that are looked at."""

MAX_TERMS: Final = 16
"""Terms of a query that are used."""

MAX_WORD: Final = 64
"""Code points of one word token; longer runs are cut into several tokens."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"

# Written without spaces between words: each character is a token of its own.
ALONE: Final = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3040-\u30ff"
    "\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
_ALONE_CHAR: Final = re.compile(f"[{ALONE}]")
TOKEN: Final = re.compile(f"[{ALONE}]|[^\\W_{ALONE}]+")
_RUN: Final = re.compile(f"[{ALONE}]+|[^\\W_{ALONE}]+")
_MARKS: Final = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")


def is_alone(char: str) -> bool:
    """Whether a character belongs to a script written without spaces between words."""
    return _ALONE_CHAR.match(char) is not None


@dataclass(frozen=True, slots=True)
class Term:
    """One thing looked for: the words as typed, and their tokens, which must follow each other."""

    text: str
    tokens: tuple[str, ...]

    @property
    def phrase(self) -> str:
        """The tokens with spaces between: safe in any search syntax once quoted."""
        return " ".join(self.tokens)


@dataclass(frozen=True, slots=True)
class Query:
    """What a search line asks: one of each group of `required`, and none of `excluded`."""

    required: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.required)

    def fts5(self) -> str:
        """Write the query for SQLite's MATCH; empty when nothing is required."""
        groups = [_joined([f'"{term.phrase}"' for term in group], " OR ") for group in self.required]
        found = " AND ".join(groups)
        if not found or not self.excluded:
            return found
        return f"({found})" + "".join(f' NOT "{term.phrase}"' for term in self.excluded)

    def tsquery(self) -> str:
        """Write the query for PostgreSQL's `to_tsquery('simple', …)`; empty when nothing is required."""
        groups = [_joined([_followed(term) for term in group], " | ") for group in self.required]
        found = " & ".join(groups)
        if not found or not self.excluded:
            return found
        return found + "".join(f" & !{_followed(term)}" for term in self.excluded)


def index_text(text: str) -> str:
    """Turn text into the tokens to index, with single spaces between."""
    return " ".join([encoded(run) for run in TOKEN.findall(fold(text))])


def parse(query: str) -> Query:
    """Read a search line: words, "quoted phrases", -without, one OR other; what has no letter or digit is dropped."""
    groups: list[list[Term]] = []
    excluded: list[Term] = []
    joined = False
    for match in _PART.finditer(query[:MAX_QUERY]):
        if match["or"]:
            joined = bool(groups)
            continue
        text = match["quoted"] if match["quoted"] is not None else match["bare"]
        term = Term(text, tuple(index_text(text).split()))
        if not term.tokens or sum(map(len, groups)) + len(excluded) >= MAX_TERMS:
            continue
        if match["minus"]:
            excluded.append(term)
        elif joined:
            groups[-1].append(term)
        else:
            groups.append([term])
        joined = False
    return Query(tuple(map(tuple, groups)), tuple(excluded))


def terms(text: str) -> set[str]:
    """What a text is about, to compare texts by: pairs of neighbouring Chinese characters, and whole words; folded."""
    found: set[str] = set()
    for match in _RUN.finditer(fold(text)):
        run = match[0]
        if _ALONE_CHAR.match(run):
            found.update([run[at : at + 2] for at in range(len(run) - 1)])
        else:
            found.add(run[:MAX_WORD])
    return found


def phrases(query: str) -> list[str]:
    """List the phrases of tokens a search line requires."""
    return [term.phrase for group in parse(query).required for term in group]


def matches(text: str, query: Query) -> bool:
    """Whether a text has one of each group of the required terms and none of the excluded: what the index says."""
    tokens = f" {index_text(text)} "
    if any(f" {term.phrase} " in tokens for term in query.excluded):
        return False
    return bool(query) and all(any(f" {term.phrase} " in tokens for term in group) for group in query.required)


_PART: Final = re.compile(
    r'(?P<or>(?<!\S)(?:OR|\|)(?!\S))|(?P<minus>(?<!\S)[-－])?(?:["“”](?P<quoted>[^"“”]*)["“”]?|(?P<bare>[^\s"“”]+))'
)


def _joined(parts: list[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else f"({word.join(parts)})"


def _followed(term: Term) -> str:
    return _joined(list(term.tokens), " <-> ")


def fold(text: str) -> str:
    """Make alike what people take for the same: wide and narrow, upper and lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def encoded(run: str) -> str:
    """Write a run of letters as its token, or as several when it is very long."""
    if len(run) <= MAX_WORD:
        return _token(run)
    return " ".join([_token(run[at : at + MAX_WORD]) for at in range(0, len(run), MAX_WORD)])


@lru_cache(maxsize=16384)
def _token(run: str) -> str:
    return _code(run) if _ALONE_CHAR.match(run) else _word(run)


def _code(char: str) -> str:
    """Write a character as `z` and four digits of base 36; the first is never `z`, so no word looks like it."""
    point = ord(char)
    digits = ""
    for _ in range(4):
        point, digit = divmod(point, 36)
        digits = _DIGITS[digit] + digits
    return f"z{digits}"


def _word(word: str) -> str:
    """Write a word in ASCII: accents fall, other letters are coded, a first `z` is doubled to differ from codes."""
    if not word.isascii():
        word = _MARKS.sub("", unicodedata.normalize("NFD", word))
        if not word.isascii():
            return "".join(char if char.isascii() else _code(char) for char in word)
    return f"z{word}" if word.startswith("z") else word
