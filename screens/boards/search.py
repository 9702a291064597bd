"""Searching: what was found, newest first, each match marked, and below it the place where it stands."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Final

from bbs.forum.search import asking
from bbs.forum.search.asking import QUERY_LIMIT, Asked
from bbs.forum.search.search import Found, Hit, HitKind
from bbs.forum.search.snippets import Snippet
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.source import Direction, Page, Slice, Source
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.wrap import wrap_line
from screens.parts.hints import that_work
from screens.visit import Screen, Visit

RESULTS_MOST: Final = 1_000
"""Hits that are kept; who finds more narrows the search."""
ROUNDS: Final = 5
"""Pages asked for in a row while nothing comes, before it is told how far back it was looked."""
_PAGE: Final = 25
_SNIPPET_ROWS: Final = 3


class SearchScreen(Screen):
    """`/search?q=`: Enter opens the place, `/` asks for something else."""

    context = "list"

    def __init__(self, visit: Visit, query: str = "") -> None:
        super().__init__(visit)
        self._query = query.strip()
        self.route = _route(self._query)
        self.title = visit.tr("search.title")
        self._asked: Asked | None = None
        self._hits: list[Hit] = []
        self._next: str | None = None
        self._back_to: datetime | None = None
        self._names: dict[str, str] = {}
        self._below: tuple[object, list[Row]] | None = None

    async def open(self) -> None:
        await self._fetch_names()
        stage = self.stage
        self._cells: RowCells[Hit] = RowCells(
            [
                Column("date", 5, style="date", drop=2),
                Column("author", 10, flex=1, most=14, style="author", drop=1, gap=2),
                Column("place", 12, flex=1, most=18, style="count", drop=3, gap=2),
                Column("title", 20, flex=8, style="title", gap=2),
            ],
            self._row,
            version=lambda hit: (self.tr.lang, self.visit.stamp(hit.created_at)),
            ambiguous=stage.ambiguous,
        )
        self.box: ListBox[Hit] = ListBox(
            key=_key,
            render=self._cells.render,
            headings=self._headings,
            empty=self.tr("search.help"),
            on_open=lambda hit: stage.go(hit.route),
            spawn=stage.spawn,
            redraw=stage.redraw,
            page=_PAGE,
            ambiguous=stage.ambiguous,
        )
        if self._query:
            await self._search(self._query)
        else:
            await self.box.load(Source(self._fetch))
            stage.spawn(self._ask())

    async def resume(self) -> None:
        self.title = self.tr("search.title")
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        self.box.empty = self._nothing()
        await self._fetch_names()
        self.box.invalidate()

    async def _fetch_names(self) -> None:
        visit = self.visit
        boards = await self.forum.boards.readable(self.actor)
        columns = await self.forum.news.columns(self.actor)
        self._names = {board.route: visit.named(board.zh, board.en) for board in boards.values()}
        self._names |= {row.column.route: visit.named(row.column.zh, row.column.en) for row in columns}

    # Searching

    async def _ask(self) -> None:
        query = await self.stage.ask(self.tr("search.ask"), self._query, limit=QUERY_LIMIT)
        if query is not None and query.strip():
            await self._search(query)

    async def _search(self, query: str) -> None:
        """Show what another query finds; an error leaves what is shown."""
        asked = asking.parse(query, self.visit.zone)
        first = await self._page(asked, None)
        self._asked, self._query, self.route = asked, asked.text, _route(asked.text)
        self._hits, self._next = list(first.items), first.after
        await self._show(first)

    async def _further(self, asked: Asked) -> None:
        """Look on where nothing has come yet."""
        found = await self._page(asked, self._next)
        self._hits, self._next = list(found.items), found.after
        await self._show(found)

    async def _show(self, found: Found) -> None:
        """Show the first of what was found."""
        self._back_to = found.back_to
        self.box.empty = self._nothing()
        await self.box.load(Source(self._fetch))
        self.box.invalidate()
        self._tell(found)

    def _nothing(self) -> str:
        """What stands where no hits do."""
        if self._asked is None:
            return self.tr("search.help")
        if self._next is None or self._back_to is None:
            return self.tr("search.nothing")
        return self.tr("search.not_yet", date=self._day(self._back_to))

    def _day(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.visit.zone):%Y-%m-%d}"

    def _tell(self, found: Found) -> None:
        if found.back_to is not None and self._hits:
            self.stage.say(self.tr("search.back_to", date=self._day(found.back_to)))
        elif len(self._hits) >= RESULTS_MOST:
            self.stage.say(self.tr("search.most", most=RESULTS_MOST), "message.warn")

    async def _page(self, asked: Asked, after: str | None) -> Found:
        """A page with something on it, if that takes only a few rounds."""
        found = await self._once(asked, after)
        for _ in range(ROUNDS - 1):
            if found.items or found.after is None:
                break
            found = await self._once(asked, found.after)
        return found

    async def _once(self, asked: Asked, after: str | None) -> Found:
        return await self.forum.search.find(self.actor, asked, lang=self.tr.lang, after=after, limit=_PAGE)

    async def _fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Hit]:
        """Serve from what was found; pages go on only downwards, so what is above is always here."""
        if direction == "before":
            end = int(anchor) if anchor is not None else len(self._hits)
            return self._cut(max(0, end - limit), end)
        start = int(anchor) if anchor is not None else 0
        if self._hits and start >= len(self._hits):
            await self._more()
        return self._cut(start, min(len(self._hits), start + limit))

    async def _more(self) -> None:
        if self._asked is None or self._next is None or len(self._hits) >= RESULTS_MOST:
            return
        found = await self._page(self._asked, self._next)
        self._hits += found.items
        self._next = found.after
        self._tell(found)

    def _cut(self, start: int, end: int) -> Slice[Hit]:
        more = end < len(self._hits) or (self._next is not None and 0 < len(self._hits) < RESULTS_MOST)
        return Slice(self._hits[start:end], str(start) if start else None, str(end) if more else None)

    # Drawing

    def _row(self, hit: Hit) -> Sequence[Cell]:
        date = self.visit.stamp(hit.created_at)
        author: Cell = Span(hit.author, "badge") if hit.official else hit.author
        return (date if len(date) <= len("11-22") else date[:4], author, self._place(hit), self._title(hit))

    def _place(self, hit: Hit) -> str:
        prefix = "/news/" if hit.kind is HitKind.BULLETIN else "/b/"
        name = self._names.get(prefix + hit.place, hit.place)
        return self.tr("search.in_library", board=name) if hit.kind is HitKind.LIBRARY else name

    def _title(self, hit: Hit) -> Line:
        spans = list(_marked(hit.title, "title"))
        if hit.official:
            spans.insert(0, Span(f"[{self.tr('official.mark')}] ", "badge"))
        if hit.floor is not None and hit.floor > 1:
            spans.append(Span(f"  #{hit.floor}", "number"))
        return tuple(spans)

    def _headings(self, width: int) -> Sequence[Row]:
        if not self._query:
            return ()
        tr = self.tr
        labels = [tr("threads.date"), tr("threads.author"), tr("search.place"), tr("threads.title")]
        return [Row((Span(f" {self._query}", "md.strong"),)), self._cells.heading(labels, width)]

    def draw(self, width: int, height: int) -> Frame:
        if not self.box.items or height <= 2 * _SNIPPET_ROWS:
            return self.box.draw(width, height)
        frame = self.box.draw(width, height - _SNIPPET_ROWS - 1)
        blank = [_BLANK] * (height - _SNIPPET_ROWS - 1 - len(frame.rows))
        return Frame([*frame.rows, *blank, *self._snippet_rows(width)], frame.cursor)

    def _snippet_rows(self, width: int) -> list[Row]:
        """What stands around the match of the selected hit."""
        hit = self.box.selected
        said = (hit, width, self.stage.ambiguous)
        if hit is None:
            return []
        if self._below is None or self._below[0] != said:
            lines = wrap_line(_marked(hit.snippet, ""), max(2, width - 3), self.stage.ambiguous)
            rows = [Row((Span("  "), *line)) for line in lines[:_SNIPPET_ROWS]]
            self._below = (said, [_BLANK, *rows])
        return self._below[1]

    def hints(self) -> Sequence[Hint]:
        return that_work(_HINTS, self.box.selected)

    # Keys

    def act(self, action: str, data: str) -> Answer:
        if action == "find":
            return self._ask()
        if self._asked is not None and self._next is not None and not self._hits and action in _ONWARDS:
            return self._further(self._asked)
        hit = self.box.selected
        if hit is not None and hit.thread is not None:
            if action == "reply":
                return self.stage.go(f"/t/{hit.thread}/reply#{hit.floor}")
            if action == "details":
                return self.stage.go(f"/t/{hit.thread}/details#{hit.floor}")
        answer = self.box.act(action, data)
        return super().act(action, data) if answer is False else answer


def _route(query: str) -> str:
    """The address of a search, as people can read and type it."""
    return f"/search?q={query.replace('%', '%25')}" if query else "/search"


def _key(hit: Hit) -> Hashable:
    return hit.kind, hit.id


def _marked(text: Snippet, style: str) -> Line:
    """Text with its matches marked."""
    spans: list[Span] = []
    at = 0
    for start, end in text.marks:
        if start > at:
            spans.append(Span(text.text[at:start], style))
        spans.append(Span(text.text[start:end], "found"))
        at = end
    if at < len(text.text):
        spans.append(Span(text.text[at:], style))
    return tuple(spans)


_BLANK: Final = Row()
_ONWARDS: Final = frozenset({"down", "page_down", "page_or_next", "last"})
_HINTS: Final = (
    Hint("enter", "hint.read"),
    Hint("find", "hint.search"),
    Hint("details", "key.details"),
    Hint("leave", "key.leave"),
)
