"""What officers wrote under their real names: the stream of all, and the posts of one office."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Final, TypeAlias

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts.preferences import preference
from bbs.forum.actor import AccountKind, Actor, Appointment, Duty
from bbs.forum.boards.places import Board
from bbs.forum.forum import Event
from bbs.forum.officers.officers import Office
from bbs.forum.posts.posts import Post, ReadState, Thread
from bbs.forum.posts.stream import FROM_END, from_post
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.panes import Panes
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.source import Direction, Page, Source
from bbs.terminal.view import Answer, Hint
from bbs.text.markdown import plain
from bbs.text.spans import Span
from bbs.text.when import full
from bbs.text.width import clip
from screens.parts.freshening import Freshening
from screens.parts.hints import for_guests
from screens.parts.keeping import toggle_office
from screens.parts.preview import Leaf, Preview
from screens.parts.sieve import Sieve
from screens.parts.staying import reload
from screens.visit import Screen, Visit

Official: TypeAlias = tuple[Post, Thread]

FRESHEN_AFTER: Final = 3.0
"""Seconds from a new post to the stream that shows it."""
TERMS_SHOWN: Final = 3
"""Former and coming holders of an office shown above its posts."""
SNIPPET: Final = 160
"""Characters of the beginning of a post in its row."""


def is_new(item: Official) -> bool:
    """Whether this reader has not read a post yet."""
    post, thread = item
    return thread.state is ReadState.UNREAD and post.floor > thread.read_floor


class OfficersScreen(Screen):
    """The officers' stream, newest first; `office` narrows it to one office."""

    context = "list"

    def __init__(self, visit: Visit, office: str | None = None) -> None:
        super().__init__(visit)
        self.slug = office
        self.route = "/officers" if office is None else f"/o/{office}"
        self.title = visit.tr("officers.title")
        self._offices: dict[str, Office] = {}
        self._terms: list[Appointment] = []
        self._followed: frozenset[str] = frozenset()
        self._changes = visit.changes
        self._sieve: Sieve[Official] = Sieve(
            self,
            lambda: self.box,
            key=_key,
            text=lambda item: f"{item[1].title}\n{item[0].body}",
            author=lambda item: item[0].author,
            again=self._sift,
        )
        self._fresh = Freshening(self, lambda: FRESHEN_AFTER, self._load)

    async def open(self) -> None:
        await self._fetch_offices()
        stage = self.stage
        self._cells: RowCells[Official] = RowCells(
            _COLUMNS if self.slug is None else [one for one in _COLUMNS if one.name != "office"],
            self._row,
            version=lambda item: (self.tr.lang, self.visit.stamp(item[0].created_at)),
            ambiguous=stage.ambiguous,
        )
        self.box: ListBox[Official] = ListBox(
            key=_key,
            render=self._cells.render,
            headings=self._headings,
            empty=self.tr("officers.empty"),
            on_open=lambda item: stage.go(item[0].route),
            on_move=self._moved,
            spawn=stage.spawn,
            redraw=stage.redraw,
            ambiguous=stage.ambiguous,
        )
        self.preview: Preview[Official] = Preview(stage, key=_version, fetch=self._leaf)
        self.at_close(self.preview.close)
        wanted = preference(self.actor.preferences, "preview")
        self.panes = Panes(self.box, self.preview if wanted else None, ambiguous=stage.ambiguous)
        self.listen(("post.new", "thread.new", "post.changed"), self._heard)
        self.listen(("account.changed",), self._offices_changed)
        await self.box.load(self._source())
        if self._two_panes:
            await self.preview.load(self.box.selected)

    async def _fetch_offices(self) -> None:
        self._followed = (await self.forum.attention.heed(self.actor)).followed_offices
        if self.slug is not None:
            office = await self.forum.officers.office(self.actor, self.slug)
            self.title = self.visit.both(office.zh, office.en)
            self._offices = {office.slug: office}
            here = {held.id for held in office.appointments}
            every = await self.forum.officers.history(self.actor, self.slug)
            self._terms = [held for held in every if held.id not in here and held.duty is Duty.HOLDER]
        else:
            self._offices = {office.slug: office for office in await self.forum.officers.offices(self.actor)}

    async def resume(self) -> None:
        if self.slug is None:
            self.title = self.tr("officers.title")
        self.box.ambiguous = self._cells.ambiguous = self.panes.ambiguous = self.stage.ambiguous
        self.box.invalidate()
        if self._fresh.stale or self._changes != self.visit.changes:
            await self._load()

    async def _load(self) -> None:
        self._fresh.done()
        self._changes = self.visit.changes
        await reload(self.box, self._source(), self.box.selected_key)

    async def _sift(self, keep: Hashable | None) -> None:
        self.box.empty = self._sieve.empty(self.tr("officers.empty"))
        await self.box.load(self._source(), keep)

    def _source(self) -> Source[Official]:
        return self._sieve.over(Source(self._fetch, self._around))

    async def _fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Official]:
        if anchor is None and direction == "before":
            anchor = FROM_END
        after = anchor if direction == "after" else None
        before = anchor if direction == "before" else None
        return await self.forum.threads.stream(self.actor, office=self.slug, after=after, before=before, limit=limit)

    async def _around(self, wanted: Hashable, limit: int) -> Page[Official] | None:
        after = from_post(int(str(wanted)))
        return await self.forum.threads.stream(self.actor, office=self.slug, after=after, limit=limit)

    def _heard(self, event: Event) -> None:
        self._fresh.stir()

    def _offices_changed(self, event: Event) -> None:
        """Somebody was appointed or dismissed."""
        if self.slug is not None and self.in_sight:
            self.stage.spawn(self._freshen_offices())

    async def _freshen_offices(self) -> None:
        await self._fetch_offices()
        self.box.invalidate()
        self.stage.redraw()

    def _moved(self, item: Official | None) -> None:
        if self._two_panes:
            self.preview.want(item)

    async def _leaf(self, item: Official) -> Leaf:
        post, thread = item
        held = post.official
        title = self.visit.office_title(held) if held is not None else ""
        standing = (await self.forum.proofs.standings([post], {thread.id: thread.title})).get(post.id)
        signed = "" if standing is None else f"   {self.tr(f'standing.{standing}')}"
        who = (Span(f"[{self.tr('official.mark')}] {post.author}  {title}", "official"),)
        where = (Span(f"{thread.title}  {self.visit.moment(post.created_at)}{signed}", "hint"),)
        return Leaf((who, where), post.body)

    # Drawing

    @property
    def _two_panes(self) -> bool:
        return self.panes.split(self.stage.width) is not None

    def _office_name(self, slug: str) -> str:
        office = self._offices.get(slug)
        return slug if office is None else self.visit.named(office.zh, office.en)

    def _row(self, item: Official) -> Sequence[Cell]:
        post, thread = item
        office = self._office_name(post.official.office) if post.official is not None else ""
        date = self.visit.stamp(post.created_at)
        text: Cell = plain(post.body, SNIPPET)
        if post.floor == 1:
            text = (Span(thread.title, "md.strong"), Span(f"  {plain(post.body, SNIPPET)}", "title"))
        new, day = "+" if is_new(item) else "", date if len(date) == 5 else date[:4]
        return (new, day, post.author, office, text) if self.slug is None else (new, day, post.author, text)

    def _headings(self, width: int) -> Sequence[Row]:
        tr = self.tr
        labels = ["", tr("threads.date"), tr("officers.name"), tr("officers.office"), tr("officers.text")]
        if self.slug is not None:
            del labels[3]
        return [*self._office_rows(width), *self._sieve.rows(), self._cells.heading(labels, width)]

    def _office_rows(self, width: int) -> list[Row]:
        """Who holds the office, above its posts."""
        office = self._offices.get(self.slug or "")
        if office is None:
            return []
        visit, tr = self.visit, self.tr
        rows: list[Row] = []
        for held in office.appointments:
            if held.duty is Duty.LIAISON:
                continue
            since = full(held.since, visit.zone)[:10]
            title = visit.named(held.title_zh, held.title_en)
            words = f" [{tr('official.mark')}] {held.real_name}  {title}  {tr('office.since', date=since)}"
            rows.append(Row((Span(clip(words, width, self.stage.ambiguous, ".."), "official.name"),), "official"))
        if not rows:
            rows.append(Row((Span(f" {tr('office.vacant')}", "hint"),)))
        rows += [self._term(held, width) for held in self._terms[:TERMS_SHOWN]]
        if office.slug in self._followed:
            rows.append(Row((Span(f" {tr('office.followed')}", "hint"),)))
        about = visit.named(office.about_zh, office.about_en)
        if about:
            rows.append(Row((Span(f" {about}", "hint"),)))
        return [*rows, Row()]

    def _term(self, held: Appointment, width: int) -> Row:
        """One who held the office before, or will."""
        visit = self.visit
        until = held.ended_at or held.until
        coming = until is None or held.since > self.forum.clock.now()
        words = self.tr(
            "office.coming" if coming else "office.former",
            name=held.real_name,
            title=visit.named(held.title_zh, held.title_en),
            since=full(held.since, visit.zone)[:10],
            until="" if until is None else full(until, visit.zone)[:10],
        )
        return Row((Span(clip(f" {words}", width, self.stage.ambiguous, ".."), "hint"),))

    def draw(self, width: int, height: int) -> Frame:
        return self.panes.draw(width, height)

    def hints(self) -> Sequence[Hint]:
        hints = _HINTS if self.slug is None else _OFFICE_HINTS
        if self.actor.is_guest:
            return for_guests(hints)
        return (*hints[:1], _POST, *hints[1:]) if self.actor.appointment is not None else hints

    # Keys

    async def _follow(self, slug: str) -> None:
        await toggle_office(self, slug, self._office_name(slug))
        await self._freshen_offices()

    async def _post(self) -> None:
        """Write a new post into the column of one's own office."""
        if self.actor.kind is not AccountKind.OFFICER:
            self.stage.bell()
            self.stage.say(self.tr("officers.only"), "message.warn")
            return
        board = _column_of((await self.forum.boards.readable(self.actor)).values(), self.actor)
        if board is None:
            self.stage.say(self.tr("officers.no_column"), "message.warn")
            return
        await self.stage.go(f"{board.route}/post")

    def author(self) -> str:
        """Who wrote the selected post, by real name."""
        return self.box.selected[0].author if self.box.selected is not None else ""

    def act(self, action: str, data: str) -> Answer:
        item = self.box.selected
        if action in ("notice", "tab") and item is not None and item[0].official is not None and self.slug is None:
            return self.stage.go(f"/o/{item[0].official.office}")
        if action == "details" and item is not None:
            return self.stage.go(f"/t/{item[0].thread}/details#{item[0].floor}")
        if action == "reply" and item is not None:
            return self.stage.go(f"/t/{item[0].thread}/reply#{item[0].floor}")
        if action == "favourite":
            slug = self.slug or (item[0].official.office if item is not None and item[0].official is not None else "")
            return self._follow(slug) if slug else False
        if action == "unread_next":
            new = next((one for one in self.box.items if is_new(one)), None)
            if new is not None:
                return self.stage.go(new[0].route)
            self.stage.say(self.tr("officers.none_new"))
            return True
        if action == "post":
            return self._post()
        answer = self._sieve.act(action, item)
        answer = self.panes.act(action, data) if answer is False else answer
        return super().act(action, data) if answer is False else answer


def _column_of(boards: Iterable[Board], actor: Actor) -> Board | None:
    """The column an officer writes in, or a liaison prepares for: one that names an office of theirs."""
    mine = [held.office for held in actor.appointments]
    columns = [
        board
        for board in boards
        if access.allowed(actor, Verb.THREAD_START, place=board) or actor.prepares_for(board.offices)
    ]
    own = [board for board in columns if board.nature == "officers" and not set(mine).isdisjoint(board.offices)]
    return min(own, key=lambda board: (board.offices[0] not in mine, board.position), default=None)


def _key(item: Official) -> Hashable:
    return item[0].id


def _version(item: Official) -> Hashable:
    return item[0].id, item[0].revision


_COLUMNS: Final = (
    Column("mark", 1, style="mark.unread"),
    Column("date", 5, style="date", gap=1),
    Column("name", 8, most=12, flex=1, style="md.strong", gap=2),
    Column("office", 10, most=24, flex=3, style="author", drop=1, gap=2),
    Column("text", 28, flex=6, style="title", gap=2),
)
_POST: Final = Hint("post", "hint.post")
_HINTS: Final = (
    Hint("enter", "hint.read"),
    Hint("unread_next", "hint.next_new"),
    Hint("favourite", "hint.follow"),
    Hint("notice", "hint.office"),
    Hint("reply", "hint.reply"),
    Hint("details", "key.details"),
    Hint("leave", "key.leave"),
)
_OFFICE_HINTS: Final = (
    Hint("enter", "hint.read"),
    Hint("favourite", "hint.follow"),
    Hint("reply", "hint.reply"),
    Hint("details", "key.details"),
    Hint("leave", "key.leave"),
)
