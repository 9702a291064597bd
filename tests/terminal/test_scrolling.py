"""What a terminal can move itself: found when it saves something, and never shows anything else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bbs.terminal.scrolling import Scroll, find_scroll

_ROWS = [f"row {number} " + "x" * 60 for number in range(40)]


def changes(old: list[str], new: list[str]) -> tuple[int, int]:
    """The first and the last row that differ."""
    differ = [place for place, row in enumerate(new) if row != old[place]]
    return differ[0], differ[-1]


def found(old: list[str], new: list[str]) -> Scroll | None:
    return find_scroll(old, new, *changes(old, new))


def test_a_body_that_moved_between_rows_that_stay() -> None:
    old = ["head", *_ROWS[10:30], "1%", "keys"]
    assert found(old, ["head", *_ROWS[11:31], "2%", "keys"]) == Scroll(1, 20, 1)
    assert found(old, ["head", *_ROWS[7:27], "0%", "keys"]) == Scroll(1, 20, -3)


def test_what_drawing_costs_less_for_is_drawn() -> None:
    old = ["head", *_ROWS[:20], "keys"]
    assert found(old, ["head", *_ROWS[20:40], "keys"]) is None
    assert found([str(number) for number in range(20)], [str(number + 1) for number in range(20)]) is None
    moved_on = ["head", *_ROWS[19:39], "keys"]
    assert found(old, moved_on) is None, "one row of a page that was turned"


def test_a_bar_that_stays_does_not_hide_the_movement() -> None:
    old = [*_ROWS[:20], "status"]
    new = [*_ROWS[1:21], "status two"]
    new[5] = "selected"
    assert found(old, new) == Scroll(6, 19, 1)


@given(
    old=st.lists(st.sampled_from(["a" * 50, "b" * 90, "c" * 70, "d" * 120, "e"]), min_size=2, max_size=30),
    by=st.integers(-12, 12),
    data=st.data(),
)
def test_moving_leaves_no_more_to_draw_than_there_was(old: list[str], by: int, data: st.DataObject) -> None:
    rest = data.draw(st.lists(st.sampled_from(["b" * 90, "new" * 30]), min_size=len(old), max_size=len(old)))
    new = [old[place + by] if 0 <= place + by < len(old) else rest[place] for place in range(len(old))]
    if new == old:
        return
    scroll = found(old, new)
    if scroll is None:
        return
    assert 0 <= scroll.first < scroll.last < len(old)
    assert 0 < abs(scroll.up) <= scroll.last - scroll.first
    moved = scroll.apply(old)
    assert len(moved) == len(old)
    assert moved[: scroll.first] == old[: scroll.first]
    assert moved[scroll.last + 1 :] == old[scroll.last + 1 :]
    assert moved.count("") == abs(scroll.up)
    before = sum(len(row) for row, was in zip(new, old, strict=True) if row != was)
    after = sum(len(row) for row, was in zip(new, moved, strict=True) if row != was)
    assert after < before
