"""The reader: scrolling, floors, finding, places kept, and bars nobody can imitate."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbs.errors import NotFound
from bbs.terminal.blocks import head_rows, pattern_of
from bbs.terminal.reader import Head, Place, Reader, fixed
from bbs.terminal.source import Direction
from bbs.terminal.view import Answer
from bbs.text.markdown import render
from bbs.text.spans import Line, Span
from bbs.text.width import width

WIDTH, HEIGHT = 80, 21


@dataclass(frozen=True)
class Post:
    id: int
    floor: int
    body: str
    author: str = "plum"
    official: bool = False


def head(post: Post) -> Head:
    if post.official:
        left: Line = (Span("[OFFICIAL] ", "official"), Span("周明", "official.name"), Span("  行政司"))
        return Head(left, (Span(f"#{post.floor}  11-22 10:30  signed"),), official=True)
    left = (Span(f"#{post.floor}", "floor"), Span(f"  {post.author}", "floor.author"))
    return Head(left, (Span("11-22 08:12", "date"),))


def body(post: Post, cells: int) -> Sequence[Line]:
    return render(post.body, cells, 1)


class Thread:
    """Posts as the forum gives them: windows by floor."""

    def __init__(
        self, posts: int, text: Callable[[int], str] = lambda floor: f"第 {floor} 楼\n同意，三号楼也是。"
    ) -> None:
        self.posts = [Post(1000 + floor, floor, text(floor)) for floor in range(1, posts + 1)]
        self.fetched: list[tuple[int | None, Direction, int]] = []

    async def fetch(self, floor: int | None, direction: Direction, limit: int) -> Sequence[Post]:
        self.fetched.append((floor, direction, limit))
        await asyncio.sleep(0)
        return await fixed(self.posts)(floor, direction, limit)


class Jobs:
    """Stands for a stage's `spawn`."""

    def __init__(self) -> None:
        self.waiting: list[Coroutine[Any, Any, object]] = []

    def __call__(self, work: Coroutine[Any, Any, object]) -> None:
        self.waiting.append(work)

    async def run(self) -> None:
        while self.waiting:
            await self.waiting.pop(0)


def reader_of(thread: Thread, **more: Any) -> Reader[Post]:
    return Reader(fetch=thread.fetch, body=body, head=head, **more)


async def press(reader: Reader[Post], action: str, data: str = "") -> bool:
    answer: Answer = reader.act(action, data)
    if inspect.iscoroutine(answer):
        await answer
        return True
    return answer is not False


def painted(reader: Reader[Post], height: int = HEIGHT, cells: int = WIDTH) -> list[str]:
    return [row.text for row in reader.draw(cells, height).rows]


def whole(thread: Thread, cells: int = WIDTH) -> list[tuple[int, str]]:
    """All rows of a thread with their floors, as the model of what scrolls by."""
    rows: list[tuple[int, str]] = []
    for post in thread.posts:
        rows += [(post.floor, row.text) for row in head_rows(head(post), cells)]
        rows += [(post.floor, " " + "".join(span.text for span in line)) for line in body(post, cells - 1)]
    return rows


async def test_a_thread_reads_as_sketched() -> None:
    thread = Thread(2)
    thread.posts[1] = Post(2, 2, "Starting Monday the canteen opens at 6:30.", official=True)
    reader = reader_of(thread)
    await reader.open()
    frame = reader.draw(60, HEIGHT)
    assert [row.text for row in frame.rows] == [
        "#1  plum                                        11-22 08:12",
        " 第 1 楼",
        " 同意，三号楼也是。",
        "[OFFICIAL] 周明  行政司             #2  11-22 10:30  signed",
        " Starting Monday the canteen opens at 6:30.",
    ]
    assert frame.rows[3].fill == "official"
    assert reader.at_end
    assert reader.percent == 100
    assert reader.seen_floor == 2


async def test_no_body_reaches_the_first_column_or_wears_the_official_style() -> None:
    reader = Reader[Post](
        fetch=fixed([Post(1, 1, "")]),
        body=lambda post, cells: [(Span("[OFFICIAL] 周明", "official"), Span("x" * 200, "official.name"))],
        head=lambda post: Head((Span("#1 ", "floor"), Span("plum", "official.name"))),
    )
    await reader.open()
    top, text = reader.draw(40, HEIGHT).rows
    assert top.fill == "floor"
    assert text.fill == ""
    assert text.text.startswith(" [OFFICIAL]")
    assert width(text.text) == 40
    assert not any(span.style.startswith("official") for span in (*top.spans, *text.spans))


def test_everything_in_an_officers_bar_is_official() -> None:
    (row,) = head_rows(Head((Span("周明", "floor.author"),), (Span("signed", "date"),), official=True), 40)
    assert {span.style for span in row.spans} <= {"", "official", "official.name"}


@given(
    left=st.text(alphabet="ab食堂★…é", max_size=60),
    right=st.text(alphabet="ab食堂★…é", max_size=60),
    cells=st.integers(5, 120),
    ambiguous=st.sampled_from([1, 2]),
)
def test_heads_fit_whatever_they_say(left: str, right: str, cells: int, ambiguous: int) -> None:
    rows = head_rows(Head((Span(left),), (Span(right),)), cells, ambiguous)
    assert 1 <= len(rows) <= 2
    assert all(width(row.text, ambiguous) <= cells for row in rows)


async def test_a_line_down_reuses_every_row_but_the_new_one() -> None:
    reader = reader_of(Thread(20))
    await reader.open()
    before = reader.draw(WIDTH, HEIGHT).rows
    assert await press(reader, "down")
    after = reader.draw(WIDTH, HEIGHT).rows
    assert all(one is other for one, other in zip(before[1:], after, strict=False))
    assert await press(reader, "up")
    assert all(one is other for one, other in zip(before, reader.draw(WIDTH, HEIGHT).rows, strict=True))
    assert reader.act("up") is False


async def test_ten_thousand_floors_open_at_the_unread_one_with_two_small_fetches() -> None:
    thread, jobs = Thread(10_000), Jobs()
    reader = reader_of(thread, spawn=jobs)
    await reader.open(7_500)
    assert painted(reader)[0].startswith("#7500 ")
    assert [limit <= 30 for _, _, limit in thread.fetched] == [True, True]
    for _ in range(300):
        await press(reader, "page_down")
        await jobs.run()
        painted(reader)
    assert len(reader.blocks) <= 100
    assert reader.floor > 9_000
    await press(reader, "last")
    assert painted(reader)[-3].startswith("#10000 ")
    assert reader.seen_floor == 10_000
    await press(reader, "first")
    assert painted(reader)[0].startswith("#1 ")
    await press(reader, "number", "5000")
    assert painted(reader)[0].startswith("#5000 ")
    with pytest.raises(NotFound, match=r"floor\.not_found"):
        await press(reader, "number", "10001")
    assert reader.floor == 5000
    assert reader.act("number", "9" * 5000) is False


async def test_floors_are_stepped_through_one_by_one_to_the_last() -> None:
    reader = reader_of(Thread(60))
    await reader.open()
    painted(reader)
    for floor in range(2, 61):
        assert await press(reader, "thread_next")
        painted(reader)
        assert reader.floor == floor
    assert reader.act("thread_next") is False
    assert reader.draw(WIDTH, HEIGHT).cursor == (0, HEIGHT - 3)
    for floor in range(59, 0, -1):
        assert await press(reader, "thread_prev")
        painted(reader)
        assert reader.floor == floor
    assert reader.act("thread_prev") is False


async def test_down_at_the_end_means_the_last_floors_then_rings() -> None:
    reader = reader_of(Thread(3))
    await reader.open()
    painted(reader)
    assert [await press(reader, "down") for _ in range(3)] == [True, True, False]
    assert reader.floor == 3


async def test_space_pages_and_at_the_end_asks_for_the_next_thread() -> None:
    asked: list[bool] = []
    reader = reader_of(Thread(20), on_end=lambda: asked.append(True))
    await reader.open()
    pages = 0
    while not asked:
        painted(reader)
        await press(reader, "page_or_next")
        pages += 1
    assert pages == 3  # 60 rows, a line kept from page to page
    assert reader.seen_floor == 20


async def test_reading_marks_count_only_floors_shown_to_their_last_row() -> None:
    reader = reader_of(Thread(20))
    reader.last_floor = 20
    await reader.open()
    painted(reader, 5)
    assert reader.seen_floor == 1
    await press(reader, "down")
    painted(reader, 5)
    assert reader.seen_floor == 2
    assert reader.percent is not None
    assert 0 < reader.percent < 20


async def test_percent_of_one_long_bulletin_follows_its_rows() -> None:
    reader = reader_of(Thread(1, lambda floor: "\n".join(f"第 {n} 行" for n in range(200))))
    await reader.open()
    shown: list[int | None] = []
    while not reader.at_end:
        painted(reader)
        shown.append(reader.percent)
        await press(reader, "page_down")
    painted(reader)
    assert shown == sorted(shown, key=lambda part: part or 0)
    assert shown[0] == 10
    assert reader.percent == 100


async def test_new_floors_are_told_fetched_on_the_way_and_then_no_longer_told() -> None:
    thread = Thread(3)
    reader = reader_of(thread, below=lambda count: f"下面有 {count} 层新回复")
    await reader.open()
    painted(reader)
    thread.posts += [Post(9000 + n, n, "新") for n in (4, 5)]
    reader.note_new(2)
    lines = painted(reader, 12)
    assert lines[-1] == " 下面有 2 层新回复"
    assert len(lines) == 12
    assert not reader.at_end
    assert await press(reader, "down")
    assert painted(reader)[-1] == " 新"
    assert reader.new_below == 0
    assert reader.seen_floor == 5


async def test_refresh_keeps_the_place_when_floors_above_change() -> None:
    thread = Thread(50)
    reader = reader_of(thread)
    await reader.open(30)
    await press(reader, "down")
    before = painted(reader)
    rows = reader.draw(WIDTH, HEIGHT).rows
    thread.posts[28] = replace(thread.posts[28], body="改过了\n" * 10)
    thread.posts[31] = replace(thread.posts[31], body="也改过了\n同意，三号楼也是。")
    await reader.refresh()
    again = reader.draw(WIDTH, HEIGHT).rows
    assert again[0].text == before[0]
    assert sum(one is not other for one, other in zip(rows, again, strict=True)) == 1, "equal rows are the same ones"
    del thread.posts[29]
    await reader.refresh()
    assert painted(reader)[0].startswith("#31 ")


async def test_an_edit_is_shown_in_place() -> None:
    reader = reader_of(Thread(5))
    await reader.open()
    painted(reader)
    assert reader.update(Post(1002, 2, "已修改"))
    assert not reader.update(Post(77, 77, ""))
    assert " 已修改" in painted(reader)


async def test_a_resize_keeps_the_words_at_the_top() -> None:
    words = [f"word{n:03}" for n in range(400)]
    reader = reader_of(Thread(1, lambda floor: " ".join(words)))
    await reader.open()
    painted(reader)
    for _ in range(12):
        await press(reader, "down")
    first = painted(reader)[0].split()[0]
    for cells in (40, 100, 33, 80):
        assert first in painted(reader, 5, cells)[0]


async def test_the_place_can_be_taken_up_again() -> None:
    thread = Thread(100)
    reader = reader_of(thread)
    await reader.open(40)
    painted(reader)
    await press(reader, "down")
    place = reader.place
    assert place == Place(40, 1)
    other = reader_of(thread)
    await other.open(*place)
    assert painted(other) == painted(reader)


async def test_finding_marks_matches_and_goes_on_and_back() -> None:
    thread = Thread(200, lambda floor: "食堂 Canteen\n早餐" if floor in (3, 150) else "没有\n别的")
    reader = reader_of(thread, text=lambda post: post.body)
    await reader.open()
    painted(reader)
    await reader.find("canteen")
    assert reader.floor == 3
    marked = [row for row in reader.draw(WIDTH, HEIGHT).rows if any(span.style == "found" for span in row.spans)]
    assert [row.text for row in marked] == [" 食堂 Canteen"]
    await press(reader, "find_next")
    assert reader.floor == 150
    assert any(span == Span("Canteen", "found") for row in reader.draw(WIDTH, HEIGHT).rows for span in row.spans)
    place = reader.place
    with pytest.raises(NotFound, match=r"find\.nothing"):
        await press(reader, "find_next")
    assert reader.place == place
    await press(reader, "find_prev")
    assert reader.floor == 3
    await reader.find("")
    assert reader.query == ""
    assert not any(span.style == "found" for row in reader.draw(WIDTH, HEIGHT).rows for span in row.spans)
    assert reader.act("find_next") is False


async def test_a_match_across_wrapped_lines_is_found_and_marked_on_both() -> None:
    reader = reader_of(Thread(1, lambda floor: "夜" * 30 + "食堂早餐" + "夜" * 30))
    await reader.open()
    painted(reader, HEIGHT, 66)
    await reader.find("食堂早餐")
    found = ["".join(span.text for span in row.spans if span.style == "found") for row in reader.draw(66, HEIGHT).rows]
    assert "".join(found) == "食堂早餐"
    assert len(list(filter(None, found))) == 2


def test_a_hostile_search_is_only_text() -> None:
    assert pattern_of("(a+)+$").search("x (a+)+$ y")
    assert len(pattern_of("a" * 10_000).pattern) < 1000


async def test_an_empty_thread_draws_nothing_and_rings() -> None:
    reader = reader_of(Thread(0))
    await reader.open()
    assert painted(reader) == []
    assert reader.act("down") is False
    assert reader.current is None
    assert reader.place == Place(1, 0)
    await reader.refresh()


ACTIONS = st.lists(
    st.one_of(
        st.sampled_from(["down", "up", "page_down", "page_up", "first", "last", "refresh", "jobs", "resize"]),
        st.sampled_from(["thread_next", "thread_prev"]),
        st.tuples(st.just("number"), st.integers(1, 300)),
    ),
    max_size=50,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(steps=ACTIONS, ahead=st.booleans(), sizes=st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_any_walk_shows_a_stretch_of_the_thread_and_lines_move_it_by_one(
    steps: list[str | tuple[str, int]], ahead: bool, sizes: list[int]
) -> None:
    asyncio.run(walk(steps, ahead, sizes))


async def walk(steps: list[str | tuple[str, int]], ahead: bool, sizes: list[int]) -> None:
    thread = Thread(300, lambda floor: f"第 {floor} 楼\n" + "同意，三号楼也是。" * (floor % 7) + f"\n完 {floor}")
    rows = [text for _, text in whole(thread)]
    jobs = Jobs()
    reader = reader_of(thread, spawn=jobs if ahead else None)
    await reader.open()
    height, at = HEIGHT, 0
    painted(reader)
    try:
        for number, step in enumerate(steps):
            if step == "refresh":
                await reader.refresh()
            elif step == "jobs":
                await jobs.run()
            elif step == "resize":
                height = sizes[number % len(sizes)]
            elif isinstance(step, tuple):
                await press(reader, "number", str(step[1]))
            else:
                await press(reader, step)
            lines = painted(reader, height)
            bottom = max(0, len(rows) - height)
            page = max(1, height - 1)
            moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "first": -(10**6), "last": 10**6}
            if isinstance(step, str) and step in moves:
                at = min(max(0, at + moves[step]), bottom)
            elif step in ("refresh", "jobs", "resize"):
                at = min(at, bottom)
            else:
                at = rows.index(lines[0], max(0, at - 400) if isinstance(step, str) else 0)
                at = next(n for n in range(len(rows)) if rows[n : n + len(lines)] == lines)
            assert lines == rows[at : at + height]
            assert len(reader.blocks) <= max(100, 6 * height)
    finally:
        for work in jobs.waiting:
            work.close()
