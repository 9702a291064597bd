"""Opening large boards and threads through forum calls, beside small ones in the same store and the same loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from bbs.app.first import prepare
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board
from bbs.forum.forum import Forum
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind
from bbs.store.tables import board, post, thread
from bench.corpus import Corpus
from bench.figures import spread
from bench.jobs.job import member, opened, run

SMALL_BOARD: Final = "ink"
LARGE_BOARD: Final = "life"
CHUNK: Final = 5_000
"""Rows of one statement."""
PAGE: Final = 50
"""Rows that a screen asks for."""

Call = Callable[[], Awaitable[object]]


async def scale(data: Path, *, threads: int, small: int, posts: int, rounds: int) -> dict[str, Any]:
    """Fill a store, then time what screens ask when they open: milliseconds by name."""
    async with opened(data) as house:
        await prepare(house)
        forum = house.forum
        actor = await member(forum, "reader")
        author = actor.account_id or 0
        began = perf_counter()
        await _threads(forum, SMALL_BOARD, small, author)
        await _threads(forum, LARGE_BOARD, threads, author)
        short = await _long_thread(forum, SMALL_BOARD, 20, author)
        long = await _long_thread(forum, LARGE_BOARD, posts, author)
        filled = perf_counter() - began
    async with opened(data) as house:
        found = await _measure(house.forum, actor, short, long, posts, rounds)
        count = await house.forum.db.read(lambda tx: tx.connection.execute(select(func.count(post.c.id))).scalar_one())
    return {"fill_seconds": filled, "posts": count, "milliseconds": found}


async def _measure(forum: Forum, actor: Actor, short: int, long: int, posts: int, rounds: int) -> dict[str, Any]:
    await forum.reading.read(actor, short, 10)
    await forum.reading.read(actor, long, posts - 30)
    await forum.reading.flush()
    small_board = await forum.boards.get(actor, SMALL_BOARD)
    large_board = await forum.boards.get(actor, LARGE_BOARD)
    calls: dict[str, Call] = {
        "board_small": lambda: _open_board(forum, actor, small_board),
        "board_large": lambda: _open_board(forum, actor, large_board),
        "board_middle": await _middle(forum, actor, large_board),
        "thread_small": lambda: _open_thread(forum, actor, short),
        "thread_large": lambda: _open_thread(forum, actor, long),
        "boards": lambda: forum.boards.sections(actor),
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    first: dict[str, float] = {}
    for number in range(rounds + 1):
        for name, call in calls.items():
            began = perf_counter()
            await call()
            spent = (perf_counter() - began) * 1000
            if number:
                times[name].append(spent)
            else:
                first[name] = round(spent, 2)
    return {name: {**spread(values), "first": first[name]} for name, values in times.items()}


async def _open_board(forum: Forum, actor: Actor, place: Board) -> object:
    """What the screen of a board asks for when it opens."""
    found = await forum.boards.get(actor, place.slug)
    return await forum.threads.pinned(actor, found), await forum.threads.list(actor, found, limit=PAGE)


async def _middle(forum: Forum, actor: Actor, place: Board) -> Call:
    """A page from the middle of the board, as a list that returns to its place asks for."""
    query = select(thread.c.id).where(thread.c.board_id == place.id).order_by(thread.c.id)
    middle = query.limit(1).offset(place.threads // 2)
    number = await forum.db.read(lambda tx: tx.connection.execute(middle).scalar_one())
    return lambda: forum.threads.locate(actor, place, number, PAGE)


async def _open_thread(forum: Forum, actor: Actor, number: int) -> object:
    """What the reader asks for when it opens at the unread point."""
    _, found = await forum.threads.get(actor, number)
    posts = await forum.threads.posts(actor, number, floor=found.read_floor + 1, limit=PAGE)
    if not posts:
        raise RuntimeError("nothing unread")
    return posts


async def _threads(forum: Forum, slug: str, count: int, author: int) -> None:
    """Threads of one post each, as rows: the rules would take minutes and leave the same."""
    corpus = Corpus(4)
    at = forum.clock.now()
    for begin in range(0, count, CHUNK):
        size = min(CHUNK, count - begin)
        texts = [(corpus.title(), corpus.body(2)) for _ in range(size)]
        await forum.db.write(lambda tx, texts=texts: _insert(tx, slug, texts, author, at))  # type: ignore[misc]


def _insert(tx: Tx, slug: str, texts: list[tuple[str, str]], author: int, at: object) -> None:
    execute = tx.connection.execute
    place = execute(select(board.c.id).where(board.c.slug == slug)).scalar_one()
    first_thread = execute(select(func.coalesce(func.max(thread.c.id), 0))).scalar_one() + 1
    first_post = execute(select(func.coalesce(func.max(post.c.id), 0))).scalar_one() + 1
    execute(
        insert(thread),
        [
            {
                "id": first_thread + n,
                "board_id": place,
                "title": title,
                "author_id": author,
                "author": "reader",
                "created_at": at,
                "posts": 1,
                "last_floor": 1,
                "last_post_id": first_post + n,
                "last_at": at,
                "last_author": "reader",
            }
            for n, (title, _) in enumerate(texts)
        ],
    )
    _insert_posts(tx, [(first_post + n, first_thread + n, 1, body) for n, (_, body) in enumerate(texts)], author, at)
    execute(update(board).where(board.c.id == place).values(threads=board.c.threads + len(texts)))


def _insert_posts(tx: Tx, rows: list[tuple[int, int, int, str]], author: int, at: object) -> None:
    tx.connection.execute(
        insert(post),
        [
            {
                "id": number,
                "thread_id": of,
                "floor": floor,
                "author_id": author,
                "author": "reader",
                "body": body,
                "created_at": at,
            }
            for number, of, floor, body in rows
        ],
    )
    for number, _, _, body in rows:
        search.index(tx, Kind.POST, number, body, None)


async def _long_thread(forum: Forum, slug: str, floors: int, author: int) -> int:
    await _threads(forum, slug, 1, author)
    corpus = Corpus(5)
    at = forum.clock.now()

    def newest(tx: Tx) -> tuple[int, int]:
        execute = tx.connection.execute
        return execute(select(func.max(thread.c.id))).scalar_one(), execute(select(func.max(post.c.id))).scalar_one()

    number, last = await forum.db.read(newest)
    for begin in range(2, floors + 1, CHUNK):
        rows = [
            (last + floor - 1, number, floor, corpus.body(2)) for floor in range(begin, min(begin + CHUNK, floors + 1))
        ]
        await forum.db.write(lambda tx, rows=rows: _insert_posts(tx, rows, author, at))  # type: ignore[misc]
    values = {"posts": floors, "last_floor": floors, "last_post_id": last + floors - 1}
    await forum.db.write(
        lambda tx: tx.connection.execute(update(thread).where(thread.c.id == number).values(values)).rowcount
    )
    return number


if __name__ == "__main__":
    run(scale)
