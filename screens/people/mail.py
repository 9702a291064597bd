"""The mailbox: conversations, the newest first."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from bbs.forum.accounts.people import NAME_LIMIT
from bbs.forum.forum import Event
from bbs.forum.people import letters, mailbox
from bbs.forum.people.letters import Talk
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.source import Direction, Page, Source
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from screens.parts.hints import that_work
from screens.parts.sieve import Sieve
from screens.visit import Screen, Visit

_COLUMNS: Final = (
    Column("mark", 2),
    Column("other", 16, style="author"),
    Column("subject", 20, flex=1, style="title", gap=2),
    Column("count", 4, align="right", style="count", drop=1),
    Column("when", 10, align="right", style="date", gap=2),
)


class MailScreen(Screen):
    """`/mail`: one row a conversation."""

    route = "/mail"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._stale = False
        self._cells: RowCells[Talk] = RowCells(_COLUMNS, self._row)
        self._list: ListBox[Talk] = ListBox(
            key=lambda talk: talk.letter.talk,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda talk: self.stage.go(talk.route),
        )
        self._sieve: Sieve[Talk] = Sieve(
            self,
            lambda: self._list,
            key=lambda talk: talk.letter.talk,
            text=lambda talk: f"{talk.letter.subject}\n{talk.letter.other}",
            author=lambda talk: talk.letter.other,
            again=self._load,
        )

    async def open(self) -> None:
        """Fetch the newest conversations; raises Forbidden for guests."""
        self._list.spawn, self._list.redraw = self.stage.spawn, self.stage.redraw
        self._name()
        self.listen((mailbox.CHANGED,), self._heard)
        await self._load()

    async def resume(self) -> None:
        """Something was read or written meanwhile."""
        self._name()
        self._list.invalidate()
        if self._stale:
            await self._refresh()

    def _name(self) -> None:
        self.title = self.tr("mail.title")
        self._list.empty = self._sieve.empty(self.tr("mail.empty"))

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
        self._list.invalidate()
        self.stage.redraw()

    async def _fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Talk]:
        if direction == "after":
            return await self.forum.mail.talks(self.actor, after=anchor, limit=limit)
        return await self.forum.mail.talks(self.actor, before=anchor or letters.FROM_END, limit=limit)

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def _headings(self, width: int) -> Sequence[Row]:
        if not self._list.items:
            return self._sieve.rows()
        labels = ["", *(self.tr(f"mail.column.{name}") for name in ("other", "subject", "count", "when"))]
        return (*self._sieve.rows(), self._cells.heading(labels, width))

    def _row(self, talk: Talk) -> Sequence[Cell]:
        letter = talk.letter
        marks: Cell = (
            Span("+" if talk.unread else " ", "mark.unread"),
            Span("m" if talk.kept else " ", "mark.kept"),
        )
        subject: Cell = letter.subject
        if letter.sent:
            subject = (Span("> ", "row.dim"), Span(letter.subject, "title"))
        return (marks, letter.other, subject, str(talk.letters), self.visit.stamp(letter.created_at))

    def act(self, action: str, data: str) -> Answer:
        """Move, open, write, keep, delete, mark."""
        talk = self._list.selected
        if action == "post":
            return self._write()
        if talk is not None:
            if action == "reply":
                return self.stage.go(f"{talk.route}/reply")
            if action == "forward":
                return forward(self, talk.letter.id)
            if action == "keep":
                return self._keep(talk)
            if action == "delete":
                return self._delete(talk)
            if action == "mark_read":
                return self._mark(talk)
        answer = self._sieve.act(action, talk)
        answer = self._list.act(action, data) if answer is False else answer
        return super().act(action, data) if answer is False else answer

    async def _write(self) -> None:
        name = await self.stage.ask(self.tr("mail.ask_to"), limit=NAME_LIMIT)
        if name and name.strip():
            await write_to(self, name)

    async def _keep(self, talk: Talk) -> None:
        await self.forum.mail.keep(self.actor, talk.letter.id, on=not talk.kept, whole=True)
        self.stage.say(self.tr("mail.unkept" if talk.kept else "mail.now_kept"), "message.good")
        await self._refresh()

    async def _delete(self, talk: Talk) -> None:
        if await self.stage.confirm(self.tr("mail.delete_ask", subject=talk.letter.subject)):
            count = await self.forum.mail.delete(self.actor, talk.letter.id, whole=True)
            self.stage.say(self.tr.plural("mail.deleted", count), "message.good")
            await self._refresh()

    async def _mark(self, talk: Talk) -> None:
        await self.forum.mail.mark(self.actor, talk.letter.id, read=bool(talk.unread), whole=True)
        self.stage.say(self.tr("mail.now_read" if talk.unread else "mail.now_unread"), "message.good")
        await self._refresh()

    def author(self) -> str:
        """The other side."""
        talk = self._list.selected
        return talk.letter.other if talk is not None else ""

    def hints(self) -> Sequence[Hint]:
        """Reading, writing, keeping in order."""
        return that_work(_HINTS, self._list.selected)


async def write_to(screen: Screen, name: str) -> None:
    """Open a letter to somebody; raises NotFound(`person.not_found`) before anything is written."""
    person = await screen.forum.mail.recipient(screen.actor, name)
    await screen.stage.go(f"/mail/to/{person.name}")


async def forward(screen: Screen, letter: int) -> None:
    """Ask to whom, and open the letter that passes this one on."""
    name = await screen.stage.ask(screen.tr("mail.ask_forward"), limit=NAME_LIMIT)
    if name and name.strip():
        person = await screen.forum.mail.recipient(screen.actor, name)
        await screen.stage.go(f"/m/{letter}/forward/{person.name}")


_HINTS: Final = (
    Hint("enter", "hint.read"),
    Hint("post", "mail.hint.write"),
    Hint("reply", "hint.reply"),
    Hint("forward", "mail.hint.forward"),
    Hint("keep", "mail.hint.keep"),
    Hint("delete", "mail.hint.delete"),
    Hint("leave", "key.leave"),
)
