"""One case: what became of it so far, step by step; and the conversation of a private one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.forum.cases.table import Act
from bbs.forum.cases.values import CaseView
from bbs.forum.forum import Event
from bbs.terminal.canvas import Frame
from bbs.terminal.reader import Reader, fixed
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line
from screens.cases.acts import CaseActs
from screens.cases.parts import Part, hanging, parts_of
from screens.parts.rendered import rendered
from screens.visit import Screen, Visit


class CaseScreen(Screen):
    """`/c/ID`; with its query code also for somebody who shows no name."""

    context = "reader"

    def __init__(self, visit: Visit, number: int, *, code: str = "") -> None:
        super().__init__(visit)
        self.number = number
        self.route = f"/c/{number}"
        self._code = code
        self.leaves_no_trace = bool(code)
        """Who came with a code is not kept as having been here."""
        self._parts: list[Part] = []
        self._stale = False
        self._acts = CaseActs(self, self._load, code=code)
        self.reader: Reader[Part] = Reader(
            fetch=fixed(self._parts), body=self._body, head=lambda part: part.head, text=lambda part: part.body
        )

    async def open(self) -> None:
        self.reader.spawn, self.reader.redraw = self.stage.spawn, self.stage.redraw
        await self._fetch()
        self.listen(("case.changed",), self._heard)
        await self.reader.open()

    async def resume(self) -> None:
        known = len(self._parts)
        await self._load()
        if len(self._parts) > known:  # what one has just sent
            await self.reader.go_to(self._parts[-1].floor)

    async def _fetch(self) -> None:
        visit = self.visit
        self._stale = False
        self.view: CaseView = await self.forum.cases.get(self.actor, self.number, code=self._code)
        offices = await self.forum.officers.offices(self.actor)
        named = {one.slug: visit.named(one.zh, one.en) for one in offices}
        boards = await self.forum.boards.readable(self.actor)
        board = next((one for one in boards.values() if one.slug == self.view.case.board), None)
        self.title = self.tr("cases.one", case=self.number)
        place = "" if board is None else visit.named(board.zh, board.en)
        self._parts[:] = parts_of(visit, self.view, named, place)

    async def _load(self) -> None:
        """Fetch it anew; what was on the screen stays where it is."""
        await self._fetch()
        await self.reader.refresh()
        self.stage.redraw()

    def _heard(self, event: Event) -> None:
        if event.payload.get("case") != self.number:
            return
        self._stale = True
        if self.in_sight:
            self.stage.spawn(self._follow())

    async def _follow(self) -> None:
        """Show what somebody did; where that is further down, tell of it."""
        known = len(self._parts)
        await self._load()
        if len(self._parts) > known and not self.reader.at_end:
            self.stage.say(self.tr("cases.more_below"))

    def _body(self, part: Part, cells: int) -> Sequence[Line]:
        ambiguous = self.stage.ambiguous
        rows = [row for line in part.lines for row in hanging(line, cells, ambiguous)]
        if part.body:
            rows += rendered(part.body, cells, ambiguous)
        return [*rows, ()]

    def draw(self, width: int, height: int) -> Frame:
        self.reader.ambiguous = self.stage.ambiguous
        return self.reader.draw(width, height)

    def hints(self) -> Sequence[Hint]:
        acts = self.view.acts
        found: list[Hint] = []
        if self.view.case.thread is not None:
            found.append(Hint("enter", "hint.case_thread"))
        if Act.ANSWER in acts:
            found.append(Hint("reply", "hint.answer"))
        elif Act.FOLLOW_UP in acts:
            found.append(Hint("reply", "hint.follow_up"))
        if acts:
            found.append(Hint("case", "hint.rate" if Act.RATE in acts else "hint.case"))
        return (*found, *_HINTS)

    # Keys

    def author(self) -> str:
        """Who asked, as far as they show a name."""
        return self.view.case.poster

    def act(self, action: str, data: str) -> Answer:
        thread = self.view.case.thread
        if action == "enter" and thread is not None:
            floor = self.view.case.answered_floor
            return self.stage.go(f"/t/{thread}" + (f"#{floor}" if floor is not None else ""))
        if action == "case":
            return self._acts.menu(self.number, look=False)
        if action == "reply":
            return self._reply()
        if action == "find":
            return self._find()
        answer = self.reader.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _reply(self) -> None:
        """Answer it, or ask and add something, whichever the reader may."""
        ask = Act.FOLLOW_UP in self.view.acts and Act.ANSWER not in self.view.acts
        prepares = self.view.case.staff and self.view.case.waiting
        await self._acts.do(Act.FOLLOW_UP if ask and not prepares else Act.ANSWER, self.number)

    async def _find(self) -> None:
        query = await self.stage.ask(self.tr("reader.find"), self.reader.query)
        if query is not None:
            await self.reader.find(query)


_HINTS: Final = (Hint("page_or_next", "hint.page"), Hint("leave", "key.leave"))
