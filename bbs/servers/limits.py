"""How many and how fast: arrivals by source, sessions by account, sockets by process."""

from __future__ import annotations

import ipaddress
import resource
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from bbs.errors import TryLater
from bbs.text.when import Clock

_MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Every number that bounds a connection. Times are seconds, sizes bytes."""

    unauthenticated: int = 64
    """Connections that have not logged in yet, in all."""
    unauthenticated_per_source: int = 8
    waiting: int = 512
    """Connections accepted but not served yet because the two numbers above are reached."""
    waiting_per_source: int = 128
    new_per_second: float = 15.0
    """New connections of one source; more are delayed. ssh-audit warns from 20."""
    longest_delay: float = 20.0
    """A source that would have to be delayed for longer is refused."""
    grace: float = 30.0
    """Time to log in."""
    patience: float = 2.0
    """Time for the handshake while others wait for a place; after it the oldest silent one makes room."""
    channels: int = 4
    """Sessions on one SSH connection."""
    per_account: int = 100
    sessions: int = 10_000
    strangers: int = 5_000
    """Connections and sessions of guests and of people who register: the rest is kept for members."""
    strangers_per_source: int = 200
    """Connections of guests and of people who register."""
    password_tries: int = 3
    key_offers: int = 20
    """Login requests on one connection."""
    key_queries: int = 30
    """Questions of one source about keys that do not open the account it names, in `key_queries_in` seconds; more are
    not answered truly."""
    key_queries_in: float = 3600.0
    longest_key: int = 2200
    """Bytes of a public key that is looked at; RSA with 16384 bits has 2071."""
    before_login: int = 256 * 1024
    """Bytes a stranger may send."""
    packet_before_login: int = 35_000
    """Length of one SSH packet; RFC 4253 section 6.1 asks for this much."""
    packet: int = 256 * 1024
    """Length of one SSH packet after login, as in OpenSSH."""
    congested: int = 64 * 1024
    """Bytes waiting to be sent above which no frame is drawn."""
    cut: int = _MIB
    """Bytes waiting to be sent above which the connection ends."""
    stall: float = 30.0
    """Time a connection may stay congested."""
    stdin: int = _MIB
    """Standard input of a command."""
    command: int = 16 * 1024
    """Length of a command line."""
    sources_kept: int = 4096
    exempt: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks without limits per source: many people behind one address (jump hosts, tunnels)."""

    @cached_property
    def exempt_networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """`exempt`, parsed; raises ValueError."""
        return tuple(ipaddress.ip_network(text) for text in self.exempt)


def source_of(address: str) -> str:
    """What counts as one source: an IPv4 address, or the /64 an IPv6 address is in."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        if not found.is_loopback:
            return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


class Pace:
    """A token bucket for each source, for the most recent `kept` sources."""

    def __init__(self, per_second: float, kept: int, clock: Clock) -> None:
        self._rate = per_second
        self._kept = kept
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def delay(self, source: str, longest: float) -> float | None:
        """Seconds this arrival has to wait for its turn; None when that is more than `longest` (then it is not
        counted)."""
        now = self._clock.monotonic()
        tokens, then = self._buckets.get(source, (self._rate, now))
        tokens = min(self._rate, tokens + (now - then) * self._rate) - 1.0
        wait = max(0.0, -tokens / self._rate)
        if wait > longest:
            return None
        self._buckets[source] = (tokens, now)
        self._buckets.move_to_end(source)
        while len(self._buckets) > self._kept:
            self._buckets.popitem(last=False)
        return wait


@dataclass(eq=False, slots=True)
class Ticket:
    """One connection on its way from the door to a session."""

    source: str
    peer: str
    since: float
    gate: Gate
    cut: Callable[[], None] | None = None
    """Ends the connection; set by the engine."""
    greeted: bool = False
    """The handshake is done: this is a client, not a silent socket."""
    inside: bool = False

    def authenticated(self) -> None:
        """Logged in: no longer counted at the door."""
        if not self.inside:
            self.inside = True
            self.gate.leave(self)

    def left(self) -> None:
        """The connection is gone."""
        self.authenticated()


@dataclass(slots=True)
class Gate:
    """The door: who is between connect and login."""

    limits: Limits
    clock: Clock
    on_room: Callable[[], None] | None = None
    """Called when somebody left the door."""
    _at_door: dict[Ticket, None] = field(default_factory=dict)
    _by_source: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self._at_door)

    def is_exempt(self, peer: str) -> bool:
        """Whether limits per source do not hold for this address."""
        try:
            address = ipaddress.ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        return any(address in network for network in self.limits.exempt_networks)

    def enter(self, peer: str) -> Ticket | None:
        """A ticket when there is room for one more from there."""
        source = source_of(peer)
        if len(self._at_door) >= self.limits.unauthenticated or self._is_full(source, peer):
            return None
        ticket = Ticket(source, peer, self.clock.monotonic(), self)
        self._at_door[ticket] = None
        self._by_source[source] += 1
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Give the place back."""
        if self._at_door.pop(ticket, self) is self:
            return
        self._by_source[ticket.source] -= 1
        if not self._by_source[ticket.source]:
            del self._by_source[ticket.source]
        if self.on_room is not None:
            self.on_room()

    def make_room(self, peer: str) -> bool:
        """Somebody from `peer` waits: end the oldest that has been silent for too long, if there is one."""
        source = source_of(peer)
        mine_only = self._is_full(source, peer)
        oldest = self.clock.monotonic() - self.limits.patience
        for ticket in self._at_door:
            if ticket.since > oldest:
                break
            if not ticket.greeted and (ticket.source == source or not mine_only):
                self.leave(ticket)
                if ticket.cut is not None:
                    ticket.cut()
                return True
        return False

    def _is_full(self, source: str, peer: str) -> bool:
        return self._by_source[source] >= self.limits.unauthenticated_per_source and not self.is_exempt(peer)


class Sessions:
    """Sessions that are open, by account and in all."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_account: Counter[str] = Counter()
        self._strangers: Counter[str] = Counter()
        self._strangers_in_all = 0
        self.total = 0
        self.shared = 0
        """Those of accounts that many people share."""

    def open(self, account: str, *, shared: bool = False) -> Callable[[], None]:
        """Count one more and return what ends it; `shared` accounts (guest) have one limit together.

        Raises TryLater(`server.full`) or TryLater(`server.too_many_sessions`)."""
        if self.total >= self._limits.sessions or (shared and self.shared >= self._limits.strangers):
            raise TryLater("server.full")
        if not shared and self._by_account[account] >= self._limits.per_account:
            raise TryLater("server.too_many_sessions", limit=self._limits.per_account)
        self.total += 1
        self.shared += shared
        self._by_account[account] += 1

        def close() -> None:
            self.total -= 1
            self.shared -= shared
            _take_away(self._by_account, account)

        return _once(close)

    def stranger(self, ticket: Ticket) -> Callable[[], None]:
        """Count a connection of somebody without an account and return what ends it; raises TryLater(`server.full`)"""
        source = ticket.source
        is_many = self._strangers[source] >= self._limits.strangers_per_source
        if self._strangers_in_all >= self._limits.strangers or (is_many and not ticket.gate.is_exempt(ticket.peer)):
            raise TryLater("server.full")
        self._strangers[source] += 1
        self._strangers_in_all += 1

        def close() -> None:
            self._strangers_in_all -= 1
            _take_away(self._strangers, source)

        return _once(close)


def _take_away(counts: Counter[str], name: str) -> None:
    """One less; what is at nothing is forgotten."""
    counts[name] -= 1
    if not counts[name]:
        del counts[name]


def _once(close: Callable[[], None]) -> Callable[[], None]:
    """`close`, however often it is called."""
    waiting = [close]

    def first() -> None:
        if waiting:
            waiting.pop()()

    return first


def raise_file_limit() -> int:
    """Raise the soft limit of open files to the hard one; returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 1 << 20)
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):
            return soft
    return wanted


def has_headroom(descriptor: int) -> bool:
    """Whether a descriptor just got leaves a tenth of the open files free (the lowest free number is always given)."""
    return descriptor < resource.getrlimit(resource.RLIMIT_NOFILE)[0] * 9 // 10
