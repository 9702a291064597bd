"""Changing what is there: editing one's own posts, pinning and locking threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select, update

from bbs.errors import Conflict, Forbidden, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board
from bbs.forum.posts.listing import PINS_MOST, POST_COLUMNS, post_of
from bbs.forum.posts.posts import Post
from bbs.forum.proof import register
from bbs.forum.writing.posting import record_official
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import post, post_revision, thread, thread_mark

OFFICIAL_GRACE: Final = timedelta(minutes=10)
"""How long an official post may still be corrected; after that an officer writes another one."""


def edit(tx: Tx, actor: Actor, number: int, body: str, at: datetime, boards: Mapping[int, Board]) -> Post:
    """Change one's own post, keeping the old text as a revision.

    Raises NotFound(`post.not_found`), Forbidden(`access.denied`), Conflict(`thread.locked`, `post.is_hidden`,
    `post.is_moved`, `post.is_withdrawn`, `post.official_old`)."""
    place, old, title = own_post(tx, actor, number, at, boards)
    if old.body == body:
        return old
    written = {
        "post_id": number,
        "revision": old.revision,
        "body": old.body,
        "written_at": old.edited_at or old.created_at,
    }
    tx.connection.execute(insert(post_revision), written)
    tx.connection.execute(_REWRITE, {"p": number, "text": body, "number": old.revision + 1, "at": at})
    count_change(tx, actor, old.thread)
    search.index(tx, Kind.POST, number, body, Tags(actor.account_id or 0, place.id, old.created_at))
    made = replace(old, body=body, revision=old.revision + 1, edited_at=at)
    record_official(tx, actor, made, title, at, edited=True)
    tx.emit("post.changed", board=place.slug, thread=old.thread, floor=old.floor, post=number, author=old.author)
    return made


def own_post(tx: Tx, actor: Actor, number: int, at: datetime, boards: Mapping[int, Board]) -> tuple[Board, Post, str]:
    """One's own post that may be changed now, with its board and its thread's title; raises as `edit`."""
    row = tx.connection.execute(_FOUND, {"p": number}).first()
    if row is None or row.board_id not in boards or row.thread_hidden_at is not None:
        raise NotFound("post.not_found", post=number)
    place = boards[row.board_id]
    access.require(actor, Verb.POST_EDIT, place=place)
    if row.author_id != actor.account_id:
        raise Forbidden("access.denied", verb=Verb.POST_EDIT.value)
    if row.moved_to is not None:
        raise Conflict("post.is_moved", post=number, route=row.moved_to)
    if row.hidden_at is not None:
        raise Conflict("post.is_hidden", post=number)
    if row.withdrawn_at is not None:
        raise Conflict("post.is_withdrawn", post=number)
    if row.locked:
        raise Conflict("thread.locked", thread=row.thread_id)
    old = post_of(row, sees_hidden=True)
    if old.official is not None and at - old.created_at > OFFICIAL_GRACE:
        raise Conflict("post.official_old", minutes=int(OFFICIAL_GRACE.total_seconds() // 60))
    return place, old, row.title


def count_change(tx: Tx, actor: Actor, thread_id: int) -> None:
    """Count a change of a thread: who made it has seen it; somebody else who had read the thread has not."""
    change = tx.connection.execute(_CHANGE, {"t": thread_id}).scalar_one()
    tx.connection.execute(_SEEN, {"t": thread_id, "a": actor.account_id, "change": change})


def pin(tx: Tx, actor: Actor, number: int, at: datetime, boards: Mapping[int, Board], *, on: bool) -> None:
    """Pin a thread or let it go; NotFound, Forbidden, Conflict(`thread.pins_full`). Recorded."""
    place, now = _thread(tx, actor, number, boards, Verb.THREAD_PIN)
    if now.pinned == on:
        return
    if on and tx.connection.execute(_PINS, {"b": place.id}).scalar_one() >= PINS_MOST:
        raise Conflict("thread.pins_full", most=PINS_MOST)
    tx.connection.execute(update(thread).where(thread.c.id == number).values(pinned=on))
    _tell(tx, actor, number, at, place, "thread.pin" if on else "thread.unpin", now.title)


def lock(tx: Tx, actor: Actor, number: int, at: datetime, boards: Mapping[int, Board], *, on: bool) -> None:
    """Lock a thread against replies or open it; NotFound, Forbidden. Recorded."""
    place, now = _thread(tx, actor, number, boards, Verb.THREAD_LOCK)
    if now.locked == on:
        return
    tx.connection.execute(update(thread).where(thread.c.id == number).values(locked=on))
    _tell(tx, actor, number, at, place, "thread.lock" if on else "thread.unlock", now.title)


def keep(tx: Tx, actor: Actor, number: int, at: datetime, boards: Mapping[int, Board], *, on: bool) -> None:
    """Mark a thread as one to keep, or no longer; NotFound, Forbidden. Recorded."""
    place, now = _thread(tx, actor, number, boards, Verb.THREAD_KEEP)
    if now.kept != on:
        tx.connection.execute(update(thread).where(thread.c.id == number).values(kept=on))
        _tell(tx, actor, number, at, place, "thread.keep" if on else "thread.unkeep", now.title)


def digest(tx: Tx, actor: Actor, number: int, at: datetime, boards: Mapping[int, Board], *, on: bool) -> None:
    """Mark a thread for the digest of its board, or no longer; NotFound, Forbidden. Recorded."""
    place, now = _thread(tx, actor, number, boards, Verb.THREAD_DIGEST)
    if now.digest != on:
        tx.connection.execute(update(thread).where(thread.c.id == number).values(digest=on))
        _tell(tx, actor, number, at, place, "thread.digest" if on else "thread.undigest", now.title)


def _thread(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board], verb: Verb) -> tuple[Board, Any]:
    row = tx.connection.execute(_THREAD, {"t": number}).first()
    if row is None or row.board_id not in boards:
        raise NotFound("thread.not_found", thread=number)
    access.require(actor, verb, place=boards[row.board_id])
    return boards[row.board_id], row


def _tell(tx: Tx, actor: Actor, number: int, at: datetime, place: Board, kind: str, title: str) -> None:
    register.append(tx, at, kind, actor, f"/t/{number}", {"thread": number, "board": place.slug, "title": title})
    tx.emit("thread.changed", board=place.slug, thread=number)


_FOUND: Final = (
    select(
        *POST_COLUMNS,
        post.c.author_id,
        thread.c.board_id,
        thread.c.locked,
        thread.c.title,
        thread.c.hidden_at.label("thread_hidden_at"),
    )
    .join(thread, thread.c.id == post.c.thread_id)
    .where(post.c.id == bindparam("p"))
)
_REWRITE: Final = (
    update(post)
    .where(post.c.id == bindparam("p"))
    .values(body=bindparam("text"), revision=bindparam("number"), edited_at=bindparam("at"))
)
_CHANGE: Final = (
    update(thread).where(thread.c.id == bindparam("t")).values(change=thread.c.change + 1).returning(thread.c.change)
)
_SEEN: Final = (
    update(thread_mark)
    .where(
        thread_mark.c.thread_id == bindparam("t"),
        thread_mark.c.account_id == bindparam("a"),
        thread_mark.c.seen_change == bindparam("change") - 1,
    )
    .values(seen_change=bindparam("change"))
)
_THREAD: Final = select(
    thread.c.board_id, thread.c.pinned, thread.c.locked, thread.c.kept, thread.c.digest, thread.c.title
).where(thread.c.id == bindparam("t"))
_PINS: Final = select(func.count()).where(thread.c.board_id == bindparam("b"), thread.c.pinned.is_(True))
