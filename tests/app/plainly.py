"""People in plain mode: who pipes a script in, and who sits there and types when it is their turn."""

from __future__ import annotations

import asyncio
import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bbs.app.doors import HouseDoors
from bbs.forum.actor import Actor
from bbs.terminal.memory import MemoryLink
from tests.app.conftest import Desk
from tests.support.snapshots import UPDATE
from tests.support.waiting import PATIENCE, soon, until

TRANSCRIPTS: Final = Path(__file__).parent / "transcripts"


def assert_transcript(name: str, heard: str) -> None:
    """Compare what was heard with `transcripts/NAME.txt`; with UPDATE_SNAPSHOTS=1 write it instead."""
    path = TRANSCRIPTS / f"{name}.txt"
    if os.environ.get(UPDATE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(heard, encoding="utf-8")
        return
    assert path.exists(), f"no transcript {path.name} yet; read it and run again with {UPDATE}=1:\n{heard}"
    kept = path.read_text(encoding="utf-8")
    if heard != kept:
        changes = "\n".join(difflib.unified_diff(kept.split("\n"), heard.split("\n"), "kept", "now", lineterm="", n=1))
        raise AssertionError(f"what is heard is not as in {path.name}:\n{changes}")


async def as_actor(desk: Desk, name: str, language: str) -> Actor:
    """Somebody who wants to be spoken to in a language."""
    actor = await desk.actor(name)
    if name != "guest":
        actor = await desk.house.forum.accounts.set_preferences(actor, {"language": language})
    return actor


async def transcript(
    desk: Desk, name: str, lines: Sequence[str | bytes], *, language: str = "en", terminal: bool = False
) -> str:
    """What a script gets that sends these lines at once and hangs up."""
    link = MemoryLink(term="dumb", colours=0)
    actor = await as_actor(desk, name, language)
    for line in lines:
        link.feed(line if isinstance(line, bytes) else line.encode() + b"\n")
    link.feed(b"\x04")
    async with asyncio.timeout(PATIENCE):
        await HouseDoors(desk.house).plain(link, actor, terminal=terminal, language=language)
    return bytes(link.output).decode()


class Sitting:
    """A person at a dumb terminal: `await say("next")` types a line when it is their turn and gives what came back."""

    def __init__(self, desk: Desk, name: str, *, language: str = "en", route: str | None = None) -> None:
        self._desk = desk
        self._name = name
        self._language = language
        self._route = route
        self.link = MemoryLink(term="dumb", colours=0)
        self.doors = HouseDoors(desk.house)
        self._heard = 0
        self._task: asyncio.Task[None] | None = None
        self.whole: list[str] = []

    async def __aenter__(self) -> Self:
        actor = await as_actor(self._desk, self._name, self._language)
        serve = self.doors.plain(self.link, actor, terminal=True, language=self._language, route=self._route)
        self._task = asyncio.create_task(serve)
        await self._turn()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.link.lose()
        if self._task is not None:
            await soon(self._task)

    async def say(self, *lines: str) -> str:
        """Type lines, each at one's turn; what was heard from the first on."""
        heard = [await self._typed(f"{line}\n".encode()) for line in lines]
        return "".join(heard)

    async def type(self, text: str) -> None:
        """Type without ending the line."""
        self.link.feed(text.encode())
        await asyncio.sleep(0)

    @property
    def so_far(self) -> str:
        """All that was heard until now."""
        return bytes(self.link.output).decode().replace("\r\n", "\n")

    async def heard(self, words: str) -> None:
        """Wait until something is heard."""
        await until(lambda: words in self.so_far)

    async def tidings(self) -> None:
        """Wait until what was written is known here."""
        hub = self._desk.house.forum.db.hub
        told = asyncio.Event()
        stop = hub.subscribe(("test.told",), lambda event: told.set())
        await self._desk.house.forum.db.write(lambda tx: tx.emit("test.told"))
        await told.wait()
        stop()

    async def _typed(self, data: bytes) -> str:
        self.link.feed(data)
        return await self._turn()

    async def _turn(self) -> str:
        await until(lambda: self.ended or any(one.idle for one in self.doors.people.plain))
        heard = bytes(self.link.output[self._heard :]).decode().replace("\r\n", "\n")
        self._heard = len(self.link.output)
        self.whole.append(heard)
        return heard

    @property
    def ended(self) -> bool:
        """Whether the visit is over."""
        return self._task is not None and self._task.done()
