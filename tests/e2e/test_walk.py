"""A person with the real OpenSSH client: in, to a board, read an officer's answer, reply, out, and back."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Call

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-people")]

THREAD = "/t/37"
"""如果这一周过得不好: started by an officer, answered by members and by her."""


def test_reply_by_password_and_find_it_again(call: Call) -> None:
    reed = call("reed", password="demo-reed")
    reed.wait_route("/")
    assert "Mingtan" in reed.head
    assert "reed" in reed.head
    reed.press("b")
    reed.wait_route("/b")
    reed.press("2\r")
    reed.wait_for(">   2  Heart to Heart")
    reed.press("\r")
    reed.wait_route("/b/secretary")
    assert "如果这一周过得不好" in reed.text
    reed.press("\r")
    reed.wait_for("[OFFICIAL] 林若溪  Executive Deputy Secretary")
    assert THREAD in reed.head
    reed.press("r")
    reed.wait_for("as reed (pen name)")
    assert "everybody who reads Heart to Heart" in reed.text
    reed.press("Soup helps, and so does 一碗热汤.\r", "Second line.")
    reed.wait_for("Second line.")
    reed.press("\x18")
    reed.wait_for("Post as reed (pen name)")
    reed.press("s")
    reed.wait_for("Posted #")
    assert "Soup helps, and so does 一碗热汤." in reed.text
    reed.press("\x1b[D")
    reed.wait_route("/b/secretary")
    reed.go("/")
    reed.press("q")
    reed.wait_for("Leave the forum?")
    reed.press("y")
    reed.wait_closed()
    assert reed.child.exitstatus == 0

    again = call("reed", "go", THREAD)
    again.wait_for("林若溪")
    again.press("$")
    again.wait_for("Soup helps, and so does 一碗热汤.")
    assert "Second line." in again.text
    assert "reply to #1" in again.text


def test_login_by_key_asks_nothing_on_the_way(call: Call) -> None:
    plum = call("plum")
    plum.wait_route("/")
    assert "assword" not in plum.terminal.received.decode(errors="replace")
    assert "plum" in plum.head


def test_a_wrong_password_opens_nothing(call: Call) -> None:
    stranger = call("reed", password="demo-plum")
    stranger.wait_for("assword:", times=2)
    stranger.press("\x03")
    stranger.wait_closed()
    assert "/b" not in stranger.text


def test_the_walk_of_a_guest_in_chinese(call: Call) -> None:
    guest = call("guest", env={"LANG": "zh_CN.UTF-8"})
    guest.wait_route("/")
    assert "明坛" in guest.head
    assert "版面" in guest.text
    guest.press("b")
    guest.wait_route("/b")
    guest.wait_for("知心书记")
    guest.go("/b/secretary")
    guest.press("\r")
    guest.wait_for("机关党委常务副书记")
    assert "[实名] 林若溪" in guest.text
    guest.press("r")
    guest.wait_for("来宾")
    assert "/reply" not in guest.head, "a guest writes nothing"


def test_the_same_route_in_english_for_an_english_guest(call: Call) -> None:
    guest = call("guest", "go", "/b/secretary", env={"LANG": "en_GB.UTF-8"})
    guest.wait_route("/b/secretary")
    assert "Mingtan > Heart to Heart" in guest.head


def test_a_member_who_changes_to_chinese_replies_in_chinese(call: Call) -> None:
    plum = call("plum", "go", "/me")
    plum.wait_for(">Language")
    plum.press("\r")
    plum.wait_for("语言")
    plum.go(THREAD)
    plum.wait_for("机关党委常务副书记")
    plum.press("R")
    plum.wait_for("plum（笔名）")
    plum.press("先喝一碗汤，再说别的。")
    plum.wait_for("先喝一碗汤，再说别的。")
    plum.press("\x18")
    plum.wait_for("取消")
    plum.press("s")
    plum.wait_for("已发表")
    plum.hang_up()
    again = call("plum", "go", THREAD, env={"LANG": "en_US.UTF-8"})
    again.wait_for("机关党委常务副书记")
    again.press("$")
    again.wait_for("先喝一碗汤，再说别的。")
    assert "明坛" in again.head, "what a person prefers outlives the visit and beats what the terminal says"


def test_a_bulletin_that_must_be_read(call: Call) -> None:
    keeper = call("keeper")  # whose line has not dropped here: nobody is asked whether to go back
    keeper.wait_route("/")
    keeper.press("n")
    keeper.wait_route("/news")
    keeper.go("/news/express")
    keeper.wait_for("Network maintenance")
    keeper.press("\r")
    keeper.wait_for("/n/")
    keeper.wait_for("Network maintenance in the night of 28 November")
