"""Answering a case, preparing an answer for those who may send it, and asking or adding something."""

from __future__ import annotations

from typing import Final

from bbs.errors import Conflict, Forbidden
from bbs.forum.actor import Appointment, Duty
from bbs.forum.cases.table import Act
from bbs.forum.cases.values import Case, CaseView
from bbs.forum.posts.posts import Post
from bbs.terminal.canvas import Frame, Row
from bbs.text.spans import Span
from screens.cases.words import poster_of, state_words, title_of
from screens.parts.rendered import rendered
from screens.visit import Visit
from screens.writing.composer import Composer
from screens.writing.drafting import Drafting

QUOTED: Final = "> "
"""Stands before what is answered, so that without colours it is not taken for what is being written."""
ASKED_ROWS: Final = 5
"""Rows of what is answered that stand above the answer."""
_WITH_ASKED: Final = 14
_HEADS: Final = 2


class Undrafted(Drafting):
    """Keeps nothing before it is sent: a draft belongs to an account, and would lead to it."""

    @property
    def worth_saving(self) -> bool:
        """Never."""
        return False


class Unkept(Composer):
    """A composer that keeps no draft once `leave_no_trace` was called."""

    leaves_no_trace = False

    @property
    def nameless(self) -> bool:
        """Whether it is written without a name."""
        return self.leaves_no_trace

    def leave_no_trace(self) -> None:
        """What is written here is never tied to the account, nor that it was written."""
        self.leaves_no_trace = True
        self.drafting = Undrafted(self.visit, self._look)

    async def _keep(self) -> None:
        if self.nameless:
            self.stage.say(self.tr("cases.no_draft"), "message.warn")
            return
        await super()._keep()


class CaseComposer(Unkept):
    """`/c/ID/answer` and `/c/ID/follow-up`; what cannot be sent because a colleague was faster stays here."""

    def __init__(self, visit: Visit, number: int, act: Act, beginning: str = "", *, code: str = "") -> None:
        super().__init__(visit)
        self.number = number
        self._act = act
        self._beginning = beginning
        self._code = code
        self._asked = ""
        self._quoted: tuple[object, list[Row]] | None = None
        self.route = f"/c/{number}/{act}"
        if code:
            self.leave_no_trace()

    async def prepare(self) -> str:
        view = await self.forum.cases.get(self.actor, self.number, code=self._code)
        self.board = await self.forum.boards.get(self.actor, view.case.board)
        self._take_view(view)
        if not self._allowed(view):
            raise Conflict("cases.cannot", case=self.number, state=state_words(self.visit, view.case))
        self.where = title_of(self.visit, view.case)
        self._asked = (await self._ask(view)).strip()
        if self._act is Act.ANSWER and view.prepared is not None:
            return view.prepared.body
        return self._beginning

    async def _ask(self, view: CaseView) -> str:
        """What was asked or said last, so that who answers has it before their eyes."""
        if view.case.thread is None:
            return view.messages[-1].body if view.messages else ""
        posts = await self.forum.threads.posts(self.actor, view.case.thread, floor=1, limit=1)
        return posts[0].body if posts else ""

    def draw(self, columns: int, rows: int) -> Frame:
        asked = self._asked_rows(columns) if rows >= _WITH_ASKED else []
        frame = super().draw(columns, rows - len(asked))
        drawn = [*frame.rows[:_HEADS], *asked, *frame.rows[_HEADS:]]
        if frame.cursor is None:
            return Frame(drawn, None, frame.caret)
        return Frame(drawn, (frame.cursor[0], frame.cursor[1] + len(asked)), frame.caret)

    def _asked_rows(self, columns: int) -> list[Row]:
        """The beginning of what is answered, under the head."""
        said = (self._asked, columns, self.stage.ambiguous)
        if self._quoted is None or self._quoted[0] != said:
            lines = rendered(self._asked, max(2, columns - 3), self.stage.ambiguous)
            rows = [Row((Span(QUOTED), *(Span(span.text, "hint") for span in line))) for line in lines[:ASKED_ROWS]]
            self._quoted = (said, rows)
        return self._quoted[1]

    def _take_view(self, view: CaseView) -> None:
        """Follow what the case is now."""
        self.case: Case = view.case
        self._seen = "" if view.prepared is None else view.prepared.body
        self._prepares = self._act is Act.ANSWER and Act.ANSWER not in view.acts
        name = title_of(self.visit, view.case)
        self.title = self.tr("cases.one", case=self.number)
        poster = poster_of(self.visit, view.case)
        said = "prepare" if self._prepares else "answer" if self._act is Act.ANSWER else "follow_up"
        heading = self.tr(f"cases.heading.{said}", case=self.number, title=name, poster=poster)
        self.heading = f"[{self.tr('cases.private')}] {heading}" if view.case.private else heading
        self.send_label = f"cases.send.{said}"
        self.said = "cases.posted.answer" if said == "answer" else "cases.posted.follow_up"
        self.pen_name = "cases.as_liaison" if self._prepares else "compose.as_pen_name"
        if not self._prepares and self.nameless:
            self.pen_name = "cases.as_nobody"

    def _allowed(self, view: CaseView) -> bool:
        return self._act in view.acts or (self._prepares and view.case.staff and view.case.waiting)

    @property
    def appointment(self) -> Appointment | None:
        """The appointment in the office that has the case; who prepares speaks for nobody."""
        if self._prepares or self.nameless:
            return None
        held = (one for one in self.actor.appointments if one.office == self.case.office)
        return next((one for one in held if one.duty is not Duty.LIAISON), None)

    @property
    def out_of_office(self) -> bool:
        """Who prepares an answer needs no office to speak for, only to be of the one that has the case."""
        return super().out_of_office and not (self._prepares and self._of_the_office)

    @property
    def _of_the_office(self) -> bool:
        return any(held.office == self.case.office for held in self.actor.appointments)

    def reach(self) -> str:
        """Who will read it."""
        if self._prepares:
            return self.tr("cases.reach_office")
        return self.tr("cases.reach_private") if self.case.private else super().reach()

    def _question(self) -> str:
        if self._prepares:
            return self.tr("cases.finish_prepared", case=self.number)
        if self.nameless:
            return self.tr("cases.finish_nameless", where=self.where)
        return super()._question()

    async def send(self) -> Post | None:
        cases, actor, text = self.forum.cases, self.actor, self.body.text
        try:
            if self._prepares:
                await cases.prepare(actor, self.number, text, seen=self._seen)
                await self.forum.drafts.drop(actor, self.draft_id)
                return None
            change = self.case.change
            if self._act is Act.ANSWER:
                made = await cases.answer(actor, self.number, text, change=change, draft_id=self.draft_id)
            else:
                made = await cases.follow_up(
                    actor, self.number, text, change=change, draft_id=self.draft_id, code=self._code
                )
        except (Conflict, Forbidden):
            await self._look_again()
            raise
        return await self._post_of(made)

    async def _look_again(self) -> None:
        """Somebody was faster: the text stays, and the head says what sending it would be now."""
        view = await self.forum.cases.get(self.actor, self.number, code=self._code)
        if self._act is Act.ANSWER and not view.case.waiting and Act.FOLLOW_UP in view.acts:
            self._act = Act.FOLLOW_UP
        self._take_view(view)

    async def _post_of(self, case: Case) -> Post | None:
        """The post it became, None in a private case."""
        if case.thread is None:
            return None
        view = await self.forum.cases.get(self.actor, case.id)
        floors = [step.facts.get("floor") for step in view.steps if step.act is self._act]
        if not floors or not isinstance(floors[-1], int):
            return None
        posts = await self.forum.threads.posts(self.actor, case.thread, floor=floors[-1], limit=1)
        return posts[0] if posts else None

    async def delivered(self) -> None:
        """Back to where it was written from."""
        await self.stage.pop()
        said = "cases.kept_draft" if self._prepares else "cases.sent"
        self.stage.say(self.tr(said, case=self.number), "message.good")

    async def arrived(self, post: Post) -> None:
        """Back to where it was written from, be it the thread, the case or the desk."""
        await self.stage.pop()
