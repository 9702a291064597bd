"""Splitting and merging threads: what goes along, what stays, the way back, and every refusal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from bbs.errors import BbsError, Conflict, Invalid
from bbs.forum.actor import Actor, Grant, Role
from bbs.forum.cases.table import CaseState
from bbs.forum.forum import Event, Forum
from bbs.forum.posts.posts import Post, ReadState, Stance
from bbs.forum.reading.attention import Level
from bbs.forum.writing.splitting import floors_in
from bbs.store.tables import board as board_table
from bbs.store.tables import thread as thread_table
from bbs.text.when import ManualClock
from tests.forum.casework import Office, open_office
from tests.forum.conftest import People

WHY = "It is another matter."


@pytest.fixture
async def office(forum: Forum, people: People, clock: ManualClock) -> Office:
    """The office and its tracked board; `life` is no tracked one."""
    return await open_office(forum, people, clock)


async def talk(office: Office, title: str = "Soup", *, slug: str = "life", floors: int = 4) -> int:
    """A thread of reed's: `TITLE 1` and so on, by reed and plum in turn, each answering the one before."""
    home = await office.forum.boards.get(office.poster, slug)
    office.clock.advance(minutes=6)
    first = await office.forum.threads.start(office.poster, home, title, f"{title} 1")
    for floor in range(2, floors + 1):
        office.clock.advance(minutes=6)
        who = office.stranger if floor % 2 == 0 else office.poster
        await office.forum.threads.reply(who, first.thread, f"{title} {floor}", reply_to=floor - 1)
    return first.thread


async def floors(office: Office, number: int, who: Actor | None = None) -> list[Post]:
    return await office.forum.threads.posts(who or office.poster, number, limit=50)


async def shown(office: Office, number: int) -> list[tuple[int, str, str, int | None]]:
    """Floor, author, text or where it went, and what it answers."""
    return [(one.floor, one.author, one.body or one.moved_to, one.reply_to) for one in await floors(office, number)]


async def found(office: Office, words: str) -> list[str]:
    hits = (await office.forum.search.find(office.stranger, words)).items
    return [hit.route for hit in hits]


async def state(office: Office, who: Actor, number: int) -> ReadState:
    return (await office.forum.threads.get(who, number))[1].state


async def refused(act: Any, code: str) -> None:
    with pytest.raises(BbsError) as caught:
        await act
    assert caught.value.code == code


async def test_floors_begin_a_thread_and_come_back(office: Office) -> None:
    """Numbers stay, what hangs on a post goes along, and the way back is the way there."""
    forum, keeper = office.forum, office.keeper
    number = await talk(office)
    posts = await floors(office, number)
    await forum.pushes.push(office.poster, posts[1].id, Stance.AGREE, "Indeed.")
    await forum.threads.edit(office.stranger, posts[1].id, "Soup 2, hot")
    await forum.own.helpful(office.poster, number, 4)
    for who in (office.stranger, office.sysop):  # plum read all of it, the sysop two floors, lin nothing
        await forum.reading.read(who, number, 4 if who is office.stranger else 2)
    await forum.reading.flush()
    heard: list[Event] = []
    forum.listen(("thread.new", "thread.changed"), heard.append)
    home = await forum.boards.get(keeper, "life")

    made = await forum.splitting.split(keeper, number, [2, 4], "Another kitchen", WHY)
    assert await shown(office, made) == [(1, "plum", "Soup 2, hot", None), (2, "plum", "Soup 4", None)]
    left = [(1, "reed", "Soup 1", None), (2, "plum", f"/t/{made}#1", 1), (3, "reed", "Soup 3", 2)]
    assert await shown(office, number) == [*left, (4, "plum", f"/t/{made}#2", 3)]
    assert [one.body for one in await floors(office, number, keeper)] == ["Soup 1", "", "Soup 3", ""]
    first, second = await floors(office, made)
    assert (first.moved_from, first.agrees, [push.words for push in first.pushes]) == (f"/t/{number}#2", 1, ["Indeed."])
    assert (first.created_at, first.revision) == (posts[1].created_at, 2)
    assert len(await forum.history.revisions(office.stranger, first.id)) == 2
    thread = (await forum.threads.get(office.poster, made))[1]
    assert (thread.author, thread.title, thread.votes, thread.posts, thread.case) == (
        "plum",
        "Another kitchen",
        1,
        2,
        None,
    )
    assert (await forum.threads.get(office.poster, number))[1].helpful_floor is None
    taken = (await forum.belongings.posts(office.stranger)).items
    assert sorted(one.body for one in taken) == ["Soup 2, hot", "Soup 4"], "what went stands there once"
    assert (await forum.boards.get(keeper, "life")).threads == home.threads + 1
    assert [await state(office, who, made) for who in (office.stranger, office.sysop, office.lin)] == [
        ReadState.READ,
        ReadState.UNREAD,
        ReadState.UNREAD,
    ]
    for asked in ("hot", "hot author:plum board:life"):
        assert await found(office, asked) == [first.route]
    assert {(event.kind, event.payload["thread"]) for event in heard} == {
        ("thread.changed", number),
        ("thread.new", made),
    }
    (notice,) = [one for one in (await forum.inbox.list(office.stranger)).items if one.kind == "split"]
    assert (notice.route, notice.facts["floor"], notice.facts["reason"]) == (first.route, 2, WHY)
    entry = (await forum.register.entries(office.poster, limit=500))[-1]
    assert (entry.kind, entry.record["into"], entry.record["floors"]) == ("thread.split", made, [2, 4])
    for act in (forum.moderation.hide(keeper, posts[1].id, WHY), forum.moderation.restore(keeper, posts[1].id)):
        await refused(act, "post.is_moved")
    office.clock.advance(minutes=6)
    await refused(forum.threads.edit(office.stranger, posts[1].id, "No."), "post.is_moved")
    await refused(forum.pushes.push(office.poster, posts[3].id, Stance.NOTE, "No."), "post.is_moved")
    await forum.threads.edit(office.stranger, first.id, "Soup 2, warm")
    await forum.moderation.hide(keeper, second.id, WHY)
    assert await forum.splitting.rejoin(keeper, number, made, WHY) == [2, 4]
    back = await floors(office, number)
    assert [one.body for one in back] == ["Soup 1", "Soup 2, warm", "Soup 3", ""]
    assert (back[1].revision, back[1].agrees, len(back[1].pushes), back[1].moved_to) == (3, 1, 1, "")
    assert (back[3].hidden, back[3].hidden_reason) == (True, WHY)
    assert [one.id for one in back] == [one.id for one in posts]
    assert await found(office, "warm author:plum board:life") == [back[1].route]
    assert len(await forum.history.revisions(office.stranger, posts[1].id)) == 3
    assert await found(office, "warm") == [f"/t/{number}#2"]
    assert await found(office, "hot") == []
    await refused(forum.threads.get(office.poster, made), "thread.not_found")
    assert (await forum.boards.get(keeper, "life")).threads == home.threads
    await refused(forum.splitting.rejoin(keeper, number, made, WHY), "thread.not_found")
    assert (await forum.register.verify(office.sysop)).ok


async def test_a_thread_goes_on_in_another_and_comes_back(office: Office) -> None:
    forum, keeper = office.forum, office.keeper
    number, into = await talk(office, "Tea", floors=3), await talk(office, "Soup", floors=2)
    official = await forum.threads.reply(office.lin, number, "Tea is on its way.", official=True)
    thread = (await forum.threads.get(office.lin, number))[1]
    await forum.attention.thread(office.sysop, thread, Level.FOLLOW)
    for who, read in ((office.sysop, (number, into)), (office.zhou, (into,))):
        for one in read:
            await forum.reading.read(who, one, 9)
    await forum.reading.flush()
    assert await forum.splitting.merge(keeper, number, into, WHY) == 3
    assert (await shown(office, into))[2:] == [
        (3, "reed", "Tea 1", None),
        (4, "plum", "Tea 2", 3),
        (5, "reed", "Tea 3", 4),
    ]
    assert (await shown(office, number))[0] == (1, "reed", f"/t/{into}#3", None)
    assert (await floors(office, number))[3].official is not None  # it stays where it was signed
    assert (await forum.proofs.verify(office.poster, official.id)).ok
    assert [await state(office, who, into) for who in (office.sysop, office.zhou)] == [ReadState.READ, ReadState.UNREAD]
    assert into in (await forum.attention.heed(office.sysop)).followed_threads
    office.clock.advance(minutes=6)
    await refused(forum.threads.reply(office.stranger, number, "Still here?"), "thread.locked")
    assert (await forum.threads.reply(office.stranger, into, "Here.", reply_to=5)).floor == 6
    copy = (await floors(office, into))[2]
    await forum.pushes.push(office.stranger, copy.id, Stance.AGREE)
    assert await forum.splitting.rejoin(keeper, number, into, WHY) == [1, 2, 3]
    assert (await forum.threads.get(office.poster, number))[1].votes == 1
    assert [one.body for one in await floors(office, number)][:3] == ["Tea 1", "Tea 2", "Tea 3"]
    assert [one.moved_to for one in await floors(office, into)] == [
        *("", ""),
        *(f"/t/{number}#{floor}" for floor in (1, 2, 3)),
        "",
    ]
    office.clock.advance(minutes=6)
    assert (await forum.threads.reply(office.stranger, number, "Open again.")).floor == 5
    await refused(forum.splitting.rejoin(keeper, number, into, WHY), "rejoin.none")


async def test_a_case_is_opened_by_a_split_and_goes_on_by_a_merge(office: Office) -> None:
    forum, cases = office.forum, office.forum.cases
    number = await talk(office, "Lift", slug="services", floors=3)
    made = await forum.splitting.split(office.keeper, number, [2], "Stairs", WHY)
    case = await cases.of_thread(office.poster, made)
    assert case is not None
    assert (case.poster, case.state, case.mine) == ("plum", CaseState.RECEIVED, False)
    thread = (await forum.threads.get(office.poster, made))[1]
    assert (thread.case, thread.case_due) == ("received", case.answer_by)
    assert [one.kind for one in (await forum.inbox.list(office.zhou)).items][:1] == ["desk.open"]
    await forum.splitting.rejoin(office.keeper, number, made, WHY)
    gone, kept = (await cases.get(office.zhou, case.id)).case, await cases.of_thread(office.poster, number)
    assert kept is not None
    assert (gone.state, gone.merged_into, kept.state) == (CaseState.MERGED, kept.id, CaseState.RECEIVED)
    # The answer of a case stays in its thread; what waits cannot be lost in a thread without a case.
    answered = await talk(office, "Doors", slug="services", floors=1)
    its = await cases.of_thread(office.poster, answered)
    assert its is not None
    await cases.answer(office.zhou, its.id, "They open.")
    assert await forum.splitting.merge(office.keeper, answered, number, WHY) == 1
    assert (await cases.get(office.poster, its.id)).case.state is CaseState.ANSWERED
    assert (await floors(office, answered))[1].body == "They open."
    by_office = await forum.threads.start(office.zhou, office.services, "Open at seven", "From Monday.")
    await refused(forum.splitting.merge(office.keeper, number, by_office.thread, WHY), "merge.case")
    await refused(forum.splitting.merge(office.keeper, by_office.thread, number, WHY), "merge.official")
    assert [step.act for step in (await cases.get(office.poster, kept.id)).steps] == ["open"]


async def test_every_refusal_and_nothing_is_written(office: Office) -> None:
    forum, keeper = office.forum, office.keeper
    number, other = await talk(office), await talk(office, "Tea")
    elsewhere = await talk(office, "Lift", slug="services")
    await forum.threads.reply(office.lin, number, "Words.", official=True)
    await forum.moderation.hide(keeper, (await floors(office, number))[2].id, WHY)
    split, merge, rejoin = forum.splitting.split, forum.splitting.merge, forum.splitting.rejoin
    only_services = replace(office.poster, grants=frozenset({Grant(Role.MODERATOR, "services")}))
    before = len(await forum.register.entries(office.sysop, limit=500))

    async def put(values: Any, *, board: bool = False) -> None:
        table, name = (board_table, "slug") if board else (thread_table, "id")
        where = table.c[name] == ("life" if board else number)
        await forum.db.write(lambda tx: tx.connection.execute(update(table).where(where).values(**values)).rowcount)

    for who in (office.poster, office.lin, only_services, office.guest):
        for act in (split(who, number, [2], "T", WHY), merge(who, number, other, WHY), rejoin(who, number, other, WHY)):
            await refused(act, "access.denied")
    for chosen, code in (
        ([], "split.floor"),
        ([2, 9], "split.floor"),
        ([1, 2], "split.first"),
        ([2, 3], "carry.gone"),
        ([4, 5], "carry.official"),
    ):
        await refused(split(keeper, number, chosen, "T", WHY), code)
    for title, why, code in (
        ("", WHY, "title.empty"),
        ("[OFFICIAL]", WHY, "title.imitates"),
        ("T", " ", "hide.no_reason"),
    ):
        await refused(split(keeper, number, [2], title, why), code)
    await refused(split(keeper, 2**40, [2], "T", WHY), "thread.not_found")
    await refused(merge(keeper, number, number, WHY), "merge.same")
    await refused(merge(keeper, number, elsewhere, WHY), "merge.board")
    await refused(merge(keeper, number, 999, WHY), "thread.not_found")
    await refused(rejoin(keeper, number, other, WHY), "rejoin.none")
    now = office.clock.now()
    for values, board, code in (
        ({"locked": True}, False, "thread.locked"),
        ({"hidden_at": now}, False, "thread.not_found"),
        ({"archived_at": now}, True, "board.archived"),
    ):
        await put(values, board=board)
        await refused(split(keeper, number, [2], "T", WHY), code)
        await refused(merge(keeper, number, other, WHY), code)
        await refused(merge(keeper, other, number, WHY), code)
        await put({name: False if name == "locked" else None for name in values}, board=board)
    assert len(await forum.register.entries(office.sysop, limit=500)) == before
    # What was split and split again comes back in the order it went.
    once = await split(keeper, number, [2, 4], "Once", WHY)
    twice = await split(keeper, once, [2], "Twice", WHY)
    await refused(rejoin(keeper, number, once, WHY), "rejoin.on")
    await rejoin(keeper, once, twice, WHY)
    assert [one.moved_from for one in await floors(office, once)] == [f"/t/{number}#2", f"/t/{number}#4"]
    await rejoin(keeper, number, once, WHY)
    # Two at once: one of them finds that it has gone.
    done = await asyncio.gather(*(split(keeper, other, [2], "At once", WHY) for _ in range(2)), return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, Exception)] == [Conflict]


def test_floors_as_people_write_them() -> None:
    assert floors_in(" 7, 3-5 4") == [3, 4, 5, 7]
    for text in ("", "x", "0", "5-3", "3-", "3--4", "９", "1" * 2_000):
        with pytest.raises(Invalid, match=r"split\.floors"):
            floors_in(text)
    with pytest.raises(Conflict, match=r"carry\.many"):
        floors_in("1-501")
