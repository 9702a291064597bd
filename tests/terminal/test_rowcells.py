"""Column layout: widths are exact in cells, Chinese is never cut through, columns go in their order."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bbs.terminal.rowcells import Column, RowCells, fit_cell, lay, plan, selected
from bbs.text.spans import Span
from bbs.text.width import Align, width

COLUMNS = (
    Column("mark", 1),
    Column("no", 5, align="right", style="number"),
    Column("votes", 4, align="right", drop=2),
    Column("date", 5, style="date", drop=1),
    Column("author", 12, style="author"),
    Column("title", 16, flex=3, style="title"),
    Column("state", 10, flex=1, most=24, style="case", drop=3),
)
WORDS = st.text(alphabet="ab 食堂早餐★…—é～가🍜", max_size=40)


@dataclass(frozen=True)
class Item:
    number: int
    title: str


def cells(item: Item) -> tuple[str | Span, ...]:
    return ("+", str(item.number), "37", "11-22", "墨竹", item.title, Span("[answered]", "badge"))


def test_a_row_reads_as_sketched() -> None:
    row = RowCells(COLUMNS, cells).render(Item(1203, "食堂早餐能否早半小时"), 80, False)
    assert row.text == " +  1203   37 11-22 墨竹         食堂早餐能否早半小时            [answered]"
    assert [span.style for span in row.spans if "11-22" in span.text] == ["date"]


def test_wide_characters_are_cut_between_and_the_cut_is_shown() -> None:
    (column,) = (Column("title", 10, flex=1, style="title"),)
    row = lay([column], ["食堂早餐能否早半小时"], plan([column], 11))
    assert row.text == " 食堂早餐.."
    assert row.spans[-1] == Span("食堂早餐..", "title")


def test_columns_drop_in_their_order_and_the_rest_keeps_its_width() -> None:
    def kept(cells: int) -> list[str]:
        return [COLUMNS[slot.column].name for slot in plan(COLUMNS, cells)]

    assert kept(79) == ["mark", "no", "votes", "date", "author", "title", "state"]
    assert kept(50) == ["mark", "no", "votes", "date", "author", "title"]
    assert kept(44) == ["mark", "no", "date", "author", "title"]
    assert kept(38) == ["mark", "no", "author", "title"]
    assert kept(19) == ["mark", "no", "author"][: len(kept(19))]


def test_flexible_columns_share_and_stop_at_their_bound() -> None:
    slots = {COLUMNS[slot.column].name: slot.width for slot in plan(COLUMNS, 199)}
    assert slots["state"] == 24
    assert sum(slot.gap + slot.width for slot in plan(COLUMNS, 199)) == 199


def test_a_badge_after_a_title_survives_a_long_title() -> None:
    line = fit_cell((Span("食堂早餐能否早半小时", "title"), Span(" 37", "votes")), 12, cut="..")
    assert [span.text for span in line] == ["食堂早..", " 37", " "]


def test_the_selected_row_starts_with_the_marker_and_is_a_bar() -> None:
    plain = RowCells(COLUMNS, cells).render(Item(1, "x"), 60, False)
    bar = selected(plain)
    assert bar.text == ">" + plain.text[1:]
    assert bar.fill == "row.selected"


def test_rows_are_kept_until_item_version_or_width_change() -> None:
    tags: set[int] = set()

    def tagged(item: Item) -> tuple[str | Span, ...]:
        return ("*" if item.number in tags else " ", *cells(item)[1:])

    layout = RowCells(COLUMNS, tagged, version=lambda item: item.number in tags)
    item = Item(7, "电梯")
    row = layout.render(item, 80, False)
    assert layout.render(item, 80, False) is row
    assert layout.render(item, 79, False) is not row
    row = layout.render(item, 79, False)
    tags.add(7)
    assert layout.render(item, 79, False).text == " *" + row.text[2:]


def test_who_looks_at_the_same_thing_in_the_same_width_shares_its_rows() -> None:
    mine, yours, wider = (RowCells(COLUMNS, cells, ambiguous=ambiguous) for ambiguous in (1, 1, 2))
    for selection in (False, True):
        row = mine.render(Item(8, "电梯★"), 80, selection)
        assert yours.render(Item(8, "电梯★"), 80, selection) is row
        assert yours.render(Item(8, "电梯"), 80, selection) is not row
        assert wider.render(Item(8, "电梯★"), 80, selection) is not row


def test_a_row_style_fills_what_has_none() -> None:
    row = RowCells(COLUMNS, cells, style=lambda item: "row.dim").render(Item(1, "旧帖"), 80, False)
    assert row.fill == "row.dim"
    assert row.spans[0].style == "row.dim"


def test_headings_stand_over_their_columns() -> None:
    layout = RowCells(COLUMNS, cells)
    heading = layout.heading(["", "编号", "票", "日期", "作者", "标题", ""], 80)
    row = layout.render(Item(1203, "标题"), 80, False)
    assert width(heading.text[: heading.text.index("标题")]) == width(row.text[: row.text.index("标题")])


@given(texts=st.lists(WORDS, min_size=7, max_size=7), cells=st.integers(1, 300), ambiguous=st.sampled_from([1, 2]))
def test_no_row_is_ever_wider_than_asked(texts: list[str], cells: int, ambiguous: int) -> None:
    row = lay(COLUMNS, texts, plan(COLUMNS, cells - 1), ambiguous=ambiguous)
    assert width(row.text, ambiguous) <= cells


@given(parts=st.lists(WORDS, max_size=3), cells=st.integers(0, 60), ambiguous=st.sampled_from([1, 2]))
def test_a_cell_is_exactly_as_wide_as_its_column(parts: list[str], cells: int, ambiguous: int) -> None:
    aligns: tuple[Align, ...] = ("left", "right", "center")
    for align in aligns:
        line = fit_cell(tuple(map(Span, parts)), cells, ambiguous, align, cut="..")
        assert sum(width(span.text, ambiguous) for span in line) == cells
