"""Places where text is typed: `Editor` for several lines, `Field` for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bbs.terminal import glyphs
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.softwrap import Piece, column_of, offset_at, pieces, row_of
from bbs.terminal.writing import MAX_EDIT, Writing
from bbs.text.clean import clean_line
from bbs.text.spans import Span
from bbs.text.width import clip, graphemes, width


class Editor(Writing):
    """Several lines of text, wrapped to the width they are drawn in; the caret is always in sight."""

    def __init__(
        self,
        text: str = "",
        *,
        limit: int = 20_000,
        changed: Callable[[], None] | None = None,
        style: str = "editor",
        ambiguous: int = 1,
    ) -> None:
        super().__init__(text, limit=limit, changed=changed, style=style, ambiguous=ambiguous)
        self._top = (0, 0)  # the line and the row of it that is drawn first
        self._width = 78
        self._height = 20
        self._grown = False
        self._wrapped: dict[str, list[Piece]] = {}
        self._wrapped_for = ambiguous
        self._rows: dict[tuple[str, int], Row] = {}

    def draw(self, columns: int, rows: int) -> Frame:
        """Draw the part around the caret in `columns` x `rows` cells, caret shown."""
        self._resize(columns, rows)
        lines = self._lines()
        line, offset = self._place(lines)
        self._follow(lines, line, offset)
        frame: list[Row] = []
        cursor = (0, 0)
        seen: dict[str, list[Piece]] = {}
        kept: dict[tuple[str, int], Row] = {}
        at, skip = self._top
        while len(frame) < rows and at < len(lines):
            words = lines[at]
            wrapped = seen[words] = self._wrap(words)
            for index in range(skip, len(wrapped)):
                if len(frame) >= rows:
                    break
                if at == line and row_of(wrapped, offset) == index:
                    cursor = (min(column_of(words, wrapped[index], offset, self.ambiguous), columns - 1), len(frame))
                key = (words, index)
                row = self._rows.get(key) or kept.get(key)
                if row is None:
                    piece = wrapped[index]
                    row = Row((Span(words[piece.start : piece.end], self.style),))
                kept[key] = row
                frame.append(row)
            at, skip = at + 1, 0
        self._wrapped, self._rows = seen, kept
        return Frame(frame, cursor, caret=True)

    def _up(self) -> None:
        self._move_rows(-1)

    def _down(self) -> None:
        self._move_rows(1)

    def _page_up(self) -> None:
        self._move_rows(-max(1, self._height - 1))

    def _page_down(self) -> None:
        self._move_rows(max(1, self._height - 1))

    def _move_rows(self, by: int) -> None:
        lines = self._lines()
        line, offset = self._place(lines)
        wrapped = self._wrap(lines[line])
        row = row_of(wrapped, offset)
        goal = self._goal
        if goal is None:
            goal = column_of(lines[line], wrapped[row], offset, self.ambiguous)
        step = 1 if by > 0 else -1
        for _ in range(abs(by)):
            if 0 <= row + step < len(wrapped):
                row += step
                continue
            if not 0 <= line + step < len(lines):
                break
            line += step
            wrapped = self._wrap(lines[line])
            row = 0 if step > 0 else len(wrapped) - 1
        piece = wrapped[row]
        within = offset_at(lines[line], piece, goal, last=row == len(wrapped) - 1, ambiguous=self.ambiguous)
        self.position = sum(len(words) + 1 for words in lines[:line]) + within
        self._goal = goal

    # Drawing

    def _lines(self) -> list[str]:
        return self._buffer.document.lines

    def _place(self, lines: list[str]) -> tuple[int, int]:
        document = self._buffer.document
        return document.cursor_position_row, document.cursor_position_col

    def _wrap(self, line: str) -> list[Piece]:
        found = self._wrapped.get(line)
        if found is None:
            # One cell stays free for the caret after the last character.
            found = pieces(line, self._width - 1, self.ambiguous)
            if len(self._wrapped) < 512:
                self._wrapped[line] = found
        return found

    def _resize(self, columns: int, rows: int) -> None:
        if columns != self._width or self.ambiguous != self._wrapped_for:
            self._wrapped_for = self.ambiguous
            self._wrapped.clear()
            self._rows.clear()
        self._grown = self._grown or rows > self._height
        self._width, self._height = columns, rows

    def _follow(self, lines: list[str], line: int, offset: int) -> None:
        """Move the first row so that the caret's row is in sight."""
        here = (line, row_of(self._wrap(lines[line]), offset))
        if self._top[0] >= len(lines) or here < self._top:
            self._top = here
        else:
            self._top = max(self._top, self._first_row(lines, here, self._top))
        if self._grown:  # a terminal that grew shows what is above, rather than nothing below the text
            last = len(lines) - 1
            self._top = min(self._top, self._first_row(lines, (last, len(self._wrap(lines[last])) - 1), (0, 0)))
            self._grown = False

    def _first_row(self, lines: list[str], foot: tuple[int, int], least: tuple[int, int]) -> tuple[int, int]:
        """What is drawn first when `foot` is drawn last; looks no further than `least`."""
        at, row = foot
        for _ in range(self._height - 1):
            if (at, row) <= least:
                break
            if row:
                row -= 1
            else:
                at -= 1
                row = len(self._wrap(lines[at])) - 1
        return at, row


class Field(Editor):
    """One line of text: scrolls sideways, may hide what is typed, may complete.

    `complete(text)` gives candidates; `candidates` holds the current ones and `chosen` the one that is marked.
    """

    multiline = False

    def __init__(
        self,
        text: str = "",
        *,
        limit: int = 200,
        secret: bool = False,
        complete: Callable[[str], Sequence[str]] | None = None,
        changed: Callable[[], None] | None = None,
        style: str = "field",
        ambiguous: int = 1,
    ) -> None:
        super().__init__(text, limit=limit, changed=changed, style=style, ambiguous=ambiguous)
        self.secret = secret
        self._complete = complete
        self._from = 0  # first character drawn
        self.candidates: tuple[str, ...] = ()
        self.chosen = -1
        self._row: tuple[tuple[str, int, str], Row] | None = None

    MOST: Final = 8
    """Candidates shown at once."""

    def refresh(self) -> None:
        """Ask for candidates anew."""
        self.chosen = -1
        self.candidates = tuple(self._complete(self.text))[: self.MOST] if self._complete is not None else ()

    def next_candidate(self, step: int = 1) -> bool:
        """Put the next (or, with -1, the previous) candidate into the field; False when there is none."""
        if not self.candidates:
            return False
        candidates = self.candidates
        before = self.chosen if self.chosen >= 0 or step > 0 else 0  # from -1, one on is the first
        chosen = (before + step) % len(candidates)
        text = candidates[chosen][: self.limit]
        self._set(text, len(text))
        self.candidates, self.chosen = candidates, chosen
        return True

    def draw(self, columns: int, rows: int = 1) -> Frame:
        """Draw one row of `columns` cells, caret shown."""
        row, caret = self.row(columns)
        return Frame([row], (caret, 0), caret=True)

    def row(self, columns: int, style: str | None = None) -> tuple[Row, int]:
        """Give the row and the caret's cell in it; `style` in place of the field's own."""
        shown, caret = self.shown(columns)
        key = (shown, columns, style or self.style)
        if self._row is None or self._row[0] != key:
            self._row = (key, Row((Span(shown, style or self.style),)))
        return self._row[1], caret

    def shown(self, columns: int) -> tuple[str, int]:
        """Give the part of the text that is in sight, and the caret's cell in it."""
        text = glyphs.SECRET * len(self.text) if self.secret else self.text
        at = self.position
        if at < self._from:
            self._from = at
        while self._from < at and width(text[self._from : at], self.ambiguous) > columns - 1:
            self._from += max(1, len(graphemes(text[self._from : self._from + 16])[0]))
        return clip(text[self._from :], columns, self.ambiguous), width(text[self._from : at], self.ambiguous)

    def _set(self, text: str, position: int) -> None:
        super()._set(text, position)
        self.refresh()

    def _newline(self) -> None:
        """Enter does not break a line here."""

    def _cleaned(self, text: str) -> str:
        return clean_line(text[:MAX_EDIT])

    def _up(self) -> None:
        self.next_candidate(-1)

    def _down(self) -> None:
        self.next_candidate(1)
