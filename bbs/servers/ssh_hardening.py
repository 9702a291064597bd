"""asyncssh with the bounds it lacks; the only module that reaches into its private parts (`tests` pin the version).

What is changed, and why:
- bytes and packet lengths before and after login are bounded (asyncssh keeps whatever comes while a login is decided);
- the transport's back-pressure is obeyed: asyncssh sends as far as the *client's* window allows, up to 4 GiB. The
  window itself is left as it is, because clients (asyncssh among them) announce more room only after half of their own
  window is used, so that a clamped view of it would wait for ever;
- a key counts as proven only when a request signed by it has passed, never when it was only offered (CVE-2024-45337 is
  the same mistake in Go programs);
- no empty IGNORE packet before each packet (it hides the chaining of CBC ciphers, which are not offered), no texts for
  a packet log that is off, no timer moved at each key press, no second reading of options at each login.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

import asyncssh
from asyncssh.channel import SSHServerChannel
from asyncssh.connection import SSHServerConnection, SSHServerConnectionOptions
from asyncssh.constants import MSG_IGNORE
from asyncssh.packet import PacketDecodeError, SSHPacket, String
from asyncssh.public_key import decode_ssh_public_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bbs.servers.algorithms import SIGNATURES
from bbs.servers.backlog import Backlog, tune
from bbs.servers.facts import ENVIRONMENT, LONGEST_VALUE
from bbs.servers.limits import Limits, Ticket
from bbs.servers.log import note
from bbs.text.when import Clock

CHECKED_VERSIONS: Final = ("2.24.1",)
"""The versions of asyncssh whose private parts were read for this module."""

_log: Final = logging.getLogger("mingtan.servers")
_SIGNATURES: Final = frozenset(name.encode() for name in SIGNATURES)
_LONGEST_EXPONENT: Final = 32
"""Bits of an RSA key's public exponent; every key in use has 17 at most, and a long one makes each check dear."""
_BUFFERED_AFTER_LOGIN: Final = 1024 * 1024
"""Bytes kept while one packet is still worked on; four channels' windows fit four times."""

# asyncssh logs user names and commands as they came, at INFO.
logging.getLogger("asyncssh").setLevel(logging.WARNING)


class KeyOwner(Protocol):
    """Who knows whose keys open what."""

    async def key_offered(self, username: str, public: bytes) -> bool:
        """Whether to tell the client that this key is acceptable; proves nothing."""
        ...

    async def key_proven(self, username: str, public: bytes) -> bool:
        """Log in with a key that signed the request."""
        ...


class HardenedConnection(SSHServerConnection):
    """One client, with bounds before and after login, and without the handlers of any forwarding."""

    # asyncssh finds handlers by name; without one it answers "unknown" at once and starts nothing.
    _process_direct_tcpip_open: Any = None
    _process_direct_streamlocal_at_openssh_dot_com_open: Any = None
    _process_tun_at_openssh_dot_com_open: Any = None
    _process_tcpip_forward_global_request: Any = None
    _process_cancel_tcpip_forward_global_request: Any = None
    _process_streamlocal_forward_at_openssh_dot_com_global_request: Any = None
    _process_cancel_streamlocal_forward_at_openssh_dot_com_global_request: Any = None
    _process_hostkeys_prove_00_at_openssh_dot_com_global_request: Any = None

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        options: SSHServerConnectionOptions,
        ticket: Ticket,
        limits: Limits,
        clock: Clock,
    ) -> None:
        super().__init__(loop, options)
        self.ticket = ticket
        self.limits = limits
        self.clock = clock
        self.clogged = False
        """The transport holds more than it should."""
        self.lost_because = ""
        self.backlog = Backlog(limits, clock, self.cut)
        self._strange_bytes = 0
        self._heard = 0.0
        self._max_recv_pktlen = limits.packet_before_login

    def serve(self, owner: Callable[[], asyncssh.SSHServer]) -> None:
        """Set who answers for this connection (asyncssh takes it from the options, which all connections share)."""
        self._protocol_factory = owner

    def session_channel(self, window: int, max_pktsize: int) -> HardenedChannel:
        """A channel for a new session."""
        self._update_recv_pktlen(max_pktsize)
        return HardenedChannel(self, self._loop, window, max_pktsize)

    # Arrival and end

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket, tuned, and tell the door how to end this connection."""
        tune(transport.get_extra_info("socket"))
        cast(asyncio.Transport, transport).set_write_buffer_limits(high=self.limits.congested)
        self.ticket.cut = self._make_room
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None = None) -> None:
        """Let go of the place at the door."""
        self._settle()
        super().connection_lost(exc)

    def cut(self, why: str) -> None:
        """End the connection at once."""
        self.lost_because = self.lost_because or why
        self._settle()
        self.abort()

    def _force_close(self, exc: Exception | None) -> None:
        if exc is not None and not self.lost_because:
            self.lost_because = str(exc) or type(exc).__name__
        self._settle()
        super()._force_close(exc)

    def _settle(self) -> None:
        self.ticket.left()
        self.backlog.end()

    def _make_room(self) -> None:
        self.cut("handshake too slow while others wait")

    def internal_error(self, exc_info: Any = None, error_logger: Any = None) -> None:
        """An error of ours: one line with its trace in our log, and the end of this connection only."""
        _log.error("event=ssh.error peer=%s", self.ticket.peer, exc_info=exc_info or True)
        super().internal_error(exc_info, error_logger)

    # Input

    def data_received(self, data: bytes, datatype: int | None = None) -> None:
        """Take bytes from the client, as many as it may send at this stage."""
        if not self._auth_complete:
            self._strange_bytes += len(data)
            if self._strange_bytes > self.limits.before_login:
                self.cut("too much before login")
                return
        elif len(self._inpbuf) > _BUFFERED_AFTER_LOGIN:
            self.cut("too much at once")
            return
        super().data_received(data, datatype)

    def _reset_keepalive_timer(self) -> None:
        self._heard = self._loop.time()

    def _keepalive_timer_callback(self) -> None:
        next_due = self._heard + self._keepalive_interval
        if next_due > self._loop.time() + 0.001:
            self._keepalive_count = 0
            self._keepalive_timer = self._loop.call_at(next_due, self._keepalive_timer_callback)
        else:
            super()._keepalive_timer_callback()

    # Login

    async def reload_config(self) -> None:
        """Nothing: no configuration depends on who logs in."""

    async def validate_public_key(self, username: str, key_data: bytes, msg: bytes, signature: bytes) -> bool:
        """Whether a key that is offered is acceptable, or one that signed the request (`msg`) opens the account.

        The signature is checked before anything is looked up: who has not got the private key learns nothing by it.
        """
        key = self._key(key_data)
        if key is None:
            return False
        owner = cast(KeyOwner, self._owner)
        if not msg:
            return await owner.key_offered(username, key_data)
        if not _is_signed_well(signature) or not key.verify(String(self._session_id) + msg, signature):
            return False
        return await owner.key_proven(username, key_data)

    def _key(self, key_data: bytes) -> asyncssh.SSHKey | None:
        """The key in the request, which may be anything; certificates are nothing here."""
        if len(key_data) > self.limits.longest_key:
            return None
        try:
            key = decode_ssh_public_key(key_data)
        except (asyncssh.KeyImportError, ValueError, OverflowError):
            return None
        inner = key.pyca_key
        if isinstance(inner, RSAPublicKey) and inner.public_numbers().e.bit_length() > _LONGEST_EXPONENT:
            return None
        key.set_touch_required(True)
        return key

    async def send_userauth_success(self) -> None:
        """The login is complete: longer packets, and no place at the door any more."""
        self._max_recv_pktlen = self.limits.packet
        self.ticket.authenticated()
        await super().send_userauth_success()

    def send_newkeys(self, k: bytes, h: bytes) -> None:
        """The key exchange is done: this is a client and not a silent socket."""
        self.ticket.greeted = True
        super().send_newkeys(k, h)

    # Output

    def send_packet(self, pkttype: int, *args: bytes, handler: Any = None) -> None:
        """Send a packet; the empty IGNORE packets go nowhere."""
        if pkttype != MSG_IGNORE:
            super().send_packet(pkttype, *args, handler=handler)

    def pause_writing(self) -> None:
        """The client does not take what we send: hold our data, and its requests too, for each may have an answer."""
        self.clogged = True
        self.backlog.begin()
        if self._transport is not None:
            self._transport.pause_reading()
        for channel in list(self._channels.values()):
            if isinstance(channel, HardenedChannel):
                channel.hold()

    def resume_writing(self) -> None:
        """It reads again: send what the channels hold."""
        self.clogged = False
        self.backlog.end()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
        for channel in list(self._channels.values()):
            if isinstance(channel, HardenedChannel):
                channel.release()

    def log_sent_packet(self, pkttype: int, pktid: int | None, packet: Any, note: str = "") -> None:
        """Nothing: packets are never logged."""

    log_received_packet = log_sent_packet


class HardenedChannel(SSHServerChannel[bytes]):
    """A session's channel that keeps to the transport's back-pressure and takes three variables only."""

    _conn: HardenedConnection

    _process_x11_req_request: Any = None
    _process_auth_agent_req_at_openssh_dot_com_request: Any = None
    _process_subsystem_request: Any = None

    def __init__(
        self, conn: HardenedConnection, loop: asyncio.AbstractEventLoop, window: int, max_pktsize: int
    ) -> None:
        super().__init__(conn, loop, True, False, False, 0, 0, None, "strict", window, max_pktsize)
        self.set_write_buffer_limits(high=conn.limits.congested)

    @property
    def waiting(self) -> int:
        """Bytes that wait in this channel."""
        return self._send_buf_len

    @property
    def environment(self) -> dict[bytes, bytes]:
        """The accepted variables."""
        return self._env

    def hold(self) -> None:
        """The transport is full."""
        if not self._send_paused and self._session is not None:
            self._send_paused = True
            self._session.pause_writing()

    def release(self) -> None:
        """The transport has room again."""
        self._flush_send_buf()

    def _flush_send_buf(self) -> None:
        if self._conn is None or not self._conn.clogged:
            super()._flush_send_buf()

    def _pause_resume_writing(self) -> None:
        if self._conn is not None and self._conn.clogged:
            self.hold()
        else:
            super()._pause_resume_writing()

    def _process_env_request(self, packet: SSHPacket) -> bool:
        key = packet.get_string()
        value = packet.get_string()
        packet.check_end()
        if key not in ENVIRONMENT or len(value) > LONGEST_VALUE:
            return False
        self._env[key] = value
        return True

    def log_sent_packet(self, pkttype: int, pktid: int | None, packet: Any, note: str = "") -> None:
        """Nothing: packets are never logged."""

    log_received_packet = log_sent_packet


def _is_signed_well(signature: bytes) -> bool:
    try:
        return SSHPacket(signature).get_string() in _SIGNATURES
    except PacketDecodeError:
        return False


def warn_of_version() -> None:
    """Log when asyncssh is one that was not read for this module."""
    if asyncssh.__version__ not in CHECKED_VERSIONS:
        note("ssh.version", level=logging.WARNING, found=asyncssh.__version__, checked=" ".join(CHECKED_VERSIONS))
