"""The statements of reading marks, and what they need to know of the store."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Integer, bindparam, case, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.forum.reading.marks import ACCOUNT, AGAIN, SUSPENDED
from bbs.store.database import Tx
from bbs.store.tables import account, board_mark, post, thread, thread_mark


def newest_post(tx: Tx) -> int:
    """The number of the newest post there is; none with a lower number can appear afterwards."""
    if tx.dialect == "sqlite":
        return int(tx.connection.execute(select(func.coalesce(func.max(post.c.id), 0))).scalar_one())
    # Numbers are drawn before commits: wait for those who are writing and let nobody else begin. The sequence is read
    # and not the table, which this unit sees as it was when it began.
    tx.connection.execute(text("LOCK TABLE thread IN SHARE MODE"))
    return int(
        tx.connection.execute(
            text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM post_id_seq")
        ).scalar_one()
    )


def upsert(tx: Tx, account: int, number: int, values: dict[str, int]) -> None:
    statement = _INSERT[tx.dialect](thread_mark).values(account_id=account, thread_id=number, **values)
    tx.connection.execute(statement.on_conflict_do_update(index_elements=_MARK_KEY, set_=values))


def clear_again(tx: Tx, accounts: list[int], threads: list[int]) -> list[int]:
    """The accounts of which a thread marked unread again is now being read."""
    return list(tx.connection.execute(_CLEARED, {"accounts": accounts, "threads": threads}).scalars())


def _mark(dialect: str) -> Any:
    """The statement that writes one waiting mark: it only ever moves on."""
    floor = case((bindparam("floor") < thread.c.last_floor, bindparam("floor")), else_=thread.c.last_floor)
    seen = (
        select(post.c.id)
        .where(post.c.thread_id == thread.c.id, post.c.floor <= bindparam("floor"))
        .order_by(post.c.floor.desc())
        .limit(1)
        .scalar_subquery()
    )
    there = select(account.c.id).where(account.c.id == bindparam("a")).exists()  # it may have been erased meanwhile
    change = func.coalesce(bindparam("change", type_=Integer), thread.c.change)
    source = select(bindparam("a", type_=Integer), thread.c.id, floor, func.coalesce(seen, 0), change).where(
        thread.c.id == bindparam("t"), there
    )
    statement = _INSERT[dialect](thread_mark).from_select(_MARK_COLUMNS, source)
    return statement.on_conflict_do_update(
        index_elements=_MARK_KEY,
        set_={
            name: case(
                (statement.excluded[name] > thread_mark.c[name], statement.excluded[name]), else_=thread_mark.c[name]
            )
            for name in ("read_floor", "read_post_id", "seen_change")
        },
    )


_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_MARK_COLUMNS: Final = ["account_id", "thread_id", "read_floor", "read_post_id", "seen_change"]
_MARK_KEY: Final = [thread_mark.c.account_id, thread_mark.c.thread_id]
MARK: Final = {dialect: _mark(dialect) for dialect in _INSERT}
_MINE: Final = (thread_mark.c.account_id == bindparam("a"), thread_mark.c.thread_id == bindparam("t"))
THREAD_MARK: Final = select(thread_mark.c.read_floor, thread_mark.c.read_post_id, thread_mark.c.seen_change).where(
    *_MINE
)
DROP_MARK: Final = delete(thread_mark).where(*_MINE)
EXISTS: Final = select(thread.c.id).where(thread.c.id == bindparam("t"))
_CLEARED: Final = (
    select(thread_mark.c.account_id)
    .where(
        thread_mark.c.account_id.in_(bindparam("accounts", expanding=True)),
        thread_mark.c.thread_id.in_(bindparam("threads", expanding=True)),
        thread_mark.c.seen_change == AGAIN,
    )
    .distinct()
)
MARKED_AGAIN: Final = select(thread_mark.c.thread_id).where(
    thread_mark.c.account_id == ACCOUNT, thread_mark.c.seen_change == AGAIN
)
BOARD_MARK: Final = select(board_mark.c.upto_post_id, board_mark.c.undo_post_id).where(
    board_mark.c.account_id == bindparam("account"), board_mark.c.board_id == bindparam("board")
)
MAKE_BOARD_MARK: Final = insert(board_mark).values(
    account_id=bindparam("a"), board_id=bindparam("b"), upto_post_id=bindparam("upto"), undo_post_id=bindparam("undo")
)
MOVE_BOARD_MARK: Final = (
    update(board_mark)
    .where(board_mark.c.account_id == bindparam("a"), board_mark.c.board_id == bindparam("b"))
    .values(upto_post_id=bindparam("upto"), undo_post_id=bindparam("undo"))
)
_CHANGE_NOW: Final = select(thread.c.change).where(thread.c.id == thread_mark.c.thread_id).scalar_subquery()
_IN_BOARD: Final = (
    select(thread.c.id)
    .where(
        thread.c.id == thread_mark.c.thread_id,
        thread.c.board_id == bindparam("b"),
        thread.c.last_post_id <= bindparam("newest"),
    )
    .correlate(thread_mark)
)
_CHANGED_IN_BOARD: Final = _IN_BOARD.where(thread.c.change > thread_mark.c.seen_change)
SEE_CHANGES: Final = (
    update(thread_mark)
    .where(thread_mark.c.account_id == bindparam("a"), thread_mark.c.seen_change >= 0, _CHANGED_IN_BOARD.exists())
    .values(seen_change=_CHANGE_NOW)
)


def _turn(old: int, new: int) -> Any:
    marks = thread_mark.c.account_id == bindparam("a")
    return (
        update(thread_mark).where(marks, thread_mark.c.seen_change == old, _IN_BOARD.exists()).values(seen_change=new)
    )


DROP_SUSPENDED: Final = delete(thread_mark).where(
    thread_mark.c.account_id == bindparam("a"), thread_mark.c.seen_change == SUSPENDED, _IN_BOARD.exists()
)
SUSPEND: Final = _turn(AGAIN, SUSPENDED)
RESUME: Final = _turn(SUSPENDED, AGAIN)
