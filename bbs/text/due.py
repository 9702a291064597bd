"""Dates by which something is due, and how long things take, in words and in the reader's zone."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from bbs.text.catalogue import Translator

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

_LAST_MINUTE: Final = (23, 59)
"""The hour and minute at which a day is up: a date by which something is due says nothing of it."""
WEEK: Final = 7
"""Days ahead for which the day of the week says more than the date."""


def due(moment: datetime, now: datetime, zone: tzinfo, tr: Translator, *, over: int = 0) -> str:
    """Say until when: `due tomorrow 18:00`, `due Friday 18:00`, `2 working days over`.

    `over` is the number of whole working days since `moment`, as the site's calendar counts them; below one the hour
    is told.
    """
    if moment <= now:
        return tr.plural("due.over", over) if over > 0 else tr("due.since", when=_when(moment, now, zone, tr))
    return tr("due.by", when=_when(moment, now, zone, tr))


def due_short(moment: datetime, now: datetime, zone: tzinfo, tr: Translator, *, over: int = 0) -> str:
    """Say the same in a few cells for a badge, in days of the wall calendar: `due 2d`, `due today`, `3d over`.

    `over` is as in `due`.
    """
    if moment <= now:
        return tr("due.short.over", n=over) if over > 0 else tr("due.short.now")
    days = _days(moment, now, zone)
    return tr("due.short.today") if days == 0 else tr("due.short.days", n=days)


def due_column(moment: datetime, now: datetime, zone: tzinfo, tr: Translator, *, over: int = 0) -> str:
    """Say the same in a column that is headed as a date: `tomorrow`, `Friday`, `2 days over`. `over` is as in `due`."""
    if moment <= now:
        return late(over, tr)
    return _when(moment, now, zone, tr).strip()


def late(days: int, tr: Translator) -> str:
    """Say by how many whole working days something is late: `2 days over`, `just overdue`."""
    return tr.plural("due.column.over", days) if days > 0 else tr("due.column.now")


def after(days: int, tr: Translator) -> str:
    """Say after how many whole working days something was done: `after 2 days`, `within a day`."""
    return tr.plural("due.after", days) if days > 0 else tr("due.after.none")


def spell(seconds: float, tr: Translator) -> str:
    """Say how long in the two greatest units: `1 d 4 h`, `35 min`; anything below a minute is one."""
    minutes = max(1, round(seconds / _MINUTE))
    if minutes < 60:
        return tr("spell.minutes", n=minutes)
    hours = round(seconds / _HOUR)
    if hours < 24:
        return tr("spell.hours", n=hours)
    days, rest = divmod(hours, 24)
    return tr("spell.days_hours", days=days, hours=rest) if rest else tr("spell.days", n=days)


def _days(moment: datetime, now: datetime, zone: tzinfo) -> int:
    return (moment.astimezone(zone).date() - now.astimezone(zone).date()).days


def _when(moment: datetime, now: datetime, zone: tzinfo, tr: Translator) -> str:
    """The day, as near as it is, and the time unless the day ends with it; the year only when it is another."""
    local = moment.astimezone(zone)
    whole_day = (local.hour, local.minute) == _LAST_MINUTE
    time = "" if whole_day else f"{local:%H:%M}"
    days = _days(moment, now, zone)
    if days in _NEAR:
        words = tr(_NEAR[days], time=time)
    elif 0 < days < WEEK:
        words = tr("due.weekday", day=tr(f"due.on.{local.isoweekday()}"), time=time)
    elif local.year != now.astimezone(zone).year:
        return tr("due.day", date=f"{local.year:04}-{local:%m-%d}")
    elif whole_day:
        return tr("due.day", date=f"{local:%m-%d}")
    else:
        return tr("due.date", date=f"{local:%m-%d}", time=time)
    return words.strip() if whole_day else words


_NEAR: Final = {-1: "due.yesterday", 0: "due.today", 1: "due.tomorrow"}
