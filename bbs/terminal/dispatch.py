"""From key presses to what they do: prompts first, then the view, then the editor, then what holds everywhere."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys

from bbs.terminal import everywhere
from bbs.terminal.chrome import HEAD
from bbs.terminal.input import key_name
from bbs.terminal.keymap import show_key
from bbs.terminal.parser import Pasted
from bbs.terminal.prompts import Prompt
from bbs.terminal.reports import Pointed, pointed
from bbs.terminal.view import Answer, View
from bbs.terminal.writing import Writing

if TYPE_CHECKING:
    from bbs.terminal.stage import TerminalStage

MAX_AHEAD: Final = 1024
"""Keys kept while a view is busy, one paste among them; more are answered with a bell."""
QUIET: Final = 0.15
"""Seconds after a paste in which no single key is a command (a paste may carry its own end mark and go on)."""
MAX_DIGITS: Final = 9
WHEEL_ROWS: Final = 3
"""Rows one notch of the wheel moves."""

_NOISE: Final = frozenset({Keys.Vt100MouseEvent, Keys.CPRResponse, Keys.Ignore, Keys.ScrollUp, Keys.ScrollDown})


class Dispatcher:
    """Hands one session's key presses to whoever they are for, in order."""

    __slots__ = ("_ahead", "_digits", "_quiet_until", "_stage")

    def __init__(self, stage: TerminalStage) -> None:
        self._stage = stage
        self._ahead: deque[KeyPress] = deque()
        self._digits = ""
        self._quiet_until = 0.0

    def press(self, press: KeyPress) -> None:
        """Take one key press; what fails in a view ends that view only."""
        stage = self._stage
        name = key_name(press)
        if press.key in _NOISE:
            self._reported(press)
            return
        if name == "c-l":
            stage.repaint()
        elif stage.prompt is not None:
            self._prompted(name, press)
        elif not stage.busy:
            self._guarded(name, press)
        elif name == "c-c":
            self._ahead.clear()
            stage.bell()
        elif len(self._ahead) < MAX_AHEAD and not (isinstance(press, Pasted) and self._has_paste()):
            self._ahead.append(press)
        else:
            stage.bell()

    def _reported(self, press: KeyPress) -> None:
        """What the terminal tells by itself is no key: it is never typed and never answered with a bell."""
        stage = self._stage
        if press.key is Keys.CPRResponse:
            stage.cursor_told(press.data)
        elif press.key is Keys.Vt100MouseEvent and stage.mouse and stage.prompt is None and not stage.busy:
            told = pointed(press.data)
            if told is not None:
                self._pointed(told)

    def _pointed(self, told: Pointed) -> None:
        view = self._stage.view
        try:
            answer = self._point(view, told)
        except Exception:
            self._stage.fail(view)
            return
        if answer is not None and not isinstance(answer, bool):
            self._stage.work(answer, view)

    def _point(self, view: View, told: Pointed) -> Answer:
        stage = self._stage
        if told.what == "press":
            if not HEAD <= told.row < HEAD + stage.height:
                return False
            stage.clear_message()
            return view.point(told.column, told.row - HEAD)
        answer: Answer = False
        for _ in range(WHEEL_ROWS):
            answer = view.act(told.what, "")
            if answer is not None and not isinstance(answer, bool):
                return answer
        return answer

    def catch_up(self) -> None:
        """Handle the keys that came while a view was busy, as long as it is not busy again."""
        while self._ahead and (self._stage.prompt is not None or not self._stage.busy):
            self.press(self._ahead.popleft())

    def _has_paste(self) -> bool:
        return any(isinstance(press, Pasted) for press in self._ahead)

    def _prompted(self, name: str, press: KeyPress) -> None:
        stage = self._stage
        prompt = stage.prompt
        if prompt is None:
            return
        try:
            self._answer(prompt, name, press)
        except Exception:
            stage.report("")
            prompt.back_out()
        if prompt.done:
            stage.prompt = None

    def _answer(self, prompt: Prompt[Any], name: str, press: KeyPress) -> None:
        stage = self._stage
        if isinstance(press, Pasted):
            taken = self._pasted(press) and prompt.paste(press.data)
        elif self._quiet and not _is_text(name):
            taken = False
        else:
            taken = prompt.key(name, press, stage.keymap)
        if not taken:
            stage.bell()

    def _guarded(self, name: str, press: KeyPress) -> None:
        view = self._stage.view
        try:
            self._viewed(view, name, press)
        except Exception:
            self._stage.fail(view)

    def _viewed(self, view: View, name: str, press: KeyPress) -> None:
        stage = self._stage
        stage.clear_message()
        if isinstance(press, Pasted):
            self._digits = ""
            self._paste(view.editor, press)
            return
        if self._quiet and (view.editor is None or not _is_text(name)):
            stage.bell()
            return
        action = stage.keymap.lookup(view.context, name)
        if self._number(view, action, name):
            return
        if action is not None:
            answer = view.act(action, press.data)
            if answer is None or answer is True:
                return
            if answer is not False:
                stage.work(answer, view)
                return
        if view.editor is not None and self._edited(view.editor, name, press):
            return
        if action is not None and everywhere.act(stage, view, action):
            return
        self._nothing(view, name, action)

    def _number(self, view: View, action: str | None, name: str) -> bool:
        """Collect digits; True when the key belonged to a number."""
        stage = self._stage
        if action == "number":
            if len(self._digits) < MAX_DIGITS:
                self._digits += name
            else:
                stage.bell()
        elif not self._digits:
            return False
        elif name == "backspace":
            self._digits = self._digits[:-1]
        elif name == "escape":
            self._digits = ""
        elif name == "enter":
            digits, self._digits = self._digits, ""
            answer = view.act("number", digits)
            if answer is False:
                stage.bell()
            elif answer is not None and answer is not True:
                stage.work(answer, view)
            return True
        else:
            self._digits = ""
            return False
        if self._digits:
            stage.say(stage.words("stage.number", digits=self._digits))
        return True

    def _edited(self, editor: Writing, name: str, press: KeyPress) -> bool:
        """Give a key to the editor; True when it was one for an editor, whether or not it changed anything."""
        stage = self._stage
        editor.notice = stage.notice
        editor.ambiguous = stage.ambiguous
        action = stage.keymap.lookup("edit", name)
        if action is not None:
            if not editor.perform(action) and not stage.message:
                stage.bell()
            return True
        if not _is_text(name):
            return False
        if not editor.insert(press.data):
            stage.bell()
        return True

    def _paste(self, editor: Writing | None, press: Pasted) -> None:
        stage = self._stage
        self._pasted(press)
        if editor is None:
            stage.bell()
            stage.say(stage.words("stage.paste_nowhere"), "message.warn")
            return
        editor.notice = stage.notice
        editor.ambiguous = stage.ambiguous
        if not editor.paste(press.data):
            stage.bell()

    def _pasted(self, press: Pasted) -> bool:
        stage = self._stage
        self._quiet_until = stage.clock() + QUIET
        if press.cut:
            stage.say(stage.words("stage.paste_cut", most=len(press.data)), "message.warn")
        return True

    @property
    def _quiet(self) -> bool:
        # Zero until the first paste: the clock is not asked for people who never paste.
        return bool(self._quiet_until) and self._stage.clock() < self._quiet_until

    def _nothing(self, view: View, name: str, action: str | None) -> None:
        """Answer a key that does nothing here."""
        stage = self._stage
        stage.bell()
        if action is not None or name == "escape":
            return
        instead = stage.keymap.instead(view.context, name)
        shown = stage.keymap.key_for(instead, view.context) if instead is not None else ""
        if shown:
            words = stage.words(f"key.{instead}")
            stage.say(stage.words("stage.retired", key=show_key(name), now=shown, what=words))
            return
        helper = stage.keymap.key_for("help", view.context) or stage.keymap.key_for("editor_help", view.context)
        stage.say(stage.words("stage.no_key", key=show_key(name), help=helper))


def _is_text(name: str) -> bool:
    return len(name) == 1 and name.isprintable()
