"""Moving a thread into another board: with a reason, for all to see; nobody's reading marks are the worse for it."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.access_terms import MEMBERS, PUBLIC
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.people.inbox import notify
from bbs.forum.proof import register
from bbs.forum.reading.marks import AGAIN
from bbs.forum.writing.moderation import checked_reason
from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import account, board, board_mark, post, thread, thread_mark
from bbs.store.tables import register as register_table
from bbs.text.when import Clock

MOVED: Final = "thread.moved"
"""Event: a thread is in another board now; payload `thread`, `board` (where it is), `was` (where it was)."""
AT_ONCE: Final = 200
"""Posts of a moved thread that are read at a time."""
MOVES_MOST: Final = 20
"""Moves of a thread in one list, the newest ones."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a thread, boards by their slugs. Time is UTC."""

    at: datetime
    by: str
    old: str
    new: str
    reason: str


class Moving:
    """The rules of moving threads."""

    def __init__(self, db: Database, clock: Clock, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards

    async def move(self, actor: Actor, number: int, to: Board, reason: str) -> Board:
        """Move a thread; moderators of the board it is in, into one they moderate or where members start threads.

        It is no longer pinned there. Recorded, and its opener is told. The board it came from.
        Raises NotFound(`thread.not_found`), Forbidden, Invalid(`hide.no_reason`, `hide.long`, `move.same`),
        Conflict(`board.archived`, `move.wider`, `move.case`)."""
        why = checked_reason(reason)
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> Board:
            row = tx.connection.execute(_THREAD, {"t": number if 0 < number < 2**31 else 0}).first()
            if row is None or row.board_id not in boards:
                raise NotFound("thread.not_found", thread=number)
            home = boards[row.board_id]
            _check(actor, row, home, to)
            open_now = select(board.c.id).where(board.c.id == to.id, board.c.archived_at.is_(None))
            if tx.connection.execute(open_now).first() is None:
                raise Conflict("board.archived", board=to.slug)
            _keep_marks(tx, number, home.id, to.id)
            tx.connection.execute(_MOVE, {"t": number, "to": to.id})
            _find_there(tx, row, to.id)
            tx.connection.execute(_COUNT, {"b": home.id, "by": -1})
            tx.connection.execute(_COUNT, {"b": to.id, "by": 1})
            record = {"thread": number, "title": row.title, "from": home.slug, "to": to.slug, "reason": why}
            register.append(tx, at, register.THREAD_MOVE, actor, f"/t/{number}", record)
            if row.author_id != actor.account_id:
                facts = {"title": row.title, "board": to.slug, "reason": why}
                notify(tx, [row.author_id], "moved", f"/t/{number}", at, **facts)
            tx.emit("thread.changed", board=home.slug, thread=number)
            tx.emit(MOVED, board=to.slug, was=home.slug, thread=number)
            return home

        return await self._db.write(unit)

    async def moves(self, actor: Actor, number: int) -> list[Move]:
        """The moves of a thread, newest first, where the actor may read it; empty for others and guests."""
        boards = await self._boards.readable(actor)
        if not access.allowed(actor, Verb.REGISTER_READ):
            return []

        def unit(tx: Tx) -> list[Move]:
            row = tx.connection.execute(_THREAD, {"t": number}).first()
            if row is None or row.board_id not in boards:
                return []
            rows = tx.connection.execute(_MOVES, {"subject_": f"/t/{number}"}).all()
            records: list[tuple[Any, dict[str, str]]] = [(each, json.loads(each.record)) for each in rows]
            return [Move(each.at, each.actor, said["from"], said["to"], said["reason"]) for each, said in records]

        return await self._db.read(unit)


def _check(actor: Actor, row: Any, home: Board, to: Board) -> None:
    """Whether it may go there: it must neither be dumped on others nor be shown to more people than it was for."""
    access.require(actor, Verb.THREAD_MOVE, place=home)
    if home.id == to.id:
        raise Invalid("move.same", board=to.slug)
    if to.archived:
        raise Conflict("board.archived", board=to.slug)
    if to.post != MEMBERS and not access.allowed(actor, Verb.THREAD_MOVE, place=to):
        raise Forbidden("access.denied", verb=Verb.THREAD_MOVE.value)
    if to.read == PUBLIC and home.read != PUBLIC:
        raise Conflict("move.wider", board=to.slug)
    if row.case_state is not None:
        raise Conflict("move.case", thread=row.id)


def _find_there(tx: Tx, row: Any, to: int) -> None:
    """Let the title and the posts be found in the board where they are now."""
    search.index(tx, Kind.THREAD, row.id, row.title, Tags(row.author_id, to, row.created_at))
    floor = 0
    while floors := tx.connection.execute(_BODIES, {"t": row.id, "floor": floor, "most": AT_ONCE}).all():
        for each in floors:
            if each.hidden_at is None and each.withdrawn_at is None:
                search.index(tx, Kind.POST, each.id, each.body, Tags(each.author_id, to, each.created_at))
        floor = floors[-1].floor


def _keep_marks(tx: Tx, number: int, home: int, to: int) -> None:
    """Give those who read the two boards to different points a mark of their own, so that what they read stays so."""
    posts = tx.connection.execute(_POSTS, {"t": number}).all()
    ids = [each.id for each in posts]
    rows = tx.connection.execute(_READERS, {"t": number, "home": home, "to": to}).all()
    change = tx.connection.execute(select(thread.c.change).where(thread.c.id == number)).scalar_one()
    kept: list[dict[str, Any]] = []
    for row in rows:
        before = row.baseline_post_id if row.home_water is None else row.home_water
        after = row.baseline_post_id if row.to_water is None else row.to_water
        reached, counted = max(before, row.read_post_id or 0), max(after, row.read_post_id or 0)
        read = bisect_right(ids, reached)
        if row.seen_change == AGAIN or read == bisect_right(ids, counted):
            continue
        # Where the new board's watermark would count as read what was not, the whole thread is unread again.
        again = counted > reached
        seen = row.seen_change if row.seen_change is not None and row.seen_change >= 0 else change
        at = posts[read - 1] if read else None
        kept.append(
            {
                "account_id": row.id,
                "thread_id": number,
                "read_floor": at.floor if at else 0,
                "read_post_id": at.id if at else 0,
                "seen_change": AGAIN if again else seen,
            }
        )
        if again:
            tx.emit("marks.again", account=row.id)
    if kept:
        tx.connection.execute(_MARK[tx.dialect], kept)


_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _mark(dialect: str) -> Any:
    statement = _INSERT[dialect](thread_mark)
    new = statement.excluded
    values = {name: new[name] for name in ("read_floor", "read_post_id", "seen_change")}
    return statement.on_conflict_do_update(
        index_elements=[thread_mark.c.account_id, thread_mark.c.thread_id], set_=values
    )


_MARK: Final = {dialect: _mark(dialect) for dialect in ("sqlite", "postgresql")}
_THREAD: Final = select(
    thread.c.id, thread.c.board_id, thread.c.title, thread.c.author_id, thread.c.created_at, thread.c.case_state
).where(thread.c.id == bindparam("t"))
_BODIES: Final = (
    select(
        post.c.id,
        post.c.floor,
        post.c.author_id,
        post.c.created_at,
        post.c.body,
        post.c.hidden_at,
        post.c.withdrawn_at,
    )
    .where(post.c.thread_id == bindparam("t"), post.c.floor > bindparam("floor"))
    .order_by(post.c.floor)
    .limit(bindparam("most"))
)
_POSTS: Final = select(post.c.id, post.c.floor).where(post.c.thread_id == bindparam("t")).order_by(post.c.floor)
_HOME: Final = board_mark.alias("home_mark")
_TO: Final = board_mark.alias("to_mark")
_READERS: Final = (
    select(
        account.c.id,
        account.c.baseline_post_id,
        _HOME.c.upto_post_id.label("home_water"),
        _TO.c.upto_post_id.label("to_water"),
        thread_mark.c.read_post_id,
        thread_mark.c.seen_change,
    )
    .select_from(
        account.outerjoin(_HOME, (_HOME.c.account_id == account.c.id) & (_HOME.c.board_id == bindparam("home")))
        .outerjoin(_TO, (_TO.c.account_id == account.c.id) & (_TO.c.board_id == bindparam("to")))
        .outerjoin(
            thread_mark, (thread_mark.c.account_id == account.c.id) & (thread_mark.c.thread_id == bindparam("t"))
        )
    )
    .where(or_(_HOME.c.account_id.is_not(None), _TO.c.account_id.is_not(None)))
)
_MOVE: Final = update(thread).where(thread.c.id == bindparam("t")).values(board_id=bindparam("to"), pinned=False)
_COUNT: Final = update(board).where(board.c.id == bindparam("b")).values(threads=board.c.threads + bindparam("by"))
_MOVES: Final = (
    select(register_table.c.at, register_table.c.actor, register_table.c.record)
    .where(register_table.c.kind == register.THREAD_MOVE, register_table.c.subject == bindparam("subject_"))
    .order_by(register_table.c.seq.desc())
    .limit(MOVES_MOST)
)
