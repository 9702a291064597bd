"""The forum: all its rules behind one object."""

from __future__ import annotations

from dataclasses import dataclass

from bbs.forum.accounts import Accounts
from bbs.forum.boards import Boards
from bbs.forum.community import Community
from bbs.forum.drafts import Drafts
from bbs.forum.news import News
from bbs.forum.officers import Officers
from bbs.forum.presence import Presence
from bbs.forum.reading import Reading
from bbs.forum.register import Register
from bbs.forum.threads import Threads
from bbs.store.database import Database
from bbs.text.when import Clock


@dataclass(slots=True)
class Policy:
    """What a site decides: numbers and switches that rules read."""

    demo: bool = False
    """Demo: officers and sysops may log in by password, anybody may register."""
    registration: str = "invitation"
    """invitation, open or approval; overrides boards.yaml when the demo opens it."""
    telnet_members: bool = False
    """Members may log in over telnet."""


@dataclass(slots=True)
class Forum:
    """Everything a screen, command, importer or server may ask. Built by `open_forum`."""

    db: Database
    clock: Clock
    policy: Policy
    accounts: Accounts
    boards: Boards
    community: Community
    drafts: Drafts
    news: News
    officers: Officers
    presence: Presence
    reading: Reading
    register: Register
    threads: Threads
