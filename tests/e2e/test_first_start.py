"""A site of one's own: the first start, the sysop by the one-time code, news from files, and a member by invitation."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import ROOT, Caller, HouseProcess, run_ssh
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-admin")]

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
WHOLE = "The register is whole"
PASSWORD = "four owls at noon"

Keys = Callable[[str], Path]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[HouseProcess]:
    """A forum that was never started before, without demo content."""
    with HouseProcess(tmp_path / "site") as house:
        yield house
        assert "Traceback" not in house.log.read_text()


def register(person: Caller, code: str, name: str) -> None:
    """Go through all steps of registering with a password, in English."""
    as_far_as_the_way_in(person, code, name)
    person.press("\r")
    person.wait_for("Again")
    person.press(PASSWORD + "\r")
    person.settle()
    person.press(PASSWORD + "\r")


def as_far_as_the_way_in(person: Caller, code: str, name: str) -> None:
    person.wait_route("/register")
    person.press("2")
    person.wait_for("(*) 2 English")
    person.press("\r")
    person.wait_for("2 of")
    person.press("\r")
    person.wait_for("Code")
    person.press(code.lower().replace("-", " ") + "\r")
    person.wait_for("Pen name")
    person.press(name + "\r")
    person.wait_for("House rules")
    accept_rules(person)
    person.wait_for("Way in")


def accept_rules(person: Caller) -> None:
    for _ in range(6):
        if "More below" not in person.text:
            break
        person.press(" ")
        person.settle()
    person.press("\r")


def make_sysop(site: HouseProcess, key: Path, name: str) -> None:
    made = site.command("user", "create", name, "--kind", "sysop", "--key", stdin=key.with_suffix(".pub").read_text())
    assert made.returncode == 0, made.stderr


def test_the_declared_community_is_there_at_once(site: HouseProcess) -> None:
    assert len(CODE.findall(site.log.read_text())) == 1, "the one-time code, once"
    boards = run_ssh(site, "guest", "boards")
    assert "secretary" in boards.stdout, "boards.yaml is applied"
    doctor = site.command("doctor")
    assert doctor.returncode == 0, doctor.stdout


def test_the_one_time_code_opens_the_sysop_s_account(site: HouseProcess, call: Call, keys: Keys) -> None:
    code = CODE.findall(site.log.read_text())[-1]
    chief = call("new", at=site)
    as_far_as_the_way_in(chief, code, "lighthouse")
    chief.press("\x1b[D")
    chief.wait_for("(*) my key")
    chief.press("\r")
    chief.wait_for("7 of")
    chief.press(keys("fresh").with_suffix(".pub").read_text().strip() + "\r")
    chief.wait_for("ssh ")
    assert "lighthouse@" in chief.text, "it says how to come in"
    chief.hang_up()
    shell = call("lighthouse", "admin", at=site, key=keys("fresh"))
    shell.wait_for("lighthouse@mingtan>")
    assert CODE.findall(_restarted(site)) == [code], "no second code once there is a sysop"


def _restarted(site: HouseProcess) -> str:
    site.kill()
    site.start()
    return site.log.read_text()


def test_a_site_gets_a_sysop_news_and_a_member(site: HouseProcess, call: Call, keys: Keys) -> None:
    make_sysop(site, keys("fresh"), "harbourmaster")
    shell = call("harbourmaster", "admin", at=site, key=keys("fresh"), columns=110)
    shell.wait_for("harbourmaster@mingtan>")
    shell.press("user invite --batch first --uses 1\r")
    invited: list[str] = []
    deadline = time.monotonic() + PATIENCE
    while not invited and time.monotonic() < deadline:
        shell.read()
        invited = CODE.findall(shell.text)
    assert len(invited) == 1, shell.text
    shell.press("register verify\r")
    shell.wait_for(WHOLE)
    shell.press("exit\r")
    shell.wait_closed()

    member = call("new", at=site)
    register(member, invited[0], "heron")
    member.wait_for("heron")
    member.press("\r")
    member.wait_route("/welcome")
    member.wait_for("1 of 2")
    member.press("\r")
    member.wait_for("these two lines equally long?")
    member.press("\x1b[23;11R")  # the terminal answers: two columns each
    member.wait_for("> 2")
    member.press("\r")
    member.wait_route("/help/tour")
    for number in range(1, 7):
        member.wait_for(f"{number} of 6")
        member.press("\r")
    member.wait_route("/")
    assert "heron" in member.head
    imported = site.command("bulletin", "import", str(ROOT / "data/demo/bulletins"))
    assert imported.returncode == 0, imported.stdout
    member.go("/news/express")
    member.wait_for("Network maintenance")
    member.press("\r")
    member.wait_for("/n/")
    member.wait_for("28 November")
    member.hang_up()

    used = call("new", at=site)
    register(used, invited[0], "second")
    used.wait_for("3 of")
    assert "second" not in run_ssh(site, "harbourmaster", "user", "list", key=keys("fresh")).stdout

    _restarted(site)
    again = call("heron", password=PASSWORD, at=site)
    again.wait_route("/")
