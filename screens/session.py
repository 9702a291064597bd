"""A session: somebody has come in, and sees the forum until they leave or the line drops."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bbs.errors import BbsError, Forbidden
from bbs.forum import access
from bbs.forum.access import Who
from bbs.forum.accounts.preferences import preference
from bbs.forum.actor import Actor
from bbs.forum.arrivals import Known
from bbs.forum.boards import boardnames
from bbs.forum.boards.places import Board
from bbs.forum.forum import Event, Forum
from bbs.terminal.canvas import Row
from bbs.terminal.chrome import HeadInfo
from bbs.terminal.link import Link
from bbs.terminal.services import Options, Place, Services
from bbs.terminal.stage import TerminalStage
from bbs.terminal.view import View
from bbs.text.catalogue import Catalogues
from screens.arriving.comeback import ComingBack
from screens.arriving.firstvisit import FirstVisit
from screens.arriving.login import goodbye
from screens.home.homenews import count_unread
from screens.parts import choices
from screens.parts.pager import Messages
from screens.people import notified
from screens.routes import NUMBER
from screens.table import router
from screens.texts import Pages
from screens.visit import Screen, Visit

HOME: Final = "/"
QUICK: Final = (
    Place("h", "quick.home", HOME),
    Place("b", "quick.boards", "/b"),
    Place("f", "quick.favourites", "/fav"),
    Place("u", "quick.unread", "/new"),
    Place("n", "quick.news", "/news"),
    Place("o", "quick.officers", "/officers"),
    Place("m", "quick.mail", "/mail"),
    Place("i", "quick.inbox", "/inbox"),
    Place("s", "quick.pages", "/pages"),
    Place("w", "quick.who", "/who"),
    Place("d", "quick.digest", "/digest"),
)
"""Where the quick switch leads."""
LEADER: Final = "/leader"
_FOR_LEADERS: Final = (Place("l", "quick.leader", LEADER),)


def leads(actor: Actor) -> bool:
    """Whether somebody's visit begins at the leader's page: a leader's does, a sysop's does not."""
    return Who.LEADER in access.standing(actor, None)


_THREAD_NUMBER: Final = re.compile(rf"{NUMBER}(?:#{NUMBER})?")
_ROUTER: Final = router()


class VisitStage(TerminalStage):
    """A stage whose last way out is home: who came straight to a thread leaves it for the home screen.

    `opened` is awaited once the first view is there, `ending` is called while the views of an ending session are open.
    `guest` says whether nobody has logged in: what takes an account is then refused with the way to one.
    """

    guest = False
    opened: Callable[[], Awaitable[None]]
    ending: Callable[[], None]
    messages: Messages

    async def _open_first(self, first: View) -> None:
        await super()._open_first(first)
        if self.views:
            await self.opened()

    def say_error(self, error: BbsError) -> None:
        """Show an error of ours."""
        refused = self.guest and error.code == "access.denied"
        super().say_error(Forbidden("guest.join") if refused else error)

    def clear_message(self) -> None:
        """Take the message away, as every key does, and a short message that was seen long enough."""
        super().clear_message()
        self.messages.pressed()

    def note(self, columns: int) -> Sequence[Row]:
        """The short message that is shown."""
        return self.messages.rows(columns)

    def end(self, goodbye: str = "", *, drafts: bool = False) -> None:
        """End the session now."""
        self.ending()
        super().end(goodbye, drafts=drafts)

    async def pop(self) -> None:
        """Close the view on top; the last one gives way to home."""
        if len(self.views) == 1 and self.view.route != HOME:
            await self.replace(await self.services.router(HOME))
        else:
            await super().pop()


class Session:
    """One visit on one link: `run` returns when it is over, with every draft saved.

    `language` is what the person's terminal says, used until they choose one; `route` is where they want to land.
    `options` is for tests, which bring their own clock.
    """

    def __init__(
        self,
        link: Link,
        forum: Forum,
        actor: Actor,
        *,
        catalogues: Catalogues,
        pages: Pages,
        route: str | None = None,
        language: str | None = None,
        options: Options | None = None,
    ) -> None:
        chosen = actor.preferences
        site = forum.community.site
        tr = catalogues.translator(str(chosen.get("language") or language or site.language))
        self.visit = Visit(forum, actor, tr, choices.zone_of(chosen, site.zone), catalogues, pages)
        self.visit.view_at = self._view_at
        self.visit.apply = self._apply
        self._route = route or (LEADER if leads(actor) else HOME)
        self._ticket = ""
        self._known = Known()
        self._head: tuple[object, HeadInfo] | None = None
        self._boards: list[Board] = []
        services = Services(
            router=self._open,
            head=self._head_info,
            board_names=self._board_names,
            board_route=self._board_route,
            goodbye=lambda: goodbye(pages, self.visit.tr.lang),
            moved=self._moved,
            messages=lambda stage: self._messages.answer(stage),
            quick=(*QUICK, *_FOR_LEADERS) if leads(actor) else QUICK,
        )
        given = options or Options()
        options = Options(
            theme=choices.theme_of(chosen),
            ambiguous=choices.ambiguous_of(chosen),
            colours=choices.colours_of(chosen),
            synchronized=given.synchronized,
            mouse=choices.mouse_of(chosen),
            clock=given.clock,
        )
        self.stage = VisitStage(link, tr, choices.keymap_of(chosen), services, options)
        self.stage.guest = actor.is_guest
        self._back = ComingBack(self.visit, self.stage)
        self.stage.opened, self.stage.ending = self._arrived, self._back.ending
        self._messages = self.stage.messages = Messages(self.visit, self.stage)
        self.visit.pages_seen = self._messages.read_all

    async def run(self) -> None:
        """Serve the person; never raises for anything they do."""
        visit = self.visit
        stops = [
            visit.forum.listen(("account.changed",), self._account_changed),
            visit.forum.listen(("community.changed",), self._community_changed),
            self._messages.follow(),
            self._back.follow(),
            *notified.follow(visit, self.stage),
        ]
        self._ticket = visit.forum.presence.enter(visit.actor)
        self._back.begin()
        try:
            await self._fetch_boards()
            self._known = await visit.forum.arrivals.enter(visit.actor)
            notified.take(visit, self._known)
            first = self._first()
            if first.route != HOME:
                await count_unread(visit)
            await self.stage.run(first)
        finally:
            visit.forum.presence.leave(self._ticket)
            self._back.end()
            for stop in stops:
                stop()
            await self._finish_saving()

    async def _arrived(self) -> None:
        """The first view is there: what the person must decide comes now. Who named a route has said where to go on."""
        known, self._known = self._known, Known()
        self._messages.begin(known.messages)
        if preference(self.visit.actor.preferences, "welcomed") is False:
            self.visit.first = True
            await self.stage.push(FirstVisit(self.visit))
        elif self._route == HOME or self.stage.view.route == LEADER:
            await self._back.offer(known.left)

    def _moved(self) -> None:
        self._back.moved()
        self._messages.settle()

    def _first(self) -> View:
        try:
            return self._view_at(self._route)
        except BbsError as error:
            view = self._view_at(HOME)
            self.stage.say_error(error)
            return view

    async def _finish_saving(self) -> None:
        """Wait for drafts that were saved as the line dropped, even if this session is being cancelled."""
        while self.visit.savings:
            await asyncio.shield(asyncio.gather(*self.visit.savings, return_exceptions=True))

    # Ways

    def _view_at(self, route: str) -> View:
        return _ROUTER.view(self.visit, route)

    async def _open(self, route: str) -> View:
        return self._view_at(route)

    def _board_names(self, text: str) -> Sequence[str]:
        """Boards that begin with or contain what was typed: slug, either name, or pinyin initials."""
        return [self.visit.named(board.zh, board.en) for board in boardnames.matching(self._boards, text)]

    def _board_route(self, text: str) -> str | None:
        wanted = text.strip()
        named = next((one for one in self._boards if wanted.casefold() in (one.slug, one.zh, one.en.casefold())), None)
        if named is None and _THREAD_NUMBER.fullmatch(wanted):
            return f"/t/{wanted}"
        found = named or boardnames.meant(self._boards, text)
        return found.route if found is not None else None

    async def _fetch_boards(self) -> None:
        readable = await self.visit.forum.boards.readable(self.visit.actor)
        self._boards = [board for board in readable.values() if not board.archived]

    # The head bar

    def _head_info(self) -> HeadInfo:
        visit = self.visit
        said = (visit.unread, visit.notices, visit.waiting, visit.tr, visit.actor.name)
        if self._head is None or self._head[0] != said:
            site = visit.forum.community.site
            words = visit.tr.plural("head.unread", visit.unread) if visit.unread else ""
            if visit.notices:
                words = f"{visit.tr.plural('head.notices', visit.notices)}  {words}".rstrip()
            if visit.waiting:
                words = f"{visit.tr.plural('head.pages', visit.waiting)}  {words}".rstrip()
            self._head = (said, HeadInfo(visit.named(site.zh, site.en), visit.actor.name, words))
        return self._head[1]

    # What changes meanwhile

    def _account_changed(self, event: Event) -> None:
        if event.payload.get("id") == self.visit.actor.account_id:
            self.stage.spawn(self._refresh_actor())

    async def _refresh_actor(self) -> None:
        """Take over new rights and preferences; an account that was closed ends the session."""
        visit = self.visit
        try:
            actor = await visit.forum.accounts.refresh(visit.actor)
        except BbsError as error:
            self.stage.end(visit.tr.error(error), drafts=True)
            return
        self._apply(actor)
        await self._fetch_boards()

    def _apply(self, actor: Actor) -> None:
        visit = self.visit
        visit.actor = actor
        visit.forum.presence.change(self._ticket, actor)
        choices.apply(visit, self.stage)
        for view in self.stage.views:
            if isinstance(view, Screen):
                view.redress()
        self.stage.redraw()

    def _community_changed(self, event: Event) -> None:
        self.stage.spawn(self._fetch_boards())
