"""The cleaned form: the rules every stored and shown text must meet."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Callable

import pytest
import wcwidth
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs.text import clean
from bbs.text.clean import MAX_LINE, MAX_MARKS, clean_line, clean_text, cut, gate, show_controls
from tests.support.corpus import ALL_TEXT, CORPUS

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "a \n\t\x1b[]m;\x07\x9b\u0301\u0316\u200c\u200d\ufe0f\U0001f468\U0001f3fd\U0001f1e9\u0915\u094d\u0627"
        ),
    ),
    max_size=60,
)


def marks_in_a_row(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char)[0] == "M" else 0
        longest = max(longest, run)
    return longest


def assert_clean(text: str, *, line: bool = False) -> None:
    for char in text:
        category = unicodedata.category(char)
        assert category not in {"Zl", "Zp", "Cs", "Co"}, ascii(char)
        assert category != "Cc" or (char == "\n" and not line), ascii(char)
        assert category != "Cf" or char in "\u200c\u200d", ascii(char)
        assert category != "Cn" or wcwidth.wcwidth(char) == 2, ascii(char)  # newer than this Python's tables
    assert unicodedata.is_normalized("NFC", text)
    assert marks_in_a_row(text) <= MAX_MARKS
    for row in text.split("\n"):
        assert not row or unicodedata.category(row[0])[0] != "M"


@pytest.mark.parametrize("text", ALL_TEXT, ids=lambda text: ascii(text)[:30])
def test_corpus_meets_the_rules_and_is_stable(text: str) -> None:
    for function in (clean_text, clean_line, gate):
        cleaned = function(text)
        assert_clean(cleaned, line=function is clean_line)
        assert function(cleaned) == cleaned
    assert all(len(row) <= MAX_LINE for row in clean_text(text).split("\n"))
    assert gate(clean_text(text)) == clean_text(text)
    assert_clean(show_controls(text))


@settings(max_examples=400)
@given(HOSTILE)
def test_any_text_meets_the_rules_and_is_stable(text: str) -> None:
    for function in (clean_text, clean_line, gate):
        cleaned = function(text)
        assert_clean(cleaned, line=function is clean_line)
        assert function(cleaned) == cleaned
    assert gate(clean_line(text)) == clean_line(text)


@settings(max_examples=200)
@given(HOSTILE, st.integers(0, 20))
def test_limits_hold_after_cleaning_and_cut_between_clusters(text: str, limit: int) -> None:
    for function in (clean_text, clean_line):
        cleaned = function(text, limit)
        assert len(cleaned) <= limit
        assert function(cleaned, limit) == cleaned
        assert_clean(cleaned)


@settings(max_examples=200)
@given(HOSTILE, st.integers(0, 20))
def test_a_cut_falls_between_clusters(text: str, limit: int) -> None:
    whole = gate(text)
    part = cut(whole, limit)
    assert len(part) <= limit
    assert whole.startswith(part)
    ends = {0}
    for cluster in wcwidth.iter_graphemes(whole):
        ends.add(max(ends) + len(cluster))
    # A joiner at the end of the last cluster goes; a first cluster longer than the limit has to be cut inside.
    assert any(len(part) <= end and not whole[len(part) : end].strip("\u200c\u200d") for end in ends) or limit < min(
        ends - {0}
    )


def test_plain_characters_really_need_no_cleaning() -> None:
    for point in range(sys.maxunicode + 1):
        char = chr(point)
        if clean._SAFE(char) and char != "\n":
            assert unicodedata.category(char)[0] not in "MC", hex(point)
            assert char.isprintable() or char == "\u3000", hex(point)
            assert unicodedata.is_normalized("NFC", char), hex(point)
            assert char not in clean._INVISIBLE


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b]8;;https://evil.example\x07official\x1b]8;;\x07", "official"),
        ("\x9b31mred\x9b0m", "red"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("if x:\n\ty = 1", "if x:\n    y = 1"),
        ("\n\n  　首行缩进\n", "  　首行缩进"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("cafe\u0301", "café"),
        ("no\u00a0break", "no break"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("a\u200db", "ab"),
        (
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("a\u200cb", "ab"),
        ("\u2764\ufe0f x\ufe0f", "\u2764\ufe0f x"),
        ("x\u202egpj.exe", "xgpj.exe"),
        ("\u0301x", "x"),
        ("\ud83dx\ufdd0\ue000", "x"),
        ("\U0001fae8 \U00031350", "\U0001fae8 \U00031350"),
    ],
)
def test_what_becomes_of_text(typed: str, stored: str) -> None:
    assert clean_text(typed) == stored


@pytest.mark.parametrize(
    "blank", ["\u3164", "\u115f", "\u1160", "\u2800", "\u180e", "\uffa0", "\u200b", " \u3000\u00a0"]
)
def test_a_line_of_blank_look_alikes_is_empty(blank: str) -> None:
    assert clean_line(blank) == ""
    assert clean_line(f"a{blank}b") in {"ab", "a b"}


def test_a_line_has_single_spaces_and_no_breaks() -> None:
    assert clean_line("  one\n two\t\u3000three ") == "one two three"


def test_long_lines_are_split_between_clusters() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    rows = clean_text(family * 1000).split("\n")
    assert max(map(len, rows)) <= MAX_LINE
    assert all(row.replace(family, "") == "" for row in rows)
    assert "".join(rows) == family * 1000


def test_gate_returns_clean_text_itself() -> None:
    for text in ("Shuttle from line 6", "食堂早餐能否早半小时，谢谢。", "a\nb", "かな", "Привет"):
        assert gate(text) is text


def test_controls_are_shown_to_moderators() -> None:
    assert show_controls("\x1b[2J\x7f\x9b\u202e\x00ok\n") == "^[[2J^?<9b><202e>^@ok\n"
    assert show_controls("a\nb", newlines=False) == "a^Jb"


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0300\u0316" * 5_000,
        "\x1b[1" * 33_000,
        "\x1b]0;" * 25_000,
        "\x9d" * 100_000,
        "\n " * 50_000,
        "\U0001f600\u200d" * 50_000,
        "\u0915\u094d" * 50_000,
        "\u1100" * 100_000,
        " " * 100_000 + "x",
    ],
    ids=["marks", "csi", "osc", "c1", "lines", "joiners", "conjuncts", "jamo", "spaces"],
)
@pytest.mark.parametrize("function", [clean_text, clean_line, gate])
def test_hostile_text_takes_linear_time(function: Callable[[str], str], text: str) -> None:
    start = time.process_time()
    function(text)
    assert time.process_time() - start < 1.0  # seconds; a quadratic step takes many


def test_bidi_corpus_leaves_no_override() -> None:
    for text in CORPUS["E_bidi"]:
        assert not set(clean_text(text)) & set(
            "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
        )
