"""What passes over the control socket: JSON objects, each behind its length in four bytes."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
from pathlib import Path
from typing import Any, Final

NAME: Final = "control.sock"
DIRECTORY: Final = "run"

LONGEST: Final = 1024 * 1024
"""Bytes of one frame."""
PIECE: Final = 64 * 1024
"""Bytes of standard input in one frame, before base64."""

_LENGTH: Final = struct.Struct(">I")
HEADER: Final = _LENGTH.size
_LONGEST_PATH: Final = 100
"""Bytes of a socket's path; the system takes 107 (unix(7)), others less."""


def pack(frame: dict[str, Any]) -> bytes:
    """A frame as bytes."""
    data = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return _LENGTH.pack(len(data)) + data


def length(header: bytes) -> int:
    """The length a header says; raises ValueError when it is too long."""
    (size,) = _LENGTH.unpack(header)
    if size > LONGEST:
        raise ValueError(f"a frame of {size} bytes")
    return int(size)


def unpack(data: bytes) -> dict[str, Any]:
    """The object in a frame; raises ValueError when there is none."""
    frame = json.loads(data.decode("utf-8", "surrogatepass"))
    if not isinstance(frame, dict):
        raise ValueError("a frame must be an object")
    return frame


def socket_path(datadir: Path) -> Path:
    """Where the control socket of a data directory is: inside it, or in the temporary directory if its path is long."""
    inside = datadir.resolve() / DIRECTORY / NAME
    if len(os.fsencode(inside)) <= _LONGEST_PATH:
        return inside
    digest = hashlib.blake2s(os.fsencode(inside), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"mingtan-{os.getuid()}" / f"{digest}.sock"
