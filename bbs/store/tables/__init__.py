"""The tables, by subject; `metadata` holds them all."""

from bbs.store.tables.boards import board, column, section
from bbs.store.tables.cases import case, case_message, case_step, office_template
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
from bbs.store.tables.digests import digest_topic, opinion_digest, quote
from bbs.store.tables.interviews import (
    interview,
    interview_answer,
    interview_guest,
    interview_listener,
    interview_question,
    interview_vote,
)
from bbs.store.tables.meta import metadata
from bbs.store.tables.news import bulletin, bulletin_mark
from bbs.store.tables.people import account, account_key, appointment, invitation, login_failure, office, role
from bbs.store.tables.records import outbox, register, register_head, setting, signature
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
    "case",
    "case_message",
    "case_step",
    "column",
    "digest_topic",
    "draft",
    "favourite",
    "interview",
    "interview_answer",
    "interview_guest",
    "interview_listener",
    "interview_question",
    "interview_vote",
    "invitation",
    "library",
    "login_failure",
    "mail",
    "metadata",
    "notice",
    "office",
    "office_template",
    "opinion_digest",
    "outbox",
    "page",
    "place",
    "poll",
    "poll_vote",
    "post",
    "post_revision",
    "push",
    "quote",
    "register",
    "register_head",
    "role",
    "section",
    "setting",
    "signature",
    "template",
    "thread",
    "thread_mark",
]
