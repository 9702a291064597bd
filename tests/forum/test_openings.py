"""What is read at once on opening a board or a thread: the same as the single reads tell."""

from __future__ import annotations

import pytest

from bbs.errors import NotFound
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.forum import Forum
from bbs.forum.posts.threads import Backdate
from bbs.text.when import ManualClock
from tests.forum.conftest import People

FEW = 4


async def _threads(forum: Forum, clock: ManualClock, people: People, count: int) -> list[int]:
    board = await forum.boards.get(people.reed, "life")
    made: list[int] = []
    for number in range(count):
        clock.advance(60)
        back = Backdate(LOCAL, clock.now())
        post = await forum.threads.start(people.reed, board, f"Soup {number}", "Is it hot?", backdate=back)
        made.append(post.thread)
    return made


async def test_a_board_opens_as_its_list_is(forum: Forum, people: People, clock: ManualClock) -> None:
    made = await _threads(forum, clock, people, 9)
    await forum.threads.pin(people.keeper, made[2], True)
    board = await forum.boards.get(people.plum, "life")
    for actor in (people.plum, people.guest):
        found = await forum.openings.board(actor, board, FEW)
        assert list(found.pinned) == await forum.threads.pinned(actor, board)
        assert found.page == await forum.threads.list(actor, board, limit=FEW)
        found = await forum.openings.board(actor, board, FEW, around=made[0])
        assert found.page == await forum.threads.locate(actor, board, made[0], FEW)
        top = await forum.openings.board(actor, board, FEW, around=made[2])  # it stands above the list
        assert top.page == await forum.threads.list(actor, board, limit=FEW)
    gone = await forum.openings.board(people.plum, board, FEW, around=10**6)
    assert gone.page == await forum.threads.list(people.plum, board, limit=FEW)


async def _check(forum: Forum, actor: Actor, number: int, floor: int | None, begins: int) -> None:
    """Open, and compare with what the rules tell one by one."""
    found = await forum.openings.thread(actor, number, floor, FEW, signatures=True)
    assert (found.board, found.thread) == await forum.threads.get(actor, number)
    assert found.floor == begins
    assert list(found.below) == await forum.threads.posts(actor, number, floor=begins, limit=FEW)
    above = await forum.threads.posts(actor, number, floor=begins, limit=FEW, up=True) if begins > 1 else []
    assert list(found.above) == above
    assert found.poll is await forum.polls.exists(number)
    names = sorted({post.author for post in (*found.above, *found.below) if post.official is None})
    assert found.signatures == await forum.persons.signatures(actor, names)
    assert not (await forum.openings.thread(actor, number, floor, FEW, signatures=False)).signatures


async def test_a_thread_opens_where_reading_stopped(forum: Forum, people: People, clock: ManualClock) -> None:
    (number,) = await _threads(forum, clock, people, 1)
    await forum.polls.make(people.reed, number, "Hot?", ("yes", "no"))
    await forum.persons.edit(people.reed, signature="慢慢来")
    for count in range(11):
        clock.advance(31)
        await forum.threads.reply((people.reed, people.keeper)[count % 2], number, f"Floor {count + 2}")
    await _check(forum, people.plum, number, None, 1)
    await forum.reading.read(people.plum, number, 6, change=0)
    await _check(forum, people.plum, number, None, 7)  # while the mark waits
    await forum.reading.flush()
    await _check(forum, people.plum, number, None, 7)
    await _check(forum, people.plum, number, 3, 3)
    await _check(forum, people.plum, number, 99, 99)
    await _check(forum, people.guest, number, None, 1)
    hidden = (await forum.threads.posts(people.keeper, number, floor=7, limit=1))[0]
    await forum.moderation.hide(people.keeper, hidden.id, "names a colleague")
    await _check(forum, people.plum, number, None, 7)  # it keeps its floor and has lost its text
    await _check(forum, people.keeper, number, 7, 7)
    with pytest.raises(NotFound):
        await forum.openings.thread(people.plum, 10**6, None, FEW, signatures=True)
