"""Telnet: the real client and another one, as guests, in UTF-8 and in GBK."""

from __future__ import annotations

import asyncio
import codecs
import shutil
from collections.abc import Callable, Iterator

import pytest
import telnetlib3

from tests.support.house import Caller, HouseProcess
from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-people")]

BULLETIN = "食堂冬季开餐时间"


@pytest.fixture
def telnet(house: HouseProcess) -> Iterator[Caller]:
    client = shutil.which("telnet")
    if client is None:
        pytest.skip("no telnet client is installed")
    with Caller([client, "-8", "127.0.0.1", str(house.telnet_port)], house=house) as caller:
        yield caller


def test_the_real_client_reads_a_board_and_a_bulletin(telnet: Caller) -> None:
    telnet.wait_for("1 UTF-8")
    assert "use ssh to log in" in telnet.text
    telnet.press("1")
    telnet.wait_route("/")
    assert "明坛" in telnet.head
    telnet.go("/b/secretary")
    telnet.press("\r")
    telnet.wait_for("[实名] 林若溪")
    telnet.go("/news/express")
    telnet.wait_for(BULLETIN)
    telnet.press("\r")
    telnet.wait_for("/n/")
    telnet.press("q")
    telnet.wait_route("/news/express")
    telnet.press("\x1b[D")
    telnet.go("/")
    telnet.press("q")
    telnet.wait_for("要离开吗")
    telnet.press("y")
    telnet.wait_closed()


def test_a_guest_writes_nothing(telnet: Caller) -> None:
    telnet.wait_for("1 UTF-8")
    telnet.press("1")
    telnet.wait_route("/")
    telnet.go("/b/life")
    telnet.press("\x10")
    telnet.settle()
    assert "/post" not in telnet.head


class Screen:
    """telnetlib3's client on bytes, in front of a terminal of one encoding."""

    def __init__(
        self,
        reader: telnetlib3.TelnetReader,
        writer: telnetlib3.TelnetWriter,
        encoding: str,
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.terminal = Terminal(80, 24)
        self.received = b""
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    async def wait_for(self, met: Callable[[], bool]) -> None:
        """Read until it holds, ten seconds at most."""
        async with asyncio.timeout(PATIENCE):
            while not met():
                data = await self.reader.read(65536)
                assert data, f"hung up:\n{self.text}"
                self.received += data
                self.terminal.feed(self._decoder.decode(data).encode())

    async def show(self, text: str) -> None:
        await self.wait_for(lambda: text in self.text)

    async def at(self, route: str) -> None:
        await self.wait_for(lambda: route in self.terminal.row(0).split())

    async def go(self, route: str) -> None:
        before = self.terminal.row(-2)
        self.press(":")
        await self.wait_for(lambda: self.terminal.row(-2) != before)
        self.press(route + "\r")
        await self.at(route)

    def press(self, keys: str) -> None:
        self.writer.write(keys.encode("ascii"))

    @property
    def text(self) -> str:
        return "\n".join(self.terminal.rows())


async def dial(house: HouseProcess, encoding: str) -> Screen:
    reader, writer = await telnetlib3.open_connection(
        "127.0.0.1", house.telnet_port, encoding=False, term="xterm", cols=80, rows=24, connect_minwait=0.05
    )
    return Screen(reader, writer, encoding)


@pytest.mark.parametrize(("choice", "encoding"), [("1", "utf-8"), ("2", "gb18030"), ("3", "big5")])
async def test_every_encoding_shows_the_board_and_the_bulletin(house: HouseProcess, choice: str, encoding: str) -> None:
    screen = await dial(house, encoding)
    try:
        await screen.show("1 UTF-8")
        screen.press(choice)
        await screen.at("/")
        await screen.go("/b")
        if encoding == "big5":  # simplified characters are not all in it; what is there is shown
            await screen.show("Heart to Heart")
            return
        await screen.show("知心书记")
        assert "知心书记".encode(encoding) in screen.received
        other = "gb18030" if encoding == "utf-8" else "utf-8"
        assert "知心书记".encode(other) not in screen.received
        await screen.go("/b/secretary")
        screen.press("\r")
        await screen.show("林若溪")
        await screen.go("/news/express")
        await screen.show(BULLETIN)
        screen.press("\r")
        await screen.show("/n/")
        assert "�" not in screen.text
    finally:
        screen.writer.close()
