"""An officer signs at home and anybody checks it at home; a term of office that runs out while somebody writes."""

from __future__ import annotations

import base64
import io
import json
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess, run_ssh
from tests.support.keys import KeyPair, accepts

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-proof")]


def test_signed_at_home_and_checked_at_home(house: HouseProcess, keys: Callable[[str], Path], tmp_path: Path) -> None:
    body = "从下周一起，食堂六点半开门。\n\n> early shift   \nTell us here.\n"
    line = 'officer-post prepare secretary --title "食堂早餐"'
    prepared = run_ssh(house, "lin", line, key=keys("lin"), stdin=body)
    assert prepared.returncode == 0, prepared.stderr
    signed = prepared.stdout + KeyPair(keys("lin")).sign(prepared.stdout, "post@mingtan")
    sent = run_ssh(house, "lin", "officer-post", "--sig", "-", "--json", key=keys("lin"), stdin=signed)
    assert sent.returncode == 0, sent.stderr
    number = json.loads(sent.stdout)["post"]["id"]
    # Somebody who has no account takes the proof along.
    packed = run_ssh(house, "guest", "verify", str(number), "--bundle", "-")
    assert packed.returncode == 0, packed.stderr
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(packed.stdout))) as archive:
        archive.extractall(tmp_path, filter="data")
    assert accepts(tmp_path, "post.txt", "forum", "post@mingtan")
    assert accepts(tmp_path, "statement.txt", "secretary", "post@mingtan")
    assert accepts(tmp_path, "head.txt", "forum", "register@mingtan")
    (tmp_path / "post.txt").write_bytes((tmp_path / "post.txt").read_bytes().replace(b"early", b"Early"))
    assert not accepts(tmp_path, "post.txt", "forum", "post@mingtan")
    exported = house.data / "export" / "heads"
    assert (
        f'"seq":{json.loads(run_ssh(house, "guest", "verify", str(number), "--json").stdout)["register"]["seq"]}'
        in ("\n".join(path.read_text() for path in exported.glob("*.jsonl")))
    )
    # A reader sees it on the bar, and somebody else's signature is turned away.
    text = run_ssh(house, "lin", line, key=keys("lin"), stdin="Another.").stdout
    foreign = text + KeyPair(keys("reed")).sign(text, "post@mingtan")
    refused = run_ssh(house, "lin", "officer-post", "--sig", "-", "--json", key=keys("lin"), stdin=foreign)
    assert json.loads(refused.stderr)["error"]["code"] == "statement.key"
    assert house.command("register", "verify").returncode == 0


def test_a_term_that_runs_out_closes_the_open_composer(house: HouseProcess, call: Call) -> None:
    assert house.command("office", "dismiss", "administration", "zhou", "--yes").returncode == 0
    until = (datetime.now(UTC) + timedelta(seconds=20)).replace(microsecond=0)
    line = ["office", "appoint", "administration", "zhou", "--name", "周明", "--title", "行政司司长"]
    appointed = house.command(*line, "--to", f"{until:%Y-%m-%dT%H:%M:%S}Z")
    assert appointed.returncode == 0, appointed.stderr
    with call("zhou") as zhou:
        zhou.go("/t/2/reply")
        zhou.press("The part has come.")
        zhou.wait_for("The part has come.")
        assert "周明" in zhou.terminal.row(2)
        zhou.wait_for("You hold no office now")
        assert timedelta() <= datetime.now(UTC) - until < timedelta(seconds=20)  # 5 s and what a busy machine needs
        zhou.press("\x18")
        zhou.press("s")
        zhou.wait_for("You hold no office any more")
        assert "The part has come." in zhou.text
    entries = json.loads(house.command("register", "export", "--json").stdout)["items"]
    assert entries[-1]["kind"] == "office.expire"
