"""Templates as moderators keep them and as writers use them."""

from __future__ import annotations

import pytest

from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.support.snapshots import assert_snapshot

BODY = "哪一层：\n什么时候："


async def line(person: VisitDriver, text: str) -> None:
    await person.type(text)
    await person.press("enter")


async def keep(community: Community, name: str = "报修 Repair", body: str = BODY) -> None:
    keeper = await community.maker.actor("keeper")
    board = await community.forum.boards.get(keeper, "life")
    await community.forum.templates.set(keeper, board, name, body)


async def test_a_moderator_keeps_them(community: Community, driver: Visiting) -> None:
    person = await driver("keeper", route="/b/life/notice")
    await person.press("E")
    assert person.route == "/b/life/templates"
    assert "No templates yet" in person.text()
    await person.press("c-p")
    await line(person, "Lost and found")
    await person.type("What: \nWhere: ")
    await person.press("c-x", "s")
    assert person.message == "The template is kept"
    assert "What: Where:" in person.text()
    await person.press("T")
    await line(person, "!")
    assert "Lost and found!" in person.text()
    await person.press("d", "y")
    assert "No templates yet" in person.text()
    await person.press("u")
    assert "Lost and found!" in person.text()
    await person.press("enter")
    assert "for everybody who starts a thread in Daily Life" in person.text()
    await person.type("more")
    await person.press("c-x", "a", "y")
    assert "more" not in person.text()


async def test_members_read_them_and_change_nothing(community: Community, driver: Visiting) -> None:
    await keep(community)
    person = await driver("reed", route="/b/life/notice")
    await person.press("E", "c-p")
    assert person.route == "/b/life/templates"
    await person.press("d", "T", "enter")
    assert "什么时候" in person.text()
    guest = await driver("guest", route="/b/life/templates")
    assert "报修 Repair" in guest.text()


async def test_a_thread_begins_with_one(community: Community, driver: Visiting) -> None:
    await keep(community)
    await keep(community, "Lost", "What:")
    person = await driver("reed", route="/b/life/post")
    assert "This board has 2 templates" in person.text()
    await line(person, "三楼的灯")
    await person.press("c-x", "m", "1")
    assert "哪一层：" in person.text()
    assert "2 templates" not in person.text()
    await person.type("三楼")
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")
    other = await driver("reed", route="/b/youth/post")
    await other.press("c-x")
    assert "template" not in other.text(), "a board without templates offers none"


async def test_nothing_typed_is_overwritten_without_a_question(community: Community, driver: Visiting) -> None:
    await keep(community)
    person = await driver("reed", route="/b/life/post")
    await line(person, "Light")
    await person.type("my own words")
    await person.press("c-x", "m", "1")
    assert "You have written something" in person.text()
    await person.press("escape")
    assert "my own words" in person.text()
    assert "哪一层" not in person.text()
    await person.press("c-x", "m", "1", "b")
    assert person.text().index("哪一层") < person.text().index("my own words")
    await person.press("c-_")
    assert "哪一层" not in person.text()
    await person.press("c-x", "m", "1", "r")
    assert "my own words" not in person.text()
    await person.press("c-_")
    assert "my own words" in person.text()


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_how_it_looks(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    await keep(community)
    await keep(community, "失物 Lost and found", "捡到什么：\n在哪里捡到：\n怎么认领：")
    person = await driver("keeper", lang=lang, size=size, route="/b/life/templates")
    await person.until({"zh": "新 ", "en": " new"}[lang])
    assert_snapshot(f"templates.{lang}.{size[0]}x{size[1]}", person)
    writer = await driver("reed", lang=lang, size=size, route="/b/life/post")
    await writer.until({"zh": "新 ", "en": " new"}[lang])
    await writer.press("c-x")
    assert_snapshot(f"offered.{lang}.{size[0]}x{size[1]}", writer)
