"""What somebody finds on coming in: the same as the single reads tell, and exact after everything a person does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import LOCAL, Actor, Grant, Role
from bbs.forum.arrivals import Arrival, Most
from bbs.forum.boards import boards
from bbs.forum.forum import Forum
from bbs.forum.news.bulletins import Bulletin, BulletinItem
from bbs.forum.posts.posts import Post, ReadState, Thread
from bbs.store.tables import post as post_table
from bbs.text.markdown import plain
from bbs.text.when import ManualClock
from tests.forum.conftest import People

DECLARED = """
site: {zh: 坛, en: Forum}
offices:
- {slug: secretary, zh: 书记, en: Secretary}
- {slug: administration, zh: 行政司, en: Administration}
sections: [{slug: affairs, zh: 事务, en: Affairs}, {slug: after, zh: 后, en: After}]
boards:
- {slug: services, section: affairs, zh: 机关服务, en: Services, nature: discussion, read: members, post: members}
- {slug: life, section: after, zh: 生活空间, en: Life, nature: discussion, read: public, post: members}
columns:
- {slug: express, zh: 快递, en: Express, read: public}
"""
MOST = Most(must_reads=6, threads=12, official=20)


@pytest.fixture(autouse=True)
async def declared(forum: Forum, tmp_path: Path) -> None:
    file = tmp_path / "boards.yaml"
    file.write_text(DECLARED, encoding="utf-8")
    await forum.community.apply(LOCAL, file)


async def start(forum: Forum, clock: ManualClock, actor: Actor, slug: str, title: str, body: str = "Words.") -> Post:
    clock.advance(31)
    board = await forum.boards.get(actor, slug)
    return await forum.threads.start(actor, board, title, body, official=actor.appointment is not None)


async def reply(forum: Forum, clock: ManualClock, actor: Actor, thread: int, body: str) -> Post:
    clock.advance(31)
    return await forum.threads.reply(actor, thread, body, official=actor.appointment is not None)


async def publish(forum: Forum, clock: ManualClock) -> None:
    """A must-read in two languages and a plain bulletin."""
    item = BulletinItem(
        source_id="duty",
        column="express",
        title="值班表",
        body="见下。",
        priority="urgent",
        must_read=True,
        published_at=clock.now(),
    )
    translated = replace(item, lang="en", title="Duty roster", body="See below.")
    other = replace(item, source_id="frost", title="霜降", priority="normal", must_read=False)
    stored = await forum.news.store(LOCAL, [item, translated, other])
    assert not [one for one in stored if isinstance(one, Exception)]


async def unread_one_by_one(forum: Forum, actor: Actor) -> list[Thread]:
    """The unread threads as the lists of the boards show them."""
    found: list[Thread] = []
    for _, rows in await forum.boards.sections(actor):
        for row in rows:
            if row.unread:
                pinned = await forum.threads.pinned(actor, row.board)
                found += [one for one in pinned if one.state is ReadState.UNREAD]
                found += (await forum.threads.list(actor, row.board, unread=True)).items
    return found[: MOST.threads]


async def check(forum: Forum, actor: Actor, lang: str = "zh") -> Arrival:
    """Look, and compare with what the rules tell one by one."""
    found = await forum.arrivals.look(actor, MOST, lang=lang)
    assert (found.threads, found.boards) == await forum.boards.unread_total(actor)
    assert (found.bulletins, found.must_read) == await forum.news.unread(actor)
    assert list(found.must_reads) == await forum.news.must_reads(actor, MOST.must_reads, lang=lang)
    assert list(found.fresh) == (await unread_one_by_one(forum, actor) if found.threads else [])
    stream = (await forum.threads.stream(actor, limit=MOST.official)).items
    assert [(one.author, one.created_at, one.words) for one in found.answers] == [
        (each.author, each.created_at, plain(each.body, 160)) for each, _ in stream
    ]
    new = [each for each, about in stream if about.state is ReadState.UNREAD and each.floor > about.read_floor]
    assert found.official == len(new)
    assert await forum.arrivals.counts(actor) == (found.threads, found.bulletins)
    draft = await forum.drafts.latest(actor)
    assert (found.draft is None) == (draft is None)
    if found.draft is not None and draft is not None:
        assert (found.draft.route, found.draft.title, found.draft.saved_at) == (
            draft.route,
            draft.title,
            draft.saved_at,
        )
    return found


async def test_an_empty_forum_tells_nothing(forum: Forum, people: People) -> None:
    for actor in (people.guest, people.reed, people.lin):
        found = await check(forum, actor)
        assert (found.threads, found.bulletins, found.official, found.answers, found.draft) == (0, 0, 0, (), None)


async def test_it_tells_what_the_single_reads_tell_after_each_act(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    reed = people.reed
    soup = await start(forum, clock, people.plum, "life", "Soup")
    lift = await start(forum, clock, people.plum, "services", "Lift")
    opening = await start(forum, clock, people.zhou, "services", "How cases work", "**Bold** beginnings.\n\nSecond.")
    await forum.threads.pin(people.keeper, opening.thread, True)
    await reply(forum, clock, people.zhou, lift.thread, "On *Monday*.")
    await reply(forum, clock, people.lin, lift.thread, "Thank you.")
    await publish(forum, clock)
    for actor in (people.guest, people.plum, people.zhou, people.lin, people.keeper, people.sysop):
        await check(forum, actor)

    found = await check(forum, reed, "en")
    assert (found.threads, found.boards, found.bulletins, found.must_read, found.official) == (3, 2, 2, 1, 3)
    assert [one.title for one in found.must_reads] == ["Duty roster"]
    assert [one.words for one in found.answers] == ["Thank you.", "On Monday.", "Bold beginnings. Second."]

    await forum.reading.read(reed, lift.thread, 2)
    found = await check(forum, reed)
    assert (found.threads, found.official) == (3, 2)
    await forum.reading.read(reed, lift.thread, 3)
    assert (await check(forum, reed)).official == 1
    await forum.reading.unread(reed, lift.thread)
    assert (await check(forum, reed)).official == 3
    services = await forum.boards.get(reed, "services")
    await forum.reading.board_read(reed, services)
    found = await check(forum, reed)
    assert [one.id for one in found.fresh] == [soup.thread]
    assert await forum.reading.board_undo(reed, services)
    assert (await check(forum, reed)).threads == 3

    (must,) = found.must_reads
    assert isinstance(must, Bulletin)
    await forum.news.mark_read(reed, must)
    assert (await check(forum, reed)).bulletins == 1
    await forum.news.acknowledge(reed, must)
    assert (await check(forum, reed)).must_read == 0

    await forum.drafts.save(reed, "/b/life/new", id="one", title="Cats", body="Two of", caret=3)
    found = await check(forum, reed)
    assert found.draft is not None
    assert found.draft.title == "Cats"
    assert (await check(forum, people.plum)).draft is None


async def test_lines_are_shared_until_their_post_is_edited(forum: Forum, people: People, clock: ManualClock) -> None:
    made = await start(forum, clock, people.zhou, "life", "Hours", "Open at *nine*.")
    (mine,) = (await check(forum, people.reed)).answers
    (theirs,) = (await check(forum, people.guest)).answers
    assert mine is theirs
    clock.advance(31)
    await forum.threads.edit(people.zhou, made.id, "Open at *ten*.")
    (after,) = (await check(forum, people.reed)).answers
    assert after.words == "Open at ten."


async def test_hidden_posts_are_not_told(forum: Forum, people: People, clock: ManualClock) -> None:
    made = await start(forum, clock, people.zhou, "services", "Hours", "Open at nine.")
    assert len((await check(forum, people.reed)).answers) == 1
    hide = post_table.update().where(post_table.c.id == made.id).values(hidden_at=clock.now())
    await forum.db.write(lambda tx: tx.connection.execute(hide).rowcount)
    assert (await check(forum, people.reed)).answers == ()


async def test_only_so_many_of_each(forum: Forum, people: People, clock: ManualClock) -> None:
    for number in range(4):
        await start(
            forum, clock, people.zhou, "services" if number % 2 else "life", f"Title {number}", f"Post {number}"
        )
    found = await forum.arrivals.look(people.reed, Most(must_reads=1, threads=3, official=2), lang="zh")
    assert (found.threads, len(found.fresh), found.official) == (4, 3, 2)
    assert [one.words for one in found.answers] == ["Post 3", "Post 2"]


async def test_what_may_be_read_is_kept_by_rights_and_follows_them(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    """Equal rights share an answer; a change of them, or of a board, is seen at once."""
    keeper = replace(people.reed, grants=frozenset({Grant(Role.MODERATOR)}))
    telnet = replace(people.lin, transport="telnet")
    actors = (people.guest, people.reed, people.plum, people.lin, people.sysop, keeper, telnet)
    everything = [await forum.boards.by_id(number) for number in await forum.boards.readable(people.sysop)]
    for _ in range(2):  # the second time from what is kept
        for actor in actors:
            expected = {one.id for one in everything if access.allowed(actor, Verb.BOARD_READ, place=one)}
            assert set(await forum.boards.readable(actor)) == expected
    assert set(await forum.boards.readable(people.guest)) < set(await forum.boards.readable(people.reed))
    assert access.rights(people.reed) == access.rights(people.plum)
    assert access.rights(people.reed) != access.rights(keeper)
    assert access.rights(telnet) != access.rights(people.lin)

    made = await start(forum, clock, people.plum, "life", "Soup")
    assert (await forum.boards.readable(people.reed))[(await forum.boards.get(people.reed, "life")).id].threads == 1
    answer = await reply(forum, clock, people.plum, made.thread, "Hot.")
    assert (await forum.boards.get(people.reed, "life")).last_post_id == answer.id


def test_totals_leave_archived_and_closed_boards_out() -> None:
    assert boards.total({}, {1: (5, 0)}) == (0, 0)


@pytest.mark.parametrize(
    ("wanted", "found"), [("100%", ["100% 到岗"]), ("a_b", ["a_b"]), ("/", ["1/2"]), ("AXB", ["axb"])]
)
async def test_titles_are_looked_for_literally(
    forum: Forum, people: People, clock: ManualClock, wanted: str, found: list[str]
) -> None:
    item = BulletinItem(source_id="x", column="express", title="", body="x", published_at=clock.now())
    titles = ("100% 到岗", "1000 到岗", "a_b", "axb", "1/2")
    await forum.news.store(LOCAL, [replace(item, source_id=f"n{at}", title=one) for at, one in enumerate(titles)])
    page = await forum.news.list(people.reed, None, title=wanted)
    assert [one.title for one in page.items] == found


async def test_a_bulletin_is_gone_for_who_loses_the_right(forum: Forum, people: People, clock: ManualClock) -> None:
    item = BulletinItem(source_id="l", column="express", title="内部", body="x", audience="leader")
    await forum.news.store(LOCAL, [replace(item, published_at=clock.now())])
    leader = replace(people.reed, grants=frozenset({Grant(Role.LEADER)}))
    assert (await check(forum, leader)).bulletins == 1
    assert (await check(forum, people.reed)).bulletins == 0
    (one,) = (await forum.news.list(leader, None)).items
    with pytest.raises(NotFound):
        await forum.news.get(people.reed, one.id)
