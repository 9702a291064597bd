"""One SSH session: a terminal gets the screens, a command line gets run, everything else is refused."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol

import asyncssh

from bbs.errors import BbsError, Failed, Invalid
from bbs.forum.actor import Actor
from bbs.servers.backlog import Backlog
from bbs.servers.doors import Doors, Errand, Words
from bbs.servers.exec_streams import Input, Output
from bbs.servers.facts import clamp_size, clean_term, colours_of, encoding_of, language_of
from bbs.servers.limits import Limits, Sessions
from bbs.servers.log import note
from bbs.servers.ssh_hardening import HardenedChannel, HardenedConnection
from bbs.servers.ssh_link import SshLink

if TYPE_CHECKING:
    from bbs.servers.roll import Roll

_log: Final = logging.getLogger("mingtan.servers")

LINGER: Final = 10.0
"""Seconds a session may take to put its things away after the connection is gone."""
_END_OF_INPUT: Final = b"\x04"
"""What line by line mode gets when a script's input ends."""
_STDERR: Final = asyncssh.EXTENDED_DATA_STDERR


class Caller(Protocol):
    """Who is logged in on the connection, and what the session shares with it."""

    doors: Doors
    limits: Limits
    sessions: Sessions
    roll: Roll
    session_id: str

    @property
    def conn(self) -> HardenedConnection: ...

    async def actor(self) -> Actor | None:
        """Who acts, as of now; None while they register. Raises BbsError."""
        ...

    def ended(self) -> None:
        """This session's channel is gone."""
        ...


class DoorSession(asyncssh.SSHServerSession[bytes]):
    """A session channel from request to exit status."""

    def __init__(self, caller: Caller, channel: HardenedChannel) -> None:
        self._caller = caller
        self._channel = channel
        conn = caller.conn
        self._link = SshLink(channel, conn.ticket.peer, Backlog(conn.limits, conn.clock, conn.cut))
        self._terminal = False
        self._command: str | None = None
        self._language: str | None = None
        self._input: Input | None = None
        self._output: Output | None = None
        self._task: asyncio.Task[None] | None = None

    # Requests, in the order clients send them

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        """A terminal is there."""
        self._terminal = True
        self._link.term = clean_term(term_type)
        self._link.size = clamp_size(*term_size[:2])
        return True

    def shell_requested(self) -> bool:
        """No command: the full screen."""
        return True

    def exec_requested(self, command: str) -> bool:
        """A command line, if it is of a sensible length."""
        if len(command) > self._caller.limits.command:
            return False
        self._command = command
        return True

    def session_started(self) -> None:
        """All requests are in: look at the environment and begin."""
        environment = self._channel.environment
        self._language = language_of(environment)
        if self._terminal:
            self._link.encoding = encoding_of(environment)
            self._link.colours = colours_of(
                self._link.term, environment.get(b"COLORTERM", b"").decode("ascii", "replace")
            )
        if self._command is not None and self._screen() is None:
            self._input = Input(self._caller.limits.stdin, self._link.pause, self._link.resume)
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._caller.roll.add(self._link, self._task)

    # Traffic

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Bytes typed, or a piece of standard input."""
        if self._input is not None:
            self._input.feed(data)
        else:
            self._link.received(data)

    def eof_received(self) -> bool:
        """Nothing more will be sent; we may still answer."""
        if self._input is not None:
            self._input.end()
        elif not self._terminal:
            self._link.received(_END_OF_INPUT)
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """The window was resized."""
        self._link.resized(clamp_size(width, height))

    def break_received(self, msec: int) -> bool:
        """A break is of no use here."""
        return False

    def pause_writing(self) -> None:
        """The far end is behind."""
        self._link.hold()
        if self._output is not None:
            self._output.hold()

    def resume_writing(self) -> None:
        """The far end caught up."""
        self._link.release()
        if self._output is not None:
            self._output.release()

    def connection_lost(self, exc: Exception | None) -> None:
        """The channel is gone; what runs on it is told, and ended when it does not end by itself."""
        self._link.lost()
        if self._input is not None:
            self._input.end()
        if self._output is not None:
            self._output.release()
        self._caller.ended()
        if self._task is not None and not self._task.done():
            asyncio.get_running_loop().call_later(LINGER, self._task.cancel)

    # What runs

    async def _run(self) -> None:
        code = 1
        began = self._caller.conn.clock.monotonic()
        leave: Callable[[], None] | None = None
        words = self._caller.doors.words(self._language)
        try:
            actor = await self._caller.actor()
            name = self._caller.doors.registration_name if actor is None else actor.name
            leave = self._caller.sessions.open(name, shared=actor is None or actor.is_guest)
            code = await self._serve(actor, words)
        except BbsError as error:
            self._tell(words.error(error))
            code = error.exit_code
        except asyncio.CancelledError:
            self._link.close()
            raise
        except Exception:
            mark = secrets.token_hex(3)
            _log.exception("event=session.error session=%s id=%s", self._caller.session_id, mark)
            self._tell(words.error(Failed("server.error", id=mark)))
        finally:
            if leave is not None:
                leave()
            note(
                "session.end",
                transport="ssh",
                session=self._caller.session_id,
                seconds=self._caller.conn.clock.monotonic() - began,
                why=self._caller.conn.lost_because or None,
            )
        if not self._link.closed:
            self._link.closed = True
            self._channel.exit(code)

    async def _serve(self, actor: Actor | None, words: Words) -> int:
        doors = self._caller.doors
        if actor is None:
            if not self._terminal or self._command is not None:
                raise Invalid("server.new_only")
            await doors.run_registration(self._link, None)
            return 0
        if self._command is not None:
            return await self._serve_command(actor, self._command)
        await self._visit(actor, None)
        return 0

    async def _visit(self, actor: Actor, route: str | None) -> None:
        """The full screen, or line by line where there is none; raises Invalid(`server.no_terminal`)."""
        doors = self._caller.doors
        if self._terminal and (self._link.term != "dumb" or doors.run_plain is None):
            await doors.run_session(self._link, actor, route=route, language=self._language)
        elif doors.run_plain is not None:
            await doors.run_plain(self._link, actor, terminal=self._terminal, language=self._language, route=route)
        else:
            raise Invalid("server.no_terminal")

    def _screen(self) -> tuple[str, str] | None:
        """The verb and the rest of a command line that begins a visit instead of printing something."""
        verb, _, rest = (self._command or "").strip().partition(" ")
        begins = verb == "go" or (self._terminal and verb == "admin" and not rest.strip())
        return (verb, rest.strip()) if begins else None

    async def _serve_command(self, actor: Actor, command: str) -> int:
        doors = self._caller.doors
        screen = self._screen()
        if screen is None:
            note("command", session=self._caller.session_id, verb=command.strip().partition(" ")[0])
            return await self._run_command(actor, command)
        if screen[0] == "go":
            await self._visit(actor, screen[1] or None)
        else:
            await doors.run_shell(self._link, actor, language=self._language)
        return 0

    async def _run_command(self, actor: Actor, command: str) -> int:
        assert self._input is not None
        self._output = Output(self._link.write, self._link.encoding, terminal=self._terminal)
        if self._link.congested:
            self._output.hold()
        errors = self._output if self._terminal else Output(self._write_error, "utf-8", terminal=False)
        errand = Errand(
            actor=actor,
            command=command,
            stdin=self._input,
            out=self._output,
            err=errors,
            columns=self._link.size.columns,
            colour=self._terminal and self._link.colours > 0,
            language=self._language,
        )
        return await self._caller.doors.run_command(errand)

    def _write_error(self, data: bytes) -> None:
        if not self._link.closed:
            self._channel.write(data, _STDERR)

    def _tell(self, line: str) -> None:
        """One line for the person, where they will see it."""
        if self._link.closed:
            return
        data = line.encode(self._link.encoding, "replace")
        with contextlib.suppress(OSError):
            if self._terminal:
                self._channel.write(data + b"\r\n")
            else:
                self._channel.write(data + b"\n", _STDERR)
