"""Writing in an interview: a question under the pen name, an answer or words of one's own under the office."""

from __future__ import annotations

from typing import Final

from bbs.errors import Conflict, Forbidden
from bbs.forum import access
from bbs.forum.actor import Appointment
from bbs.forum.boards.places import Board
from bbs.forum.interviews.questions import ANSWER_LIMIT, QUESTION_LIMIT, Interview
from bbs.terminal.canvas import Frame, Row
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.interviews.words import asks
from screens.visit import Visit
from screens.writing.composer import Composer

QUESTION_ROWS: Final = 8
"""Rows of the question above its answer at most."""
TEXT_ROWS: Final = 10
"""Rows the composer needs for itself."""


class _LiveComposer(Composer):
    """What they have in common: where it goes, and coming back to the room."""

    sent = "live.asked_here"
    """Message id of what is said when it is done."""
    limit = QUESTION_LIMIT
    """Characters of the text."""

    def __init__(self, visit: Visit, number: int, route: str) -> None:
        super().__init__(visit)
        self.number = number
        self.route = route

    async def open(self) -> None:
        await super().open()
        self.body.limit = self.limit

    async def prepare(self) -> str:
        self.board, self.interview = await self.forum.interviews.get(self.actor, self.number)
        self._begin(self.board, self.interview)
        return ""

    board: Board
    interview: Interview

    def _begin(self, board: Board, found: Interview) -> None:
        self.title = found.title
        self.where = found.title

    def check(self) -> None:
        super().check()
        if not self.interview.is_open:
            raise Conflict(f"live.is_{self.interview.state.value}", title=self.interview.title)

    async def delivered(self) -> None:
        await self.stage.pop()
        self.stage.say(self.tr(self.sent), "message.good")


class AskLive(_LiveComposer):
    """A question; a moderator lets it in."""

    send_label = "live.send_question"

    def __init__(self, visit: Visit, number: int) -> None:
        super().__init__(visit, number, f"/live/{number}/ask")

    async def prepare(self) -> str:
        await super().prepare()
        access.require(self.actor, access.Verb.LIVE_ASK, place=self.board)
        names = self.tr("live.and").join(guest.official.name for guest in self.interview.guests)
        self.heading = self.tr("live.ask_heading", guests=names, most=QUESTION_LIMIT)
        return ""

    @property
    def appointment(self) -> Appointment | None:
        """Questions are asked under the pen name."""
        return None

    def reach(self) -> str:
        return self.tr("live.ask_reach")

    async def send(self) -> None:
        await self.forum.interviews.ask(self.actor, self.number, self.body.text, draft_id=self.draft_id)


class SayLive(_LiveComposer):
    """Words of a guest without a question."""

    sent = "live.answered_here"
    limit = ANSWER_LIMIT
    send_label = "live.send_answer"

    def __init__(self, visit: Visit, number: int, route: str = "") -> None:
        super().__init__(visit, number, route or f"/live/{number}/say")

    async def prepare(self) -> str:
        await super().prepare()
        if not self.forum.interviews.answers(self.actor, self.board, self.interview):
            raise Forbidden("live.not_guest")
        self.heading = self.tr("live.say_heading", title=self.interview.title)
        return ""

    @property
    def appointment(self) -> Appointment | None:
        """The appointment the guest was announced with, as long as it holds."""
        mine = {one.appointment_id for one in self.interview.guests if one.account_id == self.actor.account_id}
        return next((held for held in self.actor.appointments if held.id in mine), None)

    def reach(self) -> str:
        return self.tr(f"live.answer_reach_{self.board.read}")

    async def send(self) -> None:
        await self.forum.interviews.say(self.actor, self.number, self.body.text, draft_id=self.draft_id)


class AnswerLive(SayLive):
    """The answer to a question, which stands above the text."""

    def __init__(self, visit: Visit, number: int, question: int) -> None:
        super().__init__(visit, number, f"/live/{number}/answer/{question}")
        self.question = question
        self._asked = ""
        self._above: tuple[object, list[Row]] | None = None

    async def prepare(self) -> str:
        await super().prepare()
        _, found, asked = await self.forum.interviews.question(self.actor, self.question)
        self.number = found.id
        self._asked = f"{asks(self.visit, asked.author)}{asked.body}"
        self.heading = self.tr("live.answer_heading", name=asked.author)
        self.where = self.tr("live.answer_where", name=asked.author)
        return ""

    def draw(self, columns: int, rows: int) -> Frame:
        """The question in full as far as there is room, and the composer below it."""
        above = self._question_rows(columns, max(0, min(QUESTION_ROWS, rows - TEXT_ROWS)))
        frame = super().draw(columns, rows - len(above))
        cursor = None if frame.cursor is None else (frame.cursor[0], frame.cursor[1] + len(above))
        return Frame([*above, *frame.rows], cursor, frame.caret)

    def _question_rows(self, columns: int, most: int) -> list[Row]:
        said = (columns, most, self.stage.ambiguous)
        if self._above is None or self._above[0] != said:
            lines = wrap(self._asked, max(2, columns - 2), self.stage.ambiguous)
            if len(lines) > most:
                lines = [*lines[: max(0, most - 1)], "..."][:most]
            self._above = (said, [Row((Span(f" {line}", "quote"),)) for line in lines])
        return self._above[1]

    async def send(self) -> None:
        await self.forum.interviews.answer(self.actor, self.question, self.body.text, draft_id=self.draft_id)
