"""Lines that drop while something is written or sent: nothing typed is lost, and sending twice makes one post."""

from __future__ import annotations

import json

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-writing")]

THREAD = 37


def bodies(house: HouseProcess) -> list[str]:
    """What stands in the thread, as a guest reads it."""
    shown = run_ssh(house, "guest", "thread", str(THREAD), "--limit", "200", "--json")
    return [item["body"] for item in json.loads(shown.stdout)["items"]]


def test_a_draft_is_gone_on_with_sent_and_kept_under_a_name(call: Call, house: HouseProcess) -> None:
    reed = call("reed", "go", f"/t/{THREAD}/reply")
    reed.wait_for("as reed (pen name)")
    reed.press("The lift has stopped ag")
    reed.wait_for("stopped ag")
    reed.press("\x1b[D", "\x1b[D")
    reed.settle()
    reed.hang_up()
    again = call("reed")
    again.wait_for("y goes on writing")
    again.press("r")  # the newest draft, which is the same
    again.wait_route(f"/t/{THREAD}/reply")
    again.wait_for("The lift has stopped ag")
    again.press("\x05", "ain, on the fourth.")  # ^E: the end of the line
    again.wait_for("again, on the fourth.")
    again.press("\x18")
    again.wait_for("Post as reed")
    again.press("d")
    again.wait_for("under a name")
    again.press("Lift\r")
    again.wait_for("Kept as")
    again.go("/me/drafts")
    again.wait_for("Lift")
    again.press("\r")
    again.wait_for("The lift has stopped again, on the fourth.")
    again.press("\x18")
    again.wait_for("Post as reed")
    again.press("s")
    again.wait_for("Posted #")
    assert bodies(house).count("The lift has stopped again, on the fourth.") == 1
    again.go("/me/drafts")
    again.wait_for("Nothing unfinished")


def test_a_line_lost_right_after_sending_makes_one_post(call: Call, house: HouseProcess) -> None:
    text = "Sent once, or twice, or never heard of"
    plum = call("plum", "go", f"/t/{THREAD}/reply")
    plum.wait_for("as plum (pen name)")
    plum.press(text)
    plum.wait_for("never heard of")
    plum.press("\x18")
    plum.wait_for("Post as plum")
    plum.press("s")
    plum.hang_up()  # nobody saw what became of it
    again = call("plum")
    again.wait_for(">")
    again.settle()
    if "while you were writing" in again.text:
        again.press("y")
        again.settle()
    if text in again.text and "as plum" in again.text:  # it had not gone out: the same draft is sent again
        again.press("\x18")
        again.wait_for("Post as plum")
        again.press("s")
        again.wait_for("Posted #")
    assert bodies(house).count(text) == 1
