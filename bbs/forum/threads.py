"""Threads and posts: reading them in windows, starting, replying, editing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bbs.forum.actor import Actor
from bbs.forum.boards import Board
from bbs.store.paging import Page


class ReadState(StrEnum):
    """How a thread stands for one reader."""

    UNREAD = "unread"
    CHANGED = "changed"  # read to the end, but edited since
    READ = "read"


@dataclass(frozen=True, slots=True)
class Official:
    """The office under which something was posted, as held at that time."""

    office: str
    name: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as a list shows it. `read_floor` is the highest floor this reader has read (0 = none)."""

    id: int
    board: str
    title: str
    author: str
    official_office: str | None  # the opener wrote under an office
    created_at: datetime
    last_at: datetime
    last_author: str
    last_post_id: int
    posts: int
    last_floor: int
    official_floor: int | None
    change: int
    pinned: bool
    locked: bool
    kept: bool
    digest: bool
    case: str | None
    state: ReadState
    read_floor: int

    @property
    def route(self) -> str:
        return f"/t/{self.id}"


@dataclass(frozen=True, slots=True)
class Post:
    """One floor. A hidden post keeps its floor; its body is empty for those who may not see it and `hidden` is set."""

    id: int
    thread: int
    floor: int
    author: str
    official: Official | None
    reply_to: int | None
    body: str
    revision: int
    created_at: datetime
    edited_at: datetime | None
    hidden: bool

    @property
    def route(self) -> str:
        return f"/t/{self.thread}#{self.floor}"


TITLE_LIMIT = 120
"""Characters of a title."""
BODY_LIMIT = 20_000
"""Characters of a post."""


class Threads:
    """The rules of threads and posts."""

    async def list(
        self,
        actor: Actor,
        board: Board,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
        title: str = "",
        author: str = "",
        unread: bool = False,
    ) -> Page[Thread]:
        """Threads of a board, newest activity first, pinned ones left out (see `pinned`).

        `after`/`before` are cursors of a Page; filters narrow (title contains, author is). One statement.
        """
        raise NotImplementedError

    async def pinned(self, actor: Actor, board: Board) -> list[Thread]:
        """The pinned threads, at most 20."""
        raise NotImplementedError

    async def locate(self, actor: Actor, board: Board, thread: int, limit: int = 50) -> Page[Thread]:
        """The window of `list` that holds the thread; NotFound(`thread.not_found`) if it is not in this board."""
        raise NotImplementedError

    async def get(self, actor: Actor, thread: int) -> tuple[Board, Thread]:
        """One thread with its board; NotFound(`thread.not_found`) also when the actor may not read the board."""
        raise NotImplementedError

    async def neighbour(self, actor: Actor, thread: int, *, direction: int, unread: bool = False) -> Thread | None:
        """The next (+1, older) or previous (-1, newer) thread of the same board; `unread` skips what was read."""
        raise NotImplementedError

    async def posts(self, actor: Actor, thread: int, *, floor: int = 1, limit: int = 50, up: bool = False) -> list[Post]:
        """Floors from `floor` on (or, with `up`, the `limit` floors before `floor`), in floor order."""
        raise NotImplementedError

    async def start(
        self, actor: Actor, board: Board, title: str, body: str, *, official: bool = False, draft_id: str | None = None
    ) -> Post:
        """Start a thread; officers post officially with `official` (their appointment is checked now and kept).

        Raises Forbidden, Invalid(`title.empty`, `title.long`, `body.empty`, `body.long`, `body.imitates`),
        TryLater(`post.too_fast`, seconds). Sending the same `draft_id` twice returns the first post.
        """
        raise NotImplementedError

    async def reply(
        self,
        actor: Actor,
        thread: int,
        body: str,
        *,
        reply_to: int | None = None,
        official: bool = False,
        draft_id: str | None = None,
    ) -> Post:
        """Reply; raises as `start`, and Conflict(`thread.locked`)."""
        raise NotImplementedError

    async def edit(self, actor: Actor, post: int, body: str) -> Post:
        """Change one's own post (not an official one older than 10 minutes); the old text stays as a revision."""
        raise NotImplementedError

    async def pin(self, actor: Actor, thread: int, on: bool) -> Thread:
        raise NotImplementedError

    async def lock(self, actor: Actor, thread: int, on: bool) -> Thread:
        raise NotImplementedError

    async def stream(
        self, actor: Actor, *, office: str | None = None, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> Page[tuple[Post, Thread]]:
        """Official posts, newest first, of one office or of all: the officers' stream."""
        raise NotImplementedError
