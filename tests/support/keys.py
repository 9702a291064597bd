"""Keys for tests: the forum's, the same in a whole run, and what the real `ssh-keygen` makes and says."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bbs.forum.proof.seal import Seal
from tests.support.waiting import PATIENCE


@cache
def seal() -> Seal:
    """The forum's own key: no secret, and so the same fingerprint in every snapshot."""
    secret = Ed25519PrivateKey.from_private_bytes(b"a key for tests, never for real.")
    pem = secret.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return Seal(asyncssh.import_private_key(pem))


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key in a file, as a person has one."""

    path: Path

    @property
    def line(self) -> str:
        """Its public half."""
        return self.path.with_suffix(".pub").read_text().strip()

    def sign(self, text: str, namespace: str) -> str:
        """What `ssh-keygen -Y sign` makes of a text."""
        command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(self.path), "-n", namespace]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout


def make_pair(folder: Path, name: str = "id", kind: str = "ed25519", *more: str) -> KeyPair:
    """A new key without a passphrase."""
    path = folder / name
    command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "test", "-f", str(path), *more]
    subprocess.run(command, check=True, timeout=PATIENCE)
    return KeyPair(path)


def accepts(folder: Path, name: str, principal: str, namespace: str, *more: str) -> bool:
    """Whether stock `ssh-keygen -Y verify` accepts `name` and `name.sig` of an exported bundle."""
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", principal, "-n", namespace]
    command += ["-s", f"{name}.sig", *more]
    text = (folder / name).read_bytes()
    return (
        subprocess.run(command, input=text, cwd=folder, capture_output=True, timeout=PATIENCE, check=False).returncode
        == 0
    )
