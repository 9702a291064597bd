"""Writing: drafts that save themselves, as whom it stands, what happens when it cannot be sent."""

from __future__ import annotations

import pytest

from bbs.forum.actor import LOCAL
from tests.screens.conftest import Community, Visiting


async def test_a_dropped_line_keeps_what_was_written(community: Community, driver: Visiting) -> None:
    thread = community.numbers.lift
    person = await driver("reed", route=f"/t/{thread}/reply")
    await person.type("It stopped again at eight,")
    person.link.lose()
    await person.over()
    again = await driver("reed")
    assert f"a reply in #{thread}" in again.text()
    await again.press("r")
    assert again.route == f"/t/{thread}/reply"
    assert "It stopped again at eight," in again.text()
    assert again.message.startswith("Your draft of")
    await again.type(" with me in it.")
    await again.press("c-x", "s")
    assert "It stopped again at eight, with me in it." in again.text()
    assert await community.forum.drafts.latest(await community.maker.actor("reed")) is None


async def test_the_draft_saves_itself(community: Community, driver: Visiting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.writing.drafting.SAVE_AFTER", 0.02)
    person = await driver("reed", route="/b/life/post")
    await person.type("Half a title")
    await person.until("draft 11:30:00")
    reed = await community.maker.actor("reed")
    draft = await community.forum.drafts.get(reed, "/b/life/post")
    assert draft is not None
    assert draft.title == "Half a title"


async def test_save_and_leave_then_abandon(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.lift}")
    await person.press("r")
    await person.type("Not yet sure.")
    await person.press("c-x", "d", "enter")
    assert person.route == f"/t/{community.numbers.lift}#1"
    assert person.message == "The draft is kept; home offers it"
    await person.press("r")
    assert "Not yet sure." in person.text()
    await person.press("c-x", "a")
    assert "Throw away what you wrote?" in person.text()
    await person.press("y")
    assert person.message == "Given up; nothing was sent"
    assert await community.forum.drafts.latest(await community.maker.actor("reed")) is None


async def test_leaving_without_a_word_asks_nothing(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.lift}")
    await person.press("r", "c-x", "a")
    assert person.route == f"/t/{community.numbers.lift}#1"
    assert await community.forum.drafts.latest(await community.maker.actor("reed")) is None


async def test_an_officer_sees_whose_name_it_stands_under(community: Community, driver: Visiting) -> None:
    person = await driver("zhou", route=f"/t/{community.numbers.lift}")
    await person.press("r")
    assert person.row(2).startswith(" [OFFICIAL] you write as 周明, Director, Administration Department")
    column, row = person.terminal.find("you write as")
    assert person.terminal.at(column, row).bg == "7a1f1f"  # the officers' bar
    await person.type("The part comes on Tuesday.")
    await person.press("c-x")
    assert "REAL NAME 周明" in person.text()
    await person.press("s")
    assert "[OFFICIAL] 周明" in person.text()


async def test_locked_meanwhile_keeps_the_text(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.lift}")
    await person.press("r")
    await person.type("Too late?")
    await community.forum.threads.lock(await community.maker.actor("keeper"), community.numbers.lift, True)
    await person.press("c-x", "s")
    assert person.route.endswith("/reply#1")
    assert "Too late?" in person.text()
    assert person.message
    draft = await community.forum.drafts.latest(await community.maker.actor("reed"))
    assert draft is not None
    assert "Too late?" in draft.body


async def test_too_fast_keeps_the_text(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.lift}/reply")
    await person.type("First.")
    await person.press("c-x", "s", "r")
    await person.type("Second, at once.")
    await person.press("c-x", "s")
    assert "/reply" in person.route
    assert "Second, at once." in person.text()
    community.clock.advance(minutes=10)
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")


async def test_nothing_written_is_not_sent(driver: Visiting) -> None:
    person = await driver("reed", route="/b/life/post")
    await person.press("c-x", "s")
    assert person.route == "/b/life/post"
    assert person.message


async def test_the_title_is_reached_from_the_text(driver: Visiting) -> None:
    person = await driver("reed", route="/b/life/post")
    await person.type("Gloves")
    await person.press("enter")
    await person.type("Blue ones.")
    await person.press("up")
    await person.type("!")
    assert "Title: Gloves!" in person.text()
    await person.press("tab", "c-x", "t")
    await person.type("!")
    assert "Title: Gloves!!" in person.text()


async def test_the_preview_looks_like_the_post(driver: Visiting) -> None:
    person = await driver("reed", route="/b/life/post")
    await person.type("Gloves")
    await person.press("tab")
    await person.type("**Blue** ones")
    await person.press("c-x", "p")
    assert " Blue ones" in person.text()
    assert "**" not in person.text()
    column, row = person.terminal.find("Blue")
    assert person.terminal.at(column, row).bold
    await person.press("q")
    assert "**Blue** ones" in person.text()


async def test_the_limit_is_shown_and_kept(driver: Visiting) -> None:
    person = await driver("reed", route="/b/life/post")
    await person.press("tab")
    await person.paste("x" * 20_500)
    assert "20000/20000" in person.text()
    assert "20000" in person.message


async def test_a_dismissed_officer_no_longer_speaks_for_the_office(community: Community, driver: Visiting) -> None:
    person = await driver("zhou", route=f"/t/{community.numbers.lift}/reply")
    assert "[OFFICIAL]" in person.row(2)
    await person.type("May I still?")
    await community.forum.officers.dismiss(LOCAL, "administration", "zhou")
    for _ in range(5):
        await person.settle()
    assert "[OFFICIAL]" not in person.row(2)
    await person.press("c-x", "s")
    assert "May I still?" in person.text()
    assert person.route.endswith("/reply")
