"""A board's library as the store has it: what stands at a path, what a folder holds, and where there is room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from bbs.errors import Conflict, NotFound
from bbs.forum.boards.boards import Board
from bbs.store.database import Tx
from bbs.store.tables import library, post

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
class Node:
    """A row on the way to an item; the root has no number."""

    id: int | None
    slug: str = ""
    title: str = ""
    folder: bool = True


def get(tx: Tx, board: Board, path: str) -> Item:
    """A folder or a text with its body; NotFound(`library.not_found`)."""
    node = item_node(tx, board, path)
    row = tx.connection.execute(_ONE, {"n": node.id}).one()
    return _item_of(row, board, path, body=row.body)


def items_in(tx: Tx, board: Board, path: str) -> list[Item]:
    """What a folder holds, in order, without bodies; NotFound(`library.not_found`, `library.no_folder`)."""
    parent = folder_node(tx, board, path)
    return [_item_of(row, board, joined(path, row.slug)) for row in rows_in(tx, board, parent.id)]


def _item_of(row: Any, board: Board, path: str, body: str | None = None) -> Item:
    source = None
    if row.post_id is not None:
        official = row.official_office is not None
        source = Source(row.thread_id, row.floor, row.author, official, row.created_at)
    return Item(row.id, board.slug, path, row.title, row.folder, row.changed_at, row.changed_by, source, body)


def rows_in(tx: Tx, board: Board, parent: int | None) -> Sequence[Any]:
    """The rows in a folder, in order; the root for None."""
    query = _LISTED.where(library.c.board_id == board.id, _inside(parent))
    return tx.connection.execute(query.order_by(library.c.position, library.c.id)).all()


def all_folders(tx: Tx, board: Board) -> list[tuple[str, str]]:
    """Path and title of each folder, the tree from top to bottom, without the root."""
    query = select(library.c.id, library.c.parent_id, library.c.slug, library.c.title)
    query = query.where(library.c.board_id == board.id, library.c.body.is_(None))
    below: dict[int | None, list[Any]] = {}
    for row in tx.connection.execute(query.order_by(library.c.position, library.c.id)):
        below.setdefault(row.parent_id, []).append(row)

    def walk(parent: int | None, path: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for row in below.get(parent, []):
            here = joined(path, row.slug)
            found += [(here, row.title), *walk(row.id, here)]
        return found

    return walk(None, "")


def item_node(tx: Tx, board: Board, path: str) -> Node:
    """The row at a path; the root is none. NotFound(`library.not_found`)."""
    node = _node_at(tx, board, path)
    if node.id is None:
        raise NotFound("library.not_found", path=path)
    return node


def folder_node(tx: Tx, board: Board, path: str) -> Node:
    """The row of a folder; the root is one. NotFound(`library.not_found`, `library.no_folder`)."""
    node = _node_at(tx, board, path)
    if not node.folder:
        raise NotFound("library.no_folder", path=path)
    return node


def _node_at(tx: Tx, board: Board, path: str) -> Node:
    here = Node(None)
    if path and not (len(path) <= PATH_LIMIT and _PATH.fullmatch(path)):
        raise NotFound("library.not_found", path=path[:60])
    for slug in path.split("/") if path else ():
        query = _STEP.where(library.c.board_id == board.id, _inside(here.id), library.c.slug == slug)
        row = tx.connection.execute(query).first()
        if row is None:
            raise NotFound("library.not_found", path=path[:60])
        here = Node(row.id, row.slug, row.title, row.folder)
    return here


def _inside(parent: int | None) -> Any:
    return library.c.parent_id.is_(None) if parent is None else library.c.parent_id == parent


def need_room(tx: Tx, board: Board, parent: Node) -> None:
    """Raise Conflict(`library.full`) when a folder holds as much as it may."""
    query = select(func.count()).where(library.c.board_id == board.id, _inside(parent.id))
    if tx.connection.execute(query).scalar_one() >= ITEMS_MOST:
        raise Conflict("library.full", most=ITEMS_MOST)


def last_position(tx: Tx, board: Board, parent: int | None) -> int:
    """The position of the last item in a folder; -1 in an empty one."""
    query = select(func.coalesce(func.max(library.c.position), -1))
    return int(tx.connection.execute(query.where(library.c.board_id == board.id, _inside(parent))).scalar_one())


def levels_below(tx: Tx, board: Board, node: Node) -> list[list[int]]:
    """The numbers of an item and of all below it, level by level."""
    levels: list[list[int]] = []
    numbers = [] if node.id is None else [node.id]
    while numbers:
        levels.append(numbers)
        query = select(library.c.id).where(library.c.board_id == board.id, library.c.parent_id.in_(numbers))
        numbers = list(tx.connection.execute(query).scalars())
    return levels


def height_of(tx: Tx, board: Board, node: Node) -> int:
    """How many folders an item has in each other, itself counted; a text has none."""
    if not node.folder:
        return 0
    height, numbers = 0, [] if node.id is None else [node.id]
    while numbers:
        height += 1
        query = select(library.c.id).where(library.c.parent_id.in_(numbers), library.c.body.is_(None))
        numbers = list(tx.connection.execute(query).scalars())
    return height


def depth_of(path: str) -> int:
    """How many parts a path has; the root has none."""
    return path.count("/") + 1 if path else 0


def joined(path: str, slug: str) -> str:
    """The path of what stands under a slug in the folder at a path."""
    return f"{path}/{slug}" if path else slug


def slug_of(title: str) -> str:
    """A title as part of a path, as far as it is in letters that can be typed everywhere."""
    slug = ""
    for word in _WORDS.findall(title.lower()):
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > SLUG_LIMIT:
            break
        slug = longer
    return slug


def free_slug(tx: Tx, board: Board, parent: int | None, wanted: str) -> str:
    """The wanted part of a path, or it with a number behind it; without one, the first number that is free."""
    taken = {row.slug for row in rows_in(tx, board, parent)}
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
