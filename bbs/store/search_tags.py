"""Words of the index that no text has: who wrote a thing, in which board, and when. Narrowing by them reads no row."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

TAGS_MOST: Final = 64
"""Tags of one group; where it takes more, the index is asked without."""
_AUTHOR: Final = "zp"  # a word of a text that begins with z has a digit, a letter up to n or another z behind it
_BOARD: Final = "zq"
_DAY: Final = "zr"
_MONTH: Final = "zs"
_YEAR: Final = "zt"


@dataclass(frozen=True, slots=True)
class Tags:
    """Of a post or thread: the account that wrote it, the board it stands in, and the moment (UTC).

    Of a bulletin: the moment it is published."""

    author: int | None
    board: int | None
    at: datetime

    def words(self) -> str:
        """The tags as words of the index."""
        at = self.at.astimezone(UTC)
        when = f"{_DAY}{at:%Y%m%d} {_MONTH}{at:%Y%m} {_YEAR}{at:%Y}"
        return when if self.author is None else f"{_AUTHOR}{self.author} {_BOARD}{self.board} {when}"


@dataclass(frozen=True, slots=True)
class Narrow:
    """What is looked at: things with one tag of each group and none of `without`."""

    groups: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups)

    def to_authors(self, accounts: Iterable[int]) -> Narrow:
        """Only what one of these accounts wrote."""
        return self._with(tuple(f"{_AUTHOR}{number}" for number in accounts))

    def to_boards(self, boards: Collection[int], others: Collection[int] = ()) -> Narrow:
        """Only what stands in these boards; `others` are all there are beside them, where the list is whole."""
        if not others or len(boards) <= len(others):
            return self._with(tuple(f"{_BOARD}{number}" for number in boards))
        if len(others) > TAGS_MOST:
            return self
        return Narrow(self.groups, (*self.without, *(f"{_BOARD}{number}" for number in others)))

    def to_days(self, since: datetime, until: datetime) -> Narrow:
        """Only what may be of these days (UTC): days of the first month, months of the first year, then years."""
        days = [f"{_DAY}{since:%Y%m}{day:02}" for day in range(since.day, monthrange(since.year, since.month)[1] + 1)]
        months = [f"{_MONTH}{since:%Y}{month:02}" for month in range(since.month + 1, 13)]
        years = [f"{_YEAR}{year:04}" for year in range(since.year + 1, until.year + 1)]
        return self._with((*days, *months, *years))

    def to_year(self, year: int) -> Narrow:
        """Only what is of this year (UTC)."""
        return self._with((f"{_YEAR}{year}",))

    def to_month(self, year: int, month: int) -> Narrow:
        """Only what is of this month (UTC)."""
        return self._with((f"{_MONTH}{year}{month:02}",))

    def _with(self, group: tuple[str, ...]) -> Narrow:
        return self if not group or len(group) > TAGS_MOST else Narrow((*self.groups, group), self.without)
