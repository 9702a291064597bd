"""Two servers on one PostgreSQL: what is posted in one is heard and read in the other."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bbs.app.first import prepare
from bbs.app.house import open_house
from bbs.app.settings import load_settings
from bbs.forum.actor import LOCAL, AccountKind
from bbs.forum.forum import Event
from tests.app.conftest import WORDS
from tests.support.waiting import PATIENCE


async def test_what_one_house_writes_the_other_hears(postgres_url: str, tmp_path: Path) -> None:
    one = await open_house(load_settings({"data": tmp_path / "one", "database_url": postgres_url}), WORDS)
    two = await open_house(load_settings({"data": tmp_path / "two", "database_url": postgres_url}), WORDS)
    try:
        await two.forum.db.follow()
        heard: asyncio.Queue[Event] = asyncio.Queue()
        two.forum.listen(("thread.new", "community.changed"), heard.put_nowait)
        await prepare(one)
        async with asyncio.timeout(PATIENCE):
            assert (await heard.get()).kind == "community.changed"
            await two.forum.community.settled()
        assert two.forum.community.site.en == "Mingtan"
        await one.forum.accounts.create(LOCAL, "reed", AccountKind.MEMBER)
        reed = await one.forum.accounts.as_actor(LOCAL, "reed")
        board = await one.forum.boards.get(reed, "life")
        post = await one.forum.threads.start(reed, board, "Hello", "from one house")
        async with asyncio.timeout(PATIENCE):
            event = await heard.get()
        assert event.payload["thread"] == post.thread
        plum = await two.forum.accounts.as_actor(LOCAL, "reed")
        assert [found.body for found in await two.forum.threads.posts(plum, post.thread)] == ["from one house"]
    finally:
        await one.close()
        await two.close()
