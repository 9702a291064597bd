"""The list of what one follows and mutes: names, levels, what is gone, and changing it."""

from __future__ import annotations

import pytest

from bbs.errors import Forbidden, Invalid
from bbs.forum.actor import LOCAL
from bbs.forum.forum import Forum
from bbs.forum.reading.attention import Level, Subject
from bbs.text.when import ManualClock
from tests.forum.conftest import People


async def test_people_offices_and_threads_the_newest_of_each_first(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    board = await forum.boards.get(people.plum, "life")
    post = await forum.threads.start(people.plum, board, "Gloves", "Blue ones.")
    _, thread = await forum.threads.get(people.reed, post.thread)
    attention = forum.attention
    await attention.thread(people.reed, thread, Level.MUTE)
    await attention.person(people.reed, "plum", Level.FOLLOW)
    clock.advance(minutes=1)
    await attention.office(people.reed, "union", follow=True)
    await attention.person(people.reed, "keeper", Level.MUTE)
    await forum.blocks.set(people.reed, "sysop", True)
    found = await forum.following.list(people.reed)
    assert [(one.subject, one.en, one.level, one.route) for one in found] == [
        (Subject.ACCOUNT, "keeper", Level.MUTE, "/u/keeper"),
        (Subject.ACCOUNT, "plum", Level.FOLLOW, "/u/plum"),
        (Subject.OFFICE, "Union Chair", Level.FOLLOW, "/o/union"),
        (Subject.THREAD, "Gloves", Level.MUTE, f"/t/{thread.id}"),
    ]
    assert found[2].zh == "工会主席"
    assert not await forum.following.list(people.plum), "nobody else's"


async def test_one_is_changed_taken_out_and_put_back(forum: Forum, people: People) -> None:
    await forum.attention.person(people.reed, "plum", Level.FOLLOW)
    (one,) = await forum.following.list(people.reed)
    await forum.following.change(people.reed, one, Level.MUTE)
    assert (await forum.attention.heed(people.reed)).muted_names == {"plum"}
    await forum.following.change(people.reed, one, None)
    assert not await forum.following.list(people.reed)
    await forum.following.change(people.reed, one, one.level)
    assert [held.level for held in await forum.following.list(people.reed)] == [Level.FOLLOW]


async def test_what_is_official_is_not_muted(forum: Forum, people: People) -> None:
    await forum.attention.office(people.reed, "union", follow=True)
    (one,) = await forum.following.list(people.reed)
    with pytest.raises(Invalid, match=r"attention\.official"):
        await forum.following.change(people.reed, one, Level.MUTE)


async def test_what_is_gone_says_so_and_can_be_taken_out(forum: Forum, people: People) -> None:
    await forum.attention.person(people.reed, "plum", Level.FOLLOW)
    await forum.accounts.suspend(LOCAL, "plum")
    (one,) = await forum.following.list(people.reed)
    assert (one.gone, one.route, one.en) == (True, "", "")
    await forum.following.change(people.reed, one, None)
    assert not await forum.following.list(people.reed)


async def test_guests_have_no_list(forum: Forum, people: People) -> None:
    with pytest.raises(Forbidden):
        await forum.following.list(people.guest)
