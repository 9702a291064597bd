"""Sending what was written: within the limits of pace, and once, however often the same draft is sent."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from bbs.errors import Conflict, Forbidden, TryLater
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.posts import listing
from bbs.forum.posts.listing import Reader
from bbs.forum.posts.posts import Post
from bbs.forum.proof.sealing import Sealing
from bbs.forum.writing import posting
from bbs.forum.writing.limits import check_text, limits_of
from bbs.forum.writing.pace import Pace, Turn
from bbs.forum.writing.posting import Writing
from bbs.forum.writing.writing import checked_body, checked_draft_id
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import account
from bbs.text.when import Clock

_OPENED_MOST: Final = 10_000  # accounts whose opening is remembered


@dataclass(frozen=True, slots=True)
class Backdate:
    """A post that was written elsewhere at another time (UTC): only the person at the machine brings such in.

    It is taken without the limits of pace."""

    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What else is done in the unit that writes a reply: before it and after. An error there undoes the reply.

    `office` is the office an official reply is written under; `told` are accounts told of it in another way."""

    before: Callable[[Tx], None]
    after: Callable[[Tx, Post], None]
    office: str = ""
    told: frozenset[int] = frozenset()


class Sender:
    """Writes posts for all rules that make some; counts what each account writes, in every process."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, sealing: Sealing | None = None) -> None:
        self._db = db
        self._sealing = sealing
        self._clock = clock
        self._boards = boards
        self._pace = Pace(clock)
        self._sending: dict[str, asyncio.Event] = {}
        self._opened: OrderedDict[int, datetime | None] = OrderedDict()
        db.hub.subscribe(("thread.new", "post.new"), self._note)

    def writing(
        self,
        actor: Actor,
        body: str,
        *,
        official: bool = False,
        draft_id: str | None = None,
        backdate: Backdate | None = None,
        seen: int = 0,
        also: Callable[[Tx, Post], None] | None = None,
        board: str | None = None,
    ) -> Writing:
        """What is to be written, cleaned; `board` is where its writer sees the thread.

        Raises Forbidden, Invalid(`draft.id`, `body.empty`, `body.long`)."""
        if draft_id is not None:
            checked_draft_id(draft_id)
        if backdate is not None and backdate.by.kind is not AccountKind.LOCAL:
            raise Forbidden("access.denied", verb="post.backdate")
        at = self._clock.now() if backdate is None else backdate.at
        # An officer's login is used for nothing but the office.
        official = official or actor.kind is AccountKind.OFFICER
        clean, quiet = checked_body(body, official=official), backdate is not None
        return Writing(actor, clean, at, official, draft_id, seen, quiet, also, board=board)

    async def send(self, writing: Writing, unit: Callable[[Tx], Post], text: str, *, starts: bool) -> Post:
        """Write a post within the limits of its author; the same draft again gives the post that it became.

        `text` is what must not be repeated. Raises what the unit raises, as `Pace.take` and `check_text`, and
        Conflict(`draft.sent`) where the draft was sent with another text: from the same draft, open elsewhere."""
        draft_id = writing.draft_id
        if draft_id is None:
            return await self._write(writing, unit, text, starts=starts)
        while (busy := self._sending.get(draft_id)) is not None:  # sent twice at once: the second waits for the first
            await busy.wait()
        done = self._sending[draft_id] = asyncio.Event()
        try:
            return await self._write(writing, unit, text, starts=starts)
        except (Conflict, TryLater):
            first = await self._first_of(writing.actor, draft_id)
            if first is None:
                raise
            if first.body != writing.body and first.revision == 1 and not first.gone:
                raise Conflict("draft.sent", route=first.route) from None
            return first
        finally:
            del self._sending[draft_id]
            done.set()

    async def change(self, actor: Actor, number: int, body: str, unit: Callable[[Tx], Post]) -> Post:
        """Change a post within the limits of its author, at a pace of its own."""
        if is_exempt(actor):
            return await self._unpaced(unit)
        opened = await self._opened_at(actor)
        check_text(body, limits_of(opened, self._clock.now()))
        return await self._paced(self._pace.take(f"edit {actor.name}", f"{number}\n{body}", since=opened), unit)

    async def _write(self, writing: Writing, unit: Callable[[Tx], Post], text: str, *, starts: bool) -> Post:
        actor = writing.actor
        if writing.quiet or is_exempt(actor):
            return await self._unpaced(unit)
        opened = await self._opened_at(actor)
        check_text(writing.body, limits_of(opened, self._clock.now()))
        return await self._paced(self._pace.take(actor.name, text, since=opened, starts=starts), unit)

    async def _unpaced(self, unit: Callable[[Tx], Post]) -> Post:
        made = await self._db.write(unit)
        if made.official is not None and self._sealing is not None:
            await self._sealing.settle()  # who posted sees it signed
        return made

    async def _paced(self, turn: Turn, unit: Callable[[Tx], Post]) -> Post:
        try:
            return await self._db.write(unit)
        except BaseException:
            self._pace.give_back(turn)
            raise

    async def _first_of(self, actor: Actor, draft_id: str) -> Post | None:
        number = await self._db.read(lambda tx: posting.post_of_draft(tx, actor, draft_id))
        if number is None:
            return None
        reader = Reader(actor.account_id or 0, actor.baseline_post_id, {}, await self._boards.readable(actor))
        return await self._db.read(lambda tx: listing.post_by_id(tx, reader, number))

    async def _opened_at(self, actor: Actor) -> datetime | None:
        """When the account was opened; None counts as long ago."""
        number = actor.account_id
        if number is None:
            return None
        if number not in self._opened:
            query = select(account.c.created_at).where(account.c.id == number)
            self._opened[number] = await self._db.read(lambda tx: tx.connection.execute(query).scalar_one_or_none())
            if len(self._opened) > _OPENED_MOST:
                self._opened.popitem(last=False)
        return self._opened[number]

    def _note(self, event: Event) -> None:
        if not event.payload.get("quiet"):
            self._pace.note(str(event.payload.get("author")), starts=event.kind == "thread.new")


def is_exempt(actor: Actor) -> bool:
    """Whether an actor writes without limits: who is known by name, and who keeps the house."""
    return actor.kind in (AccountKind.OFFICER, AccountKind.SYSOP, AccountKind.LOCAL)
