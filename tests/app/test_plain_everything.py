"""Days in plain mode: what members, officers, hosts and moderators do on the full screen, done line by line."""

from __future__ import annotations

import asyncio
import re

import pytest

from bbs.app.plainpage import readable
from bbs.forum.actor import LOCAL
from bbs.text.when import ManualClock
from screens.table import ROUTES
from tests.app.conftest import Desk
from tests.app.plainly import Sitting, assert_transcript
from tests.app.test_plain_tables import SAMPLES
from tests.support.waiting import PATIENCE


@pytest.fixture
async def offices(clock: ManualClock, desk: Desk) -> Desk:
    """A house where administration answers the cases of `services`, and something was asked."""
    await desk.house.forum.officers.appoint(
        LOCAL, "administration", "zhou", real_name="周明", title_zh="司长", title_en="Director"
    )
    await desk.run("reed", "post services --title 'The lift' --kind complaint", stdin="It stopped again.")
    clock.advance(minutes=1)
    return desk


async def come_out(sitting: Sitting) -> None:
    """Leave whatever is being asked: a text ends, a draft is dropped, a question is left."""
    for line in ("", ".", "drop", "yes", ""):
        if sitting.so_far.endswith("command: "):
            return
        await sitting.say(line)
    assert sitting.so_far.endswith("command: "), sitting.so_far[-300:]


@pytest.mark.parametrize("name", ["reed", "zhou", "chief", "guest"])
async def test_every_address_answers_everybody(offices: Desk, name: str) -> None:
    async with Sitting(offices, name) as person:
        for pattern, _ in ROUTES:
            route = re.sub("[A-Z]{2,}", lambda found: SAMPLES.get(found[0], "1"), readable(pattern))
            route = route.replace("/b/1", "/b/services").replace("/o/1", "/o/secretary")
            heard = await person.say("page 0", route)
            assert len(heard.splitlines()) > 2, route
            await come_out(person)
        assert "error " not in person.so_far
        assert not person.ended
    assert "\x1b" not in person.so_far


async def test_a_case_from_the_question_to_the_rating(offices: Desk) -> None:
    async with Sitting(offices, "zhou") as zhou, Sitting(offices, "reed") as reed:
        assert "tour says in a few paragraphs" in zhou.so_far, "a first visit is welcomed, and asks nothing"
        desk = await zhou.say("desk", "1")
        assert "1 case waits for your office." in desk
        assert "Case 1, complaint, case received" in desk
        assert "You may: take, assign, transfer, answer, extend, return, merge, decline, add." in desk
        assert "assigned" in await zhou.say("take")
        assert "due 2027-01-29" in await zhou.say("extend 2027-01-29", "Parts are on their way.")
        said = await zhou.say("answer", "It runs again.", ".", "send")
        assert "You write under your real name: 周明, Director." in said
        assert "#1: it is sent" in said
        await reed.heard("周明 answered case #1")
        heard = await reed.say("case 1", "rate unsatisfied", "It stopped on Friday.", "reopen", "It stopped again.")
        assert "answered" in heard
        assert "You may:" in heard
        assert "Case 1: reopened. It is received now" in heard
        await zhou.heard("Case #1 was reopened")
        gone = await zhou.say("case", "decline", "Nothing to be done.", "answer")
        assert "reed, rated it: unsatisfied: It stopped on Friday." in gone
        assert "Case 1: declined. It is declined now." in gone
        assert "#1 is declined: that cannot be done now" in gone
        await reed.heard("The case here is now declined")
        assert "The case here is now assigned" not in zhou.so_far, "one's own acts are no news"


async def test_a_case_without_a_name(offices: Desk) -> None:
    async with Sitting(offices, "reed") as reed:
        await reed.say("ask services", "complaint", "3", "A quiet word", "Somebody shouts.", ".")
        heard = await reed.say("keep", "send")
        assert "a draft would lead to you" in heard
        code = re.search(r"^([A-Z0-9-]{8,})$", heard, re.M)
        assert code is not None, heard
        said = await reed.say("menu", f"code {code[1]}", "add", "He shouted again.", ".", "send", "case")
        assert "Somebody shouts." in said
        assert "  He shouted again." in said
        assert "without a name, today" in said
        await reed.say("add", "half of")
        reed.link.lose()
    actor = await offices.actor("reed")
    assert await offices.house.forum.drafts.list(actor) == [], "a draft would lead to the account"
    assert await offices.house.forum.returning.latest(actor) is None, "and so would the place"


async def test_polls_templates_and_named_drafts(offices: Desk, clock: ManualClock) -> None:
    await offices.run("keeper", "template set life outing", stdin="Where:\nWhen:")
    async with Sitting(offices, "reed") as reed:
        await reed.say("post life", "An outing", "1", "By bicycle.", ".")
        await reed.say("poll", "When?", "Saturday", "Sunday", "", "no", "no", "7")
        assert "Kept as “outing”" in await reed.say("keep outing")
        assert "1. outing, /b/life/post" in await reed.say("drafts")
        heard = await reed.say("draft outing", "Bring bread.", ".", "hear", "send")
        assert "Poll: When?" in heard
        assert "Where:" in heard
        assert "Posted: floor 1 of thread 2." in heard
        assert "Saturday, 1 vote, your vote" in await reed.say("vote 1")
        clock.advance(minutes=1)
        await reed.say("post life", "Another", "", "Text.", ".", "keep")
        assert "drafts lists them" in await reed.say("draft nowhere")
        assert "undo brings it back" in await reed.say("drafts", "delete 1", "yes")
        assert "today 09:14: Another" in await reed.say("undo", "drafts")


async def test_what_comes_is_told_between_lines_and_messages_answered(offices: Desk) -> None:
    async with Sitting(offices, "reed") as reed, Sitting(offices, "plum") as plum:
        await plum.say("menu")
        assert "Sent to reed." in await plum.say("message reed Tea at four?")
        await reed.heard("Short message from plum: Tea at four?")
        await reed.say("post life", "Tea", "One line")
        await plum.say("message reed Or five?")
        await reed.say("another line")
        assert "Or five?" not in reed.so_far, "never while a text is written"
        await reed.say(".", "send")
        await reed.heard("Short message from plum: Or five?")
        assert "Sent to plum." in await reed.say("tell At four.")
        assert "to plum, " in await reed.say("messages")
        await plum.heard("Short message from reed: At four.")


async def test_a_line_that_drops_is_gone_on_with(offices: Desk) -> None:
    async with Sitting(offices, "reed") as reed:
        await reed.say("/t/1", "reply", "Half a")
        await reed.type(" word")
        reed.link.lose()
    async with Sitting(offices, "reed") as again:
        assert "Your line dropped just now while you were writing at /t/1/reply" in again.so_far
        assert "resume" in again.so_far
        await again.say("news", "menu")
        heard = await again.say("resume", ".", "send")
        assert "1. Half a\n2.  word\n" in heard
        assert "Posted: floor 2" in heard
        await again.say("leave")
    async with Sitting(offices, "reed", language="zh") as third:
        assert "掉线" not in third.so_far


async def test_floors_history_copies_favourites_and_people(offices: Desk) -> None:
    async with Sitting(offices, "reed") as reed:
        await offices.run("plum", "reply 1", stdin="Mine too.\nOn the fourth.\nSince May.")
        await reed.say("/t/1#1", "reply", "See below.", ".")
        heard = await reed.say("quote 2 2-3", "quote 9 1", "drop", "yes")
        assert "3. > #2 plum:\n4. > On the fourth.\n5. > Since May.\n" in heard
        assert "There is no floor #9 in this thread" in heard
        await reed.say("/t/1#1", "edit", "line 1", "It stopped again, twice.", "send")
        heard = await reed.say("history", "history 2", "details", "pushes", "last", "older", "floor 1")
        assert "taken out: It stopped again." in heard
        assert "put in: It stopped again, twice." in heard
        assert "Author: reed (pen name)" in heard
        assert "Posted" in await reed.say("/t/1#1", "copy life", ".", "send")
        await reed.say("favourite", "folder Lifts", "favourites", "move 1 Lifts")
        assert "Lifts" in await reed.say("favourites", "name 1 Old lifts", "favourites")
        assert "You follow plum now." in await reed.say("follow plum")
        assert "plum" in await reed.say("following", "delete 1")
        assert "Time zone: Asia/Tokyo" in await reed.say("set zone asia/tokyo")
        assert "Short messages: whom I follow" in await reed.say("set pager", "2")
        await reed.say("/me/card/plan", "On my bicycle.", ".", "send")
        assert "On my bicycle." in await reed.say("person reed")
        assert "The new password holds" in await reed.say("password", *["plenty of soup and bread"] * 2)
        assert "plenty of soup" not in reed.so_far, "what is secret is not echoed"


async def test_moderators_and_hosts(offices: Desk, clock: ManualClock) -> None:
    await offices.run("reed", "post life --title Rude", stdin="Words.")
    async with Sitting(offices, "keeper") as keeper:
        heard = await keeper.say("/t/2", "keep", "digested", "pin", "lock", "lock off", "hide off-topic", "restore")
        for words in ("marked as kept", "in the digest", "is pinned", "is locked", "is open again"):
            assert words in heard
        assert "Moved to Ink and Books" in await keeper.say("relocate ink", "about books")
    async with Sitting(offices, "chief") as chief:
        heard = await chief.say(
            "announce interview", "Two hours", "secretary", "2026-12-24T10:00", "", "Everything.", "live", "1"
        )
        assert "/live/1" in heard, heard
        async with Sitting(offices, "reed") as reed:
            await reed.say("live 1", "ask", "Why?", ".", "send")
            heard = await chief.say("live 1", "accept 1", "lift 1")
            assert "Why?" in heard
            async with Sitting(offices, "plum") as plum, Sitting(offices, "lin") as lin:
                assert "answer 12, say, begin" in await lin.say("page 0", "live 1")
                assert "Voted for question 1." in await plum.say("live 1", "vote 1")
                clock.advance(days=32)
                await chief.say("begin")
                assert "Said." in await lin.say("answer 1", "Because.", ".", "send")
                await plum.heard("Something new was said here; next reads it.")
                assert "  Because.\n" in await plum.say("next")
            await chief.say("end", "yes")
            assert "transcript" in await reed.say("live 1")


@pytest.mark.parametrize(
    "hostile",
    [
        "e" + "\u0301" * 10_000,
        "\x1b[2J\x1b]0;x\x07 y",
        "x" * 100_000,
        "\x03\x03",
        "\u202e\u2066back",
        "--file /etc/passwd",
    ],
    ids=["marks", "escapes", "endless", "interrupts", "bidi", "options"],
)
async def test_hostile_lines_are_data(offices: Desk, hostile: str) -> None:
    async with Sitting(offices, "reed") as reed:
        await reed.say(hostile, f"search {hostile}", f"go {hostile}", f"message plum {hostile}", f"draft {hostile}")
        await come_out(reed)
        await reed.say("/t/1", "reply", hostile, ".", "hear", "drop", "yes", f"folder {hostile}", f"set zone {hostile}")
        await come_out(reed)
        assert "You are at floor" in await reed.say("/t/1#1", "where")
    allowed = {"\n", "\r", "\b"}
    said = reed.so_far
    assert not {char for char in said if (ord(char) < 0x20 and char not in allowed) or 0x7F <= ord(char) < 0xA0}
    assert "\u202e" not in said


async def test_the_end_of_input_in_every_dialogue_loses_nothing(offices: Desk) -> None:
    for lines in (["ask services", "3"], ["post life", "T"], ["/t/1", "poll new"], ["message plum"], ["set pager"]):
        async with Sitting(offices, "reed") as reed:
            await reed.say(*lines)
            reed.link.feed(b"\x04")
            async with asyncio.timeout(PATIENCE):
                assert reed._task is not None
                await asyncio.wait({reed._task})
            assert reed._task.exception() is None, lines


async def test_threads_are_split_joined_and_brought_back(offices: Desk, clock: ManualClock) -> None:
    clock.advance(minutes=6)
    for title in ("Soup", "Tea"):
        await offices.run("plum", f"post life --title {title}", stdin=f"{title}?")
        clock.advance(minutes=6)
    await offices.run("reed", "reply 2", stdin="And the bread?")
    async with Sitting(offices, "keeper") as keeper:
        heard = await keeper.say("read 2", "split 2", "Bread", "Another matter.")
        assert "/t/4" in heard
        assert "moved to /t/4#1" in await keeper.say("floor 2")
        assert "/t/2" in await keeper.say("rejoin", "The same matter.")
        assert "Floor 2 stands here" in await keeper.say("floor 2", "rejoin")
        assert "And the bread?" in await keeper.say("read 2", "floor 2")
        assert "/t/3" in await keeper.say("join 3", "The same matter.")
        assert "moved to /t/3#2" in await keeper.say("read 2", "floor 1")


async def test_an_office_keeps_its_reply_templates(offices: Desk) -> None:
    async with Sitting(offices, "zhou") as zhou:
        assert "has no reply templates" in await zhou.say("desk", "templates")
        await zhou.say("template Thanks", "Thank you.", ".", "send")
        assert "Thank you." in await zhou.say("templates")
        await zhou.say("template Thanks off")
        assert "Thank you." not in await zhou.say("templates")


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("en", ["desk", "1", "take", "extend 2027-01-29", "Parts come.", "answer", "It runs.", ".", "send", "case"]),
        ("zh", ["办公桌", "1", "接手", "延期 2027-01-29", "等零件。", "答复", "修好了。", ".", "发送", "查建言"]),
    ],
)
async def test_an_officers_morning_as_it_is_heard(offices: Desk, lang: str, lines: list[str]) -> None:
    async with Sitting(offices, "zhou", language=lang) as zhou:
        heard = await zhou.say(*lines)
    assert_transcript(f"desk.{lang}", heard)
