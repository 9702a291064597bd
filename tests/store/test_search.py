"""Search: words of any length in Chinese and English, on both engines, whatever is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bbs.errors import Invalid
from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind, Narrow, Tags, find, find_all, index, remove
from bbs.text.segment import parse

POSTS = {
    1: "食堂的包子今天涨价了",
    2: "班车时刻表调整：早班车提前十分钟",
    3: "The canteen opens at 7:30; 食堂七点半开门",
    4: "关于国庆节值班安排的通知",
    5: "网络办公系统 upgrade on Friday",
    6: "国庆长假，单位放假安排",
    7: "国 庆 (spaced)",
}


def _fill(tx: Tx) -> None:
    for id, words in POSTS.items():
        index(tx, Kind.POST, id, words, None)
    index(tx, Kind.BULLETIN, 1, "食堂公告", None)


def _find(query: str, limit: int = 50, before: int | None = None) -> Callable[[Tx], list[int]]:
    return lambda tx: find(tx, parse(query), Kind.POST, limit, before)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("包", [1]),
        ("食堂", [3, 1]),
        ("班车", [2]),
        ("时刻表", [2]),
        ("办公系统", [5]),
        ("值班安排", [4]),
        ("国庆节值班安排的通知", [4]),
        ("安排", [6, 4]),
        ("排安", []),
        ("canteen", [3]),
        ("CANTEEN 食堂", [3]),
        ("食堂 UPGRADE", []),
        ("办公系统upgrade", [5]),
        ("国庆 -值班", [7, 6]),
        ('"国庆 长假"', [6]),
        ("班车 OR 包子", [2, 1]),
        ("7:30", [3]),
        ("-食堂", []),
        ("", []),
    ],
)
async def test_finds_what_is_there_newest_first(db: Database, query: str, wanted: list[int]) -> None:
    await db.write(_fill)
    assert await db.read(_find(query)) == wanted


async def test_pages_by_id(db: Database) -> None:
    def fill(tx: Tx) -> None:
        for id in range(1, 8):
            index(tx, Kind.POST, id, "同一句话", None)

    await db.write(fill)
    assert await db.read(_find("一句", limit=3)) == [7, 6, 5]
    assert await db.read(_find("一句", limit=3, before=5)) == [4, 3, 2]
    assert await db.read(_find("一句", limit=3, before=2)) == [1]
    with pytest.raises(Invalid, match=r"page\.limit"):
        await db.read(_find("一句", limit=0))


async def test_all_of_them_are_more_than_one_call_gives(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(tx: Tx) -> None:
        for id in range(1, 8):
            index(tx, Kind.LIBRARY, id, "同一句话", None)

    await db.write(fill)
    monkeypatch.setattr(search, "LIMIT", 2)
    query = parse("一句")
    assert await db.read(lambda tx: find_all(tx, query, Kind.LIBRARY, 100)) == [7, 6, 5, 4, 3, 2, 1]
    assert await db.read(lambda tx: find_all(tx, query, Kind.LIBRARY, 3)) == [7, 6, 5, 4]


async def test_new_words_replace_old_ones_and_removal_is_final(db: Database) -> None:
    await db.write(_fill)
    await db.write(lambda tx: index(tx, Kind.POST, 1, "馒头降价", None))
    assert await db.read(_find("包子")) == []
    assert await db.read(_find("馒头")) == [1]
    await db.write(lambda tx: remove(tx, Kind.POST, 1))
    await db.write(lambda tx: remove(tx, Kind.POST, 999))
    assert await db.read(_find("馒头")) == []
    assert await db.read(lambda tx: find(tx, parse("食堂"), Kind.BULLETIN)) == [1]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '""""',
        "'; DROP TABLE search_post; --",
        "words:食堂",
        "NEAR(食堂 包子, 2)",
        "食堂 AND",
        "OR OR OR",
        "NOT",
        "(((",
        "食堂*",
        "^食堂",
        "{words}: 食堂",
        "& | ! <-> ()",
        ":* \\ %",
        "\0食堂",
        "🀄 食堂",
        "-" * 500,
        "食堂 " * 500,
        '"' + "国" * 5000,
        "a" * 10_000,
    ],
)
async def test_no_query_breaks_the_search(db: Database, query: str) -> None:
    await db.write(_fill)
    assert isinstance(await db.read(_find(query)), list)
    assert await db.read(_find("包子")) == [1]


NOW = datetime(2026, 11, 27, tzinfo=UTC)
TAGGED = {
    1: ("zp1 zp7 zq2 zr20261125", Tags(7, 2, datetime(2025, 3, 31, 23, 59, tzinfo=UTC))),
    2: ("食堂", Tags(7, 3, datetime(2026, 1, 1, tzinfo=UTC))),
    3: ("食堂", Tags(71, 2, datetime(2026, 11, 24, tzinfo=UTC))),
    4: ("食堂", Tags(8, 22, datetime(2026, 11, 25, tzinfo=UTC))),
}


@pytest.mark.parametrize(
    ("query", "narrow", "wanted"),
    [
        ("食堂", Narrow(), [4, 3, 2]),
        ("食堂", Narrow().to_authors([7]), [2]),
        ("食堂", Narrow().to_authors([8, 71]), [4, 3]),
        ("食堂", Narrow().to_authors([22, 3]), []),  # numbers of boards
        ("食堂", Narrow().to_boards([2, 3, 22], [7, 8]), [4, 3, 2]),  # and these of authors
        ("", Narrow().to_authors([7]), [2, 1]),
        ("食堂", Narrow().to_boards([2, 3]), [3, 2]),
        ("食堂", Narrow().to_boards([2, 3, 4], [22]), [3, 2]),
        ("食堂", Narrow().to_boards([22], [2, 3]), [4]),
        ("食堂 -食", Narrow().to_boards([2, 3, 4], [22]), []),
        ("食堂", Narrow().to_days(datetime(2026, 11, 25, tzinfo=UTC), NOW), [4]),
        ("食堂", Narrow().to_days(datetime(2026, 2, 1, tzinfo=UTC), NOW), [4, 3]),
        ("", Narrow().to_authors([7]).to_days(datetime(2025, 3, 31, tzinfo=UTC), NOW), [2, 1]),
        ("", Narrow().to_authors([7]).to_days(datetime(2025, 4, 1, tzinfo=UTC), NOW), [2]),
        ("食堂", Narrow().to_authors([8]).to_boards([2]), []),
        ("食堂", Narrow().to_boards(range(2, 90)).to_days(datetime(1, 1, 1, tzinfo=UTC), NOW), [4, 3, 2]),
        ("zp8", Narrow(), []),
        ("zq2", Narrow(), [1]),
        ("zr20261125", Narrow(), [1]),
    ],
)
async def test_tags_narrow_and_cannot_be_typed(db: Database, query: str, narrow: Narrow, wanted: list[int]) -> None:
    def fill(tx: Tx) -> None:
        for id, (words, tags) in TAGGED.items():
            index(tx, Kind.POST, id, words, tags)

    await db.write(fill)
    assert await db.read(lambda tx: find(tx, parse(query), Kind.POST, narrow=narrow)) == wanted


async def test_a_long_text_is_indexed_from_its_beginning(db: Database) -> None:
    long = "开头 " + " ".join(f"w{n}" for n in range(60_000)) + " 结尾"
    await db.write(lambda tx: index(tx, Kind.POST, 1, long, None))
    assert await db.read(_find("开头")) == [1]
    assert await db.read(_find("w17")) == [1]
