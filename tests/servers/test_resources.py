"""Many at once: readers that stopped, callers that say nothing, and people who come and go."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
from typing import Any

import asyncssh

from bbs.servers.limits import Limits
from bbs.servers.ssh import DoorServer
from bbs.servers.ssh_hardening import HardenedChannel, HardenedConnection
from bbs.servers.ssh_session import DoorSession
from bbs.servers.telnet import TelnetProtocol
from tests.servers.conftest import House, Opener
from tests.servers.test_stalled import fill, small_socket
from tests.support.lag import own_work
from tests.support.waiting import PATIENCE, soon, until

STALLED = 50
SILENT = 200
CYCLES = 150
"""Comings and goings by each transport."""
MEBIBYTE = 1024 * 1024


async def test_fifty_stalled_readers_hold_up_nobody(open_house: Opener) -> None:
    house = await open_house(limits=Limits(stall=60))
    stalled = []
    for number in range(STALLED):
        conn = await asyncssh.connect(
            sock=small_socket(house.ssh_port), username="guest", known_hosts=None, client_keys=None, config=None
        )
        await conn.create_process(term_type="xterm", window=2**31, encoding=None)
        await house.visit(number)
        transport: Any = conn._transport
        transport.pause_reading()
        stalled.append(conn)
    for visit in house.visits:
        fill(visit)
    assert all(visit.link.congested for visit in house.visits)
    engine = house.servers.ssh
    assert engine is not None
    held = 0
    for connection in engine.connections:
        transport = connection._transport
        held += transport.get_write_buffer_size()
    assert held < STALLED * 256 * 1024

    async with await house.connect("guest") as other:
        process = await other.create_process(term_type="xterm", encoding=None)
        await soon(process.stdout.readline())
        with own_work() as watch:
            for _ in range(30):
                for visit in house.visits[:STALLED]:
                    if not visit.link.congested:
                        fill(visit)
                watch.start()
                process.stdin.write(b"k")
                assert await soon(process.stdout.readexactly(3)) == b"<k>"
                watch.stop()
        assert watch.longest < 0.2
    for conn in stalled:
        conn.abort()


async def test_silent_callers_are_shown_out_when_their_time_is_up(open_house: Opener) -> None:
    house = await open_house(limits=Limits(unauthenticated=SILENT + 10, grace=0.8, patience=60))
    callers = []
    for number in range(SILENT):
        caller = socket.socket()
        caller.setblocking(False)
        await asyncio.get_running_loop().sock_connect(
            caller, ("127.0.0.1", house.telnet_port if number % 2 else house.ssh_port)
        )
        callers.append(caller)
    await until(lambda: len(house.servers.door.gate) > SILENT // 2)
    async with await house.connect("guest") as conn:
        done = await conn.run("boards", timeout=PATIENCE)
        assert done.exit_status == 0, "an honest caller gets in meanwhile"
    await until(lambda: len(house.servers.door.gate) == 0)
    for caller in callers:
        while await soon(asyncio.get_running_loop().sock_recv(caller, 4096)):
            pass
        caller.close()
    telnet = house.servers.telnet
    assert telnet is not None
    await until(lambda: not telnet.connections)


async def test_who_came_and_went_leaves_nothing_behind(house: House) -> None:
    async def by_ssh() -> None:
        async with await house.connect("guest") as conn:
            process = await conn.create_process(term_type="xterm", encoding=None)
            await process.stdout.readline()
            process.stdin.write(b"q")
            await process.wait_closed()

    async def by_telnet() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.telnet_port)
        writer.write(b"\r\n")
        await reader.readuntil(b"hello guest")
        writer.write(b"q")
        await reader.read(-1)
        writer.close()

    async def cycles(number: int) -> None:
        for _ in range(number // 10):
            await asyncio.gather(*(come() for come in (by_ssh, by_telnet) for _ in range(10)))
        await until(lambda: len(house.servers.roll) == 0)
        house.visits.clear()
        house.errands.clear()
        gc.collect()

    await cycles(40)
    before = resident()
    await cycles(CYCLES)
    grown = resident() - before
    ssh, telnet = house.servers.ssh, house.servers.telnet
    assert ssh is not None
    assert telnet is not None
    await until(lambda: not ssh.connections and not telnet.connections)
    assert house.servers.sessions.total == house.servers.sessions.shared == 0
    assert len(house.servers.door.gate) == 0
    assert grown < 6 * MEBIBYTE, f"{grown / MEBIBYTE:.1f} MiB more after {2 * CYCLES} callers"
    kinds = (HardenedConnection, HardenedChannel, DoorServer, DoorSession, TelnetProtocol)
    await until(lambda: _alive(kinds) <= 10, every=0.1)


def _alive(kinds: tuple[type, ...]) -> int:
    gc.collect()
    return sum(isinstance(thing, kinds) for thing in gc.get_objects())


def resident() -> int:
    """Bytes of this process in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
