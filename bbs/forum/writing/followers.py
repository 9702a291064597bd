"""Who follows what a post belongs to: its thread, its writer, the office it was written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import and_, bindparam, or_, select

from bbs.forum.accounts.people import State
from bbs.forum.posts.posts import Post
from bbs.forum.reading.attention import Level, Subject
from bbs.store.database import Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import account, attention, notice

KIND: Final = "follow"
"""The kind of their notices."""
FOLLOWERS_MOST: Final = 200
"""Followers told of one post; the others see it as unread."""


def followers(tx: Tx, made: Post, author: int) -> list[tuple[int, str]]:
    """Number and kind of the accounts to tell: once a thread, until they have read what they were told."""
    given = {
        "thread": str(made.thread),
        # Whoever writes for an office is followed as the office only: the account behind it is nobody's business.
        "author": "" if made.official is not None else str(author),
        "office": "" if made.official is None else made.official.office,
        "route": f"/t/{made.thread}#",
    }
    return [(row[0], row[1]) for row in _FOLLOWERS.all(tx, given)]


def of_offices(tx: Tx, offices: Sequence[str]) -> list[int]:
    """The accounts that follow one of these offices, at most FOLLOWERS_MOST."""
    return list(tx.connection.execute(_OF_OFFICES, {"offices": list(offices)}).scalars())


_OF_OFFICES: Final = (
    select(attention.c.account_id)
    .distinct()
    .join(account, account.c.id == attention.c.account_id)
    .where(
        attention.c.kind == Subject.OFFICE.value,
        attention.c.level == Level.FOLLOW.value,
        attention.c.target.in_(bindparam("offices", expanding=True)),
        account.c.state == State.ACTIVE.value,
    )
    .limit(FOLLOWERS_MOST)
)
_TOLD: Final = (
    select(notice.c.id)
    .where(
        notice.c.account_id == attention.c.account_id,
        notice.c.kind == KIND,
        notice.c.read_at.is_(None),
        notice.c.route.startswith(bindparam("route")),
    )
    .correlate(attention)
    .exists()
)
_MUTED: Final = attention.alias("muted")
_MUTES: Final = (
    select(_MUTED.c.account_id)
    .where(
        _MUTED.c.account_id == attention.c.account_id,
        _MUTED.c.kind == Subject.THREAD.value,
        _MUTED.c.target == bindparam("thread"),
        _MUTED.c.level == Level.MUTE.value,
    )
    .correlate(attention)
    .exists()
)
_FOLLOWERS: Final = Prepared(
    select(account.c.id, account.c.kind)
    .distinct()
    .select_from(attention.join(account, account.c.id == attention.c.account_id))
    .where(
        attention.c.level == Level.FOLLOW.value,
        or_(
            and_(attention.c.kind == Subject.THREAD.value, attention.c.target == bindparam("thread")),
            and_(attention.c.kind == Subject.ACCOUNT.value, attention.c.target == bindparam("author")),
            and_(attention.c.kind == Subject.OFFICE.value, attention.c.target == bindparam("office")),
        ),
        account.c.state == State.ACTIVE.value,
        ~_TOLD,
        ~_MUTES,
    )
    .limit(FOLLOWERS_MOST)
)
