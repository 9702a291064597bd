"""Who is here: names and hours, nothing that says where from or what they read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts.preferences import preference
from bbs.forum.people.presence import Here
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from screens.parts.crowd import here_words
from screens.parts.hints import that_work
from screens.parts.sieve import Sieve
from screens.visit import Screen, Visit

_COLUMNS = (
    Column("name", 16, style="author"),
    Column("as", 12, flex=1, gap=2),
    Column("since", 10, style="date", align="right", gap=2),
)


class Who(Screen):
    """The list of /who: officers first; guests are counted only, and see only the counts."""

    route = "/who"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._people: list[Here] = []
        self._offices: dict[str, str] = {}
        self._counts: tuple[Row, ...] = (Row(), Row())
        self._cells: RowCells[Here] = RowCells(
            _COLUMNS, self._row, style=lambda here: "row" if here.office is None else "title"
        )
        self._list: ListBox[Here] = ListBox(
            key=lambda here: (here.kind, here.name),
            render=self._cells.render,
            headings=self._headings,
            on_open=self._open,
        )
        self._sieve: Sieve[Here] = Sieve(
            self,
            lambda: self._list,
            key=lambda here: (here.kind, here.name),
            text=lambda here: f"{here.name} {self._offices.get(here.office or '', '')}",
            again=self._load,
        )

    async def open(self) -> None:
        """Count and list who is here."""
        if access.allowed(self.actor, Verb.WHO_READ):
            offices = await self.forum.officers.offices(self.actor)
            self._offices = {office.slug: self.visit.named(office.zh, office.en) for office in offices}
        await self._load()

    async def resume(self) -> None:
        """Count again."""
        await self.open()

    async def _load(self, keep: Hashable | None = None) -> None:
        self.title = self.tr("who.title")
        may = access.allowed(self.actor, Verb.WHO_READ)
        self._people = self._sieve.of(self.forum.presence.list(self.actor)) if may else []
        people, officers = self.forum.presence.counts()
        words = here_words(self.tr, people, officers)
        told = "who.listed" if preference(self.actor.preferences, "listed") is True else "who.unlisted"
        mine = (Row((Span(f" {self.tr(told)}", "hint"),)),) if may else ()
        self._counts = (Row((Span(f" {words}", "count"),)), *mine, Row())
        self._list.empty = self._sieve.empty(self.tr("who.nobody" if may else "who.guest"))
        self._list.invalidate()
        source = static(self._people, key=lambda here: (here.kind, here.name))
        await self._list.load(source, keep or self._list.selected_key)

    async def _look_again(self) -> None:
        await self._load()
        people, officers = self.forum.presence.counts()
        self.stage.say(here_words(self.tr, people, officers))

    def draw(self, width: int, height: int) -> Frame:
        """The counts, then the people."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def _headings(self, width: int) -> Sequence[Row]:
        if not self._people:
            return (*self._counts, *self._sieve.rows())
        labels = [self.tr("who.name"), self.tr("who.as"), self.tr("who.since")]
        return (*self._counts, *self._sieve.rows(), self._cells.heading(labels, width))

    def _row(self, here: Here) -> tuple[str, str, str]:
        role = self._offices.get(here.office, here.office) if here.office else self.tr(f"who.kind.{here.kind}")
        return (here.name, role, self.visit.stamp(here.since))

    def _open(self, here: Here) -> Answer:
        if here.office is not None:
            return self.stage.go(f"/o/{here.office}")
        return self.stage.go(f"/u/{here.name}")

    def author(self) -> str:
        """Who is selected, unless it is oneself."""
        here = self._list.selected
        return here.name if here is not None and here.name != self.actor.name else ""

    def act(self, action: str, data: str) -> Answer:
        """Move; ^U looks again."""
        if action == "who":
            return self._look_again()
        answer = self._sieve.act(action, self._list.selected)
        answer = self._list.act(action, data) if answer is False else answer
        return super().act(action, data) if answer is False else answer

    def hints(self) -> Sequence[Hint]:
        """Somebody's card, a message to them, looking again, leaving."""
        return that_work(_HINTS, self._list.selected, author=self.author())


_HINTS: Final = (
    Hint("enter", "hint.card"),
    Hint("message", "hint.message"),
    Hint("who", "do.again"),
    Hint("leave", "key.leave"),
)
