"""What comes while somebody reads: told between two lines, at once where nothing is typed, never in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bbs.forum.cases import values as cases
from bbs.forum.forum import Event
from bbs.forum.interviews import watching
from bbs.forum.people import inbox, pager
from bbs.plain.cases import OpenCase
from bbs.plain.heads import laid_out
from bbs.plain.visit import Visit

NOTICES_MOST: Final = 3
"""Notices that are told one by one; of more only how many."""


class Tidings:
    """What one person has not been told of yet; `wake` is called when there is something."""

    def __init__(self, visit: Visit, wake: Callable[[], None]) -> None:
        self._visit = visit
        self._wake = wake
        self._floors = 0
        self._answers = False
        self._case: str | None = None
        self._notices = False
        self._pages = True
        self._since = visit.forum.clock.now()
        self._told = 0
        """The newest notice that was told of."""

    def follow(self) -> Callable[[], None]:
        """Hear of what comes from now on; call what is returned at the end."""
        listen = self._visit.forum.listen
        stops = [
            listen((inbox.CHANGED,), self._heard_notice),
            listen((pager.NEW,), self._heard_page),
            listen(("post.new",), self._heard_post),
            listen((cases.CHANGED,), self._heard_case),
            listen((watching.TALK, watching.STATE), self._heard_interview),
        ]

        def unfollow() -> None:
            for stop in stops:
                stop()

        return unfollow

    # What is heard

    def _mine(self, event: Event) -> bool:
        account = self._visit.actor.account_id
        return account is not None and event.payload.get("account") == account

    def _heard_notice(self, event: Event) -> None:
        if self._mine(event):
            self._notices = True
            self._wake()

    def _heard_page(self, event: Event) -> None:
        if self._mine(event):
            self._pages = True
            self._wake()

    def _heard_post(self, event: Event) -> None:
        reading = self._visit.here.reading
        mine = event.payload.get("author") == self._visit.actor.name
        if reading is not None and event.payload.get("thread") == reading.thread.id and not mine:
            self._floors += 1
            self._wake()

    def _heard_case(self, event: Event) -> None:
        here = self._visit.here
        payload = event.payload
        thread = here.reading.thread.id if here.reading is not None else 0
        if here.route == f"/c/{payload.get('case')}" or (thread and payload.get("thread") == thread):
            self._case = str(payload.get("state"))
            self._wake()

    def _heard_interview(self, event: Event) -> None:
        said = event.kind == watching.STATE or "answer" in event.payload
        if said and self._visit.here.route == f"/live/{event.payload.get('interview')}":
            self._answers = True
            self._wake()

    # What is told

    async def gather(self) -> list[str]:
        """The rows that tell it, and from then on it is told; none where there is nothing."""
        visit, tr = self._visit, self._visit.tr
        words: list[str] = []
        if self._floors and visit.here.reading is not None:
            words.append(tr.plural("plain.came_floors", self._floors))
        if self._case is not None and not self._is_known(self._case):
            words.append(tr("plain.came_case", state=tr(f"case.state.{self._case}")))
        if self._answers:
            words.append(tr("plain.came_answers"))
        self._floors, self._answers, self._case = 0, False, None
        if self._pages:
            self._pages = False
            words += await self._gather_pages()
        if self._notices:
            self._notices = False
            words += await self._gather_notices()
        mark = tr("plain.text_mark")
        return [row for each in words for row in laid_out(each, visit.paper.columns, mark)]

    def _is_known(self, state: str) -> bool:
        """Whether it is the state that was read out, or that one brought about oneself."""
        thing = self._visit.here.thing
        return isinstance(thing, OpenCase) and thing.view.case.state == state

    async def _gather_pages(self) -> list[str]:
        visit = self._visit
        found = await visit.forum.pager.waiting(visit.actor)
        if found:
            visit.paged = found[-1].other
            await visit.forum.pager.shown(visit.actor, [one.id for one in found])
        return [visit.tr("plain.page_from", name=one.other, words=one.words) for one in found]

    async def _gather_notices(self) -> list[str]:
        visit, tr = self._visit, self._visit.tr
        waiting = await visit.forum.inbox.unread(visit.actor)
        if not waiting:
            return []
        page = await visit.forum.inbox.list(visit.actor, limit=NOTICES_MOST, unread=True)
        fresh = [one for one in page.items if one.id > self._told and one.created_at >= self._since]
        words: list[str] = []
        for one in reversed(fresh):
            known = f"notice.{one.kind}"
            said = tr(known, **one.facts) if tr.has(known) else tr("notice.other", route=one.route)
            words.append(tr("plain.came_notice", words=said, route=one.route))
            self._told = one.id
        return [*words, tr.plural("plain.came_notices", waiting)] if fresh and waiting > len(fresh) else words
