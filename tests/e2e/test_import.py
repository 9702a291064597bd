"""`bulletin import`: from files and from standard input, twice, dry, whole or not at all, and with broken files."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Call
from tests.support.house import ROOT, Caller, HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-import")]

BAR_ITEMS = 2500
"""Enough for a bar to be drawn more than once."""

GOOD = """---
column: culture
title: {title}
published_at: 2026-03-01T09:00:00+08:00
---
{body}
"""


def write(folder: Path, name: str, title: str, body: str = "晚上七点，礼堂。") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.md"
    path.write_text(GOOD.format(title=title, body=body), encoding="utf-8")
    return path


def report(house: HouseProcess, *words: str, code: int = 0) -> dict[str, Any]:
    done = house.command("bulletin", "import", *words, "--json")
    assert done.returncode == code, (done.stdout, done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    assert set(found) >= {"created", "updated", "unchanged", "failed"}
    return found


def stored(house: HouseProcess, title: str) -> list[dict[str, Any]]:
    done = run_ssh(house, "guest", "bulletin", "list", "--column", "culture", "--limit", "200", "--json")
    assert done.returncode == 0, done.stderr
    return [item for item in json.loads(done.stdout)["items"] if item["title"] == title]


def test_the_demo_content_twice_is_all_unchanged(house: HouseProcess) -> None:
    again = report(house, str(ROOT / "data/demo/bulletins"))
    assert (again["created"], again["updated"], again["failed"]) == ([], [], [])
    assert len(again["unchanged"]) == len(list((ROOT / "data/demo/bulletins").glob("*.md")))


def test_created_then_unchanged_then_updated(house: HouseProcess, tmp_path: Path) -> None:
    path = write(tmp_path, "choir", "Choir rehearsal")
    created = report(house, str(path))
    assert len(created["created"]) == 1
    assert report(house, str(path)) == created | {"created": [], "unchanged": created["created"]}
    write(tmp_path, "choir", "Choir rehearsal", body="改到八点。")
    assert report(house, str(path))["updated"] == created["created"], "the same bulletin, by its identity"
    assert len(stored(house, "Choir rehearsal")) == 1


def test_a_dry_run_writes_nothing_and_says_what_would_be(house: HouseProcess, tmp_path: Path) -> None:
    path = write(tmp_path, "dry", "Only a rehearsal")
    assert len(report(house, str(path), "--dry-run")["created"]) == 1
    assert stored(house, "Only a rehearsal") == []


def broken(folder: Path) -> Path:
    write(folder, "a-good", "Kept beside broken ones")
    (folder / "b-unknown-key.md").write_text("---\ncolumn: culture\ntitle: x\ncolour: red\n---\nBody\n")
    (folder / "c-bad-date.md").write_text("---\ncolumn: culture\ntitle: x\npublished_at: yesterday\n---\nBody\n")
    (folder / "d-binary.md").write_bytes(b"---\ntitle: \x00\x01\xff\xfe" + bytes(range(256)))
    (folder / "e-no-title.md").write_text("---\ncolumn: culture\n---\nBody\n")
    (folder / "f-no-column.md").write_text("---\ncolumn: nowhere\ntitle: x\n---\nBody\n")
    (folder / "g-no-body.md").write_text("---\ncolumn: culture\ntitle: x\n---\n")
    return folder


def test_broken_files_are_told_with_their_line_and_the_others_are_kept(house: HouseProcess, tmp_path: Path) -> None:
    found = report(house, str(broken(tmp_path / "mixed")), code=1)
    assert len(found["created"]) == 1
    assert len(stored(house, "Kept beside broken ones")) == 1
    told = {Path(one["file"]).name: one for one in found["failed"]}
    assert set(told) == {
        "b-unknown-key.md", "c-bad-date.md", "d-binary.md", "e-no-title.md", "f-no-column.md", "g-no-body.md",
    }  # fmt: skip
    assert told["b-unknown-key.md"]["line"] == 4
    assert "colour" in told["b-unknown-key.md"]["reason"]
    assert told["c-bad-date.md"]["line"] == 4
    assert "yesterday" in told["c-bad-date.md"]["reason"]
    assert "title" in told["e-no-title.md"]["reason"]
    assert "nowhere" in told["f-no-column.md"]["reason"]
    for one in found["failed"]:
        assert set(one) == {"file", "line", "reason"}
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", one["reason"])
        assert " " in one["reason"], "a sentence, not a code"


def test_atomic_is_all_or_nothing(house: HouseProcess, tmp_path: Path) -> None:
    folder = tmp_path / "atomic"
    write(folder, "good", "All or nothing")
    (folder / "zz.md").write_text("---\ncolumn: culture\n---\nBody\n")
    found = report(house, str(folder), "--atomic", code=1)
    assert found["created"] == []
    assert len(found["failed"]) >= 1
    assert stored(house, "All or nothing") == []


def test_a_path_that_is_not_there(house: HouseProcess, tmp_path: Path) -> None:
    done = house.command("bulletin", "import", str(tmp_path / "nothing.md"))
    assert done.returncode in (1, 4)
    assert "nothing.md" in done.stdout + done.stderr


def test_over_ssh_from_standard_input(house: HouseProcess, keys: Callable[[str], Path]) -> None:
    text = GOOD.format(title="By wire", body="*Signed.*").replace("---\n", "---\nid: by-wire\n", 1)
    first = run_ssh(house, "sysop", "bulletin", "import", "-", "--json", key=keys("sysop"), stdin=text)
    assert first.returncode == 0, first.stderr
    created = json.loads(first.stdout)["created"]
    assert len(created) == 1
    second = run_ssh(house, "sysop", "bulletin", "import", "-", "--json", key=keys("sysop"), stdin=text)
    assert json.loads(second.stdout)["unchanged"] == created
    shown = run_ssh(house, "guest", "bulletin", str(created[0]))
    assert "By wire" in shown.stdout


def test_over_ssh_no_file_of_the_server_can_be_named(house: HouseProcess, keys: Callable[[str], Path]) -> None:
    done = run_ssh(house, "sysop", "bulletin", "import", "/etc/passwd", "--json", key=keys("sysop"))
    assert done.returncode == 2
    assert done.stdout == ""


def test_members_import_nothing(house: HouseProcess, keys: Callable[[str], Path]) -> None:
    done = run_ssh(house, "reed", "bulletin", "import", "-", key=keys("reed"), stdin=GOOD.format(title="No", body="x"))
    assert done.returncode == 3
    assert stored(house, "No") == []


def test_jsonl_with_a_broken_line(house: HouseProcess, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    lines = [json.dumps({"id": f"line-{n}", "column": "culture", "title": f"Line {n}", "body": "x"}) for n in range(5)]
    lines[2] = lines[2][:-9]
    path.write_text("\n".join(lines) + "\n")
    found = report(house, str(path), code=1)
    assert len(found["created"]) == 4
    assert [one["line"] for one in found["failed"]] == [3]


def test_a_bar_on_a_terminal_and_none_in_a_pipe(house: HouseProcess, tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("w") as file:
        for number in range(BAR_ITEMS):
            item = {"id": f"bar-{number}", "column": "missions", "title": f"Note {number}", "body": f"Text {number}."}
            file.write(json.dumps(item) + "\n")
    command = [sys.executable, str(ROOT / "run_bbs.py"), "--data", str(house.data), "bulletin", "import", str(path)]
    with Caller(command, columns=100, env={"COLUMNS": "100"}) as person:
        person.wait_for(f"created {BAR_ITEMS}")
        person.wait_closed()
        drawn = person.terminal.received.decode()
        assert re.search(r"\[#+\.*\] \d+/\d+|\r\d+", drawn), drawn
        assert person.child.exitstatus == 0
        assert "[" not in person.text, "the bar is wiped away at the end"
    piped = house.command("bulletin", "import", str(path))
    assert piped.returncode == 0
    assert "\r" not in piped.stdout + piped.stderr
    assert "[#" not in piped.stdout + piped.stderr


def test_what_was_imported_is_news_for_who_is_in(call: Call, house: HouseProcess, tmp_path: Path) -> None:
    reader = call("plum")
    reader.wait_route("/")
    report(house, str(write(tmp_path, "fresh", "Imported while somebody is in")))
    reader.go("/news/culture")
    reader.wait_for("Imported while somebody is in")
