"""Frames on the wire: only what changed, nothing while the far end is slow, all of it known sequences."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbs.terminal import controls
from bbs.terminal.canvas import Frame, Row, Size
from bbs.terminal.services import Options
from bbs.terminal.themes import THEMES
from bbs.terminal.view import View
from bbs.text.spans import Span
from tests.support.terminal import Driver
from tests.support.views import Lines

_NUMBERED = re.compile(rb"\x1b\[\d+;\d+[Hr]|\x1b\[\d+[ML]|\x1b\[[0-9;]*m")


class Drawn:
    """What was written since the last look."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._at = len(driver.terminal.received)
        self._writes = driver.link.writes

    @property
    def data(self) -> bytes:
        return bytes(self._driver.terminal.received[self._at :])

    @property
    def rows(self) -> list[int]:
        return [int(row) for row in re.findall(rb"\x1b\[(\d+);1H\x1b\[0", self.data)]

    @property
    def writes(self) -> int:
        return self._driver.link.writes - self._writes


async def test_a_key_redraws_the_two_rows_that_changed_in_one_write() -> None:
    async with Driver(Lines(route="/")) as driver:
        drawn = Drawn(driver)
        await driver.press("j")
        assert drawn.rows == [2, 3]
        assert drawn.writes == 1
        assert driver.cursor == (0, 2)


async def test_a_frame_without_changes_is_not_sent() -> None:
    async with Driver(Lines(route="/")) as driver:
        drawn = Drawn(driver)
        driver.stage.redraw()
        await driver.settle()
        assert not drawn.data


async def test_rows_with_equal_content_are_not_sent_again() -> None:
    class Fresh(View):
        def draw(self, width: int, height: int) -> Frame:
            return Frame([Row((Span("same"),)) for _ in range(height)])

    async with Driver(Fresh()) as driver:
        drawn = Drawn(driver)
        driver.stage.redraw()
        await driver.settle()
        assert not drawn.data


async def test_a_slow_reader_gets_the_newest_frame_not_a_queue() -> None:
    view = Lines(route="/")
    async with Driver(view) as driver:
        driver.link.congest(True)
        drawn = Drawn(driver)
        for _ in range(50):
            await driver.press("j", "k", "j")
        assert not drawn.data
        driver.link.congest(False)
        await driver.settle()
        assert drawn.writes == 1
        assert driver.row(view.selected - view.top + 1).startswith("> ")


async def test_redraw_repairs_a_disturbed_screen() -> None:
    async with Driver(Lines(route="/")) as driver:
        before = driver.text()
        driver.terminal.feed(b"\x1b[5;1Hgarbage")
        await driver.press("c-l")
        assert driver.text() == before


async def test_resizing_draws_everything_in_the_new_size_once_per_tenth_of_a_second() -> None:
    async with Driver(Lines(route="/")) as driver:
        drawn = Drawn(driver)
        for columns in range(40, 140):
            driver.link.resize(columns, 30)
        await driver.resize(100, 30)
        assert drawn.writes <= 3
        assert driver.stage.width == 100
        assert driver.stage.height == 27
        assert driver.row(0).endswith("inbox 3")
        assert driver.row(-1).endswith("h help")


@pytest.mark.parametrize(
    ("columns", "rows"), [(0, 0), (1, 1), (65535, 65535), (2**32 - 1, 2**32 - 1), (20, 5), (300, 120), (-1, 24)]
)
async def test_absurd_windows_are_clamped(columns: int, rows: int) -> None:
    size = Size.clamped(columns, rows)
    assert 20 <= size.columns <= 300
    assert 5 <= size.rows <= 120
    async with Driver(Lines(route="/")) as driver:
        driver.link.resize(columns, rows)
        await driver.resize(*size)
        driver.link.size = Size(columns, rows)
        await driver.press("c-l", "j")
        assert driver.stage.width == size.columns


async def test_a_tiny_terminal_still_works() -> None:
    async with Driver(Lines(route="/b/services"), columns=20, rows=5) as driver:
        await driver.press("j", "j")
        assert "/b/services" in driver.row(0)
        assert driver.row(2).startswith(">     3")
        await driver.press(":")
        await driver.type("/t/1")
        assert "/t/1" in driver.row(-2)


async def test_only_known_sequences_are_ever_sent() -> None:
    driver = Driver(
        Lines(route="/", text="a\x1b[31m\x07b\x9b5n\u202e食"),
        options=Options(synchronized=True, theme=THEMES["classic"]),
    )
    async with driver:
        await driver.press("j", "K", "c-w", ":", "x", "escape", "c-l", "c-z", "escape")
        await driver.resize(60, 20)
        driver.stage.end("goodbye")
        await driver.settle()
    data = bytes(driver.terminal.received)
    assert controls.SYNC_BEGIN.encode() in data
    rest = _NUMBERED.sub(b"", data)
    for sequence in sorted(controls.ALL, key=len, reverse=True):
        rest = rest.replace(sequence.encode(), b"")
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", rest.decode())
    assert rest.decode().endswith("goodbye\r\n")


async def test_the_persons_own_screen_comes_back_at_the_end() -> None:
    async with Driver(Lines(route="/")) as driver:
        terminal = driver.terminal
        assert (terminal.alternate, terminal.autowrap, terminal.cursor_shown) == (True, False, False)
        driver.stage.end("再见")
        await driver.settle()
        assert (terminal.alternate, terminal.autowrap, terminal.cursor_shown) == (False, True, True)
        assert driver.row(0) == "再见"
        assert driver.ended


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
async def test_what_an_encoding_lacks_becomes_question_marks_of_the_same_width(encoding: str) -> None:
    async with Driver(Lines(route="/", text="電 𠮷é|"), encoding=encoding, columns=60) as driver:
        await driver.press("j")
        row = driver.row(1)
    if encoding == "big5":
        assert "電 ??" in row
        assert "𠮷" not in row
    else:
        assert "電 𠮷é|" in row


async def test_themes_and_depth_change_live() -> None:
    async with Driver(Lines(route="/")) as driver:
        ink = driver.terminal.at(0, 0).bg
        driver.stage.theme = THEMES["paper"]
        await driver.settle()
        assert driver.terminal.at(0, 0).bg != ink
        driver.stage.colours = 0
        await driver.settle()
        assert driver.terminal.at(0, 0).reverse
        assert driver.terminal.at(5, 1).reverse


class Flow(View):
    """Rows that scroll between a first row that stays and a last row that tells the place."""

    context = "reader"

    def __init__(self, texts: Sequence[str]) -> None:
        self.route = "/"
        self.title = "Flow"
        self.lines = [Row((Span(text, "md.strong" if number % 3 else ""),)) for number, text in enumerate(texts)]
        self.top = 0

    def draw(self, width: int, height: int) -> Frame:
        body = self.lines[self.top : self.top + height - 2]
        body += [Row()] * (height - 2 - len(body))
        place = Row((Span(f" {self.top} of {len(self.lines)}", "hint"),))
        return Frame([Row((Span("stays"),), "official"), *body, place], (0, 1))


def _cells(driver: Driver) -> list[list[tuple[object, ...]]]:
    """Every cell of the screen, the fill after the text too."""
    columns, rows = driver.link.size
    return [[driver.terminal.at(column, row) for column in range(columns)] for row in range(rows)]


_STEPS = st.lists(
    st.one_of(st.integers(-9, 9), st.sampled_from(["congest", "clear", "resize", "edit", "say", "same"])),
    min_size=1,
    max_size=12,
)
_TEXTS = st.lists(st.sampled_from(["", "", "食堂早餐★", "a", "b" * 90, "电" * 50, "x食" * 20, "é🍜|"]), max_size=80)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(texts=_TEXTS, steps=_STEPS)
async def test_scrolling_shows_what_a_full_repaint_shows(texts: list[str], steps: list[int | str]) -> None:
    texts = [f"{text} {number}" if text and number % 2 else text for number, text in enumerate(texts)]
    view = Flow(texts)
    async with Driver(view, columns=50, rows=12) as driver:
        for step in steps:
            if isinstance(step, int):
                view.top = max(0, min(view.top + step, len(texts)))
            elif step in ("congest", "clear"):
                driver.link.congest(step == "congest")
            elif step == "resize":
                driver.link.congest(False)
                await driver.resize(30 if driver.link.size.columns == 50 else 50, 12)
            elif step == "edit" and view.lines:
                view.lines[len(view.lines) // 2] = Row((Span("edited 改"),), "official")
            elif step == "say":
                driver.stage.say("说")
            driver.stage.redraw()
            await driver.settle()
        driver.link.congest(False)
        await driver.settle()
        shown, cursor = _cells(driver), driver.cursor
        await driver.press("c-l")
        assert shown == _cells(driver)
        assert cursor == driver.cursor


@pytest.mark.parametrize("step", [1, 3, -1, -3])
async def test_a_line_scroll_sends_the_new_rows_only(step: int) -> None:
    view = Flow([f"{'食堂早餐能否早半小时' * 3} {number}" for number in range(60)])
    view.top = 20
    async with Driver(view) as driver:
        drawn = Drawn(driver)
        view.top += step
        driver.stage.redraw()
        await driver.settle()
        assert drawn.data.count("食堂".encode()) == 3 * abs(step)
        assert len(drawn.data) < 280 + 200 * abs(step)
        assert drawn.writes == 1
        assert driver.row(1) == "stays"
        assert driver.row(2).endswith(f" {20 + step}")
        assert driver.row(20).endswith(f" {38 + step}")


async def test_rows_that_did_not_move_together_are_drawn() -> None:
    view = Flow([f"row {number}" for number in range(60)])
    async with Driver(view) as driver:
        drawn = Drawn(driver)
        view.top = 19
        driver.stage.redraw()
        await driver.settle()
        assert controls.WHOLE_WINDOW.encode() not in drawn.data
        assert driver.row(2) == "row 19"
