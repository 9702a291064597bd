"""`ssh host COMMAND`: shapes, exit codes and errors that scripts lean on."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.corpus import CORPUS
from tests.support.house import HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-scripts")]

ISO_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
BOARD = {"slug", "name", "section", "unread", "threads", "tracked", "route"}
THREAD = {
    "id", "board", "title", "author", "posts", "created_at", "last_at", "pinned", "locked", "case", "route",
}  # fmt: skip
POST = {"id", "thread", "floor", "author", "official", "created_at", "edited_at", "body", "route"}
BULLETIN = {"id", "column", "title", "lang", "status", "published_at", "must_read", "body", "route"}

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture
def run(house: HouseProcess, keys: Callable[[str], Path]) -> Run:
    """`run("reed", "boards", "--json")` over the real client."""

    def run(name: str, *words: str, stdin: str | bytes = "") -> Done:
        return run_ssh(house, name, *words, key=None if name == "guest" else keys(name), stdin=stdin)

    return run


def document(done: Done) -> Any:
    """The one JSON document of a command that worked, and nothing beside it."""
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1, "one document, on one line"
    return json.loads(done.stdout)


def refusal(done: Done, code: int) -> str:
    """The stable code of a refusal: on standard error, and nothing on standard output."""
    assert done.returncode == code, (done.stdout, done.stderr)
    assert done.stdout == ""
    error = json.loads(done.stderr)
    assert set(error) == {"error"}
    assert set(error["error"]) == {"code", "message"}
    assert error["error"]["message"] != error["error"]["code"], "a message without words"
    return str(error["error"]["code"])


def test_boards(run: Run) -> None:
    found = document(run("reed", "boards", "--json"))
    assert set(found) == {"items", "next"}
    assert found["next"] is None
    assert set.intersection(*(set(board) for board in found["items"])) >= BOARD
    assert [board["slug"] for board in found["items"]] == [
        "interview", "secretary", "union", "personnel", "services", "posted", "youth", "ink", "life",
    ]  # fmt: skip
    heart = found["items"][1]
    assert (heart["name"], heart["route"], heart["tracked"]) == ("Heart to Heart", "/b/secretary", False)


def test_threads_page_by_their_cursor(run: Run) -> None:
    seen: list[int] = []
    after: list[str] = []
    for _ in range(10):
        page = document(run("reed", "threads", "secretary", "--limit", "2", "--json", *after))
        assert set(page) == {"items", "next"}
        for thread in page["items"]:
            assert set(thread) >= THREAD
            assert ISO_UTC.fullmatch(thread["created_at"])
            assert ISO_UTC.fullmatch(thread["last_at"])
        seen += [thread["id"] for thread in page["items"]]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]
    assert len(seen) == len(set(seen)) == 5


def test_a_thread_with_an_officer_in_it(run: Run) -> None:
    found = document(run("reed", "thread", "37", "--json"))
    assert set(found) == {"thread", "items", "next"}
    assert set(found["thread"]) >= THREAD
    assert all(set(post) >= POST for post in found["items"])
    first, second = found["items"][:2]
    assert first["official"] == {
        "office": "secretary",
        "name": "林若溪",
        "title": "Executive Deputy Secretary",
    }
    assert second["official"] is None
    assert [post["floor"] for post in found["items"]] == list(range(1, len(found["items"]) + 1))
    page = document(run("reed", "thread", "37", "--limit", "2", "--json"))
    following = document(run("reed", "thread", "37", "--limit", "2", "--after", page["next"], "--json"))
    assert [post["floor"] for post in following["items"]] == [3, 4]


def test_a_locked_thread_is_a_conflict(run: Run) -> None:
    assert refusal(run("reed", "reply", "18", "--json", stdin="Late."), 5) == "thread.locked"


def test_post_and_reply(run: Run) -> None:
    started = document(run("reed", "post", "life", "--title", "'A walk at noon'", "--json", stdin="Who comes?\n"))
    assert set(started) == {"post"}
    post = started["post"]
    assert set(post) >= POST
    assert (post["floor"], post["author"], post["official"], post["edited_at"]) == (1, "reed", None, None)
    assert ISO_UTC.fullmatch(post["created_at"])
    reply = document(run("plum", "reply", str(post["thread"]), "--json", stdin="我去。\n"))["post"]
    assert (reply["thread"], reply["floor"], reply["author"]) == (post["thread"], 2, "plum")
    assert reply["route"] == f"/t/{post['thread']}#2"
    again = document(run("reed", "thread", str(post["thread"]), "--json"))
    assert again["thread"]["title"] == "A walk at noon"
    assert [item["body"] for item in again["items"]] == ["Who comes?", "我去。"]


def test_an_officer_replies_under_the_real_name(run: Run) -> None:
    made = document(run("lin", "reply", "37", "--json", stdin="今天也开着。\n"))["post"]
    assert made["author"] == "林若溪"
    assert made["official"]["office"] == "secretary"


def test_news(run: Run) -> None:
    columns = document(run("reed", "news", "--json"))
    assert {column["slug"] for column in columns["items"]} >= {"express", "missions", "study"}
    page = document(run("reed", "news", "express", "--limit", "1", "--json"))
    assert set(page) == {"items", "next"}
    assert set(page["items"][0]) >= BULLETIN
    whole = document(run("reed", "bulletin", str(page["items"][0]["id"]), "--json"))
    assert set(whole) >= BULLETIN
    assert whole["body"]
    assert whole["status"] == "published"
    assert ISO_UTC.fullmatch(whole["published_at"])


def test_whoami(run: Run) -> None:
    reed = document(run("reed", "whoami", "--json"))
    assert (reed["name"], reed["kind"], reed["transport"]) == ("reed", "member", "ssh")
    assert document(run("guest", "whoami", "--json"))["kind"] == "guest"
    assert "Executive Deputy Secretary" in run("lin", "whoami").stdout


def test_without_json_it_is_words(run: Run) -> None:
    done = run("reed", "boards")
    assert done.returncode == 0
    assert "Heart to Heart" in done.stdout
    assert "\x1b" not in done.stdout, "no colour where no terminal is"


@pytest.mark.parametrize(
    ("name", "words", "code", "refused"),
    [
        ("reed", "thread 99999", 4, "thread.not_found"),
        ("reed", "threads nowhere", 4, "board.not_found"),
        ("reed", "bulletin 99999", 4, "bulletin.not_found"),
        ("reed", "nonsense", 4, "command.unknown"),
        ("reed", "thread seven", 2, "command.number"),
        ("reed", "thread", 2, "command.missing"),
        ("reed", "threads life --colour", 2, "command.option"),
        ("reed", "boards extra", 2, "command.extra"),
        ("reed", "post life", 2, "command.missing"),
        ("reed", "post life --title Empty", 2, "body.empty"),
        ("reed", "user list", 3, "access.denied"),
        ("reed", "post life --file /etc/passwd --title x", 2, "command.local_file"),
        ("guest", "reply 37", 3, "access.denied"),
        ("guest", "thread 18", 4, "thread.not_found"),
    ],
)
def test_refusals(run: Run, name: str, words: str, code: int, refused: str) -> None:
    assert refusal(run(name, words, "--json"), code) == refused
    plain = run(name, words)
    assert plain.returncode == code
    assert plain.stdout == ""
    assert plain.stderr.strip(), "a person is told too"
    assert refused not in plain.stderr.split(), "in words, not in codes"


def test_what_failed_is_1(run: Run) -> None:
    done = run("sysop", "bulletin", "import", "-", "--json", stdin="no front matter")
    assert done.returncode == 1
    assert len(json.loads(done.stdout)["failed"]) == 1


def test_too_much_input_is_refused_and_nothing_is_posted(run: Run) -> None:
    before = document(run("reed", "threads", "ink", "--json"))["items"]
    assert refusal(run("reed", "post", "ink", "--title", "Long", "--json", stdin="长" * 300_000), 2) == "body.long"
    assert document(run("reed", "threads", "ink", "--json"))["items"] == before


def test_text_that_is_not_utf_8(run: Run) -> None:
    assert refusal(run("reed", "reply", "37", "--json", stdin=b"caf\xe9"), 2) == "body.utf8"


HOSTILE = [
    "threads '",
    'threads "life',
    "threads $(id)",
    "threads `id`",
    "threads life;id",
    "threads ../../etc/passwd",
    "threads '\x1b]0;owned\x07'",
    "threads " + "x" * 9000,
    "post life --title '" + CORPUS["A_escape"][0] + "'",
    "thread 99999999999999999999999999",
    "thread -1",
    "thread ٣",
    "threads life --after ' OR 1=1'",
    "threads life --after WyJhIl0=",
    "threads life --limit 0",
    "\x00",
    "help '\u202etxt'",
    "boards -- -- --",
]


@pytest.mark.parametrize("line", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_lines_get_a_clean_answer(run: Run, line: str) -> None:
    if "\x00" in line:
        line = line.replace("\x00", "\x01")  # a NUL cannot stand in a process's arguments
    done = run("plum", line)
    assert done.returncode in (2, 4), (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert done.stderr.strip()
    assert len(done.stderr) < 2000
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", done.stderr), repr(done.stderr)
    assert "Traceback" not in done.stderr


def test_a_command_line_beyond_all_bounds_is_not_run(run: Run) -> None:
    done = run("plum", "whoami " + "x" * 100_000)
    assert done.returncode not in (0, 1)
    assert done.stdout == ""


def test_member_text_reaches_no_terminal_as_a_control(run: Run) -> None:
    title = "red \x1b[31m alert \x9b2J"
    made = run("keeper", "post", "life", "--title", f"'{title}'", "--json", stdin="x\x1b]52;c;aGk=\x07y\n")
    if made.returncode == 0:
        shown = run("reed", "thread", str(json.loads(made.stdout)["post"]["thread"])).stdout
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown), repr(shown)
    else:
        assert made.returncode == 2


def test_demo_accounts_have_been_here_before(run: Run) -> None:
    for number in range(10):  # one that comes soon enough after another, whatever plum did before and the machine does
        done = run("plum", "reply", "37", stdin=f"Number {number}.")
        if done.returncode != 0:
            break
    assert done.returncode == 75, "five seconds between two posts of anybody"
    wait = re.search(r"(\d+) s\b", done.stderr)
    assert wait
    assert int(wait[1]) <= 5
