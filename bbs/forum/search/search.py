"""Full-text search over posts, titles, bulletins and libraries: newest first, a page at a time, only what may be read.

Work is bounded by time, not by luck: a page that would cost more than BUDGET ends early with the cursor of where it
came to, and whoever wants more asks on from there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bbs.errors import Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.news.columns import Columns
from bbs.forum.search import asking, shelves
from bbs.forum.search.asking import Asked
from bbs.forum.search.finding import BUDGET, Finder, Hit, HitKind, Run
from bbs.store.database import Database
from bbs.store.paging import MOST
from bbs.text.when import Clock

__all__ = ["BUDGET", "Asked", "Found", "Hit", "HitKind", "Search"]

TOP: Final = 2**31 - 1
"""Above every number of a post, thread or bulletin."""
_CURSOR: Final = re.compile(r"p([0-9]{1,10})t([0-9]{1,10})b([0-9]{1,18})-([0-9]{1,10})l([0-9]{1,18})-([0-9]{1,10})")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, newest first. `after` leads on, None at the end; a page may be short or empty and go on.

    `back_to` is how far back it was looked (UTC) when the page ended before it was full."""

    items: tuple[Hit, ...]
    after: str | None
    back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """How far each kind was given out: below these numbers is what comes next, 0 when nothing does."""

    post: int = TOP
    thread: int = TOP
    bulletin: tuple[int, int] = (10**18 - 1, TOP)  # microseconds since 1970, number
    library: tuple[int, int] = (10**18 - 1, TOP)


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
        place = _place(after)
        boards = await self._boards.readable(actor)
        if asked.board:
            boards = {number: board for number, board in boards.items() if board.slug == asked.board}
            if not boards:
                known = [board.slug for board in (await self._boards.readable(actor)).values() if not board.archived]
                raise Invalid("search.board", board=asked.board[:32], boards=", ".join(known))
        sight = await self._columns.sight(actor)
        finder = Finder(asked, boards, sight, self._clock.now(), lang, limit)
        runs = await self._db.read(
            lambda tx: (
                finder.posts(tx, place.post),
                finder.threads(tx, place.thread),
                finder.bulletins(tx, place.bulletin),
                shelves.texts(tx, asked, boards, place.library, limit),
            )
        )
        return _merged(runs, limit)


def _merged(runs: tuple[Run, ...], limit: int) -> Found:
    """The newest heads first, as far as nothing newer can still come from a run that was not looked through."""
    taken = [0] * len(runs)
    items: list[Hit] = []
    while len(items) < limit:
        heads = [
            (run.hits[at].created_at, n) for n, (run, at) in enumerate(zip(runs, taken, strict=True)) if run.has(at)
        ]
        if not heads:
            break
        newest, chosen = max(heads, key=lambda head: (head[0], -head[1]))
        if any(
            run.back_to is not None and not run.has(at) and run.back_to > newest
            for run, at in zip(runs, taken, strict=True)
        ):
            break
        items.append(runs[chosen].hits[taken[chosen]])
        taken[chosen] += 1
    ended = all(run.over(at) for run, at in zip(runs, taken, strict=True))
    edges = [run.edge(at) for run, at in zip(runs, taken, strict=True)]
    back = max(
        (run.back_to for run, at in zip(runs, taken, strict=True) if run.back_to and not run.has(at)), default=None
    )
    after = None if ended else "p{0[1]}t{1[1]}b{2[0]}-{2[1]}l{3[0]}-{3[1]}".format(*edges)
    return Found(tuple(items), after, back if len(items) < limit and not ended else None)


def _place(cursor: str | None) -> _Place:
    if cursor is None:
        return _Place()
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Invalid("cursor.bad")
    post, thread, micros, bulletin, changed, text = (int(group) for group in match.groups())
    return _Place(min(post, TOP), min(thread, TOP), (micros, min(bulletin, TOP)), (changed, min(text, TOP)))


def micros(moment: datetime) -> int:
    """A moment as microseconds since 1970, exactly."""
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
