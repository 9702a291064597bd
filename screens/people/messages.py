"""The list of short messages at /pages: what came and what was sent, newest first; the selected one in full below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.forum.accounts.people import NAME_LIMIT
from bbs.forum.accounts.preferences import preference
from bbs.forum.forum import Event
from bbs.forum.people import pager
from bbs.forum.people.pager import Page
from bbs.terminal import source
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.source import Direction, Source
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.parts.choices import keymap_of
from screens.parts.hints import that_work
from screens.parts.pager import from_whom, write
from screens.visit import Screen, Visit

FULL_ROWS: Final = 4
"""Rows below the list for the words of the selected message, on terminals high enough."""
_COLUMNS: Final = (
    Column("mark", 1),
    Column("who", 18, style="author"),
    Column("words", 20, flex=1, style="title", gap=2),
    Column("when", 10, align="right", style="date", gap=2),
)


class MessagesScreen(Screen):
    """`/pages`: Enter or the key of replying answers whoever is selected."""

    route = "/pages"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._new: frozenset[int] = frozenset()
        self._full: tuple[object, list[Row]] | None = None
        self._cells: RowCells[Page] = RowCells(_COLUMNS, self._row)
        self._list: ListBox[Page] = ListBox(
            key=lambda page: page.id,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda page: self._answer(page.other),
        )

    async def open(self) -> None:
        """Fetch the newest, and note that all are seen; raises Forbidden for guests."""
        self._list.spawn, self._list.redraw = self.stage.spawn, self.stage.redraw
        self.listen((pager.NEW,), self._heard)
        self._name()
        await self._list.load(Source(self._fetch))
        await self._see()

    async def resume(self) -> None:
        """Something came meanwhile."""
        self._name()
        await self._refresh()

    def _name(self) -> None:
        self.title = self.tr("pager.title")
        keymap = keymap_of(self.actor.preferences)
        keys = {"who": keymap.key_for("who", self.context), "write": keymap.key_for("message", self.context)}
        self._list.empty = self.tr("pager.none", **keys)
        self._list.invalidate()

    async def _see(self) -> None:
        waiting = await self.forum.pager.waiting(self.actor)
        self._new |= {page.id for page in waiting}
        await self.forum.pager.shown(self.actor, self._new)
        self.visit.pages_seen()
        self._list.invalidate()

    def _heard(self, event: Event) -> None:
        if event.payload.get("account") == self.actor.account_id and self.in_sight:
            self.stage.spawn(self._refresh())

    async def _refresh(self) -> None:
        await self._list.load(Source(self._fetch), self._list.selected_key)
        await self._see()
        self.stage.redraw()

    async def _fetch(self, anchor: str | None, direction: Direction, limit: int) -> source.Page[Page]:
        if direction == "after":
            return await self.forum.pager.list(self.actor, after=anchor, limit=limit)
        return await self.forum.pager.list(self.actor, before=anchor or pager.FROM_END, limit=limit)

    # Drawing

    def draw(self, width: int, height: int) -> Frame:
        """The list, and below it the words of the selected message in full."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        if height < 3 * FULL_ROWS or self._list.selected is None:
            return self._list.draw(width, height)
        frame = self._list.draw(width, height - FULL_ROWS)
        blank = [Row()] * (height - FULL_ROWS - len(frame.rows))
        return Frame([*frame.rows, *blank, *self._in_full(self._list.selected, width)], frame.cursor)

    def _in_full(self, page: Page, width: int) -> list[Row]:
        said = (page.id, width, self.stage.ambiguous, self.tr.lang)
        if self._full is None or self._full[0] != said:
            lines = wrap(page.words, max(2, width - 2), self.stage.ambiguous)[: FULL_ROWS - 1]
            who = Span(f" {from_whom(self.visit, page)}  {self.visit.moment(page.created_at)}", "panel.title")
            rows = [Row((who,), "panel"), *(Row((Span(f" {line}"),)) for line in lines)]
            self._full = (said, rows)
        return self._full[1]

    def _headings(self, width: int) -> Sequence[Row]:
        state = preference(self.actor.preferences, "pager")
        told = Row((Span(f" {self.tr(f'pager.state.{state}')}", "hint"),))
        if not self._list.items:
            return (told,)
        labels = ["", *(self.tr(f"pager.column.{name}") for name in ("who", "words", "when"))]
        return (told, self._cells.heading(labels, width))

    def _row(self, page: Page) -> Sequence[Cell]:
        mark: Cell = Span("+", "mark.unread") if page.id in self._new else ""
        who: Cell = Span(from_whom(self.visit, page), "row.dim" if page.sent else "author")
        return (mark, who, page.words, self.visit.stamp(page.created_at))

    # Keys

    def author(self) -> str:
        """The other side of the selected message."""
        page = self._list.selected
        return page.other if page is not None else ""

    def act(self, action: str, data: str) -> Answer:
        """Move, answer, write to somebody else."""
        page = self._list.selected
        if action in ("reply", "pages") and page is not None:
            return self._answer(page.other)
        if action == "pages":
            self.stage.bell()  # this is the list, and there is nobody to answer
            return True
        if action == "post":
            return self._write()
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _write(self) -> None:
        name = await self.stage.ask(self.tr("pager.ask_name"), limit=NAME_LIMIT)
        if name and name.strip():
            await self._answer(name.strip())

    async def _answer(self, name: str) -> None:
        await write(self.visit, self.stage, name)
        await self._refresh()

    def hints(self) -> Sequence[Hint]:
        """Answering, writing to somebody, leaving."""
        return that_work(_HINTS, self._list.selected)


_HINTS: Final = (
    Hint("enter", "pager.hint.answer"),
    Hint("post", "pager.hint.write"),
    Hint("message", "hint.message"),
    Hint("who", "key.who"),
    Hint("leave", "key.leave"),
)
