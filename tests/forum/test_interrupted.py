"""Posts whose place or author changed between writing and sending: refused in words, and the draft stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update

from bbs.errors import BbsError
from bbs.forum.actor import LOCAL
from bbs.forum.forum import Forum
from bbs.store.tables import board as board_table
from bbs.store.tables import thread as thread_table
from bbs.text.when import ManualClock
from tests.forum.conftest import People

Change = Callable[[Forum, People, int], Awaitable[object]]


async def lock(forum: Forum, people: People, number: int) -> None:
    await forum.threads.lock(people.keeper, number, True)


async def hide(forum: Forum, people: People, number: int) -> None:
    at = forum.clock.now()
    await forum.db.write(
        lambda tx: (
            tx.connection.execute(update(thread_table).where(thread_table.c.id == number).values(hidden_at=at)).rowcount
        )
    )


async def archive(forum: Forum, people: People, number: int) -> None:
    at = forum.clock.now()
    await forum.db.write(
        lambda tx: (
            tx.connection.execute(
                update(board_table).where(board_table.c.slug == "life").values(archived_at=at)
            ).rowcount
        )
    )


async def suspend(forum: Forum, people: People, number: int) -> None:
    await forum.accounts.suspend(LOCAL, "reed")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lock, "thread.locked"),
        (hide, "thread.not_found"),
        (archive, "board.archived"),
        (suspend, "account.suspended"),
    ],
)
async def test_a_reply_that_comes_too_late(
    forum: Forum, people: People, clock: ManualClock, change: Change, code: str
) -> None:
    board = await forum.boards.get(people.plum, "life")
    made = await forum.threads.start(people.plum, board, "Soup", "Is it hot?")
    await forum.drafts.save(people.reed, "/t/1/reply", id="d", title="", body="It is", caret=5)
    await change(forum, people, made.thread)
    with pytest.raises(BbsError) as caught:
        await forum.threads.reply(people.reed, made.thread, "It is", draft_id="d")
    assert caught.value.code == code
    assert (await forum.drafts.find(people.reed, "d")).body == "It is"
    if change is lock:  # the turn was not used up, and the same draft still works
        await forum.threads.lock(people.keeper, made.thread, False)
        assert (await forum.threads.reply(people.reed, made.thread, "It is", draft_id="d")).floor == 2
        assert await forum.drafts.latest(people.reed) is None


@pytest.mark.parametrize(("change", "code"), [(archive, "board.archived"), (suspend, "account.suspended")])
async def test_a_thread_that_comes_too_late(forum: Forum, people: People, change: Change, code: str) -> None:
    board = await forum.boards.get(people.reed, "life")
    await forum.drafts.save(people.reed, "/b/life/post", id="d", title="Soup", body="Is it", caret=5)
    await change(forum, people, 0)
    with pytest.raises(BbsError) as caught:
        await forum.threads.start(people.reed, board, "Soup", "Is it", draft_id="d")
    assert caught.value.code == code
    assert (await forum.drafts.find(people.reed, "d")).title == "Soup"
