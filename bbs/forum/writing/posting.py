"""Starting threads and replying: what may be written, and the one unit of work that writes it.

Every statement here is paid for by each post, so there are few: one that takes the thread's row (which also checks that
it is open, and draws floor and number), the post, the author's own mark, the search index and the event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, bindparam, case, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor, Appointment, Duty
from bbs.forum.boards.places import Board
from bbs.forum.cases import opening as case_opening
from bbs.forum.cases.opening import Opening
from bbs.forum.cases.table import CaseState
from bbs.forum.posts.posts import Official, Post
from bbs.forum.proof import register
from bbs.forum.reading.marks import AGAIN, watermark
from bbs.forum.writing import telling
from bbs.store import search
from bbs.store.database import Tx
from bbs.store.prepared import Prepared
from bbs.store.search import Kind, Tags
from bbs.store.tables import account, appointment, board, draft, post, thread, thread_mark


@dataclass(frozen=True, slots=True)
class Writing:
    """A post to be: clean text, by whom, when (UTC), and the floor the author had read up to but not yet written."""

    actor: Actor
    body: str
    at: datetime
    official: bool
    draft_id: str | None
    seen: int = 0
    quiet: bool = False
    """Whether nobody is told: it was written elsewhere long ago."""
    also: Callable[[Tx, Post], None] | None = None
    """Done in the same unit once the post is written; what it raises takes the post back."""
    held: Appointment | None = None
    """The appointment it was said under, where that was recorded when it was said; it may have ended since."""
    board: str | None = None
    """The board in which a thread is answered, as its writer sees it; None: wherever it is."""
    office: str = ""
    """The office to write under, where it must be a certain one."""
    told: frozenset[int] = frozenset()
    """Accounts that are told in another way."""

    @property
    def account(self) -> int:
        if self.actor.account_id is None:
            raise Forbidden("access.denied", verb=Verb.THREAD_REPLY.value)
        return self.actor.account_id


@dataclass(frozen=True, slots=True)
class _Author:
    """Under which name something is posted, and the office if it is official."""

    name: str
    official: Official | None = None
    appointment: int | None = None


def start(tx: Tx, writing: Writing, place: Board, title: str, case: Opening | None = None) -> Post:
    """Start a thread, and the case it opens. Raises Forbidden(`account.suspended`, …), Conflict(`board.archived`)."""
    found = _COUNT_THREAD.first(tx, {"b": place.id, "a": writing.account})
    if found is None:
        require_active(tx, writing.account)
        raise Conflict("board.archived", board=place.slug)
    author = _author(tx, writing, place)
    office = author.official.office if author.official else None
    row = _START[tx.dialect].first(
        tx,
        {
            "b": place.id,
            "title_": title,
            "a": writing.account,
            "author_": author.name,
            "office_": office,
            "at": writing.at,
            "official_floor_": 1 if office else None,
            "case_state_": CaseState.RECEIVED.value if case else None,
            "case_due_": case.answer_by if case else None,
        },
    )
    search.index(tx, Kind.THREAD, row.id, title, Tags(writing.account, place.id, writing.at))
    made = _write(tx, writing, author, place, _Slot(row.id, 1, row.last_post_id, 0, title), None)
    if case is not None:
        case_opening.open_public(tx, case, made, place, title, writing.account, quiet=writing.quiet)
    return made


def reply(tx: Tx, writing: Writing, number: int, boards: Mapping[int, Board], reply_to: int | None) -> Post:
    """Reply. Raises NotFound(`thread.not_found`), Conflict(`thread.locked`, `thread.moved`, `board.archived`),

    Forbidden(`account.suspended`, …), Invalid."""
    keys = {"t": number, "at": writing.at, "author_": writing.actor.name, "a": writing.account}
    row = _REPLY[tx.dialect].first(tx, keys)
    if row is None or row.board_id not in boards:
        require_active(tx, writing.account)
        raise _why_not(tx, number, boards)
    place = boards[row.board_id]
    if writing.board is not None and writing.board != place.slug:  # others would read it than its writer was told
        raise Conflict("thread.moved", thread=number, board=place.slug)
    access.require(writing.actor, Verb.THREAD_REPLY, place=place)
    if reply_to is not None and not 1 <= reply_to < row.last_floor:
        raise Invalid("reply.floor", floor=reply_to)
    author = _author(tx, writing, place)
    if author.official is not None:
        _OFFICIAL_FLOOR.run(tx, {"t": number, "author_": author.name})
        if place.tracked:
            case_opening.acknowledge(tx, number, author.official.office, writing.at)
    return _write(
        tx, writing, author, place, _Slot(number, row.last_floor, row.last_post_id, row.change, row.title), reply_to
    )


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a post goes: its thread, its floor, and the number drawn for it."""

    thread: int
    floor: int
    post: int
    change: int
    title: str


def _write(tx: Tx, writing: Writing, author: _Author, place: Board, slot: _Slot, reply_to: int | None) -> Post:
    held = author.official
    _POST.run(
        tx,
        {
            "id": slot.post,
            "thread_id": slot.thread,
            "floor": slot.floor,
            "author_id": writing.account,
            "author": author.name,
            "reply_to": reply_to,
            "body": writing.body,
            "created_at": writing.at,
            "appointment_id": author.appointment,
            "official_office": held.office if held else None,
            "official_name": held.name if held else None,
            "official_title_zh": held.title_zh if held else None,
            "official_title_en": held.title_en if held else None,
            "draft_id": writing.draft_id,
        },
    )
    _mark_own(tx, writing, slot)
    search.index(tx, Kind.POST, slot.post, writing.body, Tags(writing.account, place.id, writing.at))
    made = Post(
        slot.post, slot.thread, slot.floor, author.name, held, reply_to, writing.body, 1, writing.at, None, False
    )
    if held is not None:
        record_official(tx, writing.actor, made, slot.title, writing.at)
    if not writing.quiet:
        telling.tell(tx, made, writing.account, place, slot.title, writing.told)
    if writing.draft_id is not None:
        drop_draft(tx, writing.draft_id, writing.account)
    if writing.also is not None:
        writing.also(tx, made)
    tx.emit(
        "thread.new" if slot.floor == 1 else "post.new",
        board=place.slug,
        thread=slot.thread,
        floor=slot.floor,
        post=slot.post,
        author=author.name,
        **({"quiet": True} if writing.quiet else {}),
    )
    return made


def record_official(tx: Tx, actor: Actor, made: Post, title: str, at: datetime, *, edited: bool = False) -> None:
    """Write an official post as it is now into the register; what is recorded is signed after the commit."""
    held = made.official
    if held is None:
        return
    record = register.official_record(
        post=made.id,
        thread=made.thread,
        floor=made.floor,
        revision=made.revision,
        board=tx.connection.execute(_BOARD_OF, {"t": made.thread}).scalar_one(),
        title=title,
        body=made.body,
        office=held.office,
        name=held.name,
        name_title_zh=held.title_zh,
        name_title_en=held.title_en,
        created_at=made.created_at,
        edited_at=made.edited_at,
    )
    kind = register.POST_OFFICIAL_EDIT if edited else register.POST_OFFICIAL
    seq = register.append(tx, at, kind, actor, made.route, record)
    tx.emit(register.RECORDED, post=made.id, seq=seq)


def _author(tx: Tx, writing: Writing, place: Board) -> _Author:
    """Under which name: for official posts the appointment held at this very moment."""
    actor = writing.actor
    if writing.held is not None:
        said = writing.held
        return _Author(said.real_name, Official(said.office, said.real_name, said.title_zh, said.title_en), said.id)
    if not writing.official:
        return _Author(actor.name)
    rows = _APPOINTMENTS.all(tx, {"a": writing.account, "now": writing.at})
    if not rows or not access.allowed(actor, Verb.POST_OFFICIAL, place=place):
        raise Forbidden("access.denied", verb=Verb.POST_OFFICIAL.value)
    wanted = (writing.office,) if writing.office else place.offices
    held = next((row for row in rows if row.office in wanted), None if writing.office else rows[0])
    if held is None:
        raise Forbidden("access.denied", verb=Verb.POST_OFFICIAL.value)
    return _Author(held.real_name, Official(held.office, held.real_name, held.title_zh, held.title_en), held.id)


def _why_not(tx: Tx, number: int, boards: Mapping[int, Board]) -> BbsError:
    row = tx.connection.execute(_STATE, {"t": number}).first()
    if row is None or row.board_id not in boards or row.hidden_at is not None:
        return NotFound("thread.not_found", thread=number)
    if row.archived_at is not None:
        return Conflict("board.archived", board=boards[row.board_id].slug)
    return Conflict("thread.locked", thread=number)


def require_active(tx: Tx, number: int) -> None:
    """Raises Forbidden(`account.suspended`) for an account that was closed while its owner was writing."""
    if not _IS_ACTIVE.first(tx, {"a": number}):
        raise Forbidden("account.suspended")


def _mark_own(tx: Tx, writing: Writing, slot: _Slot) -> None:
    """What one wrote oneself is read; what others wrote before it and one has not read stays unread."""
    reader = {"account": writing.account, "baseline": writing.actor.baseline_post_id}
    place = {"t": slot.thread, "f": slot.floor, "p": slot.post, "c": slot.change, "seen": writing.seen}
    _OWN_MARK[tx.dialect].run(tx, reader | place)


def drop_draft(tx: Tx, draft_id: str, account: int) -> None:
    """A draft has been sent and is needed no more."""
    _DROP_DRAFT.run(tx, {"d": draft_id, "a": account})


def post_of_draft(tx: Tx, actor: Actor, draft_id: str) -> int | None:
    """The number of the post that a draft became; Conflict(`draft.taken`) when it is somebody else's."""
    row = tx.connection.execute(_BY_DRAFT, {"d": draft_id}).first()
    if row is None:
        return None
    if row.author_id != actor.account_id:
        raise Conflict("draft.taken")
    return int(row.id)


# The number of a post is drawn while the thread's row is held, so that in one thread floors and numbers grow together.
_NEXT: Final[dict[str, Any]] = {
    "sqlite": text("coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'post'), 0) + 1"),
    "postgresql": text("nextval('post_id_seq')"),
}
_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

_ACTIVE: Final = select(account.c.id).where(account.c.id == bindparam("a"), account.c.state == "active")
_IS_ACTIVE: Final = Prepared(_ACTIVE)
_COUNT_THREAD: Final = Prepared(
    update(board)
    .where(board.c.id == bindparam("b"), board.c.archived_at.is_(None), _ACTIVE.exists())
    .values(threads=board.c.threads + 1)
    .returning(board.c.id)
)


def _start(dialect: str) -> Any:
    values = {
        "board_id": bindparam("b"),
        "title": bindparam("title_"),
        "author_id": bindparam("a"),
        "author": bindparam("author_"),
        "official_office": bindparam("office_"),
        "created_at": bindparam("at"),
        "posts": 1,
        "last_floor": 1,
        "last_post_id": _NEXT[dialect],
        "last_at": bindparam("at"),
        "last_author": bindparam("author_"),
        "official_floor": bindparam("official_floor_"),
        "case_state": bindparam("case_state_"),
        "case_due": bindparam("case_due_"),
    }
    return insert(thread).values(values).returning(thread.c.id, thread.c.last_post_id)


def _reply(dialect: str) -> Any:
    open_board = select(board.c.id).where(board.c.id == thread.c.board_id, board.c.archived_at.is_(None)).exists()
    return (
        update(thread)
        .where(thread.c.id == bindparam("t"), thread.c.locked.is_(False), thread.c.hidden_at.is_(None))
        .where(open_board, _ACTIVE.exists())
        .values(
            posts=thread.c.posts + 1,
            last_floor=thread.c.last_floor + 1,
            last_post_id=_NEXT[dialect],
            last_at=bindparam("at"),
            last_author=bindparam("author_"),
        )
        .returning(thread.c.board_id, thread.c.last_floor, thread.c.last_post_id, thread.c.change, thread.c.title)
    )


def _own_mark(dialect: str) -> Any:
    floor, number = bindparam("f", type_=Integer), bindparam("p", type_=Integer)
    water = watermark(thread.c.board_id)
    before = select(post.c.id).where(post.c.thread_id == thread.c.id, post.c.floor == floor - 1).scalar_subquery()
    reached = (
        select(thread_mark.c.read_floor)
        .where(thread_mark.c.account_id == bindparam("account"), thread_mark.c.thread_id == thread.c.id)
        .scalar_subquery()
    )
    source = select(
        bindparam("account", type_=Integer), thread.c.id, floor, number, bindparam("c", type_=Integer)
    ).where(
        thread.c.id == bindparam("t"),
        or_(
            water >= func.coalesce(before, 0),
            func.coalesce(reached, 0) >= floor - 1,
            bindparam("seen", type_=Integer) >= floor - 1,
        ),
    )
    columns = ["account_id", "thread_id", "read_floor", "read_post_id", "seen_change"]
    statement = _INSERT[dialect](thread_mark).from_select(columns, source)
    new, old = statement.excluded, thread_mark.c
    return statement.on_conflict_do_update(
        index_elements=[thread_mark.c.account_id, thread_mark.c.thread_id],
        set_={
            "read_floor": new.read_floor,
            "read_post_id": new.read_post_id,
            "seen_change": case((old.seen_change < 0, new.seen_change), else_=old.seen_change),
        },
        where=old.seen_change != AGAIN,
    )


_START: Final = {dialect: Prepared(_start(dialect)) for dialect in _NEXT}
_REPLY: Final = {dialect: Prepared(_reply(dialect)) for dialect in _NEXT}
_OWN_MARK: Final = {dialect: Prepared(_own_mark(dialect)) for dialect in _NEXT}
_POST: Final = Prepared(
    insert(post),
    (
        *("id", "thread_id", "floor", "author_id", "author", "reply_to", "body", "created_at", "draft_id"),
        *("appointment_id", "official_office", "official_name", "official_title_zh", "official_title_en"),
    ),
)
_OFFICIAL_FLOOR: Final = Prepared(
    update(thread)
    .where(thread.c.id == bindparam("t"))
    .values(official_floor=thread.c.last_floor, last_author=bindparam("author_"))
)
_APPOINTMENTS: Final = Prepared(
    select(
        appointment.c.id,
        appointment.c.office,
        appointment.c.real_name,
        appointment.c.title_zh,
        appointment.c.title_en,
    )
    .join(account, account.c.id == appointment.c.account_id)
    .where(
        appointment.c.account_id == bindparam("a"),
        account.c.state == "active",
        appointment.c.duty != Duty.LIAISON.value,
        appointment.c.ended_at.is_(None),
        appointment.c.from_at <= bindparam("now"),
        or_(appointment.c.until_at.is_(None), appointment.c.until_at > bindparam("now")),
    )
    .order_by(appointment.c.duty.desc(), appointment.c.from_at, appointment.c.id)  # holders before deputies
)
_STATE: Final = (
    select(thread.c.board_id, thread.c.hidden_at, thread.c.locked, board.c.archived_at)
    .join(board, board.c.id == thread.c.board_id)
    .where(thread.c.id == bindparam("t"))
)
_BOARD_OF: Final = (
    select(board.c.slug).join(thread, thread.c.board_id == board.c.id).where(thread.c.id == bindparam("t"))
)
_BY_DRAFT: Final = select(post.c.id, post.c.author_id).where(post.c.draft_id == bindparam("d"))
_DROP_DRAFT: Final = Prepared(delete(draft).where(draft.c.id == bindparam("d"), draft.c.account_id == bindparam("a")))
