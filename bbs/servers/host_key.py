"""The host key of the SSH door."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import asyncssh

from bbs.forum.proof.keyfile import load_or_make

FILE: Final = "ssh_host_ed25519_key"


def load_host_key(directory: Path) -> asyncssh.SSHKey:
    """The Ed25519 host key in `directory`, made at the first start.

    Raises Failed: `server.host_key_mode` when others may read it, `server.host_key_bad` when it cannot be read."""
    return load_or_make(directory / FILE, code="server.host_key")
