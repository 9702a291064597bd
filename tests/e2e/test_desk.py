"""With the real client: an officer's morning at the desk, and a member following a case to its rating."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import Caller, HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-people")]

FINISH = "\x18"
"""^X."""
NEW = "\x10"
"""^P."""


def queue(house: HouseProcess, key: Path) -> list[dict[str, object]]:
    """What waits for zhou's office, as the command tells it."""
    asked = run_ssh(house, "zhou", "cases", "queue", "--json", key=key)
    assert asked.returncode == 0, asked.stderr
    items: list[dict[str, object]] = json.loads(asked.stdout)["items"]
    return items


def answer(officer: Caller, text: str) -> None:
    """Answer the selected case of the desk."""
    officer.press("r")
    officer.wait_for("ou write as 周明")
    officer.press(text)
    officer.wait_for(text)
    officer.press(FINISH)
    officer.wait_for("REAL NAME 周明")
    officer.press("s")
    officer.wait_route("/desk")
    officer.wait_for("Answered")


def test_an_officers_morning(house: HouseProcess, call: Call, keys: Callable[[str], Path]) -> None:
    fresh = ("post", "services", "--title", "'The bell at gate two'", "--file", "-")
    asked = run_ssh(house, "keeper", *fresh, key=keys("keeper"), stdin="It does not ring.")
    assert asked.returncode == 0, asked.stderr
    waiting = queue(house, keys("zhou"))
    assert len(waiting) >= 4, "the demo has a desk with something on it"
    zhou = call("zhou")
    zhou.wait_for("Desk")
    zhou.press("d")
    zhou.wait_route("/desk")
    zhou.wait_for(f"{len(waiting)} waiting")
    for number in range(3):
        answer(zhou, f"It is looked after, answer {number}.")
        left = len(waiting) - 1 - number
        zhou.wait_for(f"{left} waiting")
    item = next(one for one in waiting if one["title"] == "The bell at gate two")
    zhou.press(f"{item['id']}\r")
    zhou.wait_for(f" #{item['id']}  ")
    zhou.press("e")
    zhou.wait_for("New date")
    zhou.press("3\r")
    zhou.wait_for("Why does it take longer?")
    zhou.press("The part comes next week.\r")
    zhou.wait_for("the poster is told why")
    zhou.press("\t")
    zhou.wait_for("[Answered, not closed]")
    left_waiting = queue(house, keys("zhou"))
    assert len(left_waiting) == len(waiting) - 3
    assert [one["extended_at"] is None for one in left_waiting if one["id"] == item["id"]] == [False]
    zhou.go("/")
    zhou.press("q")
    zhou.wait_for("Leave the forum?")
    zhou.press("y")
    zhou.wait_closed()


@pytest.mark.parametrize(
    ("poster", "words"),
    [
        ("reed", ("What is it?", "Who may read it?", "complaint, to Office Services", "Posted #", "satisfied")),
        ("plum", ("是什么事？", "谁可以看？", "投诉，发到机关服务", "已发表", "满意")),
    ],
    ids=["en", "zh"],
)
def test_a_case_from_its_opening_to_its_rating(
    house: HouseProcess, call: Call, keys: Callable[[str], Path], poster: str, words: tuple[str, ...]
) -> None:
    kind, way, heading, posted, satisfied = words
    member = call(poster, "go", "/me")
    if poster == "plum":
        member.wait_for(">Language")
        member.press("\r")
        member.wait_for("语言")
    member.go("/b/services")
    member.press(NEW)
    member.wait_for(kind)
    member.press("j", "\r")
    member.wait_for(way)
    member.press("\r")
    member.wait_for(heading)
    member.press(f"The soup of {poster}\r", "It was cold on Thursday.")
    member.wait_for("It was cold on Thursday.")
    for _ in range(6):  # whoever posted a moment ago is told to wait, and the text stays
        member.press(FINISH, "s")
        member.settle(2.0)
        if posted in member.text:
            break
    member.wait_for(posted)
    member.press("L", "l")
    member.wait_for("/c/")
    found = re.search(r"/c/([0-9]+)", member.head)
    assert found is not None
    number = found[1]

    officer = call("zhou", "go", f"/c/{number}")
    officer.wait_route(f"/c/{number}")
    officer.press("r")
    officer.wait_for("The soup of")
    officer.wait_for("ou write as 周明")
    officer.press("From today it is hot.")
    officer.press(FINISH, "s")
    officer.wait_for("Answered; your answer is post #")

    member.wait_for("周明")  # the course of the case goes on by itself
    member.press("L")
    member.wait_for(satisfied)
    member.press("s", "s")
    member.press("Thank you.\r")
    member.wait_for("Thank you.")
    case = json.loads(run_ssh(house, poster, "case", number, "--json", key=keys(poster)).stdout)["case"]
    assert (case["state"], case["rating"], case["kind"]) == ("answered", "satisfied", "complaint")
