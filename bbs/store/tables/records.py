"""The register, the outbox, and small settings."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

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
    Index("ix_register_subject_seq", "subject", "seq"),
)

signature = Table(
    "signature",
    metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),  # of the post
    Column("by", String(16), primary_key=True),  # forum, officer
    Column("fingerprint", String(64), nullable=False),  # of the key: SHA256:…
    Column("public", LargeBinary, nullable=False),  # the key, SSH wire form
    Column("signed", Text, nullable=False),  # the canonical text that was signed
    Column("armored", Text, nullable=False),  # SSHSIG: BEGIN SSH SIGNATURE …
    Column("made_at", Utc, nullable=False),
)

register_head = Table(
    "register_head",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # of the register's newest entry then
    Column("hash", String(64), nullable=False),
    Column("at", Utc, nullable=False),
    Column("signed", Text, nullable=False),
    Column("armored", Text, nullable=False),
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
