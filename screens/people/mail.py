"""The mailbox: conversations, the newest first."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from bbs.forum.accounts.people import NAME_LIMIT
from bbs.forum.people import letters, mailbox
from bbs.forum.people.letters import Talk
from bbs.terminal.rowcells import Cell, Column
from bbs.terminal.source import Direction, Page
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from screens.parts.hints import that_work
from screens.people.arrived import Arrived
from screens.visit import Screen

_COLUMNS: Final = (
    Column("mark", 2),
    Column("other", 16, style="author"),
    Column("subject", 20, flex=1, style="title", gap=2),
    Column("count", 4, align="right", style="count", drop=1),
    Column("when", 10, align="right", style="date", gap=2),
)


class MailScreen(Arrived[Talk]):
    """`/mail`: one row a conversation."""

    route = "/mail"
    words = "mail"
    changed = mailbox.CHANGED
    columns = _COLUMNS
    labels = ("", "mail.column.other", "mail.column.subject", "mail.column.count", "mail.column.when")

    def key(self, item: Talk) -> Hashable:
        return item.letter.talk

    def text(self, item: Talk) -> str:
        return f"{item.letter.subject}\n{item.letter.other}"

    def author_of(self, item: Talk) -> str:
        return item.letter.other

    def cells(self, item: Talk) -> Sequence[Cell]:
        letter = item.letter
        marks: Cell = (
            Span("+" if item.unread else " ", "mark.unread"),
            Span("m" if item.kept else " ", "mark.kept"),
        )
        subject: Cell = letter.subject
        if letter.sent:
            subject = (Span("> ", "row.dim"), Span(letter.subject, "title"))
        return (marks, letter.other, subject, str(item.letters), self.visit.stamp(letter.created_at))

    def enter(self, item: Talk) -> Answer:
        return self.stage.go(item.route)

    async def fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Talk]:
        if direction == "after":
            return await self.forum.mail.talks(self.actor, after=anchor, limit=limit)
        return await self.forum.mail.talks(self.actor, before=anchor or letters.FROM_END, limit=limit)

    def act(self, action: str, data: str) -> Answer:
        """Move, open, write, keep, delete, mark."""
        talk = self.selected
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
        return super().act(action, data)

    async def _write(self) -> None:
        name = await self.stage.ask(self.tr("mail.ask_to"), limit=NAME_LIMIT)
        if name and name.strip():
            await write_to(self, name)

    async def _keep(self, talk: Talk) -> None:
        await self.forum.mail.keep(self.actor, talk.letter.id, on=not talk.kept, whole=True)
        self.stage.say(self.tr("mail.unkept" if talk.kept else "mail.now_kept"), "message.good")
        await self.refresh()

    async def _delete(self, talk: Talk) -> None:
        if await self.stage.confirm(self.tr("mail.delete_ask", subject=talk.letter.subject)):
            count = await self.forum.mail.delete(self.actor, talk.letter.id, whole=True)
            self.stage.say(self.tr.plural("mail.deleted", count), "message.good")
            await self.refresh()

    async def _mark(self, talk: Talk) -> None:
        await self.forum.mail.mark(self.actor, talk.letter.id, read=bool(talk.unread), whole=True)
        self.stage.say(self.tr("mail.now_read" if talk.unread else "mail.now_unread"), "message.good")
        await self.refresh()

    def hints(self) -> Sequence[Hint]:
        """Reading, writing, keeping in order."""
        return that_work(_HINTS, self.selected)


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
