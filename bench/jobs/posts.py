"""Posts acknowledged a second through the rules of the forum, and what bare SQLite commits beside it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from bbs.forum.actor import LOCAL, Actor
from bbs.forum.forum import Forum
from bbs.forum.posts.threads import Backdate
from bbs.store import driver
from bench.corpus import Corpus
from bench.figures import spread
from bench.jobs.job import member, opened, run

BOARD: Final = "life"


async def posts(data: Path, *, seconds: float, writers: list[int]) -> dict[str, Any]:
    """Reply for so many seconds with each number of writers; bare commits are counted before and after each."""
    corpus = Corpus(2)
    found: list[dict[str, Any]] = []
    async with opened(data) as house:
        forum = house.forum
        actors = [await member(forum, f"writer{number:03}") for number in range(max(writers))]
        threads = await _threads(forum, actors, corpus)
        for count in writers:
            before = await asyncio.to_thread(_bare, data / "bare.db", seconds / 2, corpus)
            spent = process_time()
            rate, times = await _reply(forum, actors[:count], threads, corpus, seconds)
            spent = process_time() - spent
            after = await asyncio.to_thread(_bare, data / "bare.db", seconds / 2, corpus)
            found.append(
                {
                    "writers": count,
                    "rate": rate,
                    "count": len(times),
                    "bare": (before + after) / 2,
                    "cpu_ms": spent * 1000 / len(times),
                    **spread(times),
                }
            )
    return {"runs": found, "sqlite": driver.library.sqlite_version}


async def _threads(forum: Forum, actors: list[Actor], corpus: Corpus) -> list[int]:
    """One thread a writer: they do not all talk in one place."""
    board = await forum.boards.get(actors[0], BOARD)
    at = forum.clock.now()
    return [
        (await forum.threads.start(actor, board, corpus.title(), corpus.body(), backdate=Backdate(LOCAL, at))).thread
        for actor in actors
    ]


async def _reply(
    forum: Forum, actors: list[Actor], threads: list[int], corpus: Corpus, seconds: float
) -> tuple[float, list[float]]:
    """Each writer posts the next when the last is acknowledged; posts a second, and milliseconds of each."""
    times: list[float] = []
    began = perf_counter()

    async def one(actor: Actor, thread: int) -> None:
        while perf_counter() - began < seconds:
            start = perf_counter()
            await forum.threads.reply(actor, thread, corpus.body(), backdate=Backdate(LOCAL, forum.clock.now()))
            times.append((perf_counter() - start) * 1000)

    await asyncio.gather(*(one(actor, thread) for actor, thread in zip(actors, threads, strict=False)))
    return len(times) / (perf_counter() - began), times


def _bare(path: Path, seconds: float, corpus: Corpus) -> float:
    """Commits a second of single rows with the same library, log and synchronous setting, and nothing around them."""
    connection = driver.connect(path, reader=False)
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS post (id INTEGER PRIMARY KEY, thread INTEGER, body TEXT)")
        count = 0
        began = perf_counter()
        for number in _numbers():
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO post (thread, body) VALUES (?, ?)", (number % 32, corpus.body()))
            connection.execute("COMMIT")
            count += 1
            if perf_counter() - began >= seconds:
                break
        return count / (perf_counter() - began)
    finally:
        connection.close()


def _numbers() -> Iterator[int]:
    return itertools.count(1)


if __name__ == "__main__":
    run(posts)
