"""Cases as their posters and everybody else see them: opening, following, rating, the list, the figures."""

from __future__ import annotations

import pytest

from bbs.forum.actor import LOCAL
from bbs.forum.cases.table import CaseState, Outcome, Rating
from tests.screens.caseroom import Room
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.support.snapshots import assert_snapshot

LANGUAGES = ("zh", "en")
SIZES = ((80, 24), (132, 43))
each_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
each_language = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture
async def room(community: Community) -> Room:
    """Monday morning at the administration department."""
    made = Room(community)
    await made.queue()
    return made


@pytest.fixture
async def answered(room: Room) -> Room:
    """The same when some of it was answered, closed, rated, moved on and declined."""
    zhou, cases, clock = await room.maker.actor("zhou"), room.forum.cases, room.community.clock
    clock.advance(hours=2)
    await cases.answer(zhou, 1, "Until six.")
    await cases.close(zhou, 1, Outcome.EXPLAINED)
    await cases.rate(await room.maker.actor("stone"), 1, Rating.SATISFIED, "Thanks.")
    clock.advance(hours=26)
    await cases.assign(zhou, 2, "wen")
    await cases.extend(zhou, 2, room.forum.community.site.calendar.after(clock.now().date(), 6), "零件下周才到")
    await cases.answer(zhou, 3, "从下周一起，六点半开门。")
    await cases.decline(zhou, 4, "末班车由公交公司定。")
    return room


async def settled(person: VisitDriver) -> VisitDriver:
    """The screen when the count in the head bar has come too."""
    if not person.session.visit.actor.is_guest:
        await person.until({"zh": "新 ", "en": " new"}[person.session.visit.tr.lang])
    await person.press("c-l")  # takes away what a slow machine says meanwhile
    return person


# How it looks


@each_size
@each_language
@pytest.mark.parametrize(
    ("screen", "route"),
    [
        ("cases", "/cases"),
        ("case", "/c/2"),
        ("case-private", "/c/5"),
        ("figures", "/cases/figures"),
        ("figures-office", "/cases/figures/administration"),
        ("ask", "/b/services/ask"),
        ("board-cases", "/b/services"),
    ],
)
async def test_screens_look_as_they_did(
    answered: Room, driver: Visiting, screen: str, route: str, lang: str, size: tuple[int, int]
) -> None:
    person = await settled(await driver("plum", lang=lang, size=size, route=route))
    if screen == "board-cases":
        await person.until({"zh": "在办", "en": "open case"}[lang])
    assert_snapshot(f"{screen}.{lang}.{size[0]}x{size[1]}", person)


@each_language
async def test_the_answering_floor_and_the_foot_say_how_the_case_stands(
    answered: Room, driver: Visiting, lang: str
) -> None:
    person = await settled(await driver("plum", lang=lang, route=f"/t/{answered.community.numbers.canteen}#4"))
    await person.until({"zh": "plum  新", "en": "plum  8 new"}[lang])  # what was told of it is read too
    words = {"zh": ("建言已答复", "[已答复]"), "en": ("case: answered", "[answered]")}[lang]
    assert words[0] in person.text()
    assert words[1] in person.row(-3)
    assert_snapshot(f"thread-case.{lang}.80x24", person)


@each_language
async def test_a_list_of_threads_says_what_became_of_each(room: Room, driver: Visiting, lang: str) -> None:
    """In a few cells, and without colour: until when, over, satisfied or not, taken up again."""
    thread = room.community.numbers.canteen
    case, zhou = await room.of(thread), await room.maker.actor("zhou")
    poster = await room.maker.actor(case.poster)

    async def badge() -> str:
        person = await driver("plum", lang=lang, route="/b/services", colours=0)
        row = next(each for each in person.text().split("\n")[2:] if f" {thread} " in each)
        return row.rstrip().rpartition("[")[2]

    assert await badge() == {"en": "received, due 4d]", "zh": "已受理，剩 4 天]"}[lang]
    room.community.clock.advance(days=30)
    assert await badge() == {"en": "received, 17d over]", "zh": "已受理，逾期 17 天]"}[lang]
    await room.forum.cases.answer(zhou, case.id, "From Monday.")
    assert await badge() == {"en": "answered]", "zh": "已答复]"}[lang]
    await room.forum.cases.rate(poster, case.id, Rating.SATISFIED)
    await room.forum.cases.close(zhou, case.id, Outcome.FIXED_BY_OFFICE)
    assert await badge() == {"en": "closed +1]", "zh": "已办结 满意]"}[lang]
    await room.forum.cases.rate(poster, case.id, Rating.UNSATISFIED, "It is cold again.")
    assert await badge() == {"en": "closed -1]", "zh": "已办结 不满意]"}[lang]
    await room.forum.cases.reopen(poster, case.id, "It is cold again.")
    assert await badge() == {"en": "received, due 7d]", "zh": "已受理，剩 7 天]"}[lang]


@each_language
async def test_figures_without_colours(answered: Room, driver: Visiting, lang: str) -> None:
    person = await driver("guest", lang=lang, route="/cases/figures", colours=0)
    assert "=" * 10 in person.text()
    assert_snapshot(f"figures-mono.{lang}.80x24", person)


# Opening


async def test_the_kind_is_asked_before_the_text(room: Room, driver: Visiting) -> None:
    person = await driver("plum", route="/b/services")
    await person.press("c-p")
    assert person.route == "/b/services/ask"
    assert "Administration Department answers here. Sent today, it is taken on by 11-24" in person.row(1)
    await person.press("j", "enter")
    assert "Who may read it?" in person.text()
    await person.press("left")
    assert "What is it?" in person.text()
    await person.press("j", "enter", "enter")
    assert person.route == "/b/services/post/complaint"
    assert person.row(1).startswith(" complaint, to Office Services")
    assert "everybody who reads Office Services" in person.row(2)
    await person.type("Cold soup")
    await person.press("enter")
    await person.type("Again.")
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")
    thread = int(person.route.split("/")[2].partition("#")[0])
    found = await room.of(thread)
    assert (found.kind, found.state) == ("complaint", CaseState.RECEIVED)
    assert "[received, due 7d]" in person.row(-3)


async def test_a_draft_remembers_what_kind_it_is(room: Room, driver: Visiting) -> None:
    person = await driver("plum", route="/b/services/post/help/private")
    await person.type("My neighbour")
    await person.press("c-x", "d", "enter")
    again = await driver("plum")
    await again.press("r")
    assert again.route == "/b/services/post/help/private"
    assert "My neighbour" in again.text()


async def test_boards_without_cases_ask_nothing(room: Room, driver: Visiting) -> None:
    person = await driver("plum", route="/b/life")
    await person.press("c-p")
    assert person.route == "/b/life/post"


async def test_an_officer_writes_without_a_case(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route="/b/services")
    await person.press("c-p")
    assert person.route == "/b/services/post"


async def test_a_private_case_is_a_conversation_of_two(room: Room, driver: Visiting) -> None:
    person = await driver("plum", route="/b/services/post/help/private")
    assert "as plum (pen name)   only Administration Department reads it" in person.row(2)
    await person.type("My room")
    await person.press("enter")
    await person.type("The wall is wet.")
    await person.press("c-x")
    assert "Send as plum (pen name) to Administration Department only?" in person.text()
    await person.press("s")
    assert person.route == "/c/7"
    assert "only the office and you read it" in person.message
    officer = await driver("zhou", route="/c/7")
    assert "The wall is wet." in officer.text()
    await officer.press("r")
    assert officer.row(1).startswith(" [private] Answer to #7 (plum): My room")
    await officer.type("We come tomorrow.")
    await officer.press("c-x", "s")
    assert officer.route == "/c/7"
    assert "[OFFICIAL] 周明" in officer.text()
    await person.until("We come tomorrow.")
    await person.press("r")
    await person.type("Thank you, at which hour?")
    await person.press("c-x", "s")
    assert "at which hour?" in person.text()
    stranger = await driver("reed", route="/c/7")
    for secret in ("My room", "wall", "tomorrow.", "plum", "周明"):
        assert secret not in stranger.text()
    assert "only the office and its poster" in stranger.text()


async def test_without_a_name_the_code_is_the_way_back(room: Room, driver: Visiting) -> None:
    person = await driver("plum", route="/b/services/post/complaint/nameless")
    assert "without a name, no trace of you is kept" in person.row(2)
    await person.type("The pay slip")
    await person.press("enter")
    await person.type("Two days are missing.")
    await person.press("c-x")
    assert "poll" not in person.text()  # nobody could vote
    await person.press("d")
    assert person.message.startswith("Without a name nothing is kept before it is sent")
    assert await room.forum.drafts.latest(await room.maker.actor("plum")) is None
    await person.press("c-x", "s")
    assert person.route == "/c/7/code"
    code = next(row.strip() for row in person.terminal.rows() if row.strip().count("-") == 3 and len(row.strip()) == 19)
    await person.press("q", "n")
    assert code in person.text()  # it is not left by accident
    await person.press("enter", "y")
    assert person.route == "/c/7"
    assert "Two days are missing." in person.text()
    assert code not in person.text()

    guest = await driver("guest", route="/cases")
    assert "pay slip" not in guest.text()
    assert "L state" not in guest.row(-1), "a guest does nothing with a case"
    await guest.press("/", "c")
    await guest.type("AAAA-AAAA-AAAA-AAAA")
    await guest.press("enter")
    assert "opens no case" in guest.message
    await guest.press("/", "c")
    await guest.type(code.lower())
    await guest.press("enter")
    assert guest.route == "/c/7"
    assert "Two days are missing." in guest.text()
    await guest.press("L", "f")
    await guest.type("Anybody there?")
    await guest.press("enter")
    assert "Anybody there?" in guest.text()
    mine = await driver("plum", route="/cases")
    await mine.press("/", "m")
    assert "pay slip" not in mine.text()  # not even its poster's list knows it


async def test_a_line_that_drops_leaves_no_trace_of_a_nameless_case(room: Room, driver: Visiting) -> None:
    number, code = await room.private("plum", "The pay slip", "Two days are missing.", nameless=True)
    person = await driver("plum", route="/cases")
    await person.press("/", "c")
    await person.type(code)
    await person.press("enter", "r")
    assert person.route == f"/c/{number}/follow-up"
    await person.type("And in October too.")
    person.link.lose()
    await person.over()
    plum = await room.maker.actor("plum")
    left = await room.forum.returning.latest(plum)
    assert left is None or left.spot.route == "/cases"
    assert await room.forum.drafts.latest(plum) is None


# Following


async def test_a_poster_rates_and_reopens(answered: Room, driver: Visiting) -> None:
    person = await driver("plum")
    assert "yours #3: answered" in person.text()
    await person.press("c")
    assert person.route == "/cases"
    await person.press("/", "m")
    assert "my own" in person.text()
    assert "和同屋处不来" in person.text()
    assert "电梯" not in person.text()
    await person.press("j", "enter")
    assert person.route == "/c/3"
    await person.press("L")
    assert "say whether you are satisfied" in person.text()
    await person.press("s", "u")
    await person.type("It opened at seven.")
    await person.press("enter")
    assert person.message.startswith("Thank you")
    assert "unsatisfied   It opened at seven." in person.text()
    await person.press("L", "g")
    await person.type("Nobody came.")
    await person.press("enter")
    assert person.message == "#3 is open again"
    assert "received" in person.row(3)
    await person.press("L")
    assert "open it again" not in person.text()  # once only


async def test_the_poster_may_say_it_is_settled(room: Room, driver: Visiting) -> None:
    person = await driver("reed", route="/c/4")
    await person.press("L", "c", "y")
    assert person.message == "#4 is closed"
    assert "fixed by itself" in person.text()


async def test_a_stranger_has_nothing_to_do_with_it(answered: Room, driver: Visiting) -> None:
    person = await driver("reed", route="/c/3")
    await person.press("L")
    assert person.message.startswith("There is nothing for you to do with #3")
    await person.press("enter")
    assert person.route.startswith(f"/t/{answered.community.numbers.canteen}")


async def test_steps_are_told_with_who_when_and_why(answered: Room, driver: Visiting) -> None:
    person = await driver("reed", route="/c/2")
    assert "周明 (Administration Department)  gave it to 文远" in person.text()
    assert "零件下周才到" in person.text()
    assert "墨竹  opened it" in person.text()


async def test_a_case_changes_while_it_is_looked_at(room: Room, driver: Visiting) -> None:
    person = await driver("stone", route="/c/1")
    assert "received" in person.row(3)
    await room.forum.cases.answer(await room.maker.actor("zhou"), 1, "Until six.")
    await person.until("answered")
    assert "[OFFICIAL]" not in person.text()


async def test_an_unknown_case_is_told(room: Room, driver: Visiting) -> None:
    person = await driver("reed", route="/cases")
    await person.press(":")
    await person.type("/c/999")
    await person.press("enter")
    assert person.route == "/cases"
    assert "999" in person.message


# In threads


async def test_an_officers_reply_in_the_thread_answers_the_case(room: Room, driver: Visiting) -> None:
    person = await driver("zhou", route=f"/t/{room.community.numbers.lift}")
    assert "[received, due" in person.row(-3)
    await person.press("r")
    assert person.route == "/c/2/answer"
    await person.type("The part comes on Tuesday.")
    await person.press("c-x", "s")
    assert person.route.startswith(f"/t/{room.community.numbers.lift}")
    assert "The part comes on Tuesday." in person.text()
    assert "case: answered" in person.text()


async def test_the_state_key_in_lists_and_threads(room: Room, driver: Visiting) -> None:
    person = await driver("stone", route=f"/t/{room.community.numbers.reading_room}")
    await person.press("L", "l")
    assert person.route == "/c/1"
    await person.press("q", ":")
    await person.type("/b/life")
    await person.press("enter", "L")
    assert person.message == "This thread is no case"


# The list


async def test_filters_stack_and_left_leaves_them(answered: Room, driver: Visiting) -> None:
    person = await driver("reed", route="/cases")
    await person.press("/", "k", "3")
    assert "question" in person.row(-3)
    assert "班车" not in person.text()
    await person.press("/", "s", "3")
    assert "question  answered" in person.row(-3)
    assert "食堂早餐" in person.text()
    assert "Reading room" not in person.text()
    await person.press("left", "left")
    assert "班车" in person.text()
    assert person.route == "/cases"
    await person.press("left")
    assert person.route == "/"


async def test_overdue_is_shown_to_everybody(room: Room, driver: Visiting) -> None:
    room.community.clock.advance(days=12)
    person = await driver("guest", route="/cases")
    await person.press("/", "d")
    assert "overdue" in person.row(-3)
    rows = [row for row in person.terminal.rows()[2:-6] if row.strip()]
    assert len(rows) == 6
    assert all("!!" in row for row in rows)


async def test_numbers_lead_to_a_case(answered: Room, driver: Visiting) -> None:
    person = await driver("reed", route="/cases")
    await person.press("3", "enter", "enter")
    assert person.route == "/c/3"


# The figures


async def test_figures_have_their_definitions_and_lead_to_offices(answered: Room, driver: Visiting) -> None:
    person = await driver("reed", route="/cases")
    await person.press("tab")
    assert person.route == "/cases/figures"
    assert "All" in person.text()
    told = person.text()
    for _ in range(6):
        await person.press("space")
        told += person.text()
    assert "Rate: answered, of all received" in told
    assert "[1] Administration Department" in told
    await person.press("1", "enter")
    assert person.route == "/cases/figures/administration"
    await person.press("tab")
    assert person.route == "/cases"


async def test_a_rate_below_all_never_looks_like_all(answered: Room, driver: Visiting) -> None:
    report = await answered.forum.case_figures.report(LOCAL)
    assert report.total.rate.text == "50"
    person = await driver("reed", route="/cases/figures")
    assert "50 %" in person.text()
    assert "100 %" in person.text()  # of those who said anything all were satisfied
