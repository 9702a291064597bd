"""Two servers on one PostgreSQL, a person at each: what one does is on the other's screen, and nothing there moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bbs.app.first import prepare
from bbs.app.house import House, open_house
from bbs.app.settings import load_settings
from bbs.forum.actor import LOCAL, AccountKind
from tests.app.conftest import WORDS
from tests.screens.conftest import VisitDriver
from tests.support.waiting import PATIENCE, until


@asynccontextmanager
async def two_houses(url: str, at: Path) -> AsyncIterator[tuple[House, House]]:
    """Two houses that hear each other through the store only."""
    one = await open_house(load_settings({"data": at / "one", "database_url": url}), WORDS)
    two = await open_house(load_settings({"data": at / "two", "database_url": url}), WORDS)
    try:
        await two.forum.db.follow()
        heard = asyncio.Event()
        two.forum.listen(("community.changed",), lambda event: heard.set())
        await prepare(one)
        async with asyncio.timeout(PATIENCE):
            await heard.wait()
            await two.forum.community.settled()
        yield one, two
    finally:
        await one.close()
        await two.close()


async def test_a_reply_a_mention_and_mail_appear_in_the_other_process(postgres_url: str, tmp_path: Path) -> None:
    async with two_houses(postgres_url, tmp_path) as (one, two):
        for name in ("reed", "plum", "keeper", "stone"):
            await one.forum.accounts.create(LOCAL, name, AccountKind.MEMBER)
        reed = await two.forum.accounts.as_actor(LOCAL, "reed")
        plum = await one.forum.accounts.as_actor(LOCAL, "plum")
        keeper = await one.forum.accounts.as_actor(LOCAL, "keeper")
        stone = await one.forum.accounts.as_actor(LOCAL, "stone")
        board = await one.forum.boards.get(plum, "life")
        made = await one.forum.threads.start(plum, board, "Bicycle", "Who wants it?")
        async with VisitDriver(two.forum, reed, route=f"/t/{made.thread}") as person:
            await person.until("Who wants it?")
            rows, cursor = person.terminal.rows(), person.cursor
            await one.forum.mail.send(plum, "reed", "Sunday", "At nine?")
            await person.until("1 for you")
            await one.forum.threads.start(keeper, board, "Keys", "Whose are they, @reed?")
            await person.until("2 for you")
            await one.forum.threads.reply(stone, made.thread, "I do.")
            await until(lambda: "1 new floor below" in person.text() or "#2 stone" in person.text())
            assert person.cursor == cursor
            assert person.terminal.rows()[1:4] == rows[1:4], "what is read stays where it is"
