"""No terminal, a dumb one, one that changes its size, lines that drop, and many at once."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bbs.servers.limits import Limits
from tests.e2e.conftest import Call
from tests.support.house import Caller, HouseProcess, run_ssh, ssh
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-people")]

MANY = 20
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def test_plain_mode_without_a_terminal(house: HouseProcess, keys: Callable[[str], Path]) -> None:
    done = run_ssh(house, "reed", key=keys("reed"), options=["-T"], stdin="boards\nnonsense\nwhoami\nexit\n")
    assert not CONTROL.search(done.stdout + done.stderr), "no control for a pipe or a reader of screens"
    assert "Heart to Heart" in done.stdout
    assert "reed (member)" in done.stdout, "a mistake ends nothing"
    assert done.returncode == 0


def test_plain_mode_ends_with_its_input(house: HouseProcess) -> None:
    done = run_ssh(house, "guest", options=["-T"], stdin="boards\n")
    assert done.returncode == 0
    assert "知心书记" in done.stdout


def test_plain_mode_on_a_dumb_terminal_reads_and_writes(call: Call, house: HouseProcess) -> None:
    keeper = call("keeper", env={"TERM": "dumb"})
    keeper.wait_for("keeper")
    keeper.wait_for("command:")
    keeper.press("read 37\r")
    keeper.wait_for("more?")
    keeper.press("no\r")
    keeper.press("reply\r")
    keeper.wait_for("You write as keeper")
    keeper.press("Typed line by line.\r", "Second line.\r", ".\r")
    keeper.wait_for("or drop?")
    keeper.press("send\r")
    keeper.wait_for("Posted")
    assert b"\x1b" not in keeper.terminal.received, "no cursor movement, no colour"
    posts = json.loads(run_ssh(house, "guest", "thread", "37", "--json").stdout)["items"]
    assert posts[-1]["body"] == "Typed line by line.\nSecond line."
    keeper.press("exit\r")
    keeper.wait_closed()
    assert keeper.child.exitstatus == 0


def test_plain_mode_stands_a_megabyte(house: HouseProcess, keys: Callable[[str], Path]) -> None:
    data = b"\xff\xfe\x1b[31m\x00" * 200_000 + b"\nwhoami\nexit\n"
    done = run_ssh(house, "reed", key=keys("reed"), options=["-T"], stdin=data)
    assert "reed (member)" in done.stdout
    assert not CONTROL.search(done.stdout + done.stderr)


@pytest.mark.parametrize("term", ["", "vt100", "xterm", "nonsense-9000", "x" * 300, "../../etc/passwd"])
def test_any_term(call: Call, term: str) -> None:
    guest = call("guest", env={"TERM": term, "LANG": "en_US.UTF-8"})
    guest.wait_for("guest")
    guest.hang_up()


def test_the_window_changes_during_a_visit(call: Call) -> None:
    reed = call("reed", "go", "/b/secretary")
    reed.wait_route("/b/secretary")
    for columns, rows in ((132, 43), (40, 10), (20, 5), (1, 1), (300, 100), (80, 24)):
        reed.terminal.resize(columns, rows)
        reed.child.setwinsize(rows, columns)
        reed.settle()
    reed.press("\x0c")
    reed.wait_route("/b/secretary")
    assert "如果这一周过得不好" in reed.text
    assert "Enter read" in reed.terminal.row(-1)


def test_a_wide_window_shows_two_panes(call: Call) -> None:
    reed = call("reed", "go", "/b/secretary", columns=132, rows=43)
    reed.wait_route("/b/secretary")
    reed.wait_for("[OFFICIAL]")
    assert len(reed.terminal.row(0)) > 100


def test_a_line_that_drops_in_the_middle_of_a_key(call: Call, house: HouseProcess) -> None:
    for data in ("\x1b", "\x1b[", "\x1b[200~half a paste", "好"[0].encode()[:2], ":", "\x10half a title"):
        caller = call("zhou", "go", "/b/life")
        caller.wait_route("/b/life")
        caller.press(data)
        caller.read(0.05)
        caller.hang_up()
    left = time.monotonic() + PATIENCE
    while time.monotonic() < left:
        here = json.loads(run_ssh(house, "guest", "boards", "--json").stdout)
        assert here["items"]
        if "周明" not in _who(call):
            return
    pytest.fail("who hung up is still shown as being here")


def _who(call: Call) -> str:
    plum = call("plum", "go", "/who")
    plum.wait_route("/who")
    text = plum.text
    plum.close()
    return text


def test_control_c_never_ends_a_visit(call: Call) -> None:
    reed = call("reed", "go", "/b/life")
    reed.wait_route("/b/life")
    for key in ("\x03", "\x03", "\x1a", "\x1c", "\x04"):
        reed.press(key)
        reed.settle()
    assert reed.child.isalive()
    reed.press("\x1b")
    reed.settle(0.7)  # a lone escape is a key after a moment
    reed.go("/b/secretary")


def test_twenty_at_once(house: HouseProcess, keys: Callable[[str], Path], call: Call) -> None:
    names = ("guest", "reed", "plum", "lin")
    callers: list[Caller] = []
    try:
        for number in range(MANY):
            name = names[number % len(names)]
            key = None if name == "guest" else keys(name)
            line = ssh(house.ssh_port, name, "go", "/b/life", key=key, options=["-t", "-o", "SendEnv=LANG"])
            callers.append(Caller(line, house=house))
        for caller in callers:
            caller.wait_route("/b/life")
        for caller in callers:
            caller.press("\r")
        for caller in callers:
            caller.wait_for("/t/")
            assert caller.terminal.row(1).strip()
        made = run_ssh(house, "reed", "post", "life", "--title", "Seen-by-all", key=keys("reed"), stdin="Hello all.")
        assert made.returncode == 0, made.stderr
        for caller in callers:
            caller.press("q")
        for caller in callers:
            caller.wait_for("Seen-by-all")
    finally:
        for caller in callers:
            caller.close()
    after = call("plum")
    after.wait_route("/")


def test_strangers_at_every_place_of_the_door_lock_nobody_out(house: HouseProcess, call: Call) -> None:
    silent = [socket.create_connection(("127.0.0.1", house.ssh_port)) for _ in range(Limits().unauthenticated)]
    try:
        reed = call("reed")
        reed.wait_route("/")
        assert any(_is_held(one) for one in silent), "long before their time to log in was up"
    finally:
        for one in silent:
            one.close()


def _is_held(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        while line.recv(4096):
            pass
    except BlockingIOError:
        return True
    return False
