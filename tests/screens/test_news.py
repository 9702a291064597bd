"""The columns and the bulletins of one: marks, titles in the reader's language, filter, panes, empty states."""

from __future__ import annotations

import pytest

from bbs.forum.actor import LOCAL
from bbs.forum.news.news import BulletinItem
from tests.screens.conftest import Community, Visiting
from tests.support.newsroom import at, counted, publish
from tests.support.snapshots import assert_snapshot

SIZES = [(80, 24), (132, 43)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
async def test_the_screens_look_as_they_did(
    community: Community, driver: Visiting, lang: str, size: tuple[int, int]
) -> None:
    await publish(community.forum)
    person = await driver("reed", lang=lang, size=size, route="/news")
    await person.until(counted(12, lang))
    assert_snapshot(f"news-{lang}-{size[0]}", person)
    await person.press("enter")
    assert_snapshot(f"column-{lang}-{size[0]}", person)


async def test_columns_tell_what_is_new_and_lead_in(community: Community, driver: Visiting) -> None:
    await publish(community.forum)
    person = await driver("reed", route="/news")
    row = next(line for line in person.text().split("\n") if "News Express" in line)
    # Of express: the duty roster of the community, drill, canteen and lift; the old one is not new any more.
    assert row.split()[-3:] == ["4", "2", "09:00"]
    await person.press("enter")
    assert person.route == "/news/express"
    await person.press("left")
    assert person.route == "/news"


async def test_an_open_list_shows_what_comes(community: Community, driver: Visiting) -> None:
    await publish(community.forum)
    person = await driver("reed", route="/news/express")
    assert "Breaking" not in person.text()
    await community.forum.news.store(LOCAL, [BulletinItem("breaking", "express", "Breaking", "It snows.", lang="en")])
    await person.until("Breaking")


async def test_a_guest_sees_what_is_public_and_no_marks(community: Community, driver: Visiting) -> None:
    await publish(community.forum)
    person = await driver("guest", route="/news")
    assert "Culture" in person.text()
    assert "Organisation" not in person.text()
    await person.press("enter")
    assert "Fire drill" in person.text()
    assert "must" not in person.text()
    assert all(line[2:3] == " " for line in person.text().split("\n")[2:6])


async def test_marks_and_titles_are_those_of_the_reader(community: Community, driver: Visiting) -> None:
    await publish(community.forum)
    person = await driver("reed", route="/news/express")
    rows = person.text().split("\n")[2:7]
    assert [row[:10] for row in rows] == [">+ !! must", " + !! must", " + !      ", " +        ", "          "]
    assert "Fire drill" in rows[0]
    assert "Canteen hours in winter" in rows[2]
    assert "电梯检修" in rows[3]  # nobody translated it
    chinese = await driver("plum", lang="zh", route="/news/express")
    assert "必读 消防演习" in chinese.text()


async def test_reading_one_takes_its_mark_away(community: Community, driver: Visiting) -> None:
    await publish(community.forum)
    person = await driver("reed", route="/news/express")
    await person.press("down", "down", "enter")
    assert person.text().split("\n")[2].strip() == "Canteen hours in winter"
    await person.press("left")
    assert person.row(4).startswith(">  !")
    await person.press("enter", "]", "left")
    assert person.row(5).startswith("  ")
    other = await driver("plum", route="/news/express")
    assert other.row(4).startswith(" + !")


async def test_a_revision_shows_as_changed(community: Community, driver: Visiting) -> None:
    await publish(community.forum)
    person = await driver("reed", route="/news/express")
    await person.press("down", "down", "enter", "left", "left")
    await publish(community.forum, [BulletinItem("canteen", "express", "食堂", "七点开门。", published_at=at(11, 20))])
    person = await driver("reed", route="/news/express")
    assert person.row(4).startswith(" ~")


async def test_a_filter_narrows_by_title_and_is_left_with_the_place_kept(
    community: Community, driver: Visiting
) -> None:
    await publish(community.forum)
    person = await driver("reed", route="/news/express")
    await person.press("/")
    await person.type("winter")
    await person.press("enter")
    assert "Only titles with: winter" in person.row(1)
    assert "Fire drill" not in person.text()
    await person.press("left")
    assert person.route == "/news/express"
    assert "Fire drill" in person.text()
    assert person.row(4).startswith(">+ !")
    assert "Canteen" in person.row(4)
    await person.press("/")
    await person.type("nothing like it")
    await person.press("enter")
    assert "No title has nothing like it in it" in person.text()


async def test_an_empty_column_says_so(driver: Visiting) -> None:
    person = await driver("reed", route="/news/video")
    assert "No bulletins in this column yet" in person.text()


async def test_a_column_that_is_not_for_guests_is_not_there(driver: Visiting) -> None:
    person = await driver("guest", route="/news/organisation")
    assert person.route == "/"
    assert person.message


async def test_unread_news_are_read_in_order_from_the_columns(community: Community, driver: Visiting) -> None:
    ids = await publish(community.forum)
    person = await driver("reed", route="/news")
    await person.press("S")
    assert person.route == f"/n/{ids['drill:en']}"


async def test_the_end_of_a_long_column_and_back(community: Community, driver: Visiting) -> None:
    many = [
        BulletinItem(
            f"n{number}", "video", f"影片 {number}", "有。", published_at=at(11, 1 + number // 24, number % 24)
        )
        for number in range(300)
    ]
    await publish(community.forum, many)
    person = await driver("reed", route="/news/video")
    assert "影片 299" in person.row(2)
    await person.press("end")
    assert any(line.startswith(">") and "影片 0 " in f"{line} " for line in person.text().split("\n"))
    await person.press("home")
    assert "影片 299" in person.row(2)


async def test_the_pane_shows_what_is_selected_without_reading_it(community: Community, driver: Visiting) -> None:
    await publish(community.forum)
    person = await driver("reed", size=(132, 43), route="/news/express")
    assert "Paragraph 1 of the drill" in person.text()
    await person.press("down", "down")
    await person.until("六点半开门")
    assert person.row(2).startswith(" + !!")
    assert (await community.forum.news.unread(await community.maker.actor("reed")))[0] > 0
