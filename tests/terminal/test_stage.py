"""The stage: the stack of views, keys in order, messages, faults, and the end of a session."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest

from bbs.errors import Forbidden, NotFound
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.chrome import HeadInfo
from bbs.terminal.commands import Preset
from bbs.terminal.dispatch import MAX_AHEAD
from bbs.terminal.editor import Editor
from bbs.terminal.keymap import preset_keymap
from bbs.terminal.services import Services
from bbs.terminal.stack import MAX_DEPTH
from bbs.terminal.view import Answer, Choice, Hint, Stage, View
from bbs.text.spans import Span
from tests.support.terminal import Driver, words
from tests.support.views import Lines
from tests.support.waiting import until


class Page(View):
    """A view with one row that opens others and can fail in every place."""

    context = "list"

    def __init__(self, route: str, *, fails: str = "") -> None:
        self.route = route
        self.title = f"Page {route}"
        self.fails = fails
        self.gate = asyncio.Event()
        self.log: list[str] = []

    def _fail(self, place: str) -> None:
        if self.fails == place:
            raise RuntimeError(place)
        if self.fails == f"{place}!":
            raise Forbidden("terminal.no_route", route=place)

    async def open(self) -> None:
        self._fail("open")

    async def resume(self) -> None:
        self.log.append("resume")
        self._fail("resume")

    def close(self) -> None:
        self.log.append("close")
        self._fail("close")

    def draft(self) -> None:
        self.log.append("draft")
        self._fail("draft")

    def draw(self, width: int, height: int) -> Frame:
        self._fail("draw")
        return Frame([Row((Span(f"this is {self.route}"),))])

    def hints(self) -> Sequence[Hint]:
        self._fail("hints")
        return (Hint("post", "key.post"),)

    def act(self, action: str, data: str) -> Answer:
        self.log.append(action)
        if action == "post":
            self._fail("act")
            return self._slow()
        if action == "enter":
            return self.stage.push(Page(f"{self.route}x"))
        return False

    async def _slow(self) -> None:
        self._fail("work")
        await self.gate.wait()
        self.log.append("done")


async def router(route: str) -> View:
    if route.startswith("/none"):
        raise NotFound("terminal.no_route", route=route)
    if route.startswith("/broken"):
        return Page(route, fails="open")
    return Page(route)


def check_protocol(driver: Driver) -> Stage:
    return driver.stage


async def test_the_head_bar_says_where_one_is() -> None:
    async with Driver(Page("/b/services")) as driver:
        assert driver.row(0) == " Mingtan > Page /b/services" + " " * 26 + "/b/services  reed  inbox 3"
        assert driver.row(-1).endswith("h help")
        assert "^P new post" in driver.row(-1)


async def test_the_title_gives_way_the_route_never() -> None:
    page = Page("/b/services/library/a-long-path")
    page.title = "机关服务" * 20
    async with Driver(page, columns=60) as driver:
        head = driver.row(0)
        assert "/b/services/library/a-long-path  reed  inbox 3" in head
        assert ".." in head


async def test_the_head_bar_fits_any_width_with_the_route_whole() -> None:
    for columns in (20, 26, 33, 40):
        async with Driver(Page("/b/services"), columns=columns) as driver:
            assert "/b/services" in driver.row(0)
            assert driver.row(0).strip()


async def test_views_are_opened_closed_and_resumed() -> None:
    first = Page("/")
    async with Driver(first, router=router) as driver:
        await driver.press("enter")
        second = driver.stage.view
        assert isinstance(second, Page)
        assert second.route == "/x"
        assert "this is /x" in driver.text()
        await driver.press("left")
        assert second.log == ["leave", "close"]
        assert first.log == ["enter", "resume"]
        await driver.press("left")
        assert driver.bells == 1
        assert driver.stage.views == (first,)


async def test_routes_lead_to_views_and_home_closes_what_is_above() -> None:
    first = Page("/")
    async with Driver(first, router=router) as driver:
        await driver.press(":")
        await driver.type("/t/12#3\r")
        assert [view.route for view in driver.stage.views] == ["/", "/t/12#3"]
        await driver.press(":")
        await driver.type("/none\r")
        assert driver.message == "There is nothing at /none"
        assert driver.stage.view.route == "/t/12#3"
        await driver.stage.go("/")
        assert driver.stage.views == (first,)
        assert "resume" in first.log


async def test_the_stack_is_bounded_and_keeps_home() -> None:
    first = Page("/")
    async with Driver(first, router=router) as driver:
        for number in range(MAX_DEPTH + 10):
            await driver.stage.go(f"/t/{number}")
        views = driver.stage.views
        assert len(views) == MAX_DEPTH
        assert views[0] is first
        assert views[-1].route == f"/t/{MAX_DEPTH + 9}"


async def test_replace_puts_a_view_in_place_of_another() -> None:
    first = Page("/")
    async with Driver(first, router=router) as driver:
        await driver.press("enter")
        second = driver.stage.view
        await driver.stage.replace(Page("/other"))
        assert [view.route for view in driver.stage.views] == ["/", "/other"]
        assert isinstance(second, Page)
        assert second.log == ["close"]
        await driver.stage.replace(Page("/bad", fails="open!"))
        assert driver.stage.view.route == "/other"


async def test_keys_typed_while_a_view_is_busy_wait_in_order() -> None:
    page = Page("/")
    async with Driver(page) as driver:
        driver.link.feed(b"\x10fXu")
        await until(lambda: not driver.stage._input.waiting and page.log)
        assert page.log == ["post"]
        page.gate.set()
        await driver.settle()
        assert page.log == ["post", "done", "favourite", "push", "undo"]


async def test_typing_ahead_is_bounded_and_interrupt_forgets_it() -> None:
    page = Page("/")
    async with Driver(page) as driver:
        driver.link.feed(b"\x10" + b"f" * (MAX_AHEAD + 100))
        await until(lambda: not driver.stage._input.waiting)
        page.gate.set()
        await driver.settle()
        assert page.log.count("favourite") == MAX_AHEAD
        page.gate.clear()
        page.log.clear()
        driver.link.feed(b"\x10fff\x03u")
        await until(lambda: not driver.stage._input.waiting)
        page.gate.set()
        await driver.settle()
        assert page.log == ["post", "done", "undo"]


async def test_a_view_that_takes_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbs.terminal.errands.WORKING_AFTER", 0.01)
    page = Page("/")
    async with Driver(page) as driver:
        driver.link.feed(b"\x10")
        await until(lambda: driver.message == "One moment...")
        page.gate.set()
        await driver.settle()


async def test_every_key_is_answered() -> None:
    async with Driver(Page("/")) as driver:
        await driver.press("&")
        assert driver.message == "& does nothing here; h shows the keys"
        await driver.press("j")
        assert driver.bells == 2
        assert driver.message == ""


async def test_a_retired_key_says_what_to_press_instead() -> None:
    async with Driver(Lines(route="/"), keymap=preset_keymap(Preset.KBS), lang="zh") as driver:
        await driver.press("n")
        assert driver.message == "n 已改为 S：依次读未读"


async def test_numbers_are_collected_shown_and_confirmed() -> None:
    view = Lines(route="/")
    async with Driver(view) as driver:
        await driver.press("1", "2", "3")
        assert driver.message == "Go to number: 123"
        await driver.press("backspace", "enter")
        assert view.selected == 11
        await driver.press("4", "escape")
        assert driver.message == ""
        await driver.press("4", "j")
        assert view.selected == 12
        assert [act for act in view.acts if act[0] == "number"] == [("number", "12")]
        await driver.type("9" * 50)
        assert len(driver.message) < 40


@pytest.mark.parametrize("place", ["act", "work", "draw", "hints"])
async def test_a_fault_ends_the_view_not_the_session(place: str, caplog: pytest.LogCaptureFixture) -> None:
    first = Page("/")
    async with Driver(first, router=router) as driver:
        bad = Page("/bad")
        bad.gate.set()
        await driver.stage.push(bad)
        await driver.settle()
        bad.fails = place
        with caplog.at_level(logging.ERROR, "mingtan.terminal"):
            await driver.press("c-p", "c-l")
        assert driver.stage.views == (first,)
        assert "close" in bad.log
        assert "this is /" in driver.text()
        records = [record for record in caplog.records if record.exc_info]
        assert len(records) == 1
        short = records[0].__dict__["error_id"]
        assert short in records[0].getMessage()
        assert "resume" in first.log


async def test_a_fault_shows_its_id() -> None:
    async with Driver(Page("/"), router=router) as driver:
        await driver.stage.push(Page("/bad", fails="act"))
        await driver.press("c-p")
        assert driver.message.startswith("Something went wrong here. You can go on; tell the sysop this id: ")


@pytest.mark.parametrize("place", ["act", "work", "draw", "hints"])
async def test_a_fault_in_the_first_view_leads_home_or_stays(place: str) -> None:
    first = Page("/t/1", fails=place)
    first.gate.set()
    async with Driver(first, router=router) as driver:
        if driver.stage.view is first:  # one that cannot be drawn has made room already
            await driver.press("c-p")
        assert driver.stage.view.route == "/"
        assert "this is /" in driver.text()
    home = Page("/", fails=place)
    home.gate.set()
    driver = Driver(home, router=router)
    driver.patience = 0.2  # a home that always fails is busy with failing
    async with driver:
        await driver.press("c-p")
        assert not driver.ended
        home.fails = ""
        await driver.press("c-p", "c-l")
        assert "this is /" in driver.text()


@pytest.mark.parametrize("place", ["open", "open!"])
async def test_a_view_that_cannot_be_opened_leaves_the_old_one(place: str) -> None:
    first = Page("/")
    async with Driver(first, router=router) as driver:
        bad = Page("/bad", fails=place)
        await driver.stage.push(bad)
        await driver.settle()
        assert driver.stage.views == (first,)
        assert bad.log == ["close"]
        assert driver.message


async def test_a_deep_link_that_leads_nowhere_lands_at_home_and_says_why() -> None:
    async with Driver(Page("/t/9", fails="open!"), router=router) as driver:
        assert driver.stage.view.route == "/"
        assert driver.message == "There is nothing at open"


async def test_a_session_without_any_view_ends_in_words() -> None:
    async def nowhere(route: str) -> View:
        raise NotFound("terminal.no_route", route=route)

    async with Driver(Page("/t/9", fails="open!"), router=nowhere) as driver:
        await driver.settle()
        assert driver.ended
        assert driver.row(0) == "There is nothing at /"


@pytest.mark.parametrize("place", ["close", "draft", "resume"])
async def test_faults_on_the_way_out_are_logged_and_hold_nothing_up(place: str) -> None:
    async with Driver(Page("/"), router=router) as driver:
        await driver.stage.push(Page("/bad", fails=place))
        await driver.stage.push(Page("/top"))
        await driver.press("left", "left")
        assert driver.stage.view.route == "/"


async def test_a_lost_line_saves_drafts_and_closes_every_view() -> None:
    first, second = Page("/"), Page("/edit")
    async with Driver(first) as driver:
        await driver.stage.push(second)
        driver.link.lose()
        await until(lambda: driver.ended)
    assert first.log == ["draft", "close"]
    assert second.log == ["draft", "close"]


async def test_work_is_cancelled_when_the_line_drops() -> None:
    page = Page("/")
    async with Driver(page) as driver:
        driver.link.feed(b"\x10")
        await until(lambda: page.log)
        driver.link.lose()
        await until(lambda: driver.ended)
    assert "done" not in page.log
    assert "close" in page.log


async def test_work_asked_for_after_the_end_is_not_started() -> None:
    page = Page("/")
    async with Driver(page) as driver:
        driver.link.lose()
        await until(lambda: driver.ended)
        driver.stage.spawn(page._slow())
        driver.stage.work(page._slow())
        driver.stage.say("nothing")
        driver.link.feed(b"jjj")
    assert "done" not in page.log


async def test_a_session_ended_before_it_began_does_not_begin() -> None:
    page = Page("/")
    driver = Driver(page)
    driver.stage.end(drafts=True)
    async with driver:
        await until(lambda: driver.ended)
    assert page.log == []
    assert not driver.terminal.received


async def test_leaving_shows_the_goodbye_page_without_controls() -> None:
    given = Services(router, lambda: HeadInfo("Mingtan", "reed", 0), goodbye=lambda: "See you\x1b[31m\nsoon")
    async with Driver(Page("/"), given=given) as driver:
        await driver.stage.leave()
        await driver.settle()
        assert driver.ended
        assert [driver.row(0), driver.row(1)] == ["See you", "soon"]


async def test_interrupt_never_ends_the_session() -> None:
    async with Driver(Page("/")) as driver:
        await driver.press("c-c", "c-c", "c-c")
        assert not driver.ended
        assert driver.message == "Ctrl-C does not end anything here; Left takes you out"


async def test_actions_of_every_screen() -> None:
    given = Services(
        router,
        lambda: HeadInfo("Mingtan", "reed", 0),
        board_names=lambda text: [name for name in ("food", "foot", "work") if name.startswith(text)],
        board_route=lambda text: None if text == "nothing" else f"/b/{text}",
    )
    async with Driver(Page("/"), given=given) as driver:
        await driver.press("c-w")
        assert driver.message == "You are at /: Page /"
        await driver.press("h")
        assert driver.stage.view.route == "/help/list"
        await driver.press("c-u")
        assert driver.stage.view.route == "/who"
        await driver.press("c-z", "m")
        assert driver.stage.view.route == "/mail"
        await driver.press("s")
        await driver.type("fo")
        assert "food" in driver.row(-4)
        await driver.press("tab", "tab", "enter")
        assert driver.stage.view.route == "/b/foot"
        await driver.press(":")
        await driver.type("nothing\r")
        assert driver.message == "There is no board called nothing"


async def test_spawned_work_reports_its_faults(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise RuntimeError("beside")

    async def refuse() -> None:
        raise NotFound("terminal.no_route", route="/x")

    async with Driver(Page("/")) as driver:
        driver.stage.spawn(refuse())
        await driver.settle()
        assert driver.message == "There is nothing at /x"
        driver.stage.spawn(fail())
        await driver.settle()
        assert driver.message.startswith("Something went wrong")
    assert sum(1 for record in caplog.records if record.exc_info) == 1


async def test_messages_last_until_the_next_key_and_carry_no_controls() -> None:
    async with Driver(Lines(route="/")) as driver:
        driver.stage.say("a\x1b[2Jb\nc", "message.good")
        await driver.settle()
        assert driver.message == "ab c"
        await driver.press("j")
        assert driver.message == ""


class Writing(View):
    """A view with an editor."""

    route = "/t/1/reply"
    context = "editor"

    def __init__(self) -> None:
        self.editor = Editor(limit=50)
        self.finished = 0

    def draw(self, width: int, height: int) -> Frame:
        assert self.editor is not None
        assert isinstance(self.editor, Editor)
        return self.editor.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        if action == "finish":
            self.finished += 1
            return None
        return False


async def test_text_goes_to_the_editor_and_commands_to_the_view() -> None:
    view = Writing()
    async with Driver(view) as driver:
        await driver.type("早上好 hjkq?:/\r2行")
        assert view.editor is not None
        assert view.editor.text == "早上好 hjkq?:/\n2行"
        assert driver.cursor == (3, 2)
        assert driver.terminal.cursor_shown
        await driver.press("up", "home", "x")
        assert view.editor.text.startswith("x早")
        await driver.press("c-x")
        assert view.finished == 1
        assert driver.row(-1).endswith("F1 help")
        await driver.type("y" * 60)
        assert driver.message == "No room: at most 50 characters"
        await driver.press("f2")
        assert driver.message == "F2 does nothing here; F1 shows the keys"


async def test_a_paste_into_the_editor_is_data_up_to_its_end() -> None:
    view = Writing()
    async with Driver(view) as driver:
        await driver.type("\x1b[200~a\tb\x1b[31mc\r\nd\x1b[201~\x18e")
        assert view.editor is not None
        assert view.editor.text == "a   bc\nde"
        assert view.finished == 0
        driver.clock.advance(1)
        await driver.press("c-x")
        assert view.finished == 1


async def test_a_paste_that_is_too_long_is_cut_and_told() -> None:
    view = Writing()
    async with Driver(view) as driver:
        await driver.paste("x" * 70)
        assert view.editor is not None
        assert len(view.editor.text) == 50
        assert driver.message == "Only part of the paste fits: at most 50 characters"


async def test_a_paste_of_a_mebibyte_is_cut_and_told_and_typing_goes_on() -> None:
    view = Writing()
    async with Driver(view) as driver:
        await driver.paste("食" * 350_000)
        await until(lambda: driver.message)
        assert driver.message == "Only part of the paste fits: at most 50 characters"
        assert view.editor is not None
        assert view.editor.text == "食" * 50
        await driver.press("backspace", "x")
        assert view.editor.text == "食" * 49 + "x"


async def test_language_and_keys_change_live() -> None:
    async with Driver(Lines(route="/")) as driver:
        driver.stage.words = words("zh")
        driver.stage.keymap = preset_keymap("ptt")
        driver.stage.ambiguous = 2
        await driver.settle()
        assert driver.row(-1).endswith("h 帮助")
        assert driver.row(0).endswith("提醒 3")
        await driver.press("n")
        assert driver.row(2).startswith(">")


async def test_choices_of_the_quick_switch_are_all_reachable() -> None:
    async with Driver(Page("/")) as driver:
        await driver.press("c-z")
        text = driver.text()
        for label in ("h home", "w who is here"):
            assert label in text
        await driver.press("escape")
        assert "who is here" not in driver.text()


def test_choice_is_a_key_and_words() -> None:
    assert Choice("a", "b").label == "b"
