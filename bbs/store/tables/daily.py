"""What a member does every day beside posts: pushes, polls, favourites, follows, the library, notices, mail, pages."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bbs.store.tables.meta import Utc, metadata

push = Table(
    "push",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("author", String(64), nullable=False),
    Column("stance", String(16), nullable=False),  # agree, disagree, note
    Column("words", String(200), nullable=False, default=""),
    Column("created_at", Utc, nullable=False),
    Column("changed_at", Utc),
    UniqueConstraint("post_id", "account_id"),
)

poll = Table(
    "poll",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, unique=True),
    Column("question", String(200), nullable=False),
    Column("options", JSON, nullable=False),  # texts, by position
    Column("many", Boolean, nullable=False, default=False),  # more than one option may be chosen
    Column("open_names", Boolean, nullable=False, default=False),  # who voted what is shown; told before voting
    Column("results_early", Boolean, nullable=False, default=True),
    Column("closes_at", Utc),
    Column("created_at", Utc, nullable=False),
)

poll_vote = Table(
    "poll_vote",
    metadata,
    Column("poll_id", ForeignKey("poll.id"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("option", Integer, primary_key=True),
    Column("voted_at", Utc, nullable=False),
)

favourite = Table(
    "favourite",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("parent_id", ForeignKey("favourite.id")),  # the folder it is in
    Column("kind", String(16), nullable=False),  # folder, board, thread
    Column("target", Integer),  # board or thread id; None for a folder
    Column("name", String(64), nullable=False, default=""),  # of a folder
    Column("position", Integer, nullable=False),
    UniqueConstraint("account_id", "kind", "target"),
    Index("ix_favourite_account_id_parent_id_position", "account_id", "parent_id", "position"),
)

attention = Table(
    "attention",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),  # thread, account, office
    Column("target", String(64), primary_key=True),  # thread id, account id, office slug
    Column("level", String(16), nullable=False),  # follow, mute, block (accounts only)
    Column("since", Utc, nullable=False),
    Index("ix_attention_kind_target_level", "kind", "target", "level"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # mention, reply, follow, push, mail, office, board
    Column("route", String(200), nullable=False),
    Column("facts", JSON, nullable=False),  # fills the message notice.KIND
    Column("created_at", Utc, nullable=False),
    Column("read_at", Utc),
    Index("ix_notice_account_id_id", "account_id", "id"),
    sqlite_autoincrement=True,
)

mail = Table(
    "mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("talk_id", Integer, nullable=False, index=True),  # id of the first mail of the conversation
    Column("owner_id", ForeignKey("account.id"), nullable=False),  # whose copy this is: sender's and recipient's
    Column("other_id", ForeignKey("account.id"), nullable=False),
    Column("other", String(64), nullable=False),
    Column("sent", Boolean, nullable=False),  # the owner wrote it
    Column("subject", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("read_at", Utc),
    Column("kept", Boolean, nullable=False, default=False),
    Column("draft_id", String(36)),
    Index("ix_mail_owner_id_id", "owner_id", "id"),
    UniqueConstraint("owner_id", "draft_id"),
    sqlite_autoincrement=True,
)

page = Table(
    "page",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),  # whose copy this is: sender's or recipient's
    Column("other_id", ForeignKey("account.id"), nullable=False),
    Column("other", String(64), nullable=False),
    Column("sent", Boolean, nullable=False),  # the owner wrote it
    Column("words", String(300), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("shown_at", Utc),
    Index("ix_page_account_id_id", "account_id", "id"),
    sqlite_autoincrement=True,
)

library = Table(
    "library",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("parent_id", ForeignKey("library.id")),
    Column("slug", String(64), nullable=False),
    Column("title", String(120), nullable=False),
    Column("body", Text),  # None for a folder
    Column("post_id", ForeignKey("post.id")),  # where it was taken from
    Column("position", Integer, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Column("changed_by", String(64), nullable=False),
    UniqueConstraint("board_id", "parent_id", "slug"),
)

template = Table(
    "template",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("board_id", "name"),
)

place = Table(
    "place",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("session", String(16), primary_key=True),  # several of one account do not overwrite each other
    Column("house", String(16), nullable=False),  # the server it is on: one that was killed finds its own again
    Column("dropped", Boolean, nullable=False),  # False while the session runs; a clean end deletes the row
    Column("route", String(200), nullable=False),
    Column("state", JSON, nullable=False),  # what the screen needs to come back to the same cursor
    Column("draft_id", String(36)),
    Column("left_at", Utc, nullable=False),
)
