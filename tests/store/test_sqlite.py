"""What is SQLite's own: shared commits, settings that count, and what a broken disk or a killed process leaves."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bbs.errors import Failed
from bbs.store import driver
from bbs.store.database import Database, Tx
from bbs.store.opening import open_database
from bbs.store.sqlite import GROUP, SqliteDatabase
from bbs.text.when import ManualClock
from tests.store.units import count, get, names, put
from tests.support.waiting import PATIENCE


async def test_waiting_units_share_commits(sqlite_db: SqliteDatabase) -> None:
    await sqlite_db.write(put("first"))
    await sqlite_db.write(put("second"))
    before = sqlite_db.commits
    await asyncio.gather(*(sqlite_db.write(put(f"n{n}")) for n in range(GROUP)))
    assert sqlite_db.commits - before < GROUP // 4
    assert await sqlite_db.read(count) == GROUP + 2


async def test_a_statement_that_undoes_everything_fails_the_group_and_nobody_later(sqlite_db: SqliteDatabase) -> None:
    def undo(tx: Tx) -> None:
        tx.connection.exec_driver_sql("INSERT OR ROLLBACK INTO setting VALUES ('first', '')")

    await sqlite_db.write(put("first"))
    units = [put("a"), undo, put("b")]
    outcomes = await asyncio.gather(*(sqlite_db.write(unit) for unit in units), return_exceptions=True)
    kept = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert isinstance(outcomes[1], Exception)
    assert await sqlite_db.write(put("c")) == "c"
    assert set(await sqlite_db.read(names)) == {"first", "c", *kept}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", driver.BUSY_TIMEOUT),
        ("mmap_size", 0),
        ("temp_store", 2),
        ("journal_size_limit", driver.WAL_LIMIT),
    ],
)
async def test_settings_hold_on_every_connection(sqlite_db: SqliteDatabase, name: str, value: object) -> None:
    def unit(tx: Tx) -> object:
        return tx.connection.execute(text(f"PRAGMA {name}")).scalar()

    assert [await sqlite_db.write(unit), *[await sqlite_db.read(unit) for _ in range(3)]] == [value] * 4


async def test_readers_go_on_while_a_write_runs(sqlite_db: SqliteDatabase) -> None:
    loop = asyncio.get_running_loop()

    def slow(tx: Tx) -> list[str]:
        put("new")(tx)
        return asyncio.run_coroutine_threadsafe(sqlite_db.read(names), loop).result(10)

    assert await sqlite_db.write(slow) == []
    assert await sqlite_db.read(names) == ["new"]


async def test_a_half_read_result_does_not_freeze_the_next_snapshot(sqlite_url: str, clock: ManualClock) -> None:
    db = await open_database(sqlite_url, clock=clock, readers=1)
    held = []

    def half(tx: Tx) -> str:
        result = tx.connection.execute(text("SELECT name FROM setting"))
        held.append(result)
        return str(result.fetchone())

    try:
        await asyncio.gather(*(db.write(put(f"n{n}")) for n in range(10)))
        await db.read(half)
        await db.write(half)
        await db.write(put("later"))
        assert await db.read(get("later")) == ""
        assert len(held) == 2
    finally:
        await db.close()


async def test_more_readers_than_connections_take_turns(sqlite_db: SqliteDatabase) -> None:
    await sqlite_db.write(put("x"))
    assert await asyncio.gather(*(sqlite_db.read(count) for _ in range(50))) == [1] * 50


async def test_a_full_database_says_so_and_recovers(sqlite_db: SqliteDatabase) -> None:
    def limit(pages: int | None) -> None:
        raw = sqlite_db._writer.raw
        (now,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count={pages or now + 4}").fetchall()

    await sqlite_db._writer.run(lambda: limit(None))
    with pytest.raises(Failed, match=r"store\.full"):
        await sqlite_db.write(put("large", "x" * 1_000_000))
    assert await sqlite_db.read(names) == []
    assert await sqlite_db.write(put("small")) == "small"
    group = [sqlite_db.write(put("a")), sqlite_db.write(put("large", "x" * 1_000_000)), sqlite_db.write(put("b"))]
    outcomes = await asyncio.gather(*group, return_exceptions=True)
    kept = {each for each in outcomes if isinstance(each, str)}
    assert all(each.code == "store.full" for each in outcomes if isinstance(each, Failed))
    assert isinstance(outcomes[1], Failed)
    assert set(await sqlite_db.read(names)) == {"small", *kept}
    await sqlite_db._writer.run(lambda: limit(1_000_000))
    assert await sqlite_db.write(put("large", "x" * 1_000_000)) == "large"


def _run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = textwrap.dedent(code)
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_a_size_limit_counts_as_a_full_disk(sqlite_url: str) -> None:
    done = _run(
        """
        import asyncio, resource, sys
        from bbs.errors import Failed
        from bbs.store.opening import open_database
        from bbs.text.when import SystemClock
        from tests.store.units import names, put

        async def main():
            db = await open_database(sys.argv[1], clock=SystemClock())
            await db.write(put("before"))
            resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
            try:
                await db.write(put("large", "x" * 2_000_000))
            except Failed as error:
                print(error.code)
            print(await db.read(names))
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            await db.write(put("large", "x" * 2_000_000))
            print(await db.read(names))
            await db.close()

        asyncio.run(main())
        """,
        sqlite_url,
    )
    assert done.stdout.splitlines() == ["store.full", "['before']", "['before', 'large']"], done.stderr


LEDGER = """
    import asyncio, sys
    from bbs.store.opening import open_database
    from bbs.text.when import SystemClock
    from tests.store.units import put

    async def writer(db, name):
        n = 0
        while True:
            await db.write(put(f"{name}-{n}"))
            print(f"{name}-{n}", flush=True)
            n += 1

    async def main():
        db = await open_database(sys.argv[1], clock=SystemClock())
        await asyncio.gather(*(writer(db, f"{sys.argv[2]}-{w}") for w in range(8)))

    asyncio.run(main())
"""


def test_what_was_acknowledged_survives_kill_9(sqlite_url: str, tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for life in range(4):
        ledger = tmp_path / f"ledger{life}"
        with ledger.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(LEDGER), sqlite_url, str(life)], stdout=out
            )
            deadline = time.monotonic() + PATIENCE
            while ledger.stat().st_size < 200 * (life + 1) and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
            process.wait()
        lines = ledger.read_text().split("\n")
        acknowledged += lines[:-1]  # the last line may be cut short

    async def check() -> tuple[set[str], str]:
        db = await open_database(sqlite_url, clock=ManualClock())
        found = set(await db.read(names))
        integrity = await db.read(lambda tx: str(tx.connection.execute(text("PRAGMA integrity_check")).scalar()))
        await db.close()
        return found, integrity

    found, integrity = asyncio.run(check())
    assert len(acknowledged) > 50
    assert set(acknowledged) <= found
    assert len(found) - len(acknowledged) <= 4 * 9  # committed, but killed before it could say so
    assert integrity == "ok"


def test_the_library_is_new_enough() -> None:
    assert driver.sqlite_version() >= driver.FLOOR


async def test_an_old_library_is_named_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(driver, "sqlite_version", lambda: (3, 40, 1))
    driver.warn_if_old()
    assert "older than 3.51.3" in caplog.text


async def test_database_is_satisfied(sqlite_db: SqliteDatabase) -> None:
    database: Database = sqlite_db
    assert database.dialect == "sqlite"
