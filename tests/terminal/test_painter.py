"""Rows to escape strings: gated, cut, coloured, padded."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs.terminal import controls
from bbs.terminal.canvas import Row
from bbs.terminal.painter import Painter, painter_for
from bbs.terminal.themes import THEMES
from bbs.text.spans import Span
from bbs.text.width import width
from tests.support.terminal import Terminal

INK = THEMES["ink"]
MONO = THEMES["mono"]
_SGR = re.compile(r"\x1b\[[0-9;]*m|\x1b\[K")


def show(row: Row, columns: int = 20, theme: str = "ink", depth: int = 16777216, ambiguous: int = 1) -> Terminal:
    terminal = Terminal(columns, 3)
    terminal.feed(b"\x1b[?7l" + Painter(THEMES[theme], depth, columns, ambiguous).paint(row).encode())
    return terminal


def test_a_painted_string_is_kept_on_the_row() -> None:
    painter = painter_for(INK, 256, 80, 1)
    row = Row((Span("x"),))
    assert painter.paint(row) is painter.paint(row)
    assert painter_for(INK, 256, 80, 1) is painter
    assert painter_for(INK, 256, 81, 1) is not painter


def test_equal_rows_share_their_string_and_their_spans() -> None:
    painter = painter_for(INK, 256, 80, 1)
    mine, yours = (Row((Span("电梯"), Span("x", "title")), "bar") for _ in range(2))
    assert painter.paint(mine) is painter.paint(yours)
    assert mine.spans is yours.spans
    assert painter.paint(Row(mine.spans, "")) != painter.paint(mine)
    gaudy = [Span("x", "title"), Span("y")] * 40
    assert painter.paint(Row(gaudy)) is not painter.paint(Row(gaudy))


def test_a_row_is_cut_at_the_width_never_through_a_wide_character() -> None:
    assert show(Row((Span("食堂早餐能否早半小时吗啊"),)), 11).row(0) == "食堂早餐能"
    assert show(Row((Span("x" * 50), Span("y"))), 10).row(0) == "x" * 10


def test_nothing_follows_a_wide_character_that_did_not_fit() -> None:
    assert show(Row((Span("食堂"), Span("早"), Span("ab"))), 5).row(0) == "食堂"


def test_a_bar_reaches_to_the_edge() -> None:
    terminal = show(Row((Span("食堂早"),), "bar"), 7)
    blank = terminal.at(6, 0)
    assert blank.char == " "
    assert blank.bg == f"{INK.style('bar').bg.rgb:06x}"  # type: ignore[union-attr]


def test_ambiguous_characters_count_as_the_person_says() -> None:
    row = (Span("★★★★"), Span("x"))
    assert "x" in Painter(INK, 0, 5, 1).paint(Row(row))
    assert "x" not in Painter(INK, 0, 5, 2).paint(Row(row))


def test_solid_fills_keep_their_colours_under_any_span() -> None:
    terminal = show(Row((Span("a", "date"), Span("b", "must")), "row.selected"))
    selected = INK.style("row.selected")
    assert selected.bg is not None
    assert selected.fg is not None
    for column in (0, 1, 19):
        assert terminal.at(column, 0).bg == f"{selected.bg.rgb:06x}"
    assert terminal.at(0, 0).fg == f"{selected.fg.rgb:06x}"
    assert terminal.at(1, 0).bold


def test_without_colours_the_selected_row_is_reversed() -> None:
    terminal = show(Row((Span("> a"),), "row.selected"), theme="mono", depth=0)
    assert terminal.at(0, 0).reverse
    assert terminal.at(19, 0).reverse
    assert not re.search(r"\x1b\[[0-9;]*(3|4)[0-9]", terminal.received.decode())


@pytest.mark.parametrize("depth", [16, 256, 16777216])
def test_each_depth_uses_its_own_colour_codes(depth: int) -> None:
    painted = Painter(INK, depth, 20, 1).paint(Row((Span("x", "link"),)))
    assert ("38;2;" in painted) == (depth > 256)
    assert ("38;5;" in painted) == (depth == 256)


@given(
    st.lists(st.text(max_size=30), max_size=4),
    st.integers(1, 40),
    st.sampled_from([1, 2]),
    st.sampled_from([0, 16, 256]),
)
@settings(max_examples=200)
def test_nothing_but_text_and_known_sequences_leaves_the_painter(
    texts: list[str], columns: int, ambiguous: int, depth: int
) -> None:
    painted = Painter(INK, depth, columns, ambiguous).paint(Row(tuple(Span(text, "title") for text in texts)))
    rest = _SGR.sub("", painted)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", rest)
    assert sum(width(part, ambiguous) for part in _SGR.split(painted)) <= columns
    assert painted.count(controls.CLEAR_ROW) == 1


def test_text_without_end_costs_no_more_than_a_row() -> None:
    started = time.process_time()
    painted = Painter(MONO, 0, 80, 1).paint(Row((Span("e" + "\u0301" * 1_000_000 + "x" * 1_000_000),)))
    assert len(painted) < 2000
    assert time.process_time() - started < 0.05  # seconds


def test_escape_sequences_in_text_are_gone() -> None:
    painted = Painter(MONO, 0, 40, 1).paint(Row((Span("a\x1b]0;x\x07b\x1b[31mc\x9bd\nq"),)))
    assert "\x1b]" not in painted
    assert "31" not in painted
    assert "\n" not in painted
