"""The first visit: asked once, skipped with one key, measured without waiting; and the tour with one's own keys."""

from __future__ import annotations

import pytest

from bbs.forum.actor import LOCAL, AccountKind
from bbs.terminal import controls
from bbs.terminal.glyphs import PROBE
from screens.help.tour import STOPS
from tests.screens.conftest import PASSWORD, Community, VisitDriver, Visiting
from tests.support.newsroom import counted
from tests.support.snapshots import assert_snapshot

SIZES = ((80, 24), (132, 43))


async def newcomer(community: Community, name: str = "reed", **preferences: object) -> None:
    """Somebody who has never been here, with what registration asked for."""
    actor = await community.maker.actor(name)
    await community.forum.accounts.set_preferences(actor, {"welcomed": False, **preferences})


async def chosen(community: Community, name: str = "reed") -> dict[str, object]:
    return (await community.maker.actor(name)).preferences


def report(person: VisitDriver, column: int, *, row: int | None = None) -> bytes:
    """What a terminal answers to the probe, in the row that was asked about."""
    return f"\x1b[{row or person.link.size.rows - 1};{column}R".encode()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_whole_first_visit(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    await newcomer(community)
    person = await driver("reed", lang=lang, size=size)
    await person.until(counted(7, lang))
    name = f"{lang}.{size[0]}x{size[1]}"
    assert person.route == "/welcome"
    assert_snapshot(f"welcome-language.{name}", person)
    await person.press("enter")
    assert_snapshot(f"welcome-keys.{name}", person)
    await person.press("3", "enter")
    assert_snapshot(f"welcome-width.{name}", person)
    await person.press("enter")
    assert person.route == "/help/tour"
    for number in range(len(STOPS)):
        assert_snapshot(f"tour-{number + 1}.{name}", person)
        await person.press("enter")
    assert person.route == "/"
    assert {"zh": "欢迎您来", "en": "Welcome, "}[lang] in person.text()
    kept = await chosen(community)
    assert (kept["language"], kept["preset"], kept["welcomed"]) == (lang, "kbs", True)


async def test_it_is_asked_once(community: Community, driver: Visiting) -> None:
    await newcomer(community, language="en")
    first = await driver("reed")
    assert "Keys" in first.text()
    assert "1 of 2" in first.text(), "the language is known"
    first.link.lose()
    await first.over()
    again = await driver("reed")
    assert again.route == "/welcome", "what was not answered is asked again, and nothing else"
    assert again.stage.prompt is None
    await again.press("enter", "enter")
    assert again.route == "/help/tour"
    await again.press("q")
    assert again.route == "/"
    again.link.lose()
    await again.over()
    third = await driver("reed")
    assert third.route == "/"


@pytest.mark.parametrize("before", [[], ["enter"], ["enter", "enter"], ["enter", "enter", "enter", "space"]])
async def test_one_key_skips_at_every_step(community: Community, driver: Visiting, before: list[str]) -> None:
    await newcomer(community)
    person = await driver("reed")
    assert "q skips" in person.text()
    await person.press(*before)
    assert "q skips" in person.text()
    await person.press("q")
    assert person.route == "/"
    assert (await chosen(community))["welcomed"] is True


async def test_left_goes_back(community: Community, driver: Visiting) -> None:
    await newcomer(community)
    person = await driver("reed")
    await person.press("enter", "enter", "left")
    assert "2 of 3" in person.text()
    await person.press("left")
    assert "1 of 3" in person.text()
    await person.press("enter", "enter", "enter", "enter", "left")
    assert "1 of 6" in person.text()
    await person.press("left")
    assert person.route == "/"


async def test_who_has_been_here_is_asked_nothing(community: Community, driver: Visiting) -> None:
    for name in ("reed", "lin", "guest"):
        person = await driver(name)
        assert person.route == "/"
        assert person.stage.prompt is None


async def test_an_account_made_by_a_sysop_is_welcomed(community: Community, driver: Visiting) -> None:
    await community.forum.accounts.create(LOCAL, "heron", AccountKind.MEMBER, password=PASSWORD, welcome=True)
    person = await driver("heron", route="/b/services")
    assert person.route == "/welcome"
    await person.press("q")
    assert person.route == "/b/services", "and then where they wanted to go"


# Widths


@pytest.mark.parametrize(("column", "cells"), [(1 + len(PROBE), 1), (1 + 2 * len(PROBE), 2)])
async def test_the_terminals_answer_is_proposed_and_confirmed(
    community: Community, driver: Visiting, column: int, cells: int
) -> None:
    await newcomer(community, language="en", ambiguous=3 - cells)
    person = await driver("reed")
    await person.press("enter")
    assert controls.CURSOR_ASK.encode() in bytes(person.terminal.received)
    assert PROBE[0] not in person.row(-2), "what was written for the measure is gone"
    await person.type(report(person, column).decode())
    assert "Your terminal was asked" in person.text()
    await person.press("enter")
    assert (await chosen(community))["ambiguous"] == cells


async def test_a_terminal_that_does_not_answer_is_not_waited_for(community: Community, driver: Visiting) -> None:
    await newcomer(community, language="en")
    person = await driver("reed")
    await person.press("enter", "2", "enter")
    assert person.route == "/help/tour"
    assert (await chosen(community))["ambiguous"] == 2


async def test_hostile_answers_change_nothing(community: Community, driver: Visiting) -> None:
    await newcomer(community, language="en")
    person = await driver("reed")
    await person.type(report(person, 11).decode())  # before anything was asked
    await person.press("enter")
    for answer in (
        report(person, 7),
        report(person, 11, row=1),
        report(person, 0),
        b"\x1b[" + b"9" * 60 + b";11R",
        b"\x1b[23;" + b"1" * 50 + b"R",
        b"\x1b[;R\x1b[23;R",
    ):
        await person.type(answer.decode())
    assert "Your terminal was asked" not in person.text()
    assert person.route == "/welcome"
    bells = person.bells
    for _ in range(200):
        person.link.feed(report(person, 11))
    await person.settle()
    assert "Your terminal was asked" in person.text()
    await person.press("up", "down")
    person.link.feed(report(person, 6))
    await person.settle()
    await person.press("enter")
    assert (await chosen(community))["ambiguous"] == 2, "one answer to one question, the first good one"
    person.link.feed(report(person, 6) * 50)
    await person.settle()
    assert person.route == "/help/tour"
    assert person.bells == bells, "what a terminal tells is no key"


# The tour


async def test_the_tour_again_from_help(community: Community, driver: Visiting) -> None:
    reed = await community.maker.actor("reed")
    await community.forum.accounts.set_preferences(reed, {"keys": {"list:post": ["c-n"]}})
    person = await driver("reed", route="/help")
    await person.press("home", "enter")
    assert person.route == "/help/tour"
    await person.press("up")
    assert "1 of 6" in person.text()
    await person.press("space", "space")
    assert "^N" in person.text(), "the keys are one's own"
    await person.press("up")
    assert "2 of 6" in person.text()
    await person.press("q")
    assert person.route == "/help"


@pytest.mark.parametrize("size", [(40, 12), (20, 6)])
async def test_a_small_terminal_can_be_walked_through(
    community: Community, driver: Visiting, size: tuple[int, int]
) -> None:
    await newcomer(community)
    person = await driver("reed", size=size)
    await person.press(*["enter"] * (3 + len(STOPS)))
    assert person.route == "/"
