"""Every session that runs now, so that they can be told and ended together."""

from __future__ import annotations

import asyncio

from bbs.terminal.link import Link


class Roll:
    """The links that are in use and the tasks that use them."""

    def __init__(self) -> None:
        self._running: dict[asyncio.Task[None], Link] = {}
        self.is_shut = False
        """No new sessions: the house is being closed."""
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._running)

    def add(self, link: Link, task: asyncio.Task[None]) -> None:
        """Remember a session until its task ends."""
        self._running[task] = link
        self._empty.clear()
        task.add_done_callback(self._ended)

    def close_all(self) -> None:
        """Hang up on everybody after what is queued for them was sent."""
        for link in list(self._running.values()):
            link.close()

    def cancel_all(self) -> None:
        """End what still runs."""
        for task in list(self._running):
            task.cancel()

    async def emptied(self, timeout: float) -> bool:
        """Wait until nobody is left, at most `timeout` seconds."""
        try:
            await asyncio.wait_for(self._empty.wait(), timeout)
        except TimeoutError:
            return False
        return True

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        if not self._running:
            self._empty.set()
