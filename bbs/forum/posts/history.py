"""What a post said before, and what changed between two of its revisions; for moderators a thread's old titles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.proof.register import THREAD_RETITLE
from bbs.store.database import Database, Tx
from bbs.store.tables import post, post_revision, register, thread

REVISIONS_MOST: Final = 100
"""Revisions in one list, the newest ones."""
TITLES_MOST: Final = 20
"""Old titles in one list, the newest ones."""
DIFF_LINES: Final = 300
"""Changed lines that are compared one by one; more are shown as taken out and put in."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a post: its number from 1, when it was written, its length in characters."""

    number: int
    written_at: datetime
    length: int
    current: bool


@dataclass(frozen=True, slots=True)
class Retitling:
    """One change of a thread's title."""

    at: datetime
    by: str
    old: str
    new: str


class History:
    """Reading the history of posts: whoever may read a post may read what it said before."""

    def __init__(self, db: Database, boards: Boards) -> None:
        self._db = db
        self._boards = boards

    async def revisions(self, actor: Actor, number: int) -> list[Revision]:
        """The revisions of a post, newest first; NotFound(`post.not_found`), also when its text is hidden from one."""
        boards = await self._boards.readable(actor)

        def unit(tx: Tx) -> list[Revision]:
            row = _seen(tx, actor, number, boards)
            now = Revision(row.revision, row.edited_at or row.created_at, len(row.body), True)
            older = tx.connection.execute(_OLDER, {"p": number})
            return [now, *(Revision(each.revision, each.written_at, each.length, False) for each in older)]

        return await self._db.read(unit)

    async def text(self, actor: Actor, number: int, revision: int) -> str:
        """What a revision says; NotFound(`post.not_found`, `revision.not_found`)."""
        boards = await self._boards.readable(actor)

        def unit(tx: Tx) -> str:
            row = _seen(tx, actor, number, boards)
            if revision == row.revision:
                return str(row.body)
            keys = {"p": number, "r": revision if 0 < revision < 2**31 else 0}
            body = tx.connection.execute(_TEXT, keys).scalar_one_or_none()
            if body is None:
                raise NotFound("revision.not_found", revision=revision)
            return str(body)

        return await self._db.read(unit)

    async def titles(self, actor: Actor, number: int) -> list[Retitling]:
        """The changes of a thread's title, newest first; none for those who are not moderators of its board."""
        boards = await self._boards.readable(actor)

        def unit(tx: Tx) -> list[Retitling]:
            place = boards.get(tx.connection.execute(_BOARD_OF, {"t": number}).scalar_one_or_none() or 0)
            if place is None or not access.allowed(actor, Verb.POST_HIDDEN, place=place):
                return []
            rows = tx.connection.execute(_TITLES, {"subject_": f"/t/{number}"}).all()
            records = [(row, json.loads(row.record)) for row in rows]
            return [Retitling(row.at, row.actor, record["from"], record["to"]) for row, record in records]

        return await self._db.read(unit)


def changed_lines(old: str, new: str) -> list[tuple[str, str]]:
    """The lines of both texts, each with " " (in both), "-" (only in the old one) or "+" (only in the new one)."""
    before, after = old.split("\n"), new.split("\n")
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    same = [(" ", line) for line in before[:head]]
    end = [(" ", line) for line in before[len(before) - tail :]]
    return [*same, *_compared(before[head : len(before) - tail], after[head : len(after) - tail]), *end]


def _compared(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    if len(before) + len(after) > DIFF_LINES:  # comparing line by line costs the product of both
        return [*(("-", line) for line in before), *(("+", line) for line in after)]
    found: list[tuple[str, str]] = []
    for act, low, high, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if act == "equal":
            found += [(" ", line) for line in before[low:high]]
        else:
            found += [("-", line) for line in before[low:high]]
            found += [("+", line) for line in after[begin:end]]
    return found


def _seen(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board]) -> Any:
    row = tx.connection.execute(_FOUND, {"p": number}).first()
    if row is None or row.board_id not in boards:
        raise NotFound("post.not_found", post=number)
    gone = row.hidden_at is not None or row.withdrawn_at is not None or row.thread_hidden_at is not None
    if gone and not access.allowed(actor, Verb.POST_HIDDEN, place=boards[row.board_id]):
        raise NotFound("post.not_found", post=number)
    return row


_FOUND: Final = (
    select(
        post.c.revision,
        post.c.body,
        post.c.created_at,
        post.c.edited_at,
        post.c.hidden_at,
        post.c.withdrawn_at,
        thread.c.board_id,
        thread.c.hidden_at.label("thread_hidden_at"),
    )
    .join(thread, thread.c.id == post.c.thread_id)
    .where(post.c.id == bindparam("p"))
)
_OLDER: Final = (
    select(post_revision.c.revision, post_revision.c.written_at, func.length(post_revision.c.body).label("length"))
    .where(post_revision.c.post_id == bindparam("p"))
    .order_by(post_revision.c.revision.desc())
    .limit(REVISIONS_MOST - 1)
)
_TEXT: Final = select(post_revision.c.body).where(
    post_revision.c.post_id == bindparam("p"), post_revision.c.revision == bindparam("r")
)
_BOARD_OF: Final = select(thread.c.board_id).where(thread.c.id == bindparam("t"))
_TITLES: Final = (
    select(register.c.at, register.c.actor, register.c.record)
    .where(register.c.kind == THREAD_RETITLE, register.c.subject == bindparam("subject_"))
    .order_by(register.c.seq.desc())
    .limit(TITLES_MOST)
)
