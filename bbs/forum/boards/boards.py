"""Boards and sections as people see them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Set
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row, Select, func, select

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board, BoardRow, Section
from bbs.forum.reading.attention import Attention
from bbs.forum.reading.counts import AGAIN, AGAIN_HEARD, NEW_ONES, UNREAD_CAP, Counts, Unread
from bbs.forum.reading.marks import is_muted
from bbs.forum.reading.reading import Reading
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import board, section, thread

__all__ = ["UNREAD_CAP", "Board", "BoardRow", "Boards", "Section"]


class Boards:
    """Reading the boards. Hot and read-mostly: kept in memory, dropped by hub events."""

    def __init__(self, db: Database, reading: Reading, attention: Attention) -> None:
        self._db = db
        self._reading = reading
        self._attention = attention
        self._counts = Counts(db, reading, attention)
        self._known: _Known | None = None
        self._generation = 0
        db.hub.subscribe(("community.changed", "thread.new", "thread.moved", "thread.hidden"), self._forget)
        db.hub.subscribe(("post.new",), self._move_on)

    async def sections(self, actor: Actor) -> list[tuple[Section, list[BoardRow]]]:
        """All boards the actor may read, by section, with unread counts (one wide query)."""
        known = await self._all()
        unread = await self._unread(actor)
        readable = known.readable(actor)
        found: list[tuple[Section, list[BoardRow]]] = []
        for each in known.sections:
            rows = [
                BoardRow(one, *unread.get(one.id, (0, 0)))
                for one in readable.values()
                if one.section == each.slug and not one.archived
            ]
            if rows:
                found.append((each, rows))
        return found

    async def get(self, actor: Actor, slug: str) -> Board:
        """One board; raises NotFound(`board.not_found`) also for boards the actor may not read."""
        known = await self._all()
        number = known.by_slug.get(slug)
        found = None if number is None else known.readable(actor).get(number)
        if found is None:
            raise NotFound("board.not_found", board=slug)
        return found

    async def by_id(self, number: int) -> Board:
        """A board by its number, whoever asks; NotFound(`board.not_found`)."""
        found = (await self._all()).boards.get(number)
        if found is None:
            raise NotFound("board.not_found", board=number)
        return found

    async def readable(self, actor: Actor) -> Mapping[int, Board]:
        """The boards the actor may read, archived ones included, by number: not to be changed."""
        return (await self._all()).readable(actor)

    async def numbers(self) -> Set[int]:
        """The numbers of all boards, whoever asks."""
        return (await self._all()).boards.keys()

    async def in_order(self, actor: Actor) -> list[Board]:
        """The boards of `sections`, without counts."""
        known = await self._all()
        readable = known.readable(actor).values()
        return [one for each in known.sections for one in readable if one.section == each.slug and not one.archived]

    async def unread_total(self, actor: Actor) -> tuple[int, int]:
        """Threads with something new, and in how many boards."""
        return total(await self.readable(actor), await self._unread(actor))

    async def with_unread(self, actor: Actor) -> frozenset[int]:
        """The numbers of boards that have something unread, not counting it; marks that wait are not looked at."""
        account = actor.account_id
        if account is None:
            return frozenset()
        again = await self._reading.again(account)
        heed = await self._attention.heed(actor)
        given: dict[str, Any] = {"account": account, "baseline": actor.baseline_post_id}
        if heed.mutes:
            given |= heed.parameters

        def unit(tx: Tx) -> frozenset[int]:
            rows = tx.connection.execute(_HAS_HEARD if heed.mutes else _HAS, given).all()
            if again:
                below = AGAIN_HEARD if heed.mutes else AGAIN
                rows = [*rows, *tx.connection.execute(below, given | {"threads": sorted(again)})]
            return frozenset(int(row[0]) for row in rows)

        return await self._db.read(unit)

    async def counting(self, actor: Actor) -> Callable[[Tx], Unread]:
        """What counts the unread threads of each board, as part of a unit; see `counts.Counts.counting`."""
        return await self._counts.counting(actor)

    async def _unread(self, actor: Actor) -> dict[int, tuple[int, int]]:
        ready = await self._counts.ready(actor)
        return await self._db.read(await self.counting(actor)) if ready is None else ready

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
        known.replace(replace(known.boards[number], last_post_id=newest))


_KNOWN_MOST: Final = 100  # sets of boards that are kept, one for each kind of rights


class _Known:
    """The tables of sections and boards, in memory, in the order of the list."""

    __slots__ = ("_readable", "boards", "by_slug", "sections")

    def __init__(self, sections: list[Section], boards: list[Board]) -> None:
        self.sections: Final = sections
        self.boards: Final = {one.id: one for one in boards}
        self.by_slug: Final = {one.slug: one.id for one in boards}
        self._readable: Final[dict[Hashable, dict[int, Board]]] = {}

    def readable(self, actor: Actor) -> Mapping[int, Board]:
        """The boards the actor may read; the same for all who have the same rights."""
        rights = access.rights(actor)
        found = self._readable.get(rights)
        if found is None:
            if len(self._readable) >= _KNOWN_MOST:
                self._readable.clear()
            verb = access.Verb.BOARD_READ
            found = {number: one for number, one in self.boards.items() if access.allowed(actor, verb, place=one)}
            self._readable[rights] = found
        return found

    def replace(self, one: Board) -> None:
        """A board has become another in something that decides nothing about who may read it."""
        self.boards[one.id] = one
        for found in self._readable.values():
            if one.id in found:
                found[one.id] = one


def total(readable: Mapping[int, Board], unread: Mapping[int, tuple[int, int]]) -> tuple[int, int]:
    """Threads with something new in these boards, archived ones and muted threads left out, and in how many boards."""
    open_boards = (number for number, one in readable.items() if not one.archived)
    counts = [count for number in open_boards if (count := unread.get(number, (0, 0))[0])]
    return sum(counts), len(counts)


def _nothing(tx: Tx) -> dict[int, tuple[int, int]]:
    return {}


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
        acknowledge_days=row.acknowledge_days,
        answer_days=row.answer_days,
        private_cases=row.private_cases,
    )


_SECTIONS: Final = select(section.c.slug, section.c.zh, section.c.en).order_by(
    section.c.archived, section.c.position, section.c.slug
)
_NEWEST: Final = select(func.max(thread.c.last_post_id)).where(thread.c.board_id == board.c.id).scalar_subquery()
_BOARDS: Final = select(board, _NEWEST.label("newest_post_id")).order_by(board.c.position, board.c.id)


def _having(new_ones: Select[tuple[Any]]) -> Any:
    return select(board.c.id).where(board.c.archived_at.is_(None), new_ones.correlate(board).exists())


_HAS: Final = _having(NEW_ONES)
_HAS_HEARD: Final = _having(NEW_ONES.where(~is_muted()))
