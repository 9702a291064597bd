"""Live interviews on the screen: watching, asking, voting, sorting, answering, and what is told meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bbs.errors import BbsError
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.interviews.rules import Interview
from bbs.terminal.memory import MemoryLink
from screens.session import Session
from screens.texts import Pages
from tests.screens.conftest import Community, VisitDriver, Visiting, catalogues
from tests.screens.test_hostile import check
from tests.screens.test_mouse import click
from tests.support.corpus import CORPUS
from tests.support.hops import Hops
from tests.support.snapshots import assert_snapshot
from tests.support.waiting import until

TITLE = "食堂、电梯和钱 Canteen, lifts, money"
SIZES = ((80, 24), (132, 43))


class Stage:
    """Interviews of the community: keeper holds them, zhou is the guest."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self.rules = community.forum.interviews
        self.actors: dict[str, Actor] = {}

    async def who(self, name: str) -> Actor:
        if name not in self.actors:
            self.actors[name] = await self.community.maker.actor(name)
        return self.actors[name]

    async def announce(self, title: str = TITLE, guests: Sequence[str] = ("周明",)) -> Interview:
        keeper = await self.who("keeper")
        board = await self.community.forum.boards.get(keeper, "interview")
        starts = self.community.clock.now() + timedelta(minutes=30)
        about = "行政司的事，**有问必答**；答不了的，当场说为什么。\n\nIn English is fine."
        return await self.rules.announce(keeper, board, title, guests, starts, about=about)

    async def ask(self, name: str, number: int, text: str, votes: Sequence[str] = (), *, accept: bool = True) -> int:
        asked = await self.rules.ask(await self.who(name), number, text)
        if accept:
            await self.rules.accept(await self.who("keeper"), asked)
        for voter in votes:
            await self.rules.vote(await self.who(voter), asked)
        return asked

    async def live(self) -> int:
        """One that has begun, with two answers and a queue."""
        found = await self.announce()
        first = await self.ask("墨竹", found.id, "三号楼西梯，给个痛快话。", ["plum", "stone"])
        await self.ask("stone", found.id, "How much does one lunch really cost, and how much of it do we pay?")
        self.community.clock.advance(minutes=31)
        await self.rules.begin(await self.who("keeper"), found.id)
        zhou = await self.who("zhou")
        await self.rules.say(zhou, found.id, "大家好，我是周明。一楼一问，答完这一个再答下一个。")
        self.community.clock.advance(minutes=4)
        await self.rules.answer(zhou, first, "换，**不修了**。23 日前定哪一家，年内换完。")
        self.community.clock.advance(minutes=2)
        await self.ask(
            "plum", found.id, "幼儿园放学四点半，我们下班六点。中间这一个半小时，行政司有没有想过？", ["stone", "墨竹"]
        )
        await self.ask("reed", found.id, "Who decided that the lights in the East Court go off at ten?", ["plum"])
        await self.ask("墨竹", found.id, "汤能不能热一点？", accept=False)
        return found.id


@pytest.fixture
def stage(community: Community) -> Stage:
    return Stage(community)


async def quiet(person: VisitDriver) -> VisitDriver:
    """Until the counts of the head bar are there."""
    await person.settle()
    return person


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_screens_look_as_they_did(stage: Stage, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    number = await stage.live()
    await stage.announce("轮换和返任 Rotation and coming back", ["林若溪", "周明"])
    for name, who, route in (
        ("live", "reed", "/live"),
        ("room", "reed", f"/live/{number}"),
        ("room-sorting", "keeper", f"/live/{number}"),
        ("room-answering", "zhou", f"/live/{number}"),
        ("room-announced", "stone", f"/live/{number + 1}"),
        ("live-ask", "stone", f"/live/{number}/ask"),
        ("live-answer", "zhou", f"/live/{number}/answer/3"),
    ):
        person = await quiet(await driver(who, lang=lang, size=size, route=route))
        assert_snapshot(f"{name}.{lang}.{size[0]}x{size[1]}", person)


async def test_a_member_asks_and_votes_and_sees_the_answer_come(stage: Stage, driver: Visiting) -> None:
    number = await stage.live()
    stone = await driver("stone", route=f"/live/{number}")
    await stone.press("V")
    assert "Vote taken back." in stone.message, "stone had voted for the first of the queue"
    await stone.press("V")
    assert "Your vote counts." in stone.message
    await stone.press("j", "j", "V")
    assert "your own question" in stone.message
    await stone.press("c-p")
    assert stone.route == f"/live/{number}/ask"
    assert "as stone (pen name)" in stone.text()
    await stone.type("Is the soup hot?")
    await stone.press("c-x", "s")
    assert stone.route == f"/live/{number}"
    assert "Is the soup hot?  [yours] [waiting]" in stone.text()
    asked = (await stage.rules.room(await stage.who("keeper"), number))[1].waiting[-1].id
    await stage.rules.accept(await stage.who("keeper"), asked)
    await stone.until("Is the soup hot?  [yours]\n")
    await stage.rules.answer(await stage.who("zhou"), asked, "It is now: 82 degrees.")
    await stone.until("It is now: 82 degrees.")
    assert "Your question has been answered." in stone.message
    assert "#3 [OFFICIAL] 周明" in stone.text()


async def test_who_reads_above_is_told_and_not_moved(stage: Stage, driver: Visiting) -> None:
    number = await stage.live()
    zhou = await stage.who("zhou")
    for turn in range(12):
        await stage.rules.say(zhou, number, f"第 {turn} 段。\n\n再说一句。")
    reed = await driver("reed", route=f"/live/{number}")
    assert "第 11 段。" in reed.text(), "one begins with what is newest"
    await reed.press("tab", "home")
    top = reed.terminal.rows()[2:8]
    assert top[0].startswith("#1 [OFFICIAL]")
    await stage.rules.say(zhou, number, "还有一句。")
    await reed.until("1 new answer below")
    await stage.rules.say(zhou, number, "最后一句。")
    await reed.until("2 new answers below")
    assert reed.terminal.rows()[2:8] == top
    await reed.press("end")
    assert "最后一句。" in reed.text()
    assert "new answer" not in reed.text()


async def test_the_selection_stays_on_its_question_whatever_the_votes(stage: Stage, driver: Visiting) -> None:
    number = await stage.live()
    reed = await driver("reed", route=f"/live/{number}")
    await reed.press("j", "j")
    assert ">   2     -   stone" in reed.text()
    for voter in ("plum", "墨竹", "keeper"):
        await stage.rules.vote(await stage.who(voter), 2)
    await reed.until(">   2     3   stone")
    rows = [row for row in reed.terminal.rows() if "    3     2   plum" in row or ">   2     3" in row]
    assert rows[0].startswith(">   2"), "it is first now, and still selected"
    await reed.press("V")
    assert ">   2     4+" in reed.text()


async def test_keeper_sorts_begins_and_ends(stage: Stage, driver: Visiting) -> None:
    found = await stage.announce()
    stage.community.clock.advance(minutes=20)
    for name, text in (("reed", "First?"), ("plum", "Second?"), ("stone", "First as well?"), ("墨竹", "Who is fat?")):
        await stage.ask(name, found.id, text, accept=False)
    keeper = await driver("keeper", route=f"/live/{found.id}")
    await keeper.press("m", "m", "m")
    await keeper.until("3 questions in the queue   1 waits to be let in")
    await keeper.press("home", "d")
    await keeper.type("names people")
    await keeper.press("enter")
    assert "Question 4 is left out" in keeper.message
    await keeper.press("home", "j", "_")
    await keeper.until("[first]")
    assert "First?" not in keeper.row(13)
    await keeper.press("end", "enter")
    assert "merge into another" in keeper.text()
    await keeper.press("i")
    await keeper.type("1")
    await keeper.press("enter")
    assert "merged into 1" in keeper.message
    await keeper.press("L", "b", "y")
    await keeper.until("[LIVE]")
    assert "[LIVE]" in keeper.row(1)
    await keeper.press("L")
    assert "call off" not in keeper.text(), "what has begun cannot be called off"
    await keeper.press("e", "y")
    assert "Nothing was answered" in keeper.message
    await keeper.press("L")
    assert "is over" in keeper.message


async def test_the_guest_takes_the_next_one_and_answers_it(stage: Stage, driver: Visiting) -> None:
    number = await stage.live()
    zhou = await driver("zhou", route=f"/live/{number}")
    watcher = await driver("guest", route="/")
    await zhou.press("S")
    assert zhou.route == f"/live/{number}/answer/3"
    assert zhou.row(1).startswith(" plum asks: 幼儿园放学四点半")
    assert "Answer to plum" in zhou.text()
    assert "[OFFICIAL] you write as 周明" in zhou.text()
    reed = await driver("reed", route=f"/live/{number}")
    assert "[being answered]" in reed.text()
    await zhou.type("想过，没做成。")
    await zhou.press("c-x", "s")
    assert zhou.route == f"/live/{number}"
    await reed.until("想过，没做成。")
    await zhou.press("c-p")
    assert zhou.route == f"/live/{number}/say"
    await zhou.type("还有十分钟。")
    await zhou.press("c-x", "s")
    await reed.until("还有十分钟。")
    assert not watcher.ended


async def test_a_text_that_came_too_late_is_kept(stage: Stage, driver: Visiting) -> None:
    number = await stage.live()
    stone = await driver("stone", route=f"/live/{number}/ask")
    zhou = await driver("zhou", route=f"/live/{number}/answer/3")
    await stone.type("One more?")
    await zhou.type("想过，没做成。")
    await stage.rules.end(await stage.who("keeper"), number)
    await stone.press("c-x", "s")
    assert "is over. Nothing can be added" in stone.message
    assert "One more?" in stone.text()
    await zhou.press("c-x", "s")
    assert "is over" in zhou.message
    assert "想过，没做成。" in zhou.text()
    await stone.press("c-x", "d", "enter")
    assert (await stage.community.forum.drafts.latest(await stage.who("stone"))) is not None


async def test_a_guest_whose_office_ends_meanwhile_keeps_the_text(stage: Stage, driver: Visiting) -> None:
    number = await stage.live()
    zhou = await driver("zhou", route=f"/live/{number}/answer/3")
    await zhou.type("想过，没做成。")
    await stage.community.forum.officers.dismiss(LOCAL, "administration", "zhou")
    await zhou.press("c-x", "s")
    assert "What you wrote is" in zhou.message
    assert "office" in zhou.message
    assert "想过，没做成。" in zhou.text()


async def line(person: VisitDriver, text: str) -> None:
    await person.type(text)
    await person.press("enter")


async def test_announcing_it_is_on_the_list_and_at_home(stage: Stage, driver: Visiting) -> None:
    home = await driver("reed", route="/")
    assert [row for row in home.terminal.rows() if row.startswith("   l  Live")]
    reed = await driver("reed", route="/live")
    await reed.press("c-p")
    assert "announced by moderators" in reed.message
    keeper = await driver("keeper", route="/live")
    assert "Press ^P to announce one." in keeper.text()
    await keeper.press("c-p")
    await line(keeper, "Soup and lifts")
    await line(keeper, "周明，林若溪")
    assert "2026-11-23 15:00" in keeper.text(), "tomorrow at three, until one says otherwise"
    await keeper.press("c-u")
    await line(keeper, "2026-11-22 15:00")
    await line(keeper, "")
    await line(keeper, "Ask what you like.")
    assert "2026-11-22 15:00 with 周明, 林若溪" in keeper.text()
    await keeper.press("y")
    assert keeper.route == "/live/1"
    assert "[announced] today 15:00, until 16:00" in keeper.text()
    await reed.until("today 15:00")
    await reed.press("f")
    assert reed.message == "You will be told when it begins: Soup and lifts"
    await reed.press("enter", "f")
    assert reed.message == "You will not be told any more: Soup and lifts"
    await reed.press("left")
    await home.press("l", "left")
    assert "today 15:00" in home.text()
    await keeper.press("L", "x")
    await line(keeper, "the guest is ill")
    await reed.until("[called off]")
    stage.community.clock.advance(hours=2)
    await stage.live()
    await home.press("l", "left")
    assert "Live          now" in home.text()


async def test_wrong_times_are_refused_in_words(stage: Stage, driver: Visiting) -> None:
    keeper = await driver("keeper", route="/live")
    for when, minutes, told in (
        ("yesterday", "60", "is not a date"),
        ("2026-11-22 15:00", "0", "times do not fit"),
        ("2026-11-22 15:00", "long", "times do not fit"),
        ("2025-11-22 15:00", "60", "times do not fit"),
    ):
        await keeper.press("c-p")
        await line(keeper, "Soup")
        await line(keeper, "周明")
        await keeper.press("c-u")
        await line(keeper, when)
        await keeper.press("c-u")
        await line(keeper, minutes)
        if keeper.row(-2).strip().startswith("What"):
            await line(keeper, "")
            if "Announce for" in keeper.text():
                await keeper.press("y")
        assert told in keeper.message, (when, minutes)


async def test_a_guest_of_the_forum_and_an_ended_interview_are_only_looked_at(stage: Stage, driver: Visiting) -> None:
    number = await stage.live()
    stage.community.clock.advance(minutes=5)
    found = await stage.rules.end(await stage.who("keeper"), number)
    reed = await driver("reed", route=f"/live/{number}")
    assert "x transcript" in reed.row(-1)
    await reed.press("c-p")
    assert "is over" in reed.message
    await reed.press("enter")
    assert "nothing to do" in reed.message
    await reed.press("Q")
    assert f"/t/{found.thread}" in reed.text()
    assert f"/n/{found.bulletins[0]}" in reed.text()
    await reed.press("left", "x")
    assert reed.route.startswith(f"/t/{found.thread}")
    stranger = await driver("guest", route=f"/live/{number}")
    assert "no interview" in stranger.message, "the board is for members"


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_questions(stage: Stage, driver: Visiting, kind: str) -> None:
    number = await stage.live()
    keeper = await stage.who("keeper")
    for place, text in enumerate(CORPUS[kind][:9]):
        try:
            await stage.ask(("reed", "plum", "stone")[place % 3], number, text[:500])
        except (BbsError, UnicodeError):
            continue
    await stage.rules.lift(keeper, 3)
    person = await driver("keeper", size=(100, 30), route=f"/live/{number}")
    for _ in range(6):
        check(person)
        await person.press("j")


# Hundreds of watchers

WATCHERS = 200


class Watchers:
    """People who only look: sessions without a terminal behind them."""

    def __init__(self, stage: Stage, route: str, actor: Actor) -> None:
        self._stage = stage
        self._route = route
        self._actor = actor
        self.links: list[MemoryLink] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def come(self, count: int) -> None:
        forum = self._stage.community.forum
        for _ in range(count):
            link = MemoryLink(80, 24)
            session = Session(
                link,
                forum,
                self._actor,
                catalogues=catalogues(),
                pages=Pages(),
                route=self._route,
                language="en",
            )
            self.links.append(link)
            self._tasks.append(asyncio.create_task(session.run()))
        await self.see("LIVE")

    async def see(self, text: str) -> None:
        """Until all have it on their screens."""
        await until(lambda: all(text.encode() in link.output for link in self.links))

    async def go(self) -> None:
        for link in self.links:
            link.lose()
        await asyncio.gather(*self._tasks)


async def test_two_hundred_watchers_see_an_answer_for_the_price_of_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await stage.live()
    zhou, reads = await stage.who("zhou"), Hops(stage.community.forum.db, monkeypatch, ["read"])
    stone = await stage.who("stone")
    await stage.community.forum.inbox.mark_all(stone)  # one's own notices are one's own price
    watchers = Watchers(stage, f"/live/{number}", stone)
    costs: list[int] = []
    for count in (1, WATCHERS - 1):
        await watchers.come(count)
        reads.taken()
        await stage.rules.answer(zhou, 3, f"想过，没做成。{count}")
        await watchers.see(f"想过，没做成。{count}")
        await stage.rules.vote(await stage.who("plum"), 4)
        costs.append(reads.taken())
    await watchers.go()
    assert costs[1] <= costs[0] + 1, "a reading more where one event came a moment later, not one a watcher"
    assert len(stage.rules._watching) == 0


async def test_a_click_selects_a_question_and_another_opens_it(stage: Stage, driver: Visiting) -> None:
    number = await stage.live()
    reed = await stage.who("reed")
    await stage.community.forum.accounts.set_preferences(reed, {"mouse": True})
    for size in SIZES:
        person = await driver("reed", size=size, route=f"/live/{number}")
        column, row = person.terminal.find("How much does one lunch")
        await click(person, column, row)
        assert ">   2" in person.terminal.row(row)
        await click(person, column, row)
        assert "vote, or take it back" in person.text()
        await person.press("escape")
        await click(person, *person.terminal.find("大家好"))
        await person.press("home")
        assert "Tab to the queue" in person.row(-1)
