"""The composer: says as whom, to whom and where; the draft saves itself, and what cannot be sent is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bbs.errors import BbsError, Conflict, Forbidden, NotFound
from bbs.forum import access
from bbs.forum.actor import AccountKind, Appointment
from bbs.forum.boards.places import Board
from bbs.forum.posts.polls import Plan
from bbs.forum.posts.posts import BODY_LIMIT, Post
from bbs.forum.writing.drafts import NAME_LIMIT, Draft
from bbs.terminal.canvas import Frame
from bbs.terminal.editor import Editor, Field
from bbs.terminal.reader import Head
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Line, Span
from bbs.text.width import width
from screens.parts.floors import official_head
from screens.parts.leaf import LeafScreen, Text
from screens.visit import Screen, Visit
from screens.writing.composerface import Face, Said
from screens.writing.drafting import Drafting, Written


class Body(Editor):
    """The editor of the text; `above()` is called when the caret would leave it at the top."""

    def __init__(self, text: str, *, changed: Callable[[], None], above: Callable[[], bool], ambiguous: int) -> None:
        super().__init__(text, limit=BODY_LIMIT, changed=changed, ambiguous=ambiguous)
        self._above = above

    def perform(self, action: str) -> bool:
        """Do an editing action; up on the first row goes to the field above, if there is one."""
        return super().perform(action) or (action == "edit.up" and self._above())


class Composer(Screen):
    """What all that is written has in common; a subclass says where it goes and sends it."""

    context = "editor"
    editor: Field | Editor
    board: Board
    title_label = "compose.title_label"
    send_label = "compose.send"
    finish_label = "compose.finish"
    """What the finish menu asks; with `_official` behind it, of an officer."""
    pen_name = "compose.as_pen_name"
    said = "compose.posted"
    """Message id of what is said when it is done."""
    prepared_for: Appointment | None = None
    """The officer a liaison writes this for; set in `prepare`."""
    plan: Plan | None = None
    """The poll that goes out with it, where a thread is begun."""
    wanted: str | None = None
    """The id of the draft to go on with, in place of the one that the route saved by itself."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.heading = ""
        self.where = ""
        self.title_field: Field | None = None
        self.drafting = Drafting(visit, self._look)
        self._face = Face(visit)

    # What a subclass says

    async def prepare(self) -> str:
        """Fetch where it goes, set `board`, `title`, `heading` and `where`; the text to begin with. Raises BbsError."""
        raise NotImplementedError

    async def send(self) -> Post | None:
        """Send what is written, and give the post that it became, if it is one; raises BbsError."""
        raise NotImplementedError

    def check(self) -> None:
        """Whether it could be sent at all; raises BbsError."""
        if self.board.archived:
            raise Conflict("board.archived", board=self.board.slug)

    async def refused(self, error: BbsError) -> None:
        """It could not be sent: look again at where it goes, where that may be the reason."""

    async def delivered(self) -> None:
        """Leave after sending something that is not a post."""

    async def arrived(self, post: Post) -> None:
        """Show what was posted in its thread."""
        await self.stage.replace(self.visit.view_at(post.route))

    def reach(self) -> str:
        """Who will be able to read it, in words."""
        return self.tr(f"compose.reach_{self.board.read}", board=self.visit.named(self.board.zh, self.board.en))

    def hint(self) -> str:
        """What the last row of the text says."""
        return self.tr("compose.markdown")

    def whole(self) -> str:
        """The text as it will be posted."""
        return self.body.text

    def quote(self, quotation: str) -> None:
        """Put a quotation in at the caret, on lines of its own."""
        body = self.body
        before = body.text[: body.position]
        self._focus(body)
        body.insert(quotation if not before or before.endswith("\n") else f"\n{quotation}")

    def extras(self) -> list[Choice]:
        """What the finish menu offers besides."""
        return []

    async def extra(self, chosen: str) -> None:
        """Do one of `extras`; raises BbsError."""

    # Life

    async def open(self) -> None:
        if self.actor.is_guest:
            raise Forbidden("guest.join")
        beginning = await self.prepare()
        self.check()
        draft = await self._found()
        body = Body(
            beginning if draft is None else draft.body,
            changed=self.drafting.changed,
            above=self._to_title,
            ambiguous=self.stage.ambiguous,
        )
        body.position = len(body.text)
        self.body = body
        if self.title_field is not None:
            self.title_field.changed = self.drafting.changed
        if draft is not None:
            self._take(draft)
        self.drafting.begin(self.route, draft, self.stage.spawn)
        self._focus(self.title_field if self.title_field is not None and not self.title_field.text else body)

    async def _found(self) -> Draft | None:
        """The draft to go on with: the one wanted as long as it is there, else the one of the route."""
        drafts = self.forum.drafts
        if self.wanted is not None:
            try:
                return await drafts.find(self.actor, self.wanted)
            except NotFound:
                pass
        return await drafts.get(self.actor, self.route)

    def _take(self, draft: Draft) -> None:
        """Go on with what was being written."""
        self.body.position = draft.caret
        self.plan = draft.poll
        if self.title_field is not None:
            self.title_field.text = draft.title
        self.stage.say(self.tr("compose.found_draft", when=self.visit.moment(draft.saved_at)), "message.good")

    def close(self) -> None:
        super().close()
        self.drafting.stop()

    def draft(self) -> None:
        self.drafting.keep()

    def _look(self) -> tuple[Written, int]:
        title = self.title_field.text if self.title_field is not None else ""
        return Written(title, self.body.text, self.plan), self.body.position

    @property
    def draft_id(self) -> str:
        """Travels with what is sent, so that sending twice makes one post."""
        return self.drafting.id

    # As whom

    @property
    def appointment(self) -> Appointment | None:
        """The appointment under which it will appear, None for a pen name."""
        if not access.allowed(self.actor, access.Verb.POST_OFFICIAL, place=self.board):
            return None
        return self.actor.appointment_for(self.board.offices)

    @property
    def out_of_office(self) -> bool:
        """Whether an officer writes who holds no office any more: nothing of theirs can be sent."""
        return self.actor.kind is AccountKind.OFFICER and not self.actor.appointments

    @property
    def prepares(self) -> Appointment | None:
        """For whom this is prepared, by a liaison who still is one."""
        return self.prepared_for if self.actor.appointment is None and self.actor.appointments else None

    def _standing(self) -> tuple[str, Appointment | None, str, str]:
        """Who will read it, the appointment, the message id of what is said where there is none, and a name for it."""
        if self.out_of_office:
            return "", None, "compose.out_of_office", ""
        if (officer := self.prepares) is not None:
            return "", None, "compose.prepares", officer.real_name
        return self.reach(), self.appointment, self.pen_name, self.actor.name

    async def hand_over(self) -> Post | None:
        """Give what is written to the officer it is for, which makes no post; raises as `Handover.give`."""
        title = None if self.title_field is None else self.title_field.text
        given = self.forum.handover.give
        await given(self.actor, self.board, self.route, title=title, body=self.body.text, mine=self.draft_id)
        return None

    # Drawing

    def draw(self, columns: int, rows: int) -> Frame:
        field = self.title_field
        return self._face.draw(
            Said(self.heading, self.drafting.said(), *self._standing()),
            None if field is None else (self.tr(self.title_label), field),
            self.body,
            active=self.editor,
            hint=self.hint(),
            size=(columns, rows),
            ambiguous=self.stage.ambiguous,
        )

    def hints(self) -> Sequence[Hint]:
        return _TITLE_HINTS if self.context == "form" else _HINTS

    # Keys

    def act(self, action: str, data: str) -> Answer:
        if action == "finish":
            return self._finish()
        if action in ("form.next", "form.accept", "form.down"):
            self._focus(self.body)
            return True
        if action == "form.cancel":
            return self._finish()
        if action == "editor_find":
            return self._find()
        return super().act(action, data)

    def _focus(self, editor: Field | Editor) -> None:
        self.editor = editor
        self.context = "form" if editor is self.title_field else "editor"

    def _to_title(self) -> bool:
        if self.title_field is None:
            return False
        self._focus(self.title_field)
        return True

    async def _find(self) -> None:
        word = await self.stage.ask(self.tr("reader.find"))
        if word and not self.body.find(word):
            self.stage.say(self.tr("find.nothing", query=word), "message.warn")

    # The finish menu

    async def _finish(self) -> None:
        tr = self.tr
        to_title = [] if self.title_field is None else [Choice("t", tr("compose.to_title"))]
        choices = [
            Choice("s", tr(self.send_label if self.prepares is None else "compose.hand_over")),
            Choice("p", tr("compose.preview")),
            *to_title,
            *self.extras(),
            Choice("d", tr("compose.keep")),
            Choice("a", tr("compose.abandon")),
            Choice("c", tr("compose.continue")),
        ]
        chosen = await self.stage.choose(self._question(), choices, default="s")
        if chosen == "s":
            await self._send()
        elif chosen == "p":
            await self._preview()
        elif chosen == "t":
            self._to_title()
        elif chosen == "d":
            await self._keep()
        elif chosen == "a":
            await self._abandon()
        elif chosen is not None and chosen != "c":
            await self.extra(chosen)

    def _question(self) -> str:
        held = self.appointment
        if self.out_of_office:
            return self.tr("compose.out_of_office")
        if (officer := self.prepares) is not None:
            return self.tr("compose.finish_prepares", name=officer.real_name, where=self.where)
        if held is None:
            return self.tr(self.finish_label, name=self.actor.name, where=self.where)
        title = self.visit.named(held.title_zh, held.title_en)
        return self.tr(f"{self.finish_label}_official", name=held.real_name, title=title, where=self.where)

    async def _send(self) -> None:
        self.drafting.stop()
        officer = self.prepares
        try:
            if self.out_of_office:
                raise Forbidden("appointment.over")
            async with self.drafting.sending():
                self.check()
                post = await self.send() if officer is None else await self.hand_over()
                self.drafting.ended = True
        except BbsError as error:
            if error.code == "draft.sent":
                await self.drafting.renew()
            self.drafting.save_soon()
            await self.refused(error)
            self.stage.say(self._why(error), "message.bad")
            return
        except BaseException:
            self.drafting.save_soon()
            raise
        self.visit.changes += 1
        if officer is not None:
            await self.stage.pop()
            self.stage.say(self.tr("compose.handed_over", name=officer.real_name), "message.good")
            return
        if post is None:
            await self.delivered()
            return
        self.visit.posted = post
        await self.arrived(post)
        self.visit.posted = None
        self.stage.say(self.tr(self.said, post=post.id), "message.good")

    def _why(self, error: BbsError) -> str:
        """Why it was not sent, and that the text is kept, where there is room for both."""
        both = self.tr("compose.not_sent", why=error)
        return both if width(both, self.stage.ambiguous) < self.stage.width else self.tr.error(error)

    async def _preview(self) -> None:
        lines: tuple[Line, ...] = ()
        if self.title_field is not None and self.title_field.text.strip():
            lines = ((Span(self.title_field.text.strip(), "md.heading"),),)
        body = self.whole() or self.tr("compose.nothing")
        title = self.tr("compose.preview_title")
        text = Text(body, lines, self._preview_head())
        await self.stage.push(LeafScreen(self.visit, self.route, title, text))

    def _preview_head(self) -> Head:
        held = self.appointment
        if held is not None:
            return official_head(self.visit, held.real_name, self.visit.named(held.title_zh, held.title_en), "", ())
        return Head((Span(self.actor.name, "floor.author"),))

    async def _keep(self) -> None:
        """Save what is written and leave it for later."""
        if self.drafting.is_empty:
            await self._leave("compose.nothing_kept")
            return
        name = await self.stage.ask(self.tr("compose.name_it"), self.drafting.name, limit=NAME_LIMIT)
        if name is None:
            return
        await self.drafting.save_as(name.strip())
        await self._leave("compose.kept_named" if name.strip() else "compose.kept", name=name.strip())

    async def _abandon(self) -> None:
        if not self.drafting.is_empty and not await self.stage.confirm(self.tr("compose.abandon_ask")):
            return
        await self.drafting.drop()
        await self._leave("compose.abandoned")

    async def _leave(self, said: str, **facts: str) -> None:
        self.drafting.stop()
        self.visit.changes += 1  # home tells of drafts
        await self.stage.pop()
        self.stage.say(self.tr(said, **facts), "message.good")


_HINTS: Final = (
    Hint("finish", "hint.finish"),
    Hint("editor_find", "hint.find"),
    Hint("redraw", "key.redraw"),
)
_TITLE_HINTS: Final = (
    Hint("form.next", "hint.to_text"),
    Hint("finish", "hint.finish"),
)
