"""Keeping what is being written: the draft of one composer, saved soon after each change and when the line drops."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final

from bbs.forum.posts.polls import Plan
from bbs.forum.writing.drafts import Draft
from screens.visit import Visit

SAVE_AFTER: Final = 3.0
"""Seconds from a change to its draft on disk."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a composer: the title if it has one, the text, and the poll that goes with them."""

    title: str
    body: str
    poll: Plan | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing is written that would be missed."""
        return self.poll is None and not self.title.strip() and not self.body.strip()


class Drafting:
    """The draft of one composer; `look()` gives what is written and the caret in the text."""

    def __init__(self, visit: Visit, look: Callable[[], tuple[Written, int]]) -> None:
        self.id = secrets.token_hex(8)
        self.saved_at = ""
        """When it was saved last, as the head of the composer shows it; "" before that."""
        self.ended = False
        """Whether it was sent or thrown away: from then on nothing is saved."""
        self._visit = visit
        self._route = ""
        self._look = look
        self.name = ""
        """Under which name it is kept; "" for the draft that its route saves by itself."""
        self._initial: Written | None = None
        self._saved: Written | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._lock = asyncio.Lock()
        self._spawn: Callable[[Coroutine[Any, Any, object]], None] = visit.keep

    def begin(self, route: str, found: Draft | None, spawn: Callable[[Coroutine[Any, Any, object]], None]) -> None:
        """Start from what stands there now: the draft `found`, or what the composer at `route` begins with by itself.

        `spawn` runs the saving beside what the person does, and tells them when it fails."""
        self._route, self._spawn = route, spawn
        now = self._look()[0]
        self._saved = now
        if found is None:
            self._initial = now
        else:
            self.id, self.name = found.id, found.name
            self._initial = Written("", "")
            self.saved_at = self._visit.stamp(found.saved_at)

    @property
    def worth_saving(self) -> bool:
        """Whether something stands there that is not on disk."""
        return not self.ended and self._look()[0] not in (self._saved, self._initial)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written that would be missed."""
        written = self._look()[0]
        return written == self._initial or written.blank

    def changed(self) -> None:
        """Something was typed: save soon."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SAVE_AFTER, self.save_soon)

    def stop(self) -> None:
        """Wait no longer for the moment to save."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def save_soon(self) -> None:
        """Save what is worth it, beside what the person does."""
        self.stop()
        if self.worth_saving:
            self._spawn(self.save())

    def keep(self) -> None:
        """The line is gone: save what is worth it; the session ends only after that."""
        self.stop()
        if self.worth_saving:
            self._visit.keep(self.save())

    def said(self) -> str:
        """What the head of the composer says of it."""
        if not self.saved_at:
            return ""
        tr = self._visit.tr
        if self.name:
            return tr("compose.saved_as", name=self.name, when=self.saved_at)
        return tr("compose.saved", when=self.saved_at)

    async def save(self) -> None:
        """Save now, under the name it has. Raises as `Drafts.save`."""
        await self.save_as(self.name)

    async def save_as(self, name: str) -> None:
        """Save now, under another name; raises as `Drafts.save`, and then the old name stays."""
        async with self._lock:
            if self.ended:
                return
            written, caret = self._look()
            kept = await self._visit.forum.drafts.save(
                self._visit.actor,
                self._route,
                id=self.id,
                title=written.title,
                body=written.body,
                caret=min(caret, len(written.body)),
                name=name,
                poll=written.poll,
            )
        self.name = kept.name
        self._saved = written
        self.saved_at = f"{kept.saved_at.astimezone(self._visit.zone):%H:%M:%S}"

    async def drop(self) -> None:
        """Throw it away."""
        self.stop()
        async with self._lock:
            await self._visit.forum.drafts.drop(self._visit.actor, self.id)
            self.ended = True

    async def renew(self) -> None:
        """What stands here is another text from now on: its draft was sent from elsewhere."""
        self.stop()
        async with self._lock:
            await self._visit.forum.drafts.drop(self._visit.actor, self.id)
            self.id, self._saved = secrets.token_hex(8), None

    def sending(self) -> AbstractAsyncContextManager[None]:
        """Hold it while it is sent: a draft that is being saved must not come back after its post."""
        return self._lock
