"""Thread lists: filters that stack, marks, numbers, notices, the preview."""

from __future__ import annotations

import pytest

from tests.screens.conftest import Community, VisitDriver, Visiting


def listed(person: VisitDriver) -> list[str]:
    """The rows of threads on the screen."""
    return [row for row in person.terminal.rows()[2:-3] if row.strip()]


async def find(person: VisitDriver, key: str, text: str) -> None:
    await person.press(key)
    if key == "a":
        await person.press("c-a", "c-k")
    await person.type(text)
    await person.press("enter")


async def test_filters_stack_and_are_left_one_by_one(community: Community, driver: Visiting) -> None:
    await community.maker.start("plum", "services", "The canteen soup", "Is it vegetarian?")
    await community.maker.start("plum", "services", "Lamps in the corridor", "Two are out.")
    person = await driver("reed", route="/b/services")
    everything = listed(person)
    assert len(everything) == 6
    await find(person, "a", "plum")
    assert len(listed(person)) == 3
    assert "author: plum" in person.row(-3)
    await find(person, "/", "食堂")
    assert [row.split()[1] for row in listed(person)] == [str(community.numbers.canteen)]
    await find(person, "/", "半小时")  # a second title narrows the first
    assert len(listed(person)) == 1
    await find(person, "/", "nothing has this")
    assert "No thread passes the filter" in person.text()
    await person.press("left")
    assert len(listed(person)) == 1
    await person.press("left", "left")
    assert len(listed(person)) == 3
    assert "食堂早餐" in person.row(person.cursor[1])  # still on the thread that the filters led to
    await person.press("left")
    assert len(listed(person)) == 6
    assert "食堂早餐" in person.row(person.cursor[1])
    await person.press("left")
    assert person.route == "/"


async def test_digits_lead_to_a_thread(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    await person.press(str(community.numbers.reading_room), "enter")
    assert "Reading room" in person.row(person.cursor[1])
    await person.press("9", "9", "enter")
    assert "99" in person.message
    await person.press(str(community.numbers.cases), "enter")  # pinned ones have numbers too
    assert "这里怎么办事" in person.row(person.cursor[1])


async def test_all_read_and_undone(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    assert all("+" in row[:3] for row in listed(person))
    await person.press("v", "v")
    assert person.message == "Office Services: all read. u undoes it"
    assert not any("+" in row[:3] for row in listed(person))
    await person.press("u")
    assert person.message == "Office Services: unread again as before"
    assert all("+" in row[:3] for row in listed(person))
    await person.press("u")
    assert person.message == "Office Services: nothing to undo"


async def test_one_thread_is_marked_read_and_unread(driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    await person.press("j", "v", "t")
    assert person.message == "Marked as read"
    assert person.row(3).startswith("> ")
    await person.press("v", "t")
    assert person.message == "Marked as unread"
    assert person.row(3).startswith(">+")


async def test_unread_are_read_in_order_over_the_boards(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    numbers = community.numbers
    seen = []
    await person.press("S")
    for _ in range(5):
        seen.append(person.route.partition("#")[0])
        await person.press("S")
    expected = [numbers.cases, numbers.canteen, numbers.lift, numbers.reading_room, numbers.welcome]
    assert sorted(seen) == sorted(f"/t/{number}" for number in expected)
    assert seen[-1] == f"/t/{numbers.welcome}"  # another board comes last
    assert person.message == "Nothing is unread any more"


async def test_new_threads_appear_while_the_list_is_open(
    community: Community, driver: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.boards.board.FRESHEN_AFTER", 0.02)
    person = await driver("reed", route="/b/life")
    await community.maker.start("plum", "life", "A cat at gate two", "Grey, polite.")
    await person.until("A cat at gate two")


async def test_the_notice_tells_who_answers(driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    await person.press("b")
    assert person.route == "/b/services/notice"
    assert "Administration Department: 周明" in person.text()
    assert "within one working day" in person.text()
    await person.press("tab")
    assert person.route == "/b/services"


async def test_only_officers_start_threads_in_their_column(driver: Visiting) -> None:
    person = await driver("reed", route="/b/secretary")
    await person.press("c-p")
    assert person.route == "/b/secretary"
    assert person.message.startswith("Officers start the threads here")


async def test_guests_are_told_how_to_join(driver: Visiting) -> None:
    person = await driver("guest", route="/b/services")
    await person.press("c-p")
    assert person.message.startswith("Guests read.")
    await person.press("y")
    assert person.message.startswith("Guests read.")
    await person.press("v")
    assert person.message.startswith("Nothing is kept for guests")
    await person.press(":")
    await person.type("/b/personnel")
    await person.press("enter")
    assert person.route == "/b/services"  # members only, so for a guest it does not exist
    assert person.message


async def test_pinning_is_for_moderators(community: Community, driver: Visiting) -> None:
    member = await driver("reed", route="/b/services")
    await member.press("j", "_")
    assert member.route == "/b/services"
    assert member.row(3)[2] != "*"
    keeper = await driver("keeper", route="/b/services")
    await keeper.press("j", "_")
    assert keeper.message == f"Pinned: {community.numbers.canteen}"
    assert "食堂早餐" in keeper.row(keeper.cursor[1])
    assert keeper.row(keeper.cursor[1])[2] == "*"


async def test_a_wide_terminal_shows_the_floors_beside_the_list(driver: Visiting) -> None:
    person = await driver("reed", size=(132, 43), route="/b/services")
    assert "提了就有编号" in person.text()
    await person.press("j")
    await person.until("夜班同事七点前到不了食堂")
    assert "三号楼也是" in person.text(), "and the floors below"
    await person.resize(80, 24)
    assert "夜班同事七点前到不了食堂" not in person.text()


async def test_an_empty_board_says_what_to_do(driver: Visiting) -> None:
    person = await driver("reed", route="/b/youth")
    assert "^P starts the first thread" in person.text()
    for key in ("enter", "y", "Q", "pagedown", "$", "/", "escape"):
        bells = person.bells
        await person.press(key)
        assert person.route == "/b/youth"
        assert person.bells > bells or key in ("/", "escape")
