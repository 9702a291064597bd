"""The mouse, for those who want it: a click selects, another opens, the wheel scrolls; off, nothing is asked for."""

from __future__ import annotations

import pytest

from bbs.terminal import controls
from bbs.terminal.reports import Pointed, pointed, width_told
from tests.screens.conftest import Community, VisitDriver, Visiting

ON, OFF = controls.MOUSE_ON.encode(), controls.MOUSE_OFF.encode()


async def with_mouse(community: Community, name: str = "reed") -> None:
    await community.forum.accounts.set_preferences(await community.maker.actor(name), {"mouse": True})


async def click(person: VisitDriver, column: int, row: int) -> None:
    """Press and release the left button on a cell of the screen."""
    await person.type(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m")


async def wheel(person: VisitDriver, way: str) -> None:
    await person.type(f"\x1b[<{ {'up': 64, 'down': 65}[way] };5;5M")


async def test_off_until_it_is_chosen_and_off_again_at_once(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b")
    assert ON not in bytes(person.terminal.received)
    await click(person, 5, 5)
    assert person.route == "/b"
    assert person.bells == 0, "what a terminal tells is no key"
    await person.type(":/me\r")
    while ">Mouse" not in person.text():
        await person.press("down")
    await person.press("enter")
    assert bytes(person.terminal.received).count(ON) == 1
    assert "Shift" in person.text(), "how to copy is said"
    await person.press("enter")
    assert bytes(person.terminal.received).count(OFF) == 1


async def test_the_terminal_is_left_as_it_was(community: Community, driver: Visiting) -> None:
    await with_mouse(community)
    person = await driver("reed")
    assert ON in bytes(person.terminal.received)
    await person.press("q", "y")
    await person.over()
    assert bytes(person.terminal.received).rindex(OFF) > bytes(person.terminal.received).rindex(ON)


async def test_a_click_selects_and_a_second_one_opens(community: Community, driver: Visiting) -> None:
    await with_mouse(community)
    person = await driver("reed")
    await click(person, 6, person.terminal.find("Boards")[1])
    assert person.row(person.terminal.find("Boards")[1]).startswith(" >")
    await click(person, 6, person.terminal.find("Boards")[1])
    assert person.route == "/b"
    row = next(index for index, text in enumerate(person.terminal.rows()) if "Office Services" in text)
    await click(person, 20, row)
    assert person.terminal.row(row).startswith(">")
    assert person.route == "/b"
    await click(person, 20, row)
    assert person.route == "/b/services"


async def test_the_wheel_moves_and_scrolls(community: Community, driver: Visiting) -> None:
    await with_mouse(community)
    person = await driver("reed", route="/b", size=(80, 12))
    first = next(row for row in person.terminal.rows() if row.startswith(">"))
    await wheel(person, "down")
    assert next(row for row in person.terminal.rows() if row.startswith(">")) != first
    await wheel(person, "up")
    assert next(row for row in person.terminal.rows() if row.startswith(">")) == first
    await person.type(f":/t/{community.numbers.canteen}#1\r")
    rows = person.terminal.rows()
    await wheel(person, "down")
    assert person.terminal.rows()[1:5] != rows[1:5]


async def test_clicks_beside_everything_do_nothing(community: Community, driver: Visiting) -> None:
    await with_mouse(community)
    person = await driver("reed", route="/b/services", size=(132, 43))
    for column, row in ((0, 0), (0, 42), (0, 41), (0, 30), (100, 3), (5, 1), (9998, 9998)):
        await click(person, column, row)
    assert person.route == "/b/services"
    await person.press("s")
    await click(person, 2, 4)
    assert person.stage.prompt is not None, "a question is not answered by a click"


@pytest.mark.parametrize(
    "report",
    [
        "\x1b[<0;5;5m",
        "\x1b[<1;5;5M",
        "\x1b[<0;5M",
        "\x1b[<0;99999;5M",
        "\x1b[<-1;5;5M",
        "\x1b[M !!",
        "\x1b[<0;5;5Mx",
        "",
    ],
)
def test_what_is_not_used_is_not_heard(report: str) -> None:
    assert pointed(report) is None


def test_reports_are_read_from_zero() -> None:
    assert pointed("\x1b[<0;1;2M") == Pointed("press", 0, 1)
    assert pointed("\x1b[<65;10;20M") == Pointed("down", 9, 19)
    assert width_told("\x1b[23;6R", 22) == 1
    assert width_told("\x1b[23;11R", 22) == 2
    assert width_told("\x1b[23;9R", 22) is None
    assert width_told("\x1b[1;11R", 22) is None
