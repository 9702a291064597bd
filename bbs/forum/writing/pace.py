"""How fast one account may post, on the monotonic clock: a wrong wall clock must not lock anybody out."""

from __future__ import annotations

import hashlib
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Final

from bbs.errors import TryLater
from bbs.forum.writing.limits import DAY, NEW, SAME_TEXT, SETTLED, Limits, left_new, limits_of
from bbs.text.when import Clock

_ACCOUNTS: Final = 10_000  # accounts remembered; the one that was quiet longest is forgotten first
_TEXTS: Final = 64  # texts remembered of one: no more fit into SAME_TEXT
_COUNTED: Final = max(NEW.threads, SETTLED.threads, NEW.replies or 0, SETTLED.replies or 0)  # of each kind, of one


@dataclass(slots=True)
class _Lately:
    last: float = float("-inf")
    texts: deque[tuple[float, bytes]] = field(default_factory=lambda: deque(maxlen=_TEXTS))
    started: deque[float] = field(default_factory=lambda: deque(maxlen=_COUNTED))
    replied: deque[float] = field(default_factory=lambda: deque(maxlen=_COUNTED))


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

    def take(self, name: str, text: str, *, since: datetime | None, starts: bool | None = None) -> Turn:
        """Let a post through and remember it; `since` is when the account was opened, None where unknown.

        `starts` tells a new thread (True) from a reply (False), which are counted by the day; None counts as neither.
        Raises TryLater(`post.too_fast`, `post.same_text`, seconds), TryLater(`post.day_threads`, `post.day_replies`,
        most, hours, minutes, seconds)."""
        now = self._clock.monotonic()
        lately = self._of(name)
        limits = limits_of(since, self._clock.now())
        wait = lately.last + limits.gap - now
        if wait > 0:
            raise TryLater("post.too_fast", seconds=ceil(wait))
        if starts is not None:
            self._check_day(lately, limits, left_new(since, self._clock.now()), starts=starts)
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

    def note(self, name: str, *, starts: bool) -> None:
        """A post of this account was written just now, in this process or in another."""
        lately = self._of(name)
        now = self._clock.monotonic()
        lately.last = max(lately.last, now)
        (lately.started if starts else lately.replied).append(now)

    def _check_day(self, lately: _Lately, limits: Limits, still_new: float, *, starts: bool) -> None:
        """Count what was written in the last DAY: posts are counted when they are told of, wherever they were made."""
        most = limits.threads if starts else limits.replies
        done = lately.started if starts else lately.replied
        if most is None or len(done) < most:
            return
        wait = done[-most] + DAY - self._clock.monotonic()
        if wait > 0:
            seconds = ceil(min(wait, still_new or wait))
            hours, minutes = divmod(ceil(seconds / 60), 60)
            code = "post.day_threads" if starts else "post.day_replies"
            raise TryLater(code, most=most, hours=hours, minutes=minutes, seconds=seconds)

    def _of(self, name: str) -> _Lately:
        found = self._lately.get(name)
        if found is None:
            found = self._lately[name] = _Lately()
            if len(self._lately) > _ACCOUNTS:
                self._lately.popitem(last=False)
        else:
            self._lately.move_to_end(name)
        return found
