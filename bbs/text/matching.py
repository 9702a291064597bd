"""Where in a text the words of a query stand, so that they can be marked: what the index says, place by place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from bbs.text.segment import ALONE, MAX_WORD, TOKEN, Query, Term, encoded, fold, parse

Span = tuple[int, int]

_LETTER: Final = f"[^\\W_{ALONE}]"
_BETWEEN: Final = f"(?:[^\\w{ALONE}]|_)*"
# Letters that fall or are coded in the index, and runs that are cut there: these are compared token by token.
_UNUSUAL: Final = re.compile(f"[^\\W_\x00-\x7f{ALONE}]|[0-9a-z]{{{MAX_WORD + 1}}}")
# One for one what NFKC makes of them; an ellipsis becomes three dots, and where one stands does not matter.
_WIDE: Final = {0xFF00 + code - 0x20: code for code in range(0x21, 0x7F)} | {0x3000: 0x20, 0x2026: 0x2E}


def match_spans(text: str, query: Query | str) -> list[Span]:
    """Tell where (start, end) in clean text the required terms of a query are found, in order, not overlapping."""
    asked = parse(query) if isinstance(query, str) else query
    if not asked:
        return []
    folded, places = _fold_with_places(text)
    pattern = _pattern(asked)
    if pattern is None or _UNUSUAL.search(folded):
        spans = list(_token_spans(folded, asked))
    else:
        spans = [match.span() for match in pattern.finditer(folded)]
    return spans if places is None else [(places[start], places[end - 1] + 1) for start, end in spans]


@lru_cache(maxsize=256)
def _pattern(query: Query) -> re.Pattern[str] | None:
    """A pattern for all terms of a query, long ones first; None where tokens have to be compared."""
    parts: list[str] = []
    for term in sorted(_terms(query), key=lambda term: -len(term.tokens)):
        words = [_plain(token) for token in term.tokens]
        if not all(words):
            return None
        parts.append(_BETWEEN.join(words))
    return re.compile("|".join(parts))


def _plain(token: str) -> str:
    """The pattern of what an index token stands for; empty where it stands for several things."""
    if not token.startswith("z"):
        word = token
    elif token.startswith("zz"):
        word = token[1:]
    else:
        char = chr(int(token[1:], 36)) if len(token) == len(encoded("食")) else ""
        return re.escape(char) if char and re.match(f"[{ALONE}]", char) else ""
    return f"(?<!{_LETTER}){re.escape(word)}(?!{_LETTER})" if len(word) < MAX_WORD else ""


def _token_spans(folded: str, query: Query) -> Iterator[Span]:
    """Spans in folded text, found by cutting it into tokens as the index does."""
    terms = [term.tokens for term in _terms(query)]
    heads = {term[0] for term in terms}
    found = list(_tokens(folded))
    at = 0
    while at < len(found):
        length = 0
        if found[at][0] in heads:
            length = max((len(term) for term in terms if _stands_at(found, at, term)), default=0)
        if length:
            yield found[at][1], found[at + length - 1][2]
        at += length or 1


def _terms(query: Query) -> list[Term]:
    return [term for group in query.required for term in group]


def _stands_at(found: list[tuple[str, int, int]], at: int, tokens: tuple[str, ...]) -> bool:
    return at + len(tokens) <= len(found) and all(found[at + n][0] == token for n, token in enumerate(tokens))


def _tokens(folded: str) -> Iterator[tuple[str, int, int]]:
    """Cut folded text into tokens with their places."""
    for match in TOKEN.finditer(folded):
        at = match.start()
        for token in encoded(match[0]).split(" "):
            stop = min(match.end(), at + MAX_WORD)
            yield token, at, stop
            at = stop


def _fold_with_places(text: str) -> tuple[str, list[int] | None]:
    """Fold character by character, and tell for each folded one the place of its original; None: it is the same."""
    if text.isascii():
        return text.lower(), None
    narrow = text.translate(_WIDE)
    if unicodedata.is_normalized("NFKC", narrow):
        folded = narrow.casefold()
        if len(folded) == len(text):
            return folded, None
    pieces: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        piece = _fold_char(char)
        pieces.append(piece)
        places.extend([at] * len(piece))
    return "".join(pieces), places


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    return fold(char)
