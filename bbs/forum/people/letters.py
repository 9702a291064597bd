"""Mail as values: letters and conversations, and how they are read out of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func, select

from bbs.errors import NotFound
from bbs.forum.actor import AccountKind, Duty
from bbs.forum.posts.posts import Official
from bbs.store.database import Tx
from bbs.store.paging import Key, Keyset, Page, Way
from bbs.store.tables import account, appointment, mail

TALK_MOST: Final = 200
"""Letters of one conversation that are shown; the newest ones."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One's own copy of a letter. `other` is the other side; `official` the office its writer held when writing.

    `floor` is its place in the conversation, from 1.
    """

    id: int
    talk: int
    other: str
    sent: bool
    official: Official | None
    subject: str
    body: str
    created_at: datetime
    read: bool
    kept: bool
    floor: int = 1

    @property
    def route(self) -> str:
        return f"/m/{self.id}"


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as a list shows it: by its newest letter."""

    letter: Letter
    letters: int
    unread: int
    kept: int

    @property
    def route(self) -> str:
        return self.letter.route


def talks(tx: Tx, owner: int, *, limit: int, cursor: str | None, unread: bool = False) -> Page[Talk]:
    """A page of conversations, the one with the newest letter first."""
    newest = _NEWEST.where(mail.c.owner_id == owner)
    if unread:
        newest = newest.where(_UNREAD.scalar_subquery() > 0)
    page = _BY_ID.page(tx, newest, lambda row: row, limit=limit, cursor=cursor)
    letters = _letters(tx, owner, page.items)
    items = [
        Talk(letter, row.letters, row.unread, row.kept_letters) for letter, row in zip(letters, page.items, strict=True)
    ]
    return Page(tuple(items), page.before, page.after)


def talk_of(tx: Tx, owner: int, number: int) -> list[Letter]:
    """The conversation that a letter is of, oldest first; raises NotFound(`mail.not_found`)."""
    mine = must_own(tx, owner, number)
    query = select(mail).where(mail.c.owner_id == owner, mail.c.talk_id == mine.talk_id)
    rows = tx.connection.execute(query.order_by(mail.c.id.desc()).limit(TALK_MOST)).all()
    return _letters(tx, owner, rows[::-1])


def letter(tx: Tx, owner: int, number: int) -> Letter:
    """One letter; raises NotFound(`mail.not_found`)."""
    return _letters(tx, owner, [must_own(tx, owner, number)])[0]


def every(tx: Tx, owner: int) -> list[Letter]:
    """All letters of a box, oldest first; each is told as the first of its own."""
    rows = tx.connection.execute(select(mail).where(mail.c.owner_id == owner).order_by(mail.c.id)).all()
    return _letters(tx, owner, rows)


def must_own(tx: Tx, owner: int, number: int) -> Any:
    """The row of one's own copy; another's is not found. Raises NotFound(`mail.not_found`)."""
    row = tx.connection.execute(select(mail).where(mail.c.id == number, mail.c.owner_id == owner)).one_or_none()
    if row is None:
        raise NotFound("mail.not_found", mail=number)
    return row


def _letters(tx: Tx, owner: int, rows: Sequence[Any]) -> list[Letter]:
    offices = _offices(tx, {owner if row.sent else row.other_id for row in rows})
    return [
        Letter(
            id=row.id,
            talk=row.talk_id,
            other=row.other,
            sent=row.sent,
            official=_held(offices.get(owner if row.sent else row.other_id, ()), row.created_at),
            subject=row.subject,
            body=row.body,
            created_at=row.created_at,
            read=row.sent or row.read_at is not None,
            kept=row.kept,
            floor=number,
        )
        for number, row in enumerate(rows, 1)
    ]


def _offices(tx: Tx, writers: set[int]) -> dict[int, list[Any]]:
    """The appointments of those writers who are officers."""
    query = (
        select(appointment)
        .join(account, account.c.id == appointment.c.account_id)
        .where(
            account.c.id.in_(sorted(writers)),
            account.c.kind == AccountKind.OFFICER,
            appointment.c.duty != Duty.LIAISON.value,
        )
        .order_by(appointment.c.duty.desc(), appointment.c.from_at, appointment.c.id)
    )
    found: dict[int, list[Any]] = {}
    for row in tx.connection.execute(query):
        found.setdefault(row.account_id, []).append(row)
    return found


def _held(appointments: Sequence[Any], at: datetime) -> Official | None:
    """The office held at a moment, whatever became of it since."""
    for row in appointments:
        ends = [moment for moment in (row.until_at, row.ended_at) if moment is not None]
        if row.from_at <= at and all(at < moment for moment in ends):
            return Official(row.office, row.real_name, row.title_zh, row.title_en)
    return None


_BY_ID: Final = Keyset(Key(mail.c.id, descending=True))
FROM_END: Final = _BY_ID.cursor(Way.BEFORE, 0)
"""As `before`: the last page of the conversations."""
_SAME: Final = mail.alias("same")
_IN_TALK: Final = and_(_SAME.c.owner_id == mail.c.owner_id, _SAME.c.talk_id == mail.c.talk_id)
_COUNT: Final = select(func.count()).select_from(_SAME).where(_IN_TALK).correlate(mail)
_UNREAD: Final = _COUNT.where(_SAME.c.sent.is_(False), _SAME.c.read_at.is_(None))
_NEWEST: Final = select(
    mail,
    _COUNT.scalar_subquery().label("letters"),
    _UNREAD.scalar_subquery().label("unread"),
    _COUNT.where(_SAME.c.kept.is_(True)).scalar_subquery().label("kept_letters"),
).where(~select(_SAME.c.id).where(_IN_TALK, _SAME.c.id > mail.c.id).correlate(mail).exists())
