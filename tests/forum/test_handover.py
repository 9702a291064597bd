"""What a liaison prepares, and who gets it."""

from __future__ import annotations

from typing import Any, Final

import pytest
from sqlalchemy import update

from bbs.errors import Conflict, Forbidden, Invalid
from bbs.forum.actor import LOCAL, Actor, Duty
from bbs.forum.boards.places import Board
from bbs.forum.forum import Forum
from bbs.store.tables import board
from tests.forum.conftest import People, actor_of

TITLES: Final[dict[str, Any]] = {"title_zh": "秘书", "title_en": "Clerk"}
ROUTE: Final = "/b/life/post"


@pytest.fixture
async def life(forum: Forum, people: People) -> Board:
    """A board on which the secretary answers."""

    def unit(tx: Any) -> None:
        tx.connection.execute(update(board).values(offices=["secretary"]))
        tx.emit("community.changed")

    await forum.db.write(unit)
    return await forum.boards.get(people.reed, "life")


@pytest.fixture
async def xu(forum: Forum, people: People) -> Actor:
    """A liaison of the secretary's office."""
    await forum.officers.appoint(LOCAL, "secretary", "xu", real_name="徐可", duty=Duty.LIAISON, **TITLES)
    return await actor_of(forum, "xu")


async def test_the_officer_gets_a_draft_and_a_notice(forum: Forum, people: People, life: Board, xu: Actor) -> None:
    mine = await forum.drafts.save(xu, ROUTE, id="mine", title="Soup", body="Hot.", caret=0)
    for body in ("Hot.", "Hotter."):  # the second takes the place of the first
        held = await forum.handover.give(xu, life, ROUTE, title="Soup", body=body, mine=mine.id)
        assert held.real_name == "林若溪"
    (found,) = await forum.drafts.list(people.lin)
    assert (found.name, found.route, found.title, found.body) == ("徐可", ROUTE, "Soup", "Hotter.")
    assert await forum.drafts.list(xu) == []
    notices = (await forum.inbox.list(people.lin)).items
    assert [(one.kind, one.route, one.facts["author"]) for one in notices] == [("draft", "/me/drafts", "徐可")] * 2
    assert not (await forum.threads.stream(people.reed)).items  # nothing was published


async def test_only_liaisons_prepare_and_only_where_their_office_answers(
    forum: Forum, people: People, life: Board, xu: Actor
) -> None:
    for actor in (people.lin, people.zhou, people.reed, people.sysop, people.guest):
        assert await forum.handover.for_whom(actor, life) is None
        with pytest.raises(Forbidden):
            await forum.handover.give(actor, life, ROUTE, title="T", body="B", mine="x")
    for title, body, code in (("", "B", "title.empty"), ("T", " ", "body.empty")):
        with pytest.raises(Invalid) as caught:
            await forum.handover.give(xu, life, ROUTE, title=title, body=body, mine="x")
        assert caught.value.code == code
    await forum.officers.dismiss(LOCAL, "secretary", "lin")
    with pytest.raises(Forbidden, match=r"handover\.nobody"):
        await forum.handover.give(xu, life, ROUTE, title="T", body="B", mine="x")
    await forum.officers.appoint(LOCAL, "secretary", "tang", real_name="唐文", duty=Duty.DEPUTY, **TITLES)
    deputy = await forum.handover.for_whom(xu, life)
    assert deputy is not None
    assert deputy.real_name == "唐文"
    await forum.officers.dismiss(LOCAL, "secretary", "xu")
    with pytest.raises(Forbidden, match=r"appointment\.over"):  # the screen still thought so
        await forum.handover.give(xu, life, ROUTE, title="T", body="B", mine="x")


async def test_an_officer_with_ten_named_drafts_is_not_given_more(
    forum: Forum, people: People, life: Board, xu: Actor
) -> None:
    for number in range(10):
        await forum.drafts.save(
            people.lin, f"/t/{number}/reply", id=f"d{number}", title="", body="x", caret=0, name="n"
        )
    with pytest.raises(Conflict, match=r"draft\.their_full"):
        await forum.handover.give(xu, life, ROUTE, title="T", body="B", mine="x")
