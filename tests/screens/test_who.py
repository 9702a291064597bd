"""Who is here: names and hours for members, counts for guests, nothing more for anybody."""

from __future__ import annotations

import pytest

from tests.screens.conftest import Community, Visiting
from tests.support.newsroom import counted
from tests.support.snapshots import assert_snapshot


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
async def test_the_screen_looks_as_it_did(driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    await driver("zhou")
    await driver("plum")
    person = await driver("reed", lang=lang, size=size, route="/who")
    await person.until(counted(7, lang))
    assert_snapshot(f"who-{lang}-{size[0]}", person)


async def test_officers_stand_first_and_hours_are_whole(driver: Visiting) -> None:
    await driver("zhou")
    person = await driver("reed", route="/who")
    assert "2 here, 1 officer" in person.text()
    assert "周明" in person.row(5)
    assert "Administration Department" in person.row(5)
    assert person.row(5).endswith("11:00")
    assert "zhou" not in person.text()


async def test_who_does_not_want_to_be_listed_is_counted_only(community: Community, driver: Visiting) -> None:
    plum = await community.maker.actor("plum")
    await community.forum.accounts.set_preferences(plum, {"listed": False})
    await driver("plum")
    person = await driver("reed", route="/who")
    assert "2 here" in person.text()
    assert "plum" not in person.text()


async def test_a_guest_sees_counts_only(driver: Visiting) -> None:
    await driver("plum")
    person = await driver("guest", route="/who")
    assert "2 here" in person.text()
    assert "plum" not in person.text()
    assert "register" in person.text()


async def test_looking_again_finds_who_came(driver: Visiting) -> None:
    person = await driver("reed", route="/who")
    assert "1 here" in person.text()
    await driver("plum")
    await person.press("c-u")
    assert "2 here" in person.text()
    assert person.route == "/who"
    await person.press("down", "up", "enter")
    assert person.route == "/u/plum"


async def test_w_writes_to_who_is_selected(driver: Visiting) -> None:
    await driver("plum")
    person = await driver("reed", route="/who")
    await person.press("w")
    assert "Write to plum:" in person.text(), "who is here and takes them may get a short message"
    await person.press("m")
    assert person.route == "/mail/to/plum"


async def test_enter_on_an_officer_leads_to_the_office(driver: Visiting) -> None:
    await driver("zhou")
    person = await driver("reed", route="/who")
    await person.press("enter")
    assert person.route == "/o/administration"
