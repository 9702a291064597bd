"""Work that is done again and again while the house is open: the clock's part of the rules."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

_log = logging.getLogger("mingtan")


@asynccontextmanager
async def rounds(work: Callable[[], Awaitable[object]], seconds: float) -> AsyncIterator[None]:
    """Do the work now and every so many seconds, as long as the block runs; a round that fails is logged once."""
    task = asyncio.create_task(_rounds(work, seconds))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _rounds(work: Callable[[], Awaitable[object]], seconds: float) -> None:
    failing = False
    while True:
        try:
            await work()
            failing = False
        except Exception:
            if not failing:
                _log.exception("event=rounds.failed")
            failing = True
        await asyncio.sleep(seconds)
