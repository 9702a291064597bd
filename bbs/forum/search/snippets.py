"""A few rows of a text around what was looked for, with the places to mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bbs.text.clean import clean_line
from bbs.text.markdown import plain
from bbs.text.matching import match_spans
from bbs.text.segment import Query
from bbs.text.width import graphemes

SNIPPET_LIMIT: Final = 300
"""Characters of a snippet: two rows of a wide terminal."""
LEAD: Final = 24
"""Characters shown before the first match, so that it stands in the first row."""
CUT: Final = ".. "
"""What a snippet begins with when the text began earlier."""
_NEAR: Final = 2_000  # characters of a text that are read as Markdown; matches further on are shown as typed
_FAR: Final = 20_000  # characters of a text that are looked through


@dataclass(frozen=True, slots=True)
class Snippet:
    """Plain words on one line, and the places (start, end) of what was looked for in them."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def marked(text: str, words: Query) -> Snippet:
    """A whole short text, such as a title, with its matches."""
    return Snippet(text, tuple(match_spans(text, words)))


def snippet(body: str, words: Query) -> Snippet:
    """The part of a Markdown text around its first match, or its beginning."""
    flat = plain(body, _NEAR)
    spans = match_spans(flat, words)
    if not spans and words:
        found = match_spans(body[:_FAR], words)
        if found:  # far down, in a quotation, or in the syntax itself
            flat = clean_line(body[max(0, found[0][0] - 200) : found[0][1] + SNIPPET_LIMIT])
            spans = match_spans(flat, words)
    lead = ""
    if spans and spans[0][0] > 2 * LEAD:
        start = spans[0][0]
        before = graphemes(flat[max(0, start - 8 * LEAD) : start])[-LEAD:]
        lead = CUT
        flat = "".join(before).lstrip() + flat[start:]
    shown = f"{lead}{flat[:SNIPPET_LIMIT]}"
    return Snippet(shown, tuple(match_spans(shown, words)))
