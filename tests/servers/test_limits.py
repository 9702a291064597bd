"""Counts and paces, by a clock that is passed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbs.errors import TryLater
from bbs.servers.facts import clean_term, colours_of, encoding_of, language_of
from bbs.servers.limits import Gate, Limits, Pace, Sessions, Ticket, has_headroom, source_of
from bbs.servers.listeners import Door
from bbs.text.when import ManualClock
from tests.support.waiting import soon


def test_fifteen_a_second_then_delay_then_refusal() -> None:
    clock = ManualClock()
    pace = Pace(15, 100, clock)
    assert [pace.delay("a", 1.0) for _ in range(15)] == [0.0] * 15
    delays = [pace.delay("a", 1.0) for _ in range(16)]
    assert delays[0] == pytest.approx(1 / 15)
    assert delays[14] == pytest.approx(1.0)
    assert delays[15] is None
    assert pace.delay("b", 1.0) == 0.0, "others are not slowed down"
    clock.advance(2)
    assert pace.delay("a", 1.0) == 0.0


def test_only_so_many_sources_are_remembered() -> None:
    pace = Pace(1, 10, ManualClock())
    for number in range(1000):
        pace.delay(str(number), 1.0)
    assert len(pace) == 10


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::1"),
        ("nonsense", "nonsense"),
    ],
)
def test_sources(address: str, source: str) -> None:
    assert source_of(address) == source


def test_the_gate_counts_by_source_and_in_all() -> None:
    gate = Gate(Limits(unauthenticated=10, unauthenticated_per_source=3, exempt=("10.9.0.0/16",)), ManualClock())
    tickets = [gate.enter("10.0.0.1") for _ in range(4)]
    assert tickets[3] is None
    first = tickets[0]
    assert first is not None
    first.authenticated()
    assert gate.enter("10.0.0.1") is not None
    assert all(gate.enter("10.9.0.1") is not None for _ in range(7)), "exempt from the limit per source"
    assert gate.enter("10.9.0.1") is None, "but not from the limit in all"
    first.left()
    assert len(gate) == 10, "leaving twice counts once"


def test_room_is_made_by_the_silent() -> None:
    clock = ManualClock()
    gate = Gate(Limits(unauthenticated=2, patience=2), clock)
    cut: list[str] = []
    tickets = [gate.enter(peer) for peer in ("10.0.0.1", "10.0.0.2")]
    for ticket, name in zip(tickets, ("one", "two"), strict=True):
        assert isinstance(ticket, Ticket)
        ticket.cut = lambda name=name: cut.append(name)
    assert tickets[0] is not None
    tickets[0].greeted = True
    assert not gate.make_room("10.0.0.3")
    clock.advance(2.1)
    assert gate.make_room("10.0.0.3")
    assert cut == ["two"], "who has shaken hands may take their time over the password"
    assert not gate.make_room("10.0.0.3")


async def test_the_queue_is_fair_between_sources() -> None:
    import asyncio

    door = Door(Limits(unauthenticated=1, patience=60), ManualClock())
    first = await door.ticket("10.0.0.1")
    assert first is not None
    order: list[str] = []

    async def wait(peer: str) -> None:
        ticket = await door.ticket(peer)
        assert ticket is not None
        order.append(peer)
        ticket.left()

    waiting = [asyncio.ensure_future(wait(peer)) for peer in ("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2")]
    await asyncio.sleep(0)
    first.left()
    await soon(asyncio.gather(*waiting))
    assert order.index("10.0.0.2") < 2


def test_sessions_by_account_and_in_all() -> None:
    sessions = Sessions(Limits(per_account=2, sessions=4))
    closers = [sessions.open("reed") for _ in range(2)]
    with pytest.raises(TryLater, match=r"server\.too_many_sessions"):
        sessions.open("reed")
    for _ in range(2):
        sessions.open("guest", shared=True)
    with pytest.raises(TryLater, match=r"server\.full"):
        sessions.open("plum")
    closers[0]()
    closers[0]()
    assert sessions.total == 3
    sessions.open("reed")


def test_headroom() -> None:
    assert has_headroom(3)
    assert not has_headroom(1 << 30)


@pytest.mark.parametrize(
    ("term", "colorterm", "colours"),
    [
        ("xterm", "", 16),
        ("xterm-256color", "", 256),
        ("xterm", "truecolor", 1 << 24),
        ("dumb", "", 0),
        ("vt100", "", 0),
        ("xterm-kitty", "", 256),
        ("xterm-direct", "", 1 << 24),
        ("xterm", "yes", 16),
    ],
)
def test_colours(term: str, colorterm: str, colours: int) -> None:
    assert colours_of(term, colorterm) == colours


def test_names_and_locales() -> None:
    assert clean_term("screen.xterm-256color") == "screen.xterm-256color"
    assert clean_term("x y") == "dumb"
    assert language_of({b"LANG": b"zh_TW.Big5"}) == "zh"
    assert encoding_of({b"LANG": b"zh_TW.Big5"}) == "big5"
    assert language_of({b"LANG": b"zh_CN.UTF-8", b"LC_ALL": b"en_US"}) == "en"
    assert language_of({b"LANG": b"de_DE.UTF-8"}) is None
    assert language_of({b"LANG": b"C.UTF-8"}) is None
    assert language_of({b"LANG": b"\xff" * 100}) is None
    assert encoding_of({b"LANG": b"zh_CN.EUC-CN"}) == "gb18030"
    assert encoding_of({}) == "utf-8"


def test_strangers_have_a_limit_of_their_own() -> None:
    limits = Limits(strangers=3, strangers_per_source=2, exempt=("10.9.0.0/16",))
    gate = Gate(limits, ManualClock())
    sessions = Sessions(limits)

    def come(address: str) -> Callable[[], None]:
        return sessions.stranger(Ticket(address, address, 0.0, gate))

    first, _ = come("10.0.0.1"), come("10.0.0.1")
    with pytest.raises(TryLater):
        come("10.0.0.1")
    come("10.0.0.2")
    with pytest.raises(TryLater):
        come("10.0.0.3")
    first()
    first()
    come("10.9.0.1")
    with pytest.raises(TryLater):
        come("10.9.0.1")


def test_guests_cannot_take_all_sessions() -> None:
    sessions = Sessions(Limits(sessions=4, strangers=2))
    leave = sessions.open("guest", shared=True)
    sessions.open("new", shared=True)
    with pytest.raises(TryLater):
        sessions.open("guest", shared=True)
    sessions.open("reed")
    leave()
    sessions.open("guest", shared=True)
