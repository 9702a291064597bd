"""Cross-posts: a new thread in another board that quotes a post, says whose it is, and leads back to it.

What is copied stands as a quotation, so that nobody is taken to have written it there and no copy of an official post
looks official. The copy keeps the number of its original; the original knows its copies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, update

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import BODY_LIMIT, Official, Post
from bbs.forum.writing import posting
from bbs.forum.writing.sending import Sender
from bbs.forum.writing.writing import checked_title
from bbs.store.database import Database, Tx
from bbs.store.tables import post, thread
from bbs.text.clean import clean_text, cut
from bbs.text.when import Clock, iso

COPIES_MOST: Final = 5
"""Copies of one post; the same number bounds how many of them its details list."""
WORDS_LIMIT: Final = 4_000
"""Characters of one's own words above the quotation."""
_CUT: Final = "\n> [...]"


@dataclass(frozen=True, slots=True)
class Original:
    """The post a copy was made from, as it is now."""

    post: int
    thread: int
    floor: int
    title: str
    author: str
    official: Official | None
    created_at: datetime
    body: str

    @property
    def route(self) -> str:
        return f"/t/{self.thread}#{self.floor}"


@dataclass(frozen=True, slots=True)
class Copy:
    """A thread that was made from a post. Time is UTC."""

    thread: int
    board: str
    title: str
    by: str
    at: datetime

    @property
    def route(self) -> str:
        return f"/t/{self.thread}"


class CrossPosts:
    """The rules of copying posts into other boards."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, sender: Sender) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._sender = sender

    async def original(self, actor: Actor, number: int) -> Original:
        """A post that may be copied; NotFound(`post.not_found`), Conflict(`post.is_hidden`, `post.is_withdrawn`)."""
        boards = await self._boards.readable(actor)
        return await self._db.read(lambda tx: _original(tx, number, boards)[0])

    async def make(
        self, actor: Actor, number: int, board: Board, title: str, words: str = "", *, draft_id: str | None = None
    ) -> Post:
        """Copy a post into a board, under a title, with one's own words above it if there are any.

        Raises as `original`, as starting a thread does, Invalid(`crosspost.same_board`, `crosspost.long`),
        Conflict(`crosspost.there`, `crosspost.full`)."""
        access.require(actor, Verb.THREAD_START, place=board)
        if len(words) > WORDS_LIMIT * 4 or len(own := clean_text(words)) > WORDS_LIMIT:
            raise Invalid("crosspost.long", most=WORDS_LIMIT)
        clean = checked_title(title, official=actor.kind is AccountKind.OFFICER)
        boards = await self._boards.readable(actor)
        shown = await self.original(actor, number)
        writing = self._sender.writing(actor, composed(shown, own), draft_id=draft_id)

        def unit(tx: Tx) -> Post:
            found, home = _original(tx, number, boards)
            if home.id == board.id:
                raise Invalid("crosspost.same_board", board=board.slug)
            if found.body != shown.body:  # it was changed between reading and writing
                raise Conflict("crosspost.changed", post=number)
            tx.connection.execute(_HOLD, {"p": number})  # two who copy it at once are counted one after the other
            taken = tx.connection.execute(_COPIED, {"p": number}).scalars().all()
            if board.id in taken:
                raise Conflict("crosspost.there", board=board.slug)
            if len(taken) >= COPIES_MOST:
                raise Conflict("crosspost.full", most=COPIES_MOST)
            made = posting.start(tx, writing, board, clean)
            tx.connection.execute(_MARK, {"t": made.thread, "p": number})
            tx.emit("post.changed", board=home.slug, thread=found.thread, floor=found.floor, post=number)
            return made

        return await self._sender.send(writing, unit, f"{clean}\n{writing.body}", starts=True)

    async def copies(self, actor: Actor, number: int) -> list[Copy]:
        """The copies of a post that the actor may read, oldest first."""
        boards = await self._boards.readable(actor)
        rows = await self._db.read(lambda tx: tx.connection.execute(_COPIES, {"p": number}).all())
        return [
            Copy(row.id, boards[row.board_id].slug, row.title, row.author, row.created_at)
            for row in rows
            if row.board_id in boards
        ]

    async def source(self, actor: Actor, number: int) -> Original | None:
        """Where a thread was copied from; None when it was not, or when the actor may not read that."""
        boards = await self._boards.readable(actor)

        def unit(tx: Tx) -> Original | None:
            copied = tx.connection.execute(_COPY_OF, {"t": number}).scalar_one_or_none()
            if copied is None:
                return None
            try:
                return _original(tx, copied, boards)[0]
            except (NotFound, Conflict):
                return None

        return await self._db.read(unit)


def composed(found: Original, words: str) -> str:
    """The text of a copy: one's own words, then whose the rest is and where it stands, then the post as a quotation."""
    held = found.official
    who = found.author
    if held is not None:
        title = " / ".join(dict.fromkeys(part for part in (held.title_zh, held.title_en) if part))
        who = f"{held.name} ({title})" if title else held.name
    head = f"> {found.route}  {who}  {iso(found.created_at)[:10]}\n>\n"
    quote = "\n".join(f"> {line}".rstrip() for line in found.body.split("\n"))
    above = f"{words}\n\n" if words else ""
    room = BODY_LIMIT - len(above) - len(head)
    if len(quote) > room:
        quote = cut(quote, room - len(_CUT)).rstrip() + _CUT
    return above + head + quote


def _original(tx: Tx, number: int, boards: Mapping[int, Board]) -> tuple[Original, Board]:
    row = tx.connection.execute(_POST, {"p": number if 0 < number < 2**31 else 0}).first()
    if row is None or row.board_id not in boards or row.thread_hidden_at is not None:
        raise NotFound("post.not_found", post=number)
    if row.hidden_at is not None:
        raise Conflict("post.is_hidden", post=number)
    if row.withdrawn_at is not None:
        raise Conflict("post.is_withdrawn", post=number)
    official = None
    if row.official_office is not None:
        name = row.official_name or row.author
        official = Official(row.official_office, name, row.official_title_zh or "", row.official_title_en or "")
    found = Original(row.id, row.thread_id, row.floor, row.title, row.author, official, row.created_at, row.body)
    return found, boards[row.board_id]


_POST: Final = (
    select(
        post.c.id,
        post.c.thread_id,
        post.c.floor,
        post.c.author,
        post.c.official_office,
        post.c.official_name,
        post.c.official_title_zh,
        post.c.official_title_en,
        post.c.created_at,
        post.c.body,
        post.c.hidden_at,
        post.c.withdrawn_at,
        thread.c.title,
        thread.c.board_id,
        thread.c.hidden_at.label("thread_hidden_at"),
    )
    .join(thread, thread.c.id == post.c.thread_id)
    .where(post.c.id == bindparam("p"))
)
_HOLD: Final = update(post).where(post.c.id == bindparam("p")).values(revision=post.c.revision)
_OF_POST: Final = (thread.c.copy_of == bindparam("p"), thread.c.hidden_at.is_(None))
_COPIED: Final = select(thread.c.board_id).where(*_OF_POST)
_COPIES: Final = (
    select(thread.c.id, thread.c.board_id, thread.c.title, thread.c.author, thread.c.created_at)
    .where(*_OF_POST)
    .order_by(thread.c.id)
    .limit(COPIES_MOST)
)
_COPY_OF: Final = select(thread.c.copy_of).where(thread.c.id == bindparam("t"))
_MARK: Final = update(thread).where(thread.c.id == bindparam("t")).values(copy_of=bindparam("p"))
