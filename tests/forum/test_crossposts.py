"""Cross-posts: whose words they are, where they lead back to, and how many there may be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum.actor import LOCAL
from bbs.forum.boards.places import Board
from bbs.forum.forum import Forum
from bbs.forum.posts.posts import BODY_LIMIT, Post
from bbs.forum.writing.crossposts import COPIES_MOST, WORDS_LIMIT
from bbs.forum.writing.imitation import imitates
from bbs.text.when import ManualClock
from tests.forum.conftest import People
from tests.support.corpus import ALL_TEXT

BOARDS = Path(__file__).resolve().parents[2] / "boards.yaml"


@pytest.fixture
async def several(forum: Forum) -> Forum:
    """A forum with all declared boards."""
    await forum.community.apply(LOCAL, BOARDS)
    return forum


async def board(forum: Forum, people: People, slug: str) -> Board:
    return await forum.boards.get(people.sysop, slug)


async def soup(forum: Forum, people: People, clock: ManualClock, body: str = "Is it hot?\n\n> no\nYes.") -> Post:
    """A thread of plum's in `life`."""
    clock.advance(days=2)
    return await forum.threads.start(people.plum, await board(forum, people, "life"), "Soup", body)


async def test_a_copy_says_whose_it_is_and_leads_back(several: Forum, people: People, clock: ManualClock) -> None:
    first = await soup(several, people, clock)
    ink = await board(several, people, "ink")
    made = await several.crossposts.make(people.reed, first.id, ink, "Soup for thought", "See this.")
    assert made.author == "reed"
    assert made.official is None
    day = f"{clock.now():%Y-%m-%d}"
    quoted = "> Is it hot?\n>\n> > no\n> Yes."
    assert made.body == f"See this.\n\n> /t/{first.thread}#1  plum  {day}\n>\n{quoted}"
    _, thread = await several.threads.get(people.reed, made.thread)
    assert (thread.board, thread.copy_of, thread.title) == ("ink", first.id, "Soup for thought")
    (copy,) = await several.crossposts.copies(people.plum, first.id)
    assert (copy.thread, copy.board, copy.by) == (made.thread, "ink", "reed")
    source = await several.crossposts.source(people.plum, made.thread)
    assert source is not None
    assert (source.route, source.author) == (f"/t/{first.thread}#1", "plum")


async def test_ones_own_can_be_copied_without_a_word(several: Forum, people: People, clock: ManualClock) -> None:
    first = await soup(several, people, clock)
    clock.advance(60)
    made = await several.crossposts.make(people.plum, first.id, await board(several, people, "ink"), "Soup")
    assert made.body.startswith(f"> /t/{first.thread}#1  plum")


async def test_a_copied_official_post_looks_like_a_quotation(
    several: Forum, people: People, clock: ManualClock
) -> None:
    first = await soup(several, people, clock)
    answer = await several.threads.reply(people.zhou, first.thread, "[OFFICIAL] From Monday.\n[实名] 周明")
    made = await several.crossposts.make(people.reed, answer.id, await board(several, people, "ink"), "From Monday")
    assert made.official is None
    assert made.author == "reed"
    assert "周明 (行政司司长 / Director, Administration Department)" in made.body
    assert all(line.startswith(">") for line in made.body.split("\n"))
    assert not imitates(made.body)
    with pytest.raises(Invalid, match=r"title\.imitates"):
        await several.crossposts.make(people.reed, answer.id, await board(several, people, "youth"), "[OFFICIAL] Soup")


async def test_only_a_few_and_one_a_board(several: Forum, people: People, clock: ManualClock) -> None:
    first = await soup(several, people, clock)
    slugs = ("ink", "youth", "services", "personnel", "posted", "union")
    for slug in slugs[:COPIES_MOST]:
        clock.advance(60)
        await several.crossposts.make(people.reed, first.id, await board(several, people, slug), f"To {slug}")
    for slug, code in ((slugs[COPIES_MOST], "crosspost.full"), ("ink", "crosspost.there")):
        clock.advance(600)
        where = await board(several, people, slug)
        with pytest.raises(BbsError) as caught:
            await several.crossposts.make(people.sysop, first.id, where, f"Again {slug}")
        assert caught.value.code == code
    assert len(await several.crossposts.copies(people.reed, first.id)) == COPIES_MOST


async def test_two_at_once_make_one(several: Forum, people: People, clock: ManualClock) -> None:
    first = await soup(several, people, clock)
    ink = await board(several, people, "ink")
    done = await asyncio.gather(
        several.crossposts.make(people.reed, first.id, ink, "Soup"),
        several.crossposts.make(people.keeper, first.id, ink, "Soup"),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "Post"]
    assert len(await several.crossposts.copies(people.reed, first.id)) == 1


async def test_the_same_draft_makes_one(several: Forum, people: People, clock: ManualClock) -> None:
    first = await soup(several, people, clock)
    ink = await board(several, people, "ink")
    made = await several.crossposts.make(people.reed, first.id, ink, "Soup", draft_id="d1")
    assert (await several.crossposts.make(people.reed, first.id, ink, "Soup", draft_id="d1")).id == made.id


async def test_what_may_not_be_read_or_started_is_refused(several: Forum, people: People, clock: ManualClock) -> None:
    first = await soup(several, people, clock)
    life, ink, column = [await board(several, people, slug) for slug in ("life", "ink", "secretary")]
    with pytest.raises(Invalid, match=r"crosspost\.same_board"):
        await several.crossposts.make(people.reed, first.id, life, "Soup")
    with pytest.raises(Forbidden):
        await several.crossposts.make(people.reed, first.id, column, "Soup")
    with pytest.raises(Forbidden):
        await several.crossposts.make(people.guest, first.id, ink, "Soup")
    with pytest.raises(NotFound):
        await several.crossposts.make(people.reed, 4711, ink, "Soup")
    private = await several.threads.start(people.keeper, ink, "Poems", "Only for members.")
    with pytest.raises(NotFound):
        await several.crossposts.original(people.guest, private.id)
    clock.advance(60)
    await several.crossposts.make(people.reed, first.id, ink, "Soup")
    assert await several.crossposts.copies(people.guest, first.id) == [], (
        "guests are not told of boards they cannot read"
    )
    await several.moderation.hide(people.keeper, first.id, "names somebody")
    with pytest.raises(Conflict, match=r"post\.is_hidden"):
        await several.crossposts.original(people.reed, first.id)
    (copy,) = await several.crossposts.copies(people.keeper, first.id)
    assert await several.crossposts.source(people.reed, copy.thread) is None


async def test_long_posts_are_cut_and_long_words_refused(several: Forum, people: People, clock: ManualClock) -> None:
    first = await soup(several, people, clock, "长" * 1_500 + "\n" + "x\n" * 9_000)
    ink = await board(several, people, "ink")
    with pytest.raises(Invalid, match=r"crosspost\.long"):
        await several.crossposts.make(people.reed, first.id, ink, "Soup", "x" * (WORDS_LIMIT + 1))
    made = await several.crossposts.make(people.reed, first.id, ink, "Soup", "w\n" * (WORDS_LIMIT // 2))
    assert len(made.body) <= BODY_LIMIT
    assert made.body.endswith("> [...]")


async def test_hostile_words_are_clean_or_refused(several: Forum, people: People, clock: ManualClock) -> None:
    ink = await board(several, people, "ink")
    for text in ALL_TEXT[::12]:
        first = await soup(several, people, clock)
        clock.advance(hours=2)
        try:
            made = await several.crossposts.make(people.reed, first.id, ink, text, text)
        except (BbsError, UnicodeError):
            continue
        assert not {"\x1b", "\x9b", "\r"} & set(made.body)
        assert f"> /t/{first.thread}#1  plum" in made.body
