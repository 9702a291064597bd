"""One person's visit: what every screen needs to know, and the base class of screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bbs.forum.actor import Actor
from bbs.forum.forum import Forum
from bbs.terminal.view import View
from bbs.text.catalogue import Catalogues, Translator
from bbs.text.when import stamp
from screens.texts import Pages


@dataclass(slots=True)
class Visit:
    """Who is here and how they want things shown; changed in place when preferences or rights change."""

    forum: Forum
    actor: Actor
    tr: Translator
    zone: ZoneInfo
    catalogues: Catalogues
    pages: Pages
    key: bytes | None = None
    """The public key offered at registration, SSH wire form."""
    unread: int = 0
    """Threads and bulletins new for this person, as the head bar shows it."""

    @property
    def chinese(self) -> bool:
        return self.tr.lang.startswith("zh")

    def named(self, zh: str, en: str) -> str:
        """The name in this person's language, or in the other where there is only one."""
        return (zh or en) if self.chinese else (en or zh)

    def both(self, zh: str, en: str) -> str:
        """Both names, this person's language first: `机关服务 Office Services`."""
        first, second = (zh, en) if self.chinese else (en, zh)
        return f"{first} {second}".strip() if first != second else first

    def stamp(self, moment: datetime) -> str:
        """A time as lists show it."""
        return stamp(moment, self.zone, self.forum.clock.now(), self.tr)


class Screen(View):
    """A view of the forum for one visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    @property
    def forum(self) -> Forum:
        return self.visit.forum

    @property
    def actor(self) -> Actor:
        return self.visit.actor

    @property
    def tr(self) -> Translator:
        return self.visit.tr

