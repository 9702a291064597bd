"""The officers' stream and one office."""

from __future__ import annotations

import pytest

from tests.screens.conftest import Community, Visiting


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
    monkeypatch.setattr("screens.officers.FRESHEN_AFTER", 0.02)
    person = await driver("reed", route="/o/administration")
    await community.maker.reply("zhou", community.numbers.lift, "The part has come.")
    await person.until("The part has come.")
