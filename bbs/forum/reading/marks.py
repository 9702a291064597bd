"""What reading marks mean: how a thread stands for one reader.

A reader has a watermark in each board (what is older was never unread, or was marked read all at once) and marks of
single threads. Posts get their numbers in the order they are written, so comparing numbers is exact.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, or_, select

from bbs.forum.posts.posts import ReadState
from bbs.store.tables import board_mark, post, thread, thread_mark

AGAIN: Final = -1
"""`seen_change` of a thread that its reader marked unread again; whatever the watermark says, it is unread."""
SUSPENDED: Final = -2
"""`seen_change` of the same after the whole board was marked read; undoing that makes it AGAIN."""

ACCOUNT: Final = bindparam("account", type_=Integer)
BASELINE: Final = bindparam("baseline", type_=Integer)

MARK_OF_THREAD: Final = and_(thread_mark.c.account_id == ACCOUNT, thread_mark.c.thread_id == thread.c.id)


def watermark(board_id: Any) -> ColumnElement[int]:
    """The reader's watermark in a board: the number of a post up to which everything counts as read.

    Where the board was never marked read that is the baseline of the account; a mark is never below it."""
    marked = (
        select(board_mark.c.upto_post_id)
        .where(board_mark.c.account_id == ACCOUNT, board_mark.c.board_id == board_id)
        .correlate_except(board_mark)
        .scalar_subquery()
    )
    return func.coalesce(marked, BASELINE)


def is_unread(board_id: Any, *, again: bool) -> ColumnElement[bool]:
    """Whether a thread (joined by MARK_OF_THREAD) is unread. An index bounds it, unless the reader has threads marked

    unread again (`again`), which may lie below the watermark."""
    above = and_(
        thread.c.last_post_id > watermark(board_id),
        or_(thread_mark.c.read_post_id.is_(None), thread_mark.c.read_post_id < thread.c.last_post_id),
    )
    return or_(above, thread_mark.c.seen_change == AGAIN) if again else above


def is_muted() -> ColumnElement[bool]:
    """Whether the reader muted a thread or the one who started it; what is official is never muted."""
    return or_(
        thread.c.id.in_(bindparam("muted_threads", expanding=True)),
        and_(thread.c.author_id.in_(bindparam("muted_people", expanding=True)), thread.c.official_office.is_(None)),
    )


def floor_below(water: ColumnElement[int]) -> ColumnElement[int | None]:
    """The highest floor at or below the watermark, where the thread stands across it; else NULL, and costs nothing."""
    older = post.alias("older")
    found = (
        select(older.c.floor)
        .where(older.c.thread_id == thread.c.id, older.c.id <= water)
        .order_by(older.c.floor.desc())
        .limit(1)
        .correlate_except(older)
        .scalar_subquery()
    )
    across = and_(thread.c.last_post_id > water, func.coalesce(thread_mark.c.read_post_id, 0) < water)
    return case((across, found))


def standing(
    last_post_id: int,
    last_floor: int,
    change: int,
    water: int,
    below: int | None,
    read_floor: int | None,
    read_post_id: int | None,
    seen_change: int | None,
) -> tuple[ReadState, int]:
    """The state of a thread and the highest floor read, from its numbers, the watermark and the reader's mark."""
    if seen_change == AGAIN:
        return ReadState.UNREAD, 0
    if last_post_id <= max(water, read_post_id or 0):
        changed = seen_change is not None and seen_change >= 0 and change > seen_change
        return (ReadState.CHANGED if changed else ReadState.READ), last_floor
    return ReadState.UNREAD, max(below or 0, read_floor or 0)
