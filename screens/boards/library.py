"""A board's library: its folders as lists, its texts to read; moderators keep it with the same keys."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.boards.library_tree import PATH_LIMIT, Item
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import TITLE_LIMIT, Post, Thread
from bbs.terminal.canvas import Frame
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Choice, Hint, View
from bbs.text.spans import Line, Span
from screens.parts.keeping import completing
from screens.parts.leaf import LeafScreen, Text
from screens.parts.sieve import Sieve
from screens.visit import Screen, Visit

_ROOT: Final = "/"
"""The library itself, where one says into which folder."""


class LibraryScreen(Screen):
    """What is at a path: the shelf of a folder, or a text. Which of the two is known when it is opened."""

    def __init__(self, visit: Visit, slug: str, path: str = "") -> None:
        super().__init__(visit)
        self.slug, self.path = slug, path
        self.route = f"/b/{slug}/library" + (f"/{path}" if path else "")
        self.context = "list"
        self._inner: View | None = None

    async def open(self) -> None:
        board = await self.forum.boards.get(self.actor, self.slug)
        item = await self.forum.library.get(self.actor, board, self.path) if self.path else None
        inner: Shelf | LibraryText
        if item is None or item.folder:
            inner = Shelf(self.visit, board, self.path, item)
        else:
            inner = LibraryText(self.visit, board, item)
        inner.stage = self.stage
        await inner.open()
        self._inner, self.context, self.title = inner, inner.context, inner.title

    @property
    def _face(self) -> View:
        if self._inner is None:
            raise RuntimeError("the library is asked before it is open")
        return self._inner

    async def resume(self) -> None:
        await self._face.resume()
        self.title = self._face.title

    def close(self) -> None:
        super().close()
        if self._inner is not None:
            self._inner.close()

    def draw(self, width: int, height: int) -> Frame:
        return self._face.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        return self._face.act(action, data)

    def hints(self) -> Sequence[Hint]:
        return self._face.hints()


class Shelf(Screen):
    """One folder."""

    context = "list"

    def __init__(self, visit: Visit, board: Board, path: str, folder: Item | None) -> None:
        super().__init__(visit)
        self.board, self.path = board, path
        self.route = f"{board.route}/library" + (f"/{path}" if path else "")
        self._folder = folder
        self._items: list[Item] = []
        self._keeps = access.allowed(visit.actor, Verb.LIBRARY_CHANGE, place=board)
        self._sieve: Sieve[Item] = Sieve(
            self,
            lambda: self.box,
            key=lambda item: item.id,
            text=lambda item: item.title,
            author=lambda item: item.source.author if item.source is not None else item.changed_by,
            again=self._load,
        )

    async def open(self) -> None:
        self._cells: RowCells[Item] = RowCells(
            [
                Column("number", 4, align="right", style="number"),
                Column("kind", 1, style="mark.kept"),
                Column("title", 20, flex=5, style="title", gap=2),
                Column("author", 14, flex=1, most=22, style="author", drop=2, gap=2),
                Column("date", 5, style="date", drop=1, gap=2),
            ],
            self._row,
            version=lambda item: (self.tr.lang, self._number(item), self.visit.stamp(item.changed_at)),
            ambiguous=self.stage.ambiguous,
        )
        self.box: ListBox[Item] = ListBox(
            key=lambda item: item.id,
            render=self._cells.render,
            headings=lambda width: [*self._sieve.rows(), self._cells.heading(self._labels(), width)],
            on_open=lambda item: self.stage.go(item.route),
            spawn=self.stage.spawn,
            redraw=self.stage.redraw,
            ambiguous=self.stage.ambiguous,
        )
        await self._load(None)

    async def resume(self) -> None:
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        self.box.invalidate()
        await self._load(self.box.selected.id if self.box.selected else None)

    async def _load(self, keep: Hashable | None) -> None:
        name = self.visit.named(self.board.zh, self.board.en)
        self.title = self.tr("library.title", board=name)
        if self._folder is not None:
            self.title = f"{self.title} > {self._folder.title}"
        self.box.empty = self._sieve.empty(self.tr("library.empty_keep" if self._keeps else "library.empty"))
        self._items = await self.forum.library.list(self.actor, self.board, self.path)
        await self.box.load(static(self._sieve.of(self._items), key=lambda item: item.id), keep)

    # Drawing

    def _labels(self) -> Sequence[str]:
        tr = self.tr
        return ["", "", tr("threads.title"), tr("threads.author"), tr("threads.date")]

    def _number(self, item: Item) -> int:
        return self._items.index(item) + 1 if item in self._items else 0

    def _row(self, item: Item) -> Sequence[Cell]:
        title: Cell = Span(item.title, "md.strong" if item.folder else "title")
        author: Cell = ""
        if item.source is not None:
            author = Span(item.source.author, "author")
            if item.source.official:
                # Beside the name and not the title: that one is the moderator's.
                author = (Span(f"[{self.tr('official.mark')}] ", "badge"), Span(item.source.author, "badge"))
        date = self.visit.stamp(item.changed_at)
        number, kind = str(self._number(item)), "/" if item.folder else ""
        return (number, kind, title, author, date if len(date) <= 5 else date[:4])

    def draw(self, width: int, height: int) -> Frame:
        return self.box.draw(width, height)

    def hints(self) -> Sequence[Hint]:
        if not self._keeps:
            return _HINTS
        return _KEEPER_HINTS if self._items else _EMPTY_HINTS

    # Keys

    def act(self, action: str, data: str) -> Answer:
        item = self.box.selected
        if action == "library":
            return self.stage.pop()  # the key that opened it closes it
        if self._keeps and action == "post":
            return self._new_folder()
        if self._keeps and item is not None:
            answer = self._with(action, item)
            if answer is not False:
                return answer
        answer = self._sieve.act(action, item)
        answer = self.box.act(action, data) if answer is False else answer
        return super().act(action, data) if answer is False else answer

    def _with(self, action: str, item: Item) -> Answer:
        if action == "retitle":
            return self._rename(item)
        if action == "delete":
            return self._remove(item)
        if action in ("shift_up", "shift_down"):
            return self._shift(item, -1 if action == "shift_up" else 1)
        if action == "move":
            return self._move(item)
        return False

    async def _new_folder(self) -> None:
        title = await self.stage.ask(self.tr("library.folder_title"), limit=TITLE_LIMIT)
        if title is None or not title.strip():
            return
        made = await self.forum.library.add_folder(self.actor, self.board, self.path, title)
        await self._load(made.id)
        self.stage.say(self.tr("library.folder_made", title=made.title), "message.good")

    async def _rename(self, item: Item) -> None:
        title = await self.stage.ask(self.tr("library.new_title"), item.title, limit=TITLE_LIMIT)
        if title is None or not title.strip():
            return
        await self.forum.library.rename(self.actor, self.board, item.path, title)
        await self._load(item.id)
        self.stage.say(self.tr("library.renamed"), "message.good")

    async def _remove(self, item: Item) -> None:
        count = await self.forum.library.holds(self.actor, self.board, item.path)
        words = self.tr.plural("library.remove_folder", count - 1, title=item.title)
        question = words if count > 1 else self.tr("library.remove_ask", title=item.title)
        if not await self.stage.confirm(question):
            return
        place = self._number(item) - 1
        await self.forum.library.remove(self.actor, self.board, item.path)
        beside = [one.id for one in self._items if one.id != item.id]
        await self._load(beside[min(place, len(beside) - 1)] if beside else None)
        self.stage.say(self.tr("library.removed", title=item.title), "message.good")

    async def _shift(self, item: Item, step: int) -> None:
        place = self._number(item) - 1 + step
        if not 0 <= place < len(self._items):
            self.stage.bell()
            return
        await self.forum.library.shift(self.actor, self.board, item.path, place)
        await self._load(item.id)

    async def _move(self, item: Item) -> None:
        folder = await ask_folder(self, self.board, self.path)
        if folder is None:
            return
        moved = await self.forum.library.move(self.actor, self.board, item.path, folder)
        await self._load(None)
        self.stage.say(self.tr("library.moved", path=moved.route), "message.good")


class LibraryText(LeafScreen):
    """One text, with where it was taken from."""

    def __init__(self, visit: Visit, board: Board, item: Item) -> None:
        super().__init__(visit, item.route)
        self.board, self.item = board, item

    async def prepare(self) -> None:
        name = self.visit.named(self.board.zh, self.board.en)
        self.title = f"{self.tr('library.title', board=name)} > {self.item.title}"
        self.text = Text(self.item.body or "", self._about())

    def _about(self) -> tuple[Line, ...]:
        item, tr, visit = self.item, self.tr, self.visit
        lines: list[Line] = [(Span(item.title, "md.heading"),)]
        source = item.source
        if source is not None:
            style = "official.name" if source.official else "author"
            mark = (Span(f"[{tr('official.mark')}] ", "badge"),) if source.official else ()
            words = f"  {visit.moment(source.written_at)}  {tr('library.from', route=source.route)}"
            lines.append((*mark, Span(source.author, style), Span(words, "hint")))
        lines.append((Span(tr("library.kept_by", name=item.changed_by, when=visit.moment(item.changed_at)), "hint"),))
        return tuple(lines)

    def act(self, action: str, data: str) -> Answer:
        if action == "library":
            return self.stage.pop()
        if action == "enter" and self.item.source is not None:
            return self.stage.go(self.item.source.route)
        return super().act(action, data)

    def hints(self) -> Sequence[Hint]:
        first = (Hint("enter", "hint.source"),) if self.item.source is not None else ()
        return (*first, *super().hints())


async def ask_folder(screen: Screen, board: Board, initial: str) -> str | None:
    """Ask for a folder by its path, with completion; None when the person backs out or there is no such folder."""
    paths = [_ROOT, *(f"/{path}" for path, _ in await screen.forum.library.folders(screen.actor, board))]
    typed = await screen.stage.ask(
        screen.tr("library.into"), f"/{initial}", limit=PATH_LIMIT, complete=lambda text: completing(paths, text)
    )
    if typed is None:
        return None
    wanted = "/" + typed.strip().strip("/")
    if wanted in paths:
        return wanted[1:]
    screen.stage.say(screen.tr("library.no_such_folder", path=wanted), "message.warn")
    return None


async def from_reader(screen: Screen, board: Board, thread: Thread | None = None, post: Post | None = None) -> None:
    """The library's key on a post: open the library, or (for its keepers) take the post into it."""
    route = f"{board.route}/library"
    if not board.library:
        screen.stage.bell()
        screen.stage.say(screen.tr("library.no_library"), "message.warn")
        return
    if thread is None or post is None or not access.allowed(screen.actor, Verb.LIBRARY_CHANGE, place=board):
        await screen.stage.go(route)
        return
    tr = screen.tr
    choices = [Choice("x", tr("library.open")), Choice("t", tr("library.take", floor=post.floor))]
    chosen = await screen.stage.choose(tr("library.ask"), choices)
    if chosen == "x":
        await screen.stage.go(route)
    if chosen != "t":
        return
    folder = await ask_folder(screen, board, "")
    if folder is None:
        return
    title = await screen.stage.ask(tr("library.new_title"), thread.title, limit=TITLE_LIMIT)
    if title is None:
        return
    made = await screen.forum.library.take(screen.actor, board, post.id, folder, title.strip())
    screen.stage.say(tr("library.taken", path=made.route), "message.good")


_HINTS: Final = (Hint("enter", "key.enter"), Hint("goto", "hint.goto"), Hint("leave", "key.leave"))
_KEEPER_HINTS: Final = (
    Hint("enter", "key.enter"),
    Hint("post", "hint.new_folder"),
    Hint("retitle", "hint.rename"),
    Hint("move", "hint.move"),
    Hint("shift_up", "hint.shift"),
    Hint("delete", "hint.remove"),
    Hint("leave", "key.leave"),
)
_EMPTY_HINTS: Final = (Hint("post", "hint.new_folder"), Hint("leave", "key.leave"))
