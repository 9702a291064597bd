"""The options of the SSH server, each of them said."""

from __future__ import annotations

from typing import Final

import asyncssh
from asyncssh.connection import SSHServerConnectionOptions

from bbs.servers.algorithms import SIGNATURES, Profile
from bbs.servers.limits import Limits

VERSION: Final = "Mingtan"
"""What the server calls itself: no library, no number."""
WINDOW: Final = 64 * 1024
"""Bytes a client may send ahead on one channel."""
PACKET: Final = 32 * 1024
KEEPALIVE: Final = 30
"""Seconds of silence before the client is asked; the third silence in a row ends the connection (90 s)."""
KEEPALIVE_TRIES: Final = 2


def server_options(key: asyncssh.SSHKey, profile: Profile, limits: Limits) -> SSHServerConnectionOptions:
    """Every option that matters, said explicitly; no configuration file is read."""
    return SSHServerConnectionOptions(
        config=None,
        server_host_keys=[key],
        server_version=VERSION,
        kex_algs=profile.key_exchange,
        encryption_algs=profile.ciphers,
        mac_algs=profile.macs,
        compression_algs=None,
        signature_algs=SIGNATURES,
        host_based_auth=False,
        public_key_auth=True,
        kbdint_auth=True,
        password_auth=True,
        authorized_client_keys=None,
        gss_host=None,
        gss_kex=False,
        gss_auth=False,
        x11_forwarding=False,
        agent_forwarding=False,
        allow_scp=False,
        rdns_lookup=False,
        line_editor=False,
        encoding=None,
        login_timeout=limits.grace,
        keepalive_interval=KEEPALIVE,
        keepalive_count_max=KEEPALIVE_TRIES,
        window=WINDOW,
        max_pktsize=PACKET,
    )
