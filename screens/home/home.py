"""Home: the menu with what is new behind each entry, and beside it what comes first for this person."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from bbs.forum import access
from bbs.forum.forum import Event
from bbs.forum.returning import Left
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.glyphs import PANE, SELECTED
from bbs.terminal.keymap import preset_keymap
from bbs.terminal.settings import Settings
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.width import fit
from bbs.text.wrap import wrap
from screens.home.homenews import HomeNews, gather
from screens.home.homepanel import Panel
from screens.interviews.words import live_words
from screens.parts.crowd import here_words
from screens.parts.freshening import Freshening
from screens.visit import Screen, Visit
from screens.writing.drafts import DraftsScreen, go_on

REFRESH_AFTER: Final = 0.4
"""Seconds from something new to the counts that show it, and half as many more by chance, while few are here."""
REFRESH_LATEST: Final = 30.0
"""The same when thousands are here."""
REFRESHES: Final = 25
"""Home screens that may count anew in one second."""
NARROW: Final = 64
"""Cells below which only the menu is shown."""
MENU_MOST: Final = 44
_EVENTS: Final = (
    "post.new",
    "thread.new",
    "bulletin.new",
    "bulletin.changed",
    "community.changed",
    "marks.again",
    "live.state",
    "case.changed",
)


class Entry(NamedTuple):
    """One line of the menu: its action (and words), where it leads, and what it tells."""

    action: str
    route: str
    told: Callable[[HomeScreen], str]


class HomeScreen(Screen):
    """`/`: where every visit begins and ends."""

    route = "/"
    context = "home"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.news = HomeNews()
        self._entries = [entry for entry in _MENU if _shown(visit, entry)]
        self._at = 0
        self._changes = visit.changes
        self._gathered_in = visit.tr.lang
        self._fresh = Freshening(self, self._delay, self._gather)
        self._top = _TOP
        self._drawn: tuple[object, list[Row]] | None = None
        self._chosen: tuple[Row, Row] | None = None
        self._here: tuple[object, Row] | None = None
        self._offered: tuple[object, Sequence[Row]] | None = None

    async def open(self) -> None:
        self.listen(_EVENTS, self._heard)
        await self._gather()

    async def resume(self) -> None:
        if self._fresh.stale or self._changes != self.visit.changes or self._gathered_in != self.tr.lang:
            await self._gather()

    async def _gather(self) -> None:
        self._fresh.done()
        self._changes, self._gathered_in = self.visit.changes, self.tr.lang
        self.news = await gather(self.visit)

    def _heard(self, event: Event) -> None:
        if event.kind == "marks.again" and event.payload.get("account") != self.actor.account_id:
            return
        self._fresh.stir()

    def _delay(self) -> float:
        """Seconds until news are shown: the longer the more are here, and not for all at once."""
        people, _ = self.forum.presence.counts()
        return min(REFRESH_LATEST, max(REFRESH_AFTER, people / REFRESHES)) * (1 + random.random() / 2)

    # Drawing

    def draw(self, width: int, height: int) -> Frame:
        waits = (self.visit.notices, self.visit.letters, self.visit.first)
        offer = self._offer(width)
        said = (id(self.news), width, height, self.stage.ambiguous, self.tr, self._keys(), waits)
        if self._drawn is None or self._drawn[0] != said:
            self._drawn = (said, self._lay(width, height))
        rows = [*offer, self._here_row(width), *self._drawn[1]][:height]
        self._top = len(offer) + _TOP
        place = self._top + self._at
        if place < height:
            if self._chosen is None or self._chosen[0] is not rows[place]:
                self._chosen = (rows[place], _selected(rows[place]))
            rows[place] = self._chosen[1]
        return Frame(rows, (0, min(place, height - 1)))

    def _lay(self, width: int, height: int) -> list[Row]:
        """All rows below the first."""
        wide = width >= NARROW
        left = min(MENU_MOST, width // 2) if wide else width
        right = width - left - 3
        ambiguous = self.stage.ambiguous
        panel = Panel(self.visit, self.news, right - 1, height - 1, ambiguous).lines() if wide else []
        menus = [self._menu_line(entry, left) for entry in self._entries]
        plain: list[Row] = []
        for number in range(height - 1):
            entry = number - (_TOP - 1)
            line = menus[entry] if 0 <= entry < len(menus) else (Span(" " * left),)
            plain.append(self._joined(line, panel, number, wide=wide))
        return plain

    def _joined(self, line: Line, panel: Sequence[Line], number: int, *, wide: bool) -> Row:
        if not wide:
            return Row(line)
        words = panel[number] if number < len(panel) else ()
        return Row((*line, Span(" "), Span(PANE, "date"), Span(" "), *words))

    def _menu_line(self, entry: Entry, cells: int) -> Line:
        """An entry: the place of the marker, the key, the words, what is new there."""
        ambiguous = self.stage.ambiguous
        key = fit(self._key(entry.action), 2, ambiguous)
        label = fit(self.tr(f"menu.{entry.action}"), 12, ambiguous)
        count = fit(entry.told(self), cells - 20, ambiguous, ellipsis="..")
        return (Span("   "), Span(key, "menu.key"), Span(f" {label}", "title"), Span(f"  {count}", "mark.unread"))

    def _keys(self) -> object:
        return self.stage.keymap if isinstance(self.stage, Settings) else None

    def _key(self, action: str) -> str:
        keymap = self.stage.keymap if isinstance(self.stage, Settings) else preset_keymap("standard")
        return keymap.key_for(action, "home")

    def _offer(self, width: int) -> Sequence[Row]:
        """That a line of this person's dropped, where, and the key that goes on there."""
        left, tr = self.visit.left, self.tr
        if left is None:
            return ()
        minutes = int((self.forum.clock.now() - left.left_at).total_seconds() // 60)
        said = (left, minutes, width, tr, self._keys())
        if self._offered is None or self._offered[0] != said:
            self._offered = (said, self._offer_rows(left, minutes, width))
        return self._offered[1]

    def _offer_rows(self, left: Left, minutes: int, width: int) -> Sequence[Row]:
        tr = self.tr
        when = tr.plural("back.minutes", minutes) if minutes else tr("back.just_now")
        words = tr(
            "back.offer" if left.spot.draft_id is None else "back.offer_writing",
            when=when,
            title=str(left.spot.state.get("title", "")),
            route=left.spot.route,
            key=self._key("home.back"),
        )
        lines = wrap(words, max(2, width - 2), self.stage.ambiguous)
        return [*(Row((Span(f" {line}", "message.good"),)) for line in lines), Row()]

    def _here_row(self, width: int) -> Row:
        """How many are here, at the right edge."""
        people, officers = self.forum.presence.counts()
        said = (people, officers, width, self.tr)
        if self._here is None or self._here[0] != said:
            words = here_words(self.tr, people, officers)
            self._here = (said, Row((Span(fit(words, width - 1, self.stage.ambiguous, "right"), "hint"),)))
        return self._here[1]

    def hints(self) -> Sequence[Hint]:
        if self.actor.is_guest:
            return _GUEST_HINTS
        hints = _RESUME_HINTS if self.news.draft is not None else _HINTS
        return (Hint("home.back", "hint.back"), *hints) if self.visit.left is not None else hints

    # Keys

    def act(self, action: str, data: str) -> Answer:
        last = len(self._entries) - 1
        moves = {
            "up": self._at - 1,
            "down": self._at + 1,
            "first": 0,
            "page_up": 0,
            "last": last,
            "page_down": last,
        }
        if action in moves:
            target = moves[action]
            if not 0 <= target <= last or target == self._at:
                return False
            self._at = target
            return True
        if action == "enter":
            return self._open(self._entries[self._at])
        if action == "home.resume" and not self.actor.is_guest:
            return self._resume()
        if action == "home.back" and self.visit.left is not None:
            return self.visit.go_back()
        if action == "home.drafts" and not self.actor.is_guest:
            return self.stage.go(DraftsScreen.route)
        for place, entry in enumerate(self._entries):
            if entry.action == action:
                self._at = place
                return self._open(entry)
        return super().act(action, data)

    def point(self, column: int, row: int) -> Answer:
        """A click selects an entry of the menu, a click on what is selected opens it."""
        place = row - self._top
        if not 0 <= place < len(self._entries) or (self.stage.width >= NARROW and column > MENU_MOST):
            return False
        if place == self._at:
            return self._open(self._entries[place])
        self._at = place
        return True

    def _open(self, entry: Entry) -> Answer:
        return self._quit() if entry.action == "home.quit" else self.stage.go(entry.route)

    async def _resume(self) -> None:
        if self.news.draft is None:
            self.stage.say(self.tr("home.nothing_left"))
        else:
            await go_on(self, self.news.draft.id)

    async def _quit(self) -> None:
        if await self.stage.confirm(self.tr("home.leave_ask"), default=True):
            await self.stage.leave()

    # What the menu counts

    def count_news(self) -> str:
        """Must-reads and new bulletins."""
        news, tr = self.news, self.tr
        if news.must_read:
            must = tr("menu.must", n=news.must_read)
            return tr("menu.must_and_new", must=must, new=news.bulletins) if news.bulletins else must
        return tr.plural("menu.new", news.bulletins) if news.bulletins else ""

    def count_boards(self) -> str:
        """Unread threads, and in how many boards."""
        news = self.news
        return self.tr.plural("menu.in_boards", news.boards, threads=news.threads) if news.threads else ""

    def count_favourites(self) -> str:
        """Boards and threads among the favourites with something new."""
        return self.tr.plural("menu.favourites_new", self.news.favourites) if self.news.favourites else ""

    def count_unread(self) -> str:
        """All that is unread."""
        return str(self.news.threads) if self.news.threads else ""

    def count_live(self) -> str:
        """When the next interview is, or that one is going on."""
        return live_words(self.visit, self.news.live)

    def count_cases(self) -> str:
        """The case of one's own that is most worth a look, and how it stands."""
        if self.news.case is None:
            return ""
        case = self.news.case
        return self.tr("menu.own_case", case=case.id, state=self.tr(f"case.state.{case.state}"))

    def count_desk(self) -> str:
        """What waits for the offices one is in, and how much of it is overdue."""
        desk, tr = self.news.desk, self.tr
        if not desk.count:
            return ""
        words = tr.plural("desk.count", desk.count)
        return tr("menu.desk_overdue", waiting=words, overdue=desk.overdue) if desk.overdue else words

    def count_mail(self) -> str:
        """Unread letters."""
        return self.tr.plural("menu.new", self.visit.letters) if self.visit.letters else ""

    def count_inbox(self) -> str:
        """Unread notices."""
        return self.tr.plural("menu.new", self.visit.notices) if self.visit.notices else ""

    def count_official(self) -> str:
        """New posts of officers."""
        return self.tr.plural("menu.new", self.news.official) if self.news.official else ""


def _selected(row: Row) -> Row:
    """A row of the menu with its entry selected; what stands beside the menu stays."""
    _, *entry = row.spans[:_ENTRY_SPANS]
    words = "".join(span.text for span in entry)
    return Row((Span(f" {SELECTED} {words}", "row.selected"), *row.spans[_ENTRY_SPANS:]))


_ENTRY_SPANS: Final = 4
_MEMBERS: Final = ("home.mail", "home.inbox")


def _shown(visit: Visit, entry: Entry) -> bool:
    """Whether an entry means anything for this person: guests have nothing unread and no list of names."""
    if entry.action in ("home.unread", "home.favourites", "home.live", "home.preferences"):
        return not visit.actor.is_guest
    if entry.action == "home.desk":
        return bool(visit.actor.appointments)
    if entry.action in _MEMBERS:
        return not visit.actor.is_guest
    if entry.action == "home.who":
        return access.allowed(visit.actor, access.Verb.WHO_READ)
    return True


def _no_count(home: HomeScreen) -> str:
    return ""


_TOP: Final = 2
"""Rows above the menu."""
_MENU: Final = (
    Entry("home.news", "/news", HomeScreen.count_news),
    Entry("home.boards", "/b", HomeScreen.count_boards),
    Entry("home.favourites", "/fav", HomeScreen.count_favourites),
    Entry("home.unread", "/new", HomeScreen.count_unread),
    Entry("home.officers", "/officers", HomeScreen.count_official),
    Entry("home.cases", "/cases", HomeScreen.count_cases),
    Entry("home.desk", "/desk", HomeScreen.count_desk),
    Entry("home.live", "/live", HomeScreen.count_live),
    Entry("home.mail", "/mail", HomeScreen.count_mail),
    Entry("home.inbox", "/inbox", HomeScreen.count_inbox),
    Entry("home.search", "/search", _no_count),
    Entry("home.who", "/who", _no_count),
    Entry("home.preferences", "/me", _no_count),
    Entry("help", "/help", _no_count),
    Entry("home.quit", "", _no_count),
)
_HINTS: Final = (
    Hint("enter", "hint.home"),
    Hint("home.news", "menu.home.news"),
    Hint("home.boards", "menu.home.boards"),
    Hint("home.unread", "menu.home.unread"),
    Hint("boards_goto", "hint.board"),
    Hint("goto", "hint.goto"),
    Hint("home.quit", "menu.home.quit"),
)
_GUEST_HINTS: Final = tuple(hint for hint in _HINTS if hint.action != "home.unread")
_RESUME_HINTS: Final = (Hint("home.resume", "hint.resume"), Hint("home.drafts", "hint.drafts"), *_HINTS)
