"""How much one account may post: the one table of limits, by how long the account has been open.

The numbers follow what large forums found enough for people and too little for floods: a new account waits longer and
writes less on its first day. They are told in words before anything is lost, always with the time to wait.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bbs.errors import Invalid
from bbs.forum.writing.telling import mentions_in, without_quotes

NEW_ACCOUNT: Final = timedelta(days=1)
"""How long an account counts as new."""
SAME_TEXT: Final = 300.0
"""Seconds in which one account may not post the same text twice."""
DAY: Final = 86_400.0
"""Seconds that threads and replies are counted over."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account may do. `gap` is in seconds; None is no limit."""

    gap: float  # between two posts
    threads: int  # started in a day
    replies: int | None  # written in a day
    names: int  # called with @ in one post
    links: int  # in one post
    letters: int  # sent in a day
    pages: int  # short messages sent in a minute


NEW: Final = Limits(gap=30.0, threads=3, replies=10, names=2, links=2, letters=10, pages=3)
"""An account on its first day."""
SETTLED: Final = Limits(gap=5.0, threads=20, replies=None, names=10, links=20, letters=200, pages=10)
"""Any other."""

_LINK: Final = re.compile(r"\b(?:https?|ftp)://", re.IGNORECASE)


def limits_of(opened: datetime | None, now: datetime) -> Limits:
    """The limits of an account that was opened then (UTC); None where that is unknown, which counts as long ago."""
    return NEW if left_new(opened, now) > 0 else SETTLED


def left_new(opened: datetime | None, now: datetime) -> float:
    """Seconds for which an account still counts as new, at most those of NEW_ACCOUNT."""
    if opened is None:
        return 0.0
    left = (NEW_ACCOUNT - (now - opened)).total_seconds()
    return max(0.0, min(left, NEW_ACCOUNT.total_seconds()))


def check_text(body: str, limits: Limits) -> None:
    """Raises Invalid(`post.names`, `post.links`, most); what is quoted and what stands in code counts for nothing."""
    own = without_quotes(body)
    if len(mentions_in(own, limits.names + 1)) > limits.names:
        raise Invalid("post.names", most=limits.names)
    if sum(1 for _ in _LINK.finditer(own)) > limits.links:
        raise Invalid("post.links", most=limits.links)
