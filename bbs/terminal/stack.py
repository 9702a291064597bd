"""The views a person came through, the top one in sight; opening, closing and resuming them."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Final

from bbs.errors import BbsError
from bbs.terminal.view import View

if TYPE_CHECKING:
    from bbs.terminal.stage import TerminalStage

_log = logging.getLogger("mingtan.terminal")

MAX_DEPTH: Final = 50
"""Views kept to go back to; the oldest above the first goes when more are opened."""


class Stack:
    """The stack of views of one stage. What fails in a view ends that view and is told, never the session."""

    def __init__(self, stage: TerminalStage) -> None:
        self._stage = stage
        self._views: list[View] = []

    def __len__(self) -> int:
        return len(self._views)

    @property
    def views(self) -> tuple[View, ...]:
        """All views, the first one opened first."""
        return tuple(self._views)

    @property
    def top(self) -> View | None:
        """The view in sight."""
        return self._views[-1] if self._views else None

    async def push(self, view: View) -> bool:
        """Open a view on top; False when it could not be opened, which has been told."""
        if not await self._open(view):
            return False
        self._views.append(view)
        if len(self._views) > MAX_DEPTH:
            self._close(self._views.pop(1))
        self._stage.services.moved()
        return True

    async def replace(self, view: View) -> bool:
        """Open a view in place of the one on top."""
        old = self.top
        if not await self._open(view):
            return False
        if old is not None and old in self._views:
            self._views[self._views.index(old)] = view
            self._close(old)
        else:
            self._views.append(view)
        self._stage.services.moved()
        return True

    async def pop(self) -> bool:
        """Close the view on top and resume the one below; False when there is none below."""
        if len(self._views) < 2:
            return False
        self._close(self._views.pop())
        await self.resume()
        self._stage.services.moved()
        return True

    async def pop_to(self, view: View) -> None:
        """Close everything above a view and resume it."""
        while len(self._views) > 1 and self._views[-1] is not view:
            self._close(self._views.pop())
        await self.resume()
        self._stage.services.moved()

    def drop(self, view: View) -> bool:
        """Take out a view that failed; the last one stays. True when it is gone."""
        if view not in self._views:
            return True
        if len(self._views) < 2:
            return False
        self._views.remove(view)
        self._close(view)
        return True

    def save_drafts(self) -> None:
        """Let every view keep what is being written."""
        for view in self._views:
            try:
                view.draft()
            except Exception:
                _log.exception("saving a draft failed", extra={"route": view.route})

    def close(self) -> None:
        """Close all views, the top one first."""
        while self._views:
            self._close(self._views.pop())

    async def _open(self, view: View) -> bool:
        view.stage = self._stage
        opened = False
        try:
            await view.open()
            opened = True
        except BbsError as error:
            self._stage.say_error(error)
        except Exception:
            self._stage.report(view.route)
        finally:
            if not opened:
                self._close(view)
        return opened

    async def resume(self) -> None:
        """Tell the view on top that it is in sight again."""
        view = self.top
        if view is None:
            return
        try:
            await view.resume()
        except BbsError as error:
            self._stage.say_error(error)
        except Exception:
            self._stage.report(view.route)

    def _close(self, view: View) -> None:
        try:
            view.close()
        except Exception:
            _log.exception("closing a view failed", extra={"route": view.route})


def log_failure(route: str) -> str:
    """Log the exception being handled once, with a short id to show; returns the id."""
    short = secrets.token_hex(3)
    _log.exception("error %s at %s", short, route, extra={"error_id": short, "route": route})
    return short
