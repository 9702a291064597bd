"""A reader that stops reading costs us little, and nobody else anything (R4)."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import asyncssh
import pytest

from bbs.servers.backlog import Backlog
from bbs.servers.limits import Limits
from bbs.text.when import ManualClock
from tests.servers.conftest import House, Opener, Visit
from tests.support.lag import own_work
from tests.support.waiting import soon, until


async def test_thirty_seconds_by_the_clock() -> None:
    clock = ManualClock()
    cuts: list[str] = []
    backlog = Backlog(Limits(), clock, cuts.append)
    backlog.begin()
    clock.advance(29)
    backlog.check()
    assert not cuts
    backlog.end()
    backlog.begin()
    clock.advance(29)
    backlog.check()
    assert not cuts, "it starts anew when the far end caught up"
    clock.advance(1)
    backlog.check()
    assert cuts == ["stalled"]
    assert backlog.since is None


async def test_a_mebibyte_is_too_far_behind() -> None:
    cuts: list[str] = []
    backlog = Backlog(Limits(), ManualClock(), cuts.append)
    assert backlog.grew(1024 * 1024)
    assert not backlog.grew(1024 * 1024 + 1)
    assert cuts == ["too far behind"]


def small_socket(port: int) -> socket.socket:
    """A client whose kernel takes little on its behalf, so that the server notices soon."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", port))
    return sock


async def stalled_ssh(house: House, window: int = 2**31) -> tuple[asyncssh.SSHClientConnection, Visit]:
    """A guest with an enormous window who stops reading from the network."""
    conn = await asyncssh.connect(
        sock=small_socket(house.ssh_port), username="guest", known_hosts=None, client_keys=None, config=None
    )
    await conn.create_process(term_type="xterm", window=window, encoding=None)
    visit = await house.visit()
    transport: Any = conn._transport
    transport.pause_reading()
    return conn, visit


def fill(visit: Visit) -> int:
    """Write frames until the link says stop; the number of bytes it took."""
    written = 0
    while not visit.link.congested and not visit.is_lost:
        visit.link.write(b"x" * 4096)
        written += 4096
        assert written < 64 * 1024 * 1024, "the link never says stop"
    return written


async def test_a_stalled_ssh_reader_is_held_then_served_again(house: House) -> None:
    conn, visit = await stalled_ssh(house)
    fill(visit)
    assert visit.link.congested
    for _ in range(10):
        visit.link.write(b"y" * 4096)
    assert house.servers.ssh is not None
    (connection,) = house.servers.ssh.connections
    transport: Any = connection._transport
    assert transport.get_write_buffer_size() < 256 * 1024, "an enormous window must not become our memory"
    client: Any = conn._transport
    client.resume_reading()
    await until(lambda: visit.writable_calls > 0 and not visit.link.congested)
    conn.abort()


async def test_a_stalled_ssh_reader_is_cut(open_house: Opener) -> None:
    house = await open_house(limits=Limits(stall=0.3))
    conn, visit = await stalled_ssh(house)
    fill(visit)
    await soon(visit.over.wait())
    assert visit.is_lost
    conn.abort()


async def test_others_do_not_notice(open_house: Opener) -> None:
    house = await open_house(limits=Limits(stall=5))
    conn, visit = await stalled_ssh(house)
    fill(visit)
    async with await house.connect("guest") as other:
        process = await other.create_process(term_type="xterm", encoding=None)
        await soon(process.stdout.readline())
        with own_work() as watch:
            for _ in range(20):
                watch.start()
                process.stdin.write(b"k")
                assert await soon(process.stdout.readexactly(3)) == b"<k>"
                watch.stop()
        assert watch.longest < 0.15
    conn.abort()


async def test_far_behind_is_cut_at_once(house: House) -> None:
    conn, visit = await stalled_ssh(house)
    fill(visit)
    for _ in range(400):
        visit.link.write(b"z" * 4096)
    await soon(visit.over.wait())
    assert visit.is_lost
    conn.abort()


async def test_a_window_that_is_never_renewed_is_congestion_too(open_house: Opener) -> None:
    """The client reads from the network but never gives new window."""
    house = await open_house(limits=Limits(stall=0.3))
    async with await house.connect("guest") as conn:
        process = await conn.create_process(term_type="xterm", window=8192, encoding=None)
        process.stdout.channel.pause_reading()
        visit = await house.visit()
        fill(visit)
        await soon(visit.over.wait())


async def test_a_command_waits_for_its_reader(house: House) -> None:
    conn = await asyncssh.connect(
        sock=small_socket(house.ssh_port), username="guest", known_hosts=None, client_keys=None, config=None
    )
    process = await conn.create_process("lots 4096", window=2**31, encoding=None)
    transport: Any = conn._transport
    transport.pause_reading()
    await until(lambda: bool(house.errands))
    await asyncio.sleep(0.2)
    assert house.servers.ssh is not None
    (connection,) = house.servers.ssh.connections
    ours: Any = connection._transport
    assert ours.get_write_buffer_size() < 256 * 1024
    transport.resume_reading()
    assert len(await soon(process.stdout.read())) == 4096 * 1024
    conn.abort()


async def test_a_stalled_telnet_reader_is_cut(open_house: Opener) -> None:
    house = await open_house(limits=Limits(stall=0.3))
    sock = small_socket(house.telnet_port)
    sock.sendall(b"\r\n")
    visit = await house.visit()
    fill(visit)
    await soon(visit.over.wait())
    assert visit.is_lost
    sock.close()


async def test_requests_are_not_answered_without_end(open_house: Opener) -> None:
    """A client that asks and asks and reads no answer is not listened to either."""
    house = await open_house(limits=Limits(stall=0.5))
    conn, visit = await stalled_ssh(house)
    from asyncssh.constants import MSG_GLOBAL_REQUEST
    from asyncssh.packet import Boolean, String

    for _ in range(200):
        for _ in range(500):
            conn.send_packet(MSG_GLOBAL_REQUEST, String(b"x" * 100), Boolean(True))
        await asyncio.sleep(0)
        if visit.is_lost:
            break
    assert house.servers.ssh is not None
    for connection in house.servers.ssh.connections:
        transport: Any = connection._transport
        assert transport is None or transport.get_write_buffer_size() < 2 * 1024 * 1024
    conn.abort()


@pytest.mark.parametrize("transport", ["ssh", "telnet"])
async def test_a_paused_link_stops_the_far_end(house: House, transport: str) -> None:
    if transport == "ssh":
        async with await house.connect("guest") as conn:
            process = await conn.create_process(term_type="xterm", encoding=None)
            visit = await house.visit()
            visit.link.pause()
            process.stdin.write(b"x" * 500_000)
            await asyncio.sleep(0.1)
            assert len(visit.typed) == 0
            reading = asyncio.ensure_future(process.stdout.read())
            visit.link.resume()
            await until(lambda: len(visit.typed) == 500_000)
            reading.cancel()
    else:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.telnet_port)
        writer.write(b"\r\n")
        visit = await house.visit()
        visit.link.pause()
        writer.write(b"x" * 500_000)
        await asyncio.sleep(0.1)
        assert len(visit.typed) <= 16 * 1024
        reading_all = asyncio.ensure_future(reader.read(-1))
        visit.link.resume()
        await until(lambda: len(visit.typed) == 500_000)
        reading_all.cancel()
        writer.close()
