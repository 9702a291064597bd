"""News: the columns at /news and the bulletins of one at /news/COLUMN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from bbs.forum.accounts.preferences import preference
from bbs.forum.forum import Event
from bbs.forum.news.news import Bulletin, ColumnRow
from bbs.forum.news.news import Column as NewsColumn
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.panes import Panes
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.wrap import wrap
from screens.news.bulletin import BulletinScreen
from screens.news.bulletintext import asks, lead, sign_of, title_of
from screens.news.newswalk import Walk, is_new
from screens.parts.preview import Leaf, Preview
from screens.visit import Screen, Visit

T = TypeVar("T")

_EVENTS: Final = ("bulletin.new", "bulletin.changed")

NEWEST: Final = 30
"""Titles shown of a column in the pane beside the columns."""

FILTER_LIMIT: Final = 60
"""Characters of a filter."""


class News(Screen):
    """The columns, with what is new in each; on a wide terminal beside it what the selected one holds."""

    route = "/news"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._cells: RowCells[ColumnRow] = RowCells(
            (
                Column("mark", 1),
                Column("name", 24, flex=1, style="title", most=44),
                Column("unread", 6, align="right", style="mark.unread", gap=2),
                Column("must", 6, align="right", style="must", gap=2),
                Column("newest", 10, align="right", style="date", gap=2),
            ),
            self._row,
            version=lambda row: self.tr.lang,
        )
        self._list: ListBox[ColumnRow] = ListBox(
            key=lambda row: row.column.slug,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda row: self.stage.push(ColumnScreen(self.visit, row.column.slug)),
            on_move=self._moved,
        )
        self._panes = Panes(self._list)
        self._preview: Preview[ColumnRow] | None = None

    async def open(self) -> None:
        """Count what is new."""
        if preference(self.actor.preferences, "preview"):
            self._preview = Preview(self.stage, key=lambda row: row.column.slug, fetch=self._leaf)
            self._panes.right = self._preview
        self.listen(_EVENTS, self._heard)
        await self.resume()

    def _heard(self, event: Event) -> None:
        """Bulletins came or changed: an open list follows, one below others does so when it is resumed."""
        if self.in_sight:
            self.stage.spawn(self._follow())

    async def _follow(self) -> None:
        await self.resume()
        self.stage.redraw()

    async def resume(self) -> None:
        """Count again: bulletins were read meanwhile."""
        self.title = self.tr("news.title")
        self._list.empty = self.tr("news.no_columns")
        rows = await self.forum.news.columns(self.actor)
        await self._list.load(static(rows, key=lambda row: row.column.slug), self._list.selected_key)
        self._list.invalidate()
        await _load_preview(self._panes, self._preview, self._list.selected, self.stage.width)

    def close(self) -> None:
        """Fetch nothing any more."""
        super().close()
        if self._preview is not None:
            self._preview.close()

    def _moved(self, row: ColumnRow | None) -> None:
        if self._preview is not None and self._panes.split(self.stage.width):
            self._preview.want(row)

    async def _leaf(self, row: ColumnRow) -> Leaf:
        """What a column is for, and its newest bulletins."""
        visit, column = self.visit, row.column
        cells = max(20, (self._panes.split(self.stage.width) or (0, 0))[1])
        about = wrap(visit.named(column.about_zh, column.about_en), cells - 1, self.stage.ambiguous)
        head: list[Line] = [(Span(visit.both(column.zh, column.en), "md.heading"),)]
        head += [(Span(line, "hint"),) for line in about if line]
        head.append(())
        page = await self.forum.news.list(self.actor, column, lang=self.tr.lang, limit=NEWEST)
        dates = [visit.stamp(bulletin.published_at) for bulletin in page.items]
        wide = max(map(len, dates), default=0)
        for date, bulletin in zip(dates, page.items, strict=True):
            head.append((Span(f"{date:<{wide}}  ", "date"), Span(title_of(visit, bulletin))))
        return Leaf(head, "")

    def draw(self, width: int, height: int) -> Frame:
        """The list, or list and pane."""
        ambiguous = self.stage.ambiguous
        self._list.ambiguous = self._cells.ambiguous = self._panes.ambiguous = ambiguous
        return self._panes.draw(width, height)

    def _headings(self, width: int) -> Sequence[Row]:
        labels = ["", *(self.tr(f"news.{name}") for name in ("column", "unread", "must", "newest"))]
        return (self._cells.heading(labels, width),)

    def _row(self, row: ColumnRow) -> Sequence[Cell]:
        return (
            Span("+", "mark.unread") if row.unread else "",
            self.visit.both(row.column.zh, row.column.en),
            str(row.unread or ""),
            str(row.must_read or ""),
            self.visit.stamp(row.newest_at) if row.newest_at is not None else "",
        )

    def act(self, action: str, data: str) -> Answer:
        """Move and open; S reads what is unread, in order."""
        if action == "unread_next":
            return self._read_unread()
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _read_unread(self) -> None:
        found = await Walk(self.visit, None).next_unread("")
        if found is None:
            self.stage.say(self.tr("bulletin.no_more"))
        else:
            await self.stage.push(BulletinScreen(self.visit, found.id))

    def hints(self) -> Sequence[Hint]:
        """Opening, reading what is new, leaving."""
        return (Hint("enter", "key.enter"), Hint("unread_next", "do.unread"), Hint("leave", "key.leave"))


class ColumnScreen(Screen):
    """The bulletins of a column, newest first; on a wide terminal the selected one beside them."""

    def __init__(self, visit: Visit, slug: str) -> None:
        super().__init__(visit)
        self.route = f"/news/{slug}"
        self._slug = slug
        self._column: NewsColumn | None = None
        self._walk = Walk(visit, None)
        self._cells: RowCells[Bulletin] = RowCells(
            (
                Column("mark", 1),
                Column("sign", 2, style="must"),
                Column("must", 4, style="must"),
                Column("title", 20, flex=4, style="title"),
                Column("source", 12, flex=1, style="author", drop=1, gap=2, most=26),
                Column("date", 10, align="right", style="date"),
            ),
            self._row,
            version=lambda bulletin: (self.tr.lang, self.visit.stamp(bulletin.published_at)),
        )
        self._list: ListBox[Bulletin] = ListBox(
            key=lambda bulletin: bulletin.source_id,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda bulletin: self.stage.push(BulletinScreen(self.visit, bulletin.id, self._walk)),
            on_move=self._moved,
        )
        self._panes = Panes(self._list)
        self._preview: Preview[Bulletin] | None = None

    async def open(self) -> None:
        """Fetch the newest; raises NotFound `column.not_found`."""
        self._column = await self.forum.news.column(self.actor, self._slug)
        self.title = self.visit.both(self._column.zh, self._column.en)
        self._list.spawn, self._list.redraw = self.stage.spawn, self.stage.redraw
        if preference(self.actor.preferences, "preview"):
            self._preview = Preview(self.stage, key=lambda bulletin: bulletin.id, fetch=self._leaf)
            self._panes.right = self._preview
        self.listen(_EVENTS, self._heard)
        await self._filter("")

    def _heard(self, event: Event) -> None:
        """Bulletins of this column came or changed."""
        if event.payload.get("column") == self._slug and self.in_sight:
            self.stage.spawn(self._follow())

    async def _follow(self) -> None:
        await self.resume()
        self.stage.redraw()

    async def resume(self) -> None:
        """Marks have changed, and maybe the language."""
        if self._column is not None:
            self.title = self.visit.both(self._column.zh, self._column.en)
        self._list.empty = self._empty()
        await self._list.refresh()
        self._list.invalidate()
        await _load_preview(self._panes, self._preview, self._list.selected, self.stage.width)

    def close(self) -> None:
        """Fetch nothing any more."""
        super().close()
        if self._preview is not None:
            self._preview.close()

    async def _filter(self, title: str, keep: str | None = None) -> None:
        self._walk = Walk(self.visit, self._column, title)
        self._list.empty = self._empty()
        await self._list.load(self._walk.source(), keep)
        self._list.invalidate()
        await _load_preview(self._panes, self._preview, self._list.selected, self.stage.width)

    def _empty(self) -> str:
        return self.tr("news.no_match", title=self._walk.title) if self._walk.title else self.tr("news.empty")

    def _moved(self, bulletin: Bulletin | None) -> None:
        if self._preview is not None and self._panes.split(self.stage.width):
            self._preview.want(bulletin)

    async def _leaf(self, bulletin: Bulletin) -> Leaf:
        """A bulletin from its beginning; looking at it here does not count as reading it."""
        found = await self.forum.news.get(self.actor, bulletin.id)
        cells = max(20, (self._panes.split(self.stage.width) or (0, 0))[1])
        return Leaf(lead(self.visit, found, cells, self.stage.ambiguous), found.body)

    def draw(self, width: int, height: int) -> Frame:
        """The list, or list and pane."""
        ambiguous = self.stage.ambiguous
        self._list.ambiguous = self._cells.ambiguous = self._panes.ambiguous = ambiguous
        return self._panes.draw(width, height)

    def _headings(self, width: int) -> Sequence[Row]:
        labels = ["", "", "", *(self.tr(f"news.{name}") for name in ("bulletin", "source", "date"))]
        rows = [self._cells.heading(labels, width)]
        if self._walk.title:
            rows.insert(0, Row((Span(f" {self.tr('news.filter', title=self._walk.title)}", "hint"),)))
        return rows

    def _row(self, bulletin: Bulletin) -> Sequence[Cell]:
        must: Cell = ""
        if bulletin.must_read and not self.actor.is_guest:
            waits = asks(self.visit, bulletin)
            must = Span(self.tr("news.must_mark" if waits else "news.done_mark"), "must" if waits else "row.dim")
        return (
            self._mark(bulletin),
            sign_of(bulletin),
            must,
            title_of(self.visit, bulletin),
            bulletin.source,
            self.visit.stamp(bulletin.published_at),
        )

    def _mark(self, bulletin: Bulletin) -> Cell:
        if self.actor.is_guest:
            return ""
        if bulletin.changed:
            return Span("~", "mark.changed")
        return Span("+", "mark.unread") if is_new(bulletin, self.forum.clock.now()) else ""

    def act(self, action: str, data: str) -> Answer:
        """Move, open, filter; leaving a filter keeps the place."""
        if action == "find":
            return self._ask_filter()
        if action == "leave" and self._walk.title:
            selected = self._list.selected
            return self._filter("", selected.source_id if selected else None)
        if action == "unread_next":
            return self._read_unread()
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _ask_filter(self) -> None:
        title = await self.stage.ask(self.tr("news.ask_filter"), self._walk.title, limit=FILTER_LIMIT)
        if title is not None:
            await self._filter(title.strip())

    async def _read_unread(self) -> None:
        walk = Walk(self.visit, self._column)
        found = await walk.next_unread("")
        if found is None:
            self.stage.say(self.tr("bulletin.no_more"))
        else:
            await self.stage.push(BulletinScreen(self.visit, found.id, walk))

    def hints(self) -> Sequence[Hint]:
        """Opening, filtering, reading what is new, leaving."""
        return (
            Hint("enter", "key.enter"),
            Hint("find", "do.filter"),
            Hint("unread_next", "do.unread"),
            Hint("leave", "do.all" if self._walk.title else "key.leave"),
        )


async def _load_preview(panes: Panes, preview: Preview[T] | None, selected: T | None, columns: int) -> None:
    """Show the pane anew, where there is room for it; whatever it had may have changed."""
    if preview is not None and panes.split(columns):
        preview.forget()
        await preview.load(selected)
