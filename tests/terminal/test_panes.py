"""Two panes: joined rows are exact, keep their styles, and are joined again only when one side changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.panes import Panes
from bbs.terminal.rowcells import Column, RowCells
from bbs.terminal.view import Answer
from bbs.text.spans import Span
from bbs.text.width import width


class Page:
    """A widget of given rows."""

    def __init__(self, *rows: Row) -> None:
        self.rows = list(rows)
        self.acts: list[str] = []

    def draw(self, columns: int, height: int) -> Frame:
        return Frame(self.rows[:height], (0, 0))

    def act(self, action: str, data: str) -> Answer:
        self.acts.append(action)
        return True


def test_a_narrow_terminal_shows_the_left_pane_alone() -> None:
    left = Page(Row((Span("list"),)))
    panes = Panes(left, Page(Row((Span("preview"),))))
    assert panes.draw(119, 10).rows == left.rows
    assert Panes(left).draw(200, 10).rows == left.rows


def test_two_panes_have_a_line_between_on_every_row() -> None:
    panes = Panes(Page(Row((Span("食堂"),))), Page(Row((Span("a"),)), Row((Span("b"),))))
    frame = panes.draw(120, 4)
    assert len(frame.rows) == 4
    assert {width(row.text[: row.text.index("|")]) for row in frame.rows} == {67}
    assert [row.text.partition("|")[2].strip() for row in frame.rows] == ["a", "b", "", ""]


def test_bars_stay_in_their_pane() -> None:
    left = Row((Span(">x", "title"),), "row.selected")
    right = Row((Span("[OFFICIAL]"), Span("周明", "official.name")), "official")
    (row,) = Panes(Page(left), Page(right)).draw(120, 1).rows
    assert row.fill == ""
    assert [span.style for span in row.spans] == [
        "row.selected", "row.selected", "", "panel", "", "official", "official.name", "official",
    ]  # fmt: skip
    assert width(row.text) == 120


async def test_a_move_joins_only_the_rows_that_changed() -> None:
    layout = RowCells[int]((Column("no", 4, align="right"), Column("title", 8, flex=1)), lambda n: (str(n), "食堂"))
    box = ListBox[int](key=lambda n: n, render=layout.render)
    await box.load(static(range(50)))
    panes = Panes(box, Page(*(Row((Span(f"line {n}"),)) for n in range(30))))
    before = panes.draw(160, 20).rows
    assert panes.act("down")
    after = panes.draw(160, 20)
    assert [one is other for one, other in zip(before, after.rows, strict=True)] == [False, False] + [True] * 18
    assert after.cursor == (0, 1)


def test_keys_and_cursor_belong_to_the_pane_in_focus() -> None:
    left, right = Page(Row()), Page(Row())
    panes = Panes(left, right)
    panes.act("down")
    panes.focus = right
    panes.act("up")
    assert (left.acts, right.acts) == (["down"], ["up"])
    assert panes.draw(120, 5).cursor == (69, 0)


@given(
    texts=st.lists(st.text(alphabet="ab食堂★…é", max_size=120), min_size=2, max_size=2),
    columns=st.integers(120, 300),
    ambiguous=st.sampled_from([1, 2]),
)
def test_joined_rows_fit(texts: list[str], columns: int, ambiguous: int) -> None:
    one, other = (Page(Row((Span(text),))) for text in texts)
    for row in Panes(one, other, ambiguous=ambiguous).draw(columns, 3).rows:
        assert width(row.text, ambiguous) <= columns
