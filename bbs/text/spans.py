"""Styled text: the shape that text hands to the terminal."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Span(NamedTuple):
    """A run of clean text in one style class (a name such as `md.strong`; themes give it colours)."""

    text: str
    style: str = ""


Line: TypeAlias = tuple[Span, ...]
"""One row of styled text, no line breaks inside."""
