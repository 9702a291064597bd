"""Frames on the wire: only what changed, nothing while the far end is slow, all of it known sequences."""

from __future__ import annotations

import re

import pytest

from bbs.terminal import controls
from bbs.terminal.canvas import Frame, Row, Size
from bbs.terminal.services import Options
from bbs.terminal.themes import THEMES
from bbs.terminal.view import View
from bbs.text.spans import Span
from tests.support.terminal import Driver
from tests.support.views import Lines

_NUMBERED = re.compile(rb"\x1b\[\d+;\d+H|\x1b\[[0-9;]*m")


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
