"""Importing threads under their own names and times, twice without doubles; and the demo as a whole."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bbs.errors import Conflict, Forbidden, Invalid
from bbs.forum.accounts.passwords import CHEAP
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.forum import Forum, Policy, open_forum
from bbs.forum.posts.posts import ReadState
from bbs.importers.demo import load_demo
from bbs.importers.people import Person, as_actor, bring_in, read_people
from bbs.importers.threads import import_threads
from bbs.store.database import Database
from bbs.text.catalogue import Catalogues
from bbs.text.when import ManualClock
from tests.support.terminal import LOCALE

TR = Catalogues(LOCALE, strict=True).translator("en")
ROOT = Path(__file__).parents[2]
DECLARED = """
site: {zh: 坛, en: Forum}
offices: [{slug: desk, zh: 台, en: Desk}]
sections: [{slug: after, zh: 后, en: After}]
boards: [{slug: life, zh: 生活, en: Life, section: after, read: public}]
"""
THREAD = """\
---
board: life
title: "Soup: hot or cold"
author: reed
at: 2025-09-08T19:40:00+08:00
pinned: true
locked: true
---
Which?

---
A rule above.
--- zhou 2025-09-08T20:00:00+08:00 official re 1
Hot, from Monday.
--- plum 2025-09-09T08:00:00+08:00
--- no separator: no time
Thank you.
"""


MISTAKES = [
    ("at: 2025-09-08T19:40:00+08:00", "at: monday", 1, "import.not_a_date"),
    ("pinned: true", "pinned: maybe", 6, "import.not_yes_no"),
    ("author: reed", "writer: reed", 4, "import.unknown_key"),
    ("board: life\n", "", 2, "import.missing_key"),
    ("board: life", "board: nowhere", 9, "board.not_found"),
    ("author: reed", "author: nobody", 9, "account.not_found"),
    ("re 1", "re 7", 13, "reply.floor"),
    ("--- plum 2025-09-09T08:00:00", "--- plum 2025-99-09T08:00:00", 15, "import.not_a_date"),
]


@pytest.fixture
async def forum(db: Database, clock: ManualClock) -> AsyncIterator[Forum]:
    opened = await open_forum(db, clock, Policy(demo=True, password_cost=CHEAP))
    yield opened
    await opened.close()


@pytest.fixture
async def authors(forum: Forum, tmp_path: Path) -> dict[str, Actor]:
    file = tmp_path / "boards.yaml"
    file.write_text(DECLARED, encoding="utf-8")
    await forum.community.apply(LOCAL, file)
    people = [
        Person(name="reed", kind="member"),
        Person(name="plum", kind="moderator"),
        Person(name="zhou", kind="officer", real_name="周明", office="desk", title_zh="司长", title_en="Director"),
    ]
    since = datetime(2025, 1, 1, tzinfo=UTC)
    made = [await bring_in(forum, LOCAL, person, since=since, password=f"demo-{person.name}") for person in people]
    again = [await bring_in(forum, LOCAL, person, since=since, password=None) for person in people]
    assert again == made
    return {actor.name: actor for actor in made if actor is not None}


async def test_a_thread_comes_in_whole(forum: Forum, authors: dict[str, Actor]) -> None:
    report = await import_threads(forum, LOCAL, [THREAD.encode()], authors=authors)
    assert report.failed == []
    board = await forum.boards.get(LOCAL, "life")
    (thread,) = await forum.threads.pinned(LOCAL, board)
    assert [thread.id] == report.created
    assert (thread.title, thread.author, thread.locked, thread.posts) == ("Soup: hot or cold", "reed", True, 3)
    assert thread.created_at == datetime(2025, 9, 8, 11, 40, tzinfo=UTC)
    posts = await forum.threads.posts(LOCAL, thread.id)
    assert [post.author for post in posts] == ["reed", "周明", "plum"]
    assert posts[0].body == "Which?\n\n---\nA rule above."
    assert posts[1].official is not None
    assert posts[1].reply_to == 1
    assert posts[2].body == "--- no separator: no time\nThank you."


async def test_twice_makes_nothing_twice(forum: Forum, authors: dict[str, Actor]) -> None:
    first = await import_threads(forum, LOCAL, [THREAD.encode()], authors=authors)
    second = await import_threads(forum, LOCAL, [THREAD.encode()], authors=authors)
    assert (second.created, second.unchanged, second.failed) == ([], first.created, [])
    more = THREAD + "--- reed 2025-09-10T08:00:00+08:00\nMore.\n"
    third = await import_threads(forum, LOCAL, [more.encode()], authors=authors)
    assert [failure.reason.code for failure in third.failed] == ["thread.locked"]
    assert len(await forum.threads.posts(LOCAL, first.created[0])) == 3


async def test_each_mistake_is_told_with_its_line(forum: Forum, authors: dict[str, Actor]) -> None:
    for number, (old, new, line, code) in enumerate(MISTAKES):
        assert old in THREAD
        text = THREAD.replace(old, new, 1).replace("Soup", f"Soup {number}")
        report = await import_threads(forum, LOCAL, [text.encode()], authors=authors)
        assert [(one.line, one.reason.code) for one in report.failed] == [(line, code)]


async def test_only_sysops_bring_threads_in(forum: Forum, authors: dict[str, Actor]) -> None:
    with pytest.raises(Forbidden):
        await import_threads(forum, authors["plum"], [THREAD.encode()], authors=authors)


@pytest.mark.parametrize(
    ("text", "line"),
    [("- name: reed\n  kind: bot\n", 2), ("- {kind: member}\n", 1), ("name: reed\n", 1), ("- name: [\n", 2), ("\0", 1)],
)
def test_a_wrong_file_of_people(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        read_people(path)
    assert (caught.value.code, caught.value.params["line"]) == ("people.invalid", line)


@pytest.mark.parametrize("year", [2025, 2031])
async def test_the_demo_is_whole_fresh_and_quickly_there(sqlite_db: Database, year: int) -> None:
    clock = ManualClock(datetime(year, 11, 23, 8, tzinfo=UTC))
    forum = await open_forum(sqlite_db, clock, Policy(demo=True, password_cost=CHEAP))
    shown: list[tuple[int, int | None]] = []
    began = time.process_time()
    await load_demo(forum, ROOT, lambda done, total: shown.append((done, total)), tr=TR)
    assert time.process_time() - began < 20  # seconds; a quiet machine needs three
    assert shown[-1] == (100, 100)
    assert [done for done, _ in shown] == sorted(done for done, _ in shown)
    reed = await as_actor(forum, "reed")
    threads, places = await forum.boards.unread_total(reed)
    assert 3 <= threads <= 15
    assert places >= 2
    news, must_reads = await forum.news.unread(reed)
    assert news >= 1
    assert must_reads >= 1
    newest = await forum.threads.stream(reed, limit=1)
    assert timedelta() < clock.now() - newest.items[0][0].created_at < timedelta(days=22)
    states = [
        thread.state
        for _, rows in await forum.boards.sections(reed)
        for row in rows
        for thread in (await forum.threads.list(reed, row.board)).items
    ]
    assert states.count(ReadState.READ) > states.count(ReadState.UNREAD) > 0
    (ahead,) = await forum.interviews.open_ones(reed)
    assert timedelta() < ahead.starts_at - clock.now() < timedelta(days=2)
    _, room = await forum.interviews.room(reed, ahead.id)
    assert [one.votes for one in room.queue] == [4, 3, 2, 1]
    assert len(room.waiting) == 1
    pine = await as_actor(forum, "pine")
    page = await forum.leading.page(pine)
    assert [one.titles["en"] for one in page.topics][:1] == ["An earlier breakfast"]
    assert page.overdue
    assert page.digest is not None
    assert (page.digest.topics, len(page.digest.bulletins)) == (4, 2)
    assert (await forum.register.verify(await as_actor(forum, "sysop"))).ok
    login = await forum.accounts.by_password("reed", "demo-reed", transport="ssh", source="test")
    assert login.preferences["language"] == "en"
    with pytest.raises(Conflict) as caught:
        await load_demo(forum, ROOT)
    assert caught.value.code == "demo.not_empty"
    await forum.close()


TRACKED = DECLARED.replace("read: public}", "read: public, tracked: true, offices: [desk]}")
CASE = """\
---
board: life
title: "Cold soup"
author: reed
at: 2025-09-08T09:40:00+08:00
kind: complaint
case:
  - zhou 2025-09-08T10:00:00+08:00 take
  - zhou 2025-09-09T10:00:00+08:00 extend 2025-09-19 A stove is on order.
  - answer 2
  - reed 2025-09-10T09:00:00+08:00 rate satisfied Hot.
  - zhou 2025-09-10T10:00:00+08:00 close fixed-by-office
---
Again.
--- zhou 2025-09-10T08:00:00+08:00 official
Hot, from Monday.
"""


async def test_a_thread_says_what_became_of_its_case(forum: Forum, authors: dict[str, Actor], tmp_path: Path) -> None:
    (tmp_path / "boards.yaml").write_text(TRACKED, encoding="utf-8")
    await forum.community.apply(LOCAL, tmp_path / "boards.yaml")
    for _ in range(2):  # twice makes nothing twice
        report = await import_threads(forum, LOCAL, [CASE.encode()], authors=authors)
        assert report.failed == []
    (case,) = (await forum.cases.list(LOCAL)).items
    view = await forum.cases.get(LOCAL, case.id)
    assert [(step.act, step.at.day) for step in view.steps] == [
        ("open", 8),
        ("take", 8),
        ("extend", 9),
        ("answer", 10),
        ("rate", 10),
        ("close", 10),
    ]
    assert (case.kind, case.outcome, case.rating, case.answered_floor) == (
        "complaint",
        "fixed-by-office",
        "satisfied",
        2,
    )
    assert (await forum.inbox.list(authors["reed"])).items == ()  # nobody is told of what was long ago


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("kind: complaint", "kind: anger", 6, "import.case_kind"),
        ("close fixed-by-office", "close somehow", 12, "import.case_step"),
        ("take", "steal", 8, "import.case_step"),
        ("2025-09-10T10:00:00+08:00 close", "2025-99-10T10:00 close", 12, "import.not_a_date"),
        ("extend 2025-09-19", "extend 2025-09-01", 9, "case.until_early"),
        ("- reed", "- nobody", 11, "account.not_found"),
    ],
)
async def test_a_mistake_in_a_case_is_told_with_its_line(
    forum: Forum, authors: dict[str, Actor], tmp_path: Path, old: str, new: str, line: int, code: str
) -> None:
    (tmp_path / "boards.yaml").write_text(TRACKED, encoding="utf-8")
    await forum.community.apply(LOCAL, tmp_path / "boards.yaml")
    report = await import_threads(forum, LOCAL, [CASE.replace(old, new, 1).encode()], authors=authors)
    assert [(one.line, one.reason.code) for one in report.failed] == [(line, code)]
