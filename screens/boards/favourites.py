"""Favourites: boards and threads kept at hand, in one's own order, some of them in folders."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from bbs.forum.boards.boards import UNREAD_CAP
from bbs.forum.forum import Event
from bbs.forum.reading.favourites import FOLDER_LIMIT, Favourite, Kind
from bbs.terminal.canvas import Frame
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from screens.parts.keeping import completing, refused
from screens.parts.marking import Marking
from screens.parts.onward import unread_favourites
from screens.parts.sieve import Sieve
from screens.visit import Screen, Visit

_EVENTS: Final = ("post.new", "thread.new", "community.changed")
_TOP: Final = "/"
"""What leads out of a folder when one says where to move something."""


class FavouritesScreen(Screen):
    """`/fav`, and one of its folders."""

    context = "list"

    def __init__(self, visit: Visit, folder: int | None = None) -> None:
        super().__init__(visit)
        self.folder = folder
        self.route = "/fav" if folder is None else f"/fav/{folder}"
        self.title = visit.tr("fav.title")
        self._all: list[Favourite] = []
        self._items: list[Favourite] = []
        self._names: dict[str, str] = {}
        self._changes = visit.changes
        self._stale = False
        self._marking = Marking(self)
        self._sieve: Sieve[Favourite] = Sieve(
            self, lambda: self.box, key=lambda one: one.id, text=self._text, again=self._sift
        )

    async def open(self) -> None:
        self._cells: RowCells[Favourite] = RowCells(
            [
                Column("number", 4, align="right", style="number"),
                Column("kind", 1, style="mark.kept"),
                Column("name", 20, flex=4, style="title", gap=2),
                Column("new", 5, align="right", style="mark.unread", gap=2),
                Column("about", 14, flex=1, most=30, style="hint", drop=1, gap=2),
            ],
            self._row,
            version=lambda one: (self.tr.lang, self._number(one)),
            ambiguous=self.stage.ambiguous,
        )
        self.box: ListBox[Favourite] = ListBox(
            key=lambda one: one.id,
            render=self._cells.render,
            headings=lambda width: [*self._sieve.rows(), self._cells.heading(self._labels(), width)],
            on_open=self._enter,
            spawn=self.stage.spawn,
            redraw=self.stage.redraw,
            ambiguous=self.stage.ambiguous,
        )
        self.listen(_EVENTS, self._heard)
        await self._load()

    async def resume(self) -> None:
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        self.box.invalidate()
        if self._stale or self._changes != self.visit.changes:
            await self._load()

    def _heard(self, event: Event) -> None:
        self._stale = True

    async def _load(self, keep: int | None = None) -> None:
        self._stale, self._changes = False, self.visit.changes
        kept = self.forum.favourites
        if self.folder is not None:
            await kept.list(self.actor, self.folder)  # says so when the folder is gone
        self._all = await kept.all(self.actor)
        old = [one.id for one in self._items]
        place = old.index(self.box.selected.id) if self.box.selected is not None else 0
        self._items = [one for one in self._all if one.parent == self.folder]
        boards = await self.forum.boards.readable(self.actor)
        self._names = {board.slug: self.visit.named(board.zh, board.en) for board in boards.values()}
        folder = next((one for one in self._all if one.id == self.folder), None)
        title = self.tr("fav.title")
        self.title = title if folder is None else f"{title} > {folder.name}"
        self.box.empty = self._sieve.empty(self._empty())
        shown = self._sieve.of(self._items)
        left = {one.id for one in shown}
        after = next((one for one in [*old[place:], *reversed(old[:place])] if one in left), None)
        await self.box.load(static(shown, key=lambda one: one.id), after if keep is None else keep)

    async def _sift(self, keep: Hashable | None) -> None:
        await self._load(keep if isinstance(keep, int) else None)

    def _text(self, one: Favourite) -> str:
        """What a filter looks through."""
        if one.board is not None:
            return f"{one.board.zh} {one.board.en} {one.board.slug}"
        return one.thread.title if one.thread is not None else one.name

    def _empty(self) -> str:
        if self.actor.is_guest:
            return self.tr("guest.no_marks")
        return self.tr("fav.empty" if self.folder is None else "fav.folder_empty")

    # Drawing

    def _labels(self) -> Sequence[str]:
        return ["", "", *(self.tr(f"fav.{name}") for name in ("name", "new", "about"))]

    def _number(self, one: Favourite) -> int:
        return self._items.index(one) + 1 if one in self._items else 0

    def _row(self, one: Favourite) -> Sequence[Cell]:
        tr, visit = self.tr, self.visit
        sign, about = "", ""
        name: Cell = Span(tr("fav.gone"), "row.dim")
        if one.kind is Kind.FOLDER:
            sign, name = "/", Span(one.name, "md.strong")
            about = tr.plural("fav.inside", sum(1 for each in self._all if each.parent == one.id))
        elif one.board is not None:
            name, about = visit.named(one.board.zh, one.board.en), tr("fav.board")
        elif one.thread is not None:
            muted = one.thread.muted
            sign = "-" if muted else ""
            name, about = Span(one.thread.title, "row.dim" if muted else "title"), self._names[one.thread.board]
        new = f"{UNREAD_CAP}+" if one.unread >= UNREAD_CAP else str(one.unread or "")
        return (str(self._number(one)), sign, name, new, about)

    def draw(self, width: int, height: int) -> Frame:
        return self.box.draw(width, height)

    def hints(self) -> Sequence[Hint]:
        if self.actor.is_guest:
            return _GUEST_HINTS
        return _HINTS if self._items else _EMPTY_HINTS

    # Keys

    def act(self, action: str, data: str) -> Answer:
        one = self.box.selected
        if action == "unread_next":
            return self._read_unread()
        if action == "post":
            return self._new_folder()
        if action == "undo":
            return self._undo(one)
        if one is not None:
            answer = self._with(action, one)
            if answer is not False:
                return answer
        answer = self._sieve.act(action, one)
        answer = self.box.act(action, data) if answer is False else answer
        return super().act(action, data) if answer is False else answer

    def _with(self, action: str, one: Favourite) -> Answer:
        if action in ("favourite", "delete"):
            return self._remove(one)
        if action in ("shift_up", "shift_down"):
            return self._shift(one, -1 if action == "shift_up" else 1)
        if action == "move":
            return self._move(one)
        if action == "retitle" and one.kind is Kind.FOLDER:
            return self._rename(one)
        if action == "mark_read" and one.kind is not Kind.FOLDER:
            return self._mark(one)
        if action == "reply" and one.thread is not None:
            return self.stage.go(f"{one.route}/reply")
        if action == "details" and one.thread is not None:
            return self.stage.go(f"{one.route}/details")
        if action in ("notice", "tab") and one.board is not None:
            return self.stage.go(f"{one.route}/notice")
        return False

    def _enter(self, one: Favourite) -> Answer:
        if one.route:
            return self.stage.go(one.route)
        self.stage.bell()
        self.stage.say(self.tr("fav.gone_why"), "message.warn")
        return True

    async def _read_unread(self) -> None:
        found = await unread_favourites(self.visit, 1, folder=self.folder)
        if not found:
            self.stage.say(self.tr("unread.none"))
            return
        await self.stage.go(found[0].route)

    async def _new_folder(self) -> None:
        if refused(self):
            return
        if self.folder is not None:
            self.stage.say(self.tr("fav.one_level"), "message.warn")
            return
        name = await self.stage.ask(self.tr("fav.folder_name"), limit=FOLDER_LIMIT)
        if name is None or not name.strip():
            return
        number = await self.forum.favourites.add_folder(self.actor, name)
        await self._load(number)
        self.stage.say(self.tr("fav.folder_made"), "message.good")

    async def _rename(self, one: Favourite) -> None:
        name = await self.stage.ask(self.tr("fav.folder_name"), one.name, limit=FOLDER_LIMIT)
        if name is None or not name.strip():
            return
        await self.forum.favourites.rename(self.actor, one.id, name)
        await self._load(one.id)

    async def _remove(self, one: Favourite) -> None:
        inside = sum(1 for each in self._all if each.parent == one.id)
        if inside and not await self.stage.confirm(self.tr("fav.remove_folder", name=one.name)):
            return
        await self.forum.favourites.remove(self.actor, one.id)
        self.visit.changes += 1
        await self._load()
        self.stage.say(self.tr("fav.removed", name=self._name(one)), "message.good")

    def _name(self, one: Favourite) -> str:
        if one.board is not None:
            return self.visit.named(one.board.zh, one.board.en)
        return one.thread.title if one.thread is not None else one.name or self.tr("fav.gone")

    async def _shift(self, one: Favourite, step: int) -> None:
        await self._place(one, self._number(one) - 1 + step)

    async def _place(self, one: Favourite, place: int) -> None:
        if not 0 <= place < len(self._items):
            self.stage.bell()
            return
        await self.forum.favourites.move(self.actor, one.id, place)
        self.visit.changes += 1
        await self._load(one.id)

    async def _move(self, one: Favourite) -> None:
        """Move to a place in the list, into a folder by its name, or out of it with `/`."""
        folders = {each.name: each.id for each in self._all if each.kind is Kind.FOLDER}
        names = [] if one.kind is Kind.FOLDER else [*folders, *([_TOP] if self.folder is not None else [])]
        question = self.tr("fav.move_to" if names else "fav.move_place")
        typed = await self.stage.ask(
            question, limit=FOLDER_LIMIT, complete=lambda text: completing(names, text) if names else ()
        )
        words = (typed or "").strip()
        if not words:
            return
        if words.isascii() and words.isdecimal() and words not in folders:
            await self._place(one, min(int(words[:6]), len(self._items)) - 1)
            return
        target = folders.get(words)
        if words not in names:
            self.stage.say(self.tr("fav.no_folder", name=words), "message.warn")
            return
        await self.forum.favourites.put(self.actor, one.id, target)
        self.visit.changes += 1
        await self._load()
        self.stage.say(self.tr("fav.moved", name=words), "message.good")

    async def _undo(self, one: Favourite | None) -> None:
        said = await self._marking.undo(one.board if one is not None else None)
        if said:
            await self._load(one.id if one is not None else None)
            self.stage.say(said, "message.good")

    async def _mark(self, one: Favourite) -> None:
        if one.board is not None:
            said = await self._marking.board(one.board)
        elif one.thread is not None:
            said = await self._marking.thread(one.thread)
        else:
            return
        await self._load(one.id)
        self.stage.say(said, "message.good")


_HINTS: Final = (
    Hint("enter", "key.enter"),
    Hint("unread_next", "hint.unread"),
    Hint("post", "hint.new_folder"),
    Hint("move", "hint.move"),
    Hint("favourite", "hint.remove"),
    Hint("mark_read", "hint.mark_read"),
    Hint("leave", "key.leave"),
)
_EMPTY_HINTS: Final = (Hint("post", "hint.new_folder"), Hint("boards_goto", "hint.board"), Hint("leave", "key.leave"))
_GUEST_HINTS: Final = (Hint("boards_goto", "hint.board"), Hint("leave", "key.leave"))
