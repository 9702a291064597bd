"""The pages behind a post: all that was said under it, and what it said before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.errors import NotFound
from bbs.forum.boards.places import Board
from bbs.forum.posts.history import Revision, changed_lines
from bbs.forum.posts.numbered import FROM_END
from bbs.forum.posts.posts import Post, Push, Thread
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.source import Direction, Page, Source
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.when import full
from screens.boards.postacts import PostActs
from screens.parts.leaf import LeafScreen, Text
from screens.parts.stances import STANCE_SIGNS, STANCE_STYLES
from screens.parts.staying import reload
from screens.visit import Screen, Visit

_DIFF_STYLES: Final = {" ": "", "-": "message.warn", "+": "message.good"}


class FloorScreen(Screen):
    """A screen about one floor of a thread."""

    context = "list"

    def __init__(self, visit: Visit, thread: int, floor: int) -> None:
        super().__init__(visit)
        self.number = thread
        self.floor = floor

    async def fetch(self) -> tuple[Board, Thread, Post]:
        """The floor with its thread and board; raises NotFound(`thread.not_found`, `floor.not_found`)."""
        board, thread = await self.forum.threads.get(self.actor, self.number)
        posts = await self.forum.threads.posts(self.actor, self.number, floor=self.floor, limit=1)
        if not posts or posts[0].floor != self.floor:
            raise NotFound("floor.not_found", floor=self.floor)
        return board, thread, posts[0]


class PushesScreen(FloorScreen):
    """All push comments under a post, newest first."""

    def __init__(self, visit: Visit, thread: int, floor: int) -> None:
        super().__init__(visit, thread, floor)
        self.route = f"/t/{thread}/pushes#{floor}"
        self._acts = PostActs(self, self.resume)
        self._cells: RowCells[Push] = RowCells(
            (
                Column("stance", 1),
                Column("author", 10, flex=1, most=16, style="author", gap=2),
                Column("words", 20, flex=8, style="title", gap=2),
                Column("date", 11, align="right", style="date", gap=2, drop=1),
            ),
            self._row,
            version=lambda push: self.tr.lang,
        )
        self.box: ListBox[Push] = ListBox(
            key=lambda push: push.id,
            render=self._cells.render,
            headings=self._headings,
            on_open=self._tell,
        )

    async def open(self) -> None:
        self.box.spawn, self.box.redraw = self.stage.spawn, self.stage.redraw
        await self._load()

    async def resume(self) -> None:
        await self._load()
        self.box.invalidate()

    async def _load(self) -> None:
        self.board, self.thread, self.post = await self.fetch()
        self.title = self.tr("pushes.title", floor=self.floor)
        self.box.empty = self.tr("pushes.none")
        await reload(self.box, Source(self._fetch), self.box.selected_key)

    async def _fetch(self, anchor: str | None, direction: Direction, limit: int) -> Page[Push]:
        if anchor is None and direction == "before":
            anchor = FROM_END
        after, before = (anchor, None) if direction == "after" else (None, anchor)
        return await self.forum.pushes.list(self.actor, self.post.id, after=after, before=before, limit=limit)

    def _row(self, push: Push) -> Sequence[Cell]:
        words = push.words or Span(self.tr(f"push.{push.stance}"), "row.dim")
        sign = Span(STANCE_SIGNS[push.stance], STANCE_STYLES[push.stance])
        return (sign, push.author, words, self.visit.moment(push.changed_at or push.created_at))

    def _headings(self, width: int) -> Sequence[Row]:
        words = self.tr("pushes.counts", agrees=self.post.agrees, disagrees=self.post.disagrees)
        return (Row((Span(f" {words}", "hint"),)), Row())

    def _tell(self, push: Push) -> Answer:
        when = full(push.changed_at or push.created_at, self.visit.zone)
        self.stage.say(self.tr("pushes.one", author=push.author, said=self.tr(f"push.{push.stance}"), when=when))
        return True

    def draw(self, width: int, height: int) -> Frame:
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self.box.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        if action == "push":
            if self.actor.is_guest:
                self.stage.say(self.tr("guest.join"), "message.warn")
                return True
            return self._acts.act(action, self.board, self.thread, self.post)
        answer = self.box.act(action, data)
        return super().act(action, data) if answer is False else answer

    def hints(self) -> Sequence[Hint]:
        return _LEAVE if self.actor.is_guest else (Hint("push", "hint.push"), *_LEAVE)


class HistoryScreen(FloorScreen):
    """The revisions of a post, newest first."""

    def __init__(self, visit: Visit, thread: int, floor: int) -> None:
        super().__init__(visit, thread, floor)
        self.route = f"/t/{thread}/history#{floor}"
        self._cells: RowCells[Revision] = RowCells(
            (
                Column("number", 4, align="right", style="number"),
                Column("date", 16, style="date", gap=2),
                Column("length", 8, align="right", style="count", gap=2),
                Column("what", 20, flex=1, style="title", gap=2),
            ),
            self._row,
            version=lambda revision: self.tr.lang,
        )
        self.box: ListBox[Revision] = ListBox(
            key=lambda revision: revision.number,
            render=self._cells.render,
            headings=lambda width: (
                self._cells.heading(
                    [self.tr(f"history.{name}") for name in ("number", "date", "length", "what")], width
                ),
            ),
            on_open=lambda revision: self.stage.go(f"/t/{self.number}/history/{revision.number}#{self.floor}"),
        )

    async def open(self) -> None:
        _, _, post = await self.fetch()
        self.title = self.tr("history.title", floor=self.floor)
        found = await self.forum.history.revisions(self.actor, post.id)
        await self.box.load(static(found, key=lambda revision: revision.number), self.box.selected_key)

    async def resume(self) -> None:
        await self.open()
        self.box.invalidate()

    def _row(self, revision: Revision) -> Sequence[Cell]:
        what = "history.current" if revision.current else "history.first" if revision.number == 1 else "history.between"
        when = full(revision.written_at, self.visit.zone)
        return (str(revision.number), when, str(revision.length), self.tr(what))

    def draw(self, width: int, height: int) -> Frame:
        self.box.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self.box.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        answer = self.box.act(action, data)
        return super().act(action, data) if answer is False else answer

    def hints(self) -> Sequence[Hint]:
        return (Hint("enter", "hint.changes"), *_LEAVE)


class RevisionScreen(LeafScreen):
    """One revision, with what changed since the one before it: `-` was taken out, `+` was put in."""

    def __init__(self, visit: Visit, thread: int, floor: int, revision: int) -> None:
        super().__init__(visit, f"/t/{thread}/history/{revision}#{floor}")
        self.number = thread
        self.floor = floor
        self.revision = revision

    async def prepare(self) -> None:
        posts = await self.forum.threads.posts(self.actor, self.number, floor=self.floor, limit=1)
        if not posts or posts[0].floor != self.floor:
            raise NotFound("floor.not_found", floor=self.floor)
        text = await self.forum.history.text(self.actor, posts[0].id, self.revision)
        self.title = self.tr("history.one", revision=self.revision, floor=self.floor)
        lines: list[Line] = []
        if self.revision == 1:
            lines.append((Span(self.tr("history.written"), "hint"),))
            marked = [(" ", line) for line in text.split("\n")]
        else:
            before = await self.forum.history.text(self.actor, posts[0].id, self.revision - 1)
            lines.append((Span(self.tr("history.compared", revision=self.revision - 1), "hint"),))
            marked = changed_lines(before, text)
        lines.append(())
        lines += [(Span(f"{sign} {line}", _DIFF_STYLES[sign]),) for sign, line in marked]
        self.text = Text(lines=tuple(lines))


_LEAVE: Final = (Hint("leave", "key.leave"),)
