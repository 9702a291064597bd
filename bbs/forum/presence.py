"""Who is here: coarse, and with a way to stay out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bbs.forum.actor import Actor


@dataclass(frozen=True, slots=True)
class Here:
    """One person in the list; nothing says what somebody is reading. `since` is cut to the hour."""

    name: str
    kind: str
    office: str | None
    since: datetime


class Presence:
    """The people in this process. Guests are counted, not listed."""

    def enter(self, actor: Actor) -> str:
        """Returns a ticket for `leave`."""
        raise NotImplementedError

    def leave(self, ticket: str) -> None:
        raise NotImplementedError

    def list(self, actor: Actor) -> list[Here]:
        """One row a person, however many sessions; those who opted out are left out."""
        raise NotImplementedError

    def counts(self) -> tuple[int, int]:
        """People here (guests included), and officers among them."""
        raise NotImplementedError
