"""One's own keys at /me/keymap: every command, its keys in the preset, and what this person made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bbs.forum.accounts.preferences import preference
from bbs.terminal.canvas import Frame
from bbs.terminal.commands import COMMANDS, Context
from bbs.terminal.keymap import RESERVED, Keymap, parse_key, preset_keymap
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Hint
from screens.help.keytable import joined
from screens.parts import choices
from screens.parts.choices import keymap_of
from screens.visit import Screen, Visit

KEYS_LIMIT: Final = 60
"""Characters of a line of keys."""

KEYS_MOST: Final = 8
"""Keys of one command."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A command in one context."""

    context: Context
    command: str

    @property
    def name(self) -> str:
        """As the keymap knows it."""
        return f"{self.context}:{self.command}"


ALL: Final = tuple(
    Binding(context, command.id)
    for context in Context
    for command in COMMANDS
    if context in command.contexts and command.id != "number" and not RESERVED.intersection(command.standard)
)
"""What can be given other keys."""


class Bindings(Screen):
    """The list; Enter asks for keys, d takes the preset's again."""

    route = "/me/keymap"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._shown: Sequence[Binding] = ALL
        self._query = ""
        self._keymap = keymap_of(self.actor.preferences)
        self._cells: RowCells[Binding] = RowCells(
            (
                Column("own", 1, style="mark.unread"),
                Column("where", 8, style="row.dim"),
                Column("keys", 22, style="md.list", gap=2),
                Column("words", 20, flex=1, gap=2),
            ),
            self._row,
            version=lambda binding: (self.tr.lang, self._keymap.keys_for(binding.command, binding.context)),
        )
        self._list: ListBox[Binding] = ListBox(
            key=lambda binding: binding.name,
            render=self._cells.render,
            headings=lambda width: (
                self._cells.heading(["", *(self.tr(f"bindings.{name}") for name in ("where", "keys", "what"))], width),
            ),
            on_open=self._ask,
        )

    async def open(self) -> None:
        """Show all commands."""
        self.title = self.tr("bindings.title")
        self._list.empty = self.tr("bindings.no_match")
        await self._list.load(static(self._shown, key=lambda binding: binding.name), self._list.selected_key)

    async def resume(self) -> None:
        """The language may be another."""
        self.title = self.tr("bindings.title")
        self._list.invalidate()

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    @property
    def _own(self) -> Mapping[str, Sequence[str]]:
        own: Mapping[str, Sequence[str]] = preference(self.actor.preferences, "keys")
        return own

    def _row(self, binding: Binding) -> Sequence[Cell]:
        own = binding.name in self._own or binding.command in self._own
        keys = joined(self._keymap.keys_for(binding.command, binding.context))
        return ("*" if own else "", self.tr(f"context.{binding.context}"), keys, self.tr(f"key.{binding.command}"))

    def act(self, action: str, data: str) -> Answer:
        """Move, change, take the preset's, find."""
        if action == "find":
            return self._find()
        if action == "delete":
            return self._reset(self._list.selected)
        if action == "leave" and self._query:
            return self._filter("")
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _ask(self, binding: Binding) -> None:
        shown = joined(self._keymap.keys_for(binding.command, binding.context))
        line = await self.stage.ask(self.tr("bindings.ask"), shown, limit=KEYS_LIMIT)
        if line is None:
            return
        names = [parse_key(word) for word in line.split()[:KEYS_MOST]]
        if not names:
            await self._reset(binding)
            return
        own = {**self._own, binding.name: names}
        before = self._keymap
        Keymap(before.preset, {name: tuple(given) for name, given in own.items()})  # raises what is wrong with them
        await self._keep(own)
        self._tell(binding, names, before)

    def _tell(self, binding: Binding, names: Sequence[str], before: Keymap) -> None:
        """Say what a key meant until now, when it meant something else."""
        for name in names:
            old = before.lookup(binding.context, " " if name == "space" else name)
            if old is not None and old != binding.command:
                words = self.tr(f"key.{old}")
                self.stage.say(self.tr("bindings.taken", key=joined([name]), what=words), "message.warn")
                return
        self.stage.say(self.tr("me.kept"), "message.good")

    async def _reset(self, binding: Binding | None) -> None:
        given = (binding.name, binding.command) if binding is not None else ()
        own = {name: keys for name, keys in self._own.items() if name not in given}
        if binding is None or len(own) == len(self._own):
            self.stage.say(self.tr("bindings.as_preset"))
            return
        await self._keep(own)
        shown = joined(preset_keymap(self._keymap.preset).keys_for(binding.command, binding.context))
        self.stage.say(self.tr("bindings.reset", keys=shown), "message.good")

    async def _keep(self, own: Mapping[str, Sequence[str]]) -> None:
        kept = {name: list(keys) for name, keys in own.items()}
        self.visit.actor = await self.forum.accounts.set_preferences(self.actor, {"keys": kept or None})
        choices.apply(self.visit, self.stage)
        self._keymap = keymap_of(self.actor.preferences)
        self._list.invalidate()

    async def _find(self) -> None:
        query = await self.stage.ask(self.tr("bindings.find"), self._query, limit=40)
        if query is not None:
            await self._filter(query.strip())

    async def _filter(self, query: str) -> None:
        self._query = query
        wanted = query.casefold()
        self._shown = [
            binding
            for binding in ALL
            if wanted in self.tr(f"key.{binding.command}").casefold()
            or query in self._keymap.keys_for(binding.command, binding.context)
        ]
        await self.open()

    def hints(self) -> Sequence[Hint]:
        """Changing, the preset's keys, finding, leaving."""
        return (
            Hint("enter", "do.change"),
            Hint("delete", "do.as_preset"),
            Hint("find", "do.find"),
            Hint("leave", "key.leave"),
        )
