"""A local command handed to the server that runs on the same data directory; imports little, so that it starts fast."""

from __future__ import annotations

import base64
import os
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from bbs.servers.control_frames import HEADER, PIECE, length, pack, socket_path, unpack

_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the server should know of the terminal in front of the person. `columns` in cells."""

    columns: int = 80
    colour: bool = False
    language: str | None = None


def call_running_server(
    datadir: Path,
    argv: Sequence[str],
    stdin: BinaryIO | None = None,
    *,
    out: TextIO | None = None,
    err: TextIO | None = None,
    terminal: Terminal | None = None,
    confirm: Callable[[str], bool] | None = None,
) -> int | None:
    """Run a command in the running server; its exit code, or None when none runs here.

    `stdin` is read only as far as the command asks for it. A server that goes away in the middle gives 75."""
    connection = _connect(datadir)
    if connection is None:
        return None
    out, err, terminal = out or sys.stdout, err or sys.stderr, terminal or Terminal()
    with connection:
        hello = {
            "argv": list(argv),
            "cwd": str(Path.cwd()),
            "columns": terminal.columns,
            "colour": terminal.colour,
            "language": terminal.language,
            "confirm": confirm is not None,
        }
        try:
            connection.sendall(pack(hello))
            while True:
                frame = _receive(connection)
                if frame is None:
                    return 75
                code = frame.get("exit")
                if isinstance(code, int):
                    return code
                _answer(connection, frame, stdin, out, err, confirm)
        except ConnectionError:
            return 75


def _answer(
    connection: socket.socket,
    frame: dict[str, Any],
    stdin: BinaryIO | None,
    out: TextIO,
    err: TextIO,
    confirm: Callable[[str], bool] | None,
) -> None:
    if "out" in frame:
        out.write(frame["out"])
        out.flush()
    elif "err" in frame:
        err.write(frame["err"])
        err.flush()
    elif "want" in frame:
        data = b"" if stdin is None else stdin.read(min(int(frame["want"]), PIECE))
        connection.sendall(pack({"stdin": base64.b64encode(data).decode("ascii")}))
    elif "ask" in frame:
        connection.sendall(pack({"answer": confirm is not None and confirm(str(frame["ask"]))}))


def _connect(datadir: Path) -> socket.socket | None:
    path = socket_path(datadir)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        return None
    if peer_uid(connection) not in {os.getuid(), 0}:
        connection.close()
        return None
    return connection


def peer_uid(connection: socket.socket) -> int | None:
    """The user at the other end of a Unix socket; None where the system does not say (then the file's mode decides)."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return os.getuid()
    data = connection.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(data)[1])


def _receive(connection: socket.socket) -> dict[str, Any] | None:
    header = _exactly(connection, HEADER)
    if header is None:
        return None
    data = _exactly(connection, length(header))
    return None if data is None else unpack(data)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        piece = connection.recv(size - len(parts))
        if not piece:
            return None
        parts += piece
    return bytes(parts)
