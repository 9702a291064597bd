"""Writing a text that is no post: an editor under some words of ours, and what becomes of it at the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final

from bbs.terminal.canvas import Frame, Row
from bbs.terminal.editor import Editor
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.visit import Screen, Visit

MEASURE: Final = 100
"""Cells of a row of what stands above the text, at most."""


class TextScreen(Screen, ABC):
    """Each says what it is about, and how it is kept; what cannot be kept stays on the screen."""

    context = "editor"
    heading = ""
    """A line above what it is about."""

    def __init__(self, visit: Visit, route: str) -> None:
        super().__init__(visit)
        self.route = route
        self._begun = ""

    def begin(self, text: str, limit: int) -> None:
        """Begin with a text of at most `limit` characters; to be called by `open`."""
        self._begun = text
        self.body = self.editor = Editor(text, limit=limit, ambiguous=self.stage.ambiguous)

    @abstractmethod
    def about(self) -> str:
        """What stands above the text."""

    @abstractmethod
    async def keep(self, begun: str, text: str) -> str | None:
        """Keep the text that was `begun` as another; what to say when it is kept, None to stay and go on."""

    def draw(self, width: int, height: int) -> Frame:
        """What it is about, then the text."""
        about = wrap(self.about(), max(2, min(width, MEASURE) - 2), self.stage.ambiguous)
        rows = [Row((Span(f" {self.heading}", "md.heading"),))] if self.heading else []
        rows += [*(Row((Span(f" {line}", "hint"),)) for line in about), Row()]
        self.body.ambiguous = self.stage.ambiguous
        text = self.body.draw(width, max(1, height - len(rows)))
        column, row = text.cursor or (0, 0)
        return Frame([*rows, *text.rows], (column, row + len(rows)), caret=True)

    def act(self, action: str, data: str) -> Answer:
        """Finish."""
        return self._finish() if action == "finish" else super().act(action, data)

    async def _finish(self) -> None:
        tr = self.tr
        choices = [
            Choice("s", tr("own.save")),
            Choice("a", tr("compose.abandon")),
            Choice("c", tr("compose.continue")),
        ]
        chosen = await self.stage.choose(self.heading or self.title, choices, default="s")
        if chosen == "s":
            said = await self.keep(self._begun, self.body.text)
            if said is not None:
                await self.stage.pop()
                self.stage.say(said, "message.good")
        elif chosen == "a" and (self.body.text == self._begun or await self.stage.confirm(tr("compose.abandon_ask"))):
            await self.stage.pop()
            self.stage.say(tr("text.left"))

    def hints(self) -> Sequence[Hint]:
        """Finishing."""
        return (Hint("finish", "hint.finish"),)
