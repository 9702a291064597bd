"""SIGTERM: people are told, drafts are kept, the process ends with 0; a second one ends it at once."""

from __future__ import annotations

import signal
import time

import pytest

from tests.e2e.conftest import Call
from tests.support.house import HouseProcess, run_ssh

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-drain")]

CLOSED = "The forum is closed"


def test_people_are_told_and_drafts_are_kept(own_house: HouseProcess, call: Call) -> None:
    reader = call("plum", "go", "/b/life", at=own_house)
    reader.wait_route("/b/life")
    reed = call("reed", "go", "/t/37/reply", at=own_house)
    reed.wait_for("as reed (pen name)")
    reed.press("Caught in the middle")
    reed.wait_for("Caught in the middle")
    own_house.signal(signal.SIGTERM)
    reader.wait_for("closes in")
    refused = run_ssh(own_house, "guest", "boards")
    assert refused.returncode != 0, "nobody is let in any more"
    reed.wait_closed()
    reader.wait_closed()
    assert own_house.wait() == 0
    assert "Traceback" not in own_house.log.read_text()

    own_house.start()
    again = call("reed", "go", "/t/37/reply", at=own_house)
    again.wait_for("Caught in the middle")
    for person in (reader, reed):
        assert CLOSED in person.text, person.text


def test_with_nobody_in_it_is_quick(own_house: HouseProcess) -> None:
    assert run_ssh(own_house, "guest", "boards").returncode == 0
    began = time.monotonic()
    assert own_house.stop() == 0
    assert time.monotonic() - began < 8, "shorter than the countdown"


def test_a_second_signal_stops_at_once(own_house: HouseProcess, call: Call) -> None:
    reader = call("plum", at=own_house)
    reader.wait_route("/")
    own_house.signal(signal.SIGTERM)
    reader.wait_for("closes in")
    own_house.signal(signal.SIGTERM)
    assert own_house.wait() == 0
    reader.wait_closed()
    assert b"closes in 2 " not in reader.terminal.received, "long before the countdown is over"


def test_as_soon_as_it_says_ready(own_house: HouseProcess) -> None:
    assert own_house.stop() == 0  # the fixture has just read the line
