"""Preferences at /me: language, looks, keys, who sees one here, and one's ways in. Every change is in force at once."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from bbs.forum.accounts.passwords import MOST
from bbs.forum.accounts.preferences import PREFERENCES, Preference, PreferenceKind, preference
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.parts import choices
from screens.parts.sample import SAMPLES
from screens.settings.bindings import Bindings
from screens.settings.sshkeys import SshKeys
from screens.visit import Screen, Visit

CHOSEN: Final = (
    "language",
    "theme",
    "colours",
    "ambiguous",
    "preset",
    "zone",
    "preview",
    "listed",
    "pager",
    "signatures",
    "mouse",
    "plain",
)
"""The preferences of this screen, in its order."""

KEYS, SSH_KEYS, PASSWORD = "keys", "ssh_keys", "password"
CARD, FOLLOWING, BLOCKED = "card", "following", "blocked"

_MEMBERS_ONLY: Final = frozenset(
    {"listed", "pager", "signatures", "plain", SSH_KEYS, PASSWORD, CARD, FOLLOWING, BLOCKED}
)
"""What a guest has no use for."""

_ZONES_SHOWN: Final = 8
LEAST_ROWS: Final = 6
"""Rows the list has at least, however much there is to explain."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row: a preference, or something that is done elsewhere."""

    name: str

    @property
    def label(self) -> str:
        """The message id of its name."""
        return f"me.label.{self.name}"

    @property
    def about(self) -> str:
        """The message id of what it is about."""
        return f"me.about.{self.name}"


class Preferences(Screen):
    """The list of what can be chosen; Enter takes the next choice or asks; the selected one is explained below."""

    route = "/me"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        names = (*CHOSEN, KEYS, CARD, FOLLOWING, BLOCKED, SSH_KEYS, PASSWORD)
        self._items = [Item(name) for name in names if not (visit.actor.is_guest and name in _MEMBERS_ONLY)]
        self._cells: RowCells[Item] = RowCells(
            (Column("name", 20, style="field.label"), Column("value", 30, flex=1, gap=2)),
            self._row,
            version=lambda item: (self.tr.lang, self._changes),
        )
        self._list: ListBox[Item] = ListBox(key=lambda item: item.name, render=self._cells.render, on_open=self._change)
        self._changes = 0
        self._below: tuple[tuple[object, ...], list[Row]] | None = None

    async def open(self) -> None:
        """Show what is chosen."""
        self.title = self.tr("me.title")
        await self._list.load(static(self._items, key=lambda item: item.name), self._list.selected_key)

    async def resume(self) -> None:
        """Keys may have been changed."""
        self._changed()

    def _changed(self) -> None:
        self.title = self.tr("me.title")
        self._changes += 1
        self._list.invalidate()

    def draw(self, width: int, height: int) -> Frame:
        """The list, and below it what the selected preference is about."""
        ambiguous = self.stage.ambiguous
        self._list.ambiguous = self._cells.ambiguous = ambiguous
        about = self._explained(width)
        rows = max(LEAST_ROWS, min(len(self._items), height - 1 - len(about)))
        if height - rows < 3:
            return self._list.draw(width, height)
        frame = self._list.draw(width, rows)
        return Frame([*frame.rows, Row(), *about][:height], frame.cursor)

    def _explained(self, width: int) -> list[Row]:
        item = self._list.selected
        key = (item, width, self._changes, self.tr.lang, self.stage.ambiguous)
        if self._below is None or self._below[0] != key:
            rows: list[Row] = []
            if item is not None:
                about = wrap(self.tr(item.about), max(2, min(width, 100) - 2), self.stage.ambiguous)
                rows = [Row((Span(f" {line}", "hint"),)) for line in about]
                if item.name in SAMPLES:
                    rows += [Row(), *SAMPLES[item.name](self.tr)]
            self._below = (key, rows)
        return self._below[1]

    # Values

    def _row(self, item: Item) -> Sequence[Cell]:
        return (self.tr(item.label), self._value(item.name))

    def _value(self, name: str) -> Cell:
        if name not in CHOSEN:
            return Span(self._state(name), "row.dim")
        known = PREFERENCES[name]
        value = self._now(name)
        if known.kind is PreferenceKind.ZONE:
            return str(value) or self.tr("me.site_zone", zone=self.forum.community.site.zone)
        spans: list[Span] = []
        for choice in _choices(name):
            label = self.tr(_choice_message(known, choice))
            if choice == value:
                spans.append(Span(f"[{label}]", "tab.selected"))
            else:  # the blanks between two are never of the chosen one, whose style has a background
                spans.append(Span(f"  {label}  " if spans else f" {label}  ", "row.dim"))
        return tuple(spans)

    def _now(self, name: str) -> object:
        """What holds: who has not chosen a language sees the one their terminal asked for."""
        if name == "language":
            return "zh" if self.visit.chinese else "en"
        value: object = preference(self.actor.preferences, name)
        return value

    def _state(self, name: str) -> str:
        if name == KEYS:
            return self.tr.plural("me.own_keys", len(preference(self.actor.preferences, "keys")))
        return self.tr(f"me.{name}")

    # Changing

    def _change(self, item: Item) -> Answer:
        act: dict[str, Callable[[], Answer]] = {
            "zone": self._ask_zone,
            KEYS: lambda: self.stage.push(Bindings(self.visit)),
            SSH_KEYS: lambda: self.stage.push(SshKeys(self.visit)),
            CARD: lambda: self.stage.go("/me/card"),
            FOLLOWING: lambda: self.stage.go("/me/following"),
            BLOCKED: lambda: self.stage.go("/me/blocked"),
            PASSWORD: self._ask_password,
        }
        if item.name in act:
            return act[item.name]()
        values = _choices(item.name)
        at = values.index(self._now(item.name))
        return self._set(item.name, values[(at + 1) % len(values)])

    async def _set(self, name: str, value: object) -> None:
        """Keep one preference and put it in force."""
        self.visit.actor = await self.forum.accounts.set_preferences(self.actor, {name: value})
        choices.apply(self.visit, self.stage)
        self._changed()
        self.stage.say(self.tr("me.guest_only" if self.actor.is_guest else "me.kept"), "message.good")

    async def _ask_zone(self) -> None:
        zone = await self.stage.ask(
            self.tr("me.ask_zone"), str(preference(self.actor.preferences, "zone")), limit=64, complete=_zones_like
        )
        if zone is not None:
            await self._set("zone", zone.strip())

    async def _ask_password(self) -> None:
        first = await self.stage.ask(self.tr("me.ask_password"), secret=True, limit=MOST)
        if not first:
            return
        second = await self.stage.ask(self.tr("me.ask_again"), secret=True, limit=MOST)
        if second is None:
            return
        if first != second:
            self.stage.bell()
            self.stage.say(self.tr("me.not_the_same"), "message.bad")
            return
        await self.forum.accounts.set_password(self.actor, first)
        self.stage.say(self.tr("me.password_changed"), "message.good")

    def act(self, action: str, data: str) -> Answer:
        """Move and change."""
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    def hints(self) -> Sequence[Hint]:
        """Changing, leaving."""
        return (Hint("enter", "do.change"), Hint("leave", "key.leave"))


def _choices(name: str) -> tuple[object, ...]:
    """The values one preference goes through."""
    known = PREFERENCES[name]
    return (True, False) if known.kind is PreferenceKind.FLAG else known.choices


def _choice_message(known: Preference, value: object) -> str:
    """The message id of a value."""
    if isinstance(value, bool):
        return "me.on" if value else "me.off"
    return known.choice_message(value)


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zoneinfo.available_timezones()))


def _zones_like(text: str) -> Sequence[str]:
    """Zones whose name has what was typed in it."""
    wanted = text.strip().lower().replace(" ", "_")
    if not wanted:
        return ()
    found = [zone for zone in _zones() if wanted in zone.lower() and zone != text]
    return sorted(found, key=lambda zone: not zone.rpartition("/")[2].lower().startswith(wanted))[:_ZONES_SHOWN]
