"""News to read in tests: pairs, must-reads, priorities, links, a long text, an old one, and hostile ones."""

from __future__ import annotations

from datetime import UTC, datetime

from bbs.forum.actor import LOCAL
from bbs.forum.forum import Forum
from bbs.forum.news.news import BulletinItem, Stored

_SENTENCE = "{0}. Paragraph {0} of the drill, with enough words to fill a row."
LONG = "\n\n".join(_SENTENCE.format(number) for number in range(1, 16))
BODY = f"{LONG}\n\nAsk [the office](/o/administration) or read [the map](https://example.org/map)."


def at(month: int, day: int, hour: int = 1, year: int = 2026) -> datetime:
    """A moment of the story, UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def items() -> list[BulletinItem]:
    """The bulletins of the column `express`, newest first, and two elsewhere."""
    return [
        BulletinItem(
            "drill", "express", "消防演习", "周三下午三点，**全体**到南门集合。", source="行政司", author="周明",
            published_at=at(11, 22), expires_at=at(12, 1), priority="urgent", must_read=True,
        ),
        BulletinItem(
            "drill", "express", "Fire drill", BODY, lang="en", source="Administration Department", author="Zhou Ming",
            published_at=at(11, 22), expires_at=at(12, 1), priority="urgent", must_read=True,
        ),
        BulletinItem(
            "canteen", "express", "食堂冬季开餐时间", "六点半开门。", title_en="Canteen hours in winter",
            source="行政司", published_at=at(11, 20), priority="important",
        ),
        BulletinItem("lift", "express", "电梯检修", "本周五。", published_at=at(11, 15)),
        BulletinItem("older", "express", "去年的通知", "已经过去了。", published_at=at(3, 2, year=2025)),
        BulletinItem("branch", "organisation", "支部活动", "周四。", published_at=at(11, 19)),
        BulletinItem("choir", "culture", "合唱团招新", "唱得不好也可以来。", published_at=at(11, 18)),
    ]  # fmt: skip


async def publish(forum: Forum, extra: list[BulletinItem] | None = None) -> dict[str, int]:
    """Publish them; gives the id of each by `source:lang`."""
    given = extra if extra is not None else items()
    stored = await forum.news.store(LOCAL, given)
    ids: dict[str, int] = {}
    for item, outcome in zip(given, stored, strict=True):
        assert isinstance(outcome, Stored), outcome
        ids[f"{item.source_id}:{item.lang}"] = outcome.id
    return ids


def counted(number: int, lang: str) -> str:
    """What the head bar says once everything unread is counted, which no key waits for."""
    return f"新 {number}" if lang == "zh" else f"{number} new"
