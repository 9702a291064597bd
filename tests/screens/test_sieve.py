"""Filters over lists that are not a board's: they stack, are taken off one by one, and the place stays."""

from __future__ import annotations

import pytest

from bbs.forum.forum import Forum
from tests.screens.conftest import Community, VisitDriver, Visiting


async def narrow(person: VisitDriver, key: str, text: str) -> None:
    await person.press(key, "c-a", "c-k")
    await person.type(text)
    await person.press("enter")


def rows(person: VisitDriver, *words: str) -> list[str]:
    """The rows of the list that hold one of the words, without the one that says what is filtered."""
    found = [row for row in person.terminal.rows()[1:-2] if any(word in row for word in words)]
    return [row[1:] for row in found if "filter off" not in row]


async def test_unread_threads_by_title_and_author(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/new")
    titles = ("食堂", "宿舍", "Reading room", "How cases work")
    before = rows(person, *titles)
    assert len(before) > 1
    await person.press("end")
    kept = person.row(person.cursor[1])
    await narrow(person, "/", "食堂")
    assert len(rows(person, *titles)) == 1
    assert "has: 食堂" in person.text()
    await narrow(person, "a", "nobody")
    assert "Nothing passes the filter" in person.text()
    assert "author: nobody" in person.text()
    await person.press("left")
    assert len(rows(person, *titles)) == 1
    await person.press("left")
    assert rows(person, *titles) == before
    assert person.route == "/new"
    await person.press("end")
    assert person.row(person.cursor[1]) == kept
    await person.press("home", "/", "c-a", "c-k")
    await person.type("o")
    await person.press("enter", "end")
    there = person.row(person.cursor[1])
    await person.press("left")
    assert person.row(person.cursor[1]) == there, "the selection stays where the filter left it"


async def test_notices_and_mail(community: Community, driver: Visiting) -> None:
    forum: Forum = community.forum
    plum, reed = await community.maker.actor("plum"), await community.maker.actor("reed")
    for number in range(3):
        await forum.mail.send(plum, "reed", f"Umbrella {number}", f"Text {number}")
        community.clock.advance(minutes=5)
    await forum.mail.send(await community.maker.actor("stone"), "reed", "Bicycle", "Where is it?")
    assert await forum.mail.unread(reed) == 4
    person = await driver("reed", route="/mail")
    await narrow(person, "/", "umbrella")
    await narrow(person, "/", "2")
    assert len(rows(person, "Umbrella", "Bicycle")) == 1
    await person.press("left", "left")
    assert len(rows(person, "Umbrella", "Bicycle")) == 4
    await narrow(person, "a", "stone")
    assert len(rows(person, "Umbrella", "Bicycle")) == 1
    await person.press("left")
    person = await driver("reed", route="/inbox")
    whole = rows(person, "plum", "stone")
    await narrow(person, "/", "stone")
    assert len(rows(person, "plum", "stone")) == 1
    await person.press("left")
    assert rows(person, "plum", "stone") == whole


@pytest.mark.parametrize("route", ["/officers", "/fav", "/who"])
async def test_every_other_list_has_them_too(community: Community, driver: Visiting, route: str) -> None:
    reed = await community.maker.actor("reed")
    for slug in ("life", "services"):
        await community.forum.favourites.add(reed, await community.forum.boards.get(reed, slug))
    person = await driver("reed", route=route)
    whole = person.terminal.rows()[1:-2]
    await narrow(person, "/", "zzz")
    assert "Nothing passes the filter" in person.text()
    await person.press("left")
    assert person.terminal.rows()[1:-2] == whole
    assert person.route == route
