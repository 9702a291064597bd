"""The screens of the opinion digest and the leader's page, as an editor, a reviewer, a member and a leader use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import pytest
from sqlalchemy import Update, insert, select, update

from bbs.forum.actor import LOCAL, Actor, Grant, Role
from bbs.forum.digest.digests import Issue
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import account, board, case, post, thread
from tests.screens.conftest import Community, Visiting, catalogues
from tests.support.snapshots import assert_snapshot

WEEK: Final = "2026-W47"
AFTER: Final = timedelta(days=2)
"""From NOW, a Sunday, to the Tuesday on which the digest is drafted."""
BEGIN: Final = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
SIZES = ((80, 24), (132, 43))
WRITERS: Final = tuple(f"wind{number}" for number in range(10, 34))
TALKS: Final = (
    ("services", "食堂早餐太晚", "早餐供应早些", 14),
    ("services", "班车间隔太长", "班车晚间间隔太长", 9),
    ("youth", "合租信息", "合租找人", 6),
    ("ink", "小楷练习", "小楷好难", 3),
)


def fill(tx: Tx) -> None:
    """A week of talk, straight into the tables."""
    for name in WRITERS:
        values = {"name": name, "fold": name.replace("i", "l"), "kind": "member", "state": "active"}
        tx.connection.execute(insert(account).values(**values, created_at=BEGIN))
    people = tx.connection.execute(
        select(account.c.id, account.c.name).where(account.c.name.in_(WRITERS)).order_by(account.c.id)
    ).all()
    boards = {row.slug: row.id for row in tx.connection.execute(select(board.c.slug, board.c.id))}
    start = 0
    for slug, title, said, size in TALKS:
        mine = [people[(start + at) % len(people)] for at in range(size)]
        start += size
        _thread(tx, boards[slug], title, said, [(row.id, row.name) for row in mine])
    for at, row in enumerate(people[:12]):  # people who talk alone, each of something else
        word = chr(0x6C00 + at) * 2
        _thread(tx, boards[("services", "life")[at % 2]], word, word, [(row.id, row.name)])


def _thread(tx: Tx, place: int, title: str, said: str, people: Sequence[tuple[int, str]]) -> None:
    opener, name = people[0]
    values = {"board_id": place, "title": title, "author_id": opener, "author": name, "created_at": BEGIN}
    values |= {"posts": len(people), "last_floor": len(people), "last_post_id": 0, "last_at": BEGIN}
    number = tx.connection.execute(
        insert(thread).values(**values, last_author=people[-1][1]).returning(thread.c.id)
    ).scalar_one()
    for floor, (writer, name) in enumerate(people, 1):
        row = {"thread_id": number, "floor": floor, "author_id": writer, "author": name, "created_at": BEGIN}
        key = tx.connection.execute(
            insert(post).values(**row, body=f"{said} {floor}").returning(post.c.id)
        ).scalar_one()
        search.index(tx, Kind.POST, key, f"{said} {floor}", Tags(writer, place, BEGIN))
    if title == TALKS[1][1]:
        late = {"thread_id": number, "board_id": place, "kind": "complaint", "state": "assigned", "title": title}
        late |= {"office": "administration", "assignee": "周明", "opened_at": BEGIN, "acknowledge_by": BEGIN}
        tx.connection.execute(insert(case).values(**late, answer_by=BEGIN + timedelta(days=2)))


def _run(statement: Update, tx: Tx) -> None:
    tx.connection.execute(statement)


@dataclass(slots=True)
class Newsroom:
    """A community with a week behind it; reed edits, plum reviews, stone leads."""

    community: Community
    editor: Actor
    reviewer: Actor

    async def draft(self) -> Issue:
        return await self.community.forum.digests.draft(self.editor, WEEK)

    async def released(self) -> Issue:
        """The draft with words, released."""
        digests, tr = self.community.forum.digests, catalogues().translator("en")
        issue = await self.draft()
        words = (
            ("早餐供应", "Breakfast", "盼望早些开门的人很多。", "Many would like an earlier start."),
            ("班车间隔", "Shuttle intervals", "晚间一班等太久。", "The evening gap is too long."),
            ("合租", "Flat shares", "", ""),
        )
        for topic, (zh, en, body_zh, body_en) in zip(issue.shown, words, strict=True):
            issue = await digests.edit(
                self.editor,
                WEEK,
                topic.id,
                issue.head.change,
                titles={"zh": zh, "en": en},
                bodies={"zh": body_zh, "en": body_en},
            )
        issue = await digests.submit(self.editor, WEEK, issue.head.change)
        return await digests.release(self.reviewer, WEEK, issue.head.change, tr)


@pytest.fixture
async def newsroom(community: Community) -> Newsroom:
    """The week, and the roles."""
    accounts = community.forum.accounts
    for name, grant in (
        ("reed", Grant(Role.EDITOR, "digest")),
        ("plum", Grant(Role.EDITOR, "digest")),
        ("stone", Grant(Role.LEADER)),
    ):
        await accounts.role(LOCAL, name, grant, on=True)
    await community.forum.db.write(fill)
    community.clock.advance(seconds=AFTER.total_seconds())
    return Newsroom(community, await community.maker.actor("reed"), await community.maker.actor("plum"))


async def test_an_editor_drafts_writes_and_hands_in(newsroom: Newsroom, driver: Visiting) -> None:
    person = await driver("reed", route="/digest")
    assert "No issue yet" in person.text()
    await person.press("c-p")
    assert f"Draft which week ({WEEK})" in person.text()
    await person.press("enter")
    assert person.route == f"/digest/{WEEK}"
    assert "is drafted: 3 topics" in person.text()
    assert "[too few]" in person.text()
    await person.press("enter")
    assert "16 accounts, 16 posts" in person.text()
    await person.press("T", "e")
    await person.press(*["backspace"] * 20)
    await person.type("Breakfast")
    await person.press("enter")
    assert "Kept" in person.text()
    await person.press("E", "e")
    assert person.route.endswith("/en")
    await person.type("wind10 would like an earlier start.")
    await person.press("c-x", "s")
    assert 'contains the pen name "wind10"' in person.text()
    assert "wind10 would like" in person.text(), "the text is kept"
    await person.press("c-a", *["delete"] * 6)
    await person.type("Many")
    await person.press("c-x", "s")
    assert "Many would like an earlier start." in person.text()
    await person.press("left")
    await person.press("c-p", "s")
    assert "Handed in" in person.text()
    assert "under review" in person.text()
    await person.press("c-p")
    assert "release" in person.text()
    await person.press("r", "y")
    assert "You edited the issue" in person.text()


async def test_another_releases_and_a_member_reads(newsroom: Newsroom, driver: Visiting) -> None:
    issue = await newsroom.draft()
    await newsroom.community.forum.digests.submit(newsroom.editor, WEEK, issue.head.change)
    reviewer = await driver("plum", route=f"/digest/{WEEK}")
    await reviewer.press("tab")
    assert "Opinion Digest 2026, week 47 (no. 1)" in reviewer.text()
    await reviewer.press("left", "c-p", "r", "y")
    assert "Released: /n/" in reviewer.text()
    member = await driver("keeper", route="/digest")
    assert "released" in member.text()
    await member.press("enter")
    assert "too few" not in member.text()
    await member.press("enter")
    assert "16 accounts, 16 posts" in member.text()
    assert "/t/" not in member.text()
    await member.press("E")
    assert "Not on this screen" in member.text()


async def test_topics_are_merged_left_out_and_moved_by_keys(newsroom: Newsroom, driver: Visiting) -> None:
    await newsroom.draft()
    person = await driver("reed", route=f"/digest/{WEEK}")
    await person.press("d")
    assert "This topic is left out" in person.text()
    assert "[left out]" in person.text()
    await person.press("d")
    assert "Taken in again" in person.text()
    await person.press("end", "M")
    await person.type("2")
    await person.press("enter")
    assert "Merged" in person.text()
    assert "too few" not in person.text()
    await person.press("home", ">")
    issue = await newsroom.community.forum.digests.get(newsroom.editor, WEEK)
    assert [one.accounts for one in issue.topics] == [12, 16, 6]


async def test_a_topic_is_split_by_the_numbers_of_its_threads(newsroom: Newsroom, driver: Visiting) -> None:
    issue = await newsroom.draft()
    first, second = issue.shown[:2]
    await newsroom.community.forum.digests.merge(newsroom.editor, WEEK, first.id, second.id, issue.head.change)
    person = await driver("reed", route=f"/digest/{WEEK}/{first.id}")
    await person.press("F")
    await person.type("2")
    await person.press("enter")
    assert "Split" in person.text()
    await person.press("1", "enter")
    assert person.route.startswith(f"/t/{first.threads[0]}")


async def test_two_editors_at_once_lose_nothing(newsroom: Newsroom, driver: Visiting) -> None:
    issue = await newsroom.draft()
    person = await driver("reed", route=f"/digest/{WEEK}/{issue.shown[0].id}/en")
    await person.type("Earlier, please.")
    await newsroom.community.forum.digests.edit(
        newsroom.reviewer, WEEK, issue.shown[1].id, issue.head.change, titles={"en": "Shuttle"}
    )
    await person.press("c-x", "s")
    assert "plum changed the issue meanwhile" in person.text()
    assert "Earlier, please." in person.text()
    await person.press("c-x", "s")
    now = await newsroom.community.forum.digests.get(newsroom.editor, WEEK)
    assert now.shown[0].bodies["en"] == "Earlier, please."
    assert now.shown[1].titles["en"] == "Shuttle"


async def test_an_author_is_asked_and_answers_alone(newsroom: Newsroom, driver: Visiting) -> None:
    """stone said in a thread of one's own what is said in three others of the topic."""
    community, phrase = newsroom.community, "早餐能不能再早半小时供应"
    for name in ("stone", "墨竹", "keeper", "plum"):
        made = await community.maker.start(name, "ink", f"食堂早餐 {name}", phrase)
        back = update(post).where(post.c.id == made.id).values(created_at=BEGIN)
        await community.forum.db.write(partial(_run, back))
    issue = await newsroom.draft()
    topic = issue.shown[0]
    editor = await driver("reed", route=f"/digest/{WEEK}/{topic.id}")
    await editor.press("r")
    await editor.type(phrase)
    await editor.press("enter")
    assert "you are not told whom" in editor.text()
    assert "stone" not in editor.text().replace("食堂早餐 stone", "")
    person = await driver("stone", route="/inbox")
    assert "whether a sentence of yours may stand" in person.text()
    await person.press("enter")
    assert phrase in person.text()
    assert "No answer means no." in " ".join(person.text().split())
    await person.press("enter", "a")
    assert "You agreed" in person.text()
    await person.press("enter", "r")
    assert "You refused" in person.text()
    other = await driver("reed", route=person.route)
    assert other.route == "/"
    assert "was put to you" in other.text()


async def test_a_leaders_visit_begins_at_the_page(newsroom: Newsroom, driver: Visiting) -> None:
    await newsroom.released()
    person = await driver("stone")
    assert person.route == "/leader"
    text = person.text()
    assert f"{WEEK}, topics: 3" in text
    assert "Overdue: 1 case" in text
    assert "班车间隔太长" in text
    await person.press("down", "enter")
    assert person.route.startswith("/n/")
    await person.press("left")
    await person.press("c-p")
    assert "Which office?" in person.text()
    await person.press("6")
    assert "as stone (pen name), for everybody" in person.text()
    assert "a letter to 周明, signed stone" in person.text()
    await person.press("1")
    assert person.route == "/b/services/post"
    assert "as stone (pen name)" in person.text()
    await person.press("c-x", "a")
    await person.press("left")
    assert person.route == "/"
    member = await driver("keeper", route="/leader")
    assert member.route == "/"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_as_they_look(newsroom: Newsroom, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    def name(screen: str) -> str:
        return f"{screen}.{lang}.{size[0]}x{size[1]}"

    issue = await newsroom.draft()
    editor = await driver("reed", lang=lang, size=size, route=f"/digest/{WEEK}")
    await editor.until({"zh": "新 ", "en": " new"}[lang])
    assert_snapshot(name("digest-draft"), editor)
    editor = await driver("reed", lang=lang, size=size, route=f"/digest/{WEEK}/{issue.shown[0].id}")
    await editor.until({"zh": "新 ", "en": " new"}[lang])
    assert_snapshot(name("digest-topic"), editor)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_as_they_look_when_it_is_out(
    newsroom: Newsroom, driver: Visiting, lang: str, size: tuple[int, int]
) -> None:
    issue = await newsroom.released()
    for screen, route, new in (
        ("digests", "/digest", 8),
        ("digest", f"/digest/{WEEK}", 8),
        ("digest-bulletin", f"/n/{issue.head.bulletins[lang]}", 7),  # it has been read
        ("leader", "/leader", 7),
    ):
        person = await driver("stone", lang=lang, size=size, route=route)
        await person.until({"zh": f"新 {new}", "en": f"{new} new"}[lang])
        await person.settle()
        assert "One moment" not in person.text()
        assert_snapshot(f"{screen}.{lang}.{size[0]}x{size[1]}", person)
