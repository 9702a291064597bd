"""A link over a telnet connection."""

from __future__ import annotations

import asyncio

from bbs.servers.backlog import Backlog
from bbs.servers.facts import USUAL
from bbs.servers.limits import Limits
from bbs.servers.resizing import Resizing
from bbs.servers.telnet_options import Command, TelnetMachine
from bbs.terminal.canvas import Size
from bbs.terminal.link import Receiver
from bbs.text.when import Clock

EARLY = 64 * 1024
"""Bytes kept that came before anybody listened; then reading stops."""

_NOP = bytes([Command.IAC, Command.NOP])


class TelnetLink:
    """One telnet connection as the terminal sees it; see `bbs.terminal.link.Link`."""

    transport = "telnet"

    def __init__(self, peer: str, backlog: Backlog, limits: Limits) -> None:
        self._transport: asyncio.Transport | None = None
        self._machine: TelnetMachine | None = None
        self._backlog = backlog
        self._limits = limits
        self._receiver: Receiver | None = None
        self._early: list[bytes] = []
        self._early_size = 0
        self._paused = False
        self._resizing = Resizing(self._apply_size)
        self._enter_until: tuple[Clock, float] | None = None
        self.peer = peer
        self.term = "dumb"
        self.encoding = "utf-8"
        self.colours = 16
        self.size = USUAL
        self.congested = False
        self.closed = False
        """Nothing more can be written."""

    # What the terminal calls

    def attach(self, receiver: Receiver | None) -> None:
        """Send what comes in to `receiver`; what arrived before is delivered first."""
        self._receiver = receiver
        if receiver is None:
            return
        early, self._early, self._early_size = self._early, [], 0
        for data in early:
            receiver.received(data)
        if early:
            self.resume()
        if self._transport is None:
            receiver.lost()

    def write(self, data: bytes) -> None:
        """Send bytes; IAC is doubled, and CR is made CR NUL where the far end wants that."""
        transport = self._transport
        if transport is None or self.closed or not data:
            return
        if b"\xff" in data:
            data = data.replace(b"\xff", b"\xff\xff")
        if b"\r" in data and self._machine is not None and not self._machine.is_binary:
            data = data.replace(b"\r", b"\r\x00").replace(b"\r\x00\n", b"\r\n")
        transport.write(data)
        if self.congested:
            self._backlog.grew(transport.get_write_buffer_size())

    def pause(self) -> None:
        """Stop reading."""
        self._paused = True
        self._read_or_not()

    def resume(self) -> None:
        """Read again."""
        self._paused = False
        self._read_or_not()

    def close(self) -> None:
        """Send what is queued, then hang up; a far end that does not read is not waited for."""
        if self._transport is None or self.closed:
            return
        self.closed = True
        self._transport.close()
        asyncio.get_running_loop().call_later(self._limits.stall, self._transport.abort)

    # What the protocol calls

    def connected(self, transport: asyncio.Transport, machine: TelnetMachine) -> None:
        """The connection is there."""
        self._transport = transport
        self._machine = machine

    def send(self, data: bytes) -> None:
        """Send telnet commands as they are."""
        if self._transport is not None and not self.closed:
            self._transport.write(data)

    def keep_alive(self) -> None:
        """Make the far end's machine acknowledge something."""
        if not self.congested:
            self.send(_NOP)

    def drop_enter(self, clock: Clock, seconds: float) -> None:
        """Drop one Enter that comes first and within so many seconds."""
        self._enter_until = (clock, clock.monotonic() + seconds)

    def received(self, data: bytes) -> None:
        """Keys from the far end."""
        if self._enter_until is not None:
            clock, until = self._enter_until
            self._enter_until = None
            if data[:1] in {b"\r", b"\n"} and clock.monotonic() < until:
                data = data[1:]
        if not data:
            return
        if self._receiver is not None:
            self._receiver.received(data)
            return
        self._early.append(data)
        self._early_size += len(data)
        if self._early_size >= EARLY:
            self.pause()

    def resized(self, size: Size) -> None:
        """The window changed."""
        self._resizing.offer(size)

    def hold(self) -> None:
        """The far end reads too slowly: its keys wait too, for each may have an answer."""
        self.congested = True
        self._backlog.begin()
        self._read_or_not()

    def release(self) -> None:
        """It caught up."""
        self.congested = False
        self._backlog.end()
        self._read_or_not()
        if self._receiver is not None:
            self._receiver.writable()

    def lost(self) -> None:
        """The connection is gone."""
        self._transport = None
        self.closed = True
        self.congested = False
        self._backlog.end()
        self._early = []
        self._resizing.stop()
        if self._receiver is not None:
            self._receiver.lost()

    def abort(self) -> None:
        """Hang up at once."""
        self.closed = True
        self._backlog.end()
        if self._transport is not None:
            self._transport.abort()

    def _apply_size(self, size: Size) -> None:
        if size != self.size:
            self.size = size
            if self._receiver is not None:
                self._receiver.resized(size)

    def _read_or_not(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._paused or self.congested:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()
