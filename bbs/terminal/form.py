"""A form: labelled fields under each other, checked on the way, with each mistake told under its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from bbs.terminal.canvas import Frame, Row
from bbs.terminal.choice import Choice, Option
from bbs.terminal.editor import Field
from bbs.terminal.glyphs import SELECTED
from bbs.terminal.view import Answer, View
from bbs.text.spans import Line, Span
from bbs.text.width import clip, fit, width
from bbs.text.wrap import wrap

__all__ = ["Choice", "Entry", "Form", "Note", "Option", "choose", "secret", "text"]

NARROW: Final = 50
"""Below so many cells labels stand above their fields."""
LABEL_SHARE: Final = 3
"""Labels take at most one part in so many of the width."""

Check: TypeAlias = Callable[[str], str | None]
"""Looks at a value; gives what is wrong with it in words, None when it is right."""


class Entry:
    """A labelled field. `must` marks it with an asterisk; the check is what insists. Words are already translated."""

    def __init__(
        self,
        name: str,
        label: str,
        field: Field | Choice,
        *,
        check: Check | None = None,
        hint: str = "",
        must: bool = False,
    ) -> None:
        self.name = name
        self.label = f"{label} *" if must else label
        self.field = field
        self.check = check
        self.hint = hint
        self.error = ""
        self.drawn: tuple[tuple[object, ...], list[Row], int] | None = None

    @property
    def value(self) -> str:
        """What is in the field now."""
        return self.field.text


class Note:
    """Words between fields, wrapped; cannot be focused. A style such as `hint` or `message.warn`."""

    def __init__(self, words: str, style: str = "") -> None:
        self.words = words
        self.style = style
        self.drawn: tuple[tuple[object, ...], list[Row]] | None = None


def text(
    name: str,
    label: str,
    initial: str = "",
    *,
    limit: int = 200,
    complete: Callable[[str], Sequence[str]] | None = None,
    check: Check | None = None,
    hint: str = "",
    must: bool = False,
) -> Entry:
    """Make an entry of one line of text; `limit` in characters."""
    return Entry(name, label, Field(initial, limit=limit, complete=complete), check=check, hint=hint, must=must)


def secret(
    name: str, label: str, *, limit: int = 200, check: Check | None = None, hint: str = "", must: bool = False
) -> Entry:
    """Make an entry whose text is not shown."""
    return Entry(name, label, Field(limit=limit, secret=True), check=check, hint=hint, must=must)


def choose(
    name: str, label: str, options: Sequence[Option], value: str = "", *, check: Check | None = None, hint: str = ""
) -> Entry:
    """Make an entry that is chosen among options; two options make a toggle."""
    return Entry(name, label, Choice(options, value), check=check, hint=hint)


class Form:
    """Entries and notes in order; keys go to the focused field (`attach` keeps a view's `editor` on it).

    `on_submit(values)` is called when everything passes its check; `on_cancel()` answers form.cancel.
    """

    def __init__(
        self,
        parts: Sequence[Entry | Note],
        on_submit: Callable[[Mapping[str, str]], Answer],
        *,
        on_cancel: Callable[[], Answer] | None = None,
        ambiguous: int = 1,
    ) -> None:
        self.parts = tuple(parts)
        self.entries = tuple(part for part in self.parts if isinstance(part, Entry))
        self.ambiguous = ambiguous
        self._on_submit = on_submit
        self._on_cancel = on_cancel
        self._view: View | None = None
        self._focus = 0
        self._top = 0

    @property
    def focused(self) -> Entry | None:
        """The entry that keys go to."""
        return self.entries[self._focus] if self.entries else None

    @property
    def values(self) -> dict[str, str]:
        """What is in the fields, by name."""
        return {entry.name: entry.value for entry in self.entries}

    def attach(self, view: View) -> None:
        """Keep the view's `editor` on the focused field from now on."""
        self._view = view
        self._go(self._focus)

    def focus(self, name: str) -> None:
        """Go to a field."""
        for number, entry in enumerate(self.entries):
            if entry.name == name:
                self._go(number)

    def fail(self, name: str, words: str) -> None:
        """Tell a mistake under a field and go there: one that only the rules could see."""
        for entry in self.entries:
            if entry.name == name:
                entry.error = words
        self.focus(name)

    def act(self, action: str, data: str = "") -> Answer:
        """Answer form.next, form.prev, form.down, form.up, form.accept, finish and form.cancel."""
        entry = self.focused
        if action == "form.cancel":
            return self._on_cancel() if self._on_cancel is not None else False
        if entry is None:
            return False
        if action in ("form.down", "form.up") and isinstance(entry.field, Field) and entry.field.candidates:
            return False  # the arrows belong to the candidates while there are any
        if action in ("form.next", "form.down"):
            return self._move(1, wrap_round=action == "form.next")
        if action in ("form.prev", "form.up"):
            return self._move(-1, wrap_round=action == "form.prev")
        if action == "form.accept":
            if self._focus == len(self.entries) - 1:
                return self.submit()
            return self._move(1, wrap_round=False) if self._passes(entry) else True
        if action == "finish":
            return self.submit()
        return False

    def submit(self) -> Answer:
        """Check everything; go to the first mistake, or hand the values over."""
        wrong = [number for number, entry in enumerate(self.entries) if not self._passes(entry)]
        if wrong:
            self._go(wrong[0])
            return True
        return self._on_submit(self.values)

    def _passes(self, entry: Entry) -> bool:
        entry.error = (entry.check(entry.value) or "") if entry.check is not None else ""
        return not entry.error

    def _move(self, step: int, *, wrap_round: bool) -> bool:
        target = self._focus + step
        if wrap_round:
            target %= len(self.entries)
        if not 0 <= target < len(self.entries) or target == self._focus:
            return False
        left = self.entries[self._focus]
        if left.value or left.error:  # an empty field that was only passed by is not yet a mistake
            self._passes(left)
        self._go(target)
        return True

    def _go(self, number: int) -> None:
        self._focus = number
        if self._view is not None:
            self._view.editor = self.entries[number].field if self.entries else None

    # Drawing

    def draw(self, columns: int, rows: int) -> Frame:
        """Draw the part around the focused field in `columns` x `rows` cells, the caret in it."""
        labels = max((width(entry.label, self.ambiguous) for entry in self.entries), default=0)
        labels = 0 if columns < NARROW else min(labels, columns // LABEL_SHARE)
        drawn: list[Row] = []
        first = last = caret = 0
        for part in self.parts:
            if isinstance(part, Note):
                drawn += self._note(part, columns)
                continue
            if part is self.focused:
                first = len(drawn)
            made, column = self._entry(part, columns, labels)
            drawn += made
            if part is self.focused:
                last, caret = len(drawn), column
        at = first if labels else first + 1
        self._top = max(min(self._top, first), last - rows, 0)
        self._top = min(self._top, at)
        shown = drawn[self._top : self._top + rows]
        typed = self.focused is not None and isinstance(self.focused.field, Field)
        return Frame(shown, (min(caret, columns - 1), max(0, at - self._top)), caret=typed)

    def _note(self, note: Note, columns: int) -> list[Row]:
        key = (columns, note.words, note.style, self.ambiguous)
        if note.drawn is None or note.drawn[0] != key:
            lines = wrap(note.words, max(2, columns - 2), self.ambiguous)
            note.drawn = (key, [Row((Span(f" {line}", note.style),)) for line in lines])
        return note.drawn[1]

    def _entry(self, entry: Entry, columns: int, labels: int) -> tuple[list[Row], int]:
        """Give the rows of an entry and the cell of its caret."""
        focused = entry is self.focused
        at = labels + 3 if labels else 2
        room = max(1, columns - at - 1)
        entry.field.ambiguous = self.ambiguous
        if isinstance(entry.field, Field):
            shown, caret = entry.field.shown(room)
            candidates = entry.field.candidates if focused else ()
            state: tuple[object, ...] = (shown, caret, candidates, entry.field.chosen)
        else:
            caret, candidates = 0, ()
            state = (entry.field.chosen,)
        key = (columns, labels, focused, entry.label, entry.error, entry.hint, self.ambiguous, *state)
        if entry.drawn is None or entry.drawn[0] != key:
            rows = self._head(entry, self._value(entry, room, focused), labels, focused, columns)
            if candidates:
                rows.append(self._candidates(entry.field, candidates, at, columns))
            rows += self._below(entry.error, "field.error", at, columns)
            if focused:
                rows += self._below(entry.hint, "hint", at, columns)
            entry.drawn = (key, rows, at + caret)
        return entry.drawn[1], entry.drawn[2]

    def _value(self, entry: Entry, room: int, focused: bool) -> Line:
        if isinstance(entry.field, Choice):
            return entry.field.line(room)
        style = "field.active" if focused else "field"
        return (Span(fit(entry.field.shown(room)[0], room, self.ambiguous), style),)

    def _head(self, entry: Entry, value: Line, labels: int, focused: bool, columns: int) -> list[Row]:
        marker = SELECTED if focused else " "
        style = "field.label"
        if labels:
            label = fit(entry.label, labels, self.ambiguous)
            return [Row((Span(f"{marker}{label}  ", style), *value))]
        label = clip(entry.label, columns - 1, self.ambiguous)
        return [Row((Span(marker + label, style),)), Row((Span("  "), *value))]

    def _candidates(self, field: Field | Choice, candidates: Sequence[str], at: int, columns: int) -> Row:
        """Lay the candidates out in one row, as many as fit."""
        spans = [Span(" " * at)]
        room = columns - at - 1
        for number, candidate in enumerate(candidates):
            if room <= 0:
                break
            words = clip(candidate, room, self.ambiguous)
            spans.append(Span(words, "prompt.chosen" if number == field.chosen else "prompt.choice"))
            room -= width(words, self.ambiguous) + 2
            spans.append(Span("  "))
        return Row(spans[:-1])

    def _below(self, words: str, style: str, at: int, columns: int) -> list[Row]:
        if not words:
            return []
        lines = wrap(words, max(2, columns - at - 1), self.ambiguous)
        return [Row((Span(" " * at), Span(line, style))) for line in lines]
