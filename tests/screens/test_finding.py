"""Searching on the screen, in both languages."""

from __future__ import annotations

import pytest

from bbs.forum.search import finding
from screens.boards import search as screen
from tests.screens.conftest import Community, Visiting
from tests.screens.test_hostile import check
from tests.screens.test_snapshots import LANGUAGES, SIZES, name, settled
from tests.support.corpus import ALL_TEXT
from tests.support.snapshots import assert_snapshot


async def test_from_home_to_the_place_and_back(community: Community, driver: Visiting) -> None:
    person = await driver("reed")
    await person.press("/")
    assert person.route == "/search"
    await person.type("食堂")
    await person.press("enter")
    await person.until("食堂早餐能否早半小时")
    assert person.route == "/search?q=食堂"
    await person.press("j")
    place = person.cursor
    await person.press("enter")
    assert person.route.startswith(f"/t/{community.numbers.canteen}")
    await person.press("left")
    assert person.route == "/search?q=食堂"
    assert person.cursor == place
    await person.press("/", "c-u")
    await person.type("电梯")
    await person.press("enter")
    await person.until("宿舍 3 号楼电梯又停了")
    assert person.route == "/search?q=电梯"


async def test_a_match_is_marked_and_its_place_shown(driver: Visiting) -> None:
    person = await driver("reed", route="/search?q=热汤")
    assert "食堂的热汤从今天起多煮一锅" in person.text()
    column, row = person.terminal.find("热汤从")
    plain = person.terminal.at(person.terminal.find("食堂的")[0], row)
    marked = next(at for at in (person.terminal.at(cell, row) for cell in range(column, 80)) if at.char == "热")
    assert (marked.fg, marked.bg, marked.bold, marked.reverse) != (plain.fg, plain.bg, plain.bold, plain.reverse)


async def test_a_bulletin_opens_too(driver: Visiting) -> None:
    person = await driver("guest", lang="zh", route="/search?q=霜降")
    await person.press("enter")
    assert person.route.startswith("/n/")


async def test_nothing_found_and_wrong_lines_say_what_to_do(driver: Visiting) -> None:
    person = await driver("reed", route="/search?q=没有这样的词")
    assert "Nothing found" in person.text()
    await person.press("/", "c-u")
    await person.type("autor:reed 食堂")
    await person.press("enter")
    assert "author:reed" in person.message
    assert person.route == "/search?q=没有这样的词"
    chinese = await driver("reed", lang="zh", route="/search")
    await chinese.press("escape")
    assert "author:reed" in chinese.text()
    assert "加引号" in chinese.text()


async def test_a_number_goes_to_its_thread(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b")
    for typed, route in (
        (f"{community.numbers.canteen}", f"/t/{community.numbers.canteen}"),
        ("jgfw", "/b/services"),
        ("life", "/b/life"),
    ):
        await person.press(":")
        await person.type(typed)
        await person.press("enter")
        assert person.route.partition("#")[0] == route


async def test_hostile_lines(driver: Visiting) -> None:
    person = await driver("reed", route="/search?q=食堂")
    for text in ALL_TEXT[::7]:
        await person.press("/", "c-u")
        await person.paste(text[:200])
        await person.press("enter")
        check(person)
        await person.press("escape")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_results(driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    person = await settled(await driver("reed", lang=lang, size=size, route="/search?q=食堂"))
    assert_snapshot(name("search", lang, size), person)


async def test_a_search_that_ends_early_says_so_and_goes_on(driver: Visiting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "BUDGET", -1.0)
    monkeypatch.setattr(finding, "STRETCH", dict.fromkeys(finding.STRETCH, 1))
    monkeypatch.setattr(screen, "ROUNDS", 1)
    person = await driver("reed", route="/search?q=没有这样的词")
    assert "Nothing back to 20" in person.text()
    assert "Space" in person.text()
    for _ in range(200):
        if "Nothing found" in person.text():
            break
        await person.press("space")
    assert "Nothing found" in person.text()
