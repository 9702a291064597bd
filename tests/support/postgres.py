"""A database on PostgreSQL for one test after the other: emptying one costs a hundredth of making one."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import asyncpg
from sqlalchemy.engine import URL

from tests.support.waiting import PATIENCE

T = TypeVar("T")

_HANG_UP: Final = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_SHAPE: Final = (
    "SELECT md5(string_agg(concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull, attisdropped), ','"
    " ORDER BY attrelid, attnum)) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
    " WHERE relnamespace = 'public'::regnamespace"
)
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_SEQUENCES: Final = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


async def administer(server: URL, *statements: str) -> None:
    """Run statements one by one on a connection of their own."""
    connection = await connect(server)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def connect(server: URL) -> Any:
    """A bare connection."""
    return await asyncpg.connect(server.set(drivername="postgresql").render_as_string(hide_password=False))


async def copy(server: URL, template: str, name: str) -> None:
    """Make a database like another one; waits while the server itself is busy with that one."""
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            return await administer(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        except asyncpg.ObjectInUseError:
            if time.monotonic() > patience:
                raise


class Store:
    """One copy of a template. `fresh()` brings it back to what it held at first, and gives its URL.

    Lives on a loop of its own, as each test's loop ends with the test. A copy that a test has bent (another schema) or
    shut (our connection) is replaced.
    """

    def __init__(self, server: URL, template: str) -> None:
        self._server = server
        self._template = template
        self._loop = asyncio.new_event_loop()
        self._url: URL | None = None
        self._connection: Any = None
        self._shape = ""
        self._restore = ""

    def fresh(self) -> str:
        """The URL of the store as it was at first; nobody is connected to it."""
        if self._url is None or not self._run(self._restored()):
            self._run(self._replace())
        assert self._url is not None
        return self._url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Drop the database."""
        self._run(self._drop())
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    async def _restored(self) -> bool:
        try:
            await self._connection.execute(_HANG_UP)
            if await self._connection.fetchval(_SHAPE) != self._shape:
                return False
            await self._connection.execute(self._restore)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return False
        return True

    async def _replace(self) -> None:
        await self._drop()
        name = f"test_{uuid.uuid4().hex}"
        await copy(self._server, self._template, name)
        self._url = self._server.set(database=name)
        self._connection = await connect(self._url)
        self._shape = await self._connection.fetchval(_SHAPE)
        self._restore = await self._keep()

    async def _keep(self) -> str:
        """Put all rows aside, in tables that only our connection sees; the statements that bring them back."""
        tables = [row[0] for row in await self._connection.fetch(_TABLES)]
        steps = ["BEGIN", "SET LOCAL session_replication_role = replica"]  # no foreign key looks on
        steps += [f'DELETE FROM "{table}"' for table in tables]
        for table in tables:
            if await self._connection.fetchval(f'SELECT EXISTS (SELECT FROM "{table}")'):
                await self._connection.execute(f'CREATE TEMPORARY TABLE "kept_{table}" AS TABLE "{table}"')
                steps.append(f'INSERT INTO "{table}" TABLE "kept_{table}"')
        for name, last in await self._connection.fetch(_SEQUENCES):
            steps.append(f"SELECT setval('\"{name}\"', {last or 1}, {last is not None})")
        return "; ".join([*steps, "COMMIT"])

    async def _drop(self) -> None:
        if self._url is None:
            return
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await self._connection.close()
        await administer(self._server, f"DROP DATABASE {self._url.database} WITH (FORCE)")
        self._url = None
