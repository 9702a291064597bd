"""Carrying posts from one thread into another: the copies are new floors there, and each original says where it went.

No number that people know comes to mean something else: an original keeps its floor and its id, as what is hidden does.
Its pushes, its revisions and whoever had read it go along. Each function is a part of a unit of work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.errors import Conflict
from bbs.forum.reading.marks import AGAIN
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import account, board_mark, post, post_revision, push, thread, thread_mark

MOST: Final = 500
"""Posts carried at once."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A post that went: its author, the floor where it stood, and where it stands now."""

    author_id: int
    floor: int
    post: int
    route: str


def floors_of(tx: Tx, number: int) -> list[Any]:
    """The rows of a thread's posts in order of their floors."""
    return list(tx.connection.execute(_FLOORS, {"t": number}).all())


def carry(tx: Tx, rows: Sequence[Any], home: Any, to: int, at: datetime) -> list[Carried]:
    """Copy posts of the thread `home` behind the last floor of the thread `to`, and say so where they stood.

    Both threads are held. Who had read all of the one and of the other has nothing new to read.
    """
    before = tx.connection.execute(_END, {"t": to}).one()
    floor, last = before.last_floor, before.last_post_id
    floors: dict[int, int] = {}
    carried: list[Carried] = []
    for row in rows:
        floor += 1
        floors[row.floor] = floor
        last = _copy(tx, row, home.board_id, to, floor, floors.get(row.reply_to))
        here, there = f"/t/{row.thread_id}#{row.floor}", f"/t/{to}#{floor}"
        tx.connection.execute(_SENT, {"p": row.id, "at": at, "there": there})
        tx.connection.execute(_CAME, {"p": last, "here": here})
        search.remove(tx, Kind.POST, row.id)
        carried.append(Carried(row.author_id, row.floor, last, there))
    if carried:
        values = {"t": to, "n": len(rows), "floor_": floor, "last_": last}
        tx.connection.execute(_GROWN, values | {"at": rows[-1].created_at, "by": rows[-1].author})
        _keep_read(tx, home, rows[-1].id, to, before.last_post_id, floor, last)
        tx.connection.execute(_NOT_HELPFUL, {"t": home.id, "floors": list(floors)})
    return carried


def bring_back(tx: Tx, home: Any, there: int, at: datetime) -> list[int]:
    """Let posts of the thread `home` stand again where they stood before they were carried to `there`; their floors.

    They come with what became of them meanwhile: pushes, edits, hiding. Raises Conflict(`rejoin.none`, `rejoin.on`).
    """
    sent = tx.connection.execute(_SENT_TO, {"t": home.id, "like": f"/t/{there}#%"}).all()
    if not sent:
        raise Conflict("rejoin.none", thread=home.id, other=there)
    copies = {row.floor: row for row in floors_of(tx, there)}
    for row in sent:
        copy = copies[int(row.moved_to.rpartition("#")[2])]
        if copy.moved_to is not None:
            raise Conflict("rejoin.on", floor=copy.floor, route=copy.moved_to)
        states = ("hidden_at", "hidden_reason", "withdrawn_at", "body", "revision", "edited_at", "agrees", "disagrees")
        values = {name: getattr(copy, name) for name in states}
        tx.connection.execute(update(post).where(post.c.id == row.id).values(**values, moved_to=None))
        here = f"/t/{home.id}#{row.floor}"
        tx.connection.execute(_SENT, {"p": copy.id, "at": at, "there": here})
        _take_along(tx, copy.id, row.id, copy.revision)
        search.remove(tx, Kind.POST, copy.id)
        if copy.hidden_at is None and copy.withdrawn_at is None:
            tags = Tags(copy.author_id, home.board_id, copy.created_at)
            search.index(tx, Kind.POST, row.id, copy.body, tags)
    return [row.floor for row in sent]


def is_empty(tx: Tx, number: int) -> bool:
    """Whether nothing stands in a thread any more but where its posts went."""
    return tx.connection.execute(_STAYING, {"t": number}).first() is None


def _copy(tx: Tx, row: Any, place: int, to: int, floor: int, reply_to: int | None) -> int:
    values = {name: getattr(row, name) for name in _KEPT}
    made = tx.connection.execute(_COPY, values | {"thread_id": to, "floor": floor, "reply_to": reply_to})
    number = int(made.scalar_one())
    _take_along(tx, row.id, number, row.revision)
    search.index(tx, Kind.POST, number, row.body, Tags(row.author_id, place, row.created_at))
    return number


def _take_along(tx: Tx, old: int, new: int, upto: int) -> None:
    """What hangs on a post: its pushes go, the texts it had are copied, those it has already stay."""
    tx.connection.execute(_PUSHES, {"old": old, "new": new})
    known = set(tx.connection.execute(_REVISIONS_OF, {"p": new}).scalars())
    rows = tx.connection.execute(_REVISIONS, {"p": old, "upto": upto}).all()
    copies = [
        {"post_id": new, "revision": row.revision, "body": row.body, "written_at": row.written_at}
        for row in rows
        if row.revision not in known
    ]
    if copies:
        tx.connection.execute(insert(post_revision), copies)


def _keep_read(tx: Tx, home: Any, upto: int, to: int, end: int, floor: int, last: int) -> None:
    given = {"home": home.id, "board": home.board_id, "to": to, "upto": upto, "end": end, "floor": floor, "last": last}
    tx.connection.execute(_READ[tx.dialect], given)


_KEPT: Final = ("author_id", "author", "body", "revision", "created_at", "edited_at", "agrees", "disagrees")
_FLOORS: Final = select(post).where(post.c.thread_id == bindparam("t")).order_by(post.c.floor)
_END: Final = select(thread.c.last_floor, thread.c.last_post_id).where(thread.c.id == bindparam("t"))
_COPY: Final = insert(post).returning(post.c.id)
_SENT: Final = (
    update(post)
    .where(post.c.id == bindparam("p"))
    .values(hidden_at=bindparam("at"), hidden_reason=None, moved_to=bindparam("there"), agrees=0, disagrees=0)
)
_CAME: Final = update(post).where(post.c.id == bindparam("p")).values(moved_from=bindparam("here"))
_SENT_TO: Final = (
    select(post.c.id, post.c.floor, post.c.moved_to)
    .where(post.c.thread_id == bindparam("t"), post.c.moved_to.like(bindparam("like")))
    .order_by(post.c.floor)
)
_STAYING: Final = select(post.c.id).where(post.c.thread_id == bindparam("t"), post.c.moved_to.is_(None)).limit(1)
_GROWN: Final = (
    update(thread)
    .where(thread.c.id == bindparam("t"))
    .values(
        posts=thread.c.posts + bindparam("n"),
        last_floor=bindparam("floor_"),
        last_post_id=bindparam("last_"),
        last_at=bindparam("at"),
        last_author=bindparam("by"),
    )
)
_NOT_HELPFUL: Final = (
    update(thread)
    .where(thread.c.id == bindparam("t"), thread.c.helpful_floor.in_(bindparam("floors", expanding=True)))
    .values(helpful_floor=None)
)
_PUSHES: Final = update(push).where(push.c.post_id == bindparam("old")).values(post_id=bindparam("new"))
_REVISIONS: Final = select(post_revision).where(
    post_revision.c.post_id == bindparam("p"), post_revision.c.revision < bindparam("upto")
)
_REVISIONS_OF: Final = select(post_revision.c.revision).where(post_revision.c.post_id == bindparam("p"))


def _read(dialect: str) -> Any:
    """The marks of those who had read up to the last post that went, and all of where it went."""
    home_mark, to_mark = thread_mark.alias("home_mark"), thread_mark.alias("to_mark")
    water = func.coalesce(board_mark.c.upto_post_id, account.c.baseline_post_id)
    upto, end = bindparam("upto", type_=Integer), bindparam("end", type_=Integer)
    numbers = (bindparam(name, type_=Integer) for name in ("to", "floor", "last"))
    source = (
        select(account.c.id, *numbers, select(thread.c.change).where(thread.c.id == bindparam("to")).scalar_subquery())
        .select_from(
            account.outerjoin(
                board_mark, (board_mark.c.account_id == account.c.id) & (board_mark.c.board_id == bindparam("board"))
            )
            .outerjoin(
                home_mark, (home_mark.c.account_id == account.c.id) & (home_mark.c.thread_id == bindparam("home"))
            )
            .outerjoin(to_mark, (to_mark.c.account_id == account.c.id) & (to_mark.c.thread_id == bindparam("to")))
        )
        .where(
            or_(water >= upto, home_mark.c.read_post_id >= upto),
            or_(water >= end, to_mark.c.read_post_id >= end),
            func.coalesce(home_mark.c.seen_change, 0) != AGAIN,
            func.coalesce(to_mark.c.seen_change, 0) != AGAIN,
        )
    )
    made: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect](thread_mark)
    columns = ["account_id", "thread_id", "read_floor", "read_post_id", "seen_change"]
    statement = made.from_select(columns, source)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[thread_mark.c.account_id, thread_mark.c.thread_id],
        set_={"read_floor": new.read_floor, "read_post_id": new.read_post_id},
    )


_READ: Final = {dialect: _read(dialect) for dialect in ("sqlite", "postgresql")}
