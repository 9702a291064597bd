"""The composer: says as whom, to whom and where; the draft saves itself, and what cannot be sent is kept."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Final

from bbs.errors import Conflict, Forbidden
from bbs.forum import access
from bbs.forum.actor import Appointment
from bbs.forum.drafts import Draft
from bbs.forum.places import Board
from bbs.forum.posts import BODY_LIMIT, Post
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.editor import Editor, Field
from bbs.terminal.reader import Head
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Line, Span
from bbs.text.width import clip, width
from screens.floors import official_head
from screens.leaf import LeafScreen, Text
from screens.visit import Screen, Visit

SAVE_AFTER: Final = 3.0
"""Seconds from a change to its draft on disk."""


class Body(Editor):
    """The editor of the text; `above()` is called when the caret would leave it at the top."""

    def __init__(self, text: str, *, changed: Callable[[], None], above: Callable[[], bool], ambiguous: int) -> None:
        super().__init__(text, limit=BODY_LIMIT, changed=changed, ambiguous=ambiguous)
        self._above = above

    def perform(self, action: str) -> bool:
        """Do an editing action; up on the first row goes to the field above, if there is one."""
        return super().perform(action) or (action == "edit.up" and self._above())


class Composer(Screen):
    """What new threads and replies have in common; a subclass says where it goes and sends it."""

    context = "editor"
    editor: Field | Editor
    title_label = "compose.title_label"
    send_label = "compose.send"
    pen_name = "compose.as_pen_name"
    said = "compose.posted"
    """Message id of what is said when it is done."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.draft_id = secrets.token_hex(8)
        self.heading = ""
        self.where = ""
        self.title_field: Field | None = None
        self._initial = ("", "")
        self._saved = ("", "")
        self._saved_at = ""
        self._timer: asyncio.TimerHandle | None = None
        self._sent = False
        self._lock = asyncio.Lock()
        self._heads: tuple[object, list[Row]] | None = None
        self._foot: tuple[object, Row] | None = None

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

    async def delivered(self) -> None:
        """Leave after sending something that is not a post."""

    def reach(self) -> str:
        """Who will be able to read it, in words."""
        return self.tr(f"compose.reach_{self.board.read}", board=self.visit.named(self.board.zh, self.board.en))

    board: Board

    # Life

    async def open(self) -> None:
        if self.actor.is_guest:
            raise Forbidden("guest.join")
        beginning = await self.prepare()
        self.check()
        draft = await self.forum.drafts.get(self.actor, self.route)
        body = Body(
            beginning if draft is None else draft.body,
            changed=self._changed,
            above=self._to_title,
            ambiguous=self.stage.ambiguous,
        )
        body.position = len(body.text)
        self.body = body
        if self.title_field is not None:
            self.title_field.changed = self._changed
        if draft is not None:
            self._take(draft)
        self._initial = ("", "") if draft is not None else self._written
        self._saved = self._written
        self._focus(self.title_field if self.title_field is not None and not self.title_field.text else body)

    def _take(self, draft: Draft) -> None:
        """Go on with what was being written."""
        self.draft_id = draft.id
        self.body.position = draft.caret
        if self.title_field is not None:
            self.title_field.text = draft.title
        self._saved_at = self.visit.stamp(draft.saved_at)
        self.stage.say(self.tr("compose.found_draft", when=self.visit.moment(draft.saved_at)), "message.good")

    def close(self) -> None:
        super().close()
        self._stop()

    def draft(self) -> None:
        self._stop()
        if self._worth_saving:
            self.visit.keep(self._save())

    # Saving

    @property
    def _written(self) -> tuple[str, str]:
        return (self.title_field.text if self.title_field is not None else "", self.body.text)

    @property
    def _worth_saving(self) -> bool:
        return not self._sent and self._written not in (self._saved, self._initial)

    @property
    def _is_empty(self) -> bool:
        """Whether nothing was written that would be missed."""
        written = self._written
        return written == self._initial or not any(part.strip() for part in written)

    def _changed(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SAVE_AFTER, self._save_soon)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _save_soon(self) -> None:
        self._timer = None
        if self._worth_saving:
            self.stage.spawn(self._save())

    async def _save(self) -> None:
        async with self._lock:
            if self._sent:
                return
            written = self._written
            title, body = written
            place = min(self.body.position, len(body))
            saved = await self.forum.drafts.save(
                self.actor, self.route, id=self.draft_id, title=title, body=body, caret=place
            )
        self._saved = written
        local = saved.saved_at.astimezone(self.visit.zone)
        self._saved_at = f"{local:%H:%M:%S}"

    # As whom

    @property
    def appointment(self) -> Appointment | None:
        """The appointment under which it will appear, None for a pen name."""
        if not access.allowed(self.actor, access.Verb.POST_OFFICIAL, place=self.board):
            return None
        return self.actor.appointment_for(self.board.offices)

    def _as_whom(self) -> tuple[Line, str]:
        """The line that says under which name this will stand, and its row's style."""
        held = self.appointment
        tr = self.tr
        reach = self.reach()
        if held is None:
            who = tr(self.pen_name, name=self.actor.name)
            return (Span(f" {who}", "floor.author"), Span(f"   {reach}", "floor")), "floor"
        title = self.visit.named(held.title_zh, held.title_en)
        who = tr("compose.as_officer", name=held.real_name, title=title)
        return (Span(f" [{tr('official.mark')}] {who}", "official.name"), Span(f"   {reach}", "official")), "official"

    # Drawing

    def draw(self, columns: int, rows: int) -> Frame:
        heads = self._head_rows(columns)
        frame_rows = list(heads)
        caret = (0, 0)
        if self.title_field is not None:
            row, caret = self._title_row(columns, len(frame_rows))
            frame_rows.append(row)
        room = max(1, rows - len(frame_rows) - (1 if rows > 8 else 0))
        self.body.ambiguous = self.stage.ambiguous
        text = self.body.draw(columns, room)
        if self.editor is self.body and text.cursor is not None:
            caret = (text.cursor[0], text.cursor[1] + len(frame_rows))
        frame_rows += text.rows
        if rows > 8:
            frame_rows += [_BLANK] * (rows - 1 - len(frame_rows))
            frame_rows.append(self._foot_row(columns))
        return Frame(frame_rows, caret, caret=True)

    def _head_rows(self, columns: int) -> list[Row]:
        said = (columns, self.heading, self._saved_at, self.actor, self.tr.lang)
        if self._heads is None or self._heads[0] != said:
            ambiguous = self.stage.ambiguous
            saved = self.tr("compose.saved", when=self._saved_at) if self._saved_at else ""
            room = columns - width(saved, ambiguous) - 3
            heading = clip(self.heading, room, ambiguous, "..")
            gap = columns - 2 - width(heading, ambiguous) - width(saved, ambiguous)
            first = (Span(f" {heading}", "panel.title"), Span(" " * max(1, gap), "panel"), Span(saved, "panel"))
            line, style = self._as_whom()
            self._heads = (said, [Row(first, "panel"), Row(line, style)])
        return self._heads[1]

    def _title_row(self, columns: int, place: int) -> tuple[Row, tuple[int, int]]:
        field = self.title_field
        if field is None:
            return _BLANK, (0, place)
        label = f" {self.tr(self.title_label)} "
        begins = width(label, self.stage.ambiguous)
        style = "field.active" if self.editor is field else "field"
        row, caret = field.row(max(4, columns - begins), style)
        return Row((Span(label, "field.label"), *row.spans)), (begins + caret, place)

    def _foot_row(self, columns: int) -> Row:
        length = len(self.body.text)
        said = (columns, length, self.tr.lang)
        if self._foot is None or self._foot[0] != said:
            count = f"{length}/{BODY_LIMIT}"
            hint = clip(self.tr("compose.markdown"), columns - len(count) - 3, self.stage.ambiguous)
            gap = columns - 2 - width(hint, self.stage.ambiguous) - len(count)
            style = "field.error" if length >= BODY_LIMIT else "count"
            self._foot = (said, Row((Span(f" {hint}", "hint"), Span(" " * max(1, gap)), Span(count, style))))
        return self._foot[1]

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

    async def _finish(self) -> None:
        tr = self.tr
        choices = [
            Choice("s", tr(self.send_label)),
            Choice("p", tr("compose.preview")),
            Choice("d", tr("compose.keep")),
            Choice("a", tr("compose.abandon")),
            Choice("c", tr("compose.continue")),
        ]
        if self.title_field is not None:
            choices.insert(2, Choice("t", tr("compose.to_title")))
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

    def _question(self) -> str:
        held = self.appointment
        if held is None:
            return self.tr("compose.finish", name=self.actor.name, where=self.where)
        title = self.visit.named(held.title_zh, held.title_en)
        return self.tr("compose.finish_official", name=held.real_name, title=title, where=self.where)

    async def _send(self) -> None:
        self._stop()
        try:
            async with self._lock:  # a draft that is being saved must not come back after its post
                post = await self.send()
                self._sent = True
        except BaseException:
            if self._worth_saving:
                self._save_soon()
            raise
        self.visit.changes += 1
        if post is None:
            await self.delivered()
            return
        self.visit.posted = post
        await self.arrived(post)
        self.visit.posted = None
        self.stage.say(self.tr(self.said, post=post.id), "message.good")

    async def arrived(self, post: Post) -> None:
        """Show what was posted in its thread."""
        await self.stage.replace(self.visit.view_at(post.route))

    async def _preview(self) -> None:
        head = self._preview_head()
        lines: tuple[Line, ...] = ()
        if self.title_field is not None and self.title_field.text.strip():
            lines = ((Span(self.title_field.text.strip(), "md.heading"),),)
        body = self.body.text or self.tr("compose.nothing")
        title = self.tr("compose.preview_title")
        await self.stage.push(LeafScreen(self.visit, self.route, title, Text(body, lines, head)))

    def _preview_head(self) -> Head:
        held = self.appointment
        if held is not None:
            return official_head(self.visit, held.real_name, self.visit.named(held.title_zh, held.title_en), "", ())
        return Head((Span(self.actor.name, "floor.author"),))

    async def _keep(self) -> None:
        """Save what is written and leave it for later."""
        if self._is_empty:
            await self._leave("compose.nothing_kept")
            return
        if self._worth_saving or not self._saved_at:
            await self._save()
        await self._leave("compose.kept")

    async def _abandon(self) -> None:
        if not self._is_empty and not await self.stage.confirm(self.tr("compose.abandon_ask")):
            return
        self._stop()
        async with self._lock:
            await self.forum.drafts.drop(self.actor, self.draft_id)
            self._sent = True
        await self._leave("compose.abandoned")

    async def _leave(self, said: str) -> None:
        self._stop()
        await self.stage.pop()
        self.stage.say(self.tr(said), "message.good")


_BLANK: Final = Row()
_HINTS: Final = (
    Hint("finish", "hint.finish"),
    Hint("editor_find", "hint.find"),
    Hint("redraw", "key.redraw"),
)
_TITLE_HINTS: Final = (
    Hint("form.next", "hint.to_text"),
    Hint("finish", "hint.finish"),
)
