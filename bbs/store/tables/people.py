"""Accounts and what opens them. The table of pen names has no path to a person."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from bbs.store.tables.meta import Utc, metadata

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("fold", String(128), nullable=False, unique=True),  # bbs.text.names.fold: look-alikes collide here
    Column("kind", String(16), nullable=False),  # member, officer, sysop, guest
    Column("state", String(16), nullable=False),  # active, pending, suspended, erased
    Column("password", String(256)),  # argon2id, None where only keys open it
    Column("preferences", JSON, nullable=False, default=dict),
    Column("baseline_post_id", Integer, nullable=False, default=0),  # what is older was never unread for this account
    Column("plan", String(2000), nullable=False, default=""),
    Column("signature", String(300), nullable=False, default="", server_default=""),
    Column("avatar", String(300), nullable=False, default="", server_default=""),  # a few rows of characters
    Column("created_at", Utc, nullable=False),
    Column("seen_week", String(8)),  # ISO year and week, never finer
    sqlite_autoincrement=True,
)

role = Table(
    "role",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("role", String(16), nullable=False),  # moderator, editor, importer, leader, sysop
    Column("scope", String(64), nullable=False, default=""),  # board or column slug; "" = everywhere
    Column("granted_at", Utc, nullable=False),
    UniqueConstraint("account_id", "role", "scope"),
)

account_key = Table(
    "account_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("fingerprint", String(64), nullable=False),  # SHA256:…
    Column("public", LargeBinary, nullable=False),  # SSH wire form
    Column("label", String(64), nullable=False, default=""),
    Column("added_at", Utc, nullable=False),
    UniqueConstraint("account_id", "fingerprint"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),  # the code itself is shown once and not kept
    Column("batch", String(64), nullable=False),  # says where the code came from, never who used it
    Column("kind", String(16), nullable=False),  # what account it opens: member, sysop
    Column("uses_left", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(80), nullable=False, unique=True),  # keyed hash of account and/or source
    Column("failures", Integer, nullable=False),
    Column("last_at", Utc, nullable=False),
)

appointment = Table(
    "appointment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office", ForeignKey("office.slug"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("real_name", String(64), nullable=False),
    Column("real_name_fold", String(128), nullable=False),
    Column("title_zh", String(128), nullable=False),
    Column("title_en", String(128), nullable=False),
    Column("duty", String(16), nullable=False, default="holder"),  # holder, deputy, liaison (prepares, never publishes)
    Column("from_at", Utc, nullable=False),
    Column("until_at", Utc),
    Column("ended_at", Utc),
    Index("ix_appointment_account_id_ended_at", "account_id", "ended_at"),
    Index("ix_appointment_office_ended_at", "office", "ended_at"),
)

office = Table(
    "office",
    metadata,
    Column("slug", String(32), primary_key=True),
    Column("zh", String(64), nullable=False),
    Column("en", String(64), nullable=False),
    Column("about_zh", String(500), nullable=False, default=""),
    Column("about_en", String(500), nullable=False, default=""),
    Column("position", Integer, nullable=False),
    Column("archived", Boolean, nullable=False, default=False),
)
