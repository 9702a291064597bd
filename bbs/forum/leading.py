"""The leader's page: the newest digest, what is overdue, what is hot, what was answered; and ways to put a question.

All of it is what every member may read; private cases are a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, func, select

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor, Duty
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.community import Community
from bbs.forum.boards.places import Board
from bbs.forum.cases.reading import is_overdue
from bbs.forum.digest.digests import Digests
from bbs.forum.digest.issue import Head, Topic, bounds, week_of
from bbs.forum.digest.privacy import LEAST_ACCOUNTS
from bbs.forum.officers.officers import Office, Officers
from bbs.store.database import Database, Tx
from bbs.store.tables import case, post, thread
from bbs.text.when import Clock

OVERDUE_MOST: Final = 10
HOT_MOST: Final = 8
TOPICS_MOST: Final = 5
ANSWERED_MOST: Final = 10
"""Lines of each part."""
HOT_FOR: Final = timedelta(days=7)
"""How far back a thread is hot."""
HOT_LOOKED: Final = 20_000
"""The newest posts that are looked at for what is hot."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A public case: `days` late, or from its opening to its answer; whole working days."""

    case: int
    thread: int
    title: str
    office: str
    by: str
    days: int

    @property
    def route(self) -> str:
        return f"/c/{self.case}"


@dataclass(frozen=True, slots=True)
class HotThread:
    """A thread with the people and posts of the last days."""

    thread: int
    title: str
    board: str
    accounts: int
    posts: int

    @property
    def route(self) -> str:
        return f"/t/{self.thread}"


@dataclass(frozen=True, slots=True)
class LeaderPage:
    """What the page shows. Counts are of all, the lines are the first of them."""

    digest: Head | None
    topics: tuple[Topic, ...]
    """The first topics of that issue, as everybody reads them."""
    overdue: tuple[CaseLine, ...]
    overdue_count: int
    private_overdue: int
    hot: tuple[HotThread, ...]
    answered: tuple[CaseLine, ...]
    answered_count: int
    offices: Mapping[str, tuple[str, str]]
    """What offices are called, by slug: (zh, en)."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One way to put a question to an office: on a board, where everybody reads it, or by mail to who holds it."""

    route: str
    board: Board | None = None
    holder: str = ""


class Leading:
    """The rules of the leader's page."""

    def __init__(
        self, db: Database, clock: Clock, boards: Boards, community: Community, digests: Digests, officers: Officers
    ) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._community = community
        self._digests = digests
        self._officers = officers

    async def page(self, actor: Actor) -> LeaderPage:
        """Everything the page shows; Forbidden for those who are no leaders."""
        access.require(actor, Verb.LEADER_PAGE)
        heads = await self._digests.list(actor, 20)
        newest = next((one for one in heads if one.released_at is not None), None)
        topics = () if newest is None else (await self._digests.get(actor, newest.week)).shown[:TOPICS_MOST]
        boards = await self._boards.readable(_MEMBER)
        now, working = self._clock.now(), self._community.site.calendar.working_time
        week, _ = bounds(week_of(now, self._community.site.tz), self._community.site.tz)
        offices = {one.slug: (one.zh, one.en) for one in await self._officers.offices(actor)}

        def unit(tx: Tx) -> LeaderPage:
            late = is_overdue(now)
            answered = case.c.answered_at >= week
            return LeaderPage(
                digest=newest,
                topics=topics,
                overdue=_cases(
                    tx, late, boards, OVERDUE_MOST, case.c.answer_by, lambda row: working(row.answer_by, now)
                ),
                overdue_count=_count(tx, late, boards, private=False),
                private_overdue=_count(tx, late, boards, private=True),
                hot=_hot(tx, boards, now - HOT_FOR),
                answered=_cases(
                    tx,
                    answered,
                    boards,
                    ANSWERED_MOST,
                    case.c.answered_at.desc(),
                    lambda row: working(row.opened_at, row.answered_at),
                ),
                answered_count=_count(tx, answered, boards, private=False),
                offices=offices,
            )

        return await self._db.read(unit)

    async def offices(self, actor: Actor) -> list[Office]:
        """The offices a question can be put to."""
        access.require(actor, Verb.LEADER_PAGE)
        return await self._officers.offices(actor)

    async def ways(self, actor: Actor, office: str) -> list[Asking]:
        """How the actor may put a question to an office: on its boards, and by mail to those who hold it.

        NotFound(`leader.no_office`)."""
        access.require(actor, Verb.LEADER_PAGE)
        found = next((one for one in await self._officers.offices(actor) if one.slug == office), None)
        if found is None:
            raise NotFound("leader.no_office", office=office[:40])
        readable = await self._boards.readable(actor)
        ways = [
            Asking(f"{one.route}/post", board=one)
            for one in sorted(readable.values(), key=lambda one: one.position)
            if one.tracked and office in one.offices and access.allowed(actor, Verb.THREAD_START, place=one)
        ]
        if access.allowed(actor, Verb.MAIL_SEND):
            holders = dict.fromkeys(held.real_name for held in found.appointments if held.duty is not Duty.LIAISON)
            ways += [Asking(f"/mail/to/{name}", holder=name) for name in holders]
        return ways


_MEMBER: Final = Actor("", AccountKind.MEMBER)


def _public(boards: Mapping[int, Board]) -> ColumnElement[bool]:
    return and_(case.c.private.is_(False), case.c.thread_id.is_not(None), case.c.board_id.in_(sorted(boards)))


def _cases(
    tx: Tx, rule: ColumnElement[bool], boards: Mapping[int, Board], most: int, order: Any, span: Any
) -> tuple[CaseLine, ...]:
    query = (
        select(case, thread.c.title.label("now"))
        .join(thread, thread.c.id == case.c.thread_id)
        .where(rule, _public(boards), thread.c.hidden_at.is_(None))
        .order_by(order, case.c.id)
        .limit(most)
    )
    return tuple(
        CaseLine(row.id, row.thread_id, row.now, row.office, row.assignee, span(row).days)
        for row in tx.connection.execute(query)
    )


def _count(tx: Tx, rule: ColumnElement[bool], boards: Mapping[int, Board], *, private: bool) -> int:
    kind = case.c.private.is_(True) if private else _public(boards)
    return int(tx.connection.execute(select(func.count()).select_from(case).where(rule, kind)).scalar_one())


def _hot(tx: Tx, boards: Mapping[int, Board], since: datetime) -> tuple[HotThread, ...]:
    """Threads in which at least five wrote, those with the most people first."""
    given = {"since": since, "boards": sorted(boards), "least": LEAST_ACCOUNTS, "most": HOT_MOST}
    return tuple(
        HotThread(row.id, row.title, boards[row.board_id].slug, row.accounts, row.posts)
        for row in tx.connection.execute(_HOT, given)
    )


_NEWEST: Final = select(post).order_by(post.c.id.desc()).limit(HOT_LOOKED).subquery()
_ACCOUNTS: Final = func.count(func.distinct(_NEWEST.c.author_id))
_HOT: Final = (
    select(
        thread.c.id,
        thread.c.title,
        thread.c.board_id,
        _ACCOUNTS.label("accounts"),
        func.count().label("posts"),
    )
    .join(_NEWEST, _NEWEST.c.thread_id == thread.c.id)
    .where(
        _NEWEST.c.created_at >= bindparam("since", type_=post.c.created_at.type),
        _NEWEST.c.hidden_at.is_(None),
        _NEWEST.c.withdrawn_at.is_(None),
        _NEWEST.c.official_office.is_(None),
        thread.c.hidden_at.is_(None),
        thread.c.board_id.in_(bindparam("boards", expanding=True)),
    )
    .group_by(thread.c.id, thread.c.title, thread.c.board_id)
    .having(bindparam("least") <= _ACCOUNTS)
    .order_by(_ACCOUNTS.desc(), func.count().desc(), thread.c.id.desc())
    .limit(bindparam("most"))
)
