"""The line drops in the middle of a word: the client's connection is killed, and the next login goes on there."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-comeback")]

THREAD = "/t/37"


def on_disk(house: HouseProcess, query: str) -> None:
    """Wait until the store of a running house answers a question."""
    deadline = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(f"file:{house.data / 'mingtan.db'}?mode=ro", uri=True)) as store:
        while store.execute(query).fetchone() is None:
            assert time.monotonic() < deadline, query
            time.sleep(0.02)


def test_a_dropped_line_in_the_middle_of_a_word_in_english(call: Call) -> None:
    reed = call("reed", "go", THREAD)
    reed.wait_for("林若溪")
    reed.press("y")
    reed.wait_for("as reed (pen name)")
    reed.press("First line.\rSoup hel")
    reed.wait_for("Soup hel")
    reed.press("\x1b[D", "\x1b[D")
    reed.settle()
    place = reed.terminal.cursor
    reed.hang_up()
    again = call("reed")
    again.wait_for("y goes on writing")
    assert again.is_at("/"), "home is there at once, the offer on it"
    again.press("y")
    again.wait_route(f"{THREAD}/reply")
    again.wait_for("Soup hel")
    assert again.terminal.cursor == place
    again.press("lp")
    again.wait_for("Soup hlpel")
    again.press("\x18")
    again.wait_for("Post as reed")
    again.press("a")
    again.wait_for("y")
    again.press("y")
    again.wait_route(THREAD)
    again.go("/")
    again.press("q")
    again.wait_for("Leave the forum?")
    again.press("y")
    again.wait_closed()
    third = call("reed", "go", "/b")
    third.wait_route("/b")
    third.go("/")
    assert "Your line dropped" not in third.text, "who left is offered nothing"


def test_a_dropped_line_in_chinese_and_a_killed_server(own_house: HouseProcess, call: Call) -> None:
    plum = call("plum", "go", "/me", at=own_house)
    plum.wait_for(">Language")
    plum.press("\r")
    plum.wait_for("语言")
    plum.go(THREAD)
    plum.press("y")
    plum.wait_for("plum（笔名）")
    plum.press("先喝一碗汤，再说别")
    plum.wait_for("再说别")
    plum.hang_up()
    again = call("plum", at=own_house)
    again.wait_for("掉线时，您正在")
    again.press("y")
    again.wait_route(f"{THREAD}/reply")
    again.wait_for("先喝一碗汤，再说别")
    again.press("的。")
    again.wait_for("再说别的。")
    # A draft is written within three seconds of a change, a place within five of a move.
    on_disk(own_house, "select 1 from draft where body like '%再说别的。'")
    on_disk(own_house, "select 1 from place where route like '/t/37/reply%' and not dropped")
    own_house.kill()
    own_house.start()
    third = call("plum", at=own_house)
    third.wait_for("掉线时，您正在")
    third.press("y")
    third.wait_route(f"{THREAD}/reply")
    third.wait_for("先喝一碗汤，再说别的。")
