"""Opening cases: with a thread of a tracked board, in the unit that starts it, and private ones without any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, update

from bbs.forum.boards.calendar import Calendar
from bbs.forum.boards.places import Board
from bbs.forum.cases import telling as case_telling
from bbs.forum.cases.codes import code_hash
from bbs.forum.cases.table import DEFAULT_KIND, Act, CaseKind, CaseState
from bbs.forum.cases.values import CHANGED
from bbs.forum.people.inbox import notify
from bbs.forum.posts.posts import Post
from bbs.store.database import Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import case, case_message, case_step


@dataclass(frozen=True, slots=True)
class Opening:
    """A case about to be opened: what kind, for which office, and until when (UTC)."""

    kind: CaseKind
    office: str
    opened_at: datetime
    acknowledge_by: datetime
    answer_by: datetime


def opening(place: Board, kind: CaseKind | None, at: datetime, calendar: Calendar, office: str = "") -> Opening | None:
    """The case that something brought to this board opens, for its first office; None where nothing is tracked."""
    if not place.tracked or not place.offices:
        return None
    return Opening(
        kind or DEFAULT_KIND,
        office or place.offices[0],
        at,
        calendar.due(at, min(place.acknowledge_days, place.answer_days)),
        calendar.due(at, place.answer_days),
    )


def open_public(
    tx: Tx, wanted: Opening, made: Post, place: Board, title: str, account: int, *, quiet: bool = False
) -> int:
    """Open the case of a thread that was just started; its number. With `quiet` the office is not told."""
    number = _insert(tx, wanted, place, title=title, thread_id=made.thread, poster_id=account, poster=made.author)
    _begun(tx, wanted, place, number, made.author, thread=made.thread, account=account, title=title, quiet=quiet)
    return number


def open_private(
    tx: Tx,
    wanted: Opening,
    place: Board,
    title: str,
    body: str,
    *,
    account: int | None,
    poster: str,
    code: str | None,
    draft_id: str | None,
) -> int:
    """Open a private case with what is said first; its number. Without an account nothing leads to who opened it."""
    number = _insert(
        tx,
        wanted,
        place,
        title=title,
        private=True,
        poster_id=account,
        poster=poster,
        code_hash=None if code is None else code_hash(code),
        draft_id=draft_id,
    )
    said = {"case_id": number, "author_id": account, "author": poster, "body": body, "created_at": wanted.opened_at}
    tx.connection.execute(insert(case_message).values(said))
    _begun(tx, wanted, place, number, poster, thread=None, account=account, title="", quiet=False)
    return number


def _insert(tx: Tx, wanted: Opening, place: Board, **given: Any) -> int:
    values = _NONE | given
    values |= {
        "board_id": place.id,
        "kind": wanted.kind.value,
        "state": CaseState.RECEIVED.value,
        "office": wanted.office,
        "opened_at": wanted.opened_at,
        "acknowledge_by": wanted.acknowledge_by,
        "answer_by": wanted.answer_by,
    }
    return int(_CASE.first(tx, values).id)


def _begun(
    tx: Tx,
    wanted: Opening,
    place: Board,
    number: int,
    poster: str,
    *,
    thread: int | None,
    account: int | None,
    title: str,
    quiet: bool,
) -> None:
    """The first step, the notices and the event."""
    step = {
        "case_id": number,
        "at": wanted.opened_at,
        "act": Act.OPEN.value,
        "state": CaseState.RECEIVED.value,
        "actor": poster,
        "office": wanted.office,
        "facts": {},
    }
    _STEP.run(tx, step)
    if not quiet:
        people = [one for one in case_telling.people_of(tx, wanted.office, wanted.opened_at) if one != account]
        said = {"case": number, "title": title, "by": "" if thread is None else poster, "office": wanted.office}
        notify(tx, people, f"desk.{Act.OPEN.value}", f"/c/{number}", wanted.opened_at, **said)
    tx.emit(
        CHANGED,
        case=number,
        thread=thread,
        board=place.slug,
        office=wanted.office,
        state=CaseState.RECEIVED.value,
        act=Act.OPEN.value,
        private=thread is None,
    )


def acknowledge(tx: Tx, thread: int, office: str, at: datetime) -> None:
    """The office that has a thread's case wrote in it: it knows of the case, whatever else it says."""
    _ACKNOWLEDGE.run(tx, {"t": thread, "o": office, "at": at})


_ACKNOWLEDGE: Final = Prepared(
    update(case)
    .where(
        case.c.thread_id == bindparam("t"),
        case.c.office == bindparam("o"),
        case.c.acknowledged_at.is_(None),
        case.c.state == CaseState.RECEIVED.value,
    )
    .values(acknowledged_at=bindparam("at"))
)
_NONE: Final[dict[str, Any]] = {
    "thread_id": None,
    "private": False,
    "poster_id": None,
    "poster": "",
    "code_hash": None,
    "draft_id": None,
    "title": "",
}
_CASE: Final = Prepared(
    insert(case).returning(case.c.id),
    (*_NONE, "board_id", "kind", "state", "office", "opened_at", "acknowledge_by", "answer_by"),
)
_STEP: Final = Prepared(insert(case_step), ("case_id", "at", "act", "state", "actor", "office", "facts"))
