"""All boards by section, with what is unread in each."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bbs.forum.accounts.preferences import preference
from bbs.forum.boards.places import Board, BoardRow, Section
from bbs.forum.forum import Event
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.panes import Panes
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.source import Direction, Source
from bbs.terminal.view import Answer, Hint
from bbs.text.pinyin import initials
from bbs.text.spans import Span
from bbs.text.width import fit
from bbs.text.wrap import wrap
from screens.boards.boardleaf import board_leaf
from screens.boards.library import from_reader
from screens.cases.start import start_route
from screens.parts.keeping import refused, toggle_favourite
from screens.parts.marking import Marking
from screens.parts.onward import unread_in
from screens.parts.preview import Leaf, Preview
from screens.visit import Screen, Visit

_EVENTS: Final = ("post.new", "thread.new", "community.changed")
_UNREAD_CAP: Final = 999
_WITH_STATUS: Final = 12
"""Rows from which some are given to the selected board's purpose."""
_STATUS_ROWS: Final = 2


@dataclass(frozen=True, slots=True)
class Numbered:
    """A board in the list, with the number it has on the screen."""

    number: int
    row: BoardRow


Item: TypeAlias = Section | Numbered


def _key(item: Item) -> Hashable:
    return item.row.board.slug if isinstance(item, Numbered) else f"section {item.slug}"


class SectionedList(ListBox[Item]):
    """A list in which sections are headings: the selection passes over them."""

    def _move(self, delta: int, *, paged: bool = False) -> Answer:
        before = self._at, self._top
        answer = super()._move(delta, paged=paged)
        return False if answer is True and before == (self._at, self._top) else answer

    def _end(self, direction: Direction) -> Answer:
        before = self._at, self._top
        answer = super()._end(direction)
        return False if answer is True and before == (self._at, self._top) else answer

    def _step(self, target: int, paged: bool) -> None:
        items = self.items
        way = 1 if target >= self._at else -1
        ahead = range(target, len(items) if way > 0 else -1, way)
        back = range(target, -1 if way > 0 else len(items), -way)
        for place in (*ahead, *back):
            if isinstance(items[place], Numbered):
                super()._step(place, paged)
                if place == 1:
                    self._top = 0  # the first heading belongs to the first board
                return


class BoardsScreen(Screen):
    """The list of boards."""

    route = "/b"
    context = "list"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.title = visit.tr("boards.title")
        self._filter = ""
        self._known: list[tuple[Section, list[BoardRow]]] = []
        self._stale = False
        self._changes = visit.changes
        self._status: tuple[object, Sequence[Row]] | None = None
        self._marking = Marking(self)

    async def open(self) -> None:
        self._cells: RowCells[Item] = RowCells(
            [
                Column("number", 4, align="right", style="number"),
                Column("board", 24, flex=2, most=40, style="title", gap=2),
                Column("unread", 7, align="right", style="mark.unread", gap=2),
                Column("threads", 8, align="right", style="count", drop=1, gap=1),
                Column("about", 40, flex=3, style="hint", drop=2, gap=3),
            ],
            self._row_cells,
            version=lambda item: self.tr.lang,
            ambiguous=self.stage.ambiguous,
        )
        self.box = SectionedList(
            key=_key,
            render=self._render,
            headings=self._headings,
            empty=self.tr("boards.empty"),
            on_open=self._enter,
            on_move=self._moved,
            spawn=self.stage.spawn,
            redraw=self.stage.redraw,
            ambiguous=self.stage.ambiguous,
        )
        self._preview: Preview[Item] = Preview(self.stage, key=_key, fetch=self._leaf)
        self.at_close(self._preview.close)
        shown = preference(self.actor.preferences, "preview")
        self.panes = Panes(self.box, self._preview if shown else None, ambiguous=self.stage.ambiguous)
        self.listen(_EVENTS, self._heard)
        await self._fetch()
        await self._show(None)

    async def resume(self) -> None:
        self.title = self.tr("boards.title")
        self.box.ambiguous = self._cells.ambiguous = self.panes.ambiguous = self.stage.ambiguous
        self.box.invalidate()
        if self._stale or self._changes != self.visit.changes:
            await self._fetch()
            await self._show(self.box.selected_key)

    def _heard(self, event: Event) -> None:
        self._stale = True
        if event.kind == "community.changed":
            self.stage.spawn(self._community_changed())

    async def _community_changed(self) -> None:
        """Boards came or went: the open list follows at once, and the selection stays where it was."""
        await self._fetch()
        await self._show(self.box.selected_key)
        self.stage.redraw()

    async def _fetch(self) -> None:
        self._stale, self._changes = False, self.visit.changes
        self._known = await self.forum.boards.sections(self.actor)

    async def _show(self, keep: Hashable | None) -> None:
        """Put the boards that pass the filter into the list."""
        items: list[Item] = []
        number = 0
        for section, rows in self._known:
            matching = [row for row in rows if self._matches(row)]
            if not matching:
                continue
            items.append(section)
            for row in matching:
                number += 1
                items.append(Numbered(number, row))
        boards = [item for item in items if isinstance(item, Numbered)]
        keys = {_key(item) for item in boards}
        if keep not in keys:
            keep = _key(boards[0]) if boards else None

        async def locate(wanted: int) -> Hashable | None:
            return _key(boards[wanted - 1]) if 1 <= wanted <= len(boards) else None

        source: Source[Item] = replace(static(items, key=_key), locate=locate)
        self.box.empty = self.tr("boards.no_match") if self._filter else self.tr("boards.empty")
        await self.box.load(source, keep)
        if self._pane:
            self._preview.forget()
            await self._preview.load(self.box.selected)

    @property
    def _pane(self) -> tuple[int, int] | None:
        return self.panes.split(self.stage.width)

    def _moved(self, item: Item | None) -> None:
        if self._pane:
            self._preview.want(item)

    async def _leaf(self, item: Item) -> Leaf | None:
        if self._pane is None or not isinstance(item, Numbered):
            return None
        return await board_leaf(self.visit, item.row.board, self._pane[1], self.stage.ambiguous)

    def _matches(self, row: BoardRow) -> bool:
        wanted = self._filter.casefold()
        board = row.board
        names = (board.slug, board.zh, board.en.casefold(), initials(board.zh))
        return not wanted or any(wanted in name for name in names)

    # Drawing

    def _headings(self, width: int) -> Sequence[Row]:
        tr = self.tr
        labels = [tr(f"boards.{name}") for name in ("number", "board", "unread", "threads", "about")]
        return [self._cells.heading(labels, width)]

    def _render(self, item: Item, width: int, selected: bool) -> Row:
        if isinstance(item, Section):
            name = fit(f" {self.visit.both(item.zh, item.en)}", width, self.stage.ambiguous)
            return Row((Span(name, "panel.title"),), "panel")
        return self._cells.render(item, width, selected)

    def _row_cells(self, item: Item) -> Sequence[Cell]:
        if isinstance(item, Section):
            return ("",) * 5
        board = item.row.board
        unread = item.row.unread
        shown = f"{_UNREAD_CAP}+" if unread >= _UNREAD_CAP else str(unread) if unread else ""
        name: Cell = (Span(self.visit.named(board.zh, board.en), "title"),)
        other = board.en if self.visit.chinese else board.zh
        if other:
            name = (*name, Span(f"  {other}", "hint"))
        new: Cell = shown
        if item.row.muted:
            new = (Span(shown, "mark.unread"), Span(f" -{item.row.muted}", "row.dim"))
        return (str(item.number), name, new, str(board.threads), self.visit.named(board.about_zh, board.about_en))

    def draw(self, width: int, height: int) -> Frame:
        if height < _WITH_STATUS or self.panes.split(width):
            return self.panes.draw(width, height)
        return self.box.draw(width, height - 1 - _STATUS_ROWS).above(self._status_rows(width), height)

    def _status_rows(self, width: int) -> Sequence[Row]:
        """What the selected board is for, in full, which narrow terminals have no column for."""
        item = self.box.selected
        said = (item, width, self.tr.lang)
        if self._status is None or self._status[0] != said:
            board = item.row.board if isinstance(item, Numbered) else None
            about = self.visit.named(board.about_zh, board.about_en) if board is not None else ""
            if isinstance(item, Numbered) and item.row.muted:
                about = f"{self.tr.plural('boards.muted', item.row.muted)}  {about}"
            lines = wrap(about, max(2, width - 2), self.stage.ambiguous)[:_STATUS_ROWS]
            rows = [Row((Span(f" {line}", "hint"),)) for line in lines]
            self._status = (said, [*rows, *(Row() for _ in range(_STATUS_ROWS - len(rows)))])
        return self._status[1]

    def hints(self) -> Sequence[Hint]:
        if self._filter:
            return _FILTERED
        return _GUEST_HINTS if self.actor.is_guest else _HINTS

    # Keys

    def act(self, action: str, data: str) -> Answer:
        if action == "find":
            return self._find()
        if action == "leave" and self._filter:
            self._filter = ""
            return self._show(self.box.selected_key)
        if action in ("notice", "tab") and isinstance(self.box.selected, Numbered):
            return self.stage.go(f"{self.box.selected.row.board.route}/notice")
        if action == "unread_next":
            return self._read_unread()
        if action == "post" and isinstance(self.box.selected, Numbered):
            return self.stage.go(start_route(self.actor, self.box.selected.row.board))
        if action in ("mark_read", "undo") and isinstance(self.box.selected, Numbered):
            board = self.box.selected.row.board
            return self._mark(board, undo=action == "undo")
        if action == "favourite" and isinstance(self.box.selected, Numbered):
            return toggle_favourite(self, self.box.selected.row.board)
        if action == "library" and isinstance(self.box.selected, Numbered):
            return from_reader(self, self.box.selected.row.board)
        answer = self.box.act(_AS_IN_LISTS.get(action, action), data)
        return super().act(action, data) if answer is False else answer

    def _enter(self, item: Item) -> Answer:
        return self.stage.go(item.row.board.route) if isinstance(item, Numbered) else False

    async def _find(self) -> None:
        wanted = await self.stage.ask(self.tr("boards.find"), self._filter, limit=40)
        if wanted is not None:
            self._filter = wanted.strip()
            await self._show(self.box.selected_key)

    async def _read_unread(self) -> None:
        """Open the first unread thread from the selected board on."""
        selected = self.box.selected
        rows = [item.row for item in self.box.items if isinstance(item, Numbered)]
        place = selected.number - 1 if isinstance(selected, Numbered) else 0
        for row in [*rows[place:], *rows[:place]]:
            threads = await unread_in(self.visit, row.board, 1) if row.unread else []
            if threads:
                await self.stage.go(threads[0].route)
                return
        self.stage.say(self.tr("unread.none"))

    async def _mark(self, board: Board, *, undo: bool) -> None:
        if refused(self):
            return
        words = await (self._marking.undo(board) if undo else self._marking.board(board))
        if not words:
            return
        await self.resume()
        self.stage.say(words, "message.good")


_AS_IN_LISTS: Final = {
    "thread_first": "first",
    "thread_prev": "up",
    "thread_next": "down",
    "thread_last": "last",
}
_HINTS: Final = (
    Hint("enter", "key.enter"),
    Hint("unread_next", "hint.unread"),
    Hint("find", "hint.filter"),
    Hint("notice", "hint.notice"),
    Hint("mark_read", "hint.mark_read"),
    Hint("boards_goto", "hint.board"),
    Hint("leave", "key.leave"),
)
_GUEST_HINTS: Final = tuple(hint for hint in _HINTS if hint.action not in ("unread_next", "mark_read"))
_FILTERED: Final = (
    Hint("leave", "hint.unfilter"),
    Hint("enter", "key.enter"),
    Hint("find", "hint.filter"),
)
