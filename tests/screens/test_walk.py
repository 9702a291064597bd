"""The way most visits go: home, boards, a board, a thread, a reply, and back."""

from __future__ import annotations

from tests.screens.conftest import Community, Visiting


async def test_from_home_to_a_reply_and_back(community: Community, driver: Visiting) -> None:
    person = await driver("reed")
    assert person.route == "/"
    await person.press("b")
    assert person.route == "/b"
    await person.press("j", "j", "j", "j", "enter")
    assert person.route == "/b/services"
    await person.press("j", "enter")
    assert person.route == f"/t/{community.numbers.canteen}#1"
    await person.press("r")
    assert person.route == f"/t/{community.numbers.canteen}/reply#1"
    assert "as reed (pen name)" in person.text()
    assert "> 夜班同事七点前到不了食堂" in person.text()
    await person.type("Half past six would do.")
    await person.press("c-x", "s")
    assert person.route == f"/t/{community.numbers.canteen}#4"
    assert person.message.startswith("Posted #")
    assert "#4 reed" in person.text()
    assert " Half past six would do." in person.text()
    await person.press("q")
    assert person.route == "/b/services"
    await person.press("q")
    assert person.route == "/b"
    await person.press("q")
    assert person.route == "/"


async def test_a_new_thread_is_opened_when_it_is_posted(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/life")
    await person.press("c-p")
    assert person.route == "/b/life/post"
    await person.type("Two left gloves")
    await person.press("enter")
    await person.type("Found on the bench, blue.")
    await person.press("c-x", "s")
    assert person.stage.view.title == "Two left gloves"
    assert "Found on the bench, blue." in person.text()
    await person.press("q")
    assert person.route == "/b/life"
    assert "Two left gloves" in person.row(2)  # newest activity first


async def test_the_place_in_a_list_is_kept(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    await person.press("j", "j")
    before = person.cursor
    await person.press("enter", "q")
    assert person.cursor == before
    assert person.row(before[1]).startswith("> ")  # selected, and no longer unread
    await person.press("enter", "S")  # the next unread one in its place
    assert person.route == f"/t/{community.numbers.reading_room}#1"
    await person.press("q")
    assert "Reading room" in person.row(person.cursor[1])  # the selection went along


async def test_a_deep_link_leads_home(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.canteen}#3")
    assert person.route == f"/t/{community.numbers.canteen}#3"
    assert person.row(person.cursor[1]).startswith("#3 [OFFICIAL] 周明")  # the floor that was asked for is meant
    await person.press("q")
    assert person.route == "/"
    assert "reed" in person.row(0)


async def test_a_bad_route_lands_at_home_and_says_so(driver: Visiting) -> None:
    person = await driver("reed", route="/no/such/place")
    assert person.route == "/"
    assert person.message == "There is nothing at /no/such/place"


async def test_a_refused_route_says_why_also_after_a_dropped_line(driver: Visiting) -> None:
    dropped = await driver("reed", route="/b")
    dropped.link.lose()
    await dropped.over()
    person = await driver("reed", route="/leader")
    assert person.route == "/"
    assert person.message == "You may not do this (leader.page)."
    guest = await driver("guest", route="/mail")
    assert guest.route == "/"
    assert guest.message.startswith("Guests read. To write")


async def test_leaving_asks_and_says_goodbye(driver: Visiting) -> None:
    person = await driver("reed")
    await person.press("q")
    assert "Leave the forum?" in person.text()
    await person.press("n")
    assert person.route == "/"
    await person.press("q", "enter")
    await person.over()
    assert "Until next time" in person.text()


async def test_keys_without_a_meaning_here_are_answered(driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    await person.press("!")
    assert person.message == "Not on this screen: report"
    await person.press("q", "t")
    assert person.message == "Not on this screen: tools"


async def test_the_quick_switch_and_typed_routes(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.lift}")
    await person.press("c-z", "o")
    assert person.route == "/officers"
    await person.press(":")
    await person.type("t/1 ")
    await person.press("enter")
    assert person.message == "There is no board called t/1"
    await person.press(":")
    await person.type("/b/life/")
    await person.press("enter")
    assert person.route == "/b/life"


async def test_a_board_is_found_by_pinyin_initials(driver: Visiting) -> None:
    person = await driver("reed", lang="zh")
    await person.press("s")
    await person.type("jgfw")
    assert "机关服务" in person.text()
    await person.press("enter")
    assert person.route == "/b/services"
