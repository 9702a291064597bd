"""A conversation by mail, read as one flow of letters; writing, answering and passing on letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.forum import access
from bbs.forum.actor import Appointment
from bbs.forum.forum import Event
from bbs.forum.people import mailbox
from bbs.forum.people.letters import Letter
from bbs.forum.posts.posts import TITLE_LIMIT
from bbs.terminal.canvas import Frame
from bbs.terminal.editor import Field
from bbs.terminal.reader import Head, Reader
from bbs.terminal.source import Direction
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.clean import cut
from bbs.text.markdown import render
from bbs.text.spans import Line, Span
from screens.parts.floors import official_head
from screens.people.mail import forward
from screens.visit import Screen, Visit
from screens.writing.compose import quoted
from screens.writing.composer import Composer
from screens.writing.quoting import QuoteLines


class LetterScreen(Screen):
    """`/m/ID`: the conversation from that letter on. What was opened is read."""

    context = "reader"

    def __init__(self, visit: Visit, number: int) -> None:
        super().__init__(visit)
        self.number = number
        self.route = f"/m/{number}"
        self._letters: list[Letter] = []
        self._stale = False

    async def open(self) -> None:
        """Fetch the conversation; raises NotFound(`mail.not_found`)."""
        await self._load()
        self.reader: Reader[Letter] = Reader(
            fetch=self._fetch,
            body=self._body,
            head=self._head,
            text=lambda letter: letter.body,
            spawn=self.stage.spawn,
            redraw=self.stage.redraw,
            ambiguous=self.stage.ambiguous,
        )
        self.reader.last_floor = len(self._letters)
        self.listen((mailbox.CHANGED,), self._heard)
        await self.reader.open(next(one.floor for one in self._letters if one.id == self.number))

    async def _load(self) -> None:
        self._letters = await self.forum.mail.talk(self.actor, self.number)
        self.title = self._letters[-1].subject
        if any(not letter.read for letter in self._letters):
            await self.forum.mail.mark(self.actor, self.number, read=True, whole=True)
        await self.forum.inbox.seen(self.actor, [letter.route for letter in self._letters])

    async def resume(self) -> None:
        """An answer may have been written or have come."""
        if self._stale:
            await self._freshen()

    def _heard(self, event: Event) -> None:
        if event.payload.get("account") != self.actor.account_id:
            return
        self._stale = True
        if self.in_sight:
            self.stage.spawn(self._freshen())

    async def _freshen(self) -> None:
        self._stale = False
        known = len(self._letters)
        self._letters = await self.forum.mail.talk(self.actor, self.number)
        if len(self._letters) != known:
            await self._load()
            self.reader.last_floor = len(self._letters)
            await self.reader.refresh()
            self.stage.redraw()

    async def _fetch(self, floor: int | None, direction: Direction, limit: int) -> Sequence[Letter]:
        letters = self._letters
        if direction == "after":
            start = (floor or 1) - 1
            return letters[start : start + limit]
        end = len(letters) if floor is None else floor - 1
        return letters[max(0, end - limit) : end]

    def _head(self, letter: Letter) -> Head:
        when = self.visit.moment(letter.created_at)
        words = f"{self.tr('mail.kept_mark')}   {when}" if letter.kept else when
        writer = self.actor.name if letter.sent else letter.other
        to = f"  {self.tr('mail.to', name=letter.other)}" if letter.sent else ""
        number = f"#{letter.floor} "
        if letter.official is not None:
            title = self.visit.office_title(letter.official) + to
            return official_head(self.visit, letter.official.name, title, number, (Span(words, "official"),))
        return Head((Span(number, "floor"), Span(f"{writer}{to}", "floor.author")), (Span(words, "floor"),))

    def _body(self, letter: Letter, cells: int) -> Sequence[Line]:
        lines: list[Line] = []
        if letter.floor == 1 or letter.subject != self._letters[letter.floor - 2].subject:
            lines += [(Span(letter.subject, "md.heading"),), ()]
        return [*lines, *render(letter.body, cells, self.stage.ambiguous), ()]

    def draw(self, width: int, height: int) -> Frame:
        """The letters."""
        self.reader.ambiguous = self.stage.ambiguous
        return self.reader.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        """Read, answer, pass on, delete."""
        current = self.reader.current
        if action == "find":
            return self._find()
        if action == "reply":
            newest = next((one for one in reversed(self._letters) if not one.sent), self._letters[-1])
            return self.stage.go(f"{newest.route}/reply")
        if action == "forward" and current is not None:
            return forward(self, current.id)
        if action == "delete" and current is not None:
            return self._delete(current)
        answer = self.reader.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _find(self) -> None:
        query = await self.stage.ask(self.tr("reader.find"), self.reader.query)
        if query is not None:
            await self.reader.find(query)

    async def _delete(self, letter: Letter) -> None:
        if not await self.stage.confirm(self.tr("mail.delete_one", floor=letter.floor)):
            return
        left = [one for one in self._letters if one.id != letter.id]
        if left:
            self.number = left[-1].id
            self.route = f"/m/{self.number}"
        await self.forum.mail.delete(self.actor, letter.id)
        if not left:
            await self.stage.pop()
        else:
            await self._freshen()
        self.stage.say(self.tr.plural("mail.deleted", 1), "message.good")

    def author(self) -> str:
        """The other side."""
        return self._letters[-1].other

    def hints(self) -> Sequence[Hint]:
        """Answering, passing on, deleting, leaving."""
        return _HINTS


_HINTS: Final = (
    Hint("reply", "hint.reply"),
    Hint("forward", "mail.hint.forward"),
    Hint("page_or_next", "hint.page"),
    Hint("thread_next", "mail.hint.letter"),
    Hint("delete", "mail.hint.delete"),
    Hint("find", "hint.find"),
    Hint("leave", "key.leave"),
)


class WriteLetter(Composer):
    """A letter to somebody; a subclass knows what it begins with."""

    title_label = "mail.subject_label"
    send_label = "mail.send"
    finish_label = "mail.finish"
    pen_name = "mail.as_pen_name"

    def __init__(self, visit: Visit, name: str, route: str = "") -> None:
        super().__init__(visit)
        self.name = name
        self.route = route or f"/mail/to/{name}"

    async def prepare(self) -> str:
        """Find the recipient; raises NotFound(`person.not_found`), Forbidden."""
        person = await self.forum.mail.recipient(self.actor, self.name)
        self.name = person.name
        self._begin("")
        return ""

    def _begin(self, subject: str) -> None:
        self.title = self.tr("mail.new_title", name=self.name)
        self.heading = self.title
        self.where = self.name
        self.title_field = Field(cut(subject, TITLE_LIMIT), limit=TITLE_LIMIT, ambiguous=self.stage.ambiguous)

    def check(self) -> None:
        """Mail is never closed."""

    def reach(self) -> str:
        """Nobody but the recipient."""
        return self.tr("mail.reach", name=self.name)

    @property
    def appointment(self) -> Appointment | None:
        """Officers write under their office."""
        return self.actor.appointment if access.allowed(self.actor, access.Verb.MAIL_SEND) else None

    async def send(self) -> None:
        """Send it."""
        written, _ = self._look()
        await self.forum.mail.send(
            self.actor, self.name, written.title, written.body, answers=self.answers, draft_id=self.draft_id
        )

    answers: int | None = None

    async def delivered(self) -> None:
        """Back to where it was written from."""
        await self.stage.pop()
        self.stage.say(self.tr("mail.sent", name=self.name), "message.good")


class AnswerLetter(WriteLetter):
    """An answer to a letter, which is quoted."""

    def __init__(self, visit: Visit, number: int) -> None:
        super().__init__(visit, "", f"/m/{number}/reply")
        self.answers = number

    async def prepare(self) -> str:
        """Fetch what is answered; raises NotFound(`mail.not_found`)."""
        access.require(self.actor, access.Verb.MAIL_SEND)
        letter = await self.forum.mail.get(self.actor, self.answers or 0)
        self.name = letter.other
        subject = letter.subject if letter.subject.casefold().startswith("re:") else f"Re: {letter.subject}"
        self._begin(subject)
        self._letter = letter
        return "" if letter.sent else quoted(letter)

    def extras(self) -> list[Choice]:
        """Quoting lines of the letter that is answered."""
        return [Choice("q", self.tr("quote.offer"))]

    async def extra(self, chosen: str) -> None:
        """Ask for its lines."""
        if chosen == "q":
            title = self.tr("quote.title_letter", author=self.name)
            await self.stage.push(QuoteLines(self.visit, self.route, title, self._letter.body, self.quote))


class ForwardLetter(WriteLetter):
    """A letter passed on to somebody else; it begins a new conversation."""

    def __init__(self, visit: Visit, number: int, name: str) -> None:
        super().__init__(visit, name, f"/m/{number}/forward/{name}")
        self.number = number

    async def prepare(self) -> str:
        """Fetch what is passed on and find the recipient."""
        await super().prepare()
        letter = await self.forum.mail.get(self.actor, self.number)
        self._begin(f"Fwd: {letter.subject}")
        writer = self.actor.name if letter.sent else letter.other
        head = self.tr("mail.forwarded", name=writer, when=self.visit.moment(letter.created_at))
        return "\n".join(("", "", f"> {head}", ">", *(f"> {line}".rstrip() for line in letter.body.split("\n"))))
