"""Templates on a screen, whosever they are: read by those who see them, kept by those who may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.markdown import plain
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.parts.hints import that_work
from screens.parts.leaf import LeafScreen, Text
from screens.parts.textscreen import TextScreen
from screens.visit import Screen, Visit
from screens.writing.shelves import Kept, Shelf

BEGINNING: Final = 120
"""Characters of a template shown in the list."""


class TemplatesScreen(Screen):
    """The list; Enter edits for those who may, and reads for everybody else."""

    context = "list"

    def __init__(self, visit: Visit, shelf: Shelf) -> None:
        super().__init__(visit)
        self.shelf = shelf
        self.route = shelf.route
        self._dropped: Kept | None = None
        columns = [
            Column("name", 16, flex=1, most=30, style="author"),
            Column("body", 30, flex=4, style="row.dim", gap=2),
        ]
        if shelf.signed:
            columns.append(Column("by", 8, most=12, style="author", gap=2, drop=1))
        self._cells: RowCells[Kept] = RowCells(
            columns,
            lambda one: (one.name, plain(one.body, BEGINNING), *([one.by] if shelf.signed else [])),
            version=lambda one: one,
        )
        self.box: ListBox[Kept] = ListBox(
            key=lambda one: one.name, render=self._cells.render, headings=self._headings, on_open=self._open
        )

    async def open(self) -> None:
        """Fetch them; raises as the shelf does."""
        await self.shelf.open()
        self.title = self.shelf.words("title")
        self.box.empty = self.shelf.words("none")
        await self._load()

    async def resume(self) -> None:
        """One of them may have been written."""
        await self._load()

    async def _load(self) -> None:
        found = await self.shelf.list()
        self.box.invalidate()
        await self.box.load(static(found, key=lambda one: one.name), self.box.selected_key)

    def _headings(self, width: int) -> Sequence[Row]:
        about = wrap(self.shelf.words("about"), max(2, min(width, 100) - 2), self.stage.ambiguous)
        return [*(Row((Span(f" {line}", "hint"),)) for line in about), Row()]

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self.box.draw(width, height)

    def hints(self) -> Sequence[Hint]:
        """What may be done."""
        if not self.shelf.may:
            return (Hint("enter", "hint.read"), Hint("leave", "key.leave"))
        back = (Hint("undo", "drafts.hint.undo"),) if self._dropped is not None else ()
        return that_work((*back, *_HINTS), self.box.selected)

    # Keys

    def act(self, action: str, data: str) -> Answer:
        """Read, or write, edit, rename, drop, undo."""
        one = self.box.selected
        if self.shelf.may:
            if action == "post":
                return self._new()
            if action == "undo":
                return self._undo()
            if one is not None and action == "edit":
                return self._edit(one.name, one.body)
            if one is not None and action == "retitle":
                return self._rename(one)
            if one is not None and action == "delete":
                return self._drop(one)
        answer = self.box.act(action, data)
        return super().act(action, data) if answer is False else answer

    def _open(self, one: Kept) -> Answer:
        if self.shelf.may:
            return self._edit(one.name, one.body)
        return self.stage.push(LeafScreen(self.visit, self.route, one.name, Text(one.body)))

    async def _new(self) -> None:
        name = await self.stage.ask(self.tr("templates.ask_name"), limit=self.shelf.name_limit)
        if name and name.strip():
            there = {one.name: one.body for one in await self.shelf.list()}
            await self._edit(name.strip(), there.get(name.strip(), ""))

    async def _edit(self, name: str, body: str) -> None:
        await self.stage.push(TemplateText(self.visit, self.shelf, name, body))

    async def _rename(self, one: Kept) -> None:
        name = await self.stage.ask(self.tr("templates.ask_name"), one.name, limit=self.shelf.name_limit)
        if name and name.strip() and name.strip() != one.name:
            await self.shelf.rename(one.name, name)
            await self._load()
            self.stage.say(self.tr("templates.kept"), "message.good")

    async def _drop(self, one: Kept) -> None:
        if not await self.stage.confirm(self.tr("templates.sure", name=one.name)):
            return
        await self.shelf.drop(one.name)
        self._dropped = one
        await self._load()
        self.stage.say(self.tr("drafts.dropped"), "message.good")

    async def _undo(self) -> None:
        one, self._dropped = self._dropped, None
        if one is None:
            self.stage.bell()
            self.stage.say(self.tr("drafts.nothing_dropped"), "message.warn")
            return
        await self.shelf.set(one.name, one.body, "")
        await self._load()
        self.stage.say(self.tr("drafts.back"), "message.good")


class TemplateText(TextScreen):
    """Writing one template."""

    def __init__(self, visit: Visit, shelf: Shelf, name: str, body: str) -> None:
        super().__init__(visit, shelf.route)
        self.shelf = shelf
        self.name = name
        self._body = body

    async def open(self) -> None:
        """Begin with what it says now."""
        self.title = self.tr("templates.one", name=self.name)
        self.begin(self._body, self.shelf.text_limit)

    def about(self) -> str:
        """For whom it is."""
        return self.shelf.words("whose")

    async def keep(self, begun: str, text: str) -> str:
        """Put it among the others."""
        await self.shelf.set(self.name, text, begun)
        return self.tr("templates.kept")


_HINTS: Final = (
    Hint("enter", "templates.hint.edit"),
    Hint("post", "templates.hint.new"),
    Hint("retitle", "drafts.hint.name"),
    Hint("delete", "drafts.hint.drop"),
    Hint("leave", "key.leave"),
)
