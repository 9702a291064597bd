"""Drafts: one a place, few an account, and never lost to somebody else."""

from __future__ import annotations

import pytest

from bbs.errors import Conflict, Forbidden, Invalid
from bbs.forum.forum import Forum
from bbs.forum.writing import drafts
from bbs.text.when import ManualClock
from tests.forum.conftest import People

REFUSED = [
    ("t/1", "a", "x", "draft.route"),
    ("/" + "x" * 300, "a", "x", "draft.route"),
    ("/t/1\x1b", "a", "x", "draft.route"),
    ("/t/1", "", "x", "draft.id"),
    ("/t/1", "a" * 37, "x", "draft.id"),
    ("/t/1", "a", "x" * (drafts.SIZE_LIMIT + 1), "draft.long"),
]


async def test_a_draft_is_kept_replaced_and_dropped(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await forum.drafts.save(people.reed, "/b/life/post", id="a", title="T", body="one", caret=3)
    assert await forum.drafts.get(people.reed, "/b/life/post") == first
    clock.advance(5)
    second = await forum.drafts.save(people.reed, "/b/life/post", id="b", title="T", body="one two", caret=99)
    assert await forum.drafts.get(people.reed, "/b/life/post") == second
    assert second.caret == 7
    await forum.drafts.drop(people.plum, "b")
    assert await forum.drafts.latest(people.reed) == second
    await forum.drafts.drop(people.reed, "b")
    assert await forum.drafts.latest(people.reed) is None


async def test_only_the_newest_are_kept(forum: Forum, people: People, clock: ManualClock) -> None:
    for number in range(drafts.DRAFTS_MOST + 3):
        clock.advance(1)
        await forum.drafts.save(people.reed, f"/t/{number}/reply", id=f"d{number}", title="", body="x", caret=0)
    await forum.drafts.save(people.plum, "/t/1/reply", id="p", title="", body="x", caret=0)
    kept = [await forum.drafts.get(people.reed, f"/t/{number}/reply") for number in range(drafts.DRAFTS_MOST + 3)]
    assert [one is None for one in kept] == [True] * 3 + [False] * drafts.DRAFTS_MOST


async def test_a_draft_that_moves_takes_its_id_along(forum: Forum, people: People) -> None:
    await forum.drafts.save(people.reed, "/t/1/reply", id="a", title="", body="x", caret=0)
    await forum.drafts.save(people.reed, "/t/2/reply", id="a", title="", body="x", caret=0)
    assert await forum.drafts.get(people.reed, "/t/1/reply") is None


async def test_bad_drafts(forum: Forum, people: People) -> None:
    for route, id, body, code in REFUSED:
        with pytest.raises(Invalid) as caught:
            await forum.drafts.save(people.reed, route, id=id, title="", body=body, caret=0)
        assert caught.value.code == code


async def test_drafts_are_private(forum: Forum, people: People) -> None:
    await forum.drafts.save(people.reed, "/t/1/reply", id="a", title="", body="secret", caret=0)
    assert await forum.drafts.get(people.plum, "/t/1/reply") is None
    with pytest.raises(Conflict) as caught:
        await forum.drafts.save(people.plum, "/t/1/reply", id="a", title="", body="mine", caret=0)
    assert caught.value.code == "draft.taken"
    with pytest.raises(Forbidden):
        await forum.drafts.save(people.guest, "/t/1/reply", id="g", title="", body="x", caret=0)
    assert await forum.drafts.latest(people.guest) is None
