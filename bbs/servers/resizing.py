"""Window sizes at a pace: a dragged window sends many, a screen is laid out anew for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bbs.terminal.canvas import Size

PACE = 0.1
"""Seconds between two sizes handed on; the last one always is."""


class Resizing:
    """Hands sizes on, the first at once and the rest at a pace."""

    __slots__ = ("_apply", "_next", "_timer")

    def __init__(self, apply: Callable[[Size], None]) -> None:
        self._apply = apply
        self._next: Size | None = None
        self._timer: asyncio.TimerHandle | None = None

    def offer(self, size: Size) -> None:
        """The window has this size now."""
        if self._timer is not None:
            self._next = size
            return
        self._timer = asyncio.get_running_loop().call_later(PACE, self._due)
        self._apply(size)

    def stop(self) -> None:
        """Nobody is interested any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._next = None

    def _due(self) -> None:
        self._timer = None
        size, self._next = self._next, None
        if size is not None:
            self.offer(size)
