"""Markdown laid out once for all who read it in the same width."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from bbs.text.markdown import render
from bbs.text.spans import Line

KEPT: Final = 512
"""Texts kept for all sessions together."""
SHORT: Final = 4_000
"""Characters of a text that is kept; a longer one is laid out for each reader, so that the memory has a bound."""


def rendered(text: str, cells: int, ambiguous: int) -> tuple[Line, ...]:
    """Lay out a text in rows of at most `cells`."""
    return _short(text, cells, ambiguous) if len(text) <= SHORT else tuple(render(text, cells, ambiguous))


@lru_cache(maxsize=KEPT)
def _short(text: str, cells: int, ambiguous: int) -> tuple[Line, ...]:
    return tuple(render(text, cells, ambiguous))
