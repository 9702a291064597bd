"""The floor: asyncssh alone, answering each key with as many bytes as a move in a list takes. `-m bench.floor DIR`"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

import asyncssh

ANSWER: Final = ("\x1b[5;1H 1203 37 11-22 plum 食堂早餐能否早半小时\x1b[K" * 2).encode()
FIRST: Final = b"\x1b[?1049h" + b"\r\n".join([ANSWER[:80]] * 24)


class FloorSession(asyncssh.SSHServerSession[bytes]):
    """Echoes a fixed answer."""

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Keep the channel."""
        self._channel = chan

    def shell_requested(self) -> bool:
        """Always."""
        return True

    def session_started(self) -> None:
        """The first screen."""
        self._channel.write(FIRST)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """One answer for whatever was typed."""
        self._channel.write(ANSWER)


class FloorServer(asyncssh.SSHServer):
    """Lets any key in, after its signature was checked."""

    def public_key_auth_supported(self) -> bool:
        """Keys only."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Any."""
        return True

    def session_requested(self) -> FloorSession:
        """One more."""
        return FloorSession()


async def main(scratch: Path) -> None:
    """Serve until ended."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.create_server(
        FloorServer,
        "127.0.0.1",
        0,
        server_host_keys=[key],
        line_editor=False,
        encoding=None,
        backlog=1024,
    )
    sys.stdout.write(f"ready ssh=127.0.0.1:{server.get_port()} telnet=off\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
