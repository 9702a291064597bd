"""The admin shell: what Tab offers, and lines that run as the person's roles are now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bbs.app.doors import HouseDoors
from bbs.commands.shell import Words
from bbs.errors import Forbidden
from bbs.forum.actor import LOCAL, Grant, Role
from bbs.terminal.memory import MemoryLink
from tests.app.conftest import Desk
from tests.support.waiting import PATIENCE


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("boa", ["board", "boards"]),
        ("board ", ["apply", "list", "plan", "show"]),
        ("board show se", ["secretary", "services"]),
        ("threads li", ["life"]),
        ("user role re", ["reed"]),
        ("user role reed g", ["give"]),
        ("user role reed give mod", ["moderator"]),
        ("user invite --k", ["--kind"]),
        ("user invite --kind s", ["sysop"]),
        ("office appoint uni", ["union"]),
        ("news exp", ["express"]),
        ("thread 1 ", []),
        ("nonsense ", []),
    ],
)
async def test_tab_offers_what_may_follow(desk: Desk, line: str, offered: list[str]) -> None:
    words = Words(desk.house.tree, desk.house.forum, await desk.actor("chief"))
    await words.refresh()
    *before, last = line.split(" ")
    assert words.suggestions([word for word in before if word], last) == offered


async def test_tab_offers_nothing_that_one_may_not_do(desk: Desk) -> None:
    words = Words(desk.house.tree, desk.house.forum, await desk.actor("reed"))
    await words.refresh()
    assert words.suggestions([], "boa") == ["boards"]
    assert words.suggestions(["user", "show"], "") == []


class Typist:
    """Somebody in front of an admin shell on a link in memory."""

    def __init__(self) -> None:
        self.link = MemoryLink(on_write=self._wrote)
        self.shown = ""
        self._more = asyncio.Event()

    def _wrote(self, data: bytes) -> None:
        self.shown += data.decode()
        self._more.set()

    async def wait_for(self, text: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while text not in self.shown:
                self._more.clear()
                await self._more.wait()


async def in_the_shell(desk: Desk, name: str, act: Callable[[Typist], Awaitable[None]]) -> None:
    typist = Typist()
    actor = await desk.house.forum.accounts.set_preferences(await desk.actor(name), {"language": "en"})
    shell = asyncio.create_task(HouseDoors(desk.house).shell(typist.link, actor, language=None))
    try:
        await act(typist)
        async with asyncio.timeout(PATIENCE):
            await shell
    finally:
        shell.cancel()


async def test_lines_run_until_exit(desk: Desk) -> None:
    async def act(typist: Typist) -> None:
        await typist.wait_for("chief@mingtan")
        typist.link.feed(b"boar\t plan\r")
        await typist.wait_for("nothing to change")
        typist.link.feed(b"office dismiss secretary lin\r")
        await typist.wait_for("[y/N]")
        typist.link.feed(b"y\r")
        await typist.wait_for("no longer holds")
        typist.link.feed(b"exit\r")

    await in_the_shell(desk, "chief", act)


async def test_a_role_that_was_taken_is_gone_at_the_next_line(desk: Desk) -> None:
    await desk.house.forum.accounts.role(LOCAL, "plum", Grant(Role.SYSOP), on=True)

    async def act(typist: Typist) -> None:
        await typist.wait_for("plum@mingtan")
        await desk.house.forum.accounts.role(LOCAL, "plum", Grant(Role.SYSOP), on=False)
        typist.link.feed(b"user list\r")
        await typist.wait_for("account.list")
        typist.link.lose()

    await in_the_shell(desk, "plum", act)


async def test_members_have_no_admin_shell(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        await HouseDoors(desk.house).shell(MemoryLink(), await desk.actor("reed"), language=None)
