"""Quoting by choosing lines, in a reply and while writing."""

from __future__ import annotations

import pytest

from screens.writing.quoting import Piece, pieces_of, quotation
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.screens.test_hostile import check
from tests.support.corpus import CORPUS
from tests.support.snapshots import assert_snapshot

LINES = [f"第 {number} 件事 matter number {number}" for number in range(1, 13)]
PARAGRAPH = "电梯的事说了很久，" * 30


async def long_thread(community: Community) -> int:
    made = await community.maker.start("plum", "life", "十二件事", "\n".join([*LINES, "", PARAGRAPH]))
    await community.maker.reply("墨竹", made.thread, "> 第 1 件事\n\n我看第三件最急。\n第七件也急。", 1)
    return made.thread


def test_rows_and_quotations() -> None:
    rows = pieces_of("one two three\n\n四五六七八", 8, 1)
    assert [row.text for row in rows] == ["one two ", "three", "四五六七", "八"]
    assert quotation(rows[:2]) == "> one two three\n\n"
    assert quotation([rows[0], rows[3]], "#3 plum:") == "> #3 plum:\n> one two\n> 八\n\n"
    parts = [Piece(0, 0, "a "), Piece(1, 0, "b "), Piece(2, 0, "c")]
    assert quotation([parts[0], parts[2]]) == "> a [...] c\n\n"
    assert quotation([]) == ""


async def test_lines_of_a_long_floor_are_chosen(community: Community, driver: Visiting) -> None:
    thread = await long_thread(community)
    person = await driver("reed", route=f"/t/{thread}#1")
    await person.press("r")
    assert "Lines of #1 by plum" in person.row(0)
    await person.press("j", "space", "j", "space", "enter")
    assert person.route == f"/t/{thread}/reply#1"
    text = person.text()
    assert "> 第 2 件事" in text
    assert "> 第 4 件事" in text
    assert "第 3 件事" not in text
    await person.type("都同意。")
    await person.press("c-x", "s")
    assert person.message.startswith("Posted #")
    posts = await community.forum.threads.posts(await community.maker.actor("plum"), thread)
    assert posts[-1].body == f"> {LINES[1]}\n> {LINES[3]}\n\n都同意。"


async def test_nothing_is_quoted_when_one_goes_back(community: Community, driver: Visiting) -> None:
    thread = await long_thread(community)
    person = await driver("reed", route=f"/t/{thread}/reply#1")
    await person.press("left")
    assert person.route == f"/t/{thread}/reply#1"
    assert ">" not in person.row(3)
    await person.type("Mine.")
    await person.press("c-x", "d", "enter")
    again = await driver("reed", route=f"/t/{thread}/reply#1")
    assert "Mine." in again.text(), "a draft is gone on with at once"


async def test_a_short_floor_is_quoted_whole(community: Community, driver: Visiting) -> None:
    thread = await long_thread(community)
    person = await driver("reed", route=f"/t/{thread}/reply#2")
    assert "> 我看第三件最急。" in person.text()
    assert "> 第 1 件事" not in person.text()


async def test_another_floor_is_quoted_while_writing(community: Community, driver: Visiting) -> None:
    thread = await long_thread(community)
    person = await driver("reed", route=f"/t/{thread}/reply#2")
    await person.type("As was said:")
    await person.press("c-x", "q", "backspace")
    await person.type("1")
    await person.press("enter")
    assert "Lines of #1 by plum" in person.row(0)
    await person.press("enter")
    shown = [row.strip() for row in person.text().split("\n")]
    at = shown.index("As was said:")
    assert shown[at + 1 : at + 3] == ["> #1 plum:", f"> {LINES[0]}"]
    await person.press("c-x", "q", "backspace")
    await person.type("99")
    await person.press("enter")
    assert "99" in person.message


async def test_a_letter_is_quoted_by_lines(community: Community, driver: Visiting) -> None:
    plum, reed = await community.maker.actor("plum"), await community.maker.actor("reed")
    letter = await community.forum.mail.send(plum, "reed", "Twelve", "\n".join(LINES))
    mine = (await community.forum.mail.talks(reed)).items[0]
    person = await driver("reed", route=f"{mine.route}/reply")
    await person.press("c-x", "q", "j", "enter")
    assert "> 第 2 件事" in person.text()
    assert letter.subject == "Twelve"


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_floors(community: Community, driver: Visiting, kind: str) -> None:
    body = "\n".join(text[:300] for text in CORPUS[kind][:12])
    made = await community.maker.start("plum", "life", f"Twelve {kind}", "x\n" * 9 + body)
    person = await driver("reed", route=f"/t/{made.thread}/reply#1")
    check(person)
    await person.press("end", "space", "enter")
    check(person)


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_how_it_looks(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    thread = await long_thread(community)
    person: VisitDriver = await driver("reed", lang=lang, size=size, route=f"/t/{thread}/reply#1")
    await person.until({"zh": "新 ", "en": " new"}[lang])
    await person.press("space", "space")
    assert_snapshot(f"quote.{lang}.{size[0]}x{size[1]}", person)
