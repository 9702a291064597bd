"""A tracked board, its office with a holder, a deputy and a liaison, and cases on it, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, update

from bbs.forum.actor import LOCAL, Actor, Duty
from bbs.forum.boards.places import Board
from bbs.forum.cases.rules import Case
from bbs.forum.cases.table import CaseKind
from bbs.forum.forum import Forum
from bbs.store.database import Tx
from bbs.store.tables import board, case
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of

TITLES: Final[dict[str, Any]] = {"title_zh": "行政司副司长", "title_en": "Deputy Director"}
MARK: Final = "zanzibar"
"""A word that stands in every text of a private case, and may be found nowhere else."""


@dataclass(frozen=True, slots=True)
class Office:
    """Who is about the tracked board `services`; zhou holds the office, wen is a deputy, bai a liaison."""

    forum: Forum
    clock: ManualClock
    services: Board
    poster: Actor
    stranger: Actor
    zhou: Actor
    wen: Actor
    bai: Actor
    lin: Actor
    keeper: Actor
    sysop: Actor
    guest: Actor

    async def public(self, title: str = "The lift stands still", kind: CaseKind | None = None) -> Case:
        """A case with a thread of its own."""
        self.clock.advance(minutes=6)
        made = await self.forum.threads.start(self.poster, self.services, title, f"{title}.", kind=kind)
        found = await self.forum.cases.of_thread(self.poster, made.thread)
        assert found is not None
        return found

    async def private(self, *, nameless: bool = False) -> tuple[Case, str]:
        """A private case, and its code if it is nameless."""
        self.clock.advance(minutes=6)
        opened = await self.forum.cases.open_private(
            self.poster, self.services, CaseKind.HELP, f"{MARK} title", f"{MARK} body", nameless=nameless
        )
        view = await self.forum.cases.get(self.poster, opened.case, code=opened.code)
        return view.case, opened.code

    async def put(self, number: int, **values: object) -> None:
        """Write columns of a case as no act would."""

        def unit(tx: Tx) -> None:
            tx.connection.execute(update(case).where(case.c.id == number).values(**values))

        await self.forum.db.write(unit)


async def open_office(forum: Forum, people: People, clock: ManualClock) -> Office:
    """Declare the board, and appoint the deputy and the liaison."""
    clock.advance(days=4, hours=1)  # Monday morning, 5 January 2026
    await forum.db.write(_declare)
    for name, real, duty in (("wen", "文远", Duty.DEPUTY), ("bai", "白露", Duty.LIAISON)):
        await forum.officers.appoint(LOCAL, "administration", name, real_name=real, duty=duty, **TITLES)
    return Office(
        forum,
        clock,
        await forum.boards.get(people.reed, "services"),
        people.reed,
        people.plum,
        await actor_of(forum, "zhou"),
        await actor_of(forum, "wen"),
        await actor_of(forum, "bai"),
        people.lin,
        people.keeper,
        people.sysop,
        people.guest,
    )


def _declare(tx: Tx) -> None:
    services = {"slug": "services", "section": "after", "zh": "机关服务", "en": "Office Services"}
    policy = {"nature": "discussion", "tracked": True, "private_cases": True, "offices": ["administration"]}
    tx.connection.execute(insert(board).values(**services, **policy, read="public", post="members", position=1))
    tx.emit("community.changed")
