"""The steps of registering: pages to read, and fields to fill; each checks what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bbs.terminal.canvas import Frame, Row
from bbs.terminal.form import Entry, Form, Note
from bbs.terminal.reader import Reader, fixed
from bbs.terminal.view import Answer, Hint
from bbs.terminal.writing import Writing
from bbs.text import markdown
from bbs.text.spans import Line, Span
from screens.parts.article import Leaf
from screens.visit import Screen

_SCROLL: Final = {
    "edit.page_up": "page_up",
    "edit.page_down": "page_down",
    "edit.line_start": "first",
    "edit.line_end": "last",
    "edit.left": "back",
    "edit.backspace": "back",
}
"""What the keys of a text field do where there is a page to read."""


class Keys(Writing):
    """Takes keys in place of a field: a page that scrolls needs no context of its own."""

    multiline = False

    def __init__(self, act: Callable[[str], bool]) -> None:
        super().__init__("", limit=0)
        self._act = act

    def insert(self, text: str) -> bool:
        """Space pages."""
        return text == " " and self._act("page_down")

    def paste(self, text: str) -> bool:
        """There is nothing to paste into."""
        return False

    def perform(self, action: str) -> bool:
        """Page, or go back."""
        return self._act(_SCROLL.get(action, ""))


class Step:
    """One step. `title` is the message id of its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.screen: Screen

    @property
    def title(self) -> str:
        return f"register.step.{self.name}"

    async def enter(self, screen: Screen) -> None:
        """It is shown now."""
        self.screen = screen

    def draw(self, width: int, height: int) -> Frame:
        """Draw it below the row that names it."""
        raise NotImplementedError

    def act(self, action: str, data: str) -> Answer:
        """Answer the actions of a form."""
        raise NotImplementedError

    def fail(self, field: str, words: str) -> None:
        """Tell what the rules refused."""
        self.screen.stage.say(words, "message.bad")

    def hints(self) -> Sequence[Hint]:
        """On, back, out."""
        return (
            Hint("form.accept", "do.next"),
            Hint("form.prev", "do.previous"),
            Hint("form.cancel", "do.give_up"),
        )


class Reading(Step):
    """A text to read: Enter goes on. `text(cells)` gives its rows, the last row is what Enter means here."""

    def __init__(
        self,
        name: str,
        text: Callable[[int], list[Line]],
        *,
        prompt: str,
        on_accept: Callable[[], Answer],
        on_back: Callable[[], Answer],
    ) -> None:
        super().__init__(name)
        self._text = text
        self._prompt = prompt
        self._on_accept = on_accept
        self._on_back = on_back

    async def enter(self, screen: Screen) -> None:
        """Show it from its beginning."""
        await super().enter(screen)
        self._reader: Reader[Leaf] = Reader(
            fetch=fixed([Leaf(0)]), body=lambda _, cells: self._text(cells), ambiguous=screen.stage.ambiguous
        )
        screen.editor = Keys(self._scroll)
        await self._reader.open()

    def _scroll(self, action: str) -> bool:
        if action == "back":
            answer = self._on_back()
            if answer is not None and not isinstance(answer, bool):
                self.screen.stage.spawn(answer)
            return True
        return self._reader.act(action) is True

    def draw(self, width: int, height: int) -> Frame:
        """The text, and what Enter means."""
        reader = self._reader
        frame = reader.draw(width, max(1, height - 2))
        rows = [*frame.rows, Row()][: max(1, height - 1)]
        prompt = self.screen.tr("register.more") if not reader.at_end else self.screen.tr(self._prompt)
        return Frame([*rows, Row((Span(f" {prompt}", "badge"),))], (0, len(rows)))

    def act(self, action: str, data: str) -> Answer:
        """Scroll; go on; go back."""
        match action:
            case "form.accept":
                return self._on_accept()
            case "form.prev":
                return self._on_back()
            case "form.up" | "form.down":
                return self._reader.act(action.removeprefix("form."))
            case "form.next":
                return self._reader.act("page_down")
        return False

    def hints(self) -> Sequence[Hint]:
        """On, scrolling where there is more, back, out."""
        usual = super().hints()
        return usual if self._reader.at_end else (*usual, Hint("form.down", "do.scroll"))


class Filling(Step):
    """Fields to fill, with words above them; `on_submit(values)` hears of values that pass their checks."""

    def __init__(
        self,
        name: str,
        parts: Sequence[Entry | Note],
        on_submit: Callable[[Mapping[str, str]], Answer],
        *,
        on_back: Callable[[], Answer],
    ) -> None:
        super().__init__(name)
        self.form = Form(parts, on_submit)
        self._on_back = on_back

    async def enter(self, screen: Screen) -> None:
        """Put the caret into the first field."""
        await super().enter(screen)
        self.form.attach(screen)
        if self.form.entries:
            self.form.focus(self.form.entries[0].name)

    def draw(self, width: int, height: int) -> Frame:
        """The words and the fields."""
        self.form.ambiguous = self.screen.stage.ambiguous
        return self.form.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        """Fill, go on; back from the first field."""
        if action in ("form.prev", "form.up") and self.form.focused is self.form.entries[0]:
            return self._on_back()
        return self.form.act(action, data)

    def fail(self, field: str, words: str) -> None:
        """Tell it under the field it is about."""
        if any(entry.name == field for entry in self.form.entries):
            self.form.fail(field, words)
        else:
            super().fail(field, words)


def page_rows(source: str, ambiguous: int) -> Callable[[int], list[Line]]:
    """Make the rows of a page for a width."""
    return lambda cells: [*markdown.render(source, cells, ambiguous)]
