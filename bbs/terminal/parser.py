"""From characters to keys: the library's parser with bounds on everything a hostile client could make grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prompt_toolkit.input import vt100_parser
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys

MAX_ESCAPE: Final = 64
"""Characters of an unfinished escape sequence; the library has no bound, and caches every prefix for ever."""
MAX_PASTE: Final = 64 * 1024
"""Characters of one bracketed paste; the rest is dropped and the person is told."""
MAX_PREFIXES: Final = 4096
"""Entries of the library's process-wide prefix cache before it is emptied."""
_PASTE_END: Final = "\x1b[201~"


class Pasted(KeyPress):
    """A bracketed paste: `data` is the text, `cut` says that more was pasted than is taken."""

    def __init__(self, data: str, cut: bool) -> None:
        super().__init__(Keys.BracketedPaste, data)
        self.cut = cut


class KeyParser(Vt100Parser):
    """The library's parser with bounds: no recursion, no endless prefix, no endless paste.

    It is fed one step at a time, so that the caller can stop between two keys: `take` reads from a position up to the
    end of one key and returns where it stopped.
    """

    def __init__(self, feed_key_callback: Callable[[KeyPress], None]) -> None:
        self._prefix = ""
        self._pasted: list[str] = []
        self._pasted_length = 0
        self._pasted_cut = False
        self._tail = ""
        self._swallowing = False
        super().__init__(feed_key_callback)

    def _start_parser(self) -> None:
        """The library's generator is not used: its state could not be bounded from outside."""

    @property
    def idle(self) -> bool:
        """True when the next character stands for itself."""
        return not (self._prefix or self._in_bracketed_paste or self._swallowing)

    @property
    def unfinished(self) -> bool:
        """True while an escape sequence may go on."""
        return bool(self._prefix) or self._swallowing

    @property
    def pasting(self) -> bool:
        """True between the marks of a bracketed paste."""
        return self._in_bracketed_paste

    def feed(self, data: str) -> None:
        """Read all of `data`."""
        at = 0
        while at < len(data):
            at = self.take(data, at)

    def take(self, text: str, at: int) -> int:
        """Read one key, or one stretch of a paste, from `text[at:]`; returns the position after it."""
        if self._in_bracketed_paste:
            return self._take_paste(text, at)
        if self._swallowing:
            if "\x20" <= text[at] <= "\x3f":
                return at + 1
            self._swallowing = False
            if "\x40" <= text[at] <= "\x7e":
                return at + 1
        self._prefix += text[at]
        self._match(final=False)
        return at + 1

    def flush(self) -> None:
        """Take what is unfinished as finished."""
        self._swallowing = False
        if self._in_bracketed_paste:
            self._keep(self._tail)
            self._end_paste()
        elif self._prefix:
            self._match(final=True)

    def _match(self, final: bool) -> None:
        while self._prefix:
            prefix = self._prefix
            if len(prefix) >= MAX_ESCAPE:
                # Nothing that long is a key: the sequence is dropped up to its final byte, not typed as text.
                self._prefix = ""
                self._swallowing = True
                _trim_prefixes()
                return
            if not final and vt100_parser._IS_PREFIX_OF_LONGER_MATCH_CACHE[prefix]:
                return
            length = len(prefix)
            key = self._get_match(prefix)
            while key is None and length > 1:
                length -= 1
                key = self._get_match(prefix[:length])
            self._prefix = prefix[length:]
            self._call_handler(key if key is not None else prefix[0], prefix[:length])
            if self._in_bracketed_paste:
                rest, self._prefix = self._prefix, ""
                if rest:
                    self._take_paste(rest, 0)
        _trim_prefixes()

    def _take_paste(self, text: str, at: int) -> int:
        text, begin = self._tail + text[at:], at - len(self._tail)
        end = text.find(_PASTE_END)
        if end >= 0:
            self._keep(text[:end])
            self._end_paste()
            return begin + end + len(_PASTE_END)
        # The end mark may be split over two chunks: its first part waits in `_tail`.
        partial = next((n for n in range(len(_PASTE_END) - 1, 0, -1) if text.endswith(_PASTE_END[:n])), 0)
        self._keep(text[: len(text) - partial])
        self._tail = text[len(text) - partial :]
        return begin + len(text)

    def _keep(self, text: str) -> None:
        room = MAX_PASTE - self._pasted_length
        if len(text) > room:
            self._pasted_cut = True
            text = text[:room]
        if text:
            self._pasted.append(text)
            self._pasted_length += len(text)

    def _end_paste(self) -> None:
        press = Pasted("".join(self._pasted), self._pasted_cut)
        self._in_bracketed_paste = False
        self._pasted, self._pasted_length, self._pasted_cut, self._tail = [], 0, False, ""
        self.feed_key_callback(press)


def _trim_prefixes() -> None:
    if len(vt100_parser._IS_PREFIX_OF_LONGER_MATCH_CACHE) > MAX_PREFIXES:
        vt100_parser._IS_PREFIX_OF_LONGER_MATCH_CACHE.clear()
