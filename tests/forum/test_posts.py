"""Push comments, withdrawing, retitling, hiding, history, and the answer that helped."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound, TryLater
from bbs.forum.actor import LOCAL, AccountKind, Actor
from bbs.forum.forum import Forum
from bbs.forum.posts.history import DIFF_LINES, changed_lines
from bbs.forum.posts.posts import PUSHES_SHOWN, Post, ReadState, Stance
from bbs.store.database import Event
from bbs.text.when import ManualClock
from bbs.text.width import width
from tests.forum.conftest import People
from tests.support.corpus import ALL_TEXT


async def start(forum: Forum, clock: ManualClock, actor: Actor, title: str = "Soup", body: str = "Is it hot?") -> Post:
    clock.advance(31)
    return await forum.threads.start(actor, await forum.boards.get(actor, "life"), title, body)


async def reply(forum: Forum, clock: ManualClock, actor: Actor, thread: int, body: str = "It is.") -> Post:
    clock.advance(31)
    return await forum.threads.reply(actor, thread, body)


async def votes(forum: Forum, people: People, thread: int) -> int:
    return (await forum.threads.get(people.guest, thread))[1].votes


# Push comments


async def test_pushes_are_counted_changed_and_taken_back(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed)
    heard: list[Event] = []
    forum.listen(("push.new", "push.gone"), heard.append)
    await forum.pushes.push(people.plum, first.id, Stance.AGREE, "三号楼也是")
    await forum.pushes.push(people.keeper, first.id, Stance.DISAGREE)
    found = await forum.threads.post(people.guest, first.id)
    assert (found.agrees, found.disagrees) == (1, 1)
    assert [(one.author, one.stance, one.words) for one in found.pushes] == [("plum", Stance.AGREE, "三号楼也是")]
    assert await votes(forum, people, first.thread) == 0
    clock.advance(5)
    await forum.pushes.push(people.keeper, first.id, Stance.AGREE)
    assert await votes(forum, people, first.thread) == 2
    clock.advance(5)
    changed = await forum.pushes.push(people.plum, first.id, Stance.NOTE, "see #2")
    assert changed.changed_at is not None
    assert await votes(forum, people, first.thread) == 1
    assert await forum.pushes.remove(people.keeper, first.id)
    assert not await forum.pushes.remove(people.keeper, first.id)
    found = await forum.threads.post(people.guest, first.id)
    assert (found.agrees, found.disagrees, await votes(forum, people, first.thread)) == (0, 0, 0)
    assert [one.words for one in found.pushes] == ["see #2"]
    assert await forum.pushes.mine(people.plum, first.id) == found.pushes[0]
    assert await forum.pushes.mine(people.guest, first.id) is None
    assert [(one.kind, one.payload["author"], one.payload["floor"]) for one in heard][-1] == ("push.gone", "keeper", 1)


async def test_only_the_first_floor_votes_for_the_thread(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed)
    answer = await reply(forum, clock, people.plum, first.thread)
    await forum.pushes.push(people.reed, answer.id, Stance.AGREE)
    assert await votes(forum, people, first.thread) == 0
    floors = await forum.threads.posts(people.reed, first.thread)
    assert [one.agrees for one in floors] == [0, 1]


async def test_many_at_once_are_all_counted(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed)
    stances = {people.plum: Stance.AGREE, people.keeper: Stance.AGREE, people.sysop: Stance.DISAGREE}
    await asyncio.gather(*(forum.pushes.push(actor, first.id, stance) for actor, stance in stances.items()))
    found = await forum.threads.post(people.reed, first.id)
    assert (found.agrees, found.disagrees, await votes(forum, people, first.thread)) == (2, 1, 1)


async def test_the_same_person_twice_at_once_counts_once(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed)
    work = [forum.pushes.push(people.plum, first.id, Stance.AGREE) for _ in range(4)]
    await asyncio.gather(*work, return_exceptions=True)
    assert (await forum.threads.post(people.reed, first.id)).agrees == 1


@pytest.mark.parametrize(
    ("stance", "words", "code"),
    [
        (Stance.NOTE, " \u200b ", "push.empty"),
        (Stance.AGREE, "长" * 31, "push.long"),
        (Stance.AGREE, "x" * 61, "push.long"),
        (Stance.AGREE, "x" * 1_000_000, "push.long"),
        (Stance.NOTE, "[OFFICIAL] done", "push.imitates"),
    ],
)
async def test_words_are_checked(
    forum: Forum, people: People, clock: ManualClock, stance: Stance, words: str, code: str
) -> None:
    first = await start(forum, clock, people.reed)
    with pytest.raises(Invalid) as caught:
        await forum.pushes.push(people.plum, first.id, stance, words)
    assert caught.value.code == code
    assert (await forum.threads.post(people.reed, first.id)).agrees == 0


async def test_who_may_push_what(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed)
    for actor in (people.guest, people.lin, LOCAL):
        with pytest.raises(Forbidden):
            await forum.pushes.push(actor, first.id, Stance.AGREE)
    with pytest.raises(Conflict) as own:
        await forum.pushes.push(people.reed, first.id, Stance.AGREE)
    assert own.value.code == "push.own"
    await forum.pushes.push(people.reed, first.id, Stance.NOTE, "solved")
    with pytest.raises(TryLater):
        await forum.pushes.push(people.reed, first.id, Stance.NOTE, "again")
    with pytest.raises(NotFound):
        await forum.pushes.push(people.plum, 9_999, Stance.AGREE)
    await forum.threads.lock(people.keeper, first.thread, True)
    with pytest.raises(Conflict) as locked:
        await forum.pushes.push(people.plum, first.id, Stance.AGREE)
    assert locked.value.code == "thread.locked"


async def test_words_change_a_thread_that_was_read_and_a_number_does_not(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    first = await start(forum, clock, people.reed)
    await forum.reading.read(people.plum, first.thread, 1)
    await forum.reading.flush()

    async def state(actor: Actor) -> ReadState:
        return (await forum.threads.get(actor, first.thread))[1].state

    await forum.pushes.push(people.keeper, first.id, Stance.AGREE)
    assert await state(people.reed) is ReadState.READ
    clock.advance(5)
    await forum.pushes.push(people.plum, first.id, Stance.NOTE, "see the notice")
    assert (await state(people.reed), await state(people.plum)) == (ReadState.CHANGED, ReadState.READ)


async def test_the_first_few_stand_under_the_floor_and_all_in_pages(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    first = await start(forum, clock, people.reed)
    names = [f"reader{number}" for number in range(PUSHES_SHOWN + 3)]
    for name in names:
        await forum.accounts.create(LOCAL, name, AccountKind.MEMBER)
        clock.advance(5)
        await forum.pushes.push(await forum.accounts.as_actor(LOCAL, name), first.id, Stance.NOTE, f"by {name}")
    found = await forum.threads.post(people.reed, first.id)
    assert [one.author for one in found.pushes] == names[: PUSHES_SHOWN + 1]
    page = await forum.pushes.list(people.guest, first.id, limit=5)
    rest = await forum.pushes.list(people.guest, first.id, after=page.after, limit=5)
    assert [one.author for one in (*page.items, *rest.items)] == names[::-1]
    assert rest.after is None


async def test_hostile_words_are_clean_or_refused(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed)
    said = 0
    for text in ALL_TEXT:
        clock.advance(5)
        try:
            made = await forum.pushes.push(people.plum, first.id, Stance.NOTE, text)
        except (BbsError, UnicodeError):
            continue
        said += 1
        assert "\n" not in made.words
        assert "\x1b" not in made.words
        assert width(made.words, 2) <= 60
    assert said > 3


# One's own posts


async def test_withdrawing_keeps_the_floor_and_can_be_undone_for_a_while(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    first = await start(forum, clock, people.reed)
    answer = await reply(forum, clock, people.plum, first.thread)
    await forum.own.helpful(people.reed, first.thread, 2)
    with pytest.raises(Forbidden):
        await forum.own.withdraw(people.reed, answer.id)
    await forum.own.withdraw(people.plum, answer.id)
    for actor, body in ((people.reed, ""), (people.plum, ""), (people.guest, ""), (people.keeper, "It is.")):
        found = (await forum.threads.posts(actor, first.thread))[1]
        assert (found.floor, found.withdrawn, found.hidden, found.body) == (2, True, False, body)
    assert (await forum.threads.get(people.reed, first.thread))[1].helpful_floor is None
    for refused in (forum.threads.edit(people.plum, answer.id, "x"), forum.own.withdraw(people.plum, answer.id)):
        with pytest.raises(Conflict) as caught:
            await refused
        assert caught.value.code == "post.is_withdrawn"
    with pytest.raises(Conflict):
        await forum.pushes.push(people.reed, answer.id, Stance.AGREE)
    with pytest.raises(Forbidden):
        await forum.own.put_back(people.keeper, answer.id)
    clock.advance(9 * 60)
    assert (await forum.own.put_back(people.plum, answer.id)).body == "It is."
    assert (await forum.threads.post(people.guest, answer.id)).body == "It is."
    with pytest.raises(Conflict) as again:
        await forum.own.put_back(people.plum, answer.id)
    assert again.value.code == "post.not_withdrawn"
    await forum.own.withdraw(people.plum, answer.id)
    clock.advance(11 * 60)
    with pytest.raises(Conflict) as late:
        await forum.own.put_back(people.plum, answer.id)
    assert late.value.code == "post.withdrawn_long"


async def test_an_official_post_is_withdrawn_soon_or_never_and_recorded(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    first = await start(forum, clock, people.lin)
    second = await start(forum, clock, people.lin, "Second", "Another text.")
    await forum.own.withdraw(people.lin, first.id)
    kinds = [one.kind for one in await forum.register.entries(people.reed)]
    assert kinds[-1] == "post.withdraw"
    assert (await forum.register.verify(LOCAL)).ok
    clock.advance(11 * 60)
    with pytest.raises(Conflict) as late:
        await forum.own.withdraw(people.lin, second.id)
    assert late.value.code == "post.official_old"


async def test_the_stream_leaves_out_what_was_withdrawn(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.lin)
    await forum.own.withdraw(people.lin, first.id)
    assert (await forum.threads.stream(people.reed)).items == ()


async def test_retitling_keeps_the_old_title_for_moderators(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed, "Soap")
    with pytest.raises(Forbidden):
        await forum.own.retitle(people.plum, first.thread, "Mine")
    assert await forum.own.retitle(people.reed, first.thread, " Soup \x1b[31m") == "Soup"
    clock.advance(6)
    await forum.own.retitle(people.keeper, first.thread, "Soup, hot")
    assert (await forum.threads.get(people.plum, first.thread))[1].title == "Soup, hot"
    assert [(one.by, one.old, one.new) for one in await forum.history.titles(people.keeper, first.thread)] == [
        ("keeper", "Soup", "Soup, hot"),
        ("reed", "Soap", "Soup"),
    ]
    assert await forum.history.titles(people.reed, first.thread) == []
    assert "thread.retitle" not in {one.kind for one in await forum.register.entries(people.reed)}
    assert "thread.retitle" in {one.kind for one in await forum.register.entries(people.keeper)}
    clock.advance(6)
    with pytest.raises(Invalid):
        await forum.own.retitle(people.reed, first.thread, "【官方】通知")
    await forum.threads.lock(people.keeper, first.thread, True)
    with pytest.raises(Conflict):
        await forum.own.retitle(people.reed, first.thread, "Other")


async def test_nobody_retitles_for_an_officer(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.lin, "Opening hours")
    with pytest.raises(Conflict) as caught:
        await forum.own.retitle(people.keeper, first.thread, "Closing hours")
    assert caught.value.code == "thread.official_title"
    await forum.own.retitle(people.lin, first.thread, "New opening hours")
    entry = [one for one in await forum.register.entries(people.reed) if one.kind == "post.official-edit"][-1]
    assert entry.record["title"] == "New opening hours"
    assert (await forum.register.verify(LOCAL)).ok


async def test_the_opener_says_which_answer_helped(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed)
    await reply(forum, clock, people.plum, first.thread)
    with pytest.raises(Forbidden):
        await forum.own.helpful(people.plum, first.thread, 2)
    for floor in (1, 3, 0, -1, 2**40):
        with pytest.raises(Invalid):
            await forum.own.helpful(people.reed, first.thread, floor)
    await forum.own.helpful(people.reed, first.thread, 2)
    assert (await forum.threads.get(people.guest, first.thread))[1].helpful_floor == 2
    assert [one.helpful for one in await forum.threads.posts(people.guest, first.thread)] == [False, True]
    await forum.own.helpful(people.reed, first.thread, None)
    assert (await forum.threads.get(people.guest, first.thread))[1].helpful_floor is None


# Moderators


async def test_hiding_says_why_and_is_recorded(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed)
    with pytest.raises(Forbidden):
        await forum.moderation.hide(people.plum, first.id, "no")
    for reason, code in (("", "hide.no_reason"), ("x" * 201, "hide.long"), ("x" * 100_000, "hide.long")):
        with pytest.raises(Invalid) as caught:
            await forum.moderation.hide(people.keeper, first.id, reason)
        assert caught.value.code == code
    await forum.moderation.hide(people.keeper, first.id, "names a colleague")
    found = await forum.threads.post(people.reed, first.id)
    assert (found.hidden, found.hidden_reason, found.body) == (True, "names a colleague", "")
    assert (await forum.threads.post(people.keeper, first.id)).body == "Is it hot?"
    with pytest.raises(Conflict):
        await forum.threads.edit(people.reed, first.id, "x")
    await forum.moderation.restore(people.keeper, first.id)
    await forum.moderation.restore(people.keeper, first.id)
    assert (await forum.threads.post(people.reed, first.id)).body == "Is it hot?"
    entries = [one for one in await forum.register.entries(people.reed) if one.kind.startswith("post.")]
    assert [(one.kind, one.actor, one.subject) for one in entries] == [
        ("post.hide", "keeper", first.route),
        ("post.restore", "keeper", first.route),
    ]
    assert entries[0].record["reason"] == "names a colleague"
    assert "reed" not in str(entries[0].record)


# History


async def test_every_reader_may_see_what_a_post_said_before(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await start(forum, clock, people.reed, body="one\ntwo\nthree")
    clock.advance(timedelta(minutes=1).total_seconds())
    await forum.threads.edit(people.reed, first.id, "one\n2\nthree")
    listed = await forum.history.revisions(people.guest, first.id)
    assert [(one.number, one.length, one.current) for one in listed] == [(2, 11, True), (1, 13, False)]
    old, new = [await forum.history.text(people.guest, first.id, number) for number in (1, 2)]
    assert changed_lines(old, new) == [(" ", "one"), ("-", "two"), ("+", "2"), (" ", "three")]
    for number in (0, 3, -1, 2**40):
        with pytest.raises(NotFound):
            await forum.history.text(people.guest, first.id, number)
    await forum.moderation.hide(people.keeper, first.id, "why not")
    for actor in (people.guest, people.reed):
        with pytest.raises(NotFound):
            await forum.history.revisions(actor, first.id)
    assert len(await forum.history.revisions(people.keeper, first.id)) == 2


def test_lines_that_changed() -> None:
    assert changed_lines("a", "a") == [(" ", "a")]
    assert changed_lines("a", "b\na") == [("+", "b"), (" ", "a")]
    assert changed_lines("a\na", "a") == [(" ", "a"), ("-", "a")]
    many = "\n".join(map(str, range(DIFF_LINES)))
    assert len(changed_lines(many, many.replace("\n", "\n "))) == 2 * DIFF_LINES - 1
