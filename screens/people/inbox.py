"""The inbox: what concerns one personally, newest first; Enter goes to it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from bbs.forum.forum import Event
from bbs.forum.people import inbox
from bbs.forum.people.inbox import Notice
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.source import Direction, Page, Source
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.catalogue import Translator
from bbs.text.spans import Span
from screens.parts.hints import that_work
from screens.parts.sieve import Sieve
from screens.visit import Screen, Visit

_COLUMNS: Final = (
    Column("mark", 1),
    Column("kind", 6, style="hint"),
    Column("text", 20, flex=1, style="title", gap=2),
    Column("when", 10, align="right", style="date", gap=2),
)


def words_of(tr: Translator, notice: Notice) -> str:
    """A notice in words."""
    known = f"notice.{notice.kind}"
    return tr(known, **notice.facts) if tr.has(known) else tr("notice.other", route=notice.route)


class InboxScreen(Screen):
    """`/inbox`: read and unread notices."""

    route = "/inbox"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._stale = False
        self._cells: RowCells[Notice] = RowCells(_COLUMNS, self._row)
        self._list: ListBox[Notice] = ListBox(
            key=lambda notice: notice.id,
            render=self._cells.render,
            headings=self._headings,
            on_open=self._open,
        )
        self._sieve: Sieve[Notice] = Sieve(
            self,
            lambda: self._list,
            key=lambda notice: notice.id,
            text=lambda notice: words_of(self.tr, notice),
            author=lambda notice: str(notice.facts.get("author", "")),
            again=self._load,
        )

    async def open(self) -> None:
        """Fetch the newest; raises Forbidden for guests."""
        self._list.spawn, self._list.redraw = self.stage.spawn, self.stage.redraw
        self._name()
        self.listen((inbox.CHANGED,), self._heard)
        await self._load()

    async def resume(self) -> None:
        """Something was read meanwhile, and maybe the language is another."""
        self._name()
        self._list.invalidate()
        if self._stale:
            await self._refresh()

    def _name(self) -> None:
        self.title = self.tr("inbox.title")
        self._list.empty = self._sieve.empty(self.tr("inbox.empty"))

    def _heard(self, event: Event) -> None:
        if event.payload.get("account") != self.actor.account_id:
            return
        self._stale = True
        if self.stage.view is self:
            self.stage.spawn(self._refresh())

    async def _load(self, keep: Hashable | None = None) -> None:
        self._name()
        await self._list.load(self._sieve.over(Source(self._fetch)), keep)

    async def _refresh(self) -> None:
        self._stale = False
        await self._list.refresh()
        self.stage.redraw()

    async def _fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Notice]:
        if direction == "after":
            return await self.forum.inbox.list(self.actor, after=anchor, limit=limit)
        return await self.forum.inbox.list(self.actor, before=anchor or inbox.FROM_END, limit=limit)

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def _headings(self, width: int) -> Sequence[Row]:
        if not self._list.items:
            return self._sieve.rows()
        return (
            *self._sieve.rows(),
            self._cells.heading(["", "", self.tr("inbox.what"), self.tr("inbox.when")], width),
        )

    def _row(self, notice: Notice) -> Sequence[Cell]:
        mark: Cell = "" if notice.read else Span("+", "mark.unread")
        known = f"inbox.kind.{notice.kind}"
        kind = self.tr(known) if self.tr.has(known) else ""
        return (mark, kind, words_of(self.tr, notice), self.visit.stamp(notice.created_at))

    async def _open(self, notice: Notice) -> None:
        if not notice.read:
            await self.forum.inbox.mark(self.actor, notice.id)
        await self.stage.go(notice.route)

    def act(self, action: str, data: str) -> Answer:
        """Move, open, mark."""
        if action == "mark_read":
            return self._mark(self._list.selected)
        answer = self._sieve.act(action, self._list.selected)
        answer = self._list.act(action, data) if answer is False else answer
        return super().act(action, data) if answer is False else answer

    async def _mark(self, notice: Notice | None) -> None:
        if notice is None:
            self.stage.bell()
            return
        choices = [
            Choice("v", self.tr("inbox.mark_all")),
            Choice("t", self.tr("inbox.mark_unread" if notice.read else "inbox.mark_read")),
        ]
        chosen = await self.stage.choose(self.tr("mark.ask"), choices)
        if chosen == "v":
            count = await self.forum.inbox.mark_all(self.actor)
            self.stage.say(self.tr.plural("inbox.marked", count), "message.good")
        elif chosen == "t":
            await self.forum.inbox.mark(self.actor, notice.id, read=not notice.read)
        await self._refresh()

    def author(self) -> str:
        """Who did it."""
        notice = self._list.selected
        return str(notice.facts.get("author", "")) if notice is not None else ""

    def hints(self) -> Sequence[Hint]:
        """Opening, marking, leaving."""
        return that_work(_HINTS, self._list.selected, author=self.author())


_HINTS: Final = (
    Hint("enter", "key.enter"),
    Hint("mark_read", "key.mark_read"),
    Hint("message", "hint.message"),
    Hint("leave", "key.leave"),
)
