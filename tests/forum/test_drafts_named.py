"""Drafts kept under a name: few, never dropped silently, and found again."""

from __future__ import annotations

import pytest

from bbs.errors import BbsError, Conflict, Forbidden, NotFound
from bbs.forum.forum import Forum
from bbs.forum.writing import drafts
from bbs.forum.writing.drafts import DRAFTS_MOST, UNNAMED_LEAST, Draft
from bbs.text.when import ManualClock
from tests.forum.conftest import People


async def keep(forum: Forum, people: People, id: str, name: str, route: str = "/b/life/post") -> Draft:
    """Keep a draft of reed's."""
    return await forum.drafts.save(people.reed, route, id=id, title="T", body=f"text of {id}", caret=2, name=name)


async def test_named_ones_stand_beside_the_one_that_saves_itself(forum: Forum, people: People) -> None:
    await keep(forum, people, "a", "")
    await keep(forum, people, "b", "首稿")
    await keep(forum, people, "c", "second")
    found = await forum.drafts.get(people.reed, "/b/life/post")
    assert found is not None
    assert found.id == "a"
    assert {draft.name for draft in await forum.drafts.list(people.reed)} == {"", "首稿", "second"}
    assert (await forum.drafts.find(people.reed, "b")).body == "text of b"


async def test_giving_a_name_keeps_the_id_and_frees_the_place(forum: Forum, people: People) -> None:
    await keep(forum, people, "a", "")
    await keep(forum, people, "a", "Later")
    assert await forum.drafts.get(people.reed, "/b/life/post") is None
    assert [(draft.id, draft.name) for draft in await forum.drafts.list(people.reed)] == [("a", "Later")]


async def test_ten_named_ones_and_no_more(forum: Forum, people: People, clock: ManualClock) -> None:
    for number in range(DRAFTS_MOST):
        clock.advance(1)
        await keep(forum, people, f"n{number}", f"name {number}")
    with pytest.raises(Conflict) as caught:
        await keep(forum, people, "one more", "one more")
    assert (caught.value.code, caught.value.params) == ("draft.full", {"most": DRAFTS_MOST})
    for number in range(UNNAMED_LEAST + 2):  # what is typed meanwhile is kept all the same
        clock.advance(1)
        await keep(forum, people, f"u{number}", "", f"/t/{number}/reply")
    kept = await forum.drafts.list(people.reed)
    assert sum(1 for draft in kept if draft.name) == DRAFTS_MOST
    assert [draft.id for draft in kept if not draft.name] == [f"u{UNNAMED_LEAST + 1}", f"u{UNNAMED_LEAST}"]
    await keep(forum, people, "n3", "name 3")  # one that is there can be saved again
    with pytest.raises(Conflict, match=r"draft\.full"):
        await forum.drafts.rename(people.reed, f"u{UNNAMED_LEAST}", "eleventh")


async def test_unnamed_ones_make_room_for_named_ones(forum: Forum, people: People, clock: ManualClock) -> None:
    for number in range(DRAFTS_MOST):
        clock.advance(1)
        await keep(forum, people, f"u{number}", "", f"/t/{number}/reply")
    await keep(forum, people, "n", "mine")
    kept = await forum.drafts.list(people.reed)
    assert len(kept) == DRAFTS_MOST
    assert "u0" not in {draft.id for draft in kept}


async def test_names_are_one_a_place(forum: Forum, people: People) -> None:
    await keep(forum, people, "a", "Later")
    with pytest.raises(Conflict) as caught:
        await keep(forum, people, "b", "Later")
    assert caught.value.code == "draft.name_taken"
    await keep(forum, people, "b", "Later", "/t/1/reply")
    with pytest.raises(Conflict, match=r"draft\.name_taken"):
        await forum.drafts.move(people.reed, "b", "/b/life/post")


@pytest.mark.parametrize("name", ["x" * (drafts.NAME_LIMIT + 1), "\x1b[31m", " \u200b", "x" * 100_000])
async def test_bad_names(forum: Forum, people: People, name: str) -> None:
    with pytest.raises(BbsError) as caught:
        await keep(forum, people, "a", name)
    assert caught.value.code == "draft.name"


async def test_renaming_and_moving(forum: Forum, people: People) -> None:
    await keep(forum, people, "a", "Later")
    assert (await forum.drafts.rename(people.reed, "a", " Much \x07later ")).name == "Much later"
    moved = await forum.drafts.move(people.reed, "a", "/b/ink/post")
    assert (moved.route, moved.body, moved.name) == ("/b/ink/post", "text of a", "Much later")
    await keep(forum, people, "b", "")
    await keep(forum, people, "c", "", "/b/ink/post")
    with pytest.raises(Conflict, match=r"draft\.place_taken"):
        await forum.drafts.move(people.reed, "b", "/b/ink/post")


async def test_they_are_private(forum: Forum, people: People) -> None:
    await keep(forum, people, "a", "Later")
    for act in (
        forum.drafts.find(people.plum, "a"),
        forum.drafts.rename(people.plum, "a", "Mine"),
        forum.drafts.move(people.plum, "a", "/b/life/post"),
    ):
        with pytest.raises(NotFound) as caught:
            await act
        assert caught.value.code == "draft.none"
    await forum.drafts.drop(people.plum, "a")
    assert await forum.drafts.list(people.plum) == []
    assert len(await forum.drafts.list(people.reed)) == 1
    with pytest.raises(Forbidden):
        await forum.drafts.list(people.guest)


async def test_a_sent_draft_is_gone_whatever_its_name(forum: Forum, people: People) -> None:
    await keep(forum, people, "a", "Later")
    board = await forum.boards.get(people.reed, "life")
    await forum.threads.start(people.reed, board, "T", "text of a", draft_id="a")
    assert await forum.drafts.list(people.reed) == []
