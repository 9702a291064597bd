"""What falls over takes nothing with it: one screen, one command, one item; an id is told, and one trace logged."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from bbs.commands.answer import Answer
from bbs.commands.call import Call
from bbs.commands.tree import Command
from bbs.forum.actor import LOCAL
from bbs.forum.news.bulletins import BulletinItem, Stored
from bbs.terminal.canvas import Frame
from bbs.terminal.view import View
from screens.routes import Router
from screens.table import ROUTES
from screens.visit import Screen, Visit
from tests.screens.conftest import VisitDriver
from tests.security.conftest import Place

SHORT_ID = re.compile(r"\b[0-9a-f]{6}\b")


class Broken(Screen):
    """Falls over where its name says."""

    title = "broken"

    def __init__(self, visit: Visit, where: str) -> None:
        super().__init__(visit)
        self.route = f"/broken/{where}"
        self._where = where

    def _maybe(self, where: str) -> None:
        if where == self._where:
            raise RuntimeError(f"broken in {where}")

    async def open(self) -> None:
        self._maybe("open")

    def draw(self, width: int, height: int) -> Frame:
        self._maybe("draw")
        return Frame([])

    def act(self, action: str, data: str) -> Any:
        self._maybe("act")
        return self._later() if self._where == "later" else False

    async def _later(self) -> None:
        self._maybe("later")

    def close(self) -> None:
        self._maybe("close")

    def draft(self) -> None:
        self._maybe("draft")

    def hints(self) -> Any:
        self._maybe("hints")
        return ()


@pytest.fixture
def broken_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    """All routes, and those of screens that fall over."""

    def opener(visit: Visit, match: re.Match[str]) -> View:
        if match["where"] == "make":
            raise RuntimeError("broken in make")
        return Broken(visit, match["where"])

    monkeypatch.setattr("screens.session._ROUTER", Router([*ROUTES, (r"/broken/(?P<where>[a-z]+)", opener)]))


@pytest.mark.parametrize("where", ["make", "open", "draw", "act", "later", "hints", "close"])
@pytest.mark.usefixtures("broken_routes")
async def test_a_screen_that_falls_over_is_closed_and_the_session_goes_on(
    harmless: Place, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    reed = await harmless.actor("reed")
    async with VisitDriver(harmless.house.forum, reed) as person:
        await person.press("b")
        await person.press(":")
        await person.type(f"/broken/{where}")
        await person.press("enter")
        if where in ("act", "later"):
            await person.press("j")
        if where == "close":
            await person.press("q")
        assert not person.ended
        assert person.route in (("/b", "/") if where == "make" else ("/b",)), person.text()
        if where != "close":
            assert (told := SHORT_ID.search(person.message)), person.text()
            assert told[0] in caplog.text
        assert "Traceback" not in person.text()
        assert "broken in" not in person.text()
        await person.press("b", "j", "enter")
        assert person.route.startswith("/b")
    traces = [record for record in caplog.records if record.levelno >= logging.ERROR and record.exc_info]
    assert len(traces) == 1, [record.getMessage() for record in traces]


@pytest.mark.usefixtures("broken_routes")
async def test_other_sessions_do_not_notice(harmless: Place) -> None:
    reed, plum = await harmless.actor("reed"), await harmless.actor("plum")
    async with (
        VisitDriver(harmless.house.forum, reed, route="/broken/draw") as person,
        VisitDriver(harmless.house.forum, plum, route="/b") as other,
    ):
        await person.press("j")
        await other.press("j", "enter")
        assert other.route.startswith("/b/")
        assert not person.ended
        assert person.route == "/"


@pytest.mark.usefixtures("broken_routes")
async def test_a_draft_that_cannot_be_saved_holds_up_nobodys_goodbye(
    harmless: Place, caplog: pytest.LogCaptureFixture
) -> None:
    reed = await harmless.actor("reed")
    async with VisitDriver(harmless.house.forum, reed, route="/broken/draft"):
        pass
    assert len([record for record in caplog.records if record.exc_info]) == 1


async def test_a_command_that_falls_over_tells_an_id(harmless: Place, caplog: pytest.LogCaptureFixture) -> None:
    async def explode(call: Call) -> Answer:
        raise RuntimeError("secret \x1b]0;x\x07")

    harmless.house.tree.add([Command(("explode",), explode)])
    for options in ((), ("--json",)):
        caplog.clear()
        code, out, err = await harmless.run("guest", "explode", *options)
        assert (code, out) == (1, "")
        assert "secret" not in err
        told = SHORT_ID.search(err)
        assert told
        (record,) = [record for record in caplog.records if record.exc_info]
        assert told[0] in record.getMessage()
    code, out, _ = await harmless.run("guest", "boards")
    assert code == 0
    assert "life" in out


async def test_an_item_that_falls_over_leaves_the_others(harmless: Place) -> None:
    class Explodes(str):
        def __bool__(self) -> bool:
            raise RuntimeError("an item that explodes")

        def __len__(self) -> int:
            raise RuntimeError("an item that explodes")

    good = [BulletinItem(f"g{number}", "express", f"Good {number}", "A body.") for number in range(3)]
    bad = BulletinItem("bad", "express", Explodes("x"), Explodes("x"))
    done = await harmless.house.forum.news.store(LOCAL, [good[0], bad, *good[1:]])
    assert [isinstance(one, Stored) for one in done] == [True, False, True, True]
    code, out, _ = await harmless.run("guest", "news", "express")
    assert code == 0
    assert all(f"Good {number}" in out for number in range(3))
