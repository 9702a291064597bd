"""What somebody keeps at hand: boards and threads in an order of their own, some of them in folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import UNREAD_CAP, Board, Boards
from bbs.forum.posts import listing
from bbs.forum.posts.listing import Reader
from bbs.forum.posts.posts import ReadState, Thread
from bbs.forum.reading.attention import Attention
from bbs.forum.reading.reading import Reading
from bbs.forum.writing.imitation import check_imitation
from bbs.store.database import Database, Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import account, favourite
from bbs.text.clean import clean_line

FAVOURITES_MOST: Final = 500
"""Boards, threads and folders one account may keep."""
FOLDER_LIMIT: Final = 64
"""Characters of the name of a folder."""
_RAW: Final = 4  # how many times longer a name may be before it is looked at


class Kind(StrEnum):
    """What is kept."""

    FOLDER = "folder"
    BOARD = "board"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class Favourite:
    """One row. `unread`: threads with something new (board), floors (thread), things with something new (folder).

    `board` and `thread` are None for a folder, and for what is no longer there or no longer open to its reader.
    """

    id: int
    parent: int | None
    kind: Kind
    name: str
    board: Board | None = None
    thread: Thread | None = None
    unread: int = 0

    @property
    def route(self) -> str:
        """Where it leads; "" for what is gone."""
        if self.kind is Kind.FOLDER:
            return f"/fav/{self.id}"
        target = self.board if self.kind is Kind.BOARD else self.thread
        return target.route if target is not None else ""


class Favourites:
    """Favourites of an account. Folders stand on the first level only; guests keep nothing."""

    def __init__(self, db: Database, boards: Boards, reading: Reading, attention: Attention) -> None:
        self._db = db
        self._boards = boards
        self._reading = reading
        self._attention = attention

    async def all(self, actor: Actor, *, exact: bool = True) -> list[Favourite]:
        """All of them in order, what a folder holds right after it; without `exact` a board's count is 1 or 0."""
        owner = actor.account_id
        if owner is None:
            return []
        rows = await self._db.read(lambda tx: tx.connection.execute(_ALL, {"a": owner}).all())
        if not rows:
            return []
        boards = await self._boards.readable(actor)
        if exact:
            unread = {row.board.id: row.unread for _, found in await self._boards.sections(actor) for row in found}
        else:
            unread = dict.fromkeys(await self._boards.with_unread(actor), 1)
        threads = await self._threads(actor, [row.target for row in rows if row.kind == Kind.THREAD])
        found: dict[int | None, list[Favourite]] = {}
        for row in rows:
            one = Favourite(row.id, row.parent_id, Kind(row.kind), row.name)
            if one.kind is Kind.BOARD and row.target in boards:
                new = unread.get(row.target, 0)
                one = Favourite(row.id, row.parent_id, one.kind, "", boards[row.target], unread=new)
            elif one.kind is Kind.THREAD and row.target in threads:
                thread = threads[row.target]
                one = Favourite(row.id, row.parent_id, one.kind, "", thread=thread, unread=_new_floors(thread))
            found.setdefault(row.parent_id, []).append(one)
        ordered: list[Favourite] = []
        for one in found.get(None, []):
            inside = found.get(one.id, []) if one.kind is Kind.FOLDER else []
            ordered += [_counted(one, inside) if one.kind is Kind.FOLDER else one, *inside]
        return ordered

    async def list(self, actor: Actor, folder: int | None = None) -> list[Favourite]:
        """Those of the first level or of a folder, in order; NotFound(`favourite.not_found`)."""
        found = await self.all(actor)
        if folder is not None and not any(one.id == folder and one.kind is Kind.FOLDER for one in found):
            raise NotFound("favourite.not_found", favourite=folder)
        return [one for one in found if one.parent == folder]

    async def holds(self, actor: Actor, target: Board | Thread) -> bool:
        """Whether a board or thread is among them."""
        given = {"a": actor.account_id or 0, "k": _kind(target).value, "t": target.id}
        return await self._db.read(lambda tx: tx.connection.execute(_FIND, given).first() is not None)

    async def add(self, actor: Actor, target: Board | Thread, folder: int | None = None) -> int:
        """Keep a board or thread, last in its folder; what is kept already stays where it is. Its number.

        Raises Forbidden, NotFound(`favourite.not_found`), Conflict(`favourite.full`)."""
        access.require(actor, Verb.ACCOUNT_KEEP)
        owner = _owner(actor)
        given = {"a": owner, "k": _kind(target).value, "t": target.id}

        def unit(tx: Tx) -> int:
            _hold(tx, owner)
            kept = tx.connection.execute(_FIND, given).scalar_one_or_none()
            return int(kept) if kept is not None else _insert(tx, owner, folder, _kind(target), target.id, "")

        return await self._db.write(unit)

    async def add_folder(self, actor: Actor, name: str) -> int:
        """Make a folder, last of the first level. Its number.

        Raises Forbidden, Invalid(`favourite.name`, `title.imitates`), Conflict(`favourite.full`)."""
        access.require(actor, Verb.ACCOUNT_KEEP)
        owner, clean = _owner(actor), _folder_name(name)

        def unit(tx: Tx) -> int:
            _hold(tx, owner)
            return _insert(tx, owner, None, Kind.FOLDER, None, clean)

        return await self._db.write(unit)

    async def rename(self, actor: Actor, number: int, name: str) -> None:
        """Give a folder another name; raises as `add_folder`, and NotFound(`favourite.not_found`)."""
        access.require(actor, Verb.ACCOUNT_KEEP)
        owner, clean = _owner(actor), _folder_name(name)

        def unit(tx: Tx) -> None:
            if _mine(tx, owner, number).kind != Kind.FOLDER:
                raise NotFound("favourite.not_found", favourite=number)
            tx.connection.execute(update(favourite).where(favourite.c.id == number).values(name=clean))

        await self._db.write(unit)

    async def remove(self, actor: Actor, number: int) -> None:
        """Keep something no longer; what a folder held moves out to the end of the first level.

        Raises Forbidden, NotFound(`favourite.not_found`)."""
        access.require(actor, Verb.ACCOUNT_KEEP)
        owner = _owner(actor)

        def unit(tx: Tx) -> None:
            _hold(tx, owner)
            _mine(tx, owner, number)
            last = _last(tx, owner, None)
            for place, inside in enumerate(_order(tx, owner, number), last + 1):
                tx.connection.execute(
                    update(favourite).where(favourite.c.id == inside).values(parent_id=None, position=place)
                )
            tx.connection.execute(delete(favourite).where(favourite.c.id == number))

        await self._db.write(unit)

    async def drop(self, actor: Actor, target: Board | Thread) -> bool:
        """Keep a board or thread no longer; False when it was not kept."""
        access.require(actor, Verb.ACCOUNT_KEEP)
        given = {"a": _owner(actor), "k": _kind(target).value, "t": target.id}
        return await self._db.write(lambda tx: tx.connection.execute(_DROP, given).rowcount > 0)

    async def move(self, actor: Actor, number: int, place: int) -> None:
        """Put something at a place (from 0) among those beside it; NotFound(`favourite.not_found`)."""
        access.require(actor, Verb.ACCOUNT_KEEP)
        owner = _owner(actor)

        def unit(tx: Tx) -> None:
            _hold(tx, owner)
            order = _order(tx, owner, _mine(tx, owner, number).parent_id)
            order.remove(number)
            order.insert(max(0, place), number)
            for position, one in enumerate(order):
                tx.connection.execute(update(favourite).where(favourite.c.id == one).values(position=position))

        await self._db.write(unit)

    async def put(self, actor: Actor, number: int, folder: int | None) -> None:
        """Put a board or thread into a folder, or out of it (None), at the end.

        Raises NotFound(`favourite.not_found`), Invalid(`favourite.nested`) for a folder in a folder."""
        access.require(actor, Verb.ACCOUNT_KEEP)
        owner = _owner(actor)

        def unit(tx: Tx) -> None:
            _hold(tx, owner)
            row = _mine(tx, owner, number)
            if folder is not None:
                if row.kind == Kind.FOLDER:
                    raise Invalid("favourite.nested")
                if _mine(tx, owner, folder).kind != Kind.FOLDER:
                    raise NotFound("favourite.not_found", favourite=folder)
            if row.parent_id == folder:
                return
            values = {"parent_id": folder, "position": _last(tx, owner, folder) + 1}
            tx.connection.execute(update(favourite).where(favourite.c.id == number).values(**values))

        await self._db.write(unit)

    async def _threads(self, actor: Actor, numbers: Sequence[int]) -> dict[int, Thread]:
        if not numbers:
            return {}
        boards = await self._boards.readable(actor)
        heed = await self._attention.heed(actor)
        waiting = self._reading.waiting(actor)
        reader = Reader(actor.account_id or 0, actor.baseline_post_id, waiting, boards, heed=heed)
        found = await self._db.read(lambda tx: listing.several(tx, reader, numbers))
        return {one.id: one for one in found}


def count_new(tx: Tx, reader: Reader, unread: Mapping[int, int]) -> int:
    """How many of somebody's favourite boards and threads have something new; `unread` counts threads by board."""
    rows = _ROWS.all(tx, {"a": reader.account})
    boards = sum(
        1
        for row in rows
        if row.kind == Kind.BOARD
        and row.target in reader.boards
        and not reader.boards[row.target].archived
        and unread.get(row.target)
    )
    threads = [row.target for row in rows if row.kind == Kind.THREAD]
    return boards + sum(1 for one in listing.several(tx, reader, threads) if _new_floors(one)) if threads else boards


def _kind(target: Board | Thread) -> Kind:
    return Kind.BOARD if isinstance(target, Board) else Kind.THREAD


def _owner(actor: Actor) -> int:
    return actor.account_id or 0


def _new_floors(thread: Thread) -> int:
    if thread.state is not ReadState.UNREAD or thread.muted:
        return 0
    return min(UNREAD_CAP, max(1, thread.last_floor - thread.read_floor))


def _counted(folder: Favourite, inside: Sequence[Favourite]) -> Favourite:
    new = sum(1 if one.kind is Kind.THREAD else one.unread for one in inside if one.unread)
    return Favourite(folder.id, None, Kind.FOLDER, folder.name, unread=min(UNREAD_CAP, new))


def _folder_name(name: str) -> str:
    clean = clean_line(name) if len(name) <= FOLDER_LIMIT * _RAW else ""
    if not clean or len(clean) > FOLDER_LIMIT:
        raise Invalid("favourite.name", most=FOLDER_LIMIT)
    check_imitation(clean)
    return clean


def _hold(tx: Tx, owner: int) -> None:
    """One change of an account's favourites at a time, so that no two get one place; SQLite has one writer anyway."""
    if tx.dialect != "sqlite":
        tx.connection.execute(select(account.c.id).where(account.c.id == owner).with_for_update())


def _mine(tx: Tx, owner: int, number: int) -> Any:
    row = tx.connection.execute(_ONE, {"a": owner, "n": number}).first()
    if row is None:
        raise NotFound("favourite.not_found", favourite=number)
    return row


def _order(tx: Tx, owner: int, folder: int | None) -> list[int]:
    return list(tx.connection.execute(_BESIDE.where(_inside(folder)), {"a": owner}).scalars())


def _last(tx: Tx, owner: int, folder: int | None) -> int:
    query = select(func.coalesce(func.max(favourite.c.position), -1)).where(_OWN, _inside(folder))
    return int(tx.connection.execute(query, {"a": owner}).scalar_one())


def _inside(folder: int | None) -> Any:
    return favourite.c.parent_id.is_(None) if folder is None else favourite.c.parent_id == folder


def _insert(tx: Tx, owner: int, folder: int | None, kind: Kind, target: int | None, name: str) -> int:
    if tx.connection.execute(select(func.count()).where(_OWN), {"a": owner}).scalar_one() >= FAVOURITES_MOST:
        raise Conflict("favourite.full", most=FAVOURITES_MOST)
    if folder is not None and _mine(tx, owner, folder).kind != Kind.FOLDER:
        raise NotFound("favourite.not_found", favourite=folder)
    values = {
        "account_id": owner,
        "parent_id": folder,
        "kind": kind.value,
        "target": target,
        "name": name,
        "position": _last(tx, owner, folder) + 1,
    }
    return int(tx.connection.execute(insert(favourite).values(**values).returning(favourite.c.id)).scalar_one())


_OWN: Final = favourite.c.account_id == bindparam("a")
_ALL: Final = select(favourite).where(_OWN).order_by(favourite.c.position, favourite.c.id)
_ROWS: Final = Prepared(_ALL)
_BESIDE: Final = select(favourite.c.id).where(_OWN).order_by(favourite.c.position, favourite.c.id)
_ONE: Final = select(favourite.c.kind, favourite.c.parent_id).where(_OWN, favourite.c.id == bindparam("n"))
_TARGET: Final = (_OWN, favourite.c.kind == bindparam("k"), favourite.c.target == bindparam("t"))
_FIND: Final = select(favourite.c.id).where(*_TARGET)
_DROP: Final = delete(favourite).where(*_TARGET)
