"""A progress bar on somebody's terminal: one line that is written over, a few times a second."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

EVERY: Final = 0.2
"""Seconds between two drawings."""
BAR: Final = 24
"""Cells of the bar."""

Write = Callable[[str], Awaitable[None]]


class Bar:
    """Counts; drawing is a task of its own, so that the work never waits for a slow terminal."""

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None

    def __call__(self, done: int, total: int | None) -> None:
        """So much is done of so much; total None = not known."""
        self.done, self.total = done, total

    def line(self) -> str:
        """The bar as it stands, in ASCII."""
        if not self.total:
            return f"{self.done}"
        full = BAR * self.done // self.total
        return f"[{'#' * full}{'.' * (BAR - full)}] {self.done}/{self.total}"


@contextlib.asynccontextmanager
async def shown(write: Write) -> AsyncIterator[Bar]:
    """A bar drawn through `write` while the block runs, and wiped away at its end."""
    bar = Bar()
    drawing = asyncio.create_task(_draw(bar, write))
    try:
        yield bar
    finally:
        drawing.cancel()
        await asyncio.gather(drawing, return_exceptions=True)  # keeps a cancellation of the work itself apart
        if bar.done:
            await write("\r" + " " * (len(bar.line()) + 1) + "\r")


async def _draw(bar: Bar, write: Write) -> None:
    while True:
        await asyncio.sleep(EVERY)
        if bar.done:
            await write("\r" + bar.line())
