"""The tables of the search index, made by hand because no tool knows how to compare them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection, text

from bbs.store import driver


class Kind(StrEnum):
    """What can be searched; each has its own index table, whose row numbers are the ids of the things."""

    POST = "post"
    BULLETIN = "bulletin"
    THREAD = "thread"
    LIBRARY = "library"


def create_index(connection: Connection) -> None:
    """Create an empty index for every kind."""
    for kind in Kind:
        if connection.dialect.name == "sqlite":
            connection.execute(text(_sqlite(kind)))
        else:
            connection.execute(text(f"CREATE TABLE search_{kind} (id integer PRIMARY KEY, words tsvector NOT NULL)"))
            connection.execute(text(f"CREATE INDEX ix_search_{kind}_words ON search_{kind} USING gin (words)"))


def _sqlite(kind: Kind) -> str:
    options = ["words", "tokenize='unicode61 remove_diacritics 2'"]
    if driver.sqlite_version() >= (3, 43):  # older ones keep the text in the index, to be able to delete
        options += ["content=''", "contentless_delete=1"]
    return f"CREATE VIRTUAL TABLE search_{kind} USING fts5({', '.join(options)})"
