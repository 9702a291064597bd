"""Counting a week: which posts belong to it, who wrote them (numbers only, never kept), and what they say.

A week is counted once. What was hidden or withdrawn then stays out, and what is withdrawn later stays in, so that
counting again tells nothing of who has left since.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, or_, select

from bbs.forum.digest.privacy import Cell, Cells
from bbs.forum.digest.topics import Bag, bag
from bbs.store.database import Database, Tx
from bbs.store.tables import post, thread

SCAN: Final = 20_000
"""Posts of one read that counts."""
BODIES: Final = 1_000
"""Posts of one read that fetches what they say."""


class Counted(NamedTuple):
    """One post of the week, by numbers."""

    id: int
    thread: int
    account: int
    board: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What a draft is counted from. `start` and `end` are UTC; `without` are posts that could not be read then."""

    start: datetime
    end: datetime
    first: int
    last: int
    boards: frozenset[int]
    without: frozenset[int]


async def take(db: Database, start: datetime, end: datetime, boards: frozenset[int]) -> tuple[Basis, list[Counted]]:
    """Count a week for the first time."""
    wanted = Basis(start, end, 1, _TOP, boards, frozenset())
    found: list[Counted] = []
    without: set[int] = set()
    async for rows in _scan(db, wanted):
        for row in rows:
            if row.gone:
                without.add(row.id)
            else:
                found.append(Counted(row.id, row.thread_id, row.author_id, row.board_id))
    first, last = (found[0].id, found[-1].id) if found else (1, 0)
    kept = frozenset(number for number in without if first <= number <= last)
    return Basis(start, end, first, last, boards, kept), found


async def again(db: Database, basis: Basis) -> list[Counted]:
    """Count the same posts again, whatever became of them."""
    found: list[Counted] = []
    async for rows in _scan(db, basis):
        found += [
            Counted(row.id, row.thread_id, row.author_id, row.board_id) for row in rows if row.id not in basis.without
        ]
    return found


async def bodies(db: Database, ids: Sequence[int]) -> AsyncIterator[Sequence[Any]]:
    """What posts say, in the order of their numbers within each batch: rows of id, thread_id, author_id, body."""
    for at in range(0, len(ids), BODIES):
        chunk = ids[at : at + BODIES]
        given = {"ids": list(chunk)}
        yield await db.read(partial(_rows, _BODIES, given))


async def titles(db: Database, threads: Iterable[int]) -> dict[int, tuple[str, int]]:
    """The titles of threads, and who opened them."""
    found: dict[int, tuple[str, int]] = {}
    wanted = sorted(threads)
    for at in range(0, len(wanted), BODIES):
        chunk = wanted[at : at + BODIES]
        given = {"ids": list(chunk)}
        rows = await db.read(partial(_rows, _TITLES, given))
        found.update({row.id: (row.title, row.author_id) for row in rows})
    return found


async def bags(db: Database, posts: Sequence[Counted], named: Mapping[int, tuple[str, int]]) -> list[Bag]:
    """Look at what each thread says, thread by thread; the words are counted beside the event loop."""
    of_thread: dict[int, list[int]] = {}
    boards: dict[int, int] = {}
    for one in posts:
        of_thread.setdefault(one.thread, []).append(one.id)
        boards[one.thread] = one.board
    found: list[Bag] = []
    for chunk in _portions(of_thread):
        said: dict[int, list[tuple[int, str]]] = {number: [] for number in chunk}
        async for rows in bodies(db, [id for number in chunk for id in of_thread[number]]):
            for row in rows:
                said[row.thread_id].append((row.author_id, row.body))
        found += await asyncio.to_thread(_bags, chunk, said, boards, named)
    return found


def _bags(
    numbers: Sequence[int],
    said: Mapping[int, Sequence[tuple[int, str]]],
    boards: Mapping[int, int],
    named: Mapping[int, tuple[str, int]],
) -> list[Bag]:
    return [bag(number, boards[number], named[number][0], said[number]) for number in numbers]


def _portions(of_thread: Mapping[int, Sequence[int]]) -> Iterable[list[int]]:
    """Threads together as far as their posts make one read; a longer thread alone."""
    chunk: list[int] = []
    size = 0
    for number in sorted(of_thread):
        if chunk and size + len(of_thread[number]) > BODIES:
            yield chunk
            chunk, size = [], 0
        chunk.append(number)
        size += len(of_thread[number])
    if chunk:
        yield chunk


def cells(posts: Iterable[Counted], topic_of: Mapping[int, int]) -> Cells:
    """The week by board and topic; `topic_of` tells the topic of a thread."""
    accounts: dict[tuple[int, int], set[int]] = {}
    counts: dict[tuple[int, int], int] = {}
    for one in posts:
        key = (one.board, topic_of.get(one.thread, 0))
        accounts.setdefault(key, set()).add(one.account)
        counts[key] = counts.get(key, 0) + 1
    return {key: Cell(frozenset(who), counts[key]) for key, who in accounts.items()}


async def _scan(db: Database, basis: Basis) -> AsyncIterator[Sequence[Any]]:
    after = basis.first - 1
    given: dict[str, Any] = {
        "start": basis.start,
        "end": basis.end,
        "last": basis.last,
        "boards": sorted(basis.boards),
        "most": SCAN,
    }
    while basis.boards and after < basis.last:
        rows = await db.read(partial(_rows, _WEEK, given | {"after": after}))
        if rows:
            yield rows
        if len(rows) < SCAN:
            return
        after = rows[-1].id


def _rows(query: Select[Any], given: dict[str, Any], tx: Tx) -> Sequence[Any]:
    return tx.connection.execute(query, given).all()


_TOP: Final = 2**31 - 1
_GONE: Final = or_(post.c.hidden_at.is_not(None), post.c.withdrawn_at.is_not(None), thread.c.hidden_at.is_not(None))
_WEEK: Final = (
    select(post.c.id, post.c.thread_id, post.c.author_id, thread.c.board_id, _GONE.label("gone"))
    .join(thread, thread.c.id == post.c.thread_id)
    .where(
        post.c.id > bindparam("after"),
        post.c.id <= bindparam("last"),
        post.c.created_at >= bindparam("start", type_=post.c.created_at.type),
        post.c.created_at < bindparam("end", type_=post.c.created_at.type),
        post.c.official_office.is_(None),
        (thread.c.board_id + 0).in_(bindparam("boards", expanding=True)),
    )
    .order_by(post.c.id)
    .limit(bindparam("most"))
)
_BODIES: Final = (
    select(post.c.id, post.c.thread_id, post.c.author_id, post.c.body)
    .where(post.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(post.c.id)
)
_TITLES: Final = select(thread.c.id, thread.c.title, thread.c.author_id).where(
    thread.c.id.in_(bindparam("ids", expanding=True))
)
