"""Short messages on the screen: shown at the foot, kept waiting while somebody writes, answered with one key."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from bbs.forum.forum import Event
from bbs.forum.people import pager
from bbs.forum.people.pager import WORDS_LIMIT, Page
from bbs.terminal.canvas import Row
from bbs.terminal.view import Choice, Stage
from bbs.text.spans import Span
from bbs.text.wrap import wrap

if TYPE_CHECKING:
    from bbs.terminal.stage import TerminalStage
    from screens.visit import Screen, Visit

STAYS: Final = 2.0
"""Seconds that a message stays whatever is typed: who moves through a list must have a chance to see it."""
ROWS_MOST: Final = 4
"""Rows of a message on a narrow terminal."""


class Messages:
    """What came for one person and is not on their screen yet, and what is on it."""

    def __init__(self, visit: Visit, stage: TerminalStage) -> None:
        self._visit = visit
        self._stage = stage
        self._waiting: deque[Page] = deque()
        self._shown: Page | None = None
        self._since = 0.0
        self._drawn: tuple[object, list[Row]] | None = None

    def follow(self) -> Callable[[], None]:
        """Hear of new messages from now on; call what is returned at the end."""
        return self._visit.forum.listen((pager.NEW,), self._heard)

    def begin(self, came: Sequence[Page]) -> None:
        """What came while nobody was here; what has been heard of since came after it."""
        there = {page.id for page in came}
        self._waiting = deque([*came, *(page for page in self._waiting if page.id not in there)])
        self.settle()

    def _heard(self, event: Event) -> None:
        number = event.payload.get("page")
        if event.payload.get("account") == self._visit.actor.account_id and isinstance(number, int):
            self._stage.spawn(self._take(number))

    async def _take(self, number: int) -> None:
        found = await self._visit.forum.pager.get(self._visit.actor, number)
        if any(page.id == number for page in (*self._waiting, *([self._shown] if self._shown else []))):
            return  # it came while this person was coming in, and was found then
        if found.shown or len(self._waiting) >= pager.WAITING_MOST:
            return  # another screen of the same person had it, or it waits in the list
        self._waiting.append(found)
        self._stage.bell()
        self.settle()

    @property
    def _busy(self) -> bool:
        """Whether the person is writing: words that jump in would disturb, a bell and a count do not."""
        views = self._stage.views
        return self._stage.prompt is not None or not views or views[-1].editor is not None

    def settle(self) -> None:
        """Show the next message if it may be shown now."""
        if self._shown is None and self._waiting and not self._busy:
            self._shown = self._waiting.popleft()
            self._since = self._stage.clock()
            self._stage.spawn(self._visit.forum.pager.shown(self._visit.actor, [self._shown.id]))
        self._visit.waiting = len(self._waiting)
        self._stage.redraw()

    def pressed(self) -> None:
        """A key was pressed: what has been shown long enough gives way."""
        if self._shown is not None and self._stage.clock() - self._since >= STAYS:
            self._shown = None
        if self._shown is None and self._waiting:
            self.settle()

    def read_all(self) -> None:
        """The list of messages is on the screen: nothing waits any more."""
        self._shown = None
        self._waiting.clear()
        self._visit.waiting = 0

    async def answer(self, stage: Stage) -> None:
        """The key of messages: answer the one that is shown, else go to the list."""
        shown = self._shown
        if shown is None or self._busy:
            await stage.go("/pages")
            return
        self._shown = None
        await write(self._visit, stage, shown.other)
        self.settle()

    def rows(self, columns: int) -> Sequence[Row]:
        """The message that is shown, on as few rows as hold it."""
        shown = self._shown
        if shown is None or self._busy:
            return ()
        key = self._stage.keymap.key_for("pages", self._stage.view.context)
        said = (shown.id, columns, self._stage.ambiguous, key, len(self._waiting), self._visit.tr.lang)
        if self._drawn is None or self._drawn[0] != said:
            self._drawn = (said, self._lay(shown, columns, key))
        return self._drawn[1]

    def _lay(self, shown: Page, columns: int, key: str) -> list[Row]:
        tr = self._visit.tr
        mark = f"[{tr('official.mark')}] " if shown.officer else ""
        hint = tr("pager.answer", key=key)
        if self._waiting:
            hint = f"{tr.plural('pager.more', len(self._waiting))}  {hint}"
        lines = wrap(f"{mark}{shown.other}: {shown.words}   {hint}", max(4, columns - 2), self._stage.ambiguous)
        style = "official" if shown.officer else "prompt"
        return [Row((Span(f" {line}", style),), style) for line in lines[:ROWS_MOST]]


async def write_to(screen: Screen, name: str) -> None:
    """The key of writing to somebody: a letter, or where they are here and take them, whichever is chosen."""
    if not await screen.forum.pager.reaches(screen.actor, name):
        await screen.stage.go(f"/mail/to/{name}")
        return
    choices = [Choice("s", screen.tr("pager.choose_short")), Choice("m", screen.tr("pager.choose_mail"))]
    chosen = await screen.stage.choose(screen.tr("pager.choose", name=name), choices)
    if chosen == "m":
        await screen.stage.go(f"/mail/to/{name}")
    elif chosen == "s":
        await write(screen.visit, screen.stage, name)


async def write(visit: Visit, stage: Stage, name: str) -> None:
    """Ask for the words and send them; what could not be sent is there again at the next try."""
    words = visit.unsent.get(name, "")
    prompt = visit.tr("pager.ask", name=name, most=WORDS_LIMIT)
    words = await stage.ask(prompt, words, limit=WORDS_LIMIT) or ""
    if not words.strip():
        return
    visit.unsent = {name: words}
    sent = await visit.forum.pager.send(visit.actor, name, words)
    visit.unsent = {}
    stage.say(visit.tr("pager.sent", name=sent.other), "message.good")


def from_whom(visit: Visit, page: Page) -> str:
    """Who a message came from or went to, officers with the mark that no name can have."""
    name = f"[{visit.tr('official.mark')}] {page.other}" if page.officer else page.other
    return visit.tr("pager.to", name=name) if page.sent else name
