"""Cases: every act from every state, what is private, and who is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.cases.rules import Case
from bbs.forum.cases.table import (
    TABLE,
    Act,
    CaseKind,
    CaseState,
    Doer,
    Outcome,
    Rating,
    rule_for,
    rules_for,
    table_markdown,
)
from bbs.forum.forum import Forum
from bbs.forum.reading.attention import Level
from bbs.store.database import Event
from bbs.text.when import ManualClock
from tests.forum.casework import Office, open_office
from tests.forum.conftest import People


@pytest.fixture
async def office(forum: Forum, people: People, clock: ManualClock) -> Office:
    """The office and its tracked board."""
    return await open_office(forum, people, clock)


ROOT: Final = Path(__file__).parents[2]
Doing = Callable[[Office, Actor, int], Awaitable[Case]]
BY_HAND: Final[dict[Act, Doing]] = {
    Act.TAKE: lambda o, who, n: o.forum.cases.take(who, n),
    Act.ASSIGN: lambda o, who, n: o.forum.cases.assign(who, n, "wen"),
    Act.TRANSFER: lambda o, who, n: o.forum.cases.transfer(who, n, "secretary", "Theirs."),
    Act.ANSWER: lambda o, who, n: o.forum.cases.answer(who, n, "It runs again."),
    Act.EXTEND: lambda o, who, n: o.forum.cases.extend(who, n, date(2026, 1, 20), "A part is on order."),
    Act.RETURN: lambda o, who, n: o.forum.cases.return_(who, n, "Not our lift.", "The landlord"),
    Act.DECLINE: lambda o, who, n: o.forum.cases.decline(who, n, "There is no money."),
    Act.CLOSE: lambda o, who, n: o.forum.cases.close(who, n, Outcome.FIXED_BY_OFFICE),
    Act.RATE: lambda o, who, n: o.forum.cases.rate(who, n, Rating.SATISFIED),
    Act.REOPEN: lambda o, who, n: o.forum.cases.reopen(who, n, "It stands still again."),
}
FRESH: Final = {
    "office": "administration",
    "extended_at": None,
    "reopened_at": None,
    "rating": None,
    "reminders": 0,
    "change": 0,
}


async def test_every_act_from_every_state(office: Office) -> None:
    """The table walked: what it lists is done and leads where it says, what it does not list is refused."""
    people = {
        office.poster: {Doer.POSTER},
        office.zhou: {Doer.STAFF, Doer.OFFICE},
        office.bai: {Doer.STAFF},
        office.keeper: {Doer.HOUSE},
        office.stranger: set(),
        office.lin: set(),
    }
    case = await office.public()
    other = await office.public("Another lift")
    doing: dict[Act, Doing] = {
        **BY_HAND,
        Act.MERGE: lambda o, who, n: o.forum.cases.merge(who, n, other.id),
        Act.FOLLOW_UP: lambda o, who, n: o.forum.cases.follow_up(who, n, f"And now? {o.clock.advance(minutes=6)}"),
    }
    assert set(doing) == {rule.act for rule in TABLE} - {Act.OPEN, Act.REMIND, Act.OVERDUE}
    walked = 0
    for state in CaseState:
        await office.put(case.id, state=state.value, answer_by=case.answer_by, **FRESH)
        for act, do in doing.items():
            for who, doers in people.items():
                rule = rule_for(act, state, doers)
                if rule is not None:
                    done = await do(office, who, case.id)
                    assert done.state is (rule.target or state), (state, act, who.name)
                    walked += 1
                    await office.put(case.id, state=state.value, answer_by=case.answer_by, **FRESH)
                    continue
                known = any(each.doers & doers for each in rules_for(act))
                refused: type[BbsError] = Conflict if known else Forbidden
                with pytest.raises(refused) as raised:
                    await do(office, who, case.id)
                assert raised.value.code == (f"case.is_{state.value}" if known else "case.not_yours")
    assert walked == sum(
        rule_for(act, state, doers) is not None for state in CaseState for act in doing for doers in people.values()
    )


async def test_a_thread_on_a_tracked_board_opens_a_case(office: Office) -> None:
    told: list[Event] = []
    office.forum.listen(("case.changed",), told.append)
    case = await office.public("Noodles at six", CaseKind.SUGGESTION)
    assert (case.kind, case.state, case.office, case.poster, case.title) == (
        CaseKind.SUGGESTION,
        CaseState.RECEIVED,
        "administration",
        "reed",
        "Noodles at six",
    )
    # Opened on a Monday: to be taken by the end of Tuesday, answered by the end of the Monday after.
    assert (case.acknowledge_by, case.answer_by) == (_utc(2026, 1, 6, 23, 59), _utc(2026, 1, 12, 23, 59))
    assert case.due == case.acknowledge_by
    assert (await office.public()).kind is CaseKind.QUESTION
    assert [event.payload["act"] for event in told] == ["open", "open"]
    listed = (await office.forum.threads.list(office.stranger, office.services)).items[-1]
    assert (listed.case, listed.case_due) == ("received", case.answer_by)
    for who in (office.zhou, office.wen, office.bai):
        assert [one.kind for one in (await office.forum.inbox.list(who)).items] == ["desk.open"] * 2
    assert await office.forum.inbox.unread(office.lin) == 0


async def test_what_officers_start_and_untracked_boards_open_none(office: Office) -> None:
    started = await office.forum.threads.start(office.zhou, office.services, "Open at seven", "From Monday.")
    assert await office.forum.cases.of_thread(office.poster, started.thread) is None
    life = await office.forum.boards.get(office.poster, "life")
    plain = await office.forum.threads.start(office.poster, life, "A cat", "In the yard.")
    assert await office.forum.cases.of_thread(office.poster, plain.thread) is None


async def test_an_answer_is_the_post_and_the_step_in_one(office: Office) -> None:
    case = await office.public()
    assert case.thread is not None
    thread = (await office.forum.threads.get(office.stranger, case.thread))[1]
    await office.forum.attention.thread(office.stranger, thread, Level.FOLLOW)
    done = await office.forum.cases.answer(office.wen, case.id, "It runs again.", change=case.change, draft_id="d1")
    assert (done.state, done.assignee, done.answered_floor, done.due) == (CaseState.ANSWERED, "文远", 2, None)
    assert done.acknowledged_at == done.answered_at == office.clock.now()
    post = (await office.forum.threads.posts(office.poster, case.thread))[1]
    assert post.official is not None
    assert (post.official.office, post.official.name) == ("administration", "文远")
    thread = (await office.forum.threads.get(office.poster, case.thread))[1]
    assert (thread.case, thread.case_due, thread.official_floor) == ("answered", None, 2)
    assert [(n.kind, n.route) for n in (await office.forum.inbox.list(office.poster)).items] == [
        ("case.answer", post.route)
    ]
    assert [one.kind for one in (await office.forum.inbox.list(office.stranger)).items] == ["follow"]
    view = await office.forum.cases.get(office.stranger, case.id)
    assert [(step.act, step.actor) for step in view.steps] == [(Act.OPEN, "reed"), (Act.ANSWER, "文远")]
    assert view.steps[1].facts == {"post": post.id, "floor": 2}
    entries = await office.forum.register.entries(office.stranger, limit=500)
    assert [(one.kind, one.actor, one.subject) for one in entries][-2:] == [
        ("post.official", "wen", post.route),
        ("case.answer", "wen", case.route),
    ]
    assert (await office.forum.register.verify(office.sysop)).ok
    # The line dropped and the same draft is sent again: nothing is written twice.
    again = await office.forum.cases.answer(office.wen, case.id, "It runs again.", change=case.change, draft_id="d1")
    assert again == done
    assert len(await office.forum.threads.posts(office.poster, case.thread)) == 2


async def test_an_office_that_writes_in_the_thread_has_seen_the_case(office: Office) -> None:
    case = await office.public()
    assert case.thread is not None
    await office.forum.threads.reply(office.lin, case.thread, "Not mine, but I have read it.", official=True)
    assert (await office.forum.cases.get(office.poster, case.id)).case.acknowledged_at is None
    await office.forum.threads.reply(office.wen, case.thread, "Since when?", official=True)
    found = (await office.forum.cases.get(office.poster, case.id)).case
    assert (found.acknowledged_at, found.state, found.due) == (office.clock.now(), CaseState.RECEIVED, found.answer_by)


async def test_of_two_deputies_who_answer_at_once_one_wins(office: Office) -> None:
    case = await office.public()
    assert case.thread is not None
    await office.forum.drafts.save(
        office.zhou, f"/t/{case.thread}/reply", id="z", title="", body="Still here.", caret=0
    )
    both = await asyncio.gather(
        office.forum.cases.answer(office.wen, case.id, "It runs.", change=case.change, draft_id="w"),
        office.forum.cases.answer(office.zhou, case.id, "Still here.", change=case.change, draft_id="z"),
        return_exceptions=True,
    )
    lost = [one for one in both if isinstance(one, Conflict)]
    assert len(lost) == 1
    assert lost[0].code == "case.meanwhile"
    assert lost[0].params["who"] in ("文远", "周明")
    assert len(await office.forum.threads.posts(office.poster, case.thread)) == 2
    if lost[0].params["who"] == "文远":
        kept = await office.forum.drafts.latest(office.zhou)
        assert kept is not None
        assert kept.body == "Still here."


async def test_a_date_is_moved_once_with_a_reason_and_in_time(office: Office) -> None:
    cases, case = office.forum.cases, await office.public()
    for until, code in ((date(2026, 1, 12), "case.until_early"), (date(2027, 1, 12), "case.until_far")):
        with pytest.raises(Invalid, match=code):
            await cases.extend(office.wen, case.id, until, "A part is on order.")
    with pytest.raises(Invalid, match=r"case\.no_reason"):
        await cases.extend(office.wen, case.id, date(2026, 1, 17), "  ")
    done = await cases.extend(office.wen, case.id, date(2026, 1, 17), "A part is on order.")  # a Saturday
    assert (done.answer_by, done.extension, done.state) == (
        _utc(2026, 1, 19, 23, 59),
        "A part is on order.",
        CaseState.RECEIVED,
    )
    assert (await office.forum.inbox.list(office.poster)).items[0].facts["until"] == "2026-01-19"
    with pytest.raises(Conflict, match=r"case\.extended"):
        await cases.extend(office.wen, case.id, date(2026, 1, 30), "Again.")
    late = await office.public()
    office.clock.advance(days=10)
    with pytest.raises(Conflict, match=r"case\.expired"):
        await cases.extend(office.wen, late.id, date(2026, 2, 2), "Too late.")
    assert Act.EXTEND not in (await cases.get(office.wen, late.id)).acts


async def test_how_cases_end(office: Office) -> None:
    cases = office.forum.cases
    returned = await cases.return_(office.wen, (await office.public()).id, "Not our lift.", "The landlord, room 12")
    assert (returned.reason, returned.belongs) == ("Not our lift.", "The landlord, room 12")
    first, second = await office.public(), await office.public()
    with pytest.raises(Conflict, match=r"case\.merge_itself"):
        await cases.merge(office.wen, first.id, first.id)
    merged = await cases.merge(office.keeper, second.id, first.id)
    assert (merged.merged_into, merged.state) == (first.id, CaseState.MERGED)
    with pytest.raises(Conflict, match=r"case\.merge_ended"):
        await cases.merge(office.wen, first.id, second.id)
    assert first.thread in (await office.forum.attention.heed(office.poster)).followed_threads
    answered = await cases.answer(office.wen, first.id, "Repaired.")
    with pytest.raises(Invalid, match=r"case\.no_outcome"):
        await cases.close(office.wen, first.id)
    closed = await cases.close(office.wen, first.id, Outcome.EXPLAINED, change=answered.change)
    assert (closed.outcome, closed.closed_at) == (Outcome.EXPLAINED, office.clock.now())
    own = await cases.close(office.poster, (await office.public()).id, Outcome.FIXED_BY_OFFICE)
    assert own.outcome is Outcome.FIXED_BY_ITSELF
    for end in (returned, merged, closed, own):
        with pytest.raises(Conflict, match=rf"case\.is_{end.state.value}"):
            await cases.answer(office.wen, end.id, "Too late.")


async def test_a_poster_who_is_not_satisfied_has_it_reopened_once(office: Office) -> None:
    cases, case = office.forum.cases, await office.public()
    await cases.answer(office.wen, case.id, "Repaired.")
    with pytest.raises(Invalid, match=r"case\.no_words"):
        await cases.rate(office.poster, case.id, Rating.UNSATISFIED)
    await cases.rate(office.poster, case.id, Rating.SATISFIED, "Quick.")
    with pytest.raises(Conflict, match=r"case\.satisfied"):
        await cases.reopen(office.poster, case.id, "It stands still again.")
    await cases.rate(office.poster, case.id, Rating.UNSATISFIED, "It stands still again.")
    office.clock.advance(days=2)
    again = await cases.reopen(office.poster, case.id, "Since Tuesday.")
    assert (again.state, again.rating, again.reopening) == (CaseState.RECEIVED, None, "Since Tuesday.")
    assert again.answer_by == _utc(2026, 1, 14, 23, 59)
    assert again.answered_at is not None  # of the first answer
    await cases.answer(office.wen, case.id, "Repaired again.")
    with pytest.raises(Conflict, match=r"case\.reopened"):
        await cases.reopen(office.poster, case.id, "And again.")


async def test_handing_over_takes_it_out_of_ones_hands(office: Office) -> None:
    cases, case = office.forum.cases, await office.public()
    await cases.take(office.wen, case.id)
    with pytest.raises(NotFound, match=r"office\.not_found"):
        await cases.transfer(office.wen, case.id, "nowhere", "Theirs.")
    with pytest.raises(Conflict, match=r"case\.same_office"):
        await cases.transfer(office.wen, case.id, "administration", "Ours.")
    moved = await cases.transfer(office.wen, case.id, "secretary", "Theirs.")
    assert (moved.office, moved.assignee, moved.state) == ("secretary", "", CaseState.RECEIVED)
    assert moved.answer_by == case.answer_by
    assert [one.kind for one in (await office.forum.inbox.list(office.lin)).items] == ["desk.transfer"]
    with pytest.raises(Forbidden, match=r"case\.not_yours"):
        await cases.answer(office.wen, case.id, "Still ours?")
    answered = await cases.answer(office.lin, case.id, "Ours now.")
    assert (answered.assignee, answered.office) == ("林若溪", "secretary")
    post = (await office.forum.threads.posts(office.poster, case.thread or 0))[1]
    assert post.official is not None
    assert post.official.office == "secretary"


async def test_an_appointment_that_ended_ends_the_right(office: Office) -> None:
    case = await office.public()
    await office.forum.officers.dismiss(LOCAL, "administration", "wen")
    for do in (office.forum.cases.take(office.wen, case.id), office.forum.cases.answer(office.wen, case.id, "I?")):
        with pytest.raises(Forbidden, match=r"case\.not_yours"):
            await do


async def test_work_is_given_to_those_who_may_answer(office: Office) -> None:
    cases, case = office.forum.cases, await office.public()
    assert [held.account for held in (await cases.get(office.bai, case.id)).officers] == ["zhou", "wen"]
    given = await cases.assign(office.bai, case.id, "文远")
    assert (given.assignee, given.assigned_to_me) == ("文远", False)
    assert (await office.forum.inbox.list(office.wen)).items[0].kind == "desk.assign"
    for nobody in ("bai", "lin", "somebody"):
        with pytest.raises(NotFound, match=r"case\.no_officer"):
            await cases.assign(office.zhou, case.id, nobody)


async def test_what_a_liaison_prepares_only_the_office_sees(office: Office) -> None:
    cases, case = office.forum.cases, await office.public()
    await cases.prepare(office.bai, case.id, "We will look on Friday.")
    prepared = (await cases.get(office.wen, case.id)).prepared
    assert prepared is not None
    assert (prepared.body, prepared.by) == ("We will look on Friday.", "白露")
    assert (await cases.get(office.poster, case.id)).prepared is None
    with pytest.raises(Conflict, match=r"case\.prepared"):
        await cases.prepare(office.zhou, case.id, "On Monday.")
    await cases.prepare(office.zhou, case.id, "On Monday.", seen=prepared.body)
    with pytest.raises(Forbidden):
        await cases.prepare(office.poster, case.id, "Mine.")
    await cases.answer(office.wen, case.id, "On Monday.", change=case.change)  # preparing is no step
    assert (await cases.get(office.wen, case.id)).prepared is None


async def test_a_follow_up_in_public_is_a_reply_the_office_hears_of(office: Office) -> None:
    case = await office.public()
    assert case.thread is not None
    office.clock.advance(minutes=6)
    done = await office.forum.cases.follow_up(office.poster, case.id, "It is the third time.")
    assert (done.state, done.change) == (CaseState.RECEIVED, case.change + 1)
    posts = await office.forum.threads.posts(office.poster, case.thread)
    assert [post.body for post in posts][1:] == ["It is the third time."]
    assert (await office.forum.inbox.list(office.bai)).items[0].kind == "desk.follow-up"
    with pytest.raises(Conflict, match=r"case\.meanwhile"):  # who answers has to see it first
        await office.forum.cases.answer(office.wen, case.id, "Fixed.", change=case.change)


async def test_the_queue_is_by_urgency_and_lists_are_filtered(office: Office) -> None:
    cases = office.forum.cases
    first, second, third = await office.public(), await office.public(), await office.public()
    secret, _ = await office.private()
    await cases.take(office.wen, first.id)
    now = office.clock.now()
    await office.put(third.id, answer_by=now - timedelta(hours=1), acknowledged_at=first.opened_at)
    await office.put(second.id, acknowledge_by=now - timedelta(hours=5))  # late to take on is not overdue
    assert [one.id for one in await cases.queue(office.bai)] == [third.id, second.id, secret.id, first.id]
    waiting = await cases.waiting(office.bai)
    assert (waiting.count, waiting.overdue, waiting.untaken) == (4, 1, 3)
    await office.put(second.id, answer_by=now - timedelta(hours=2))
    late = await cases.queue(office.bai)
    assert [one.id for one in late[:2]] == [second.id, third.id]
    assert late[0].due == late[0].answer_by
    await office.put(second.id, answer_by=now + timedelta(days=9))
    assert (await cases.waiting(office.poster)).count == 0
    with pytest.raises(Forbidden):
        await cases.queue(office.poster)
    found = await cases.list(office.guest, overdue=True)
    assert [one.id for one in found.items] == [third.id]
    found = await cases.list(office.poster, mine=True, states=[CaseState.ASSIGNED])
    assert [one.id for one in found.items] == [first.id]
    assert (await cases.list(office.stranger, offices=["secretary"])).items == ()
    assert len((await cases.list(office.stranger, board=office.services, kind=CaseKind.HELP)).items) == 1
    page = await cases.list(office.stranger, limit=3)
    assert [one.id for one in page.items] == [secret.id, third.id, second.id]
    assert [one.id for one in (await cases.list(office.stranger, after=page.after)).items] == [first.id]


async def test_templates_are_for_the_people_of_the_office(office: Office) -> None:
    kept = office.forum.office_templates
    await kept.set(office.bai, "administration", "received", "We have it.")
    await kept.set(office.wen, "administration", "received", "We have it, thank you.")
    assert [(one.name, one.body, one.changed_by) for one in await kept.list(office.zhou, "administration")] == [
        ("received", "We have it, thank you.", "文远")
    ]
    for stranger, code in ((office.lin, r"case\.not_staff"), (office.poster, r"access\.denied")):
        with pytest.raises(Forbidden, match=code):
            await kept.list(stranger, "administration")
    with pytest.raises(Conflict, match=r"office_template\.meanwhile"):
        await kept.set(office.bai, "administration", "received", "Noted.", seen="We have it.")
    await kept.set(office.bai, "administration", "other", "Noted.", seen="")
    with pytest.raises(Conflict, match=r"template\.taken"):
        await kept.rename(office.bai, "administration", "received", "other")
    with pytest.raises(Forbidden, match=r"case\.not_staff"):
        await kept.rename(office.lin, "administration", "received", "mine")
    with pytest.raises(NotFound, match=r"office_template\.not_found"):
        await kept.rename(office.zhou, "administration", "nothing", "some")
    assert (await kept.rename(office.zhou, "administration", "other", "noted")).body == "Noted."
    assert [one.name for one in await kept.list(office.wen, "administration")] == ["received", "noted"]
    with pytest.raises(Invalid, match=r"office_template\.name"):
        await kept.set(office.wen, "administration", "x" * 41, "Long.")
    await kept.drop(office.zhou, "administration", "received")
    with pytest.raises(NotFound, match=r"office_template\.not_found"):
        await kept.drop(office.zhou, "administration", "received")


def test_the_page_of_the_table_is_written_from_it() -> None:
    assert (ROOT / "docs" / "cases.md").read_text(encoding="utf-8") == table_markdown()


def test_every_state_has_a_way_on_or_is_an_end() -> None:
    for state in CaseState:
        onward = {rule.target for rule in TABLE if state in rule.sources and rule.target not in (None, state)}
        assert onward or state is CaseState.MERGED, state
    assert {rule.target for rule in TABLE if rule.target} == set(CaseState)


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # the parts of a moment
