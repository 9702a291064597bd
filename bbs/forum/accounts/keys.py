"""Public keys that open accounts: which may, and their fingerprints (RFC 4253, OpenSSH PROTOCOL.u2f)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from bbs.errors import Invalid
from bbs.text.clean import clean_line

LINE_LIMIT: Final = 16 * 1024
"""Characters of a pasted key line; an RSA key of 16,384 bits takes under 3,000."""

LABEL_LIMIT: Final = 64

PER_ACCOUNT: Final = 20
"""Keys of one account: a login looks at one, a person keeps track of no more."""

RSA_BITS: Final = 3072
"""Least bits of an RSA key (NIST SP 800-57: 128 bits of strength)."""

_ALGORITHMS: Final = frozenset(
    {
        "ssh-ed25519",
        "sk-ssh-ed25519@openssh.com",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "ssh-rsa",
    }
)
_NAMES: Final = "ed25519, sk-ed25519, ecdsa, rsa"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that may open an account; `public` is the SSH wire form."""

    public: bytes
    fingerprint: str
    comment: str


def fingerprint(public: bytes) -> str:
    """`SHA256:…` as ssh-keygen shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def parse_line(line: str) -> PublicKey:
    """Read a line of `id_….pub`; raises Invalid(`key.bad`, `key.private`, `key.weak`)."""
    if "PRIVATE KEY" in line[:LINE_LIMIT]:
        raise Invalid("key.private")
    line = line.strip()
    if len(line) > LINE_LIMIT or "\n" in line or "\r" in line:
        raise Invalid("key.bad")
    algorithm, _, rest = line.partition(" ")
    data, _, comment = rest.strip().partition(" ")
    if not data:
        raise Invalid("key.bad")
    try:
        public = base64.b64decode(data, validate=True)
    except ValueError as error:
        raise Invalid("key.bad") from error
    key = parse_wire(public)
    if wire_algorithm(public) != algorithm:
        raise Invalid("key.bad")
    return PublicKey(key.public, key.fingerprint, clean_line(comment, LABEL_LIMIT))


def parse_wire(public: bytes) -> PublicKey:
    """Check a key in SSH wire form; raises Invalid(`key.bad`, `key.weak`)."""
    # Slow to load, and most of what asks the forum never adds a key.
    from asyncssh.public_key import KeyImportError, decode_ssh_public_key

    if len(public) > LINE_LIMIT:
        raise Invalid("key.bad")
    if wire_algorithm(public) not in _ALGORITHMS:
        raise Invalid("key.weak", allowed=_NAMES, bits=RSA_BITS)
    try:
        key = decode_ssh_public_key(public)
    except (KeyImportError, ValueError, OverflowError) as error:
        raise Invalid("key.bad") from error
    # A second spelling of the same key would have a second fingerprint.
    if key.public_data != public:
        raise Invalid("key.bad")
    if key.get_algorithm() == "ssh-rsa" and getattr(key.pyca_key, "key_size", 0) < RSA_BITS:
        raise Invalid("key.weak", allowed=_NAMES, bits=RSA_BITS)
    return PublicKey(public, fingerprint(public), "")


def wire_algorithm(public: bytes) -> str:
    """The algorithm's name at the start of a key in wire form; "" when there is none."""
    size = int.from_bytes(public[:4], "big")
    if len(public) < 4 or not 0 < size <= min(64, len(public) - 4):
        return ""
    return public[4 : 4 + size].decode("ascii", "replace")
