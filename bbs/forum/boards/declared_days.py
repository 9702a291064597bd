"""Days in boards.yaml: one, `2026-10-01`, or a range with both ends, `2026-10-01..2026-10-07`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from bbs.forum.boards.calendar import Calendar

RANGE_MOST: Final = 62
"""Days of one range: a longer holiday is a slip of the pen."""
_SEPARATOR: Final = ".."

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(value: Any) -> str:
    """The text of a day or a range as it is kept; raises ValueError(`boards.days`)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    if not isinstance(value, str):
        raise ValueError("boards.days")
    first, last = _ends(value)
    return first.isoformat() if first == last else f"{first.isoformat()}{_SEPARATOR}{last.isoformat()}"


def _ends(text: str) -> tuple[date, date]:
    head, separator, tail = text.strip().partition(_SEPARATOR)
    try:
        first = date.fromisoformat(head.strip())
        last = date.fromisoformat(tail.strip()) if separator else first
    except ValueError:
        raise ValueError("boards.days") from None
    if not timedelta() <= last - first < timedelta(days=RANGE_MOST):
        raise ValueError("boards.days")
    return first, last


Days = Annotated[str, BeforeValidator(_days)]


def days_of(texts: Iterable[str]) -> frozenset[date]:
    """All days that the texts name."""
    found: set[date] = set()
    for text in texts:
        first, last = _ends(text)
        found.update(first + timedelta(days=n) for n in range((last - first).days + 1))
    return frozenset(found)


def calendar_of(zone: str, weekend: Sequence[str], holidays: Sequence[str], workdays: Sequence[str]) -> Calendar:
    """The calendar that a site declares."""
    off = frozenset(_WEEKDAYS.index(day) for day in weekend)
    return Calendar(ZoneInfo(zone), off, days_of(holidays), days_of(workdays))
