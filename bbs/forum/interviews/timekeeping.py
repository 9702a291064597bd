"""What the clock does with interviews: telling who waits for one, and closing what people forgot. Units of work.

Each happens once, whatever a clock does and however many processes look: what was told is kept on the interview, and
what is closed is looked at again inside its unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update

from bbs.errors import Conflict, Forbidden, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.boards.places import Board
from bbs.forum.interviews import rows as interview_rows
from bbs.forum.interviews.hosting import askers, told_state, touched
from bbs.forum.interviews.questions import Act, Interview, InterviewState
from bbs.forum.people.inbox import notify
from bbs.forum.proof import register
from bbs.store.database import Tx
from bbs.store.tables import interview, interview_listener

SOON: Final = timedelta(minutes=15)
"""How long before an interview is to begin those who wait for it are told."""
FORGOTTEN: Final = timedelta(days=1)
"""How long after its planned end an interview that nobody began is called off, and one that nobody ended is ended."""


def is_soon(found: Interview, now: datetime) -> bool:
    """Whether those who wait are to be told that it begins."""
    return found.state is InterviewState.ANNOUNCED and not found.told and found.starts_at - SOON <= now < found.ends_at


def is_forgotten(found: Interview, now: datetime) -> bool:
    """Whether nobody began it, or nobody ended it."""
    return found.is_open and now >= found.ends_at + FORGOTTEN


def listen(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board], *, on: bool | None) -> bool:
    """Be told of an interview, or no longer, or (None) the other of the two; whether one will be.

    Raises NotFound(`live.not_found`), Forbidden, Conflict(`live.is_…`)."""
    access.require(actor, Verb.INBOX_READ)
    account = actor.account_id
    if account is None:
        raise Forbidden("access.denied", verb=Verb.INBOX_READ.value)
    found = interview_rows.one(tx, number)
    if found is None or found.board_id not in boards:
        raise NotFound("live.not_found", interview=number)
    if not found.is_open:
        raise Conflict(f"live.is_{found.state.value}", title=found.title)
    keys = {"i": number, "a": account}
    had = tx.connection.execute(_LISTENS, keys).first() is not None
    wanted = not had if on is None else on
    if wanted and not had:
        tx.connection.execute(insert(interview_listener).values(interview_id=number, account_id=account))
    elif had and not wanted:
        tx.connection.execute(_LISTEN_NO_MORE, keys)
    return wanted


def remind(tx: Tx, number: int, now: datetime) -> int:
    """Tell who asked, who waits, the guests and the host that it begins soon; how many, 0 where it was done before."""
    if not tx.connection.execute(_TOLD, {"i": number}).rowcount:
        return 0
    found = interview_rows.one(tx, number)
    assert found is not None
    hosts = [found.host_id] if found.host_id is not None else []
    told = dict.fromkeys([*askers(tx, number, LOCAL), *(guest.account_id for guest in found.guests), *hosts])
    notify(tx, told, "live-soon", found.route, now, title=found.title)
    return len(told)


def lapse(tx: Tx, number: int, boards: Mapping[int, Board], now: datetime) -> None:
    """Call off what nobody began; it has no reason of anybody's. Raises as `touched`."""
    found, _ = touched(tx, LOCAL, number, boards, Act.CANCEL)
    values = {"state": InterviewState.CANCELLED.value, "reason": "", "ended_at": now}
    tx.connection.execute(update(interview).where(interview.c.id == number).values(values))
    record = {"interview": number, "title": found.title, "reason": ""}
    register.append(tx, now, "live.cancel", LOCAL, found.route, record)
    hosts = [found.host_id] if found.host_id is not None else []
    notify(tx, dict.fromkeys([*askers(tx, number, LOCAL), *hosts]), "live-lapsed", found.route, now, title=found.title)
    told_state(tx, found)


_MINE: Final[tuple[Any, ...]] = (
    interview_listener.c.interview_id == bindparam("i"),
    interview_listener.c.account_id == bindparam("a"),
)
_LISTENS: Final = select(interview_listener.c.account_id).where(*_MINE)
_LISTEN_NO_MORE: Final = delete(interview_listener).where(*_MINE)
_TOLD: Final = (
    update(interview)
    .where(
        interview.c.id == bindparam("i"),
        interview.c.told.is_(False),
        interview.c.state == InterviewState.ANNOUNCED.value,
    )
    .values(told=True)
)
