"""What somebody has begun to write and not sent, at /me/drafts: going on with it, naming it, moving it, dropping it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.errors import BbsError
from bbs.forum import access
from bbs.forum.writing.drafts import DRAFTS_MOST, NAME_LIMIT, Draft
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.markdown import plain
from bbs.text.spans import Span
from bbs.text.when import ago
from bbs.text.wrap import wrap
from screens.parts.asking import ask_board
from screens.parts.leaf import LeafScreen, Text
from screens.visit import Screen, Visit
from screens.writing.composer import Composer

BEGINNING: Final = 120
"""Characters of a draft without a title that stand for it in the list."""


async def go_on(screen: Screen, id: str) -> None:
    """Open a draft where it was being written; where that is no longer possible, show why and what it says."""
    draft = await screen.forum.drafts.find(screen.actor, id)
    view = screen.visit.view_at(draft.route)
    if isinstance(view, Composer):
        view.wanted = draft.id
    await screen.stage.push(view)
    if screen.stage.view is not view:  # the message says why; a view pushed on top leaves it there
        await screen.stage.push(_text(screen, draft))


def _text(screen: Screen, draft: Draft) -> LeafScreen:
    tr = screen.tr
    lines = [(Span(draft.title, "md.heading"),)] if draft.title else []
    where = (Span(tr("drafts.from", route=draft.route), "hint"),)
    title = tr("drafts.one", name=draft.name) if draft.name else tr("drafts.one_unnamed")
    return LeafScreen(screen.visit, DraftsScreen.route, title, Text(draft.body, (where, (), *lines)))


class DraftsScreen(Screen):
    """The list, newest first."""

    route = "/me/drafts"
    context = "list"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._drafts: list[Draft] = []
        self._dropped: Draft | None = None
        self._cells: RowCells[Draft] = RowCells(
            (
                Column("name", 12, flex=1, most=24, style="author"),
                Column("title", 20, flex=4, style="title", gap=2),
                Column("route", 16, flex=1, most=30, style="hint", gap=2),
                Column("age", 14, align="right", style="date", gap=2, drop=1),
            ),
            self._row,
            version=lambda draft: (self.tr.lang, draft),
        )
        self.box: ListBox[Draft] = ListBox(
            key=lambda draft: draft.id,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda draft: go_on(self, draft.id),
        )

    async def open(self) -> None:
        """Fetch them; raises Forbidden for guests."""
        self.title = self.tr("drafts.title")
        self.box.empty = self.tr("drafts.none")
        await self._load()

    async def resume(self) -> None:
        """One of them may have been sent or changed."""
        await self._load()

    async def _load(self, keep: str | None = None) -> None:
        self._drafts = await self.forum.drafts.list(self.actor)
        self.box.invalidate()
        await self.box.load(static(self._drafts, key=lambda draft: draft.id), keep or self.box.selected_key)

    # Drawing

    def _headings(self, width: int) -> Sequence[Row]:
        about = wrap(self.tr("drafts.about", most=DRAFTS_MOST), max(2, min(width, 100) - 2), self.stage.ambiguous)
        labels = [self.tr(f"drafts.{name}") for name in ("name", "what", "where", "age")]
        return [*(Row((Span(f" {line}", "hint"),)) for line in about), Row(), self._cells.heading(labels, width)]

    def _row(self, draft: Draft) -> Sequence[Cell]:
        title: Cell = draft.title or Span(plain(draft.body, BEGINNING), "row.dim")
        name: Cell = draft.name or Span(self.tr("drafts.unnamed"), "row.dim")
        return (name, title, draft.route, ago(draft.saved_at, self.forum.clock.now(), self.tr))

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self.box.draw(width, height)

    def hints(self) -> Sequence[Hint]:
        """What can be done with the selected one."""
        back = (Hint("undo", "drafts.hint.undo"),) if self._dropped is not None else ()
        return (*back, *(_HINTS if self._drafts else ()), Hint("leave", "key.leave"))

    # Keys

    def act(self, action: str, data: str) -> Answer:
        """Go on, name, move, read, drop, undo."""
        draft = self.box.selected
        if action == "undo":
            return self._undo()
        if draft is not None:
            if action == "retitle":
                return self._rename(draft)
            if action == "move":
                return self._move(draft)
            if action == "details":
                return self.stage.push(_text(self, draft))
            if action == "delete":
                return self._drop(draft)
        answer = self.box.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _rename(self, draft: Draft) -> None:
        name = await self.stage.ask(self.tr("drafts.ask_name"), draft.name, limit=NAME_LIMIT)
        if name is None or not name.strip():
            return
        kept = await self.forum.drafts.rename(self.actor, draft.id, name)
        await self._load(draft.id)
        self.stage.say(self.tr("drafts.named", name=kept.name), "message.good")

    async def _move(self, draft: Draft) -> None:
        """What cannot be posted where it was begun can begin a thread in another board."""
        board = await ask_board(self, self.tr("drafts.ask_board"), access.Verb.THREAD_START)
        if board is None:
            return
        await self.forum.drafts.move(self.actor, draft.id, f"{board.route}/post")
        await self._load(draft.id)
        name = self.visit.named(board.zh, board.en)
        self.stage.say(self.tr("drafts.moved", board=name), "message.good")

    async def _drop(self, draft: Draft) -> None:
        if not await self.stage.confirm(self.tr("drafts.sure", what=draft.name or draft.title or draft.route)):
            return
        await self.forum.drafts.drop(self.actor, draft.id)
        self._dropped = draft
        await self._load()
        self.visit.changes += 1
        self.stage.say(self.tr("drafts.dropped"), "message.good")

    async def _undo(self) -> None:
        draft, self._dropped = self._dropped, None
        if draft is None:
            self.stage.bell()
            self.stage.say(self.tr("drafts.nothing_dropped"), "message.warn")
            return
        try:
            await self.forum.drafts.save(
                self.actor,
                draft.route,
                id=draft.id,
                title=draft.title,
                body=draft.body,
                caret=draft.caret,
                name=draft.name,
                poll=draft.poll,
            )
        except BbsError:
            self._dropped = draft
            raise
        await self._load(draft.id)
        self.visit.changes += 1
        self.stage.say(self.tr("drafts.back"), "message.good")


_HINTS: Final = (
    Hint("enter", "drafts.hint.go_on"),
    Hint("retitle", "drafts.hint.name"),
    Hint("details", "drafts.hint.read"),
    Hint("move", "drafts.hint.move"),
    Hint("delete", "drafts.hint.drop"),
)
