"""Who is here: coarse, and with a way to stay out of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts.preferences import preference
from bbs.forum.actor import AccountKind, Actor
from bbs.text.when import Clock


@dataclass(frozen=True, slots=True)
class Here:
    """One person in the list; nothing says what somebody is reading. `since` is cut to the hour."""

    name: str
    kind: str
    office: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class _Session:
    actor: Actor
    hour: datetime


class Presence:
    """The people in this process. Guests are counted, not listed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sessions: dict[str, _Session] = {}

    def enter(self, actor: Actor) -> str:
        """Returns a ticket for `leave`."""
        ticket = secrets.token_hex(8)
        hour = self._clock.now().replace(minute=0, second=0, microsecond=0)
        self._sessions[ticket] = _Session(actor, hour)
        return ticket

    def change(self, ticket: str, actor: Actor) -> None:
        """The person of a ticket as they are now: after a refresh of the actor."""
        session = self._sessions.get(ticket)
        if session is not None:
            self._sessions[ticket] = _Session(actor, session.hour)

    def leave(self, ticket: str) -> None:
        """The session has ended; a ticket unknown or used up is no error."""
        self._sessions.pop(ticket, None)

    def list(self, actor: Actor) -> list[Here]:
        """One row a person, however many sessions; those who opted out are left out.

        Officers first, each group by name, never by when they came. Raises Forbidden(`access.denied`) for guests.
        """
        access.require(actor, Verb.WHO_READ)
        first: dict[str, _Session] = {}
        for session in self._sessions.values():
            if not _is_listed(session.actor):
                continue
            known = first.get(session.actor.name)
            if known is None or session.hour < known.hour:
                first[session.actor.name] = session
        found = [_row(session) for session in first.values()]
        return sorted(found, key=lambda here: (here.office is None, here.name.casefold(), here.name))

    def counts(self) -> tuple[int, int]:
        """People here (guests included), and officers among them."""
        people = {session.actor.name: session.actor for session in self._sessions.values()}
        guests = sum(session.actor.is_guest for session in self._sessions.values())
        named = [actor for actor in people.values() if not actor.is_guest]
        return len(named) + guests, sum(actor.kind is AccountKind.OFFICER for actor in named)


def _is_listed(actor: Actor) -> bool:
    return not actor.is_guest and preference(actor.preferences, "listed") is True


def _row(session: _Session) -> Here:
    held = session.actor.appointment
    name = held.real_name if held else session.actor.name
    return Here(name, session.actor.kind.value, held.office if held else None, session.hour)
