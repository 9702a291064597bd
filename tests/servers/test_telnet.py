"""Telnet: its options, its encodings, and who gets in."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import warnings
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import pexpect
import pytest
import pytest_asyncio
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bbs.errors import Forbidden
from bbs.forum.actor import AccountKind, Actor
from bbs.servers.limits import Limits
from bbs.servers.telnet_options import COMMANDS_A_MINUTE, Command, Option, TelnetMachine
from bbs.terminal.canvas import Size
from bbs.terminal.link import Link
from bbs.text.when import ManualClock
from tests.servers.conftest import House, Opener
from tests.support.waiting import PATIENCE, soon, until

IAC, SB, SE, WILL, WONT, DO, DONT = (
    bytes([code])
    for code in (Command.IAC, Command.SB, Command.SE, Command.WILL, Command.WONT, Command.DO, Command.DONT)
)


class Heard:
    """A machine and everything it said."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.replies = bytearray()
        self.windows: list[tuple[int, int]] = []
        self.terminals: list[str] = []
        self.machine = TelnetMachine(
            self.clock,
            self.replies.extend,
            lambda columns, rows: self.windows.append((columns, rows)),
            self.terminals.append,
        )
        self.machine.start()
        self.replies.clear()


def window(columns: int, rows: int) -> bytes:
    data = columns.to_bytes(2, "big") + rows.to_bytes(2, "big")
    return IAC + SB + bytes([Option.WINDOW_SIZE]) + data.replace(IAC, IAC + IAC) + IAC + SE


def test_keys_and_line_ends() -> None:
    heard = Heard()
    assert heard.machine.feed(b"a\r\nb\r\x00c\rd\n") == b"a\rb\rc\rd\n"
    assert heard.machine.feed(b"x\r") == b"x\r"
    assert heard.machine.feed(b"\ny") == b"y"
    assert heard.machine.feed(b"1" + IAC + IAC + b"2") == b"1\xff2"
    assert heard.machine.feed(IAC + bytes([Command.INTERRUPT])) == b"\x03"


def test_size_with_escaped_bytes() -> None:
    heard = Heard()
    heard.machine.feed(IAC + WILL + bytes([Option.WINDOW_SIZE]) + window(255, 24))
    assert heard.windows == [(255, 24)]


def test_size_that_was_not_agreed_is_ignored() -> None:
    heard = Heard()
    heard.machine.feed(window(100, 40))
    assert heard.windows == []


def test_type_is_asked_for_once() -> None:
    heard = Heard()
    ask = IAC + WILL + bytes([Option.TERMINAL_TYPE])
    heard.machine.feed(ask + ask)
    assert bytes(heard.replies) == IAC + SB + bytes([Option.TERMINAL_TYPE]) + b"\x01" + IAC + SE
    heard.machine.feed(IAC + SB + bytes([Option.TERMINAL_TYPE]) + b"\x00XTERM" + IAC + SE)
    assert heard.terminals == ["XTERM"]
    assert not heard.machine.settled
    heard.machine.feed(IAC + WONT + bytes([Option.WINDOW_SIZE]))
    assert heard.machine.settled


def test_unknown_options_are_refused_once() -> None:
    heard = Heard()
    for option in (39, 36, 86, 200):  # NEW-ENVIRON, ENVIRON, MCCP2, nothing
        heard.machine.feed(IAC + WILL + bytes([option]) + IAC + WILL + bytes([option]))
        heard.machine.feed(IAC + DO + bytes([option]) + IAC + DO + bytes([option]))
        assert bytes(heard.replies) == IAC + DONT + bytes([option]) + IAC + WONT + bytes([option])
        heard.replies.clear()


def test_no_loops_and_a_limit_a_minute() -> None:
    heard = Heard()
    heard.machine.feed((IAC + DO + b"\x03" + IAC + DONT + b"\x03") * 10_000)
    assert len(heard.replies) <= 3 * COMMANDS_A_MINUTE
    heard.replies.clear()
    heard.machine.feed(IAC + DO + b"\x63")
    assert not heard.replies
    heard.clock.advance(61)
    heard.machine.feed(IAC + DO + b"\x63")
    assert bytes(heard.replies) == IAC + WONT + b"\x63"


def test_are_you_there() -> None:
    heard = Heard()
    heard.machine.feed(IAC + bytes([Command.ARE_YOU_THERE]) + b"x")
    assert b"yes" in heard.replies


def test_a_long_subnegotiation_is_dropped_with_its_padding() -> None:
    heard = Heard()
    heard.machine.feed(IAC + WILL + bytes([Option.TERMINAL_TYPE]))
    for filler in (b"A" * 600, b"\xff\xff" * 300):
        assert heard.machine.feed(IAC + SB + b"\x18\x00" + filler + IAC + SE + b"k") == b"k"
    assert heard.terminals == []


@settings(max_examples=200)
@example(parts=[b"\r\n", b"\x00"], size=1)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=20),
            st.sampled_from([IAC, IAC + SB, IAC + SE, IAC + WILL, IAC + DO, window(80, 25), b"\r", b"\n", b"\x00"]),
        ),
        max_size=30,
    ),
    st.integers(min_value=1, max_value=7),
)
def test_any_bytes_in_any_pieces_mean_the_same(parts: list[bytes], size: int) -> None:
    data = b"".join(parts)
    whole, pieces = Heard(), Heard()
    at_once = whole.machine.feed(data)
    in_pieces = b"".join(pieces.machine.feed(data[start : start + size]) for start in range(0, len(data), size))
    assert at_once == in_pieces
    assert whole.replies == pieces.replies
    assert whole.windows == pieces.windows


class Caller:
    """A bare telnet caller."""

    opened: ClassVar[list[Caller]] = []

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.opened.append(self)

    @classmethod
    async def call(cls, house: House) -> Caller:
        return cls(*await asyncio.open_connection("127.0.0.1", house.telnet_port))

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def see(self, text: bytes) -> bytes:
        return await soon(self.reader.readuntil(text))


@pytest_asyncio.fixture(autouse=True)
async def _hang_up() -> AsyncIterator[None]:
    """Close what the test's callers left open."""
    yield
    for caller in Caller.opened:
        caller.writer.close()
        with contextlib.suppress(ConnectionError):
            await caller.writer.wait_closed()
    Caller.opened.clear()


async def test_banner_question_and_guest(house: House) -> None:
    caller = await Caller.call(house)
    first = await caller.see(b"Big5 : ")
    assert b"Mingtan test banner\r\n" in first
    assert all(byte < 0x80 or byte >= 0xF0 for byte in first), "nothing but ASCII and telnet commands"
    caller.send(b"\r\n")
    await caller.see(b"hello guest dumb 80x24")
    caller.send(b"q")
    await caller.see(b"bye")
    assert await soon(caller.reader.read(100)) in {b"\r\n", b"\r\x00\n", b""}


@pytest.mark.parametrize(
    ("key", "encoding", "language"),
    [
        (b"\r", "utf-8", None),
        (b"1", "utf-8", None),
        (b"2", "gb18030", "zh"),
        (b"3\r\n", "big5", "zh"),
        (b"x2", "gb18030", "zh"),
    ],
)
async def test_encodings(house: House, key: bytes, encoding: str, language: str | None) -> None:
    caller = await Caller.call(house)
    await caller.see(b"Big5 : ")
    caller.send(key)
    visit = await house.visit()
    assert (visit.link.encoding, visit.language) == (encoding, language)


async def test_enter_behind_the_choice_is_not_a_key(house: House) -> None:
    caller = await Caller.call(house)
    await caller.see(b"Big5 : ")
    caller.send(b"2")
    await house.visit()
    caller.send(b"\r\n")
    caller.send(b"k")
    await caller.see(b"<k>")
    assert bytes(house.visits[0].typed) == b"k"


async def test_no_choice_is_utf8(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbs.servers.telnet.CHOOSE", 0.05)
    caller = await Caller.call(house)
    caller.send(IAC + WILL + bytes([Option.WINDOW_SIZE]) + window(100, 40))
    visit = await house.visit()
    assert (visit.link.encoding, visit.link.size) == ("utf-8", Size(100, 40))


async def test_a_silent_socket_never_becomes_a_guest(open_house: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbs.servers.telnet.CHOOSE", 0.05)
    house = await open_house(limits=Limits(grace=0.6))
    caller = await Caller.call(house)
    with pytest.raises(asyncio.IncompleteReadError):
        await caller.see(b"hello")
    assert not house.visits


async def test_type_size_and_resizing(house: House) -> None:
    caller = await Caller.call(house)
    caller.send(IAC + WILL + bytes([Option.WINDOW_SIZE]) + window(0, 0) + IAC + WILL + bytes([Option.TERMINAL_TYPE]))
    caller.send(IAC + SB + bytes([Option.TERMINAL_TYPE]) + b"\x00XTERM-256COLOR" + IAC + SE + b"\r\n")
    await caller.see(b"hello guest xterm-256color 80x24")
    visit = await house.visit()
    assert visit.link.colours == 256
    for columns in range(30, 230):
        caller.send(window(columns, 65535))
    await until(lambda: visit.link.size == Size(229, 120))
    assert len(visit.sizes) < 10


async def test_a_terminal_type_is_only_a_name(house: House) -> None:
    caller = await Caller.call(house)
    caller.send(IAC + WILL + bytes([Option.TERMINAL_TYPE]) + IAC + SB + b"\x18\x00\x1b]0;x\x07" + IAC + SE + b"\r\n")
    await caller.see(b"hello guest dumb")


async def test_output_bytes_are_escaped(house: House) -> None:
    caller = await Caller.call(house)
    caller.send(b"\r\n")
    visit = await house.visit()
    await caller.see(b"80x24")
    visit.link.write(b"[\xff][\r][\r\n]")
    assert (await caller.see(b"]["))[-6:].endswith(b"[\xff\xff][")
    assert await caller.see(b"\n]") == b"\r\x00][\r\n]"
    caller.send(IAC + DO + bytes([Option.BINARY]) + b"k")
    await caller.see(b"<k>")
    visit.link.write(b"[\r]")
    assert await caller.see(b"]") == b"[\r]"


async def test_programs_on_the_wrong_port_are_shown_out(house: House) -> None:
    for said in (b"GET / HTTP/1.1\r\n\r\n", b"SSH-2.0-x\r\n", b"\x16\x03\x01\x02\x00"):
        caller = await Caller.call(house)
        caller.send(said)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await caller.see(b"never")
    assert not house.visits


async def test_keepalive(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbs.servers.telnet.KEEPALIVE", 0.05)
    caller = await Caller.call(house)
    await caller.see(IAC + bytes([Command.NOP]))


async def test_members_only_where_it_is_allowed(open_house: Opener) -> None:
    asked: list[Link] = []
    allowed = False

    async def choose(link: Link) -> Actor | None:
        asked.append(link)
        return Actor(name="reed", kind=AccountKind.MEMBER, transport="telnet")

    house = await open_house(doors={"choose_telnet_login": choose, "telnet_members": lambda: allowed})
    for name in ("guest", "reed"):
        caller = await Caller.call(house)
        caller.send(b"\r\n")
        await caller.see(f"hello {name}".encode())
        allowed = True
    assert len(asked) == 1


async def test_who_may_not_come_in_is_told(open_house: Opener) -> None:
    async def choose(link: Link) -> Actor | None:
        raise Forbidden("login.refused")

    house = await open_house(doors={"choose_telnet_login": choose, "telnet_members": lambda: True})
    caller = await Caller.call(house)
    caller.send(b"\r\n")
    await caller.see(b"login.refused")
    with pytest.raises(asyncio.IncompleteReadError):
        await caller.see(b"never")


@pytest.mark.usefixtures("patient_telnet")
async def test_telnetlib3_agrees(house: House) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import telnetlib3

        reader: Any
        writer: Any
        reader, writer = await telnetlib3.open_connection(
            "127.0.0.1", house.telnet_port, encoding="utf8", cols=132, rows=43, term="xterm", connect_minwait=0.1
        )
        seen = ""
        while "Big5 : " not in seen:
            seen += await soon(reader.read(100))
        writer.write("\r\n")
        while "hello guest" not in seen:
            seen += await soon(reader.read(100))
        visit = await house.visit()
        await until(lambda: visit.link.size == Size(132, 43))
        assert visit.link.term == "xterm"
        writer.close()


@pytest.mark.skipif(shutil.which("inetutils-telnet") is None, reason="inetutils telnet not installed")
@pytest.mark.usefixtures("patient_telnet")
async def test_inetutils_telnet(house: House) -> None:
    port = str(house.telnet_port)
    environment = {"TERM": "xterm", "PATH": "/usr/bin:/bin", "USER": "-f root"}
    client = pexpect.spawn(
        "inetutils-telnet",
        ["127.0.0.1", port],
        dimensions=(33, 111),
        timeout=PATIENCE,
        env=environment,
        encoding="utf-8",
    )
    await asyncio.to_thread(client.expect, "Big5 : ")
    client.send("1")
    await asyncio.to_thread(client.expect, "hello guest xterm 111x33")
    client.send("中")
    await asyncio.to_thread(client.expect, "<中>")
    client.setwinsize(44, 122)
    visit = await house.visit()
    await until(lambda: visit.link.size == Size(122, 44))
    client.send("q")
    await asyncio.to_thread(client.expect, "bye")
    await asyncio.to_thread(client.wait)
