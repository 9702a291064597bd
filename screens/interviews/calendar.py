"""`/live`: interviews that are live now, announced, and over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bbs.forum import access
from bbs.forum.access_terms import INTERVIEWS
from bbs.forum.accounts.preferences import preference
from bbs.forum.boards.places import Board
from bbs.forum.forum import Event
from bbs.forum.interviews.questions import ABOUT_LIMIT, TITLE_LIMIT, USUAL
from bbs.forum.interviews.rules import FROM_END, Interview
from bbs.forum.interviews.watching import STATE
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.panes import Panes
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.source import Direction, Page, Source
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Span
from bbs.text.when import full, parse_iso
from screens.interviews.words import day_and_time, guest_names, state_badge, when_line
from screens.parts.hints import that_work
from screens.parts.preview import Leaf, Preview
from screens.visit import Screen, Visit

_COLUMNS: Final = (
    Column("state", 12),
    Column("when", 14, style="date"),
    Column("guests", 8, most=20, flex=1, style="official.name", gap=2),
    Column("title", 20, flex=4, style="title", gap=2),
)


class LiveScreen(Screen):
    """What is open stands above, live ones first; below what is over, newest first."""

    route = "/live"
    context = "list"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.title = visit.tr("live.title")
        self._stale = False
        self._boards: list[Board] = []
        self._cells: RowCells[Interview] = RowCells(
            _COLUMNS, self._row, version=lambda one: (self.tr.lang, day_and_time(self.visit, one.starts_at))
        )
        self.box: ListBox[Interview] = ListBox(
            key=lambda one: one.id,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda one: self.stage.go(one.route),
            on_move=self._moved,
        )

    async def open(self) -> None:
        """Fetch what is open and the first page of the others."""
        self.box.spawn, self.box.redraw = self.stage.spawn, self.stage.redraw
        self.listen((STATE,), self._heard)
        readable = await self.forum.boards.readable(self.actor)
        self._boards = [
            one
            for one in readable.values()
            if one.nature == INTERVIEWS and access.allowed(self.actor, access.Verb.LIVE_HOLD, place=one)
        ]
        self.preview: Preview[Interview] = Preview(
            self.stage, key=lambda one: (one.id, one.change, self.tr.lang), fetch=self._leaf
        )
        self.at_close(self.preview.close)
        wanted = preference(self.actor.preferences, "preview")
        self.panes = Panes(self.box, self.preview if wanted else None, ambiguous=self.stage.ambiguous)
        await self._load()
        if self._two_panes:
            await self.preview.load(self.box.selected)

    async def resume(self) -> None:
        self.title = self.tr("live.title")
        self.box.invalidate()
        if self._stale:
            await self._load()

    async def _load(self) -> None:
        self._stale = False
        self.box.empty = self.tr("live.none_yet" if self._boards else "live.none")
        pinned = tuple(await self.forum.interviews.open_ones(self.actor))
        await self.box.load(Source(self._fetch, pinned=pinned), self.box.selected_key)

    async def _fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Interview]:
        after, before = (anchor, None) if direction == "after" else (None, anchor)
        if direction == "before" and anchor is None:
            before = FROM_END
        return await self.forum.interviews.past(self.actor, after=after, before=before, limit=limit)

    def _heard(self, event: Event) -> None:
        self._stale = True
        if self.in_sight:
            self.stage.spawn(self._load())

    # Drawing

    def _row(self, one: Interview) -> Sequence[Cell]:
        return (
            state_badge(self.visit, one),
            day_and_time(self.visit, one.starts_at),
            guest_names(self.visit, one),
            one.title,
        )

    def _headings(self, width: int) -> Sequence[Row]:
        if not self.box.items:
            return ()
        labels = [self.tr(f"live.heading.{column.name}") for column in _COLUMNS]
        return (self._cells.heading(labels, width),)

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self.box.ambiguous = self._cells.ambiguous = self.panes.ambiguous = self.stage.ambiguous
        return self.panes.draw(width, height)

    @property
    def _two_panes(self) -> bool:
        return self.panes.split(self.stage.width) is not None

    def _moved(self, one: Interview | None) -> None:
        if self._two_panes:
            self.preview.want(one)

    async def _leaf(self, one: Interview) -> Leaf:
        badge = (state_badge(self.visit, one), Span(f" {when_line(self.visit, one)}", "hint"))
        guests = [
            (Span(self.tr("live.guest_line", name=held.name, title=self.visit.office_title(held)), "official.name"),)
            for held in (guest.official for guest in one.guests)
        ]
        host = (Span(self.tr("live.host", host=one.host), "hint"),)
        return Leaf(((Span(one.title, "md.heading"),), badge, *guests, host), one.about)

    def hints(self) -> Sequence[Hint]:
        """Opening; announcing for those who may."""
        return that_work(_HOLDER_HINTS if self._boards else _HINTS, self.box.selected)

    # Keys

    def act(self, action: str, data: str) -> Answer:
        if action == "post":
            if self._boards:
                return self._announce()
            self.stage.say(self.tr("live.no_announcing"), "message.warn")
            return True
        if action == "favourite" and self.box.selected is not None:
            return listen(self, self.box.selected)
        answer = self.panes.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _announce(self) -> None:
        """Ask for what an announcement needs, one thing after the other; what is wrong is asked for again."""
        board = await self._which_board()
        if board is None:
            return
        tr, stage = self.tr, self.stage
        title = await stage.ask(tr("live.ask_title"), limit=TITLE_LIMIT)
        if not title or not title.strip():
            return
        guests = await stage.ask(tr("live.ask_guests"), limit=200, complete=await self._officers(board))
        if not guests or not guests.strip():
            return
        soon = self.forum.clock.now().astimezone(self.visit.zone) + timedelta(days=1)
        when = await stage.ask(tr("live.ask_when"), f"{soon:%Y-%m-%d} 15:00", limit=30)
        minutes = await stage.ask(tr("live.ask_minutes"), str(int(USUAL.total_seconds() // 60)), limit=4)
        if when is None or minutes is None:
            return
        if not (minutes.strip().isascii() and minutes.strip().isdecimal()):
            stage.say(tr("live.times"), "message.warn")
            return
        about = await stage.ask(tr("live.ask_about"), limit=min(ABOUT_LIMIT, 400))
        if about is None:
            return
        starts = parse_iso(when, self.visit.zone)
        names = split_names(guests)
        told = tr("live.announce_sure", when=full(starts, self.visit.zone), guests=tr("live.and").join(names))
        if not await stage.confirm(told, default=True):
            return
        ends = starts + timedelta(minutes=int(minutes))
        made = await self.forum.interviews.announce(self.actor, board, title, names, starts, ends, about=about)
        await stage.go(made.route)
        stage.say(tr("live.announced_now", title=made.title, route=made.route, when=full(starts, self.visit.zone)))

    async def _which_board(self) -> Board | None:
        if len(self._boards) == 1:
            return self._boards[0]
        keys = [str(number) for number, _ in enumerate(self._boards[:9], 1)]
        choices = [
            Choice(key, self.visit.named(board.zh, board.en)) for key, board in zip(keys, self._boards, strict=False)
        ]
        chosen = await self.stage.choose(self.tr("live.ask_board"), choices)
        return None if chosen is None else self._boards[keys.index(chosen)]

    async def _officers(self, board: Board) -> _Completer:
        """Names to complete: those who hold the board's offices first."""
        offices = await self.forum.officers.offices(self.actor)
        offices.sort(key=lambda one: one.slug not in board.offices)
        return _Completer([held.real_name for office in offices for held in office.appointments])


async def listen(screen: Screen, found: Interview) -> None:
    """Be told when an interview begins, or no longer."""
    if screen.actor.is_guest:
        screen.stage.say(screen.tr("guest.join"), "message.warn")
        return
    on = await screen.forum.interviews.listen(screen.actor, found.id)
    screen.stage.say(screen.tr("live.listening" if on else "live.not_listening", title=found.title), "message.good")


class _Completer:
    """Completes the last of several names."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(dict.fromkeys(names))

    def __call__(self, text: str) -> Sequence[str]:
        """What the line may become."""
        before = split_names(text)
        last = before.pop() if before and not text.rstrip().endswith((",", "，", "、")) else ""
        lead = "".join(f"{name}, " for name in before)
        return [f"{lead}{name}" for name in self._names if name.startswith(last) and name not in before]


def split_names(text: str) -> list[str]:
    """Names between commas of either kind."""
    for mark in "，、;；":
        text = text.replace(mark, ",")
    return [name.strip() for name in text.split(",") if name.strip()]


_HINTS: Final = (
    Hint("enter", "live.hint.watch"),
    Hint("favourite", "live.hint.listen"),
    Hint("leave", "key.leave"),
)
_HOLDER_HINTS: Final = (
    Hint("enter", "live.hint.watch"),
    Hint("post", "live.hint.announce"),
    Hint("favourite", "live.hint.listen"),
    Hint("leave", "key.leave"),
)
