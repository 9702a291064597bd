"""What moderators do with threads from wherever a floor of one is shown: move, split, merge, bring back."""

from __future__ import annotations

from bbs.forum.access import Verb
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import TITLE_LIMIT, Post, Thread
from bbs.forum.writing.moderation import REASON_LIMIT
from bbs.forum.writing.splitting import floors_in
from screens.parts.asking import ask_board
from screens.visit import Screen

_FLOORS_CELLS = 60
_NUMBER_DIGITS = 9


class ThreadActs:
    """The acts on behalf of one screen. Each gives what to say when it is done, "" when the person backed out."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    async def move(self, board: Board, thread: Thread) -> str:
        """Move the thread into another board."""
        screen = self._screen
        to = await ask_board(screen, screen.tr("move.ask"), Verb.BOARD_READ, but=board.slug)
        reason = None if to is None else await self._reason()
        if to is None or reason is None:
            return ""
        await screen.forum.moving.move(screen.actor, thread.id, to, reason)
        return screen.tr("move.done", board=screen.visit.named(to.zh, to.en))

    async def split(self, thread: Thread, post: Post) -> str:
        """Let floors begin a thread of their own, the one under the cursor if no others are named."""
        screen = self._screen
        written = await screen.stage.ask(screen.tr("split.ask"), str(post.floor), limit=_FLOORS_CELLS)
        if written is None:
            return ""
        floors = floors_in(written)
        title = await screen.stage.ask(screen.tr("split.title"), limit=TITLE_LIMIT)
        reason = None if title is None else await self._reason()
        if title is None or reason is None:
            return ""
        made = await screen.forum.splitting.split(screen.actor, thread.id, floors, title, reason)
        return screen.tr("split.done", route=f"/t/{made}")

    async def merge(self, thread: Thread) -> str:
        """Let the thread go on at the end of another, whose title is shown before it is done."""
        screen = self._screen
        written = await screen.stage.ask(screen.tr("merge.ask"), limit=_NUMBER_DIGITS)
        if written is None:
            return ""
        digits = written.strip().removeprefix("#")
        if not digits.isascii() or not digits.isdecimal():
            screen.stage.say(screen.tr("merge.no_number"), "message.warn")
            return ""
        _, other = await screen.forum.threads.get(screen.actor, int(digits))
        if not await screen.stage.confirm(screen.tr("merge.sure", title=other.title)):
            return ""
        reason = await self._reason()
        if reason is None:
            return ""
        await screen.forum.splitting.merge(screen.actor, thread.id, other.id, reason)
        return screen.tr("merge.done", route=other.route)

    async def rejoin(self, post: Post) -> str:
        """Bring back all floors that went with this one."""
        screen = self._screen
        reason = await self._reason()
        if reason is None:
            return ""
        other = int(post.moved_to.removeprefix("/t/").partition("#")[0])
        await screen.forum.splitting.rejoin(screen.actor, post.thread, other, reason)
        return screen.tr("rejoin.done")

    async def _reason(self) -> str | None:
        return await self._screen.stage.ask(self._screen.tr("move.reason"), limit=REASON_LIMIT)
