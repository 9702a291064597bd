"""Commands about cases: an office's work, a poster's, figures, and the answers that scripts lean on."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest

from bbs.commands.case_shapes import harmless
from bbs.forum.actor import LOCAL, Duty
from tests.app.conftest import Desk


async def office(desk: Desk) -> None:
    """Two officers of the office that answers on `services`."""
    for name, real, duty in (("zhou", "周明", Duty.HOLDER), ("wen", "文远", Duty.DEPUTY)):
        await desk.house.forum.officers.appoint(
            LOCAL, "administration", name, real_name=real, title_zh="司长", title_en="Director", duty=duty
        )


async def begin(desk: Desk, name: str = "reed", *, title: str = "Cold soup") -> int:
    """The number of a new case on `services`."""
    command = ["case", "open", "services", "--title", title, "--kind", "complaint", "--json"]
    made = await desk.run(name, command, stdin=f"{title}, again.")
    assert made.code == 0, made.err
    return int(made.document["case"]["id"])


async def test_an_office_works_off_a_case_and_its_poster_follows(desk: Desk) -> None:
    await office(desk)
    number = await begin(desk)
    shown = (await desk.run("plum", f"case {number} --json")).document
    assert (shown["case"]["state"], shown["case"]["kind"], shown["case"]["office"]) == (
        "received",
        "complaint",
        "administration",
    )
    assert [step["act"] for step in shown["steps"]] == ["open"]
    thread = (await desk.run("plum", f"thread {shown['case']['thread']} --json")).document["thread"]
    assert thread["case"] == {"state": "received", "due": shown["case"]["answer_by"], "rating": None}
    assert [one["id"] for one in (await desk.run("zhou", "cases queue --json")).document["items"]] == [number]
    assert (await desk.run("zhou", f"case take {number}")).out.startswith(f"Case {number}: taken. It is assigned now")
    assert (await desk.run("zhou", f"case assign {number} wen --json")).document["case"]["assignee"] == "文远"
    until = (desk.house.forum.clock.now() + timedelta(days=30)).date().isoformat()
    moved = await desk.run("wen", f"case extend {number} --until {until} --reason 'A stove is on order.' --json")
    assert moved.document["case"]["extension"] == "A stove is on order."
    kept = await desk.run("wen", "office template administration stove --file - --json", stdin="The stove is here.")
    assert kept.document["template"]["name"] == "stove"
    done = await desk.run("wen", f"case answer {number} --template stove --json")
    assert (done.document["case"]["state"], done.document["case"]["due"]) == ("answered", None)
    rated = await desk.run("reed", f"case rate {number} satisfied --words Hot. --json")
    assert rated.document["case"]["rating"] == "satisfied"
    closed = await desk.run("wen", f"case close {number} fixed-by-office --json")
    assert closed.document["case"]["outcome"] == "fixed-by-office"
    for words in ("cases", "cases stats"):
        assert (await desk.run("reed", f"{words} --office nowhere --json")).error == "office.not_found"
        assert (await desk.run("reed", f"{words} --office administration --json")).code == 0
    late = await desk.run("zhou", f"case answer {number} --json", stdin="Too late.")
    assert (late.code, late.error) == (5, "case.is_closed")
    words = (await desk.run("plum", f"case {number}")).out
    for expected in ("Cold soup  /c/", "complaint · closed", "A stove is on order.", "rating: satisfied", "文远"):
        assert expected in words
    assert "satisfied" in (await desk.run("reed", "inbox")).out  # asked at the end
    mine = (await desk.run("reed", "cases --mine --state closed --json")).document
    assert [one["id"] for one in mine["items"]] == [number]
    assert (await desk.run("plum", "cases --mine --json")).document["items"] == []


async def test_the_other_ways_a_case_goes(desk: Desk) -> None:
    await office(desk)
    numbers = []
    for name, title in (("reed", "One"), ("plum", "Two"), ("keeper", "Three"), ("chief", "Four")):
        numbers.append(await begin(desk, name, title=title))
    one, two, three, four = numbers
    moved = await desk.run("chief", f"case transfer {one} secretary --reason Theirs. --json")
    assert moved.document["case"]["office"] == "secretary"
    step = (await desk.run("plum", f"case {one} --json")).document["steps"][-1]
    assert {name: step[name] for name in ("act", "actor", "office")} == {
        "act": "transfer",
        "actor": "chief",
        "office": None,
    }
    gone = await desk.run("zhou", f"case return {two} --reason 'Not ours.' --belongs 'The landlord' --json")
    assert (gone.document["case"]["state"], gone.document["case"]["belongs"]) == ("returned", "The landlord")
    assert (await desk.run("zhou", f"case decline {three} --reason 'No money.' --json")).code == 0
    again = await desk.run("keeper", f"case reopen {three} --reason 'There is some.' --json")
    assert (again.document["case"]["state"], again.document["case"]["reopening"]) == ("received", "There is some.")
    assert (await desk.run("zhou", f"case merge {four} {one} --json")).document["case"]["merged_into"] == one
    assert (await desk.run("keeper", f"case close {three} --json")).document["case"]["outcome"] == "fixed-by-itself"
    stale = await desk.run("lin", f"case answer {one} --change 0 --json", stdin="Ours.")
    assert (stale.code, stale.error) == (5, "case.meanwhile")
    assert "chief" in stale.err
    fresh = await desk.run("lin", f"case answer {one} --change 1 --json", stdin="Ours.")
    assert fresh.document["case"]["answered_floor"] == 2


@pytest.mark.parametrize(
    ("name", "command", "code", "error"),
    [
        ("plum", "case 999 --json", 4, "case.not_found"),
        ("plum", "case take {case} --json", 3, "access.denied"),
        ("lin", "case take {case} --json", 3, "case.not_yours"),
        ("plum", "case rate {case} satisfied --json", 3, "case.not_yours"),
        ("reed", "case rate {case} satisfied --json", 5, "case.is_received"),
        ("zhou", "case close {case} fixed-by-office --json", 5, "case.is_received"),
        ("zhou", "case assign {case} nobody --json", 4, "case.no_officer"),
        ("zhou", "case extend {case} --until 2020-01-01 --reason x --json", 2, "case.until_early"),
        ("zhou", "case decline {case} --reason ' ' --json", 2, "case.no_reason"),
        ("zhou", "case take {case} --change x --json", 2, "command.number"),
        ("zhou", "case answer {case} --template none --json", 4, "office_template.not_found"),
        ("plum", "office template administration --json", 3, "access.denied"),
        ("lin", "office template administration --json", 3, "case.not_staff"),
        ("guest", "case open services --title x --json", 3, "access.denied"),
        ("plum", "case open life --title x --private --json", 3, "access.denied"),
        ("plum", "case lookup --code ABCD --json", 4, "case.no_code"),
        ("plum", "cases stats --month 2026-13 --json", 2, "figures.month"),
        ("plum", "cases stats --since 2026-05 --until 2026-04 --json", 2, "figures.months"),
        ("plum", "cases --board nowhere --json", 4, "board.not_found"),
        ("plum", "cases --state open --json", 2, "command.choice"),
    ],
)
async def test_refusals(desk: Desk, name: str, command: str, code: int, error: str) -> None:
    await office(desk)
    number = await begin(desk)
    ran = await desk.run(name, command.format(case=number), stdin="Words.")
    assert (ran.code, ran.error) == (code, error)


async def test_a_case_without_a_name_is_followed_by_its_code(desk: Desk) -> None:
    await office(desk)
    command = ["case", "open", "services", "--title", "Bullying", "--kind", "help", "--nameless"]
    said = await desk.run("reed", command, stdin="In the kitchen.")
    code = re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", said.out)[0]
    listed = (await desk.run("plum", "cases --json")).document["items"]
    assert [(one["title"], one["poster"], one["private"]) for one in listed] == [(None, None, True)]
    number = listed[0]["id"]
    assert (await desk.run("reed", f"case {number} --json")).document["messages"] == []
    seen = (await desk.run("guest", "case lookup --json", stdin=code.lower())).document
    assert [one["body"] for one in seen["messages"]] == ["In the kitchen."]
    more = await desk.run("guest", f"case follow-up {number} --code {code} --json", stdin="Again today.")
    assert more.code == 0
    assert (await desk.run("zhou", f"case answer {number} --json", stdin="Come to room 12.")).code == 0
    words = (await desk.run("guest", f"case {number} --code {code}")).out
    assert "[OFFICIAL] 周明, Director" in words
    assert "  Come to room 12." in words
    rated = await desk.run("guest", f"case rate {number} unsatisfied --words Where? --code {code} --json")
    assert rated.document["case"]["rating"] == "unsatisfied"
    assert "Bullying" not in (await desk.run("chief", "register show --limit 200")).out


async def test_figures_for_people_scripts_and_sheets(desk: Desk) -> None:
    await office(desk)
    number = await begin(desk)
    assert (await desk.run("zhou", f"case answer {number} --json", stdin="Hot now.")).code == 0
    document = (await desk.run("guest", "cases stats --json")).document
    assert (document["total"]["received"], document["total"]["rate"]) == (1, 100.0)
    assert [one["key"] for one in document["offices"]] == ["administration"]
    assert len(document["months"]) == 12
    rows = list(csv.reader(io.StringIO((await desk.run("guest", "cases stats --csv")).out)))
    assert rows[0][:3] == ["group", "key", "received"]
    assert ["office", "administration", "1"] in [row[:3] for row in rows]
    words = (await desk.run("plum", "cases stats", columns=160)).out
    assert "administration" in words
    assert "never rounded up" in words
    assert "只舍不入" in (await desk.run("plum", "cases stats", language="zh", columns=160)).out


def test_no_cell_is_a_formula() -> None:
    for cell in ("=1+1", "+1", "-1", "@sum", "\tx"):
        assert harmless(cell) == f"'{cell}"
    assert harmless("services") == "services"


async def test_posting_says_of_what_kind_it_is(desk: Desk) -> None:
    await office(desk)
    made = await desk.run("reed", "post services --title Lamps --kind suggestion --json", stdin="More lamps.")
    thread = made.document["post"]["thread"]
    (case,) = (await desk.run("reed", "cases --kind suggestion --json")).document["items"]
    assert case["thread"] == thread
