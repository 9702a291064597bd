"""The register, the outbox, and small settings."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Integer, String, Table, Text

from bbs.store.tables.meta import Utc, metadata

register = Table(
    "register",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 … without gaps
    Column("at", Utc, nullable=False),
    Column("kind", String(32), nullable=False),  # post.official, office.appoint, board.apply, bulletin.retract …
    Column("actor", String(64), nullable=False),
    Column("subject", String(100), nullable=False),  # a route or a name
    Column("record", Text, nullable=False),  # canonical JSON of what happened
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("origin", String(36), nullable=False),  # the process that wrote it and has already told its own screens
    # PostgreSQL: the transaction's id, so that a tail never skips a late commit. A migration indexes (xact, seq) there.
    Column("xact", BigInteger, nullable=False, default=0),
    Column("at", Utc, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("payload", JSON, nullable=False),
    sqlite_autoincrement=True,
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
