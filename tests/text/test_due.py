"""Dates by which something is due, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bbs.text.catalogue import Catalogues
from bbs.text.due import due, due_column, due_short, spell

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)  # a Thursday, 09:00 in Shanghai
CATALOGUES = Catalogues(Path(__file__).parents[2] / "screens" / "locale", strict=True)
EN, ZH = CATALOGUES.translator("en"), CATALOGUES.translator("zh")


@pytest.mark.parametrize(
    ("moment", "over", "en", "zh"),
    [
        (datetime(2026, 11, 26, 10, tzinfo=UTC), 0, "due today 18:00", "今天 18:00 到期"),
        (datetime(2026, 11, 26, 16, tzinfo=UTC), 0, "due tomorrow 00:00", "明天 00:00 到期"),
        (datetime(2026, 12, 2, 10, tzinfo=UTC), 0, "due Wednesday 18:00", "周三 18:00 到期"),
        (datetime(2026, 12, 3, 10, tzinfo=UTC), 0, "due 12-03 18:00", "12-03 18:00 到期"),
        (datetime(2026, 11, 26, 15, 59, tzinfo=UTC), 0, "due today", "今天到期"),
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), 0, "due Monday", "周一到期"),
        (datetime(2026, 12, 3, 15, 59, tzinfo=UTC), 0, "due 12-03", "12-03 到期"),
        (datetime(2026, 11, 25, 15, 59, tzinfo=UTC), 0, "over since yesterday", "昨天已到期"),
        (datetime(2027, 1, 4, 10, tzinfo=UTC), 0, "due 2027-01-04", "2027-01-04 到期"),
        (NOW, 0, "over since today 09:00", "今天 09:00 已到期"),
        (datetime(2026, 11, 25, 10, tzinfo=UTC), 0, "over since yesterday 18:00", "昨天 18:00 已到期"),
        (datetime(2026, 11, 25, 10, tzinfo=UTC), 1, "1 working day over", "已逾期 1 个工作日"),
        (datetime(2026, 11, 2, 10, tzinfo=UTC), 17, "17 working days over", "已逾期 17 个工作日"),
    ],
)
def test_until_when(moment: datetime, over: int, en: str, zh: str) -> None:
    assert due(moment, NOW, ZONE, EN, over=over) == en
    assert due(moment, NOW, ZONE, ZH, over=over) == zh


@pytest.mark.parametrize(
    ("moment", "over", "en", "zh"),
    [
        (NOW + timedelta(hours=2), 0, "due today", "今天到期"),
        (NOW + timedelta(days=2), 0, "due 2d", "剩 2 天"),
        (NOW - timedelta(hours=1), 0, "overdue", "已逾期"),
        (NOW - timedelta(days=4), 3, "3d over", "逾期 3 天"),
    ],
)
def test_until_when_in_a_few_cells(moment: datetime, over: int, en: str, zh: str) -> None:
    assert due_short(moment, NOW, ZONE, EN, over=over) == en
    assert due_short(moment, NOW, ZONE, ZH, over=over) == zh


def test_until_when_in_a_column() -> None:
    end = datetime(2026, 11, 27, 15, 59, tzinfo=UTC)
    assert (due_column(end, NOW, ZONE, EN), due_column(end, NOW, ZONE, ZH)) == ("tomorrow", "明天")
    assert (due_column(NOW, NOW, ZONE, EN, over=2), due_column(NOW, NOW, ZONE, ZH, over=2)) == (
        "2 days over",
        "逾期 2 天",
    )
    assert (due_column(NOW, NOW, ZONE, EN), due_column(NOW, NOW, ZONE, ZH)) == ("just overdue", "刚逾期")


def test_the_reader_s_own_zone_says_which_day_it_is() -> None:
    moment = datetime(2026, 11, 26, 18, tzinfo=UTC)
    assert due(moment, NOW, ZONE, EN) == "due tomorrow 02:00"
    assert due(moment, NOW, ZoneInfo("Europe/London"), EN) == "due today 18:00"


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (0, "1 min", "1 分钟"),
        (35 * 60, "35 min", "35 分钟"),
        (59.6 * 60, "1 h", "1 小时"),
        (3 * 3600, "3 h", "3 小时"),
        (23.7 * 3600, "1 d", "1 天"),
        (28 * 3600, "1 d 4 h", "1 天 4 小时"),
    ],
)
def test_how_long(seconds: float, en: str, zh: str) -> None:
    assert spell(seconds, EN) == en
    assert spell(seconds, ZH) == zh
