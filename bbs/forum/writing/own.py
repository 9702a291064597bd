"""What people do with what they wrote: take it back for a while or for good, retitle it, say which answer helped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.posts.listing import POST_COLUMNS, post_of
from bbs.forum.posts.posts import Post
from bbs.forum.proof import register
from bbs.forum.writing.editing import OFFICIAL_GRACE, count_change, own_post
from bbs.forum.writing.pace import Pace
from bbs.forum.writing.posting import record_official
from bbs.forum.writing.writing import checked_title
from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import post, thread
from bbs.text.when import Clock

WITHDRAW_UNDO: Final = timedelta(minutes=10)
"""How long what was withdrawn can be put back by its author."""


class OwnPosts:
    """The rules of withdrawing, retitling and marking the answer that helped."""

    def __init__(self, db: Database, clock: Clock, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._pace = Pace(clock)

    async def withdraw(self, actor: Actor, number: int) -> Post:
        """Take back one's own post: members no longer see its text, moderators do, its floor stays.

        Raises as `editing.edit`. Recorded when it was official."""
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> Post:
            place, old, title = own_post(tx, actor, number, at, boards)
            tx.connection.execute(_WITHDRAW, {"p": number, "at": at})
            tx.connection.execute(_NOT_HELPFUL, {"t": old.thread, "f": old.floor})
            search.remove(tx, Kind.POST, number)
            if old.official is not None:
                _record(tx, actor, register.POST_WITHDRAW, old, place, title, at)
            _tell(tx, place, old)
            return replace(old, withdrawn=True)

        return await self._db.write(unit)

    async def put_back(self, actor: Actor, number: int) -> Post:
        """Show again what one withdrew within the last WITHDRAW_UNDO.

        Raises NotFound(`post.not_found`), Forbidden, Conflict(`post.not_withdrawn`, `post.withdrawn_long`)."""
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> Post:
            row = tx.connection.execute(_WITHDRAWN, {"p": number}).first()
            if row is None or row.board_id not in boards or row.thread_hidden_at is not None:
                raise NotFound("post.not_found", post=number)
            place = boards[row.board_id]
            access.require(actor, Verb.POST_EDIT, place=place)
            if row.author_id != actor.account_id:
                raise Forbidden("access.denied", verb=Verb.POST_EDIT.value)
            if row.withdrawn_at is None:
                raise Conflict("post.not_withdrawn", post=number)
            if at - row.withdrawn_at > WITHDRAW_UNDO:
                raise Conflict("post.withdrawn_long", minutes=int(WITHDRAW_UNDO.total_seconds() // 60))
            tx.connection.execute(_WITHDRAW, {"p": number, "at": None})
            made = replace(post_of(row, sees_hidden=True), withdrawn=False)
            if not made.hidden:
                search.index(tx, Kind.POST, number, made.body, Tags(row.author_id, place.id, row.created_at))
            if made.official is not None:
                _record(tx, actor, register.POST_PUT_BACK, made, place, row.title, at)
            _tell(tx, place, made)
            return made

        return await self._db.write(unit)

    async def retitle(self, actor: Actor, number: int, title: str) -> str:
        """Give one's own thread, or as a moderator another's, a new title; the clean title.

        The old one is kept in the register, for moderators to see. Raises NotFound(`thread.not_found`), Forbidden,
        Conflict(`thread.locked`, `post.official_old`, `thread.official_title`), Invalid(`title.empty`, `title.long`,
        `title.imitates`), TryLater(`post.too_fast`, seconds).
        """
        clean = checked_title(title, official=actor.kind is AccountKind.OFFICER)
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> str:
            row = tx.connection.execute(_THREAD, {"t": number}).first()
            if row is None or row.board_id not in boards or row.hidden_at is not None:
                raise NotFound("thread.not_found", thread=number)
            place = boards[row.board_id]
            _may_retitle(actor, row, place, at)
            if row.title == clean:
                return clean
            tx.connection.execute(update(thread).where(thread.c.id == number).values(title=clean))
            search.index(tx, Kind.THREAD, number, clean, Tags(row.author_id, place.id, row.created_at))
            count_change(tx, actor, number)
            record = {"thread": number, "board": place.slug, "from": row.title, "to": clean}
            register.append(tx, at, register.THREAD_RETITLE, actor, f"/t/{number}", record)
            if row.official_office is not None:
                first = tx.connection.execute(_FIRST, {"t": number}).one()
                record_official(tx, actor, post_of(first, sees_hidden=True), clean, at, edited=True)
            tx.emit("thread.changed", board=place.slug, thread=number)
            return clean

        turn = self._pace.take(actor.name, f"{number}\n{clean}", since=None)
        try:
            return await self._db.write(unit)
        except BaseException:
            self._pace.give_back(turn)
            raise

    async def helpful(self, actor: Actor, number: int, floor: int | None) -> None:
        """Say which answer to one's own thread helped, or with None that none did.

        Raises NotFound(`thread.not_found`), Forbidden(`access.denied`), Invalid(`helpful.floor`)."""
        boards = await self._boards.readable(actor)

        def unit(tx: Tx) -> None:
            row = tx.connection.execute(_THREAD, {"t": number}).first()
            if row is None or row.board_id not in boards or row.hidden_at is not None:
                raise NotFound("thread.not_found", thread=number)
            place = boards[row.board_id]
            access.require(actor, Verb.THREAD_HELPFUL, place=place)
            if row.author_id != actor.account_id:
                raise Forbidden("access.denied", verb=Verb.THREAD_HELPFUL.value)
            if floor is not None and not _is_answer(tx, number, floor):
                raise Invalid("helpful.floor", floor=floor)
            if row.helpful_floor == floor:
                return
            tx.connection.execute(update(thread).where(thread.c.id == number).values(helpful_floor=floor))
            tx.emit("thread.changed", board=place.slug, thread=number)

        await self._db.write(unit)


def _may_retitle(actor: Actor, row: Any, place: Board, at: datetime) -> None:
    if actor.account_id is None or row.author_id != actor.account_id:
        access.require(actor, Verb.THREAD_RETITLE, place=place)
        if row.official_office is not None:  # nobody puts words into an officer's mouth
            raise Conflict("thread.official_title")
        return
    access.require(actor, Verb.POST_EDIT, place=place)
    if row.locked:
        raise Conflict("thread.locked", thread=row.id)
    if row.official_office is not None and at - row.created_at > OFFICIAL_GRACE:
        raise Conflict("post.official_old", minutes=int(OFFICIAL_GRACE.total_seconds() // 60))


def _is_answer(tx: Tx, number: int, floor: int) -> bool:
    if not 2 <= floor < 2**31:
        return False
    row = tx.connection.execute(_FLOOR, {"t": number, "f": floor}).first()
    return row is not None and row.hidden_at is None and row.withdrawn_at is None


def _record(tx: Tx, actor: Actor, kind: str, old: Post, place: Board, title: str, at: datetime) -> None:
    record: Mapping[str, Any] = {
        "post": old.id,
        "thread": old.thread,
        "floor": old.floor,
        "board": place.slug,
        "title": title,
    }
    register.append(tx, at, kind, actor, old.route, dict(record))


def _tell(tx: Tx, place: Board, old: Post) -> None:
    tx.emit("post.changed", board=place.slug, thread=old.thread, floor=old.floor, post=old.id, author=old.author)


_WITHDRAW: Final = update(post).where(post.c.id == bindparam("p")).values(withdrawn_at=bindparam("at"))
_NOT_HELPFUL: Final = (
    update(thread)
    .where(thread.c.id == bindparam("t"), thread.c.helpful_floor == bindparam("f"))
    .values(helpful_floor=None)
)
_WITHDRAWN: Final = (
    select(
        *POST_COLUMNS,
        post.c.author_id,
        thread.c.board_id,
        thread.c.title,
        thread.c.hidden_at.label("thread_hidden_at"),
    )
    .join(thread, thread.c.id == post.c.thread_id)
    .where(post.c.id == bindparam("p"))
)
_THREAD: Final = select(
    thread.c.id,
    thread.c.board_id,
    thread.c.title,
    thread.c.author_id,
    thread.c.official_office,
    thread.c.created_at,
    thread.c.locked,
    thread.c.hidden_at,
    thread.c.helpful_floor,
).where(thread.c.id == bindparam("t"))
_FIRST: Final = select(*POST_COLUMNS).where(post.c.thread_id == bindparam("t"), post.c.floor == 1)
_FLOOR: Final = select(post.c.hidden_at, post.c.withdrawn_at).where(
    post.c.thread_id == bindparam("t"), post.c.floor == bindparam("f")
)
