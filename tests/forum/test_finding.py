"""Search as members use it: the language, what may be read, pages, marks; and what is unread, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update
from sqlalchemy.dialects import sqlite

from bbs.errors import BbsError, Invalid
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.forum import Forum
from bbs.forum.news.bulletins import BulletinItem, Status
from bbs.forum.search import asking, finding, notices
from bbs.forum.search.snippets import snippet
from bbs.store.database import Tx
from bbs.store.tables import board, column, post, thread
from bbs.text.segment import parse as words
from bbs.text.when import ManualClock
from tests.forum.conftest import People
from tests.support.corpus import ALL_TEXT
from tests.support.seed import seed_threads


async def _start(forum: Forum, actor: Actor, title: str, body: str, slug: str = "life") -> int:
    assert isinstance(forum.clock, ManualClock)
    forum.clock.advance(minutes=20)
    where = await forum.boards.get(actor, slug)
    return (await forum.threads.start(actor, where, title, body)).thread


async def _reply(forum: Forum, actor: Actor, number: int, body: str) -> int:
    assert isinstance(forum.clock, ManualClock)
    forum.clock.advance(minutes=20)
    return (await forum.threads.reply(actor, number, body)).id


async def _routes(forum: Forum, actor: Actor, line: str) -> list[str]:
    return [hit.route for hit in (await forum.search.find(actor, line)).items]


def _second_board(tx: Tx) -> None:
    ink = {"slug": "ink", "section": "after", "zh": "砚墨书香", "en": "Ink and Books", "nature": "discussion"}
    tx.connection.execute(insert(board).values(**ink, read="members", post="members", position=1))
    express = {"slug": "express", "zh": "信息快递", "en": "News Express", "position": 0}
    tx.connection.execute(insert(column).values(**express, read="public"))
    tx.emit("community.changed")


async def _fill(forum: Forum, people: People) -> tuple[int, int]:
    await forum.db.write(_second_board)
    canteen = await _start(forum, people.plum, "食堂早餐", "夜班同事七点前到不了。The canteen opens late.")
    await _reply(forum, people.reed, canteen, "同意，食堂可以早半小时。")
    books = await _start(forum, people.reed, "Reading together", "周五读书，食堂旁边。", "ink")
    items = [
        BulletinItem("hours", "express", "食堂开餐时间", "六点半开门。", published_at=datetime(2025, 1, 1, tzinfo=UTC)),
        BulletinItem("secret", "express", "食堂内部", "食堂", audience="leader"),
        BulletinItem("later", "express", "食堂明年", "食堂", published_at=forum.clock.now() + timedelta(days=30)),
    ]
    assert not [one for one in await forum.news.store(LOCAL, items) if isinstance(one, Exception)]
    return canteen, books


async def test_finds_titles_posts_and_bulletins_newest_first(forum: Forum, people: People) -> None:
    canteen, books = await _fill(forum, people)
    found = await forum.search.find(people.reed, "食堂")
    assert [hit.route for hit in found.items] == [f"/t/{books}#1", f"/t/{canteen}#2", f"/t/{canteen}", "/n/1"]
    assert found.after is None
    reply = found.items[1]
    assert [reply.snippet.text[a:b] for a, b in reply.snippet.marks] == ["食堂"]
    assert reply.title.text == "食堂早餐"
    assert await _routes(forum, people.reed, "CANTEEN") == [f"/t/{canteen}#1"]
    assert await _routes(forum, people.reed, "canteen -夜班") == []
    assert await _routes(forum, people.reed, "半小时 OR canteen") == [f"/t/{canteen}#2", f"/t/{canteen}#1"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("author:reed 食堂", ["b#1", "c#2"]),
        ("作者：reed 食堂", ["b#1", "c#2"]),
        ("author:plum", ["c#1"]),
        ("author:nobody 食堂", []),
        ("board:ink 食堂", ["b#1"]),
        ("食堂 board:life", ["c#2", "c"]),
        ("in:title 食堂", ["c", "n"]),
        ("since:2999-01-01 食堂", []),
        ('"author:plum" 食堂', []),
    ],
)
async def test_operators_narrow(forum: Forum, people: People, line: str, wanted: list[str]) -> None:
    canteen, books = await _fill(forum, people)
    short = [
        route.replace("/n/1", "n").replace(f"/t/{canteen}", "c").replace(f"/t/{books}", "b")
        for route in await _routes(forum, people.reed, line)
    ]
    assert short == wanted


async def test_what_is_changed_is_found_by_who_wrote_it_and_where_as_before(forum: Forum, people: People) -> None:
    canteen, _ = await _fill(forum, people)
    plum, keeper = people.plum, people.keeper
    (first,) = await forum.threads.posts(plum, canteen, floor=1, limit=1)
    line = "author:plum board:life since:2020-01-01 soup"
    await forum.threads.edit(plum, first.id, "Soup at noon.")
    assert await _routes(forum, people.reed, line) == [f"/t/{canteen}#1"]
    await forum.own.withdraw(plum, first.id)
    assert await _routes(forum, people.reed, line) == []
    await forum.own.put_back(plum, first.id)
    await forum.moderation.hide(keeper, first.id, "rude")
    assert await _routes(forum, keeper, line) == []
    await forum.moderation.restore(keeper, first.id)
    await forum.own.retitle(plum, canteen, "Soup")
    assert await _routes(forum, people.reed, line) == [f"/t/{canteen}"]


async def test_nobody_finds_what_they_may_not_read(forum: Forum, people: People) -> None:
    canteen, _ = await _fill(forum, people)
    assert await _routes(forum, people.guest, "食堂") == [f"/t/{canteen}#2", f"/t/{canteen}", "/n/1"]
    with pytest.raises(Invalid, match=r"search\.board") as refused:
        await forum.search.find(people.guest, "board:ink 食堂")
    assert refused.value.params["boards"] == "life"
    at = forum.clock.now()

    def hide(tx: Tx) -> None:
        tx.connection.execute(update(post).where(post.c.floor == 2).values(withdrawn_at=at))
        tx.connection.execute(update(thread).where(thread.c.id == canteen).values(hidden_at=at))

    assert f"/t/{canteen}#2" in await _routes(forum, people.keeper, "食堂")
    await forum.db.write(lambda tx: tx.connection.execute(update(post).values(hidden_at=at)).rowcount)
    assert await _routes(forum, people.keeper, "半小时") == []
    await forum.db.write(hide)
    assert await _routes(forum, people.guest, "食堂") == ["/n/1"]


@pytest.mark.parametrize("budget", [0.04, -1.0])
async def test_pages_hold_everything_once(
    forum: Forum, people: People, budget: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when time is always over, and stretches of numbers are short."""
    monkeypatch.setattr(finding, "BUDGET", budget)
    monkeypatch.setattr(finding, "STRETCH", dict.fromkeys(finding.STRETCH, 7))
    await forum.db.write(
        lambda tx: seed_threads(
            tx,
            board="life",
            author="reed",
            threads=40,
            title="Lift",
            body=lambda id: f"电梯 {id}" if id % 3 else "lift",
        )
    )
    for line in ("电梯", "lift", "author:reed 电梯"):
        seen: list[str] = []
        after = None
        for _ in range(100):
            found = await forum.search.find(people.plum, line, limit=4, after=after)
            seen += [hit.route for hit in found.items]
            assert len(found.items) <= 4
            after = found.after
            if after is None:
                break
        assert after is None
        assert len(seen) == len(set(seen)) == (40 if line == "lift" else 27)
        assert seen == sorted(seen, key=lambda route: -int(route.split("/")[2].partition("#")[0]))


async def test_many_bulletins_are_found_to_the_oldest_in_the_order_they_came_out(
    forum: Forum, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the newest numbers are those of old ones, taken in last, and of pairs each comes once."""
    await forum.db.write(_second_board)
    now = forum.clock.now()
    items = [
        BulletinItem(f"n{n}", "express", f"{n} 通知", "通知", lang=lang, published_at=now - timedelta(days=40 * n))
        for n in range(12)
        for lang in ("zh", "en")
    ]
    await forum.news.store(LOCAL, items)
    await forum.news.store(LOCAL, [BulletinItem("x", "express", "草稿 通知", "通知", status=Status.DRAFT)])
    for few, budget in ((500, 1.0), (3, -1.0), (3, 1.0)):
        monkeypatch.setattr(notices, "FEW", few)
        monkeypatch.setattr(finding, "BUDGET", budget)
        seen, after = list[str](), None
        for _ in range(40):
            found = await forum.search.find(people.reed, "通知", lang="en", limit=5, after=after)
            seen += [hit.title.text.partition(" ")[0] for hit in found.items]
            after = found.after
            if after is None:
                break
        assert seen == [str(n) for n in range(12)]
    since = await forum.search.find(people.reed, f"通知 since:{now - timedelta(days=90):%Y-%m-%d}")
    assert len(since.items) == 3


@pytest.mark.parametrize("line", ["author:plum 电梯", "board:ink 电梯", "since:2025-01-02 电梯", "in:title 食堂"])
async def test_what_is_rare_among_much_costs_one_look(
    forum: Forum, people: People, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many others there are: time is over at once, and all there is was found."""
    await forum.db.write(_second_board)
    rare = await _start(forum, people.plum, "食堂电梯", "电梯", "ink")
    much = {"board": "life", "author": "reed", "threads": 900, "title": "Lift", "body": lambda id: "电梯"}
    await forum.db.write(lambda tx: seed_threads(tx, **much))  # type: ignore[arg-type]
    monkeypatch.setattr(finding, "BUDGET", -1.0)
    found = await forum.search.find(people.reed, line)
    assert [hit.route for hit in found.items] == [f"/t/{rare}"]
    assert found.after is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "search.empty"),
        ("字" * 161, "search.long"),
        ("autor:reed 食堂", "search.operator"),
        ("author: 食堂", "search.value"),
        ("board:a board:b 食堂", "search.twice"),
        ("-author:reed 食堂", "search.minus"),
        ("in:body 食堂", "search.in"),
        ("since:yesterday 食堂", "search.since"),
        ("since:2026-13-01 食堂", "search.since"),
        ("-食堂", "search.only_not"),
        ("board:life", "search.no_words"),
        (" ".join("abcdefghijklmnopq"), "search.many"),
    ],
)
def test_errors_say_what_is_wrong(line: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        asking.parse(line)
    assert refused.value.code == code


def test_what_only_looks_like_an_operator_is_text() -> None:
    assert asking.parse("7:30 https://example.org error:timeout").author == ""
    assert asking.parse('author:"reed" since:2026-10-01 x', ZoneInfo("Asia/Shanghai")).since == datetime(
        2026, 9, 30, 16, tzinfo=UTC
    )


async def _code(forum: Forum, actor: Actor, line: str) -> str:
    """The first word of the code a line is refused with, empty when it is answered."""
    try:
        await forum.search.find(actor, line)
    except BbsError as error:
        return error.code.partition(".")[0]
    return ""


async def test_any_line_is_answered_or_refused_in_words(forum: Forum, people: People) -> None:
    await _fill(forum, people)
    for text in ALL_TEXT:
        for line in (text[:150], f"author:{text[:80]} x", f"board:{text[:20]} x", f"since:{text[:20]} x"):
            assert await _code(forum, people.reed, line) in ("", "search")
    for cursor in ("", "p1", "p1t1b1-", "p99999999999t1b1-1l1-1", "p1t1b1-1", "x"):
        with pytest.raises(Invalid, match=r"cursor\.bad"):
            await forum.search.find(people.reed, "食堂", after=cursor)


def test_a_snippet_shows_the_match_wherever_it_is() -> None:
    body = "开头。" * 100 + "\n\n这里有**食堂**二字。" + "结尾。" * 2_000
    shown = snippet(body, words("食堂"))
    assert [shown.text[a:b] for a, b in shown.marks] == ["食堂"]
    assert shown.text.startswith("..")
    assert shown.marks[0][0] < 40
    far = snippet("开头。" * 3_000 + "食堂", words("食堂"))
    assert far.text.endswith("食堂")
    assert far.marks


async def test_library_texts_are_found_where_they_stand_and_no_longer_when_they_are_gone(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    await _fill(forum, people)
    await forum.db.write(lambda tx: tx.connection.execute(update(board).values(library=True)))
    await forum.db.write(lambda tx: tx.emit("community.changed"))
    ink = await forum.boards.get(people.keeper, "ink")
    library = forum.library
    shelf = await library.add_folder(people.keeper, ink, "", "Shelf")
    await library.add_folder(people.keeper, ink, shelf.path, "Soup")
    clock.advance(hours=1)
    made = await library.write(people.keeper, ink, "shelf/soup", "Borscht", "红菜汤要炖**两个小时**。")
    assert await _routes(forum, people.reed, "红菜汤") == ["/b/ink/library/shelf/soup/borscht"]
    assert await _routes(forum, people.reed, "borscht in:title") == [made.route]
    assert await _routes(forum, people.reed, "红菜汤 in:title") == []
    assert await _routes(forum, people.reed, "红菜汤 author:keeper board:ink") == [made.route]
    assert await _routes(forum, people.reed, "红菜汤 author:reed") == []
    assert await _routes(forum, people.reed, "红菜汤 board:life") == []
    assert await _routes(forum, people.guest, "红菜汤") == [], "members only, and so is its library"
    (hit,) = (await forum.search.find(people.reed, "两个小时")).items
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["两个小时"]
    await library.rename(people.keeper, ink, made.path, "Beetroot soup")
    assert await _routes(forum, people.reed, "borscht") == []
    assert await _routes(forum, people.reed, "beetroot") == [made.route]
    await library.remove(people.keeper, ink, "shelf")
    assert await _routes(forum, people.reed, "红菜汤") == []


async def test_pages_of_all_kinds_together_leave_nothing_out(forum: Forum, people: People, clock: ManualClock) -> None:
    await _fill(forum, people)
    await forum.db.write(lambda tx: tx.connection.execute(update(board).values(library=True)))
    await forum.db.write(lambda tx: tx.emit("community.changed"))
    life = await forum.boards.get(people.keeper, "life")
    for number in range(7):
        clock.advance(hours=1)
        await forum.library.write(people.keeper, life, "", f"食堂 {number}", "食堂的旧事。")
        await _start(forum, people.lin, f"食堂 {number}", "x")
    whole = [hit.route for hit in (await forum.search.find(people.reed, "食堂", limit=100)).items]
    paged: list[str] = []
    after = None
    for _ in range(30):
        found = await forum.search.find(people.reed, "食堂", limit=3, after=after)
        paged += [hit.route for hit in found.items]
        after = found.after
        if after is None:
            break
    assert paged == whole
    assert len(set(paged)) == len(paged) == 18


async def test_what_calls_one_by_name_is_read_first(forum: Forum, people: People, clock: ManualClock) -> None:
    canteen, books = await _fill(forum, people)
    keeper = people.keeper
    plain = await _start(forum, people.reed, "Umbrellas", "Who lends one?")
    called = await _start(forum, people.reed, "Keys", "Where are they, @keeper?", "ink")
    mine = await _start(forum, keeper, "Mine", "Who answers?", "ink")
    await _reply(forum, people.plum, mine, "I do.")
    ink = await forum.boards.get(keeper, "ink")
    order = [mine, called]
    assert [one.id for one in await forum.unread.calls(keeper)] == order
    assert [one.id for one in await forum.unread.threads(keeper)][:2] == order
    skipped = await forum.unread.after(keeper, None)
    assert skipped is not None
    other = await forum.unread.after(keeper, skipped)
    assert other is not None
    again = await forum.unread.after(keeper, other, {skipped.id})
    assert again is not None
    assert again.id not in (skipped.id, other.id), "what was left unread does not come again on the way"
    walked: list[int] = []
    here = None
    while (found := await forum.unread.after(keeper, here)) is not None:
        walked.append(found.id)
        await forum.reading.read(keeper, found.id, found.last_floor)
        here = found
    assert walked[:2] == order
    assert sorted(walked) == sorted([canteen, books, plain, called, mine])
    await forum.reading.board_read(keeper, ink)
    assert await forum.unread.calls(keeper) == []
    assert await forum.unread.calls(people.guest) == []


async def test_what_is_unread_over_all_boards(forum: Forum, people: People) -> None:
    canteen, books = await _fill(forum, people)
    assert [one.id for one in await forum.unread.threads(people.keeper)] == [canteen, books]
    assert [one.id for one in await forum.unread.threads(people.keeper, 1)] == [canteen]
    await forum.reading.read(people.keeper, canteen, 2)
    assert [one.id for one in await forum.unread.threads(people.keeper)] == [books]
    assert await forum.unread.threads(people.guest) == []


async def test_a_few_posts_are_reached_by_their_numbers(forum: Forum, people: People) -> None:
    """Not by walking all threads of the boards, which a planner likes when many numbers are given."""
    if forum.db.dialect != "sqlite":
        return
    await _fill(forum, people)
    given = {"ids": list(range(1, 501)), "boards": [1, 2]}
    dialect = sqlite.dialect()

    def plan(tx: Tx, query: Any) -> str:
        statement = query.params(**given).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        return "\n".join(row[3] for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))

    posts = await forum.db.read(lambda tx: plan(tx, finding._POSTS))
    threads = await forum.db.read(lambda tx: plan(tx, finding._THREADS))
    assert "SEARCH post USING INTEGER PRIMARY KEY" in posts
    assert "ix_thread_board_id" not in posts + threads
