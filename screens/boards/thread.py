"""A thread, read as one flow of floors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bbs.forum import access
from bbs.forum.cases.table import Act
from bbs.forum.forum import Event
from bbs.forum.posts.posts import Post, ReadState
from bbs.forum.writing.moving import MOVED
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.reader import Head, Reader
from bbs.terminal.source import Direction
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.wrap import wrap_line
from screens.boards.library import from_reader
from screens.boards.poll import poll_of
from screens.boards.postacts import POST_ACTS, PostActs
from screens.cases.acts import CaseActs
from screens.cases.words import badge
from screens.parts.floors import Floors, text_of
from screens.parts.keeping import dimmed, mute, toggle_follow
from screens.parts.onward import next_unread
from screens.people.notified import saw_floors
from screens.visit import Screen, Visit
from screens.writing.copying import origin

_EVENTS: Final = (
    *("post.new", "post.changed", "post.signed", "thread.changed", MOVED),
    *("case.changed", "push.new", "push.gone"),
)


class ThreadScreen(Screen):
    """Opens where reading stopped, marks what was on the screen as read, tells of floors that come meanwhile."""

    context = "reader"

    def __init__(self, visit: Visit, number: int, floor: int | None = None) -> None:
        super().__init__(visit)
        self.number = number
        self._wanted = floor
        self._marked = 0
        self._counted = False
        self._stale = False
        self._status: tuple[object, Row] | None = None
        self._routed = 0
        self.route = f"/t/{number}" if floor is None else f"/t/{number}#{floor}"

    async def open(self) -> None:
        self._floors = floors = Floors(self.visit, lambda: self.stage.ambiguous)
        self._quiet = (await self.forum.attention.heed(self.actor)).muted_names
        self.reader: Reader[Post] = Reader(
            fetch=self._fetch,
            body=lambda post, cells: self._dimmed(post, self._body(post, cells)),
            head=lambda post: self._dim_head(post, floors.head(post)),
            text=text_of,
            on_end=self._at_end,
            below=lambda count: self.tr.plural("reader.below", count),
            spawn=self.stage.spawn,
            redraw=self.stage.redraw,
            ambiguous=self.stage.ambiguous,
        )
        self._acts = CaseActs(self, self._freshen)
        self.listen(_EVENTS, self._heard)
        await self._begin()
        self.visit.thread = self.number
        if self._wanted is not None and self._wanted > self.thread.last_floor:
            self.stage.say(self.tr("floor.not_found", floor=self._wanted), "message.warn")

    async def _begin(self) -> None:
        """Read all that the first screen shows, at once."""
        signed = self._floors.signed
        found = await self.forum.openings.thread(
            self.actor, self.number, self._wanted, self.reader.wanted, signatures=signed
        )
        self.board, self.thread, self._poll, self._floors.case = found.board, found.thread, found.poll, found.case
        self.title = self.thread.title
        posts = [*found.above, *found.below]
        if signed:
            self._floors.take_signatures(posts, found.signatures)
        await self._floors.learn_standings(posts, {self.number: self.thread.title})
        self._origin = await origin(self, self.thread)
        self.reader.last_floor = self.thread.last_floor
        self.reader.show(found.floor, found.above, found.below)
        if self._stale:
            await self._freshen()

    def _body(self, post: Post, cells: int) -> Sequence[Line]:
        """A floor's text; above that of a copy, where it comes from."""
        text = self._floors.body(post, cells)
        if not self._origin or post.floor > 1:
            return text
        return [*wrap_line(self._origin, cells, self.stage.ambiguous), (), *text]

    async def _fetch_beside(self) -> None:
        """What stands beside the floors: whether there is a poll, and how the case stands."""
        self._poll = await self.forum.polls.exists(self.number)
        case = await self.forum.cases.of_thread(self.actor, self.number) if self.board.tracked else None
        if case != self._floors.case:
            self._floors.case = case
            self.reader.invalidate()

    def _mutes(self, post: Post) -> bool:
        return post.official is None and (post.author in self._quiet or post.author in self.visit.blocked)

    def _dimmed(self, post: Post, lines: Sequence[Line]) -> Sequence[Line]:
        return dimmed(lines) if self._mutes(post) else lines

    def _dim_head(self, post: Post, head: Head) -> Head:
        if not self._mutes(post):
            return head
        (left,) = dimmed([(*head.left, Span(f"  [{self.tr('mute.mark')}]"))])
        return replace(head, left=left)

    async def _mute(self) -> None:
        post = self.reader.current
        author = post.author if post is not None and post.official is None else None
        if await mute(self, self.thread, author):
            self._quiet = (await self.forum.attention.heed(self.actor)).muted_names
            _, self.thread = await self.forum.threads.get(self.actor, self.number)
            self.reader.invalidate()

    async def _fetch(self, floor: int | None, direction: Direction, limit: int) -> Sequence[Post]:
        up = direction == "before"
        start = floor or (_BEYOND if up else 1)
        posts = await self.forum.threads.posts(self.actor, self.number, floor=start, limit=limit, up=up)
        await self._floors.learn_signatures(posts)
        await self._floors.learn_standings(posts, {self.number: self.thread.title})
        return posts

    async def resume(self) -> None:
        posted = self.visit.posted
        if posted is not None and posted.thread == self.number:
            self.visit.posted = None
            await self._freshen()
            await self.reader.go_to(posted.floor)
        elif self._stale:
            await self._freshen()
        self.visit.thread = self.number

    async def _freshen(self) -> None:
        self._stale = False
        await self._fetch_beside()
        self.board, self.thread = await self.forum.threads.get(self.actor, self.number)
        self.title = self.thread.title
        self.reader.last_floor = self.thread.last_floor
        await self.reader.refresh()

    def _heard(self, event: Event) -> None:
        if event.payload.get("thread") != self.number:
            return
        floor = event.payload.get("floor")
        if self.reader.last_floor is None:
            self._stale = True  # it is being opened: whether what was read knows of this is not known
        elif event.kind == "post.signed":
            if isinstance(floor, int):
                self.stage.spawn(self._signed(floor))
        elif event.kind != "post.new":
            self._stale = True
            if self.in_sight:
                self.stage.spawn(self._moved() if event.kind == MOVED else self._freshen())
        elif isinstance(floor, int) and floor > (self.reader.last_floor or 0):
            self.reader.note_new(floor - (self.reader.last_floor or 0))
            self.stage.redraw()

    async def _moved(self) -> None:
        """It is in another board now: whoever reads it sees where."""
        await self._freshen()
        board = self.visit.named(self.board.zh, self.board.en)
        self.stage.say(self.tr("reader.moved", board=board), "message.warn")

    async def _signed(self, floor: int) -> None:
        """A floor has got its signature: its bar says so."""
        posts = await self.forum.threads.posts(self.actor, self.number, floor=floor, limit=1)
        await self._floors.learn_standings(posts, {self.number: self.thread.title})
        self.reader.invalidate()
        self.stage.redraw()

    # Drawing

    def draw(self, width: int, height: int) -> Frame:
        reader = self.reader
        reader.ambiguous = self.stage.ambiguous
        tall = height > 6
        frame = reader.draw(width, height - 1 if tall else height)
        if reader.floor != self._routed:
            self._routed = reader.floor
            self.route = f"/t/{self.number}#{reader.floor}"
        if reader.seen_floor > self._marked:
            self._marked = reader.seen_floor
            self.stage.spawn(self._mark(reader.seen_floor))
        if not tall:
            return frame
        return frame.above([self._status_row()], height)

    def _status_row(self) -> Row:
        reader = self.reader
        case, hour = self._floors.case, self.forum.clock.now().hour
        shown = (self.thread.locked, self.tr.lang, self._poll, self.board, case, hour)
        said = (reader.floor, reader.last_floor, reader.percent, shown)
        if self._status is None or self._status[0] != said:
            last, percent = reader.last_floor or 0, reader.percent or 0
            words = self.tr("reader.place", floor=reader.floor, last=last, percent=percent)
            board = self.visit.named(self.board.zh, self.board.en)
            spans = [Span(f" {words}   {board}", "hint")]
            if case is not None and not self.actor.is_guest:
                spans.append(badge(self.visit, case.state, case.answer_by if case.waiting else None, case.rating))
            if self._poll:
                spans.append(Span(f"   [{self.tr('reader.poll')}]", "badge"))
            if self.thread.locked:
                spans.append(Span(f"   [{self.tr('threads.locked')}]", "mark.locked"))
            if self.actor.is_guest:
                spans.append(Span(f"   {self.tr('guest.reads')}", "hint"))
            self._status = (said, Row(spans))
        return self._status[1]

    async def _mark(self, floor: int) -> None:
        """Keep how far the thread was read; what was read to its end has shown its changes too."""
        await saw_floors(self.visit, self.number, floor)
        if self.actor.is_guest or (self.thread.state is ReadState.READ and floor <= self.thread.read_floor):
            return
        self.visit.read_on(self.number)
        if self.thread.state is ReadState.UNREAD and floor >= self.thread.last_floor and not self._counted:
            self._counted = True
            self.visit.unread = max(0, self.visit.unread - 1)
            self.stage.redraw()
        await self.forum.reading.read(self.actor, self.number, floor, change=self.thread.change)

    def hints(self) -> Sequence[Hint]:
        if self.actor.is_guest:
            return _GUEST_HINTS
        case = self._floors.case
        if case is None or not (case.mine or case.staff):
            return _HINTS
        return (_HINTS[0], Hint("case", "hint.rate" if case.mine else "hint.case"), *_HINTS[1:])

    # Keys

    def act(self, action: str, data: str) -> Answer:
        if action == "find":
            return self._find()
        if action == "unread_next":
            return self._onward()
        if action == "reply":
            return self._reply()
        if action == "favourite":
            return toggle_follow(self, self.thread)
        if action == "mute":
            return self._mute()
        if action == "library":
            return from_reader(self, self.board, self.thread, self.reader.current)
        if action == "details":
            return self.stage.go(f"/t/{self.number}/details#{self.reader.floor or 1}")
        if action == "case":
            return self._acts.of_thread(self.number)
        if action == "vote":
            return poll_of(self, self.thread)
        if action in POST_ACTS and self.reader.current is not None:
            return PostActs(self, self._freshen).act(action, self.board, self.thread, self.reader.current)
        answer = self.reader.act(action, data)
        return super().act(action, data) if answer is False else answer

    def author(self) -> str:
        """Who wrote the floor on the screen."""
        return self.reader.current.author if self.reader.current is not None else ""

    def _at_end(self) -> Answer:
        return self._onward()

    async def _onward(self) -> None:
        """Read the next unread thread in place of this one."""
        found = await next_unread(self.visit, self.thread)
        if found is None:
            self.stage.say(self.tr("unread.none"))
            return
        await self.stage.replace(ThreadScreen(self.visit, found.id))

    async def _find(self) -> None:
        query = await self.stage.ask(self.tr("reader.find"), self.reader.query)
        if query is not None:
            await self.reader.find(query)

    async def _reply(self) -> None:
        if self.actor.is_guest:
            self.stage.say(self.tr("guest.join"), "message.warn")
            return
        if not self.actor.prepares_for(self.board.offices):  # the composer says for whom
            access.require(self.actor, access.Verb.THREAD_REPLY, place=self.board)
        if self.thread.locked:
            self.stage.say(self.tr("reader.locked"), "message.warn")
            return
        case = self._floors.case
        if case is not None and case.staff and case.waiting:
            await self._acts.do(Act.ANSWER, case.id)  # whoever speaks for the office that owes an answer gives it
            return
        current = self.reader.current
        mark = f"#{current.floor}" if current is not None else ""
        await self.stage.go(f"/t/{self.number}/reply{mark}")


_BEYOND: Final = 2**31 - 1
"""A floor higher than any."""
_HINTS: Final = (
    Hint("reply", "hint.reply"),
    Hint("push", "hint.push"),
    Hint("page_or_next", "hint.page"),
    Hint("unread_next", "hint.next_unread"),
    Hint("thread_next", "hint.floor"),
    Hint("favourite", "hint.follow"),
    Hint("find", "hint.find"),
    Hint("details", "key.details"),
    Hint("leave", "key.leave"),
)
_GUEST_HINTS: Final = (
    Hint("page_or_next", "hint.page"),
    Hint("thread_next", "hint.floor"),
    Hint("find", "hint.find"),
    Hint("details", "key.details"),
    Hint("leave", "key.leave"),
)
