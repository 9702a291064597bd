"""Offices and appointments: who answers, under which name, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bbs.forum.actor import Actor, Appointment, Duty


@dataclass(frozen=True, slots=True)
class Office:
    slug: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    appointments: tuple[Appointment, ...]  # those in force now

    @property
    def route(self) -> str:
        return f"/o/{self.slug}"


class Officers:
    async def offices(self, actor: Actor) -> list[Office]:
        raise NotImplementedError

    async def office(self, actor: Actor, slug: str) -> Office:
        """NotFound(`office.not_found`)."""
        raise NotImplementedError

    async def appoint(
        self, actor: Actor, office: str, account: str, *, real_name: str, title_zh: str, title_en: str,
        duty: Duty = Duty.HOLDER, since: datetime | None = None, until: datetime | None = None,
    ) -> Appointment:
        """Appoint an officer account; makes the account (key or password is added later) when there is none.

        Raises Invalid(`appointment.dates`, …), Conflict(`appointment.exists`). Recorded in the register."""
        raise NotImplementedError

    async def dismiss(self, actor: Actor, office: str, account: str) -> Appointment:
        """End an appointment now; open screens lose the rights within 5 seconds (event `account.changed`)."""
        raise NotImplementedError
