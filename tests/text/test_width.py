"""Display width, clipping and fitting in cells."""

from __future__ import annotations

import pytest
import wcwidth
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs.text.clean import gate
from bbs.text.width import Align, clip, fit, graphemes, width

TEXT = st.one_of(
    st.text(max_size=40).map(lambda text: gate(text).replace("\n", "")),
    st.text(st.sampled_from("a中é★…\U0001f468\u200d\U0001f469\u2764\ufe0f\U0001f1e9\U0001f1ea"), max_size=30).map(gate),
)


@pytest.mark.parametrize(
    ("text", "cells", "wide"),
    [
        ("abc", 3, 3),
        ("中文", 4, 4),
        ("e\u0301", 1, 1),
        ("★…", 2, 4),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 2, 2),
        ("\U0001f1e9\U0001f1ea", 2, 2),
        ("\u2764\ufe0f", 2, 2),
        ("ｶﾞ", 2, 2),
        ("", 0, 0),
    ],
)
def test_width(text: str, cells: int, wide: int) -> None:
    assert width(text) == cells
    assert width(text, ambiguous=2) == wide


@settings(max_examples=200)
@given(TEXT, st.integers(-1, 30), st.sampled_from([1, 2]), st.sampled_from(["", "~", ".."]))
def test_clip_and_fit_hold_the_width(text: str, cells: int, ambiguous: int, ellipsis: str) -> None:
    clipped = clip(text, cells, ambiguous, ellipsis)
    assert width(clipped, ambiguous) <= max(0, cells)
    if width(text, ambiguous) <= cells:
        assert clipped == text
    for align in ("left", "right", "center"):
        assert width(fit(text, cells, ambiguous, align), ambiguous) == max(0, cells)


@settings(max_examples=200)
@given(TEXT)
def test_graphemes_are_those_of_wcwidth(text: str) -> None:
    assert graphemes(text) == list(wcwidth.iter_graphemes(text))


@pytest.mark.parametrize(("align", "shown"), [("left", "中文   "), ("right", "   中文"), ("center", " 中文  ")])
def test_fit_pads(align: Align, shown: str) -> None:
    assert fit("中文", 7, align=align) == shown


def test_a_wide_character_is_never_halved() -> None:
    assert clip("中文字", 5) == "中文"
    assert fit("中文字", 5) == "中文 "
    assert clip("食堂早餐", 6, ellipsis="..") == "食堂.."
    assert clip("食堂", 1, ellipsis="..") == ""
