"""Live interviews: the guests, the queue of questions with their votes, and the answers as they came."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bbs.store.tables.meta import Utc, metadata

interview = Table(
    "interview",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("about", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False),  # announced, live, ended, cancelled
    Column("starts_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),  # as planned
    Column("begun_at", Utc),
    Column("ended_at", Utc),
    Column("host_id", ForeignKey("account.id")),
    Column("host", String(64), nullable=False),  # as shown
    Column("reason", String(500), nullable=False, default=""),  # why it was cancelled
    Column("thread_id", ForeignKey("thread.id")),  # the transcript
    Column("news_column", String(32), nullable=False, default=""),  # where the transcript is published; "": the rule's
    Column("bulletins", JSON, nullable=False, default=list),  # ids of the bulletins of the transcript
    Column("change", Integer, nullable=False, default=0),  # counts what happened to it
    Column("told", Boolean, nullable=False, default=False, server_default="0"),  # who waits knows that it begins soon
    Column("created_at", Utc, nullable=False),
    Column("draft_id", String(36), unique=True),
    Index("ix_interview_state_starts_at", "state", "starts_at"),
    sqlite_autoincrement=True,
)

interview_guest = Table(
    "interview_guest",
    metadata,
    Column("interview_id", ForeignKey("interview.id"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), primary_key=True),  # an officer's login
    Column("appointment_id", ForeignKey("appointment.id"), nullable=False),
    Column("office", String(32), nullable=False),
    Column("real_name", String(64), nullable=False),
    Column("title_zh", String(128), nullable=False),
    Column("title_en", String(128), nullable=False),
    Column("position", Integer, nullable=False),
)

interview_listener = Table(  # who waits for it without having asked
    "interview_listener",
    metadata,
    Column("interview_id", ForeignKey("interview.id"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), primary_key=True),
)

interview_question = Table(
    "interview_question",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interview_id", ForeignKey("interview.id"), nullable=False),
    Column("author_id", ForeignKey("account.id"), nullable=False),
    Column("author", String(64), nullable=False),
    Column("body", String(1000), nullable=False),
    Column("state", String(16), nullable=False),  # waiting, queued, taken, answered, left-out
    Column("reason", String(500), nullable=False, default=""),  # why it was left out
    Column("votes", Integer, nullable=False, default=0),
    Column("lifted", Integer, nullable=False, default=0),  # above 0: before all others, the highest first
    Column("handler", String(64), nullable=False, default=""),  # who moved it to its state, as shown
    Column("merged_into", ForeignKey("interview_question.id")),
    Column("asked_at", Utc, nullable=False),
    Column("draft_id", String(36), unique=True),
    Index("ix_interview_question_interview_id_state", "interview_id", "state", "votes"),
    sqlite_autoincrement=True,
)

interview_vote = Table(
    "interview_vote",
    metadata,
    Column("question_id", ForeignKey("interview_question.id"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), primary_key=True),
)

interview_answer = Table(
    "interview_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interview_id", ForeignKey("interview.id"), nullable=False),
    Column("question_id", ForeignKey("interview_question.id")),  # None: said without a question
    Column("author_id", ForeignKey("account.id"), nullable=False),
    Column("appointment_id", ForeignKey("appointment.id"), nullable=False),
    Column("official_office", String(32), nullable=False),
    Column("official_name", String(64), nullable=False),
    Column("official_title_zh", String(128), nullable=False),
    Column("official_title_en", String(128), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("draft_id", String(36), unique=True),
    Index("ix_interview_answer_interview_id_id", "interview_id", "id"),
    UniqueConstraint("interview_id", "id"),
    sqlite_autoincrement=True,
)
