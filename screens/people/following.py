"""What one follows and mutes at /me/following: people, offices and threads, each changed with one key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.forum.forum import Event
from bbs.forum.reading.attention import Level
from bbs.forum.reading.following import Heeded
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.parts.choices import keymap_of
from screens.visit import Screen, Visit

_COLUMNS: Final = (
    Column("level", 8),
    Column("kind", 8, style="hint", gap=2),
    Column("name", 20, flex=1, style="title", gap=2),
    Column("since", 10, align="right", style="date", gap=2, drop=1),
)


class FollowingScreen(Screen):
    """The keys that follow and mute elsewhere do it here too; what was taken out comes back with undo."""

    route = "/me/following"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._undo: tuple[Heeded, Level] | None = None
        self._cells: RowCells[Heeded] = RowCells(_COLUMNS, self._row)
        self._list: ListBox[Heeded] = ListBox(
            key=_key, render=self._cells.render, headings=self._headings, on_open=self._open
        )

    async def open(self) -> None:
        """Fetch all of them; raises Forbidden for guests."""
        self.listen(("attention.changed",), self._heard)
        await self._load()

    async def resume(self) -> None:
        """Something may have been followed or muted meanwhile."""
        await self._load()

    async def _load(self) -> None:
        self.title = self.tr("following.title")
        keymap = keymap_of(self.actor.preferences)
        keys = {name: keymap.key_for(name, "reader") for name in ("favourite", "mute")}
        self._list.empty = self.tr("following.none", follow=keys["favourite"], mute=keys["mute"])
        found = await self.forum.following.list(self.actor)
        self._list.invalidate()
        await self._list.load(static(found, key=_key), self._list.selected_key)

    def _heard(self, event: Event) -> None:
        if event.payload.get("account") == self.actor.account_id and self.in_sight:
            self.stage.spawn(self._load())

    def _headings(self, width: int) -> Sequence[Row]:
        about = wrap(self.tr("following.about"), max(2, min(width, 100) - 2), self.stage.ambiguous)
        return [*(Row((Span(f" {line}", "hint"),)) for line in about), Row()]

    def draw(self, width: int, height: int) -> Frame:
        """The list."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def _row(self, one: Heeded) -> Sequence[Cell]:
        style = "row.dim" if one.level is Level.MUTE else "mark.unread"
        name: Cell = self.visit.named(one.zh, one.en)
        if one.gone:
            name = Span(self.tr("following.gone"), "row.dim")
        level = Span(self.tr(f"following.{one.level}"), style)
        return (level, self.tr(f"following.kind.{one.subject}"), name, self.visit.stamp(one.since))

    def _open(self, one: Heeded) -> Answer:
        if not one.gone:
            return self.stage.go(one.route)
        self.stage.bell()
        self.stage.say(self.tr("following.is_gone"), "message.warn")
        return True

    def act(self, action: str, data: str) -> Answer:
        """Move, open, follow, mute, neither, undo."""
        one = self._list.selected
        if action == "undo" and self._undo is not None:
            return self._set(*self._undo)
        if one is not None and action in _LEVELS:
            return self._set(one, _LEVELS[action])
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    async def _set(self, one: Heeded, level: Level | None) -> None:
        await self.forum.following.change(self.actor, one, level)
        self._undo = (one, one.level)
        self.visit.changes += 1
        await self._load()
        self._list.select(_key(one))
        name = self.visit.named(one.zh, one.en) or self.tr("following.gone")
        key = keymap_of(self.actor.preferences).key_for("undo", self.context)
        said = {Level.FOLLOW: "following.now_follow", Level.MUTE: "following.now_mute", None: "following.now_none"}
        self.stage.say(self.tr(said[level], name=name, key=key), "message.good")

    def hints(self) -> Sequence[Hint]:
        """Opening, the three levels, leaving."""
        return _HINTS


def _key(one: Heeded) -> tuple[str, str]:
    return (one.subject.value, one.target)


_LEVELS: Final[dict[str, Level | None]] = {"favourite": Level.FOLLOW, "mute": Level.MUTE, "delete": None}
_HINTS: Final = (
    Hint("enter", "key.enter"),
    Hint("favourite", "card.hint.follow"),
    Hint("mute", "card.hint.mute"),
    Hint("delete", "following.hint.none"),
    Hint("undo", "key.undo"),
    Hint("leave", "key.leave"),
)
