"""Questions whether a key opens an account: answered truly for clients, and not at all for who asks too many.

A client asks so before it signs (RFC 4252, section 7), and public keys are public: whoever holds a colleague's could
try it at every pen name. So a source that asked too often in vain is told "acceptable" whatever it asks, and learns
the truth only from a signature, which takes the private key.
"""

from __future__ import annotations

from collections import OrderedDict, deque

from bbs.servers.limits import Limits, Ticket
from bbs.text.when import Clock


class Probes:
    """When each source asked in vain; the most recent `limits.sources_kept` sources are remembered."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._missed: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._missed)

    def missed(self, ticket: Ticket) -> None:
        """A source asked about a key that does not open the account it named."""
        if ticket.gate.is_exempt(ticket.peer):
            return
        times = self._missed.setdefault(ticket.source, deque(maxlen=self._limits.key_queries + 1))
        times.append(self._clock.monotonic())
        self._missed.move_to_end(ticket.source)
        while len(self._missed) > self._limits.sources_kept:
            self._missed.popitem(last=False)

    def too_many(self, ticket: Ticket) -> bool:
        """Whether it asked more often in vain than the limit allows, and within its time."""
        times = self._missed.get(ticket.source)
        if times is None or len(times) <= self._limits.key_queries:
            return False
        return self._clock.monotonic() - times[0] < self._limits.key_queries_in
