"""An office with a holder, a deputy and a liaison, and what waits on its desk, for the tests of screens of cases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from bbs.forum.actor import LOCAL, AccountKind, Duty
from bbs.forum.cases.rules import Case
from bbs.forum.cases.table import CaseKind
from tests.screens.conftest import PASSWORD, Community

MONDAY: Final = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""09:30 in the site's zone, on a working day."""
STAFF: Final = {"wen": ("文远", Duty.DEPUTY), "bai": ("白露", Duty.LIAISON)}


class Room:
    """Puts things on the desk of the administration department, a quarter of an hour between two."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self.forum = community.forum
        self.maker = community.maker

    async def staff(self) -> None:
        """Appoint the deputy and the liaison."""
        for name, (real_name, duty) in STAFF.items():
            await self.forum.accounts.create(LOCAL, name, AccountKind.OFFICER, password=PASSWORD)
            await self.forum.officers.appoint(
                LOCAL,
                "administration",
                name,
                real_name=real_name,
                title_zh="行政司副司长",
                title_en="Deputy Director",
                duty=duty,
            )

    async def public(self, name: str, title: str, body: str, kind: CaseKind = CaseKind.QUESTION) -> Case:
        """A case with a thread of its own."""
        self.community.clock.advance(minutes=15)
        actor = await self.maker.actor(name)
        board = await self.forum.boards.get(actor, "services")
        made = await self.forum.threads.start(actor, board, title, body, kind=kind)
        found = await self.forum.cases.of_thread(actor, made.thread)
        assert found is not None
        return found

    async def private(self, name: str, title: str, body: str, *, nameless: bool = False) -> tuple[int, str]:
        """A private case: its number, and its code if it is nameless."""
        self.community.clock.advance(minutes=15)
        actor = await self.maker.actor(name)
        board = await self.forum.boards.get(actor, "services")
        opened = await self.forum.cases.open_private(actor, board, CaseKind.HELP, title, body, nameless=nameless)
        return opened.case, opened.code

    async def queue(self) -> None:
        """A Monday morning: three public cases of the weekend, a new one, a private one and a nameless one."""
        await self.staff()
        self.community.clock.advance(days=1)
        await self.public("reed", "班车能不能晚十分钟开", "加班的人赶不上最后一班。", CaseKind.SUGGESTION)
        await self.private("plum", "和同屋处不来", "能不能换一间？")
        await self.private("stone", "工资条", "少算了两天。", nameless=True)

    async def of(self, thread: int) -> Case:
        """The case of a thread, as the officer sees it."""
        found = await self.forum.cases.of_thread(await self.maker.actor("zhou"), thread)
        assert found is not None
        return found
