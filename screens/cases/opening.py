"""Opening a case: what kind of matter it is, who may read it, the text, and the query code of a nameless one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bbs.errors import Forbidden
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.cases.table import CaseKind
from bbs.forum.cases.values import Opened
from bbs.forum.posts.posts import Post
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Column, RowCells
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.cases.case import CaseScreen
from screens.cases.composer import Unkept
from screens.cases.words import day_of
from screens.parts.leaf import LeafScreen, Text
from screens.visit import Screen, Visit
from screens.writing.compose import POLL, NewThread

PUBLIC: Final = "public"
PRIVATE: Final = "private"
NAMELESS: Final = "nameless"
WAYS: Final = (PUBLIC, PRIVATE, NAMELESS)
"""Who may read a case, and whether its poster shows a pen name."""
_WITH_ABOUT: Final = 14
_ABOUT_ROWS: Final = 3
"""Rows from which some are given to what the selected line means, in full."""


@dataclass(frozen=True, slots=True)
class Way:
    """One line to choose from: its name in code, and the ids of its words."""

    name: str
    group: str  # kind, way

    @property
    def label(self) -> str:
        return f"case.kind.{self.name}" if self.group == "kind" else f"cases.way.{self.name}"

    @property
    def about(self) -> str:
        return f"cases.{self.group}.{self.name}.about"


class AskScreen(Screen):
    """`/b/SLUG/ask`: first the kind, then who may read it; each line says what it means."""

    context = "list"

    def __init__(self, visit: Visit, slug: str) -> None:
        super().__init__(visit)
        self.slug = slug
        self.route = f"/b/{slug}/ask"
        self._kind: CaseKind | None = None
        self._cells: RowCells[Way] = RowCells(
            (Column("name", 16, style="title"), Column("about", 20, flex=1, style="hint", gap=2)),
            self._row,
            version=lambda way: self.tr.lang,
        )
        self.box: ListBox[Way] = ListBox(
            key=lambda way: way.name, render=self._cells.render, headings=self._headings, on_open=self._choose
        )

    async def open(self) -> None:
        self.board = await self.forum.boards.get(self.actor, self.slug)
        if self.actor.is_guest:
            raise Forbidden("guest.join")
        access.require(self.actor, Verb.THREAD_START, place=self.board)
        offices = await self.forum.officers.offices(self.actor)
        first = next((one for one in offices if one.slug in self.board.offices), None)
        self._office = "" if first is None else self.visit.named(first.zh, first.en)
        self._name()
        await self._show()

    async def resume(self) -> None:
        self._name()
        self.box.invalidate()

    def _name(self) -> None:
        self.title = self.tr("cases.open_title", board=self.visit.named(self.board.zh, self.board.en))

    async def _show(self) -> None:
        ways = [Way(kind, "kind") for kind in CaseKind] if self._kind is None else [Way(name, "way") for name in WAYS]
        await self.box.load(static(ways, key=lambda way: way.name))
        self.box.invalidate()

    def _row(self, way: Way) -> Sequence[str]:
        board = self.visit.named(self.board.zh, self.board.en)
        return (self.tr(way.label), self.tr(way.about, office=self._office, board=board))

    def _headings(self, width: int) -> Sequence[Row]:
        tr = self.tr
        question = tr("cases.open_kind") if self._kind is None else tr("cases.open_way")
        now, due = self.forum.clock.now(), self.forum.community.site.calendar.due
        taken, answered = (
            day_of(self.visit, due(now, days)) for days in (self.board.acknowledge_days, self.board.answer_days)
        )
        terms = tr("cases.open_terms", office=self._office, acknowledge=taken, answer=answered)
        lines = wrap(terms, max(2, width - 2), self.stage.ambiguous)
        told = [Row((Span(f" {line}", "hint"),)) for line in lines]
        return [*told, Row(), Row((Span(f" {question}", "md.heading"),)), Row()]

    def draw(self, width: int, height: int) -> Frame:
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        if height < _WITH_ABOUT or self.box.selected is None:
            return self.box.draw(width, height)
        about = self._row(self.box.selected)[1]
        below = [Row((Span(f" {line}"),)) for line in wrap(about, max(2, width - 2), self.stage.ambiguous)][
            :_ABOUT_ROWS
        ]
        frame = self.box.draw(width, height - len(below))
        return Frame([*frame.rows, *[Row()] * (height - len(below) - len(frame.rows)), *below], frame.cursor)

    def act(self, action: str, data: str) -> Answer:
        if action == "leave" and self._kind is not None:
            self._kind = None
            return self._show()
        answer = self.box.act(action, data)
        return super().act(action, data) if answer is False else answer

    def _choose(self, way: Way) -> Answer:
        if way.group == "way":
            return self._write(way.name)
        self._kind = CaseKind(way.name)
        return self._show() if access.allowed(self.actor, Verb.CASE_OPEN, place=self.board) else self._write(PUBLIC)

    async def _write(self, way: str) -> None:
        if self._kind is not None:
            await self.stage.replace(NewCase(self.visit, self.slug, self._kind, way))

    def hints(self) -> Sequence[Hint]:
        return (Hint("enter", "hint.choose"), Hint("leave", "key.leave"))


class NewCase(Unkept, NewThread):
    """A new thread that is a case, or a private case."""

    def __init__(self, visit: Visit, slug: str, kind: CaseKind, way: str = PUBLIC) -> None:
        super().__init__(visit, slug)
        self.kind = kind
        self.way = way
        self.route = f"/b/{slug}/post/{kind}" + ("" if way == PUBLIC else f"/{way}")
        self._opened: Opened | None = None
        if way == NAMELESS:
            self.leave_no_trace()

    async def prepare(self) -> str:
        beginning = await super().prepare()
        if self.way != PUBLIC:
            access.require(self.actor, Verb.CASE_OPEN, place=self.board)
        offices = await self.forum.officers.offices(self.actor)
        first = next((one for one in offices if one.slug in self.board.offices), None)
        self._office = "" if first is None else self.visit.named(first.zh, first.en)
        board = self.visit.both(self.board.zh, self.board.en)
        self.title = self.tr("cases.open_title", board=self.visit.named(self.board.zh, self.board.en))
        self.heading = self.tr("cases.heading.new", kind=self.tr(f"case.kind.{self.kind}"), board=board)
        if self.nameless:
            self.pen_name = "cases.as_nobody"
        return beginning

    def extras(self) -> list[Choice]:
        """What a new thread has, less the poll where nobody could vote."""
        return super().extras() if self.way == PUBLIC else [one for one in super().extras() if one.key != POLL]

    def reach(self) -> str:
        """Who will be able to read it."""
        if self.way == PUBLIC:
            return super().reach()
        return self.tr("cases.reach_own", office=self._office)

    def _question(self) -> str:
        if self.nameless:
            return self.tr("cases.finish_nameless", where=self._office)
        if self.way == PRIVATE:
            return self.tr("cases.finish_private", name=self.actor.name, office=self._office)
        return super()._question()

    async def send(self) -> Post | None:
        title = self.title_field.text if self.title_field is not None else ""
        if self.way == PUBLIC:
            return await self.forum.threads.start(
                self.actor, self.board, title, self.body.text, draft_id=self.draft_id, kind=self.kind
            )
        self._opened = await self.forum.cases.open_private(
            self.actor,
            self.board,
            self.kind,
            title,
            self.body.text,
            nameless=self.nameless,
            draft_id=self.draft_id,
        )
        return None

    async def delivered(self) -> None:
        """The private case, or first the code that leads to it."""
        opened = self._opened
        if opened is None:
            return
        if opened.code:
            await self.stage.replace(CodeScreen(self.visit, opened))
            return
        await self.stage.replace(CaseScreen(self.visit, opened.case))
        self.stage.say(self.tr("cases.opened_private", case=opened.case), "message.good")


class CodeScreen(LeafScreen):
    """The query code, shown once; it is left only by saying that it was written down."""

    leaves_no_trace = True

    def __init__(self, visit: Visit, opened: Opened) -> None:
        tr = visit.tr
        lines = (
            (Span(tr("cases.code_sent", case=opened.case), "md.heading"),),
            (),
            (Span(tr("cases.code_is")),),
            (),
            (Span("    "), Span(opened.code, "md.strong")),
            (),
            (Span(tr("cases.code_why"), "message.warn"),),
            (Span(tr("cases.code_how"), "hint"),),
        )
        super().__init__(visit, f"/c/{opened.case}/code", tr("cases.code_title"), Text(lines=lines))
        self._opened = opened

    def act(self, action: str, data: str) -> Answer:
        if action in ("enter", "leave", "details", "tab"):
            return self._confirm()
        return super().act(action, data)

    async def _confirm(self) -> None:
        if await self.stage.confirm(self.tr("cases.code_ask")):
            await self.stage.replace(CaseScreen(self.visit, self._opened.case, code=self._opened.code))

    def hints(self) -> Sequence[Hint]:
        return (Hint("enter", "hint.written_down"),)
