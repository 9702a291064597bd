"""The one table of keys: what each command is called, where it holds, its keys in each preset, its words and its group.

Key handling, the last row, the help screen, the key page of the handbook and the presets all come from it.
Keys are named as in `bbs.terminal.input.key_name`: `j`, `c-p`, `pageup`, `enter`, `space`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Context(StrEnum):
    """Where a key holds; a view names its own, `edit` is every place where text is typed."""

    HOME = "home"
    LIST = "list"
    READER = "reader"
    DESK = "desk"
    FORM = "form"
    EDITOR = "editor"
    EDIT = "edit"


class Preset(StrEnum):
    """Whose fingers the keys are for."""

    STANDARD = "standard"
    PTT = "ptt"
    KBS = "kbs"


@dataclass(frozen=True, slots=True)
class Command:
    """One command in some contexts; `ptt` and `kbs` are None where they have the standard keys.

    `help` is the message id of its words. An id may have several rows when its keys differ between contexts.
    """

    id: str
    contexts: tuple[Context, ...]
    standard: tuple[str, ...]
    category: str
    ptt: tuple[str, ...] | None = None
    kbs: tuple[str, ...] | None = None

    @property
    def help(self) -> str:
        """Message id of what the command does."""
        return f"key.{self.id}"

    def keys(self, preset: Preset) -> tuple[str, ...]:
        """The keys in a preset, the one to show first."""
        chosen = {Preset.STANDARD: None, Preset.PTT: self.ptt, Preset.KBS: self.kbs}[preset]
        return self.standard if chosen is None else chosen


_HOME = (Context.HOME,)
_LIST = (Context.LIST,)
_READER = (Context.READER,)
_DESK = (Context.DESK,)
_FORM = (Context.FORM,)
_EDITOR = (Context.EDITOR,)
_EDIT = (Context.EDIT,)
_BROWSE = (Context.LIST, Context.READER)
_MENUS = (Context.HOME, Context.LIST)
_READING = (Context.HOME, Context.LIST, Context.READER, Context.DESK)
_EVERYWHERE = (Context.HOME, Context.LIST, Context.READER, Context.DESK, Context.FORM, Context.EDITOR)

_DIGITS: Final = tuple("0123456789")


def _keys(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _row(
    command: str,
    contexts: tuple[Context, ...],
    standard: str,
    category: str,
    ptt: str | None = None,
    kbs: str | None = None,
) -> Command:
    return Command(
        command,
        contexts,
        _keys(standard),
        category,
        None if ptt is None else _keys(ptt),
        None if kbs is None else _keys(kbs),
    )


COMMANDS: Final[tuple[Command, ...]] = (
    # Moving
    _row("up", _HOME, "up k", "move"),
    _row("down", _HOME, "down j", "move"),
    _row("up", _LIST, "up k", "move", "up k p"),
    _row("down", _LIST, "down j", "move", "down j n"),
    _row("up", _READER, "up k", "move"),
    _row("down", _READER, "down j", "move"),
    _row("up", _DESK, "up k", "move"),
    _row("down", _DESK, "down j", "move"),
    _row("page_up", _READING, "pageup c-b", "move", "pageup c-b P", "pageup c-b P"),
    _row("page_down", _HOME, "pagedown c-f space", "move"),
    _row("page_down", _LIST, "pagedown c-f space", "move", "pagedown c-f N space", "pagedown c-f N space"),
    _row("page_down", _READER, "pagedown c-f", "move"),
    _row("page_down", _DESK, "pagedown c-f space", "move"),
    _row("page_or_next", _READER, "space", "move"),
    _row("first", _READING, "home", "move"),
    _row("last", _READING, "end $", "move"),
    _row("enter", _HOME, "enter right", "move"),
    _row("enter", _LIST, "enter right r", "move", "enter right r l"),
    _row("enter", _READER, "enter", "move"),
    _row("enter", _DESK, "enter right", "move"),
    _row("leave", _HOME, "left", "move"),
    _row("leave", _DESK, "left q", "move"),
    _row("leave", _BROWSE, "left q e", "move"),
    Command("number", _READING, _DIGITS, "move"),
    _row("tab", _READING, "tab", "move"),
    # Finding
    _row("find", _BROWSE, "/", "find"),
    _row("find_author", _LIST, "a", "find"),
    _row("find_marked", _LIST, "G", "find"),
    _row("find_next", _READER, "n", "find"),
    _row("find_prev", _READER, "N", "find"),
    _row("boards_goto", _READING, "s", "find"),
    _row("goto", _READING, ":", "find"),
    # Threads
    _row("unread_next", _BROWSE, "S", "thread"),
    _row("thread_first", _BROWSE, "=", "thread"),
    _row("thread_prev", _BROWSE, "[", "thread", "[ -"),
    _row("thread_next", _BROWSE, "]", "thread", "] +"),
    _row("thread_last", _BROWSE, "\\", "thread"),
    # Writing
    _row("post", _LIST, "c-p", "write"),
    _row("reply", _LIST, "y R", "write", "y"),
    _row("reply", _READER, "r y R", "write"),
    _row("push", _BROWSE, "X %", "write", "X %", "X"),
    _row("message", _BROWSE, "w", "write", None, "w z"),
    _row("forward", _BROWSE, "F", "write"),
    _row("vote", _BROWSE, "V", "write"),
    _row("crosspost", _BROWSE, "C", "write"),
    _row("report", _BROWSE, "!", "write"),
    # Keeping
    _row("mark_read", _LIST, "v", "keep"),
    _row("undo", _LIST, "u", "keep"),
    _row("favourite", _BROWSE, "f", "keep"),
    _row("mute", _BROWSE, "K", "keep", None, "Z"),
    _row("shift_up", _LIST, "<", "keep"),
    _row("shift_down", _LIST, ">", "keep"),
    _row("move", _LIST, "M", "keep"),
    # Moderation
    _row("keep", _LIST, "m", "moderate"),
    _row("digest", _LIST, "g", "moderate"),
    _row("pin", _LIST, "_", "moderate"),
    _row("tag", _LIST, "t", "moderate"),
    _row("retitle", _BROWSE, "T", "moderate"),
    _row("edit", _BROWSE, "E", "moderate"),
    _row("delete", _BROWSE, "d", "moderate"),
    _row("delete_range", _LIST, "D", "moderate"),
    # About
    _row("library", _BROWSE, "x z", "about", "z", "x"),
    _row("notice", _LIST, "b", "about"),
    _row("case", _BROWSE, "L", "about"),
    _row("details", _BROWSE, "Q", "about"),
    # The desk
    _row("desk.answer", _DESK, "r y R", "desk"),
    _row("desk.take", _DESK, "t", "desk"),
    _row("desk.assign", _DESK, "a", "desk"),
    _row("desk.extend", _DESK, "e", "desk"),
    _row("desk.templates", _DESK, "E", "desk"),
    _row("case", _DESK, "L", "desk"),
    _row("details", _DESK, "Q", "desk"),
    # Home
    _row("home.news", _HOME, "n", "home"),
    _row("home.boards", _HOME, "b", "home"),
    _row("home.favourites", _HOME, "f", "home"),
    _row("home.unread", _HOME, "u", "home"),
    _row("home.officers", _HOME, "o", "home"),
    _row("home.cases", _HOME, "c", "home"),
    _row("home.desk", _HOME, "d", "home"),
    _row("home.live", _HOME, "l", "home"),
    _row("home.mail", _HOME, "m", "home"),
    _row("home.inbox", _HOME, "i", "home"),
    _row("home.search", _HOME, "/", "home"),
    _row("home.tools", _HOME, "t", "home"),
    _row("home.who", _HOME, "w", "home"),
    _row("home.preferences", _HOME, "p", "home"),
    _row("home.resume", _HOME, "r", "home"),
    _row("home.back", _HOME, "y", "home"),
    _row("home.drafts", _HOME, "D", "home"),
    _row("home.quit", _HOME, "q", "home"),
    # Forms
    _row("form.next", _FORM, "tab", "form"),
    _row("form.prev", _FORM, "s-tab", "form"),
    _row("form.down", _FORM, "down", "form"),
    _row("form.up", _FORM, "up", "form"),
    _row("form.accept", _FORM, "enter", "form"),
    _row("form.cancel", _FORM, "escape", "form"),
    # Writing a text
    _row("finish", (Context.FORM, Context.EDITOR), "c-x f10", "edit"),
    _row("editor_help", (Context.FORM, Context.EDITOR), "f1", "edit"),
    _row("editor_find", _EDITOR, "f3", "edit"),
    _row("edit.newline", _EDIT, "enter", "edit"),
    _row("edit.left", _EDIT, "left", "edit"),
    _row("edit.right", _EDIT, "right", "edit"),
    _row("edit.up", _EDIT, "up", "edit"),
    _row("edit.down", _EDIT, "down", "edit"),
    _row("edit.word_left", _EDIT, "c-left", "edit"),
    _row("edit.word_right", _EDIT, "c-right", "edit"),
    _row("edit.line_start", _EDIT, "c-a home", "edit"),
    _row("edit.line_end", _EDIT, "c-e end", "edit"),
    _row("edit.page_up", _EDIT, "pageup c-b", "edit"),
    _row("edit.page_down", _EDIT, "pagedown c-f", "edit"),
    _row("edit.text_start", _EDIT, "c-home c-]", "edit"),
    _row("edit.text_end", _EDIT, "c-t c-end", "edit"),
    _row("edit.backspace", _EDIT, "backspace", "edit"),
    _row("edit.delete", _EDIT, "delete c-d", "edit"),
    _row("edit.kill", _EDIT, "c-k", "edit"),
    _row("edit.delete_line", _EDIT, "c-y", "edit"),
    _row("edit.yank", _EDIT, "c-v", "edit"),
    _row("edit.undo", _EDIT, "c-_", "edit"),
    _row("edit.redo", _EDIT, "c-^", "edit"),
    # Everywhere
    _row("help", _READING, "h ? f1", "everywhere"),
    _row("redraw", _EVERYWHERE, "c-l", "everywhere"),
    _row("who", _EVERYWHERE, "c-u", "everywhere"),
    _row("quick", _EVERYWHERE, "c-z", "everywhere"),
    _row("pages", _EVERYWHERE, "c-r", "everywhere"),
    _row("where", _EVERYWHERE, "c-w", "everywhere"),
    _row("interrupt", _EVERYWHERE, "c-c", "everywhere"),
)
"""Every command there is. The order is the order of the help screen."""

CATEGORIES: Final = tuple(dict.fromkeys(command.category for command in COMMANDS))
"""Groups of the help screen; the words of each are the message `keys.CATEGORY`."""


@dataclass(frozen=True, slots=True)
class Retired:
    """A key that means something at a rival or once meant something here; pressing it says what to press instead."""

    key: str
    contexts: tuple[Context, ...]
    action: str


def _retired(pairs: str, contexts: tuple[Context, ...]) -> tuple[Retired, ...]:
    return tuple(Retired(key, contexts, action) for key, _, action in (pair.partition("=>") for pair in pairs.split()))


RETIRED: Final[dict[Preset, tuple[Retired, ...]]] = {
    Preset.STANDARD: (
        *_retired("c-q=>finish", _EDITOR),
        *_retired("l=>enter", _LIST),
        *_retired("g=>first G=>last", _READER),
    ),
    Preset.PTT: (
        # mbbsd/bbs.c read_comms, mbbsd/read.c, mbbsd/pmore.c
        *_retired(
            "#=>goto R=>vote i=>notice I=>notice ~=>details A=>find_author Z=>find c-x=>crosspost c-v=>vote", _LIST
        ),
        *_retired("c-q=>details", _LIST),
        *_retired("#=>goto c-q=>details", _READER),
        *_retired("c-q=>finish", _EDITOR),
    ),
    Preset.KBS: (
        # kbs_bbs/src/bbs.c read_comms, src/more.c; Tab showed the board's notice there
        *_retired("p=>thread_first n=>unread_next K=>mark_read c=>mark_read c-q=>details A=>find_author", _LIST),
        *_retired("c-g=>find #=>pin %=>keep l=>message", _LIST),
        *_retired("c-q=>details p=>thread_next", _READER),
        *_retired("c-q=>finish", _EDITOR),
    ),
}
"""Only keys that are free in the preset; a key with a meaning here keeps it."""
