"""The forum: all its rules behind one object."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bbs.forum.accounts.accounts import Accounts
from bbs.forum.accounts.passwords import Hashes
from bbs.forum.arrivals import Arrivals
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.community import Community
from bbs.forum.boards.library import Library
from bbs.forum.boards.templates import Templates
from bbs.forum.cases.clock import CaseClock
from bbs.forum.cases.figures import CaseFigures
from bbs.forum.cases.office_templates import OfficeTemplates
from bbs.forum.cases.pace import CasePace
from bbs.forum.cases.rules import Cases
from bbs.forum.digest.digests import Digests
from bbs.forum.interviews.rules import Interviews
from bbs.forum.leading import Leading
from bbs.forum.news.news import News
from bbs.forum.officers.handover import Handover
from bbs.forum.officers.officers import Officers
from bbs.forum.officers.terms import Terms
from bbs.forum.openings import Openings
from bbs.forum.people.belongings import Belongings
from bbs.forum.people.blocks import Blocks
from bbs.forum.people.inbox import Inbox
from bbs.forum.people.mailbox import Mailbox
from bbs.forum.people.pager import Pager
from bbs.forum.people.persons import Persons
from bbs.forum.people.presence import Presence
from bbs.forum.policy import Policy
from bbs.forum.posts.history import History
from bbs.forum.posts.polls import Polls
from bbs.forum.posts.pushes import Pushes
from bbs.forum.posts.threads import Threads
from bbs.forum.proof.heads import Heads
from bbs.forum.proof.proofs import Proofs
from bbs.forum.proof.register_reading import Register
from bbs.forum.proof.seal import Seal
from bbs.forum.proof.sealing import Sealing
from bbs.forum.proof.statements import Statements
from bbs.forum.reading.attention import Attention
from bbs.forum.reading.favourites import Favourites
from bbs.forum.reading.following import Following
from bbs.forum.reading.reading import Reading
from bbs.forum.reading.unread import Unread
from bbs.forum.returning import Returning
from bbs.forum.search.search import Search
from bbs.forum.writing.crossposts import CrossPosts
from bbs.forum.writing.drafts import Drafts
from bbs.forum.writing.moderation import Moderation
from bbs.forum.writing.moving import Moving
from bbs.forum.writing.own import OwnPosts
from bbs.forum.writing.sending import Sender
from bbs.forum.writing.splitting import Splitting
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
    attention: Attention
    belongings: Belongings
    blocks: Blocks
    boards: Boards
    case_clock: CaseClock
    case_figures: CaseFigures
    case_pace: CasePace
    cases: Cases
    community: Community
    crossposts: CrossPosts
    digests: Digests
    drafts: Drafts
    favourites: Favourites
    leading: Leading
    handover: Handover
    heads: Heads
    following: Following
    library: Library
    history: History
    moderation: Moderation
    moving: Moving
    inbox: Inbox
    interviews: Interviews
    mail: Mailbox
    news: News
    office_templates: OfficeTemplates
    officers: Officers
    openings: Openings
    own: OwnPosts
    pager: Pager
    persons: Persons
    polls: Polls
    presence: Presence
    proofs: Proofs
    pushes: Pushes
    reading: Reading
    register: Register
    returning: Returning
    sealing: Sealing
    search: Search
    splitting: Splitting
    statements: Statements
    terms: Terms
    templates: Templates
    threads: Threads
    unread: Unread

    def listen(self, kinds: Iterable[str], callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call `callback` for events of these kinds, once their data can be read, until what is returned is called."""
        return self.db.hub.subscribe(kinds, callback)

    async def close(self) -> None:
        """Write what waits to be written, and let the hashing threads go; who opened the database closes it."""
        try:
            await self.reading.flush()
            await self.sealing.close()
            await self.heads.close()
            await self.returning.close()
        finally:
            self.accounts.close()


async def open_forum(
    db: Database, clock: Clock, policy: Policy, seal: Seal | None = None, exports: Path | None = None
) -> Forum:
    """Put the rules together over an open database, and read what the community is.

    `seal` is the forum's own key, None where nothing is signed; `exports` the folder of the register's exported heads.
    """
    reading = Reading(db)
    attention = Attention(db, clock)
    boards, news = Boards(db, reading, attention), News(db, clock)
    community, returning = Community(db, clock), Returning(db, clock)
    sealing = Sealing(db, clock, lambda: f"{community.site.zh} {community.site.en}", seal)
    heads = Heads(db, sealing, exports)
    sender = Sender(db, clock, boards, sealing)
    threads = Threads(db, clock, boards, reading, attention, sender, lambda: community.site.calendar)
    favourites, inbox = Favourites(db, boards, reading, attention), Inbox(db, clock)
    await community.load()
    digests, officers = Digests(db, clock, boards, community), Officers(db, clock)
    cases = Cases(db, clock, boards, threads, community)
    return Forum(
        db=db,
        clock=clock,
        policy=policy,
        accounts=Accounts(db, clock, policy, Hashes(policy.password_cost), community),
        arrivals=Arrivals(db, boards, news, reading, attention, cases, returning),
        attention=attention,
        belongings=Belongings(db),
        blocks=Blocks(db, clock),
        boards=boards,
        case_clock=CaseClock(db, clock, boards, community),
        case_figures=CaseFigures(db, clock, boards, community),
        case_pace=CasePace(db, clock, community),
        cases=cases,
        community=community,
        crossposts=CrossPosts(db, clock, boards, sender),
        digests=digests,
        drafts=Drafts(db, clock),
        favourites=favourites,
        handover=Handover(db, clock),
        heads=heads,
        following=Following(db, attention),
        leading=Leading(db, clock, boards, community, digests, officers),
        library=Library(db, clock, boards),
        history=History(db, boards),
        moderation=Moderation(db, clock, boards),
        moving=Moving(db, clock, boards),
        inbox=inbox,
        interviews=Interviews(db, clock, boards, news, community),
        mail=Mailbox(db, clock),
        news=news,
        office_templates=OfficeTemplates(db, clock),
        officers=officers,
        openings=Openings(db, threads, cases),
        own=OwnPosts(db, clock, boards),
        pager=Pager(db, clock, returning),
        persons=Persons(db, clock),
        polls=Polls(db, clock, boards),
        presence=Presence(clock),
        proofs=Proofs(db, threads, sealing),
        pushes=Pushes(db, clock, boards),
        reading=reading,
        register=Register(db, heads),
        returning=returning,
        sealing=sealing,
        search=Search(db, clock, boards),
        splitting=Splitting(db, clock, boards, community),
        statements=Statements(db, clock, boards, threads, cases, sealing),
        terms=Terms(db, clock),
        templates=Templates(db, clock),
        threads=threads,
        unread=Unread(boards, threads, favourites, inbox),
    )
