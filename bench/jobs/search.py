"""Searching a large forum as people do: the whole page, through the rules, for readers with different rights."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any, Final, NamedTuple

from sqlalchemy import func, insert, select, update

from bbs.app.first import prepare
from bbs.forum.actor import GUEST, LOCAL, Actor
from bbs.forum.forum import Forum
from bbs.forum.news.bulletins import BulletinItem
from bbs.forum.search.search import Found
from bbs.store import search as index
from bbs.store.database import Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import board, post, thread
from bench.corpus import Corpus
from bench.figures import spread
from bench.jobs.job import member, opened, run

CHUNK: Final = 4_000
"""Posts of one transaction."""
PAGE: Final = 25
"""Hits that a screen asks for."""
FLOORS: Final = 8
"""Posts of a thread; a hundred threads go on at a time."""
AT_ONCE: Final = 100
BULLETINS: Final = 2_000
PENS: Final = ("heron", "moth", "crane", "plover", "teal")
"""Who writes: one post in 5,000, some of the oldest tenth, one in 3,000, and the rest."""
YEARS: Final = 3
BOARDS: Final = {"life": 0.35, "services": 0.2, "ink": 0.2, "youth": 0.15, "posted": 0.099, "secretary": 0.001}
"""Boards and their parts of all threads; `ink`, `youth` and `posted` are for members."""
EVERY: Final = "记录"
"""A word of each post."""
RARE: Final = "琥珀"
"""A word of one post in 50,000."""
SELDOM: Final = 50_000
OLD: Final = "青铜"
"""A word of the first 20 posts."""


class Line(NamedTuple):
    """A search line by its name in the report."""

    name: str
    text: str


LINES: Final = (
    Line("1", "堂"),
    Line("2", "食堂"),
    Line("4", "夜班同事"),
    Line("english", "night desk"),
    Line("every", EVERY),
    Line("rare", RARE),
    Line("old", OLD),
    Line("none", "珊瑚"),
    Line("two", "电梯 答复"),
    Line("phrase", '"希望早餐能提前半小时开始"'),
    Line("apart", '"堂食"'),
    Line("author", "author:heron"),
    Line("author_word", "author:heron 食堂"),
    Line("author_never", f"author:heron {OLD}"),
    Line("author_old", f"author:moth {EVERY}"),
    Line("author_none", f"author:crane {RARE}"),
    Line("board", "board:secretary 食堂"),
    Line("board_rare", f"board:secretary {RARE}"),
    Line("title", "in:title 食堂"),
    Line("title_only", "in:title 夜班同事"),
    Line("since", f"since:{{recent}} {EVERY}"),
    Line("since_none", f"since:{{tomorrow}} {EVERY}"),
    Line("minus", "食堂 -电梯"),
    Line("minus_all", "夜班 -食堂"),
    Line("or", f"{RARE} OR {OLD}"),
    Line("or_common", "食堂 OR desk"),
    Line("stacked", f"author:heron board:ink since:{{recent}} {EVERY} -食堂"),
)
"""What is searched for: by length, by language, common and rare, and what throws nearly everything away."""


async def search(data: Path, *, posts: int, rounds: int) -> dict[str, Any]:
    """Fill a store, then time the first page of each line: milliseconds by reader and line."""
    async with opened(data) as house:
        await prepare(house)
        began = perf_counter()
        await _fill(house.forum, posts)
        filled = perf_counter() - began
        reader = await member(house.forum, "reader")
    async with opened(data) as house:
        gc.collect()
        gc.freeze()  # as the server does: a collection of all that a start makes is no part of a search
        return {"fill_seconds": filled, "readers": await measure(house.forum, reader, rounds)}


async def measure(forum: Forum, reader: Actor, rounds: int) -> dict[str, Any]:
    """The first pages of a member, who may read all boards, and of a guest, who may not."""
    newest = await forum.db.read(lambda tx: tx.connection.execute(select(func.max(post.c.created_at))).scalar_one())
    days = {"recent": f"{newest - timedelta(days=30):%Y-%m-%d}", "tomorrow": f"{newest + timedelta(days=2):%Y-%m-%d}"}
    lines = [Line(name, text.format(**days)) for name, text in LINES]
    return {
        "member": await _measure(forum, reader, lines, rounds),
        "guest": await _measure(forum, GUEST, [one for one in lines if "board:ink" not in one.text], rounds),
    }


async def _measure(forum: Forum, actor: Actor, lines: Sequence[Line], rounds: int) -> dict[str, Any]:
    """Each line by turns, so that none has the caches to itself."""
    times: dict[str, list[float]] = {line.name: [] for line in lines}
    cpu: dict[str, list[float]] = {line.name: [] for line in lines}
    first: dict[str, float] = {}
    pages: dict[str, Found] = {}
    for number in range(rounds + 1):
        for line in lines:
            began, spent = perf_counter(), process_time()
            pages[line.name] = await forum.search.find(actor, line.text, lang="zh", limit=PAGE)
            took, spent = (perf_counter() - began) * 1000, (process_time() - spent) * 1000
            if number:
                times[line.name].append(took)
                cpu[line.name].append(spent)
            else:
                first[line.name] = round(took, 2)
    texts = {line.name: line.text for line in lines}
    return {
        name: {
            **spread(values),
            "cpu": spread(cpu[name])["p95"],
            "first": first[name],
            "line": texts[name],
            "hits": len(pages[name].items),
            "more": pages[name].after is not None,
            "early": pages[name].back_to is not None,
        }
        for name, values in times.items()
    }


async def _fill(forum: Forum, posts: int) -> None:
    """Posts as rows, in the order of their days, from many pens, over boards of all sizes; titles and news beside."""
    pens = [(await member(forum, name)).account_id or 0 for name in PENS]
    names = await forum.db.read(lambda tx: dict(tx.connection.execute(select(board.c.slug, board.c.id)).all()))
    rows = _rows(posts, forum.clock.now(), pens, names)
    while chunk := list(islice(rows, CHUNK)):
        await forum.db.write(lambda tx, chunk=chunk: _insert(tx, chunk))  # type: ignore[misc]
    await forum.db.write(lambda tx: tx.connection.execute(_COUNTED).rowcount)
    corpus, now = Corpus(9), forum.clock.now()
    news = [
        BulletinItem(
            f"n-{n}",
            "express" if n % 2 else "study",
            corpus.title(),
            corpus.body(12),
            published_at=now - timedelta(hours=12 * n),
        )
        for n in range(BULLETINS)
    ]
    for begin in range(0, BULLETINS, 200):
        await forum.news.store(LOCAL, news[begin : begin + 200])


_COUNTED: Final = update(board).values(
    threads=select(func.count(thread.c.id)).where(thread.c.board_id == board.c.id).scalar_subquery()
)


class _Row(NamedTuple):
    post: int
    thread: int
    floor: int
    board: int
    author: int
    name: str
    title: str
    body: str
    at: datetime


def _rows(posts: int, now: datetime, pens: Sequence[int], boards: dict[str, int]) -> Iterator[_Row]:
    corpus, random = Corpus(8), Random(8)
    by = dict(zip(PENS, pens, strict=True))
    slugs, parts = list(BOARDS), list(BOARDS.values())
    begin = now - timedelta(days=365 * YEARS)
    step = (now - begin) / (posts + 1)
    threads = posts // FLOORS
    number = 0
    for first in range(0, threads, AT_ONCE):
        ones = range(first, min(first + AT_ONCE, threads))
        titles = {one: corpus.title() for one in ones}
        places = {one: boards[slug] for one, slug in zip(ones, random.choices(slugs, parts, k=len(ones)), strict=True)}
        for floor in range(1, FLOORS + 1):
            for one in ones:
                number += 1
                name = _pen(number, posts)
                body = f"{EVERY}{corpus.body(2)} {_tail(random)}"
                if number % SELDOM == 1:
                    body += RARE
                if number <= 20:
                    body += OLD
                yield _Row(
                    number, one + 1, floor, places[one], by[name], name, titles[one], body, begin + step * number
                )


def _pen(number: int, posts: int) -> str:
    if number % (posts // 5_000 or 1) == 7:
        return "heron"
    if number % 3_001 == 11:
        return "crane"
    if number % 50 == 9 and number < posts // 10:
        return "moth"
    return "plover" if number % 3 else "teal"


def _tail(random: Random) -> str:
    """Two of the many words that are in few posts each."""
    return f"{chr(0x5000 + random.randrange(700))}{chr(0x5400 + random.randrange(700))} w{random.randrange(30_000)}"


def _insert(tx: Tx, rows: Sequence[_Row]) -> None:
    begun = [row for row in rows if row.floor == 1]
    if begun:
        tx.connection.execute(
            insert(thread),
            [
                {
                    "id": row.thread,
                    "board_id": row.board,
                    "title": row.title,
                    "author_id": row.author,
                    "author": row.name,
                    "created_at": row.at,
                    "posts": FLOORS,
                    "last_floor": FLOORS,
                    "last_post_id": row.post + (FLOORS - 1) * AT_ONCE,
                    "last_at": row.at,
                    "last_author": row.name,
                }
                for row in begun
            ],
        )
    tx.connection.execute(
        insert(post),
        [
            {
                "id": row.post,
                "thread_id": row.thread,
                "floor": row.floor,
                "author_id": row.author,
                "author": row.name,
                "body": row.body,
                "created_at": row.at,
            }
            for row in rows
        ],
    )
    for row in rows:
        tags = Tags(row.author, row.board, row.at)
        index.index(tx, Kind.POST, row.post, row.body, tags)
        if row.floor == 1:
            index.index(tx, Kind.THREAD, row.thread, row.title, tags)


if __name__ == "__main__":
    run(search)
