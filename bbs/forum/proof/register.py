"""The register: an append-only, hash-chained record of official posts, moderation and sysop acts.

An entry's hash is SHA-256 over the hash before it (64 zeros for the first), a line feed, and the canonical JSON of
`{actor, at, kind, record, seq, subject}`. The newest seq and hash are kept a second time among the settings, so that a
tail that was cut off is noticed; a chain rebuilt from some row on is noticed only by a head that was kept elsewhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.forum.actor import Actor
from bbs.forum.proof.canonical import canonical, sha256_text
from bbs.store.database import Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import register, setting

FIRST: Final = "0" * 64
"""What the first entry follows."""

HEAD: Final = "register.head"
"""The setting that holds the newest seq and hash."""

POST_OFFICIAL: Final = "post.official"
POST_OFFICIAL_EDIT: Final = "post.official-edit"
POST_WITHDRAW: Final = "post.withdraw"
POST_PUT_BACK: Final = "post.put-back"
POST_HIDE: Final = "post.hide"
POST_RESTORE: Final = "post.restore"
THREAD_RETITLE: Final = "thread.retitle"
THREAD_MOVE: Final = "thread.move"
THREAD_SPLIT: Final = "thread.split"
THREAD_MERGE: Final = "thread.merge"
THREAD_REJOIN: Final = "thread.rejoin"
TEMPLATE_SET: Final = "template.set"
TEMPLATE_DROP: Final = "template.drop"
ABOUT_POSTS: Final = (POST_OFFICIAL, POST_OFFICIAL_EDIT)

RECORDED: Final = "official.recorded"
"""Event: there is a new entry about an official post; payload `post` and `seq`."""
"""Kinds of entries that say what an official post is; the newest one about a post counts."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok`, how many entries were checked, and the first broken one with the reason's message id.

    `broken_upto`: what is wrong lies between `broken_seq` and here, where only a head kept elsewhere tells of it.
    `heads`: how many signed heads the chain was held against.
    """

    ok: bool
    entries: int
    broken_seq: int | None = None
    reason: str = ""
    head: str = ""
    broken_upto: int | None = None
    heads: int = 0


def append(tx: Tx, at: datetime, kind: str, actor: Actor, subject: str, record: dict[str, Any]) -> int:
    """Append an entry in the caller's transaction; returns its seq."""
    at = at.replace(microsecond=0)
    last_seq, last_hash = _take_head(tx)
    seq = last_seq + 1
    digest = chain(last_hash, seq, at, kind, actor.name, subject, record)
    _APPEND.run(
        tx,
        {
            "seq": seq,
            "at": at,
            "kind": kind,
            "actor": actor.name,
            "subject": subject,
            "record": canonical(record),
            "previous": last_hash,
            "hash": digest,
        },
    )
    _MOVE_HEAD.run(tx, {"head": HEAD, "newest": f"{seq} {digest}"})
    return seq


def chain(previous: str, seq: int, at: datetime, kind: str, actor: str, subject: str, record: dict[str, Any]) -> str:
    """The hash of an entry that follows `previous`."""
    return hashlib.sha256(hashed(previous, seq, at, kind, actor, subject, record).encode()).hexdigest()


def hashed(previous: str, seq: int, at: datetime, kind: str, actor: str, subject: str, record: dict[str, Any]) -> str:
    """The text whose SHA-256 is the hash of an entry."""
    said = canonical({"seq": seq, "at": at, "kind": kind, "actor": actor, "subject": subject, "record": record})
    return f"{previous}\n{said}"


def official_record(
    *,
    post: int,
    thread: int,
    floor: int,
    revision: int,
    board: str,
    title: str,
    body: str,
    office: str,
    name: str,
    name_title_zh: str,
    name_title_en: str,
    created_at: datetime,
    edited_at: datetime | None = None,
) -> dict[str, Any]:
    """What the register keeps of an official post: who said it in which office, and the hash of what was said.

    `title` is the thread's, `name_title_…` are the officer's. Nothing in it is for few only: an exported entry can be
    checked against its hash by anybody.
    """
    return {
        "post": post,
        "thread": thread,
        "floor": floor,
        "revision": revision,
        "board": board,
        "title": title,
        "body_sha256": sha256_text(body),
        "office": office,
        "name": name,
        "title_zh": name_title_zh,
        "title_en": name_title_en,
        "created_at": created_at,
        "edited_at": edited_at,
    }


def read_head(tx: Tx) -> tuple[int, str]:
    """The newest seq and hash as kept among the settings; (0, FIRST) before the first entry."""
    value = tx.connection.execute(select(setting.c.value).where(setting.c.name == HEAD)).scalar_one_or_none()
    return _head(value)


def _head(value: str | None) -> tuple[int, str]:
    seq, _, digest = (value or "").partition(" ")
    return (int(seq), digest) if seq.isdecimal() and digest else (0, FIRST)


def _take_head(tx: Tx) -> tuple[int, str]:
    """Read the head and hold it until the commit: numbers have no gaps, and no two entries follow the same one."""
    if tx.dialect == "sqlite":  # the one writer there is
        row = _HEAD.first(tx, {"head": HEAD})
        if row is None:
            tx.connection.execute(sqlite.insert(setting).values(name=HEAD, value=f"0 {FIRST}"))
        return _head(row.value if row else None)
    made = postgresql.insert(setting).values(name=HEAD, value=f"0 {FIRST}")
    tx.connection.execute(made.on_conflict_do_nothing(index_elements=["name"]))
    held = select(setting.c.value).where(setting.c.name == HEAD).with_for_update()
    return _head(tx.connection.execute(held).scalar_one())


_HEAD: Final = Prepared(select(setting.c.value).where(setting.c.name == bindparam("head")))
_APPEND: Final = Prepared(insert(register), [column.name for column in register.c])
_MOVE_HEAD: Final = Prepared(
    update(setting).where(setting.c.name == bindparam("head")).values(value=bindparam("newest"))
)
