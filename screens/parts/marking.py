"""Marking read: this thread, up to here, the whole board; and taking the last of it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import ReadState, Thread
from bbs.terminal.view import Choice
from screens.parts.keeping import refused
from screens.visit import Screen


class Marking:
    """The marks one screen made. `undo` takes back the last one."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._undo: Callable[[], Awaitable[None]] | None = None

    async def ask(self, board: Board, thread: Thread | None) -> str:
        """Ask what to mark, and mark it; what to say of it, or "" when nothing was done."""
        screen = self._screen
        if refused(screen):
            return ""
        tr = screen.tr
        choices = [Choice("v", tr("mark.board"))]
        if thread is not None:
            unread = thread.state is ReadState.UNREAD
            choices.append(Choice("t", tr("mark.thread_read" if unread else "mark.thread_unread")))
            choices.append(Choice("h", tr("mark.here")))
        chosen = await screen.stage.choose(tr("mark.ask"), choices)
        if chosen == "v":
            return await self.board(board)
        if chosen == "t" and thread is not None:
            return await self.thread(thread)
        if chosen == "h" and thread is not None:
            return await self.board(board, upto=thread)
        return ""

    async def board(self, board: Board, *, upto: Thread | None = None) -> str:
        """Mark all of a board read, or a thread and all that stands below it; what to say of it."""
        screen = self._screen
        name = screen.visit.named(board.zh, board.en)
        await screen.forum.reading.board_read(screen.actor, board, upto=None if upto is None else upto.last_post_id)
        self._undo = None  # the board's own undo is asked
        screen.visit.changes += 1
        return screen.tr("board.all_read", board=name) if upto is None else screen.tr("mark.now_here")

    async def thread(self, thread: Thread) -> str:
        """Mark a thread read, or unread when it is read; what to say of it."""
        screen = self._screen
        reading, actor = screen.forum.reading, screen.actor
        before = await reading.remember(actor, thread.id)

        async def back() -> None:
            await reading.restore(actor, thread.id, before)

        read = thread.state is ReadState.UNREAD
        if read:
            await reading.read(actor, thread.id, thread.last_floor, change=thread.change)
        else:
            await reading.unread(actor, thread.id)
        self._undo = back
        screen.visit.changes += 1
        return screen.tr("mark.now_read" if read else "mark.now_unread")

    async def undo(self, board: Board | None) -> str:
        """Take back the last mark, or what was last marked of the board; what to say of it, or "" when nothing was."""
        screen = self._screen
        if refused(screen):
            return ""
        if self._undo is not None:
            act, self._undo = self._undo, None
            await act()
            said = screen.tr("mark.undone")
        elif board is None:
            screen.stage.say(screen.tr("mark.nothing_to_undo"), "message.warn")
            return ""
        else:
            name = screen.visit.named(board.zh, board.en)
            if not await screen.forum.reading.board_undo(screen.actor, board):
                screen.stage.say(screen.tr("board.nothing_to_undo", board=name), "message.warn")
                return ""
            said = screen.tr("board.undone", board=name)
        screen.visit.changes += 1
        return said
