"""The life of the servers: start, ready, drain, stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bbs.servers.algorithms import MIXED, STRICT
from bbs.servers.control import ControlSocket
from bbs.servers.doors import Doors
from bbs.servers.host_key import load_host_key
from bbs.servers.limits import Limits, Sessions, raise_file_limit
from bbs.servers.listeners import Door, Engine, Listener
from bbs.servers.log import note
from bbs.servers.roll import Roll
from bbs.servers.ssh import SshEngine
from bbs.servers.ssh_hardening import warn_of_version
from bbs.servers.telnet import TelnetEngine
from bbs.servers.watchdog import Watchdog
from bbs.text.when import Clock, SystemClock

HOST_KEYS: Final = "host_keys"
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

COUNTDOWN: Final = (10.0, 5.0, 2.0)
"""Seconds before the end at which everybody is told."""
PUT_AWAY: Final = 8.0
"""Seconds for drafts and writes."""
LAST_WORDS: Final = 2.0
"""Seconds for clients to take the last words and hang up."""
_LOOK: Final = 0.05
"""Seconds between two looks."""
GOODBYE: Final = 4.0
"""Seconds for each of: sessions that end by themselves, sessions that are ended, connections that close."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where to listen. `ssh_port` and `telnet_port` 0 = a free one; `telnet_port` None = no telnet.

    `strict` offers post-quantum key exchange only; `control` opens the socket for local commands.
    `countdown` are the seconds before the end at which people are told of it, longest first.
    """

    datadir: Path
    host: str = "127.0.0.1"
    ssh_port: int = 2222
    telnet_host: str = "127.0.0.1"
    telnet_port: int | None = 2323
    strict: bool = False
    control: bool = True
    watchdog: bool = True
    limits: Limits = field(default_factory=Limits)
    countdown: tuple[float, ...] = COUNTDOWN


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the servers listen: (address, port), telnet None when it is off."""

    ssh: tuple[str, int]
    telnet: tuple[str, int] | None

    def line(self) -> str:
        """The line for standard output: `ready ssh=HOST:PORT telnet=HOST:PORT|off`."""
        telnet = _place(*self.telnet) if self.telnet is not None else "off"
        return f"ready ssh={_place(*self.ssh)} telnet={telnet}"


class Servers:
    """All doors of the house."""

    def __init__(self, settings: ServerSettings, doors: Doors, clock: Clock | None = None) -> None:
        self._settings = settings
        self._doors = doors
        self._clock = clock or SystemClock()
        self._listeners: list[Listener] = []
        self._control: ControlSocket | None = None
        self._watchdog: Watchdog | None = None
        self._stop_asked = asyncio.Event()
        self._stop_at_once = asyncio.Event()
        self.roll = Roll()
        """Every session that runs."""
        self.sessions = Sessions(settings.limits)
        self.door = Door(settings.limits, self._clock)
        self.ssh: SshEngine | None = None
        self.telnet: TelnetEngine | None = None

    async def start(self) -> Ready:
        """Open all doors, or none; raises Failed (`server.port_busy`, `server.already_running`, `server.host_key_…`)"""
        settings, limits = self._settings, self._settings.limits
        warn_of_version()
        key = load_host_key(settings.datadir / HOST_KEYS)
        raise_file_limit()
        shared = (self._doors, limits, self._clock, self.sessions, self.roll)
        self.ssh = SshEngine.build(key, *shared, profile=STRICT if settings.strict else MIXED)
        try:
            if settings.control:
                control = ControlSocket(settings.datadir, self._doors)
                await control.start()
                self._control = control
            ssh = await self._listen(self.ssh, settings.host, settings.ssh_port)
            telnet = None
            if settings.telnet_port is not None:
                self.telnet = TelnetEngine(*shared)
                telnet = await self._listen(self.telnet, settings.telnet_host, settings.telnet_port)
        except BaseException:
            await self._close_doors()
            raise
        if settings.watchdog:
            self._watchdog = Watchdog()
            self._watchdog.start()
        ready = Ready(ssh, telnet)
        note("ready", ssh=_place(*ssh), telnet=_place(*telnet) if telnet else "off")
        return ready

    async def serve(self) -> None:
        """Wait for SIGTERM or SIGINT, then drain; a second signal stops at once."""
        try:
            await self._stop_asked.wait()
            await self.drain()
        finally:
            for number in SIGNALS:
                asyncio.get_running_loop().remove_signal_handler(number)

    def heed_signals(self) -> None:
        """From here on a signal asks for a drain; to be called before anybody is told that the servers are ready."""
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self.ask_to_stop)

    def ask_to_stop(self) -> None:
        """What a signal does: the first one asks for a drain, the second for an end at once."""
        if self._stop_asked.is_set():
            self._stop_at_once.set()
        self._stop_asked.set()

    async def drain(self) -> None:
        """Let nobody in, tell people, put their things away, hang up: at most half a minute."""
        note("drain", sessions=len(self.roll))
        self.roll.is_shut = True
        for listener in self._listeners:
            await listener.stop()
        draining = asyncio.ensure_future(self._let_go())
        at_once = asyncio.ensure_future(self._stop_at_once.wait())
        await asyncio.wait({draining, at_once}, return_when=asyncio.FIRST_COMPLETED)
        at_once.cancel()
        if not draining.done():
            draining.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await draining
        await self.stop()

    async def stop(self) -> None:
        """End everything now."""
        self.roll.cancel_all()
        for engine in self._engines():
            engine.close_all()
        await self._close_doors()
        await self.roll.emptied(GOODBYE)
        await self._hung_up(GOODBYE)
        if self._watchdog is not None:
            self._watchdog.stop()
            self._watchdog = None
        note("stopped")

    async def _let_go(self) -> None:
        if self._control is not None:
            await self._control.stop()
        if len(self.roll):
            steps = self._settings.countdown
            for seconds, after in zip(steps, (*steps[1:], 0.0), strict=True):
                await self._doors.notify(seconds)
                if await self.roll.emptied(seconds - after):
                    break
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._doors.put_away(), PUT_AWAY)
        self.roll.close_all()
        await self.roll.emptied(GOODBYE)
        await self._hung_up(LAST_WORDS)  # clients print what was said last, and then hang up by themselves

    def _engines(self) -> list[SshEngine | TelnetEngine]:
        return [engine for engine in (self.ssh, self.telnet) if engine is not None]

    async def _hung_up(self, timeout: float) -> None:
        """Wait until no connection is left, at most `timeout` seconds; what is queued needs the loop to leave."""
        for _ in range(round(timeout / _LOOK)):
            if not any(engine.connections for engine in self._engines()):
                return
            await asyncio.sleep(_LOOK)

    async def _listen(self, engine: Engine, host: str, port: int) -> tuple[str, int]:
        listener = Listener(engine, self.door)
        await listener.start(host, port)
        self._listeners.append(listener)
        return listener.host, listener.port

    async def _close_doors(self) -> None:
        for listener in self._listeners:
            await listener.stop()
        self._listeners = []
        if self._control is not None:
            await self._control.stop()
            self._control = None


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
