"""Walking through what is unread over many boards, for somebody who has read parts of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, Final

from sqlalchemy import insert, select, update

from bbs.app.first import prepare
from bbs.forum.actor import Actor
from bbs.forum.arrivals import Most
from bbs.forum.forum import Forum
from bbs.forum.posts.posts import Thread
from bbs.store.database import Tx
from bbs.store.tables import account, board, post, thread, thread_mark
from bench.corpus import Corpus
from bench.figures import spread
from bench.jobs.job import member, opened, run

CHUNK: Final = 10_000
"""Rows of one statement."""
TITLES: Final = 2_000
"""Different titles; they come again, for no figure here looks at words."""
READ_OF_BOARD: Final = 0.6
"""Part of a board, oldest first, that was marked read at once, in two of three boards."""
READ_THREADS: Final = 5_000
"""Single threads read here and there above that."""
FAVOURITES: Final = 5
MOST: Final = Most(6, 12, 20)
"""What the home screen asks for."""

Call = Callable[[], Awaitable[object]]


async def unread(data: Path, *, boards: int, threads: int, steps: int, rounds: int) -> dict[str, Any]:
    """Fill a store with boards of so many threads, read parts of them, then walk; milliseconds by name."""
    async with opened(data) as house:
        await prepare(house)
        forum = house.forum
        reader = await member(forum, "reader")
        writer = await member(forum, "writer")
        began = perf_counter()
        slugs = await _fill(forum, writer, boards, threads)
        filled = perf_counter() - began
        await _read_parts(forum, reader, slugs, boards * threads)
    async with opened(data) as house:
        forum = house.forum
        found = await _measure(forum, reader, slugs, steps, rounds)
    return {"fill_seconds": filled, "milliseconds": found}


async def _measure(forum: Forum, actor: Actor, slugs: list[str], steps: int, rounds: int) -> dict[str, Any]:
    places = [await forum.boards.get(actor, slug) for slug in slugs]
    middle = places[len(places) // 2]
    calls: dict[str, Call] = {
        "home": lambda: forum.arrivals.look(actor, MOST, lang="zh"),
        "boards": lambda: forum.boards.sections(actor),
        "list": lambda: forum.unread.threads(actor),
        "mark_all": lambda: forum.reading.board_read(actor, middle),
        "undo": lambda: forum.reading.board_undo(actor, middle),
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            spent = await _timed(call)
            if number:
                times[name].append(spent)
    times["step"], times["open"] = await _walk(forum, actor, steps)
    for place in places[:-1]:
        await forum.reading.board_read(actor, place)
    times["last_board"] = [await _timed(lambda: forum.unread.after(actor, None)) for _ in range(rounds)]
    return {name: spread(values) for name, values in times.items()}


async def _walk(forum: Forum, actor: Actor, steps: int) -> tuple[list[float], list[float]]:
    """Press S so many times: find the next thread, open it, read it to its end."""
    finding: list[float] = []
    opening: list[float] = []
    here: Thread | None = None
    for _ in range(steps):
        began = perf_counter()
        found = await forum.unread.after(actor, here)
        if found is None:
            raise RuntimeError("nothing unread")
        finding.append((perf_counter() - began) * 1000)
        began = perf_counter()
        _, here = await forum.threads.get(actor, found.id)
        await forum.threads.posts(actor, here.id, floor=here.read_floor + 1, limit=50)
        await forum.reading.read(actor, here.id, here.last_floor, change=here.change)
        opening.append((perf_counter() - began) * 1000)
    return finding, opening


async def _timed(call: Call) -> float:
    began = perf_counter()
    await call()
    return (perf_counter() - began) * 1000


async def _fill(forum: Forum, writer: Actor, boards: int, threads: int) -> list[str]:
    """Boards and threads of one post each, as rows, turn by turn, so that new ones stand in all boards."""
    slugs = [f"bench-{number:03}" for number in range(boards)]
    first = await forum.db.write(lambda tx: _insert_boards(tx, slugs))
    corpus = Corpus(6)
    titles = [corpus.title() for _ in range(TITLES)]
    at, author = forum.clock.now(), writer.account_id
    whole = boards * threads
    for begin in range(0, whole, CHUNK):
        numbers = range(begin, min(begin + CHUNK, whole))
        rows = [(n + 1, first + n % boards, titles[n % TITLES]) for n in numbers]
        await forum.db.write(lambda tx, rows=rows: _insert(tx, rows, author, at))  # type: ignore[misc]
    await forum.db.write(
        lambda tx: tx.connection.execute(update(board).where(board.c.id >= first).values(threads=threads)).rowcount
    )
    return slugs


def _insert_boards(tx: Tx, slugs: list[str]) -> int:
    """The number of the first of them."""
    section = tx.connection.execute(select(board.c.section).limit(1)).scalar_one()
    for place, slug in enumerate(slugs, 100):
        values = {"slug": slug, "section": section, "zh": slug, "en": slug, "nature": "discussion"}
        tx.connection.execute(insert(board).values(**values, read="public", post="members", position=place))
    tx.emit("community.changed")
    return int(tx.connection.execute(select(board.c.id).where(board.c.slug == slugs[0])).scalar_one())


def _insert(tx: Tx, rows: list[tuple[int, int, str]], author: int | None, at: object) -> None:
    made = {"author_id": author, "author": "writer", "created_at": at}
    ends = {"posts": 1, "last_floor": 1, "last_at": at, "last_author": "writer"}
    tx.connection.execute(
        insert(thread),
        [
            {"id": number, "board_id": place, "title": title, "last_post_id": number, **made, **ends}
            for number, place, title in rows
        ],
    )
    tx.connection.execute(
        insert(post),
        [{"id": number, "thread_id": number, "floor": 1, "body": title, **made} for number, _, title in rows],
    )


async def _read_parts(forum: Forum, reader: Actor, slugs: list[str], newest: int) -> None:
    """Two of three boards are read up to a part of them, single threads here and there; some boards are favourites."""
    await forum.db.write(
        lambda tx: (
            tx.connection.execute(
                update(account).where(account.c.id == reader.account_id).values(baseline_post_id=0)
            ).rowcount
        )
    )
    reader = await forum.accounts.refresh(reader)
    for place, slug in enumerate(slugs):
        found = await forum.boards.get(reader, slug)
        if place % 3:
            await forum.reading.board_read(reader, found, upto=int(newest * READ_OF_BOARD))
        if place % (len(slugs) // FAVOURITES or 1) == 0:
            await forum.favourites.add(reader, found)
    chosen = sorted(Random(7).sample(range(1, newest + 1), min(READ_THREADS, newest // 4)))
    keys = ("account_id", "thread_id", "read_floor", "read_post_id", "seen_change")
    rows = [dict(zip(keys, (reader.account_id, number, 1, number, 0), strict=True)) for number in chosen]
    await forum.db.write(lambda tx: tx.connection.execute(insert(thread_mark), rows).rowcount)


if __name__ == "__main__":
    run(unread)
