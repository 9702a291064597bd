"""Public keys are public: trying a colleague's key at every pen name must not tell which of them is theirs."""

from __future__ import annotations

import asyncssh
import pytest

from bbs.servers.limits import Gate, Limits, Ticket
from bbs.servers.probes import Probes
from bbs.text.when import ManualClock
from tests.servers.conftest import House, Opener
from tests.servers.test_ssh_login import hello

STRICT = Limits(exempt=(), key_queries=5)
"""Loopback counts as a source like any other."""


class Offered(asyncssh.SSHKeyPair):
    """A public key without its private half; `wanted` says whether the server called it acceptable."""

    _key_type = "local"

    def __init__(self, key: asyncssh.SSHKey) -> None:
        name = key.algorithm
        super().__init__(name, name, [name], [name], key.public_data, b"")
        self.wanted = False

    def sign(self, data: bytes) -> bytes:
        self.wanted = True
        return asyncssh.generate_private_key("ssh-ed25519").sign(data, b"ssh-ed25519")


def stranger() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


async def is_acceptable(house: House, name: str, key: asyncssh.SSHKey) -> bool:
    """What the server says of a key that is only offered."""
    offered = Offered(key)
    with pytest.raises(asyncssh.PermissionDenied):
        await house.connect(name, client_keys=[offered], preferred_auth="publickey")
    return offered.wanted


async def miss(house: House, times: int) -> None:
    for _ in range(times):
        await is_acceptable(house, "reed", stranger())


async def test_few_questions_are_answered_truly(open_house: Opener) -> None:
    house = await open_house(limits=STRICT)
    key = house.member("plum")
    assert await is_acceptable(house, "plum", key)
    assert not await is_acceptable(house, "reed", key)
    assert not await is_acceptable(house, "nobody", key)


async def test_many_questions_are_not_answered_and_logins_go_on(open_house: Opener) -> None:
    clock = ManualClock()
    house = await open_house(limits=STRICT, clock=clock)
    key = house.member("plum")
    await miss(house, 5)
    assert not await is_acceptable(house, "reed", key), "five may be a person with five keys"

    asked = len(house.accounts.queried)
    for name in ("plum", "reed", "nobody", "lin"):
        assert await is_acceptable(house, name, key)
        assert await is_acceptable(house, name, stranger())
    assert len(house.accounts.queried) == asked, "nothing is looked up for them"
    assert not house.accounts.logins

    async with await house.connect("plum", client_keys=[key]) as conn:
        assert (await hello(conn)).startswith("hello plum")
    wrong = [stranger() for _ in range(4)]
    async with await house.connect("plum", client_keys=[*wrong, key]) as conn:
        assert (await hello(conn)).startswith("hello plum"), "the right key among wrong ones is still found"
    async with await house.connect("reed", client_keys=wrong, password="demo-reed") as conn:
        assert (await hello(conn)).startswith("hello reed"), "and a password after them"

    clock.advance(3600)
    assert not await is_acceptable(house, "reed", key), "an hour later"


async def test_other_sources_are_answered_truly() -> None:
    clock = ManualClock()
    gate = Gate(STRICT, clock)
    probes = Probes(STRICT, clock)
    here, there = Ticket("10.0.0.1", "10.0.0.1", 0.0, gate), Ticket("10.0.0.2", "10.0.0.2", 0.0, gate)
    for _ in range(6):
        assert not probes.too_many(here)
        probes.missed(here)
        clock.advance(60)
    assert probes.too_many(here)
    assert not probes.too_many(there)
    clock.advance(3600 - 6 * 60)
    assert not probes.too_many(here), "the first of them is an hour old"


async def test_a_machine_that_many_share_may_be_exempt_and_memory_is_bounded() -> None:
    clock = ManualClock()
    limits = Limits(exempt=("10.9.0.0/16",), key_queries=0, sources_kept=10)
    gate = Gate(limits, clock)
    probes = Probes(limits, clock)
    jump_host = Ticket("10.9.0.1", "10.9.0.1", 0.0, gate)
    probes.missed(jump_host)
    assert not probes.too_many(jump_host)
    for number in range(1000):
        probes.missed(Ticket(f"s{number}", "10.0.0.1", 0.0, gate))
    assert len(probes) == 10


async def test_keys_that_cost_too_much_are_not_looked_at(house: House) -> None:
    """A public exponent of thousands of bits makes each check of a signature dear."""
    from asyncssh.packet import MPInt, String

    for exponent, size in ((2**2000 + 1, 3072), (65537, 20_000)):
        wire = String(b"ssh-rsa") + MPInt(exponent) + MPInt((1 << (size - 1)) + 1)
        house.accounts.keys["plum"] = {wire}

        class Dear(asyncssh.SSHKeyPair):
            _key_type = "local"

            def __init__(self, public: bytes) -> None:
                super().__init__(b"ssh-rsa", b"rsa-sha2-256", [b"rsa-sha2-256"], [b"rsa-sha2-256"], public, b"")

            def sign(self, data: bytes) -> bytes:
                raise AssertionError("the server called it acceptable")

        with pytest.raises(asyncssh.PermissionDenied):
            await house.connect("plum", client_keys=[Dear(wire)], preferred_auth="publickey")
    assert not house.accounts.queried
