"""Opening a store: made when missing, refused untouched when it is not ours, quick when nothing is to be done."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import text

from bbs.errors import BbsError, Failed, Invalid
from bbs.store import driver, schema
from bbs.store.database import Database
from bbs.store.opening import open_database
from bbs.text.when import ManualClock
from tests.store.units import get, put
from tests.support.waiting import PATIENCE


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


def _content(url: str) -> bytes:
    return Path(url.removeprefix("sqlite:///")).read_bytes()


async def test_a_missing_store_is_made_and_found_again(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "new.db"
    with pytest.raises(Failed, match=r"store\.missing"):
        await open_database(_url(path), clock=clock, create=False)
    assert not path.exists()
    db = await open_database(_url(path), clock=clock)
    await db.write(put("x", "y"))
    await db.close()
    db = await open_database(_url(path), clock=clock, create=False)
    assert await db.read(get("x")) == "y"
    await db.close()
    assert os.listdir(tmp_path) == ["new.db"]  # the log is merged and removed at the end


async def test_two_may_make_it_at_once(tmp_path: Path, clock: ManualClock) -> None:
    opened = await asyncio.gather(*(open_database(_url(tmp_path / "new.db"), clock=clock) for _ in range(3)))
    assert await opened[0].write(put("x", "y")) == "x"
    assert [await db.read(get("x")) for db in opened] == ["y"] * 3
    for db in opened:
        await db.close()


async def test_a_newer_store_is_refused_untouched(db: Database, db_url: str, clock: ManualClock) -> None:
    await db.write(lambda tx: tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'")).rowcount)
    await db.close()
    with pytest.raises(Failed) as caught:
        await open_database(db_url, clock=clock)
    assert caught.value.code == "store.newer"
    assert caught.value.params["found"] == "9999"
    assert caught.value.params["known"] == schema.head()


async def test_a_store_of_another_program_is_refused_untouched(
    sqlite_url: str, sqlite_db: Database, clock: ManualClock
) -> None:
    await sqlite_db.write(lambda tx: tx.connection.execute(text("DROP TABLE alembic_version")).rowcount)
    await sqlite_db.close()
    before = _content(sqlite_url)
    with pytest.raises(Failed, match=r"store\.foreign"):
        await open_database(sqlite_url, clock=clock)
    assert _content(sqlite_url) == before


@pytest.mark.parametrize("content", [b"dear diary", b"\0" * 5000, b"SQLite format 3\0" + b"junk" * 2000])
async def test_what_is_no_database_is_refused_untouched(tmp_path: Path, clock: ManualClock, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(Failed, match=r"store\.(foreign|damaged)"):
        await open_database(_url(path), clock=clock)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "url", ["", "x", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "sqlite:///a.db?mode=ro", "sqlite:", "://"]
)
async def test_other_addresses_are_refused(url: str, clock: ManualClock) -> None:
    with pytest.raises(Invalid, match=r"store\.url"):
        await open_database(url, clock=clock)


async def test_a_folder_is_not_a_store(tmp_path: Path, clock: ManualClock) -> None:
    with pytest.raises(BbsError, match=r"store\.unavailable"):
        await open_database(_url(tmp_path), clock=clock)
    with pytest.raises(BbsError, match=r"store\.unavailable"):
        await open_database(_url(tmp_path / "missing" / "x.db"), clock=clock)


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path, clock: ManualClock) -> None:
    with pytest.raises(Failed, match=r"store\.unavailable"):
        await open_database(f"postgresql://nobody@/nothing?host={tmp_path}", clock=clock)
    with pytest.raises(Failed, match=r"store\.unavailable"):
        await open_database("postgresql://nobody@127.0.0.1:1/nothing", clock=clock)


async def test_a_database_that_is_not_there_is_unavailable(postgres_url: str, clock: ManualClock) -> None:
    with pytest.raises(Failed, match=r"store\.unavailable"):
        await open_database(postgres_url.replace("/test_", "/no_"), clock=clock)


async def test_an_index_made_by_a_newer_library_is_explained(
    sqlite_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "sqlite_version", lambda: (3, 40, 1))
    with pytest.raises(Failed, match=r"store\.library"):
        await open_database(sqlite_url, clock=clock)


async def test_alembic_is_not_loaded_when_nothing_is_to_be_done(sqlite_url: str) -> None:
    code = """
        import asyncio, sys
        from bbs.store.opening import open_database
        from bbs.text.when import SystemClock

        async def main():
            await (await open_database(sys.argv[1], clock=SystemClock())).close()

        asyncio.run(main())
        print([name for name in ("alembic", "asyncpg", "mako") if name in sys.modules])
    """
    arguments = [sys.executable, "-W", "error", "-c", textwrap.dedent(code), sqlite_url]
    process = await asyncio.create_subprocess_exec(*arguments, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    assert output.decode().strip() == "[]"


def test_a_directory_that_cannot_be_written_says_so(sqlite_url: str, tmp_path: Path) -> None:
    code = """
        import asyncio, os, sys
        from bbs.errors import BbsError
        from bbs.store.opening import open_database
        from bbs.text.when import SystemClock

        async def attempt(url):
            try:
                await (await open_database(url, clock=SystemClock())).close()
            except BbsError as error:
                print(error.code)

        if os.geteuid() == 0:
            import asyncpg, bbs.store.schema, pysqlite3, alembic.config  # what is loaded later may be out of reach
            os.setgid(65534)
            os.setuid(65534)
        for url in sys.argv[1:]:
            asyncio.run(attempt(url))
    """
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    outer = path.parent
    readable = outer / "readable"
    readable.mkdir()
    moved = readable / "mingtan.db"
    path.rename(moved)
    moved.chmod(0o444)
    readable.chmod(0o555)
    opened = []
    for each in readable.parents:  # pytest keeps its folders to itself
        if each.stat().st_mode & 0o005 != 0o005 and each.owner() == outer.owner():
            opened.append((each, each.stat().st_mode))
            each.chmod(each.stat().st_mode | 0o005)
    try:
        urls = [_url(moved), _url(readable / "new.db")]
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), *urls],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            cwd=os.getcwd(),
        )
    finally:
        for each, mode in opened:
            each.chmod(mode)
        readable.chmod(0o755)
    assert done.stdout.splitlines() == ["store.readonly", "store.readonly"], done.stderr
