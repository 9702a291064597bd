"""What the clock does with cases: once, whatever happens to clocks and processes."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from bbs.errors import Conflict
from bbs.forum.actor import LOCAL
from bbs.forum.cases.clock import CaseClock
from bbs.forum.cases.table import Act
from bbs.forum.forum import Forum
from bbs.text.when import ManualClock
from tests.forum.casework import Office, open_office
from tests.forum.conftest import People


@pytest.fixture
async def office(forum: Forum, people: People, clock: ManualClock) -> Office:
    """The office and its tracked board."""
    return await open_office(forum, people, clock)


def clock_at(office: Office, moment: datetime) -> CaseClock:
    """The job as a process does it whose clock says this."""
    forum = office.forum
    return CaseClock(forum.db, ManualClock(moment), forum.boards, forum.community)


async def acts(office: Office, number: int) -> list[Act]:
    view = await office.forum.cases.get(office.zhou, number)
    return [step.act for step in view.steps]


async def test_an_office_is_reminded_twice_and_then_all_can_see_it(office: Office) -> None:
    case = await office.public()  # Monday; to be answered by the end of the Monday after
    due = case.answer_by
    steps: list[tuple[datetime, list[Act]]] = [
        (due - timedelta(days=4), []),  # Thursday
        (datetime(2026, 1, 9, 8, 59, tzinfo=UTC), []),
        (datetime(2026, 1, 9, 9, 0, tzinfo=UTC), [Act.REMIND]),
        (datetime(2026, 1, 11, 12, 0, tzinfo=UTC), []),  # Sunday
        (datetime(2026, 1, 12, 9, 0, tzinfo=UTC), [Act.REMIND]),
        (due, []),
        (due + timedelta(minutes=1), [Act.OVERDUE]),
        (due + timedelta(days=30), []),
    ]
    expected = [Act.OPEN]
    for moment, more in steps:
        job = clock_at(office, moment)
        assert await job.look() == len(more)
        assert await job.look() == 0  # doing it again does nothing
        expected += more
        assert await acts(office, case.id) == expected
    kinds = [notice.kind for notice in (await office.forum.inbox.list(office.bai)).items]
    assert kinds == ["desk.overdue", "desk.remind", "desk.remind", "desk.open"]
    assert [notice.kind for notice in (await office.forum.inbox.list(office.poster)).items] == ["case.overdue"]
    # Between the clock and the office: others see only that it is overdue.
    shown = await office.forum.cases.get(office.stranger, case.id)
    assert [step.act for step in shown.steps] == [Act.OPEN, Act.OVERDUE]


async def test_a_clock_set_back_undoes_and_repeats_nothing(office: Office) -> None:
    case = await office.public()
    assert await clock_at(office, case.answer_by + timedelta(hours=1)).look() == 1
    for back in (timedelta(days=1), timedelta(days=4), timedelta(days=400)):
        assert await clock_at(office, case.answer_by - back).look() == 0
    assert await acts(office, case.id) == [Act.OPEN, Act.OVERDUE]
    # The forum's own clock still says it is in time; once told, it stays overdue.
    assert (await office.forum.cases.get(office.guest, case.id)).case.overdue
    assert [one.id for one in (await office.forum.cases.list(office.guest, overdue=True)).items] == [case.id]
    assert (await office.forum.cases.waiting(office.wen)).overdue == 1
    with pytest.raises(Conflict, match=r"case\.expired"):
        await office.forum.cases.extend(office.wen, case.id, date(2026, 1, 20), "In time, by this clock.")


async def test_of_several_processes_one_does_it(office: Office) -> None:
    case = await office.public()
    late = case.answer_by + timedelta(hours=1)
    done = await asyncio.gather(*(clock_at(office, late).look() for _ in range(4)))
    assert sorted(done) == [0, 0, 0, 1]
    assert await acts(office, case.id) == [Act.OPEN, Act.OVERDUE]


async def test_who_works_is_not_disturbed_by_the_clock(office: Office) -> None:
    case = await office.public()
    await clock_at(office, case.answer_by + timedelta(hours=1)).look()
    answered = await office.forum.cases.answer(office.wen, case.id, "Late, sorry.", change=case.change)
    assert not answered.overdue
    assert await clock_at(office, case.answer_by + timedelta(days=9)).look() == 0


async def test_a_new_date_begins_anew(office: Office) -> None:
    case = await office.public()
    await clock_at(office, case.answer_by - timedelta(hours=3)).look()
    office.clock.advance(days=6)
    longer = await office.forum.cases.extend(office.wen, case.id, date(2026, 1, 15), "A part is on order.")
    assert await clock_at(office, case.answer_by + timedelta(hours=1)).look() == 0
    assert await clock_at(office, longer.answer_by - timedelta(hours=3)).look() == 1
    assert await clock_at(office, longer.answer_by + timedelta(hours=3)).look() == 1


async def test_what_came_in_today_is_not_reminded_of_today(office: Office) -> None:
    await office.put((await office.public()).id, answer_by=datetime(2026, 1, 6, 23, 59, tzinfo=UTC))
    assert await clock_at(office, datetime(2026, 1, 5, 17, tzinfo=UTC)).look() == 0
    assert await clock_at(office, datetime(2026, 1, 6, 9, tzinfo=UTC)).look() == 1


async def test_private_ones_are_reminded_of_without_a_word(office: Office) -> None:
    case, _ = await office.private(nameless=True)
    assert await clock_at(office, case.answer_by + timedelta(hours=1)).look() == 1
    assert (await office.forum.inbox.list(office.wen)).items[0].facts["title"] == ""
    assert (await office.forum.cases.get(LOCAL, case.id)).case.overdue
