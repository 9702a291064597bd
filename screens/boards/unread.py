"""Everything unread over all boards, in the order of the boards."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from bbs.forum.forum import Event
from bbs.forum.posts.posts import Thread
from bbs.terminal.canvas import Frame
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.view import Answer, Hint
from screens.boards.threadrows import ThreadRows
from screens.cases.acts import CaseActs
from screens.parts.hints import that_work
from screens.parts.keeping import mute, toggle_favourite
from screens.parts.marking import Marking
from screens.parts.onward import UNREAD_MOST, unread_threads
from screens.parts.sieve import Sieve
from screens.parts.threadlist import key
from screens.visit import Screen, Visit

_EVENTS: Final = ("post.new", "thread.new")


class UnreadScreen(Screen):
    """`/new`: what is unread, to be read from top to bottom."""

    route = "/new"
    context = "list"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.title = visit.tr("unread.title")
        self._changes = visit.changes
        self._stale = False
        self._names: dict[str, str] = {}
        self._marking = Marking(self)
        self._sieve: Sieve[Thread] = Sieve(
            self, lambda: self.box, key=key, text=lambda one: one.title, author=lambda one: one.author, again=self._load
        )

    async def open(self) -> None:
        self._rows = ThreadRows(
            self.visit, ambiguous=self.stage.ambiguous, place=lambda thread: self._names[thread.board]
        )
        self.box: ListBox[Thread] = ListBox(
            key=key,
            render=self._rows.cells.render,
            headings=lambda width: [*self._sieve.rows(), self._rows.heading(width)],
            on_open=lambda thread: self.stage.go(thread.route),
            spawn=self.stage.spawn,
            redraw=self.stage.redraw,
            ambiguous=self.stage.ambiguous,
        )
        self.listen(_EVENTS, self._heard)
        await self._load()

    async def resume(self) -> None:
        self.title = self.tr("unread.title")
        self.box.ambiguous = self._rows.cells.ambiguous = self.stage.ambiguous
        self.box.invalidate()
        if self._stale or self._changes != self.visit.changes:
            await self._load()

    def _heard(self, event: Event) -> None:
        self._stale = True

    async def _load(self, wanted: Hashable | None = None) -> None:
        """Fetch the list; a thread that was read goes, and the selection stays where it was."""
        self._stale, self._changes = False, self.visit.changes
        boards = await self.forum.boards.readable(self.actor)
        self._names = {board.slug: self.visit.named(board.zh, board.en) for board in boards.values()}
        old = [thread.id for thread in self.box.items]
        place = old.index(self.box.selected.id) if self.box.selected is not None else 0
        threads = self._sieve.of(await unread_threads(self.visit))
        self.box.empty = self._sieve.empty(self.tr("guest.no_marks" if self.actor.is_guest else "unread.empty"))
        left = {thread.id for thread in threads}
        keep = next((one for one in [*old[place:], *reversed(old[:place])] if one in left), None)
        await self.box.load(static(threads, key=key), keep if wanted is None or wanted not in left else wanted)
        if len(threads) >= UNREAD_MOST:
            self.stage.say(self.tr("unread.most", most=UNREAD_MOST))

    def draw(self, width: int, height: int) -> Frame:
        return self.box.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        thread = self.box.selected
        if action == "unread_next":
            if thread is None:
                self.stage.say(self.tr("unread.none"))
                return True
            return self.stage.go(thread.route)
        if action == "mark_read" and thread is not None:
            return self._mark(thread)
        if action == "undo":
            return self._undo()
        if action == "favourite" and thread is not None:
            return toggle_favourite(self, thread)
        if action == "mute" and thread is not None:
            return self._mute(thread)
        if action == "reply" and thread is not None:
            return self.stage.go(f"{thread.route}/reply")
        if action == "case" and thread is not None:
            return CaseActs(self, self._load).of_thread(thread.id)
        if action == "details" and thread is not None:
            return self.stage.go(f"{thread.route}/details")
        answer = self._sieve.act(action, thread)
        answer = self.box.act(action, data) if answer is False else answer
        return super().act(action, data) if answer is False else answer

    def author(self) -> str:
        """Who opened the selected thread."""
        return self.box.selected.author if self.box.selected is not None else ""

    async def _mark(self, thread: Thread) -> None:
        said = await self._marking.thread(thread)
        self._changes = self.visit.changes
        self.box.remove(thread.id)
        self.stage.say(said, "message.good")

    async def _undo(self) -> None:
        said = await self._marking.undo(None)
        if said:
            await self._load()
            self.stage.say(said, "message.good")

    async def _mute(self, thread: Thread) -> None:
        if await mute(self, thread, None if thread.official_office else thread.author):
            await self._load()

    def hints(self) -> Sequence[Hint]:
        return that_work(_HINTS, self.box.selected)


_HINTS: Final = (
    Hint("enter", "hint.read"),
    Hint("unread_next", "hint.unread"),
    Hint("mark_read", "hint.mark_thread"),
    Hint("reply", "hint.reply"),
    Hint("leave", "key.leave"),
)
