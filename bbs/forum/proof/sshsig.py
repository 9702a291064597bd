"""Detached signatures in the format of `ssh-keygen -Y sign` (OpenSSH, PROTOCOL.sshsig): making and checking them.

What is refused here stock `ssh-keygen -Y verify` refuses too: another namespace, RSA with SHA-1, text that differs by
one byte.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bbs.errors import Invalid
from bbs.forum.accounts.keys import parse_wire, wire_algorithm

if TYPE_CHECKING:
    from asyncssh import SSHKey

POSTS: Final = "post@mingtan"
"""Namespace of what is signed about posts: by the forum, and by officers themselves."""
HEADS: Final = "register@mingtan"
"""Namespace of the register's heads."""

BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
END: Final = "-----END SSH SIGNATURE-----"
ARMOR_LIMIT: Final = 8 * 1024
"""Characters of an armored signature; one by an RSA key of 16,384 bits takes under 6,000."""

KEYS_KNOWN: Final = 256
"""Public keys kept ready."""

_MAGIC: Final = b"SSHSIG"
_HASHES: Final = {b"sha512": hashlib.sha512, b"sha256": hashlib.sha256}
_RSA: Final = frozenset({b"rsa-sha2-256", b"rsa-sha2-512"})


@dataclass(frozen=True, slots=True)
class Armored:
    """A signature taken apart; `public` is the key that is said to have made it, in SSH wire form."""

    public: bytes
    namespace: str
    hash: bytes
    signature: bytes


def sign(key: SSHKey, text: str, namespace: str) -> str:
    """An armored signature over the UTF-8 of a text."""
    from asyncssh import create_sshsig

    return create_sshsig(key, text.encode(), namespace=namespace).decode("ascii")


def check(text: str, armored: str, namespace: str) -> bytes:
    """The public key, SSH wire form, whose signature over the text this is; whose key that is the caller has to know.

    Raises Invalid: `signature.bad` (not one), `signature.namespace`, `signature.weak` (SHA-1, short or unknown kinds of
    keys), `signature.wrong` (over another text).
    """
    found = parse(armored)
    if found.namespace != namespace:
        raise Invalid("signature.namespace", wanted=namespace)
    if not verifies(found, text):
        raise Invalid("signature.wrong")
    return found.public


def parse(armored: str) -> Armored:
    """Take a signature apart; raises Invalid(`signature.bad`, `signature.weak`)."""
    reader = _Reader(_blob(armored))
    if reader.take(len(_MAGIC)) != _MAGIC or reader.take(4) != b"\x00\x00\x00\x01":
        raise Invalid("signature.bad")
    public, namespace, reserved, hash_name, signature = (reader.string() for _ in range(5))
    if reader.rest or reserved:
        raise Invalid("signature.bad")
    key_of(public)
    key_kind, made_by = wire_algorithm(public).encode(), _Reader(signature).string()
    strong = made_by in _RSA if key_kind == b"ssh-rsa" else made_by == key_kind
    if not strong or hash_name not in _HASHES:
        raise Invalid("signature.weak")
    return Armored(public, namespace.decode("utf-8", "replace"), hash_name, signature)


def verifies(found: Armored, text: str) -> bool:
    """Whether a signature is over this text."""
    digest = _HASHES[found.hash](text.encode()).digest()
    parts = (found.namespace.encode(), b"", found.hash, digest)
    data = _MAGIC + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    try:
        return key_of(found.public).verify(data, found.signature)
    except ValueError:  # a signature of no possible shape
        return False


@lru_cache(maxsize=KEYS_KNOWN)
def key_of(public: bytes) -> SSHKey:
    """The key in SSH wire form, read once; raises Invalid(`signature.weak`) for one that nothing should rest on."""
    from asyncssh.public_key import decode_ssh_public_key

    try:
        return decode_ssh_public_key(parse_wire(public).public)
    except Invalid as error:
        raise Invalid("signature.weak") from error


def public_line(public: bytes) -> str:
    """A key as a line of `allowed_signers` or `authorized_keys` has it: kind and base64."""
    return f"{wire_algorithm(public)} {base64.b64encode(public).decode()}"


class _Reader:
    """Reads length-prefixed strings; raises Invalid(`signature.bad`) at the end."""

    def __init__(self, data: bytes) -> None:
        self.rest = data

    def take(self, size: int) -> bytes:
        if size > len(self.rest):
            raise Invalid("signature.bad")
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(4), "big"))


def _blob(armored: str) -> bytes:
    text = armored.strip()
    if len(text) > ARMOR_LIMIT or not text.startswith(BEGIN) or not text.endswith(END):
        raise Invalid("signature.bad")
    try:
        return base64.b64decode("".join(text[len(BEGIN) : -len(END)].split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("signature.bad") from error
