"""Clocks, and moments in words; everything between layers is aware UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from time import monotonic
from typing import Final, Protocol

from bbs.errors import Invalid
from bbs.text.catalogue import Translator

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

_UNITS: Final = (
    (365 * _DAY, "years"),
    (30 * _DAY, "months"),
    (_DAY, "days"),
    (_HOUR, "hours"),
    (_MINUTE, "minutes"),
)
"""Seconds from which each unit is used, the largest first; months have 30 days here, years 365."""


class Clock(Protocol):
    """Where the time comes from; passed in, so that tests own it."""

    def now(self) -> datetime:
        """Tell the moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Tell seconds that never go back, for measuring spans."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Tell the moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Tell seconds that never go back."""
        return monotonic()


class ManualClock:
    """A clock that only moves when told to."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = (start or datetime(2026, 1, 1, tzinfo=UTC)).astimezone(UTC)
        self._seconds = 0.0

    def now(self) -> datetime:
        """Tell the moment, aware, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Tell the seconds advanced since the start."""
        return self._seconds

    def advance(self, seconds: float = 0.0, **parts: float) -> datetime:
        """Move on by seconds and any parts of a timedelta (`days=1`), and tell the new moment."""
        step = timedelta(seconds=seconds) + timedelta(**parts)
        if step < timedelta():
            raise ValueError("a clock is never put back; make a new one")
        self._now += step
        self._seconds += step.total_seconds()
        return self._now


def iso(moment: datetime) -> str:
    """Write a moment as ISO 8601 in UTC with `Z`, to the second: `2026-09-25T01:00:00Z`."""
    return _utc(moment).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def parse_iso(text: str, zone: tzinfo = UTC) -> datetime:
    """Read an ISO 8601 date or moment as aware UTC; without an offset it is taken in `zone`.

    Raises Invalid `time.format`.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid("time.format", value=text[:40]) from error


def stamp(moment: datetime, zone: tzinfo, now: datetime, tr: Translator | None = None) -> str:
    """Write a moment short for a list: HH:MM today, MM-DD this year, else YYYY-MM-DD, in the reader's zone.

    The forms are the same in every language; `tr` is taken so that callers need not know.
    """
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local:%m-%d}"
    return f"{local.year:04}-{local:%m-%d}"


def full(moment: datetime, zone: tzinfo) -> str:
    """Write a moment to the minute in the reader's zone: `2026-09-25 09:00`."""
    local = moment.astimezone(zone)
    return f"{local.year:04}-{local:%m-%d %H:%M}"


def ago(moment: datetime, now: datetime, tr: Translator) -> str:
    """Say how long ago, or in how long, in the reader's language: `3 minutes ago`, `in 2 days`."""
    seconds = int((now - moment).total_seconds())
    way = "ago" if seconds >= 0 else "in"
    seconds = abs(seconds)
    for size, name in _UNITS:
        if seconds >= size:
            return tr.plural(f"time.{way}.{name}", seconds // size)
    return tr("time.now" if way == "ago" else "time.soon")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
