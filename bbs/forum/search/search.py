"""Full-text search over posts, titles, bulletins and libraries: newest first, a page at a time, only what may be read.

Work is bounded by time, not by luck: a page that would cost more than the BUDGET of `finding` ends early with the
cursor of where it came to, and whoever wants more asks on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bbs.errors import Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.news.columns import Columns
from bbs.forum.search import asking, notices, shelves
from bbs.forum.search.asking import Asked
from bbs.forum.search.finding import Finder, Reach
from bbs.forum.search.hits import Hit, HitKind
from bbs.forum.search.runs import merged, place_of
from bbs.forum.search.showing import Shower
from bbs.store.database import Database, Tx
from bbs.store.paging import MOST
from bbs.text.when import Clock

__all__ = ["Asked", "Found", "Hit", "HitKind", "Search"]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, newest first. `after` leads on, None at the end; a page may be short or empty and go on.

    `back_to` is how far back it was looked (UTC) when the page ended before it was full."""

    items: tuple[Hit, ...]
    after: str | None
    back_to: datetime | None = None


class Search:
    """Finding by words, for one reader at a time."""

    def __init__(self, db: Database, clock: Clock, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._columns = Columns(db)

    async def find(
        self,
        actor: Actor,
        line: str | Asked,
        *,
        zone: ZoneInfo | None = None,
        lang: str = "zh",
        after: str | None = None,
        limit: int = 20,
    ) -> Found:
        """A page of what a search line asks for; `lang` is preferred where a bulletin is found in two.

        Raises Invalid as `asking.parse`, `search.board`, `cursor.bad`, `page.limit`, and Forbidden."""
        access.require(actor, Verb.SEARCH)
        if not 1 <= limit <= MOST:
            raise Invalid("page.limit", most=MOST)
        asked = asking.parse(line, zone) if isinstance(line, str) else line
        place = place_of(after)
        reach = await self._reach(actor, asked)
        reader = notices.Reader(await self._columns.sight(actor), reach.until, lang)

        def unit(tx: Tx) -> Found:
            finder = Finder(tx, asked, reach, limit)
            runs = (
                finder.posts(place.post),
                finder.threads(place.thread),
                notices.bulletins(tx, asked, reader, place.bulletin, limit, finder.is_over),
                shelves.texts(tx, asked, reach.boards, place.library, limit),
            )
            found = merged(runs, limit)
            hits = Shower(tx, asked.words, reach.boards, lang).show(found.page)
            return Found(hits, found.after, found.back_to)

        return await self._db.read(unit)

    async def _reach(self, actor: Actor, asked: Asked) -> Reach:
        """What is looked at for a reader; raises Invalid(`search.board`), which names the boards there are for them."""
        readable, now = await self._boards.readable(actor), self._clock.now()
        if not asked.board:
            return Reach(readable, await self._boards.numbers() - readable.keys(), now)
        one: dict[int, Board] = {number: board for number, board in readable.items() if board.slug == asked.board}
        if not one:
            known = [board.slug for board in readable.values() if not board.archived]
            raise Invalid("search.board", board=asked.board[:32], boards=", ".join(known))
        return Reach(one, (), now)
