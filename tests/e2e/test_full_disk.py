"""The disk is full while people write: they are told, nothing typed is lost, and it goes on when there is room."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-crash")]


def test_a_full_disk_refuses_keeps_and_recovers(
    own_house: HouseProcess, call: Call, keys: Callable[[str], Path], tmp_path: Path
) -> None:
    reed = call("reed", "go", "/t/37/reply", at=own_house)
    reed.wait_for("as reed (pen name)")
    reed.press("Written before the disk was full. ")
    reed.wait_for("draft ")

    own_house.limit_files(4096)
    reed.press("Written while it was full.")
    reed.wait_for("Written while it was full.")
    reed.press("\x18")
    reed.wait_for("Post as reed")
    reed.press("s")
    reed.wait_for("no room left")
    reed.settle()
    assert "Posted #" not in reed.text
    assert "/t/37/reply" in reed.head, "still in the composer"
    assert "Written while it was full." in reed.text, "with everything typed"

    refused = run_ssh(own_house, "plum", "reply", "37", "--json", key=keys("plum"), stdin="No room.")
    assert refused.returncode in (1, 75), refused
    assert refused.stdout == ""
    assert json.loads(refused.stderr)["error"]["code"].startswith("store.")
    reading = run_ssh(own_house, "guest", "thread", "37", "--json")
    assert reading.returncode == 0, "reading goes on"
    assert all(post["author"] not in ("plum2", "reed") for post in json.loads(reading.stdout)["items"])
    path = tmp_path / "new.md"
    path.write_text("---\ncolumn: culture\ntitle: No room either\n---\nBody\n")
    imported = own_house.command("bulletin", "import", str(path))
    assert imported.returncode in (1, 75)
    assert "Traceback" not in imported.stderr

    own_house.limit_files(None)
    reed.press("\x18")
    reed.wait_for("Post as reed")
    reed.press("s")
    reed.wait_for("Posted #")
    again = run_ssh(own_house, "plum", "reply", "37", "--json", key=keys("plum"), stdin="Room again.")
    assert again.returncode == 0, again.stderr
    assert own_house.command("bulletin", "import", str(path)).returncode == 0
    assert own_house.command("register", "verify").returncode == 0
    posts = json.loads(run_ssh(own_house, "guest", "thread", "37", "--json").stdout)["items"]
    bodies = [post["body"] for post in posts]
    assert bodies.count("Written before the disk was full. Written while it was full.") == 1
    assert bodies.count("No room.") == 0
    assert own_house.command("doctor").returncode == 0


def test_a_draft_typed_on_a_full_disk_is_saved_when_there_is_room(own_house: HouseProcess, call: Call) -> None:
    reed = call("reed", "go", "/t/37/reply", at=own_house)
    reed.wait_for("as reed (pen name)")
    own_house.limit_files(4096)
    reed.press("Nowhere to keep this")
    reed.wait_for("Nowhere to keep this")
    reed.wait_for("no room left")
    own_house.limit_files(None)
    reed.press(" but still here")
    reed.wait_for("draft ")
    reed.hang_up()
    again = call("reed", "go", "/t/37/reply", at=own_house)
    again.wait_for("Nowhere to keep this but still here")
