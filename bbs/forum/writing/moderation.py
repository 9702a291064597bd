"""Hiding a post with a reason, and showing it again: moderators act on posts, in the open, never on persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.proof import register
from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import post, thread
from bbs.text.clean import clean_line
from bbs.text.when import Clock

REASON_LIMIT: Final = 200
"""Characters of the reason for hiding a post."""
_RAW: Final = 2_000  # characters looked at before cleaning


def checked_reason(reason: str) -> str:
    """The clean reason of something that a moderator does; raises Invalid(`hide.no_reason`, `hide.long`)."""
    why = clean_line(reason) if len(reason) <= _RAW else ""
    if len(reason) > _RAW or len(why) > REASON_LIMIT:
        raise Invalid("hide.long", most=REASON_LIMIT)
    if not why:
        raise Invalid("hide.no_reason")
    return why


class Moderation:
    """The rules of hiding and restoring."""

    def __init__(self, db: Database, clock: Clock, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards

    async def hide(self, actor: Actor, number: int, reason: str) -> None:
        """Hide a post: its floor stays and says why. Hiding again changes the reason. Recorded.

        Raises NotFound(`post.not_found`), Forbidden, Conflict(`post.is_moved`), Invalid(`hide.no_reason`,
        `hide.long`)."""
        why = checked_reason(reason)
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> None:
            place, row = _found(tx, actor, number, boards)
            if row.hidden_at is not None and row.hidden_reason == why:
                return
            tx.connection.execute(_HIDE, {"p": number, "at": at, "why": why})
            tx.connection.execute(_NOT_HELPFUL, {"t": row.thread_id, "f": row.floor})
            search.remove(tx, Kind.POST, number)
            record = {"post": number, "thread": row.thread_id, "floor": row.floor, "board": place.slug, "reason": why}
            register.append(tx, at, register.POST_HIDE, actor, f"/t/{row.thread_id}#{row.floor}", record)
            _tell(tx, place, row)

        await self._db.write(unit)

    async def restore(self, actor: Actor, number: int) -> None:
        """Show a hidden post again; nothing happens when it is not hidden. Recorded. Raises as `hide`."""
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> None:
            place, row = _found(tx, actor, number, boards)
            if row.hidden_at is None:
                return
            tx.connection.execute(_HIDE, {"p": number, "at": None, "why": None})
            if row.withdrawn_at is None:
                search.index(tx, Kind.POST, number, row.body, Tags(row.author_id, place.id, row.created_at))
            record = {"post": number, "thread": row.thread_id, "floor": row.floor, "board": place.slug}
            register.append(tx, at, register.POST_RESTORE, actor, f"/t/{row.thread_id}#{row.floor}", record)
            _tell(tx, place, row)

        await self._db.write(unit)


def _found(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board]) -> tuple[Board, Any]:
    row = tx.connection.execute(_FOUND, {"p": number}).first()
    if row is None or row.board_id not in boards:
        raise NotFound("post.not_found", post=number)
    access.require(actor, Verb.POST_HIDE, place=boards[row.board_id])
    if row.moved_to is not None:
        raise Conflict("post.is_moved", post=number, route=row.moved_to)
    return boards[row.board_id], row


def _tell(tx: Tx, place: Board, row: Any) -> None:
    tx.emit("post.changed", board=place.slug, thread=row.thread_id, floor=row.floor, post=row.id, author=row.author)


_FOUND: Final = (
    select(
        post.c.id,
        post.c.thread_id,
        post.c.floor,
        post.c.author_id,
        post.c.author,
        post.c.created_at,
        post.c.body,
        post.c.hidden_at,
        post.c.hidden_reason,
        post.c.withdrawn_at,
        post.c.moved_to,
        thread.c.board_id,
    )
    .join(thread, thread.c.id == post.c.thread_id)
    .where(post.c.id == bindparam("p"))
)
_HIDE: Final = (
    update(post).where(post.c.id == bindparam("p")).values(hidden_at=bindparam("at"), hidden_reason=bindparam("why"))
)
_NOT_HELPFUL: Final = (
    update(thread)
    .where(thread.c.id == bindparam("t"), thread.c.helpful_floor == bindparam("f"))
    .values(helpful_floor=None)
)
