"""Favourites, following and muting, the library, and what moderators mark: the rules, on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.boards.places import Board
from bbs.forum.forum import Forum
from bbs.forum.posts.posts import Post, ReadState, Thread
from bbs.forum.reading import attention, favourites
from bbs.forum.reading.attention import Level
from bbs.forum.reading.favourites import Kind
from bbs.store.database import Database
from bbs.store.tables import board
from bbs.text.when import ManualClock
from tests.forum.conftest import People
from tests.support.corpus import CORPUS


async def life(forum: Forum, db: Database, *, library: bool = True) -> Board:
    """The board, with a library."""
    await db.write(lambda tx: tx.connection.execute(update(board).values(library=library)))
    forum.boards._known = None
    return await forum.boards.get(LOCAL, "life")


async def start(forum: Forum, clock: ManualClock, who: Actor, title: str) -> Post:
    clock.advance(61)
    return await forum.threads.start(who, await forum.boards.get(who, "life"), title, f"about {title}")


async def seen(forum: Forum, who: Actor, number: int) -> Thread:
    return (await forum.threads.get(who, number))[1]


async def unread(forum: Forum, who: Actor) -> tuple[int, int]:
    """Unread and muted ones, which the filter and the total must say too."""
    (_, rows), *_ = await forum.boards.sections(who)
    found = await forum.threads.list(who, rows[0].board, unread=True)
    assert len(found.items) == rows[0].unread == (await forum.boards.unread_total(who))[0]
    return rows[0].unread, rows[0].muted


# Favourites


async def test_favourites_keep_an_order_and_folders(forum: Forum, people: People, clock: ManualClock) -> None:
    reed, kept = people.reed, forum.favourites
    place = await forum.boards.get(reed, "life")
    first = await seen(forum, reed, (await start(forum, clock, people.plum, "soup")).thread)
    second = await seen(forum, reed, (await start(forum, clock, people.plum, "tea")).thread)
    a, b, c = [await kept.add(reed, one) for one in (place, first, second)]
    assert await kept.add(reed, place) == a  # kept already
    folder = await kept.add_folder(reed, "  Food\u200b ")
    await kept.move(reed, c, 0)
    assert [one.id for one in await kept.list(reed)] == [c, a, b, folder]
    await kept.put(reed, b, folder)
    await kept.put(reed, a, folder)
    await kept.move(reed, a, 0)
    assert [one.id for one in await kept.all(reed)] == [c, folder, a, b]
    assert [one.parent for one in await kept.all(reed)] == [None, None, folder, folder]
    assert [one.name for one in await kept.list(reed) if one.kind is Kind.FOLDER] == ["Food"]
    with pytest.raises(Invalid, match=r"favourite\.nested"):
        await kept.put(reed, folder, folder)
    await kept.remove(reed, folder)  # what was in it is kept
    assert [one.id for one in await kept.list(reed)] == [c, a, b]
    assert await kept.drop(reed, place)
    assert not await kept.drop(reed, place)
    assert not await kept.holds(reed, place)
    assert await kept.holds(reed, first)


async def test_favourites_count_what_is_new(forum: Forum, people: People, clock: ManualClock) -> None:
    reed, kept = people.reed, forum.favourites
    made = await start(forum, clock, people.plum, "soup")
    clock.advance(61)
    await forum.threads.reply(people.plum, made.thread, "more")
    folder = await kept.add_folder(reed, "Food")
    await kept.add(reed, await forum.boards.get(reed, "life"), folder)
    await kept.add(reed, await seen(forum, reed, made.thread), folder)
    assert [one.unread for one in await kept.all(reed)] == [2, 1, 2]
    await forum.reading.read(reed, made.thread, 1)
    assert [one.unread for one in await kept.all(reed)] == [2, 1, 1]
    await forum.reading.read(reed, made.thread, 2)
    assert [one.unread for one in await kept.all(reed)] == [0, 0, 0]


async def test_favourites_are_ones_own(forum: Forum, people: People) -> None:
    folder = await forum.favourites.add_folder(people.reed, "Mine")
    for act in (
        forum.favourites.remove(people.plum, folder),
        forum.favourites.rename(people.plum, folder, "Yours"),
        forum.favourites.move(people.plum, folder, 0),
        forum.favourites.put(people.plum, folder, None),
        forum.favourites.list(people.plum, folder),
        forum.favourites.add(people.plum, await forum.boards.get(people.plum, "life"), folder),
    ):
        with pytest.raises(NotFound, match=r"favourite\.not_found"):
            await act
    with pytest.raises(Forbidden):
        await forum.favourites.add_folder(people.guest, "Nobody's")
    assert await forum.favourites.all(people.guest) == []


async def test_favourites_are_bounded(forum: Forum, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(favourites, "FAVOURITES_MOST", 2)
    for name in ("one", "two"):
        await forum.favourites.add_folder(people.reed, name)
    with pytest.raises(Conflict, match=r"favourite\.full"):
        await forum.favourites.add_folder(people.reed, "three")
    for name in ("", "  ", "x" * 65, "x" * 10_000, "\x00\x1b"):
        with pytest.raises(Invalid):
            await forum.favourites.rename(people.reed, 1, name)


async def test_a_favourite_that_is_gone_can_be_removed(
    forum: Forum, people: People, clock: ManualClock, db: Database
) -> None:
    made = await start(forum, clock, people.plum, "soup")
    number = await forum.favourites.add(people.reed, await seen(forum, people.reed, made.thread))
    await db.write(lambda tx: tx.connection.exec_driver_sql("UPDATE thread SET hidden_at = '2026-01-01 00:00:00'"))
    (gone,) = await forum.favourites.all(people.reed)
    assert (gone.route, gone.thread, gone.unread) == ("", None, 0)
    await forum.favourites.remove(people.reed, number)
    assert await forum.favourites.all(people.reed) == []


# Following and muting


async def test_a_muted_thread_is_not_counted_and_not_walked(forum: Forum, people: People, clock: ManualClock) -> None:
    reed = people.reed
    one = await start(forum, clock, people.plum, "one")
    two = await start(forum, clock, people.keeper, "two")
    three = await start(forum, clock, people.keeper, "three")
    await forum.attention.thread(reed, await seen(forum, reed, two.thread), Level.MUTE)
    assert (await seen(forum, reed, two.thread)).muted
    assert (await seen(forum, reed, two.thread)).state is ReadState.UNREAD
    assert await unread(forum, reed) == (2, 1)
    after = await forum.threads.neighbour(reed, three.thread, direction=1, unread=True)
    assert after is not None
    assert after.id == one.thread
    await forum.reading.unread(reed, two.thread)  # marked unread again: still muted
    assert await unread(forum, reed) == (2, 1)
    await forum.attention.thread(reed, await seen(forum, reed, two.thread), None)
    assert await unread(forum, reed) == (3, 0)


async def test_muting_a_pen_name_mutes_their_threads(forum: Forum, people: People, clock: ManualClock) -> None:
    reed = people.reed
    await start(forum, clock, people.plum, "one")
    two = await start(forum, clock, people.keeper, "two")
    await forum.attention.person(reed, "plum", Level.MUTE)
    assert await unread(forum, reed) == (1, 1)
    assert not (await seen(forum, reed, two.thread)).muted
    heed = await forum.attention.heed(reed)
    assert heed.muted_names == {"plum"}
    assert await forum.attention.heed(people.keeper) == attention.NOTHING
    await forum.attention.person(reed, "plum", Level.FOLLOW)  # one or the other
    assert await unread(forum, reed) == (2, 0)
    assert set((await forum.attention.heed(reed)).followed_people.values()) == {"plum"}


async def test_what_is_official_is_not_muted(forum: Forum, people: People, clock: ManualClock) -> None:
    await forum.attention.office(people.reed, "administration", follow=True)
    assert (await forum.attention.heed(people.reed)).followed_offices == {"administration"}
    await forum.attention.office(people.reed, "administration", follow=False)
    assert not (await forum.attention.heed(people.reed)).followed_offices
    for name in ("zhou", "周明", "nobody", "", "\x00", "x" * 5000):
        with pytest.raises(NotFound, match=r"attention\.nobody"):
            await forum.attention.person(people.reed, name, Level.MUTE)
    with pytest.raises(NotFound, match=r"office\.not_found"):
        await forum.attention.office(people.reed, "no-such", follow=True)
    with pytest.raises(Invalid, match=r"attention\.oneself"):
        await forum.attention.person(people.reed, "reed", Level.MUTE)
    with pytest.raises(Forbidden):
        await forum.attention.office(people.guest, "administration", follow=True)


async def told(forum: Forum, who: Actor) -> list[tuple[str, str]]:
    return [(one.kind, one.route) for one in (await forum.inbox.list(who)).items]


async def test_followers_are_told_once_a_thread(forum: Forum, people: People, clock: ManualClock) -> None:
    reed, lin = people.reed, people.lin
    made = await start(forum, clock, people.plum, "soup")
    await forum.attention.thread(reed, await seen(forum, reed, made.thread), Level.FOLLOW)
    await forum.attention.person(reed, "plum", Level.FOLLOW)
    for words in ("more", "and more"):
        clock.advance(61)
        await forum.threads.reply(people.plum, made.thread, words)
    assert await told(forum, reed) == [("follow", f"/t/{made.thread}#2")]
    assert await told(forum, people.plum) == []
    new = await start(forum, clock, people.plum, "tea")
    assert (await told(forum, reed))[0] == ("follow", new.route)
    await forum.attention.office(people.keeper, "secretary", follow=True)
    clock.advance(61)
    said = await forum.threads.reply(lin, made.thread, "Good soup.")
    assert await told(forum, people.keeper) == [("follow", said.route)]


async def test_attention_is_bounded(forum: Forum, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "ATTENTION_MOST", 1)
    await forum.attention.person(people.reed, "plum", Level.MUTE)
    await forum.attention.person(people.reed, "plum", Level.FOLLOW)
    with pytest.raises(Conflict, match=r"attention\.full"):
        await forum.attention.office(people.reed, "union", follow=True)
    assert list((await forum.attention.heed(people.reed)).followed_people.values()) == ["plum"]


# What moderators mark


async def test_kept_and_digest_are_marks_of_moderators_and_filters(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    place = await forum.boards.get(people.reed, "life")
    one = await start(forum, clock, people.plum, "one")
    two = await start(forum, clock, people.plum, "two")
    await start(forum, clock, people.plum, "three")
    with pytest.raises(Forbidden):
        await forum.threads.keep(people.reed, one.thread, True)
    with pytest.raises(Forbidden):
        await forum.threads.digest(people.reed, one.thread, True)
    assert (await forum.threads.keep(people.keeper, one.thread, True)).kept
    assert (await forum.threads.digest(people.keeper, two.thread, True)).digest
    for marked, wanted in (("kept", [one.thread]), ("digest", [two.thread])):
        page = await forum.threads.list(people.reed, place, marked=marked)
        assert [found.id for found in page.items] == wanted
    assert not (await forum.threads.keep(people.keeper, one.thread, False)).kept
    kinds = [entry.kind for entry in await forum.register.entries(people.reed) if entry.kind.startswith("thread.")]
    assert kinds == ["thread.keep", "thread.digest", "thread.unkeep"]


# Reading marks


async def test_read_to_here_leaves_what_is_newer(forum: Forum, people: People, clock: ManualClock) -> None:
    reed = people.reed
    numbers = [(await start(forum, clock, people.plum, name)).thread for name in ("one", "two", "three")]
    await forum.reading.unread(reed, numbers[0])
    await forum.reading.unread(reed, numbers[2])
    here = await seen(forum, reed, numbers[1])
    await forum.reading.board_read(reed, await forum.boards.get(reed, "life"), upto=here.last_post_id)
    states = [(await seen(forum, reed, number)).state for number in numbers]
    assert states == [ReadState.READ, ReadState.READ, ReadState.UNREAD]
    assert await unread(forum, reed) == (1, 0)
    assert await forum.reading.board_undo(reed, await forum.boards.get(reed, "life"))
    assert await unread(forum, reed) == (3, 0)


async def test_a_mark_is_given_back_as_it_was(forum: Forum, people: People, clock: ManualClock) -> None:
    reed = people.reed
    made = await start(forum, clock, people.plum, "one")
    clock.advance(61)
    await forum.threads.reply(people.plum, made.thread, "more")
    for before in (None, 1):
        if before:
            await forum.reading.read(reed, made.thread, before)
        mark = await forum.reading.remember(reed, made.thread)
        await forum.reading.read(reed, made.thread, 2)
        await forum.reading.restore(reed, made.thread, mark)
        assert (await seen(forum, reed, made.thread)).read_floor == (before or 0)
        mark = await forum.reading.remember(reed, made.thread)
        await forum.reading.unread(reed, made.thread)
        await forum.reading.restore(reed, made.thread, mark)
        assert (await seen(forum, reed, made.thread)).read_floor == (before or 0)
        assert await unread(forum, reed) == (1, 0)


# The library


async def test_a_library_is_a_tree_that_moderators_keep(
    forum: Forum, people: People, clock: ManualClock, db: Database
) -> None:
    place = await life(forum, db)
    keeper, lib = people.keeper, forum.library
    made = await start(forum, clock, people.plum, "How to make soup")
    recipes = await lib.add_folder(keeper, place, "", "Recipes")
    winter = await lib.add_folder(keeper, place, "recipes", "冬天")
    soup = await lib.take(keeper, place, made.id, winter.path)
    note = await lib.write(keeper, place, "", "Recipes", "A text of the same name.")
    assert [recipes.path, winter.path, soup.path, note.path] == [
        "recipes", "recipes/1", "recipes/1/how-to-make-soup", "recipes-2",
    ]  # fmt: skip
    assert soup.route == "/b/life/library/recipes/1/how-to-make-soup"
    found = await lib.get(people.reed, place, soup.path)
    assert (found.title, found.body, found.folder) == ("How to make soup", "about How to make soup", False)
    assert found.source is not None
    assert (found.source.route, found.source.author) == (f"/t/{made.thread}#1", "plum")
    assert await lib.folders(people.reed, place) == [("recipes", "Recipes"), ("recipes/1", "冬天")]
    await lib.shift(keeper, place, note.path, 0)
    assert [one.path for one in await lib.list(people.guest, place)] == ["recipes-2", "recipes"]
    moved = await lib.move(keeper, place, soup.path, "")
    assert moved.path == "how-to-make-soup"
    assert (await lib.rename(keeper, place, moved.path, "Soup")).path == "how-to-make-soup"
    assert await lib.holds(people.reed, place, "recipes") == 2
    assert await lib.remove(keeper, place, "recipes") == 2
    assert [one.title for one in await lib.list(people.reed, place)] == ["Recipes", "Soup"]
    kinds = [entry.kind for entry in await forum.register.entries(people.reed) if entry.kind.startswith("library")]
    assert kinds == [f"library.{act}" for act in ("folder", "folder", "text", "text", "move", "rename", "remove")]
    assert (await forum.register.verify(people.sysop)).ok


async def test_only_moderators_change_a_library(forum: Forum, people: People, clock: ManualClock, db: Database) -> None:
    place = await life(forum, db)
    made = await start(forum, clock, people.plum, "soup")
    await forum.library.add_folder(people.keeper, place, "", "Recipes")
    for who in (people.reed, people.zhou, people.guest):
        for act in (
            forum.library.take(who, place, made.id),
            forum.library.add_folder(who, place, "", "Mine"),
            forum.library.write(who, place, "", "Mine", "text"),
            forum.library.rename(who, place, "recipes", "Mine"),
            forum.library.move(who, place, "recipes", ""),
            forum.library.shift(who, place, "recipes", 0),
            forum.library.remove(who, place, "recipes"),
        ):
            with pytest.raises(Forbidden):
                await act
    assert [one.title for one in await forum.library.list(people.reed, place)] == ["Recipes"]


async def test_a_library_refuses_what_makes_no_sense(
    forum: Forum, people: People, clock: ManualClock, db: Database
) -> None:
    place = await life(forum, db)
    keeper, lib = people.keeper, forum.library
    made = await start(forum, clock, people.plum, "soup")
    await lib.take(keeper, place, made.id)
    path = ""
    for number in range(6):
        path = (await lib.add_folder(keeper, place, path, f"f{number}")).path
    with pytest.raises(Conflict, match=r"library\.deep"):
        await lib.add_folder(keeper, place, path, "too deep")
    with pytest.raises(Invalid, match=r"library\.into_itself"):
        await lib.move(keeper, place, "f0", "f0/f1")
    with pytest.raises(NotFound, match=r"library\.no_folder"):
        await lib.add_folder(keeper, place, "soup", "in a text")
    with pytest.raises(NotFound, match=r"post\.not_found"):
        await lib.take(keeper, place, 999)
    for bad in ("no-such", "../etc", "f0//f1", "x" * 10_000, "/", "f0/", "\x00"):
        with pytest.raises(NotFound, match=r"library\.not_found"):
            await lib.get(people.reed, place, bad)
    with pytest.raises(Invalid):
        await lib.add_folder(keeper, place, "", "")
    none = await life(forum, db, library=False)
    with pytest.raises(NotFound, match=r"library\.none"):
        await lib.list(people.reed, none)


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_names_stay_one_clean_line(forum: Forum, people: People, db: Database, kind: str) -> None:
    place = await life(forum, db)
    for text in CORPUS[kind]:
        try:
            item = await forum.library.add_folder(people.keeper, place, "", text)
        except (Invalid, UnicodeError):
            continue
        assert (await forum.library.get(people.reed, place, item.path)).title == item.title
        assert item.title.isprintable() or not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in item.title)
