"""What somebody who has not logged in can do to us: nothing much, and not for long."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import time

import asyncssh
import pytest

from bbs.forum.actor import Actor
from bbs.servers.limits import Limits
from bbs.text.when import ManualClock
from tests.servers.conftest import House, Opener
from tests.support.corpus import SSH_PREAUTH, TELNET
from tests.support.lag import watch_lag
from tests.support.waiting import PATIENCE, soon, until

HARMLESS = {"silence", "escape in version", "tiny packet"}
"""Nothing wrong yet, or too little of it: these wait for more until the grace time ends."""


A_WHILE = 0.15
"""Seconds in which whoever is not hung up on stays on the line; also who hears us out is answered within them."""


async def send_and_see(port: int, data: bytes, *, wait: float = PATIENCE) -> tuple[bool, bytes]:
    """Connect and send; whether we were hung up on within so many seconds, and what we were told."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for start in range(0, len(data), 65536):
            writer.write(data[start : start + 65536])
            await soon(writer.drain())
    except (ConnectionError, TimeoutError):
        pass
    said = bytearray()
    ended = False
    try:
        async with asyncio.timeout(wait):
            while True:
                piece = await reader.read(65536)
                if not piece:
                    ended = True
                    break
                said += piece
    except ConnectionError:
        ended = True
    except TimeoutError:
        pass
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return ended, bytes(said)


def peak_memory() -> int:
    """Highest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize(("label", "data"), SSH_PREAUTH, ids=[label for label, _ in SSH_PREAUTH])
async def test_ssh_preauth_corpus(house: House, label: str, data: bytes) -> None:
    before = peak_memory()
    async with watch_lag(0.25):
        ended, said = await send_and_see(house.ssh_port, data, wait=A_WHILE if label in HARMLESS else PATIENCE)
    assert peak_memory() - before < 32 * 1024 * 1024
    assert b"\x1b" not in said.partition(b"\r\n")[0]
    assert ended is (label not in HARMLESS)
    async with await house.connect("reed", password="demo-reed"):
        pass
    await until(lambda: len(house.servers.door.gate) == 0)


async def test_a_declared_packet_of_4_gib_is_cut_early(house: House) -> None:
    """H2: version, then a length of 2^32-1 and zeros."""
    ended, _ = await send_and_see(house.ssh_port, b"SSH-2.0-x\r\n\xff\xff\xff\xff" + b"\x00" * 64)
    assert ended


async def test_bytes_before_login_are_bounded_while_a_login_is_decided(house: House) -> None:
    """While it is looked up whether a name needs a login, asyncssh only collects what comes."""
    checking = asyncio.Event()

    async def slow(*_: object, **__: object) -> Actor:
        checking.set()
        await asyncio.sleep(PATIENCE)
        raise AssertionError

    house.accounts.guest = slow  # type: ignore[method-assign]
    connecting = asyncio.ensure_future(house.connect("guest"))
    await soon(checking.wait())
    assert house.servers.ssh is not None
    (connection,) = house.servers.ssh.connections
    taken = 0
    while not connection.lost_because and taken < 100:
        connection.data_received(b"\x00" * 65536)
        taken += 1
    assert connection.lost_because == "too much before login"
    assert taken <= 4
    with pytest.raises((asyncssh.Error, OSError)):
        await connecting


async def test_silent_ssh_connections_end_at_the_grace_time(open_house: Opener) -> None:
    house = await open_house(limits=Limits(grace=0.3))
    for port in (house.ssh_port, house.telnet_port):
        ended, _ = await send_and_see(port, b"")
        assert ended


@pytest.mark.parametrize("number", range(len(TELNET)))
async def test_telnet_corpus(house: House, number: int) -> None:
    before = peak_memory()
    async with watch_lag(0.25):
        _, said = await send_and_see(house.telnet_port, TELNET[number], wait=A_WHILE)
    assert peak_memory() - before < 32 * 1024 * 1024
    assert len(said) < 8192, "answers must not multiply"
    assert b"-f root" not in said
    reader, writer = await asyncio.open_connection("127.0.0.1", house.telnet_port)
    writer.write(b"\r\n")
    await soon(reader.readuntil(b"hello guest"))
    writer.close()


async def open_silent(port: int, source: str = "127.0.0.1") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))


async def test_eight_strangers_from_one_source(open_house: Opener) -> None:
    house = await open_house(limits=Limits(exempt=(), patience=60, new_per_second=1000, waiting_per_source=2))
    crowd = [await open_silent(house.ssh_port) for _ in range(8)]
    await until(lambda: len(house.servers.door.gate) == 8)
    waiting = [await open_silent(house.ssh_port) for _ in range(2)]
    refused = await open_silent(house.ssh_port)
    assert await soon(refused[0].read(100)) == b"Too many connections, please try again later.\r\n"
    other = await open_silent(house.ssh_port, "127.0.0.2")
    assert (await soon(other[0].readline())).startswith(b"SSH-2.0-")
    crowd[0][1].close()
    assert (await soon(waiting[0][0].readline())).startswith(b"SSH-2.0-"), "the queue moves up"
    for _, writer in (*crowd, *waiting, refused, other):
        writer.close()


async def test_sixty_four_strangers_in_all(open_house: Opener) -> None:
    limits = Limits(exempt=(), patience=60, new_per_second=1000, unauthenticated=16)
    house = await open_house(limits=limits)
    assert Limits().unauthenticated == 64
    assert Limits().unauthenticated_per_source == 8
    crowd = [await open_silent(house.ssh_port, f"127.0.0.{2 + number // 8}") for number in range(16)]
    await until(lambda: len(house.servers.door.gate) == 16)
    late, late_writer = await open_silent(house.ssh_port, "127.0.0.9")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(late.readline(), 0.2)
    crowd[3][1].close()
    assert (await soon(late.readline())).startswith(b"SSH-2.0-")
    for _, writer in (*crowd, (late, late_writer)):
        writer.close()


async def test_silent_sockets_make_room_for_a_member(open_house: Opener) -> None:
    """T13: the door is full of silent sockets, and a member is in long before their time to log in is up."""
    house = await open_house(limits=Limits(unauthenticated=16, patience=0.3, grace=10 * PATIENCE))
    crowd = [await open_silent(house.ssh_port) for _ in range(16)]
    await until(lambda: len(house.servers.door.gate) == 16)
    async with await soon(house.connect("reed", password="demo-reed")):
        pass
    for _, writer in crowd:
        writer.close()


async def test_short_of_files_is_a_polite_refusal(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbs.servers.listeners.has_headroom", lambda descriptor: False)
    for port in (house.ssh_port, house.telnet_port):
        ended, said = await send_and_see(port, b"")
        assert ended
        assert said == b"Too many connections, please try again later.\r\n"
    monkeypatch.undo()
    async with await house.connect("guest"):
        pass


async def test_a_source_that_comes_too_fast_waits_its_turn(open_house: Opener) -> None:
    clock = ManualClock()
    house = await open_house(limits=Limits(exempt=(), new_per_second=5, longest_delay=0.5), clock=clock)
    began = time.monotonic()
    for _ in range(7):
        async with await house.connect("guest"):
            pass
    assert time.monotonic() - began >= 0.6, "the sixth and the seventh of five in a second waited"
    ended, said = await send_and_see(house.ssh_port, b"")
    assert ended
    assert said == b"Too many connections, please try again later.\r\n"
    clock.advance(1)
    async with await house.connect("guest"):
        pass


async def test_fifty_at_once_all_get_in(house: House) -> None:
    async def call() -> None:
        async with await house.connect("guest"):
            pass

    await soon(asyncio.gather(*(call() for _ in range(50))))


async def test_channel_requests_before_login_end_the_connection(house: House) -> None:
    """The class of CVE-2025-32433: opening a channel before authentication."""
    from asyncssh.constants import MSG_CHANNEL_OPEN
    from asyncssh.packet import String, UInt32

    class Client(asyncssh.SSHClient):
        def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
            self.conn = conn

        def auth_banner_received(self, msg: str, lang: str) -> None: ...

        def password_auth_requested(self) -> str:
            self.conn._auth_complete = True
            self.conn.send_packet(MSG_CHANNEL_OPEN, String(b"session"), UInt32(0), UInt32(65536), UInt32(32768))
            self.conn._auth_complete = False
            return "x"

    with pytest.raises((asyncssh.DisconnectError, ConnectionError)):
        await house.connect("reed", client_factory=Client, preferred_auth="password")
    assert not house.visits


async def test_a_channel_with_packets_of_nothing_is_refused(house: House) -> None:
    from asyncssh.constants import MSG_CHANNEL_OPEN
    from asyncssh.packet import String, UInt32

    async with await house.connect("guest") as conn:
        conn.send_packet(MSG_CHANNEL_OPEN, String(b"session"), UInt32(0), UInt32(65536), UInt32(0))
        await soon(conn.wait_closed())


async def test_an_oversized_packet_after_login_ends_the_connection(house: House) -> None:
    async with await house.connect("guest") as conn:
        conn.send_packet(2, b"\x00" * (300 * 1024))
        await soon(conn.wait_closed())
    async with await house.connect("guest") as conn:
        assert (await conn.run("columns", timeout=PATIENCE)).exit_status == 0
