"""A link within the process: what the tests and benchmarks type on and look at."""

from __future__ import annotations

from collections.abc import Callable

from bbs.terminal.canvas import Size
from bbs.terminal.link import Receiver


class MemoryLink:
    """A Link whose far end is this process: `feed` types, `output` is what was drawn."""

    transport = "memory"

    def __init__(
        self,
        columns: int = 80,
        rows: int = 24,
        *,
        encoding: str = "utf-8",
        term: str = "xterm-256color",
        colours: int = 16777216,
        on_write: Callable[[bytes], None] | None = None,
    ) -> None:
        self.peer = "memory"
        self.term = term
        self.encoding = encoding
        self.colours = colours
        self.size = Size(columns, rows)
        self.output = bytearray()
        self.writes = 0
        self.paused = False
        self.closed = False
        self._congested = False
        self._on_write = on_write
        self._receiver: Receiver | None = None
        self._early: list[bytes] = []

    @property
    def congested(self) -> bool:
        """True while `congest(True)` is in force."""
        return self._congested

    def attach(self, receiver: Receiver | None) -> None:
        """Send what comes in to `receiver`; what arrived before is delivered first."""
        self._receiver = receiver
        early, self._early = self._early, []
        for data in early:
            self.feed(data)

    def write(self, data: bytes) -> None:
        """Keep what is drawn, or hand it to `on_write`."""
        if self.closed:
            return
        self.writes += 1
        if self._on_write is None:
            self.output += data
        else:
            self._on_write(data)

    def pause(self) -> None:
        """Note that input is held back."""
        self.paused = True

    def resume(self) -> None:
        """Note that input flows again."""
        self.paused = False

    def close(self) -> None:
        """Hang up from this side."""
        self.closed = True

    def feed(self, data: bytes) -> None:
        """Type bytes."""
        if self._receiver is None:
            self._early.append(data)
        else:
            self._receiver.received(data)

    def resize(self, columns: int, rows: int) -> None:
        """Change the far end's window."""
        self.size = Size(columns, rows)
        if self._receiver is not None:
            self._receiver.resized(self.size)

    def congest(self, congested: bool) -> None:
        """Make the far end slow, or quick again."""
        self._congested = congested
        if not congested and self._receiver is not None:
            self._receiver.writable()

    def lose(self) -> None:
        """Drop the line from the far end."""
        self.closed = True
        if self._receiver is not None:
            self._receiver.lost()
