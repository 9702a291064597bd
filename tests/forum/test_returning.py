"""Coming back: what a dropped line leaves behind, what a clean end takes away, and what a killed server finds again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from bbs.forum.forum import Event, Forum, Policy, open_forum
from bbs.forum.returning import DROPPED, KEEP_FOR, STATE_LIMIT, Returning, Spot
from bbs.store.database import Database
from bbs.store.tables import place
from bbs.text.when import ManualClock
from tests.forum.conftest import People

LIFT = Spot("/t/7/reply", {"caret": 12, "row": ["t", 7]}, "abcd")


def at(spot: Spot | None) -> Callable[[], Spot | None]:
    return lambda: spot


async def rows(db: Database) -> int:
    return await db.read(lambda tx: tx.connection.execute(select(func.count()).select_from(place)).scalar_one())


async def test_a_dropped_line_is_offered_once(forum: Forum, people: People, clock: ManualClock) -> None:
    heard: list[Event] = []
    forum.listen((DROPPED,), heard.append)
    ticket = forum.returning.enter(people.reed, at(LIFT))
    assert await forum.returning.latest(people.reed) is None, "it is still running"
    await forum.returning.end(ticket, LIFT)
    assert [event.payload for event in heard] == [{"account": people.reed.account_id}]
    left = await forum.returning.latest(people.reed)
    assert left is not None
    assert (left.spot.route, left.spot.state["caret"], left.spot.draft_id) == ("/t/7/reply", 12, "abcd")
    assert left.left_at == clock.now()
    assert await forum.returning.latest(people.plum) is None, "nobody else's"
    await forum.returning.answered(people.reed)
    assert await forum.returning.latest(people.reed) is None


async def test_after_half_an_hour_nothing_is_asked_and_nothing_is_kept(
    forum: Forum, people: People, clock: ManualClock, db: Database
) -> None:
    await forum.returning.end(forum.returning.enter(people.reed, at(LIFT)), LIFT)
    clock.advance(minutes=30)
    assert await forum.returning.latest(people.reed) is not None
    clock.advance(seconds=1)
    assert await forum.returning.latest(people.reed) is None
    ticket = forum.returning.enter(people.plum, at(LIFT))
    await forum.returning.flush()
    assert await rows(db) == 1, "only plum's: when reed was here is nobody's business any more"
    await forum.returning.end(ticket, None)
    assert await rows(db) == 0, "a clean end leaves nothing"


async def test_of_several_sessions_the_one_that_dropped_last_counts(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    returning = forum.returning
    tickets = [returning.enter(people.reed, at(Spot(f"/t/{number}"))) for number in (1, 2, 3)]
    await returning.flush()
    await returning.end(tickets[1], Spot("/t/2"))
    clock.advance(minutes=1)
    await returning.end(tickets[0], Spot("/t/1"))
    returning.moved(tickets[2])
    await returning.flush()
    await returning.end(tickets[2], None)
    left = await returning.latest(people.reed)
    assert left is not None
    assert left.spot.route == "/t/1"


async def test_a_place_that_waits_to_be_written_does_not_come_after_the_end(
    forum: Forum, people: People, db: Database
) -> None:
    ticket = forum.returning.enter(people.reed, at(LIFT))
    await forum.returning.end(ticket, None)
    await forum.returning.flush()
    forum.returning.moved(ticket)
    await forum.returning.flush()
    assert await rows(db) == 0
    await forum.returning.end(ticket, LIFT)
    assert await rows(db) == 0, "a ticket is good for one end"


async def test_a_killed_server_finds_its_own_sessions_again(
    forum: Forum, people: People, clock: ManualClock, db: Database, policy: Policy
) -> None:
    await forum.returning.recover("here")
    other = Returning(db, clock)
    await other.recover("there")
    forum.returning.enter(people.reed, at(LIFT))
    forum.returning.enter(people.keeper, at(Spot("/")))
    other.enter(people.plum, at(LIFT))
    await forum.returning.flush()
    await other.flush()
    assert await db.read(lambda tx: other.is_here(tx, people.reed.account_id or 0))
    clock.advance(hours=2)
    again = await open_forum(db, clock, policy)
    await again.returning.recover("here")
    left = await again.returning.latest(people.reed)
    assert left is not None
    assert left.spot.route == "/t/7/reply"
    assert await again.returning.latest(people.keeper) is None, "home is where everybody lands"
    assert await again.returning.latest(people.plum) is None, "the other server still runs"
    assert not await db.read(lambda tx: again.returning.is_here(tx, people.reed.account_id or 0))
    await other.close()
    await again.close()


async def test_what_a_long_dead_server_left_is_gone(
    forum: Forum, people: People, clock: ManualClock, db: Database
) -> None:
    await forum.returning.recover("here")
    forum.returning.enter(people.reed, at(LIFT))
    await forum.returning.flush()
    clock.advance(hours=13)
    again = Returning(db, clock)
    await again.recover("here")
    assert await rows(db) == 0


async def test_guests_leave_nothing(forum: Forum, people: People, db: Database) -> None:
    ticket = forum.returning.enter(people.guest, at(LIFT))
    forum.returning.moved(ticket)
    await forum.returning.flush()
    await forum.returning.end(ticket, LIFT)
    assert await forum.returning.latest(people.guest) is None
    assert await rows(db) == 0


@pytest.mark.parametrize("state", [{"row": "x" * STATE_LIMIT}, {"row": object()}])
async def test_a_state_that_cannot_be_kept_costs_only_the_cursor(
    forum: Forum, people: People, state: dict[str, object]
) -> None:
    spot = Spot("/b/" + "x" * 300, state, "d" * 300)
    await forum.returning.end(forum.returning.enter(people.reed, at(spot)), spot)
    left = await forum.returning.latest(people.reed)
    assert left is not None
    assert (left.spot.state, left.spot.draft_id) == ({}, None)
    assert KEEP_FOR.total_seconds() == 1800
