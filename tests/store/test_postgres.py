"""What is PostgreSQL's own: lost connections and collisions."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bbs.store.database import Tx
from bbs.store.opening import open_database
from bbs.store.postgres import RETRIES, PostgresDatabase
from bbs.text.when import ManualClock
from tests.store.units import add_one, get, names, put


@pytest.fixture(params=[1, 3])
def lost(request: pytest.FixtureRequest) -> int:
    """How many pooled connections the server cuts."""
    count: int = request.param
    return count


def _cut_others(tx: Tx) -> int:
    query = (
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return int(tx.connection.execute(text(query)).scalar_one())


async def test_lost_connections_are_replaced(postgres_url: str, clock: ManualClock, lost: int) -> None:
    db, other = await open_database(postgres_url, clock=clock), await open_database(postgres_url, clock=clock)
    try:
        for n in range(2):
            await asyncio.gather(*(db.read(names) for _ in range(lost)))
            assert await other.read(_cut_others) >= 1
            if n:
                assert await db.write(put("x", "y")) == "x"
            assert await db.read(get("x")) == ("y" if n else None)
    finally:
        await db.close()
        await other.close()


async def test_a_unit_that_always_loses_is_alone_in_the_end(postgres_url: str, clock: ManualClock) -> None:
    db, other = await open_database(postgres_url, clock=clock), await open_database(postgres_url, clock=clock)
    try:
        await db.write(put("n", "0"))
        runs = 0
        rivals: list[asyncio.Task[int]] = []

        def unlucky(tx: Tx) -> int:
            nonlocal runs
            runs += 1
            get("n")(tx)
            rivals.append(asyncio.get_running_loop().create_task(other.write(add_one("n"))))
            while not rivals[-1].done() and runs <= RETRIES:  # the rival commits first, but in the last run
                tx.connection.execute(text("SELECT pg_sleep(0.005)"))
            return add_one("n")(tx)

        await db.write(unlucky)
        await asyncio.gather(*rivals)
        assert runs > 1
        assert await db.read(get("n")) == str(len(rivals) + 1)
    finally:
        await db.close()
        await other.close()


async def test_the_pool_is_shared_by_more_units_than_it_has_connections(postgres_url: str, clock: ManualClock) -> None:
    db = await open_database(postgres_url, clock=clock)
    assert isinstance(db, PostgresDatabase)
    await asyncio.gather(*(db.write(put(f"n{n:02}")) for n in range(40)))
    assert await db.read(names) == [f"n{n:02}" for n in range(40)]
    await db.close()
