"""One person's visit: what every screen needs to know, and the base class of screens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bbs.errors import NotFound
from bbs.forum.actor import Actor
from bbs.forum.forum import Event, Forum
from bbs.forum.posts.posts import Official, Post
from bbs.forum.returning import Left
from bbs.terminal.flow import Flow
from bbs.terminal.listbox import ListBox
from bbs.terminal.listplace import ListPlace
from bbs.terminal.panes import Panes
from bbs.terminal.view import Answer, View
from bbs.text.catalogue import Catalogues, Translator
from bbs.text.when import full, stamp
from screens.parts.pager import write_to
from screens.texts import Pages

NOT_HERE: Final = frozenset(
    {
        "push",
        "message",
        "forward",
        "vote",
        "crosspost",
        "report",
        "favourite",
        "mute",
        "shift_up",
        "shift_down",
        "move",
        "find_marked",
        "keep",
        "digest",
        "pin",
        "tag",
        "retitle",
        "edit",
        "delete",
        "delete_range",
        "library",
        "case",
        "details",
        "notice",
        "post",
        "reply",
        "mark_read",
        "undo",
        "find",
        "find_author",
        "unread_next",
        "home.favourites",
        "home.mail",
        "home.inbox",
        "home.tools",
        "home.resume",
        "home.back",
        "home.drafts",
    }
)
"""Keys that have a meaning somewhere: on a screen without it they say so in words."""


_MARKED_MOST: Final = 64
"""Changes by reading that are told apart."""


def _nowhere(route: str) -> View:
    raise NotFound("route.not_found", route=route)


def _nothing_to_apply(actor: Actor) -> None:
    """A visit without a terminal has nothing to change."""


def _nothing_to_do() -> None:
    """A visit without a terminal shows nothing."""


def _nothing_to_go_back_to() -> Answer:
    return False


@dataclass(slots=True)
class Visit:
    """Who is here and how they want things shown; changed in place when preferences or rights change."""

    forum: Forum
    actor: Actor
    tr: Translator
    zone: ZoneInfo
    catalogues: Catalogues
    pages: Pages
    key: bytes | None = None
    """The public key offered at registration, SSH wire form."""
    unread: int = 0
    """Threads and bulletins new for this person, as the head bar shows it."""
    notices: int = 0
    """Unread notices in the inbox, as the head bar shows them."""
    letters: int = 0
    """Unread letters."""
    waiting: int = 0
    """Short messages that wait until the person does not write, as the head bar shows them."""
    pages_seen: Callable[[], None] = _nothing_to_do
    """The list of short messages is in sight: none waits any more."""
    unsent: dict[str, str] = field(default_factory=dict)
    """A short message that could not be sent, by whom it was for."""
    blocked: frozenset[str] = frozenset()
    """Pen names this person blocks: what they post is dimmed."""
    view_at: Callable[[str], View] = _nowhere
    """The view at a route, not yet opened; raises NotFound(`route.not_found`)."""
    apply: Callable[[Actor], None] = _nothing_to_apply
    """Takes the actor with new preferences or rights: language, keys, theme and the rest follow at once."""
    changes: int = 0
    """Counts what this person read and wrote in this visit; lists made at another count are stale."""
    marked: dict[int, int] = field(default_factory=dict)
    """Of the last changes those that were nothing but reading: by their number the thread that was read."""
    thread: int | None = None
    """The thread that was read last: the list it came from puts its selection there."""
    passed: set[int] = field(default_factory=set)
    """Threads that were left unread on the way through all that is unread."""
    posted: Post | None = None
    """What was posted a moment ago, until a screen has shown it."""
    left: Left | None = None
    """Where a line of this person's dropped: home offers to go on there, until they do or leave."""
    go_back: Callable[[], Answer] = _nothing_to_go_back_to
    """Goes on where the line dropped."""
    first: bool = False
    """The first visit of all."""
    savings: set[asyncio.Task[object]] = field(default_factory=set)
    """Drafts that are being saved; the session waits for them at its end."""

    def read_on(self, thread: int) -> None:
        """A thread was read further: of lists made before only its row is stale."""
        self.changes += 1
        self.marked[self.changes] = thread
        if len(self.marked) > _MARKED_MOST:
            del self.marked[next(iter(self.marked))]

    def read_since(self, changes: int) -> frozenset[int] | None:
        """The threads that were read after a count of changes; None when more than that has changed."""
        if self.changes - changes > _MARKED_MOST:
            return None
        threads = [self.marked.get(number) for number in range(changes + 1, self.changes + 1)]
        return frozenset(thread for thread in threads if thread is not None) if None not in threads else None

    @property
    def chinese(self) -> bool:
        return self.tr.lang.startswith("zh")

    def named(self, zh: str, en: str) -> str:
        """The name in this person's language, or in the other where there is only one."""
        return (zh or en) if self.chinese else (en or zh)

    def both(self, zh: str, en: str) -> str:
        """Both names, this person's language first: `机关服务 Office Services`."""
        first, second = (zh, en) if self.chinese else (en, zh)
        return f"{first} {second}".strip() if first != second else first

    def stamp(self, moment: datetime) -> str:
        """A time as lists show it."""
        return stamp(moment, self.zone, self.forum.clock.now(), self.tr)

    def moment(self, moment: datetime) -> str:
        """A time as heads of posts show it, to the minute: `11-22 08:12`, with the year unless it is this one."""
        words = full(moment, self.zone)
        this_year = self.forum.clock.now().astimezone(self.zone).year
        return words[5:] if words.startswith(f"{this_year:04}-") else words

    def office_title(self, official: Official) -> str:
        """The title under which something official was written, as held then."""
        return self.named(official.title_zh, official.title_en)

    def keep(self, work: Coroutine[Any, Any, object]) -> None:
        """Run work that must be done even if the line is gone: the session ends only after it."""
        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(work)
        self.savings.add(task)
        task.add_done_callback(self.savings.discard)


class Screen(View):
    """A view of the forum for one visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self._to_close: list[Callable[[], None]] = []

    def listen(self, kinds: Iterable[str], callback: Callable[[Event], None]) -> None:
        """Call `callback` for events of these kinds as long as this screen is in the stack; to be asked in `open`."""
        self.at_close(self.forum.listen(kinds, callback))

    def at_close(self, act: Callable[[], None]) -> None:
        """Call `act` when this screen goes; also when it could not be opened to the end."""
        self._to_close.append(act)

    def close(self) -> None:
        while self._to_close:
            self._to_close.pop()()

    @property
    def covered(self) -> bool:
        """Whether another screen is seen above this one."""
        return not self.in_sight and self in self.stage.views

    @property
    def in_sight(self) -> bool:
        """Whether this screen is the one that is seen; not yet while it is opened, and no more once it is closed."""
        views = self.stage.views
        return bool(views) and views[-1] is self

    @property
    def forum(self) -> Forum:
        return self.visit.forum

    @property
    def actor(self) -> Actor:
        return self.visit.actor

    @property
    def tr(self) -> Translator:
        return self.visit.tr

    def redress(self) -> None:
        """Language, zone or marks were changed: draw anew what is kept in others."""
        for part in vars(self).values():
            if isinstance(part, ListBox | Flow):
                part.invalidate()

    def author(self) -> str:
        """Whom a message from here goes to: the author of what is selected, "" where there is none."""
        return ""

    def point(self, column: int, row: int) -> Answer:
        """A click selects a row of the list, or opens it when it is; the cursor says which row that is."""
        frame = self.draw(self.stage.width, self.stage.height)
        place = next((part for part in vars(self).values() if isinstance(part, ListPlace)), None)
        panes = next((part for part in vars(self).values() if isinstance(part, Panes)), None)
        split = panes.split(self.stage.width) if panes is not None else None
        if place is None or frame.cursor is None or (split is not None and column >= split[0]):
            return False
        chosen = place.point(row - frame.cursor[1])
        return self.act("enter", "") if chosen is None else chosen

    def act(self, action: str, data: str) -> Answer:
        """What a screen does with actions it has no use for: keys of other screens are answered in words."""
        if action == "message" and (name := self.author()):
            return write_to(self, name)
        if action not in NOT_HERE:
            return False
        self.stage.bell()
        self.stage.say(self.tr("key.not_here", what=self.tr(f"key.{action}")), "message.warn")
        return True
