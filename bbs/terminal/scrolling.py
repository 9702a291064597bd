"""Finds out whether a new screen is the old one moved up or down, so that a terminal can move the rows itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

LEAST_CHANGED: Final = 4
"""Rows that have to differ before it is worth to look."""
_COST: Final = 80
"""Bytes that moving takes, and a little for the flicker it may be on a slow line."""


class Scroll(NamedTuple):
    """Rows `first` to `last` move by `up`, down when it is negative; the rest of the screen stays."""

    first: int
    last: int
    up: int

    def apply(self, shown: Sequence[str]) -> list[str]:
        """Give what a terminal shows after; rows that were cleared are empty strings, which no painted row is."""
        first, last, up = self
        moved = list(shown)
        if up > 0:
            moved[first : last + 1] = [*shown[first + up : last + 1], *([""] * up)]
        else:
            moved[first : last + 1] = [*([""] * -up), *shown[first : last + 1 + up]]
        return moved


def find_scroll(old: Sequence[str], new: Sequence[str], first: int, last: int) -> Scroll | None:
    """Compare painted rows `first` to `last`, between which all changes are; None when drawing them costs less."""
    count = _shift(old, new, first, last)
    if count == 0:
        return None
    best, run = 0, (0, 0)
    begin = saved = 0
    low, high = max(first, first - count), min(last, last - count)
    for place in range(low, high + 2):
        if place <= high and new[place] == old[place + count]:
            if not saved:
                begin = place
            saved += 1 if new[place] == old[place] else len(new[place])
            continue
        if saved > best:
            best, run = saved, (begin, place)
        saved = 0
    begin, end = run
    bare = range(end, end + count) if count > 0 else range(begin + count, begin)
    if best - sum(len(new[place]) for place in bare if new[place] == old[place]) <= _COST:
        return None
    return Scroll(min(begin, begin + count), max(end, end + count) - 1, count)


def _shift(old: Sequence[str], new: Sequence[str], first: int, last: int) -> int:
    """Tell by how many rows most of the rows that stand there once only have moved up; 0 when there is none."""
    places: dict[str, int] = {}
    for place in range(first, last + 1):
        row = old[place]
        places[row] = -1 if row in places else place
    votes: dict[int, int] = {}
    for place in range(first, last + 1):
        was = places.get(new[place], -1)
        if was >= 0 and was != place:
            votes[was - place] = votes.get(was - place, 0) + 1
    return max(votes, key=votes.__getitem__) if votes else 0
