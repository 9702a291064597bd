"""The schema: what the migrations make is what the tables say, and a step that fails leaves nothing behind."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bbs.errors import NotFound
from bbs.store import schema
from bbs.store.database import Tx
from bbs.store.postgres import PostgresDatabase
from bbs.store.sqlite import SqliteDatabase
from tests.store.units import names, put

Store = SqliteDatabase | PostgresDatabase


def _differences(tx: Tx) -> list[object]:
    return schema.differences(tx.connection)


async def test_migrated_schema_is_the_declared_one(db: Store) -> None:
    assert await db.read(_differences) == []
    assert await db.read(schema.found_version) == schema.head()


async def test_a_difference_is_noticed(db: Store) -> None:
    await db.migrate(lambda tx: tx.connection.execute(text("ALTER TABLE setting ADD COLUMN extra integer")).rowcount)
    assert len(await db.read(_differences)) == 1


async def test_a_step_that_fails_leaves_nothing(db: Store) -> None:
    def step(tx: Tx) -> None:
        tx.connection.execute(text("CREATE TABLE half (id integer)"))
        put("half")(tx)
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        raise NotFound("thing.not_found")

    with pytest.raises(NotFound):
        await db.migrate(step)
    assert await db.read(_differences) == []
    assert await db.read(names) == []
    assert await db.read(schema.found_version) == schema.head()
    assert await db.write(put("after")) == "after"


async def test_upgrading_twice_changes_nothing(db: Store) -> None:
    await db.migrate(schema.upgrade)
    assert await db.read(_differences) == []
