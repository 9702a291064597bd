"""What one says of oneself, at /me/card: signature, plan and avatar; and whom one blocks, at /me/blocked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bbs.forum.accounts.people import NAME_LIMIT
from bbs.forum.people.persons import (
    AVATAR_CELLS,
    AVATAR_LIMIT,
    AVATAR_ROWS,
    PLAN_LIMIT,
    SIGNATURE_LIMIT,
    SIGNATURE_ROWS,
    Own,
)
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.parts.choices import keymap_of
from screens.parts.hints import that_work
from screens.parts.textscreen import TextScreen
from screens.visit import Screen, Visit

FIELDS: Final[Mapping[str, int]] = {"signature": SIGNATURE_LIMIT, "plan": PLAN_LIMIT, "avatar": AVATAR_LIMIT}
"""The parts of a card, and the characters that may be typed into each."""
_MEASURES: Final = {
    "signature": {"most": SIGNATURE_LIMIT, "rows": SIGNATURE_ROWS},
    "plan": {},
    "avatar": {"rows": AVATAR_ROWS, "cells": AVATAR_CELLS},
}


class OwnCard(Screen):
    """The parts of one's card; Enter edits one."""

    route = "/me/card"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._own = Own()
        self._cells: RowCells[str] = RowCells(
            (Column("name", 20, style="field.label"), Column("value", 30, flex=1, gap=2)),
            self._row,
            version=lambda name: (self.tr.lang, self._own),
        )
        self._list: ListBox[str] = ListBox(
            key=lambda name: name,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda name: self.stage.go(f"/me/card/{name}"),
        )

    async def open(self) -> None:
        """Fetch what is said now; raises Forbidden for guests."""
        self.title = self.tr("own.title")
        self._own = await self.forum.persons.own(self.actor)
        self._list.invalidate()
        await self._list.load(static(list(FIELDS), key=lambda name: name), self._list.selected_key)

    async def resume(self) -> None:
        """One of them was edited."""
        await self.open()

    def _headings(self, width: int) -> Sequence[Row]:
        about = wrap(self.tr("own.about"), max(2, min(width, 100) - 2), self.stage.ambiguous)
        return [*(Row((Span(f" {line}", "hint"),)) for line in about), Row()]

    def _row(self, name: str) -> tuple[str, str]:
        text: str = getattr(self._own, name)
        return (self.tr(f"own.{name}"), " / ".join(text.split("\n")) or self.tr("own.none"))

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        """Move and edit."""
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    def hints(self) -> Sequence[Hint]:
        """Changing, leaving."""
        return (Hint("enter", "do.change"), Hint("leave", "key.leave"))


class OwnText(TextScreen):
    """Editing one part of one's card."""

    def __init__(self, visit: Visit, name: str) -> None:
        super().__init__(visit, f"/me/card/{name}")
        self.name = name

    async def open(self) -> None:
        """Fetch what is said now; raises Forbidden for guests."""
        self.title = self.tr(f"own.{self.name}")
        self.begin(getattr(await self.forum.persons.own(self.actor), self.name), FIELDS[self.name])

    def about(self) -> str:
        """What is asked for."""
        return self.tr(f"own.about.{self.name}", **_MEASURES[self.name])

    async def keep(self, begun: str, text: str) -> str:
        """Say it on one's card."""
        await self.forum.persons.edit(self.actor, **{self.name: text})
        return self.tr("me.kept")


class Blocked(Screen):
    """Whom one blocks."""

    route = "/me/blocked"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._cells: RowCells[str] = RowCells((Column("name", 20, style="author", flex=1),), lambda name: (name,))
        self._list: ListBox[str] = ListBox(
            key=lambda name: name,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda name: self.stage.go(f"/u/{name}"),
        )

    async def open(self) -> None:
        """Fetch the names."""
        self.title = self.tr("blocked.title")
        self._list.empty = self.tr("blocked.none", key=keymap_of(self.actor.preferences).key_for("post", self.context))
        names = await self.forum.blocks.list(self.actor)
        self._list.invalidate()
        await self._list.load(static(names, key=lambda name: name), self._list.selected_key)

    async def resume(self) -> None:
        """Somebody may have been let through on their card."""
        await self.open()

    def _headings(self, width: int) -> Sequence[Row]:
        about = wrap(self.tr("blocked.about"), max(2, min(width, 100) - 2), self.stage.ambiguous)
        return [*(Row((Span(f" {line}", "hint"),)) for line in about), Row()]

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        """Move, block, let through."""
        if action == "post":
            return self._add()
        if action == "delete" and self._list.selected is not None:
            return self._remove(self._list.selected)
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _add(self) -> None:
        name = await self.stage.ask(self.tr("blocked.ask"), limit=NAME_LIMIT)
        if name and name.strip():
            found = await self.forum.blocks.set(self.actor, name, True)
            await self.open()
            self.stage.say(self.tr("card.now_blocked", name=found), "message.good")

    async def _remove(self, name: str) -> None:
        await self.forum.blocks.set(self.actor, name, False)
        await self.open()
        self.stage.say(self.tr("card.now_unblocked", name=name), "message.good")

    def hints(self) -> Sequence[Hint]:
        """Blocking, letting through, leaving."""
        hints = (Hint("post", "blocked.hint.add"), Hint("delete", "blocked.hint.remove"), Hint("leave", "key.leave"))
        return that_work(hints, self._list.selected)
