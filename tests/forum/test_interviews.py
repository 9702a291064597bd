"""Live interviews: who may announce, ask, vote, sort and answer; two at once; the transcript; and watching."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bbs.errors import BbsError, Conflict, NotFound
from bbs.forum.actor import LOCAL, Actor, Duty
from bbs.forum.forum import Forum
from bbs.forum.interviews import transcripts
from bbs.forum.interviews.questions import (
    ASKED_MOST,
    OPEN_MOST,
    QUESTION_LIMIT,
    InterviewState,
    QuestionState,
    Room,
)
from bbs.store.database import Tx
from bbs.store.tables import board, thread
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of
from tests.support.hops import Hops
from tests.support.studio import Studio, studio_of
from tests.support.waiting import until


@pytest.fixture
async def studio(forum: Forum, clock: ManualClock, people: People) -> Studio:
    return await studio_of(forum, clock, reed=people.reed, plum=people.plum, keeper=people.keeper, zhou=people.zhou)


async def refused(attempt: Awaitable[object]) -> str:
    """The code of the refusal."""
    with pytest.raises(BbsError) as caught:
        await attempt
    return caught.value.code


async def notices(studio: Studio, actor: Actor) -> list[str]:
    return [notice.kind for notice in (await studio.forum.inbox.list(actor)).items]


async def threads_in(studio: Studio) -> int:
    query = select(func.count()).where(thread.c.board_id == studio.board.id)
    return await studio.forum.db.read(lambda tx: int(tx.connection.execute(query).scalar_one()))


async def room_of(studio: Studio, number: int) -> Room:
    return (await studio.forum.interviews.room(studio.keeper, number))[1]


# Announcing


async def test_guests_are_named_by_real_name_or_by_office(studio: Studio, people: People) -> None:
    found = await studio.announced(guests=("周明", "secretary", "administration"))
    assert [guest.official.name for guest in found.guests] == ["周明", "林若溪"], "the same one twice is one"
    assert found.guests[0].official.title_en == "Director, Administration Department"
    assert (found.host, found.state, found.ends_at - found.starts_at) == ("keeper", "announced", timedelta(hours=1))
    assert [one.id for one in await studio.forum.interviews.open_ones(people.plum)] == [found.id]
    assert await studio.forum.interviews.open_ones(people.guest) == [], "the board is not public"


async def test_an_officer_of_the_board_is_a_host_under_the_real_name(studio: Studio, people: People) -> None:
    starts = studio.clock.now() + timedelta(days=1)
    found = await studio.forum.interviews.announce(people.lin, studio.board, "说说近况", ["林若溪"], starts)
    assert found.host == "林若溪"
    assert (
        await refused(studio.forum.interviews.announce(people.zhou, studio.board, "说说近况", ["周明"], starts))
        == "access.denied"
    )  # administration is not among the board's offices


async def test_who_may_not_announce_and_what_cannot_be(studio: Studio, people: People) -> None:
    rules, starts = studio.forum.interviews, studio.clock.now() + timedelta(hours=1)
    life = await studio.forum.boards.get(people.keeper, "life")

    def announce(by: Actor = people.keeper, place: Any = studio.board, guests: Any = ("周明",), **more: Any) -> Any:
        given: dict[str, Any] = {"title": "食堂", "starts_at": starts} | more
        return rules.announce(by, place, given.pop("title"), guests, given.pop("starts_at"), **given)

    assert await refused(announce(people.reed)) == "access.denied"
    assert await refused(announce(LOCAL)) == "access.denied"
    assert await refused(announce(place=life)) == "live.board"
    assert await refused(announce(place=replace(studio.board, archived=True))) == "board.archived"
    assert await refused(announce(guests=("没有这个人",))) == "live.guest"
    assert await refused(announce(guests=("reed",))) == "live.guest"
    assert await refused(announce(guests=())) == "live.guests"
    assert await refused(announce(title="  ")) == "title.empty"
    assert await refused(announce(title="[OFFICIAL] x")) == "title.imitates"
    assert await refused(announce(title="x" * 101)) == "title.long"
    assert await refused(announce(about="x" * 2001)) == "live.about"
    assert await refused(announce(ends_at=starts)) == "live.times"
    assert await refused(announce(ends_at=starts + timedelta(hours=13))) == "live.too_long"
    assert await refused(announce(starts_at=starts - timedelta(days=2))) == "live.times"
    assert await refused(announce(starts_at=starts + timedelta(days=400))) == "live.times"
    assert await refused(announce(column="express")) == "access.denied"
    assert await refused(announce(people.sysop, column="nowhere")) == "column.not_found"
    assert (await announce(people.sysop, column="express")).news_column == "express"


async def test_a_liaison_is_no_guest_and_sorts_the_questions(studio: Studio, people: People) -> None:
    await studio.forum.officers.appoint(
        LOCAL, "administration", "helper", real_name="何静", title_zh="干事", title_en="Clerk", duty=Duty.LIAISON
    )
    assert await refused(studio.announced(guests=("何静",))) == "live.guest"
    helper = await actor_of(studio.forum, "helper")
    number = (await studio.live()).id  # of which the guest's office is the liaison's
    asked = await studio.asked(number)
    await studio.forum.interviews.accept(helper, asked)
    await studio.forum.interviews.take(helper, number)
    assert (await room_of(studio, number)).queue[0].handler == "何静", "the login is nobody's business"
    assert await refused(studio.forum.interviews.answer(helper, asked, "是。")) == "live.not_guest"
    assert await refused(studio.forum.interviews.end(helper, number)) == "access.denied"


async def test_those_who_follow_the_office_are_told(studio: Studio, people: People) -> None:
    await studio.forum.attention.office(people.plum, "administration", follow=True)
    await studio.announced()
    told = (await studio.forum.inbox.list(people.plum)).items[0]
    assert (told.kind, told.facts["who"], told.route) == ("live-announced", "周明", "/live/1")
    assert await notices(studio, people.reed) == []


async def test_a_changed_time_and_the_reason_of_calling_off_are_told(studio: Studio, people: People) -> None:
    found = await studio.announced()
    await studio.asked(found.id)
    later = await studio.forum.interviews.change(
        people.keeper, found.id, starts_at=found.starts_at + timedelta(days=1), guests=["林若溪", "周明"]
    )
    assert later.ends_at - later.starts_at == timedelta(hours=1)
    assert [guest.official.name for guest in later.guests] == ["林若溪", "周明"]
    assert await refused(studio.forum.interviews.begin(people.keeper, found.id)) == "live.early"
    assert await refused(studio.forum.interviews.cancel(people.keeper, found.id, " ")) == "reason.empty"
    await studio.forum.interviews.cancel(people.keeper, found.id, "嘉宾出差")
    assert await notices(studio, people.reed) == ["live-cancelled", "live-moved"]
    past = await studio.forum.interviews.past(people.reed)
    assert [(one.id, one.reason) for one in past.items] == [(found.id, "嘉宾出差")]
    assert await studio.forum.interviews.open_ones(people.reed) == []


# Asking and voting


async def test_what_cannot_be_asked(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.announced()).id
    assert await refused(rules.ask(people.reed, number, " \n ")) == "live.question"
    assert await refused(rules.ask(people.reed, number, "x" * (QUESTION_LIMIT + 1))) == "live.question"
    assert await refused(rules.ask(people.reed, number, "x" * 1_000_000)) == "live.question"
    assert await refused(rules.ask(people.guest, number, "?")) == "access.denied"
    assert await refused(rules.ask(people.zhou, number, "?")) == "access.denied"
    assert await refused(rules.ask(people.reed, 99, "?")) == "live.not_found"
    asked = await rules.ask(people.reed, number, "[OFFICIAL] 周明\x1b[2J\u202e 说的对吗？")
    assert (await rules.question(people.reed, asked))[2].body == "> [OFFICIAL] 周明 说的对吗？"


async def test_only_a_few_open_questions_and_not_too_many_in_all(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.announced()).id
    first = [await rules.ask(people.reed, number, f"第 {n} 问") for n in range(OPEN_MOST)]
    assert await refused(rules.ask(people.reed, number, "还有")) == "live.asked_open"
    await rules.ask(people.plum, number, "别人还可以")
    for asked in first:
        await rules.leave_out(people.keeper, asked, "问过了")
    for n in range(ASKED_MOST - OPEN_MOST):
        await rules.leave_out(people.keeper, await rules.ask(people.reed, number, f"又是 {n}"), "问过了")
    assert await refused(rules.ask(people.reed, number, "还有")) == "live.asked_all"


async def test_sending_a_question_twice_makes_one(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.announced()).id
    await studio.forum.drafts.save(people.reed, f"/live/{number}/ask", id="d1", title="", body="汤", caret=0)
    first = await rules.ask(people.reed, number, "汤？", draft_id="d1")
    assert await rules.ask(people.reed, number, "汤？", draft_id="d1") == first
    assert await refused(rules.ask(people.plum, number, "汤？", draft_id="d1")) == "draft.taken"
    assert await studio.forum.drafts.latest(people.reed) is None
    assert len((await room_of(studio, number)).questions) == 1


async def test_a_question_is_seen_by_its_asker_and_those_who_sort_until_it_is_let_in(
    studio: Studio, people: People
) -> None:
    rules, number = studio.forum.interviews, (await studio.announced()).id
    asked = await studio.asked(number)
    room = await room_of(studio, number)
    assert [one.id for one in room.seen_by(people.reed.account_id, sorts=False)] == [asked]
    assert [one.id for one in room.seen_by(people.keeper.account_id, sorts=True)] == [asked]
    assert room.seen_by(people.plum.account_id, sorts=False) == ()
    assert await refused(rules.question(people.plum, asked)) == "live.no_question"
    assert await refused(rules.vote(people.plum, asked)) == "live.no_question"
    await rules.leave_out(people.keeper, asked, "点名了")
    room = await room_of(studio, number)
    assert room.seen_by(people.reed.account_id, sorts=False)[0].reason == "点名了"
    assert room.seen_by(people.plum.account_id, sorts=False) == ()
    told = (await studio.forum.inbox.list(people.reed)).items[0]
    assert (told.kind, told.facts["reason"]) == ("live-left-out", "点名了")


async def test_one_vote_a_person_that_can_be_taken_back(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.announced()).id
    asked = await studio.queued(number)
    assert await refused(rules.vote(people.reed, asked)) == "live.vote_own"
    assert await refused(rules.vote(people.guest, asked)) == "live.not_found"
    assert await refused(rules.vote(people.zhou, asked)) == "access.denied"
    assert await rules.vote(people.plum, asked, True)
    assert await rules.vote(people.plum, asked, True), "twice is once"
    assert await rules.vote(people.keeper, asked)
    assert (await room_of(studio, number)).queue[0].votes == 2
    assert await rules.votes(people.plum, number) == {asked}
    assert not await rules.vote(people.plum, asked)
    assert (await room_of(studio, number)).queue[0].votes == 1
    assert await rules.votes(people.plum, number) == frozenset()


async def test_the_queue_is_by_votes_then_by_time_and_one_can_be_lifted(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    first, second, third = [await studio.queued(number, f"第 {n} 问") for n in range(3)]
    await rules.vote(people.plum, second)
    assert [one.id for one in (await room_of(studio, number)).queue] == [second, first, third]
    await rules.lift(people.keeper, first)
    await rules.lift(people.keeper, third)
    assert [one.id for one in (await room_of(studio, number)).queue] == [third, first, second]
    await rules.lift(people.keeper, first, False)
    assert await rules.take(people.zhou, number) == third
    assert await rules.take(people.zhou, number) == second
    assert [one.state for one in (await room_of(studio, number)).queue] == ["taken", "taken", "queued"]
    await rules.accept(people.zhou, third)  # it goes back
    assert await rules.take(people.zhou, number) == third
    await rules.take(people.zhou, number)
    assert await refused(rules.take(people.zhou, number)) == "live.queue_empty"


async def test_merging_takes_votes_and_asker_along(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    first, same = await studio.queued(number), await studio.queued(number, "西梯到底修不修？", people.plum)
    await rules.vote(people.keeper, first)
    await rules.vote(people.keeper, same)
    await rules.merge(people.keeper, same, first)
    room = await room_of(studio, number)
    assert [(one.id, one.votes) for one in room.queue] == [(first, 2)], "keeper once, and plum who asked the same"
    assert await refused(rules.accept(people.keeper, same)) == "live.question_merged"
    assert await refused(rules.merge(people.keeper, first, first)) == "live.merge_itself"
    assert await refused(rules.merge(people.keeper, first, same)) == "live.question_left_out"
    await rules.answer(people.zhou, first, "换，不修了。")
    assert await notices(studio, people.plum) == ["live-answered"]


async def test_of_two_moderators_one_wins_and_the_other_is_told(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    for _ in range(3):
        asked = await studio.asked(number)
        done = await asyncio.gather(
            rules.accept(people.keeper, asked), rules.accept(people.sysop, asked), return_exceptions=True
        )
        lost = [one for one in done if isinstance(one, Conflict)]
        assert [one.code for one in lost] == ["live.question_queued"]
        assert lost[0].params["by"] == (await rules.question(people.reed, asked))[2].handler
    taken = await asyncio.gather(rules.take(people.zhou, number), rules.take(people.keeper, number))
    assert len(set(taken)) == 2, "two who take the next one get two"


# Answering


async def test_answers_are_official_and_those_who_asked_are_told(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    asked = await studio.queued(number)
    await rules.answer(people.zhou, asked, "换，不修了。**年内**换完。", draft_id="a1")
    assert await rules.answer(people.zhou, asked, "换", draft_id="a1") == 1, "the same draft again"
    await rules.say(people.zhou, number, "下一个问题。")
    spoken = (await room_of(studio, number)).answers
    assert [(one.floor, one.question, one.asked_by) for one in spoken] == [(1, asked, "reed"), (2, None, "")]
    assert spoken[0].official.title_zh == "行政司司长"
    told = (await studio.forum.inbox.list(people.reed)).items
    assert [(one.kind, one.facts["who"]) for one in told if one.kind == "live-answered"] == [("live-answered", "周明")]
    entries = [one for one in await studio.forum.register.entries(LOCAL) if one.kind == "live.answer"]
    assert len(entries) == 2
    assert (entries[0].record["name"], entries[0].record["answer"]) == ("周明", 1)


async def test_nobody_answers_but_a_guest_in_office(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    asked = await studio.queued(number)
    for other in (people.reed, people.keeper, people.lin, people.sysop):
        assert await refused(rules.answer(other, asked, "是我。")) == "live.not_guest"
    assert await refused(rules.answer(people.zhou, asked, " ")) == "live.answer"
    assert await refused(rules.answer(people.zhou, asked, "x" * 5001)) == "live.answer"
    assert await refused(rules.answer(people.zhou, 99, "是。")) == "live.no_question"
    await rules.say(people.zhou, number, "到。")
    await studio.forum.officers.dismiss(LOCAL, "administration", "zhou")
    assert await refused(rules.answer(people.zhou, asked, "还是我。")) == "live.left_office"
    assert await refused(rules.say(await actor_of(studio.forum, "zhou"), number, "还是我。")) == "live.left_office"
    assert len((await room_of(studio, number)).answers) == 1


async def test_in_an_archived_board_nothing_happens_any_more(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    asked = await studio.queued(number)

    def archive(tx: Tx) -> None:
        tx.connection.execute(update(board).where(board.c.slug == "interview").values(archived_at=studio.clock.now()))
        tx.emit("community.changed")

    await studio.forum.db.write(archive)
    for attempt in (
        rules.ask(people.reed, number, "?"),
        rules.vote(people.plum, asked),
        rules.accept(people.keeper, asked),
        rules.answer(people.zhou, asked, "是。"),
        rules.end(people.keeper, number),
    ):
        assert await refused(attempt) == "board.archived"
    assert await rules.open_ones(people.reed) == []


# The transcript


async def test_the_transcript_is_a_kept_thread_of_official_floors_and_a_bulletin_in_two_languages(
    studio: Studio, people: People
) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    await rules.say(people.zhou, number, "大家好。")
    studio.clock.advance(minutes=5)
    await rules.answer(people.zhou, await studio.queued(number, "西梯？\n[OFFICIAL] 假的"), "换，不修了。")
    await studio.queued(number, "没有轮到的一问", people.plum)
    studio.clock.advance(minutes=20)
    found = await rules.end(people.keeper, number)
    assert found.thread is not None
    _, made = await studio.forum.threads.get(people.reed, found.thread)
    assert (made.title, made.kept, made.posts) == ("访谈实录：食堂、电梯和钱", True, 3)
    first, second, third = await studio.forum.threads.posts(people.reed, found.thread)
    assert (first.author, first.official) == ("keeper", None)
    assert "嘉宾：周明（行政司司长）" in first.body
    assert "Questions: 2. Answers: 2." in first.body
    assert (second.body, second.official is not None) == ("大家好。", True)
    assert third.body == "> reed: 西梯？\n> > [OFFICIAL] 假的\n\n换，不修了。"
    assert third.official is not None
    assert (third.official.name, third.created_at - first.created_at) == ("周明", timedelta(minutes=5))
    assert (await studio.forum.register.verify(LOCAL)).ok
    one, other = [await studio.forum.news.get(people.reed, each) for each in found.bulletins]
    assert (one.lang, one.column, one.title, one.audience) == ("zh", "express", "访谈实录：食堂、电梯和钱", "members")
    assert (other.lang, other.title, one.pair) == ("en", "Transcript: 食堂、电梯和钱", other.id)
    assert "## 问与答" in one.body
    assert "**周明（行政司司长）：**\n\n换，不修了。" in one.body
    assert "**周明 (Director, Administration Department):**" in other.body
    assert f"/t/{found.thread}" in other.body
    assert "live-ended" in await notices(studio, people.plum), "who was not reached hears of the end too"
    assert await refused(rules.answer(people.zhou, 2, "晚了")) == "live.is_ended"


async def test_ending_twice_even_at_once_makes_one_transcript(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    await rules.answer(people.zhou, await studio.queued(number), "可以。")
    ended = await asyncio.gather(rules.end(people.keeper, number), rules.end(people.sysop, number))
    again = await rules.end(people.sysop, number)
    assert {one.thread for one in (*ended, again)} == {ended[0].thread}
    assert await threads_in(studio) == 1
    assert len((await studio.forum.news.list(people.reed, None)).items) == 1


async def test_what_breaks_in_the_middle_leaves_the_interview_going_on(
    studio: Studio, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    await rules.answer(people.zhou, await studio.queued(number), "可以。")

    def broken(*args: object) -> Any:
        raise RuntimeError("the line between thread and bulletin")

    with monkeypatch.context() as patch:
        patch.setattr(transcripts, "_bulletins", broken)
        with pytest.raises(RuntimeError):
            await rules.end(people.keeper, number)
    assert (await rules.get(people.keeper, number))[1].state is InterviewState.LIVE
    assert await threads_in(studio) == 0
    assert (await rules.end(people.keeper, number)).thread is not None
    assert await threads_in(studio) == 1


async def test_the_floors_keep_the_office_held_when_it_was_said(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    await rules.answer(people.zhou, await studio.queued(number), "可以。")
    await studio.forum.officers.dismiss(LOCAL, "administration", "zhou")
    found = await rules.end(people.keeper, number)
    floor = (await studio.forum.threads.posts(people.reed, found.thread or 0))[1]
    assert floor.official is not None
    assert (floor.official.office, floor.author) == ("administration", "周明")
    assert (await studio.forum.register.verify(LOCAL)).ok


async def test_a_guest_who_ends_it_opens_the_thread_officially(studio: Studio, people: People) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    await rules.say(people.zhou, number, "谢谢大家。")
    found = await rules.end(people.zhou, number)
    first = (await studio.forum.threads.posts(people.reed, found.thread or 0))[0]
    assert first.official is not None
    assert first.author == "周明"


async def test_without_an_answer_there_is_nothing_to_write_down(studio: Studio, people: People) -> None:
    number = (await studio.live()).id
    await studio.queued(number)
    found = await studio.forum.interviews.end(people.keeper, number)
    assert (found.state, found.thread, found.bulletins) == (InterviewState.ENDED, None, ())


# Watching

WATCHERS = 200


async def test_an_answer_costs_the_store_the_same_however_many_watch(
    studio: Studio, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, number = studio.forum.interviews, (await studio.live()).id
    asked = await studio.queued(number)
    heard: Counter[int] = Counter()

    async def watch(who: int) -> Any:
        def told(room: Room) -> None:
            heard[who] = len(room.answers)

        return (await rules.watch(people.plum, number, told))[1]

    reads = Hops(studio.forum.db, monkeypatch, ["read"])
    watches = await asyncio.gather(*(watch(who) for who in range(WATCHERS)))
    assert reads.taken() == 1, "one reading for all who came at once"
    assert watches[0].watchers == WATCHERS
    await rules.answer(people.zhou, asked, "换，不修了。")
    await until(lambda: len(heard) == WATCHERS and set(heard.values()) == {1})
    assert reads.taken() <= 2, "as many as for one"
    assert {id(watch.room) for watch in watches} == {id(watches[0].room)}, "all look at the same"
    more = [await studio.queued(number, f"{n}？") for n in range(2)]
    await asyncio.gather(*(rules.vote(people.plum, one) for one in more))
    await until(lambda: [one.votes for one in watches[0].room.queue] == [1, 1])
    for watch_ in watches:
        watch_.close()
        watch_.close()
    assert len(rules._watching) == 0, "nobody is there: nothing is kept"


async def test_a_watcher_who_fails_spares_the_others(studio: Studio, people: People) -> None:
    number = (await studio.live()).id
    heard: list[Room] = []

    def broken(room: Room) -> None:
        raise RuntimeError("a screen that is gone")

    _, first = await studio.forum.interviews.watch(people.plum, number, broken)
    _, second = await studio.forum.interviews.watch(people.plum, number, heard.append)
    await studio.asked(number)
    await until(lambda: heard)
    assert heard[0].waiting[0].state is QuestionState.WAITING
    first.close()
    second.close()


async def test_who_may_not_read_the_board_may_not_watch(studio: Studio, people: People) -> None:
    number = (await studio.live()).id
    with pytest.raises(NotFound):
        await studio.forum.interviews.watch(people.guest, number, lambda room: None)
    with pytest.raises(NotFound):
        await studio.forum.interviews.watch(people.reed, 99, lambda room: None)
    assert len(studio.forum.interviews._watching) == 0


# By the clock


async def test_who_waits_is_told_and_what_is_forgotten_is_closed(studio: Studio, people: People) -> None:
    rules, clock = studio.forum.interviews, studio.clock
    found = await studio.announced()  # in half an hour, for an hour
    assert (await rules.listen(people.plum, found.id), await rules.listen(people.plum, found.id)) == (True, False)
    assert await rules.listen(people.plum, found.id, True)
    await studio.asked(found.id)  # by reed
    assert await refused(rules.listen(people.guest, found.id)) == "access.denied"
    assert await refused(rules.listen(people.plum, 999)) == "live.not_found"
    assert await rules.keep_time() == 0
    clock.advance(minutes=16)
    assert [await rules.keep_time() for _ in range(2)] == [1, 0]
    for who in (people.plum, people.reed, people.zhou, people.keeper):
        assert (await notices(studio, who))[0] == "live-soon"
    later = clock.now() + timedelta(hours=2)
    await rules.change(people.keeper, found.id, starts_at=later)
    assert (await notices(studio, people.plum))[0] == "live-moved"
    clock.advance(minutes=110)
    anew = await asyncio.gather(rules.keep_time(), rules.keep_time())
    assert sorted(anew) == [0, 1], "of the new time they are told anew, by one of two servers that look at once"
    clock.advance(minutes=10 + 60 + 24 * 60 - 1)
    assert await rules.keep_time() == 0
    clock.advance(minutes=1)
    assert sum(await asyncio.gather(rules.keep_time(), rules.keep_time())) == 1, "two servers look at once"
    gone = (await rules.get(people.plum, found.id))[1]
    assert (gone.state, gone.reason) == (InterviewState.CANCELLED, "")
    assert [(await notices(studio, who))[0] for who in (people.plum, people.reed, people.keeper)] == ["live-lapsed"] * 3
    assert await refused(rules.listen(people.plum, found.id)) == "live.is_cancelled"


async def test_what_nobody_ends_is_ended_with_its_transcript(studio: Studio, people: People) -> None:
    rules, clock = studio.forum.interviews, studio.clock
    answered, silent = await studio.live(), await studio.live()
    await rules.answer(people.zhou, await studio.queued(answered.id), "可以。")
    await rules.listen(people.plum, silent.id)
    entry = (await studio.forum.register.entries(LOCAL, limit=500))[-1]
    await studio.forum.sealing.close()
    assert (entry.kind, entry.seq in [head.seq for head in await studio.forum.heads.all()]) == ("live.answer", True)
    clock.advance(minutes=30 + 60 + 24 * 60)
    assert await rules.keep_time() == 2
    ended = (await rules.get(people.plum, answered.id))[1]
    assert ended.state is InterviewState.ENDED
    assert ended.thread is not None
    await studio.forum.sealing.settle()
    floor = (await studio.forum.threads.posts(people.plum, ended.thread))[1]
    assert (floor.author, (await studio.forum.proofs.verify(people.plum, floor.id)).ok) == ("周明", True)
    assert (await rules.get(people.plum, silent.id))[1].thread is None
    assert [(await notices(studio, who))[0] for who in (people.reed, people.plum)] == ["live-ended", "live-ended-bare"]
    assert [one.kind for one in await studio.forum.register.entries(LOCAL, limit=500)].count("live.end") == 2
    assert await rules.keep_time() == 0


async def test_who_asks_for_the_newest_waits_for_a_reading_that_is_under_way(studio: Studio, people: People) -> None:
    rules, gate = studio.forum.interviews, asyncio.Event()
    gate.set()

    class Gated:
        """A store that answers when it is let."""

        async def read(self, unit: Any) -> Any:
            await gate.wait()
            return await studio.forum.db.read(unit)

    rules._watching._db = Gated()  # type: ignore[assignment]
    number = (await studio.announced()).id
    _, seat = await rules.watch(people.plum, number, lambda room: None)
    asked = await studio.asked(number)
    await seat.fresh()
    await until(lambda: seat._seat._task is None)
    gate.clear()
    await rules.accept(studio.keeper, asked)  # what it tells makes the seat begin to read
    newest = asyncio.create_task(seat.fresh())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not newest.done()
    gate.set()
    assert [one.id for one in (await newest).queue] == [asked]
    seat.close()
