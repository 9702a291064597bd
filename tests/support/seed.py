"""Filling a store fast, for tests and benchmarks that need size and not meaning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select, text, update

from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import account, board, post, thread

START = datetime(2025, 1, 1, tzinfo=UTC)
BATCH = 5_000


def seed_threads(
    tx: Tx,
    *,
    board: str,
    author: str,
    threads: int,
    title: str = "主题 thread",
    body: Callable[[int], str] | None = None,
) -> int:
    """Write threads of one post each, a minute apart; the number of the last thread.

    With `body`, which makes the text of a post from its number, titles and posts can be found by their words."""
    board_id, author_id = _place(tx, board, author)
    first = _next(tx)
    first_thread = tx.connection.execute(select(func.coalesce(func.max(thread.c.id), 0))).scalar_one() + 1
    for start in range(0, threads, BATCH):
        numbers = range(start, min(start + BATCH, threads))
        tx.connection.execute(
            insert(thread),
            [
                {
                    "id": first_thread + n,
                    "board_id": board_id,
                    "title": f"{title} {n}",
                    "author_id": author_id,
                    "author": author,
                    "created_at": START + timedelta(minutes=n),
                    "posts": 1,
                    "last_floor": 1,
                    "last_post_id": first + n,
                    "last_at": START + timedelta(minutes=n),
                    "last_author": author,
                }
                for n in numbers
            ],
        )
        rows = [(first + n, first_thread + n, 1, START + timedelta(minutes=n)) for n in numbers]
        _posts(tx, author_id, author, rows, body, board_id)
        if body is not None:
            for n in numbers:
                tags = Tags(author_id, board_id, START + timedelta(minutes=n))
                search.index(tx, Kind.THREAD, first_thread + n, f"{title} {n}", tags)
    _count(tx, board_id, threads)
    return int(first_thread + threads - 1)


def seed_posts(tx: Tx, *, board: str, author: str, posts: int) -> int:
    """Write one thread of many posts; the number of the thread."""
    number = seed_threads(tx, board=board, author=author, threads=1, title="长帖 long")
    _, author_id = _place(tx, board, author)
    first = _next(tx)
    for start in range(2, posts + 1, BATCH):
        floors = range(start, min(start + BATCH, posts + 1))
        rows = [(first + floor - 2, number, floor, START + timedelta(minutes=floor)) for floor in floors]
        _posts(tx, author_id, author, rows)
    newest = first + posts - 2
    tx.connection.execute(
        update(thread).where(thread.c.id == number).values(posts=posts, last_floor=posts, last_post_id=newest)
    )
    _sequence(tx)
    return number


def _place(tx: Tx, slug: str, name: str) -> tuple[int, int]:
    board_id = tx.connection.execute(select(board.c.id).where(board.c.slug == slug)).scalar_one()
    author_id = tx.connection.execute(select(account.c.id).where(account.c.name == name)).scalar_one()
    return board_id, author_id


def _next(tx: Tx) -> int:
    return int(tx.connection.execute(select(func.coalesce(func.max(post.c.id), 0))).scalar_one()) + 1


def _posts(
    tx: Tx,
    author_id: int,
    author: str,
    rows: list[tuple[int, int, int, datetime]],
    body: Callable[[int], str] | None = None,
    board_id: int = 0,
) -> None:
    bodies = {id: f"正文 body {id}" if body is None else body(id) for id, *_ in rows}
    tx.connection.execute(
        insert(post),
        [
            {
                "id": id,
                "thread_id": thread_id,
                "floor": floor,
                "author_id": author_id,
                "author": author,
                "body": bodies[id],
                "created_at": at,
            }
            for id, thread_id, floor, at in rows
        ],
    )
    if body is not None:
        for id, _, _, at in rows:
            search.index(tx, Kind.POST, id, bodies[id], Tags(author_id, board_id, at))


def _count(tx: Tx, board_id: int, threads: int) -> None:
    tx.connection.execute(update(board).where(board.c.id == board_id).values(threads=board.c.threads + threads))
    _sequence(tx)
    tx.emit("community.changed")


def _sequence(tx: Tx) -> None:
    """On PostgreSQL numbers that were given by hand are not drawn again."""
    if tx.dialect == "postgresql":
        for table in ("post", "thread"):
            tx.connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
