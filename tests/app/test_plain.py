"""Plain mode: everything in words, line by line, and not one cursor movement."""

from __future__ import annotations

import asyncio

import pytest

from bbs.app.doors import HouseDoors
from bbs.forum.reading.attention import Level
from bbs.plain.heads import laid_out, like_a_head
from bbs.plain.lines import LINES_AHEAD
from bbs.terminal.memory import MemoryLink
from bbs.text.when import ManualClock
from tests.app.conftest import Desk
from tests.app.plainly import Sitting, assert_transcript, transcript
from tests.support.waiting import PATIENCE, soon


@pytest.fixture
async def visited(clock: ManualClock, desk: Desk) -> Desk:
    """A house with something to read: a question, an official answer, a note, a bulletin."""
    await desk.run(
        "reed", "post services --title 食堂早餐能否早半小时", stdin="夜班同事七点前到不了食堂。\n能否早半小时？"
    )
    clock.advance(days=1)
    await desk.run("plum", "reply 1 --to 1", stdin="> 能否早半小时？\n\n同意，三号楼也是。\n@reed 你们几点下班？")
    await desk.run("lin", "reply 1", stdin="The canteen opens at **6:30** from Monday.")
    clock.advance(hours=1)
    await desk.run("plum", "post life --title 'A walk along the river'", stdin="Who comes along on Sunday?")
    await desk.run("reed", "push 2 agree --words 'so are we'")
    clock.advance(hours=1)
    return desk


async def test_a_visit_in_english(visited: Desk, clock: ManualClock) -> None:
    async with Sitting(visited, "reed") as reed:
        await reed.say("next", "where", "lines", "quote 1", "From Monday on, thank you!", ".", "hear", "send")
        clock.advance(minutes=1)
        await reed.say(
            "2", "agree", "follow", "favourite", "next", "post", "3", "1", "Umbrellas", "Who lends one?", ".", "keep"
        )
        await reed.say("menu", "draft", "I would bring it back.", ".", "send", "search canteen", "1", "back")
        await reed.say("boards", "ofsv", "services", "mark all", "undo", "unread", "inbox", "who", "leave")
    assert_transcript("visit.en", "".join(reed.whole))


async def test_a_visit_in_chinese(visited: Desk, clock: ManualClock) -> None:
    async with Sitting(visited, "reed", language="zh") as reed:
        await reed.say("下一个", "位置", "逐行", "引用 1", "周一起就好了，谢谢！", ".", "朗读", "发送")
        clock.advance(minutes=1)
        await reed.say("2", "推", "关注", "收藏", "下一个", "发帖", "咨询", "1", "借伞", "谁能借把伞？", ".", "存草稿")
        await reed.say("首页", "草稿", "用完就还。", ".", "发送", "搜索 食堂", "1", "返回")
        await reed.say("版面", "jgfw", "去 jgfw", "标记 全部", "撤销", "未读", "提醒", "在线", "退出")
    assert_transcript("visit.zh", "".join(reed.whole))


async def test_mail_news_and_people(visited: Desk, clock: ManualClock) -> None:
    async with Sitting(visited, "plum") as plum:
        await plum.say("write reed", "Sunday", "At nine?", ".", "send", "mail", "1", "person reed", "block", "unblock")
        await plum.say("news", "officers", "1", "favourites", "library ink", "page 5", "plain on", "settings", "no")
    async with Sitting(visited, "reed") as reed:
        heard = await reed.say("mail", "1", "reply", "At nine.", ".", "send")
        assert "Letter 2, from plum" in heard
        await reed.say("delete", "yes")
    assert_transcript("people.en", "".join([*plum.whole, "\n----\n", *reed.whole]))


async def test_a_script_in_a_pipe(visited: Desk) -> None:
    said = await transcript(visited, "plum", ["boards", "read 1", "reply 3", "One line.", ".", "send", "read 1"])
    assert "command: boards\n9 boards." in said, "what is piped in is shown where it was typed"
    assert "Posted: floor 4 of thread 1." in said
    assert "  One line." in said
    assert "more?" not in said, "nobody sits there to answer"


async def test_what_is_piped_in_and_breaks_off_is_a_draft(visited: Desk, clock: ManualClock) -> None:
    await transcript(visited, "plum", ["read 1", "reply", "Half of it", b"and a bit"])
    said = await transcript(visited, "plum", ["draft", ".", "send", "again"])
    assert "There is a draft of 2 lines" in said
    assert "  Half of it\n  and a bit" in said, said


async def test_a_lost_line_keeps_what_was_typed(visited: Desk) -> None:
    async with Sitting(visited, "plum") as plum:
        await plum.say("read 1", "reply 2", "The first line.")
        await plum.type("half a li")
        plum.link.lose()
    reed = await visited.actor("plum")
    draft = await visited.house.forum.drafts.get(reed, "/t/1/reply#2")
    assert draft is not None
    assert draft.body == "The first line.\nhalf a li"


async def test_the_house_closes_and_keeps_what_was_typed(visited: Desk) -> None:
    async with Sitting(visited, "plum") as plum:
        await plum.say("post life", "Late", "Still typing")
        await plum.doors.people.tell_closing(30)
        await plum.doors.put_away()
        assert plum._task is not None
        await soon(plum._task)
    assert b"30" in plum.link.output
    draft = await visited.house.forum.drafts.latest(await visited.actor("plum"))
    assert draft is not None
    assert (draft.title, draft.body) == ("Late", "Still typing")


async def test_lines_are_saved_while_they_come(visited: Desk, clock: ManualClock) -> None:
    async with Sitting(visited, "plum") as plum:
        await plum.say("post life", "Long", "one")
        clock.advance(6)
        await plum.say("two")
        draft = await visited.house.forum.drafts.latest(await visited.actor("plum"))
        assert draft is not None
        assert draft.body == "one\ntwo", "a house that dies now loses nothing"


async def test_a_page_at_a_time(visited: Desk) -> None:
    async with Sitting(visited, "reed") as reed:
        await reed.say("page 5")
        first = await reed.say("boards")
        assert first.endswith("more? Enter goes on, no stops: ")
        assert len(first.splitlines()) == 7, "the echo, five lines, the question"
        assert "more?" in await reed.say("")
        stopped = await reed.say("no")
        assert stopped == "no\ncommand: "
        await reed.say("boards")
        where = await reed.say("where")
        assert "command: where\nYou are here: Boards." in where, "another word is the next command"
    said = await reed_again(visited)
    assert "Lines before reading pauses: 5" in said


async def reed_again(desk: Desk) -> str:
    return await transcript(desk, "reed", ["settings"])


async def test_reading_stops_where_it_was_stopped(visited: Desk) -> None:
    async with Sitting(visited, "reed") as reed:
        await reed.say("page 8")
        await reed.say("read 1", "no")
        found = (await visited.house.forum.threads.get(await visited.actor("reed"), 1))[1]
        assert found.read_floor < found.last_floor, "what was not heard is not read"
        assert "Floor 3 of 3" in await reed.say("next", "next") or "OFFICIAL" in "".join(reed.whole)


async def test_next_walks_calls_then_favourites_then_boards(visited: Desk, clock: ManualClock) -> None:
    for board, title in (("union", "Far"), ("ink", "Kept"), ("youth", "Near")):
        poster = "lin" if board == "union" else "plum"
        clock.advance(hours=1)
        await visited.run(poster, f"post {board} --title {title}", stdin=f"{title} it is.")
    clock.advance(hours=1)
    await visited.run("keeper", "post life --title Named", stdin="What does @reed say?")
    await visited.run("reed", "fav add ink")
    async with Sitting(visited, "reed") as reed:
        heard = [await reed.say("skip") for _ in range(7)]
    titles = [line.partition(": ")[2] for part in heard for line in part.splitlines() if line.startswith("Thread ")]
    assert titles[0] == "Named", "who was called by name goes there first"
    assert titles[1] in ("食堂早餐能否早半小时",), "then where one was answered"
    assert titles[2] == "Kept"
    assert titles[3:] == ["A walk along the river", "Far", "Near"], "then the boards in their order, from where one is"
    assert "Nothing is unread any more." in heard[-1]


async def test_what_came_meanwhile_is_told_before_the_next_line(visited: Desk, clock: ManualClock) -> None:
    async with Sitting(visited, "reed") as reed:
        await reed.say("read 1")
        clock.advance(hours=1)
        await visited.run("plum", "reply 1 --to 1", stdin="One more.")
        await reed.heard("plum answered you in")
        clock.advance(minutes=1)
        await reed.type("whe")
        await visited.run("plum", "reply 1 --to 1", stdin="And another.")
        await reed.tidings()
        assert "1 new floor in this thread; next reads it." in reed.so_far
        assert reed.so_far.endswith("whe"), "never in the middle of what is typed"
        assert "where\ncommand" not in await reed.say("re"), "the line is taken whole"
        assert "(#5)" in reed.so_far
        assert "One more." in await reed.say("next")


async def test_official_posts_say_so_and_members_cannot(visited: Desk, clock: ManualClock) -> None:
    clock.advance(hours=1)
    body = "\n".join(["x", "ОFFIСIАL POST. Floor 9 of 9, by 林若溪", "第 9 楼，共 9 楼，林若溪", "End of thread 1."])
    await visited.run("plum", "reply 1", stdin=body)
    long = "a " * 34 + "OFFICIAL POST. Floor 3 of 3"
    clock.advance(hours=1)
    await visited.run("plum", ["post", "life", "--title", long], stdin=long)
    said = await transcript(visited, "reed", ["read 1", "floor 4", "life", "read 3"])
    lines = said.splitlines()
    official = [line for line in lines if line.startswith("OFFICIAL POST.")]
    assert official, said
    assert all("Floor 3 of 4, by 林若溪, Deputy Secretary" in line for line in official), official
    assert "  text: 第 9 楼，共 9 楼，林若溪" in lines
    assert "  text: End of thread 1." in lines
    assert not [line for line in lines if like_a_head(line) and "text: " in line and not line.startswith("  ")]
    heads = [line for line in lines if line.strip().startswith("OFFICIAL") or "ОFFIСIАL" in line]
    assert [line for line in heads if not line.startswith(("OFFICIAL POST. Floor 3 of 4", "  text: "))] == []


@pytest.mark.parametrize("width", range(20, 60, 7))
def test_a_long_title_never_begins_a_row_like_a_head(width: int) -> None:
    for pad in range(60):
        rows = laid_out(f"Thread 9, by plum: {'a ' * pad}Floor 3 of 4, by 林若溪", width, "text: ")
        assert not [row for row in rows[1:] if like_a_head(row) and not row.startswith("  text: ")]
        assert all(len(row) <= width for row in rows if row.isascii())


async def test_commands_of_the_tree_work_too(desk: Desk) -> None:
    first = await transcript(desk, "reed", ["post life --title 'A walk'", "Along the river", "and back", ".", "exit"])
    assert "A line with a single dot ends it." in first
    assert "Posted #1" in first
    said = await transcript(desk, "plum", ["threads life --author reed", "fav add 1", "boards --json"])
    assert "A walk" in said
    assert '"slug": "life"' in said


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
        "life",
        "search \x1b[31m",
    ]
    said = await transcript(desk, "reed", lines, terminal=terminal)
    allowed = "\r\n" if terminal else "\n"
    assert not [char for char in said if (ord(char) < 0x20 and char not in allowed) or 0x7F <= ord(char) < 0xA0]


async def test_a_terminal_echoes_and_takes_back(desk: Desk) -> None:
    said = await transcript(desk, "guest", [b"whox\x7famix\x08\r\n", "班\x7f车"], terminal=True)
    assert "whox\b \bamix\b \b\r\n" in said
    assert "guest (guest)" in said
    assert "班\b \b\b \b车" in said, "a wide character takes two cells back"


async def test_guests_read_and_are_told_the_way_in(desk: Desk) -> None:
    said = await transcript(desk, "guest", ["next", "boards", "post life", "mail"])
    assert said.count("log in as new") == 3


async def test_what_is_hard_to_undo_is_asked_in_words(desk: Desk) -> None:
    said = await transcript(
        desk, "chief", ["office dismiss secretary lin", "n", "office dismiss secretary lin", "perhaps", "y"]
    )
    assert said.count("(yes or no)") == 3
    assert "Nothing was changed." in said
    assert "no longer holds" in said


async def test_a_flood_of_lines_is_held_back_and_cancelled_at_once(desk: Desk) -> None:
    said = asyncio.Event()
    link = MemoryLink(term="dumb", colours=0, on_write=lambda data: said.set())
    link.feed(b"x\n" * (LINES_AHEAD + 10))
    plain = HouseDoors(desk.house).plain(link, await desk.actor("guest"), terminal=False, language="en")
    task = asyncio.create_task(plain)
    async with asyncio.timeout(PATIENCE):
        await said.wait()
        assert link.paused
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


async def test_a_slow_reader_is_waited_for(visited: Desk) -> None:
    async with Sitting(visited, "reed") as reed:
        reed.link.congest(True)
        reed.link.feed(b"read 1\n")
        for _ in range(50):
            await asyncio.sleep(0)
        before = len(reed.link.output)
        reed.link.congest(False)
        heard = await reed.say("where")
        assert len(reed.link.output) > before
        assert "Address /t/1#3" in heard or "/t/1#3" in "".join(reed.whole)


async def test_the_preference_makes_every_visit_plain(visited: Desk) -> None:
    actor = await visited.actor("plum")
    actor = await visited.house.forum.accounts.set_preferences(actor, {"plain": True, "language": "en"})
    link = MemoryLink()
    link.feed(b"where\nleave\n")
    async with asyncio.timeout(PATIENCE):
        await HouseDoors(visited.house).session(link, actor, route="/t/1#2", language=None)
    said = bytes(link.output).decode()
    assert "You are at floor 2 of 3." in said
    assert "\x1b" not in said


async def test_muted_threads_are_passed_over_and_blocked_people_left_out(visited: Desk) -> None:
    reed = await visited.actor("reed")
    forum = visited.house.forum
    await forum.attention.thread(reed, (await forum.threads.get(reed, 2))[1], Level.MUTE)
    await forum.blocks.set(reed, "plum", True)
    said = await transcript(visited, "reed", ["next", "next", "2"])
    assert "Floor 2 is by plum, whom you block." in said
    assert "A walk along the river" not in said
    assert "三号楼也是" in said, "asked for by number it is read"


async def test_a_thread_hidden_while_it_is_answered_keeps_the_text(visited: Desk, clock: ManualClock) -> None:
    async with Sitting(visited, "plum") as plum:
        await plum.say("read 1", "reply", "Some words.", ".")
        clock.advance(minutes=1)
        locked = await visited.run("chief", "thread lock 1")
        assert locked.code == 0, locked.err
        heard = await plum.say("send")
        assert "locked" in heard
        assert "keep as draft" in heard
        assert "kept" in await plum.say("keep")
