"""A person's settings of their terminal, which may change while it runs; every change draws everything anew."""

from __future__ import annotations

from bbs.terminal.keymap import Keymap
from bbs.terminal.link import Link
from bbs.terminal.services import Options
from bbs.terminal.theme import Theme
from bbs.terminal.themes import THEMES
from bbs.terminal.words import Words


class Settings:
    """Language, keys, theme, colours and the width of ambiguous characters."""

    def __init__(self, link: Link, words: Words, keymap: Keymap, options: Options) -> None:
        self._link = link
        self._words = words
        self._keymap = keymap
        self._theme = options.theme
        self._ambiguous = options.ambiguous
        self._colours = options.colours

    def repaint(self) -> None:
        """Draw everything anew."""
        raise NotImplementedError

    @property
    def words(self) -> Words:
        """The messages in the person's language."""
        return self._words

    @words.setter
    def words(self, value: Words) -> None:
        self._words = value
        self.repaint()

    @property
    def keymap(self) -> Keymap:
        """The person's keys."""
        return self._keymap

    @keymap.setter
    def keymap(self, value: Keymap) -> None:
        self._keymap = value
        self.repaint()

    @property
    def theme(self) -> Theme:
        """The person's theme."""
        return self._theme

    @theme.setter
    def theme(self, value: Theme) -> None:
        self._theme = value
        self.repaint()

    @property
    def ambiguous(self) -> int:
        """Cells an East Asian ambiguous character takes here: 1 or 2."""
        return self._ambiguous

    @ambiguous.setter
    def ambiguous(self, value: int) -> None:
        self._ambiguous = value
        self.repaint()

    @property
    def colours(self) -> int:
        """Colours drawn with: 0, 16, 256 or 16777216."""
        return self._link.colours if self._colours is None else self._colours

    @colours.setter
    def colours(self, value: int | None) -> None:
        self._colours = value
        self.repaint()

    @property
    def painted(self) -> Theme:
        """The theme that is drawn with: without colours the selected row is only seen in `mono`."""
        return self._theme if self.colours else THEMES["mono"]
