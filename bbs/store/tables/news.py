"""Bulletins of the news columns, and who has read and acknowledged them."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bbs.store.tables.meta import Utc, metadata

bulletin = Table(
    "bulletin",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", String(200), nullable=False),  # identity for re-import; a translation pair shares it
    Column("lang", String(8), nullable=False),
    Column("column", ForeignKey("column.slug"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("title_en", String(200), nullable=False, default=""),
    Column("body", Text, nullable=False),
    Column("source", String(200), nullable=False, default=""),
    Column("author", String(100), nullable=False, default=""),
    Column("status", String(16), nullable=False),  # draft, published, retracted (scheduled = published_at ahead)
    Column("published_at", Utc, nullable=False),
    Column("expires_at", Utc),
    Column("priority", String(16), nullable=False, default="normal"),
    Column("must_read", Boolean, nullable=False, default=False),
    Column("audience", String(32), nullable=False),
    Column("supersedes", String(200)),
    Column("tags", JSON, nullable=False, default=list),
    Column("digest", String(64), nullable=False),  # sha256 of the canonical item; equal = unchanged on re-import
    Column("revision", Integer, nullable=False, default=1),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("reason", String(500)),  # of a retraction
    UniqueConstraint("source_id", "lang"),
    Index("ix_bulletin_column_published_at_id", "column", "published_at", "id"),
    sqlite_autoincrement=True,
)

bulletin_mark = Table(
    "bulletin_mark",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("bulletin_id", ForeignKey("bulletin.id"), primary_key=True),
    Column("revision", Integer, nullable=False),  # read at this revision; lower than the bulletin's = changed since
    Column("acknowledged_at", Utc),
)
