"""Who has read how far: exact, per member and thread, with the third state "changed since read"."""

from __future__ import annotations

from bbs.forum.actor import Actor
from bbs.forum.boards import Board


class Reading:
    """Reading marks. Guests have none: every call is then a no-op."""

    async def read(self, actor: Actor, thread: int, floor: int) -> None:
        """The actor has seen the thread up to `floor` (never moves back) and its changes so far. May be deferred and

        coalesced; `flush` writes what waits."""
        raise NotImplementedError

    async def unread(self, actor: Actor, thread: int) -> None:
        """Mark a whole thread unread again."""
        raise NotImplementedError

    async def board_read(self, actor: Actor, board: Board) -> None:
        """Mark all of a board read; can be undone once."""
        raise NotImplementedError

    async def board_undo(self, actor: Actor, board: Board) -> bool:
        """Undo the last `board_read`; False when there is nothing to undo."""
        raise NotImplementedError

    async def flush(self) -> None:
        """Write marks that wait."""
        raise NotImplementedError
