"""One visit in plain mode: who is here, where they are, and what the numbers they hear lead to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bbs.errors import BbsError, Forbidden, Invalid, NotFound
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board
from bbs.forum.forum import Forum
from bbs.forum.posts.posts import Post, Thread
from bbs.forum.returning import Left, Spot
from bbs.plain.paper import Paper
from bbs.text.catalogue import Translator

HOME: Final = "/"
LEADER: Final = "/leader"
TITLE_MOST: Final = 60
"""Characters of a title that are kept for coming back."""
TRAIL_MOST: Final = 50
"""Places that `back` goes back through."""


@dataclass(slots=True)
class Reading:
    """A thread that is being read: the floor heard last, and the highest one."""

    board: Board
    thread: Thread
    post: Post | None = None
    upto: int = 0


@dataclass(slots=True)
class Here:
    """A place: its address, what it is called, where its numbers lead, how its list goes on."""

    route: str = HOME
    title: str = ""
    numbers: list[str] = field(default_factory=list)
    more: Callable[[], Awaitable[None]] | None = None
    reading: Reading | None = None
    board: Board | None = None
    untold: bool = False
    """Whether nobody may ever learn that one was here: a case without a name."""
    thing: Any = None
    """The bulletin, letter or person that is read here."""


async def _nothing_runs(words: Sequence[str]) -> int:
    return 0


async def _nowhere(visit: Visit, route: str) -> None:
    raise NotFound("route.not_found", route=route[:60])


@dataclass(slots=True)
class Visit:
    """Who is here and how they want to hear things; changed in place when preferences or rights change."""

    forum: Forum
    actor: Actor
    tr: Translator
    zone: ZoneInfo
    paper: Paper
    here: Here = field(default_factory=Here)
    trail: list[str] = field(default_factory=list)
    passed: set[int] = field(default_factory=set)
    """Threads that were left unread on the way through all that is unread."""
    undo: Callable[[], Awaitable[str]] | None = None
    """Takes back the last mark; gives what to say of it."""
    offices: dict[str, str] = field(default_factory=dict)
    """What offices are called, by slug, as far as they were asked for."""
    open: Callable[[Visit, str], Awaitable[None]] = _nowhere
    """Says what is at a route; see `bbs.plain.ways`."""
    run: Callable[[Sequence[str]], Awaitable[int]] = _nothing_runs
    """Runs a command of the tree and prints what it says; gives its exit code."""
    page: Callable[[str], str] = lambda name: ""
    """A page of the house that a sysop edits, Markdown, in this person's language; "" where there is none."""
    wanted: str | None = None
    """The id of the draft to go on with, in place of the one that a route saved by itself."""
    unfinished: Spot | None = None
    """Where something is being written, as long as it is neither sent nor thrown away."""
    dropped: Left | None = None
    """Where a line of this person's dropped: `resume` goes on there."""
    paged: str = ""
    """Whose short message was heard last."""
    set_language: Callable[[str], None] = lambda language: None
    """Speaks another language from now on."""

    async def say(self, msgid: str, /, **params: object) -> None:
        """Say a message."""
        await self.paper.say(self.tr(msgid, **params))

    async def go(self, route: str) -> None:
        """Go to a place and say what is there; the place before is where `back` leads."""
        before = self.here
        try:
            await self.open(self, route)
        except BbsError:
            self.here = before
            raise
        finally:
            self.left(before)

    def left(self, before: Here) -> None:
        """Remember a place for `back`, where it is not the one of now."""
        if before.route != self.here.route:
            self.trail = [*self.trail, before.route][-TRAIL_MOST:]

    def arrive(self, route: str, title: str, **more: Any) -> Here:
        """Be at a place from now on."""
        self.here = Here(route, title, **more)
        return self.here

    def number(self, route: str) -> int:
        """Give what leads to `route` its number here."""
        self.here.numbers.append(route)
        return len(self.here.numbers)

    def named(self, zh: str, en: str) -> str:
        """The name in this person's language, or in the other where there is only one."""
        return (zh or en) if self.tr.lang.startswith("zh") else (en or zh)

    def board_name(self, board: Board) -> str:
        """What a board is called."""
        return self.named(board.zh, board.en)

    def joined(self, parts: Sequence[str]) -> str:
        """Words of one line, set apart as the language does it."""
        return self.tr("plain.comma").join(part for part in parts if part)

    def when(self, moment: datetime) -> str:
        """A moment in words: `today 09:12`, `yesterday 09:12`, `22 November 09:12`."""
        local = moment.astimezone(self.zone)
        today = self.forum.clock.now().astimezone(self.zone).date()
        time = f"{local:%H:%M}"
        if local.date() == today:
            return self.tr("plain.today", time=time)
        if local.date() == today - timedelta(days=1):
            return self.tr("plain.yesterday", time=time)
        day = self.tr("plain.day", day=local.day, name=self.tr(f"plain.month.{local.month}"))
        if local.year == today.year:
            return self.tr("plain.on_day", day=day, time=time)
        return self.tr("plain.on_day_of_year", day=day, year=str(local.year), time=time)

    def day(self, moment: datetime) -> str:
        """A date by which something is due: the day, with the time only where the day does not end with it."""
        return self.when(moment).removesuffix("23:59").rstrip()

    async def office(self, slug: str) -> str:
        """What an office is called."""
        if slug not in self.offices:
            found = await self.forum.officers.offices(self.actor)
            self.offices.update({one.slug: self.named(one.zh, one.en) for one in found})
        return self.offices.get(slug, slug)

    def spot(self) -> Spot:
        """Where this person is, to come back to."""
        here = self.here
        if self.unfinished is not None:
            return self.unfinished
        if here.untold:
            return Spot(HOME)
        post = here.reading.post if here.reading is not None else None
        route = f"{here.route}#{post.floor}" if post is not None else here.route
        return Spot(route, {"title": here.title[:TITLE_MOST]})

    def member(self) -> None:
        """Refuse guests, with the way out."""
        if self.actor.is_guest:
            raise Forbidden("guest.join")

    def reading(self) -> Reading:
        """The thread that is being read; Invalid(`plain.no_thread`) elsewhere."""
        if self.here.reading is None:
            raise Invalid("plain.no_thread")
        return self.here.reading

    def floor(self) -> tuple[Reading, Post]:
        """The floor heard last; Invalid(`plain.no_thread`, `plain.no_floor`)."""
        reading = self.reading()
        if reading.post is None:
            raise Invalid("plain.no_floor")
        return reading, reading.post
