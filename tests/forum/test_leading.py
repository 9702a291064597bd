"""The leader's page: what every member may read, gathered; and whom a question can be put to, and as whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bbs.errors import Forbidden, NotFound
from bbs.forum.actor import LOCAL, Grant, Role
from bbs.forum.forum import Forum
from bbs.store.database import Database, Tx
from bbs.store.tables import board, case
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of
from tests.support import year
from tests.support.year import Talk

PLAN = [[Talk("食堂", 30, 2), Talk("电梯", 9, 2), Talk("书法", 4), Talk("租房", 6)]]


async def test_what_the_page_shows(forum: Forum, people: People, db: Database, clock: ManualClock) -> None:
    made = await year.make(db, 1, plan=PLAN)
    await forum.accounts.role(LOCAL, "keeper", Grant(Role.LEADER), on=True)
    leader = await actor_of(forum, "keeper")
    clock.advance((year.FIRST_DAY - clock.now()).total_seconds() + 6 * 86_400)
    lifts = [number for number, subject in made.subjects.items() if subject == "电梯"]
    begin = year.FIRST_DAY
    late = await year.open_case(db, lifts[0], begin - timedelta(days=3), state="assigned", assignee="周明")
    done = await year.open_case(
        db, lifts[1], begin, state="answered", assignee="周明", answered_at=begin + timedelta(days=2)
    )
    hidden = await year.open_case(db, next(iter(made.subjects)), begin - timedelta(days=9))

    def make_private(tx: Tx) -> None:
        tx.connection.execute(update(case).where(case.c.id == hidden).values(private=True, thread_id=None))

    await db.write(make_private)
    page = await forum.leading.page(leader)
    assert page.digest is None
    (overdue,) = page.overdue
    assert (overdue.case, overdue.days, overdue.office, overdue.by) == (late, 2, "administration", "周明")
    assert (page.overdue_count, page.private_overdue) == (1, 1)
    (answered,) = page.answered
    assert (answered.case, answered.days, answered.route) == (done, 2, f"/c/{done}")
    assert [made.subjects[one.thread] for one in page.hot] == ["食堂", "食堂", "租房", "电梯"]
    assert all(one.accounts >= 5 for one in page.hot)
    clock.advance(days=9)
    later = await forum.leading.page(leader)
    assert (later.hot, later.answered, later.overdue_count) == ((), (), 1)


async def test_ways_to_ask_say_where_and_by_whom(forum: Forum, people: People, db: Database) -> None:
    await year.make(db, 1, people=50, plan=[[Talk("书法", 1)]])
    await forum.accounts.role(LOCAL, "keeper", Grant(Role.LEADER), on=True)
    leader = await actor_of(forum, "keeper")
    ways = await forum.leading.ways(leader, "administration")
    assert [one.route for one in ways] == ["/b/services/post", "/b/posted/post", "/mail/to/周明"]

    def archive(tx: Tx) -> None:
        tx.connection.execute(update(board).where(board.c.slug == "posted").values(archived_at=year.FIRST_DAY))
        tx.emit("community.changed")

    await db.write(archive)
    assert len(await forum.leading.ways(leader, "administration")) == 2
    assert await forum.leading.ways(leader, "union") == []
    with pytest.raises(NotFound, match=r"leader\.no_office"):
        await forum.leading.ways(leader, "moon")


async def test_nobody_else_has_it(forum: Forum, people: People) -> None:
    for actor in (people.reed, people.zhou, people.guest, people.keeper):
        with pytest.raises(Forbidden):
            await forum.leading.page(actor)
    assert (await forum.leading.page(people.sysop)).overdue_count == 0
