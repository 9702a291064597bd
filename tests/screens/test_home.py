"""Home, the list of boards, and everything unread."""

from __future__ import annotations

from bbs.forum.forum import Event
from screens.home.home import HomeScreen
from tests.screens.conftest import Community, VisitDriver, Visiting


async def test_home_tells_what_is_new(driver: Visiting) -> None:
    person = await driver("reed")
    text = person.text()
    assert "1 must-read, 2 new" in text
    assert "5 new in 2 boards" in text
    assert "国庆值班安排" in text
    assert "by 12-01" in text
    assert "1 here" in text
    assert person.row(0).endswith("7 new")


async def test_letters_lead_on_and_the_place_is_kept(driver: Visiting) -> None:
    person = await driver("reed")
    for key, route in (("n", "/news"), ("b", "/b"), ("u", "/new"), ("o", "/officers"), ("w", "/who"), ("p", "/me")):
        await person.press(key)
        assert person.route == route
        await person.press("left")
        assert person.route == "/", route
        assert person.row(person.cursor[1])[:4].startswith(f" > {key}")
    await person.press("h")
    assert person.route.startswith("/help")


async def test_moving_in_the_menu(driver: Visiting) -> None:
    person = await driver("reed")
    await person.press("down", "enter")
    assert person.route == "/b"
    await person.press("q", "end", "up", "up")
    assert "Preferences" in person.row(person.cursor[1])
    await person.press("home", "up")
    assert person.bells == 1


async def test_counts_follow_what_was_read(driver: Visiting) -> None:
    person = await driver("reed")
    await person.press("u", "enter", "q", "q")
    assert "4 new in 1 board" in person.text()
    assert person.row(0).endswith("6 new")
    await person.press("b", "5", "enter", "v", "q")
    assert "new in" not in person.text()


async def test_news_comes_by_itself(community: Community, driver: Visiting) -> None:
    person = await driver("reed")
    await community.maker.start("plum", "life", "A cat at gate two", "Grey, polite.")
    await person.until("6 new in 3 boards")
    assert "A cat at gate two" in person.text()


async def test_titles_are_in_the_language_chosen_a_moment_ago(driver: Visiting) -> None:
    person = await driver("reed")
    await person.press("p", "enter", "q")
    assert "机关服务" in person.text()
    assert "Office Services" not in person.text()


async def test_a_wide_terminal_shows_what_a_board_holds(community: Community, driver: Visiting) -> None:
    person = await driver("reed", size=(132, 43), route="/b")
    await person.press("j")
    await person.until("天冷了")
    await person.press("5", "enter")
    await person.until("食堂早餐能否早半小时")
    await community.maker.start("plum", "services", "A cat at gate two", "Grey, polite.")
    await person.press("enter", "q")
    assert "A cat at gate two" in person.text(), "as new as the counts"
    await person.resize(80, 24)
    assert "A cat at gate two" not in person.text()


async def test_guests_see_only_what_exists_for_them(driver: Visiting) -> None:
    person = await driver("guest")
    assert "You are a guest" in person.text()
    assert "Preferences" not in person.text()
    assert "Unread" not in person.text()
    assert person.row(0).endswith("/  guest")


async def test_narrow_terminals_show_the_menu(driver: Visiting) -> None:
    person = await driver("reed", size=(40, 12))
    assert "News" in person.text()
    assert "Must read" not in person.text()


async def test_boards_are_headed_by_sections_and_filtered(driver: Visiting) -> None:
    person = await driver("reed", route="/b")
    assert person.row(2).startswith(" Face to Face 面对面")
    assert person.cursor[1] == 3
    await person.press("up")
    assert person.cursor[1] == 3
    await person.press("down", "down", "down")
    assert "Personnel" in person.row(person.cursor[1])  # the heading between was passed over
    await person.press("end")
    assert "Daily Life" in person.row(person.cursor[1])
    await person.press("/")
    await person.type("shkj")
    await person.press("enter")
    assert "Daily Life" in person.row(3)
    assert "Personnel" not in person.text()
    await person.press("left")
    assert "Personnel" in person.text()
    assert "Daily Life" in person.row(person.cursor[1])
    await person.press("5", "enter", "b")
    assert person.route == "/b/services/notice"


async def test_boards_are_marked_read_and_undone(driver: Visiting) -> None:
    person = await driver("reed", route="/b")
    await person.press("5", "enter", "v")
    assert person.message == "Office Services: all read. u undoes it"
    assert person.row(person.cursor[1]).split("机关服务")[1].split() == ["4"]  # threads, and nothing unread
    await person.press("u")
    assert person.message == "Office Services: unread again as before"


async def test_everything_unread_is_worked_off(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/new")
    assert "天冷了" in person.row(2)
    assert "Heart to Heart" in person.row(2)
    await person.press("v")
    assert "天冷了" not in person.text()
    await person.press("enter", "S", "S", "S", "q")
    assert person.route == "/new"
    assert "You have read everything" in person.text()


async def test_news_that_comes_while_the_first_view_is_opened(community: Community) -> None:
    """Nothing is in sight yet; what is told then waits until it is."""
    coming = VisitDriver(community.forum, await community.maker.actor("reed"))
    home = HomeScreen(coming.session.visit)
    home.stage = coming.stage
    await home.open()
    assert not home.in_sight
    home._heard(Event(1, community.clock.now(), "post.new", {}))
    assert home._fresh.stale
    assert home._fresh._timer is not None, "it is looked at again when it may be in sight"
    home.close()
    async with coming:
        shown = coming.stage.view
        assert isinstance(shown, HomeScreen)
        assert shown.in_sight
        await coming.press("b")
        assert not shown.in_sight
