"""What the house does by itself while it serves: each chore is a coroutine that runs until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger("mingtan.chores")


class Chores:
    """The chores of one house."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a chore run beside the servers; one that fails is logged, and the others go on."""
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(_tell)
        self._tasks.append(task)

    async def stop(self) -> None:
        """End all chores."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("a chore ended: %s", error, exc_info=error)
