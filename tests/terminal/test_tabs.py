"""Tabs: the one in front is seen without colour, and always in sight."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bbs.terminal.tabs import Tab, Tabs
from bbs.text.width import width


def test_tab_goes_round_and_tells() -> None:
    told: list[str] = []
    tabs = Tabs([Tab("zh", "中文"), Tab("en", "English")], "en", on_change=told.append)
    assert tabs.row(40).text == " 中文 [English]"
    assert tabs.act("tab") is None
    assert told == ["zh"]
    assert tabs.row(40).text == "[中文] English "
    assert tabs.act("down") is False
    assert tabs.draw(40).rows == [tabs.row(40)]


def test_one_tab_has_nowhere_to_go() -> None:
    assert Tabs([Tab("zh", "中文")]).act("tab") is False
    assert Tabs([]).selected == ""
    assert Tabs([]).row(20).text == ""


def test_other_tabs_keep_the_one_in_front_if_it_is_still_there() -> None:
    tabs = Tabs([Tab("a", "A"), Tab("b", "B")], "b")
    tabs.tabs = [Tab("b", "B"), Tab("c", "C"), Tab("d", "D")]
    assert tabs.selected == "b"
    tabs.tabs = [Tab("c", "C")]
    assert tabs.selected == "c"
    assert not tabs.select("b")


@given(
    labels=st.lists(st.text(alphabet="ab食堂★…", min_size=1, max_size=12), min_size=1, max_size=12),
    at=st.integers(0, 11),
    columns=st.integers(30, 100),
    ambiguous=st.sampled_from([1, 2]),
)
def test_the_row_fits_and_shows_the_tab_in_front(labels: list[str], at: int, columns: int, ambiguous: int) -> None:
    at %= len(labels)
    tabs = Tabs([Tab(str(n), label) for n, label in enumerate(labels)], str(at), ambiguous=ambiguous)
    row = tabs.row(columns)
    assert width(row.text, ambiguous) <= columns
    assert f"[{labels[at]}]" in row.text
