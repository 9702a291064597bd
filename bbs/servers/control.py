"""The control socket: commands of the person at the machine, run inside the server."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import logging
import os
import secrets
import socket
import stat
from pathlib import Path
from typing import Any, Final

from bbs.errors import BbsError, Failed
from bbs.forum.actor import LOCAL
from bbs.servers.control_client import peer_uid
from bbs.servers.control_frames import HEADER, LONGEST, PIECE, length, pack, socket_path, unpack
from bbs.servers.doors import Doors, Errand
from bbs.servers.exec_streams import harmless
from bbs.servers.log import note

_log: Final = logging.getLogger("mingtan.servers")

_HELLO: Final = 10.0
"""Seconds a caller may take to say what it wants."""
_AT_ONCE: Final = 32
"""Commands that run at the same time through the socket."""


class ControlSocket:
    """Listens at DATA/run/control.sock for commands of this user and of root."""

    def __init__(self, datadir: Path, doors: Doors) -> None:
        self._datadir = datadir
        self._doors = doors
        self._path = socket_path(datadir)
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. Raises Failed(`server.already_running`) when another server has this data directory, and

        Failed(`server.control_refused`) when the socket cannot be made."""
        try:
            _private_directory(self._path.parent)
            self._clear_stale()
            self._server = await asyncio.start_unix_server(self._arrived, path=str(self._path), limit=LONGEST)
            self._path.chmod(0o600)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Failed("server.control_refused", path=str(self._path), reason=reason) from error

    async def stop(self) -> None:
        """Take no more commands, and end those that run."""
        if self._server is None:
            return
        self._server.close()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _clear_stale(self) -> None:
        """Remove the socket of a server that was killed."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(self._path))
            except FileNotFoundError:
                return
            except ConnectionRefusedError:
                self._path.unlink()
                return
        raise Failed("server.already_running", path=str(self._datadir))

    async def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            connection = writer.get_extra_info("socket")
            uid = peer_uid(connection)
            if uid not in {os.getuid(), 0} or len(self._running) > _AT_ONCE:
                note("control.refused", level=logging.WARNING, uid=uid)
                return
            await _Call(reader, writer, self._doors).run()
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
            note("control.broken", reason=repr(error))
        finally:
            self._running.discard(task)
            writer.close()


class _Call:
    """One command over the socket; also its standard input."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, doors: Doors) -> None:
        self._reader = reader
        self._writer = writer
        self._doors = doors
        self._talk = asyncio.Lock()
        self._coloured = False
        self._ended = False

    async def run(self) -> None:
        """Read the call, run it, send the exit code."""
        hello = await asyncio.wait_for(self._receive(), _HELLO)
        errand = self._errand(hello)
        note("command", transport="control", verb=" ".join(errand.command[:1]))
        words = self._doors.words(errand.language)
        try:
            code = await self._doors.run_command(errand)
        except BbsError as error:
            await self._err(words.error(error) + "\n")
            code = error.exit_code
        except ConnectionError:
            raise
        except Exception:
            mark = secrets.token_hex(3)
            _log.exception("event=command.error id=%s", mark)
            await self._err(words.error(Failed("server.error", id=mark)) + "\n")
            code = 1
        await self._send({"exit": code})

    async def read(self, limit: int) -> bytes:
        """Ask the far end for at most `limit` bytes of its standard input."""
        if self._ended:
            return b""
        async with self._talk:
            await self._send({"want": min(limit, PIECE)})
            said = (await self._receive()).get("stdin")
        try:
            data = base64.b64decode(said if isinstance(said, str) else "", validate=True)
        except binascii.Error as error:
            raise ValueError("standard input is not base64") from error
        self._ended = not data
        return data

    def _errand(self, hello: dict[str, Any]) -> Errand:
        argv, columns = hello.get("argv"), hello.get("columns")
        language = hello.get("language")
        if not isinstance(argv, list) or not all(isinstance(word, str) for word in argv):
            raise ValueError("no argv")
        self._coloured = hello.get("colour") is True
        return Errand(
            actor=LOCAL,
            command=tuple(argv),
            stdin=self,
            out=self._out,
            err=self._err,
            columns=columns if isinstance(columns, int) and 20 <= columns <= 1000 else 80,
            colour=self._coloured,
            language=language if isinstance(language, str) else None,
            cwd=Path(str(hello.get("cwd", "/"))),
            confirm=self._ask if hello.get("confirm") is True else None,
        )

    async def _ask(self, question: str) -> bool:
        async with self._talk:
            await self._send({"ask": question})
            return (await self._receive()).get("answer") is True

    async def _out(self, text: str) -> None:
        await self._print("out", text)

    async def _err(self, text: str) -> None:
        await self._print("err", text)

    async def _print(self, where: str, text: str) -> None:
        text = harmless(text, terminal=self._coloured)
        for start in range(0, len(text), PIECE):
            await self._send({where: text[start : start + PIECE]})

    async def _send(self, frame: dict[str, Any]) -> None:
        self._writer.write(pack(frame))
        await self._writer.drain()

    async def _receive(self) -> dict[str, Any]:
        header = await self._reader.readexactly(HEADER)
        return unpack(await self._reader.readexactly(length(header)))


def _private_directory(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = path.lstat()
    if facts.st_uid != os.getuid() or not stat.S_ISDIR(facts.st_mode):
        raise PermissionError(None, "not a directory of this user", str(path))
    if stat.S_IMODE(facts.st_mode) != 0o700:
        path.chmod(0o700)
