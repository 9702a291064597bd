"""Plain mode: everything in words, line by line, and not one cursor movement."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bbs.app.doors import HouseDoors
from bbs.app.plain import LINES_AHEAD
from bbs.terminal.memory import MemoryLink
from tests.app.conftest import Desk


async def transcript(
    desk: Desk, name: str, lines: Sequence[str | bytes], *, language: str = "en", terminal: bool = False
) -> str:
    """What a person reads who types these lines and hangs up."""
    link = MemoryLink(term="dumb", colours=0)
    actor = await desk.actor(name)
    if name != "guest":
        actor = await desk.house.forum.accounts.set_preferences(actor, {"language": language})
    for line in lines:
        link.feed(line if isinstance(line, bytes) else line.encode() + b"\n")
    link.feed(b"\x04")
    async with asyncio.timeout(20):
        await HouseDoors(desk.house).plain(link, actor, terminal=terminal, language=language)
    return bytes(link.output).decode()


async def test_read_and_answer_in_words(desk: Desk) -> None:
    first = await transcript(desk, "reed", ["post life --title 'A walk'", "Along the river", "and back", ".", "exit"])
    assert "A line with a single dot ends it." in first
    assert "Posted #1" in first
    said = await transcript(desk, "plum", ["threads life", "thread 1", "reply 1", "With you.", ".", "thread 1"])
    assert "A walk" in said
    assert "#1  reed" in said
    assert "  and back" in said
    assert "#2  plum" in said


@pytest.mark.parametrize("terminal", [False, True])
async def test_no_control_but_the_ends_of_lines(desk: Desk, terminal: bool) -> None:
    lines: list[str | bytes] = [
        "boards",
        "help",
        "thread 99",
        "x\x1b[2J\x9b31m",
        b"\xff\xfe\x00\x07\n",
        'a "b',
        "user list",
    ]
    said = await transcript(desk, "reed", lines, terminal=terminal)
    allowed = "\r\n" if terminal else "\n"
    assert not [char for char in said if (ord(char) < 0x20 and char not in allowed) or 0x7F <= ord(char) < 0xA0]


async def test_in_chinese(desk: Desk) -> None:
    said = await transcript(desk, "reed", ["boards", "nonsense"], language="zh")
    assert "文本模式，reed" in said
    assert "知心书记" in said
    assert "没有「nonsense」这条命令" in said


async def test_a_terminal_echoes_and_takes_back(desk: Desk) -> None:
    said = await transcript(desk, "guest", [b"whox\x7famix\x08\r\n"], terminal=True)
    assert "whox\b \bamix\b \b\r\n" in said
    assert "guest (guest)" in said


async def test_what_is_hard_to_undo_is_asked_in_words(desk: Desk) -> None:
    said = await transcript(desk, "chief", ["office dismiss secretary lin", "n", "office dismiss secretary lin", "y"])
    assert said.count("[y/N]") == 2
    assert "Nothing was changed." in said
    assert "no longer holds" in said


async def test_a_flood_of_lines_is_held_back_and_cancelled_at_once(desk: Desk) -> None:
    said = asyncio.Event()
    link = MemoryLink(term="dumb", colours=0, on_write=lambda data: said.set())
    link.feed(b"x\n" * (LINES_AHEAD + 10))
    plain = HouseDoors(desk.house).plain(link, await desk.actor("guest"), terminal=False, language="en")
    task = asyncio.create_task(plain)
    async with asyncio.timeout(10):
        await said.wait()
        assert link.paused
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
