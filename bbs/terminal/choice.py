"""A field of a form that is chosen instead of typed: Space and the arrows go round, a letter picks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bbs.terminal.writing import Writing
from bbs.text.spans import Line, Span
from bbs.text.width import clip, width

_STEPS: Final = {"edit.right": 1, "edit.left": -1}
_ENDS: Final = {"edit.line_start": 0, "edit.line_end": -1}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: what is kept, and its words (already translated)."""

    value: str
    label: str


class Choice(Writing):
    """A place where one of a few options is chosen; takes keys as an editor does, so that a view needs no special case.

    `text` is the value of the chosen option.
    """

    multiline = False

    def __init__(self, options: Sequence[Option], value: str = "", *, ambiguous: int = 1) -> None:
        super().__init__("", limit=0, style="field", ambiguous=ambiguous)
        self.options = tuple(options)
        self.chosen = 0
        self.text = value

    @property
    def text(self) -> str:
        """The value of the chosen option."""
        return self.options[self.chosen].value if self.options else ""

    @text.setter
    def text(self, value: str) -> None:
        for number, option in enumerate(self.options):
            if option.value == value:
                self.chosen = number

    def insert(self, text: str) -> bool:
        """Space takes the next option, a letter the next one that starts with it."""
        if text == " ":
            return self._go(self.chosen + 1)
        wanted = text.lower()
        order = [*range(self.chosen + 1, len(self.options)), *range(self.chosen + 1)]
        for number in order if wanted else ():
            if self.options[number].label.lower().startswith(wanted):
                return self._go(number)
        return False

    def paste(self, text: str) -> bool:
        """Nothing can be pasted here."""
        return False

    def perform(self, action: str) -> bool:
        """Go round with the arrows; Home and End take the first and the last option."""
        if action in _STEPS:
            return self._go(self.chosen + _STEPS[action])
        if action in _ENDS:
            return self._go(_ENDS[action])
        return False

    def _go(self, number: int) -> bool:
        if not self.options:
            return False
        before, self.chosen = self.chosen, number % len(self.options)
        if self.chosen != before and self.changed is not None:
            self.changed()
        return self.chosen != before

    def line(self, cells: int) -> Line:
        """Draw all options if they fit, or the chosen one between arrows."""
        parts = [f"{'(*)' if number == self.chosen else '( )'} {one.label}" for number, one in enumerate(self.options)]
        if sum(width(part, self.ambiguous) + 2 for part in parts) - 2 <= cells:
            styles = ["tab.selected" if number == self.chosen else "field" for number in range(len(parts))]
            spans: list[Span] = []
            for part, style in zip(parts, styles, strict=True):
                spans += [Span("  ")] if spans else []
                spans.append(Span(part, style))
            return tuple(spans)
        label = clip(self.options[self.chosen].label, max(0, cells - 4), self.ambiguous)
        return (Span(clip(f"< {label} >", cells, self.ambiguous), "tab.selected"),)
