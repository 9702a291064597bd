"""What happens to somebody's text when the place, the rules or the account change while they write."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from bbs.forum.actor import LOCAL
from bbs.forum.posts.posts import BODY_LIMIT, TITLE_LIMIT
from bbs.store.tables import thread as thread_table
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.screens.test_hostile import check

WORDS = "What I wanted to say"


async def kept_under_a_name(community: Community, person: VisitDriver, words: str = WORDS) -> None:
    """Nothing was posted; the text is still on the screen, and can be kept under a name."""
    assert not person.message.startswith("Posted")
    assert words in person.text()
    await person.press("c-x", "d")
    await person.type("for later")
    await person.press("enter")
    (draft,) = await community.forum.drafts.list(await community.maker.actor("reed"))
    assert (draft.name, words in draft.body) == ("for later", True)


async def hide_thread(community: Community, number: int) -> None:
    await community.forum.db.write(
        lambda tx: (
            tx.connection.execute(
                update(thread_table).where(thread_table.c.id == number).values(hidden_at=community.clock.now())
            ).rowcount
        )
    )


async def test_a_thread_locked_while_it_is_answered(community: Community, driver: Visiting) -> None:
    number = community.numbers.lift
    person = await driver("reed", route=f"/t/{number}/reply")
    await person.type(WORDS)
    await community.forum.threads.lock(await community.maker.actor("keeper"), number, True)
    await person.until("locked")  # at once, before anything is sent
    await person.press("c-x", "s")
    assert "locked" in person.message
    await kept_under_a_name(community, person)


async def test_a_thread_hidden_while_it_is_answered(community: Community, driver: Visiting) -> None:
    number = community.numbers.lift
    person = await driver("reed", route=f"/t/{number}/reply")
    await person.type(WORDS)
    await hide_thread(community, number)
    await person.press("c-x", "s")
    assert f"There is no thread {number}" in person.message
    await kept_under_a_name(community, person)


async def test_a_floor_hidden_while_it_is_answered_and_read(community: Community, driver: Visiting) -> None:
    number = community.numbers.lift
    keeper = await community.maker.actor("keeper")
    first, second = await community.forum.threads.posts(keeper, number)
    reader = await driver("stone", route=f"/t/{number}")
    person = await driver("reed", route=f"/t/{number}/reply#2")
    await person.type(WORDS)
    await community.forum.moderation.hide(keeper, second.id, "names a colleague")
    await reader.until("names a colleague")
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")  # the thread is open: the answer has its place
    assert first.floor == 1


async def test_a_thread_moved_while_it_is_read_and_answered(community: Community, driver: Visiting) -> None:
    number = community.numbers.shuttle
    keeper = await community.maker.actor("keeper")
    reader = await driver("stone", route=f"/t/{number}")
    person = await driver("reed", route=f"/t/{number}/reply")
    assert "Daily Life" in person.row(2)
    await person.type(WORDS)
    youth = await community.forum.boards.get(keeper, "youth")
    await community.forum.moving.move(keeper, number, youth, "belongs to the young")
    await reader.until("moved to Youth Corner")
    assert "Youth Corner" in reader.row(-3)
    await person.until("moved to Youth Corner")
    assert "Youth Corner" in person.row(2), "the head says who reads it now"
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")
    await reader.press("Q")
    assert "keeper: /b/life to /b/youth" in reader.text()


async def test_a_thread_moved_in_the_moment_of_sending(
    community: Community, driver: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = community.numbers.shuttle
    keeper = await community.maker.actor("keeper")
    monkeypatch.setattr("screens.writing.compose.Reply._heard", lambda self, event: None)  # the news is late
    person = await driver("reed", route=f"/t/{number}/reply")
    await person.type(WORDS)
    youth = await community.forum.boards.get(keeper, "youth")
    await community.forum.moving.move(keeper, number, youth, "belongs to the young")
    await person.press("c-x", "s")
    assert "was moved to /b/youth" in person.message
    assert "Youth Corner" in person.row(2)
    assert WORDS in person.text()
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")


@pytest.mark.parametrize("what", ["a thread", "a reply"])
async def test_a_board_archived_while_a_draft_is_open(
    community: Community, driver: Visiting, what: str, tmp_path: Path
) -> None:
    route = "/b/life/post" if what == "a thread" else f"/t/{community.numbers.shuttle}/reply"
    person = await driver("reed", route=route)
    if what == "a thread":
        await person.type("A title")
        await person.press("enter")
    await person.type(WORDS)
    await community.maker.archive("life", tmp_path)
    await person.until("archived")
    await person.press("c-x", "s")
    assert "archived" in person.message
    await kept_under_a_name(community, person)


async def test_an_account_suspended_in_the_middle_of_a_line(community: Community, driver: Visiting) -> None:
    number = community.numbers.lift
    person = await driver("reed", route=f"/t/{number}/reply")
    await person.type(WORDS)
    await community.forum.accounts.suspend(LOCAL, "reed")
    await person.over()
    assert "This account is closed" in "\n".join(person.terminal.rows())
    await community.forum.accounts.restore(LOCAL, "reed")
    again = await driver("reed")
    await again.press("y")  # go on where that ended
    assert again.route == f"/t/{number}/reply"
    assert WORDS in again.text()


async def test_too_long_titles_and_texts(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/life/post")
    await person.paste("长" * (TITLE_LIMIT * 3))
    assert f"{TITLE_LIMIT}" in person.message, "the paste is cut and that is said"
    await person.press("enter")
    await person.paste("x\n" * BODY_LIMIT)
    assert f"{BODY_LIMIT}" in person.message
    await person.type("more")
    assert f"{BODY_LIMIT}/{BODY_LIMIT}" in person.text()
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")
    check(person)


async def test_ten_thousand_marks_and_pasted_escapes(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/b/life/post")
    await person.paste("Z" + "\u0301" * 10_000 + "\x1b]0;owned\x07\x1b[2J title")
    await person.press("enter")
    await person.paste("e" + "\u0489" * 10_000 + "\n\x1b[31mred\x1b[0m\x9b2J\u202eevil")
    check(person)
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")
    check(person)
    plum = await community.maker.actor("plum")
    life = await community.forum.boards.get(plum, "life")
    found = (await community.forum.threads.list(plum, life)).items[0]
    assert len(found.title) < 30
    post = (await community.forum.threads.posts(plum, found.id))[0]
    assert not {"\x1b", "\x9b", "\u202e"} & set(post.body + found.title)
    assert "red" in post.body


async def test_the_waiting_time_is_told_and_the_text_stays(community: Community, driver: Visiting) -> None:
    await community.forum.threads.reply(await community.maker.actor("reed"), community.numbers.lift, "Just now.")
    person = await driver("reed", route=f"/t/{community.numbers.lift}/reply")
    await person.type(WORDS)
    await person.press("c-x", "s")
    assert "wait 5 s" in person.message
    assert WORDS in person.text()
    community.clock.advance(5)
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")
