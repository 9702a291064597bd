"""The first visit: what must be chosen first (language where it is unclear, keys, widths), then the tour, then home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.forum.accounts.preferences import PREFERENCES, preference
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.reporting import Reporting
from bbs.terminal.rowcells import Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.help.tour import Tour, is_letter, letter_of
from screens.parts import choices
from screens.parts.sample import compared
from screens.visit import Screen, Visit

LANGUAGE, PRESET, AMBIGUOUS = "language", "preset", "ambiguous"
"""The preferences that are asked for."""
_COLUMNS: Final = (
    Column("number", 2, align="right", style="number"),
    Column("choice", 18, style="title", gap=2),
    Column("about", 20, flex=1, gap=2, style="row.dim", drop=1),
)


class FirstVisit(Screen):
    """Questions one after the other, answered with Enter or a number; Left goes back, `q` skips all that is left."""

    route = "/welcome"

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        unclear = LANGUAGE not in visit.actor.preferences
        self._steps = [LANGUAGE, PRESET, AMBIGUOUS] if unclear else [PRESET, AMBIGUOUS]
        self._at = 0
        self._measured: int | None = None
        self._cells: RowCells[object] = RowCells(
            _COLUMNS, self._row, version=lambda value: (self.tr.lang, self._at, self._measured)
        )
        self._list: ListBox[object] = ListBox(
            key=lambda value: str(value),
            render=self._cells.render,
            headings=self._headings,
            on_open=self._choose,
        )

    @property
    def _name(self) -> str:
        return self._steps[self._at]

    async def open(self) -> None:
        """Begin with the first question."""
        await self._enter()

    async def resume(self) -> None:
        """Go on where it was left."""
        await self._enter()

    async def _enter(self) -> None:
        self.title = self.tr("welcome.title")
        name = self._name
        self._list.invalidate()
        now = self._now(name)
        await self._list.load(static(PREFERENCES[name].choices, key=str), str(now))
        if name == AMBIGUOUS and isinstance(self.stage, Reporting):
            self.stage.measure(self._told)

    def _now(self, name: str) -> object:
        if name == LANGUAGE:
            return "zh" if self.visit.chinese else "en"
        value: object = preference(self.actor.preferences, name)
        return value

    def _told(self, cells: int) -> None:
        """The terminal says how wide it draws them: that is proposed, and the person confirms it by the picture."""
        if self.in_sight and self._name == AMBIGUOUS:
            self._measured = cells
            self._list.select(str(cells))
            self._list.invalidate()
            self.stage.redraw()

    # Drawing

    def draw(self, width: int, height: int) -> Frame:
        """The question with its answers, and below it the picture it is about."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    def _headings(self, width: int) -> Sequence[Row]:
        tr, name = self.tr, self._name
        cells, ambiguous = max(2, min(width, 100) - 2), self.stage.ambiguous
        progress = tr("welcome.progress", at=self._at + 1, of=len(self._steps))
        progress = f"{progress}   {tr('tour.skip_all', key=letter_of(self))}"
        head = (Span(f" {tr(f'welcome.{name}')}", "md.heading"), Span(f"   {progress}", "hint"))
        about = wrap(tr(f"welcome.{name}.about"), cells, ambiguous)
        rows = [Row(head), Row(), *(Row((Span(f" {line}"),)) for line in about), Row()]
        if name == AMBIGUOUS:
            rows += [*compared(), Row()]
            if self._measured is not None:
                rows += [Row((Span(f" {tr('welcome.measured')}", "hint"),)), Row()]
        return rows

    def _row(self, value: object) -> tuple[str, str, str]:
        name = self._name
        number = PREFERENCES[name].choices.index(value) + 1
        return (str(number), self.tr(f"welcome.{name}.{value}"), self.tr(f"welcome.{name}.{value}.about"))

    # Keys

    def act(self, action: str, data: str) -> Answer:
        """Choose, skip."""
        if action == "number":
            return self._numbered(int(data))
        if action == "leave":
            return self._skip() if is_letter(data) or not self._at else self._back()
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    def _numbered(self, number: int) -> Answer:
        values = PREFERENCES[self._name].choices
        return self._choose(values[number - 1]) if 1 <= number <= len(values) else False

    async def _choose(self, value: object) -> None:
        await self._keep({self._name: value})
        if self._at + 1 < len(self._steps):
            self._at += 1
            await self._enter()
            return
        await self._keep({"welcomed": True})
        await self.stage.replace(Tour(self.visit))

    async def _back(self) -> None:
        self._at -= 1
        await self._enter()

    async def _skip(self) -> None:
        await self._keep({"welcomed": True})
        await self.stage.pop()
        key = choices.keymap_of(self.actor.preferences).key_for("help", "home")
        self.stage.say(self.tr("welcome.skipped", key=key), "message.good")

    async def _keep(self, changes: dict[str, object]) -> None:
        self.visit.actor = await self.forum.accounts.set_preferences(self.actor, changes)
        choices.apply(self.visit, self.stage)

    def hints(self) -> Sequence[Hint]:
        """Choosing, going back."""
        return (Hint("enter", "welcome.choose"), Hint("leave", "do.previous" if self._at else "welcome.skip"))
