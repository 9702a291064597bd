"""Two people at once, and a newcomer, with the real OpenSSH client."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-comeback")]

PASSWORD = "a heron by the river"
MORE = "下面还有"


def test_a_short_message_appears_while_one_reads_and_waits_while_one_writes(house: HouseProcess, call: Call) -> None:
    plum = call("plum", "go", "/b/life")
    plum.wait_route("/b/life")
    reed = call("reed", "go", "/u/plum")
    reed.wait_for("w message")
    reed.press("w")
    reed.wait_for("short message")
    reed.press("s")
    reed.wait_for("75 characters at most")
    reed.press("三点喝茶？\r")
    reed.wait_for("Sent to plum.")
    plum.wait_for("reed: 三点喝茶？")
    plum.press("\x12")
    plum.wait_for("To reed (75 characters at most):")
    plum.press("gladly\r")
    reed.wait_for("plum: gladly")
    plum.press("\x10")
    plum.wait_for("as plum (pen name)")
    plum.press("half a ti")
    plum.wait_for("half a ti")
    sent = run_ssh(house, "reed", "page", "plum", "--text", "east-gate", password="demo-reed")
    assert sent.returncode == 0, sent.stderr
    plum.wait_for("1 message")
    assert "east-gate" not in plum.text
    plum.press("tle\x18")
    plum.wait_for("half a title")
    plum.press("a")
    plum.press("y")
    plum.wait_for("reed: east-gate")


def test_a_newcomer_in_chinese_skips_the_first_visit_and_finds_the_tour_again(call: Call) -> None:
    heron = call("new", env={"LANG": "zh_CN.UTF-8"})
    heron.wait_route("/register")
    heron.press("1")
    heron.wait_for("(*) 1 中文")
    heron.press("\r")
    heron.wait_for("第 2 步")
    heron.press("\r")
    heron.wait_for("第 3 步")
    heron.press("青鹭\r")
    heron.wait_for("第 4 步")
    while MORE in heron.text:
        heron.press(" ")
        heron.settle()
    heron.press("\r")
    heron.wait_for("第 5 步")
    heron.press("\r")
    heron.wait_for("第 6 步")
    heron.press(PASSWORD + "\r")
    heron.settle()
    heron.press(PASSWORD + "\r")
    heron.wait_for("青鹭@")
    heron.press("\r")
    heron.wait_route("/welcome")
    heron.wait_for("您的手指习惯哪一种？")
    heron.press("q")
    heron.wait_route("/")
    heron.wait_for("已跳过")
    heron.go("/help/tour")
    heron.wait_for("1/6")
    heron.go("/")
    heron.press("q")
    heron.wait_for("Y 是")
    heron.press("y")
    heron.wait_closed()
    again = call("青鹭", password=PASSWORD)
    again.wait_route("/")
    assert "青鹭" in again.head
