"""The SSH server: who is it, and a session for them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import asyncssh
from asyncssh.connection import SSHServerConnectionOptions

from bbs.errors import BbsError, TryLater
from bbs.forum.actor import Actor
from bbs.servers.algorithms import MIXED, Profile
from bbs.servers.doors import Doors
from bbs.servers.limits import Limits, Sessions, Ticket
from bbs.servers.log import mark, note
from bbs.servers.probes import Probes
from bbs.servers.roll import Roll
from bbs.servers.ssh_hardening import HardenedChannel, HardenedConnection
from bbs.servers.ssh_options import PACKET, WINDOW, server_options
from bbs.servers.ssh_session import DoorSession
from bbs.text.clean import gate
from bbs.text.when import Clock

IDLE: Final = 300.0
"""Seconds a connection may stay without a session."""

LONGEST_BANNER: Final = 8 * 1024
"""Characters of the banner."""

_PROMPT: Final = "Password: "


@dataclass(slots=True)
class SshEngine:
    """Makes the protocol of an accepted SSH connection."""

    options: SSHServerConnectionOptions
    doors: Doors
    limits: Limits
    clock: Clock
    sessions: Sessions
    roll: Roll
    probes: Probes
    connections: set[HardenedConnection] = field(default_factory=set)
    """Everybody who is connected."""
    name: str = "ssh"
    refusal: bytes = b"Too many connections, please try again later.\r\n"

    @classmethod
    def build(
        cls,
        key: asyncssh.SSHKey,
        doors: Doors,
        limits: Limits,
        clock: Clock,
        sessions: Sessions,
        roll: Roll,
        *,
        profile: Profile = MIXED,
    ) -> SshEngine:
        """An engine with its options checked once for all connections."""
        probes = Probes(limits, clock)
        return cls(server_options(key, profile, limits), doors, limits, clock, sessions, roll, probes)

    def protocol(self, ticket: Ticket) -> HardenedConnection:
        """The protocol of one connection."""
        loop = asyncio.get_running_loop()
        connection = HardenedConnection(loop, self.options, ticket, self.limits, self.clock)
        connection.serve(lambda: DoorServer(self))
        return connection

    def close_all(self) -> None:
        """Hang up on every connection."""
        for connection in list(self.connections):
            connection.close()


class DoorServer(asyncssh.SSHServer):
    """One connection: login, then up to a few sessions.

    The actor is set only by a login that passed: a password that was right, or a key that signed (see
    `HardenedConnection.validate_public_key`); a key that was only offered never gets here.
    """

    def __init__(self, engine: SshEngine) -> None:
        self.doors = engine.doors
        self.limits = engine.limits
        self.sessions = engine.sessions
        self.roll = engine.roll
        self._connections = engine.connections
        self._probes = engine.probes
        self.session_id = secrets.token_hex(4)
        self._clock = engine.clock
        self._conn: HardenedConnection | None = None
        self._actor: Actor | None = None
        self._user = ""
        self._method = "none"
        self._is_in = False
        self._tries = 0
        self._is_greeted = False
        self._requests = 0
        self._channels = 0
        self._idle: asyncio.TimerHandle | None = None
        self._leave: Callable[[], None] | None = None
        self._began = engine.clock.monotonic()

    @property
    def conn(self) -> HardenedConnection:
        """The connection; only asked for while there is one."""
        assert self._conn is not None
        return self._conn

    # Life of the connection

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """A client arrived."""
        self._conn = cast(HardenedConnection, conn)
        self._connections.add(self._conn)
        note("connect", transport="ssh", session=self.session_id, peer=self.conn.ticket.peer)

    def connection_lost(self, exc: Exception | None) -> None:
        """It left."""
        self._connections.discard(self.conn)
        self._stop_idling()
        if self._leave is not None:
            self._leave()
        note(
            "disconnect",
            transport="ssh",
            session=self.session_id,
            seconds=self._clock.monotonic() - self._began,
            why=self.conn.lost_because or None,
        )

    # Login

    async def begin_auth(self, username: str) -> bool:
        """False for the two names that need no login; everybody else has to prove who they are."""
        self._actor = None
        self._user = username
        self._method = "none"
        if username == self.doors.registration_name:
            return False
        if username == self.doors.guest_name:
            try:
                self._actor = await self.doors.accounts.guest(transport="ssh", session=self.session_id)
            except BbsError as error:
                return self._refused("none", error)
            return False
        return True

    async def auth_completed(self) -> None:
        """The login passed: from here on the actor stands."""
        if self._actor is None or self._actor.is_guest:
            try:
                self._leave = self.sessions.stranger(self.conn.ticket)
            except TryLater:
                self.conn.lost_because = "too many strangers"
                self.conn.disconnect(asyncssh.DISC_TOO_MANY_CONNECTIONS, "Too many connections")
                return
        self._is_in = True
        self._start_idling()
        # The address is in the same log: no name beside it, for a pen name must not lead to a place.
        note("login.ok", transport="ssh", session=self.session_id, who=mark(self._user), method=self._method)

    def public_key_auth_supported(self) -> bool:
        """Keys are welcome."""
        return True

    def password_auth_supported(self) -> bool:
        """So are passwords."""
        return True

    def kbdint_auth_supported(self) -> bool:
        """And questions, which is how most clients ask for the password."""
        return True

    async def key_offered(self, username: str, public: bytes) -> bool:
        """Whether the client should sign with this key; nothing is remembered of it. See `bbs.servers.probes`."""
        ticket = self.conn.ticket
        if self._probes.too_many(ticket):
            return True
        if not self._may_ask():
            return False
        is_known = await self.doors.accounts.knows_key(username, public)
        if not is_known:
            self._probes.missed(ticket)
        return is_known

    async def key_proven(self, username: str, public: bytes) -> bool:
        """The key signed this request: log in with it."""
        if not self._may_ask():
            return False
        try:
            actor = await self.doors.accounts.by_key(username, public, transport="ssh", session=self.session_id)
        except BbsError as error:
            return not self._refused("key", error)
        return self._accept(username, actor, "key")

    async def validate_password(self, username: str, password: str) -> bool:
        """Log in by password, a few times at the most."""
        return await self._try_password(username, password, "password")

    async def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        """One question, the same for every name there is or is not; the site's banner stands above the first.

        It goes out as a banner (RFC 4252, section 5.4), because OpenSSH shows the question's own instruction
        (RFC 4256, section 3.2) with everything but ASCII as octal numbers.
        """
        if not self._is_greeted:
            self._is_greeted = True
            self._greet()
        return ("", "", "", [(_PROMPT, False)])

    async def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        """The answer to it."""
        return len(responses) == 1 and await self._try_password(username, responses[0], "keyboard-interactive")

    def _greet(self) -> None:
        banner = gate(self.doors.ssh_banner())[:LONGEST_BANNER].strip("\n")
        if banner:
            self.conn.send_auth_banner("\r\n" + banner.replace("\n", "\r\n") + "\r\n\r\n")

    async def _try_password(self, username: str, password: str, method: str) -> bool:
        if self._tries >= self.limits.password_tries:
            return False
        self._tries += 1
        try:
            actor = await self.doors.accounts.by_password(
                username, password, transport="ssh", source=self.conn.ticket.source, session=self.session_id
            )
        except BbsError as error:
            self._refused(method, error)
            if self._tries >= self.limits.password_tries:
                self._too_many()
            return False
        return self._accept(username, actor, method)

    def _accept(self, username: str, actor: Actor, method: str) -> bool:
        if username != self._user:  # a request for another name overtook this one
            return False
        self._actor = actor
        self._method = method
        return True

    def _refused(self, method: str, error: BbsError) -> bool:
        """Log a login that failed, and say so when waiting would help; always True."""
        who = mark(self._user)
        note("login.failed", transport="ssh", session=self.session_id, who=who, method=method, code=error.code)
        if isinstance(error, TryLater):
            self.conn.send_auth_banner(self.doors.words(None).error(error) + "\r\n")
        return True

    def _may_ask(self) -> bool:
        """Count a request about a key that is looked up."""
        self._requests += 1
        if self._requests > self.limits.key_offers:
            self._too_many()
            return False
        return True

    def _too_many(self) -> None:
        self.conn.lost_because = "too many tries"
        self.conn.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many tries")

    # Sessions

    def session_requested(self) -> tuple[HardenedChannel, DoorSession] | bool:
        """One more session on this connection, if it has not too many."""
        if not self._is_in or self.roll.is_shut or self._channels >= self.limits.channels:
            return False
        self._channels += 1
        self._stop_idling()
        channel = self.conn.session_channel(WINDOW, PACKET)
        return channel, DoorSession(self, channel)

    async def actor(self) -> Actor | None:
        """Who acts, with roles as they are now; None while they register."""
        if self._actor is None:
            return None
        return await self.doors.accounts.refresh(self._actor)

    def ended(self) -> None:
        """A session's channel is gone."""
        self._channels -= 1
        if not self._channels:
            self._start_idling()

    def _start_idling(self) -> None:
        self._stop_idling()
        self._idle = asyncio.get_running_loop().call_later(IDLE, self.conn.cut, "no session")

    def _stop_idling(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
