"""The site's calendar: which days are working days, and when so many of them are over."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

END_OF_DAY: Final = time(23, 59)
"""When a date is up, in the site's zone: on the last minute of its working day, so that the whole day counts."""
MORNING: Final = time(9)
"""When offices are reminded."""
SATURDAY_SUNDAY: Final = frozenset({5, 6})
UTC_ZONE: Final = ZoneInfo("UTC")
_LONGEST: Final = 3660  # days looked ahead: more holidays than that are a mistake
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days. `weekend`: numbers of weekdays, Monday is 0; `workdays` are worked whatever else holds of them."""

    zone: ZoneInfo = UTC_ZONE
    weekend: frozenset[int] = SATURDAY_SUNDAY
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return day in self.workdays or (day.weekday() not in self.weekend and day not in self.holidays)

    def day_of(self, moment: datetime) -> date:
        """The day a moment falls on, in the site's zone."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """When a day is over (UTC)."""
        return datetime.combine(day, END_OF_DAY, self.zone).astimezone(UTC)

    def morning_of(self, day: date) -> datetime:
        """When offices begin on a day (UTC)."""
        return datetime.combine(day, MORNING, self.zone).astimezone(UTC)

    def after(self, day: date, days: int) -> date:
        """The working day so many working days after a day, which itself does not count."""
        for _ in range(_LONGEST):
            if days <= 0:
                break
            day += _DAY
            days -= self.works(day)
        return day

    def before(self, day: date) -> date:
        """The working day before a day."""
        for _ in range(_LONGEST):
            day -= _DAY
            if self.works(day):
                break
        return day

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next working day."""
        return day if self.works(day) else self.after(day, 1)

    def due(self, opened_at: datetime, days: int) -> datetime:
        """The end of the working day so many working days after the day something was opened on (UTC)."""
        return self.end_of(self.after(self.day_of(opened_at), days))

    def ruler(self, start: datetime, end: datetime) -> Ruler:
        """What measures spans between two moments."""
        first, last = self.day_of(start), self.day_of(max(start, end))
        days = [first + _DAY * n for n in range((last - first).days + 2)]
        starts = [datetime.combine(day, time(), self.zone).astimezone(UTC) for day in days]
        works = [self.works(day) for day in days]
        before = [timedelta()]
        for at in range(1, len(days)):
            before.append(before[-1] + (starts[at] - starts[at - 1] if works[at - 1] else timedelta()))
        return Ruler(starts, works, before)

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """How much of a span fell on working days, all hours of them; never less than nothing."""
        return self.ruler(start, end).between(start, end)


@dataclass(frozen=True, slots=True)
class Ruler:
    """Working time between moments within a stretch of days: when each day begins, whether it is worked, and how much

    was worked before it."""

    starts: list[datetime]
    works: list[bool]
    before: list[timedelta]

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of a span fell on working days; never less than nothing."""
        return max(timedelta(), self._until(end) - self._until(start))

    def _until(self, moment: datetime) -> timedelta:
        at = max(0, bisect_right(self.starts, moment) - 1)
        return self.before[at] + (moment - self.starts[at] if self.works[at] else timedelta())


PLAIN: Final = Calendar()
"""Monday to Friday, in UTC: the calendar of a store without a community."""
