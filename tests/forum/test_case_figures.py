"""Figures of cases: counted right, never rounded up, and telling nothing of private ones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bbs.errors import Invalid
from bbs.forum.cases.figures import COLUMNS, Share, value
from bbs.forum.cases.table import CaseKind, Outcome, Rating
from bbs.forum.forum import Forum
from bbs.text.when import ManualClock
from tests.forum.casework import Office, open_office
from tests.forum.conftest import People


@pytest.fixture
async def office(forum: Forum, people: People, clock: ManualClock) -> Office:
    """The office and its tracked board."""
    return await open_office(forum, people, clock)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, ""),
        (0, 7, "0"),
        (999, 1000, "99.9"),
        (9_999, 10_000, "99.9"),
        (10_000, 10_000, "100"),
        (2, 3, "66.6"),
        (1, 2, "50"),
    ],
)
def test_a_rate_is_never_rounded_up(part: int, whole: int, text: str) -> None:
    assert Share(part, whole).text == text


async def test_what_came_in_and_what_became_of_it(office: Office) -> None:
    cases = office.forum.cases
    fixed, declined, returned, waiting = [await office.public(kind=CaseKind.COMPLAINT) for _ in range(4)]
    own, other, merged = await office.public(), await office.public(), await office.public()
    await cases.take(office.wen, fixed.id)
    office.clock.advance(hours=2)
    await cases.answer(office.wen, fixed.id, "Done.")
    await cases.close(office.wen, fixed.id, Outcome.FIXED_BY_OFFICE)
    await cases.rate(office.poster, fixed.id, Rating.SATISFIED)
    await cases.decline(office.wen, declined.id, "No money.")
    await cases.return_(office.wen, returned.id, "Not ours.", "The landlord")
    await cases.close(office.poster, own.id)
    await cases.merge(office.wen, merged.id, other.id)
    await office.put(waiting.id, answer_by=office.clock.now() - timedelta(hours=1))
    report = await office.forum.case_figures.report(office.guest)
    total = report.total
    assert (total.received, total.due, total.answered, total.open, total.overdue) == (7, 4, 2, 2, 1)
    assert (total.rate.text, total.satisfaction.text) == ("50", "100")
    assert (total.returned, total.merged, total.declined) == (1, 1, 1)
    assert (total.fixed_by_office, total.fixed_by_itself, total.explained) == (1, 1, 0)
    assert (total.answer.median, total.answer.ninety) == (2.5, 2.6)  # opened six minutes apart
    assert [(one.key, one.received) for one in report.offices] == [("administration", 7)]
    assert [(one.key, one.received) for one in report.boards] == [("services", 7)]
    assert [(one.key, one.received) for one in report.kinds] == [
        ("suggestion", 0),
        ("complaint", 4),
        ("question", 3),
        ("help", 0),
    ]
    assert [one.key for one in report.months][:1] + [one.key for one in report.months][-1:] == ["2025-02", "2026-01"]
    assert all(value(total, name) is None or str(value(total, name)) for name in COLUMNS)


async def test_of_private_cases_neither_ratings_nor_single_times_are_told(office: Office) -> None:
    cases = office.forum.cases
    secret, _ = await office.private()
    await cases.answer(office.wen, secret.id, "Quietly.")
    await cases.close(office.wen, secret.id, Outcome.EXPLAINED)
    await cases.rate(office.poster, secret.id, Rating.SATISFIED)
    total = (await office.forum.case_figures.report(office.stranger)).total
    assert (total.received, total.private, total.answered, total.rate.text) == (1, 1, 1, "100")
    assert (total.rated, total.satisfaction.text, total.explained) == (0, "", 0)
    assert total.answer.withheld
    assert total.answer.median is None
    for _ in range(4):
        await cases.answer(office.wen, (await office.public()).id, "Openly.")
    total = (await office.forum.case_figures.report(office.stranger)).total
    assert not total.answer.withheld
    assert total.answer.median is not None


async def test_months_and_filters(office: Office) -> None:
    await office.public()
    figures = office.forum.case_figures
    january = date(2026, 1, 31)
    assert (await figures.report(office.guest, since=january, until=january)).total.received == 1
    assert (await figures.report(office.guest, since=date(2025, 11, 3), until=date(2025, 12, 1))).total.received == 0
    assert (await figures.report(office.guest, kind=CaseKind.HELP)).total.received == 0
    assert (await figures.report(office.guest, office="secretary")).total.received == 0
    assert (await figures.report(office.guest, board=office.services)).total.received == 1
    for since, until in ((date(2026, 2, 1), date(2026, 1, 1)), (date(2020, 1, 1), date(2026, 1, 1))):
        with pytest.raises(Invalid, match=r"figures\.months"):
            await figures.report(office.guest, since=since, until=until)
