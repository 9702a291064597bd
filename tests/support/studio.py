"""Interviews in any state, made through the rules, for tests of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert

from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board
from bbs.forum.forum import Forum
from bbs.forum.interviews.questions import Interview, InterviewState, QuestionState
from bbs.store.database import Tx
from bbs.store.tables import board, column
from bbs.text.when import ManualClock

TITLE = "食堂、电梯和钱"


@dataclass(slots=True)
class Studio:
    """A board where interviews are held: keeper is the host, zhou the guest, reed and plum ask."""

    forum: Forum
    clock: ManualClock
    board: Board
    reed: Actor
    plum: Actor
    keeper: Actor
    zhou: Actor

    async def announced(self, title: str = TITLE, guests: tuple[str, ...] = ("周明",)) -> Interview:
        """An interview in half an hour."""
        starts = self.clock.now() + timedelta(minutes=30)
        return await self.forum.interviews.announce(self.keeper, self.board, title, guests, starts, about="有问必答。")

    async def live(self) -> Interview:
        """One that has begun."""
        return await self.forum.interviews.begin(self.keeper, (await self.announced()).id)

    async def at(self, state: InterviewState) -> Interview:
        """One in a state."""
        if state is InterviewState.ANNOUNCED:
            return await self.announced()
        if state is InterviewState.CANCELLED:
            return await self.forum.interviews.cancel(self.keeper, (await self.announced()).id, "嘉宾出差")
        found = await self.live()
        if state is InterviewState.ENDED:
            await self.forum.interviews.answer(self.zhou, await self.queued(found.id), "可以。")
            found = await self.forum.interviews.end(self.keeper, found.id)
        return found

    async def asked(self, number: int, text: str = "三号楼西梯，给个痛快话。", by: Actor | None = None) -> int:
        """A question that waits."""
        return await self.forum.interviews.ask(by or self.reed, number, text)

    async def queued(self, number: int, text: str = "三号楼西梯，给个痛快话。", by: Actor | None = None) -> int:
        """A question in the queue."""
        asked = await self.asked(number, text, by)
        await self.forum.interviews.accept(self.keeper, asked)
        return asked

    async def question_at(self, number: int, state: QuestionState, by: Actor | None = None) -> int:
        """A question in a state, of a live interview."""
        rules = self.forum.interviews
        if state is QuestionState.WAITING:
            return await self.asked(number, by=by)
        if state is QuestionState.LEFT_OUT:
            asked = await self.asked(number, by=by)
            await rules.leave_out(self.keeper, asked, "点名了")
            return asked
        asked = await self.queued(number, by=by)
        if state is QuestionState.TAKEN:
            await rules.take(self.zhou, number, asked)
        if state is QuestionState.ANSWERED:
            await rules.answer(self.zhou, asked, "换，不修了。")
        return asked


async def studio_of(
    forum: Forum, clock: ManualClock, *, reed: Actor, plum: Actor, keeper: Actor, zhou: Actor
) -> Studio:
    """Declare the board and a news column, and put the people into it."""

    def declare(tx: Tx) -> None:
        row = {"slug": "interview", "section": "after", "zh": "在线访谈", "en": "Online Interviews"}
        more = {"nature": "interviews", "read": "members", "post": "officers", "offices": ["secretary"], "position": 1}
        tx.connection.execute(insert(board).values(**row, **more))
        news = {"slug": "express", "zh": "信息快递", "en": "News Express", "read": "public", "position": 0}
        tx.connection.execute(insert(column).values(**news))
        tx.emit("community.changed")

    await forum.db.write(declare)
    await forum.community.settled()
    found = await forum.boards.get(keeper, "interview")
    return Studio(forum, clock, found, reed, plum, keeper, zhou)
