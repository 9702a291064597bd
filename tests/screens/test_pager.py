"""Short messages on two screens at once: shown at the foot, waiting while somebody writes, answered with one key."""

from __future__ import annotations

import pytest

from bbs.forum.people.pager import WAITING_MOST
from bbs.terminal.panes import WIDE
from screens.parts.pager import STAYS
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.support.newsroom import counted
from tests.support.snapshots import assert_snapshot

LONG = (
    "七点整，东门，带上那本《砚边点滴》，我在银杏树下等到八点，晚了就去茶室找我，记得带伞，天要下雨，"
    "外衣也多穿一件，别着凉，见面再细说吧。"
)


async def aged(community: Community) -> None:
    """No account is new any more."""
    community.clock.advance(days=2)


async def nothing_waits(community: Community, person: VisitDriver) -> None:
    """What was on the screen is noted beside everything else: let that be done."""
    for _ in range(100):
        if not await community.forum.pager.waiting(person.session.visit.actor):
            return
        await person.settle()
    raise AssertionError("something waits still")


async def send(person: VisitDriver, to: str, words: str) -> None:
    await person.type(f":/u/{to}\r")
    await person.press("w", "s")
    await person.type(words)
    await person.press("enter")


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_message_appears_and_the_cursor_stays(
    community: Community, driver: Visiting, lang: str, size: tuple[int, int]
) -> None:
    plum = await driver("plum", lang=lang, size=size, route="/b/services")
    reed = await driver("reed", lang=lang)
    await plum.press("down", "down")
    await plum.until(counted(8, lang))
    if size[0] >= WIDE:
        await plum.until("七层，每天爬两趟。")  # the preview of what is selected
    cursor, bells = plum.cursor, plum.bells
    await send(reed, "plum", LONG)
    assert {"zh": "已发给 plum。", "en": "Sent to plum."}[lang] == reed.message
    await plum.until("reed: 七点整")
    assert "见面再细说吧。" in "".join(row.strip() for row in plum.terminal.rows()), "all of it"
    assert "^R" in plum.text()
    assert (plum.cursor, plum.bells, plum.route) == (cursor, bells + 1, "/b/services")
    assert_snapshot(f"page-shown.{lang}.{size[0]}x{size[1]}", plum)
    await plum.press("down")
    assert "七点整" in plum.text(), "a key pressed in the same moment does not take it away"
    plum.clock.advance(STAYS)
    await plum.press("up")
    assert "七点整" not in plum.text()


async def test_the_answer_is_one_key_away(driver: Visiting) -> None:
    plum = await driver("plum", route="/b/services")
    reed = await driver("reed", route="/news")
    await send(reed, "plum", "tea?")
    await plum.until("reed: tea?")
    await plum.press("c-r")
    assert "To reed (75 characters at most):" in plum.text()
    await plum.type("gladly")
    await plum.press("enter")
    assert plum.message == "Sent to reed."
    assert plum.route == "/b/services"
    await reed.until("plum: gladly")
    reed.clock.advance(STAYS)
    await reed.press("c-l", "down", "c-r")
    assert reed.route == "/pages"
    assert [row for row in reed.terminal.rows() if "gladly" in row]
    assert [row for row in reed.terminal.rows() if "to plum" in row and "tea?" in row]


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_who_writes_hears_a_bell_and_sees_a_count(community: Community, driver: Visiting, lang: str) -> None:
    plum = await driver("plum", lang=lang, route=f"/t/{community.numbers.lift}/reply")
    await plum.type("三号楼的朋友们")
    reed = await driver("reed", lang=lang)
    cursor, bells = plum.cursor, plum.bells
    await send(reed, "plum", "first")
    await send(reed, "plum", "second")
    await plum.until({"zh": "短消息 2", "en": "2 messages"}[lang])
    assert plum.bells == bells + 2
    assert plum.cursor == cursor
    assert "first" not in plum.text()
    await plum.type("，你好")
    assert "三号楼的朋友们，你好" in plum.text()
    await plum.press("c-x", "d", "enter")
    assert "reed: first" in plum.text()
    assert {"zh": "还有 1 条", "en": "1 more"}[lang] in plum.text()
    plum.clock.advance(STAYS)
    await plum.press("down")
    assert "reed: second" in plum.text()
    plum.clock.advance(STAYS)
    await plum.press("down")
    assert "second" not in plum.text()
    await nothing_waits(community, plum)


async def test_a_question_in_the_message_row_is_not_covered(driver: Visiting) -> None:
    plum = await driver("plum")
    reed = await driver("reed")
    await plum.press("q")
    await send(reed, "plum", "tea?")
    await plum.until("1 message")
    assert "Leave the forum?" in plum.text()
    assert "tea?" not in plum.text()
    await plum.press("n", "down")
    assert "reed: tea?" in plum.text()


async def test_what_came_while_nobody_was_here_waits(community: Community, driver: Visiting) -> None:
    reed = await driver("reed")
    plum = await driver("plum", route=f"/t/{community.numbers.lift}/reply")
    await send(reed, "plum", "tea?")
    await plum.until("1 message")
    plum.link.lose()
    await plum.over()
    again = await driver("plum", route="/b")
    assert "reed: tea?" in again.text()


async def test_two_screens_of_one_person_both_show_it(driver: Visiting) -> None:
    one = await driver("plum", route="/b")
    two = await driver("plum", route="/news")
    reed = await driver("reed")
    await send(reed, "plum", "tea?")
    shown = [one, two]
    await one.settle()
    await two.settle()
    assert any("reed: tea?" in screen.text() for screen in shown)


async def test_no_short_message_where_none_is_taken(community: Community, driver: Visiting) -> None:
    reed = await driver("reed", route="/u/plum")
    await reed.press("w")
    assert reed.route == "/mail/to/plum", "who is away gets a letter, and no question"
    await reed.press("c-x", "a")
    plum = await driver("plum")
    await reed.press("w")
    assert "short message" in reed.text()
    await reed.press("s")
    await community.forum.accounts.set_preferences(plum.session.visit.actor, {"pager": "off"})
    await reed.type("tea?")
    await reed.press("enter")
    assert "takes no short messages now" in reed.message
    await community.forum.accounts.set_preferences(plum.session.visit.actor, {"pager": "on"})
    await reed.press("w", "s")
    assert "tea?" in reed.text(), "the words are kept"
    await reed.press("enter")
    assert reed.message == "Sent to plum."


async def test_a_flood_stops_and_escapes_stay_text(community: Community, driver: Visiting) -> None:
    await aged(community)
    reed = await driver("reed")
    plum = await driver("plum", route=f"/t/{community.numbers.lift}/reply")
    actor = reed.session.visit.actor
    for number in range(WAITING_MOST):
        await community.forum.pager.send(actor, "plum", f"\x1b[2J\x1b]0;x\x07{number} " + "́" * 30)
    await plum.until(f"{WAITING_MOST} messages")
    assert b"\x1b]0;" not in bytes(plum.terminal.received)
    await plum.press("c-x", "d", "enter", "c-r")
    plum.clock.advance(STAYS)
    await plum.press("escape")
    await plum.type(":/pages\r")
    assert f"{WAITING_MOST} messages" not in plum.row(0)
    await nothing_waits(community, plum)


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_list(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    empty = await driver("stone", lang=lang, size=size, route="/pages")
    await empty.until(counted(7, lang))
    assert_snapshot(f"pages-empty.{lang}.{size[0]}x{size[1]}", empty)
    reed = await driver("reed", lang=lang, size=size)
    await driver("plum", route=f"/t/{community.numbers.lift}/reply")
    await driver("zhou")
    forum, maker = community.forum, community.maker
    await forum.pager.send(reed.session.visit.actor, "plum", LONG)
    await forum.pager.send(await maker.actor("plum"), "reed", "好，七点见。")
    await forum.pager.send(await maker.actor("zhou"), "reed", "The lift runs again.")
    await reed.type(":/pages\r")
    await reed.until(counted(7, lang))
    await reed.press("down", "down")
    assert_snapshot(f"pages.{lang}.{size[0]}x{size[1]}", reed)
    await reed.press("up", "y")
    await reed.type("到时候见")
    await reed.press("enter")
    assert "到时候见" in reed.text()
    await reed.press("c-p")
    await reed.type("周明\r谢谢\r")
    assert "谢谢" in reed.text()


async def test_a_guest_has_none(driver: Visiting) -> None:
    guest = await driver("guest")
    await guest.press("c-r")
    assert guest.route == "/"
    assert guest.message
    assert guest.stage.prompt is None
