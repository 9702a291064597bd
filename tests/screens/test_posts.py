"""Pushing, changing, withdrawing, hiding and retitling as people do it, and the pages behind a post."""

from __future__ import annotations

import pytest

from bbs.errors import BbsError
from bbs.forum.posts.posts import PUSHES_SHOWN, Stance
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.screens.test_hostile import check
from tests.support.corpus import CORPUS
from tests.support.snapshots import assert_snapshot

LANGUAGES = ("zh", "en")
SIZES = ((80, 24), (132, 43))
LOOKS = [(lang, size) for lang in LANGUAGES for size in SIZES]


async def push(community: Community, name: str, post: int, stance: Stance, words: str = "") -> None:
    community.clock.advance(minutes=1)
    await community.forum.pushes.push(await community.maker.actor(name), post, stance, words)


async def first_post(community: Community, thread: int) -> int:
    return (await community.forum.threads.posts(await community.maker.actor("keeper"), thread, limit=1))[0].id


async def answer(person: VisitDriver, text: str) -> None:
    """Put `text` in place of what the prompt suggests."""
    await person.press("c-e", *["backspace"] * 60)
    await person.type(text)
    await person.press("enter")


@pytest.mark.parametrize(("lang", "said"), [("zh", "已记在"), ("en", "Said under #1")])
async def test_pushing_shows_at_once(community: Community, driver: Visiting, lang: str, said: str) -> None:
    thread = community.numbers.canteen
    person = await driver("reed", lang=lang, route=f"/t/{thread}")
    await person.press("X")
    assert "reed" in person.row(-2)
    await person.press("a")
    await person.type("夜班也是")
    await person.press("enter")
    assert said in person.text()
    assert "1 +" in person.row(1)
    assert "+ reed  夜班也是" in person.text()
    community.clock.advance(minutes=1)
    await person.press("%", "d")
    await answer(person, "")
    assert "1 -" in person.row(1)
    assert "夜班也是" not in person.text()


async def test_a_push_is_taken_back_or_left_alone(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.canteen}")
    await person.press("X", "a", "enter")
    assert "1 +" in person.row(1)
    community.clock.advance(minutes=1)
    await person.press("X")
    assert "reed agreed:" in person.text()
    await person.press("r")
    assert "Taken back." in person.text()
    assert "1 +" not in person.row(1)
    await person.press("X", "d", "escape")
    assert "1 -" not in person.row(1)
    await person.press("X", "escape")
    assert person.route == f"/t/{community.numbers.canteen}#1"


async def test_others_see_a_push_while_they_read(community: Community, driver: Visiting) -> None:
    thread = community.numbers.canteen
    person = await driver("reed", route=f"/t/{thread}")
    await push(community, "stone", await first_post(community, thread), Stance.NOTE, "same in building 3")
    await person.until(": stone  same in building 3")


async def test_ones_own_post_takes_notes_only(community: Community, driver: Visiting) -> None:
    person = await driver("plum", route=f"/t/{community.numbers.canteen}#1")
    await person.press("X")
    assert "agree" not in person.row(-2)
    await person.press("n")
    await person.type("thanks all")
    await person.press("enter")
    assert ": plum  thanks all" in person.text()


async def test_the_votes_stand_in_the_list(community: Community, driver: Visiting) -> None:
    thread = community.numbers.canteen
    for name in ("reed", "stone", "墨竹"):
        await push(community, name, await first_post(community, thread), Stance.AGREE)
    person = await driver("reed", route="/b/services")
    row = next(row for row in person.terminal.rows() if "食堂早餐" in row)
    assert row.split().count("3") == 1
    row = next(row for row in person.terminal.rows() if "电梯" in row)
    assert " - " in row


async def test_more_than_a_few_are_on_their_own_page(community: Community, driver: Visiting) -> None:
    thread = community.numbers.welcome
    first = await first_post(community, thread)
    for name in ("reed", "plum", "墨竹", "stone", "keeper"):
        await push(community, name, first, Stance.AGREE, f"said by {name}")
    person = await driver("reed", route=f"/t/{thread}")
    assert "said by keeper" in person.text()
    assert "more: X" not in person.text()
    assert len([row for row in person.terminal.rows() if "said by" in row]) == PUSHES_SHOWN
    await person.press("X", "l")
    assert person.route == f"/t/{thread}/pushes#1"
    assert "5 agree, 0 disagree" in person.text()
    await person.press("enter")
    assert "keeper, agree" in person.text()
    await person.press("q")
    assert person.route == f"/t/{thread}#1"


async def test_guests_read_pushes_and_cannot_add_any(community: Community, driver: Visiting) -> None:
    await push(community, "reed", await first_post(community, community.numbers.welcome), Stance.NOTE, "good soup")
    person = await driver("guest", route=f"/t/{community.numbers.welcome}")
    await person.press("X")
    assert person.route == f"/t/{community.numbers.welcome}/pushes#1"
    assert "good soup" in person.text()
    await person.press("X")
    assert "log in as new" in person.text()
    await person.press("q")
    for key in ("E", "T", "d"):
        await person.press("j", key)
        assert "log in as new" in person.text()


async def test_editing_keeps_what_it_said(community: Community, driver: Visiting) -> None:
    thread = community.numbers.shuttle
    person = await driver("reed", route=f"/t/{thread}")
    await person.press("E")
    assert person.route == f"/t/{thread}/edit#1"
    assert "Does anybody know" in person.text()
    await person.type(" And where?")
    await person.press("c-x", "s")
    assert person.route == f"/t/{thread}#1"
    assert "And where?" in person.text()
    assert "edited" in person.row(1)
    reader = await driver("plum", route=f"/t/{thread}")
    await reader.press("Q")
    assert "2 versions" in reader.text()
    await reader.press("enter")
    assert reader.route == f"/t/{thread}/history#1"
    await reader.press("enter")
    assert reader.route == f"/t/{thread}/history/2#1"
    assert "- Does anybody know when the trial ends?" in reader.text()
    assert "+ Does anybody know when the trial ends? And where?" in reader.text()
    await reader.press("q", "j", "enter")
    assert "As first written:" in reader.text()


async def test_only_ones_own_is_edited(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.canteen}")
    await person.press("E")
    assert "Only who wrote a post" in person.text()
    await person.press("T")
    assert "Only the opener or a moderator" in person.text()
    await person.press("d")
    assert "Only who wrote it or a moderator" in person.text()
    await person.press(":")
    await person.type(f"/t/{community.numbers.canteen}/edit#1")
    await person.press("enter")
    assert person.route == f"/t/{community.numbers.canteen}#1"


async def test_an_officers_post_is_not_edited_late(community: Community, driver: Visiting) -> None:
    person = await driver("zhou", route=f"/t/{community.numbers.canteen}#3")
    await person.press("E")
    assert person.route == f"/t/{community.numbers.canteen}#3"
    assert "10 minutes" in person.text()


async def test_retitling_from_the_list_and_the_thread(community: Community, driver: Visiting) -> None:
    thread = community.numbers.shuttle
    person = await driver("reed", route="/b/life")
    await person.press("T")
    await answer(person, "Shuttle from line 6, again")
    assert "Shuttle from line 6, again" in person.text()
    community.clock.advance(minutes=1)
    await person.press("enter", "T")
    await answer(person, "Shuttle: settled")
    assert "Shuttle: settled" in person.row(0)
    moderator = await driver("keeper", route=f"/t/{thread}/details#1")
    assert "reed: Shuttle from line 6, again" in moderator.text()
    assert "again" not in (await driver("plum", route=f"/t/{thread}/details#1")).text()


async def test_withdrawing_and_putting_back(community: Community, driver: Visiting) -> None:
    thread = community.numbers.shuttle
    person = await driver("reed", route=f"/t/{thread}")
    await person.press("d", "w", "n")
    assert "Does anybody know" in person.text()
    await person.press("d", "w", "y")
    assert "(withdrawn by its author; the number stays)" in person.text()
    assert "Does anybody know" not in person.text()
    assert "Does anybody know" in (await driver("keeper", route=f"/t/{thread}")).text()
    await person.press("d", "b")
    assert "Does anybody know" in person.text()
    await person.press("d", "w", "y")
    community.clock.advance(minutes=11)
    await person.press("d", "b")
    assert "more than 10 minutes ago" in person.text()


async def test_a_moderator_hides_shows_and_locks(community: Community, driver: Visiting) -> None:
    thread = community.numbers.lift
    person = await driver("keeper", route=f"/t/{thread}")
    await person.press("d", "h")
    await person.type("names a colleague")
    await person.press("enter")
    assert "Reason: names a colleague" in person.text()
    reader = await driver("reed", route=f"/t/{thread}#1")
    assert "Reason: names a colleague" in reader.text()
    assert "每天爬两趟。\n什么" not in reader.text()
    await person.press("d", "s")
    assert "names a colleague" not in person.text()
    await person.press("d", "l")
    assert "locked" in person.row(-3)
    await reader.press("X")
    assert "agree" not in reader.row(-2)
    await person.press("d", "l")
    assert "[locked]" not in person.row(-3)
    kinds = [entry.kind for entry in await community.forum.register.entries(await community.maker.actor("reed"))]
    assert kinds[-4:] == ["post.hide", "post.restore", "thread.lock", "thread.unlock"]


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_moderator_splits_merges_and_brings_back(community: Community, driver: Visiting, lang: str) -> None:
    thread, other = community.numbers.canteen, community.numbers.lift
    person = await driver("keeper", lang=lang, route=f"/t/{thread}#2")
    await person.press("d")
    assert all(
        word in person.text() for word in {"zh": ("拆出楼层", "并入别的主题"), "en": ("split off", "merge")}[lang]
    )
    await person.press("x", "enter")
    await person.type("Noodles")
    await person.press("enter")
    await answer(person, "another matter")
    made = (await community.forum.threads.posts(await community.maker.actor("reed"), thread, floor=2))[0].moved_to
    assert made.endswith("#1")
    assert made.removesuffix("#1") in person.message
    moved = {"zh": f"（已移到 {made}，楼层号保留）", "en": f"(moved to {made}; the number stays)"}[lang]
    assert moved in person.text()
    guest = await driver("reed", lang=lang, route=made)
    assert {"zh": f"原在 /t/{thread}#2", "en": f"from /t/{thread}#2"}[lang] in guest.text()
    await person.press("d", "j")
    await answer(person, "no, the same matter")
    assert moved not in person.text()
    await person.press("d", "g")
    await answer(person, "x")
    assert {"zh": "这不是主题号", "en": "That is no number of a thread"}[lang] in person.message
    await person.press("d", "g")
    await answer(person, str(other))
    await person.press("y")
    await answer(person, "the same matter")
    assert f"/t/{other}" in person.message
    assert {"zh": "[锁定]", "en": "[locked]"}[lang] in person.row(-3)


async def test_the_opener_marks_what_helped(community: Community, driver: Visiting) -> None:
    thread = community.numbers.lift
    person = await driver("墨竹", route=f"/t/{thread}#2")
    await person.press("X", "h")
    assert "#2 is marked" in person.text()
    assert "[helped]" in person.text()
    reader = await driver("reed", route="/b/services")
    assert "[helped: #2]" in reader.text()
    await person.press("X", "h")
    assert "[helped]" not in person.text()


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_words_titles_and_reasons(community: Community, driver: Visiting, kind: str) -> None:
    thread = community.numbers.shuttle
    first = await first_post(community, thread)
    keeper, reed, plum = [await community.maker.actor(name) for name in ("keeper", "reed", "plum")]
    person = await driver("stone", route=f"/t/{thread}")
    for text in CORPUS[kind]:
        community.clock.advance(minutes=6)
        for work in (
            community.forum.pushes.push(plum, first, Stance.NOTE, text),
            community.forum.own.retitle(reed, thread, text),
            community.forum.threads.edit(reed, first, text[:20_000]),
            community.forum.moderation.hide(keeper, first, text),
        ):
            try:
                await work
            except (BbsError, UnicodeError):
                continue
            await person.settle()
            check(person)
        await community.forum.moderation.restore(keeper, first)
    for route in (f"/t/{thread}/pushes#1", f"/t/{thread}/history#1", f"/t/{thread}/history/2#1"):
        await person.press(":")
        await person.type(route)
        await person.press("enter")
        check(person)


# How it looks


async def settled(person: VisitDriver, lang: str) -> VisitDriver:
    await person.until({"zh": "新 ", "en": " new"}[lang])
    return person


async def said(community: Community) -> int:
    thread = community.numbers.canteen
    first = await first_post(community, thread)
    await push(community, "reed", first, Stance.AGREE, "夜班也是")
    await push(community, "stone", first, Stance.DISAGREE, "The cooks start early enough as it is.")
    await push(community, "墨竹", first, Stance.AGREE)
    await push(community, "plum", first, Stance.NOTE, "见 #3")
    return thread


@pytest.mark.parametrize(("lang", "size"), LOOKS)
async def test_a_thread_with_pushes(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    thread = await said(community)
    await community.forum.own.helpful(await community.maker.actor("plum"), thread, 3)
    person = await driver("reed", lang=lang, size=size, route=f"/t/{thread}#1")
    await person.until({"zh": "新 6", "en": "6 new"}[lang])  # this one is being read
    assert_snapshot(f"pushed.{lang}.{size[0]}x{size[1]}", person)


@pytest.mark.parametrize(("lang", "size"), LOOKS)
async def test_all_pushes(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    thread = await said(community)
    person = await settled(await driver("reed", lang=lang, size=size, route=f"/t/{thread}/pushes#1"), lang)
    assert_snapshot(f"pushes.{lang}.{size[0]}x{size[1]}", person)


@pytest.mark.parametrize(("lang", "size"), LOOKS)
async def test_history_and_changes(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    thread = community.numbers.lift
    first = await first_post(community, thread)
    await community.forum.threads.edit(await community.maker.actor("墨竹"), first, "七层，每天爬三趟。\n什么时候能好？")
    person = await settled(await driver("reed", lang=lang, size=size, route=f"/t/{thread}/history#1"), lang)
    assert_snapshot(f"history.{lang}.{size[0]}x{size[1]}", person)
    await person.press("enter")
    assert_snapshot(f"revision.{lang}.{size[0]}x{size[1]}", person)


@pytest.mark.parametrize(("lang", "size"), LOOKS)
async def test_editing(community: Community, driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    person = await settled(
        await driver("reed", lang=lang, size=size, route=f"/t/{community.numbers.shuttle}/edit#1"), lang
    )
    assert_snapshot(f"edit.{lang}.{size[0]}x{size[1]}", person)
