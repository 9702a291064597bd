"""Live interviews: announced with guests, asked by members, sorted by moderators, answered officially, written down."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.access_terms import INTERVIEWS
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.community import Community
from bbs.forum.boards.places import Board
from bbs.forum.interviews import answering, hosting, questioning, sorting, timekeeping, transcripts
from bbs.forum.interviews import rows as interview_rows
from bbs.forum.interviews.hosting import Plan
from bbs.forum.interviews.questioning import Said
from bbs.forum.interviews.questions import USUAL, Interview, InterviewState, Question, Room, Spoken
from bbs.forum.interviews.rows import FROM_END
from bbs.forum.interviews.transcripts import Press
from bbs.forum.interviews.watching import STATE, Told, Watch, Watching
from bbs.forum.news.news import News
from bbs.forum.writing.writing import checked_draft_id
from bbs.store.database import Database, Event, Tx
from bbs.store.paging import Page
from bbs.text.when import Clock

__all__ = ["FROM_END", "Interview", "Interviews", "Question", "Room", "Spoken", "Watch"]

T = TypeVar("T")


class Interviews:
    """The rules of live interviews."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, news: News, community: Community) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._news = news
        self._community = community
        self._watching = Watching(db)
        self._open: builtins.list[Interview] | None = None
        self._generation = 0
        db.hub.subscribe((STATE, "community.changed"), self._forget)

    # Reading

    async def open_ones(self, actor: Actor) -> builtins.list[Interview]:
        """Interviews that are live, then those announced, the soonest first; kept in memory."""
        boards = await self._boards.readable(actor)
        while self._open is None:
            generation = self._generation
            found = await self._db.read(interview_rows.open_ones)
            if generation == self._generation:
                self._open = found
        return [one for one in self._open if one.board_id in boards and not boards[one.board_id].archived]

    async def past(
        self, actor: Actor, *, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> Page[Interview]:
        """Interviews that are over, newest first; Invalid(`cursor.bad`, `page.limit`)."""
        boards = list(await self._boards.readable(actor))
        cursor = after if before is None else before
        return await self._db.read(lambda tx: interview_rows.past(tx, boards, cursor=cursor, limit=limit))

    async def get(self, actor: Actor, number: int) -> tuple[Board, Interview]:
        """One interview with its board; NotFound(`live.not_found`)."""
        boards = await self._boards.readable(actor)
        found = await self._db.read(lambda tx: interview_rows.one(tx, number))
        if found is None:
            raise NotFound("live.not_found", interview=number)
        return _open_to(found, boards, number), found

    async def room(self, actor: Actor, number: int) -> tuple[Board, Room]:
        """An interview with its questions and answers as they stand; NotFound(`live.not_found`)."""
        boards = await self._boards.readable(actor)
        found = await self._db.read(lambda tx: interview_rows.room(tx, number))
        if found is None:
            raise NotFound("live.not_found", interview=number)
        return _open_to(found.interview, boards, number), found

    async def watch(self, actor: Actor, number: int, told: Told) -> tuple[Board, Watch]:
        """Watch an interview: `told` hears each new state of it. To be closed; NotFound(`live.not_found`)."""
        boards = await self._boards.readable(actor)
        watch = await self._watching.watch(number, told)
        try:
            return _open_to(watch.room.interview, boards, number), watch
        except BaseException:
            watch.close()
            raise

    async def votes(self, actor: Actor, number: int) -> frozenset[int]:
        """The questions of an interview that the actor voted for."""
        account = actor.account_id
        if account is None:
            return frozenset()
        return await self._db.read(lambda tx: questioning.my_votes(tx, number, account))

    def sorts(self, actor: Actor, board: Board, found: Interview) -> bool:
        """Whether the actor may sort the questions."""
        return access.allowed(actor, Verb.LIVE_SORT, place=found.place(board))

    def holds(self, actor: Actor, board: Board, found: Interview) -> bool:
        """Whether the actor may change, call off, begin and end it."""
        return access.allowed(actor, Verb.LIVE_HOLD, place=found.place(board))

    def answers(self, actor: Actor, board: Board, found: Interview) -> bool:
        """Whether the actor is a guest of it, in the office it was announced with."""
        mine = {guest.appointment_id for guest in found.guests if guest.account_id == actor.account_id}
        held = any(one.id in mine for one in actor.appointments)
        return held and access.allowed(actor, Verb.LIVE_ANSWER, place=found.place(board))

    # Holding

    async def announce(
        self,
        actor: Actor,
        board: Board,
        title: str,
        guests: Sequence[str],
        starts_at: datetime,
        ends_at: datetime | None = None,
        *,
        about: str = "",
        column: str = "",
        draft_id: str | None = None,
    ) -> Interview:
        """Announce an interview; guests are named by real name or by office, times are UTC.

        Those who follow the guests' offices are told. Raises Forbidden, Invalid(`live.board`, `title.…`, `live.about`,
        `live.times`, `live.too_long`, `live.guests`), NotFound(`live.guest`, `column.not_found`), Conflict. Recorded.
        """
        if board.archived:
            raise Conflict("board.archived", board=board.slug)
        if board.nature != INTERVIEWS:
            raise Invalid("live.board", board=board.slug)
        access.require(actor, Verb.LIVE_HOLD, place=board)
        now, draft = self._clock.now(), _draft_id(draft_id)
        plan = Plan(title, about, starts_at, ends_at or starts_at + USUAL, tuple(guests), column)
        plan = hosting.planned(actor, plan, now)
        await self._may_publish(actor, plan.news_column)
        number = await self._db.write(lambda tx: hosting.announce(tx, actor, board, plan, now, draft))
        return (await self.get(actor, number))[1]

    async def change(
        self,
        actor: Actor,
        number: int,
        *,
        title: str | None = None,
        guests: Sequence[str] | None = None,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        about: str | None = None,
        column: str | None = None,
    ) -> Interview:
        """Change what is given; who asked is told of another time. Raises as `announce`, Conflict(`live.is_…`,

        `live.has_begun`, `live.guest_stays`). Recorded."""
        _, old = await self.get(actor, number)
        begins = starts_at or old.starts_at
        plan = Plan(
            old.title if title is None else title,
            old.about if about is None else about,
            begins,
            ends_at or begins + (old.ends_at - old.starts_at),
            tuple(guest.official.name for guest in old.guests) if guests is None else tuple(guests),
            old.news_column if column is None else column,
        )
        now = self._clock.now()
        plan = hosting.planned(actor, plan, now)
        if column:
            await self._may_publish(actor, plan.news_column)
        return await self._do(actor, number, lambda tx, boards: hosting.change(tx, actor, number, boards, plan, now))

    async def cancel(self, actor: Actor, number: int, reason: str) -> Interview:
        """Call off what was announced; those who asked are told why. Raises NotFound, Forbidden, Conflict(`live.is_…`),

        Invalid(`reason.empty`, `reason.long`). Recorded."""
        why, now = hosting.checked_reason(reason), self._clock.now()
        return await self._do(actor, number, lambda tx, boards: hosting.cancel(tx, actor, number, boards, why, now))

    async def begin(self, actor: Actor, number: int) -> Interview:
        """Begin; raises NotFound, Forbidden, Conflict(`live.is_…`, `live.early`). Recorded."""
        now = self._clock.now()
        return await self._do(actor, number, lambda tx, boards: hosting.begin(tx, actor, number, boards, now))

    async def end(self, actor: Actor, number: int) -> Interview:
        """End, and write the transcript: a kept thread and a bulletin in both languages, in the same transaction.

        Ending again changes nothing. Raises NotFound, Forbidden, Conflict(`live.is_…`, `board.archived`). Recorded."""
        board, found = await self.get(actor, number)
        press, now = await self._press(board, found), self._clock.now()
        return await self._do(actor, number, lambda tx, boards: transcripts.end(tx, actor, number, boards, press, now))

    async def listen(self, actor: Actor, number: int, on: bool | None = None) -> bool:
        """Be told when it begins and how it ends, or no longer, or (None) the other of the two; whether one will be.

        Raises NotFound, Forbidden, Conflict(`live.is_…`)."""
        return await self._act(actor, lambda tx, boards: timekeeping.listen(tx, actor, number, boards, on=on))

    async def keep_time(self) -> int:
        """Tell who waits for what begins soon, and close what was forgotten; how many. Doing it twice does no more."""
        now, done = self._clock.now(), 0
        boards = await self._boards.readable(LOCAL)
        for found in await self._db.read(interview_rows.open_ones):
            board, number = boards[found.board_id], found.id
            try:
                if timekeeping.is_soon(found, now):
                    done += min(1, await self._db.write(partial(timekeeping.remind, number=number, now=now)))
                elif timekeeping.is_forgotten(found, now):
                    await self._close(found, board, boards, now)
                    done += 1
            except (Conflict, NotFound):
                continue  # somebody was first
        return done

    async def _close(self, found: Interview, board: Board, boards: Mapping[int, Board], now: datetime) -> None:
        if found.state is InterviewState.LIVE:
            press = await self._press(board, found)
            await self._db.write(lambda tx: transcripts.end_forgotten(tx, found.id, boards, press, now))
        else:
            await self._db.write(lambda tx: timekeeping.lapse(tx, found.id, boards, now))

    async def _press(self, board: Board, found: Interview) -> Press:
        site, column = self._community.site, await self._column(board, found)
        store = await self._news.storing(LOCAL)
        return Press(column, board.read, "en" if site.language == "en" else "zh", site.tz, store)

    # Questions

    async def ask(self, actor: Actor, number: int, text: str, *, draft_id: str | None = None) -> int:
        """Ask under the pen name; gives the number of the question, the first one's when the draft is sent again.

        Raises Invalid(`live.question`), NotFound, Forbidden, Conflict(`live.asked_open`, `live.asked_all`, `live.full`,
        `live.is_…`)."""
        said = Said(questioning.checked_question(text), self._clock.now(), _draft_id(draft_id))
        return await self._act(actor, lambda tx, boards: questioning.ask(tx, actor, number, boards, said))

    async def vote(self, actor: Actor, question: int, on: bool | None = None) -> bool:
        """Vote, take the vote back, or (None) the other of the two; whether it is voted for now."""
        return await self._act(actor, lambda tx, boards: questioning.vote(tx, actor, question, boards, on=on))

    async def accept(self, actor: Actor, question: int) -> None:
        """Let a question into the queue. Conflict(`live.question_…`) when somebody was quicker; so are all below."""
        at = self._clock.now()
        await self._act(actor, lambda tx, boards: sorting.accept(tx, actor, question, boards, at))

    async def leave_out(self, actor: Actor, question: int, reason: str) -> None:
        """Leave a question out with a reason, which is told to who asked. Invalid(`reason.…`). Recorded."""
        why, at = hosting.checked_reason(reason), self._clock.now()
        await self._act(actor, lambda tx, boards: sorting.leave_out(tx, actor, question, boards, why, at))

    async def lift(self, actor: Actor, question: int, on: bool = True) -> None:
        """Put a question before all others, or back."""
        await self._act(actor, lambda tx, boards: sorting.lift(tx, actor, question, boards, on=on))

    async def merge(self, actor: Actor, question: int, into: int) -> None:
        """Make a question part of another that asks the same; its votes go over. Recorded."""
        at = self._clock.now()
        await self._act(actor, lambda tx, boards: sorting.merge(tx, actor, question, into, boards, at))

    async def take(self, actor: Actor, number: int, question: int | None = None) -> int:
        """Take a question to be answered, the first of the queue unless one is named; gives its number."""
        return await self._act(actor, lambda tx, boards: sorting.take(tx, actor, number, boards, question))

    async def answer(self, actor: Actor, question: int, text: str, *, draft_id: str | None = None) -> int:
        """Answer under real name and office. Raises Invalid(`live.answer`), Forbidden(`live.not_guest`,

        `live.left_office`), NotFound, Conflict(`live.is_…`, `live.question_…`, `live.answers_full`). Recorded."""
        said = Said(answering.checked_answer(text), self._clock.now(), _draft_id(draft_id))
        return await self._act(actor, lambda tx, boards: answering.answer(tx, actor, question, boards, said))

    async def say(self, actor: Actor, number: int, text: str, *, draft_id: str | None = None) -> int:
        """Say something without a question, as a guest; raises as `answer`."""
        said = Said(answering.checked_answer(text), self._clock.now(), _draft_id(draft_id))
        return await self._act(actor, lambda tx, boards: answering.say(tx, actor, number, boards, said))

    async def question(self, actor: Actor, number: int) -> tuple[Board, Interview, Question]:
        """A question that the actor may see, with its interview; NotFound(`live.no_question`)."""
        asked = await self._db.read(lambda tx: interview_rows.question(tx, number))
        if asked is None:
            raise NotFound("live.no_question", question=number)
        board, found = await self.get(actor, asked.interview)
        open_to = (*questioning.SHOWN, asked.state) if asked.author_id == actor.account_id else questioning.SHOWN
        if asked.state not in open_to and not self.sorts(actor, board, found):
            raise NotFound("live.no_question", question=number)
        return board, found, asked

    # Inside

    async def _act(self, actor: Actor, act: Callable[[Tx, Mapping[int, Board]], T]) -> T:
        boards = await self._boards.readable(actor)
        return await self._db.write(lambda tx: act(tx, boards))

    async def _do(self, actor: Actor, number: int, act: Callable[[Tx, Mapping[int, Board]], None]) -> Interview:
        await self._act(actor, act)
        return (await self.get(actor, number))[1]

    async def _may_publish(self, actor: Actor, slug: str) -> None:
        """Whoever names a column keeps it; raises NotFound(`column.not_found`), Forbidden."""
        if slug:
            column = await self._news.column(actor, slug)
            access.require(actor, Verb.BULLETIN_PUBLISH, place=column)

    async def _column(self, board: Board, found: Interview) -> str | None:
        if found.news_column:
            return found.news_column
        column = await self._news.general_column(board)
        return None if column is None else column.slug

    def _forget(self, event: Event) -> None:
        self._generation += 1
        self._open = None


def _open_to(found: Interview, boards: Mapping[int, Board], number: int) -> Board:
    if found.board_id not in boards:
        raise NotFound("live.not_found", interview=number)
    return boards[found.board_id]


def _draft_id(given: str | None) -> str | None:
    return None if given is None else checked_draft_id(given)
