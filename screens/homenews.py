"""What is new for one person, gathered for the home screen and the head bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bbs.forum.drafts import Draft
from bbs.forum.news import Bulletin
from bbs.forum.posts import Post, Thread
from screens.officers import is_new
from screens.onward import unread_threads
from screens.visit import Visit

MUST_MOST: Final = 6
"""Must-reads shown on the home screen."""
THREADS_MOST: Final = 12
"""Unread threads shown on the home screen."""
OFFICIAL_MOST: Final = 20
"""Official posts looked at for new ones."""


@dataclass(frozen=True, slots=True)
class HomeNews:
    """What is new: counts for the menu, and the newest of each kind."""

    bulletins: int = 0
    must_read: int = 0
    threads: int = 0
    boards: int = 0
    official: int = 0
    must_reads: Sequence[Bulletin] = ()
    fresh: Sequence[Thread] = ()
    answers: Sequence[tuple[Post, Thread]] = ()
    draft: Draft | None = None
    boards_named: dict[str, str] | None = None


async def gather(visit: Visit) -> HomeNews:
    """Ask for all of it; sets the number in the head bar."""
    forum, actor = visit.forum, visit.actor
    threads, boards = await forum.boards.unread_total(actor)
    bulletins, must_read = await forum.news.unread(actor)
    visit.unread = threads + bulletins
    answers = (await forum.threads.stream(actor, limit=OFFICIAL_MOST)).items
    readable = await forum.boards.readable(actor)
    return HomeNews(
        bulletins,
        must_read,
        threads,
        boards,
        sum(map(is_new, answers)),
        await forum.news.must_reads(actor, MUST_MOST, lang=visit.tr.lang) if must_read else (),
        await unread_threads(visit, THREADS_MOST) if threads else (),
        answers,
        None if actor.is_guest else await forum.drafts.latest(actor),
        {board.slug: visit.named(board.zh, board.en) for board in readable.values()},
    )


async def count_unread(visit: Visit) -> None:
    """Set the number in the head bar only, for a visit that does not begin at home."""
    threads, _ = await visit.forum.boards.unread_total(visit.actor)
    bulletins, _ = await visit.forum.news.unread(visit.actor)
    visit.unread = threads + bulletins
