"""Sessions: who is here, what changes under one's feet, and how they end."""

from __future__ import annotations

from bbs.forum.actor import LOCAL
from bbs.text.pinyin import initials
from tests.screens.conftest import Community, Visiting


async def test_people_are_here_as_long_as_their_session(community: Community, driver: Visiting) -> None:
    person = await driver("reed")
    assert community.forum.presence.counts() == (1, 0)
    await driver("zhou")
    assert community.forum.presence.counts() == (2, 1)
    person.link.lose()
    await person.over()
    assert community.forum.presence.counts() == (1, 1)


async def test_a_suspended_account_is_shown_out(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/life")
    await community.forum.accounts.suspend(LOCAL, "reed")
    await person.over()
    assert "This account is closed." in person.text()


async def test_the_head_bar_names_site_place_and_account(driver: Visiting) -> None:
    person = await driver("reed", lang="zh", route="/b/services")
    await person.until("新 7")
    assert person.row(0).startswith(" 明坛 > 机关服务 Office Services")
    assert person.row(0).endswith("/b/services  reed  新 7")


async def test_nothing_is_left_behind_by_a_session(community: Community, driver: Visiting) -> None:
    before = len(community.forum.db.hub)
    person = await driver("reed")
    await person.press("b", "5", "enter", "enter", "enter", "r")
    assert len(community.forum.db.hub) > before
    person.link.lose()
    await person.over()
    assert len(community.forum.db.hub) == before


def test_initials_of_pinyin() -> None:
    assert [initials(name) for name in ("机关服务", "砚墨书香", "A 座 2 楼", "🙂")] == ["jgfw", "ymsx", "az2l", ""]


async def test_settings_reach_the_screens_below(driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    await person.press(":")
    await person.type("/t/1")
    await person.press("enter")
    visit = person.session.visit
    visit.apply(await visit.forum.accounts.set_preferences(visit.actor, {"language": "zh", "ambiguous": 2}))
    await person.press("q")
    assert person.row(0).startswith(" 明坛 > 机关服务 Office Services")
    assert "标题" in person.row(1)
    assert person.stage.ambiguous == 2
