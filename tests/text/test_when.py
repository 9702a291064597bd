"""Clocks and moments in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bbs.errors import Invalid
from bbs.text.catalogue import Catalogues
from bbs.text.when import Clock, ManualClock, SystemClock, ago, full, iso, parse_iso, stamp

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 25, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
CATALOGUES = Catalogues(Path(__file__).parents[2] / "screens" / "locale", strict=True)
EN, ZH = CATALOGUES.translator("en"), CATALOGUES.translator("zh")


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 9, 24, 16, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 9, 24, 15, 59, tzinfo=UTC), "09-24"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "01-01"),
        (datetime(2025, 12, 31, 15, 0, tzinfo=UTC), "2025-12-31"),
    ],
)
def test_stamp_is_short_in_the_readers_zone(moment: datetime, shown: str) -> None:
    assert stamp(moment, ZONE, NOW, EN) == stamp(moment, ZONE, NOW, ZH) == shown


def test_full() -> None:
    assert full(NOW, ZONE) == "2026-09-25 09:00"


@pytest.mark.parametrize(
    ("step", "en", "zh"),
    [
        (timedelta(seconds=59), "just now", "刚刚"),
        (timedelta(minutes=1), "1 minute ago", "1 分钟前"),
        (timedelta(minutes=59), "59 minutes ago", "59 分钟前"),
        (timedelta(hours=23), "23 hours ago", "23 小时前"),
        (timedelta(days=1), "1 day ago", "1 天前"),
        (timedelta(days=60), "2 months ago", "2 个月前"),
        (timedelta(days=800), "2 years ago", "2 年前"),
        (timedelta(seconds=-5), "in a moment", "马上"),
        (timedelta(days=-2), "in 2 days", "2 天后"),
        (timedelta(minutes=-1), "in 1 minute", "1 分钟后"),
    ],
)
def test_ago(step: timedelta, en: str, zh: str) -> None:
    assert ago(NOW - step, NOW, EN) == en
    assert ago(NOW - step, NOW, ZH) == zh


def test_iso_there_and_back() -> None:
    assert iso(NOW.astimezone(ZONE)) == "2026-09-25T01:00:00Z"
    assert parse_iso("2026-09-25T09:00:00+08:00") == parse_iso("2026-09-25T01:00:00Z") == NOW
    assert parse_iso("2026-09-25", ZONE) == datetime(2026, 9, 24, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "0001-01-01T00:00:00+14:00", "9" * 5000, "\x1b[2J"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_iso(text)
    assert caught.value.code == "time.format"


def test_a_manual_clock_moves_when_told() -> None:
    clock: Clock = ManualClock(NOW)
    assert isinstance(clock, ManualClock)
    clock.advance(90, minutes=1)
    assert clock.now() == NOW + timedelta(seconds=150)
    assert clock.monotonic() == 150
    with pytest.raises(ValueError, match="put back"):
        clock.advance(-1)


def test_the_system_clock_is_aware() -> None:
    clock: Clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()
