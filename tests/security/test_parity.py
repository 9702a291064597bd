"""A stranger cannot tell which names there are: one transcript for members, officers, sysops, and nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import asyncssh
import pytest

from bbs.app.doors import build_doors
from bbs.servers.house import Servers, ServerSettings
from bbs.servers.limits import Limits
from tests.security.conftest import PASSWORD, Place
from tests.support.waiting import PATIENCE

NAMES: Final = ("reed", "lin", "sysop", "nobody", "周明", "a" * 40)
METHODS: Final = ("publickey", "password", "keyboard-interactive")


@pytest.fixture
async def port(harmless: Place) -> AsyncIterator[int]:
    """The real rules behind the real server; officers and sysops by key only, as outside the demo."""
    harmless.house.forum.policy.demo = False
    settings = ServerSettings(
        datadir=harmless.house.settings.data,
        ssh_port=0,
        telnet_port=None,
        control=False,
        watchdog=False,
        countdown=(),
        limits=Limits(),
    )
    servers = Servers(settings, build_doors(harmless.house))
    yield (await servers.start()).ssh[1]
    await servers.stop()


class Transcript(asyncssh.SSHClient):
    """Everything a client is told on the way to a login that fails, in order."""

    def __init__(self) -> None:
        self.lines: list[object] = []
        self._answered = 0

    def auth_banner_received(self, msg: str, lang: str) -> None:
        self.lines.append(("banner", msg, lang))

    def public_key_auth_requested(self) -> None:
        self.lines.append("publickey")

    def password_auth_requested(self) -> str | None:
        self.lines.append("password")
        self._answered += 1
        return "wrong" if self._answered < 3 else None

    def kbdint_auth_requested(self) -> str:
        self.lines.append("keyboard-interactive")
        return ""

    def kbdint_challenge_received(self, name: str, instructions: str, lang: str, prompts: Any) -> list[str]:
        self.lines.append((name, instructions, lang, list(prompts)))
        return ["wrong"]


@pytest.mark.parametrize("method", METHODS)
async def test_known_and_unknown_names_are_answered_alike(harmless: Place, port: int, method: str) -> None:
    told = []
    for name in NAMES:
        client = Transcript()
        with pytest.raises((asyncssh.PermissionDenied, asyncssh.DisconnectError)) as refused:
            await asyncssh.connect(
                "127.0.0.1",
                port,
                username=name,
                client_factory=lambda client=client: client,
                known_hosts=None,
                config=None,
                agent_path=None,
                client_keys=[asyncssh.generate_private_key("ssh-ed25519")] if method == "publickey" else None,
                preferred_auth=method,
            )
        told.append((client.lines, refused.type, refused.value.reason.replace(name, "NAME")))
    assert all(one == told[0] for one in told[1:]), told
    assert told[0][0], "the method was offered"


async def test_an_officers_right_password_is_a_wrong_one(harmless: Place, port: int) -> None:
    told = []
    for name, password in (("lin", PASSWORD), ("sysop", PASSWORD), ("lin", "wrong"), ("nobody", PASSWORD)):
        with pytest.raises((asyncssh.PermissionDenied, asyncssh.DisconnectError)) as refused:
            await asyncssh.connect(
                "127.0.0.1", port, username=name, password=password, known_hosts=None, config=None, client_keys=None
            )
        told.append((refused.type, refused.value.reason.replace(name, "NAME")))
    assert len(set(told)) == 1
    async with asyncssh.connect(
        "127.0.0.1", port, username="reed", password=PASSWORD, known_hosts=None, config=None, client_keys=None
    ) as conn:
        done = await conn.run("whoami", timeout=PATIENCE)
    assert done.exit_status == 0


async def test_a_key_that_opens_another_account_is_a_stranger_here(harmless: Place, port: int) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    reed = await harmless.actor("reed")
    await harmless.house.forum.accounts.add_key(reed, key.export_public_key().decode())
    for name in ("plum", "lin", "nobody"):
        with pytest.raises(asyncssh.PermissionDenied):
            await asyncssh.connect(
                "127.0.0.1", port, username=name, client_keys=[key], known_hosts=None, config=None, agent_path=None
            )
    async with asyncssh.connect(
        "127.0.0.1", port, username="reed", client_keys=[key], known_hosts=None, config=None, agent_path=None
    ) as conn:
        done = await conn.run("whoami --json", timeout=PATIENCE)
    assert '"name": "reed"' in str(done.stdout)
    assert key.get_fingerprint() not in str(done.stdout)
