"""A link over an SSH channel: one packet a frame, and the truth about what the far end has not read."""

from __future__ import annotations

from bbs.servers.backlog import Backlog
from bbs.servers.facts import USUAL
from bbs.servers.resizing import Resizing
from bbs.servers.ssh_hardening import HardenedChannel
from bbs.terminal.canvas import Size
from bbs.terminal.link import Receiver

EARLY = 64 * 1024
"""Bytes kept that came before anybody listened; then reading stops."""


class SshLink:
    """One SSH session as the terminal sees it; see `bbs.terminal.link.Link`."""

    transport = "ssh"

    __slots__ = (
        "_backlog",
        "_channel",
        "_early",
        "_early_size",
        "_receiver",
        "_resizing",
        "closed",
        "colours",
        "congested",
        "encoding",
        "peer",
        "size",
        "term",
    )

    def __init__(self, channel: HardenedChannel, peer: str, backlog: Backlog) -> None:
        self._channel: HardenedChannel | None = channel
        self._backlog = backlog
        self._receiver: Receiver | None = None
        self._resizing = Resizing(self._apply_size)
        self._early: list[bytes] = []
        self._early_size = 0
        self.peer = peer
        self.term = "dumb"
        self.encoding = "utf-8"
        self.colours = 0
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
        if self._channel is None:
            receiver.lost()

    def write(self, data: bytes) -> None:
        """Send bytes as one packet where the window allows."""
        channel = self._channel
        if channel is None or self.closed or not data:
            return
        channel.write(data)
        if self.congested:
            self._backlog.grew(channel.waiting)

    def pause(self) -> None:
        """Stop reading: the client is given no new window."""
        if self._channel is not None:
            self._channel.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self._channel is not None:
            self._channel.resume_reading()

    def close(self) -> None:
        """Send what is queued, then end the session with success."""
        if self._channel is not None and not self.closed:
            self.closed = True
            self._channel.exit(0)

    # What the session calls

    def received(self, data: bytes) -> None:
        """Bytes from the far end."""
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

    def _apply_size(self, size: Size) -> None:
        if size != self.size:
            self.size = size
            if self._receiver is not None:
                self._receiver.resized(size)

    def hold(self) -> None:
        """The far end reads too slowly."""
        self.congested = True
        self._backlog.begin()

    def release(self) -> None:
        """It caught up."""
        self.congested = False
        self._backlog.end()
        if self._receiver is not None:
            self._receiver.writable()

    def lost(self) -> None:
        """The channel is gone."""
        self._channel = None
        self.closed = True
        self.congested = False
        self._backlog.end()
        self._early = []
        self._resizing.stop()
        if self._receiver is not None:
            self._receiver.lost()
