"""Cases: what became of a question, every step of it, and what was said in private ones.

A case of a tracked board belongs to a thread. A private case has no thread at all: what is said in it is kept in
`case_message`, where no list of threads, no search and no notice of posts can find it.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bbs.store.tables.meta import Utc, metadata

case = Table(
    "case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), unique=True),  # None: a private case
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # suggestion, complaint, question, help
    Column("state", String(16), nullable=False),  # received, assigned, answered, closed, returned, merged, declined
    Column("title", String(200), nullable=False),
    Column("private", Boolean, nullable=False, default=False),
    Column("poster_id", ForeignKey("account.id")),  # None: opened with a query code, by nobody anybody can tell
    Column("poster", String(64), nullable=False, default=""),  # as shown to those who may see it
    Column("code_hash", String(64), unique=True),  # of the query code, which is shown once and not kept
    Column("office", ForeignKey("office.slug"), nullable=False),  # who has it now
    Column("assignee_id", ForeignKey("account.id")),  # the officer who works on it
    Column("assignee", String(64), nullable=False, default=""),  # real name, as shown
    Column("opened_at", Utc, nullable=False),
    Column("acknowledge_by", Utc, nullable=False),
    Column("acknowledged_at", Utc),
    Column("answer_by", Utc, nullable=False),
    Column("answered_at", Utc),  # of the first answer; kept when the case is reopened
    Column("answered_post_id", ForeignKey("post.id")),  # the official post that answers it; None in private ones
    Column("closed_at", Utc),  # closed, returned, merged or declined
    Column("outcome", String(16)),  # of a closed one: fixed-by-office, fixed-by-itself, explained
    Column("reason", String(500), nullable=False, default=""),  # why it was returned or declined
    Column("belongs", String(200), nullable=False, default=""),  # of a returned one: where it belongs
    Column("merged_into", ForeignKey("case.id")),
    Column("extended_at", Utc),  # of the extension; there is one at most
    Column("extension", String(500), nullable=False, default=""),  # its reason
    Column("reopened_at", Utc),
    Column("reopening", String(500), nullable=False, default=""),  # why its poster reopened it
    Column("rating", String(16)),  # satisfied, unsatisfied
    Column("rated_at", Utc),
    Column("rating_words", String(500), nullable=False, default=""),
    Column("reminders", Integer, nullable=False, default=0),  # sent to the office: 0, 1, 2; 3: told to be overdue
    Column("change", Integer, nullable=False, default=0),  # counts what people did; who acts on an old one is told
    Column("draft_id", String(36), unique=True),  # sending a private one twice makes one case
    Column("prepared", Text, nullable=False, default="", server_default=""),  # an answer got ready, for the office only
    Column("prepared_by", String(64), nullable=False, default="", server_default=""),
    Index("ix_case_office_state_answer_by", "office", "state", "answer_by"),
    Index("ix_case_poster_id_id", "poster_id", "id"),
    Index("ix_case_state_answer_by", "state", "answer_by"),
    Index("ix_case_office_id", "office", "id"),
    Index("ix_case_board_id_id", "board_id", "id"),
    Index("ix_case_opened_at", "opened_at"),
    sqlite_autoincrement=True,
)

case_step = Table(
    "case_step",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("at", Utc, nullable=False),
    Column("act", String(16), nullable=False),  # open, receive, assign, answer, extend, return, merge, decline, …
    Column("state", String(16), nullable=False),  # after the step
    Column("actor", String(64), nullable=False),  # as shown: real name of an officer, pen name, or "" (the clock)
    Column("office", String(32)),  # the office it was done for
    Column("reason", String(500), nullable=False, default=""),
    Column("facts", JSON, nullable=False, default=dict),  # what else the step says: to whom, until when, where to
    Index("ix_case_step_case_id_id", "case_id", "id"),
    Index("ix_case_step_at", "at"),
    sqlite_autoincrement=True,
)

case_message = Table(
    "case_message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("author_id", ForeignKey("account.id")),  # None: whoever holds the query code
    Column("author", String(64), nullable=False, default=""),
    Column("body", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("appointment_id", ForeignKey("appointment.id")),  # an officer's, with the office held then
    Column("official_office", String(32)),
    Column("official_name", String(64)),
    Column("official_title_zh", String(128)),
    Column("official_title_en", String(128)),
    Column("draft_id", String(36), unique=True),
    Index("ix_case_message_case_id_id", "case_id", "id"),
    sqlite_autoincrement=True,
)

office_template = Table(
    "office_template",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office", ForeignKey("office.slug"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("changed_by", String(64), nullable=False),
    UniqueConstraint("office", "name"),
)
