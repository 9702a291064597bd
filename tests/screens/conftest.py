"""A small fixed community, and people looking at it through the real session."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import pytest
import yaml

from bbs.forum.accounts.passwords import CHEAP
from bbs.forum.actor import LOCAL, AccountKind, Actor, Grant, Role
from bbs.forum.forum import Forum, Policy, open_forum
from bbs.forum.news.bulletins import BulletinItem
from bbs.forum.posts.posts import Post
from bbs.store.opening import open_database
from bbs.terminal.memory import MemoryLink
from bbs.terminal.services import Options
from bbs.text.catalogue import Catalogues
from bbs.text.when import ManualClock
from screens.session import Session
from screens.texts import Pages
from tests.support.keys import seal
from tests.support.terminal import LOCALE, Clock, Driver, Terminal
from tests.support.waiting import PATIENCE, PAUSE, soon, until

BOARDS: Final = Path(__file__).resolve().parents[2] / "boards.yaml"
BEGIN: Final = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
NOW: Final = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
"""11:30 in the site's zone."""
PASSWORD: Final = "an old bicycle"
MEMBERS: Final = ("reed", "plum", "墨竹", "stone", "keeper")
OFFICERS: Final = {
    "lin": ("secretary", "林若溪", "机关党委常务副书记", "Executive Deputy Secretary"),
    "zhou": ("administration", "周明", "行政司司长", "Director, Administration Department"),
}


@cache
def catalogues() -> Catalogues:
    """The real words, strict; read once, since reading them costs more than most tests."""
    return Catalogues(LOCALE, strict=True)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Threads of the community by what they are about."""

    lift: int
    reading_room: int
    canteen: int
    welcome: int
    cases: int
    shuttle: int


class Maker:
    """Fills a forum through the rules, a quarter of an hour between two posts."""

    def __init__(self, forum: Forum, clock: ManualClock) -> None:
        self.forum = forum
        self.clock = clock

    async def actor(self, name: str) -> Actor:
        """Somebody as they come in."""
        return await self.forum.accounts.by_password(name, PASSWORD, transport="ssh", source="memory")

    async def start(self, name: str, board: str, title: str, body: str) -> Post:
        """Start a thread."""
        self.clock.advance(minutes=15)
        actor = await self.actor(name)
        where = await self.forum.boards.get(actor, board)
        return await self.forum.threads.start(actor, where, title, body, official=name in OFFICERS)

    async def reply(self, name: str, thread: int, body: str, to: int | None = None) -> Post:
        """Reply to a thread."""
        self.clock.advance(minutes=15)
        actor = await self.actor(name)
        return await self.forum.threads.reply(actor, thread, body, reply_to=to, official=name in OFFICERS)

    async def archive(self, slug: str, to: Path) -> None:
        """Leave a board out of the declared community, written to the directory `to`."""
        declared = yaml.safe_load(BOARDS.read_text(encoding="utf-8"))
        declared["boards"] = [one for one in declared["boards"] if one["slug"] != slug]
        file = to / "boards.yaml"
        file.write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), encoding="utf-8")
        await self.forum.community.apply(LOCAL, file)

    async def people(self) -> None:
        """Open the accounts and appoint the officers."""
        accounts = self.forum.accounts
        for name in MEMBERS:
            await accounts.create(LOCAL, name, AccountKind.MEMBER, password=PASSWORD)
        for name, (office, real_name, title_zh, title_en) in OFFICERS.items():
            await accounts.create(LOCAL, name, AccountKind.OFFICER, password=PASSWORD)
            await self.forum.officers.appoint(
                LOCAL, office, name, real_name=real_name, title_zh=title_zh, title_en=title_en
            )
        await accounts.role(LOCAL, "keeper", Grant(Role.MODERATOR), on=True)

    async def bulletins(self) -> None:
        """Two bulletins, one of them to be acknowledged."""
        await self.forum.news.store(
            LOCAL,
            [
                BulletinItem(
                    "duty",
                    "express",
                    "国庆值班安排",
                    "值班表见下。\n\n请各处**核对**电话。",
                    title_en="Duty roster for the holiday",
                    source="行政司",
                    published_at=datetime(2026, 11, 21, 1, 0, tzinfo=UTC),
                    expires_at=datetime(2026, 12, 1, tzinfo=UTC),
                    priority="urgent",
                    must_read=True,
                ),
                BulletinItem(
                    "frost",
                    "culture",
                    "霜降诗会",
                    "周五晚，银杏树下。",
                    title_en="Poetry on the first frost",
                    published_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
                ),
            ],
        )

    async def threads(self) -> Numbers:
        """The threads that tests look at."""
        cases = await self.start(
            "zhou",
            "services",
            "这里怎么办事 How cases work here",
            "提了就有**编号**，有人管。\n\n- 一天内受理\n- 五天内答复\n\nOne matter per thread.",
        )
        await self.forum.threads.pin(await self.actor("keeper"), cases.thread, True)
        room = await self.start("stone", "services", "Reading room opening hours", "Until when is it open on Fridays?")
        lift = await self.start("墨竹", "services", "宿舍 3 号楼电梯又停了", "七层，每天爬两趟。\n什么时候能好？")
        await self.reply("plum", lift.thread, "> 七层，每天爬两趟。\n\n三号楼也是，我在五层。", 1)
        canteen = await self.start(
            "plum", "services", "食堂早餐能否早半小时", "夜班同事七点前到不了食堂……\n\n能不能早半小时开门？"
        )
        await self.reply("墨竹", canteen.thread, "> 能不能早半小时开门？\n\n同意，三号楼也是。", 1)
        await self.reply(
            "zhou",
            canteen.thread,
            "Starting Monday the canteen opens at 6:30. The case stays open for a week; "
            "tell us here if it does not work.",
            1,
        )
        shuttle = await self.start("reed", "life", "Shuttle from line 6", "Does anybody know when the trial ends?")
        welcome = await self.start(
            "lin", "secretary", "天冷了，说说近况", "食堂的热汤从今天起多煮一锅。有话直说，**我都看**。"
        )
        return Numbers(lift.thread, room.thread, canteen.thread, welcome.thread, cases.thread, shuttle.thread)


@dataclass(slots=True)
class Community:
    """The forum, its clock, and its threads."""

    forum: Forum
    clock: ManualClock
    maker: Maker
    numbers: Numbers


@pytest.fixture(scope="session")
def community_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[Path, Numbers]:
    """A store with the community in it, filled once and copied for every test."""
    path = tmp_path_factory.mktemp("community") / "community.db"
    shutil.copyfile(sqlite_template, path)

    async def fill() -> Numbers:
        clock = ManualClock(BEGIN)
        db = await open_database(f"sqlite:///{path}", clock=clock)
        forum = await open_forum(db, clock, Policy(demo=True, password_cost=CHEAP), seal())
        await forum.community.apply(LOCAL, BOARDS)
        maker = Maker(forum, clock)
        await maker.people()
        clock.advance(days=1)
        await maker.bulletins()
        numbers = await maker.threads()
        await forum.close()
        await db.close()
        return numbers

    return path, asyncio.run(fill())


@pytest.fixture
async def community(community_template: tuple[Path, Numbers], tmp_path: Path) -> AsyncIterator[Community]:
    """The community at NOW, for one test."""
    template, numbers = community_template
    path = tmp_path / "community.db"
    shutil.copyfile(template, path)
    clock = ManualClock(NOW)
    db = await open_database(f"sqlite:///{path}", clock=clock)
    forum = await open_forum(db, clock, Policy(demo=True, password_cost=CHEAP), seal())
    yield Community(forum, clock, Maker(forum, clock), numbers)
    await forum.close()
    await db.close()


class VisitDriver(Driver):
    """A Driver on the real session: `driver.session.visit` is who is here."""

    def __init__(
        self,
        forum: Forum,
        actor: Actor,
        *,
        columns: int = 80,
        rows: int = 24,
        lang: str = "en",
        route: str | None = None,
        encoding: str = "utf-8",
        colours: int = 16777216,
    ) -> None:
        self.clock = Clock()
        self.terminal = Terminal(columns, rows, encoding)
        self.link = MemoryLink(columns, rows, encoding=encoding, colours=colours, on_write=self.terminal.feed)
        self.session = Session(
            self.link,
            forum,
            actor,
            catalogues=catalogues(),
            pages=Pages(),
            route=route,
            language=lang,
            options=Options(clock=self.clock),
        )
        self.stage = self.session.stage
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> VisitDriver:
        self._task = asyncio.create_task(self.session.run())
        await until(lambda: self.stage.views or self.ended)  # what comes before the first view asks the store
        await self.settle()
        return self

    @property
    def at_work(self) -> bool:
        """Whether the stage is, with what goes on beside the view (marks, previews) too."""
        return super().at_work or bool(self.stage._errands._beside)

    @property
    def route(self) -> str:
        """Where the person is."""
        return self.stage.view.route

    async def over(self) -> None:
        """Wait until the session has ended and everything of it is saved."""
        assert self._task is not None
        await soon(asyncio.shield(self._task))

    async def until(self, text: str) -> None:
        """Wait until the screen shows something that no key brought."""
        patience = time.monotonic() + PATIENCE
        while text not in self.text() and time.monotonic() < patience:
            await self.settle()
            await asyncio.sleep(PAUSE)
        assert text in self.text(), self.text()


Visiting = Callable[..., Awaitable[VisitDriver]]


@pytest.fixture
async def driver(community: Community) -> AsyncIterator[Visiting]:
    """`await driver("reed", lang="zh", size=(132, 43), route="/b")`: somebody comes in; all leave at the end."""
    async with AsyncExitStack() as stack:

        async def come(
            account: str = "reed",
            *,
            lang: str = "en",
            size: tuple[int, int] = (80, 24),
            route: str | None = None,
            colours: int = 16777216,
        ) -> VisitDriver:
            if account == "guest":
                actor = await community.forum.accounts.guest(transport="ssh")
            else:
                actor = await community.maker.actor(account)
            made = VisitDriver(
                community.forum, actor, columns=size[0], rows=size[1], lang=lang, route=route, colours=colours
            )
            await stack.enter_async_context(made)
            return made

        yield come
