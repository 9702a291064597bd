"""How tests wait: for a condition, and for so long that only what never comes fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

PATIENCE: Final = 60.0
"""Seconds that anything is waited for. A machine that is busy with other things is slow, not wrong."""
PAUSE: Final = 0.002
"""Seconds between two looks at a condition."""

T = TypeVar("T")


async def until(condition: Callable[[], object], *, every: float = PAUSE) -> None:
    """Let the loop turn until `condition()` holds, looking `every` so many seconds; AssertionError if it never does."""
    patience = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < patience, "it never came true"
        await asyncio.sleep(every)


async def soon(coming: Awaitable[T]) -> T:
    """What `coming` gives; TimeoutError if it never does."""
    return await asyncio.wait_for(coming, PATIENCE)
