"""A thread's poll: asking it, voting with what is recorded said before, and the results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.forum import Event
from bbs.forum.posts.polls import Choice, Plan, Poll
from bbs.forum.posts.posts import Thread
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.when import full
from bbs.text.wrap import wrap
from screens.boards.postacts import is_own
from screens.parts.leaf import LeafScreen, Text
from screens.visit import Screen, Visit
from screens.writing.pollform import PollForm

BAR_CELLS: Final = 20
"""Cells of the bar of an option that everybody voted for."""


async def poll_of(screen: Screen, thread: Thread) -> None:
    """Go to a thread's poll; where there is none, its opener is asked for one."""
    found = await screen.forum.polls.get(screen.actor, thread.id)
    if found is not None:
        await screen.stage.go(f"/t/{thread.id}/poll")
    elif is_own(screen.actor, thread.author, thread.official_office):
        await screen.stage.push(PollForm(screen.visit, f"/t/{thread.id}/poll", _Asking(screen, thread).ask))
    else:
        screen.stage.say(screen.tr("poll.none"), "message.warn")


class _Asking:
    """Asks in a thread that is there, once the form is filled."""

    def __init__(self, screen: Screen, thread: Thread) -> None:
        self._screen = screen
        self._thread = thread

    async def ask(self, plan: Plan) -> None:
        """Make the poll and show it; raises BbsError, and the form stays."""
        screen = self._screen
        await screen.forum.polls.make(
            screen.actor,
            self._thread.id,
            plan.question,
            plan.options,
            many=plan.many,
            open_names=plan.open_names,
            days=plan.days,
        )
        await screen.stage.replace(PollScreen(screen.visit, self._thread.id))


class PollScreen(Screen):
    """Question, what is recorded, options with their votes; Enter marks, V votes."""

    context = "list"

    def __init__(self, visit: Visit, thread: int) -> None:
        super().__init__(visit)
        self.number = thread
        self.route = f"/t/{thread}/poll"
        self._marked: frozenset[int] = frozenset()
        self._cells: RowCells[Choice] = RowCells(
            (
                Column("mark", 3, style="mark.unread"),
                Column("text", 20, flex=1, style="title", gap=2),
                Column("bar", BAR_CELLS, style="votes", gap=2, drop=1),
                Column("votes", 6, align="right", style="count", gap=2),
            ),
            self._row,
            version=lambda choice: (choice.number in self._marked, self.poll.voters),
        )
        self.box: ListBox[Choice] = ListBox(
            key=lambda choice: choice.number,
            render=self._cells.render,
            headings=self._headings,
            on_open=self._mark,
        )

    async def open(self) -> None:
        self.board, self.thread = await self.forum.threads.get(self.actor, self.number)
        self.title = self.thread.title
        await self._load()
        self._marked = frozenset(self.poll.mine)
        self.listen(("poll.voted",), self._heard)

    async def resume(self) -> None:
        await self._load()

    def _heard(self, event: Event) -> None:
        if event.payload.get("thread") == self.number and self.in_sight:
            self.stage.spawn(self._load())

    async def _load(self) -> None:
        found = await self.forum.polls.get(self.actor, self.number)
        if found is None:
            raise NotFound("poll.none")
        self.poll: Poll = found
        choices = static(found.choices, key=lambda choice: choice.number)
        await self.box.load(choices, self.box.selected_key)
        self.box.invalidate()

    # Drawing

    def _row(self, choice: Choice) -> Sequence[Cell]:
        share = choice.votes / self.poll.voters if self.poll.voters else 0.0
        mark = "[x]" if choice.number in self._marked else "[ ]"
        return (mark, choice.text, "#" * round(share * BAR_CELLS), str(choice.votes))

    def _headings(self, width: int) -> Sequence[Row]:
        tr, poll, room = self.tr, self.poll, max(2, min(width, 100) - 2)
        state = [tr.plural("poll.voters", poll.voters), tr("poll.several" if poll.many else "poll.one_only")]
        if poll.closes_at is not None:
            when = full(poll.closes_at, self.visit.zone)
            state.append(tr("poll.closed_at" if poll.closed else "poll.closes_at", when=when))
        ambiguous = self.stage.ambiguous
        rows = [Row((Span(f" {line}", "panel.title"),)) for line in wrap(poll.question, room, ambiguous)]
        rows += [Row((Span(f" {line}", "hint"),)) for line in wrap(self._recorded(), room, ambiguous)]
        return [*rows, Row((Span(f" {'   '.join(state)}", "hint"),)), Row()]

    def _recorded(self) -> str:
        return self.tr("poll.recorded_shown" if self.poll.open_names else "poll.recorded_hidden")

    def draw(self, width: int, height: int) -> Frame:
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self.box.draw(width, height)

    # Keys

    def act(self, action: str, data: str) -> Answer:
        if action == "vote":
            return self._vote()
        if action == "details":
            return self._names()
        answer = self.box.act(action, data)
        return super().act(action, data) if answer is False else answer

    def _mark(self, choice: Choice) -> Answer:
        if self._why_not():
            return True
        one = frozenset({choice.number})
        self._marked = self._marked ^ one if self.poll.many else one - self._marked
        self.box.invalidate()
        self.stage.say(self.tr("poll.then_vote"))
        return True

    def _why_not(self) -> bool:
        """Whether this person cannot vote here now; they are told why."""
        if self.actor.is_guest:
            self.stage.say(self.tr("guest.join"), "message.warn")
        elif self.poll.closed:
            self.stage.say(self.tr("poll.closed"), "message.warn")
        elif not access.allowed(self.actor, Verb.POLL_VOTE, place=self.board):
            self.stage.say(self.tr("poll.no_vote"), "message.warn")
        else:
            return False
        return True

    async def _vote(self) -> None:
        if self._why_not():
            return
        if self._marked == frozenset(self.poll.mine):
            self.stage.say(self.tr("poll.mark_first"), "message.warn")
            return
        said = "poll.sure_vote" if self._marked else "poll.sure_back"
        shown = "poll.names_shown" if self.poll.open_names else "poll.names_hidden"
        if not await self.stage.confirm(f"{self.tr(said)} {self.tr(shown, name=self.actor.name)}"):
            return
        await self.forum.polls.vote(self.actor, self.number, sorted(self._marked))
        await self._load()
        self.stage.say(self.tr("poll.voted" if self._marked else "poll.taken_back"), "message.good")

    async def _names(self) -> None:
        choice = self.box.selected
        if choice is None or not self.poll.open_names:
            self.stage.say(self.tr("poll.recorded_hidden"))
            return
        lines: tuple[Line, ...] = tuple((Span(name, "author"),) for name in choice.names)
        nobody: Line = (Span(self.tr("poll.nobody"), "hint"),)
        title = self.tr("poll.who", option=choice.text)
        await self.stage.push(LeafScreen(self.visit, self.route, title, Text(lines=lines or (nobody,))))

    def hints(self) -> Sequence[Hint]:
        names = (Hint("details", "hint.voters"),) if self.poll.open_names else ()
        return (Hint("enter", "hint.mark"), Hint("vote", "hint.vote"), *names, Hint("leave", "key.leave"))
