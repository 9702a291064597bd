"""The desk: what waits, most urgent first; answering, extending, giving away; two people at one case."""

from __future__ import annotations

import pytest

from bbs.forum.actor import LOCAL
from bbs.forum.cases.table import CaseState
from tests.screens.caseroom import Room
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.support.snapshots import assert_snapshot


@pytest.fixture
async def room(community: Community) -> Room:
    """The desk of the administration department on Monday morning."""
    made = Room(community)
    await made.queue()
    return made


def listed(person: VisitDriver) -> list[int]:
    """The numbers of the cases on the screen, in their order."""
    rows = [row[3:9].strip() for row in person.terminal.rows()[3:-6]]
    return [int(row) for row in rows if row.isdecimal()]


async def settled(person: VisitDriver, lang: str) -> VisitDriver:
    """The screen when the count in the head bar has come too."""
    await person.until({"zh": "新 ", "en": " new"}[lang])
    await person.press("c-l")  # takes away what a slow machine says meanwhile
    return person


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_desk_looks_as_it_did(room: Room, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    person = await settled(await driver("zhou", lang=lang, size=size, route="/desk"), lang)
    assert_snapshot(f"desk.{lang}.{size[0]}x{size[1]}", person)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_desk_without_colours_and_late(room: Room, driver: Visiting, lang: str) -> None:
    room.community.clock.advance(days=9)
    person = await settled(await driver("zhou", lang=lang, route="/desk", colours=0), lang)
    assert person.row(3).startswith(">!!")
    assert_snapshot(f"desk-late.{lang}.80x24", person)


async def test_the_most_urgent_comes_first_and_home_counts_it(room: Room, driver: Visiting) -> None:
    person = await driver("zhou")
    assert "6 waiting" in person.text()
    await person.press("d")
    assert person.route == "/desk"
    assert listed(person) == [1, 2, 4, 5, 6, 3]  # the office wrote in the thread of the last: it is acknowledged
    assert "6 waiting, 6 not taken on" in person.text()
    assert "[private]" in person.row(6)
    assert "plum" not in person.row(6)


async def test_members_are_told_where_their_own_cases_are(room: Room, driver: Visiting) -> None:
    person = await driver("reed")
    assert "Desk" not in person.text()
    await person.press(":")
    await person.type("/desk")
    await person.press("enter")
    assert "/cases" in person.message


async def test_answering_from_the_desk(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/desk")
    await person.press("r")
    assert person.route == "/c/1/answer"
    assert "Answer to #1 (stone): Reading room opening hours" in person.row(1)
    assert person.row(2).startswith(" [OFFICIAL] you write as 周明")
    assert "Until when is it open on Fridays?" in person.text()
    await person.type("Until six.")
    await person.press("c-x", "s")
    assert person.route == "/desk"
    assert person.message.startswith("Answered; your answer is post #")
    assert listed(person) == [2, 4, 5, 6, 3]
    await person.press("tab")
    assert person.row(3).split()[-1] == "you"
    await person.press("L", "c")
    assert "How did #1 end?" in person.text()
    await person.press("1")
    assert person.message == "#1 is closed"
    case = (await room.forum.cases.get(LOCAL, 1)).case
    assert (case.state, case.outcome) == (CaseState.CLOSED, "fixed-by-office")


async def test_a_template_begins_the_answer(room: Room, driver: Visiting) -> None:
    zhou = await room.maker.actor("zhou")
    await room.forum.office_templates.set(zhou, "administration", "Thanks", "Thank you for telling us.\n\n")
    person = await driver("zhou", route="/desk")
    await person.press("r")
    assert "1 nothing, an empty page   2 Thanks" in person.text()
    await person.press("2")
    assert "Thank you for telling us." in person.text()
    await person.press("c-x", "a", "y", "r", "1")
    assert "Thank you" not in person.text()


async def test_more_time_by_working_days_and_with_a_reason(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/desk")
    await person.press("j", "e")
    await person.type("3")
    await person.press("enter")
    assert "Why does it take longer?" in person.text()
    await person.press("enter")
    assert person.message == "A few words are needed"
    await person.press("e")
    assert "3" in person.message  # what was typed is offered again
    await person.press("enter")
    await person.type("The part comes next week.")
    await person.press("enter")
    assert person.message == "#2: the new date is 12-02; the poster is told why"
    assert listed(person) == [1, 4, 5, 6, 3, 2]
    assert "#2" in person.row(-5)  # the selection stayed on its case
    await person.press("e")
    assert person.message == "More time can be asked for once, and only before the date has passed"


async def test_a_date_that_is_none_is_told(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/desk")
    await person.press("e")
    await person.type("soon")
    await person.press("enter")
    assert person.message.startswith("A date like")


async def test_home_offers_an_answer_that_was_begun(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/desk")
    await person.press("r")
    await person.type("Until")
    await person.press("c-x", "d", "enter")
    again = await driver("zhou")
    assert "an answer in" in again.text()
    await again.press("r")
    assert again.route == "/c/1/answer"
    assert "Until" in again.text()


async def test_a_number_goes_to_its_case(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/desk")
    await person.press("t", "5", "enter", "enter")
    assert person.route == "/c/5"


async def test_taking_and_giving_to_a_deputy(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/desk")
    await person.press("t")
    assert person.message == "#1 is with you now"
    await person.press("a")
    assert "文远, Deputy Director" in person.text()
    assert "白露" not in person.text()  # liaisons are not given cases
    await person.press("2")
    assert person.message == "#1 is with 文远 now"
    assert any("文远" in row for row in person.terminal.rows()[3:10])


async def test_the_state_menu_offers_what_the_table_allows(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/desk")
    await person.press("L")
    for words in ("answer", "take it on", "give it to", "pass it to", "return it", "merge it", "decline it"):
        assert words in person.text()
    assert "close it" not in person.text()  # nothing is closed that was not answered
    await person.press("b")
    await person.type("The reading room of the party school")
    await person.press("enter")
    await person.type("It is theirs.")
    await person.press("enter")
    assert "was returned" in person.message
    await person.press("L", "o")
    assert "which office is it for?" in person.text()
    await person.press("escape")


async def test_another_office_merging_and_declining(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/desk")
    await person.press("L", "o", "1")
    await person.type("The secretary answers for this.")
    await person.press("enter")
    assert person.message == "#1 was passed on to Executive Deputy Secretary"
    assert listed(person) == [2, 4, 5, 6, 3]
    await person.press("L", "m")
    await person.type("#3")
    await person.press("enter")
    assert person.message == "#2 goes on in #3"
    await person.press("L", "d")
    await person.type("Not this winter.")
    await person.press("enter", "y")
    assert person.message == "#4 was declined"
    assert listed(person) == [5, 6, 3]


async def test_a_liaison_prepares_and_the_officer_sends(room: Room, driver: Visiting) -> None:
    liaison = await driver("bai", route="/desk")
    await liaison.press("t")
    assert liaison.message.startswith("You prepare answers")
    await liaison.press("r")
    assert "Draft answer to #1" in liaison.row(1)
    assert "you prepare this" in liaison.row(2)
    await liaison.type("Until six on Fridays.")
    await liaison.press("c-x", "s")
    assert "The draft is kept with #1" in liaison.message
    officer = await driver("zhou", route="/desk")
    await officer.press("r")
    assert "Until six on Fridays." in officer.text()
    await officer.press("c-x", "s")
    assert officer.message.startswith("Answered")


async def test_two_officers_answer_at_once(room: Room, driver: Visiting) -> None:
    zhou = await driver("zhou", route="/desk")
    wen = await driver("wen", route="/desk")
    for person, words in ((zhou, "Until six."), (wen, "Until seven.")):
        await person.press("r")
        await person.type(words)
    await zhou.press("c-x", "s")
    await wen.press("c-x", "s")
    assert wen.route == "/c/1/answer"
    assert "周明 was faster" in wen.message
    assert "Until seven." in wen.text()
    assert "Adding to #1" in wen.row(1)  # sending it now adds to the answer that there is
    draft = await room.forum.drafts.latest(await room.maker.actor("wen"))
    for _ in range(50):
        if draft is not None:
            break
        await wen.settle()
        draft = await room.forum.drafts.latest(await room.maker.actor("wen"))
    answers = await room.forum.threads.posts(LOCAL, 2)
    assert [post.body for post in answers if post.official] == ["Until six."]
    await wen.press("c-x", "s")
    answers = await room.forum.threads.posts(LOCAL, 2)
    assert [post.body for post in answers if post.official] == ["Until six.", "Until seven."]


async def test_what_others_do_is_seen_and_told(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/desk")
    await person.press("j")
    wen = await room.maker.actor("wen")
    await room.forum.cases.answer(wen, 2, "It runs again.")
    await person.until("#2 left the desk: answered (文远)")
    assert listed(person) == [1, 4, 5, 6, 3]
    assert person.row(4).startswith(">")  # on the next one
    await room.public("reed", "The bicycle shed leaks", "Since Sunday.")
    await person.until("New on the desk: #7 The bicycle shed leaks")
    assert person.row(4).startswith(">")


async def test_an_ended_appointment_ends_the_desk(room: Room, driver: Visiting) -> None:
    person = await driver("wen", route="/desk")
    await room.forum.officers.dismiss(LOCAL, "administration", "wen")
    for _ in range(5):
        await person.settle()
    await person.press("t")
    assert "with you" not in person.message
    assert person.message


async def test_reply_templates_are_kept_at_the_desk(room: Room, driver: Visiting) -> None:
    """By everybody in the office, liaisons too; when two write one, the second keeps the text."""
    person = await driver("bai", route="/desk")
    await person.press("E")
    assert person.route == "/o/administration/templates"
    assert "No templates yet. ^P writes one" in person.text()
    await person.press("c-p")
    await person.type("Thanks")
    await person.press("enter")
    assert "as 白露, for everybody who answers for Administration Department" in person.text()
    await person.type("Thank you for telling us.")
    await person.press("c-x", "s")
    assert person.message == "The template is kept"
    assert "Thank you for telling us." in person.text()
    zhou = await driver("zhou", lang="zh", route="/o/administration/templates")
    assert "Thank you for telling us." in zhou.text()
    assert "白露" in zhou.text()
    await zhou.press("enter")
    await person.press("enter")
    await person.type("Dear reader. ")
    await person.press("c-x", "s")
    await zhou.type("您好。")
    await zhou.press("c-x", "s")
    assert "白露 刚刚改过模板 Thanks" in zhou.text()
    assert "您好。" in zhou.text()
    await zhou.press("c-x", "a", "y", "T", "!", "enter")
    assert "Thanks!" in zhou.text()
    await zhou.press("d", "y")
    assert "还没有模板" in zhou.text()
    await zhou.press("u")
    assert "Thanks!" in zhou.text()
    await zhou.press("q", "r")
    for name in ("reed", "lin"):
        stranger = await driver(name)
        await stranger.press(":")
        await stranger.type("/o/administration/templates")
        await stranger.press("enter")
        assert stranger.route == "/"
        assert "Thanks" not in stranger.text()
