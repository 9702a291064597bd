"""What a site decides: numbers and switches that rules read."""

from __future__ import annotations

from dataclasses import dataclass, field

from bbs.forum.accounts.passwords import Cost


@dataclass(slots=True)
class Policy:
    """What a site decides: numbers and switches that rules read."""

    demo: bool = False
    """Demo: officers and sysops may log in by password, anybody may register."""
    registration: str = ""
    """invitation, open or approval, whatever boards.yaml says; "" leaves it to that."""
    telnet_members: bool = False
    """Members may log in over telnet."""
    password_cost: Cost = field(default_factory=Cost)
    """What one password hash costs; tests make it cheap."""
