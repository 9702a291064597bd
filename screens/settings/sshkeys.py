"""One's own public keys at /me/keys: see them, add one by pasting its line, take one away."""

from __future__ import annotations

from collections.abc import Sequence

from bbs.forum.accounts.accounts import Key
from bbs.forum.accounts.keys import LINE_LIMIT
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.parts.choices import keymap_of
from screens.visit import Screen, Visit


class SshKeys(Screen):
    """The list of keys; only their owner ever sees it."""

    route = "/me/keys"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._cells: RowCells[Key] = RowCells(
            (
                Column("label", 14, flex=1, style="title", most=40),
                Column("fingerprint", 50, style="number", gap=2),
                Column("added", 10, align="right", style="date", gap=2, drop=1),
            ),
            lambda key: (key.label or "-", key.fingerprint, self.visit.stamp(key.added_at)),
        )
        self._list: ListBox[Key] = ListBox(
            key=lambda key: key.fingerprint, render=self._cells.render, headings=self._headings, on_open=self._tell
        )

    async def open(self) -> None:
        """Fetch the keys."""
        self.title = self.tr("sshkeys.title")
        self._list.empty = self.tr("sshkeys.none", key=self._key_for("post"))
        keys = await self.forum.accounts.keys(self.actor)
        await self._list.load(static(keys, key=lambda key: key.fingerprint), self._list.selected_key)

    async def resume(self) -> None:
        """Fetch them again."""
        await self.open()
        self._list.invalidate()

    def _key_for(self, action: str) -> str:
        return keymap_of(self.actor.preferences).key_for(action, self.context)

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def _headings(self, width: int) -> Sequence[Row]:
        about = wrap(self.tr("sshkeys.about"), max(2, min(width, 100) - 2), self.stage.ambiguous)
        rows = [*(Row((Span(f" {line}", "hint"),)) for line in about), Row()]
        if self._list.items:
            labels = [self.tr(f"sshkeys.{name}") for name in ("label", "fingerprint", "added")]
            rows.append(self._cells.heading(labels, width))
        return rows

    def _tell(self, key: Key) -> Answer:
        self.stage.say(self.tr("sshkeys.one", fingerprint=key.fingerprint, label=key.label))
        return True

    def act(self, action: str, data: str) -> Answer:
        """Move, add, take away."""
        if action == "post":
            return self._add()
        if action == "delete":
            return self._remove(self._list.selected)
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _add(self) -> None:
        line = await self.stage.ask(self.tr("sshkeys.ask"), limit=LINE_LIMIT)
        if not line or not line.strip():
            return
        key = await self.forum.accounts.add_key(self.actor, line)
        await self.resume()
        self._list.select(key.fingerprint)
        self.stage.say(self.tr("sshkeys.added_key", fingerprint=key.fingerprint), "message.good")

    async def _remove(self, key: Key | None) -> None:
        if key is None:
            self.stage.bell()
            return
        question = self.tr("sshkeys.sure", key=key.label or key.fingerprint)
        if await self.stage.confirm(question):
            await self.forum.accounts.remove_key(self.actor, key.fingerprint)
            await self.resume()
            self.stage.say(self.tr("sshkeys.removed"), "message.good")

    def hints(self) -> Sequence[Hint]:
        """Adding, taking away, leaving."""
        return (Hint("post", "do.add_key"), Hint("delete", "do.remove_key"), Hint("leave", "key.leave"))
