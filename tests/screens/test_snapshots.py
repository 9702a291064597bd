"""The screens as they look, in both languages, on a small and on a large terminal."""

from __future__ import annotations

import pytest

from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.support.snapshots import assert_snapshot

LANGUAGES = ("zh", "en")
SIZES = ((80, 24), (132, 43))


def name(screen: str, lang: str, size: tuple[int, int]) -> str:
    return f"{screen}.{lang}.{size[0]}x{size[1]}"


async def settled(person: VisitDriver) -> VisitDriver:
    """The screen when what is fetched beside it has come too: the count in the head bar."""
    if not person.session.visit.actor.is_guest:
        await person.until({"zh": "新 7", "en": "7 new"}[person.session.visit.tr.lang])
    return person


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("screen", "route"), [("home", "/"), ("boards", "/b"), ("board", "/b/services"), ("officers", "/officers")]
)
async def test_lists(driver: Visiting, screen: str, route: str, lang: str, size: tuple[int, int]) -> None:
    person = await settled(await driver("reed", lang=lang, size=size, route=route))
    if screen == "board":  # the foot comes after the list
        await person.until({"zh": "未读 4，在办", "en": "4 unread, 3 open cases"}[lang])
    assert_snapshot(name(screen, lang, size), person)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_thread_with_an_officers_answer(
    community: Community, driver: Visiting, lang: str, size: tuple[int, int]
) -> None:
    person = await driver("plum", lang=lang, size=size, route=f"/t/{community.numbers.canteen}")
    await person.until({"zh": "plum  新 7", "en": "plum  7 new"}[lang])  # what was told of it is read too
    assert_snapshot(name("thread", lang, size), person)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_composer(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    person = await settled(await driver("reed", lang=lang, size=size, route=f"/t/{community.numbers.canteen}/reply#2"))
    await person.type("谢谢，那我就不带饭盒了。")
    assert_snapshot(name("reply", lang, size), person)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_composer_of_an_officer(driver: Visiting, lang: str) -> None:
    person = await driver("zhou", lang=lang, route="/b/services/post")
    await person.until({"zh": "新 ", "en": " new"}[lang])
    await person.type("食堂的热水")
    await person.press("enter")
    await person.type("明天起，二楼也有。")
    await person.press("c-x")
    assert_snapshot(name("official", lang, (80, 24)), person)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_without_colours(community: Community, driver: Visiting, lang: str) -> None:
    person = await driver("plum", lang=lang, route=f"/t/{community.numbers.canteen}", colours=0)
    await person.until({"zh": "plum  新 7", "en": "plum  7 new"}[lang])  # what was told of it is read too
    assert_snapshot(name("mono", lang, (80, 24)), person)


async def test_home_of_a_guest(driver: Visiting) -> None:
    person = await driver("guest", lang="zh")
    assert_snapshot(name("guest", "zh", (80, 24)), person)
