"""Verifying the register: the chain from its first entry to its head, official posts against what was recorded.

The chain is also held against signed heads: they tell of one that was cut or built anew by somebody who had the whole
store in hand.

Needs no secret. Works in batches, each a short read, so that a long register holds nobody up; entries that come
while it works are left for the next time.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import func, select

from bbs.forum.proof.canonical import canonical, sha256_text
from bbs.forum.proof.heads import Heads
from bbs.forum.proof.register import ABOUT_POSTS, FIRST, Verdict, chain, read_head
from bbs.forum.proof.sealing import Head
from bbs.store.database import Database, Tx
from bbs.store.tables import post, register, thread

BATCH: Final = 500
"""Rows of one read."""

_SAID: Final = {  # column of the post -> name in the record
    "id": "post",
    "thread_id": "thread",
    "floor": "floor",
    "revision": "revision",
    "official_office": "office",
    "official_name": "name",
    "official_title_zh": "title_zh",
    "official_title_en": "title_en",
}
_POSTS: Final = select(post, thread.c.title.label("thread_title")).join(thread, thread.c.id == post.c.thread_id)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Where the register and the posts ended when the walk began, in one snapshot."""

    head_seq: int
    head_hash: str
    last_seq: int
    last_post: int


@dataclass(slots=True)
class _Walk:
    """How far the walk has come; `heads` are those that lie ahead.

    `posts` is the newest entry about each official post: its seq and its record.
    """

    seq: int = 0
    hash: str = FIRST
    heads: deque[Head] = field(default_factory=deque)
    agreed: int = 0  # the newest entry that a head vouches for
    posts: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)


class _Broken(Exception):
    def __init__(self, seq: int | None, reason: str, upto: int | None = None) -> None:
        super().__init__(seq, reason)
        self.seq = seq
        self.reason = reason
        self.upto = upto


async def verify(db: Database, kept: Heads | None = None, elsewhere: str | None = None) -> Verdict:
    """Walk the chain; the verdict names the first entry that does not hold."""
    heads = [] if kept is None else await kept.all(elsewhere)
    bounds = await db.read(_bounds)  # after the heads: none of them is newer than the end of the walk
    walk = _Walk(heads=deque(sorted(heads, key=lambda head: head.seq)))
    try:
        for head in walk.heads:
            if kept is not None and not kept.is_genuine(head):
                raise _Broken(head.seq, "register.head_forged")
        await _check_chain(db, walk, bounds)
        await _check_posts(db, walk, bounds)
    except _Broken as broken:
        return Verdict(False, walk.seq, broken.seq, broken.reason, walk.hash, broken.upto, len(heads))
    return Verdict(True, walk.seq, head=walk.hash, heads=len(heads))


def _bounds(tx: Tx) -> _Bounds:
    last_seq = tx.connection.execute(select(func.coalesce(func.max(register.c.seq), 0))).scalar_one()
    last_post = tx.connection.execute(select(func.coalesce(func.max(post.c.id), 0))).scalar_one()
    return _Bounds(*read_head(tx), last_seq, last_post)


async def _check_chain(db: Database, walk: _Walk, bounds: _Bounds) -> None:
    while walk.seq < bounds.last_seq:
        rows = await db.read(partial(_entries, after=walk.seq, upto=bounds.last_seq))
        if not rows:
            raise _Broken(walk.seq + 1, "register.gap")
        for row in rows:
            _step(walk, row)
    if bounds.last_seq < bounds.head_seq:
        raise _Broken(bounds.last_seq + 1, "register.tail")
    if walk.heads:
        raise _Broken(bounds.last_seq + 1, "register.cut", walk.heads[-1].seq)
    if (walk.seq, walk.hash) != (bounds.head_seq, bounds.head_hash):
        raise _Broken(walk.seq, "register.head")


def _entries(tx: Tx, after: int, upto: int) -> list[Any]:
    within = register.c.seq.between(after + 1, upto)
    return list(tx.connection.execute(select(register).where(within).order_by(register.c.seq).limit(BATCH)))


def _step(walk: _Walk, row: Any) -> None:
    """Go on to one entry; raises _Broken when it does not follow."""
    if row.seq != walk.seq + 1:
        raise _Broken(walk.seq + 1, "register.gap")
    record = _record(row)
    if (
        record is None
        or chain(row.previous, row.seq, _second(row.at), row.kind, row.actor, row.subject, record) != row.hash
    ):
        raise _Broken(row.seq, "register.altered")
    if row.previous != walk.hash:
        raise _Broken(row.seq, "register.link")
    walk.seq, walk.hash = row.seq, row.hash
    while walk.heads and walk.heads[0].seq <= row.seq:
        head = walk.heads.popleft()
        if head.hash != row.hash:
            raise _Broken(walk.agreed + 1, "register.rebuilt", head.seq)
        walk.agreed = head.seq
    if row.kind in ABOUT_POSTS and isinstance(record.get("post"), int):
        walk.posts[record["post"]] = (row.seq, record)


def _second(at: datetime) -> datetime:
    """A time with a fraction of a second was not written by the register, and would hash like the one without."""
    return at if at.microsecond == 0 else datetime.min.replace(tzinfo=at.tzinfo)


def _record(row: Any) -> dict[str, Any] | None:
    """The record, if it is still spelled as it was written."""
    try:
        record = json.loads(row.record)
        return record if isinstance(record, dict) and canonical(record) == row.record else None
    except (ValueError, TypeError):
        return None


async def _check_posts(db: Database, walk: _Walk, bounds: _Bounds) -> None:
    recorded = dict(walk.posts)
    doubtful: list[tuple[int | None, int, str]] = []
    last = 0
    while rows := await db.read(partial(_official_posts, after=last, upto=bounds.last_post)):
        for row in rows:
            seq, record = recorded.pop(row.id, (None, None))
            if record is None:
                doubtful.append((None, row.id, "register.post_unrecorded"))
            elif not _agrees(row, record):
                doubtful.append((seq, row.id, "register.post_altered"))
        last = rows[-1].id
    doubtful += [(seq, id, "register.post_missing") for id, (seq, _) in recorded.items()]
    for seq, id, reason in sorted(doubtful, key=lambda found: found[0] or 0):
        if not await db.read(partial(_agrees_by_now, id=id, after=bounds.last_seq)):
            raise _Broken(seq, reason)


def _official_posts(tx: Tx, after: int, upto: int) -> list[Any]:
    within = post.c.id.between(after + 1, upto)
    query = _POSTS.where(within, post.c.official_office.is_not(None)).order_by(post.c.id).limit(BATCH)
    return list(tx.connection.execute(query))


def _agrees(row: Any, record: dict[str, Any]) -> bool:
    said = all(getattr(row, column) == record.get(name) for column, name in _SAID.items())
    if row.floor == 1 and row.thread_title != record.get("title"):
        return False
    return said and sha256_text(row.body) == record.get("body_sha256")


def _agrees_by_now(tx: Tx, id: int, after: int) -> bool:
    """Whether the post was rightly edited while the walk went on: a newer entry says what it says now."""
    row = tx.connection.execute(_POSTS.where(post.c.id == id)).one_or_none()
    newer = select(register.c.record).where(register.c.seq > after, register.c.kind.in_(ABOUT_POSTS))
    found = [json.loads(text) for text in tx.connection.execute(newer.order_by(register.c.seq)).scalars()]
    mine = [record for record in found if record.get("post") == id]
    return row is not None and bool(mine) and _agrees(row, mine[-1])
