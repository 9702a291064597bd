"""The issues of the opinion digest, the newest week first; editors draft the next one here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.digest.digests import CHANGED, Head, State
from bbs.forum.forum import Event
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Hint
from screens.digest.acts import may_draft
from screens.parts.choices import keymap_of
from screens.visit import Screen, Visit

_COLUMNS: Final = (
    Column("week", 8, style="title"),
    Column("issue", 4, align="right", style="number", gap=2),
    Column("state", 12, style="badge", gap=2),
    Column("topics", 6, align="right", style="count", gap=2),
    Column("accounts", 8, align="right", style="count", gap=2, drop=2),
    Column("hands", 12, flex=1, style="author", gap=2, drop=1),
    Column("when", 10, align="right", style="date", gap=2),
)


class DigestsScreen(Screen):
    """`/digest`: every issue; drafts are seen by those who work on them."""

    route = "/digest"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._cells: RowCells[Head] = RowCells(_COLUMNS, self._row, version=lambda head: (self.tr.lang, head.change))
        self._list: ListBox[Head] = ListBox(
            key=lambda head: head.week,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda head: self.stage.go(head.route),
        )

    async def open(self) -> None:
        """Fetch them; raises Forbidden for guests."""
        self.listen((CHANGED,), self._heard)
        await self._load()

    async def resume(self) -> None:
        """One of them was worked on."""
        await self._load()

    async def _load(self) -> None:
        self.title = self.tr("digest.title")
        key = keymap_of(self.actor.preferences).key_for("post", self.context)
        self._list.empty = self.tr("digest.list_empty", key=key) if may_draft(self) else self.tr("digest.list_none")
        heads = await self.forum.digests.list(self.actor)
        self._list.invalidate()
        await self._list.load(static(heads, key=lambda head: head.week), self._list.selected_key)

    def _heard(self, event: Event) -> None:
        if self.in_sight:
            self.stage.spawn(self._freshen())

    async def _freshen(self) -> None:
        await self._load()
        self.stage.redraw()

    def _headings(self, width: int) -> Sequence[Row]:
        if not self._list.items:
            return ()
        names = ("week", "issue", "state", "topics", "accounts", "hands", "when")
        return (self._cells.heading([self.tr(f"digest.head.{name}") for name in names], width),)

    def _row(self, head: Head) -> Sequence[Cell]:
        hands = " / ".join(name for name in (head.editor, head.reviewer) if name)
        accounts = "" if head.accounts is None else str(head.accounts)
        when = self.visit.stamp(head.released_at or head.updated_at)
        return (head.week, str(head.issue), state_words(self, head), str(head.topics), accounts, hands, when)

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        """Move, open, draft."""
        if action == "post":
            return self._draft()
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _draft(self) -> None:
        access.require(self.actor, Verb.DIGEST_DRAFT)
        last = self.forum.digests.last_week()
        asked = await self.stage.ask(self.tr("digest.ask_week", week=last), last, limit=10)
        if asked is None:
            return
        self.stage.say(self.tr("digest.counting"))
        issue = await self.forum.digests.draft(self.actor, asked.strip() or last)
        await self.stage.go(issue.head.route)
        self.stage.say(self.tr.plural("digest.drafted", len(issue.shown), week=issue.head.week), "message.good")

    def hints(self) -> Sequence[Hint]:
        """Opening, drafting, leaving."""
        draft = (Hint("post", "digest.hint.draft"),) if may_draft(self) else ()
        return (Hint("enter", "digest.hint.open"), *draft, Hint("leave", "key.leave"))


def state_words(screen: Screen, head: Head) -> str:
    """Where an issue is on its way, in words."""
    corrected = head.released_at is not None and head.state is not State.RELEASED
    return screen.tr("digest.state.corrected" if corrected else f"digest.state.{head.state}")
