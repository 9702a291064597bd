"""Runs of things found, kind by kind, and the page that is put together out of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bbs.errors import Invalid
from bbs.forum.search.hits import HitKind

TOP: Final = 2**31 - 1
"""Above every number of a post, thread or bulletin."""
LAST: Final = 10**18 - 1
"""Above every moment, in microseconds since 1970."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FAR: Final = 253_402_300_799_000_000  # the end of the year 9999 in microseconds

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing found, not yet read: its row has what `showing` needs to read it. `at` is UTC."""

    kind: HitKind
    id: int
    at: datetime
    row: Any

    @property
    def key(self) -> Key:
        """What its place in the order of its kind is: by number, or by the day it came out."""
        if self.kind in (HitKind.BULLETIN, HitKind.LIBRARY):
            return micros(self.at), self.id
        return 0, self.id


def micros(at: datetime) -> int:
    """A moment as a key begins with it: microseconds since 1970, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


def moment(micros: int) -> datetime:
    """The moment that a key begins with."""
    return EPOCH + timedelta(microseconds=min(micros, _FAR))


@dataclass(frozen=True, slots=True)
class Run:
    """Sightings of one kind in order. `rest` is the key below which more may come, (0, 0) when nothing does.

    `back_to` is set when the run ended for want of time: nothing newer than it was left out."""

    began: Key
    found: tuple[Sighting, ...] = ()
    rest: Key = (0, 0)
    back_to: datetime | None = None

    def has(self, at: int) -> bool:
        """Whether something stands at this place."""
        return at < len(self.found)

    def over(self, at: int) -> bool:
        """Whether nothing comes after the first `at` sightings."""
        return not self.has(at) and self.rest == (0, 0)

    def edge(self, at: int) -> Key:
        """The key to go on from after `at` sightings were given out."""
        if not self.has(at):
            return self.rest
        return self.began if at == 0 else self.found[at - 1].key


@dataclass(frozen=True, slots=True)
class Place:
    """How far each kind was given out: below these keys is what comes next, (0, 0) when nothing does."""

    post: Key = (0, TOP)
    thread: Key = (0, TOP)
    bulletin: Key = (LAST, TOP)
    library: Key = (LAST, TOP)


@dataclass(frozen=True, slots=True)
class Merged:
    """The sightings of a page; `after` and `back_to` are those of `search.Found`."""

    page: tuple[Sighting, ...]
    after: str | None
    back_to: datetime | None


def merged(runs: Sequence[Run], limit: int) -> Merged:
    """The newest heads first, as far as nothing newer can still come from a run that was not looked through."""
    taken = [0] * len(runs)
    page: list[Sighting] = []
    while len(page) < limit:
        heads = [(run.found[at].at, n) for n, (run, at) in enumerate(zip(runs, taken, strict=True)) if run.has(at)]
        if not heads:
            break
        newest, chosen = max(heads, key=lambda head: (head[0], -head[1]))
        if any(
            run.back_to is not None and not run.has(at) and run.back_to > newest
            for run, at in zip(runs, taken, strict=True)
        ):
            break
        page.append(runs[chosen].found[taken[chosen]])
        taken[chosen] += 1
    both = list(zip(runs, taken, strict=True))
    if all(run.over(at) for run, at in both):
        return Merged(tuple(page), None, None)
    edges = [run.edge(at) for run, at in both]
    back = max((run.back_to for run, at in both if run.back_to and not run.has(at)), default=None)
    after = "p{0[1]}t{1[1]}b{2[0]}-{2[1]}l{3[0]}-{3[1]}".format(*edges)
    return Merged(tuple(page), after, back if len(page) < limit else None)


_CURSOR: Final = re.compile(r"p([0-9]{1,10})t([0-9]{1,10})b([0-9]{1,18})-([0-9]{1,10})l([0-9]{1,18})-([0-9]{1,10})")


def place_of(cursor: str | None) -> Place:
    """The place that a cursor names, the top where there is none; raises Invalid(`cursor.bad`)."""
    if cursor is None:
        return Place()
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Invalid("cursor.bad")
    post, thread, published, bulletin, changed, text = (int(group) for group in match.groups())
    return Place((0, min(post, TOP)), (0, min(thread, TOP)), (published, min(bulletin, TOP)), (changed, min(text, TOP)))
