"""The reader: where it opens, what it marks as read, what it tells while it is open."""

from __future__ import annotations

from bbs.forum.posts.posts import ReadState
from tests.screens.conftest import Community, Visiting


async def state(community: Community, name: str, thread: int) -> tuple[ReadState, int]:
    _, found = await community.forum.threads.get(await community.maker.actor(name), thread)
    return found.state, found.read_floor


async def long_thread(community: Community, floors: int = 30) -> int:
    """A thread of many floors by two people."""
    first = await community.maker.start("plum", "life", "Counting", "One.")
    for number in range(2, floors + 1):
        name = "stone" if number % 2 else "plum"
        await community.maker.reply(name, first.thread, f"This is number {number}.\n\nAnd a second line.")
    return first.thread


async def test_reading_is_marked_as_far_as_it_was_seen(community: Community, driver: Visiting) -> None:
    thread = await long_thread(community)
    person = await driver("reed", route=f"/t/{thread}")
    seen = (await state(community, "reed", thread))[1]
    assert 3 <= seen <= 7
    await person.press("space")
    assert (await state(community, "reed", thread))[1] > seen
    await person.press("$")
    assert await state(community, "reed", thread) == (ReadState.READ, 30)


async def test_it_opens_where_reading_stopped(community: Community, driver: Visiting) -> None:
    thread = await long_thread(community)
    reed = await community.maker.actor("reed")
    await community.forum.reading.read(reed, thread, 12)
    person = await driver("reed", route=f"/t/{thread}")
    assert person.route == f"/t/{thread}#13"
    assert person.row(1).startswith("#13 ")
    assert "#13 of 30" in person.row(-3)
    await person.press("k")
    assert "And a second line." in person.text()  # what was read is still above


async def test_moving_between_floors(community: Community, driver: Visiting) -> None:
    thread = await long_thread(community)
    person = await driver("reed", route=f"/t/{thread}")
    await person.press("]", "]")
    assert person.route == f"/t/{thread}#3"
    await person.press("2", "0", "enter")
    assert person.route == f"/t/{thread}#20"
    await person.press("[")
    assert person.route == f"/t/{thread}#19"
    await person.press("=")
    assert person.route == f"/t/{thread}#1"
    await person.press("\\")
    assert person.route == f"/t/{thread}#30"
    assert "100%" in person.row(-3)
    await person.press("9", "9", "enter")
    assert "99" in person.message


async def test_finding_in_a_thread(community: Community, driver: Visiting) -> None:
    thread = await long_thread(community)
    person = await driver("reed", route=f"/t/{thread}")
    await person.press("/")
    await person.type("number 2")
    await person.press("enter")
    assert "number 2." in person.row(person.cursor[1] + 1) or person.route.endswith("#2")
    await person.press("n")
    assert person.route == f"/t/{thread}#20"
    await person.press("N")
    assert person.route == f"/t/{thread}#2"
    await person.press("/", "c-a", "c-k")
    await person.type("zebra")
    await person.press("enter")
    assert "zebra" in person.message


async def test_new_floors_are_told_and_nothing_moves(community: Community, driver: Visiting) -> None:
    thread = await long_thread(community)
    person = await driver("reed", route=f"/t/{thread}")
    before = person.terminal.rows()[1:8]
    await community.maker.reply("plum", thread, "Thirty-one.")
    await person.until("1 new floor below")
    await community.maker.reply("stone", thread, "Thirty-two.")
    await person.until("2 new floors below")
    assert person.terminal.rows()[1:8] == before
    assert "#1 of 32" in person.row(-3)
    await person.press("$")
    assert "Thirty-two." in person.text()
    assert "new floor" not in person.text()


async def test_an_edited_floor_says_so(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.lift}")
    plum = await community.maker.actor("plum")
    posts = await community.forum.threads.posts(plum, community.numbers.lift, floor=2, limit=1)
    community.clock.advance(minutes=30)
    await community.forum.threads.edit(plum, posts[0].id, "It runs again.")
    await person.until("It runs again.")
    assert "edited 11-22 12:00" in person.text()


async def test_space_at_the_end_goes_on_to_the_next_unread(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.canteen}")
    await person.press("space")
    assert person.route == f"/t/{community.numbers.lift}#1"
    await person.press("q")
    assert person.route == "/"  # it took the place of the first


async def test_details_have_the_address_and_how_to_verify(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.canteen}#3")
    await person.press("Q")
    assert person.route == f"/t/{community.numbers.canteen}/details#3"
    assert f"/t/{community.numbers.canteen}#3" in person.text()
    assert "周明, Director, Administration Department (real name)" in person.text()
    assert "verify" in person.text()
    await person.press("q")
    assert person.route == f"/t/{community.numbers.canteen}#3"


async def test_a_locked_thread_is_not_answered(community: Community, driver: Visiting) -> None:
    keeper = await community.maker.actor("keeper")
    await community.forum.threads.lock(keeper, community.numbers.lift, True)
    person = await driver("reed", route=f"/t/{community.numbers.lift}")
    assert "[locked]" in person.row(-3)
    await person.press("r")
    assert person.message == "This thread is locked: it can be read, not answered"


async def test_guests_read_and_are_told_how_to_join(community: Community, driver: Visiting) -> None:
    person = await driver("guest", route=f"/t/{community.numbers.canteen}")
    assert "guest: log in as new to take part" in person.row(-3)
    await person.press("r")
    assert person.message.startswith("Guests read.")
