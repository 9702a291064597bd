"""Polls as people ask and answer them."""

from __future__ import annotations

import pytest

from bbs.errors import BbsError
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.screens.test_hostile import check
from tests.support.corpus import CORPUS
from tests.support.snapshots import assert_snapshot


async def make(community: Community, *, many: bool = False, names: bool = False, days: int | None = None) -> int:
    """A poll in the canteen's thread, with two votes."""
    thread = community.numbers.canteen
    plum = await community.maker.actor("plum")
    options = ("六点半 6:30", "七点 7:00", "都行 Either")
    await community.forum.polls.make(
        plum, thread, "食堂早餐几点开？ When shall breakfast begin?", options, many=many, open_names=names, days=days
    )
    await community.forum.polls.vote(plum, thread, [1])
    await community.forum.polls.vote(await community.maker.actor("stone"), thread, [3])
    return thread


async def line(person: VisitDriver, text: str) -> None:
    await person.type(text)
    await person.press("enter")


async def test_the_opener_asks_and_others_vote(community: Community, driver: Visiting) -> None:
    thread = community.numbers.canteen
    opener = await driver("plum", route=f"/t/{thread}")
    await opener.press("V")
    for text in ("When?", "6:30", "7:00"):
        await line(opener, text)
    assert "nothing of it can be changed" in opener.text()
    await opener.press(*["tab"] * 8, "tab", "tab")
    await line(opener, "7")
    assert opener.route == f"/t/{thread}/poll"
    assert "no names" in opener.text()
    assert "open until" in opener.text()
    person = await driver("reed", route=f"/t/{thread}")
    assert "[V: poll]" in person.text()
    await person.press("V", "j", "enter")
    assert "[x]  7:00" in person.text()
    await person.press("V")
    assert "No name is shown." in person.text()
    await person.press("y")
    assert "Your vote is counted." in person.text()
    await opener.until("1 vote ")
    await person.press("enter", "V", "y")
    assert "taken back" in person.text()


async def test_backing_out_asks_nothing(community: Community, driver: Visiting) -> None:
    thread = community.numbers.canteen
    person = await driver("plum", route=f"/t/{thread}")
    await person.press("V", "escape")
    await person.press("V")
    await line(person, "When?")
    await person.press("escape", "n")
    assert "When?" in person.text()
    await person.press("escape", "y")
    assert person.route.startswith(f"/t/{thread}#")
    assert not await community.forum.polls.exists(thread)
    other = await driver("reed", route=f"/t/{thread}")
    await other.press("V")
    assert "no poll here" in other.text()


async def test_mistakes_are_told_under_their_fields(community: Community, driver: Visiting) -> None:
    thread = community.numbers.canteen
    person = await driver("plum", route=f"/t/{thread}")
    await person.press("V", "c-x")
    assert "120 characters" in person.text()
    await line(person, "When?")
    await person.type("same")
    await person.press("c-x")
    assert "Between 2 and 10" in person.text()
    await person.press("tab")
    await person.type("Same")
    await person.press("c-x")
    assert not await community.forum.polls.exists(thread)
    await person.press("tab")
    await person.type(" not")
    await person.press("c-x")
    assert await community.forum.polls.exists(thread)
    assert person.route == f"/t/{thread}/poll"


async def test_a_poll_goes_out_with_a_new_thread(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/life/post")
    await line(person, "Breakfast")
    await person.type("Tell us.")
    await person.press("c-x", "v")
    for text in ("When?", "6:30", "7:00"):
        await line(person, text)
    await person.press("c-x")
    assert person.route == "/b/life/post"
    assert "With a poll: When?" in person.text()
    await person.press("c-x", "p")
    assert "6:30" in person.text()
    await person.press("q", "c-x", "v", "e")
    assert "When?" in person.text()
    await person.press("c-x", "c-x", "v", "t")
    assert "With a poll" not in person.text()
    await person.press("c-x", "v")
    for text in ("Where?", "Here", "There"):
        await line(person, text)
    await person.press("c-x", "c-x", "s")
    assert person.message.startswith("Posted #")
    assert "[V: poll]" in person.text()
    await person.press("V")
    assert "Where?" in person.text()
    assert "no names" in person.text()


async def test_a_planned_poll_is_kept_with_its_draft(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/life/post")
    await person.press("c-x", "v")
    for text in ("When?", "6:30", "7:00"):
        await line(person, text)
    await person.press("c-x")
    person.link.lose()
    await person.over()
    again = await driver("reed")
    await again.press("y")
    assert again.route == "/b/life/post"
    assert "With a poll: When?" in again.text()
    await line(again, "Breakfast")
    await again.type("Tell us.")
    await again.press("c-x", "d")
    await again.type("breakfast\r")
    await again.type(":/me/drafts\r")
    await again.press("d", "y", "u")
    await again.press("enter", "c-x", "p")
    assert "7:00" in again.text(), "also after it was thrown away and brought back"
    await again.press("q", "c-x", "s", "V")
    assert "When?" in again.text()
    assert await community.forum.drafts.list(again.session.visit.actor) == []


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_how_the_form_looks(driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    person = await driver("reed", lang=lang, size=size, route="/b/life/post")
    await person.until({"zh": "新 ", "en": " new"}[lang])
    await person.press("c-x", "v")
    await line(person, "早餐几点开？ When shall breakfast begin?")
    await line(person, "六点半 6:30")
    assert_snapshot(f"pollform.{lang}.{size[0]}x{size[1]}", person)


async def test_several_options_and_who_voted(community: Community, driver: Visiting) -> None:
    thread = await make(community, many=True, names=True)
    person = await driver("reed", route=f"/t/{thread}/poll")
    await person.press("enter", "j", "enter", "V")
    assert "reed is shown" in person.text()
    await person.press("y", "home", "Q")
    assert [person.row(place).strip() for place in (1, 2)] == ["reed", "plum"]


async def test_guests_officers_and_late_comers_only_look(community: Community, driver: Visiting) -> None:
    thread = await make(community, days=1)
    officer = await driver("zhou", route=f"/t/{thread}/poll")
    await officer.press("enter")
    assert "officers ask" in officer.text()
    community.clock.advance(days=2)
    person = await driver("reed", route=f"/t/{thread}/poll")
    await person.press("V")
    assert "This poll is closed." in person.text()
    assert "closed since" in person.text()


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_polls(community: Community, driver: Visiting, kind: str) -> None:
    reed = await community.maker.actor("reed")
    for text in CORPUS[kind][:6]:
        first = await community.maker.start("reed", "life", "A poll", f"Asked here {text[:50]!a}")
        try:
            await community.forum.polls.make(reed, first.thread, text, ("a", text[:50]))
        except (BbsError, UnicodeError):
            continue
        person = await driver("stone", route=f"/t/{first.thread}/poll")
        check(person)
        await person.press("j", "enter", "V", "n")
        check(person)


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_how_it_looks(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    thread = await make(community, days=7)
    person = await driver("reed", lang=lang, size=size, route=f"/t/{thread}/poll")
    await person.until({"zh": "新 ", "en": " new"}[lang])
    await person.press("enter")
    assert_snapshot(f"poll.{lang}.{size[0]}x{size[1]}", person)
