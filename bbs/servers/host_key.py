"""The host key: made once, never replaced, readable by nobody else."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

import asyncssh

from bbs.errors import Failed

FILE: Final = "ssh_host_ed25519_key"


def load_host_key(directory: Path) -> asyncssh.SSHKey:
    """The Ed25519 host key in `directory`, made at the first start.

    Raises Failed: `server.host_key_mode` when others may read it, `server.host_key_bad` when it cannot be read."""
    path = directory / FILE
    if not path.exists():
        _make(path)
    try:
        facts = path.stat()
        if facts.st_uid not in {os.getuid(), 0} or stat.S_IMODE(facts.st_mode) & 0o077:
            raise Failed("server.host_key_mode", path=str(path), mode=f"{stat.S_IMODE(facts.st_mode):04o}")
        return asyncssh.read_private_key(path)
    except (OSError, asyncssh.KeyImportError) as error:
        raise Failed("server.host_key_bad", path=str(path), reason=str(error)) from error


def _make(path: Path) -> None:
    """Write a new key so that it is there whole or not at all; the first of two writers wins."""
    key = asyncssh.generate_private_key("ssh-ed25519", comment="mingtan")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_name(f".{FILE}.{os.getpid()}")
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(key.export_private_key("openssh"))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
            path.with_name(f"{FILE}.pub").write_bytes(key.export_public_key("openssh"))
        except FileExistsError:
            return
        finally:
            temporary.unlink()
    except OSError as error:
        raise Failed("server.host_key_bad", path=str(path), reason=str(error)) from error
