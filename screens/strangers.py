"""People who are nobody yet: registration, and a name and password asked for on a terminal (telnet)."""

from __future__ import annotations

from bbs.forum.actor import GUEST, Actor
from bbs.forum.forum import Forum
from bbs.terminal.chrome import HeadInfo
from bbs.terminal.keymap import preset_keymap
from bbs.terminal.link import Link
from bbs.terminal.services import Services
from bbs.terminal.stage import TerminalStage
from bbs.terminal.view import View
from bbs.text.catalogue import Catalogues
from screens.arriving.register import Registration
from screens.arriving.telnetlogin import TelnetLogin
from screens.parts import choices
from screens.texts import Pages
from screens.visit import Visit


class Stranger:
    """A terminal without a visit to the forum: nothing leads anywhere but through the screen that is shown."""

    def __init__(
        self,
        link: Link,
        forum: Forum,
        *,
        catalogues: Catalogues,
        pages: Pages,
        language: str | None = None,
        key: bytes | None = None,
        address: tuple[str, int] | None = None,
    ) -> None:
        self._address = address
        site = forum.community.site
        tr = catalogues.translator(language or site.language)
        zone = choices.zone_of({}, site.zone)
        self.visit = Visit(forum, GUEST, tr, zone, catalogues, pages, key)
        services = Services(router=self._open, head=self._head)
        self.stage = TerminalStage(link, tr, preset_keymap("standard"), services)
        self._link = link

    async def register(self) -> Actor | None:
        """An account by invitation; who registered and goes straight in, or None."""
        screen = Registration(self.visit, source=self._link.peer, address=self._address)
        await self.stage.run(screen)
        return screen.member

    async def log_in(self) -> Actor | None:
        """Name and password; an empty name is a guest, None hangs up."""
        screen = TelnetLogin(self.visit, source=self._link.peer)
        await self.stage.run(screen)
        return screen.actor_in

    async def _open(self, route: str) -> View:
        return self.visit.view_at(route)

    def _head(self) -> HeadInfo:
        site = self.visit.forum.community.site
        return HeadInfo(self.visit.named(site.zh, site.en), "", "")
