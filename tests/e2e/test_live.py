"""An interview by the real client: two ask and vote, a moderator sorts, a guest answers, a third watches."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess, run_ssh, ssh
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-live")]

TITLE = "Soup, lifts and money"


def test_an_interview_from_its_announcement_to_its_transcript(
    house: HouseProcess, call: Call, keys: Callable[[str], Path], tmp_path: Path
) -> None:
    starts = (datetime.now(UTC) + timedelta(minutes=20)).isoformat(timespec="seconds")
    line = f"live announce interview --title '{TITLE}' --guests 周明 --starts {starts} --json"
    announced = run_ssh(house, "keeper", line, key=keys("keeper"))
    assert announced.returncode == 0, announced.stderr
    number = json.loads(announced.stdout)["interview"]["id"]
    room = f"/live/{number}"

    printed = tmp_path / "watched"
    with printed.open("wb") as out:
        watching = subprocess.Popen(
            ssh(house.ssh_port, "sysop", "live", "watch", str(number), key=keys("sysop")),
            stdout=out,
            stdin=subprocess.DEVNULL,
        )
    reed, plum, keeper, zhou = (call(name, "go", room) for name in ("reed", "plum", "keeper", "zhou"))
    for person in (reed, plum, keeper, zhou):
        person.wait_route(room)
    reed.press("\x10")
    reed.wait_route(f"{room}/ask")
    reed.wait_for("as reed (pen name)")
    reed.press("Is the soup hot?", "\x18")
    reed.wait_for("Post as reed")
    reed.press("s")
    reed.wait_for("Is the soup hot?  [yours] [waiting]")
    keeper.wait_for("Is the soup hot?  [waiting]")
    assert "Is the soup hot?" not in plum.text
    keeper.press("m")
    plum.wait_for("Is the soup hot?")
    plum.press("\x10")
    plum.wait_route(f"{room}/ask")
    plum.press("三号楼西梯什么时候换？", "\x18")
    plum.wait_for("Post as plum")
    plum.press("s")
    keeper.wait_for("三号楼西梯什么时候换？  [waiting]")
    keeper.press("\x1b[H", "m")
    reed.wait_for("三号楼西梯什么时候换？")
    reed.press("\x1b[F", "V")
    reed.wait_for("Your vote counts.")
    keeper.press("L")
    keeper.wait_for("begin now")
    keeper.press("b", "y")
    zhou.wait_for("[LIVE]")

    zhou.press("S")
    zhou.wait_for("plum asks: 三号楼西梯什么时候换？")
    zhou.press("换，不修了。20 日前换完。", "\x18")
    zhou.wait_for("answer, in the open")
    zhou.press("s")
    for person in (reed, plum, keeper):
        person.wait_for("20 日前换完。")
        assert "[OFFICIAL] 周明  Director, Administration Department" in person.text
    plum.wait_for("Your question has been answered.")
    zhou.press("S")
    zhou.wait_for("reed asks: Is the soup hot?")
    zhou.press("82 degrees, from today on.", "\x18")
    zhou.wait_for("answer, in the open")
    zhou.press("s")
    reed.wait_for("82 degrees, from today on.")

    keeper.press("L")
    keeper.wait_for("end, and write the transcript")
    keeper.press("e", "y")
    reed.wait_for("x transcript")
    reed.press("x")
    reed.wait_for("/t/")
    reed.wait_for("Host: keeper")
    assert watching.wait(PATIENCE) == 0
    seen = printed.read_text(encoding="utf-8")
    assert seen.index("20 日前换完。") < seen.index("82 degrees, from today on.") < seen.index("Transcript: /t/")

    shown = json.loads(run_ssh(house, "plum", f"live show {number} --json", key=keys("plum")).stdout)
    thread = shown["interview"]["thread"]
    kept = json.loads(run_ssh(house, "plum", f"thread {thread} --json", key=keys("plum")).stdout)
    officials = [post for post in kept["items"] if post["official"]]
    assert [post["official"]["name"] for post in officials] == ["周明", "周明"]
    assert "> plum: 三号楼西梯什么时候换？" in officials[0]["body"]
    deadline = time.monotonic() + PATIENCE  # what is recorded is signed a moment later
    while (proof := run_ssh(house, "plum", f"verify {officials[0]['id']}", key=keys("plum"))).returncode:
        assert time.monotonic() < deadline, proof.stdout + proof.stderr
    bulletin = run_ssh(house, "plum", f"bulletin {shown['interview']['bulletins'][0]}", key=keys("plum"))
    assert "82 degrees, from today on." in bulletin.stdout
