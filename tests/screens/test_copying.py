"""Copying a post into another board, and what is seen of it at both ends."""

from __future__ import annotations

import pytest

from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.support.snapshots import assert_snapshot


async def line(person: VisitDriver, text: str) -> None:
    await person.type(text)
    await person.press("enter")


async def test_a_floor_is_copied_and_both_ends_know(community: Community, driver: Visiting) -> None:
    thread = community.numbers.canteen
    person = await driver("reed", route=f"/t/{thread}#2")
    await person.press("C")
    await line(person, "life")
    assert person.route == f"/t/{thread}/copy/life#2"
    assert "Copy of #2" in person.row(1)
    assert "Daily Life" in person.row(1)
    assert "as reed (pen name)" in person.row(2)
    assert "食堂早餐能否早半小时" in person.row(3)
    await person.type("Breakfast again.")
    await person.press("c-x", "p")
    assert f"/t/{thread}#2  墨竹" in person.text()
    await person.press("q", "c-x", "s")
    assert person.message.startswith("Posted #")
    assert f"Copied from /t/{thread}#2 by 墨竹" in person.text()
    assert "Breakfast again." in person.text()
    other = await driver("plum", route=f"/t/{thread}#2")
    await other.press("Q")
    assert "copied to" in other.text()
    assert "Daily Life, reed" in other.text()


async def test_from_a_list_the_first_floor_is_copied(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/life")
    await person.press("C")
    await line(person, "qingnian")
    assert "called “qingnian”" in person.message
    await person.press("C")
    await line(person, "qnyd")  # 青年园地
    assert person.route == f"/t/{community.numbers.shuttle}/copy/youth#1"


async def test_refusals_are_told_and_the_words_stay(community: Community, driver: Visiting) -> None:
    thread = community.numbers.shuttle
    person = await driver("plum", route=f"/t/{thread}/copy/ink#1")
    await person.type("Look at this.")
    posts = await community.forum.threads.posts(await community.maker.actor("keeper"), thread)
    await community.forum.moderation.hide(await community.maker.actor("keeper"), posts[0].id, "a reason")
    await person.press("c-x", "s")
    assert person.route == f"/t/{thread}/copy/ink#1"
    assert person.message.endswith("Text kept.")
    assert "Look at this." in person.text()
    guest = await driver("guest", route=f"/t/{thread}")
    await guest.press("C")
    assert guest.route.startswith(f"/t/{thread}#")
    assert guest.message


async def test_an_official_post_in_a_copy_has_no_bar(community: Community, driver: Visiting) -> None:
    thread = community.numbers.canteen
    person = await driver("reed", route=f"/t/{thread}/copy/life#3")
    await person.press("c-x", "s")
    assert "周明 (行政司司长 / Director" in person.text()
    assert "[OFFICIAL]" not in person.text()


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_how_it_looks(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    thread = community.numbers.canteen
    person = await driver("reed", lang=lang, size=size, route=f"/t/{thread}/copy/life#2")
    await person.until({"zh": "新 ", "en": " new"}[lang])
    await person.type("早餐的事，这里也说一声。")
    assert_snapshot(f"copy.{lang}.{size[0]}x{size[1]}", person)
    await person.press("c-x", "s")
    assert_snapshot(f"copied.{lang}.{size[0]}x{size[1]}", person)
