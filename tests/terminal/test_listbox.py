"""Lists of any length: the selection follows a plain model on any walk, and unchanged rows stay the same objects."""

from __future__ import annotations

import asyncio
import inspect
from bisect import bisect_left, bisect_right
from collections.abc import Coroutine, Hashable
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbs.errors import Failed, NotFound
from bbs.terminal.canvas import Row
from bbs.terminal.listbox import ListBox, Page, Source, static
from bbs.terminal.rowcells import Column, RowCells
from bbs.terminal.source import Direction, Slice
from bbs.terminal.view import Answer
from bbs.text.spans import Span
from bbs.text.width import width

WIDTH, HEIGHT = 80, 21


@dataclass(frozen=True)
class Item:
    number: int
    title: str = "食堂"


class Table:
    """Items kept in order of their number, paged by it as the store does."""

    def __init__(self, count: int) -> None:
        self.numbers = list(range(0, count * 10, 10))
        self.fetched: list[tuple[str | None, Direction, int]] = []
        self.failing = False

    def page(self, start: int, end: int) -> Page[Item]:
        start, end = max(0, start), min(len(self.numbers), end)
        found = self.numbers[start:end]
        return Slice(
            [Item(number) for number in found],
            str(found[0]) if found and start > 0 else None,
            str(found[-1]) if found and end < len(self.numbers) else None,
        )

    async def fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Item]:
        if self.failing:
            raise Failed("store.lost")
        self.fetched.append((anchor, direction, limit))
        await asyncio.sleep(0)
        if direction == "after":
            start = bisect_right(self.numbers, int(anchor)) if anchor is not None else 0
            return self.page(start, start + limit)
        end = bisect_left(self.numbers, int(anchor)) if anchor is not None else len(self.numbers)
        return self.page(end - limit, end)

    async def around(self, key: Hashable, limit: int) -> Page[Item] | None:
        if self.failing:
            raise Failed("store.lost")
        if key not in self.numbers:
            return None
        at = self.numbers.index(int(str(key)))
        return self.page(at - limit // 2, at - limit // 2 + limit)

    async def locate(self, number: int) -> Hashable | None:
        return number if number in self.numbers else None

    def source(self, *, full: bool = True) -> Source[Item]:
        if not full:
            return Source(self.fetch)
        return Source(self.fetch, self.around, self.locate, total=len(self.numbers))


class Jobs:
    """Stands for a stage's `spawn`: runs the fetches ahead when told to."""

    def __init__(self) -> None:
        self.waiting: list[Coroutine[Any, Any, object]] = []

    def __call__(self, work: Coroutine[Any, Any, object]) -> None:
        self.waiting.append(work)

    async def run(self) -> None:
        while self.waiting:
            await self.waiting.pop(0)

    def drop(self) -> None:
        for work in self.waiting:
            work.close()


def render(item: Item, cells: int, chosen: bool) -> Row:
    return Row((Span(f"{'>' if chosen else ' '}{item.number:6} {item.title}"[:cells]),))


def box_of(jobs: Jobs | None = None, **more: Any) -> ListBox[Item]:
    return ListBox(key=lambda item: item.number, render=render, spawn=jobs, **more)


async def press(box: ListBox[Item], action: str, data: str = "") -> bool:
    answer: Answer = box.act(action, data)
    if inspect.iscoroutine(answer):
        await answer
        return True
    return answer is not False


def painted(box: ListBox[Item], height: int = HEIGHT, cells: int = WIDTH) -> list[str]:
    return [row.text for row in box.draw(cells, height).rows]


async def test_a_move_changes_two_rows_and_keeps_all_others() -> None:
    box = box_of()
    await box.load(static([Item(n) for n in range(100)], key=lambda item: item.number))
    before = box.draw(WIDTH, HEIGHT).rows
    assert await press(box, "down")
    after = box.draw(WIDTH, HEIGHT)
    assert [one is other for one, other in zip(before, after.rows, strict=True)] == [False, False] + [True] * 19
    assert after.cursor == (0, 1)
    assert [row.text[0] for row in after.rows[:3]] == [" ", ">", " "]
    assert box.draw(WIDTH, HEIGHT).rows[1] is after.rows[1]


async def test_going_up_at_the_top_rings() -> None:
    box = box_of()
    await box.load(static([Item(1), Item(2)]))
    assert box.act("up") is False
    assert await press(box, "last")
    assert box.act("down") is False
    assert box.act("page_down") is False
    assert box.act("unknown") is False


async def test_a_million_rows_take_no_more_than_a_window() -> None:
    table = Table(100_000)
    jobs = Jobs()
    box = box_of(jobs)
    await box.load(table.source())
    painted(box)
    for _ in range(100):
        await press(box, "page_down")
        await jobs.run()
        painted(box)
    assert box.selected == Item(21_000)
    assert len(box.items) <= 300
    assert box.position.index == 2101
    for _ in range(150):
        await press(box, "page_up")
        await jobs.run()
    assert box.selected == Item(0)
    assert box.position.index == 1
    assert len(box.items) <= 300


async def test_rows_come_before_they_are_needed() -> None:
    table, jobs = Table(1000), Jobs()
    box = box_of(jobs)
    await box.load(table.source())
    painted(box)
    waited = 0
    for _ in range(400):
        answer = box.act("down")
        if inspect.iscoroutine(answer):
            waited += 1
            await answer
        await jobs.run()
    assert waited == 0
    assert box.selected == Item(4000)


async def test_the_far_end_is_fetched_from_there() -> None:
    table = Table(100_000)
    box = box_of()
    await box.load(table.source())
    painted(box)
    await press(box, "last")
    assert box.selected == Item(999_990)
    assert box.position.index == 100_000
    assert len(table.fetched) == 2
    assert painted(box)[-1].startswith(">999990")
    await press(box, "first")
    assert box.selected == Item(0)
    assert len(table.fetched) == 3


async def test_a_number_is_looked_up_and_a_wrong_one_said() -> None:
    box = box_of()
    await box.load(Table(5000).source())
    await press(box, "number", "30000")
    assert box.selected == Item(30_000)
    assert len(painted(box)) == HEIGHT
    with pytest.raises(NotFound, match=r"list\.no_such_number"):
        await press(box, "number", "7")
    assert box.act("number", "x") is False
    assert box.act("number", "9" * 5000) is False
    assert box.selected == Item(30_000)


@pytest.mark.parametrize("full", [True, False])
async def test_insertion_above_keeps_item_and_screen_row(full: bool) -> None:
    table = Table(500)
    box = box_of()
    await box.load(table.source(full=full))
    painted(box)
    for _ in range(8):
        await press(box, "page_down")
    await press(box, "down")
    before = box.selected
    assert before is not None
    screen = painted(box).index(f">{before.number:6} 食堂")
    rows = {row.text: row for row in box.draw(WIDTH, HEIGHT).rows}
    table.numbers[0:0] = [-30, -20, -10]
    at = table.numbers.index(before.number)
    table.numbers.insert(at, before.number - 5)
    await box.refresh()
    assert box.selected == before
    again = box.draw(WIDTH, HEIGHT)
    assert again.cursor == (0, screen)
    assert sum(row is rows.get(row.text) for row in again.rows) >= HEIGHT - 2


async def test_a_deleted_selection_moves_to_its_neighbour() -> None:
    table = Table(500)
    box = box_of()
    await box.load(table.source())
    await press(box, "number", "2000")
    table.numbers.remove(2000)
    await box.refresh()
    assert box.selected == Item(2010)
    table.numbers.clear()
    await box.refresh()
    assert list(box.items) == []
    assert box.selected_key is None
    assert await press(box, "down") is False


async def test_the_place_survives_a_resize() -> None:
    jobs, drawn = Jobs(), [0]
    box = box_of(jobs, redraw=lambda: drawn.append(1))
    await box.load(Table(500).source())
    painted(box)
    for _ in range(15):
        await press(box, "down")
    for height, cells in ((5, 40), (118, 200), (1, 20), (21, 80)):
        painted(box, height, cells)
        await jobs.run()
        lines = painted(box, height, cells)
        assert len(lines) == height
        assert any(line.startswith(">   150") for line in lines)
    assert len(drawn) == 2


async def test_update_and_remove_work_in_place() -> None:
    box = box_of()
    await box.load(static([Item(n) for n in range(10)]))
    rows = box.draw(WIDTH, HEIGHT).rows
    assert box.update(Item(3, "电梯"))
    assert not box.update(Item(99))
    again = box.draw(WIDTH, HEIGHT).rows
    assert [place for place, row in enumerate(again) if row is not rows[place]] == [3]
    assert again[3].text.endswith("电梯")
    assert box.update(Item(0, "新"))
    assert painted(box)[0] == ">     0 新"
    assert box.select(9)
    assert box.remove(9)
    assert box.selected == Item(8)
    assert not box.remove(9)


async def test_pinned_items_stand_first_and_only_once() -> None:
    table = Table(300)
    source = Source(table.fetch, table.around, pinned=(Item(50, "置顶"), Item(-1, "公告")))
    box = box_of()
    await box.load(source)
    assert [line[1:] for line in painted(box)[:3]] == ["    50 置顶", "    -1 公告", "     0 食堂"]
    await press(box, "last")
    assert all("公告" not in line for line in painted(box))
    await press(box, "first")
    assert box.selected == Item(50, "置顶")
    assert sum(item.number == 50 for item in box.items) == 1


async def test_an_empty_list_says_what_to_do() -> None:
    box = box_of(empty="这里还没有帖子。按 ^P 发第一帖。", headings=lambda cells: [Row((Span("编号"),))])
    assert painted(box) == ["编号"]
    await box.load(static([]))
    assert painted(box) == ["编号", "", " 这里还没有帖子。按 ^P 发第一帖。"]
    assert box.draw(20, HEIGHT).rows[0] is box.draw(20, HEIGHT).rows[0]
    assert all(width(line) <= 20 for line in painted(box, cells=20))
    assert box.selected is None


async def test_a_failing_fetch_leaves_the_list_as_it_was() -> None:
    table = Table(500)
    box = box_of()
    await box.load(table.source())
    painted(box)
    table.failing = True
    with pytest.raises(Failed):
        await box.refresh()
    with pytest.raises(Failed):
        await press(box, "last")
    with pytest.raises(Failed):
        await box.load(table.source())
    assert box.selected == Item(0)
    assert await press(box, "down")


async def test_filters_stack_by_loading_another_source_and_leaving_keeps_the_place() -> None:
    table = Table(500)
    box = box_of()
    await box.load(table.source())
    await press(box, "number", "1230")
    narrow = static([Item(n) for n in (10, 1230, 4000)], key=lambda item: item.number)
    await box.load(narrow, keep=box.selected_key)
    assert box.selected == Item(1230)
    await press(box, "down")
    await box.load(table.source(), keep=box.selected_key)
    assert box.selected == Item(4000)
    assert len(painted(box)) == HEIGHT
    await box.load(table.source(), keep=-5)
    assert box.selected == Item(0)
    await box.load(table.source(), at_end=True)
    assert box.selected == Item(4990)


async def test_enter_opens_and_moves_are_told() -> None:
    opened: list[Item] = []
    moved: list[Item | None] = []
    box = box_of(on_open=opened.append, on_move=moved.append)
    await box.load(static([Item(1), Item(2)]))
    await press(box, "down")
    await press(box, "enter")
    assert opened == [Item(2)]
    assert moved == [Item(1), Item(2)]
    assert box.act("enter") is None


async def test_invalidate_and_touch_draw_anew() -> None:
    tagged: set[int] = set()

    def with_tag(item: Item, cells: int, chosen: bool) -> Row:
        return Row((Span(f" {'D' if item.number in tagged else ' '}{item.number}"),))

    box = ListBox(key=lambda item: item.number, render=with_tag)
    await box.load(static([Item(1), Item(2)]))
    rows = box.draw(WIDTH, HEIGHT).rows
    tagged.add(1)
    assert box.draw(WIDTH, HEIGHT).rows[0] is rows[0]
    box.touch(1)
    assert [row.text for row in box.draw(WIDTH, HEIGHT).rows] == [" D1", "  2"]
    tagged.add(2)
    box.invalidate()
    assert [row.text for row in box.draw(WIDTH, HEIGHT).rows] == [" D1", " D2"]


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["down", "up", "page_down", "page_up", "first", "last", "refresh", "resize", "draw"]),
        st.tuples(st.sampled_from(["insert", "delete", "number"]), st.integers(0, 99_999)),
    ),
    max_size=60,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, ahead=st.booleans(), heights=st.lists(st.integers(2, 60), min_size=3, max_size=3))
def test_any_walk_over_ten_thousand_items_ends_where_a_plain_list_does(
    steps: list[str | tuple[str, int]], ahead: bool, heights: list[int]
) -> None:
    asyncio.run(walk(steps, ahead, heights))


async def walk(steps: list[str | tuple[str, int]], ahead: bool, heights: list[int]) -> None:
    jobs = Jobs()
    try:
        await follow(steps, jobs, ahead, heights)
    finally:
        jobs.drop()


async def follow(steps: list[str | tuple[str, int]], jobs: Jobs, ahead: bool, heights: list[int]) -> None:
    table = Table(10_000)
    box = box_of(jobs if ahead else None)
    await box.load(table.source())
    height = HEIGHT
    painted(box, height)
    model, shown = 0, list(table.numbers)
    for step, other in zip(steps, cycle(heights), strict=False):
        if isinstance(step, tuple):
            kind, number = step
            at = bisect_left(table.numbers, number)
            there = at < len(table.numbers) and table.numbers[at] == number
            if kind == "insert" and not there:
                table.numbers.insert(at, number)
            elif kind == "delete" and there:
                table.numbers.remove(number)
            elif kind == "number" and there:
                await press(box, "number", str(number))
                model = number
            if kind != "number":  # as a screen does when it hears of a change
                await box.refresh(total=len(table.numbers))
                model = model if model in table.numbers else neighbour(shown, table.numbers, model)
            shown = list(table.numbers)
        elif step == "refresh":
            await box.refresh(total=None if ahead else len(table.numbers))
        elif step == "resize":
            height = other
            painted(box, height)
        elif step == "draw":
            await jobs.run()
        else:
            await press(box, step)
            at = table.numbers.index(model)
            jump = {"down": 1, "up": -1, "page_down": height, "page_up": -height, "first": -(10**6), "last": 10**6}
            model = table.numbers[min(max(at + jump[step], 0), len(table.numbers) - 1)]
        lines = painted(box, height)
        assert box.selected_key == model
        assert sum(line.startswith(">") for line in lines) == 1
        assert len(lines) <= height
        on_screen = [item.number for item in box.visible]
        start = table.numbers.index(on_screen[0])
        assert on_screen == table.numbers[start : start + len(on_screen)]
        assert len(box.items) <= max(300, 8 * height)
        if box.position.index is not None:
            assert table.numbers[box.position.index - 1] == model


def neighbour(old: list[int], new: list[int], gone: int) -> int:
    at = bisect_right(old, gone)
    return old[at] if at < len(old) else new[-1]


async def test_real_rows_fit_at_any_width() -> None:
    columns = (Column("no", 6, align="right"), Column("title", 8, flex=1), Column("state", 10, drop=1))
    layout = RowCells[Item](columns, lambda item: (str(item.number), item.title, "[answered]"), ambiguous=2)
    box = ListBox(key=lambda item: item.number, render=layout.render)
    await box.load(static([Item(n, "“食堂”早餐…能否早半小时★" * 3) for n in range(50)]))
    for cells in (20, 33, 80, 160):
        assert all(width(row.text, 2) <= cells for row in box.draw(cells, HEIGHT).rows)
