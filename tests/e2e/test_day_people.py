"""An ordinary day with the real client: what comes while one reads, small words under a post, and people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-day-people")]

THREAD = "/t/12"
"""出一辆旧自行车: an ordinary thread of six floors."""


@pytest.fixture
def shell(house: HouseProcess, keys: Callable[[str], Path]) -> Callable[..., str]:
    """`ssh host COMMAND` as somebody."""

    def run(name: str, *command: str, stdin: str = "") -> str:
        done = run_ssh(house, name, *command, key=keys(name), stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_what_comes_while_one_reads(call: Call, shell: Callable[..., str]) -> None:
    reed = call("reed", "go", f"{THREAD}#2")
    reed.wait_for("#2 ")
    reed.settle()
    rows, cursor = reed.terminal.rows(), reed.terminal.cursor
    plum = call("plum", "go", THREAD)
    plum.wait_route(THREAD)
    plum.press("y")
    plum.wait_for("as plum (pen name)")
    plum.press("Is it still there, @reed?", "\x18")
    plum.wait_for("Post as plum")
    plum.press("s")
    plum.wait_for("Posted #")
    reed.wait_for("1 new floor below")
    reed.wait_for("1 for you")
    assert reed.terminal.cursor == cursor
    assert reed.terminal.rows()[1:-5] == rows[1:-5], "what is read stays where it is"
    shell("lin", "mail", "send", "reed", "--subject", "'The bicycle'", stdin="I would come on Sunday.")
    reed.wait_for("2 for you")
    assert reed.terminal.rows()[1:-5] == rows[1:-5]
    reed.press("$")
    reed.wait_for("Is it still there, @reed?")
    reed.wait_for("1 for you")
    home = call("keeper", "go", "/")
    home.wait_for("Boards")
    before = next(row for row in home.terminal.rows() if "Boards" in row)
    shell("zhou", "post", "services", "--title", "'Water'", stdin="Off on Sunday morning.")
    home.wait_for("Water")
    assert next(row for row in home.terminal.rows() if "Boards" in row) != before, "counts follow, nobody pressed a key"


def test_push_vote_and_help_in_chinese(call: Call, shell: Callable[..., str]) -> None:
    made = shell("keeper", "post", "life", "--title", "'周日去哪儿走走？'", "--json", stdin="西山还是河边？")
    thread = int(made.partition('"thread": ')[2].partition(",")[0])
    keeper = call("keeper", "go", f"/t/{thread}")
    keeper.wait_for("西山还是河边")
    shell(
        "keeper", "poll", str(thread), "--question", "'去哪儿？'", "--option", "西山", "--option", "河边", "--days", "7"
    )
    keeper.go(f"/t/{thread}/poll")
    keeper.wait_for("去哪儿")

    reed = call("reed", "go", "/me")
    reed.wait_for(">Language")
    reed.press("\r")
    reed.wait_for("语言")
    reed.go(f"/t/{thread}")
    reed.wait_for("西山还是河边")
    reed.press("X")
    reed.wait_for("署名 reed")
    reed.press("a")
    reed.wait_for("想说一句就写")
    reed.press("河边风小\r")
    reed.wait_for("+ reed  河边风小")
    reed.press("V")
    reed.wait_route(f"/t/{thread}/poll")
    reed.press("j", "\r")
    reed.wait_for("[x]  河边")
    reed.press("V")
    reed.wait_for("没有笔名")
    reed.press("y")
    keeper.wait_for("1 vote ")

    shell("zhou", "reply", str(thread), stdin="河边今天风大，西山有雾。")
    keeper.go(f"/t/{thread}#2")
    keeper.wait_for("西山有雾")
    keeper.press("]", "X")
    keeper.wait_for("helped")
    keeper.press("h")
    keeper.wait_for("[helped]")


def test_a_card_a_letter_and_a_block(call: Call, shell: Callable[..., str]) -> None:
    keeper = call("keeper", "go", "/u/reed")
    keeper.wait_route("/u/reed")
    keeper.press("w")
    keeper.wait_route("/mail/to/reed")
    keeper.press("Umbrella\r", "You left it here.", "\x18")
    keeper.wait_for("send")
    keeper.press("s")
    keeper.wait_for("Sent to reed")
    assert "Umbrella" in shell("reed", "mail", "list")
    assert "127.0.0.1" not in shell("plum", "person", "reed")
    shell("reed", "block", "add", "plum")
    shell("plum", "mail", "send", "reed", "--subject", "Again", stdin="Hello?")
    assert "Again" not in shell("reed", "mail", "list"), "answered as sent, and lies with the sender"
    assert "Again" in shell("plum", "mail", "list")
