"""`run_bbs.py admin`: the admin shell on the machine's own terminal."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.output import create_output

from bbs.app.first import prepare
from bbs.app.house import House, open_house
from bbs.app.local import Stdin
from bbs.app.settings import Settings
from bbs.commands.shell import Shell, Words
from bbs.errors import Conflict
from bbs.forum.actor import LOCAL
from bbs.servers.control_client import Terminal, call_running_server
from bbs.servers.doors import Errand
from bbs.text.catalogue import Catalogues, Translator

HISTORY = "admin_history"


class OwnTerminal:
    """The terminal this process was started in."""

    def __init__(self) -> None:
        self.input = create_input()
        self.output = create_output()

    @property
    def columns(self) -> int:
        return shutil.get_terminal_size().columns

    def write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


async def admin_shell(settings: Settings, words: Catalogues, tr: Translator) -> int:
    """Run the shell until the person leaves; lines run in the server when one holds the data directory."""
    try:
        house = await open_house(settings, words)
        served = False
        await prepare(house)
    except Conflict as error:
        if error.code != "data.in_use":
            raise
        # The server writes; this process only reads the names it completes.
        house = await open_house(settings, words, hold=False)
        served = True
    try:
        runner = _Served(settings, tr) if served else _Direct(house, tr)
        shell = Shell(
            OwnTerminal(),
            runner,
            Words(house.tree, house.forum, LOCAL),
            name=LOCAL.name,
            tr=tr,
            history=FileHistory(str(settings.data / HISTORY)),
        )
        await shell.run()
    finally:
        await house.close()
    return 0


class _Direct:
    """Runs lines in this process."""

    def __init__(self, house: House, tr: Translator) -> None:
        self._house = house
        self._tr = tr

    async def __call__(
        self,
        words: Sequence[str],
        *,
        columns: int,
        write: Callable[[str], Awaitable[None]],
        confirm: Callable[[str], Awaitable[bool]],
    ) -> int:
        errand = Errand(
            actor=LOCAL,
            command=list(words),
            stdin=Stdin(),
            out=write,
            err=write,
            columns=columns,
            colour=True,
            language=self._tr.lang,
            cwd=Path.cwd(),
            confirm=confirm,
        )
        return await self._house.run_errand(errand)


class _Served:
    """Runs lines in the running server, through its control socket."""

    def __init__(self, settings: Settings, tr: Translator) -> None:
        self._data = settings.data
        self._tr = tr

    async def __call__(
        self,
        words: Sequence[str],
        *,
        columns: int,
        write: Callable[[str], Awaitable[None]],
        confirm: Callable[[str], Awaitable[bool]],
    ) -> int:
        loop = asyncio.get_running_loop()

        def ask(question: str) -> bool:
            return asyncio.run_coroutine_threadsafe(_awaited(confirm(question)), loop).result()

        def call() -> int | None:
            return call_running_server(
                self._data,
                words,
                sys.stdin.buffer,
                terminal=Terminal(columns=columns, colour=True, language=self._tr.lang),
                confirm=ask,
            )

        code = await asyncio.to_thread(call)
        if code is None:
            await write(self._tr("shell.server_gone") + "\n")
            return 75
        return code


async def _awaited(answer: Awaitable[bool]) -> bool:
    return await answer
