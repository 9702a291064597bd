"""Counts that are kept are those that counting anew would give, whatever happened in between."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from sqlalchemy import insert

from bbs.errors import TryLater
from bbs.forum.actor import Actor
from bbs.forum.forum import Forum
from bbs.forum.reading.attention import Attention, Level
from bbs.forum.reading.counts import Counts, Unread
from bbs.forum.reading.reading import MOVED, Reading
from bbs.store.database import Tx
from bbs.store.tables import board
from bbs.text.when import ManualClock
from tests.forum.conftest import People


def _more_boards(tx: Tx) -> None:
    for place, slug in enumerate(("ink", "youth"), 1):
        row = {"slug": slug, "section": "after", "zh": slug, "en": slug, "nature": "discussion"}
        tx.connection.execute(insert(board).values(**row, read="public", post="members", position=place))
    tx.emit("community.changed")


async def kept(forum: Forum, actor: Actor) -> Unread:
    """What is given without asking the store, where it is; else what a unit counts. Then both say the same."""
    ready = await forum.boards._counts.ready(actor)
    counted = await forum.db.read(await forum.boards.counting(actor))
    assert ready in (None, counted)
    assert await forum.boards._counts.ready(actor) == counted
    return counted


async def anew(forum: Forum, actor: Actor) -> Unread:
    await forum.reading.flush()
    counts = Counts(forum.db, Reading(forum.db), Attention(forum.db, forum.clock))
    return await forum.db.read(await counts.counting(actor))


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_kept_is_what_counting_anew_gives(
    forum: Forum, people: People, clock: ManualClock, seed: int
) -> None:
    await forum.db.write(_more_boards)
    dice = Random(seed)
    reader, threads = people.reed, list[int]()
    boards = [await forum.boards.get(reader, slug) for slug in ("life", "ink", "youth")]

    async def act() -> None:
        clock.advance(hours=1)
        number = dice.choice(threads) if threads else 0
        match dice.randrange(9) if threads else 0:
            case 0 | 1:
                place = dice.choice(boards)
                threads.append((await forum.threads.start(people.lin, place, f"T{len(threads)}", "x")).thread)
            case 2:
                await forum.threads.reply(people.zhou, number, f"again {clock.now()}")
            case 3:
                _, found = await forum.threads.get(reader, number)
                await forum.reading.read(reader, number, dice.randint(1, found.last_floor))
            case 4:
                await forum.reading.unread(reader, number)
            case 5:
                await forum.reading.board_read(reader, dice.choice(boards))
            case 6:
                await forum.reading.board_undo(reader, dice.choice(boards))
            case 7:
                _, found = await forum.threads.get(reader, number)
                await forum.attention.thread(reader, found, dice.choice([Level.MUTE, None]))
            case _:
                before = await forum.reading.remember(reader, number)
                await forum.reading.read(reader, number, 1)
                await forum.reading.restore(reader, number, before)

    for _ in range(40):
        with suppress(TryLater):
            await act()
        assert await kept(forum, reader) == await anew(forum, reader)
    assert any(unread for unread, _ in (await kept(forum, people.plum)).values())


async def test_marks_of_another_process_are_heard(forum: Forum, people: People, clock: ManualClock) -> None:
    life = await forum.boards.get(people.reed, "life")
    made = await forum.threads.start(people.lin, life, "Soup", "Hot.")
    assert (await kept(forum, people.reed))[life.id] == (1, 0)
    elsewhere = Reading(forum.db)
    await elsewhere.read(people.reed, made.thread, 1)
    await elsewhere.flush()
    if forum.db.dialect == "sqlite":
        await forum.db.write(lambda tx: tx.emit(MOVED, account=people.reed.account_id, by="another"))
    assert (await kept(forum, people.reed))[life.id] == (0, 0)
