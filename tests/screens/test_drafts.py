"""The list of drafts: where one goes on, names, moves, drops; and what happens when a place is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbs.forum.writing.drafts import DRAFTS_MOST
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.screens.test_hostile import check
from tests.support.corpus import CORPUS
from tests.support.snapshots import assert_snapshot


async def line(person: VisitDriver, text: str) -> None:
    await person.type(text)
    await person.press("enter")


async def keep(community: Community, id: str, name: str, route: str, title: str = "", body: str = "Half a") -> None:
    reed = await community.maker.actor("reed")
    await community.forum.drafts.save(reed, route, id=id, title=title, body=body, caret=4, name=name)


async def test_kept_under_a_name_and_found_again(community: Community, driver: Visiting) -> None:
    thread = community.numbers.lift
    person = await driver("reed", route=f"/t/{thread}")
    await person.press("r")
    await person.type("First thought.")
    await person.press("c-x", "d")
    await line(person, "电梯")
    assert person.route == f"/t/{thread}#1"
    assert "Kept as “电梯”" in person.message
    community.clock.advance(minutes=1)
    await person.press("r")  # the place is free for another one
    assert "First thought." not in person.text()
    await person.type("Second thought.")
    await person.press("c-x", "d", "enter")
    again = await driver("reed", route="/me/drafts")
    assert "电梯" in again.text()
    assert "(by itself)" in again.text()
    await again.press("j", "enter")
    assert again.route == f"/t/{thread}/reply#1"
    assert "First thought." in again.text()
    assert "“电梯”" in again.row(1)
    await again.press("c-x", "s")
    assert again.message.startswith("Posted #")
    left = await community.forum.drafts.list(await community.maker.actor("reed"))
    assert [(draft.name, draft.body[-15:]) for draft in left] == [("", "Second thought.")]


async def test_a_draft_that_was_sent_elsewhere_takes_nothing_typed_with_it(
    community: Community, driver: Visiting
) -> None:
    thread = community.numbers.lift
    first = await driver("reed", route=f"/t/{thread}/reply")
    await first.type("From the office.")
    await first.press("c-x", "d")
    await line(first, "lift")
    (draft,) = await community.forum.drafts.list(await community.maker.actor("reed"))
    windows = []
    for _ in range(2):
        person = await driver("reed", route="/me/drafts")
        await person.press("enter")
        assert "From the office." in person.text()
        windows.append(person)
    home, office = windows
    await home.press("c-x", "s")
    assert home.message.startswith("Posted #")
    community.clock.advance(minutes=1)
    await office.type(" More of it.")
    await office.press("c-x", "s")
    assert office.route == f"/t/{thread}/reply"
    assert "This was sent before as" in office.message
    assert "From the office. More of it." in office.text()
    (kept,) = await community.forum.drafts.list(await community.maker.actor("reed"))
    assert kept.id != draft.id
    assert kept.body.endswith("More of it.")
    await office.press("c-x", "s")
    assert office.message.startswith("Posted #")
    assert not await community.forum.drafts.list(await community.maker.actor("reed"))


async def test_a_named_one_saves_itself_under_its_name(community: Community, driver: Visiting) -> None:
    await keep(community, "a", "Later", "/b/life/post", "Gloves", "Blue")
    person = await driver("reed")
    await person.press("r")  # home offers it
    await person.type("X")
    person.link.lose()
    await person.over()
    (draft,) = await community.forum.drafts.list(await community.maker.actor("reed"))
    assert (draft.name, draft.body, draft.caret) == ("Later", "BlueX", 5)


async def test_names_moves_drops_and_undo(community: Community, driver: Visiting) -> None:
    await keep(community, "a", "", "/b/life/post", "Gloves", "Blue ones")
    person = await driver("reed", route="/me/drafts")
    await person.press("T")
    await line(person, "Warm")
    assert "It is called “Warm” now" in person.text()
    await person.press("M")
    await line(person, "ink")
    assert "/b/ink/post" in person.text()
    await person.press("Q")
    assert "Blue ones" in person.text()
    await person.press("q", "d", "n")
    assert "Warm" in person.text()
    await person.press("d", "y")
    assert "Nothing unfinished" in person.text()
    await person.press("u")
    assert "Warm" in person.text()
    await person.press("enter")
    assert person.route == "/b/ink/post"
    assert "Title: Gloves" in person.text()


async def test_ten_are_told_and_nothing_is_lost(community: Community, driver: Visiting) -> None:
    for number in range(DRAFTS_MOST):
        await keep(community, f"n{number}", f"name {number}", "/b/life/post")
    person = await driver("reed", route="/b/life/post")
    await person.type("Eleven")
    await person.press("c-x", "d")
    await line(person, "one more")
    assert person.route == "/b/life/post"
    assert "10 named drafts" in person.message
    await person.press("c-x", "d", "enter")
    assert len(await community.forum.drafts.list(await community.maker.actor("reed"))) == DRAFTS_MOST + 1


@pytest.mark.parametrize("how", ["locked", "gone", "archived", "not for members"])
async def test_where_one_can_no_longer_write_the_text_is_shown_and_can_go_elsewhere(
    community: Community, driver: Visiting, how: str, tmp_path: Path
) -> None:
    thread = community.numbers.lift
    place = {"archived": "/b/life/post", "gone": "/t/9999/reply", "not for members": "/b/secretary/post"}
    await keep(community, "a", "", place.get(how, f"/t/{thread}/reply"), "", "What I wanted to say.")
    if how == "locked":
        await community.forum.threads.lock(await community.maker.actor("keeper"), thread, True)
    elif how == "archived":
        await community.maker.archive("life", tmp_path)
    person = await driver("reed")
    await person.press("r")
    assert person.route == "/me/drafts"
    assert "What I wanted to say." in person.text()
    assert person.message, "it says why"
    again = await driver("reed", route="/me/drafts")
    await again.press("M")
    await line(again, "ink")
    await again.press("enter")
    assert again.route == "/b/ink/post"
    assert "What I wanted to say." in again.text()


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_drafts(community: Community, driver: Visiting, kind: str) -> None:
    for number, text in enumerate(CORPUS[kind][:6]):
        await keep(community, f"d{number}", "", f"/t/{number + 100}/reply", text[:200], text[:2000])
    person = await driver("reed", route="/me/drafts")
    check(person)
    await person.press("Q")
    check(person)


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_how_it_looks(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    await keep(community, "a", "", f"/t/{community.numbers.lift}/reply#2", "", "> 三号楼也是\n\n我们楼上个月修过一次")
    community.clock.advance(minutes=5)
    await keep(community, "b", "年底总结", "/b/ink/post", "这一年读的书 Books of the year", "一月……")
    community.clock.advance(hours=3)
    person = await driver("reed", lang=lang, size=size, route="/me/drafts")
    await person.until({"zh": "新 ", "en": " new"}[lang])
    assert_snapshot(f"drafts.{lang}.{size[0]}x{size[1]}", person)


async def test_home_offers_what_was_kept_a_moment_ago(driver: Visiting) -> None:
    person = await driver("reed")
    await person.press("r")
    assert person.message == "You left nothing unfinished."
    await person.press(":")
    await line(person, "/b/life/post")
    await person.type("Half a title")
    await person.press("c-x", "d", "enter")
    assert "You were writing" in person.text()
    await person.press("r")
    assert person.route == "/b/life/post"
    await person.press("c-x", "a", "y", "r")
    assert person.message == "You left nothing unfinished."
