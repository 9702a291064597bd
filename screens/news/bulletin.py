"""One bulletin at /n/ID: reading, acknowledging, its translation, its neighbours."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

from bbs.forum.news.news import Bulletin, Column
from bbs.terminal.reader import Head
from bbs.terminal.view import Answer, Hint
from bbs.text import markdown
from bbs.text.spans import Line
from screens.home.homenews import count_unread
from screens.news import bulletintext
from screens.news.newswalk import Walk
from screens.parts.article import Article
from screens.parts.choices import keymap_of
from screens.visit import Visit


class BulletinScreen(Article):
    """A bulletin; `walk` is the list it was opened from, so that [ and ] follow a filter."""

    def __init__(self, visit: Visit, id: int, walk: Walk | None = None) -> None:
        super().__init__(visit)
        self.route = f"/n/{id}"
        self._id = id
        self._walk = walk
        self._bulletin: Bulletin | None = None
        self._column: Column | None = None
        self._links: tuple[str, ...] = ()
        self._warned = False
        self._marking = 0
        self._marked = asyncio.Event()
        self._marked.set()

    @property
    def bulletin(self) -> Bulletin:
        """What is shown; it is there once the screen is open."""
        assert self._bulletin is not None
        return self._bulletin

    async def open(self) -> None:
        """Fetch it and count it as read; raises NotFound `bulletin.not_found`."""
        await self._take(self._id)
        await super().open()

    async def resume(self) -> None:
        """It may have been revised or acknowledged meanwhile."""
        await self._take(self.bulletin.id)
        await super().resume()

    async def _take(self, id: int) -> None:
        found = await self.forum.news.get(self.actor, id)
        if self._column is None or self._column.slug != found.column:
            self._column = await self.forum.news.column(self.actor, found.column)
        self._bulletin = found
        self._id, self.route = found.id, found.route
        self.title = self.visit.both(self._column.zh, self._column.en)
        self._links = tuple(markdown.links(found.body))
        self._warned = False
        if not found.read or found.changed:
            # The text is on the screen before the mark is on disk.
            self._marking += 1
            self._marked.clear()
            self.stage.spawn(self._mark(found))

    async def _mark(self, bulletin: Bulletin) -> None:
        try:
            await self.forum.news.mark_read(self.actor, bulletin)
        finally:
            self._marking -= 1
            if not self._marking:
                self._marked.set()
        if not self.actor.is_guest:
            self.visit.changes += 1
            await count_unread(self.visit)

    async def _leave(self) -> None:
        """Go back to a list that finds the mark on disk."""
        await self._marked.wait()
        await self.stage.pop()

    async def _show(self, id: int) -> None:
        """Show another bulletin in place of this one, from its beginning."""
        await self._take(id)
        await self.reader.find("")
        self.changed()
        await self.reader.open()

    # The text

    def heading(self) -> Head | None:
        """The bar above it."""
        return bulletintext.head(self.visit, self.bulletin, self._column) if self._column is not None else None

    def lines(self, cells: int) -> list[Line]:
        """Its rows."""
        return bulletintext.lines(self.visit, self.bulletin, cells, self.stage.ambiguous)

    def addresses(self) -> Sequence[str]:
        """The links of the body."""
        return self._links

    # Keys

    def act(self, action: str, data: str) -> Answer:
        """Read; acknowledge, switch the language, go to neighbours."""
        if action == "leave" and self._marking and not self.reader.query:
            return self._leave()
        work = self._work(action)
        return work if work is not None else super().act(action, data)

    def _work(self, action: str) -> Coroutine[Any, Any, object] | None:
        match action:
            case "enter":
                return self._acknowledge()
            case "tab":
                return self._switch()
            case "thread_next" | "thread_prev":
                return self._step(1 if action == "thread_next" else -1)
            case "thread_first" | "thread_last":
                return self._end(newest=action == "thread_first")
            case "unread_next":
                return self._next_unread()
        return None

    def at_end(self) -> Answer:
        """Space at the end: the next unread, after one reminder of a must-read."""
        if bulletintext.asks(self.visit, self.bulletin) and not self._warned:
            self._warned = True
            key = keymap_of(self.actor.preferences).key_for("enter", self.context)
            self.stage.say(self.tr("bulletin.asks", key=key), "message.warn")
            return True
        return self._next_unread()

    async def _acknowledge(self) -> None:
        bulletin = self.bulletin
        if not bulletin.must_read or self.actor.is_guest:
            self.stage.say(self.tr("bulletin.no_must_read"))
        elif bulletin.acknowledged_at is not None:
            self.stage.say(self.tr("bulletin.already", when=self.visit.stamp(bulletin.acknowledged_at)))
        elif not self.reader.at_end:
            self.stage.say(self.tr("bulletin.read_first"), "message.warn")
        else:
            at = await self.forum.news.acknowledge(self.actor, bulletin)
            self.visit.changes += 1
            self._bulletin = replace(bulletin, acknowledged_at=at, read=True, changed=False)
            self.changed()
            self.stage.say(self.tr("bulletin.thanks"), "message.good")

    async def _switch(self) -> None:
        if self.bulletin.pair is None:
            self.stage.say(self.tr("bulletin.no_pair"))
        else:
            await self._show(self.bulletin.pair)

    def _list(self) -> Walk:
        if self._walk is None or (self._walk.column is not None and self._walk.column != self._column):
            self._walk = Walk(self.visit, self._column)
        return self._walk

    async def _step(self, step: int) -> None:
        found = await self._list().step(self.bulletin.source_id, step)
        if found is None:
            self.stage.say(self.tr("bulletin.oldest" if step > 0 else "bulletin.newest"))
        else:
            await self._show(found.id)

    async def _end(self, *, newest: bool) -> None:
        found = await self._list().end("before" if newest else "after")
        if found is None or found.source_id == self.bulletin.source_id:
            self.stage.say(self.tr("bulletin.newest" if newest else "bulletin.oldest"))
        else:
            await self._show(found.id)

    async def _next_unread(self) -> None:
        found = None if self.actor.is_guest else await self._list().next_unread(self.bulletin.source_id)
        if found is None:
            self.stage.say(self.tr("bulletin.no_more"))
        else:
            await self._show(found.id)

    def hints(self) -> Sequence[Hint]:
        """What it asks first, then reading on."""
        hints = [Hint("page_or_next", "do.page")]
        if bulletintext.asks(self.visit, self.bulletin):
            hints.insert(0, Hint("enter", "do.acknowledge"))
        if self.bulletin.pair is not None:
            hints.append(Hint("tab", "do.pair"))
        return (
            *hints,
            Hint("thread_prev", "do.newer"),
            Hint("thread_next", "do.older"),
            Hint("unread_next", "do.unread"),
            Hint("leave", "key.leave"),
        )
