"""Splitting a thread, merging two of a board, and taking either back: moderators, with a reason, for all to see.

What is official stays where it was signed: the signature says in which thread and on which floor it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import String, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.community import Community
from bbs.forum.boards.places import Board
from bbs.forum.cases import acts as case_acts
from bbs.forum.cases import opening as case_opening
from bbs.forum.cases.opening import opening
from bbs.forum.cases.reading import CaseReader
from bbs.forum.cases.table import WAITING
from bbs.forum.people.inbox import notify
from bbs.forum.posts.posts import Post
from bbs.forum.proof import register
from bbs.forum.reading.attention import Level, Subject
from bbs.forum.writing import carrying
from bbs.forum.writing.carrying import Carried
from bbs.forum.writing.editing import count_change
from bbs.forum.writing.moderation import checked_reason
from bbs.forum.writing.writing import checked_title
from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind, Tags
from bbs.store.tables import attention, board, case, post, thread
from bbs.text.when import Clock

_FLOORS: Final = re.compile(r"[0-9]{1,6}(?:-[0-9]{1,6})?(?:[ ,]+[0-9]{1,6}(?:-[0-9]{1,6})?)*")


def floors_in(text: str) -> list[int]:
    """Floors as people write them, `3,5 7-9`, in order; Invalid(`split.floors`), Conflict(`carry.many`)."""
    if len(text) > 1_000 or _FLOORS.fullmatch(text.strip()) is None:
        raise Invalid("split.floors")
    found: set[int] = set()
    for part in re.split(r"[ ,]+", text.strip()):
        first, _, last = part.partition("-")
        if not 1 <= int(first) <= int(last or first):
            raise Invalid("split.floors")
        if int(last or first) - int(first) >= carrying.MOST:
            raise Conflict("carry.many", most=carrying.MOST)
        found.update(range(int(first), int(last or first) + 1))
    if len(found) > carrying.MOST:
        raise Conflict("carry.many", most=carrying.MOST)
    return sorted(found)


class Splitting:
    """The rules of splitting and merging threads."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, community: Community) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._community = community

    async def split(self, actor: Actor, number: int, floors: Sequence[int], title: str, reason: str) -> int:
        """Let floors of a thread begin one of their own, in the same board; its number.

        On a tracked board it opens a case, as any thread there does. Recorded, and the authors are told. Raises
        NotFound(`thread.not_found`), Forbidden, Invalid(`split.floor`, `split.first`, `title.…`, `hide.no_reason`,
        `hide.long`), Conflict(`thread.locked`, `board.archived`, `carry.official`, `carry.gone`, `carry.many`).
        """
        why, clean = checked_reason(reason), checked_title(title)
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> int:
            (home,) = _held(tx, actor, boards, Verb.THREAD_SPLIT, number)
            place = boards[home.board_id]
            rows = _chosen(carrying.floors_of(tx, number), floors)
            made = self._begin(tx, place, clean, rows[0])
            carried = carrying.carry(tx, rows, home, made, at)
            self._open_case(tx, place, clean, rows[0], made, carried[0].post, at)
            count_change(tx, actor, number)
            moved = [one.floor for one in carried]
            record = {"thread": number, "board": place.slug, "into": made, "title": clean, "floors": moved}
            register.append(tx, at, register.THREAD_SPLIT, actor, f"/t/{number}", record | {"reason": why})
            _tell(tx, actor, carried, "split", at, title=home.title, reason=why)
            tx.emit("thread.changed", board=place.slug, thread=number)
            tx.emit("thread.new", board=place.slug, thread=made, floor=1, post=carried[0].post, author="", quiet=True)
            return made

        return await self._db.write(unit)

    async def merge(self, actor: Actor, number: int, into: int, reason: str) -> int:
        """Let what stands in a thread go on at the end of another of the same board, and lock it; how many floors went.

        Who follows the one follows the other. A case that waits goes on in the other's. Recorded, and the authors are
        told. Raises as `split`, and Invalid(`merge.same`), Conflict(`merge.board`, `merge.official`, `merge.case`).
        """
        why = checked_reason(reason)
        boards, at = await self._boards.readable(actor), self._clock.now()
        if number == into:
            raise Invalid("merge.same")

        def unit(tx: Tx) -> int:
            home, other = _held(tx, actor, boards, Verb.THREAD_MERGE, number, into)
            place = boards[home.board_id]
            if home.board_id != other.board_id:
                raise Conflict("merge.board", board=boards[other.board_id].slug)
            if home.official_office is not None:
                raise Conflict("merge.official", thread=number)
            rows = [row for row in carrying.floors_of(tx, number) if not _stays(row)]
            if len(rows) > carrying.MOST:
                raise Conflict("carry.many", most=carrying.MOST)
            self._case_goes_on(tx, actor, boards, number, into, at)
            carried = carrying.carry(tx, rows, home, into, at)
            tx.connection.execute(_CLOSE, {"t": number})
            for account in tx.connection.execute(_FOLLOW[tx.dialect], {"old": str(number), "new": str(into)}).scalars():
                tx.emit("attention.changed", account=account)
            count_change(tx, actor, number)
            record = {"thread": number, "board": place.slug, "into": into, "floors": [one.floor for one in carried]}
            register.append(tx, at, register.THREAD_MERGE, actor, f"/t/{number}", record | {"reason": why})
            _tell(tx, actor, carried, "merged", at, title=home.title, reason=why)
            tx.emit("thread.changed", board=place.slug, thread=number)
            for one in carried[-1:]:
                floor = int(one.route.rpartition("#")[2])
                tx.emit("post.new", board=place.slug, thread=into, floor=floor, post=one.post, author="", quiet=True)
            return len(carried)

        return await self._db.write(unit)

    async def rejoin(self, actor: Actor, number: int, other: int, reason: str) -> list[int]:
        """Bring back the floors of a thread that were split off into another, or merged into it; their numbers.

        What was said there since stays there; where nothing was, that thread is hidden. A merged case stays merged.
        Raises as `split`, and Conflict(`rejoin.none`, `rejoin.on`, `merge.case`).
        """
        why = checked_reason(reason)
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> list[int]:
            home, there = _held(tx, actor, boards, Verb.THREAD_SPLIT, number, other, locked=True)
            place = boards[home.board_id]
            floors = carrying.bring_back(tx, home, other, at)
            emptied = carrying.is_empty(tx, other)
            if emptied:
                self._case_goes_on(tx, actor, boards, other, number, at)
                tx.connection.execute(_HIDE, {"t": other, "at": at})
                tx.connection.execute(_FEWER, {"b": there.board_id})
                tx.emit("thread.hidden", board=boards[there.board_id].slug, thread=other)
            if 1 in floors:  # it had been merged, and locked with that
                tx.connection.execute(_OPEN, {"t": number})
            for thread_number in (number, other):
                count_change(tx, actor, thread_number)
            record = {"thread": number, "board": place.slug, "from": other, "floors": floors, "emptied": emptied}
            register.append(tx, at, register.THREAD_REJOIN, actor, f"/t/{number}", record | {"reason": why})
            tx.emit("thread.changed", board=place.slug, thread=number)
            tx.emit("thread.changed", board=boards[there.board_id].slug, thread=other)
            return floors

        return await self._db.write(unit)

    def _begin(self, tx: Tx, place: Board, title: str, first: Any) -> int:
        """An empty thread that its first post is about to be carried into."""
        values = {
            "board_id": place.id,
            "title": title,
            "author_id": first.author_id,
            "author": first.author,
            "created_at": first.created_at,
            "last_at": first.created_at,
            "last_author": first.author,
            "votes": first.agrees - first.disagrees,
            **dict.fromkeys(("posts", "last_floor", "last_post_id"), 0),
        }
        number = int(tx.connection.execute(insert(thread).returning(thread.c.id), values).scalar_one())
        tx.connection.execute(update(board).where(board.c.id == place.id).values(threads=board.c.threads + 1))
        search.index(tx, Kind.THREAD, number, title, Tags(first.author_id, place.id, first.created_at))
        return number

    def _open_case(
        self, tx: Tx, place: Board, title: str, first: Any, number: int, number_of_first: int, at: datetime
    ) -> None:
        wanted = opening(place, None, at, self._community.site.calendar)
        if wanted is None:
            return
        made = Post(
            number_of_first,
            number,
            1,
            first.author,
            None,
            None,
            first.body,
            first.revision,
            first.created_at,
            None,
            False,
        )
        case_opening.open_public(tx, wanted, made, place, title, first.author_id)
        state = {"case_state": "received", "case_due": wanted.answer_by}
        tx.connection.execute(update(thread).where(thread.c.id == number).values(**state))

    def _case_goes_on(
        self, tx: Tx, actor: Actor, boards: Mapping[int, Board], number: int, into: int, at: datetime
    ) -> None:
        """A case of the thread that waits goes on as part of the other's; Conflict(`merge.case`) where it has none."""
        rows = {row.thread_id: row for row in tx.connection.execute(_CASES, {"threads": [number, into]})}
        waits = number in rows and rows[number].state in {state.value for state in WAITING}
        if not waits:
            return
        if into not in rows:
            raise Conflict("merge.case", case=rows[number].id)
        reader = CaseReader(actor, boards, self._community.site.calendar, at)
        case_acts.merge(tx, reader, rows[number].id, rows[into].id, None)


def _held(
    tx: Tx, actor: Actor, boards: Mapping[int, Board], verb: Verb, *numbers: int, locked: bool = False
) -> list[Any]:
    """The threads, held in one order whoever asks; with `locked` they may be."""
    known = [number for number in sorted(numbers) if 0 < number < 2**31]
    query = _THREADS if tx.dialect == "sqlite" else _THREADS.with_for_update(of=thread)
    rows = {row.id: row for row in tx.connection.execute(query, {"threads": known})}
    for number in numbers:
        row = rows.get(number)
        if row is None or row.board_id not in boards or row.hidden_at is not None:
            raise NotFound("thread.not_found", thread=number)
        place = boards[row.board_id]
        if row.archived_at is not None:
            raise Conflict("board.archived", board=place.slug)
        access.require(actor, verb, place=place)
        if row.locked and not locked:
            raise Conflict("thread.locked", thread=number)
    return [rows[number] for number in numbers]


def _stays(row: Any) -> bool:
    """Whether a post is not carried along: it is official, or its text is not to be seen here."""
    return row.official_office is not None or row.hidden_at is not None or row.withdrawn_at is not None


def _chosen(rows: Sequence[Any], floors: Sequence[int]) -> list[Any]:
    """The rows of these floors, each of which can go."""
    known = {row.floor: row for row in rows}
    wanted = sorted(set(floors))
    if not wanted or not set(wanted) <= known.keys():
        raise Invalid("split.floor", floor=next((floor for floor in wanted if floor not in known), 0))
    if wanted[0] == 1:
        raise Invalid("split.first")
    for floor in wanted:
        if known[floor].official_office is not None:
            raise Conflict("carry.official", floor=floor)
        if _stays(known[floor]):
            raise Conflict("carry.gone", floor=floor)
    return [known[floor] for floor in wanted]


def _tell(tx: Tx, actor: Actor, carried: Sequence[Carried], kind: str, at: datetime, **facts: object) -> None:
    """Each author is told once, and led to the first of theirs."""
    first = {one.author_id: one for one in reversed(carried)}
    for number, one in first.items():
        if number != actor.account_id:
            notify(tx, [number], kind, one.route, at, floor=one.floor, **facts)


def _follow(dialect: str) -> Any:
    """Who follows the one thread follows the other, unless they said otherwise of it."""
    made: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect](attention)
    source = select(
        attention.c.account_id, attention.c.kind, bindparam("new", type_=String), attention.c.level, attention.c.since
    ).where(
        attention.c.kind == Subject.THREAD.value,
        attention.c.target == bindparam("old"),
        attention.c.level == Level.FOLLOW.value,
    )
    statement = made.from_select(["account_id", "kind", "target", "level", "since"], source)
    return statement.on_conflict_do_nothing().returning(attention.c.account_id)


_FOLLOW: Final = {dialect: _follow(dialect) for dialect in ("sqlite", "postgresql")}
_THREADS: Final = (
    select(
        *(thread.c[name] for name in ("id", "board_id", "title", "locked", "hidden_at", "official_office")),
        board.c.archived_at,
    )
    .join(board, board.c.id == thread.c.board_id)
    .where(thread.c.id.in_(bindparam("threads", expanding=True)))
    .order_by(thread.c.id)
)
_CASES: Final = select(case.c.id, case.c.thread_id, case.c.state).where(
    case.c.thread_id.in_(bindparam("threads", expanding=True))
)
_CLOSE: Final = update(thread).where(thread.c.id == bindparam("t")).values(locked=True, pinned=False)
_VOTES: Final = (
    select(post.c.agrees - post.c.disagrees)
    .where(post.c.thread_id == bindparam("t"), post.c.floor == 1)
    .scalar_subquery()
)
_OPEN: Final = update(thread).where(thread.c.id == bindparam("t")).values(locked=False, votes=_VOTES)
_HIDE: Final = update(thread).where(thread.c.id == bindparam("t")).values(hidden_at=bindparam("at"), locked=True)
_FEWER: Final = update(board).where(board.c.id == bindparam("b")).values(threads=board.c.threads - 1)
