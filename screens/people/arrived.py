"""Lists of what came to somebody, newest first: filtered like any list, and fresh while one looks at them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from typing import ClassVar, Generic, TypeVar

from bbs.forum.forum import Event
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.source import Direction, Page, Source
from bbs.terminal.view import Answer
from screens.parts.sieve import Sieve
from screens.visit import Screen, Visit

T = TypeVar("T")


class Arrived(Screen, ABC, Generic[T]):
    """What the inbox and the mailbox do alike; each says what its items are."""

    words: ClassVar[str]
    """What the ids of its words begin with: `.title` and `.empty` are among them."""
    changed: ClassVar[str]
    """The event, with the account it is for, after which the list is fetched again."""
    columns: ClassVar[Sequence[Column]]
    labels: ClassVar[Sequence[str]]
    """The ids of the words above the columns; "" for none."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._stale = False
        self._cells: RowCells[T] = RowCells(self.columns, self.cells)
        self._list: ListBox[T] = ListBox(
            key=self.key, render=self._cells.render, headings=self._headings, on_open=self.enter
        )
        self._sieve: Sieve[T] = Sieve(
            self, lambda: self._list, key=self.key, text=self.text, author=self.author_of, again=self._load
        )

    # What its items are

    @abstractmethod
    def key(self, item: T) -> Hashable:
        """What tells an item from all others."""

    @abstractmethod
    def text(self, item: T) -> str:
        """What a filter looks through."""

    @abstractmethod
    def author_of(self, item: T) -> str:
        """Who is behind it, "" for nobody."""

    @abstractmethod
    def cells(self, item: T) -> Sequence[Cell]:
        """Its cells, one a column."""

    @abstractmethod
    def enter(self, item: T) -> Answer:
        """Go where it leads."""

    @abstractmethod
    async def fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[T]:
        """A page of them, the newest first."""

    # The list

    async def open(self) -> None:
        """Fetch the newest; raises Forbidden for guests."""
        self._list.spawn, self._list.redraw = self.stage.spawn, self.stage.redraw
        self._name()
        self.listen((self.changed,), self._heard)
        await self._load()

    async def resume(self) -> None:
        """Something was read or written meanwhile, and maybe the language is another."""
        self._name()
        self._list.invalidate()
        if self._stale:
            await self.refresh()

    def _name(self) -> None:
        self.title = self.tr(f"{self.words}.title")
        self._list.empty = self._sieve.empty(self.tr(f"{self.words}.empty"))

    def _heard(self, event: Event) -> None:
        if event.payload.get("account") != self.actor.account_id:
            return
        self._stale = True
        if self.in_sight:
            self.stage.spawn(self.refresh())

    async def _load(self, keep: Hashable | None = None) -> None:
        self._name()
        await self._list.load(self._sieve.over(Source(self.fetch)), keep)

    async def refresh(self) -> None:
        """Fetch what is shown again."""
        self._stale = False
        await self._list.refresh()
        self._list.invalidate()
        self.stage.redraw()

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def _headings(self, width: int) -> Sequence[Row]:
        if not self._list.items:
            return self._sieve.rows()
        labels = [self.tr(label) if label else "" for label in self.labels]
        return (*self._sieve.rows(), self._cells.heading(labels, width))

    @property
    def selected(self) -> T | None:
        """The item under the mark."""
        return self._list.selected

    def act(self, action: str, data: str) -> Answer:
        """Move, open, filter."""
        answer = self._sieve.act(action, self.selected)
        answer = self._list.act(action, data) if answer is False else answer
        return super().act(action, data) if answer is False else answer

    def author(self) -> str:
        """Who is behind what is selected."""
        return self.author_of(self.selected) if self.selected is not None else ""
