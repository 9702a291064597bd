"""The telnet server: from connect to a guest's session."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, field
from typing import Final

from bbs.errors import BbsError, Failed
from bbs.forum.actor import Actor
from bbs.servers.backlog import Backlog, tune
from bbs.servers.doors import Doors
from bbs.servers.facts import clamp_size, clean_term, colours_of
from bbs.servers.limits import Limits, Sessions, Ticket
from bbs.servers.log import mark, note
from bbs.servers.roll import Roll
from bbs.servers.telnet_link import TelnetLink
from bbs.servers.telnet_options import TelnetMachine
from bbs.text.when import Clock

SETTLE: Final = 0.3
"""Seconds to wait for the far end's size and type before anything is shown."""
CHOOSE: Final = 15.0
"""Seconds to choose an encoding; then UTF-8."""
LOGIN: Final = 120.0
"""Seconds for a member's login."""
KEEPALIVE: Final = 30.0
"""Seconds between NOPs on a quiet line; unanswered ones end it (TCP_USER_TIMEOUT)."""
AFTER_CHOICE: Final = 1.0
"""Seconds in which the Enter typed behind the choice is dropped."""

_LOST: Final = 10.0
"""Seconds a session may take to put its things away after the line is gone."""
_log: Final = logging.getLogger("mingtan.servers")
_CHOICES: Final = {b"1": "utf-8", b"2": "gb18030", b"3": "big5"}
_LANGUAGES: Final = {"gb18030": "zh", "big5": "zh"}
_NO_TERMINAL: Final = (b"GET ", b"POST ", b"HEAD ", b"SSH-", b"\x16\x03")
"""What programs say first that took the wrong port: web browsers, SSH clients, TLS."""

# One buffer for all: what is read is taken out of it before the loop goes on.
_BUFFER: Final = memoryview(bytearray(16 * 1024))


@dataclass(slots=True)
class TelnetEngine:
    """Makes the protocol of an accepted telnet connection."""

    doors: Doors
    limits: Limits
    clock: Clock
    sessions: Sessions
    roll: Roll
    name: str = "telnet"
    refusal: bytes = b"Too many connections, please try again later.\r\n"
    connections: set[TelnetProtocol] = field(default_factory=set)
    """Everybody who is connected."""
    _sweeper: asyncio.TimerHandle | None = None

    def protocol(self, ticket: Ticket) -> TelnetProtocol:
        """The protocol of one connection."""
        return TelnetProtocol(self, ticket)

    def arrived(self, protocol: TelnetProtocol) -> None:
        """Count a connection, and begin to keep lines alive."""
        self.connections.add(protocol)
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(KEEPALIVE, self._sweep)

    def close_all(self) -> None:
        """Hang up on every connection."""
        for protocol in list(self.connections):
            protocol.link.close()

    def _sweep(self) -> None:
        self._sweeper = None
        for protocol in self.connections:
            protocol.link.keep_alive()
        if self.connections:
            self._sweeper = asyncio.get_running_loop().call_later(KEEPALIVE, self._sweep)


class TelnetProtocol(asyncio.BufferedProtocol):
    """One telnet connection."""

    def __init__(self, engine: TelnetEngine, ticket: Ticket) -> None:
        self._engine = engine
        self._ticket = ticket
        self._session_id = secrets.token_hex(4)
        self._began = engine.clock.monotonic()
        self._heard = 0
        self._settled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._limit: asyncio.TimerHandle | None = None
        self._why = ""
        self.link = TelnetLink(ticket.peer, Backlog(engine.limits, engine.clock, self.cut), engine.limits)
        self._machine = TelnetMachine(engine.clock, self.link.send, self._window, self._terminal)

    # Called by the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller."""
        assert isinstance(transport, asyncio.Transport)
        tune(transport.get_extra_info("socket"))
        transport.set_write_buffer_limits(high=self._engine.limits.congested)
        self.link.connected(transport, self._machine)
        self._ticket.cut = self._make_room
        loop = asyncio.get_running_loop()
        self._limit = loop.call_later(self._engine.limits.grace, self._too_silent)
        note("connect", transport="telnet", session=self._session_id, peer=self._ticket.peer)
        self._engine.arrived(self)
        self._machine.start()
        self._task = loop.create_task(self._run())
        self._engine.roll.add(self.link, self._task)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the transport reads to."""
        return _BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes came."""
        data = bytes(_BUFFER[:nbytes])
        if not self._ticket.inside and not self._may_go_on(data):
            return
        keys = self._machine.feed(data)
        if self._machine.settled:
            self._settled.set()
        if keys:
            self.link.received(keys)

    def pause_writing(self) -> None:
        """The caller reads too slowly."""
        self.link.hold()

    def resume_writing(self) -> None:
        """The caller caught up."""
        self.link.release()

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller is gone."""
        self._engine.connections.discard(self)
        self._ticket.left()
        self._no_limit()
        self._settled.set()
        self.link.lost()
        note(
            "disconnect",
            transport="telnet",
            session=self._session_id,
            seconds=self._engine.clock.monotonic() - self._began,
            why=self._why or (str(exc) if exc else None),
        )
        if self._task is not None and not self._task.done():
            loop = asyncio.get_running_loop()
            loop.call_later(_LOST if self._ticket.inside else 0.0, self._task.cancel)

    def cut(self, why: str) -> None:
        """End the connection at once."""
        self._why = self._why or why
        self.link.abort()

    # Before the session

    def _may_go_on(self, data: bytes) -> bool:
        if not self._heard and data.startswith(_NO_TERMINAL):
            self.cut("not telnet")
            return False
        self._heard += len(data)
        if self._heard > self._engine.limits.before_login:
            self.cut("too much before login")
            return False
        self._ticket.greeted = True
        return True

    def _too_silent(self) -> None:
        if not self._ticket.inside:
            self.cut("login took too long")

    def _make_room(self) -> None:
        self.cut("silent while others wait")

    def _no_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _window(self, columns: int, rows: int) -> None:
        self.link.resized(clamp_size(columns, rows))

    def _terminal(self, name: str) -> None:
        self.link.term = clean_term(name.lower())
        self.link.colours = colours_of(self.link.term)

    # The session

    async def _run(self) -> None:
        try:
            await self._serve()
        except asyncio.CancelledError:
            raise
        except Exception:
            mark = secrets.token_hex(3)
            _log.exception("event=session.error session=%s id=%s", self._session_id, mark)
            self._say(Failed("server.error", id=mark))
        finally:
            self.link.close()

    async def _serve(self) -> None:
        engine = self._engine
        try:
            async with asyncio.timeout(SETTLE):
                await self._settled.wait()
        except TimeoutError:
            pass
        self.link.encoding = await self._choose_encoding()
        language = _LANGUAGES.get(self.link.encoding)
        try:
            actor = await self._who()
            if actor is None or self.link.closed:
                return
            leave = engine.sessions.open(actor.name, shared=actor.is_guest)
        except BbsError as error:
            note("login.failed", transport="telnet", session=self._session_id, code=error.code)
            self._say(error)
            return
        self._no_limit()
        self._ticket.authenticated()
        note("login.ok", transport="telnet", session=self._session_id, who=mark(actor.name))
        began = engine.clock.monotonic()
        try:
            await engine.doors.run_session(self.link, actor, route=None, language=language)
        finally:
            leave()
            seconds = engine.clock.monotonic() - began
            note("session.end", transport="telnet", session=self._session_id, seconds=seconds)

    async def _choose_encoding(self) -> str:
        doors = self._engine.doors
        banner = f"{doors.telnet_banner.rstrip()}\n\n{doors.words(None)('server.telnet_encoding')} "
        self.link.write(banner.encode("ascii", "replace").replace(b"\n", b"\r\n"))
        choice = _Choice()
        self.link.attach(choice)
        try:
            async with asyncio.timeout(CHOOSE):
                encoding = await choice.made
        except TimeoutError:
            # Somebody is there (their program answered us): go on as most would. Else wait for the grace time to end.
            encoding = "utf-8" if self._machine.answered else await choice.made
        self.link.write(b"\r\n")
        self.link.attach(None)
        if choice.enter_may_follow:
            self.link.drop_enter(self._engine.clock, AFTER_CHOICE)
        return encoding

    async def _who(self) -> Actor | None:
        doors = self._engine.doors
        if doors.choose_telnet_login is None or not doors.telnet_members():
            return await doors.accounts.guest(transport="telnet", session=self._session_id)
        self._no_limit()
        self._limit = asyncio.get_running_loop().call_later(LOGIN, self._too_silent)
        return await doors.choose_telnet_login(self.link)

    def _say(self, error: BbsError) -> None:
        words = self._engine.doors.words(_LANGUAGES.get(self.link.encoding))
        self.link.write(words.error(error).encode(self.link.encoding, "replace") + b"\r\n")


class _Choice:
    """Waits for the key that chooses an encoding."""

    def __init__(self) -> None:
        self.made: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.enter_may_follow = False

    def received(self, data: bytes) -> None:
        """The first key that says something decides."""
        for place in range(min(len(data), 64)):
            key = data[place : place + 1]
            encoding = "utf-8" if key in b"\r\n" else _CHOICES.get(key)
            if encoding is not None:
                self.enter_may_follow = key in _CHOICES and place + 1 == len(data)
                self._decide(encoding)
                return

    def resized(self, size: object) -> None:
        """Nothing is drawn yet."""

    def writable(self) -> None:
        """Nothing is drawn yet."""

    def lost(self) -> None:
        """Nobody will choose."""
        self._decide("utf-8")

    def _decide(self, encoding: str) -> None:
        if not self.made.done():
            self.made.set_result(encoding)
