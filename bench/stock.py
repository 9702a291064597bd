"""The stock path: prompt_toolkit's own SSH server with a full-screen list, as its documentation shows it.

`-m bench.stock DIR`. Nothing is tuned and nothing is made worse: the contrib server, asyncssh's defaults, one
`Application` a session with a heading, 20 rows of Chinese titles and a line of keys.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

import asyncssh
from prompt_toolkit import Application
from prompt_toolkit.contrib.ssh import PromptToolkitSSHServer, PromptToolkitSSHSession
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout, Window

ROWS: Final = 20
TITLES: Final = tuple(
    f" + {1200 + number:>5} {number:>4} 11-22 {name:<10} {title}"
    for number, (name, title) in enumerate(
        [
            ("plum", "食堂早餐能否早半小时"),
            ("reed", "宿舍三号楼电梯又停了"),
            ("stone", "阅览室开放时间调整的建议"),
            ("willow", "班车六号线增加一站"),
        ]
        * 75
    )
)


class List:
    """A list with a selected row."""

    def __init__(self) -> None:
        self._at = 0

    def move(self, by: int) -> None:
        """Move the selection."""
        self._at = max(0, min(len(TITLES) - 1, self._at + by))

    def rows(self) -> StyleAndTextTuples:
        """The rows around the selection."""
        top = self._at - self._at % ROWS
        return [
            ("reverse" if number == self._at else "", f"{title}\n")
            for number, title in enumerate(TITLES[top : top + ROWS], top)
        ]


def application() -> Application[None]:
    """One session's application."""
    shown = List()
    keys = KeyBindings()

    @keys.add("j")
    @keys.add("down")
    def _down(event: KeyPressEvent) -> None:
        shown.move(1)

    @keys.add("k")
    @keys.add("up")
    def _up(event: KeyPressEvent) -> None:
        shown.move(-1)

    @keys.add("q")
    def _quit(event: KeyPressEvent) -> None:
        event.app.exit()

    layout = Layout(
        HSplit(
            [
                Window(FormattedTextControl(" 明坛 Mingtan   /b/services   reed"), height=1, style="reverse"),
                Window(FormattedTextControl(shown.rows), height=ROWS),
                Window(),
                Window(FormattedTextControl(" Enter read  ^P post  q back"), height=1, style="reverse"),
            ]
        )
    )
    return Application(layout, key_bindings=keys, full_screen=True)


class StockServer(PromptToolkitSSHServer):
    """The contrib server with key login in place of none, so that a connect does the same work on each server."""

    def begin_auth(self, username: str) -> bool:
        """Everybody logs in."""
        return True

    def public_key_auth_supported(self) -> bool:
        """Keys only."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Any."""
        return True


async def _interact(session: PromptToolkitSSHSession) -> None:
    await application().run_async()


async def main(scratch: Path) -> None:
    """Serve until ended."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.create_server(
        lambda: StockServer(_interact), "127.0.0.1", 0, server_host_keys=[key], backlog=1024
    )
    sys.stdout.write(f"ready ssh=127.0.0.1:{server.get_port()} telnet=off\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
