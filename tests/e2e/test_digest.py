"""A week of talk becomes a digest by real ssh: one drafts and edits, another releases, member and leader read it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess, run_ssh
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-people")]


def talk(data: Path) -> None:
    """Let what everybody wrote in the demo have been written in the last week that is over, which nobody counted."""
    now = datetime.now(UTC)
    monday = (now - timedelta(days=now.weekday() + 7)).replace(hour=4, minute=0, second=0, microsecond=0)
    with sqlite3.connect(data / "mingtan.db", timeout=PATIENCE) as store:
        kept = store.execute("SELECT created_at FROM post LIMIT 1").fetchone()[0]
        assert kept
        when = (monday + timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S.%f")
        store.execute("DELETE FROM digest_topic")
        store.execute("DELETE FROM opinion_digest")
        store.execute("UPDATE post SET created_at = ?", (when,))


def test_from_a_week_to_the_leaders_page(call: Call, house: HouseProcess, keys: Callable[[str], Path]) -> None:
    for name, role in (("reed", "editor"), ("plum", "editor"), ("keeper", "leader")):
        scope = ["--scope", "digest"] if role == "editor" else []
        given = run_ssh(house, "sysop", "user", "role", name, "give", role, *scope, key=keys("sysop"))
        assert given.returncode == 0, given.stderr
    talk(house.data)
    drafted = run_ssh(house, "reed", "digest", "draft", "--json", key=keys("reed"))
    assert drafted.returncode == 0, drafted.stderr
    issue = json.loads(drafted.stdout)["issue"]
    week, shown = issue["week"], [one for one in issue["topics"] if one["shown"]]
    assert shown

    editor = call("reed", "go", f"/digest/{week}")
    editor.wait_route(f"/digest/{week}")
    editor.press("\r")
    editor.wait_route(f"/digest/{week}/{shown[0]['id']}")
    editor.press("T")
    editor.wait_for("In which language?")
    editor.press("e")
    editor.wait_for("Title (English):")
    editor.press("\x15", "Soup\r")
    editor.wait_for("Kept")
    editor.press("E")
    editor.wait_for("In which language?")
    editor.press("e")
    editor.wait_route(f"/digest/{week}/{shown[0]['id']}/en")
    editor.press("Said on a Sunday by plum.")
    editor.press("\x18")
    editor.wait_for("go on writing")
    editor.press("s")
    editor.wait_for("Sunday")
    editor.wait_for("finer than a week")
    editor.press("\x01", "\x1b[3~" * 25, "Many care about it.", "\x18")
    editor.wait_for("go on writing")
    editor.press("s")
    editor.wait_for("Many care about it.")
    editor.press("\x1b[D")
    editor.wait_route(f"/digest/{week}")
    editor.press("\x10")
    editor.wait_for("hand in for review")
    editor.press("s")
    editor.wait_for("Handed in")

    reviewer = call("plum", "go", f"/digest/{week}")
    reviewer.wait_for("under review")
    reviewer.press("\x10")
    reviewer.wait_for("send back")
    reviewer.press("r")
    reviewer.wait_for("is erased")
    reviewer.press("y")
    reviewer.wait_for("Released: /n/")

    leader = call("keeper")
    leader.wait_route("/leader")
    leader.wait_for(week)
    leader.press("\x1b[B", "\r")
    leader.wait_for("Topics, not people.")
    leader.wait_for("1. Soup")
    read = run_ssh(house, "lin", "digest", "show", week, "--text", key=keys("lin"))
    assert "Many care about it." in read.stdout
    leader.press("\x1b[D")
    leader.wait_route("/leader")
    leader.press("\x1b[D")
    leader.wait_route("/")
