"""A command on the machine itself: through the running server if there is one, else straight on the store."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from bbs.app.first import prepare
from bbs.app.house import open_house
from bbs.app.settings import Settings
from bbs.forum.actor import LOCAL
from bbs.servers.control_client import Terminal, call_running_server
from bbs.servers.doors import Errand, Write
from bbs.text.catalogue import Catalogues, Translator


class Stdin:
    """Standard input of this process, read beside the event loop."""

    async def read(self, limit: int) -> bytes:
        """At most `limit` bytes; b"" at the end."""
        return await asyncio.to_thread(os.read, sys.stdin.fileno(), limit)


def run_local(settings: Settings, words: Catalogues, command: Sequence[str], tr: Translator) -> int:
    """Run one command of the tree; returns its exit code. Raises BbsError when the store cannot be opened."""
    asks = sys.stdin.isatty() and sys.stderr.isatty()

    def confirm(question: str) -> bool:
        sys.stderr.write(f"{question} {tr('shell.yes_no')} ")
        sys.stderr.flush()
        return agrees(sys.stdin.readline())

    code = call_running_server(
        settings.data,
        command,
        sys.stdin.buffer,
        terminal=_terminal(tr),
        confirm=confirm if asks else None,
    )
    if code is not None:
        return code

    async def ask(question: str) -> bool:
        return await asyncio.to_thread(confirm, question)

    async def directly() -> int:
        house = await open_house(settings, words)
        try:
            await prepare(house)
            return await house.run_errand(
                Errand(
                    actor=LOCAL,
                    command=list(command),
                    stdin=Stdin(),
                    out=_writer(sys.stdout),
                    err=_writer(sys.stderr),
                    columns=_terminal(tr).columns,
                    colour=_terminal(tr).colour,
                    language=tr.lang,
                    cwd=Path.cwd(),
                    confirm=ask if asks else None,
                )
            )
        finally:
            await house.close()

    return asyncio.run(directly())


def agrees(answer: str) -> bool:
    """Whether the answer to a question was yes, in either language."""
    return answer.strip().casefold() in {"y", "yes", "是"}


def _terminal(tr: Translator) -> Terminal:
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 100
    return Terminal(columns=columns, colour=sys.stdout.isatty(), language=tr.lang)


def _writer(file: TextIO) -> Write:
    async def write(text: str) -> None:
        file.write(text)
        file.flush()

    return write
