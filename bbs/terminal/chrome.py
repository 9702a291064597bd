"""The rows around every view: head bar, message row and key row; each kept until something in it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from bbs.terminal import glyphs
from bbs.terminal.canvas import Row
from bbs.terminal.keymap import Keymap
from bbs.terminal.view import Hint
from bbs.terminal.words import Words
from bbs.text.clean import gate
from bbs.text.spans import Span
from bbs.text.width import clip, width

HEAD: Final = 1
FOOT: Final = 2
"""Rows above and below the body."""
EMPTY: Final = Row()
_EDGE: Final = 1
_GAP: Final = 2
_MIN_TITLE: Final = 4


class HeadInfo(NamedTuple):
    """What the head bar says beside title and route: `unread` is a count of the inbox, or words of its own."""

    site: str
    account: str
    unread: int | str


class Chrome:
    """Makes and keeps the rows around a view for one session."""

    __slots__ = ("_head", "_head_key", "_keys", "_keys_key", "_message", "_message_key")

    def __init__(self) -> None:
        self._head_key: object = None
        self._head = EMPTY
        self._message_key: object = None
        self._message = EMPTY
        self._keys_key: object = None
        self._keys = EMPTY

    def head(self, info: HeadInfo, title: str, route: str, columns: int, ambiguous: int, words: Words) -> Row:
        """The first row: site, title, then (right-aligned, always in full) route, account and unread."""
        key = (info, title, route, columns, ambiguous, words)
        if key != self._head_key:
            self._head_key = key
            self._head = _head(info, title, route, columns, ambiguous, words)
        return self._head

    def message(self, text: str, style: str) -> Row:
        """The row above the last."""
        if not text:
            return EMPTY
        key = (text, style)
        if key != self._message_key:
            self._message_key = key
            self._message = Row((Span(" "), Span(text, style)))
        return self._message

    def keys(
        self, hints: Sequence[Hint], context: str, keymap: Keymap, words: Words, columns: int, ambiguous: int
    ) -> Row:
        """The last row: the keys that work here, help always at the right."""
        key = (tuple(hints), context, keymap, words, columns, ambiguous)
        if key != self._keys_key:
            self._keys_key = key
            pairs = [(keymap.key_for(hint.action, context), words(hint.label)) for hint in hints]
            helper = keymap.key_for("help", context) or keymap.key_for("editor_help", context)
            self._keys = key_row(pairs, (helper, words("stage.help")) if helper else None, columns, ambiguous)
        return self._keys


def _head(info: HeadInfo, title: str, route: str, columns: int, ambiguous: int, words: Words) -> Row:
    unread = info.unread if isinstance(info.unread, str) else words("stage.inbox", n=info.unread)
    if info.unread == 0:
        unread = ""
    # The route is what a screen is recognised by: it stays whole as long as it can, then account, then unread.
    right: list[Span] = []
    room = columns - _EDGE
    for text, style in ((route, "bar.route"), (info.account, "bar.account"), (unread, "bar.unread")):
        text = gate(text)
        cells = width(text, ambiguous) + (_GAP if right else 0)
        if not text or cells > room:
            continue
        if right:
            right.append(Span(" " * _GAP))
        right.append(Span(text, style))
        room -= cells
    left: list[Span] = [Span(" ")]
    room -= _EDGE + _GAP
    site, title = gate(info.site), gate(title)
    lead = f"{site} {glyphs.PATH} " if title else site
    if width(lead, ambiguous) + (_MIN_TITLE if title else 0) <= room:
        left.append(Span(lead))
        room -= width(lead, ambiguous)
    if title and room >= _MIN_TITLE:
        title = clip(title, room, ambiguous, glyphs.ELLIPSIS)
        left.append(Span(title, "bar.title"))
    used = sum(width(span.text, ambiguous) for span in left) + sum(width(span.text, ambiguous) for span in right)
    blank = max(0, columns - _EDGE - used)
    return Row((*left, Span(" " * blank), *right, Span(" " * _EDGE)), "bar")


def key_row(pairs: Sequence[tuple[str, str]], last: tuple[str, str] | None, columns: int, ambiguous: int) -> Row:
    """Build a row of keys and words: as many pairs as fit whole, `last` at the right end."""
    tail = f"{last[0]} {last[1]}" if last is not None else ""
    room = columns - 2 * _EDGE - (width(tail, ambiguous) if tail else 0)
    spans: list[Span] = [Span(" ")]
    for shown, label in pairs:
        cells = width(f"{shown} {label}", ambiguous) + _GAP
        if not shown or cells > room:
            continue
        spans += (Span(shown, "keys.key"), Span(f" {label}{' ' * _GAP}"))
        room -= cells
    if last is not None:
        spans += (Span(" " * max(0, room)), Span(last[0], "keys.key"), Span(f" {last[1]} "))
    return Row(spans, "keys")
