"""What the pane beside the list of boards shows of one: what it is for, and its newest threads."""

from __future__ import annotations

from typing import Final

from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import Thread
from bbs.text.spans import Line, Span
from bbs.text.wrap import wrap
from screens.boards.threadrows import short_date, state_mark
from screens.parts.preview import Leaf
from screens.visit import Visit

NEWEST: Final = 30
"""Threads shown at most."""
_DATE: Final = 5
"""Cells of a date."""


async def board_leaf(visit: Visit, board: Board, cells: int, ambiguous: int) -> Leaf:
    """Fetch what a pane of `cells` shows of a board; one that is gone meanwhile raises NotFound."""
    head: list[Line] = [(Span(visit.both(board.zh, board.en), "panel.title"),)]
    about = wrap(visit.named(board.about_zh, board.about_en), max(2, cells - 1), ambiguous)
    head += [(Span(line, "hint"),) for line in about if line]
    head.append(())
    pinned = await visit.forum.threads.pinned(visit.actor, board)
    page = await visit.forum.threads.list(visit.actor, board, limit=NEWEST)
    newest = sorted([*pinned, *page.items], key=lambda one: one.last_at, reverse=True)[:NEWEST]
    head += [_line(visit, thread) for thread in newest] or [(Span(visit.tr("board.empty_closed"), "hint"),)]
    return Leaf(head, "")


def _line(visit: Visit, thread: Thread) -> Line:
    mark, style = state_mark(thread)
    return (Span(mark, style), Span(f" {short_date(visit, thread):<{_DATE}}  ", "date"), Span(thread.title, "title"))
