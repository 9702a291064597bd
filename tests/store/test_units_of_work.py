"""Units of work: all or nothing, alone, and finished whatever happens to the caller."""

from __future__ import annotations

import asyncio
import contextlib
import random
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bbs.errors import Conflict, Failed, NotFound
from bbs.store.database import Database, Tx
from bbs.store.tables import account_key, outbox, setting
from bbs.text.when import ManualClock
from tests.store.units import add_one, clear, count, get, names, put, put_and_tell
from tests.support.waiting import PATIENCE, soon


async def test_what_is_written_can_be_read(db: Database) -> None:
    assert await db.write(put("colour", "青")) == "colour"
    assert await db.read(get("colour")) == "青"


async def test_a_failing_unit_leaves_nothing(db: Database) -> None:
    def unit(tx: Tx) -> None:
        put("a")(tx)
        tx.emit("never", id=1)
        raise NotFound("thing.not_found")

    with pytest.raises(NotFound):
        await db.write(unit)
    assert await db.read(names) == []
    assert await db.read(lambda tx: tx.connection.execute(select(outbox.c.seq)).all()) == []


async def test_units_that_wait_together_fail_apart(db: Database) -> None:
    def bad(tx: Tx) -> str:
        put("half")(tx)
        raise NotFound("thing.not_found")

    units = [bad if n % 3 == 0 else put(f"n{n:02}") for n in range(30)]
    outcomes = await asyncio.gather(*(db.write(unit) for unit in units), return_exceptions=True)
    assert [isinstance(outcome, NotFound) for outcome in outcomes] == [n % 3 == 0 for n in range(30)]
    assert await db.read(names) == [f"n{n:02}" for n in range(30) if n % 3]


async def test_a_unit_cannot_end_the_transaction_it_is_in(sqlite_db: Database) -> None:
    def unit(tx: Tx) -> None:
        put("early")(tx)
        tx.connection.commit()
        raise NotFound("thing.not_found")

    with pytest.raises(NotFound):
        await sqlite_db.write(unit)
    assert await sqlite_db.read(names) == []


async def test_nested_transactions_work(db: Database) -> None:
    def unit(tx: Tx) -> None:
        put("outer")(tx)
        with contextlib.suppress(NotFound), tx.connection.begin_nested():
            put("inner")(tx)
            raise NotFound("thing.not_found")
        with tx.connection.begin_nested():
            put("second")(tx)
        tx.connection.begin_nested()  # and one that is left open

    await db.write(unit)
    await db.write(put("later"))
    assert await db.read(names) == ["later", "outer", "second"]


async def test_a_double_is_a_conflict_that_names_the_columns(db: Database) -> None:
    await db.write(put("one"))
    with pytest.raises(Conflict) as caught:
        await db.write(put("one"))
    assert (caught.value.code, caught.value.params) == ("store.conflict", {"constraint": "setting.name"})


async def test_a_broken_reference_is_a_conflict(db: Database, clock: ManualClock) -> None:
    row = {"account_id": 77, "fingerprint": "f", "public": b"", "added_at": clock.now()}
    with pytest.raises(Conflict) as caught:
        await db.write(lambda tx: tx.connection.execute(insert(account_key).values(row)).rowcount)
    assert caught.value.params == {"constraint": "foreign key"}


async def test_a_fault_in_a_unit_stays_what_it_is(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await db.read(lambda tx: 1 // 0)
    with pytest.raises(RuntimeError):
        await db.write(lambda tx: next(iter([])))
    assert await db.read(count) == 0


async def test_reading_units_cannot_write(db: Database) -> None:
    with pytest.raises(Failed, match=r"store\.readonly"):
        await db.read(put("sly"))
    with pytest.raises(RuntimeError):
        await db.read(lambda tx: tx.emit("sly"))
    assert await db.read(names) == []


async def test_a_reading_unit_sees_one_moment(db: Database) -> None:
    loop = asyncio.get_running_loop()
    await db.write(put("before"))

    def twice(tx: Tx) -> tuple[list[str], list[str]]:
        first = names(tx)
        if tx.dialect == "sqlite":  # units run in threads there, so a write can be waited for from within
            asyncio.run_coroutine_threadsafe(db.write(put("meanwhile")), loop).result(10)
        return first, names(tx)

    first, second = await db.read(twice)
    assert first == second == ["before"]


async def test_no_update_is_lost(db: Database) -> None:
    await db.write(put("n", "0"))
    outcomes = await asyncio.gather(*(db.write(add_one("n")) for _ in range(40)))
    assert sorted(outcomes) == list(range(1, 41))
    assert await db.read(get("n")) == "40"


async def test_no_update_is_lost_between_processes(db: Database, db_again: Database) -> None:
    await db.write(put("n", "0"))
    outcomes = await asyncio.gather(*(each.write(add_one("n")) for _ in range(20) for each in (db, db_again)))
    assert sorted(outcomes) == list(range(1, 41))


async def test_cancelled_callers_leave_no_lock_and_no_half_unit(db: Database) -> None:
    chance = random.Random(20260101)

    def pair(n: int) -> str:
        return f"{n:03}"

    async def writer(n: int) -> None:
        def unit(tx: Tx) -> None:
            put(f"{pair(n)}a")(tx)
            get("nothing")(tx)
            put(f"{pair(n)}b")(tx)
            tx.emit("pair", n=n)

        await db.write(unit)

    async def reader() -> None:
        found = await db.read(names)
        assert len(found) % 2 == 0

    async def cancel(task: asyncio.Task[None]) -> bool:
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        return task.cancel()

    tasks = [asyncio.create_task(writer(n) if n % 5 else reader()) for n in range(200)]
    cancelled = await asyncio.gather(*map(cancel, tasks))
    await asyncio.gather(*tasks, return_exceptions=True)
    assert any(cancelled)

    await soon(db.write(put("after")))
    found, told = await db.read(lambda tx: (names(tx), tx.connection.scalars(select(outbox.c.payload)).all()))
    pairs = [name[:3] for name in found if name != "after"]
    assert all(pairs.count(each) == 2 for each in pairs)
    assert {pair(payload["n"]) for payload in told} == set(pairs)


async def test_a_cancelled_write_is_still_done(db: Database) -> None:
    task = asyncio.create_task(db.write(put("kept")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await db.write(put("next"))  # on SQLite behind the first; on PostgreSQL perhaps beside it
    await db.close()
    assert task.cancelled()


async def test_after_close_everything_is_refused(db: Database) -> None:
    pending = [asyncio.create_task(db.write(put(f"p{n}"))) for n in range(5)]
    await asyncio.sleep(0)
    await db.close()
    assert [await task for task in pending] == [f"p{n}" for n in range(5)]
    with pytest.raises(Failed, match=r"store\.closed"):
        await db.read(names)
    with pytest.raises(Failed, match=r"store\.closed"):
        await db.write(put("late"))
    await db.close()


async def test_old_events_are_pruned(db: Database, clock: ManualClock) -> None:
    await db.write(put_and_tell("old"))
    clock.advance(timedelta(hours=23).total_seconds())
    await db.write(put_and_tell("recent"))
    clock.advance(timedelta(hours=2).total_seconds())
    await db.write(put_and_tell("new"))

    def told(tx: Tx) -> set[str]:
        return {payload["name"] for payload in tx.connection.scalars(select(outbox.c.payload))}

    async with asyncio.timeout(PATIENCE):
        while "old" in await db.read(told):  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert await db.read(told) == {"recent", "new"}


async def test_values_come_back_as_they_went_in(db: Database) -> None:
    text = '明坛 ‘quotes’ "; DROP TABLE setting; -- \\ %s :x ? $1 🀄'
    await db.write(put(text[:64], text))
    assert await db.read(get(text[:64])) == text
    await db.write(clear)
    rows = [{"name": f"r{n}", "value": ""} for n in range(1000)]
    await db.write(lambda tx: tx.connection.execute(insert(setting), rows).rowcount)
    assert await db.read(count) == 1000
