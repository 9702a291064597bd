"""Boards and sections as people see them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, literal_column, select

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.actor import Actor
from bbs.forum.marks import MARK_OF_THREAD, watermark
from bbs.forum.places import Board, BoardRow, Section
from bbs.forum.reading import Reading
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import board, section, thread, thread_mark

__all__ = ["UNREAD_CAP", "Board", "BoardRow", "Boards", "Section"]

UNREAD_CAP = 999
"""Counts stop here: nobody reads "12,345 unread", and a bounded count stays fast on a board of a million threads."""


class Boards:
    """Reading the boards. Hot and read-mostly: kept in memory, dropped by hub events."""

    def __init__(self, db: Database, reading: Reading) -> None:
        self._db = db
        self._reading = reading
        self._known: _Known | None = None
        self._generation = 0
        db.hub.subscribe(("community.changed", "thread.new"), self._forget)
        db.hub.subscribe(("post.new",), self._move_on)

    async def sections(self, actor: Actor) -> list[tuple[Section, list[BoardRow]]]:
        """All boards the actor may read, by section, with unread counts (one wide query)."""
        known = await self._all()
        unread = await self._unread(actor)
        found: list[tuple[Section, list[BoardRow]]] = []
        for each in known.sections:
            rows = [
                BoardRow(one, unread.get(one.id, 0))
                for one in known.boards.values()
                if one.section == each.slug and not one.archived and _readable(actor, one)
            ]
            if rows:
                found.append((each, rows))
        return found

    async def get(self, actor: Actor, slug: str) -> Board:
        """One board; raises NotFound(`board.not_found`) also for boards the actor may not read."""
        known = await self._all()
        number = known.by_slug.get(slug)
        if number is None or not _readable(actor, known.boards[number]):
            raise NotFound("board.not_found", board=slug)
        return known.boards[number]

    async def by_id(self, number: int) -> Board:
        """A board by its number, whoever asks; NotFound(`board.not_found`)."""
        found = (await self._all()).boards.get(number)
        if found is None:
            raise NotFound("board.not_found", board=number)
        return found

    async def readable(self, actor: Actor) -> dict[int, Board]:
        """The boards the actor may read, archived ones included, by number."""
        return {number: one for number, one in (await self._all()).boards.items() if _readable(actor, one)}

    async def unread_total(self, actor: Actor) -> tuple[int, int]:
        """Threads with something new, and in how many boards."""
        known = await self._all()
        counts = [
            count
            for number, count in (await self._unread(actor)).items()
            if count and number in known.boards and not known.boards[number].archived
            if _readable(actor, known.boards[number])
        ]
        return sum(counts), len(counts)

    async def _unread(self, actor: Actor) -> dict[int, int]:
        account = actor.account_id
        if account is None:
            return {}
        await self._reading.settle(actor)
        again = await self._reading.again(account)
        reader = {"account": account, "baseline": actor.baseline_post_id}

        def unit(tx: Tx) -> dict[int, int]:
            counts = {row[0]: row[1] for row in tx.connection.execute(_UNREAD, reader)}
            if again:
                for number, more in tx.connection.execute(_AGAIN, reader | {"threads": sorted(again)}):
                    counts[number] = min(UNREAD_CAP, counts.get(number, 0) + more)
            return counts

        return await self._db.read(unit)

    async def _all(self) -> _Known:
        while self._known is None:
            generation = self._generation
            found = await self._db.read(_read_all)
            if generation == self._generation:
                self._known = found
        return self._known

    def _forget(self, event: Event) -> None:
        self._generation += 1
        self._known = None

    def _move_on(self, event: Event) -> None:
        known = self._known
        number = None if known is None else known.by_slug.get(str(event.payload.get("board")))
        if known is None or number is None:
            return
        newest = max(known.boards[number].last_post_id, int(event.payload.get("post") or 0))
        known.boards[number] = replace(known.boards[number], last_post_id=newest)


class _Known:
    """The tables of sections and boards, in memory, in the order of the list."""

    __slots__ = ("boards", "by_slug", "sections")

    def __init__(self, sections: list[Section], boards: list[Board]) -> None:
        self.sections: Final = sections
        self.boards: Final = {one.id: one for one in boards}
        self.by_slug: Final = {one.slug: one.id for one in boards}


def _readable(actor: Actor, one: Board) -> bool:
    return access.allowed(actor, access.Verb.BOARD_READ, place=one)


def _read_all(tx: Tx) -> _Known:
    sections = [Section(*row) for row in tx.connection.execute(_SECTIONS)]
    boards = [board_of(row) for row in tx.connection.execute(_BOARDS)]
    return _Known(sections, boards)


def board_of(row: Row[Any]) -> Board:
    """A row of the board table as a value."""
    return Board(
        id=row.id,
        slug=row.slug,
        section=row.section,
        zh=row.zh,
        en=row.en,
        about_zh=row.about_zh,
        about_en=row.about_en,
        nature=row.nature,
        tracked=row.tracked,
        library=row.library,
        read=row.read,
        post=row.post,
        offices=tuple(row.offices),
        unit=row.unit,
        position=row.position,
        threads=row.threads,
        last_post_id=row.newest_post_id or 0,
        archived=row.archived_at is not None,
    )


_SECTIONS: Final = select(section.c.slug, section.c.zh, section.c.en).order_by(
    section.c.archived, section.c.position, section.c.slug
)
_NEWEST: Final = select(func.max(thread.c.last_post_id)).where(thread.c.board_id == board.c.id).scalar_subquery()
_BOARDS: Final = select(board, _NEWEST.label("newest_post_id")).order_by(board.c.position, board.c.id)

# For each board, at most UNREAD_CAP threads above the watermark whose reader has not read them to the end.
_NEW_ONES: Final = (
    select(literal_column("1").label("one"))
    .select_from(thread.outerjoin(thread_mark, MARK_OF_THREAD))
    .where(
        thread.c.board_id == board.c.id,
        thread.c.last_post_id > watermark(board.c.id),
        thread.c.hidden_at.is_(None),
        func.coalesce(thread_mark.c.read_post_id, 0) < thread.c.last_post_id,
    )
    .limit(UNREAD_CAP)
    .correlate(board)
    .subquery()
)
_UNREAD: Final = select(
    board.c.id, select(func.count()).select_from(_NEW_ONES).correlate(board).scalar_subquery().label("unread")
).where(board.c.archived_at.is_(None))

# Threads marked unread again that lie below the watermark, where the query above does not look.
_AGAIN: Final = (
    select(thread.c.board_id, func.count())
    .where(
        thread.c.id.in_(bindparam("threads", expanding=True)),
        thread.c.hidden_at.is_(None),
        thread.c.last_post_id <= watermark(thread.c.board_id),
    )
    .group_by(thread.c.board_id)
)
