"""Work that waits for something: the one coroutine that keys wait behind, and those that run beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

from bbs.errors import BbsError
from bbs.terminal.view import View

if TYPE_CHECKING:
    from bbs.terminal.stage import TerminalStage

WORKING_AFTER: Final = 0.5
"""Seconds after which work that keys wait behind is told of."""
END_PATIENCE: Final = 5.0
"""Seconds that work is waited for after it was cancelled at the end of a session."""


class Errands:
    """Runs coroutines for one stage; none outlives it.

    `after()` is called when the work that keys wait behind is done, `slow()` once when it takes long.
    """

    __slots__ = ("_after", "_beside", "_ended", "_slow", "_stage", "_work")

    def __init__(self, stage: TerminalStage, after: Callable[[], None], slow: Callable[[], None]) -> None:
        self._stage = stage
        self._after = after
        self._slow = slow
        self._work: asyncio.Task[None] | None = None
        self._beside: set[asyncio.Task[None]] = set()
        self._ended = False

    @property
    def busy(self) -> bool:
        """True while there is work that keys wait behind."""
        return self._work is not None

    def run(self, work: Coroutine[Any, Any, object], view: View | None) -> None:
        """Run the work of a view; keys wait. Nothing is run while other work is, nor after the end."""
        if self._ended or self._work is not None:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(self._run(work, view), context=self._stage.context)
        # Cancelled before its first step it would never have been awaited.
        task.add_done_callback(lambda _: work.close())
        self._work = task

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run work beside everything else."""
        if self._ended:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(self._run_beside(work), context=self._stage.context)
        task.add_done_callback(lambda _: work.close())
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def end(self) -> None:
        """Cancel everything and wait for it to let go."""
        self._ended = True
        tasks = {task for task in (self._work, *self._beside) if task is not None} - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=END_PATIENCE)
        self._work = None

    async def _run(self, work: Coroutine[Any, Any, object], view: View | None) -> None:
        patience = asyncio.get_running_loop().call_later(WORKING_AFTER, self._slow)
        try:
            await work
        except BbsError as error:
            self._stage.say_error(error)
        except Exception:
            if view is None:
                self._stage.report("")
            else:
                self._stage.fail(view)
        finally:
            patience.cancel()
            self._work = None
            self._after()

    async def _run_beside(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except BbsError as error:
            self._stage.say_error(error)
        except Exception:
            self._stage.report("")
        self._stage.redraw()
