"""Signing what is official with the forum's own key, right after it was written, and the register's head with it.

No transaction waits for a signature. What the register says of official posts and is not signed yet is found by a mark
among the settings, so that nothing is missed when the server ends between a post and its signature: the next start
signs it. Several servers on one store may do the same work; the outcome is the same.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bbs.errors import BbsError
from bbs.forum.proof.canonical import sha256_text
from bbs.forum.proof.register import ABOUT_POSTS, RECORDED, read_head
from bbs.forum.proof.seal import Seal
from bbs.forum.proof.signedtext import Where, head_text, post_text
from bbs.forum.proof.sshsig import HEADS, POSTS
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import post, post_revision, register, register_head, setting, signature
from bbs.text.when import Clock

UPTO: Final = "signed.upto"
"""The setting that holds the register's seq up to which official posts are signed."""
SIGNED: Final = "post.signed"
"""Event: a post has its signature; payload `post`, `thread`, `floor`, `board`."""
BATCH: Final = 25
"""Entries signed in one go, 0.2 ms each."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """A signature that was just made."""

    post: int
    thread: int
    floor: int
    board: str
    revision: int
    text: str
    armored: str


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head of the register: entry `seq`, and with it all before it, has this hash."""

    seq: int
    hash: str
    at: datetime
    signed: str
    armored: str


class Sealing:
    """Signs official posts and heads. `told` hears of each new head, to export it."""

    def __init__(self, db: Database, clock: Clock, site: Callable[[], str], seal: Seal | None) -> None:
        self._db = db
        self._clock = clock
        self._site = site
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.seal: Final = seal
        if seal is not None:
            db.hub.subscribe((RECORDED,), self._soon)
            db.hub.subscribe((HEAD_DUE,), self._head_soon)

    @property
    def where(self) -> Where:
        """What every signed text says of this forum."""
        return Where(self._site(), self.seal.fingerprint if self.seal is not None else "-")

    async def settle(self) -> None:
        """Sign what is recorded and not signed yet; what fails is logged and done another time."""
        if self.seal is None:
            return
        try:
            async with self._lock:
                while await self._batch(self.seal):  # asks the store each time, so others take their turns
                    pass
        except BbsError as error:
            _log.warning("could not sign: %s", error)

    async def head(self) -> Head | None:
        """Sign the newest entry of the register; None when it was signed before, or there is nothing."""
        seal = self.seal
        if seal is None:
            return None
        newest, known = await self._db.read(_newest)
        if newest is None or known:
            return None
        made = self._head(seal, *newest, self._clock.now())
        await self._db.write(lambda tx: _keep_heads(tx, [made]))
        return made

    async def close(self) -> None:
        """Finish what is being signed."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _soon(self, event: Event) -> None:
        self._begin(self.settle())

    def _head_soon(self, event: Event) -> None:
        self._begin(self._due_head())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _due_head(self) -> None:
        try:
            async with self._lock:  # of several at once the first signs for all
                await self.head()
        except BbsError as error:
            _log.warning("could not sign the register's head: %s", error)

    async def _batch(self, seal: Seal) -> bool:
        """Sign one batch; whether there may be more."""
        rows, bodies, upto = await self._db.read(_pending)
        if not rows:
            return False
        where, now = self.where, self._clock.now()
        made: dict[int, Made] = {}
        heads: list[Head] = []
        for row in rows:
            record = json.loads(row.record)
            body = bodies.get((record["post"], record.get("revision", 1)))
            if body is None or sha256_text(body) != record["body_sha256"]:
                continue  # only what is recorded is signed
            text = post_text_of(where, record, body)
            made[record["post"]] = Made(
                record["post"],
                record["thread"],
                record["floor"],
                record["board"],
                record["revision"],
                text,
                seal.sign(text, POSTS),
            )
            heads.append(self._head(seal, row.seq, row.hash, now))
        await self._db.write(lambda tx: _keep(tx, list(made.values()), heads, seal, now, upto))
        return len(rows) >= BATCH

    def _head(self, seal: Seal, seq: int, hash: str, at: datetime) -> Head:
        text = head_text(self.where, seq=seq, hash=hash, at=at)
        return Head(seq, hash, at.replace(microsecond=0), text, seal.sign(text, HEADS))


def post_text_of(where: Where, record: dict[str, Any], body: str) -> str:
    """The text signed of an official post, from what the register says of it."""
    edited = record["edited_at"]
    return post_text(
        where,
        board=record["board"],
        thread=record["thread"],
        post=record["post"],
        floor=record["floor"],
        revision=record["revision"],
        written=datetime.fromisoformat(record["created_at"]),
        revised=None if edited is None else datetime.fromisoformat(edited),
        office=record["office"],
        name=record["name"],
        title_zh=record["title_zh"],
        title_en=record["title_en"],
        thread_title=record["title"],
        body=body,
    )


def heads_after(tx: Tx, seq: int, limit: int) -> list[Head]:
    """Signed heads after a seq, oldest first."""
    query = select(register_head).where(register_head.c.seq > seq).order_by(register_head.c.seq).limit(limit)
    return [Head(row.seq, row.hash, row.at, row.signed, row.armored) for row in tx.connection.execute(query)]


def _pending(tx: Tx) -> tuple[list[Any], dict[tuple[int, int], str], int]:
    """The next entries that were not looked at, the bodies of the posts they are about, and where they end."""
    value = tx.connection.execute(select(setting.c.value).where(setting.c.name == UPTO)).scalar_one_or_none()
    after = int(value or 0)
    rows = list(tx.connection.execute(_AFTER, {"after": after}))
    numbers = [json.loads(row.record)["post"] for row in rows]
    bodies: dict[tuple[int, int], str] = {}
    if numbers:
        found = tx.connection.execute(_BODIES, {"posts": numbers})
        bodies = {(row.id, row.revision): row.body for row in found}
        older = tx.connection.execute(_OLDER, {"posts": numbers})
        bodies |= {(row.post_id, row.revision): row.body for row in older}
    if len(rows) == BATCH:
        return rows, bodies, rows[-1].seq
    return rows, bodies, tx.connection.execute(_LAST).scalar_one() or after


def _newest(tx: Tx) -> tuple[tuple[int, str] | None, bool]:
    seq, hash = read_head(tx)
    known = tx.connection.execute(select(func.max(register_head.c.seq))).scalar_one_or_none() or 0
    return ((seq, hash) if seq else None), known >= seq


def _keep(tx: Tx, made: list[Made], heads: list[Head], seal: Seal, now: datetime, upto: int) -> None:
    for each in made:
        values = {
            "post_id": each.post,
            "revision": each.revision,
            "by": FORUM,
            "fingerprint": seal.fingerprint,
            "public": seal.public,
            "signed": each.text,
            "armored": each.armored,
            "made_at": now,
        }
        keep_signature(tx, values)
        tx.emit(SIGNED, post=each.post, thread=each.thread, floor=each.floor, board=each.board)
    _keep_heads(tx, heads)
    done = insert_for(tx)(setting).values(name=UPTO, value=str(upto))
    tx.connection.execute(done.on_conflict_do_update(index_elements=["name"], set_={"value": done.excluded.value}))


def keep_signature(tx: Tx, values: dict[str, Any]) -> None:
    """Write a signature in place of the one by the same hand on the same revision."""
    made = insert_for(tx)(signature).values(**values)
    changes = {name: made.excluded[name] for name in ("fingerprint", "public", "signed", "armored", "made_at")}
    keys = ["post_id", "revision", "by"]
    tx.connection.execute(made.on_conflict_do_update(index_elements=keys, set_=changes))


def _keep_heads(tx: Tx, heads: list[Head]) -> None:
    for each in heads:
        values = {"seq": each.seq, "hash": each.hash, "at": each.at, "signed": each.signed, "armored": each.armored}
        made = insert_for(tx)(register_head).values(**values)
        tx.connection.execute(made.on_conflict_do_nothing(index_elements=["seq"]))
    if heads:
        tx.emit(HEAD_SIGNED, seq=heads[-1].seq)


def insert_for(tx: Tx) -> Any:
    """The INSERT of this engine, which knows what to do when the row is there."""
    return sqlite.insert if tx.dialect == "sqlite" else postgresql.insert


FORUM: Final = "forum"
OFFICER: Final = "officer"
"""By whom a signature is."""
HEAD_DUE: Final = "register.due"
"""Event: something official was said that is no post; the register's entry of it is signed at once, by its head."""
HEAD_SIGNED: Final = "register.head"
"""Event: there are new signed heads, up to `seq`."""

_LAST: Final = select(func.max(register.c.seq))
_AFTER: Final = (
    select(register.c.seq, register.c.hash, register.c.record)
    .where(register.c.seq > bindparam("after"), register.c.kind.in_(ABOUT_POSTS))
    .order_by(register.c.seq)
    .limit(BATCH)
)
_BODIES: Final = select(post.c.id, post.c.revision, post.c.body).where(
    post.c.id.in_(bindparam("posts", expanding=True))
)
_OLDER: Final = select(post_revision.c.post_id, post_revision.c.revision, post_revision.c.body).where(
    post_revision.c.post_id.in_(bindparam("posts", expanding=True))
)
