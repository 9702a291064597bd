"""The tables, by subject; `metadata` holds them all."""

from bbs.store.tables.boards import board, column, section
from bbs.store.tables.daily import (
    attention,
    favourite,
    library,
    mail,
    notice,
    page,
    place,
    poll,
    poll_vote,
    push,
    template,
)
from bbs.store.tables.meta import metadata
from bbs.store.tables.news import bulletin, bulletin_mark
from bbs.store.tables.people import account, account_key, appointment, invitation, login_failure, office, role
from bbs.store.tables.records import outbox, register, setting
from bbs.store.tables.threads import board_mark, draft, post, post_revision, thread, thread_mark

__all__ = [
    "account",
    "account_key",
    "appointment",
    "attention",
    "board",
    "board_mark",
    "bulletin",
    "bulletin_mark",
    "column",
    "draft",
    "favourite",
    "invitation",
    "library",
    "login_failure",
    "mail",
    "metadata",
    "notice",
    "office",
    "outbox",
    "page",
    "place",
    "poll",
    "poll_vote",
    "post",
    "post_revision",
    "push",
    "register",
    "role",
    "section",
    "setting",
    "template",
    "thread",
    "thread_mark",
]
