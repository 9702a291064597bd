"""Search segmentation: words of any length are found, in one form for both engines."""

from __future__ import annotations

import re
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs.text import matching
from bbs.text.matching import match_spans
from bbs.text.segment import MAX_TERMS, index_text, parse, phrases
from tests.support.corpus import ALL_TEXT

POST = (
    "食堂早餐能否早半小时？Shuttle from line 6 leaves at 7:30, see https://example.org/bus_plan. "
    "Café Ｎｏ．５，iPhone手机"
)


def found(document: str, query: str) -> bool:
    """Ask a real FTS5 table."""
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE VIRTUAL TABLE posts USING fts5(body, tokenize='unicode61')")
        database.execute("INSERT INTO posts VALUES (?)", (index_text(document),))
        match = parse(query).fts5()
        return bool(match) and bool(database.execute("SELECT 1 FROM posts WHERE posts MATCH ?", (match,)).fetchall())
    finally:
        database.close()


@pytest.mark.parametrize(
    "query",
    [
        "食",
        "食堂",
        "早餐能",
        "半小时",
        "shuttle",
        "SHUTTLE",
        "line 6",
        '"from line"',
        "7:30",
        "example.org",
        "bus_plan",
        "cafe",
        "CAFÉ",
        "no.5",
        "手机",
        "iphone",
        "食堂 shuttle",
        "nothing OR 食堂",
        "食堂 -宿舍",
        "“早餐能否”",
        "餐能 \u200b",
    ],
)
def test_found(query: str) -> None:
    assert found(POST, query)


@pytest.mark.parametrize(
    "query",
    ["堂食", "宿舍", "食餐", "shutt", '"line from"', "食堂 -早餐", "食堂 宿舍", "-食堂", "", "!!!", '"', "OR", "z0u73"],
)
def test_not_found(query: str) -> None:
    assert not found(POST, query)


def test_words_and_codes_never_meet() -> None:
    assert index_text("zoo z 中") == "zzoo zz " + index_text("中")
    assert index_text(index_text("中")) != index_text("中")


def test_tokens_are_ascii_letters_and_digits() -> None:
    for text in [*ALL_TEXT, POST, "Привет мир", "ไทย", "한국어", "\U00020000"]:
        assert re.fullmatch(r"(?:[a-z0-9]+(?: [a-z0-9]+)*)?", index_text(text))


@settings(max_examples=200)
@given(st.text(max_size=40), st.text(max_size=20))
def test_any_query_is_safe_and_any_part_is_found(before: str, part: str) -> None:
    found(before, part)  # must not be a syntax error
    words = [word for word in part.split() if index_text(word)]
    for word in words[:2]:
        assert found(f"{before} {word} {before}", f'"{word}"') or '"' in word or "“" in word or "”" in word


@settings(max_examples=100)
@given(st.text(st.sampled_from("食堂早餐ab 1"), min_size=1, max_size=30), st.data())
def test_every_run_of_chinese_is_found(text: str, data: st.DataObject) -> None:
    runs = re.findall("[食堂早餐]+", text)
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    assert found(text, run[start:end])
    assert any(text[a:b].replace(" ", "") == run[start:end] for a, b in match_spans(text, run[start:end]))


def test_query_forms() -> None:
    query = parse('食堂 "line 6" -dorm bus OR shuttle')
    assert [[term.text for term in group] for group in query.required] == [["食堂"], ["line 6"], ["bus", "shuttle"]]
    assert [term.text for term in query.excluded] == ["dorm"]
    assert query.fts5().endswith('NOT "dorm"')
    assert query.tsquery().endswith("& (line <-> 6) & (bus | shuttle) & !dorm")
    assert phrases("line-6 食") == ["line 6", index_text("食")]
    assert not parse("-x")
    assert parse("-x").tsquery() == ""


def test_queries_are_bounded() -> None:
    assert sum(map(len, parse(" ".join("ab" for _ in range(90))).required)) == MAX_TERMS
    assert len(parse("x" * 10_000).required[0][0].text) <= 200


_PIECES = [
    "食",
    "堂",
    "食堂",
    "早",
    "ab",
    "AB",
    "Ｂ",
    "é",
    "e\u0301",
    "ß",
    "ж",
    "1",
    "_",
    " ",
    "，",
    "…",
    "-",
    "กิ",
    "⼀",
    "一",
    "ﬁ",
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_PIECES), max_size=25), st.lists(st.sampled_from(_PIECES), min_size=1, max_size=4))
def test_a_pattern_marks_what_comparing_tokens_does(text: list[str], query: list[str]) -> None:
    words, line = "".join(text), "".join(query)
    quick = match_spans(words, line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "_pattern", lambda query: None)
        patch.setattr(matching, "_WIDE", {})
        assert quick == match_spans(words, line)


def test_hits_are_marked_in_the_original() -> None:
    assert [POST[a:b] for a, b in match_spans(POST, "早餐 SHUTTLE cafe no.5")] == [
        "早餐",
        "Shuttle",
        "Café",
        "Ｎｏ．５",
    ]
    assert match_spans("食堂", "") == []
    assert match_spans("กิก1กก", "กก") == [(4, 6)], "a vowel sign is a character like others"
    assert match_spans("abc ab_c ab", "ab") == [(4, 6), (9, 11)]
    assert match_spans("ﬁne ﬁ", "fine") == [(0, 3)]
