"""Cases: every act from every state, what is private, and who is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

import pytest

from bbs.errors import BbsError, Conflict, Forbidden
from bbs.forum.actor import Actor
from bbs.forum.case_table import TABLE, Act, CaseState, Doer, Outcome, Rating, rule_for, rules_for
from bbs.forum.cases import Case
from bbs.forum.forum import Forum
from bbs.text.when import ManualClock
from tests.forum.casework import Office, open_office
from tests.forum.conftest import People


@pytest.fixture
async def office(forum: Forum, people: People, clock: ManualClock) -> Office:
    """The office and its tracked board."""
    return await open_office(forum, people, clock)


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
        for act, do in doing.items():
            for who, doers in people.items():
                await office.put(case.id, state=state.value, answer_by=case.answer_by, **FRESH)
                rule = rule_for(act, state, doers)
                if rule is not None:
                    done = await do(office, who, case.id)
                    assert done.state is (rule.target or state), (state, act, who.name)
                    walked += 1
                    continue
                known = any(each.doers & doers for each in rules_for(act))
                refused: type[BbsError] = Conflict if known else Forbidden
                with pytest.raises(refused) as raised:
                    await do(office, who, case.id)
                assert raised.value.code == (f"case.is_{state.value}" if known else "case.not_yours")
    assert walked == sum(
        rule_for(act, state, doers) is not None for state in CaseState for act in doing for doers in people.values()
    )
