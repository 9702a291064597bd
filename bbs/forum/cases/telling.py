"""Who is told of what happened to a case: its poster, those who follow its thread, and the people of its office.

The words of a notice are `notice.case.ACT` for posters and followers, `notice.desk.ACT` for the office. Nothing of what
a private case is about is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from bbs.forum.accounts.people import State, in_force
from bbs.forum.cases.table import Act
from bbs.forum.people.inbox import notify
from bbs.forum.reading.attention import Level, Subject
from bbs.store.database import Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import account, appointment, attention

FOLLOWERS_MOST: Final = 200
"""Followers of a thread who are told of one step of its case."""
_TO_POSTER: Final = frozenset({
    Act.TAKE, Act.ASSIGN, Act.TRANSFER, Act.ANSWER, Act.EXTEND, Act.RETURN, Act.MERGE, Act.DECLINE, Act.CLOSE,
    Act.OVERDUE,
})  # fmt: skip
_TO_FOLLOWERS: Final = _TO_POSTER - {Act.TAKE, Act.ASSIGN, Act.ANSWER, Act.OVERDUE}
"""Of an answer they are told as of any official post."""
_TO_OFFICE: Final = frozenset({
    Act.OPEN, Act.TRANSFER, Act.FOLLOW_UP, Act.RATE, Act.REOPEN, Act.REMIND, Act.OVERDUE, Act.CLOSE
})  # fmt: skip


def tell(tx: Tx, row: Any, act: Act, at: datetime, *, by: str, doer: int | None, facts: Mapping[str, Any]) -> None:
    """Make the notices of one step; `row` is the case after it, `doer` the account that is not told."""
    said = {"case": row.id, "title": "" if row.private else row.title, "by": by, "office": row.office, **facts}
    route = f"/c/{row.id}"
    told = {doer}
    poster = row.poster_id
    if act in _TO_POSTER or (act is Act.FOLLOW_UP and row.private):
        told |= _notify(tx, [poster], told, f"case.{act.value}", said.get("route", route), at, said)
    if act is Act.ASSIGN:
        told |= _notify(tx, [row.assignee_id], told, "desk.assign", route, at, said)
    if act in _TO_OFFICE:
        told |= _notify(tx, people_of(tx, row.office, at), told | {poster}, f"desk.{act.value}", route, at, said)
    if act in _TO_FOLLOWERS and row.thread_id is not None:
        following = tx.connection.execute(_FOLLOWERS, {"t": str(row.thread_id)}).scalars().all()
        _notify(tx, following, told | {poster}, f"case.{act.value}", route, at, said)


def _notify(
    tx: Tx, accounts: Iterable[int | None], told: set[int | None], kind: str, route: str, at: datetime, said: Any
) -> set[int | None]:
    wanted = [number for number in dict.fromkeys(accounts) if number is not None and number not in told]
    notify(tx, wanted, kind, route, at, **{name: value for name, value in said.items() if name != "route"})
    return set(wanted)


def people_of(tx: Tx, office: str, at: datetime) -> list[int]:
    """The accounts of everybody in an office now, liaisons too."""
    return [row.account_id for row in _PEOPLE.all(tx, {"office_": office, "now": at})]


_PEOPLE: Final = Prepared(
    select(appointment.c.account_id)
    .distinct()
    .join(account, account.c.id == appointment.c.account_id)
    .where(
        appointment.c.office == bindparam("office_"),
        in_force(bindparam("now", type_=appointment.c.from_at.type)),
        account.c.state == State.ACTIVE.value,
    )
)
_FOLLOWERS: Final = (
    select(attention.c.account_id)
    .join(account, account.c.id == attention.c.account_id)
    .where(
        attention.c.kind == Subject.THREAD.value,
        attention.c.target == bindparam("t"),
        attention.c.level == Level.FOLLOW.value,
        account.c.state == State.ACTIVE.value,
    )
    .limit(FOLLOWERS_MOST)
)
