"""Who is here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bbs.errors import Forbidden
from bbs.forum.actor import AccountKind, Actor, Appointment, Duty
from bbs.forum.people.presence import Here, Presence
from bbs.text.when import ManualClock

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REED = Actor("reed", AccountKind.MEMBER, 1, transport="ssh")
PLUM = Actor("plum", AccountKind.MEMBER, 2, transport="ssh")
LIN = Actor(
    "lin",
    AccountKind.OFFICER,
    3,
    appointments=(Appointment(1, "secretary", "lin", "林若溪", "书记", "Secretary", Duty.HOLDER, MORNING, None),),
    transport="ssh",
)
GUEST = Actor("guest", AccountKind.GUEST, transport="ssh")


def test_one_row_a_person_officers_first_cut_to_the_hour() -> None:
    clock = ManualClock(datetime(2026, 3, 2, 9, 17, 5, tzinfo=UTC))
    presence = Presence(clock)
    presence.enter(REED)
    clock.advance(hours=2)
    for actor in (REED, PLUM, LIN, GUEST, GUEST):
        presence.enter(actor)
    assert presence.list(REED) == [
        Here("林若溪", "officer", "secretary", MORNING.replace(hour=11)),
        Here("plum", "member", None, MORNING.replace(hour=11)),
        Here("reed", "member", None, MORNING),
    ]
    assert presence.counts() == (5, 1)


def test_who_leaves_is_gone_when_the_last_session_ends() -> None:
    presence = Presence(ManualClock())
    first, second = presence.enter(REED), presence.enter(REED)
    presence.leave(first)
    assert [here.name for here in presence.list(PLUM)] == ["reed"]
    presence.leave(second)
    presence.leave(second)
    presence.leave("no such ticket")
    assert presence.list(PLUM) == []
    assert presence.counts() == (0, 0)


def test_who_wants_to_stay_out_of_it_is_counted_only() -> None:
    presence = Presence(ManualClock())
    ticket = presence.enter(REED)
    hidden = replace(REED, preferences={"listed": False})
    presence.change(ticket, hidden)
    presence.change("no such ticket", hidden)
    assert presence.list(PLUM) == []
    assert presence.counts() == (1, 0)


def test_guests_are_told_numbers_and_no_names() -> None:
    presence = Presence(ManualClock())
    presence.enter(GUEST)
    assert presence.list(REED) == []
    with pytest.raises(Forbidden, match=r"access\.denied"):
        presence.list(GUEST)
