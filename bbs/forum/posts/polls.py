"""Polls: one a thread, asked by its opener; what is recorded and shown is fixed before anybody votes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import Post
from bbs.forum.writing.imitation import imitates
from bbs.store.database import Database, Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import account, poll, poll_vote, thread
from bbs.text.clean import clean_line
from bbs.text.when import Clock

QUESTION_LIMIT: Final = 120
"""Characters of the question."""
OPTION_LIMIT: Final = 60
"""Characters of an option."""
OPTIONS_LEAST: Final = 2
OPTIONS_MOST: Final = 10
"""Options of a poll."""
DAYS_MOST: Final = 90
"""Days a poll may be open."""
NAMES_MOST: Final = 50
"""Names shown for an option of an open poll."""
_RAW: Final = 1_000  # characters of a line looked at before cleaning


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: its text, its votes, and in an open poll who voted for it, at most NAMES_MOST."""

    number: int
    text: str
    votes: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll as one reader sees it; `mine` are the numbers of the options that the reader voted for, from 1."""

    thread: int
    question: str
    choices: tuple[Choice, ...]
    many: bool
    open_names: bool
    closes_at: datetime | None
    closed: bool
    voters: int
    mine: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A poll to be: open for so many days, or for ever."""

    question: str
    options: tuple[str, ...]
    many: bool = False
    open_names: bool = False
    days: int | None = None


def checked(actor: Actor, plan: Plan) -> Plan:
    """The plan with clean texts.

    Raises Invalid(`poll.question`, `poll.options`, `poll.option`, `poll.double`, `poll.days`, `poll.imitates`)."""
    asked, texts = _line(plan.question, QUESTION_LIMIT, "poll.question"), _options(plan.options)
    if plan.days is not None and not 1 <= plan.days <= DAYS_MOST:
        raise Invalid("poll.days", most=DAYS_MOST)
    if actor.kind is not AccountKind.OFFICER and any(imitates(text) for text in (asked, *texts)):
        raise Invalid("poll.imitates")
    return replace(plan, question=asked, options=tuple(texts))


def has_poll(tx: Tx, number: int) -> bool:
    """Whether a thread has a poll; says nothing of who may read it."""
    return _EXISTS.first(tx, {"t": number}) is not None


class Polls:
    """The rules of polls."""

    def __init__(self, db: Database, clock: Clock, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards

    async def get(self, actor: Actor, number: int) -> Poll | None:
        """The poll of a thread, None where there is none; NotFound(`thread.not_found`)."""
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> Poll | None:
            _place(tx, number, boards)
            row = tx.connection.execute(_POLL, {"t": number}).first()
            return None if row is None else _seen(tx, row, actor, at)

        return await self._db.read(unit)

    async def exists(self, number: int) -> bool:
        """Whether a thread has a poll; says nothing of who may read it."""
        return await self._db.read(lambda tx: has_poll(tx, number))

    async def make(
        self,
        actor: Actor,
        number: int,
        question: str,
        options: Sequence[str],
        *,
        many: bool = False,
        open_names: bool = False,
        days: int | None = None,
    ) -> Poll:
        """Ask in one's own thread. Nothing of it can be changed afterwards.

        Raises NotFound(`thread.not_found`), Forbidden, Conflict(`thread.locked`, `poll.exists`),
        Invalid(`poll.question`, `poll.options`, `poll.option`, `poll.double`, `poll.days`, `poll.imitates`).
        """
        plan = checked(actor, Plan(question, tuple(options), many, open_names, days))
        boards, at = await self._boards.readable(actor), self._clock.now()

        def unit(tx: Tx) -> Poll:
            place, row = _place(tx, number, boards)
            access.require(actor, Verb.POLL_MAKE, place=place)
            if row.author_id != actor.account_id:
                raise Forbidden("access.denied", verb=Verb.POLL_MAKE.value)
            if row.locked:
                raise Conflict("thread.locked", thread=number)
            if tx.connection.execute(_POLL, {"t": number}).first() is not None:
                raise Conflict("poll.exists")
            _insert(tx, number, plan, at)
            tx.emit("thread.changed", board=place.slug, thread=number)
            return _seen(tx, tx.connection.execute(_POLL, {"t": number}).one(), actor, at)

        try:
            return await self._db.write(unit)
        except IntegrityError as error:  # made twice at once
            raise Conflict("poll.exists") from error

    def beside(self, actor: Actor, place: Board, plan: Plan) -> Callable[[Tx, Post], None]:
        """What asks in the unit that starts the thread (`also` of `Threads.start`): both are made, or neither.

        Raises Forbidden, and as `checked`."""
        access.require(actor, Verb.POLL_MAKE, place=place)
        clean, at = checked(actor, plan), self._clock.now()
        return lambda tx, made: _insert(tx, made.thread, clean, at)

    async def vote(self, actor: Actor, number: int, choices: Sequence[int]) -> Poll:
        """Vote for options (numbers from 1), in place of what one voted before; no options take the vote back.

        Raises NotFound(`thread.not_found`, `poll.none`), Forbidden, Conflict(`thread.locked`, `poll.closed`),
        Invalid(`poll.choice`, `poll.one`)."""
        boards, at = await self._boards.readable(actor), self._clock.now()
        wanted = sorted(set(choices[: OPTIONS_MOST + 1]))

        def unit(tx: Tx) -> Poll:
            place, row = _place(tx, number, boards)
            access.require(actor, Verb.POLL_VOTE, place=place)
            found = tx.connection.execute(_POLL, {"t": number}).first()
            if found is None:
                raise NotFound("poll.none")
            if row.locked:
                raise Conflict("thread.locked", thread=number)
            if _closed(found, at):
                raise Conflict("poll.closed")
            if any(not 1 <= each <= len(found.options) for each in wanted):
                raise Invalid("poll.choice", most=len(found.options))
            if len(wanted) > 1 and not found.many:
                raise Invalid("poll.one")
            keys = {"p": found.id, "a": actor.account_id}
            tx.connection.execute(_TAKE_BACK, keys)
            for each in wanted:
                values = {"poll_id": found.id, "account_id": actor.account_id, "option": each, "voted_at": at}
                tx.connection.execute(insert(poll_vote).values(values))
            tx.emit("poll.voted", board=place.slug, thread=number)
            return _seen(tx, found, actor, at)

        return await self._db.write(unit)


def _insert(tx: Tx, number: int, plan: Plan, at: datetime) -> None:
    closes = None if plan.days is None else at + timedelta(days=plan.days)
    values = {
        "thread_id": number,
        "question": plan.question,
        "options": list(plan.options),
        "many": plan.many,
        "open_names": plan.open_names,
        "closes_at": closes,
        "created_at": at,
    }
    tx.connection.execute(insert(poll).values(values))


def _line(text: str, limit: int, code: str) -> str:
    clean = clean_line(text) if len(text) <= _RAW else ""
    if not 0 < len(clean) <= limit:
        raise Invalid(code, most=limit)
    return clean


def _options(options: Sequence[str]) -> list[str]:
    if not OPTIONS_LEAST <= len(options) <= OPTIONS_MOST:
        raise Invalid("poll.options", least=OPTIONS_LEAST, most=OPTIONS_MOST)
    texts = [_line(option, OPTION_LIMIT, "poll.option") for option in options]
    if len({text.casefold() for text in texts}) < len(texts):
        raise Invalid("poll.double")
    return texts


def _place(tx: Tx, number: int, boards: Mapping[int, Board]) -> tuple[Board, Any]:
    row = tx.connection.execute(_THREAD, {"t": number}).first()
    if row is None or row.board_id not in boards or row.hidden_at is not None:
        raise NotFound("thread.not_found", thread=number)
    return boards[row.board_id], row


def _closed(row: Any, at: datetime) -> bool:
    return row.closes_at is not None and at >= row.closes_at


def _seen(tx: Tx, row: Any, actor: Actor, at: datetime) -> Poll:
    counts = {each.option: int(each.votes) for each in tx.connection.execute(_COUNTS, {"p": row.id})}
    mine = tx.connection.execute(_MINE, {"p": row.id, "a": actor.account_id or 0}).scalars()
    names: dict[int, tuple[str, ...]] = {}
    if row.open_names:
        for option in counts:
            voters = tx.connection.execute(_NAMES, {"p": row.id, "o": option}).scalars()
            names[option] = tuple(voters)
    return Poll(
        thread=row.thread_id,
        question=row.question,
        choices=tuple(
            Choice(place, text, counts.get(place, 0), names.get(place, ())) for place, text in enumerate(row.options, 1)
        ),
        many=row.many,
        open_names=row.open_names,
        closes_at=row.closes_at,
        closed=_closed(row, at),
        voters=tx.connection.execute(_VOTERS, {"p": row.id}).scalar_one(),
        mine=tuple(mine),
    )


_THREAD: Final = select(thread.c.board_id, thread.c.author_id, thread.c.locked, thread.c.hidden_at).where(
    thread.c.id == bindparam("t")
)
_POLL: Final = select(poll).where(poll.c.thread_id == bindparam("t"))
_EXISTS: Final = Prepared(select(poll.c.id).where(poll.c.thread_id == bindparam("t")))
_OF: Final = poll_vote.c.poll_id == bindparam("p")
_COUNTS: Final = select(poll_vote.c.option, func.count().label("votes")).where(_OF).group_by(poll_vote.c.option)
_VOTERS: Final = select(func.count(poll_vote.c.account_id.distinct())).where(_OF)
_MINE: Final = (
    select(poll_vote.c.option).where(_OF, poll_vote.c.account_id == bindparam("a")).order_by(poll_vote.c.option)
)
_NAMES: Final = (
    select(account.c.name)
    .join(poll_vote, poll_vote.c.account_id == account.c.id)
    .where(_OF, poll_vote.c.option == bindparam("o"))
    .order_by(poll_vote.c.account_id)
    .limit(NAMES_MOST)
)
_TAKE_BACK: Final = delete(poll_vote).where(_OF, poll_vote.c.account_id == bindparam("a"))
