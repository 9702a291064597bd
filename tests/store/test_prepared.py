"""Prepared statements do what SQLAlchemy does with the same ones, on each engine."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, delete, func, insert, literal_column, select, text, update

from bbs.errors import Conflict
from bbs.store.database import Database, Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import outbox, setting
from tests.store.units import names

AT = datetime(2095, 3, 1, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))

_PUT = Prepared(insert(setting), ("name", "value"))
_GET = Prepared(select(setting.c.value, setting.c.name).where(setting.c.name == bindparam("wanted")))
_ALL = Prepared(select(setting.c.name).order_by(setting.c.name))
_EVENT = Prepared(
    insert(outbox).returning(outbox.c.seq, outbox.c.at, outbox.c.payload), ("origin", "at", "kind", "payload")
)
_NEWER = Prepared(select(outbox.c.kind, outbox.c.at).where(outbox.c.at >= bindparam("since")).order_by(outbox.c.seq))


async def test_rows_come_back_by_name(db: Database) -> None:
    def unit(tx: Tx) -> None:
        for name in ("b", "a"):
            _PUT.run(tx, {"name": name, "value": f"值 {name}"})

    await db.write(unit)
    found = await db.read(lambda tx: _GET.first(tx, {"wanted": "a"}))
    assert (found.name, found.value) == ("a", "值 a")
    assert tuple(found) == ("值 a", "a")
    assert [row.name for row in await db.read(lambda tx: _ALL.all(tx, {}))] == ["a", "b"]
    assert await db.read(lambda tx: _GET.first(tx, {"wanted": "c"})) is None
    assert (
        list(await db.read(lambda tx: Prepared(select(setting.c.name).where(literal_column("1=0"))).all(tx, {}))) == []
    )


async def test_times_and_documents_are_converted_both_ways(db: Database) -> None:
    payload = {"thread": 3, "title": "题", "none": None}
    given = {"origin": "here", "at": AT, "kind": "post.new", "payload": payload}
    made = await db.write(lambda tx: _EVENT.first(tx, given))
    assert (made.at, made.payload) == (AT, payload)
    assert made.at.tzinfo is UTC
    plain = await db.read(lambda tx: tx.connection.execute(select(outbox)).one())
    assert (plain.seq, plain.at, plain.payload, plain.xact) == (made.seq, AT, payload, 0)  # 0 by the column's default
    assert [row.at for row in await db.read(lambda tx: _NEWER.all(tx, {"since": AT}))] == [AT]
    assert list(await db.read(lambda tx: _NEWER.all(tx, {"since": AT + timedelta(microseconds=1)}))) == []


async def test_a_naive_time_is_refused(db: Database) -> None:
    given = {"origin": "here", "at": datetime(2025, 3, 1), "kind": "x", "payload": {}}  # noqa: DTZ001
    with pytest.raises(Exception, match="naive datetime"):
        await db.write(lambda tx: _EVENT.first(tx, given))


async def test_values_of_the_statement_itself_stay(db: Database) -> None:
    touch = Prepared(update(setting).where(setting.c.name == bindparam("n")).values(value=setting.c.value + "!"))
    drop = Prepared(delete(setting).where(setting.c.value == "two!"))
    count = Prepared(select(func.count().label("many")).select_from(setting))

    def unit(tx: Tx) -> int:
        for name in ("one", "two"):
            _PUT.run(tx, {"name": name, "value": name})
            touch.run(tx, {"n": name})
        drop.run(tx, {})
        return int(count.first(tx, {}).many)

    assert await db.write(unit) == 1
    assert (await db.read(lambda tx: _GET.first(tx, {"wanted": "one"}))).value == "one!"


async def test_a_broken_constraint_is_our_error_and_undoes_the_unit(db: Database) -> None:
    def twice(tx: Tx) -> None:
        for name in ("fresh", "fresh"):
            _PUT.run(tx, {"name": name, "value": "x"})

    with pytest.raises(Conflict) as raised:
        await db.write(twice)
    assert raised.value.params["constraint"] == "setting.name"
    assert await db.read(names) == []


async def test_a_missing_parameter_is_told(db: Database) -> None:
    with pytest.raises(Exception, match="wanted"):
        await db.read(lambda tx: _GET.first(tx, {}))


async def test_what_cannot_be_compiled_once_is_refused(sqlite_db: Database) -> None:
    listed = Prepared(select(setting.c.name).where(setting.c.name.in_(bindparam("some", expanding=True))))
    with pytest.raises(TypeError):
        await sqlite_db.read(lambda tx: listed.all(tx, {"some": ["a"]}))


async def test_errors_do_not_tell_what_was_written(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    """The log must never hold a text or a hash, whichever way the statement was run."""
    secret = "a-word-nobody-may-read"
    broken = text("INSERT INTO setting (name, value, nothing) VALUES (:name, :value, 1)")
    given = {"name": "n", "value": secret}

    def plain(tx: Tx) -> None:
        tx.connection.execute(broken, given)

    for unit in (plain, lambda tx: Prepared(broken).run(tx, given)):
        with pytest.raises(Exception, match="nothing") as raised:
            await db.write(unit)
        logging.getLogger("test").error("failed", exc_info=raised.value)
    assert caplog.records
    assert secret not in caplog.text
