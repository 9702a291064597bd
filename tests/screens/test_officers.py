"""The officers' stream and one office."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bbs.forum.actor import LOCAL, AccountKind, Duty
from tests.screens.conftest import PASSWORD, Community, Visiting
from tests.support.snapshots import assert_snapshot


async def test_the_stream_is_newest_first_and_leads_to_the_floor(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/officers")
    assert "林若溪" in person.row(2)
    assert "Starting Monday" in person.row(3)
    assert person.row(2).startswith(">+")
    await person.press("j", "enter")
    assert person.route == f"/t/{community.numbers.canteen}#3"
    await person.press("q")
    assert person.row(3).startswith("> ")  # read now


async def test_an_office_shows_its_holder_and_its_posts(driver: Visiting) -> None:
    person = await driver("reed", route="/officers")
    await person.press("j", "b")
    assert person.route == "/o/administration"
    assert person.row(1).startswith(" [OFFICIAL] 周明  Director, Administration Department  since 2026-11-20")
    assert "林若溪" not in person.text()
    assert "Starting Monday" in person.text()


async def test_an_unknown_office_is_told(driver: Visiting) -> None:
    person = await driver("reed", route="/officers")
    await person.press(":")
    await person.type("/o/nobody")
    await person.press("enter")
    assert person.route == "/officers"
    assert "nobody" in person.message


async def test_a_long_stream_pages_both_ways(community: Community, driver: Visiting) -> None:
    for number in range(70):
        await community.maker.reply("zhou", community.numbers.lift, f"Report {number}.")
    person = await driver("reed", route="/officers")
    assert "Report 69." in person.row(2)
    await person.press("end")
    assert "这里怎么办事" in person.row(person.cursor[1])
    await person.press("home")
    assert "Report 69." in person.row(person.cursor[1])
    for _ in range(2):
        await person.press("pagedown")
    place = person.row(person.cursor[1])
    await person.press("enter", "q")
    assert person.row(person.cursor[1]).split("Report")[1] == place.split("Report")[1]


async def test_new_posts_of_officers_appear(
    community: Community, driver: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.officers.stream.FRESHEN_AFTER", 0.02)
    person = await driver("reed", route="/o/administration")
    await community.maker.reply("zhou", community.numbers.lift, "The part has come.")
    await person.until("The part has come.")


async def test_an_office_tells_who_held_it_before_and_who_will(community: Community, driver: Visiting) -> None:
    officers, now = community.forum.officers, community.clock.now()
    titles: dict[str, Any] = {"title_zh": "工会主席", "title_en": "Union Chair"}
    community.clock.advance(days=1)
    await officers.appoint(LOCAL, "union", "qin", real_name="秦川", **titles, since=now, until=now + timedelta(days=9))
    await officers.dismiss(LOCAL, "union", "qin")
    coming = now + timedelta(days=30)
    await officers.appoint(LOCAL, "union", "he", real_name="何静", **titles, since=coming)
    person = await driver("reed", route="/o/union")
    assert "from 2026-12-22: 何静, Union Chair" in person.text()
    assert "formerly 秦川, Union Chair, 2026-11-22 to 2026-11-23" in person.text()
    await officers.appoint(LOCAL, "union", "ding", real_name="丁一", **titles, until=coming)
    await person.until("[OFFICIAL] 丁一")


async def test_following_an_office_is_one_key_and_brings_a_notice(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/o/administration")
    await person.press("f")
    await person.until("You follow this office")
    await person.press("f")
    assert "You follow this office" not in person.text()
    await person.press("f")
    await community.maker.reply("zhou", community.numbers.lift, "The part has come.")
    notices = (await community.forum.inbox.list(await community.maker.actor("reed"))).items
    assert [(one.kind, one.route) for one in notices] == [("follow", f"/t/{community.numbers.lift}#3")]


async def test_an_officer_posts_from_the_stream_into_their_column(community: Community, driver: Visiting) -> None:
    officer = await driver("lin", route="/officers")
    assert "new post" in officer.row(-1)
    await officer.press("c-p")
    assert officer.route == "/b/secretary/post"
    assert "[OFFICIAL] you write as 林若溪" in officer.row(2)
    await officer.type("Hot soup")
    await officer.press("enter")
    await officer.type("One more pot from today.")
    await officer.press("c-x", "s")
    assert officer.route.startswith("/t/")
    assert "signed" in officer.text()
    await officer.press("q")
    assert "Hot soup" in officer.row(2)


async def test_who_has_no_column_is_told(driver: Visiting) -> None:
    member = await driver("reed", route="/officers")
    await member.press("c-p")
    assert (member.route, "real names" in member.message) == ("/officers", True)
    officer = await driver("zhou", route="/officers")
    await officer.press("c-p")
    assert (officer.route, "No column" in officer.message) == ("/officers", True)


async def test_guests_see_what_is_public_only(community: Community, driver: Visiting) -> None:
    guest = await driver("guest", route="/officers")
    readable = {board.slug for board in (await community.forum.boards.readable(guest.session.visit.actor)).values()}
    page = await community.forum.threads.stream(guest.session.visit.actor)
    assert {thread.board for _, thread in page.items} <= readable


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
async def test_an_office_on_the_screen(
    community: Community, driver: Visiting, lang: str, size: tuple[int, int]
) -> None:
    person = await driver("reed", route="/o/administration", lang=lang, size=size)
    await person.press("f")
    await person.settle()
    assert_snapshot(f"office.{lang}.{size[0]}x{size[1]}", person)


async def test_the_composer_of_an_officer_who_is_dismissed_keeps_the_text(
    community: Community, driver: Visiting
) -> None:
    officer = await driver("zhou", route=f"/t/{community.numbers.lift}/reply")
    await officer.type("The part has come.")
    await community.forum.officers.dismiss(LOCAL, "administration", "zhou")
    await officer.until("You hold no office now")
    assert "[OFFICIAL]" not in officer.text()
    await officer.press("c-x", "s")
    assert "You hold no office any more" in officer.message
    assert "The part has come." in officer.text()
    await officer.press("c-x", "d", "enter")
    await officer.until("The draft is kept")
    draft = await community.forum.drafts.get(officer.session.visit.actor, f"/t/{community.numbers.lift}/reply")
    assert draft is not None
    assert draft.body == "The part has come."


async def test_an_appointment_that_runs_out_closes_the_open_composer(community: Community, driver: Visiting) -> None:
    now = community.clock.now()
    await community.forum.officers.dismiss(LOCAL, "administration", "zhou")
    titles: dict[str, Any] = {"title_zh": "行政司司长", "title_en": "Director"}
    await community.forum.officers.appoint(
        LOCAL, "administration", "zhou", real_name="周明", **titles, until=now + timedelta(minutes=5)
    )
    officer = await driver("zhou", route=f"/t/{community.numbers.lift}/reply")
    await officer.type("Almost there.")
    assert "[OFFICIAL]" in officer.text()
    community.clock.advance(minutes=5)
    await community.forum.terms.look()  # what the server does every two seconds
    await officer.until("You hold no office now")
    await officer.press("c-x", "s")
    assert "You hold no office any more" in officer.message


async def test_a_liaison_prepares_and_the_officer_posts(community: Community, driver: Visiting) -> None:
    titles: dict[str, Any] = {"title_zh": "秘书", "title_en": "Clerk"}
    await community.forum.accounts.create(LOCAL, "xu", AccountKind.OFFICER, password=PASSWORD)
    await community.forum.officers.appoint(LOCAL, "secretary", "xu", real_name="徐可", duty=Duty.LIAISON, **titles)
    liaison = await driver("xu", route="/officers")
    await liaison.press("c-p")
    assert liaison.route == "/b/secretary/post"
    assert "you prepare this for 林若溪" in liaison.row(2)
    await liaison.type("Hot soup")
    await liaison.press("enter")
    await liaison.type("One more pot from today.")
    await liaison.press("c-x")
    assert "hand over" in liaison.text()
    await liaison.press("s")
    assert (liaison.route, "Handed over to 林若溪" in liaison.message) == ("/officers", True)
    assert await community.forum.drafts.list(liaison.session.visit.actor) == []
    page = await community.forum.threads.stream(liaison.session.visit.actor)
    assert "Hot soup" not in [thread.title for _, thread in page.items]

    officer = await driver("lin", route="/inbox")
    assert "徐可 prepared a text for you: Hot soup" in officer.text()
    await officer.press("enter")
    assert officer.route == "/me/drafts"
    await officer.press("enter")
    assert "[OFFICIAL] you write as 林若溪" in officer.row(2)
    await officer.press("c-x", "s")
    page = await community.forum.threads.stream(liaison.session.visit.actor)
    post, thread = page.items[0]
    assert (thread.title, post.author, post.body) == ("Hot soup", "林若溪", "One more pot from today.")
    assert (await community.forum.proofs.verify(liaison.session.visit.actor, post.id)).ok

    other = await driver("xu", route=f"/t/{community.numbers.canteen}")
    await other.press("r")
    assert other.route == f"/t/{community.numbers.canteen}#1"  # another office answers there
    assert "may not" in other.message
