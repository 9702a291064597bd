"""What is new for one person, gathered for the home screen and the head bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from bbs.forum.arrivals import Beginning, Most, Unfinished
from bbs.forum.cases.values import OwnCase, Waiting
from bbs.forum.interviews.rules import Interview
from bbs.forum.news.news import Priority
from screens.visit import Visit

MOST: Final = Most(must_reads=6, threads=12, official=20)
"""How much of each kind the home screen shows at most; official posts: how many are looked at for new ones."""

NOTHING: Final = Waiting()


class Must(NamedTuple):
    """A bulletin to be acknowledged, as far as its line tells of it."""

    title: str
    urgent: bool
    expires_at: datetime | None


class Fresh(NamedTuple):
    """An unread thread, and what its board is called."""

    title: str
    board: str


@dataclass(frozen=True, slots=True)
class HomeNews:
    """What is new: counts for the menu, and the newest of each kind.

    It is kept for as long as somebody is here, so it holds lines and no whole threads or posts.
    """

    bulletins: int = 0
    must_read: int = 0
    threads: int = 0
    boards: int = 0
    official: int = 0
    must_reads: Sequence[Must] = ()
    fresh: Sequence[Fresh] = ()
    answers: Sequence[Beginning] = ()
    draft: Unfinished | None = None
    draft_board: str = ""
    """What the board is called in which the draft begins a thread."""
    favourites: int = 0
    live: Interview | None = None
    """The interview that is live, or else the next one."""
    desk: Waiting = NOTHING
    """What waits for the offices this person is in."""
    case: OwnCase | None = None
    """The number and the state of the case of theirs that is most worth a look."""


async def gather(visit: Visit) -> HomeNews:
    """Ask for all of it; sets the number in the head bar."""
    found = await visit.forum.arrivals.look(visit.actor, MOST, lang=visit.tr.lang)
    visit.unread = found.threads + found.bulletins
    readable = await visit.forum.boards.readable(visit.actor)
    named = {board.slug: visit.named(board.zh, board.en) for board in readable.values()}
    return HomeNews(
        found.bulletins,
        found.must_read,
        found.threads,
        found.boards,
        found.official,
        tuple(Must(one.title, one.priority is Priority.URGENT, one.expires_at) for one in found.must_reads),
        tuple(Fresh(one.title, named.get(one.board, one.board)) for one in found.fresh),
        found.answers,
        found.draft,
        "" if found.draft is None else _board_of(found.draft, named),
        found.favourites,
        next(iter(await visit.forum.interviews.open_ones(visit.actor)), None),
        found.desk,
        found.case,
    )


def _board_of(draft: Unfinished, named: dict[str, str]) -> str:
    parts = draft.route.split("/")
    slug = parts[2] if len(parts) > 2 else ""
    return named.get(slug, slug)


async def count_unread(visit: Visit) -> None:
    """Set the number in the head bar only, for a visit that does not begin at home."""
    visit.unread = sum(await visit.forum.arrivals.counts(visit.actor))
