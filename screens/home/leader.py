"""The leader's page: newest digest, what is overdue, hot, answered this week; and a question to an office."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from bbs.forum.digest.digests import CHANGED, Topic
from bbs.forum.forum import Event
from bbs.forum.leading import Asking, CaseLine, LeaderPage
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.due import after, late
from bbs.text.spans import Span
from screens.parts.freshening import Freshening
from screens.visit import Screen, Visit

FRESHEN_AFTER: Final = 10.0
"""Seconds from something new to the page that shows it."""
_EVENTS: Final = (CHANGED, "post.new", "thread.new", "case.changed")
_KEYS: Final = "123456789abdefgijklmnop"
"""Keys of offices that are chosen from."""
_HEAD: Final = (Column("words", 20, flex=1, style="md.heading"),)
_LINE: Final = (
    Column("figure", 13, align="right", style="count"),
    Column("words", 20, flex=3, style="title", gap=2),
    Column("aside", 18, most=44, flex=1, style="author", gap=2, drop=1),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One row: the head of a part, or something to open: a figure, what it is about, and whose it is."""

    key: Hashable
    words: str
    aside: str = ""
    route: str = ""
    figure: str = ""
    head: bool = False
    late: bool = False


class LeaderScreen(Screen):
    """`/leader`: where a leader's visit begins."""

    route = "/leader"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._fresh = Freshening(self, lambda: FRESHEN_AFTER, self._again)
        self._items: list[Item] = []
        self._heads: RowCells[Item] = RowCells(_HEAD, _head)
        self._cells: RowCells[Item] = RowCells(_LINE, _cells)
        self._list: ListBox[Item] = ListBox(
            key=lambda item: item.key, render=self._render, on_open=lambda item: self.stage.go(item.route)
        )

    async def open(self) -> None:
        """Fetch everything; raises Forbidden for those who are no leaders."""
        self.listen(_EVENTS, self._heard)
        await self._load()

    async def resume(self) -> None:
        """Something was read or answered meanwhile."""
        await self._load()

    async def _load(self) -> None:
        self._fresh.done()
        self.title = self.tr("leader.title")
        page = await self.forum.leading.page(self.actor)
        boards = {
            one.slug: self.visit.named(one.zh, one.en)
            for one in (await self.forum.boards.readable(self.actor)).values()
        }
        self._items = [*self._digest(page), *self._overdue(page), *self._hot(page, boards), *self._answered(page)]
        self._list.invalidate()
        await self._list.load(static(self._items, key=lambda item: item.key), self._list.selected_key)

    def _heard(self, event: Event) -> None:
        self._fresh.stir()

    async def _again(self) -> None:
        await self._load()
        self.stage.redraw()

    # The parts

    def _digest(self, page: LeaderPage) -> list[Item]:
        """The newest issue: what it is about, the most people first; all of it leads to the text everybody reads."""
        tr, head = self.tr, page.digest
        if head is None:
            return [Item("digest", tr("leader.no_digest"), route="/digest", head=True)]
        number = head.bulletins.get(tr.lang) or next(iter(head.bulletins.values()), 0)
        route = f"/n/{number}" if number else head.route
        when = "" if head.released_at is None else tr("leader.released", when=self.visit.moment(head.released_at))
        words = tr("leader.digest_line", week=head.week, topics=head.topics)
        top = Item("digest", words, when, route, head=True)
        return [top, *(self._topic(one, route) for one in page.topics)]

    def _topic(self, topic: Topic, route: str) -> Item:
        tr, before = self.tr, topic.accounts_before
        change = "" if before is None else tr("leader.since", change=f"{topic.accounts - before:+d}")
        title = self.visit.named(topic.titles["zh"], topic.titles["en"])
        return Item(("topic", topic.id), title, change, route, tr.plural("leader.people", topic.accounts))

    def _overdue(self, page: LeaderPage) -> list[Item]:
        tr = self.tr
        words = tr.plural("leader.overdue", page.overdue_count) if page.overdue_count else tr("leader.none_overdue")
        aside = tr.plural("leader.private_overdue", page.private_overdue) if page.private_overdue else ""
        lines = [self._case("overdue", page, one, late(one.days, tr)) for one in page.overdue]
        return [Item("overdue", words, aside, "/cases", head=True), *lines]

    def _hot(self, page: LeaderPage, boards: dict[str, str]) -> list[Item]:
        tr = self.tr
        lines = [
            Item(
                ("hot", one.thread),
                one.title,
                f"{boards.get(one.board, one.board)}  {tr.plural('leader.posts', one.posts)}",
                one.route,
                tr.plural("leader.people", one.accounts),
            )
            for one in page.hot
        ]
        return [Item("hot", tr("leader.hot" if page.hot else "leader.none_hot"), route="/b", head=True), *lines]

    def _answered(self, page: LeaderPage) -> list[Item]:
        tr = self.tr
        count = page.answered_count
        words = tr.plural("leader.answered", count) if count else tr("leader.none_answered")
        lines = [self._case("answered", page, one, after(one.days, tr)) for one in page.answered]
        return [Item("answered", words, route="/cases/figures", head=True), *lines]

    def _case(self, part: str, page: LeaderPage, one: CaseLine, figure: str) -> Item:
        zh, en = page.offices.get(one.office, (one.office, one.office))
        aside = f"{one.by or self.tr('cases.nobody')}  {self.visit.named(zh, en)}"
        return Item((part, one.case), one.title, aside, one.route, figure, late=part == "overdue")

    def _render(self, item: Item, width: int, selected: bool) -> Row:
        return (self._heads if item.head else self._cells).render(item, width, selected)

    def draw(self, width: int, height: int) -> Frame:
        """The page."""
        self._list.ambiguous = self._cells.ambiguous = self._heads.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    # Keys

    def act(self, action: str, data: str) -> Answer:
        """Move, open, put a question to an office."""
        if action == "post":
            return self._ask()
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _ask(self) -> None:
        offices = await self.forum.leading.offices(self.actor)
        named = dict(zip(_KEYS, offices, strict=False))
        choices = [Choice(key, self.visit.named(one.zh, one.en)) for key, one in named.items()]
        chosen = await self.stage.choose(self.tr("leader.ask_office"), choices)
        if chosen is None:
            return
        office = self.visit.named(named[chosen].zh, named[chosen].en)
        ways = await self.forum.leading.ways(self.actor, named[chosen].slug)
        if not ways:
            self.stage.say(self.tr("leader.no_way", office=office), "message.warn")
            return
        how = [Choice(key, self._way(way)) for key, way in zip(_KEYS, ways, strict=False)]
        chosen = await self.stage.choose(self.tr("leader.ask_how", office=office), how)
        if chosen is not None:
            await self.stage.go(ways[_KEYS.index(chosen)].route)

    def _way(self, way: Asking) -> str:
        """Where, as whom, and who will read it."""
        held = self.actor.appointment
        me = self.actor.name if held is None else held.real_name
        if way.board is None:
            return self.tr("leader.by_mail", name=way.holder, me=me)
        board = self.visit.named(way.board.zh, way.board.en)
        return self.tr("leader.in_public" if held is None else "leader.in_office", board=board, name=me)

    def hints(self) -> Sequence[Hint]:
        """Opening, asking, leaving for the first screen."""
        return (Hint("enter", "digest.hint.open"), Hint("post", "leader.hint.ask"), Hint("leave", "leader.hint.home"))


def _head(item: Item) -> Sequence[Cell]:
    return ((Span(item.words, "md.heading"), Span(f"  {item.aside}" if item.aside else "", "count")),)


def _cells(item: Item) -> Sequence[Cell]:
    return (Span(item.figure, "must" if item.late else "count"), item.words, item.aside)
