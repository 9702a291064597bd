"""One connection as the terminal sees it; SSH, telnet and the in-memory link of the tests are Links."""

from __future__ import annotations

from typing import Protocol

from bbs.terminal.canvas import Size


class Receiver(Protocol):
    """What a link tells the terminal above it. All calls come on the event loop."""

    def received(self, data: bytes) -> None:
        """Bytes the person typed, in the link's encoding, in any chunking."""

    def resized(self, size: Size) -> None:
        """The window changed; `size` is already clamped."""

    def writable(self) -> None:
        """A congested link is clear again."""

    def lost(self) -> None:
        """The connection is gone; nothing can be written any more."""


class Link(Protocol):
    """A connection with a terminal at its other end."""

    transport: str
    """`ssh`, `telnet` or `memory`."""
    peer: str
    """The other end's address for limits and logs; never shown to people."""
    term: str
    """Cleaned TERM, `[A-Za-z0-9._+-]{1,32}` or `dumb`."""
    encoding: str
    """`utf-8`, `gb18030` or `big5`."""
    colours: int
    """What the far end said of itself: 0, 16, 256 or 16777216."""
    size: Size

    @property
    def congested(self) -> bool:
        """True while the far end reads too slowly: draw nothing, `writable()` will be called."""
        ...

    def attach(self, receiver: Receiver | None) -> None:
        """Send what comes in to `receiver`; what arrived before is delivered first."""

    def write(self, data: bytes) -> None:
        """Queue bytes for the far end; never blocks; does nothing after the link is lost."""

    def pause(self) -> None:
        """Stop reading from the far end (input comes faster than it is handled)."""

    def resume(self) -> None:
        """Read again."""

    def close(self) -> None:
        """Send what is queued, then hang up."""
