"""Help: a list of topics; the keys of each kind of screen as this person has them; the pages of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from bbs.errors import NotFound
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.commands import Context
from bbs.terminal.keymap import Keymap
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from bbs.text.width import clip, fit, width
from screens.help.keytable import TOPICS, KeyGroup, KeyLine, groups
from screens.help.page import PageScreen
from screens.help.tour import Tour
from screens.parts import choices
from screens.parts.article import Article
from screens.visit import Screen, Visit

PAGES: Final = ("first", "rules", "about", "commands")
"""Topics that are pages a sysop edits."""

TOUR: Final = "tour"
"""The topic that leads through the first things one needs."""

MARKS: Final = "marks"
"""The topic of the signs in lists."""

WIDE: Final = 110
"""Cells from which the keys stand in two columns."""

KEYS_MOST: Final = 18
"""Cells of the column of keys at most; longer ones push their words to the right."""

SIGNS: Final = (
    ("+", "mark.unread", "sign.unread"),
    ("~", "mark.changed", "sign.changed"),
    ("*", "mark.pinned", "sign.pinned"),
    ("#", "mark.locked", "sign.locked"),
    ("m", "mark.kept", "sign.kept"),
    ("!!", "must", "sign.urgent"),
    ("!", "mark.kept", "sign.important"),
    ("!!", "must", "sign.overdue"),
    ("!", "badge", "sign.due"),
    (">", "", "sign.selected"),
)
"""The signs of lists: the sign, its style, the message that explains it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One entry of the list of topics."""

    name: str

    @property
    def route(self) -> str:
        return f"/help/{self.name}"


ALL: Final = tuple(Topic(name) for name in (TOUR, "first", *TOPICS, MARKS, "rules", "commands", "about"))


def topic(visit: Visit, name: str) -> Screen:
    """The screen of a topic; raises NotFound `help.no_topic`."""
    if name == TOUR:
        return Tour(visit)
    if name in TOPICS:
        return KeyHelp(visit, Context(name))
    if name == MARKS:
        return SignHelp(visit)
    if name in PAGES or (name.startswith("notice-") and visit.pages.get(name, visit.tr.lang)):
        return PageScreen(visit, name)
    raise NotFound("help.no_topic", topic=name[:40])


class Help(Screen):
    """The list of topics at /help."""

    route = "/help"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.title = self.tr("help.title")
        self._cells: RowCells[Topic] = RowCells(
            (Column("topic", 24, style="title"), Column("about", 20, flex=1, gap=2, style="row.dim", drop=1)),
            lambda one: (self.tr(f"help.{one.name}"), self.tr(f"help.{one.name}.about")),
            version=lambda one: self.tr.lang,
        )
        self._list: ListBox[Topic] = ListBox(
            key=lambda one: one.name,
            render=self._cells.render,
            headings=lambda _: (Row((Span(f" {self.tr('help.choose')}", "hint"),)), Row()),
            on_open=lambda one: self.stage.push(topic(self.visit, one.name)),
        )

    async def open(self) -> None:
        """Show the topics."""
        await self._list.load(static(ALL, key=lambda one: one.name))

    async def resume(self) -> None:
        """The language may be another."""
        self.title = self.tr("help.title")
        self._list.invalidate()

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        """Move and open; help on help is this list."""
        if action == "help":
            return self.stage.push(topic(self.visit, "list"))
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    def hints(self) -> Sequence[Hint]:
        """Opening, leaving."""
        return (Hint("enter", "key.enter"), Hint("leave", "key.leave"))


class KeyHelp(Article):
    """The keys of one kind of screen, in the person's preset and with their own changes.

    What the screen it was asked on says in its last row stands first, all of it: there the same keys have other words.
    """

    def __init__(self, visit: Visit, within: Context) -> None:
        super().__init__(visit)
        self.within = within
        self.route = f"/help/{within}"
        self.title = self._title()
        self._here: tuple[Hint, ...] = ()

    async def open(self) -> None:
        """Ask the screen below for its keys."""
        below = self.stage.views[-1:]
        if below and below[0].context == self.within and not isinstance(below[0], Help):
            self._here = tuple(below[0].hints())
        await super().open()

    def _title(self) -> str:
        return self.tr(f"help.{self.within}")

    async def resume(self) -> None:
        """Language or keys may be others."""
        self.title = self._title()
        await super().resume()

    @property
    def keymap(self) -> Keymap:
        """The keys this person has."""
        return choices.keymap_of(self.actor.preferences)

    def act(self, action: str, data: str) -> Answer:
        """Read; help leads on to the other topics."""
        if action == "help":
            return self.stage.push(Help(self.visit))
        return super().act(action, data)

    def lines(self, cells: int) -> list[Line]:
        """The groups of keys, in two columns where there is room."""
        keymap = self.keymap
        found = [*self._asked_on(keymap), *groups(keymap, self.within, self.tr)]
        preset = self.tr(f"preference.preset.{keymap.preset}")
        head: list[Line] = [(Span(self.tr("help.preset", preset=preset), "hint"),)]
        if any(line.own for group in found for line in group.lines):
            head.append((Span(self.tr("help.own"), "hint"),))
        head.append(())
        if cells < WIDE:
            ambiguous = self.stage.ambiguous
            return [*head, *_column(found, cells, ambiguous, _room(found, ambiguous))]
        return [*head, *self._two_columns(found, cells)]

    def _asked_on(self, keymap: Keymap) -> list[KeyGroup]:
        """The keys of the screen that help was asked on, in its own words."""
        shown = ((keymap.key_for(hint.action, self.within), self.tr(hint.label)) for hint in self._here)
        lines = tuple(KeyLine(key, words) for key, words in shown if key)
        return [KeyGroup(self.tr("help.here"), lines)] if lines else []

    def _two_columns(self, found: list[KeyGroup], cells: int) -> list[Line]:
        half = (cells - 4) // 2
        ambiguous = self.stage.ambiguous
        room = _room(found, ambiguous)
        columns = [_column([group], half, ambiguous, room) for group in found]
        rows = sum(len(column) for column in columns)
        left: list[Line] = []
        while columns and (not left or len(left) + len(columns[0]) // 2 <= rows // 2):
            left += columns.pop(0)
        right = [line for column in columns for line in column]
        return [_beside(one, other, half, ambiguous) for one, other in zip_longest(left, right, fillvalue=())]

    def hints(self) -> Sequence[Hint]:
        """Reading, other topics, leaving."""
        return (Hint("page_or_next", "do.page"), Hint("help", "do.topics"), Hint("leave", "key.leave"))


class SignHelp(Article):
    """What the signs in lists mean."""

    route = "/help/marks"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.title = self.tr("help.marks")

    async def resume(self) -> None:
        """The language may be another."""
        self.title = self.tr("help.marks")
        await super().resume()

    def lines(self, cells: int) -> list[Line]:
        """One row a sign."""
        return [(Span(f" {sign:<4}", style), Span(self.tr(words))) for sign, style, words in SIGNS]


def _room(found: Sequence[KeyGroup], ambiguous: int) -> int:
    """Cells of the column of keys."""
    return min(max((width(line.keys, ambiguous) for group in found for line in group.lines), default=0), KEYS_MOST)


def _column(found: Sequence[KeyGroup], cells: int, ambiguous: int, room: int) -> list[Line]:
    """Groups under each other, a blank row after each; `room` cells for the keys."""
    rows: list[Line] = []
    for group in found:
        rows.append((Span(group.title, "md.heading"),))
        for line in group.lines:
            keys = fit(line.keys, max(room, width(line.keys, ambiguous)), ambiguous)
            words = clip(line.words, max(0, cells - width(keys, ambiguous) - 5), ambiguous, "..")
            rows.append((Span(" *" if line.own else "  "), Span(keys, "md.list"), Span(f"  {words}")))
        rows.append(())
    return rows


def _beside(one: Line, other: Line, half: int, ambiguous: int) -> Line:
    used = sum(width(span.text, ambiguous) for span in one)
    return (*one, Span(" " * (half + 4 - used)), *other) if other else one
