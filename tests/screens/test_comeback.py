"""Coming back: one key yes, one key no, nothing where there is nothing; the same floor, row and caret."""

from __future__ import annotations

import pytest

from screens.arriving.spot import put_back, spot_of
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.support.newsroom import counted
from tests.support.snapshots import assert_snapshot

OFFER = "Your line dropped"


async def drop(person: VisitDriver) -> None:
    person.link.lose()
    await person.over()


async def leave(person: VisitDriver) -> None:
    await person.press("left", "left", "left", "left", "q", "y")
    await person.over()


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_caret_is_where_it_was(community: Community, driver: Visiting, lang: str) -> None:
    reply = f"/t/{community.numbers.lift}/reply"
    first = await driver("reed", lang=lang)
    await first.press("b", "enter")
    await first.type(f":/t/{community.numbers.lift}#2\r")
    await first.press("y")
    await first.type("三号楼的朋友们，\n明天修。")
    await first.press("up", "home", "right")
    caret = first.cursor
    where = first.route
    await drop(first)
    community.clock.advance(minutes=4)
    again = await driver("reed", lang=lang)
    assert again.route == "/", "home first, and the offer on it"
    await again.until(counted(6, lang))
    assert {"zh": "4 分钟前掉线时，您正在", "en": "Your line dropped 4 minutes ago while you were writing"}[
        lang
    ] in again.text()
    assert reply in again.text()
    await again.press("y")
    assert again.route == where
    assert "明天修。" in again.text()
    assert again.cursor == caret
    await again.type("！")
    await again.press("c-x", "s")
    await again.until({"zh": "已发表", "en": "Posted #"}[lang])
    assert again.route.startswith(f"/t/{community.numbers.lift}#"), "in the thread it was begun in"
    await again.press("left")
    assert again.route.startswith("/b/"), "and the way back is the one that was come"
    await leave(again)
    assert await community.forum.returning.latest(await community.maker.actor("reed")) is None


async def test_the_same_row_of_a_list(community: Community, driver: Visiting) -> None:
    first = await driver("reed", route="/b/services")
    await first.press("down", "down")
    row = next(text for text in first.terminal.rows() if text.startswith(">"))
    await drop(first)
    again = await driver("reed")
    await again.press("y")
    assert again.route == "/b/services"
    assert next(text for text in again.terminal.rows() if text.startswith(">")) == row


async def test_the_same_floor_of_a_thread(community: Community, driver: Visiting) -> None:
    first = await driver("reed", route=f"/t/{community.numbers.canteen}#1", size=(80, 12))
    await first.press("down", "down", "down")
    rows = first.terminal.rows()[1:8]
    await drop(first)
    again = await driver("reed", size=(80, 12))
    await again.press("y")
    assert again.terminal.rows()[1:8] == rows


async def test_only_its_own_key_answers(community: Community, driver: Visiting) -> None:
    first = await driver("reed", route=f"/t/{community.numbers.lift}/reply")
    await first.type("half a word")
    await drop(first)
    again = await driver("reed")
    await again.press("n")
    assert again.route == "/news", "n is news, as always"
    await again.press("left", "down", "enter", "left")
    assert "y goes on writing" in again.text(), "the offer stays"
    await again.press("r")
    assert "half a word" in again.text()
    await again.press("c-x", "d", "enter")
    await leave(again)
    third = await driver("reed")
    assert OFFER not in third.text(), "who leaves has answered"
    await third.press("y")
    assert third.route == "/"
    assert "Not on this screen" in third.message


async def test_nothing_to_press_after_a_clean_end_nor_with_a_route(community: Community, driver: Visiting) -> None:
    first = await driver("reed", route="/b/services")
    await leave(first)
    second = await driver("reed")
    assert OFFER not in second.text()
    await second.press("b")
    await drop(second)
    third = await driver("reed", route="/news")
    assert OFFER not in third.text()
    assert third.route == "/news", "who named a route has decided"
    await leave(third)
    fourth = await driver("reed")
    assert "Your line dropped just now at /b (Boards)" in fourth.text()


async def test_a_line_that_dropped_at_home_asks_nothing(driver: Visiting) -> None:
    await drop(await driver("reed"))
    again = await driver("reed")
    assert OFFER not in again.text()


async def test_a_place_that_is_gone_leaves_one_at_home_with_the_reason(community: Community, driver: Visiting) -> None:
    await drop(await driver("reed", route="/b/services/library"))
    reed = await community.maker.actor("reed")
    left = await community.forum.returning.latest(reed)
    assert left is not None
    await community.forum.returning.answered(reed)
    ticket = community.forum.returning.enter(reed, lambda: None)
    await community.forum.returning.end(ticket, type(left.spot)("/b/nowhere", {"row": [1], "below": [{"route": "/x"}]}))
    again = await driver("reed")
    await again.press("y")
    assert again.route == "/"
    assert "nowhere" in again.message


async def test_hostile_states_break_nothing(driver: Visiting) -> None:
    person = await driver("reed", route="/b/services")
    view = person.stage.view
    states: list[dict[str, object]] = [{"row": [[], {}]}, {"row": {}}, {"row": 1.5}, {"floor": "x", "caret": "y"}]
    for state in states:
        await put_back(view, person.stage, state)
    await person.settle()
    assert person.route == "/b/services"
    assert spot_of((), 80) is None


@pytest.mark.parametrize(("lang", "words"), [("zh", "按 y 回到那里。"), ("en", "y goes on there.")])
async def test_the_offer_on_a_wide_terminal(community: Community, driver: Visiting, lang: str, words: str) -> None:
    await drop(await driver("reed", lang=lang, route=f"/t/{community.numbers.canteen}"))
    again = await driver("reed", lang=lang, size=(132, 43))
    assert words in again.row(1)
    assert "y " in again.row(-1)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_how_the_offer_looks(community: Community, driver: Visiting, lang: str) -> None:
    first = await driver("reed", lang=lang, route=f"/t/{community.numbers.canteen}/reply")
    await first.type("half a word")
    await drop(first)
    again = await driver("reed", lang=lang)
    assert_snapshot(f"home-offer.{lang}.80x24", again)


async def test_a_line_that_is_found_dead_is_told_of_on_the_other(community: Community, driver: Visiting) -> None:
    first = await driver("reed", route=f"/t/{community.numbers.lift}/reply")
    await first.type("half a word")
    second = await driver("reed", route="/b")
    stranger = await driver("plum", route="/b")
    await drop(first)
    await second.until("A line of yours dropped at")
    assert f"/t/{community.numbers.lift}/reply" in second.message
    assert second.route == "/b"
    await second.press("left")
    assert OFFER in second.text(), "home brings one there"
    assert "A line of yours" not in stranger.text()
    await second.type(f":/t/{community.numbers.lift}/reply\r")
    assert "half a word" in second.text()


async def test_a_caret_that_moved_after_the_draft_was_saved(
    community: Community, driver: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.writing.drafting.SAVE_AFTER", 0.01)
    first = await driver("reed", route=f"/t/{community.numbers.lift}/reply")
    await first.type("half a word")
    await first.until("draft 11:30:00")
    await first.press("home", "right", "right")
    caret = first.cursor
    await drop(first)
    again = await driver("reed")
    await again.press("y")
    assert again.cursor == caret


async def test_a_named_draft_is_gone_on_with_by_itself(community: Community, driver: Visiting) -> None:
    first = await driver("reed", route=f"/t/{community.numbers.lift}/reply")
    await first.type("about the lift")
    await first.press("c-x", "d")
    await first.type("lift\r")
    await first.type(f":/t/{community.numbers.lift}/reply\r")
    await first.type("something else")
    await first.press("c-x", "d", "enter")
    await first.type(":/me/drafts\r")
    while not any(row.startswith(">") and "lift" in row for row in first.terminal.rows()):
        await first.press("down")
    await first.press("enter")
    await first.type(" on Monday")
    await drop(first)
    again = await driver("reed")
    await again.press("y")
    assert "about the lift on Monday" in again.text()
    await again.press("c-x", "a", "y")
    assert [one.body for one in await community.forum.drafts.list(again.session.visit.actor)] == ["something else"]


async def test_a_line_that_is_found_dead_before_the_first_view_of_the_other(
    community: Community, driver: Visiting
) -> None:
    first = await driver("reed", route=f"/t/{community.numbers.lift}/reply")
    await first.type("half a word")
    await drop(first)
    actor = await community.maker.actor("reed")
    coming = VisitDriver(community.forum, actor)
    await coming.session._back._tell()
    assert coming.session.visit.left is not None
    async with coming:
        assert OFFER in coming.text()
    await coming.session._back._tell()
