"""A board's library: a tree of folders and texts that its moderators keep, so that the best is found again.

A text taken from a post is a copy, and stays when the post is edited; it says where it was taken from.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, delete, func, insert, select, update

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards import Board, Boards
from bbs.forum.posts import TITLE_LIMIT
from bbs.forum.proof import register
from bbs.forum.writing import checked_body, checked_title
from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind
from bbs.store.tables import board as board_table
from bbs.store.tables import library, post, thread
from bbs.text.when import Clock

T = TypeVar("T")

ITEMS_MOST: Final = 500
"""Folders and texts in one folder."""
DEPTH_MOST: Final = 6
"""Folders in each other."""
SLUG_LIMIT: Final = 24
"""Characters of a part of a path."""
PATH_LIMIT: Final = (SLUG_LIMIT + 1) * (DEPTH_MOST + 1)
_PATH: Final = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*")
_WORDS: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Source:
    """The post a text was taken from, as it is now."""

    thread: int
    floor: int
    author: str
    official: bool
    written_at: datetime

    @property
    def route(self) -> str:
        return f"/t/{self.thread}#{self.floor}"


@dataclass(frozen=True, slots=True)
class Item:
    """A folder or a text. `path` is below the library's root; `body` is None for a folder, and in lists."""

    id: int
    board: str
    path: str
    title: str
    folder: bool
    changed_at: datetime
    changed_by: str
    source: Source | None = None
    body: str | None = None

    @property
    def route(self) -> str:
        return f"/b/{self.board}/library/{self.path}"


@dataclass(frozen=True, slots=True)
class _Node:
    """A row on the way to an item; the root has no number."""

    id: int | None
    slug: str = ""
    title: str = ""
    folder: bool = True


class Library:
    """Reading and keeping libraries. A path is slugs with `/` between them; "" is the root."""

    def __init__(self, db: Database, clock: Clock, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards

    async def get(self, actor: Actor, board: Board, path: str) -> Item:
        """A folder or a text with its body; NotFound(`library.none`, `library.not_found`)."""
        _readable(actor, board)
        return await self._db.read(lambda tx: _get(tx, board, path))

    async def list(self, actor: Actor, board: Board, path: str = "") -> list[Item]:
        """What a folder holds, in order; raises as `get`."""
        _readable(actor, board)
        return await self._db.read(lambda tx: _list(tx, board, path))

    async def folders(self, actor: Actor, board: Board) -> builtins.list[tuple[str, str]]:
        """Path and title of each folder, the tree from top to bottom, without the root."""
        _readable(actor, board)
        return await self._db.read(lambda tx: _folders(tx, board))

    async def take(self, actor: Actor, board: Board, post: int, path: str = "", title: str = "") -> Item:
        """Copy a post of the board into a folder, under its thread's title unless another is given. Recorded.

        Raises Forbidden, NotFound(`post.not_found`, `library.…`), Conflict(`post.is_hidden`, `library.full`)."""
        _may(actor, board)

        def unit(tx: Tx, at: datetime) -> Item:
            row = tx.connection.execute(_POST, {"p": post}).first()
            if row is None or row.board_id != board.id or row.thread_hidden_at is not None:
                raise NotFound("post.not_found", post=post)
            if row.hidden_at is not None or row.withdrawn_at is not None:
                raise Conflict("post.is_hidden", post=post)
            # The thread has its title by the rules already; another one is the moderator's, and never official.
            name = checked_title(title) if title else row.title[:TITLE_LIMIT]
            return _add(tx, actor, board, path, name, at, body=row.body, post=post)

        return await self._change(unit)

    async def add_folder(self, actor: Actor, board: Board, path: str, title: str) -> Item:
        """Make a folder in a folder. Recorded.

        Raises Forbidden, Invalid(`title.…`), NotFound(`library.…`), Conflict(`library.full`, `library.deep`)."""
        _may(actor, board)
        clean = checked_title(title)
        return await self._change(lambda tx, at: _add(tx, actor, board, path, clean, at))

    async def write(self, actor: Actor, board: Board, path: str, title: str, body: str) -> Item:
        """Put a new text into a folder; raises as `add_folder`, and Invalid(`body.…`). Recorded."""
        _may(actor, board)
        clean, text = checked_title(title), checked_body(body)
        return await self._change(lambda tx, at: _add(tx, actor, board, path, clean, at, body=text))

    async def rename(self, actor: Actor, board: Board, path: str, title: str) -> Item:
        """Give a folder or text another title; its path stays. Recorded. Raises as `add_folder`."""
        _may(actor, board)
        clean = checked_title(title)

        def unit(tx: Tx, at: datetime) -> Item:
            node = _item(tx, board, path)
            record = {"board": board.slug, "path": path, "was": node.title, "title": clean}
            register.append(tx, at, "library.rename", actor, _route(board, path), record)
            values = {"title": clean, "changed_at": at, "changed_by": actor.name}
            tx.connection.execute(update(library).where(library.c.id == node.id).values(**values))
            item = _get(tx, board, path)
            if item.body is not None:
                search.index(tx, Kind.LIBRARY, item.id, f"{clean}\n{item.body}")
            return item

        return await self._change(unit)

    async def move(self, actor: Actor, board: Board, path: str, to: str) -> Item:
        """Move a folder or text into another folder, at its end. Recorded.

        Raises Forbidden, NotFound(`library.…`), Invalid(`library.into_itself`), Conflict(`library.full`, `.deep`)."""
        _may(actor, board)

        def unit(tx: Tx, at: datetime) -> Item:
            node, target = _item(tx, board, path), _folder(tx, board, to)
            if to == path or to.startswith(f"{path}/"):
                raise Invalid("library.into_itself")
            if to == path.rpartition("/")[0]:
                return _get(tx, board, path)
            _room(tx, board, target)
            if _depth(to) + _height(tx, board, node) > DEPTH_MOST:
                raise Conflict("library.deep", most=DEPTH_MOST)
            slug = _free_slug(tx, board, target.id, node.slug)
            new = _joined(to, slug)
            record = {"board": board.slug, "path": path, "to": new, "title": node.title}
            register.append(tx, at, "library.move", actor, _route(board, new), record)
            values = {
                "parent_id": target.id,
                "slug": slug,
                "position": _last(tx, board, target.id) + 1,
                "changed_at": at,
                "changed_by": actor.name,
            }
            tx.connection.execute(update(library).where(library.c.id == node.id).values(**values))
            return _get(tx, board, new)

        return await self._change(unit)

    async def shift(self, actor: Actor, board: Board, path: str, place: int) -> None:
        """Put an item at a place (from 0) in its folder; NotFound(`library.…`)."""
        _may(actor, board)

        def unit(tx: Tx, at: datetime) -> None:
            _hold(tx, board)
            node = _item(tx, board, path)
            parent = _folder(tx, board, path.rpartition("/")[0])
            order = [row.id for row in _rows(tx, board, parent.id)]
            order.remove(node.id)
            order.insert(max(0, place), node.id)
            for position, number in enumerate(order):
                tx.connection.execute(update(library).where(library.c.id == number).values(position=position))

        await self._change(unit)

    async def remove(self, actor: Actor, board: Board, path: str) -> int:
        """Remove a text, or a folder with all that is in it. Recorded. How many items went.

        Raises Forbidden, NotFound(`library.…`)."""
        _may(actor, board)

        def unit(tx: Tx, at: datetime) -> int:
            node = _item(tx, board, path)
            levels = _levels(tx, board, node)
            count = sum(map(len, levels))
            record = {"board": board.slug, "path": path, "title": node.title, "items": count}
            register.append(tx, at, "library.remove", actor, _route(board, path), record)
            for numbers in reversed(levels):  # a folder goes after what is in it
                tx.connection.execute(delete(library).where(library.c.id.in_(numbers)))
                for number in numbers:
                    search.remove(tx, Kind.LIBRARY, number)
            return count

        return await self._change(unit)

    async def holds(self, actor: Actor, board: Board, path: str) -> int:
        """How many items `remove` would take: one for a text."""
        _readable(actor, board)
        return await self._db.read(lambda tx: sum(map(len, _levels(tx, board, _item(tx, board, path)))))

    async def _change(self, unit: Callable[[Tx, datetime], T]) -> T:
        at = self._clock.now()
        return await self._db.write(lambda tx: unit(tx, at))


def _readable(actor: Actor, board: Board) -> None:
    access.require(actor, Verb.BOARD_READ, place=board)
    if not board.library:
        raise NotFound("library.none", board=board.slug)


def _may(actor: Actor, board: Board) -> None:
    _readable(actor, board)
    access.require(actor, Verb.LIBRARY_CHANGE, place=board)


def _get(tx: Tx, board: Board, path: str) -> Item:
    node = _item(tx, board, path)
    row = tx.connection.execute(_ONE, {"n": node.id}).one()
    return _item_of(row, board, path, body=row.body)


def _list(tx: Tx, board: Board, path: str) -> list[Item]:
    parent = _folder(tx, board, path)
    return [_item_of(row, board, _joined(path, row.slug)) for row in _rows(tx, board, parent.id)]


def _item_of(row: Any, board: Board, path: str, body: str | None = None) -> Item:
    source = None
    if row.post_id is not None:
        official = row.official_office is not None
        source = Source(row.thread_id, row.floor, row.author, official, row.created_at)
    return Item(row.id, board.slug, path, row.title, row.folder, row.changed_at, row.changed_by, source, body)


def _rows(tx: Tx, board: Board, parent: int | None) -> Sequence[Any]:
    query = _LISTED.where(library.c.board_id == board.id, _inside(parent))
    return tx.connection.execute(query.order_by(library.c.position, library.c.id)).all()


def _folders(tx: Tx, board: Board) -> list[tuple[str, str]]:
    query = select(library.c.id, library.c.parent_id, library.c.slug, library.c.title)
    query = query.where(library.c.board_id == board.id, library.c.body.is_(None))
    below: dict[int | None, list[Any]] = {}
    for row in tx.connection.execute(query.order_by(library.c.position, library.c.id)):
        below.setdefault(row.parent_id, []).append(row)

    def walk(parent: int | None, path: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for row in below.get(parent, []):
            here = _joined(path, row.slug)
            found += [(here, row.title), *walk(row.id, here)]
        return found

    return walk(None, "")


def _add(
    tx: Tx,
    actor: Actor,
    board: Board,
    path: str,
    title: str,
    at: datetime,
    *,
    body: str | None = None,
    post: int | None = None,
) -> Item:
    _hold(tx, board)
    parent = _folder(tx, board, path)
    _room(tx, board, parent)
    if body is None and _depth(path) >= DEPTH_MOST:
        raise Conflict("library.deep", most=DEPTH_MOST)
    slug = _free_slug(tx, board, parent.id, _slug(title))
    here = _joined(path, slug)
    kind = "library.folder" if body is None else "library.text"
    record: dict[str, Any] = {"board": board.slug, "path": here, "title": title, "post": post}
    register.append(tx, at, kind, actor, _route(board, here), record)
    values = {
        "board_id": board.id,
        "parent_id": parent.id,
        "slug": slug,
        "title": title,
        "body": body,
        "post_id": post,
        "position": _last(tx, board, parent.id) + 1,
        "changed_at": at,
        "changed_by": actor.name,
    }
    number = tx.connection.execute(insert(library).values(**values).returning(library.c.id)).scalar_one()
    if body is not None:
        search.index(tx, Kind.LIBRARY, number, f"{title}\n{body}")
    return _get(tx, board, here)


def _hold(tx: Tx, board: Board) -> None:
    """One change of a library at a time, so that no two items get one path; SQLite has one writer anyway."""
    if tx.dialect != "sqlite":
        tx.connection.execute(select(board_table.c.id).where(board_table.c.id == board.id).with_for_update())


def _item(tx: Tx, board: Board, path: str) -> _Node:
    """The row at a path; the root is none. NotFound(`library.not_found`)."""
    node = _node(tx, board, path)
    if node.id is None:
        raise NotFound("library.not_found", path=path)
    return node


def _folder(tx: Tx, board: Board, path: str) -> _Node:
    node = _node(tx, board, path)
    if not node.folder:
        raise NotFound("library.no_folder", path=path)
    return node


def _node(tx: Tx, board: Board, path: str) -> _Node:
    here = _Node(None)
    if path and not (len(path) <= PATH_LIMIT and _PATH.fullmatch(path)):
        raise NotFound("library.not_found", path=path[:60])
    for slug in path.split("/") if path else ():
        query = _STEP.where(library.c.board_id == board.id, _inside(here.id), library.c.slug == slug)
        row = tx.connection.execute(query).first()
        if row is None:
            raise NotFound("library.not_found", path=path[:60])
        here = _Node(row.id, row.slug, row.title, row.folder)
    return here


def _inside(parent: int | None) -> Any:
    return library.c.parent_id.is_(None) if parent is None else library.c.parent_id == parent


def _room(tx: Tx, board: Board, parent: _Node) -> None:
    query = select(func.count()).where(library.c.board_id == board.id, _inside(parent.id))
    if tx.connection.execute(query).scalar_one() >= ITEMS_MOST:
        raise Conflict("library.full", most=ITEMS_MOST)


def _last(tx: Tx, board: Board, parent: int | None) -> int:
    query = select(func.coalesce(func.max(library.c.position), -1))
    return int(tx.connection.execute(query.where(library.c.board_id == board.id, _inside(parent))).scalar_one())


def _levels(tx: Tx, board: Board, node: _Node) -> list[list[int]]:
    """The numbers of an item and of all below it, level by level."""
    levels: list[list[int]] = []
    numbers = [] if node.id is None else [node.id]
    while numbers:
        levels.append(numbers)
        query = select(library.c.id).where(library.c.board_id == board.id, library.c.parent_id.in_(numbers))
        numbers = list(tx.connection.execute(query).scalars())
    return levels


def _height(tx: Tx, board: Board, node: _Node) -> int:
    """How many folders an item has in each other, itself counted; a text has none."""
    if not node.folder:
        return 0
    height, numbers = 0, [] if node.id is None else [node.id]
    while numbers:
        height += 1
        query = select(library.c.id).where(library.c.parent_id.in_(numbers), library.c.body.is_(None))
        numbers = list(tx.connection.execute(query).scalars())
    return height


def _depth(path: str) -> int:
    return path.count("/") + 1 if path else 0


def _joined(path: str, slug: str) -> str:
    return f"{path}/{slug}" if path else slug


def _route(board: Board, path: str) -> str:
    return f"{board.route}/library/{path}"


def _slug(title: str) -> str:
    """A title as part of a path, as far as it is in letters that can be typed everywhere."""
    slug = ""
    for word in _WORDS.findall(title.lower()):
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > SLUG_LIMIT:
            break
        slug = longer
    return slug


def _free_slug(tx: Tx, board: Board, parent: int | None, wanted: str) -> str:
    """The wanted part of a path, or it with a number behind it; without one, the first number that is free."""
    taken = {row.slug for row in _rows(tx, board, parent)}
    if wanted and wanted not in taken:
        return wanted
    stem = f"{wanted[: SLUG_LIMIT - 5].rstrip('-')}-" if wanted else ""
    numbers = range(2 if wanted else 1, ITEMS_MOST + 3)
    return next(slug for number in numbers if (slug := f"{stem}{number}") not in taken)


_STEP: Final = select(library.c.id, library.c.slug, library.c.title, library.c.body.is_(None).label("folder"))
_LISTED: Final = select(
    library.c.id,
    library.c.slug,
    library.c.title,
    library.c.body.is_(None).label("folder"),
    library.c.post_id,
    library.c.changed_at,
    library.c.changed_by,
    post.c.thread_id,
    post.c.floor,
    post.c.author,
    post.c.official_office,
    post.c.created_at,
).select_from(library.outerjoin(post, post.c.id == library.c.post_id))
_ONE: Final = _LISTED.add_columns(library.c.body).where(library.c.id == bindparam("n"))
_POST: Final = (
    select(
        post.c.body,
        post.c.hidden_at,
        post.c.withdrawn_at,
        thread.c.board_id,
        thread.c.title,
        thread.c.hidden_at.label("thread_hidden_at"),
    )
    .join(thread, thread.c.id == post.c.thread_id)
    .where(post.c.id == bindparam("p"))
)
