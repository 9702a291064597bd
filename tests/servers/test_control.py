"""Commands of the person at the machine, handed to the running server."""

from __future__ import annotations

import asyncio
import io
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bbs.errors import Failed
from bbs.forum.actor import LOCAL
from bbs.servers.control_client import Terminal, call_running_server
from bbs.servers.control_frames import pack, socket_path
from tests.servers.conftest import House, Opener
from tests.support.waiting import soon

CONTROL: dict[str, object] = {"control": True}


class Called:
    """A call and what it printed."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self.err = io.StringIO()

    async def run(
        self,
        house: House,
        *argv: str,
        stdin: bytes = b"",
        terminal: Terminal | None = None,
        confirm: Callable[[str], bool] | None = None,
    ) -> int | None:
        return await asyncio.to_thread(
            call_running_server,
            house.datadir,
            argv,
            io.BytesIO(stdin),
            out=self.out,
            err=self.err,
            terminal=terminal,
            confirm=confirm,
        )


async def test_a_command_runs_as_the_local_actor(open_house: Opener) -> None:
    house = await open_house(settings=CONTROL)
    called = Called()
    assert await called.run(house, "boards", "--json") == 0
    assert called.out.getvalue() == "local: ('boards', '--json')\n"
    errand = house.errands[0]
    assert errand.actor == LOCAL
    assert errand.cwd == Path.cwd()


async def test_input_output_and_exit_codes(open_house: Opener) -> None:
    house = await open_house(settings=CONTROL)
    called = Called()
    text = "行一\n" * 100_000
    assert await called.run(house, "cat", stdin=text.encode()) == 0
    assert called.out.getvalue() == text
    assert await called.run(house, "fail") == 4
    assert called.err.getvalue() == "no such board\n"
    assert await called.run(house, "crash") == 1
    assert "written down under number" in called.err.getvalue()


async def test_the_terminal_is_described(open_house: Opener) -> None:
    house = await open_house(settings=CONTROL)
    called = Called()
    assert await called.run(house, "columns", terminal=Terminal(132, True, "zh")) == 0
    assert called.out.getvalue() == "132 zh\n"
    assert house.errands[0].colour


async def test_a_question_reaches_the_person(open_house: Opener) -> None:
    house = await open_house(settings=CONTROL)
    for agreed in (True, False):
        asked: list[str] = []

        def answer(question: str, agreed: bool = agreed, asked: list[str] = asked) -> bool:
            asked.append(question)
            return agreed

        called = Called()
        await called.run(house, "ask", confirm=answer)
        assert (asked, called.out.getvalue()) == (["Really?"], "yes\n" if agreed else "no\n")
    called = Called()
    await called.run(house, "ask")
    assert called.out.getvalue() == "no\n"


async def test_no_server_is_none(tmp_path: Path) -> None:
    assert call_running_server(tmp_path, ["boards"]) is None


async def test_a_stale_socket_is_replaced(open_house: Opener, tmp_path: Path) -> None:
    path = socket_path(tmp_path / "data0")
    path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert call_running_server(tmp_path / "data0", ["boards"]) is None
    house = await open_house(settings=CONTROL)
    assert await Called().run(house, "boards") == 0


async def test_two_servers_on_one_directory(open_house: Opener) -> None:
    house = await open_house(settings=CONTROL)
    with pytest.raises(Failed, match=r"server\.already_running"):
        await open_house(settings={**CONTROL, "datadir": house.datadir})
    assert await Called().run(house, "boards") == 0


async def test_nobody_else_gets_at_it(open_house: Opener) -> None:
    house = await open_house(settings=CONTROL)
    path = socket_path(house.datadir)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_long_path_works(open_house: Opener, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    assert len(str(socket_path(deep))) <= 100
    house = await open_house(settings={**CONTROL, "datadir": deep})
    assert await Called().run(house, "boards") == 0


@pytest.mark.parametrize(
    "said",
    [b"", b"\xff\xff\xff\xff", pack({"argv": "boards"}), pack({}), b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x01\xff"],
)
async def test_nonsense_ends_the_call_only(open_house: Opener, said: bytes) -> None:
    house = await open_house(settings=CONTROL)
    reader, writer = await asyncio.open_unix_connection(str(socket_path(house.datadir)))
    writer.write(said)
    writer.write_eof()
    assert await soon(reader.read()) == b""
    writer.close()
    assert await Called().run(house, "boards") == 0


async def test_a_server_that_goes_away_means_try_later(open_house: Opener) -> None:
    house = await open_house(settings=CONTROL)

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asyncio.run_coroutine_threadsafe(house.servers.stop(), loop).result(5)
            return b"x"

    loop = asyncio.get_running_loop()
    code = await asyncio.to_thread(
        call_running_server,
        house.datadir,
        ["cat"],
        Slow(),
        out=io.StringIO(),
        err=io.StringIO(),
    )
    assert code == 75
