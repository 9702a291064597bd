"""The list at /me/following: three levels, one key each, and back."""

from __future__ import annotations

import pytest

from bbs.forum.reading.attention import Level
from tests.screens.conftest import Community, Visiting
from tests.support.newsroom import counted
from tests.support.snapshots import assert_snapshot


async def follow_some(community: Community) -> None:
    reed = await community.maker.actor("reed")
    _, canteen = await community.forum.threads.get(reed, community.numbers.canteen)
    attention = community.forum.attention
    await attention.person(reed, "plum", Level.FOLLOW)
    await attention.person(reed, "墨竹", Level.MUTE)
    await attention.office(reed, "administration", follow=True)
    await attention.thread(reed, canteen, Level.FOLLOW)


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_screens_look_as_they_did(
    community: Community, driver: Visiting, lang: str, size: tuple[int, int]
) -> None:
    empty = await driver("stone", lang=lang, size=size, route="/me/following")
    await empty.until(counted(7, lang))
    assert_snapshot(f"following-none.{lang}.{size[0]}x{size[1]}", empty)
    await follow_some(community)
    person = await driver("reed", lang=lang, size=size, route="/me/following")
    await person.until(counted(6, lang))
    assert_snapshot(f"following.{lang}.{size[0]}x{size[1]}", person)


async def test_each_level_is_one_key_and_undo_takes_it_back(community: Community, driver: Visiting) -> None:
    await follow_some(community)
    person = await driver("reed", route="/me")
    await person.type(":/me/following\r")
    row = next(index for index, text in enumerate(person.terminal.rows()) if "plum" in text)
    first = next(index for index, text in enumerate(person.terminal.rows()) if text.startswith(">"))
    await person.press(*["down"] * (row - first), "K")
    assert person.terminal.row(row).startswith(">mute")
    assert "plum is muted. u takes it back." in person.message
    await person.press("d")
    assert person.terminal.row(row).startswith(">") or "plum" not in person.text()
    heed = await community.forum.attention.heed(person.session.visit.actor)
    assert "plum" not in heed.muted_names | heed.followed_names
    await person.press("u")
    assert "plum is muted" in person.message
    await person.press("f", "enter")
    assert person.route == "/u/plum"
    assert "you follow" in person.text()
    await person.press("f")
    assert "plum is heard as everybody again" in person.message
    await person.press("left")
    assert "plum" not in person.text()


async def test_what_is_official_stays_heard(community: Community, driver: Visiting) -> None:
    await follow_some(community)
    person = await driver("reed", route="/me/following")
    while ">follow    office" not in person.text():
        await person.press("down")
    await person.press("K")
    assert "cannot be muted" in person.message
    await person.press("enter")
    assert person.route == "/o/administration"


async def test_the_card_of_an_officer_follows_the_office(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/u/周明")
    await person.press("f")
    heed = await community.forum.attention.heed(person.session.visit.actor)
    assert heed.followed_offices == {"administration"}
    await person.press("K")
    assert "cannot be muted" in person.message
    await person.press("enter", "f")
    heed = await community.forum.attention.heed(person.session.visit.actor)
    assert not heed.followed_offices


async def test_a_guest_has_no_list(driver: Visiting) -> None:
    guest = await driver("guest", route="/me/following")
    assert guest.route == "/"
    assert guest.message
