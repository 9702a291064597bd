"""A question from its opening to its rating, by the real client: the poster, the office, and a guest with a code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-scripts")]

Ask = Callable[..., Any]


@pytest.fixture
def ask(house: HouseProcess, keys: Callable[[str], Path]) -> Ask:
    """`ask("reed", "cases", stdin=…)` is the document of a command that worked."""

    def ask(name: str, *words: str, stdin: str = "") -> Any:
        key = None if name == "guest" else keys(name)
        done = run_ssh(house, name, *words, "--json", key=key, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


def test_a_poster_follows_a_case_to_its_rating(ask: Ask) -> None:
    opened = ask(
        "reed", "case", "open", "services", "--title", "'The kettle of the night desk'", "--kind", "complaint",
        stdin="It boils for eleven minutes.",
    )["case"]  # fmt: skip
    number = opened["id"]
    assert (opened["state"], opened["office"], opened["mine"]) == ("received", "administration", True)
    assert number in [one["id"] for one in ask("zhou", "cases", "queue")["items"]]
    assert ask("zhou", "inbox")["items"][0]["route"] == f"/c/{number}"
    taken = ask("zhou", "case", "take", str(number), "--change", "0")["case"]
    assert (taken["state"], taken["assignee"], taken["change"]) == ("assigned", "周明", 1)
    answered = ask("zhou", "case", "answer", str(number), stdin="A new one stands there from tomorrow.")["case"]
    assert (answered["state"], answered["answered_floor"]) == ("answered", 2)
    thread = ask("guest", "thread", str(answered["thread"]))
    assert thread["thread"]["case"] == {"state": "answered", "due": None, "rating": None}
    assert thread["items"][1]["official"]["name"] == "周明"
    told = [one["route"] for one in ask("reed", "inbox")["items"]]
    assert f"/t/{answered['thread']}#2" in told
    assert f"/c/{number}" in told
    rated = ask("reed", "case", "rate", str(number), "satisfied", "--words", "Tea.")["case"]
    closed = ask("zhou", "case", "close", str(number), "fixed-by-office")["case"]
    assert (rated["rating"], closed["state"], closed["outcome"]) == ("satisfied", "closed", "fixed-by-office")
    figures = ask("guest", "cases", "stats", "--board", "services")["total"]
    assert figures["received"] > figures["answered"] > 0
    assert 0 < figures["rate"] < 100


def test_a_code_is_all_that_leads_back(ask: Ask, house: HouseProcess, keys: Callable[[str], Path]) -> None:
    said = run_ssh(
        house, "plum", "case", "open", "services", "--title", "'Third box'", "--nameless",
        key=keys("plum"), stdin="Nobody may know that I ask.",
    )  # fmt: skip
    code = re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", said.stdout)[0]
    found = ask("guest", "case", "lookup", stdin=code)
    number = found["case"]["id"]
    assert [one["body"] for one in found["messages"]] == ["Nobody may know that I ask."]
    for name in ("plum", "sysop", "lin", "guest"):
        assert ask(name, "case", str(number))["messages"] == []
        assert "Nobody may know" not in json.dumps(ask(name, "search", "Nobody"))
