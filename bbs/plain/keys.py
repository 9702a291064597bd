"""Every key of the full screen and the words that do the same here; a test compares this with the table of keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bbs.terminal.commands import COMMANDS, Context

KEY_WAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "up": ("previous",), "down": ("next",), "page_up": ("again",), "page_down": ("more",), "page_or_next": ("next",),
    "first": ("floor",), "last": ("last",), "enter": ("read",), "leave": ("back",), "number": ("read",),
    "tab": ("more",),
    "find": ("search", "filter"), "find_author": ("filter",), "find_marked": ("filter",), "find_next": ("more",),
    "find_prev": ("again",), "boards_goto": ("go",), "goto": ("go",),
    "unread_next": ("next", "skip"), "thread_first": ("floor",), "thread_prev": ("newer",), "thread_next": ("older",),
    "thread_last": ("last",),
    "post": ("post",), "reply": ("reply", "quote"), "push": ("push", "agree", "disagree", "note", "helpful"),
    "message": ("message", "write"), "forward": ("forward",), "vote": ("poll", "vote"), "crosspost": ("copy",),
    "mark_read": ("mark",), "undo": ("undo",), "favourite": ("favourite", "follow"), "mute": ("mute",),
    "shift_up": ("move",), "shift_down": ("move",), "move": ("move", "relocate"),
    "keep": ("keep",), "digest": ("digested",), "pin": ("pin",), "retitle": ("retitle", "name"),
    "edit": ("edit",), "delete": ("withdraw", "delete", "hide", "restore", "lock", "split", "join", "rejoin"),
    "library": ("library", "collect"), "notice": ("notice",), "case": ("case",),
    "details": ("details", "history", "pushes"),
    "desk.answer": ("answer",), "desk.take": ("take",), "desk.assign": ("assign",), "desk.extend": ("extend",),
    "desk.templates": ("templates", "template"),
    "home.news": ("news",), "home.boards": ("boards",), "home.favourites": ("favourites",), "home.unread": ("unread",),
    "home.officers": ("officers",), "home.cases": ("cases",), "home.desk": ("desk",), "home.live": ("live",),
    "home.mail": ("mail",), "home.inbox": ("inbox",), "home.search": ("search",), "home.who": ("who",),
    "home.preferences": ("settings", "set"), "home.resume": ("draft",), "home.back": ("resume",),
    "home.drafts": ("drafts",), "home.quit": ("leave",),
    "help": ("help",), "who": ("who",), "quick": ("go",), "pages": ("tell", "messages"), "where": ("where",),
}  # fmt: skip
"""Commands of the key table and the words that do what they do."""

LINE_BY_LINE: Final = frozenset(
    {"redraw", "interrupt", "finish", "editor_help", "editor_find"}
    | {command.id for command in COMMANDS if command.id.startswith(("form.", "edit."))}
)
"""Keys that move a caret or draw: here a line is typed and ended with Enter, and a text is finished by a dot."""

NOWHERE: Final = frozenset({"report", "tag", "delete_range", "home.tools"})
"""Keys that no screen answers but by saying so."""


def contexts() -> tuple[str, ...]:
    """The kinds of screens that help has a topic for."""
    return tuple(context.value for context in Context if context is not Context.EDIT)


def ways_of(context: Context) -> list[str]:
    """The commands of one kind of screen that have words here, in the order of the table."""
    return list(dict.fromkeys(one.id for one in COMMANDS if context in one.contexts and one.id in KEY_WAYS))
