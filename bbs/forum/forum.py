"""The forum: all its rules behind one object."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bbs.forum.accounts import Accounts
from bbs.forum.arrivals import Arrivals
from bbs.forum.boards import Boards
from bbs.forum.community import Community
from bbs.forum.drafts import Drafts
from bbs.forum.news import News
from bbs.forum.officers import Officers
from bbs.forum.passwords import Hashes
from bbs.forum.policy import Policy
from bbs.forum.presence import Presence
from bbs.forum.reading import Reading
from bbs.forum.register import Register
from bbs.forum.threads import Threads
from bbs.store.database import Database, Event
from bbs.text.when import Clock

__all__ = ["Event", "Forum", "Policy", "open_forum"]


@dataclass(slots=True)
class Forum:
    """Everything a screen, command, importer or server may ask. Built by `open_forum`."""

    db: Database
    clock: Clock
    policy: Policy
    accounts: Accounts
    arrivals: Arrivals
    boards: Boards
    community: Community
    drafts: Drafts
    news: News
    officers: Officers
    presence: Presence
    reading: Reading
    register: Register
    threads: Threads

    def listen(self, kinds: Iterable[str], callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call `callback` for events of these kinds, once their data can be read, until what is returned is called."""
        return self.db.hub.subscribe(kinds, callback)

    async def close(self) -> None:
        """Write what waits to be written, and let the hashing threads go; who opened the database closes it."""
        try:
            await self.reading.flush()
        finally:
            self.accounts.close()


async def open_forum(db: Database, clock: Clock, policy: Policy) -> Forum:
    """Put the rules together over an open database, and read what the community is."""
    reading = Reading(db)
    boards, news = Boards(db, reading), News(db, clock)
    community = Community(db, clock)
    await community.load()
    return Forum(
        db=db,
        clock=clock,
        policy=policy,
        accounts=Accounts(db, clock, policy, Hashes(policy.password_cost), community),
        arrivals=Arrivals(db, boards, news, reading),
        boards=boards,
        community=community,
        drafts=Drafts(db, clock),
        news=news,
        officers=Officers(db, clock),
        presence=Presence(clock),
        reading=reading,
        register=Register(db),
        threads=Threads(db, clock, boards, reading),
    )
