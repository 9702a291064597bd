"""All cases one may know of, newest first; filters stack, and what is overdue is shown to everybody."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from bbs.forum.accounts.preferences import preference
from bbs.forum.boards.places import Board
from bbs.forum.cases.codes import CODE_LIMIT
from bbs.forum.cases.reading import FROM_END, from_case
from bbs.forum.cases.table import CaseKind, CaseState
from bbs.forum.cases.values import Case
from bbs.forum.forum import Event
from bbs.forum.officers.officers import Office
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.panes import Panes
from bbs.terminal.source import Direction, Page, Source
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.cases.acts import PICK, CaseActs
from screens.cases.case import CaseScreen
from screens.cases.preview import leaf_of
from screens.cases.rows import CaseRows, about, foot_rows
from screens.parts.hints import for_guests
from screens.parts.preview import Preview
from screens.parts.staying import reload
from screens.visit import Screen, Visit

FILTERS: Final = {"m": "mine", "o": "office", "d": "overdue", "s": "state", "k": "kind", "b": "board"}
"""The key of each filter in the question that `/` asks."""
_WITH_ABOUT: Final = 12
"""Rows from which some are given to the selected case."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One filter and what it keeps: an office, a state, a kind or a board; "" where its name says all."""

    kind: str
    value: str = ""


class CasesScreen(Screen):
    """`/cases`: Enter opens a case, Tab shows the figures, `/` narrows."""

    route = "/cases"
    context = "list"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.title = visit.tr("cases.all")
        self._filters: list[Narrowing] = []
        self._offices: list[Office] = []
        self._boards: list[Board] = []
        self._changes = visit.changes
        self._stale = False
        self._status: tuple[object, list[Row]] | None = None
        self._acts = CaseActs(self, self._load)

    async def open(self) -> None:
        stage, visit = self.stage, self.visit
        self._offices = await self.forum.officers.offices(self.actor)
        readable = await self.forum.boards.readable(self.actor)
        self._boards = [board for board in readable.values() if board.tracked]
        self._rows = CaseRows(visit, ambiguous=stage.ambiguous, office=self._office)
        self.box: ListBox[Case] = ListBox(
            key=lambda case: case.id,
            render=self._rows.cells.render,
            headings=lambda width: [self._rows.heading(width)],
            on_open=lambda case: stage.go(case.route),
            on_move=self._moved,
            spawn=stage.spawn,
            redraw=stage.redraw,
            ambiguous=stage.ambiguous,
        )
        self.preview: Preview[Case] = Preview(
            stage, key=lambda one: (one.id, one.change), fetch=lambda case: leaf_of(visit, case)
        )
        self.at_close(self.preview.close)
        wanted = preference(self.actor.preferences, "preview")
        self.panes = Panes(self.box, self.preview if wanted else None, ambiguous=stage.ambiguous)
        self.listen(("case.changed",), self._heard)
        await self._load()
        if self.panes.split(stage.width) is not None:
            await self.preview.load(self.box.selected)

    async def resume(self) -> None:
        stage = self.stage
        self.title = self.tr("cases.all")
        self._rows.cells.ambiguous = self.box.ambiguous = self.panes.ambiguous = stage.ambiguous
        self.box.invalidate()
        if self._stale or self._changes != self.visit.changes:
            await self._load()

    def _heard(self, event: Event) -> None:
        self._stale = True
        if self.in_sight and any(case.id == event.payload.get("case") for case in self.box.items):
            self.stage.spawn(self._load())

    def _moved(self, case: Case | None) -> None:
        if self.panes.split(self.stage.width) is not None:
            self.preview.want(case)

    # What is in it

    async def _load(self) -> None:
        self._stale, self._changes = False, self.visit.changes
        self.box.empty = self.tr("cases.no_match" if self._filters else "cases.empty")
        await reload(self.box, Source(self._fetch, self._around, self._locate), self.box.selected_key)
        self.box.invalidate()
        self.stage.redraw()

    async def _fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Case]:
        after = anchor if direction == "after" else None
        before = (anchor or FROM_END) if direction == "before" else None
        kinds = [each.value for each in self._filters if each.kind == "kind"]
        boards = [each.value for each in self._filters if each.kind == "board"]
        return await self.forum.cases.list(
            self.actor,
            mine=any(each.kind == "mine" for each in self._filters),
            offices=[each.value for each in self._filters if each.kind == "office"],
            overdue=any(each.kind == "overdue" for each in self._filters),
            board=next((one for one in self._boards if one.slug in boards), None),
            kind=CaseKind(kinds[0]) if kinds else None,
            states=[CaseState(each.value) for each in self._filters if each.kind == "state"],
            after=after,
            before=before,
            limit=limit,
        )

    async def _around(self, wanted: Hashable, limit: int) -> Page[Case] | None:
        return await self._fetch(from_case(int(str(wanted))), "after", limit)

    async def _locate(self, number: int) -> Hashable | None:
        return number

    def _office(self, slug: str) -> str:
        found = next((one for one in self._offices if one.slug == slug), None)
        return slug if found is None else self.visit.named(found.zh, found.en)

    # Drawing

    def draw(self, width: int, height: int) -> Frame:
        if height < _WITH_ABOUT:
            return self.panes.draw(width, height)
        below = self._below(width)
        return self.panes.draw(width, height - len(below)).above(below, height)

    def _below(self, width: int) -> list[Row]:
        """The selected case in full, and the filters."""
        case = self.box.selected
        said = (case, tuple(self._filters), width, self.tr.lang, self.stage.ambiguous)
        if self._status is None or self._status[0] != said:
            lines = ("", "") if case is None else about(self.visit, case, self._office(case.office))
            rows = foot_rows(lines, width, self.stage.ambiguous)
            words = "  ".join(self._said(each) for each in self._filters)
            told = f"{words}   {self.tr('board.leave_filter')}" if words else self.tr("cases.signs")
            self._status = (said, [*rows, Row((Span(f" {told}", "count"),))])
        return self._status[1]

    def _said(self, narrowing: Narrowing) -> str:
        """A filter in words."""
        tr, value = self.tr, narrowing.value
        match narrowing.kind:
            case "office":
                return self._office(value)
            case "board":
                return next((self.visit.named(one.zh, one.en) for one in self._boards if one.slug == value), value)
            case "state" | "kind":
                return tr(f"case.{narrowing.kind}.{value}")
        return tr(f"cases.filter.{narrowing.kind}")

    def hints(self) -> Sequence[Hint]:
        hints = _FILTERED if self._filters else _HINTS
        return for_guests(hints) if self.actor.is_guest else hints

    # Keys

    def author(self) -> str:
        """Who asked, as far as they show a name."""
        return self.box.selected.poster if self.box.selected is not None else ""

    def act(self, action: str, data: str) -> Answer:
        selected = self.box.selected
        if action in ("find", "find_marked"):
            return self._find()
        if action == "leave" and self._filters:
            self._filters.pop()
            return self._load()
        if action in ("tab", "notice"):
            return self.stage.go("/cases/figures")
        if action == "case" and selected is not None:
            return self._acts.menu(selected.id)
        if action == "details" and selected is not None:
            return self.stage.go(selected.route)
        if action == "reply" and selected is not None and selected.thread is not None:
            return self.stage.go(f"/t/{selected.thread}/reply")
        answer = self.panes.act(_AS_IN_LISTS.get(action, action), data)
        return super().act(action, data) if answer is False else answer

    async def _find(self) -> None:
        """Ask for one more filter; each kind of filter is set once."""
        set_already = {each.kind for each in self._filters}
        offered = {key: kind for key, kind in FILTERS.items() if kind not in set_already}
        if self.actor.is_guest:
            offered.pop("m", None)
        choices = [Choice(key, self.tr(f"cases.filter.{kind}")) for key, kind in offered.items()]
        choices.append(Choice("c", self.tr("cases.filter.code")))
        chosen = await self.stage.choose(self.tr("cases.filter"), choices)
        if chosen == "c":
            await open_by_code(self)
        elif chosen is not None:
            await self._narrow(offered[chosen])

    async def _narrow(self, kind: str) -> None:
        values = self._values(kind)
        if not values:
            self._filters.append(Narrowing(kind))
        else:
            given = [Narrowing(kind, value) for value in values]
            choices = [Choice(key, self._said(one)) for key, one in zip(PICK, given, strict=False)]
            chosen = await self.stage.choose(self.tr(f"cases.filter.{kind}"), choices)
            if chosen is None:
                return
            self._filters.append(given[PICK.index(chosen)])
        await self._load()

    def _values(self, kind: str) -> list[str]:
        """What a filter can keep; nothing for those that need no value."""
        return {
            "office": [one.slug for one in self._offices],
            "board": [one.slug for one in self._boards],
            "state": [state.value for state in CaseState],
            "kind": [kind.value for kind in CaseKind],
        }.get(kind, [])


async def open_by_code(screen: Screen) -> bool:
    """Ask for a query code and open its case; False when the person backs out."""
    code = await screen.stage.ask(screen.tr("cases.ask_code"), limit=CODE_LIMIT)
    if code is None or not code.strip():
        return False
    view = await screen.forum.cases.lookup(screen.actor, code)
    await screen.stage.push(CaseScreen(screen.visit, view.case.id, code=code))
    return True


class CodeDoor(Screen):
    """`/cases/code`: asks for the query code and opens the private case it belongs to."""

    route = "/cases/code"
    context = "list"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.title = visit.tr("cases.door")

    async def open(self) -> None:
        self.stage.spawn(self._ask())

    async def _ask(self) -> None:
        await open_by_code(self)

    def draw(self, width: int, height: int) -> Frame:
        lines = wrap(self.tr("cases.door_about"), max(2, width - 2), self.stage.ambiguous)
        rows = [Row(), *(Row((Span(f" {line}", "hint"),)) for line in lines)]
        return Frame(rows[:height], (0, 0))

    def act(self, action: str, data: str) -> Answer:
        if action == "enter":
            return self._ask()
        return self.stage.pop() if action == "leave" else super().act(action, data)

    def hints(self) -> Sequence[Hint]:
        return (Hint("enter", "hint.code"), Hint("leave", "key.leave"))


_AS_IN_LISTS: Final = {"thread_first": "first", "thread_prev": "up", "thread_next": "down", "thread_last": "last"}
_HINTS: Final = (
    Hint("enter", "hint.read"),
    Hint("find", "hint.filter"),
    Hint("case", "hint.case"),
    Hint("tab", "hint.figures"),
    Hint("leave", "key.leave"),
)
_FILTERED: Final = (
    Hint("leave", "hint.unfilter"),
    Hint("enter", "hint.read"),
    Hint("find", "hint.narrow"),
    Hint("case", "hint.case"),
    Hint("tab", "hint.figures"),
)
