"""A board's library: a tree of folders and texts that its moderators keep, so that the best is found again.

A text taken from a post is a copy, and stays when the post is edited; it says where it was taken from.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, delete, insert, select, update

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards import library_tree as tree
from bbs.forum.boards.boards import Board, Boards
from bbs.forum.boards.library_tree import DEPTH_MOST, Item
from bbs.forum.posts.posts import TITLE_LIMIT
from bbs.forum.proof import register
from bbs.forum.writing.writing import checked_body, checked_title
from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind
from bbs.store.tables import board as board_table
from bbs.store.tables import library, post, thread
from bbs.text.when import Clock

T = TypeVar("T")


class Library:
    """Reading and keeping libraries. A path is slugs with `/` between them; "" is the root."""

    def __init__(self, db: Database, clock: Clock, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards

    async def get(self, actor: Actor, board: Board, path: str) -> Item:
        """A folder or a text with its body; NotFound(`library.none`, `library.not_found`)."""
        _readable(actor, board)
        return await self._db.read(lambda tx: tree.get(tx, board, path))

    async def list(self, actor: Actor, board: Board, path: str = "") -> list[Item]:
        """What a folder holds, in order; raises as `get`."""
        _readable(actor, board)
        return await self._db.read(lambda tx: tree.items_in(tx, board, path))

    async def folders(self, actor: Actor, board: Board) -> builtins.list[tuple[str, str]]:
        """Path and title of each folder, the tree from top to bottom, without the root."""
        _readable(actor, board)
        return await self._db.read(lambda tx: tree.all_folders(tx, board))

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
            node = tree.item_node(tx, board, path)
            record = {"board": board.slug, "path": path, "was": node.title, "title": clean}
            register.append(tx, at, "library.rename", actor, _route(board, path), record)
            values = {"title": clean, "changed_at": at, "changed_by": actor.name}
            tx.connection.execute(update(library).where(library.c.id == node.id).values(**values))
            item = tree.get(tx, board, path)
            if item.body is not None:
                search.index(tx, Kind.LIBRARY, item.id, f"{clean}\n{item.body}", None)
            return item

        return await self._change(unit)

    async def move(self, actor: Actor, board: Board, path: str, to: str) -> Item:
        """Move a folder or text into another folder, at its end. Recorded.

        Raises Forbidden, NotFound(`library.…`), Invalid(`library.into_itself`), Conflict(`library.full`, `.deep`)."""
        _may(actor, board)

        def unit(tx: Tx, at: datetime) -> Item:
            node, target = tree.item_node(tx, board, path), tree.folder_node(tx, board, to)
            if to == path or to.startswith(f"{path}/"):
                raise Invalid("library.into_itself")
            if to == path.rpartition("/")[0]:
                return tree.get(tx, board, path)
            tree.need_room(tx, board, target)
            if tree.depth_of(to) + tree.height_of(tx, board, node) > DEPTH_MOST:
                raise Conflict("library.deep", most=DEPTH_MOST)
            slug = tree.free_slug(tx, board, target.id, node.slug)
            new = tree.joined(to, slug)
            record = {"board": board.slug, "path": path, "to": new, "title": node.title}
            register.append(tx, at, "library.move", actor, _route(board, new), record)
            values = {
                "parent_id": target.id,
                "slug": slug,
                "position": tree.last_position(tx, board, target.id) + 1,
                "changed_at": at,
                "changed_by": actor.name,
            }
            tx.connection.execute(update(library).where(library.c.id == node.id).values(**values))
            return tree.get(tx, board, new)

        return await self._change(unit)

    async def shift(self, actor: Actor, board: Board, path: str, place: int) -> None:
        """Put an item at a place (from 0) in its folder; NotFound(`library.…`)."""
        _may(actor, board)

        def unit(tx: Tx, at: datetime) -> None:
            _hold(tx, board)
            node = tree.item_node(tx, board, path)
            parent = tree.folder_node(tx, board, path.rpartition("/")[0])
            order = [row.id for row in tree.rows_in(tx, board, parent.id)]
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
            node = tree.item_node(tx, board, path)
            levels = tree.levels_below(tx, board, node)
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
        return await self._db.read(
            lambda tx: sum(map(len, tree.levels_below(tx, board, tree.item_node(tx, board, path))))
        )

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
    parent = tree.folder_node(tx, board, path)
    tree.need_room(tx, board, parent)
    if body is None and tree.depth_of(path) >= DEPTH_MOST:
        raise Conflict("library.deep", most=DEPTH_MOST)
    slug = tree.free_slug(tx, board, parent.id, tree.slug_of(title))
    here = tree.joined(path, slug)
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
        "position": tree.last_position(tx, board, parent.id) + 1,
        "changed_at": at,
        "changed_by": actor.name,
    }
    number = tx.connection.execute(insert(library).values(**values).returning(library.c.id)).scalar_one()
    if body is not None:
        search.index(tx, Kind.LIBRARY, number, f"{title}\n{body}", None)
    return tree.get(tx, board, here)


def _route(board: Board, path: str) -> str:
    return f"{board.route}/library/{path}"


def _hold(tx: Tx, board: Board) -> None:
    """One change of a library at a time, so that no two items get one path; SQLite has one writer anyway."""
    if tx.dialect != "sqlite":
        tx.connection.execute(select(board_table.c.id).where(board_table.c.id == board.id).with_for_update())


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
