"""Text being written: the library's Buffer under our own commands, with bounds; the editor draws it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bbs.terminal.ptk import EditBuffer
from bbs.text.clean import clean_text
from bbs.text.width import graphemes

MAX_EDIT: Final = 100_000
"""Characters no editor goes beyond, whatever limit it was given."""

Notice = Callable[[str, dict[str, object]], None]
"""Tells the person something: a message id and its parameters."""


def _silent(message: str, params: dict[str, object]) -> None:
    """Say nothing; the stage puts its own message row here when the editor is shown."""


class Writing:
    """Text of at most `limit` characters and a caret in it.

    `perform` takes the `edit.*` actions of the keymap, `insert` what is typed, `paste` what is pasted. `changed` is
    called after every change of the text, `notice` with a message id when something was refused.
    """

    multiline = True

    def __init__(
        self,
        text: str = "",
        *,
        limit: int = 20_000,
        changed: Callable[[], None] | None = None,
        style: str = "editor",
        ambiguous: int = 1,
    ) -> None:
        self.limit = min(limit, MAX_EDIT)
        self.changed = changed
        self.notice: Notice = _silent
        self.style = style
        self.ambiguous = ambiguous
        self._buffer = EditBuffer(text, self.multiline)
        self._goal: int | None = None  # cell that up and down try to keep
        self._killed = ""
        self._typing = False  # a run of typed characters is one undo step

    @property
    def text(self) -> str:
        """What is written so far."""
        return self._buffer.text

    @text.setter
    def text(self, value: str) -> None:
        self._buffer.save_to_undo_stack()
        self._set(value[: self.limit], min(len(value), self.limit))

    @property
    def position(self) -> int:
        """The caret's place in the text, in characters."""
        return self._buffer.cursor_position

    @position.setter
    def position(self, value: int) -> None:
        self._buffer.cursor_position = max(0, min(value, len(self.text)))
        self._goal = None

    @property
    def left(self) -> int:
        """Characters that still fit."""
        return self.limit - len(self.text)

    def insert(self, text: str) -> bool:
        """Type text at the caret; False (with a notice) when it does not fit."""
        if len(text) > self.left:
            self.notice("editor.full", {"limit": self.limit})
            return False
        if not self._typing:
            self._buffer.save_to_undo_stack()
            self._typing = True
        at = self.position
        before = self.text
        self._set(before[:at] + text + before[at:], at + len(text))
        return True

    def paste(self, text: str) -> bool:
        """Put in pasted text as data, cleaned; cut (with a notice) to what fits."""
        self._typing = False
        text = self._cleaned(text)
        fits = text[: max(0, self.left)]
        if len(fits) < len(text):
            self.notice("editor.paste_cut", {"limit": self.limit})
        if not fits:
            return False
        self.insert(fits)
        self._typing = False
        return True

    def perform(self, action: str) -> bool:
        """Do an `edit.*` action; False when there is nothing to do or no such action."""
        act = _ACTIONS.get(action)
        if act is None:
            return False
        if action not in _KEEP_GOAL:
            self._goal = None
        self._typing = False
        before = (self.position, self.text)
        act(self)
        return (self.position, self.text) != before

    def find(self, word: str) -> bool:
        """Go to the next place of `word` after the caret, from the start again at the end; case does not matter."""
        if not word:
            return False
        text, word = self.text.lower(), word.lower()
        at = text.find(word, self.position + 1)
        if at < 0:
            at = text.find(word)
        if at < 0:
            return False
        self.position = at
        return True

    # Movement

    def _move_left(self) -> None:
        if self.position:
            self.position -= len(graphemes(self.text[max(0, self.position - 16) : self.position])[-1])

    def _move_right(self) -> None:
        rest = self.text[self.position : self.position + 16]
        if rest:
            self.position += len(graphemes(rest)[0])

    def _word_left(self) -> None:
        back = self._buffer.document.find_previous_word_beginning()
        self.position += back if back is not None else -self.position

    def _word_right(self) -> None:
        ahead = self._buffer.document.find_next_word_beginning()
        self.position = self.position + ahead if ahead is not None else len(self.text)

    def _line_start(self) -> None:
        self.position = self.text.rfind("\n", 0, self.position) + 1

    def _line_end(self) -> None:
        end = self.text.find("\n", self.position)
        self.position = len(self.text) if end < 0 else end

    def _text_start(self) -> None:
        self.position = 0

    def _text_end(self) -> None:
        self.position = len(self.text)

    def _up(self) -> None:
        """Where rows are drawn, a row up."""

    def _down(self) -> None:
        """Where rows are drawn, a row down."""

    def _page_up(self) -> None:
        """Where rows are drawn, a page up."""

    def _page_down(self) -> None:
        """Where rows are drawn, a page down."""

    # Changes

    def _newline(self) -> None:
        self.insert("\n")

    def _backspace(self) -> None:
        if self.position:
            end = self.position
            start = end - len(graphemes(self.text[max(0, end - 16) : end])[-1])
            self._cut(start, end, keep=False)

    def _delete(self) -> None:
        rest = self.text[self.position : self.position + 16]
        if rest:
            self._cut(self.position, self.position + len(graphemes(rest)[0]), keep=False)

    def _kill(self) -> None:
        """Take away what is right of the caret; at the end of a line, the line break."""
        end = self.text.find("\n", self.position)
        end = len(self.text) if end < 0 else max(end, self.position + 1)
        if end > self.position:
            self._cut(self.position, end)

    def _delete_line(self) -> None:
        start = self.text.rfind("\n", 0, self.position) + 1
        end = self.text.find("\n", self.position)
        end = len(self.text) if end < 0 else end + 1
        if end > start:
            self._cut(start, end)

    def _yank(self) -> None:
        if self._killed:
            self.insert(self._killed)
            self._typing = False

    def _undo(self) -> None:
        self._buffer.undo()
        self._after_change()

    def _redo(self) -> None:
        self._buffer.redo()
        self._after_change()

    def _cut(self, start: int, end: int, *, keep: bool = True) -> None:
        text = self.text
        self._buffer.save_to_undo_stack()
        if keep:
            self._killed = text[start:end]
        self._set(text[:start] + text[end:], start)

    def _set(self, text: str, position: int) -> None:
        self._buffer.replace(text, position)
        self._goal = None
        self._after_change()

    def _after_change(self) -> None:
        if self.changed is not None:
            self.changed()

    def _cleaned(self, text: str) -> str:
        # Trimming is for what is stored: a paste keeps the spaces and line breaks at its ends.
        text = text[:MAX_EDIT].replace("\r\n", "\n").replace("\r", "\n")
        body = clean_text(text)
        if not body:
            return ""
        start = len(text) - len(text.lstrip("\n"))
        end = len(text.rstrip(" \n"))
        return "\n" * start + body + text[end:]


_ACTIONS: Final[dict[str, Callable[[Writing], None]]] = {
    "edit.newline": lambda writing: writing._newline(),
    "edit.left": lambda writing: writing._move_left(),
    "edit.right": lambda writing: writing._move_right(),
    "edit.up": lambda writing: writing._up(),
    "edit.down": lambda writing: writing._down(),
    "edit.word_left": lambda writing: writing._word_left(),
    "edit.word_right": lambda writing: writing._word_right(),
    "edit.line_start": lambda writing: writing._line_start(),
    "edit.line_end": lambda writing: writing._line_end(),
    "edit.page_up": lambda writing: writing._page_up(),
    "edit.page_down": lambda writing: writing._page_down(),
    "edit.text_start": lambda writing: writing._text_start(),
    "edit.text_end": lambda writing: writing._text_end(),
    "edit.backspace": lambda writing: writing._backspace(),
    "edit.delete": lambda writing: writing._delete(),
    "edit.kill": lambda writing: writing._kill(),
    "edit.delete_line": lambda writing: writing._delete_line(),
    "edit.yank": lambda writing: writing._yank(),
    "edit.undo": lambda writing: writing._undo(),
    "edit.redo": lambda writing: writing._redo(),
}
_KEEP_GOAL: Final = frozenset({"edit.up", "edit.down", "edit.page_up", "edit.page_down"})
