"""The community as declared in boards.yaml, kept so that what is gone from the file is archived, not lost."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table

from bbs.store.tables.meta import Utc, metadata

section = Table(
    "section",
    metadata,
    Column("slug", String(32), primary_key=True),
    Column("zh", String(64), nullable=False),
    Column("en", String(64), nullable=False),
    Column("position", Integer, nullable=False),
    Column("archived", Boolean, nullable=False, default=False),
)

board = Table(
    "board",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String(32), nullable=False, unique=True),
    Column("section", ForeignKey("section.slug"), nullable=False),
    Column("zh", String(64), nullable=False),
    Column("en", String(64), nullable=False),
    Column("about_zh", String(500), nullable=False, default=""),
    Column("about_en", String(500), nullable=False, default=""),
    Column("nature", String(16), nullable=False),  # discussion, officers, interviews
    Column("tracked", Boolean, nullable=False, default=False),
    Column("library", Boolean, nullable=False, default=False),
    Column("read", String(16), nullable=False),  # public, members
    Column("post", String(16), nullable=False),  # members, officers: who starts threads; members may always reply
    Column("offices", JSON, nullable=False, default=list),
    Column("acknowledge_days", Integer, nullable=False, default=1, server_default="1"),  # of a case, in working days
    Column("answer_days", Integer, nullable=False, default=5, server_default="5"),
    Column("private_cases", Boolean, nullable=False, default=False),
    Column("unit", String(32), nullable=False, default=""),
    Column("position", Integer, nullable=False),
    Column("threads", Integer, nullable=False, default=0),
    Column("last_post_id", Integer, nullable=False, default=0),
    Column("archived_at", Utc),
)

column = Table(
    "column",
    metadata,
    Column("slug", String(32), primary_key=True),
    Column("zh", String(64), nullable=False),
    Column("en", String(64), nullable=False),
    Column("about_zh", String(500), nullable=False, default=""),
    Column("about_en", String(500), nullable=False, default=""),
    Column("read", String(16), nullable=False),  # public, members
    Column("must_read", Boolean, nullable=False, default=False),
    Column("library", Boolean, nullable=False, default=False),
    Column("subsite", String(32), nullable=False, default=""),
    Column("position", Integer, nullable=False),
    Column("archived", Boolean, nullable=False, default=False),
)
