"""Cases: what became of a question. Reading them, opening private ones, and every act of office and poster.

What may be done when and by whom is in `table`. Every act takes the `change` of the case its doer saw: when
somebody was faster it raises Conflict(`case.meanwhile`, who, act) and nothing is written; None looks at nothing.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date
from typing import Any, Final

from bbs.errors import Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.calendar import Calendar
from bbs.forum.boards.community import Community
from bbs.forum.boards.places import Board
from bbs.forum.cases import acts as case_acts
from bbs.forum.cases import reading as case_reading
from bbs.forum.cases import talk as case_talk
from bbs.forum.cases.private import PrivateCases
from bbs.forum.cases.reading import CaseFilter, CaseReader
from bbs.forum.cases.steps import checked_reason, must_be_theirs
from bbs.forum.cases.table import Act, CaseKind, CaseState, Doer, Outcome, Rating
from bbs.forum.cases.values import (
    BELONGS_LIMIT,
    CHANGED,
    Case,
    CaseView,
    Message,
    Opened,
    Prepared,
    Sight,
    Step,
    Waiting,
)
from bbs.forum.cases.view import view_of
from bbs.forum.posts.posts import Post
from bbs.forum.posts.threads import Threads
from bbs.forum.writing.sending import Backdate, Beside
from bbs.forum.writing.writing import checked_body
from bbs.store.database import Database, Tx
from bbs.store.paging import Page
from bbs.text.when import Clock

__all__ = [
    "CHANGED",
    "Act",
    "Case",
    "CaseKind",
    "CaseState",
    "CaseView",
    "Cases",
    "Doer",
    "Message",
    "Opened",
    "Outcome",
    "Prepared",
    "Rating",
    "Sight",
    "Step",
    "Waiting",
]

FROM_END: Final = case_reading.FROM_END
"""As `before`: the last page of a list."""


class Cases:
    """The rules of cases."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, threads: Threads, community: Community) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._threads = threads
        self._community = community
        self._private = PrivateCases(db, clock, community)
        self._backdate: Backdate | None = None

    def backdated(self, backdate: Backdate) -> Cases:
        """The same rules at another time, telling nobody: for what happened elsewhere long ago. Raises Forbidden."""
        if backdate.by.kind is not AccountKind.LOCAL:
            raise Forbidden("access.denied", verb="case.backdate")
        found = copy(self)
        found._backdate = backdate
        return found

    @property
    def calendar(self) -> Calendar:
        """The working days of the site."""
        return self._community.site.calendar

    # Reading

    async def list(
        self,
        actor: Actor,
        *,
        mine: bool = False,
        offices: Sequence[str] = (),
        overdue: bool = False,
        board: Board | None = None,
        kind: CaseKind | None = None,
        states: Sequence[CaseState] = (),
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Page[Case]:
        """Cases the actor may know of, newest first: public ones of boards they read, and that private ones exist.

        Filters add up. Raises Forbidden, Invalid(`cursor.bad`, `page.limit`).
        """
        access.require(actor, Verb.CASE_READ)
        if after is not None and before is not None:
            raise Invalid("cursor.bad")
        reader = await self._reader(actor)
        narrow = CaseFilter(mine, tuple(offices), overdue, None if board is None else board.id, kind, tuple(states))
        cursor = before if after is None else after
        return await self._db.read(lambda tx: case_reading.page(tx, reader, narrow, cursor=cursor, limit=limit))

    async def get(self, actor: Actor, case: int, *, code: str = "") -> CaseView:
        """One case with its steps; with its query code also a private one opened without a name.

        Raises NotFound(`case.not_found`, `case.no_code`), TryLater(`case.code_wait`, seconds).
        """
        access.require(actor, Verb.CASE_READ)
        reader = await self._reader(actor, code, case)
        return await self._db.read(lambda tx: view_of(tx, reader, case_reading.one(tx, reader, case)))

    async def lookup(self, actor: Actor, code: str) -> CaseView:
        """The private case a query code opens. Raises NotFound(`case.no_code`), TryLater(`case.code_wait`, seconds)."""
        access.require(actor, Verb.CASE_FOLLOW)
        number = await self._private.find(actor, code)
        reader = await self._reader(actor, holds=number)
        return await self._db.read(lambda tx: view_of(tx, reader, case_reading.one(tx, reader, number)))

    async def of_thread(self, actor: Actor, thread: int) -> Case | None:
        """The case of a thread, None where it has none."""
        finding = await self.finding(actor)
        return await self._db.read(lambda tx: finding(tx, thread))

    async def finding(self, actor: Actor) -> Callable[[Tx, int], Case | None]:
        """What finds the case of a thread, as part of a unit."""
        reader = await self._reader(actor)

        def find(tx: Tx, thread: int) -> Case | None:
            row = case_reading.of_thread(tx, reader, thread)
            return None if row is None else case_reading.case_of(row, reader)

        return find

    async def queue(self, actor: Actor) -> builtins.list[Case]:
        """What waits for the actor's offices, the most urgent first, at most `QUEUE_MOST`; one query. Forbidden."""
        access.require(actor, Verb.OFFICE_DESK)
        reader = await self._reader(actor)
        return await self._db.read(lambda tx: case_reading.queue(tx, reader))

    async def waiting(self, actor: Actor) -> Waiting:
        """How much waits for the actor's offices; nothing for those who have no desk."""
        return await self._db.read(await self.counting(actor))

    async def counting(self, actor: Actor) -> Callable[[Tx], Waiting]:
        """What counts for `waiting`, as part of a unit."""
        if not access.allowed(actor, Verb.OFFICE_DESK):
            return lambda tx: Waiting()
        reader = await self._reader(actor)
        return lambda tx: case_reading.waiting(tx, reader)

    # Opening

    async def open_private(
        self,
        actor: Actor,
        board: Board,
        kind: CaseKind,
        title: str,
        body: str,
        *,
        nameless: bool = False,
        office: str = "",
        draft_id: str | None = None,
    ) -> Opened:
        """Open a case that only its poster and the office read; `office` is one of the board's, the first if not said.

        With `nameless` nothing that is kept leads to the actor, and the code that is returned is the only way back.
        Sending a draft twice opens one case. Raises Forbidden, Invalid(`title.…`, `body.…`, `case.office`, `draft.id`),
        TryLater(`post.too_fast`, `post.same_text`, seconds).
        """
        return await self._private.open(
            actor, board, kind, title, body, nameless=nameless, office=office, draft_id=draft_id
        )

    # The office

    async def take(self, actor: Actor, case: int, *, change: int | None = None) -> Case:
        """Take a case on oneself."""
        return await self._act(actor, lambda tx, reader: case_acts.take(tx, reader, case, change))

    async def assign(self, actor: Actor, case: int, officer: str, *, change: int | None = None) -> Case:
        """Give it to an officer of the office, by login or real name; NotFound(`case.no_officer`)."""
        return await self._act(actor, lambda tx, reader: case_acts.assign(tx, reader, case, officer, change))

    async def transfer(self, actor: Actor, case: int, office: str, reason: str, *, change: int | None = None) -> Case:
        """Hand it to another office. Raises NotFound(`office.not_found`), Conflict(`case.same_office`)."""
        why = checked_reason(reason)
        return await self._act(actor, lambda tx, reader: case_acts.transfer(tx, reader, case, office, why, change))

    async def answer(
        self,
        actor: Actor,
        case: int,
        body: str,
        *,
        change: int | None = None,
        draft_id: str | None = None,
        reply_to: int | None = None,
    ) -> Case:
        """Answer for the office: an official post in the thread, or a message, and the step, in one unit.

        When a colleague was faster nothing is written and the text stays with its writer. Raises as `Threads.reply`.
        """
        return await self._say(actor, case, Act.ANSWER, body, change=change, draft_id=draft_id, reply_to=reply_to)

    async def answer_in(
        self,
        actor: Actor,
        case: int,
        thread: int,
        body: str,
        *,
        change: int,
        draft_id: str,
        reply_to: int | None,
        also: Callable[[Tx, Post], None],
    ) -> Post:
        """Answer in the thread of a case with what was written elsewhere; `also` is done in the same unit.

        Raises as `answer`, and NotFound(`case.not_found`) where the case is not that thread's.
        """
        reader, row = await self._whose(actor, case, Act.ANSWER)
        if row.thread_id != thread:
            raise NotFound("case.not_found", case=case)
        return await self._in_thread(
            reader, row, Act.ANSWER, body, change=change, draft_id=draft_id, reply_to=reply_to, also=also
        )

    async def extend(self, actor: Actor, case: int, until: date, reason: str, *, change: int | None = None) -> Case:
        """Move the answer date to the end of a day, or of the working day after it; once, before it has passed.

        Raises Conflict(`case.extended`, `case.expired`), Invalid(`case.until_early`, `case.until_far`).
        """
        why = checked_reason(reason)
        return await self._act(actor, lambda tx, reader: case_acts.extend(tx, reader, case, until, why, change))

    async def return_(self, actor: Actor, case: int, reason: str, belongs: str, *, change: int | None = None) -> Case:
        """Give it back, saying why and where it belongs. Invalid(`case.no_reason`, `case.no_belongs`)."""
        why, where = checked_reason(reason), checked_reason(belongs, "belongs", most=BELONGS_LIMIT)
        return await self._act(actor, lambda tx, reader: case_acts.return_(tx, reader, case, why, where, change))

    async def merge(self, actor: Actor, case: int, into: int, *, change: int | None = None) -> Case:
        """Let it go on as part of another public one.

        Raises Conflict(`case.private`, `case.merge_itself`, `case.merge_ended`)."""
        return await self._act(actor, lambda tx, reader: case_acts.merge(tx, reader, case, into, change))

    async def decline(self, actor: Actor, case: int, reason: str, *, change: int | None = None) -> Case:
        """Say that it will not be done, and why. Invalid(`case.no_reason`)."""
        why = checked_reason(reason)
        return await self._act(actor, lambda tx, reader: case_acts.decline(tx, reader, case, why, change))

    async def close(
        self,
        actor: Actor,
        case: int,
        outcome: Outcome | None = None,
        *,
        change: int | None = None,
        code: str = "",
    ) -> Case:
        """End it: the office says how it ended (Invalid `case.no_outcome`); for its poster it was fixed by itself."""
        return await self._act(actor, lambda tx, reader: case_acts.close(tx, reader, case, outcome, change), code, case)

    async def prepare(self, actor: Actor, case: int, body: str, *, seen: str = "") -> None:
        """Leave an answer for a colleague to send, liaisons too; "" takes it away. Only the office sees it.

        `seen` is what was there; Conflict(`case.prepared`, who) when somebody else wrote one meanwhile.
        """
        clean = checked_body(body, official=True) if body.strip() else ""
        reader = await self._reader(actor)
        await self._db.write(lambda tx: case_acts.prepare(tx, reader, case, clean, seen))

    # The poster

    async def follow_up(
        self,
        actor: Actor,
        case: int,
        body: str,
        *,
        change: int | None = None,
        draft_id: str | None = None,
        code: str = "",
    ) -> Case:
        """Add a question or a fact, or ask back as the office: a reply in the thread, or a private message."""
        return await self._say(actor, case, Act.FOLLOW_UP, body, change=change, draft_id=draft_id, code=code)

    async def rate(
        self, actor: Actor, case: int, rating: Rating, words: str = "", *, change: int | None = None, code: str = ""
    ) -> Case:
        """Say whether one is satisfied; who is not says why, Invalid(`case.no_words`)."""
        said = checked_reason(words, "words") if words.strip() or rating is Rating.UNSATISFIED else ""
        return await self._act(
            actor, lambda tx, reader: case_acts.rate(tx, reader, case, rating, said, change), code, case
        )

    async def reopen(self, actor: Actor, case: int, reason: str, *, change: int | None = None, code: str = "") -> Case:
        """Have it looked at again, once, saying why. Raises Conflict(`case.reopened`, `case.satisfied`)."""
        why = checked_reason(reason)
        return await self._act(actor, lambda tx, reader: case_acts.reopen(tx, reader, case, why, change), code, case)

    # The parts

    async def _act(self, actor: Actor, act: Callable[[Tx, CaseReader], Case], code: str = "", case: int = 0) -> Case:
        reader = await self._reader(actor, code, case)
        return await self._db.write(lambda tx: act(tx, reader))

    async def _say(
        self,
        actor: Actor,
        case: int,
        act: Act,
        body: str,
        *,
        change: int | None,
        draft_id: str | None,
        code: str = "",
        reply_to: int | None = None,
    ) -> Case:
        reader, row = await self._whose(actor, case, act, code)
        if row.thread_id is None:
            clean = checked_body(body, official=actor.kind is AccountKind.OFFICER)
            return await self._private.say(reader, case, act, clean, change=change, draft_id=draft_id)
        await self._in_thread(reader, row, act, body, change=change, draft_id=draft_id, reply_to=reply_to)
        return await self._db.read(lambda tx: case_reading.case_of(case_reading.one(tx, reader, case), reader))

    async def _whose(self, actor: Actor, case: int, act: Act, code: str = "") -> tuple[CaseReader, Any]:
        """For whom is read, and the row of a case with which they may ever do this."""
        reader = await self._reader(actor, code, case)
        row = await self._db.read(lambda tx: case_reading.one(tx, reader, case))
        must_be_theirs(reader, row, act)
        return reader, row

    async def _in_thread(
        self,
        reader: CaseReader,
        row: Any,
        act: Act,
        body: str,
        *,
        change: int | None,
        draft_id: str | None,
        reply_to: int | None,
        also: Callable[[Tx, Post], None] | None = None,
    ) -> Post:
        """A reply in the thread of a case that is a step of it."""
        talk = case_talk.PublicTalk(reader, row.id, act, change, also)
        official = act is Act.ANSWER or reader.actor.kind is AccountKind.OFFICER
        told = frozenset({row.poster_id}) if act is Act.ANSWER and row.poster_id is not None else frozenset()
        return await self._threads.reply(
            reader.actor,
            row.thread_id,
            body,
            reply_to=reply_to,
            official=official,
            draft_id=draft_id,
            backdate=self._backdate,
            beside=Beside(talk.before, talk.after, row.office if official else "", told),
        )

    async def _reader(
        self,
        actor: Actor,
        code: str = "",
        case: int = 0,
        *,
        holds: int | None = None,
    ) -> CaseReader:
        """For whom is read; a code must be that of the case."""
        if code:
            holds = await self._private.find(actor, code)
            if holds != case:
                raise NotFound("case.no_code")
        boards = await self._boards.readable(actor)
        back = self._backdate
        now = self._clock.now() if back is None else back.at
        return CaseReader(actor, boards, self.calendar, now, holds, quiet=back is not None)
