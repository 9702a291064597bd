"""Favourites, following and muting, the library and marks, as people use them."""

from __future__ import annotations

import pytest

from bbs.errors import BbsError
from bbs.forum.actor import LOCAL
from bbs.forum.reading.attention import Level
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.screens.test_hostile import check
from tests.support.corpus import CORPUS
from tests.support.snapshots import assert_snapshot

LANGUAGES = ("zh", "en")
SIZES = ((80, 24), (132, 43))


def rows(person: VisitDriver, below: int = 2) -> list[str]:
    """The rows of the list on the screen."""
    return [row for row in person.terminal.rows()[below:-2] if row.strip()]


async def keep(community: Community, *, folder: str = "Work") -> int:
    """Reed's favourites: a board, a thread, and a folder with another board."""
    reed = await community.maker.actor("reed")
    kept, forum = community.forum.favourites, community.forum
    await kept.add(reed, await forum.boards.get(reed, "life"))
    await kept.add(reed, (await forum.threads.get(reed, community.numbers.lift))[1])
    number = await kept.add_folder(reed, folder)
    await kept.add(reed, await forum.boards.get(reed, "services"), number)
    return number


async def shelve(community: Community) -> None:
    """A library with a folder, a text in it and an officer's text."""
    keeper = await community.maker.actor("keeper")
    forum = community.forum
    place = await forum.boards.get(keeper, "services")
    await forum.library.add_folder(keeper, place, "", "怎么办事 How to get things done")
    canteen = await forum.threads.posts(LOCAL, community.numbers.canteen)
    await forum.library.take(keeper, place, canteen[0].id, "how-to-get-things-done")
    await forum.library.take(keeper, place, canteen[2].id, "", "Opening hours of the canteen")


# Favourites


async def test_f_keeps_boards_and_threads_and_lets_them_go(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b")
    await person.press("f")
    assert person.message.endswith("added to favourites. f removes it")
    await person.press(":")
    await person.type("/b/services")
    await person.press("enter", "j", "f")
    assert person.message.startswith("食堂早餐能否早半小时: added")
    await person.press(":")
    await person.type("/fav")
    await person.press("enter")
    assert len(rows(person)) == 2
    assert "食堂早餐" in rows(person)[1]
    await person.press("j", "f")
    assert person.message.startswith("食堂早餐能否早半小时: no longer")
    assert len(rows(person)) == 1
    await person.press("enter")
    assert person.route == "/b/interview"
    await person.press("q", "f")
    assert "Nothing here yet" in person.text()


async def test_favourites_stand_at_home_and_are_counted(community: Community, driver: Visiting) -> None:
    await keep(community)
    person = await driver("reed")
    (line,) = [row for row in person.terminal.rows() if "Favourites" in row]
    assert "2 with something new" in line  # one's own thread is read
    await person.press("f")
    assert person.route == "/fav"
    assert rows(person)[1].endswith("2  Office Services")  # floors of a thread
    assert rows(person)[2].endswith("4  1 inside")  # threads of the board in the folder


async def test_favourites_are_ordered_and_put_into_folders(community: Community, driver: Visiting) -> None:
    folder = await keep(community)
    person = await driver("reed", route="/fav")
    names = ["Daily Life", "宿舍 3 号楼", "Work"]
    assert [name in row for name, row in zip(names, rows(person), strict=True)] == [True] * 3
    await person.press(">")
    assert "宿舍 3 号楼" in rows(person)[0]
    assert "Daily Life" in person.row(person.cursor[1])
    await person.press("<", "<")
    assert "Daily Life" in rows(person)[0]
    await person.press("M")
    await person.type("3")
    await person.press("enter")
    assert "Daily Life" in rows(person)[2]
    await person.press("M")
    await person.type("Work")
    await person.press("enter")
    assert person.message == "Moved to Work"
    assert len(rows(person)) == 2
    await person.press("$", "enter")
    assert person.route == f"/fav/{folder}"
    first, second = rows(person)
    assert "Office Services" in first
    assert "Daily Life" in second
    await person.press("M")
    await person.type("/")
    await person.press("enter")
    assert person.message == "Moved to /"
    assert len(rows(person)) == 1
    await person.press("M")
    await person.type("Nowhere")
    await person.press("enter")
    assert person.message == "There is no folder Nowhere"


async def test_folders_are_made_renamed_and_removed(community: Community, driver: Visiting) -> None:
    await keep(community)
    person = await driver("reed", route="/fav")
    await person.press("c-p")
    await person.type("Later")
    await person.press("enter")
    assert "Later" in person.row(person.cursor[1])
    await person.press("T", "c-a", "c-k")
    await person.type("Soon")
    await person.press("enter")
    assert "Soon" in person.row(person.cursor[1])
    await person.press("d")
    assert person.message == "Soon: no longer a favourite"  # empty: nothing to ask
    await person.press("d", "n")
    assert "Work" in person.text()
    await person.press("d", "y")
    assert not any("Work" in row for row in rows(person))
    assert "Office Services" in person.text()  # what was in it is kept


async def test_the_unread_walk_takes_favourites_first(community: Community, driver: Visiting) -> None:
    reed = await community.maker.actor("reed")
    numbers, forum = community.numbers, community.forum
    await forum.favourites.add(reed, (await forum.threads.get(reed, numbers.reading_room))[1])
    await forum.favourites.add(reed, await forum.boards.get(reed, "secretary"))
    await forum.attention.thread(reed, (await forum.threads.get(reed, numbers.lift))[1], Level.MUTE)
    person = await driver("reed", route="/new")
    seen = []
    await person.press("S")
    for _ in range(4):
        seen.append(person.route.partition("#")[0])
        await person.press("S")
    assert seen[:2] == [f"/t/{numbers.reading_room}", f"/t/{numbers.welcome}"]
    assert set(seen[2:]) == {f"/t/{numbers.cases}", f"/t/{numbers.canteen}"}  # a muted one never comes
    assert person.message == "Nothing is unread any more"


async def test_marking_and_undoing_in_favourites(community: Community, driver: Visiting) -> None:
    await keep(community)
    person = await driver("reed", route="/fav")
    await person.press("j", "v")
    assert person.message == "Marked as read"
    await person.press("u")
    assert person.message == "As it was before"
    await person.press("k", "v")
    assert person.message == "Daily Life: all read. u undoes it"
    await person.press("u")
    assert person.message == "Daily Life: unread again as before"


async def test_guests_keep_nothing(driver: Visiting) -> None:
    person = await driver("guest", route="/b/services")
    for key in ("f", "K", "v"):
        await person.press(key)
        assert person.message.startswith("Nothing is kept for guests")
    await person.press(":")
    await person.type("/fav")
    await person.press("enter")
    assert "Nothing is kept for guests" in person.text()
    await person.press("c-p")
    assert person.message.startswith("Nothing is kept for guests")


# Following and muting


async def test_f_follows_a_thread_and_an_office(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.lift}")
    await person.press("f")
    assert person.message.startswith("You follow this thread now")
    await person.press("f")
    assert person.message == "You no longer follow this thread"
    await person.press(":")
    await person.type("/o/administration")
    await person.press("enter", "f")
    assert person.message.startswith("You follow Administration Department now")
    reed = await community.maker.actor("reed")
    heed = await community.forum.attention.heed(reed)
    assert not heed.followed_threads
    assert heed.followed_offices == {"administration"}


async def test_a_muted_thread_is_dimmed_and_counted_apart(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    await person.press("j", "j", "K", "t")
    assert person.message.startswith("Muted: dimmed")
    assert person.row(person.cursor[1])[1] == "-"
    assert "宿舍 3 号楼" in person.row(person.cursor[1])
    await person.press("q", "b")
    assert any("Office Services" in row and "3 -1" in row for row in person.terminal.rows())
    await person.press(":")
    await person.type("/b/services")
    await person.press("enter", "j", "j", "K", "t")
    assert person.message == "This thread is heard again"
    assert person.row(person.cursor[1])[1] == "+"


async def test_a_muted_pen_name_is_dimmed_in_the_reader(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.canteen}#2")
    await person.press("K", "a")
    assert person.message.startswith("墨竹 is muted")
    assert "[muted]" in person.text()
    column, row = person.terminal.find("同意，三号楼也是")
    dim = person.terminal.at(column, row).fg
    column, row = person.terminal.find("夜班同事七点前")
    assert person.terminal.at(column, row).fg != dim
    await person.press("K", "a")
    assert "[muted]" not in person.text()


# Marks


async def test_moderators_mark_and_everybody_filters(community: Community, driver: Visiting) -> None:
    keeper = await driver("keeper", route="/b/services")
    await keeper.press("j", "m")
    assert keeper.message == f"Kept: {community.numbers.canteen}"
    assert keeper.row(keeper.cursor[1])[2] == "m"
    await keeper.press("g")
    assert keeper.row(keeper.cursor[1])[2] == "b"
    await keeper.press("m")
    assert keeper.row(keeper.cursor[1])[2] == "g"
    reader = await driver("reed", route="/b/services")
    await reader.press("m")
    assert reader.message  # refused in words
    assert reader.row(reader.cursor[1])[2] == "*"
    await reader.press("G", "g")
    assert len(rows(reader)) == 2
    assert "食堂早餐" in reader.row(2)
    assert "digest only" in reader.row(-3)
    await reader.press("left", "G", "m")
    assert "No thread passes the filter" in reader.text()
    await reader.press("left", "G", "u")
    assert "unread only" in reader.row(-3)


async def test_read_to_here_and_back(driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    await person.press("j", "j", "v", "h")
    assert person.message == "Read up to here. u undoes it"
    assert [row[1] for row in rows(person)[:4]] == [" ", "+", " ", " "]  # what is older than here, pinned or not
    await person.press("u")
    assert [row[1] for row in rows(person)[:4]] == ["+"] * 4
    await person.press("v", "t", "u")
    assert person.message == "As it was before"
    assert [row[1] for row in rows(person)[:4]] == ["+"] * 4


# The library


async def test_a_moderator_keeps_the_library(community: Community, driver: Visiting) -> None:
    person = await driver("keeper", route="/b/services")
    await person.press("x")
    assert person.route == "/b/services/library"
    assert "The library is empty" in person.text()
    await person.press("c-p")
    await person.type("Recipes")
    await person.press("enter")
    assert "Folder made" in person.message
    await person.press("q", "j", "enter", "x", "t")
    await person.type("recipes")
    await person.press("enter", "enter")
    assert person.message == "Taken into the library: /b/services/library/recipes/1"
    await person.press("x", "x")
    assert person.route == "/b/services/library"
    await person.press("enter")
    assert person.route == "/b/services/library/recipes"
    assert "食堂早餐能否早半小时" in person.text()
    await person.press("T", "c-a", "c-k")
    await person.type("Breakfast")
    await person.press("enter")
    assert person.message == "Renamed"
    await person.press("enter")
    assert person.route == "/b/services/library/recipes/1"
    assert "Breakfast" in person.text()
    assert "夜班同事七点前到不了食堂" in person.text()
    await person.press("enter")
    assert person.route == f"/t/{community.numbers.canteen}#1"
    await person.press("q", "q", "M", "c-a", "c-k")
    await person.type("/")
    await person.press("enter")
    assert person.message == "Now at /b/services/library/1"
    await person.press("q")
    assert len(rows(person)) == 2
    await person.press("$", "<")
    assert "Breakfast" in person.row(2)
    await person.press("d", "n")
    assert len(rows(person)) == 2
    await person.press("d", "y")
    assert person.message == "Removed: Breakfast"
    assert len(rows(person)) == 1


async def test_everybody_who_reads_the_board_browses_its_library(community: Community, driver: Visiting) -> None:
    await shelve(community)
    for name in ("guest", "reed"):
        person = await driver(name, route="/b/services")
        await person.press("z")
        assert person.route == "/b/services/library"
        for key in ("c-p", "T", "d", "M", "<"):
            bells = person.bells
            await person.press(key)
            assert person.bells > bells
        await person.press("enter", "enter")
        assert person.route == "/b/services/library/how-to-get-things-done/1"
        assert "plum" in person.text()
        await person.press("left", "left", "left")
        assert person.route == "/b/services"
        await person.press(":")
        await person.type("/b/services/library/no-such")
        await person.press("enter")
        assert person.message == "There is nothing at this place of the library."
    person = await driver("reed", route="/b/life")
    await person.press("x")
    assert (person.route, person.message) == ("/b/life", "This board keeps no library")


# How it looks


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("screen", "route"),
    [
        ("favourites", "/fav"),
        ("library", "/b/services/library"),
        ("librarytext", "/b/services/library/opening-hours-of-the"),
    ],
)
async def test_screens(
    community: Community, driver: Visiting, screen: str, route: str, lang: str, size: tuple[int, int]
) -> None:
    await keep(community)
    await shelve(community)
    person = await driver("reed", lang=lang, size=size, route=route)
    await person.until({"zh": "新 ", "en": " new"}[lang])
    assert_snapshot(f"{screen}.{lang}.{size[0]}x{size[1]}", person)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_an_empty_screen_says_what_to_do(driver: Visiting, lang: str) -> None:
    person = await driver("reed", lang=lang, route="/fav")
    await person.until({"zh": "新 ", "en": " new"}[lang])
    assert_snapshot(f"nofavourites.{lang}.80x24", person)


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_names(community: Community, driver: Visiting, kind: str) -> None:
    reed, keeper = [await community.maker.actor(name) for name in ("reed", "keeper")]
    place = await community.forum.boards.get(keeper, "services")
    for text in CORPUS[kind]:
        for make in (
            lambda text=text: community.forum.favourites.add_folder(reed, text[:200]),
            lambda text=text: community.forum.library.write(keeper, place, "", text[:400], text[:20_000]),
        ):
            try:
                await make()
            except (BbsError, UnicodeError):
                continue
    for route in ("/fav", "/b/services/library"):
        person = await driver("reed", size=(132, 24), route=route)
        check(person)
        await person.press("pagedown", "enter")
        check(person)
