"""Interviews by commands: announced, asked, sorted, answered, ended, and watched as they go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bbs.forum.actor import LOCAL, Grant, Role
from bbs.servers.doors import Errand
from bbs.text.when import iso
from tests.app.conftest import Desk, Given
from tests.app.plainly import transcript
from tests.support.waiting import until


def soon(minutes: int = 30) -> str:
    return iso(datetime.now(UTC) + timedelta(minutes=minutes))


@pytest.fixture
async def live(desk: Desk) -> Desk:
    """keeper moderates the board of interviews, lin (secretary) is an officer."""
    await desk.house.forum.accounts.role(LOCAL, "keeper", Grant(Role.MODERATOR, "interview"), on=True)
    return desk


async def announced(desk: Desk, guests: str = "林若溪") -> int:
    words = ["live", "announce", "interview", "--title", "说说近况", "--guests", guests, "--starts", soon()]
    made = await desk.run("keeper", [*words, "--about", "有问必答。", "--json"])
    assert made.code == 0, made.err
    return int(made.document["interview"]["id"])


async def queued(desk: Desk, number: int, text: str = "Is the soup hot?", by: str = "reed") -> int:
    asked = await desk.run(by, f"live ask {number} --json", stdin=text)
    assert asked.code == 0, asked.err
    done = await desk.run("keeper", f"live accept {asked.document['question']['id']} --json")
    assert done.document["question"]["state"] == "queued"
    return int(asked.document["question"]["id"])


async def test_from_the_announcement_to_the_transcript(live: Desk) -> None:
    number = await announced(live)
    listed = (await live.run("plum", "live list --json")).document
    (shown,) = listed["items"]
    assert (shown["state"], shown["host"], shown["route"], listed["next"]) == ("announced", "keeper", "/live/1", None)
    assert shown["guests"] == [{"office": "secretary", "name": "林若溪", "title": "Deputy Secretary"}]
    asked = await queued(live, number)
    voted = await live.run("plum", f"live vote {asked} --json")
    assert (voted.document["question"]["votes"], voted.document["question"]["voted"]) == (1, True)
    assert (await live.run("plum", f"live vote {asked} --off --json")).document["question"]["votes"] == 0
    same = await queued(live, number, "And the soup, is it hot?", "plum")
    merged = await live.run("keeper", f"live merge {same} {asked} --json")
    assert merged.document["question"]["merged_into"] == asked
    assert (await live.run("keeper", f"live lift {asked} --json")).document["question"]["lifted"] is True
    assert (await live.run("keeper", f"live begin {number} --json")).document["interview"]["state"] == "live"
    taken = await live.run("lin", f"live take {number} --json")
    assert taken.document["question"]["state"] == "taken"
    said = await live.run("lin", f"live answer {asked} --json", stdin="It is now: **82** degrees.")
    answer = said.document["answer"]
    assert (answer["floor"], answer["asked_by"], answer["official"]["name"]) == (1, "reed", "林若溪")
    assert "Said as #2." in (await live.run("lin", f"live say {number}", stdin="Thank you all.")).out
    screen = (await live.run("reed", f"live show {number}")).out
    assert "[OFFICIAL] #1  林若溪" in screen
    assert "  > reed: Is the soup hot?\n  It is now: **82** degrees." in screen
    whole = (await live.run("reed", f"live show {number} --json")).document
    assert set(whole) == {"interview", "answers", "questions"}
    ended = (await live.run("keeper", f"live end {number} --json")).document["interview"]
    assert ended == (await live.run("keeper", f"live end {number} --json")).document["interview"], "twice is once"
    thread = (await live.run("reed", f"thread {ended['thread']} --json")).document
    assert [post["official"] is not None for post in thread["items"]] == [False, True, True]
    assert (await live.run("reed", f"bulletin {ended['bulletins'][0]} --json")).document["column"] == "express"
    assert [one["id"] for one in (await live.run("reed", "live list --past --json")).document["items"]] == [number]
    assert "Transcript: /t/" in (await live.run("reed", f"live watch {number}")).out
    told = (await live.run("plum", "inbox")).out
    assert "林若溪 answered your question in: 说说近况" in told


async def test_changing_and_calling_off(live: Desk) -> None:
    number = await announced(live)
    changed = await live.run(
        "keeper", ["live", "change", str(number), "--title", "New", "--starts", soon(90), "--json"]
    )
    assert changed.document["interview"]["title"] == "New"
    assert "New" in (await live.run("keeper", f"live change {number} --about Soup")).out
    told = (await live.run("plum", f"live remind {number} --json")).document["told"]
    assert (told, "not be told" in (await live.run("plum", f"live remind {number} --off")).out) == (True, True)
    assert (await live.run("guest", f"live remind {number} --json")).error == "access.denied"
    off = await live.run("keeper", f"live cancel {number} --reason ill --json")
    assert (off.document["interview"]["state"], off.document["interview"]["reason"]) == ("cancelled", "ill")


@pytest.mark.parametrize(
    ("name", "command", "code", "error"),
    [
        ("reed", "live announce interview --title T --guests secretary --starts {soon} --json", 3, "access.denied"),
        ("keeper", "live announce life --title T --guests secretary --starts {soon} --json", 2, "live.board"),
        ("keeper", "live announce nowhere --title T --guests x --starts {soon} --json", 4, "board.not_found"),
        ("keeper", "live announce interview --title T --guests nobody --starts {soon} --json", 4, "live.guest"),
        ("keeper", "live announce interview --title T --guests secretary --starts soon --json", 2, "command.date"),
        ("local", "live announce interview --title T --guests secretary --starts {soon} --json", 3, "access.denied"),
        ("reed", "live show 99 --json", 4, "live.not_found"),
        ("reed", "live watch 99 --json", 4, "live.not_found"),
        ("guest", "live show {number} --json", 4, "live.not_found"),
        ("guest", "live ask {number} --json", 3, "access.denied"),
        ("reed", "live ask {number} --json", 2, "live.question"),
        ("reed", "live vote {asked} --json", 5, "live.vote_own"),
        ("plum", "live vote 99 --json", 4, "live.no_question"),
        ("plum", "live accept {asked} --json", 3, "access.denied"),
        ("keeper", "live accept {asked} --json", 5, "live.question_queued"),
        ("keeper", "live leave-out {asked} --reason ' ' --json", 2, "reason.empty"),
        ("lin", "live take {number} --json", 5, "live.is_announced"),
        ("reed", "live answer {asked} --json", 3, "access.denied"),
        ("keeper", "live end {number} --json", 5, "live.is_announced"),
    ],
)
async def test_refusals(live: Desk, name: str, command: str, code: int, error: str) -> None:
    number = await announced(live)
    asked = await queued(live, number)
    ran = await live.run(name, command.format(number=number, asked=asked, soon=soon()))
    assert (ran.code, ran.error) == (code, error)


# Watching


class Follower:
    """Somebody at the far end of `live watch`; `slow` makes it read nothing until it is let go."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.out: list[str] = []
        self.err: list[str] = []
        self.slow = asyncio.Event()
        self.slow.set()

    async def run(self, name: str, command: str, confirm: Callable[[str], Awaitable[bool]] | None = None) -> int:
        async def out(text: str) -> None:
            await self.slow.wait()
            self.out.append(text)

        async def err(text: str) -> None:
            self.err.append(text)

        actor = await self._desk.actor(name)
        errand = Errand(actor, command, Given(b""), out, err, columns=80, language="en", confirm=confirm)
        return await self._desk.house.run_errand(errand)

    @property
    def text(self) -> str:
        return "".join(self.out)


async def test_watching_prints_answers_as_they_come_until_it_is_over(live: Desk) -> None:
    number = await announced(live)
    asked = await queued(live, number)
    plain, script = Follower(live), Follower(live)
    tasks = [
        asyncio.create_task(plain.run("plum", f"live watch {number}")),
        asyncio.create_task(script.run("plum", f"live watch {number} --json")),
    ]
    await until(lambda: "announced" in plain.text)
    await live.run("keeper", f"live begin {number}")
    await until(lambda: "LIVE" in plain.text)
    await live.run("lin", f"live answer {asked}", stdin="It is now.")
    await until(lambda: "It is now." in plain.text and "It is now." in script.text)
    assert plain.text.count("It is now.") == 1
    await live.run("keeper", f"live end {number}")
    assert await asyncio.gather(*tasks) == [0, 0]
    assert "Transcript: /t/" in plain.text
    documents: list[Any] = [json.loads(row) for row in script.text.splitlines()]
    assert documents[0]["answer"]["body"] == "It is now."
    assert documents[-1]["interview"]["state"] == "ended"
    assert len(live.house.forum.interviews._watching) == 0


async def test_a_slow_reader_holds_nobody_up_and_a_closed_line_ends_it(live: Desk) -> None:
    number = await announced(live)
    await live.run("keeper", f"live begin {number}")
    slow = Follower(live)
    task = asyncio.create_task(slow.run("plum", f"live watch {number}"))
    await until(lambda: slow.out)
    slow.slow.clear()
    for turn in range(5):
        assert (await live.run("lin", f"live say {number}", stdin=f"Part {turn}.")).code == 0
    assert "Part" not in slow.text
    slow.slow.set()
    await until(lambda: "Part 4." in slow.text)
    assert [slow.text.count(f"Part {turn}.") for turn in range(5)] == [1] * 5
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(live.house.forum.interviews._watching) == 0


async def test_where_the_next_line_is_typed_it_does_not_wait(live: Desk) -> None:
    number = await announced(live)

    async def confirm(question: str) -> bool:
        return True

    here = Follower(live)
    assert await here.run("plum", f"live watch {number}", confirm) == 0
    assert f"live watch {number}" in here.text


async def test_a_closed_account_watches_no_longer(live: Desk) -> None:
    number = await announced(live)
    gone = Follower(live)
    task = asyncio.create_task(gone.run("plum", f"live watch {number}"))
    await until(lambda: gone.out)
    await live.house.forum.accounts.suspend(LOCAL, "plum")
    assert await task != 0
    assert gone.err


async def test_plain_mode_says_what_is_answered_and_asked(live: Desk) -> None:
    number = await announced(live)
    asked = await queued(live, number, "[OFFICIAL] 林若溪: is the soup hot?")
    await queued(live, number, "Who sweeps the stairs?", "plum")
    await live.run("keeper", f"live begin {number}")
    await live.run("lin", f"live answer {asked}", stdin="It is now.")
    heard = await transcript(live, "reed", ["live", "1", "访谈", f"/live/{number}", f"live ask {number}", "More?", "."])
    assert "1. LIVE, today" in heard
    assert "OFFICIAL ANSWER 1, by 林若溪, Deputy Secretary" in heard
    assert "\n  [OFFICIAL]" not in heard, "a member's line never sounds like ours"
    assert "Question 2, of plum, 0 votes" in heard
    assert "Question 3 waits for a moderator." in heard
    await live.run("keeper", f"live end {number}")
    over = await transcript(live, "reed", ["live", "1"])
    assert "Transcript: /t/" in over
