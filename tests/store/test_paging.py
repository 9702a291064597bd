"""Keyset paging, against a sorted list."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.pool import StaticPool

from bbs.errors import Invalid
from bbs.store.database import Database, Tx
from bbs.store.outbox import Unit
from bbs.store.paging import MOST, Key, Keyset, Page, Way
from bbs.store.tables import outbox
from bbs.text.when import ManualClock

items = Table("item", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer), Column("s", String))

Row = tuple[int, str, int]


@pytest.fixture(scope="module")
def tx() -> Iterator[Tx]:
    """A transaction on a list that is a table of the test's own."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as connection:
        items.create(connection)
        yield Unit(connection, "sqlite", ManualClock(), writing=True)
    engine.dispose()


def _order(falls: tuple[bool, bool, bool]) -> Keyset:
    return Keyset(Key(items.c.n, falls[0]), Key(items.c.s, falls[1]), Key(items.c.id, falls[2]))


def _sorted(rows: list[Row], falls: tuple[bool, bool, bool]) -> list[Row]:
    for n in (2, 1, 0):
        rows = sorted(rows, key=lambda row: row[n], reverse=falls[n])
    return rows


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    pairs=st.lists(st.tuples(st.integers(-2, 2), st.sampled_from("ab中")), max_size=14),
    falls=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    limit=st.integers(1, 5),
)
def test_pages_both_ways_make_the_sorted_list(
    tx: Tx, pairs: list[tuple[int, str]], falls: tuple[bool, bool, bool], limit: int
) -> None:
    rows = [(n, s, id) for id, (n, s) in enumerate(pairs)]
    wanted = _sorted(rows, falls)
    order = _order(falls)
    tx.connection.execute(items.delete())
    if rows:
        tx.connection.execute(insert(items), [{"id": id, "n": n, "s": s} for n, s, id in rows])

    def page(cursor: str | None) -> Page[Row]:
        query = select(items.c.n, items.c.s, items.c.id)
        return order.page(tx, query, lambda row: (row.n, row.s, row.id), limit=limit, cursor=cursor)

    forward = [page(None)]
    while (cursor := forward[-1].after) is not None:
        forward.append(page(cursor))
    assert [item for each in forward for item in each.items] == wanted
    assert forward[0].before is None
    assert all(len(each.items) == limit for each in forward[:-1])

    last = forward[-1]
    back = [last]
    while (cursor := back[-1].before) is not None:
        back.append(page(cursor))
    assert [item for each in reversed(back) for item in each.items] == wanted
    assert all(each.after is not None for each in back[1:])

    for place, item in enumerate(wanted):
        assert page(order.cursor(Way.FROM, *item)).items == tuple(wanted[place : place + limit])
        assert page(order.cursor(Way.UNTIL, *item)).items == tuple(wanted[max(0, place + 1 - limit) : place + 1])


async def test_times_are_keys_on_both_engines(db: Database, clock: ManualClock) -> None:
    start = clock.now()
    rows = [
        {"origin": "x", "xact": 0, "at": start + timedelta(seconds=n // 2, microseconds=7), "kind": "k", "payload": {}}
        for n in range(9)
    ]
    await db.write(lambda tx: tx.connection.execute(insert(outbox), rows).rowcount)
    order = Keyset(Key(outbox.c.at, descending=True), Key(outbox.c.seq, descending=True))

    def page(cursor: str | None) -> Callable[[Tx], Page[int]]:
        query = select(outbox.c.seq)
        return lambda tx: order.page(tx, query, lambda row: row.seq, limit=4, cursor=cursor)

    first = await db.read(page(None))
    second = await db.read(page(first.after))
    third = await db.read(page(second.after))
    assert [*first.items, *second.items, *third.items] == list(range(9, 0, -1))
    assert (await db.read(page(third.before))).items == second.items
    assert (first.before, third.after) == (None, None)


async def test_a_place_whose_items_are_gone_leads_back(db: Database) -> None:
    rows = [{"origin": "x", "xact": 0, "at": datetime.now(UTC), "kind": "k", "payload": {}} for _ in range(6)]
    await db.write(lambda tx: tx.connection.execute(insert(outbox), rows).rowcount)
    order = Keyset(Key(outbox.c.seq))

    def page(cursor: str | None) -> Callable[[Tx], Page[int]]:
        return lambda tx: order.page(tx, select(outbox.c.seq), lambda row: row.seq, limit=3, cursor=cursor)

    first = await db.read(page(None))
    await db.write(lambda tx: tx.connection.execute(outbox.delete().where(outbox.c.seq > 3)).rowcount)
    empty = await db.read(page(first.after))
    assert (empty.items, empty.after) == ((), None)
    assert (await db.read(page(empty.before))).items == (1, 2, 3)


def _text(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "?",
        "中",
        "AAAA",
        "a" * 1000,
        _text([]),
        _text({}),
        _text("a"),
        _text(["a", 1]),
        _text(["x", 1, "s", 1]),
        _text(["a", "1", "s", 1]),
        _text(["a", True, "s", 1]),
        _text(["a", None, "s", 1]),
        _text(["a", 1.5, "s", 1]),
        _text(["a", 2**64, "s", 1]),
        _text(["a", 1, "s\0", 1]),
        _text(["a", 1, "\ud800", 1]),
        _text(["a", 1, "s" * 300, 1]),
        _text([["a"], 1, "s", 1]),
        "W" * 400,
    ],
)
def test_cursors_of_others_are_refused(tx: Tx, cursor: str) -> None:
    order = _order((False, False, False))
    with pytest.raises(Invalid, match=r"cursor\.bad"):
        order.page(tx, select(items.c.id), lambda row: row.id, limit=3, cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, MOST + 1])
def test_the_size_of_a_page_is_bounded(tx: Tx, limit: int) -> None:
    with pytest.raises(Invalid, match=r"page\.limit"):
        _order((False, False, False)).page(tx, select(items.c.id), lambda row: row.id, limit=limit)
