"""The threads of one board."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Final

from bbs.forum import access
from bbs.forum.accounts.preferences import preference
from bbs.forum.cases.pace import BoardPace
from bbs.forum.forum import Event
from bbs.forum.posts.posts import Post, ReadState, Thread
from bbs.forum.writing.moving import MOVED
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.panes import Panes
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Line, Span
from bbs.text.width import width
from screens.boards.library import from_reader
from screens.boards.poll import poll_of
from screens.boards.postacts import POST_ACTS, PostActs
from screens.boards.threadrows import ThreadRows
from screens.cases.acts import CaseActs
from screens.cases.start import pace_words, start_route, unread_of
from screens.parts.freshening import Freshening
from screens.parts.keeping import mute, toggle_favourite
from screens.parts.marking import Marking
from screens.parts.onward import next_unread, unread_in
from screens.parts.preview import Leaf, Preview
from screens.parts.staying import at_top, reload
from screens.parts.threadlist import FILTERS_MOST, Narrowing, ThreadPages, key
from screens.visit import Screen, Visit

_EVENTS: Final = (
    *("post.new", "thread.new", "post.changed", "thread.changed", MOVED),
    *("case.changed", "push.new", "push.gone"),
)
FRESHEN_AFTER: Final = 3.0
"""Seconds from a new post to the list that shows it: many posts are shown together."""
FLOORS: Final = 10
"""Floors of a thread whose beginning is shown beside the list, where there is room."""
_AUTHOR_LIMIT: Final = 64


class BoardScreen(Screen):
    """A board's threads: pinned ones first, then newest activity; filters stack and are left one by one."""

    context = "list"

    def __init__(self, visit: Visit, slug: str) -> None:
        super().__init__(visit)
        self.slug = slug
        self.route = f"/b/{slug}"
        self._filters: list[Narrowing] = []
        self._changes = visit.changes
        self._fresh = Freshening(self, lambda: FRESHEN_AFTER, self._freshen)
        self._status: tuple[object, Row] | None = None
        self._pace: BoardPace | None = None
        self._unread = 0
        self._marking = Marking(self)

    async def open(self) -> None:
        self.board = await self.forum.boards.get(self.actor, self.slug)
        self.title = self.visit.both(self.board.zh, self.board.en)
        stage = self.stage
        self._rows = ThreadRows(self.visit, ambiguous=stage.ambiguous)
        self.box: ListBox[Thread] = ListBox(
            key=key,
            render=self._rows.cells.render,
            headings=lambda width: [self._rows.heading(width)],
            on_open=self._enter,
            on_move=self._moved,
            spawn=stage.spawn,
            redraw=stage.redraw,
            ambiguous=stage.ambiguous,
        )
        self.preview: Preview[Thread] = Preview(stage, key=lambda one: (one.id, one.change), fetch=self._first_floors)
        self.at_close(self.preview.close)
        wanted = preference(self.actor.preferences, "preview")
        self.panes = Panes(self.box, self.preview if wanted else None, ambiguous=stage.ambiguous)
        self.listen(_EVENTS, self._heard)
        await self._load(None)
        if self.board.tracked:
            self.stage.spawn(self._measure())
        if self._two_panes:
            await self.preview.load(self.box.selected)

    def _dress(self) -> None:
        """Follow the person's settings, which may be others than when this was opened."""
        ambiguous = self.stage.ambiguous
        self.title = self.visit.both(self.board.zh, self.board.en)
        self.box.ambiguous = self._rows.cells.ambiguous = self.panes.ambiguous = ambiguous
        self.box.invalidate()

    async def resume(self) -> None:
        self._dress()
        place: Hashable | None = self.box.selected_key
        read = self.visit.thread
        if read is not None and self.box.select(read):
            place = read
        if not self._fresh.stale and self._changes == self.visit.changes:
            return
        threads = None if self._fresh.stale or self._filters else self.visit.read_since(self._changes)
        await (self._load(place) if threads is None else self._renew(threads))
        if self.board.tracked:
            self.stage.spawn(self._measure())

    async def _renew(self, threads: Collection[int]) -> None:
        """Nothing but the marks of these threads has changed: their rows follow, and all others stay."""
        self._changes = self.visit.changes
        for thread in await self.forum.threads.several(self.actor, sorted(threads)):
            self.box.update(thread)

    async def _load(self, keep: Hashable | None) -> None:
        self._fresh.done()
        self._changes = self.visit.changes
        self.box.empty = self._empty()
        pages = ThreadPages(self.visit, self.board, self._filters)
        source = await pages.source(None if at_top(self.box) else keep, self.box.wanted)
        await reload(self.box, source, keep)

    async def _measure(self) -> None:
        """Fetch what the foot says of a tracked board; the list is on the screen before."""
        self._pace = await self.forum.case_pace.of(self.actor, self.board)
        self._unread = await unread_of(self.visit, self.board)
        self.stage.redraw()

    def _empty(self) -> str:
        if self._filters:
            return self.tr("board.no_match")
        may = access.allowed(self.actor, access.Verb.THREAD_START, place=self.board)
        return self.tr("board.empty" if may else "board.empty_closed")

    # What changes while it is looked at

    def _heard(self, event: Event) -> None:
        if event.payload.get("board") != self.slug:
            return
        self._fresh.stir()

    async def _freshen(self) -> None:
        self.preview.forget()
        await self._load(self.box.selected_key)

    def _moved(self, thread: Thread | None) -> None:
        if self._two_panes:
            self.preview.want(thread)

    async def _first_floors(self, thread: Thread) -> Leaf | None:
        posts = await self.forum.threads.posts(self.actor, thread.id, floor=1, limit=FLOORS)
        if not posts:
            return None
        title = (Span(thread.title, "panel.title"),)
        floors = [(self._written(post), post.body or self.tr("thread.hidden")) for post in posts]
        (line, body), *more = floors
        about = Span(f"  {self.tr.plural('thread.posts', thread.posts)}", "hint")
        return Leaf((title, (*line, about)), body, more)

    def _written(self, post: Post) -> Line:
        """Who wrote a floor, and when."""
        who = Span(post.author, "author")
        if post.official is not None:
            who = Span(f"[{self.tr('official.mark')}] {post.author}", "official")
        return (who, Span(f"  {self.visit.moment(post.created_at)}", "hint"))

    # Drawing

    @property
    def _two_panes(self) -> bool:
        return self.panes.split(self.stage.width) is not None

    def draw(self, width: int, height: int) -> Frame:
        if height < 8:
            return self.panes.draw(width, height)
        return self.panes.draw(width, height - 1).above([self._status_row()], height)

    def _status_row(self) -> Row:
        position = self.box.position
        told = (self.board.threads, self._pace, self._unread)
        columns = self.stage.width
        said = (tuple(self._filters), self.tr.lang, position.index if self._filters else None, told, columns)
        if self._status is None or self._status[0] != said:
            self._status = (said, Row((Span(f" {self._status_words()}", "hint"),)))
        return self._status[1]

    def _status_words(self) -> str:
        tr = self.tr
        if not self._filters:
            words = tr.plural("board.threads", self.board.threads)
            if self._pace is not None:
                words = pace_words(tr, self._pace, self._unread)
            return self._with_marks(words)
        names = "  ".join(tr(f"board.filter_{each.kind}", text=each.text) for each in self._filters)
        return f"{names}   {tr('board.leave_filter')}"

    def _with_marks(self, words: str) -> str:
        """Behind the words, as many of the marks as there is room for, the commonest first."""
        room = self.stage.width - 2
        before = "   "
        for mark in self.tr("board.marks").split("  "):
            longer = f"{words}{before}{mark}"
            if width(longer, self.stage.ambiguous) > room:
                break
            words, before = longer, "  "
        return words

    def hints(self) -> Sequence[Hint]:
        if self._filters:
            return _FILTERED
        return _GUEST_HINTS if self.actor.is_guest else _HINTS

    # Keys

    def act(self, action: str, data: str) -> Answer:
        answer = self._own(action)
        if answer is False:
            answer = self.panes.act(_AS_IN_LISTS.get(action, action), data)
        return super().act(action, data) if answer is False else answer

    def _own(self, action: str) -> Answer:
        thread = self.box.selected
        if action == "find":
            return self._find("title", self.tr("board.find"), "")
        if action == "find_author":
            return self._find("author", self.tr("board.find_author"), thread.author if thread else "")
        if action == "leave" and self._filters:
            self._filters.pop()
            return self._load(self.box.selected_key)
        if action == "unread_next":
            return self._read_unread()
        if action == "post":
            return self._post()
        if action == "reply" and thread is not None:
            return self._reply(thread)
        if action in ("notice", "tab"):
            return self.stage.go(f"{self.route}/notice")
        if action == "details" and thread is not None:
            return self.stage.go(f"{thread.route}/details")
        if action == "mark_read":
            return self._mark(thread)
        if action == "undo":
            return self._undo()
        if action == "favourite":
            return toggle_favourite(self, thread or self.board)
        if action == "mute" and thread is not None:
            return self._mute(thread)
        if action == "library":
            return from_reader(self, self.board)
        if action == "find_marked":
            return self._find_marked()
        if action in ("keep", "digest") and thread is not None:
            return self._keep(thread) if action == "keep" else self._digest(thread)
        if action == "pin" and thread is not None:
            return self._pin(thread)
        if action == "vote" and thread is not None:
            return poll_of(self, thread)
        if action == "case" and thread is not None:
            return CaseActs(self, lambda: self._load(thread.id)).of_thread(thread.id)
        if action in POST_ACTS and thread is not None:
            return self._on_first_floor(action, thread)
        return False

    def author(self) -> str:
        """Who opened the selected thread."""
        return self.box.selected.author if self.box.selected is not None else ""

    def _enter(self, thread: Thread) -> Answer:
        return self.stage.go(thread.route)

    async def _find(self, kind: str, question: str, initial: str) -> None:
        if len(self._filters) >= FILTERS_MOST:
            self.stage.say(self.tr("board.filters_full", most=FILTERS_MOST), "message.warn")
            return
        text = ((await self.stage.ask(question, initial, limit=_AUTHOR_LIMIT)) or "").strip()
        if text:
            self._filters.append(Narrowing(kind, text))
            await self._load(self.box.selected_key)

    async def _read_unread(self) -> None:
        here = self.box.selected
        if here is not None and here.state is not ReadState.UNREAD:
            here = await next_unread(self.visit, here)
        elif here is None:
            here = next(iter(await unread_in(self.visit, self.board, 1)), None)
        if here is None:
            self.stage.say(self.tr("unread.none"))
            return
        await self.stage.go(here.route)

    async def _post(self) -> None:
        if not self._may_write(access.Verb.THREAD_START):
            return
        await self.stage.go(start_route(self.actor, self.board))

    async def _reply(self, thread: Thread) -> None:
        if not self._may_write(access.Verb.THREAD_REPLY):
            return
        await self.stage.go(f"{thread.route}/reply")

    def _may_write(self, verb: access.Verb) -> bool:
        """Whether the person may write here; if not, they are told what they can do about it."""
        if self.actor.is_guest:
            self.stage.say(self.tr("guest.join"), "message.warn")
            return False
        if verb is access.Verb.THREAD_START and not access.allowed(self.actor, verb, place=self.board):
            self.stage.say(self.tr("board.officers_start"), "message.warn")
            return False
        return True

    async def _mark(self, thread: Thread | None) -> None:
        """Mark read or unread: this thread, up to here, or all of the board."""
        said = await self._marking.ask(self.board, thread)
        if said:
            await self._load(self.box.selected_key)
            self.stage.say(said, "message.good")

    async def _undo(self) -> None:
        said = await self._marking.undo(self.board)
        if said:
            await self._load(self.box.selected_key)
            self.stage.say(said, "message.good")

    async def _mute(self, thread: Thread) -> None:
        if await mute(self, thread, None if thread.official_office else thread.author):
            await self._load(thread.id)

    async def _find_marked(self) -> None:
        """Show only what moderators marked, or what is unread."""
        tr = self.tr
        kinds = {"m": "kept", "g": "digest", "u": "unread"}
        if len(self._filters) >= FILTERS_MOST:
            self.stage.say(tr("board.filters_full", most=FILTERS_MOST), "message.warn")
            return
        offered = [Choice(key, tr(f"marked.{kind}")) for key, kind in kinds.items()]
        chosen = await self.stage.choose(tr("marked.ask"), offered[:2] if self.actor.is_guest else offered)
        if chosen is not None:
            self._filters.append(Narrowing(kinds[chosen], ""))
            await self._load(self.box.selected_key)

    async def _keep(self, thread: Thread) -> None:
        await self.forum.threads.keep(self.actor, thread.id, not thread.kept)
        await self._load(thread.id)
        said = self.tr("marked.unkept" if thread.kept else "marked.now_kept", thread=thread.id)
        self.stage.say(said, "message.good")

    async def _digest(self, thread: Thread) -> None:
        await self.forum.threads.digest(self.actor, thread.id, not thread.digest)
        await self._load(thread.id)
        said = self.tr("marked.undigested" if thread.digest else "marked.now_digest", thread=thread.id)
        self.stage.say(said, "message.good")

    async def _on_first_floor(self, action: str, thread: Thread) -> None:
        posts = await self.forum.threads.posts(self.actor, thread.id, limit=1)
        if posts:
            acts = PostActs(self, lambda: self._load(thread.id))
            await acts.act(action, self.board, thread, posts[0])

    async def _pin(self, thread: Thread) -> None:
        await self.forum.threads.pin(self.actor, thread.id, not thread.pinned)
        await self._load(thread.id)
        self.stage.say(self.tr("board.unpinned" if thread.pinned else "board.pinned", thread=thread.id), "message.good")


_AS_IN_LISTS: Final = {
    "thread_first": "first",
    "thread_prev": "up",
    "thread_next": "down",
    "thread_last": "last",
}
_HINTS: Final = (
    Hint("enter", "hint.read"),
    Hint("post", "hint.post"),
    Hint("reply", "hint.reply"),
    Hint("find", "hint.filter"),
    Hint("unread_next", "hint.unread"),
    Hint("mark_read", "hint.mark_read"),
    Hint("notice", "hint.notice"),
    Hint("leave", "key.leave"),
)
_GUEST_HINTS: Final = tuple(hint for hint in _HINTS if hint.action not in ("post", "reply", "unread_next", "mark_read"))
_FILTERED: Final = (
    Hint("leave", "hint.unfilter"),
    Hint("enter", "hint.read"),
    Hint("find", "hint.narrow"),
    Hint("find_author", "hint.author"),
)
