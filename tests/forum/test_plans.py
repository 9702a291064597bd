"""How SQLite finds what the lists ask for: by an index, in order, whatever the size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bbs.forum.actor import LOCAL, AccountKind
from bbs.forum.forum import Forum, open_forum
from bbs.forum.policy import Policy
from bbs.forum.posts import listing, stream
from bbs.forum.posts.listing import Filter, Reader
from bbs.forum.reading import counts, markrows
from bbs.forum.writing import posting
from bbs.store.database import Database, Tx
from bbs.text.when import ManualClock
from tests.forum.conftest import _declare, actor_of
from tests.support.seed import seed_posts, seed_threads

Act = Callable[[Tx, Reader, int], object]

ACTS: dict[str, Act] = {
    "list": lambda tx, reader, thread: _page(tx, reader, None),
    "next page": lambda tx, reader, thread: _page(tx, reader, "o500"),
    "page before": lambda tx, reader, thread: _page(tx, reader, "n500"),
    "unread": lambda tx, reader, thread: _page(tx, reader, None, Filter(unread=True)),
    "title": lambda tx, reader, thread: _page(tx, reader, None, Filter(title="x", author="y")),
    "pinned": lambda tx, reader, thread: listing.pinned(tx, reader, _board(reader)),
    "one": lambda tx, reader, thread: listing.one(tx, reader, thread),
    "window": lambda tx, reader, thread: listing.window(tx, reader, _board(reader), thread, 20),
    "posts": lambda tx, reader, thread: listing.posts(tx, reader, thread, floor=70, limit=20, up=False),
    "posts up": lambda tx, reader, thread: listing.posts(tx, reader, thread, floor=70, limit=20, up=True),
    "neighbour": lambda tx, reader, thread: listing.neighbour(tx, reader, 5, older=True, unread=True, again=False),
    "stream": lambda tx, reader, thread: stream.stream(tx, reader, office_slug="union", cursor="o9", limit=20),
    "unread counts": lambda tx, reader, thread: tx.connection.execute(counts._UNREAD, reader.parameters).all(),
    "reply": lambda tx, reader, thread: tx.connection.execute(
        posting._REPLY["sqlite"].statement, {"t": thread, "a": 1, "at": ManualClock().now(), "author_": "reed"}
    ),
    "mark": lambda tx, reader, thread: tx.connection.execute(
        markrows.MARK["sqlite"], [{"a": reader.account, "t": thread, "floor": 3, "change": None}]
    ),
}


def _page(tx: Tx, reader: Reader, cursor: str | None, narrow: Filter | None = None) -> object:
    given = narrow or Filter()
    return listing.page(tx, reader, _board(reader), cursor=cursor, limit=20, narrow=given, again=False)


def _board(reader: Reader) -> Any:
    return next(iter(reader.boards.values()))


@pytest.fixture
async def sqlite_forum(sqlite_db: Database, clock: ManualClock, policy: Policy) -> Forum:
    await sqlite_db.write(_declare)
    forum = await open_forum(sqlite_db, clock, policy)
    await forum.accounts.create(LOCAL, "reed", AccountKind.MEMBER, password="demo-reed")
    return forum


@pytest.mark.parametrize("act", ACTS)
async def test_no_list_scans_or_sorts(sqlite_forum: Forum, act: str) -> None:
    forum = sqlite_forum
    await forum.db.write(lambda tx: seed_threads(tx, board="life", author="reed", threads=500))
    thread = await forum.db.write(lambda tx: seed_posts(tx, board="life", author="reed", posts=100))
    reed = await actor_of(forum, "reed")
    reader = Reader(reed.account_id or 0, 0, {}, await forum.boards.readable(reed))

    def unit(tx: Tx) -> list[str]:
        asked: list[str] = []
        raw: Any = tx.connection.connection.driver_connection
        raw.set_trace_callback(asked.append)  # sees prepared statements too, which pass SQLAlchemy by
        try:
            ACTS[act](tx, reader, thread)
        finally:
            raw.set_trace_callback(None)
        assert asked
        return [row[3] for statement in asked for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()]

    steps = await forum.db.write(unit)
    small = ("SCAN board", "SCAN CONSTANT ROW", "SCAN anon_1", "SCAN sqlite_sequence")  # a few rows, or bounded
    bad = [step for step in steps if ("SCAN" in step and not step.startswith(small)) or "TEMP B-TREE" in step]
    assert not bad
