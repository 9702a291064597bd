"""A private key in a file of its own: made once, never replaced, readable by nobody else."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from bbs.errors import Failed

if TYPE_CHECKING:
    from asyncssh import SSHKey


def load_or_make(path: Path, *, code: str) -> SSHKey:
    """The Ed25519 key in a file, made when there is none, with its public half beside it.

    Raises Failed: `{code}_mode` when others may read it, `{code}_bad` when it cannot be read.
    """
    from asyncssh import KeyImportError, read_private_key  # slow to load, and not every command signs

    if not path.exists():
        _make(path, code)
    try:
        facts = path.stat()
        if facts.st_uid not in {os.getuid(), 0} or stat.S_IMODE(facts.st_mode) & 0o077:
            raise Failed(f"{code}_mode", path=str(path), mode=f"{stat.S_IMODE(facts.st_mode):04o}")
        return read_private_key(path)
    except (OSError, KeyImportError) as error:
        raise Failed(f"{code}_bad", path=str(path), reason=str(error)) from error


def _make(path: Path, code: str) -> None:
    """Write a new key so that it is there whole or not at all; the first of two writers wins."""
    from asyncssh import generate_private_key

    key = generate_private_key("ssh-ed25519", comment="mingtan")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(key.export_private_key("openssh"))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
            path.with_name(f"{path.name}.pub").write_bytes(key.export_public_key("openssh"))
        except FileExistsError:
            return
        finally:
            temporary.unlink()
    except OSError as error:
        raise Failed(f"{code}_bad", path=str(path), reason=str(error)) from error
