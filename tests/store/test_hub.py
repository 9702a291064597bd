"""The hub and the tails: every event once, after its data, in order, in every process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest
from sqlalchemy import text

from bbs.errors import NotFound
from bbs.store.database import Database, Event, Tx
from bbs.store.hub import Hub
from bbs.text.when import ManualClock
from tests.store.units import get, put_and_tell
from tests.support.waiting import until


def _event(seq: int, kind: str) -> Event:
    return Event(seq, ManualClock().now(), kind, {})


def test_subscribers_get_their_kinds_in_order_of_subscription() -> None:
    hub = Hub()
    told: list[tuple[str, int]] = []
    hub.subscribe(["a", "b"], lambda event: told.append(("ab", event.seq)))
    hub.subscribe(None, lambda event: told.append(("all", event.seq)))
    hub.subscribe(["a", "a"], lambda event: told.append(("a", event.seq)))
    hub.publish([_event(1, "a"), _event(2, "b"), _event(3, "c")])
    assert told == [("ab", 1), ("all", 1), ("a", 1), ("ab", 2), ("all", 2), ("all", 3)]


def test_a_failing_subscriber_is_logged_and_spares_the_others(caplog: pytest.LogCaptureFixture) -> None:
    hub = Hub()
    told: list[int] = []

    def fail(event: Event) -> None:
        raise ValueError("broken screen")

    hub.subscribe(None, fail)
    hub.subscribe(None, lambda event: told.append(event.seq))
    with caplog.at_level(logging.ERROR):
        hub.publish([_event(1, "a"), _event(2, "a")])
    assert told == [1, 2]
    assert "broken screen" in caplog.text


def test_unsubscribing_is_at_once_and_may_be_repeated() -> None:
    hub = Hub()
    told: list[str] = []
    leave: list[Callable[[], None]] = []
    hub.subscribe(["a"], lambda event: leave[0]())
    leave.append(hub.subscribe(["a"], lambda event: told.append("second")))
    hub.subscribe(["a"], lambda event: told.append("third"))
    hub.publish([_event(1, "a")])
    leave[0]()
    assert told == ["third"]
    assert len(hub) == 2


async def test_events_come_after_their_data_and_before_the_answer(db: Database) -> None:
    told: list[Event] = []
    reads: list[asyncio.Task[str | None]] = []

    def on(event: Event) -> None:
        told.append(event)
        reads.append(asyncio.create_task(db.read(get(event.payload["name"]))))

    db.hub.subscribe(["put"], on)
    await asyncio.gather(*(db.write(put_and_tell(f"n{n}")) for n in range(20)))
    assert len(told) == 20
    assert await asyncio.gather(*reads) == [""] * 20


async def test_events_are_in_order_on_sqlite(sqlite_db: Database) -> None:
    told: list[int] = []
    sqlite_db.hub.subscribe(None, lambda event: told.append(event.seq))
    await asyncio.gather(*(sqlite_db.write(put_and_tell(f"n{n}")) for n in range(50)))
    assert told == sorted(told)
    assert len(told) == 50


async def test_a_unit_that_failed_is_not_told(db: Database, clock: ManualClock) -> None:
    told: list[Event] = []

    def unit(tx: Tx) -> None:
        tx.emit("never")
        raise NotFound("thing.not_found")

    db.hub.subscribe(None, told.append)
    with pytest.raises(NotFound):
        await db.write(unit)
    await db.write(put_and_tell("x"))
    assert [(event.kind, event.at, dict(event.payload)) for event in told] == [("put", clock.now(), {"name": "x"})]


async def test_another_process_is_told_once_and_in_order(db: Database, db_again: Database) -> None:
    await db.write(put_and_tell("earlier"))
    here: list[str] = []
    there: list[str] = []
    db.hub.subscribe(None, lambda event: here.append(event.payload["name"]))
    db_again.hub.subscribe(None, lambda event: there.append(event.payload["name"]))
    await db.follow()
    await db_again.follow()
    for n in range(10):
        await db.write(put_and_tell(f"a{n}"))
        await db_again.write(put_and_tell(f"b{n}"))
    wanted = {f"{side}{n}" for side in "ab" for n in range(10)}
    await until(lambda: len(here) >= 20 and len(there) >= 20)
    assert set(here) == set(there) == wanted
    assert len(here) == len(there) == 20
    assert [name for name in there if name[0] == "a"] == [f"a{n}" for n in range(10)]


async def test_a_late_commit_is_not_skipped(postgres_url: str, clock: ManualClock) -> None:
    """On PostgreSQL a number is drawn before the commit: the lower one may appear last."""
    from bbs.store.opening import open_database
    from bbs.store.postgres import PostgresDatabase

    db, other = await open_database(postgres_url, clock=clock), await open_database(postgres_url, clock=clock)
    assert isinstance(db, PostgresDatabase)
    told: list[str] = []
    other.hub.subscribe(None, lambda event: told.append(event.payload["name"]))
    await other.follow()
    insert = text(
        "INSERT INTO outbox (origin, xact, at, kind, payload) VALUES ('x', pg_current_xact_id()::text::bigint, now(),"
        " 'put', '{\"name\": \"slow\"}')"
    )
    async with db._engine.connect() as slow:
        await slow.execute(insert)
        await db.write(put_and_tell("quick"))
        await other.read(get("quick"))
        await slow.commit()
    await until(lambda: len(told) == 2)
    assert sorted(told) == ["quick", "slow"]
    await db.close()
    await other.close()


async def test_a_tail_reconnects_and_reads_what_it_missed(postgres_url: str, clock: ManualClock) -> None:
    from bbs.store.opening import open_database

    db, other = await open_database(postgres_url, clock=clock), await open_database(postgres_url, clock=clock)
    told: list[str] = []
    other.hub.subscribe(None, lambda event: told.append(event.payload["name"]))
    await other.follow()

    def cut(tx: Tx) -> int:
        query = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE query LIKE '%LISTEN%' AND pid <> pg_backend_pid()"
        )
        return int(tx.connection.execute(text(query)).scalar_one())

    assert await db.read(cut) >= 1
    await db.write(put_and_tell("missed"))
    await until(lambda: told == ["missed"])
    await db.write(put_and_tell("heard"))
    await until(lambda: told == ["missed", "heard"])
    await db.close()
    await other.close()
