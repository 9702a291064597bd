"""Moving threads: who may, what goes along, and that what somebody has read stays read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bbs.errors import BbsError, Conflict, Forbidden
from bbs.forum.actor import LOCAL, Actor, Grant, Role
from bbs.forum.boards.places import Board
from bbs.forum.forum import Event, Forum
from bbs.forum.posts.posts import Post, ReadState
from bbs.store.tables import thread as thread_table
from bbs.text.when import ManualClock
from tests.forum.conftest import People

BOARDS = Path(__file__).resolve().parents[2] / "boards.yaml"
SPOILED = "not about daily life"


@pytest.fixture
async def several(forum: Forum, clock: ManualClock) -> Forum:
    """A forum with all declared boards, and accounts that are no longer new."""
    await forum.community.apply(LOCAL, BOARDS)
    clock.advance(days=2)
    return forum


async def board(forum: Forum, people: People, slug: str) -> Board:
    return await forum.boards.get(people.sysop, slug)


async def talk(forum: Forum, people: People, clock: ManualClock, slug: str = "ink", floors: int = 3) -> Post:
    """A thread of plum's with some floors by keeper."""
    clock.advance(60)
    first = await forum.threads.start(
        people.plum, await board(forum, people, slug), f"T {clock.monotonic()}", f"x{clock.monotonic()}"
    )
    for number in range(2, floors + 1):
        clock.advance(60)
        await forum.threads.reply(people.keeper, first.thread, f"floor {number} {clock.monotonic()}")
    return first


async def state(forum: Forum, actor: Actor, number: int) -> tuple[ReadState, int]:
    _, found = await forum.threads.get(actor, number)
    return found.state, found.read_floor


async def test_it_goes_with_all_its_floors_and_is_told(several: Forum, people: People, clock: ManualClock) -> None:
    first = await talk(several, people, clock)
    await several.threads.pin(people.keeper, first.thread, True)
    heard: list[Event] = []
    several.listen(("thread.moved",), heard.append)
    youth = await board(several, people, "youth")
    before = {slug: (await board(several, people, slug)).threads for slug in ("ink", "youth")}
    assert (await several.moving.move(people.keeper, first.thread, youth, SPOILED)).slug == "ink"
    home, found = await several.threads.get(people.reed, first.thread)
    assert (home.slug, found.posts, found.pinned) == ("youth", 3, False)
    assert {slug: (await board(several, people, slug)).threads for slug in before} == {
        "ink": before["ink"] - 1,
        "youth": before["youth"] + 1,
    }
    for slug, count in (("ink", 0), ("youth", 3)):
        assert len((await several.search.find(people.reed, f"floor OR T board:{slug}")).items) == count
    assert heard[0].payload == {"board": "youth", "was": "ink", "thread": first.thread}
    (move,) = await several.moving.moves(people.reed, first.thread)
    assert (move.by, move.old, move.new, move.reason) == ("keeper", "ink", "youth", SPOILED)
    (notice,) = [one for one in (await several.inbox.list(people.plum)).items if one.kind == "moved"]
    assert notice.facts["reason"] == SPOILED
    entry = (await several.register.entries(people.reed))[-1]
    assert (entry.kind, entry.record["from"], entry.record["to"]) == ("thread.move", "ink", "youth")
    clock.advance(60)
    assert (await several.threads.reply(people.reed, first.thread, "here too")).floor == 4


async def test_who_may_and_where_to(several: Forum, people: People, clock: ManualClock) -> None:
    first = await talk(several, people, clock)
    life, youth, column = [await board(several, people, slug) for slug in ("life", "youth", "secretary")]
    ink_only = replace(people.reed, grants=frozenset({Grant(Role.MODERATOR, "ink")}))
    life_only = replace(people.reed, grants=frozenset({Grant(Role.MODERATOR, "life")}))
    for actor, to in ((people.reed, youth), (people.zhou, youth), (life_only, youth), (ink_only, column)):
        with pytest.raises(Forbidden):
            await several.moving.move(actor, first.thread, to, SPOILED)
    for to, reason, code in (
        (await board(several, people, "ink"), SPOILED, "move.same"),
        (youth, " \u200b", "hide.no_reason"),
        (youth, "x" * 3_000, "hide.long"),
        (life, SPOILED, "move.wider"),  # guests read there
    ):
        with pytest.raises(BbsError) as caught:
            await several.moving.move(people.keeper, first.thread, to, reason)
        assert caught.value.code == code
    with pytest.raises(BbsError, match=r"thread\.not_found"):
        await several.moving.move(people.keeper, 2**40, youth, SPOILED)
    await several.moving.move(ink_only, first.thread, youth, SPOILED)


async def test_a_thread_with_a_case_stays(several: Forum, people: People, clock: ManualClock) -> None:
    first = await talk(several, people, clock)
    number = first.thread
    await several.db.write(
        lambda tx: (
            tx.connection.execute(
                update(thread_table).where(thread_table.c.id == number).values(case_state="received")
            ).rowcount
        )
    )
    with pytest.raises(Conflict, match=r"move\.case"):
        await several.moving.move(people.keeper, number, await board(several, people, "youth"), SPOILED)


async def test_what_was_read_stays_read_and_what_was_not_stays_unread(
    several: Forum, people: People, clock: ManualClock
) -> None:
    youth, ink = await board(several, people, "youth"), await board(several, people, "ink")
    whole = await talk(several, people, clock)
    await several.reading.board_read(people.reed, ink)  # reed read all of `ink`, nothing of `youth`
    half = await talk(several, people, clock)
    await several.reading.read(people.reed, half.thread, 2)
    await several.reading.flush()
    new = await talk(several, people, clock)
    await talk(several, people, clock, "youth")
    await several.reading.board_read(people.sysop, youth)  # the sysop read all of `youth`, nothing of `ink`
    threads = (whole.thread, half.thread, new.thread)

    async def states() -> dict[tuple[int, str], tuple[ReadState, int]]:
        return {
            (number, actor.name): await state(several, actor, number)
            for number in threads
            for actor in (people.reed, people.sysop)
        }

    expected = await states()
    assert expected[whole.thread, "reed"] == (ReadState.READ, 3)
    assert expected[half.thread, "reed"] == (ReadState.UNREAD, 2)
    for number in threads:
        await several.moving.move(people.keeper, number, youth, SPOILED)
    assert await states() == expected
    assert await several.reading.again(people.sysop.account_id or 0) >= {whole.thread, new.thread}


async def test_replying_where_it_was_says_where_it_is(several: Forum, people: People, clock: ManualClock) -> None:
    first = await talk(several, people, clock)
    await several.moving.move(people.keeper, first.thread, await board(several, people, "youth"), SPOILED)
    clock.advance(60)
    with pytest.raises(Conflict) as caught:
        await several.threads.reply(people.reed, first.thread, "for ink", board="ink")
    assert (caught.value.code, caught.value.params["board"]) == ("thread.moved", "youth")
    assert (await several.threads.reply(people.reed, first.thread, "for youth", board="youth")).floor == 4
