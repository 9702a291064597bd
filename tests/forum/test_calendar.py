"""Working days, and how boards.yaml says which they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bbs.errors import Invalid
from bbs.forum.boards.calendar import Calendar
from bbs.forum.boards.declared import parse
from bbs.forum.boards.declared_days import calendar_of, days_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(
    SHANGHAI,
    holidays=days_of(["2026-10-01..2026-10-07"]),
    workdays=days_of(["2026-09-20", "2026-10-10"]),
)
FILE = """
site: {{zh: 明坛, en: Mingtan, zone: Asia/Shanghai, {days}}}
sections:
  - {{slug: after, zh: 下班以后, en: After Hours}}
"""


@pytest.mark.parametrize(
    ("opened", "days", "due"),
    [
        ("2026-11-02T10:00+08:00", 1, "2026-11-03T23:59+08:00"),  # Monday: Tuesday
        ("2026-11-06T17:00+08:00", 1, "2026-11-09T23:59+08:00"),  # Friday: Monday
        ("2026-11-07T10:00+08:00", 1, "2026-11-09T23:59+08:00"),  # Saturday: Monday
        ("2026-11-01T18:00+00:00", 1, "2026-11-03T23:59+08:00"),  # already Monday there
        ("2026-09-30T09:00+08:00", 1, "2026-10-08T23:59+08:00"),  # over the holiday
        ("2026-10-08T09:00+08:00", 2, "2026-10-10T23:59+08:00"),  # the Saturday is worked
        ("2026-09-18T09:00+08:00", 1, "2026-09-20T23:59+08:00"),  # and that Sunday
    ],
)
def test_dates_are_the_end_of_working_days(opened: str, days: int, due: str) -> None:
    assert CALENDAR.due(datetime.fromisoformat(opened), days) == datetime.fromisoformat(due)


def test_the_day_before_and_the_day_on_or_after() -> None:
    assert CALENDAR.before(date(2026, 10, 8)) == date(2026, 9, 30)
    assert CALENDAR.on_or_after(date(2026, 10, 1)) == date(2026, 10, 8)
    assert CALENDAR.on_or_after(date(2026, 10, 10)) == date(2026, 10, 10)


def test_working_time_is_the_hours_of_working_days() -> None:
    friday = datetime(2026, 11, 6, 18, tzinfo=SHANGHAI).astimezone(UTC)
    monday = datetime(2026, 11, 9, 9, tzinfo=SHANGHAI).astimezone(UTC)
    assert CALENDAR.working_time(friday, monday) == timedelta(hours=15)
    assert CALENDAR.working_time(monday, friday) == timedelta()
    # The day the clocks change in Berlin has 25 hours, and is a Sunday that is worked here.
    berlin = Calendar(ZoneInfo("Europe/Berlin"), workdays=days_of(["2026-10-25"]))
    sunday = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert berlin.working_time(sunday, sunday + timedelta(days=2)) == timedelta(hours=48)


def test_a_calendar_without_working_days_ends_all_the_same() -> None:
    never = Calendar(weekend=frozenset(range(7)))
    assert never.due(datetime(2026, 1, 1, tzinfo=UTC), 1).year >= 2036


def test_days_are_declared_with_the_site() -> None:
    days = 'weekend: [fri, sat], holidays: [2026-10-01, "2026-10-02..2026-10-04"], workdays: [2026-10-09]'
    site = parse(FILE.format(days=days).encode(), "boards.yaml").site
    assert site.holidays == ["2026-10-01", "2026-10-02..2026-10-04"]
    again = type(site).model_validate_json(site.model_dump_json())
    assert again == site  # what is kept in the store is what was read
    calendar = calendar_of(site.zone, site.weekend, site.holidays, site.workdays)
    assert [calendar.works(date(2026, 10, day)) for day in range(1, 11)] == [
        *(False, False, False, False),
        *(True, True, True, True, True, False),
    ]


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ("weekend: [sunday]", "boards.choice"),
        ("weekend: [mon, tue, wed, thu, fri, sat, sun]", "boards.long"),
        ("holidays: 2026-10-01", "boards.not_list"),
        ("holidays: [2026-13-01]", "yaml.value"),
        ("holidays: [2026-10-07..2026-10-01]", "boards.days"),
        ("holidays: [2026-10-01..2027-10-01]", "boards.days"),
        ("holidays: [2026-10-01 09:00:00]", "boards.days"),
        ("holidays: [7]", "boards.days"),
        ("holidays: [2026-10-01], workdays: [2026-10-01]", "boards.day_twice"),
        ("holiday: [2026-10-01]", "boards.unknown_key"),
    ],
)
def test_a_mistake_in_the_days_is_told_with_its_line(days: str, code: str) -> None:
    with pytest.raises(Invalid, match=r"boards\.invalid") as raised:
        parse(FILE.format(days=days).encode(), "boards.yaml")
    assert (raised.value.params["line"], raised.value.params["problem"].code) == (2, code)  # type: ignore[attr-defined]  # an error
