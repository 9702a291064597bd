"""Threads, posts and who has read how far."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bbs.store.tables.meta import Utc, metadata

thread = Table(
    "thread",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("author_id", ForeignKey("account.id"), nullable=False),
    Column("author", String(64), nullable=False),  # as shown: pen name, or real name of an official opener
    Column("official_office", String(32)),
    Column("created_at", Utc, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("last_floor", Integer, nullable=False),
    Column("last_post_id", Integer, nullable=False),
    Column("last_at", Utc, nullable=False),
    Column("last_author", String(64), nullable=False),
    Column("official_floor", Integer),  # the newest floor an officer wrote, None while nobody answered
    Column("change", Integer, nullable=False, default=0),  # counts edits; "read, but changed since" compares it
    Column("pinned", Boolean, nullable=False, default=False),
    Column("locked", Boolean, nullable=False, default=False),
    Column("kept", Boolean, nullable=False, default=False),
    Column("digest", Boolean, nullable=False, default=False),
    Column("hidden_at", Utc),
    Column("case_state", String(16)),
    Column("case_due", Utc),  # when the office should have answered; None once it has
    Column("case_rating", String(16)),  # whether its poster is satisfied, None while they have not said
    Column("copy_of", Integer),  # the post a cross-post was made from
    Column(
        "votes", Integer, nullable=False, default=0, server_default="0"
    ),  # agreements less disagreements under its first floor
    Column("helpful_floor", Integer),  # the answer that helped, as its opener marked it
    Index("ix_thread_board_id_last_post_id", "board_id", "last_post_id"),
    Index("ix_thread_board_id_pinned", "board_id", "pinned"),
    Index("ix_thread_copy_of", "copy_of"),
    sqlite_autoincrement=True,
)

post = Table(
    "post",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False),
    Column("floor", Integer, nullable=False),
    Column("author_id", ForeignKey("account.id"), nullable=False),
    Column("author", String(64), nullable=False),
    Column("reply_to", Integer),  # floor
    Column("body", Text, nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    Column("created_at", Utc, nullable=False),
    Column("edited_at", Utc),
    Column("hidden_at", Utc),
    Column("hidden_reason", String(500)),
    Column("withdrawn_at", Utc),  # by its author; moderators still see it
    Column("agrees", Integer, nullable=False, default=0, server_default="0"),
    Column("disagrees", Integer, nullable=False, default=0, server_default="0"),
    # The office held when it was written stays on the post for ever, whatever happens to the appointment.
    Column("appointment_id", ForeignKey("appointment.id")),
    Column("official_office", String(32)),
    Column("official_name", String(64)),
    Column("official_title_zh", String(128)),
    Column("official_title_en", String(128)),
    Column("draft_id", String(36), unique=True),  # sending the same draft twice makes one post
    # Routes: where it stands since its thread was split or merged (it is hidden here), and where it stood before.
    Column("moved_to", String(40)),
    Column("moved_from", String(40)),
    UniqueConstraint("thread_id", "floor"),
    Index("ix_post_author_id_id", "author_id", "id"),
    Index("ix_post_official_office_id", "official_office", "id"),
    sqlite_autoincrement=True,
)

post_revision = Table(
    "post_revision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("written_at", Utc, nullable=False),
    UniqueConstraint("post_id", "revision"),
)

thread_mark = Table(
    "thread_mark",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), primary_key=True),
    Column("read_floor", Integer, nullable=False),
    Column("read_post_id", Integer, nullable=False),
    Column("seen_change", Integer, nullable=False),
)

board_mark = Table(
    "board_mark",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("board_id", ForeignKey("board.id"), primary_key=True),
    Column("upto_post_id", Integer, nullable=False),
    Column("undo_post_id", Integer, nullable=False, default=0),  # the value before the last "mark all read"
)

draft = Table(
    "draft",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("route", String(200), nullable=False),  # where it is being written: /t/12/reply, /b/life/post
    Column("title", String(200), nullable=False, default=""),
    Column("body", Text, nullable=False),
    Column("caret", Integer, nullable=False, default=0),
    Column("saved_at", Utc, nullable=False),
    Column("name", String(64), nullable=False, default="", server_default=""),  # "": the one of the route itself
    Column("poll", JSON(none_as_null=True)),  # the poll that goes out with a thread: question, options, many, …
    UniqueConstraint("account_id", "route", "name"),
)
