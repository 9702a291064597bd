"""The SSH algorithms that are offered: a mixed profile for every current client, a strict one for post-quantum only.

By the verdicts of ssh-audit 3.9: neither has failures; the mixed one warns of key exchanges that are not post-quantum.
chacha20-poly1305 is left out because it costs twice the time of AES-GCM here, and the client's order would choose it.
diffie-hellman-group18 is left out because one handshake holds the loop for too long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """Algorithm names as asyncssh takes them."""

    name: str
    key_exchange: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]


_CIPHERS: Final = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
)
_MACS: Final = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com")

STRICT: Final = Profile("strict", ("mlkem768x25519-sha256",), _CIPHERS, _MACS)
"""ssh-audit says nothing against it; needs OpenSSH 9.9 or newer."""

MIXED: Final = Profile(
    "mixed",
    (
        *STRICT.key_exchange,
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "diffie-hellman-group16-sha512",
    ),
    _CIPHERS,
    _MACS,
)
"""No failures; for clients since about 2014."""

SIGNATURES: Final = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
"""How members' keys may sign: what is in use, without SHA-1 and DSA."""
