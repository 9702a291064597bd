"""Following many events by one reading: what a screen shows is read again a while after something happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from screens.visit import Screen


class Freshening:
    """Whether a screen is stale, and when it is read again.

    `again` reads; it is begun `delay()` seconds after `stir`, however often that is called meanwhile, if the screen is
    in sight then. Who reads, then or on coming back, says so by `done`.
    """

    def __init__(
        self, screen: Screen, delay: Callable[[], float], again: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        self.stale = False
        self._screen = screen
        self._delay = delay
        self._again = again
        self._timer: asyncio.TimerHandle | None = None
        screen.at_close(self._close)

    def stir(self) -> None:
        """Something has happened."""
        self.stale = True
        if self._timer is None and not self._screen.covered:
            self._timer = asyncio.get_running_loop().call_later(self._delay(), self._due)

    def done(self) -> None:
        """It is being read: what happens from now on makes it stale again."""
        self.stale = False

    def _due(self) -> None:
        self._timer = None
        if self.stale and self._screen.in_sight:
            self._screen.stage.spawn(self._again())

    def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
