"""One client can't slow the others down: a megabyte is pasted while somebody else presses keys."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Call
from tests.support.house import Caller, HouseProcess, ssh
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-people")]

PASTE = 1024 * 1024
ENOUGH = 60
"""Key presses measured."""
MEDIAN = 0.05
"""Seconds of the server's own work. An idle one needs 0.001."""
LONGEST = 0.2
"""Seconds of the server's own work that nobody's key may wait behind."""
NOISE = 3
"""Answers that we may notice late, while the server has gone on working; a frozen loop delays all of them."""


class Paster:
    """A client without a local terminal in between: it sends as fast as the server takes it."""

    def __init__(self, house: HouseProcess, key: Path, route: str) -> None:
        self._process = subprocess.Popen(
            ssh(house.ssh_port, "plum", "go", route, key=key, options=["-tt"]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "LANG": "en_US.UTF-8"},
        )
        self.seen = bytearray()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        self._writing: threading.Thread | None = None

    def _read(self) -> None:
        assert self._process.stdout is not None
        while data := os.read(self._process.stdout.fileno(), 65536):
            self.seen += data

    def wait_for(self, text: bytes) -> None:
        deadline = time.monotonic() + PATIENCE
        while text not in self.seen and time.monotonic() < deadline:
            self._reading.join(0.02)
        assert text in self.seen, bytes(self.seen[-2000:])

    def send(self, data: bytes) -> None:
        """Send it all from a thread of its own."""
        assert self._writing is None
        self._writing = threading.Thread(target=self._write, args=(data,), daemon=True)
        self._writing.start()

    def _write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except OSError:
            return  # the server hung up on a flood, which is its right

    @property
    def sending(self) -> bool:
        return self._writing is not None and self._writing.is_alive()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reading.join(10)
        if self._writing is not None:
            self._writing.join(10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what could not be flushed any more


@pytest.fixture
def paster(house: HouseProcess, keys: Callable[[str], Path]) -> Iterator[Callable[[str], Paster]]:
    made: list[Paster] = []

    def start(route: str) -> Paster:
        made.append(Paster(house, keys("plum"), route))
        return made[-1]

    yield start
    for one in made:
        one.close()


def judge(house: HouseProcess, person: Caller, keys: str) -> None:
    """Press keys in turn. What the server does until it answers counts: the clock would count the whole machine."""
    worked: list[float] = []
    for number in range(ENOUGH):
        person.read(0.005)  # what others caused on this screen is no answer
        before = house.worked()
        person.answered(keys[number % len(keys)])
        worked.append(house.worked() - before)
    assert statistics.median(worked) < MEDIAN, worked
    assert len([seconds for seconds in worked if seconds > LONGEST]) <= NOISE, worked


@pytest.mark.parametrize(
    ("route", "shown", "data"),
    [
        (
            "/t/37/reply",
            b"(pen name)",
            b"\x1b[200~" + "粘贴 one line of text\n".encode() * (PASTE // 25) + b"\x1b[201~",
        ),
        ("/t/37/reply", b"(pen name)", b"typed without any mark of a paste \r" * (PASTE // 35)),
        ("/b/services", b"/b/services", b"jk" * (PASTE // 2)),
        ("/b/services", b"/b/services", b"\x1b[" + b"1;" * (PASTE // 2)),
    ],
    ids=["paste into the editor", "flood into the editor", "keys in a list", "an escape that never ends"],
)
def test_a_megabyte_from_one_delays_nobody(
    house: HouseProcess, call: Call, paster: Callable[[str], Paster], route: str, shown: bytes, data: bytes
) -> None:
    person = call("reed", "go", "/b/life")
    person.wait_route("/b/life")
    other = paster(route)
    other.wait_for(shown)
    other.send(data)
    judge(house, person, "jk")


def test_a_writer_is_not_delayed_either(house: HouseProcess, call: Call, paster: Callable[[str], Paster]) -> None:
    person = call("reed", "go", "/t/37/reply")
    person.wait_for("(pen name)")
    other = paster("/t/37/reply")
    other.wait_for(b"(pen name)")
    other.send(b"\x1b[200~" + b"x" * PASTE + b"\x1b[201~")
    judge(house, person, "x")
    person.press("\x18")
    person.wait_for("abandon")
    person.press("a")
    person.wait_for("Throw away")
    person.press("y")
    person.wait_for("Given up; nothing was sent")
