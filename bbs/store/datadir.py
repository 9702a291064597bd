"""The data directory of one instance, held by one server at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bbs.errors import Conflict, Failed
from bbs.store.faults import of_os

DATABASE: Final = "mingtan.db"
LOCK: Final = "server.lock"

# File systems on which locks and shared memory, and so SQLite's log, cannot be relied upon (sqlite.org/wal.html).
_NETWORK: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "fuse.sshfs"})


class DataDirectory:
    """Makes the directory, and keeps a second server out for as long as it is held."""

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._lock: int | None = None

    @property
    def database(self) -> Path:
        """Where the SQLite store is."""
        return self.path / DATABASE

    @property
    def url(self) -> str:
        """The URL of the SQLite store."""
        return f"sqlite:///{self.database}"

    def create(self) -> None:
        """Make the directory, for its owner alone, where it is missing. Raises Failed (`data.…`)."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError as error:
            raise Failed("data.not_directory", path=str(self.path)) from error
        except OSError as error:
            raise self._told(error) from error
        kind = file_system(self.path)
        if kind in _NETWORK:
            raise Failed("data.network", path=str(self.path), kind=kind)

    def hold(self) -> None:
        """Take the lock until `release` or the end of the process.

        Raises Conflict `data.in_use` with the pid of the holder, Failed `data.readonly` and others.
        """
        if self._lock is not None:
            return
        self.create()
        try:
            lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._told(error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(lock, 0)
            os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError as error:
            holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
            os.close(lock)
            raise Conflict(
                "data.in_use", path=str(self.path), pid=holder if holder.isascii() and holder.isdigit() else "?"
            ) from error
        except OSError as error:
            os.close(lock)
            raise self._told(error) from error
        self._lock = lock

    def release(self) -> None:
        """Let another server in."""
        if self._lock is not None:
            os.close(self._lock)  # the file stays: removing it would let two servers hold two files of one name
            self._lock = None

    def __enter__(self) -> Self:
        self.hold()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _told(self, error: OSError) -> Failed:
        code = of_os(error).code.replace("store.", "data.")
        return Failed(code, path=str(self.path))


def file_system(path: Path) -> str:
    """The kind of file system a path is on, as Linux names it; "" where that cannot be told."""
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    place = path.resolve()
    found, depth = "", -1
    for line in mounts:
        _, point, kind, *_ = line.split(" ")
        root = Path(point.encode("latin-1", "surrogateescape").decode("unicode_escape"))
        if len(root.parts) >= depth and place.is_relative_to(root):
            found, depth = kind, len(root.parts)
    return found
