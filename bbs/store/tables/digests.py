"""The opinion digest: its issues, their topics, and the agreements of authors to be quoted.

Nothing here leads from a topic to a person: topics hold counts. Which threads a draft was built from is kept only until
the issue is released.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bbs.store.tables.meta import Utc, metadata

opinion_digest = Table(
    "opinion_digest",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("week", String(8), nullable=False, unique=True),  # ISO year and week: 2026-W47
    Column("issue", Integer, nullable=False, unique=True),  # 1, 2, 3 …
    Column("state", String(16), nullable=False),  # draft, review, released
    Column("facts", JSON, nullable=False, default=dict),  # counts of the week, the officers' side
    Column("editor_id", ForeignKey("account.id")),  # who changed it last or handed it in
    Column("editor", String(64), nullable=False, default=""),
    Column("reviewer_id", ForeignKey("account.id")),
    Column("reviewer", String(64), nullable=False, default=""),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("released_at", Utc),
    Column("bulletins", JSON, nullable=False, default=list),  # ids, one a language
    Column("change", Integer, nullable=False, default=0),  # counts edits; who edits an old one is told
    sqlite_autoincrement=True,
)

digest_topic = Table(
    "digest_topic",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest_id", ForeignKey("opinion_digest.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("title_zh", String(120), nullable=False, default=""),
    Column("title_en", String(120), nullable=False, default=""),
    Column("body_zh", Text, nullable=False, default=""),
    Column("body_en", Text, nullable=False, default=""),
    Column("words", JSON, nullable=False, default=list),  # what the posts of the topic have in common
    Column("boards", JSON, nullable=False, default=list),  # slugs
    Column("accounts", Integer, nullable=False),  # distinct ones
    Column("posts", Integer, nullable=False),
    Column("accounts_before", Integer),  # the week before; None: not counted, or too few to say
    Column("threads", JSON, nullable=False, default=list),  # ids, emptied at the release
    Column("cases", JSON, nullable=False, default=list),  # the office's side: public cases
    Column("shown", Boolean, nullable=False, default=True),  # False: too few, or left out so that no gap tells
    Column("why_not", String(32), nullable=False, default=""),
    Index("ix_digest_topic_digest_id_position", "digest_id", "position"),
    sqlite_autoincrement=True,
)

quote = Table(
    "quote",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest_id", ForeignKey("opinion_digest.id"), nullable=False),
    Column("topic_id", ForeignKey("digest_topic.id"), nullable=False),
    Column("post_id", ForeignKey("post.id")),  # emptied at the release
    Column("words", String(500), nullable=False),
    Column("state", String(16), nullable=False),  # asked, agreed, refused
    Column("asked_at", Utc, nullable=False),
    Column("answered_at", Utc),
    UniqueConstraint("digest_id", "post_id", "words"),
    sqlite_autoincrement=True,
)
