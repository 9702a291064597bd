"""The search index: words of posts, bulletins, thread titles and library texts, newest first."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import TextClause, text

from bbs.errors import Invalid
from bbs.store.database import Tx
from bbs.store.prepared import Prepared
from bbs.store.search_schema import Kind
from bbs.store.search_tags import Narrow, Tags
from bbs.text.segment import Query, index_text

__all__ = ["LIMIT", "TEXT_LIMIT", "Kind", "Narrow", "Tags", "find", "find_all", "index", "remove", "span"]

TEXT_LIMIT: Final = 200_000  # code points of one text that are indexed; PostgreSQL holds 1 MiB of words in a row
LIMIT: Final = 500  # hits of one call at most
_ALL: Final = Narrow()


def index(tx: Tx, kind: Kind, id: int, text_: str, tags: Tags | None) -> None:
    """Make a thing findable by its words and tags, or by its new ones; texts of libraries have no tags."""
    tokens = index_text(text_[:TEXT_LIMIT])
    if tags is not None:
        tokens = f"{tokens} {tags.words()}"
    _PUT[tx.dialect][kind].run(tx, {"id": id, "words": tokens})


def remove(tx: Tx, kind: Kind, id: int) -> None:
    """Make a thing unfindable; nothing happens when it was not findable."""
    tx.connection.execute(_DELETE[tx.dialect][kind], {"id": id})


def find(
    tx: Tx,
    query: Query,
    kind: Kind,
    limit: int = 50,
    before: int | None = None,
    least: int | None = None,
    narrow: Narrow = _ALL,
) -> list[int]:
    """The ids that match, newest (highest) first, below `before` where it is given; at most `limit` (1 to LIMIT).

    `narrow` says of which things, by their tags; with an empty query all of those are found.
    `least` is the lowest id looked at: a phrase of common characters that never stand together costs a look at all
    places where they stand apart. PostgreSQL then looks at this stretch of ids only; SQLite goes on to the end.
    """
    if not 1 <= limit <= LIMIT:
        raise Invalid("page.limit", most=LIMIT)
    match = (_fts5 if tx.dialect == "sqlite" else _tsquery)(query, narrow)
    if not match:
        return []
    parameters: dict[str, Any] = {"match": match, "limit": limit, "before": _TOP if before is None else before}
    if least is None:
        return list(tx.connection.execute(_FIND[tx.dialect][kind], parameters).scalars())
    return list(tx.connection.execute(_FIND_FROM[tx.dialect][kind], parameters | {"least": least}).scalars())


def find_all(tx: Tx, query: Query, kind: Kind, most: int, narrow: Narrow = _ALL) -> list[int]:
    """The ids that match, newest first, of a kind of which there are few; LIMIT more than `most` at most."""
    ids: list[int] = []
    while len(ids) <= most:
        more = find(tx, query, kind, LIMIT, ids[-1] if ids else None, narrow=narrow)
        ids += more
        if len(more) < LIMIT:
            break
    return ids


def span(tx: Tx, kind: Kind, narrow: Narrow) -> tuple[int, int]:
    """Between which ids all things with these tags are, (1, 0) for none: what is beyond need not be looked through.

    PostgreSQL has no quick way to tell, and needs none: its index skips what lacks a tag. There it is everything.
    """
    if tx.dialect != "sqlite" or not narrow:
        return 1, _TOP
    lowest, highest = tx.connection.execute(_SPAN[kind], {"match": _fts5(Query(), narrow)}).one()
    return lowest or 1, highest or 0


def _fts5(query: Query, narrow: Narrow) -> str:
    found = " AND ".join(_groups(query.fts5(), narrow, " OR "))
    return f"({found}) NOT ({' OR '.join(narrow.without)})" if found and narrow.without else found


def _tsquery(query: Query, narrow: Narrow) -> str:
    found = " & ".join(_groups(query.tsquery(), narrow, " | "))
    return f"({found}) & !({' | '.join(narrow.without)})" if found and narrow.without else found


def _groups(words: str, narrow: Narrow, either: str) -> list[str]:
    """Each part in brackets; nothing where there is neither a word nor a group of tags."""
    return [f"({part})" for part in (words, *(either.join(group) for group in narrow.groups)) if part]


_TOP: Final = 2**31 - 1

_PUT: Final = {
    "sqlite": {
        k: Prepared(text(f"INSERT OR REPLACE INTO search_{k} (rowid, words) VALUES (:id, :words)")) for k in Kind
    },
    "postgresql": {
        k: Prepared(
            text(
                f"INSERT INTO search_{k} (id, words) VALUES (:id, to_tsvector('simple', :words))"
                " ON CONFLICT (id) DO UPDATE SET words = excluded.words"
            )
        )
        for k in Kind
    },
}
_DELETE: Final = {
    "sqlite": {k: text(f"DELETE FROM search_{k} WHERE rowid = :id") for k in Kind},
    "postgresql": {k: text(f"DELETE FROM search_{k} WHERE id = :id") for k in Kind},
}


def _found(*, stretch: bool) -> dict[str, dict[Kind, TextClause]]:
    from_rowid, from_id = (" AND rowid >= :least", " AND id >= :least") if stretch else ("", "")
    return {
        "sqlite": {
            k: text(
                f"SELECT rowid FROM search_{k} WHERE search_{k} MATCH :match AND rowid < :before{from_rowid}"
                " ORDER BY rowid DESC LIMIT :limit"
            )
            for k in Kind
        },
        "postgresql": {
            k: text(
                f"SELECT id FROM search_{k} WHERE words @@ to_tsquery('simple', :match) AND id < :before{from_id}"
                " ORDER BY id DESC LIMIT :limit"
            )
            for k in Kind
        },
    }


_SPAN: Final = {
    k: text(
        f"SELECT (SELECT rowid FROM search_{k} WHERE search_{k} MATCH :match ORDER BY rowid LIMIT 1),"
        f" (SELECT rowid FROM search_{k} WHERE search_{k} MATCH :match ORDER BY rowid DESC LIMIT 1)"
    )
    for k in Kind
}
_FIND: Final = _found(stretch=False)
_FIND_FROM: Final = _found(stretch=True)
