"""Questions in the message row: one line of text, yes or no, one of a few answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from prompt_toolkit.key_binding import KeyPress

from bbs.terminal import glyphs
from bbs.terminal.canvas import Row
from bbs.terminal.editor import Field
from bbs.terminal.keymap import Keymap
from bbs.terminal.view import Choice
from bbs.terminal.words import Words
from bbs.text.clean import gate
from bbs.text.spans import Span
from bbs.text.width import clip, width
from bbs.text.wrap import wrap

_CANCEL: Final = frozenset({"escape", "c-c"})
_YES: Final = frozenset("yY是")
_NO: Final = frozenset("nN否不")
_MIN_FIELD: Final = 12
"""Cells a field has beside its question, whatever the question's length."""
_MAX_ROWS: Final = 10
"""Rows a question may cover."""

T = TypeVar("T")


class Drawn(NamedTuple):
    """A prompt's rows (the last one goes into the message row) and the cursor: column, row counted from the last up."""

    rows: list[Row]
    cursor: tuple[int, int]


class Prompt(Generic[T]):
    """A question that takes the keys until it is answered."""

    def __init__(self, question: str, nothing: T) -> None:
        self.question = gate(question).replace("\n", " ")
        self.nothing = nothing
        self.answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    @property
    def done(self) -> bool:
        """True once it is answered."""
        return self.answer.done()

    def settle(self, value: T) -> None:
        """Answer it."""
        if not self.answer.done():
            self.answer.set_result(value)

    def back_out(self) -> None:
        """End it without an answer."""
        self.settle(self.nothing)

    def key(self, name: str, press: KeyPress, keymap: Keymap) -> bool:
        """Take a key; False when it means nothing here."""
        if name in _CANCEL:
            self.back_out()
            return True
        return self.take(name, press, keymap)

    def take(self, name: str, press: KeyPress, keymap: Keymap) -> bool:
        """Take a key that does not back out."""
        raise NotImplementedError

    def paste(self, text: str) -> bool:
        """Take pasted text."""
        return False

    def draw(self, columns: int, ambiguous: int, words: Words) -> Drawn:
        """Draw for a width in cells."""
        raise NotImplementedError

    def hints(self, words: Words) -> list[tuple[str, str]]:
        """Keys and words for the last row."""
        return [("Esc", words("prompt.cancel"))]


class Ask(Prompt["str | None"]):
    """One line of text; Tab and the arrows go through the candidates."""

    def __init__(self, question: str, field: Field) -> None:
        super().__init__(question, None)
        self.field = field
        field.refresh()

    def take(self, name: str, press: KeyPress, keymap: Keymap) -> bool:
        """Type, edit, complete, or end with Enter."""
        field = self.field
        if name == "enter":
            self.settle(field.text)
            return True
        if name in ("tab", "s-tab"):
            return field.next_candidate(1 if name == "tab" else -1)
        if name == "c-u":
            field.text = ""
            return True
        action = keymap.lookup("edit", name)
        if action is not None:
            return field.perform(action)
        return len(name) == 1 and name.isprintable() and field.insert(press.data)

    def paste(self, text: str) -> bool:
        """Pasted text goes into the field, as data."""
        return self.field.paste(text)

    def draw(self, columns: int, ambiguous: int, words: Words) -> Drawn:
        """The candidates above, the question and the field below."""
        lead = clip(f" {self.question} ", max(2, columns - _MIN_FIELD), ambiguous, glyphs.ELLIPSIS)
        start = width(lead, ambiguous)
        shown, caret = self.field.shown(max(2, columns - start - 1))
        rows = [
            Row(
                (Span(f" {glyphs.SELECTED if index == self.field.chosen else ' '} {text}", "prompt.choice"),),
                "prompt.chosen" if index == self.field.chosen else "prompt",
            )
            for index, text in enumerate(self.field.candidates)
        ]
        rows.append(Row((Span(lead), Span(shown, "prompt.answer")), "prompt"))
        return Drawn(rows, (min(start + caret, columns - 1), 0))

    def hints(self, words: Words) -> list[tuple[str, str]]:
        """Enter, Tab where it completes, Esc."""
        pairs = [("Enter", words("prompt.accept"))]
        if self.field.candidates:
            pairs.append(("Tab", words("prompt.complete")))
        return pairs + super().hints(words)


class Confirm(Prompt[bool]):
    """Yes or no; Enter takes the default, backing out is no."""

    def __init__(self, question: str, default: bool) -> None:
        super().__init__(question, False)
        self.default = default

    def take(self, name: str, press: KeyPress, keymap: Keymap) -> bool:
        """y, n or Enter."""
        if name in _YES or name in _NO:
            self.settle(name in _YES)
        elif name == "enter":
            self.settle(self.default)
        else:
            return False
        return True

    def draw(self, columns: int, ambiguous: int, words: Words) -> Drawn:
        """The question, and the keys after it."""
        keys = words("prompt.yes_first" if self.default else "prompt.no_first")
        return _question(f"{self.question} {keys}", columns, ambiguous)

    def hints(self, words: Words) -> list[tuple[str, str]]:
        """y, n, Esc."""
        return [("y", words("prompt.yes")), ("n", words("prompt.no")), *super().hints(words)]


_QUESTION_SHARE: Final = 0.4
"""Part of a row a question may fill with answers still beside it."""


class Choose(Prompt["str | None"]):
    """One of a few answers: by its key, or by moving to it and Enter."""

    def __init__(self, question: str, choices: Sequence[Choice], default: str | None = None) -> None:
        super().__init__(question, None)
        self.choices = tuple(choices)
        self.marked = next((at for at, choice in enumerate(choices) if choice.key == default), -1)

    def take(self, name: str, press: KeyPress, keymap: Keymap) -> bool:
        """A choice's key (in either case, when that is clear), or movement."""
        keys = [choice.key for choice in self.choices]
        if name in keys:
            self.settle(name)
            return True
        alike = [key for key in keys if key.lower() == name.lower()]
        if len(name) == 1 and len(alike) == 1:
            self.settle(alike[0])
            return True
        if name in ("down", "right", "tab") and keys:
            self.marked = (self.marked + 1) % len(keys)
            return True
        if name in ("up", "left", "s-tab") and keys:
            self.marked = (self.marked - 1) % len(keys) if self.marked >= 0 else len(keys) - 1
            return True
        if name == "enter" and self.marked >= 0:
            self.settle(keys[self.marked])
            return True
        if name == "q":
            self.back_out()  # as everywhere else, where no answer has this key
            return True
        return False

    def draw(self, columns: int, ambiguous: int, words: Words) -> Drawn:
        """The question and the answers, on as many rows as they need."""
        rows: list[list[Span]] = [[Span(f" {line}")] for line in wrap(self.question, max(2, columns - 2), ambiguous)]
        used = 1 + width(rows[-1][0].text, ambiguous)
        if used > columns * _QUESTION_SHARE:
            rows.append([Span("")])
            used = 1
        cursor = (0, 0)
        for index, choice in enumerate(self.choices):
            label = f" {gate(choice.label)}"
            cells = width(choice.key, ambiguous) + width(label, ambiguous) + 3
            if used + cells > columns and used > 1:
                rows.append([Span("")])
                used = 1
            if index == self.marked:
                cursor = (min(used, columns - 1), len(rows) - 1)
                parts = [Span(f" {choice.key}{label} ", "prompt.chosen"), Span(" ")]
            else:
                parts = [Span(" "), Span(choice.key, "prompt.key"), Span(f"{label}  ")]
            rows[-1] += parts
            used += cells
        rows = rows[-_MAX_ROWS:]
        if self.marked < 0:
            cursor = (min(used, columns - 1), len(rows) - 1)
        return Drawn([Row(spans, "prompt") for spans in rows], (cursor[0], len(rows) - 1 - cursor[1]))


def _question(text: str, columns: int, ambiguous: int) -> Drawn:
    lines = wrap(text, max(2, columns - 2), ambiguous)[-_MAX_ROWS:]
    rows = [Row((Span(f" {line} "),), "prompt") for line in lines]
    return Drawn(rows, (min(columns - 1, 2 + width(lines[-1], ambiguous)), 0))
