"""The sysop at work while people are in: boards, offices, people, register, doctor; by ssh and on the machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import ROOT, Caller, HouseProcess, run_ssh

Done = subprocess.CompletedProcess[str]

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-admin")]


@pytest.fixture
def boards(house: HouseProcess) -> Iterator[Path]:
    """The site's own boards.yaml, taken away afterwards."""
    own = house.data / "boards.yaml"
    shutil.copyfile(ROOT / "boards.yaml", own)
    yield own
    own.unlink()


Sysop = Callable[..., Done]


@pytest.fixture
def sysop(house: HouseProcess, keys: Callable[[str], Path]) -> Sysop:
    """`sysop("board", "apply")`: the sysop's commands over ssh."""
    return lambda *words, stdin="": run_ssh(house, "sysop", *words, key=keys("sysop"), stdin=stdin)


def with_board(path: Path, slug: str, name: str) -> None:
    """Declare one more board, like the last one there is."""
    text = path.read_text()
    life = re.search(r"(?m)^  - slug: life\n(?:    .*\n)+", text)
    assert life, "the board that the new one is modelled on"
    block = re.sub(r"slug: life", f"slug: {slug}", life[0])
    block = re.sub(r"(?m)^    zh: .*$", "    zh: 花园", block)
    block = re.sub(r"(?m)^    en: .*$", f"    en: {name}", block)
    path.write_text(text.replace(life[0], life[0] + block))


def prompted(shell: Caller, prompts: int) -> None:
    """Wait for the prompt after `prompts` - 1 lines."""
    shell.wait_for("sysop@mingtan>", prompts)


def come_back(person: Caller) -> None:
    """Into the board under the bar and back to the list."""
    person.press("\r")
    person.wait_for("/b/interview")
    person.press("\x1b[D")
    person.wait_route("/b")


def test_a_board_is_planned_and_applied_in_the_shell_and_is_there_for_everybody(
    call: Call, house: HouseProcess, boards: Path
) -> None:
    onlooker = call("plum", "go", "/b")
    onlooker.wait_route("/b")
    with_board(boards, "garden", "Garden Talk")
    shell = call("sysop", "admin", columns=100, rows=40)
    prompted(shell, 1)
    shell.press("board pl\t")
    shell.wait_for("board plan")
    shell.press("\r")
    shell.wait_for("garden")
    prompted(shell, 2)
    assert "Garden Talk" not in onlooker.text, "a plan changes nothing"
    shell.press("board apply\r")
    prompted(shell, 3)
    come_back(onlooker)
    onlooker.wait_for("Garden Talk")
    found = json.loads(run_ssh(house, "guest", "boards", "--json").stdout)["items"]
    assert "garden" in [board["slug"] for board in found]
    shell.press("\x1b[A")
    shell.wait_for("board apply")
    shell.press("\r")
    prompted(shell, 4)
    assert "nothing to change" in shell.text
    shell.press("exit\r")
    shell.wait_closed()
    assert shell.child.exitstatus == 0


def test_on_the_machine_it_goes_through_the_running_server(call: Call, house: HouseProcess, boards: Path) -> None:
    onlooker = call("plum", "go", "/b")
    onlooker.wait_route("/b")
    before = json.loads(house.command("board", "plan", "--json").stdout)["changes"]
    with_board(boards, "cellar", "Cellar Talk")
    planned = house.command("admin", "board", "plan", "--json")
    assert planned.returncode == 0, planned.stderr
    changes = json.loads(planned.stdout)["changes"]
    assert [change for change in changes if change["slug"] == "cellar"]
    assert len(changes) == len(before) + 1
    done = house.command("admin", "board", "apply", "--yes")
    assert done.returncode == 0, done.stderr
    come_back(onlooker)
    onlooker.wait_for("Cellar Talk")
    assert json.loads(house.command("board", "plan", "--json").stdout)["changes"] == []


def test_an_open_list_shows_a_new_board_by_itself(call: Call, sysop: Sysop, boards: Path) -> None:
    onlooker = call("plum", "go", "/b")
    onlooker.wait_route("/b")
    with_board(boards, "attic", "Attic Talk")
    assert sysop("board", "apply", "--yes").returncode == 0
    onlooker.wait_for("Attic Talk")


def test_a_broken_file_changes_nothing(sysop: Sysop, boards: Path) -> None:
    boards.write_text(boards.read_text().replace("nature: officers", "nature: oficers", 1))
    refused = sysop("board", "apply", "--json")
    assert refused.returncode != 0
    assert refused.stdout == ""
    message = json.loads(refused.stderr)["error"]["message"]
    assert "boards.yaml" in message
    assert re.search(r"line \d+", message)
    assert sysop("doctor").returncode == 1, "the doctor sees it too"


def test_what_would_archive_is_asked_about(house: HouseProcess, sysop: Sysop, boards: Path) -> None:
    assert sysop("board", "apply", "--yes").returncode == 0
    text = boards.read_text()
    life = re.search(r"(?m)^  - slug: life\n(?:    .*\n)+", text)
    assert life
    boards.write_text(text.replace(life[0], ""))
    asked = sysop("board", "apply")
    assert asked.returncode == 2, "nobody to ask, and no --yes"
    there = json.loads(run_ssh(house, "guest", "boards", "--json").stdout)["items"]
    assert "life" in [board["slug"] for board in there]
    assert "- slug: life" not in boards.read_text()


def test_a_dismissed_officer_loses_the_office_on_an_open_screen(
    call: Call, house: HouseProcess, sysop: Sysop, keys: Callable[[str], Path]
) -> None:
    public = keys("fresh").with_suffix(".pub").read_text()
    made = sysop("user", "create", "wei", "--kind", "officer", "--key", stdin=public)
    assert made.returncode == 0, made.stderr
    appointed = sysop(
        "office", "appoint", "secretary", "wei", "--name", "韦一", "--title", "副书记", "--title-en", "Deputy",
        "--duty", "deputy",
    )  # fmt: skip
    assert appointed.returncode == 0, appointed.stderr
    officer = call("wei", "go", "/t/37/reply", key=keys("fresh"))
    officer.wait_for("q skips")  # the questions of a first visit
    officer.press("q")
    officer.wait_for("you write as 韦一, Deputy")
    officer.press("In office.")
    officer.wait_for("In office.")
    dismissed = sysop("office", "dismiss", "secretary", "wei", "--yes")
    assert dismissed.returncode == 0, dismissed.stderr
    began = time.monotonic()
    while "you write as 韦一, Deputy" in officer.text and time.monotonic() - began < 5:
        officer.read()
    assert "you write as 韦一, Deputy" not in officer.text, officer.text
    officer.press("\x18")
    officer.settle()
    officer.press("s")
    officer.settle()
    posts = json.loads(run_ssh(house, "guest", "thread", "37", "--json").stdout)["items"]
    assert not [post for post in posts if post["official"] and post["official"]["name"] == "韦一"]
    refused = run_ssh(house, "wei", "reply", "37", "--json", key=keys("fresh"), stdin="Still me?")
    assert refused.returncode == 3, refused


def test_a_role_that_is_given_and_taken_counts_at_once(
    call: Call, house: HouseProcess, sysop: Sysop, keys: Callable[[str], Path]
) -> None:
    assert run_ssh(house, "plum", "user", "list", key=keys("plum")).returncode == 3
    assert sysop("user", "role", "plum", "give", "sysop", "--yes").returncode == 0
    shell = call("plum", "admin")
    shell.wait_for("plum@mingtan>")
    assert sysop("user", "role", "plum", "take", "sysop", "--yes").returncode == 0
    shell.press("user list\r")
    shell.wait_for("may not")
    assert run_ssh(house, "plum", "user", "list", key=keys("plum")).returncode == 3


def test_members_get_no_shell(call: Call) -> None:
    member = call("reed", "admin")
    member.wait_closed()
    assert member.child.exitstatus == 3
    assert "mingtan>" not in member.text


def test_an_invitation_is_kept_as_a_hash_only(house: HouseProcess, sysop: Sysop) -> None:
    made = sysop("user", "invite", "--batch", "spring", "--uses", "1", "--json")
    assert made.returncode == 0, made.stderr
    invitation = json.loads(made.stdout)["invitation"]
    assert invitation["uses"] == 1
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", invitation["code"])
    store = (house.data / "mingtan.db").read_bytes() + (house.data / "mingtan.db-wal").read_bytes()
    assert invitation["code"].encode() not in store, "kept only as a hash"


def test_the_register_is_whole_and_says_who_did_what(sysop: Sysop) -> None:
    found = json.loads(sysop("register", "verify", "--json").stdout)
    assert found["ok"] is True
    assert found["entries"] > 100
    assert sysop("user", "invite", "--batch", "entered").returncode == 0
    entries = json.loads(sysop("register", "show", "--after", str(found["entries"]), "--json").stdout)["items"]
    assert ("account.invite", "sysop", "entered") in [(one["kind"], one["actor"], one["subject"]) for one in entries]
    assert sysop("register", "verify").stdout.startswith("The register is whole")


def test_the_doctor_finds_nothing_wrong(sysop: Sysop) -> None:
    done = sysop("doctor", "--json")
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    assert found["ok"] is True
    assert {"python", "sqlite", "data", "disk", "host keys", "register"} <= {one["what"] for one in found["items"]}
