"""Polls: who asks, who votes, what is shown, and what is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.forum import Forum
from bbs.forum.posts.polls import Plan
from bbs.text.when import ManualClock
from tests.forum.conftest import People
from tests.support.corpus import ALL_TEXT

OPTIONS = ("rice", "面条")


async def start(forum: Forum, clock: ManualClock, actor: Actor) -> int:
    clock.advance(31)
    board = await forum.boards.get(actor, "life")
    return (await forum.threads.start(actor, board, "Lunch", f"What shall it be? {clock.monotonic()}")).thread


async def test_votes_are_counted_changed_and_taken_back(forum: Forum, people: People, clock: ManualClock) -> None:
    thread = await start(forum, clock, people.reed)
    assert await forum.polls.get(people.guest, thread) is None
    await forum.polls.make(people.reed, thread, " Which? ", OPTIONS)
    await forum.polls.vote(people.plum, thread, [1])
    await forum.polls.vote(people.reed, thread, [2])
    await forum.polls.vote(people.plum, thread, [2])
    found = await forum.polls.get(people.plum, thread)
    assert found is not None
    assert (found.question, [(one.text, one.votes) for one in found.choices]) == ("Which?", [("rice", 0), ("面条", 2)])
    assert (found.voters, found.mine, found.closed) == (2, (2,), False)
    assert all(one.names == () for one in found.choices)
    assert (await forum.polls.vote(people.plum, thread, [])).voters == 1


async def test_several_options_and_open_names(forum: Forum, people: People, clock: ManualClock) -> None:
    thread = await start(forum, clock, people.lin)
    await forum.polls.make(people.lin, thread, "Which?", OPTIONS, many=True, open_names=True)
    await forum.polls.vote(people.reed, thread, [2, 1, 1])
    found = await forum.polls.vote(people.plum, thread, [2])
    assert [(one.votes, one.names) for one in found.choices] == [(1, ("reed",)), (2, ("reed", "plum"))]
    assert found.voters == 2


async def test_it_closes_on_its_day(forum: Forum, people: People, clock: ManualClock) -> None:
    thread = await start(forum, clock, people.reed)
    await forum.polls.make(people.reed, thread, "Which?", OPTIONS, days=2)
    await forum.polls.vote(people.plum, thread, [1])
    clock.advance(days=2)
    with pytest.raises(Conflict) as caught:
        await forum.polls.vote(people.plum, thread, [2])
    assert caught.value.code == "poll.closed"
    found = await forum.polls.get(people.plum, thread)
    assert found is not None
    assert found.closed


async def test_who_may_ask_and_vote(forum: Forum, people: People, clock: ManualClock) -> None:
    thread = await start(forum, clock, people.reed)
    for actor in (people.plum, people.keeper, people.guest, people.lin, LOCAL):
        with pytest.raises(Forbidden):
            await forum.polls.make(actor, thread, "Which?", OPTIONS)
    with pytest.raises(NotFound):
        await forum.polls.vote(people.plum, thread, [1])
    made = await asyncio.gather(
        *(forum.polls.make(people.reed, thread, "Which?", OPTIONS) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(one, Conflict) for one in made) == 2
    for actor in (people.guest, people.lin, LOCAL):
        with pytest.raises(Forbidden):
            await forum.polls.vote(actor, thread, [1])
    with pytest.raises(NotFound):
        await forum.polls.get(people.plum, 9_999)
    await forum.threads.lock(people.keeper, thread, True)
    with pytest.raises(Conflict):
        await forum.polls.vote(people.plum, thread, [1])


async def test_the_same_person_twice_at_once_votes_once(forum: Forum, people: People, clock: ManualClock) -> None:
    thread = await start(forum, clock, people.reed)
    await forum.polls.make(people.reed, thread, "Which?", OPTIONS)
    work = [forum.polls.vote(people.plum, thread, [1 + number % 2]) for number in range(4)]
    await asyncio.gather(*work, return_exceptions=True)
    found = await forum.polls.get(people.plum, thread)
    assert found is not None
    assert sum(one.votes for one in found.choices) == 1


@pytest.mark.parametrize(
    ("question", "options", "days", "code"),
    [
        ("", OPTIONS, None, "poll.question"),
        ("x" * 121, OPTIONS, None, "poll.question"),
        ("x" * 1_000_000, OPTIONS, None, "poll.question"),
        ("?", ("one",), None, "poll.options"),
        ("?", tuple("abcdefghijk"), None, "poll.options"),
        ("?", ("a", "\u200b"), None, "poll.option"),
        ("?", ("a", "x" * 61), None, "poll.option"),
        ("?", ("Rice", " rice"), None, "poll.double"),
        ("?", OPTIONS, 0, "poll.days"),
        ("?", OPTIONS, 91, "poll.days"),
        ("[OFFICIAL] ?", OPTIONS, None, "poll.imitates"),
        ("?", ("a", "【官方】通知"), None, "poll.imitates"),
    ],
)
async def test_refused(
    forum: Forum,
    people: People,
    clock: ManualClock,
    question: str,
    options: tuple[str, ...],
    days: int | None,
    code: str,
) -> None:
    thread = await start(forum, clock, people.reed)
    with pytest.raises(Invalid) as caught:
        await forum.polls.make(people.reed, thread, question, options, days=days)
    assert caught.value.code == code
    assert await forum.polls.get(people.reed, thread) is None


async def test_choices_are_bounded(forum: Forum, people: People, clock: ManualClock) -> None:
    thread = await start(forum, clock, people.reed)
    await forum.polls.make(people.reed, thread, "Which?", OPTIONS)
    for choices, code in (([0], "poll.choice"), ([3], "poll.choice"), ([2**70], "poll.choice"), ([1, 2], "poll.one")):
        with pytest.raises(Invalid) as caught:
            await forum.polls.vote(people.plum, thread, choices)
        assert caught.value.code == code


async def test_hostile_questions_are_clean_or_refused(forum: Forum, people: People, clock: ManualClock) -> None:
    clock.advance(days=2)
    for text in ALL_TEXT[:40]:
        clock.advance(hours=2)
        thread = await start(forum, clock, people.reed)
        try:
            made = await forum.polls.make(people.reed, thread, text, ("a", text))
        except (BbsError, UnicodeError):
            continue
        assert not {"\n", "\x1b"} & set(made.question + made.choices[1].text)


async def test_a_poll_beside_a_new_thread_or_neither(forum: Forum, people: People, clock: ManualClock) -> None:
    board = await forum.boards.get(people.reed, "life")
    plan = Plan(" Which? ", ("rice", "面条"), days=3)
    also = forum.polls.beside(people.reed, board, plan)
    made = await forum.threads.start(people.reed, board, "Lunch", "Tell us", also=also, draft_id="d")
    found = await forum.polls.get(people.plum, made.thread)
    assert found is not None
    assert (found.question, found.closes_at) == ("Which?", clock.now() + timedelta(days=3))
    again = await forum.threads.start(people.reed, board, "Lunch", "Tell us", also=also, draft_id="d")
    assert again.id == made.id
    for bad in (Plan("", ("a", "b")), Plan("x", ("a",)), Plan("x", ("a", "A")), Plan("x", ("a", "b"), days=91)):
        with pytest.raises(Invalid):
            forum.polls.beside(people.reed, board, bad)
    with pytest.raises(Forbidden):
        forum.polls.beside(people.guest, board, plan)
