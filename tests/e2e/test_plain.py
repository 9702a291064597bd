"""Plain mode with the real client: a script through `ssh -T`, and a person whose terminal is dumb."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-people")]


def test_a_script_through_ssh_without_a_terminal(house: HouseProcess, keys: Callable[[str], Path]) -> None:
    script = "\n".join(["boards", "services", "1", "reply", "The lift works again.", ".", "send", "where", "leave"])
    done = run_ssh(house, "plum", key=keys("plum"), options=["-T"], stdin=script)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert "command: boards\n9 boards." in said
    assert "You write as plum, a pen name." in said
    assert "Posted: floor" in said
    assert said.endswith("Goodbye.\n")
    assert not [char for char in said if (ord(char) < 0x20 and char != "\n") or 0x7F <= ord(char) < 0xA0]
    again = run_ssh(house, "plum", key=keys("plum"), options=["-T"], stdin="search 'lift works'\n1")
    assert "The lift works again." in again.stdout, "the last line of a script counts without its end"


def test_a_dumb_terminal_in_chinese_and_a_lost_line(call: Call) -> None:
    reed = call("reed", env={"TERM": "dumb"})
    reed.wait_for("Type a number or a word")
    reed.press("language zh\r")
    reed.wait_for("语言：中文。")
    reed.press("读 37#1\r")
    reed.wait_for("实名发言。第 1 楼")
    reed.press("回复\r")
    reed.wait_for("请输入正文")
    reed.press("今晚喝了汤。\r", "睡得")
    reed.wait_for("睡得")
    assert b"\x1b" not in reed.terminal.received
    reed.hang_up()
    again = call("reed", env={"TERM": "dumb"})
    again.wait_for("「接上」接着写")
    again.press("接上\r")
    again.wait_for("2 行的草稿")
    again.press(".\r")
    again.wait_for("发送、继续")
    again.press("发送\r")
    again.wait_for("已发表：主题 37")
    again.press("语言 英文\r", "plain on\r")
    again.wait_for("Every visit is in plain mode.")
    again.press("leave\r")
    again.wait_closed()
    assert again.child.exitstatus == 0
    full = call("reed", "go", "/t/37")
    full.wait_for("Thread 37, Heart to Heart")
    assert b"\x1b" not in full.terminal.received, "the preference holds where the terminal could do more"
    full.press("plain off\r")
    full.wait_for("only where the terminal asks")
    full.press("leave\r")
    full.wait_closed()
