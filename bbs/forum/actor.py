"""Who is acting: every rule takes an Actor."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AccountKind(StrEnum):
    """What an account is; officers and sysops have logins used for nothing else."""

    GUEST = "guest"
    MEMBER = "member"
    OFFICER = "officer"
    SYSOP = "sysop"
    LOCAL = "local"  # the person at the machine itself, running run_bbs.py on the data directory


class Role(StrEnum):
    """What an account may do beside its kind, for one board or column or for all (scope "")."""

    MODERATOR = "moderator"
    EDITOR = "editor"
    IMPORTER = "importer"
    LEADER = "leader"
    SYSOP = "sysop"


class Duty(StrEnum):
    """What an appointment lets its account do in the office."""

    HOLDER = "holder"
    DEPUTY = "deputy"
    LIAISON = "liaison"  # prepares, never publishes


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and where it holds; scope "" is everywhere."""

    role: Role
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """An account in an office for a time. Times are UTC; `until` None = until ended."""

    id: int
    office: str
    account: str
    real_name: str
    title_zh: str
    title_en: str
    duty: Duty
    since: datetime
    until: datetime | None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, how they came, and what they hold right now.

    `fingerprint` is that of the key that proved the login, if one did; never shown to others. `session` names the
    connection in the log.
    """

    name: str
    kind: AccountKind
    account_id: int | None = None
    grants: frozenset[Grant] = frozenset()
    appointments: tuple[Appointment, ...] = ()
    transport: str = "local"
    fingerprint: str | None = None
    session: str = ""
    baseline_post_id: int = 0
    preferences: dict[str, object] = field(default_factory=dict, compare=False)

    def holds(self, role: Role, scope: str = "") -> bool:
        """True when the role is held everywhere or for just this scope."""
        return Grant(role) in self.grants or (scope != "" and Grant(role, scope) in self.grants)

    @property
    def appointment(self) -> Appointment | None:
        """The appointment under which this account publishes: the first that is not a liaison's."""
        return next((held for held in self.appointments if held.duty is not Duty.LIAISON), None)

    def publishes_for(self, offices: Container[str]) -> bool:
        """Whether one of the appointments, other than a liaison's, is in one of these offices."""
        return any(held.office in offices for held in self.appointments if held.duty is not Duty.LIAISON)

    def prepares_for(self, offices: Container[str]) -> frozenset[str]:
        """Those of these offices in which a liaison's appointment is held."""
        return frozenset(
            held.office for held in self.appointments if held.duty is Duty.LIAISON and held.office in offices
        )

    def appointment_for(self, offices: Container[str]) -> Appointment | None:
        """The appointment to publish under where these offices answer: one of theirs if held, else the first."""
        held = (each for each in self.appointments if each.duty is not Duty.LIAISON and each.office in offices)
        return next(held, self.appointment)

    @property
    def is_guest(self) -> bool:
        return self.kind is AccountKind.GUEST


LOCAL = Actor(name="local", kind=AccountKind.LOCAL)
"""The person at the machine: may do what a sysop may, and is written into the register as `local`."""

GUEST = Actor(name="guest", kind=AccountKind.GUEST)
