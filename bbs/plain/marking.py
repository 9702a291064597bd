"""`mark read`, `mark unread`, `mark here`, `mark all`, and `undo`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from bbs.errors import Invalid
from bbs.forum.boards.places import Board
from bbs.plain.reading import fresh
from bbs.plain.visit import Visit

_WORDS: Final = {
    "read": "read", "已读": "read", "": "read",
    "unread": "unread", "未读": "unread",
    "here": "here", "到此": "here", "到这里": "here",
    "all": "all", "全部": "all", "全部已读": "all",
}  # fmt: skip


async def mark(visit: Visit, rest: str) -> None:
    """Mark the thread or the board; what was marked can be taken back with `undo`."""
    visit.member()
    what = _WORDS.get(rest.strip().casefold())
    if what is None:
        raise Invalid("plain.mark_what")
    if what == "all":
        await _board(visit, _here(visit))
    elif what == "here":
        reading = await fresh(visit)
        await _board(visit, reading.board, upto=reading.thread.last_post_id)
    else:
        await _thread(visit, read=what == "read")


def _here(visit: Visit) -> Board:
    if visit.here.board is None:
        raise Invalid("plain.no_board")
    return visit.here.board


async def _thread(visit: Visit, *, read: bool) -> None:
    thread = (await fresh(visit)).thread
    marks, actor = visit.forum.reading, visit.actor
    before = await marks.remember(actor, thread.id)
    if read:
        await marks.read(actor, thread.id, thread.last_floor, change=thread.change)
    else:
        await marks.unread(actor, thread.id)

    async def back() -> str:
        await marks.restore(actor, thread.id, before)
        return visit.tr("plain.marks_back")

    visit.undo = back
    await visit.say("plain.marked_read" if read else "plain.marked_unread", thread=thread.id)


async def _board(visit: Visit, board: Board, *, upto: int | None = None) -> None:
    marks, actor, name = visit.forum.reading, visit.actor, visit.board_name(board)
    await marks.board_read(actor, board, upto=upto)

    async def back() -> str:
        done = await marks.board_undo(actor, board)
        return visit.tr("plain.marks_back") if done else visit.tr("board.nothing_to_undo", board=name)

    visit.undo = back
    await visit.say("plain.marked_all" if upto is None else "plain.marked_here", board=name)


async def undo(visit: Visit, rest: str) -> None:
    """Take back the last mark."""
    if visit.undo is None:
        raise Invalid("mark.nothing_to_undo")
    act: Callable[[], Awaitable[str]] = visit.undo
    visit.undo = None
    await visit.paper.say(await act())
