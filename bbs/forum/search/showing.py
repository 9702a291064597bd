"""Reading what stands on a page of hits: texts and marks only of what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select

from bbs.forum.boards.places import Board
from bbs.forum.search.hits import Hit, HitKind
from bbs.forum.search.runs import Sighting
from bbs.forum.search.snippets import marked, snippet
from bbs.store.database import Tx
from bbs.store.tables import bulletin, library, post
from bbs.text.segment import Query

_DEEP: Final = 64  # steps up a tree, which has far fewer levels


class Shower:
    """Makes hits of sightings, in the unit that found them."""

    def __init__(self, tx: Tx, words: Query, boards: Mapping[int, Board], lang: str) -> None:
        self._tx = tx
        self._words = words
        self._boards = boards
        self._lang = lang

    def show(self, page: Sequence[Sighting]) -> tuple[Hit, ...]:
        """The hits, in the same order."""
        bodies: dict[HitKind, dict[int, str]] = {}
        for kind, query in _BODIES.items():
            ids = [one.id for one in page if one.kind is kind]
            if ids:
                bodies[kind] = {row[0]: row[1] for row in self._tx.connection.execute(query, {"ids": ids})}
        return tuple(_MAKE[one.kind](self, one, bodies[one.kind].get(one.id, "")) for one in page)

    def _posted(self, one: Sighting, body: str) -> Hit:
        row = one.row
        return Hit(
            kind=one.kind,
            id=one.id,
            thread=row.of_thread,
            floor=row.floor if one.kind is HitKind.POST else 1,
            place=self._boards[row.board_id].slug,
            title=marked(row.title, self._words),
            author=row.author,
            official=row.official_office,
            created_at=one.at,
            snippet=snippet(body, self._words),
        )

    def _published(self, one: Sighting, body: str) -> Hit:
        row = one.row
        title = row.title if self._lang.startswith("zh") or not row.title_en else row.title_en
        return Hit(
            kind=one.kind,
            id=one.id,
            thread=None,
            floor=None,
            place=row.column,
            title=marked(title, self._words),
            author=row.author or row.source,
            official=None,
            created_at=one.at,
            snippet=snippet(body, self._words),
        )

    def _shelved(self, one: Sighting, body: str) -> Hit:
        row = one.row
        return Hit(
            kind=one.kind,
            id=one.id,
            thread=None,
            floor=None,
            place=self._boards[row.board_id].slug,
            title=marked(row.title, self._words),
            author=row.author,
            official=None,  # the title is the moderators', not the office's
            created_at=one.at,
            snippet=snippet(body, self._words),
            path=self._path(row),
        )

    def _path(self, row: Any) -> str:
        slugs, parent = [row.slug], row.parent_id
        while parent is not None and len(slugs) < _DEEP:
            slug, parent = self._tx.connection.execute(_PARENT, {"n": parent}).one()
            slugs.append(slug)
        return "/".join(reversed(slugs))


_MAKE: Final = {
    HitKind.POST: Shower._posted,
    HitKind.THREAD: Shower._posted,
    HitKind.BULLETIN: Shower._published,
    HitKind.LIBRARY: Shower._shelved,
}
_BODIES: Final = {
    HitKind.POST: select(post.c.id, post.c.body).where(post.c.id.in_(bindparam("ids", expanding=True))),
    HitKind.THREAD: select(post.c.thread_id, post.c.body).where(
        post.c.thread_id.in_(bindparam("ids", expanding=True)),
        post.c.floor == 1,
        post.c.hidden_at.is_(None),
        post.c.withdrawn_at.is_(None),
    ),
    HitKind.BULLETIN: select(bulletin.c.id, bulletin.c.body).where(bulletin.c.id.in_(bindparam("ids", expanding=True))),
    HitKind.LIBRARY: select(library.c.id, library.c.body).where(library.c.id.in_(bindparam("ids", expanding=True))),
}
_PARENT: Final = select(library.c.slug, library.c.parent_id).where(library.c.id == bindparam("n"))
