"""The tour: a few small screens that show what one needs on the first day, with the keys this person really has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bbs.terminal.commands import Context
from bbs.terminal.keymap import show_key
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.width import fit, width
from bbs.text.wrap import wrap
from screens.parts.article import Article
from screens.parts.choices import keymap_of
from screens.visit import Screen, Visit

KEYS_SHOWN: Final = 3
"""Keys of one command that are shown at most."""
TEXT_MOST: Final = 76
"""Cells of a row of the tour: long rows are hard to read."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One screen: its words are `tour.NAME` and `tour.NAME.about`; `keys` are shown with the words of the help."""

    name: str
    keys: tuple[tuple[Context, str], ...]


STOPS: Final = (
    Stop(
        "moving",
        (
            (Context.LIST, "down"),
            (Context.LIST, "enter"),
            (Context.LIST, "leave"),
            (Context.LIST, "page_down"),
            (Context.LIST, "number"),
        ),
    ),
    Stop(
        "new",
        (
            (Context.HOME, "home.unread"),
            (Context.LIST, "unread_next"),
            (Context.READER, "page_or_next"),
            (Context.LIST, "mark_read"),
            (Context.LIST, "favourite"),
        ),
    ),
    Stop(
        "writing",
        (
            (Context.LIST, "post"),
            (Context.READER, "reply"),
            (Context.READER, "push"),
            (Context.EDITOR, "finish"),
            (Context.HOME, "home.resume"),
        ),
    ),
    Stop(
        "finding",
        (
            (Context.HOME, "home.search"),
            (Context.LIST, "find"),
            (Context.LIST, "boards_goto"),
            (Context.LIST, "goto"),
            (Context.LIST, "where"),
        ),
    ),
    Stop(
        "people",
        (
            (Context.LIST, "who"),
            (Context.LIST, "message"),
            (Context.LIST, "pages"),
            (Context.HOME, "home.officers"),
            (Context.HOME, "home.cases"),
        ),
    ),
    Stop(
        "help",
        (
            (Context.LIST, "help"),
            (Context.EDITOR, "editor_help"),
            (Context.LIST, "quick"),
            (Context.HOME, "home.preferences"),
        ),
    ),
)
"""The screens of the tour, in their order."""


def is_letter(data: str) -> bool:
    """Whether a key was a letter: the letters of leaving mean out, the arrow means back."""
    return len(data) == 1 and data.isprintable()


def letter_of(screen: Screen) -> str:
    """The letter that leaves here, or whatever key does where there is none."""
    keys = keymap_of(screen.actor.preferences).keys_for("leave", screen.context)
    return next((key for key in keys if len(key) == 1), show_key(keys[0]) if keys else "")


class Tour(Article):
    """`/help/tour`: onward with Enter or Space, back with Left or Up, and out with `q` at every stop."""

    route = "/help/tour"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._at = 0
        self.title = self.tr("tour.title")

    async def resume(self) -> None:
        """Language or keys may be others."""
        self.title = self.tr("tour.title")
        await super().resume()

    def lines(self, cells: int) -> list[Line]:
        """This stop: what it is about, and its keys with their words."""
        tr, stop, ambiguous = self.tr, STOPS[self._at], self.stage.ambiguous
        keymap = keymap_of(self.actor.preferences)
        cells = min(cells, TEXT_MOST)
        where = tr("tour.progress", at=self._at + 1, of=len(STOPS))
        where = f"{where}   {tr('tour.skip_all', key=letter_of(self))}"
        rows: list[Line] = [
            (Span(tr(f"tour.{stop.name}"), "md.heading"), Span(f"   {where}", "hint")),
            (),
            *((Span(line),) for line in wrap(tr(f"tour.{stop.name}.about"), cells, ambiguous)),
            (),
        ]
        shown: list[tuple[str, str]] = []
        for context, action in stop.keys:
            keys = [show_key(key) for key in keymap.keys_for(action, context)]
            if action == "number":
                keys = [f"{keys[1]}..{keys[-1]}"] if len(keys) > 1 else keys
            if keys:
                shown.append(("  ".join(keys[:KEYS_SHOWN]), tr(f"key.{action}")))
        room = max(width(keys, ambiguous) for keys, _ in shown)
        rows += [
            (Span("  "), Span(fit(keys, room, ambiguous), "md.list"), Span(f"   {words}")) for keys, words in shown
        ]
        last = self._at == len(STOPS) - 1
        return [*rows, (), (Span(tr("tour.last" if last else "tour.next"), "badge"),)]

    def act(self, action: str, data: str) -> Answer:
        """Onward, back, out."""
        if action in _ONWARD:
            return self._go(1)
        if action in _BACK or (action == "leave" and self._at and not is_letter(data)):
            return self._go(-1)
        return super().act(action, data)

    def _go(self, steps: int) -> Answer:
        target = self._at + steps
        if target == len(STOPS):
            return self.stage.go("/")
        if target < 0:
            return False
        self._at = target
        self.changed()
        return self.reader.act("first") if self.reader.place.line else True

    def at_end(self) -> Answer:
        """Space goes on, as everywhere."""
        return self._go(1)

    def hints(self) -> Sequence[Hint]:
        """Onward, back, out."""
        return (Hint("enter", "do.next"), Hint("leave", "do.previous" if self._at else "tour.skip"))


_ONWARD: Final = frozenset({"enter", "down", "page_down", "page_or_next"})
_BACK: Final = frozenset({"up", "page_up"})
