"""Start, ready, drain, stop, and the watchdog."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
import time

import asyncssh
import pytest

from bbs.errors import Failed
from bbs.servers.house import Ready
from bbs.servers.log import note
from bbs.servers.watchdog import Watchdog
from tests.servers.conftest import Opener
from tests.support.waiting import PATIENCE, soon, until


def test_the_ready_line() -> None:
    assert Ready(("127.0.0.1", 2222), None).line() == "ready ssh=127.0.0.1:2222 telnet=off"
    assert Ready(("::1", 1), ("0.0.0.0", 2)).line() == "ready ssh=[::1]:1 telnet=0.0.0.0:2"


async def test_a_busy_port_is_told(open_house: Opener) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for name in ("ssh_port", "telnet_port"):
            with pytest.raises(Failed) as failed:
                await open_house(settings={name: port})
            assert failed.value.code == "server.port_busy"
            assert (failed.value.params["port"], failed.value.params["host"]) == (port, "127.0.0.1")
    with pytest.raises(Failed, match=r"server\.(host_bad|port_refused)"):
        await open_house(settings={"host": "192.0.2.1"})


async def test_telnet_can_be_off(open_house: Opener) -> None:
    house = await open_house(settings={"telnet_port": None})
    assert house.telnet_port == 0
    async with await house.connect("guest") as conn:
        assert (await conn.run("columns")).exit_status == 0


async def test_drain_tells_puts_away_and_hangs_up(open_house: Opener) -> None:
    steps: list[object] = []

    async def tell(seconds: float) -> None:
        steps.append(seconds)

    async def put_away() -> None:
        steps.append("put away")

    house = await open_house(doors={"notify": tell, "put_away": put_away}, settings={"countdown": (0.2, 0.1)})
    async with await house.connect("guest") as conn:
        process = await conn.create_process(term_type="xterm")
        visit = await house.visit()
        reader, writer = await asyncio.open_connection("127.0.0.1", house.telnet_port)
        writer.write(b"\r\n")
        await house.visit(1)
        draining = asyncio.ensure_future(house.servers.drain())
        await until(lambda: bool(steps))
        with pytest.raises(OSError, match=r"."):
            await asyncio.open_connection("127.0.0.1", house.ssh_port)
        process.stdin.write("k")
        assert "<k>" in await soon(process.stdout.readuntil("<k>")), "people may go on until the end"
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.run("columns")
        await soon(draining)
        assert steps == [0.2, 0.1, "put away"]
        assert visit.is_lost
        assert (await process.wait(timeout=PATIENCE)).exit_status == 0
        await soon(reader.read())
        writer.close()
    assert len(house.servers.roll) == 0


async def test_an_empty_house_does_not_wait(open_house: Opener) -> None:
    house = await open_house(settings={"countdown": (10 * PATIENCE,)})
    await soon(house.servers.drain())


async def test_a_second_signal_stops_at_once(open_house: Opener) -> None:
    house = await open_house(settings={"countdown": (10 * PATIENCE,)})
    async with await house.connect("guest") as conn:
        await conn.create_process(term_type="xterm")
        await house.visit()
        house.servers.heed_signals()
        serving = asyncio.ensure_future(house.servers.serve())
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.05)
        assert not serving.done()
        os.kill(os.getpid(), signal.SIGTERM)
        await soon(serving)


async def test_the_watchdog_shows_where_the_loop_was_held(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "mingtan.servers")
    watchdog = Watchdog(stuck=0.05, pace=0.01)
    watchdog.start()

    def hold_the_loop_up() -> None:
        end = time.monotonic() + PATIENCE
        while not told() and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(0.1)  # is it told again?

    def told() -> int:
        stuck = (record.getMessage() for record in caplog.records if "loop.stuck" in record.getMessage())
        return sum("hold_the_loop_up" in message for message in stuck)

    hold_the_loop_up()
    await until(lambda: "loop.free" in caplog.text)
    watchdog.stop()
    assert told() == 1


def test_log_lines_hold_no_controls(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mingtan.servers")
    note("connect", peer="10.0.0.1", version="SSH-2.0-\x1b]0;x\x07\nlogin.ok name=root", empty="", none=None)
    (record,) = caplog.records
    assert record.getMessage() == 'connect peer=10.0.0.1 version="SSH-2.0-^[]0;x^G^Jlogin.ok name=root" empty=""'
    assert record.__dict__["event"] == "connect"


async def test_the_watchdog_ends_also_when_it_was_just_about_to_ask() -> None:
    """It clears the answer that `stop` has set, and the loop, which waits for it, can give no other."""

    class Late(threading.Event):
        def clear(self) -> None:
            about.set()
            stopping.wait(10)
            super().clear()

    about, stopping = threading.Event(), threading.Event()
    watchdog = Watchdog(stuck=0.05, pace=0.01)
    watchdog._answer = Late()
    watchdog.start()
    assert about.wait(10)
    ending = threading.Thread(target=watchdog.stop, daemon=True)
    ending.start()
    assert watchdog._over.wait(10)
    stopping.set()
    ending.join(5)  # holds the loop, as `stop` does
    assert not ending.is_alive()
