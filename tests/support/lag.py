"""How long the loop was kept from others: its own work is counted, not what the machine did meanwhile.

A wall clock would blame the code under test for every other process of a busy machine, and for the collection of the
garbage of thousands of tests before it. The CPU time of the loop's thread says what one step of the loop really did.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Iterator


class Stopwatch:
    """The CPU time of this thread, in seconds, between `start` and `stop`; `longest` of all so far."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._began = 0.0

    def start(self) -> None:
        self._began = time.thread_time()

    def stop(self) -> None:
        self.longest = max(self.longest, time.thread_time() - self._began)


@contextlib.contextmanager
def own_work() -> Iterator[Stopwatch]:
    """A stopwatch, while earlier objects are kept out of the garbage collector's sight."""
    gc.collect()
    gc.freeze()
    try:
        yield Stopwatch()
    finally:
        gc.unfreeze()


@contextlib.asynccontextmanager
async def watch_lag(most: float) -> AsyncIterator[None]:
    """Fail when the loop (ours and the clients' together) worked for longer than `most` seconds without a pause."""
    with own_work() as watch:

        async def follow() -> None:
            while True:
                watch.start()
                await asyncio.sleep(0.005)
                watch.stop()

        task = asyncio.ensure_future(follow())
        try:
            yield
        finally:
            task.cancel()
        assert watch.longest < most, f"the loop worked for {watch.longest:.3f} s without a pause"
