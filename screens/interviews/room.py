"""`/live/ID`: an interview as it goes: answers above, questions below, beside each other on wide screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bbs.forum import access
from bbs.forum.interviews.questions import QuestionState
from bbs.forum.interviews.rules import Question, Room, Spoken
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.panes import Panes
from bbs.terminal.reader import Head, Reader, fixed
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.width import clip
from bbs.text.wrap import wrap_line
from screens.interviews.acts import RoomActs
from screens.interviews.queue import Queue
from screens.interviews.words import asks, guest_names, state_badge, when_line
from screens.parts.floors import official_head
from screens.parts.rendered import rendered
from screens.visit import Screen, Visit

ANSWERS_SHARE: Final = 55
"""Per cent of the rows for the answers, where both parts stand one above the other."""
QUEUE_LEAST: Final = 4
"""Rows the queue gets at least."""


@dataclass(frozen=True, slots=True)
class Said:
    """A block of the upper part: an answer, or (without one) what the interview is about. Floors count from 1."""

    id: object
    floor: int
    spoken: Spoken | None = None
    about: str = ""


class RoomScreen(Screen):
    """Watches one interview. Tab goes from the queue to the answers and back; nothing that comes moves the place."""

    def __init__(self, visit: Visit, number: int) -> None:
        super().__init__(visit)
        self.number = number
        self.route = f"/live/{number}"
        self.context = "list"
        self._blocks: list[Said] = []
        self._shown: Room | None = None
        self._voted: frozenset[int] = frozenset()
        self._status: tuple[object, Row] | None = None
        self._rights: tuple[object, tuple[bool, bool, bool]] | None = None
        self._acts = RoomActs(self)

    async def open(self) -> None:
        self.board, watch = await self.forum.interviews.watch(self.actor, self.number, self._told)
        self.at_close(watch.close)
        self.watch = watch
        self._voted = await self.forum.interviews.votes(self.actor, self.number)
        self.reader: Reader[Said] = Reader(
            fetch=fixed(self._blocks),
            body=self._body,
            head=self._head,
            text=lambda block: block.spoken.body if block.spoken else block.about,
            below=lambda count: self.tr.plural("live.below", count),
            spawn=self.stage.spawn,
            redraw=self.stage.redraw,
            ambiguous=self.stage.ambiguous,
        )
        self.queue = Queue(self.visit, self._acts.open_question, lambda: self._voted)
        self.queue.box.spawn, self.queue.box.redraw = self.stage.spawn, self.stage.redraw
        self.panes = Panes(self.reader, self.queue, ambiguous=self.stage.ambiguous)
        self.panes.focus = self.queue
        await self._show()
        await self._seen()

    async def resume(self) -> None:
        self.panes.ambiguous = self.stage.ambiguous
        self.queue.box.invalidate()
        self.reader.invalidate()
        await self.watch.fresh()
        await self._show()

    # What comes

    @property
    def room(self) -> Room:
        """The newest state."""
        return self.watch.room

    @property
    def rights(self) -> tuple[bool, bool, bool]:
        """Whether this person sorts the questions, holds the interview, and answers as a guest."""
        found = self.room.interview
        said = (self.visit.actor, found)
        if self._rights is None or self._rights[0] != said:
            rules = self.forum.interviews
            given = (self.actor, self.board, found)
            self._rights = (said, (rules.sorts(*given), rules.holds(*given), rules.answers(*given)))
        return self._rights[1]

    def _told(self, room: Room) -> None:
        if self._shown is not None and self.in_sight:
            self.stage.spawn(self._show())

    async def _show(self) -> None:
        """Take over the newest state."""
        room, before = self.room, self._shown
        if room is before:
            return
        self._shown = room
        self.title = room.interview.title
        self.queue.bare = self.tr(self._bare(room))
        await self._show_answers(room, first=before is None)
        await self.queue.show(room, sorts=self.rights[0])
        if before is not None:
            self._announce(room, before)
        self.stage.redraw()

    async def _show_answers(self, room: Room, *, first: bool) -> None:
        had = len(self._blocks) if self._blocks and self._blocks[0].spoken else 0
        fresh = len(room.answers) - had
        if fresh <= 0 and not first and room.answers:
            return
        follows = first or not had or self.reader.at_end
        self._blocks[:] = [Said(one.id, one.floor, one) for one in room.answers] or [
            Said("about", 1, about=room.interview.about)
        ]
        if follows:
            await self.reader.open(self._blocks[-1].floor)
            answer = self.reader.act("last")
            if not isinstance(answer, bool) and answer is not None:
                await answer
        else:
            self.reader.note_new(fresh)

    def _announce(self, room: Room, before: Room) -> None:
        """Say in words what concerns this person: the state, an answer to their own question, one that was left out."""
        tr, state = self.tr, room.interview.state
        if state is not before.interview.state:
            kept = room.interview.thread is not None
            self.stage.say(tr("live.told_kept" if kept else f"live.told.{state.value}"), "message.good")
            return
        mine = {one.id: one.state for one in before.questions if one.author_id == self.actor.account_id}
        for asked in room.questions:
            if mine.get(asked.id, asked.state) is asked.state:
                continue
            if asked.state in (QuestionState.ANSWERED, QuestionState.LEFT_OUT, QuestionState.TAKEN):
                self.stage.say(tr(f"live.told_mine.{asked.state.value}"), "message.good")
                self.stage.spawn(self._seen())

    async def _seen(self) -> None:
        """What the inbox tells of this interview has been seen."""
        if self.visit.notices:
            await self.forum.inbox.seen(self.actor, [self.room.interview.route])

    async def toggle_vote(self, asked: Question) -> None:
        """Vote, or take it back."""
        on = await self.forum.interviews.vote(self.actor, asked.id)
        self._voted = self._voted | {asked.id} if on else self._voted - {asked.id}
        self.queue.box.touch(asked.id)
        self.stage.say(self.tr("live.voted_here" if on else "live.unvoted_here"), "message.good")
        await self.settle()

    async def settle(self) -> None:
        """Show what was just done."""
        await self.watch.fresh()
        await self._show()

    # Drawing

    def _head(self, block: Said) -> Head | None:
        spoken = block.spoken
        if spoken is None:
            return None
        when = (Span(self.visit.stamp(spoken.created_at), "official"),)
        title = self.visit.office_title(spoken.official)
        return official_head(self.visit, spoken.official.name, title, f"#{spoken.floor} ", when)

    def _body(self, block: Said, cells: int) -> Sequence[Line]:
        ambiguous = self.stage.ambiguous
        spoken = block.spoken
        if spoken is None:
            return [*rendered(block.about, cells, ambiguous), (), *self._guests(cells)]
        lines: list[Line] = []
        if spoken.question is not None:
            lead = Span(asks(self.visit, spoken.asked_by), "floor.author")
            for number, row in enumerate(spoken.asked.split("\n")):
                line = (lead, Span(row, "quote")) if number == 0 else (Span(row, "quote"),)
                lines += wrap_line((Span("> ", "quote"), *line), cells, ambiguous)
        return [*lines, *rendered(spoken.body, cells, ambiguous), ()]

    def _guests(self, cells: int) -> list[Line]:
        """Who will answer, before anybody has."""
        rows: list[Line] = []
        for guest in self.room.interview.guests:
            held = guest.official
            words = self.tr("live.guest_line", name=held.name, title=self.visit.office_title(held))
            rows += wrap_line((Span(words, "md.strong"),), cells, self.stage.ambiguous)
        rows += wrap_line((Span(self.tr("live.host", host=self.room.interview.host), "hint"),), cells)
        return rows

    def _status_row(self, width: int) -> Row:
        found = self.room.interview
        said = (width, found, self.tr.lang, self.forum.clock.now() > found.ends_at)
        if self._status is None or self._status[0] != said:
            badge = state_badge(self.visit, found)
            words = f" {when_line(self.visit, found)}   {guest_names(self.visit, found, titles=True)}"
            room = width - len(badge.text) - 4
            self._status = (
                said,
                Row((Span(" "), badge, Span(clip(words, room, self.stage.ambiguous, ".."), "floor")), "floor"),
            )
        return self._status[1]

    def draw(self, width: int, height: int) -> Frame:
        ambiguous = self.stage.ambiguous
        self.reader.ambiguous = self.queue.ambiguous = ambiguous
        status, room = self._status_row(width), height - 1
        if self.panes.split(width) is not None:
            frame = self.panes.draw(width, room)
            rows = frame.rows
            cursor = frame.cursor
        else:
            upper = self._upper(room)
            above, below = self.reader.draw(width, upper), self.queue.draw(width, room - upper)
            rows = [*above.rows, *[_BLANK] * (upper - len(above.rows)), *below.rows]
            cursor = above.cursor
            if self.panes.focus is self.queue and below.cursor is not None:
                cursor = (below.cursor[0], below.cursor[1] + upper)
        placed = None if cursor is None else (cursor[0], cursor[1] + 1)
        return Frame([status, *rows][:height], placed)

    @staticmethod
    def _upper(room: int) -> int:
        """The rows of the answers, where both parts stand one above the other."""
        return max(1, min(room * ANSWERS_SHARE // 100, room - QUEUE_LEAST))

    def hints(self) -> Sequence[Hint]:
        return self._acts.hints()

    def _bare(self, room: Room) -> str:
        """What an empty queue says."""
        if not room.interview.is_open:
            return "live.bare_over"
        if not access.allowed(self.actor, access.Verb.LIVE_ASK, place=self.board):
            return "live.queue_empty" if room.answers else "live.bare_guest"
        return "live.bare_more" if room.answers else "live.bare"

    # Keys

    def author(self) -> str:
        """Who asked the selected question."""
        asked = self.queue.box.selected
        return asked.author if self.context == "list" and asked is not None else ""

    def act(self, action: str, data: str) -> Answer:
        if action == "tab":
            to_queue = self.panes.focus is self.reader
            self.panes.focus = self.queue if to_queue else self.reader
            self.context = "list" if to_queue else "reader"
            return True
        if action == "find" and self.context == "reader":
            return self._find()
        answer = self._acts.act(action, self.queue.box.selected)
        if answer is False:
            answer = self.panes.act(action, data)
        return super().act(action, data) if answer is False else answer

    def point(self, column: int, row: int) -> Answer:
        """A click on a question selects it, or opens it when it is; one on the answers goes over to them."""
        split = self.panes.split(self.stage.width)
        in_queue = column >= split[0] if split is not None else row > self._upper(self.stage.height - 1)
        self.panes.focus = self.queue if in_queue else self.reader
        self.context = "list" if in_queue else "reader"
        frame = self.draw(self.stage.width, self.stage.height)
        if not in_queue or frame.cursor is None:
            return True
        chosen = self.queue.box.point(row - frame.cursor[1])
        return self.act("enter", "") if chosen is None else chosen

    async def _find(self) -> None:
        query = await self.stage.ask(self.tr("reader.find"), self.reader.query)
        if query is not None:
            await self.reader.find(query)


_BLANK: Final = Row()
