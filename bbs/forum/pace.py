"""How fast one account may post, on the monotonic clock: a wrong wall clock must not lock anybody out."""

from __future__ import annotations

import hashlib
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from bbs.errors import TryLater
from bbs.text.when import Clock

NEW_ACCOUNT: Final = timedelta(days=1)
"""How long an account counts as new."""
NEW_GAP: Final = 30.0
"""Seconds between two posts of a new account."""
GAP: Final = 5.0
"""Seconds between two posts of any other."""
SAME_TEXT: Final = 300.0
"""Seconds in which one account may not post the same text twice."""
_ACCOUNTS: Final = 10_000  # accounts remembered; the one that was quiet longest is forgotten first
_TEXTS: Final = 64  # texts remembered of one: no more fit into SAME_TEXT


@dataclass(slots=True)
class _Lately:
    last: float = float("-inf")
    texts: deque[tuple[float, bytes]] = field(default_factory=lambda: deque(maxlen=_TEXTS))


@dataclass(frozen=True, slots=True)
class Turn:
    """A post that was let through; `Pace.give_back` takes it back when nothing came of it."""

    name: str
    at: float
    before: float
    text: bytes


class Pace:
    """Lets posts through, or says how long to wait; by account name, so that posts of other processes count too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lately: OrderedDict[str, _Lately] = OrderedDict()

    def take(self, name: str, text: str, *, since: datetime | None) -> Turn:
        """Let a post through and remember it; `since` is when the account was opened, None where unknown.

        Raises TryLater(`post.too_fast`, seconds), TryLater(`post.same_text`, seconds)."""
        now = self._clock.monotonic()
        lately = self._of(name)
        new = since is not None and self._clock.now() - since < NEW_ACCOUNT
        wait = lately.last + (NEW_GAP if new else GAP) - now
        if wait > 0:
            raise TryLater("post.too_fast", seconds=ceil(wait))
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        while lately.texts and lately.texts[0][0] + SAME_TEXT <= now:
            lately.texts.popleft()
        for at, known in lately.texts:
            if known == digest:
                raise TryLater("post.same_text", seconds=ceil(at + SAME_TEXT - now))
        turn = Turn(name, now, lately.last, digest)
        lately.last = now
        lately.texts.append((now, digest))
        return turn

    def give_back(self, turn: Turn) -> None:
        """Forget a post that was let through and then failed."""
        lately = self._lately.get(turn.name)
        if lately is None:
            return
        if lately.last == turn.at:
            lately.last = turn.before
        if (turn.at, turn.text) in lately.texts:
            lately.texts.remove((turn.at, turn.text))

    def note(self, name: str) -> None:
        """Another process let a post of this account through just now."""
        lately = self._of(name)
        lately.last = max(lately.last, self._clock.monotonic())

    def _of(self, name: str) -> _Lately:
        found = self._lately.get(name)
        if found is None:
            found = self._lately[name] = _Lately()
            if len(self._lately) > _ACCOUNTS:
                self._lately.popitem(last=False)
        else:
            self._lately.move_to_end(name)
        return found
