"""The desk: what waits for the offices of an officer, the most urgent first; live, and all by keyboard."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Final

from bbs.errors import Forbidden
from bbs.forum.accounts.preferences import preference
from bbs.forum.cases.table import WAITING, Act, CaseState
from bbs.forum.cases.values import Case
from bbs.forum.forum import Event
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.panes import Panes
from bbs.terminal.tabs import Tab, Tabs
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from screens.cases.acts import CaseActs
from screens.cases.preview import leaf_of
from screens.cases.rows import CaseRows, about, foot_rows
from screens.parts.preview import Leaf, Preview
from screens.visit import Screen, Visit

ANSWERED_MOST: Final = 100
"""Cases that are answered and not closed, as far as the desk shows them."""
_ABOUT_ROWS: Final = 2
_WITH_ABOUT: Final = 12
"""Rows from which some are given to the selected case."""
_ACTS: Final = {
    "desk.answer": Act.ANSWER,
    "desk.take": Act.TAKE,
    "desk.assign": Act.ASSIGN,
    "desk.extend": Act.EXTEND,
}


class DeskScreen(Screen):
    """`/desk`: Enter opens a case, `r` answers it, `L` offers all that can be done with it."""

    route = "/desk"
    context = "desk"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.title = visit.tr("desk.title")
        self._offices: dict[str, str] = {}
        self._changes = visit.changes
        self._stale = False
        self._status: tuple[object, list[Row]] | None = None
        self._acts = CaseActs(self, self._load)

    async def open(self) -> None:
        if not self.actor.appointments:
            raise Forbidden("desk.not_yours")
        stage, visit = self.stage, self.visit
        offices = await self.forum.officers.offices(self.actor)
        self._offices = {one.slug: visit.named(one.zh, one.en) for one in offices}
        self._tabs = Tabs(self._labels(), on_change=lambda key: self._turn(), ambiguous=stage.ambiguous)
        self._rows = CaseRows(visit, ambiguous=stage.ambiguous)
        self.box: ListBox[Case] = ListBox(
            key=_key,
            render=self._rows.cells.render,
            headings=lambda width: [self._tabs.row(width), self._rows.heading(width, waiting=self._waiting)],
            on_open=lambda case: stage.go(case.route),
            on_move=self._moved,
            spawn=stage.spawn,
            redraw=stage.redraw,
            ambiguous=stage.ambiguous,
        )
        self.preview: Preview[Case] = Preview(stage, key=lambda one: (one.id, one.change), fetch=self._leaf)
        self.at_close(self.preview.close)
        wanted = preference(self.actor.preferences, "preview")
        self.panes = Panes(self.box, self.preview if wanted else None, ambiguous=stage.ambiguous)
        self.listen(("case.changed",), self._heard)
        await self._load()
        if self.panes.split(stage.width) is not None:
            await self.preview.load(self.box.selected)

    def _labels(self) -> list[Tab]:
        return [Tab(name, self.tr(f"desk.{name}")) for name in ("waiting", "answered")]

    async def resume(self) -> None:
        stage = self.stage
        self.title = self.tr("desk.title")
        self._tabs.tabs = self._labels()
        self._tabs.ambiguous = self._rows.cells.ambiguous = self.box.ambiguous = stage.ambiguous
        self.panes.ambiguous = stage.ambiguous
        self.box.invalidate()
        if self._stale or self._changes != self.visit.changes:
            await self._load()

    # What is on it

    @property
    def _waiting(self) -> bool:
        return self._tabs.selected == "waiting"

    async def _turn(self) -> None:
        await self._load()

    async def _load(self) -> None:
        """Fetch the queue; the selection stays on its case, or on the next one when it left."""
        self._stale, self._changes = False, self.visit.changes
        self.box.empty = self.tr("desk.empty" if self._waiting else "desk.empty_answered")
        cases = await self._fetch()
        old = [case.id for case in self.box.items]
        place = old.index(self.box.selected.id) if self.box.selected is not None else 0
        left = {case.id for case in cases}
        keep = next((one for one in [*old[place:], *reversed(old[:place])] if one in left), None)

        async def locate(number: int) -> Hashable | None:
            return number if number in left else None

        await self.box.load(replace(static(cases, key=_key), locate=locate), keep)
        self.box.invalidate()
        self.stage.redraw()

    async def _fetch(self) -> Sequence[Case]:
        if self._waiting:
            return await self.forum.cases.queue(self.actor)
        offices = tuple(sorted({held.office for held in self.actor.appointments}))
        cases = self.forum.cases
        page = await cases.list(self.actor, offices=offices, states=(CaseState.ANSWERED,), limit=ANSWERED_MOST)
        return page.items

    def _heard(self, event: Event) -> None:
        facts = event.payload
        mine = {held.office for held in self.actor.appointments}
        known = any(case.id == facts.get("case") for case in self.box.items)
        if facts.get("office") not in mine and not known:
            return
        self._stale = True
        if self.in_sight:
            self.stage.spawn(self._changed(int(str(facts["case"])), str(facts.get("act"))))

    async def _changed(self, number: int, act: str) -> None:
        """Follow what somebody did; of a case that left the desk it is told what became of it."""
        before = next((case for case in self.box.items if case.id == number), None)
        await self._load()
        after = next((case for case in self.box.items if case.id == number), None)
        if before is not None and after is None and self._waiting:
            await self._tell_gone(number)
        elif before is None and after is not None and act == Act.OPEN:
            self.stage.say(self.tr("desk.new", case=number, title=after.title))

    async def _tell_gone(self, number: int) -> None:
        view = await self.forum.cases.get(self.actor, number)
        if view.case.state in WAITING or not view.steps:
            return
        last = view.steps[-1]
        if any(last.actor == held.real_name for held in self.actor.appointments):
            return  # one's own act was told already
        what = self.tr(f"case.state.{view.case.state}")
        said = "desk.gone" if last.actor else "desk.gone_alone"
        self.stage.say(self.tr(said, case=number, what=what, who=last.actor))

    def _moved(self, case: Case | None) -> None:
        if self.panes.split(self.stage.width) is not None:
            self.preview.want(case)

    async def _leaf(self, case: Case) -> Leaf:
        return await leaf_of(self.visit, case)

    # Drawing

    def draw(self, width: int, height: int) -> Frame:
        if height < _WITH_ABOUT:
            return self.panes.draw(width, height)
        below = self._below(width)
        return self.panes.draw(width, height - len(below)).above(below, height)

    def _below(self, width: int) -> list[Row]:
        """The selected case in full, and how many there are."""
        case = self.box.selected
        now = self.forum.clock.now()
        said = (case, tuple(self.box.items), width, self.tr.lang, self.stage.ambiguous, now.hour, now.day)
        if self._status is None or self._status[0] != said:
            lines = ("", "") if case is None else about(self.visit, case, self._office(case.office))
            rows = foot_rows(lines, width, self.stage.ambiguous)
            self._status = (said, [*rows, Row((Span(f" {self._counts()}", "count"),))])
        return self._status[1]

    def _office(self, slug: str) -> str:
        return self._offices.get(slug, slug)

    def _counts(self) -> str:
        tr, cases = self.tr, self.box.items
        if not self._waiting:
            return tr.plural("desk.count_answered", len(cases))
        words = [tr.plural("desk.count", len(cases))]
        overdue = sum(case.overdue for case in cases)
        untaken = sum(case.state is CaseState.RECEIVED for case in cases)
        if overdue:
            words.append(tr("desk.count_overdue", n=overdue))
        if untaken:
            words.append(tr("desk.count_untaken", n=untaken))
        return tr("desk.comma").join(words)

    def hints(self) -> Sequence[Hint]:
        return _HINTS if self._waiting else _ANSWERED

    # Keys

    def author(self) -> str:
        """Who asked, as far as they show a name."""
        return self.box.selected.poster if self.box.selected is not None else ""

    def act(self, action: str, data: str) -> Answer:
        case = self.box.selected
        if action == "tab":
            return self._tabs.act(action, data)
        if action == "desk.templates":
            return self._templates(case)
        if case is not None and action in _ACTS:
            return self._acts.do(_ACTS[action], case.id)
        if case is not None and action == "case":
            return self._acts.menu(case.id)
        if case is not None and action == "details":
            return self.stage.go(case.route)
        answer = self.panes.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _templates(self, case: Case | None) -> None:
        """The reply templates of one's office; of the one that has the selected case, where one is in several."""
        mine = [held.office for held in self.actor.appointments]
        office = case.office if case is not None and case.office in mine else mine[0]
        await self.stage.go(f"/o/{office}/templates")


def _key(case: Case) -> Hashable:
    return case.id


_HINTS: Final = (
    Hint("enter", "hint.read"),
    Hint("desk.answer", "hint.answer"),
    Hint("desk.take", "hint.take"),
    Hint("desk.assign", "hint.assign"),
    Hint("desk.extend", "hint.extend"),
    Hint("case", "hint.case"),
    Hint("tab", "hint.answered"),
    Hint("leave", "key.leave"),
    Hint("desk.templates", "hint.templates"),
)
_ANSWERED: Final = (
    Hint("enter", "hint.read"),
    Hint("case", "hint.close_case"),
    Hint("tab", "hint.waiting"),
    Hint("leave", "key.leave"),
)
