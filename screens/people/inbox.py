"""The inbox: what concerns one personally, newest first; Enter goes to it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from bbs.forum.people import inbox
from bbs.forum.people.inbox import Notice
from bbs.terminal.rowcells import Cell, Column
from bbs.terminal.source import Direction, Page
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.catalogue import Translator
from bbs.text.spans import Span
from screens.parts.hints import that_work
from screens.people.arrived import Arrived

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


class InboxScreen(Arrived[Notice]):
    """`/inbox`: read and unread notices."""

    route = "/inbox"
    words = "inbox"
    changed = inbox.CHANGED
    columns = _COLUMNS
    labels = ("", "", "inbox.what", "inbox.when")

    def key(self, item: Notice) -> Hashable:
        return item.id

    def text(self, item: Notice) -> str:
        return words_of(self.tr, item)

    def author_of(self, item: Notice) -> str:
        return str(item.facts.get("author", ""))

    def cells(self, item: Notice) -> Sequence[Cell]:
        mark: Cell = "" if item.read else Span("+", "mark.unread")
        known = f"inbox.kind.{item.kind}"
        kind = self.tr(known) if self.tr.has(known) else ""
        return (mark, kind, words_of(self.tr, item), self.visit.stamp(item.created_at))

    async def enter(self, item: Notice) -> None:
        if not item.read:
            await self.forum.inbox.mark(self.actor, item.id)
        await self.stage.go(item.route)

    async def fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Notice]:
        if direction == "after":
            return await self.forum.inbox.list(self.actor, after=anchor, limit=limit)
        return await self.forum.inbox.list(self.actor, before=anchor or inbox.FROM_END, limit=limit)

    def act(self, action: str, data: str) -> Answer:
        """Move, open, mark."""
        return self._mark(self.selected) if action == "mark_read" else super().act(action, data)

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
        await self.refresh()

    def hints(self) -> Sequence[Hint]:
        """Opening, marking, leaving."""
        return that_work(_HINTS, self.selected, author=self.author())


_HINTS: Final = (
    Hint("enter", "key.enter"),
    Hint("mark_read", "key.mark_read"),
    Hint("message", "hint.message"),
    Hint("leave", "key.leave"),
)
