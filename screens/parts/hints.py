"""The last row of a list offers what works: nothing about a selection where there is none, no writing to guests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.terminal.view import Hint

_ON_SELECTED: Final = frozenset(
    {"enter", "reply", "details", "message", "mark_read", "forward", "keep", "delete", "favourite", "retitle"}
)

_WITH_ACCOUNT: Final = frozenset({"reply", "favourite", "case"})


def that_work(hints: Sequence[Hint], selected: object, *, author: str | None = None) -> Sequence[Hint]:
    """Those of the hints that do something; with an `author` of "" nobody can be written to either."""
    if selected is None:
        return tuple(hint for hint in hints if hint.action not in _ON_SELECTED)
    return tuple(hint for hint in hints if hint.action != "message") if author == "" else hints


def for_guests(hints: Sequence[Hint]) -> Sequence[Hint]:
    """Those of the hints that take no account."""
    return tuple(hint for hint in hints if hint.action not in _WITH_ACCOUNT)
