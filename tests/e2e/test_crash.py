"""The plug is pulled: what was acknowledged is there, and what was being written too."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Call
from tests.support.house import Caller, HouseProcess

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-crash")]

ROUNDS = 5


def write_reply(person: Caller, words: str) -> None:
    """From a thread into its reply, with words in it."""
    person.press("R")
    person.wait_for("as reed (pen name)")
    person.press("\r", words)
    person.wait_for(words)


def test_posted_means_on_disk(own_house: HouseProcess, call: Call) -> None:
    for number in range(ROUNDS):
        reed = call("reed", "go", "/t/37", at=own_house)
        reed.wait_for("林若溪")
        if number:
            reed.press("$")
            reed.wait_for(f"Written in round {number - 1}.")
        write_reply(reed, f"Written in round {number}.")
        reed.press("\x18")
        reed.wait_for("Post as reed")
        reed.press("s")
        reed.wait_for("Posted #")
        own_house.kill()
        reed.wait_closed()
        own_house.start()
    reed = call("reed", "go", "/t/37", at=own_house)
    reed.wait_for("林若溪")
    reed.press("$")
    reed.wait_for(f"Written in round {ROUNDS - 1}.")
    verified = own_house.command("register", "verify")
    assert verified.returncode == 0, verified.stdout


def test_a_draft_survives_the_plug_and_a_dropped_line(own_house: HouseProcess, call: Call) -> None:
    reed = call("reed", "go", "/t/37/reply", at=own_house)
    reed.wait_for("as reed (pen name)")
    reed.press("Half a thought, 半句话")
    reed.wait_for("半句话")
    reed.wait_for("draft ")  # it saves itself within seconds and says so
    own_house.kill()
    reed.wait_closed()
    own_house.start()

    again = call("reed", "go", "/t/37/reply", at=own_house)
    again.wait_for("Half a thought, 半句话")
    again.wait_for("Your draft of")
    again.press(" and the other half")
    again.wait_for("and the other half")
    again.hang_up()

    third = call("reed", at=own_house)
    third.wait_route("/")
    third.wait_for("You were writing")
    third.go("/t/37/reply")
    third.wait_for("Half a thought, 半句话 and the other half")


def test_a_new_thread_and_its_title_survive_a_dropped_line(own_house: HouseProcess, call: Call) -> None:
    reed = call("reed", "go", "/b/life", at=own_house)
    reed.wait_route("/b/life")
    reed.press("\x10")
    reed.wait_route("/b/life/post")
    reed.press("Umbrella found")
    reed.wait_for("Umbrella found")
    reed.press("\r", "By the bicycle shed.")
    reed.wait_for("By the bicycle shed.")
    reed.hang_up()
    again = call("reed", "go", "/b/life/post", at=own_house)
    again.wait_for("By the bicycle shed.")
    assert "Umbrella found" in again.text
