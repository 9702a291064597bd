"""Line breaking: never too wide, nothing lost, and the rules of Chinese punctuation."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs.text.clean import gate
from bbs.text.spans import Line, Span
from bbs.text.width import cluster_width, graphemes, width
from bbs.text.wrap import chop, wrap, wrap_line

CLOSING = "，。、；：！？）》」』】…—"
OPENING = "（《「『【"
MIXED = st.text(
    st.sampled_from("ab1 中文，。（）《》…—(),.:é\u0301\U0001f468\u200d\U0001f469한かー"), max_size=120
).map(gate)
ANY = st.text(max_size=80).map(gate)


def assert_fits(rows: list[str], cells: int, ambiguous: int) -> None:
    for row in rows:
        assert width(row, ambiguous) <= cells or len(graphemes(row)) == 1


@settings(max_examples=300)
@given(st.one_of(MIXED, ANY), st.integers(2, 30), st.sampled_from([1, 2]))
def test_nothing_is_too_wide_and_nothing_is_lost(text: str, cells: int, ambiguous: int) -> None:
    rows = wrap(text, cells, ambiguous)
    assert_fits(rows, cells, ambiguous)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert rows
    assert "".join(chop(text.replace("\n", ""), cells, ambiguous)) == text.replace("\n", "")


@settings(max_examples=200)
@given(st.lists(st.tuples(MIXED, st.sampled_from(["", "md.strong", "md.code"])), max_size=6), st.integers(2, 30))
def test_styled_lines_break_where_plain_ones_do(parts: list[tuple[str, str]], cells: int) -> None:
    line: Line = tuple(Span(text, style) for text, style in parts)
    text = "".join(text for text, _ in parts)
    styled = wrap_line(line, cells)
    assert ["".join(span.text for span in row) for row in styled] == wrap(text, cells)
    typed = [(char, span.style) for span in line for char in span.text if char != " "]
    shown = [(char, span.style) for row in styled for span in row for char in span.text if char != " "]
    assert shown == typed


@settings(max_examples=200)
@given(st.text(st.sampled_from("中文字，。（）《》ab"), max_size=80), st.integers(12, 30))
def test_punctuation_keeps_its_side(text: str, cells: int) -> None:
    rows = wrap(text, cells)
    for before, after in pairwise(rows):
        if before[-1] in OPENING or after[0] in CLOSING:
            # Only a run of punctuation longer than the line may be broken inside.
            assert _longest_run(text) > cells


def _longest_run(text: str) -> int:
    """The cells of the longest stretch that has no place to break."""
    longest = run = 0
    previous = ""
    for char in text:
        together = char in CLOSING or previous in OPENING or (char.isascii() and previous.isascii() and previous != "")
        run = run + cluster_width(char) if together else cluster_width(char)
        longest = max(longest, run)
        previous = char
    return longest


@pytest.mark.parametrize(
    ("text", "cells", "rows"),
    [
        ("食堂早餐能否早半小时。", 10, ["食堂早餐能", "否早半小", "时。"]),
        ("食堂早餐能，", 10, ["食堂早餐", "能，"]),
        ("他说（三号楼）也是", 6, ["他说", "（三号", "楼）也", "是"]),
        ("the canteen opens", 11, ["the canteen", "opens"]),
        ("请用ssh登录mingtan论坛", 10, ["请用ssh登", "录mingtan", "论坛"]),
        ("看https://example.org/a吧", 12, ["看", "https://exam", "ple.org/a吧"]),
        ("a  b", 80, ["a  b"]),
        ("  indent kept", 10, ["  indent", "kept"]),
        ("one\n\ntwo", 10, ["one", "", "two"]),
        ("等等等……好", 6, ["等等", "等……好"]),
        ("", 10, [""]),
        ("中文", 1, ["中", "文"]),
    ],
)
def test_examples(text: str, cells: int, rows: list[str]) -> None:
    assert wrap(text, cells) == rows


def test_ambiguous_width_is_counted() -> None:
    assert wrap("★★★★", 4, ambiguous=1) == ["★★★★"]
    assert wrap("★★★★", 4, ambiguous=2) == ["★★", "★★"]


@pytest.mark.parametrize(
    "text", ["。" * 50_000, "x" * 50_000, "中，" * 25_000, " " * 50_000, "a " * 25_000, "（" * 50_000]
)
def test_long_lines_take_linear_time(text: str) -> None:
    start = time.process_time()
    rows = wrap_line(tuple(Span(char, str(at % 2)) for at, char in enumerate(text)), 20)
    assert time.process_time() - start < 1.5  # seconds; a quadratic walk takes minutes
    assert sum(len(span.text) for row in rows for span in row if span.text != " ") == len(text.replace(" ", ""))
