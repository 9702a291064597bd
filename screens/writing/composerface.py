"""How a composer looks: as whom, to whom and where at the top, the text, and how long it is at the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bbs.forum.actor import Appointment
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.editor import Editor, Field
from bbs.text.spans import Line, Span
from bbs.text.width import clip, width
from screens.visit import Visit


@dataclass(frozen=True, slots=True)
class Said:
    """What the head of a composer says; `pen_name` is the message id for those who hold no office there.

    `name` is the one that it names."""

    heading: str
    saved: str
    reach: str
    held: Appointment | None
    pen_name: str
    name: str


class Face:
    """Draws one composer; rows that say the same as in the last frame are the same objects."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._heads: tuple[object, list[Row]] | None = None
        self._foot: tuple[object, Row] | None = None

    def draw(
        self,
        said: Said,
        title: tuple[str, Field] | None,
        body: Editor,
        *,
        active: Field | Editor,
        hint: str,
        size: tuple[int, int],
        ambiguous: int,
    ) -> Frame:
        """The frame for `size` cells (columns, rows): heads, the title with its label, the text, a hint and a count."""
        columns, rows = size
        frame_rows = list(self._head_rows(said, columns, ambiguous))
        caret = (0, 0)
        if title is not None:
            row, at = _title_row(*title, active=active is title[1], columns=columns, ambiguous=ambiguous)
            caret = (at, len(frame_rows))
            frame_rows.append(row)
        room = max(1, rows - len(frame_rows) - (1 if rows > 8 else 0))
        body.ambiguous = ambiguous
        text = body.draw(columns, room)
        if active is body and text.cursor is not None:
            caret = (text.cursor[0], text.cursor[1] + len(frame_rows))
        frame_rows += text.rows
        if rows > 8:
            frame_rows += [_BLANK] * (rows - 1 - len(frame_rows))
            frame_rows.append(self._foot_row(hint, (len(body.text), body.limit), columns, ambiguous))
        return Frame(frame_rows, caret, caret=True)

    def _head_rows(self, said: Said, columns: int, ambiguous: int) -> list[Row]:
        tr, actor = self._visit.tr, self._visit.actor
        key = (columns, said, actor, tr.lang, ambiguous)
        if self._heads is None or self._heads[0] != key:
            saved = said.saved
            room = columns - width(saved, ambiguous) - 3
            heading = clip(said.heading, room, ambiguous, "..")
            gap = columns - 2 - width(heading, ambiguous) - width(saved, ambiguous)
            first = (Span(f" {heading}", "panel.title"), Span(" " * max(1, gap), "panel"), Span(saved, "panel"))
            line, style = self._as_whom(said)
            self._heads = (key, [Row(first, "panel"), Row(line, style)])
        return self._heads[1]

    def _as_whom(self, said: Said) -> tuple[Line, str]:
        """The line that says under which name this will stand, and its row's style."""
        tr, held = self._visit.tr, said.held
        if held is None:
            who = tr(said.pen_name, name=said.name)
            return (Span(f" {who}", "floor.author"), Span(f"   {said.reach}", "floor")), "floor"
        who = tr("compose.as_officer", name=held.real_name, title=self._visit.named(held.title_zh, held.title_en))
        mark = Span(f" [{tr('official.mark')}] {who}", "official.name")
        return (mark, Span(f"   {said.reach}", "official")), "official"

    def _foot_row(self, hint: str, filled: tuple[int, int], columns: int, ambiguous: int) -> Row:
        """The hint, and how many characters of how many are used."""
        key = (columns, filled, hint, ambiguous)
        if self._foot is None or self._foot[0] != key:
            length, limit = filled
            count = f"{length}/{limit}"
            words = clip(hint, columns - len(count) - 3, ambiguous)
            gap = columns - 2 - width(words, ambiguous) - len(count)
            style = "field.error" if length >= limit else "count"
            self._foot = (key, Row((Span(f" {words}", "hint"), Span(" " * max(1, gap)), Span(count, style))))
        return self._foot[1]


def _title_row(label: str, field: Field, *, active: bool, columns: int, ambiguous: int) -> tuple[Row, int]:
    """The row, and the cell of its caret."""
    words = f" {label} "
    begins = width(words, ambiguous)
    row, caret = field.row(max(4, columns - begins), "field.active" if active else "field")
    return Row((Span(words, "field.label"), *row.spans)), begins + caret


_BLANK: Final = Row()
