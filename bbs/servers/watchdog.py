"""Says what held the event loop up: a thread looks whether the loop still answers, and logs its stack when not."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
import traceback
from typing import Final

_log: Final = logging.getLogger("mingtan.servers")

STUCK: Final = 0.25
"""Seconds without an answer after which the stack is logged."""
PACE: Final = 0.125
"""Seconds between two looks."""


class Watchdog:
    """Watches the loop it is started on; costs one wake-up of the loop in each `pace`."""

    def __init__(self, *, stuck: float = STUCK, pace: float = PACE) -> None:
        self._stuck = stuck
        self._pace = pace
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._answer = threading.Event()

    def start(self) -> None:
        """Begin; must be called on the loop."""
        loop, watched = asyncio.get_running_loop(), threading.get_ident()
        self._thread = threading.Thread(target=self._watch, args=(loop, watched), name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; waits for the thread, for no longer than a stuck loop is given."""
        self._over.set()
        self._answer.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, loop: asyncio.AbstractEventLoop, watched: int) -> None:
        while not self._over.wait(self._pace):
            self._answer.clear()
            asked = time.monotonic()
            try:
                loop.call_soon_threadsafe(self._answer.set)
            except RuntimeError:  # the loop is closed
                return
            if self._answer.wait(self._stuck) or self._over.is_set():
                continue
            frame = sys._current_frames().get(watched)
            stack = "".join(traceback.format_stack(frame)[-12:]) if frame is not None else ""
            _log.warning("event=loop.stuck stack:\n%s", stack)
            # `stop` holds the loop while it waits for this thread: its answer may have been cleared just above.
            while not self._answer.wait(self._pace) and not self._over.is_set():
                pass
            if not self._over.is_set():
                _log.warning("event=loop.free seconds=%.3f", time.monotonic() - asked)
