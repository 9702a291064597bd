"""Templates of boards: who keeps them, how many, and that they are recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bbs.errors import BbsError, Conflict, Forbidden
from bbs.forum.actor import Grant, Role
from bbs.forum.boards.templates import NAME_LIMIT, TEMPLATES_MOST, TEXT_LIMIT
from bbs.forum.forum import Forum
from tests.forum.conftest import People
from tests.support.corpus import ALL_TEXT


async def test_kept_read_renamed_and_dropped(forum: Forum, people: People) -> None:
    life = await forum.boards.get(people.keeper, "life")
    made = await forum.templates.set(people.keeper, life, " 报修 ", "哪一层：\n什么时候：")
    assert (made.name, made.body) == ("报修", "哪一层：\n什么时候：")
    await forum.templates.set(people.keeper, life, "Lost", "What: ")
    assert [one.name for one in await forum.templates.list(people.reed, life)] == ["报修", "Lost"]
    again = await forum.templates.set(people.keeper, life, "LOST", "What and where:")
    assert (await forum.templates.get(people.guest, life, "lost")).body == again.body
    assert len(await forum.templates.list(people.reed, life)) == 2
    await forum.templates.rename(people.keeper, life, "lost", "Found")
    with pytest.raises(Conflict, match=r"template\.taken"):
        await forum.templates.rename(people.keeper, life, "Found", "报修")
    await forum.templates.drop(people.keeper, life, "found")
    assert [one.name for one in await forum.templates.list(people.reed, life)] == ["报修"]
    kinds = [one.kind for one in await forum.register.entries(people.reed) if one.kind.startswith("template.")]
    assert kinds == ["template.set"] * 4 + ["template.drop"]


async def test_only_moderators_of_the_board(forum: Forum, people: People) -> None:
    life = await forum.boards.get(people.keeper, "life")
    await forum.templates.set(people.keeper, life, "A", "a")
    elsewhere = replace(people.reed, grants=frozenset({Grant(Role.MODERATOR, "ink")}))
    for actor in (people.reed, people.zhou, people.guest, elsewhere):
        for act in (
            forum.templates.set(actor, life, "B", "b"),
            forum.templates.rename(actor, life, "A", "B"),
            forum.templates.drop(actor, life, "A"),
        ):
            with pytest.raises(Forbidden):
                await act


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("", "x", "template.name_length"),
        ("x" * (NAME_LIMIT + 1), "x", "template.name_length"),
        ("\u200b", "x", "template.name_length"),
        ("x", " \n ", "body.empty"),
        ("x", "长" * (TEXT_LIMIT + 1), "template.long"),
        ("x", "x" * 1_000_000, "template.long"),
    ],
)
async def test_bad_ones(forum: Forum, people: People, name: str, body: str, code: str) -> None:
    with pytest.raises(BbsError) as caught:
        await forum.templates.set(people.keeper, await forum.boards.get(people.keeper, "life"), name, body)
    assert caught.value.code == code


async def test_a_few_and_two_at_once(forum: Forum, people: People) -> None:
    life = await forum.boards.get(people.keeper, "life")
    for number in range(TEMPLATES_MOST - 1):
        await forum.templates.set(people.keeper, life, f"T{number}", "x")
    done = await asyncio.gather(
        forum.templates.set(people.keeper, life, "Same", "one"),
        forum.templates.set(people.sysop, life, "Same", "two"),
        return_exceptions=True,
    )
    assert all(not isinstance(one, BaseException) or isinstance(one, Conflict) for one in done)
    assert len(await forum.templates.list(people.reed, life)) == TEMPLATES_MOST
    with pytest.raises(Conflict, match=r"template\.board_full"):
        await forum.templates.set(people.keeper, life, "One more", "x")


async def test_hostile_ones_are_clean_or_refused(forum: Forum, people: People) -> None:
    life = await forum.boards.get(people.keeper, "life")
    for text in ALL_TEXT[::5]:
        try:
            made = await forum.templates.set(people.keeper, life, text, text)
        except (BbsError, UnicodeError):
            continue
        assert not {"\x1b", "\x9b"} & set(made.name + made.body)
        assert "\n" not in made.name
        await forum.templates.drop(people.keeper, life, made.name)
