"""Charts: what they say without a colour, at the edges of their range, in Chinese and in little room."""

from __future__ import annotations

import pytest

from bbs.terminal.charts import Bar, bars, columns, trend
from bbs.text.spans import Line
from bbs.text.tables import line_width


def text(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


def test_bars_stand_in_one_column_behind_labels_and_figures() -> None:
    drawn = text(bars([Bar("行政司", 10, "10"), Bar("Union", 5, "5"), Bar("Youth", 0, "0")], 36))
    assert drawn == [
        "行政司  10  ========================",
        "Union    5  ============",
        "Youth    0  ",
    ]


def test_nearly_all_does_not_look_like_all_and_little_is_seen() -> None:
    lines = bars([Bar("a", 1.0, "100"), Bar("b", 0.999, "99"), Bar("c", 0.001, "0.1"), Bar("d", None, "-")], 29, most=1)
    assert [line[4].text.count("=") for line in lines] == [21, 20, 1, 0]


@pytest.mark.parametrize("ambiguous", [1, 2])
@pytest.mark.parametrize("cells", [20, 33, 80, 132])
def test_bars_never_leave_their_width(cells: int, ambiguous: int) -> None:
    items = [Bar("机关党委常务副书记…的办公室", 7, "1,234"), Bar("□■ of the house", 3, "56.7 %"), Bar("", None, "-")]
    for line in bars(items, cells, ambiguous=ambiguous):
        assert line_width(line, ambiguous) <= cells


def test_without_room_for_bars_the_figures_are_left() -> None:
    assert text(bars([Bar("Office", 3, "33.3 %")], 14)) == ["Of..  33.3 %"]


def test_a_trend_rises_with_its_values_and_leaves_blank_what_is_not_known() -> None:
    assert trend([0, 1, 2, 3, 4, 5]) == "_.-=*#"
    assert trend([None, 5, 0.1, None]) == " #. "
    assert trend([0, 0]) == "__"
    assert trend([]) == ""
    assert trend([50, 100, 200], most=100) == "-##"


def test_columns_tell_half_steps_apart() -> None:
    drawn = text(columns([4, 3, 2, 1, 0, None], ["07", "08", "09", "10", "11", "12"], 40, 2))
    assert drawn == [
        "== --            ",
        "== == == -- .    ",
        "07 08 09 10 11 12",
    ]


def test_the_newest_columns_are_kept_where_not_all_fit() -> None:
    drawn = text(columns([1, 2, 3, 4], ["09", "10", "11", "12"], 5, 1))
    assert drawn == ["-- ==", "11 12"]


@pytest.mark.parametrize("cells", [1, 3, 20, 77])
def test_columns_never_leave_their_width(cells: int) -> None:
    values: list[float | None] = [float(number) for number in range(30)]
    for line in columns(values, [f"{number:02}" for number in range(30)], cells, 4):
        assert line_width(line) <= max(cells, 2)
