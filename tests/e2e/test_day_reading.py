"""An ordinary day with the real client: what is new, walking through it, marks and undo, finding, keeping."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import Caller, HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-day-reading")]


class Shell:
    """`ssh host COMMAND` as somebody."""

    def __init__(self, house: HouseProcess, keys: Callable[[str], Path]) -> None:
        self._house = house
        self._keys = keys

    def __call__(self, name: str, *command: str, stdin: str = "") -> str:
        done = run_ssh(self._house, name, *command, key=self._keys(name), stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def shell(house: HouseProcess, keys: Callable[[str], Path]) -> Shell:
    return Shell(house, keys)


def at(person: Caller) -> str:
    """The route on the screen, without a floor."""
    return next(word for word in person.head.split() if word.startswith("/")).partition("#")[0]


def walk(person: Caller, key: str, most: int = 16) -> list[str]:
    """The threads that a key leads through, one after the other, until nothing is unread any more."""
    seen: list[str] = []
    for _ in range(most * 8):
        if "Nothing is unread" in person.text or "没有未读" in person.text:
            return seen
        route = at(person)
        if route.startswith("/t/") and (not seen or seen[-1] != route):
            seen.append(route)
        person.answered(key)
        person.settle()
    raise AssertionError(f"no end: {seen}\n{person.text}")


def test_what_is_new_is_exact_and_walked_in_order(call: Call, shell: Shell) -> None:
    made = shell("keeper", "post", "ink", "--title", "'Lost and found'", "--json", stdin="A scarf. @reed, is it yours?")
    post = json.loads(made)["post"]
    shell("reed", "fav", "add", "life")
    new = {thread["route"] for thread in json.loads(shell("reed", "new", "--json"))["items"]}
    life = {thread["route"] for thread in json.loads(shell("reed", "threads", "life", "--json"))["items"]}
    reed = call("reed")
    reed.wait_route("/")
    assert " boards" in reed.text
    assert "1 for you" in reed.head
    reed.press("u")
    reed.wait_route("/new")
    reed.wait_for("Lost and found")
    rows = [row for row in reed.terminal.rows()[1:-2] if "  " in row and row.strip()]
    first = next(row for row in rows if row.startswith(">"))
    assert "Lost and found" in first, "who is called by name goes there first"
    reed.press("S")
    reed.wait_route(f"/t/{post['thread']}")
    seen = walk(reed, " ")
    assert len(seen) == len(set(seen)), seen
    assert set(seen) == new, "all that is unread, and nothing twice"
    assert seen[1] in life, "favourites come next"
    reed.go("/")
    reed.wait_for("Boards")
    assert "new in" not in reed.text
    assert "for you" not in reed.head, "what was named was read"

    # An edit after it was read is a third state; a reply makes it new again, and only that.
    shell("plum", "reply", "41", stdin="One line more.")
    reed.wait_for("1 new in 1 board")
    shell("keeper", "post", "edit", str(post["id"]), stdin="A scarf, and a glove. @reed, are they yours?")
    reed.go("/b/ink")
    reed.wait_for("Lost and found")
    (row,) = [row for row in reed.terminal.rows() if "Lost and found" in row]
    assert row.lstrip("> ").startswith("~") or "~" in row[:3], row
    reed.press("\r")
    reed.wait_for("and a glove")
    reed.press("q")
    reed.wait_route("/b/ink")
    (row,) = [row for row in reed.terminal.rows() if "Lost and found" in row]
    assert "~" not in row[:3], "what changed was seen"


def test_marks_and_their_undo_in_chinese(call: Call, shell: Shell) -> None:
    plum = call("plum", "go", "/me")
    plum.wait_for(">Language")
    plum.press("\r")
    plum.wait_for("语言")
    plum.go("/b/services")
    plum.wait_for("宿舍三号楼")
    unread = sum(row[1:3].strip() == "+" or row[:3].endswith("+") for row in plum.terminal.rows()[1:-2])
    plum.press("v")
    plum.wait_for("全部")
    plum.press("v")
    plum.wait_for("全部标为已读")
    plum.press("u")
    plum.wait_for("恢复")
    again = sum(row[1:3].strip() == "+" or row[:3].endswith("+") for row in plum.terminal.rows()[1:-2])
    assert again == unread
    plum.press("v", "v")
    plum.wait_for("全部标为已读")
    plum.go("/")
    plum.wait_for("版面")
    assert "宿舍三号楼" not in plum.text


def test_finding_by_words_pinyin_and_filters(call: Call, shell: Shell) -> None:
    guest = call("guest", "go", "/search?q=食堂 author:plum", env={"LANG": "zh_CN.UTF-8"})
    guest.wait_for("食堂早餐能否早半小时")
    reed = call("reed", "go", "/search")
    reed.wait_route("/search")
    reed.press("/")
    reed.settle()
    reed.press('"buy milk" OR nonsense -"buy bread" board:ink since:2026-01\r')
    reed.wait_for("十一月读书会")
    reed.wait_for("Buy milk")
    assert '"You made it. Buy milk."' in reed.text, "the words around the match"
    reed.press("s")
    reed.settle()
    reed.press("shkj\r")
    reed.wait_route("/b/life")
    reed.press("\x1b[B", "\x1b[B")
    reed.settle()
    chosen = next(row for row in reed.terminal.rows() if row.startswith(">"))
    reed.press("/")
    reed.settle()
    reed.press("o\r")
    reed.wait_for("title: o")
    reed.press("a")
    reed.settle()
    reed.press("\x01\x0bkite\r")
    reed.wait_for("author: kite")
    reed.press("\x1b[D")
    reed.settle()
    reed.press("\x1b[D")
    reed.settle()
    assert reed.is_at("/b/life")
    assert "title:" not in reed.text
    assert chosen[1:30] in reed.text
    reed.press(":")
    reed.settle()
    reed.press("41\r")
    reed.wait_route("/t/41")


def test_keeping_in_folders_following_muting_and_the_library(call: Call, shell: Shell) -> None:
    keeper = call("keeper", "go", "/b/ink/library")
    keeper.wait_route("/b/ink/library")
    keeper.press("\x10")
    keeper.settle()
    keeper.press("Letters\r")
    keeper.wait_for("Letters")
    keeper.go("/t/32#3")
    keeper.press("x")
    keeper.wait_for("take #")
    keeper.press("t")
    keeper.settle()
    keeper.press("letters\r")
    keeper.wait_for("Title:")
    keeper.press("\r")
    keeper.wait_for("Taken into the library: /b/ink/library/letters/")
    assert "/b/ink/library/letters/" in shell("reed", "search", "'没寄出去的'", "--json"), "and searched with the rest"
    reed = call("reed", "go", "/t/32")
    reed.wait_route("/t/32")
    reed.press("f")
    reed.wait_for("You follow this thread now")
    reed.press("z")
    reed.wait_route("/b/ink/library")
    reed.press("\r")
    reed.wait_route("/b/ink/library/letters")
    reed.press("\r")
    reed.wait_for("没寄出去的一封")
    reed.go("/b/ink")
    reed.press("K")
    reed.wait_for("this thread")
    reed.press("t")
    reed.wait_for("Muted: dimmed")
    assert "十一月读书会" in reed.text, "dimmed, not hidden"
    reed.go("/b/life")
    reed.press("f")
    reed.wait_for("added to favour")
    reed.go("/fav")
    reed.press("\x10")
    reed.settle()
    reed.press("Later\r")
    reed.wait_for("Later")
    assert "Later" in shell("reed", "fav", "list")
