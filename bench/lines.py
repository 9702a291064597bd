"""Lines to a server as a terminal program holds them: SSH, and telnet."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final, Protocol

import asyncssh

COLUMNS: Final = 80
ROWS: Final = 24
TERM: Final = "xterm-256color"
CIPHERS: Final = ("aes128-gcm@openssh.com",)
"""The one that OpenSSH's client takes from the server's list; the servers to compare with get the same."""
KEX: Final = ("mlkem768x25519-sha256", "curve25519-sha256")
ANSWER_SECONDS: Final = 10.0
"""A key that is not answered within this time has failed."""


class Silent(Exception):
    """No answer came, or the line dropped."""


class Ear:
    """Counts what comes, and tells when what is waited for has come."""

    def __init__(self) -> None:
        self.bytes = 0
        self.closed = False
        self._wanted = b""
        self._got = b""
        self._waiter: asyncio.Future[float] | None = None

    def hear(self, data: bytes) -> None:
        """Bytes came."""
        self.bytes += len(data)
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        if self._wanted:
            self._got += data
            if self._wanted not in self._got:
                return
        waiter.set_result(waiter.get_loop().time())

    def lost(self) -> None:
        """The line is gone."""
        self.closed = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Silent("the line dropped"))

    def listen(self, wanted: bytes) -> asyncio.Future[float]:
        """From now on wait for these bytes (b"" = for any); the future gives the loop's time at which they came."""
        self._wanted, self._got = wanted, b""
        self._waiter = asyncio.get_running_loop().create_future()
        if self.closed:
            self._waiter.set_exception(Silent("the line is closed"))
        return self._waiter


class Line(Protocol):
    """One caller's line."""

    ear: Ear

    def send(self, data: bytes) -> None:
        """Send keys."""
        ...

    def hang_up(self) -> None:
        """End the connection."""
        ...


async def answer(line: Line, key: bytes, wanted: bytes) -> float:
    """Press a key; seconds until its answer was here. Raises Silent."""
    began = asyncio.get_running_loop().time()
    waiter = line.ear.listen(wanted)
    line.send(key)
    try:
        return await asyncio.wait_for(waiter, ANSWER_SECONDS) - began
    except TimeoutError as error:
        raise Silent(f"{key!r}: no {wanted!r} within {ANSWER_SECONDS:.0f} s") from error


class _Session(asyncssh.SSHClientSession[bytes]):
    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._ear.hear(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ear.lost()


@dataclass(slots=True)
class SshLine:
    """A session on an SSH connection of its own."""

    ear: Ear
    connection: asyncssh.SSHClientConnection
    channel: asyncssh.SSHClientChannel[bytes]

    def send(self, data: bytes) -> None:
        """Send keys."""
        self.channel.write(data)

    def hang_up(self) -> None:
        """End the connection."""
        self.connection.abort()


async def call_ssh(port: int, name: str, key: asyncssh.SSHKey, wanted: bytes) -> tuple[SshLine, float]:
    """Log in with a key; the line, and the seconds from connect to the first screen. Raises Silent."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    ear = Ear()
    try:
        connection = await asyncssh.connect(
            "127.0.0.1",
            port,
            username=name,
            client_keys=[key],
            known_hosts=None,
            agent_path=None,
            config=[],
            encryption_algs=CIPHERS,
            kex_algs=KEX,
            compression_algs=["none"],
            preferred_auth=["publickey"],
        )
        waiter = ear.listen(wanted)
        channel, _ = await connection.create_session(
            lambda: _Session(ear),
            term_type=TERM,
            term_size=(COLUMNS, ROWS),
            encoding=None,
            env={"LANG": "zh_CN.UTF-8"},
        )
        seconds = await asyncio.wait_for(waiter, ANSWER_SECONDS) - began
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise Silent(f"no SSH session for {name}: {error!r}") from error
    return SshLine(ear, connection, channel), seconds


_IAC, _SB, _SE = b"\xff", b"\xfa", b"\xf0"
_ANSWERS: Final = {
    b"\xff\xfb\x01": b"\xff\xfd\x01",  # WILL ECHO: DO
    b"\xff\xfb\x03": b"\xff\xfd\x03",  # WILL SUPPRESS-GO-AHEAD: DO
    b"\xff\xfb\x00": b"\xff\xfd\x00",  # WILL BINARY: DO
    b"\xff\xfd\x03": b"\xff\xfb\x03",  # DO SUPPRESS-GO-AHEAD: WILL
    b"\xff\xfd\x00": b"\xff\xfb\x00",  # DO BINARY: WILL
    b"\xff\xfd\x1f": b"\xff\xfb\x1f\xff\xfa\x1f\x00" + bytes([COLUMNS]) + b"\x00" + bytes([ROWS]) + b"\xff\xf0",
    b"\xff\xfd\x18": b"\xff\xfb\x18",  # DO TERMINAL-TYPE: WILL
    b"\xff\xfa\x18\x01\xff\xf0": b"\xff\xfa\x18\x00" + TERM.encode() + b"\xff\xf0",
}
"""What a client says to the options of RFC 854 ff. that a server may name before the first screen."""


class TelnetLine(asyncio.Protocol):
    """A telnet connection."""

    def __init__(self) -> None:
        self.ear = Ear()
        self._transport: asyncio.Transport | None = None
        self._answered: set[bytes] = set()

    def connection_made(self, transport: Any) -> None:
        """The line is up."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer options, then hear the rest."""
        if _IAC in data:
            for asked, reply in _ANSWERS.items():
                if asked in data and asked not in self._answered:
                    self._answered.add(asked)
                    self.send(reply)
        self.ear.hear(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is down."""
        self.ear.lost()

    def send(self, data: bytes) -> None:
        """Send keys."""
        if self._transport is not None:
            self._transport.write(data)

    def hang_up(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()


async def call_telnet(port: int, wanted: bytes) -> tuple[TelnetLine, float]:
    """Come in as a guest; the line, and the seconds from connect to the first screen. Raises Silent."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        _, line = await loop.create_connection(TelnetLine, "127.0.0.1", port)
        await asyncio.wait_for(line.ear.listen(b"GB18030"), ANSWER_SECONDS)
        seconds = await answer(line, b"1", wanted)
    except (OSError, TimeoutError) as error:
        raise Silent(f"no telnet session: {error!r}") from error
    return line, loop.time() - began if seconds else 0.0
