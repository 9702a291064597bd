"""Who gets in by SSH, and as whom."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import asyncssh
import pytest

from bbs.servers.limits import Limits
from tests.servers.conftest import House, Opener
from tests.support.waiting import PATIENCE, soon, until


async def hello(conn: asyncssh.SSHClientConnection) -> str:
    process: asyncssh.SSHClientProcess[str] = await conn.create_process(term_type="xterm-256color", term_size=(100, 30))
    line = await process.stdout.readline()
    process.stdin.write("q")
    await process.wait(timeout=PATIENCE)
    return str(line).strip()


async def test_password_by_both_methods(house: House) -> None:
    for method in ("password", "keyboard-interactive"):
        async with await house.connect("reed", password="demo-reed", preferred_auth=method) as conn:
            assert await hello(conn) == "hello reed xterm-256color 100x30"


async def test_key_login(house: House) -> None:
    key = house.member("plum")
    async with await house.connect("plum", client_keys=[key]) as conn:
        assert await hello(conn) == "hello plum xterm-256color 100x30"


async def test_guest_and_new_need_nothing(house: House) -> None:
    async with await house.connect("guest") as conn:
        assert await hello(conn) == "hello guest xterm-256color 100x30"
    async with await house.connect("new") as conn:
        assert await hello(conn) == "hello - xterm-256color 100x30"
    assert house.visits[-1].route == "/register"


async def test_three_tries_and_out(house: House, caplog: pytest.LogCaptureFixture) -> None:
    tried: list[str] = []

    class Client(asyncssh.SSHClient):
        def password_auth_requested(self) -> str:
            tried.append("x")
            return f"wrong-{len(tried)}"

    caplog.set_level(logging.INFO, "mingtan.servers")
    with pytest.raises(asyncssh.DisconnectError) as refused:
        await house.connect("reed", client_factory=Client, preferred_auth="password")
    assert len(tried) == 3
    assert refused.value.reason == "Too many tries"
    assert "wrong-" not in caplog.text
    assert "reed" not in caplog.text, "a name nobody proved may be a password"
    assert caplog.text.count("login.failed") == 3


async def test_unknown_names_are_asked_like_known_ones(house: House) -> None:
    house.member("plum")
    seen = []
    for name in ("reed", "plum", "nobody"):
        methods: list[Any] = []

        class Client(asyncssh.SSHClient):
            def kbdint_auth_requested(self) -> str:
                return ""

            def kbdint_challenge_received(self, name: str, instructions: str, lang: str, prompts: Any) -> list[str]:
                methods.append((name, instructions, lang, list(prompts)))  # noqa: B023
                return ["wrong"]

        with pytest.raises(asyncssh.DisconnectError) as refused:
            await house.connect(name, client_factory=Client, preferred_auth="keyboard-interactive")
        seen.append((methods, refused.value.reason))
    assert seen[0] == seen[1] == seen[2]


async def test_waiting_time_is_told(house: House) -> None:
    house.accounts.wait = 90
    banners: list[str] = []

    class Client(asyncssh.SSHClient):
        def auth_banner_received(self, msg: str, lang: str) -> None:
            banners.append(msg)

    with pytest.raises(asyncssh.PermissionDenied):
        await house.connect("reed", password="demo-reed", client_factory=Client, preferred_auth="password")
    assert "90" in banners[0]


@dataclass
class Listening:
    """What a client is told before it is asked for a password, in order."""

    told: list[str] = field(default_factory=list)

    def factory(self) -> asyncssh.SSHClient:
        told = self.told

        class Client(asyncssh.SSHClient):
            def auth_banner_received(self, msg: str, lang: str) -> None:
                told.append(msg)

            def kbdint_auth_requested(self) -> str:
                return ""

            def kbdint_challenge_received(self, name: str, instructions: str, lang: str, prompts: Any) -> list[str]:
                told.append(f"{name}{instructions}{prompts[0][0]}")
                return ["wrong"]

        return Client()


async def test_the_banner_stands_above_the_first_question(open_house: Opener) -> None:
    house = await open_house(doors={"ssh_banner": lambda: "明坛\n\x1b]0;x\x07Demo: \u009b2Jofficers too\n"})
    heard = []
    for name in ("reed", "nobody"):
        person = Listening()
        with pytest.raises(asyncssh.DisconnectError):
            await house.connect(name, client_factory=person.factory, preferred_auth="keyboard-interactive")
        heard.append(person.told)
    assert heard[0] == ["\r\n明坛\r\nDemo: officers too\r\n\r\n", "Password: ", "Password: ", "Password: "]
    assert heard[0] == heard[1]


async def test_keys_and_guests_are_not_bothered_with_a_banner(open_house: Opener) -> None:
    house = await open_house(doors={"ssh_banner": lambda: "Mingtan"})
    key = house.member("plum")
    for name, options in (("plum", {"client_keys": [key]}), ("guest", {}), ("new", {})):
        person = Listening()
        async with await house.connect(name, client_factory=person.factory, **options):
            assert person.told == []


async def test_guests_and_newcomers_leave_room_for_members(open_house: Opener) -> None:
    house = await open_house(limits=Limits(strangers=2))
    key = house.member("plum")
    async with await house.connect("guest"), await house.connect("new") as second:
        with pytest.raises((asyncssh.DisconnectError, asyncssh.ChannelOpenError)):
            async with await house.connect("guest") as third:
                await third.run("whoami", timeout=PATIENCE)
        async with await house.connect("plum", client_keys=[key]) as conn:
            assert (await hello(conn)).startswith("hello plum")
        second.close()
        await second.wait_closed()
        engine = house.servers.ssh
        assert engine is not None
        await until(lambda: len(engine.connections) == 1)
        async with await house.connect("guest") as conn:
            assert (await hello(conn)).startswith("hello guest")


async def test_the_log_joins_no_pen_name_and_address(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mingtan.servers")
    async with await house.connect("reed", password="demo-reed", preferred_auth="password") as conn:
        await hello(conn)
    assert "login.ok" in caplog.text
    assert "reed" not in caplog.text


class Liar(asyncssh.SSHKeyPair):
    """Offers one public key and signs with another private one (the mistake of CVE-2024-45337 is to fall for it)."""

    _key_type = "local"

    def __init__(self, offered: asyncssh.SSHKey, own: asyncssh.SSHKey) -> None:
        name = offered.algorithm
        super().__init__(name, name, [name], [name], offered.public_data, b"")
        self._own = own

    def sign(self, data: bytes) -> bytes:
        return self._own.sign(data, b"ssh-ed25519")


async def test_a_key_signed_by_another_is_refused(house: House) -> None:
    officer, mine = house.member("lin"), house.member("plum")
    with pytest.raises(asyncssh.PermissionDenied):
        await house.connect("lin", client_keys=[Liar(officer, mine)])
    assert not house.accounts.logins
    assert house.accounts.queried == ["lin"], "the key was known and asked for; what was signed for was not looked up"


async def test_offering_anothers_key_gives_nothing(house: House) -> None:
    """Offer the officer's public key, log in with mine: I am me, and only my key was ever taken as proven."""
    officer, mine = house.member("lin"), house.member("plum")
    house.accounts.keys["plum"].add(officer.public_data)
    async with await house.connect("plum", client_keys=[Liar(officer, mine), mine]) as conn:
        assert await hello(conn) == "hello plum xterm-256color 100x30"
    assert house.accounts.logins == [("plum", mine.public_data)]


async def test_rsa_with_sha1_is_refused(house: House) -> None:
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    house.accounts.keys["plum"] = {key.public_data}

    class Old(asyncssh.SSHKeyPair):
        _key_type = "local"

        def __init__(self) -> None:
            super().__init__(b"ssh-rsa", b"ssh-rsa", [b"rsa-sha2-256"], [b"rsa-sha2-256"], key.public_data, b"")

        def sign(self, data: bytes) -> bytes:
            return key.sign(data, b"ssh-rsa")

    with pytest.raises(asyncssh.PermissionDenied):
        await house.connect("plum", client_keys=[Old()])
    async with await house.connect("plum", client_keys=[key]) as conn:
        assert (await hello(conn)).startswith("hello plum")


async def test_a_suspended_member_gets_one_line(house: House) -> None:
    key = house.member("plum")
    async with await house.connect("plum", client_keys=[key]) as conn:
        house.accounts.suspended.add("plum")
        result = await conn.run("boards", timeout=PATIENCE)
    assert result.exit_status == 3
    assert not house.errands


async def test_too_many_offers_end_the_connection(house: House) -> None:
    keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(24)]
    with pytest.raises(asyncssh.DisconnectError) as refused:
        await house.connect("nobody", client_keys=keys)
    assert refused.value.reason == "Too many tries"
    assert len(house.accounts.queried) == 20


async def test_four_sessions_on_one_connection(house: House) -> None:
    async with await house.connect("guest") as conn:
        processes = [await conn.create_process(term_type="xterm") for _ in range(4)]
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.create_process(term_type="xterm")
        processes[0].stdin.write("q")
        await processes[0].wait(timeout=PATIENCE)
        await until(lambda: len(house.servers.roll) == 3)
        again = await conn.create_process(term_type="xterm")
        assert (await soon(again.stdout.readline())).startswith("hello guest")


async def test_sessions_per_account(open_house: Opener) -> None:
    house = await open_house(limits=Limits(per_account=2))
    key = house.member("plum")
    async with await house.connect("plum", client_keys=[key]) as conn:
        for number in (0, 1):
            await conn.create_process(term_type="xterm")
            await house.visit(number)
        result = await conn.run("boards", timeout=PATIENCE)
        assert result.exit_status == 75
        assert "2 sessions" in str(result.stderr)
