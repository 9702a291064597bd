"""Questions in the message row."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bbs.terminal.canvas import Frame
from bbs.terminal.view import Answer, Choice, View
from tests.support.terminal import Driver
from tests.support.waiting import until

Question = Callable[["Asking"], Coroutine[Any, Any, object]]


class Asking(View):
    """Asks one question when `^P` is pressed and keeps the answer."""

    route = "/"
    context = "list"

    def __init__(self, question: Question) -> None:
        self._question = question
        self.answers: list[object] = []
        self.acts: list[str] = []

    def draw(self, width: int, height: int) -> Frame:
        return Frame()

    def act(self, action: str, data: str) -> Answer:
        self.acts.append(action)
        return self._run() if action == "post" else None

    async def _run(self) -> None:
        self.answers.append(await self._question(self))


async def answer(question: Question, *keys: str, text: str = "", lang: str = "en") -> object:
    view = Asking(question)
    async with Driver(view, lang=lang) as driver:
        await driver.press("c-p")
        if text:
            await driver.type(text)
        await driver.press(*keys)
        assert len(view.answers) == 1
    return view.answers[0]


@pytest.mark.parametrize(
    ("keys", "default", "expected"),
    [
        (["y"], False, True), (["Y"], False, True), (["n"], True, False), (["是"], False, True), (["否"], True, False),
        (["enter"], True, True), (["enter"], False, False), (["escape"], True, False), (["c-c"], True, False),
        (["x", "y"], False, True),
    ],
)  # fmt: skip
async def test_confirm(keys: list[str], default: bool, expected: bool) -> None:
    assert await answer(lambda view: view.stage.confirm("Sure?", default=default), *keys) is expected


async def test_ask_gives_the_line() -> None:
    assert await answer(lambda view: view.stage.ask("Title:", "old "), "enter", text="新标题") == "old 新标题"


@pytest.mark.parametrize("key", ["escape", "c-c"])
async def test_ask_can_be_backed_out_of(key: str) -> None:
    assert await answer(lambda view: view.stage.ask("Title:"), key, text="x") is None


async def test_ask_keeps_to_its_limit() -> None:
    assert await answer(lambda view: view.stage.ask("Title:", limit=3), "enter", text="abcdef") == "abc"


async def test_ask_edits() -> None:
    keys = ("home", "delete", "end", "backspace", "enter")
    assert await answer(lambda view: view.stage.ask("Title:", "abcd"), *keys) == "bc"
    assert await answer(lambda view: view.stage.ask("Title:", "abcd"), "c-u", "x", "enter") == "x"


async def test_a_secret_is_never_on_the_screen() -> None:
    view = Asking(lambda view: view.stage.ask("Password:", secret=True))
    async with Driver(view) as driver:
        await driver.press("c-p")
        await driver.type("hunter2")
        assert driver.message == "Password: *******"
        await driver.press("enter")
    assert view.answers == ["hunter2"]
    assert b"hunter" not in driver.terminal.received


async def test_ask_completes() -> None:
    def complete(text: str) -> list[str]:
        return [name for name in ("food 美食", "foot 足球", "work 工作") if text in name]

    view = Asking(lambda view: view.stage.ask("Board:", complete=complete))
    async with Driver(view) as driver:
        await driver.press("c-p")
        await driver.type("美")
        assert driver.row(-3).strip() == "food 美食"
        await driver.press("tab")
        assert driver.message == "Board: food 美食"
        assert driver.row(-3).startswith(" > food")
        await driver.press("c-u")
        await driver.press("up", "enter")
    assert view.answers == ["work 工作"]


async def test_a_completer_that_fails_ends_the_question_only() -> None:
    def complete(text: str) -> list[str]:
        if text:
            raise RuntimeError("no")
        return []

    view = Asking(lambda view: view.stage.ask("Board:", complete=complete))
    async with Driver(view) as driver:
        await driver.press("c-p", "x")
        assert driver.message.startswith("Something went wrong")
    assert view.answers == [None]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["s"], "s"),
        (["S"], "s"),
        (["escape"], None),
        (["q"], None),
        (["down", "enter"], "s"),
        (["up", "enter"], "a"),
        (["enter", "p"], "p"),
    ],
)
async def test_choose(keys: list[str], expected: str | None) -> None:
    choices = [Choice("s", "send"), Choice("p", "preview"), Choice("a", "abandon")]
    assert await answer(lambda view: view.stage.choose("Finish?", choices), *keys) == expected


async def test_many_choices_take_more_rows() -> None:
    choices = [Choice(chr(97 + number), f"answer number {number}") for number in range(20)]
    view = Asking(lambda view: view.stage.choose("Which?", choices))
    async with Driver(view, columns=60) as driver:
        await driver.press("c-p")
        for choice in choices:
            assert choice.label in driver.text()
        await driver.press("t")
    assert view.answers == ["t"]


async def test_a_long_question_is_wrapped_and_the_cursor_waits_at_its_end() -> None:
    view = Asking(lambda view: view.stage.confirm("要把这个主题移到别的版面吗？" * 6))
    async with Driver(view, columns=60, lang="zh") as driver:
        await driver.press("c-p")
        assert driver.row(-5).startswith(" 要把")
        assert driver.cursor[1] == 22
        assert driver.terminal.cursor_shown
        await driver.press("n")
        assert driver.row(-5) == driver.row(-4) == ""


async def test_keys_typed_ahead_reach_the_questions_in_order() -> None:
    async def both(view: Asking) -> object:
        sure = await view.stage.confirm("Sure?")
        return sure, await view.stage.ask("Why:"), await view.stage.choose("?", [Choice("a", "x")])

    view = Asking(both)
    async with Driver(view) as driver:
        await driver.type("\x10ybecause\ra")
        await until(lambda: view.answers)
        await driver.press("f")
    assert view.answers == [(True, "because", "a")]
    assert view.acts == ["post", "favourite"]


async def test_enter_right_after_a_paste_does_not_send() -> None:
    view = Asking(lambda view: view.stage.ask("Title:"))
    async with Driver(view) as driver:
        await driver.press("c-p")
        await driver.type("\x1b[200~one\ntwo\x1b[201~\r")
        assert not view.answers
        driver.clock.advance(0.2)
        await driver.press("enter")
    assert view.answers == ["one two"]


async def test_two_questions_at_once_are_asked_one_after_the_other() -> None:
    view = Asking(lambda view: view.stage.confirm("First?"))
    async with Driver(view) as driver:
        await driver.press("c-p")
        seen: list[str | None] = []

        async def beside() -> None:
            seen.append(await driver.stage.ask("Second:"))

        driver.stage.spawn(beside())
        await driver.settle()
        assert driver.message.startswith("First?")
        await driver.press("y")
        assert driver.message.startswith("Second:")
        await driver.type("x\r")
        await until(lambda: seen)
    assert view.answers == [True]
    assert seen == ["x"]


async def test_the_line_may_drop_while_a_question_is_open() -> None:
    view = Asking(lambda view: view.stage.ask("Title:"))
    async with Driver(view) as driver:
        await driver.press("c-p")
        driver.link.lose()
        await until(lambda: driver.ended)
    assert not view.answers
