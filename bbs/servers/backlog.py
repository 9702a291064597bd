"""What waits to be sent to a far end that reads too slowly, and when to give up on it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from bbs.servers.limits import Limits
from bbs.text.when import Clock

UNSENT = 64 * 1024
"""Bytes the kernel keeps that were not sent once; more would only be old frames (TCP_NOTSENT_LOWAT)."""
DEAD = 90
"""Seconds after which data nobody acknowledged ends the connection (TCP_USER_TIMEOUT, RFC 5482)."""


class Backlog:
    """Watches one connection: congested since when, and cut when it lasts too long or grows too far."""

    __slots__ = ("_clock", "_cut", "_limits", "_timer", "since")

    def __init__(self, limits: Limits, clock: Clock, cut: Callable[[str], None]) -> None:
        self._limits = limits
        self._clock = clock
        self._cut = cut
        self._timer: asyncio.TimerHandle | None = None
        self.since: float | None = None
        """The clock's seconds at which it became congested; None when it is not."""

    def begin(self) -> None:
        """The far end stopped taking what we send."""
        if self.since is None:
            self.since = self._clock.monotonic()
            self._timer = asyncio.get_running_loop().call_later(self._limits.stall, self.check)

    def end(self) -> None:
        """It reads again, or is gone."""
        self.since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def check(self) -> None:
        """Cut the connection when it has been congested for the whole time."""
        if self.since is None:
            return
        left = self.since + self._limits.stall - self._clock.monotonic()
        if left <= 0:
            self.end()
            self._cut("stalled")
        elif self._timer is not None:
            self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_later(left, self.check)

    def grew(self, waiting: int) -> bool:
        """False, and cut, when `waiting` bytes are more than is ever kept for one connection."""
        if waiting <= self._limits.cut:
            return True
        self.end()
        self._cut("too far behind")
        return False


def tune(sock: socket.socket | None) -> None:
    """Set a connection's socket: no delay for small writes, little unsent in the kernel, dead peers found."""
    if sock is None or sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for option, value in (("TCP_NOTSENT_LOWAT", UNSENT), ("TCP_USER_TIMEOUT", DEAD * 1000)):
        number = getattr(socket, option, None)
        if number is not None:
            sock.setsockopt(socket.IPPROTO_TCP, number, value)
