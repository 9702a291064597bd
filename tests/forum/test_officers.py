"""Offices and appointments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum.access import Verb, allowed
from bbs.forum.actor import LOCAL, AccountKind, Duty
from bbs.forum.forum import Forum
from bbs.forum.officers import officers
from bbs.store.database import Event
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of

TITLES: Final[dict[str, Any]] = {"title_zh": "工会主席", "title_en": "Union Chair"}


async def test_offices_show_who_holds_them(forum: Forum, people: People) -> None:
    found = await forum.officers.offices(people.reed)
    assert [(office.slug, [held.real_name for held in office.appointments]) for office in found] == [
        ("secretary", ["林若溪"]),
        ("union", []),
        ("administration", ["周明"]),
    ]
    assert (await forum.officers.office(people.guest, "secretary")).appointments[0].account == "lin"
    with pytest.raises(NotFound, match=r"office\.not_found"):
        await forum.officers.office(people.reed, "nowhere")


async def test_appointing_makes_the_account_records_it_and_tells(forum: Forum, people: People) -> None:
    told: list[Event] = []
    forum.listen(("account.changed",), told.append)
    made = await forum.officers.appoint(people.sysop, "union", "he", real_name=" 何静\x00", **TITLES)
    assert (made.office, made.account, made.real_name, made.duty) == ("union", "he", "何静", Duty.HOLDER)
    assert made.since == forum.clock.now()
    shown = await forum.accounts.show(LOCAL, "he")
    assert (shown.kind, shown.offices, shown.has_password, shown.keys) == (AccountKind.OFFICER, ("union",), False, 0)
    assert [event.payload["account"] for event in told] == ["he"]
    entries = [entry for entry in await forum.register.entries(people.sysop, limit=500) if entry.actor == "sysop"]
    assert [entry.kind for entry in entries] == ["account.create", "office.appoint"]
    assert entries[1].subject == "/o/union"
    assert entries[1].record["name"] == "何静"
    assert entries[1].record["since"] == "2026-01-01T00:00:00Z"


async def test_rights_come_and_go_with_the_dates(forum: Forum, people: People, clock: ManualClock) -> None:
    now = clock.now()
    await forum.officers.appoint(
        LOCAL, "union", "he", real_name="何静", **TITLES, since=now + timedelta(days=1), until=now + timedelta(days=3)
    )
    he = await actor_of(forum, "he")
    assert not allowed(he, Verb.POST_OFFICIAL)
    for _ in range(2):
        clock.advance(days=1)
        he = await forum.accounts.refresh(he)
        assert allowed(he, Verb.POST_OFFICIAL)
    clock.advance(days=1)
    he = await forum.accounts.refresh(he)
    assert he.appointments == ()
    assert not allowed(he, Verb.POST_OFFICIAL)


async def test_dismissing_ends_it_now(forum: Forum, people: People) -> None:
    told: list[Event] = []
    forum.listen(("account.changed",), told.append)
    ended = await forum.officers.dismiss(people.sysop, "secretary", "lin")
    assert ended.ended_at == forum.clock.now()
    assert [event.payload["account"] for event in told] == ["lin"]
    assert (await forum.accounts.refresh(people.lin)).appointments == ()
    held = await forum.db.read(lambda tx: officers.current(tx, people.lin.account_id or 0, forum.clock.now()))
    assert held == []
    with pytest.raises(NotFound, match=r"appointment\.not_found"):
        await forum.officers.dismiss(people.sysop, "secretary", "lin")
    last = (await forum.register.entries(people.reed, limit=500))[-1]
    assert (last.kind, last.record["ended_at"]) == ("office.dismiss", "2026-01-01T00:00:00Z")
    again = await forum.officers.appoint(people.sysop, "secretary", "lin", real_name="林若溪", **TITLES)
    assert again.id != ended.id


async def test_deputies_and_liaisons(forum: Forum, people: People) -> None:
    await forum.officers.appoint(LOCAL, "secretary", "xu", real_name="徐可", **TITLES, duty=Duty.LIAISON)
    await forum.officers.appoint(LOCAL, "secretary", "tang", real_name="唐文", **TITLES, duty=Duty.DEPUTY)
    xu, tang = await actor_of(forum, "xu"), await actor_of(forum, "tang")
    assert (allowed(xu, Verb.OFFICE_DESK), allowed(xu, Verb.POST_OFFICIAL), xu.appointment) == (True, False, None)
    assert (allowed(tang, Verb.OFFICE_DESK), allowed(tang, Verb.POST_OFFICIAL)) == (True, True)
    for actor, names in ((people.reed, ["林若溪", "唐文", "徐可"]), (people.guest, ["林若溪", "唐文"])):
        office = await forum.officers.office(actor, "secretary")
        assert [held.real_name for held in office.appointments] == names


async def test_one_account_in_two_offices_publishes_for_the_one_that_is_asked(forum: Forum, people: People) -> None:
    await forum.officers.appoint(LOCAL, "union", "lin", real_name="林若溪", **TITLES)
    lin = await actor_of(forum, "lin")
    assert [held.office for held in lin.appointments] == ["secretary", "union"]
    asked = lin.appointment_for(("union",)), lin.appointment_for(()), lin.appointment_for(("administration",))
    assert [held.office for held in asked if held] == ["union", "secretary", "secretary"]


async def test_what_is_refused_leaves_nothing(forum: Forum, people: People, clock: ManualClock) -> None:
    good: dict[str, Any] = {"office": "union", "account": "he", "real_name": "何静", **TITLES}
    now = clock.now()
    wrong: list[tuple[dict[str, Any], type[BbsError], str]] = [
        ({"office": "nowhere"}, NotFound, "office.not_found"),
        ({"account": "reed"}, Conflict, "appointment.kind"),
        ({"account": "Hé"}, Invalid, "name.login"),
        ({"account": "guest"}, Invalid, "name.reserved"),
        ({"real_name": " \x00"}, Invalid, "appointment.name"),
        ({"real_name": "何" * 33}, Invalid, "appointment.name"),
        ({"real_name": "Plum"}, Conflict, "appointment.name_taken"),
        ({"title_en": ""}, Invalid, "appointment.title"),
        ({"title_zh": "长" * 65}, Invalid, "appointment.title"),
        ({"until": now}, Invalid, "appointment.dates"),
        ({"since": now - timedelta(days=9), "until": now - timedelta(days=1)}, Invalid, "appointment.dates"),
        ({"since": now + timedelta(days=2), "until": now + timedelta(days=1)}, Invalid, "appointment.dates"),
        ({"office": "secretary", "account": "lin"}, Conflict, "appointment.exists"),
    ]
    before = await forum.register.entries(LOCAL, limit=500)
    for change, kind, code in wrong:
        with pytest.raises(kind) as caught:
            await forum.officers.appoint(LOCAL, **{**good, **change})
        assert caught.value.code == code
    with pytest.raises(Forbidden, match=r"access\.denied"):
        await forum.officers.appoint(people.lin, **good)
    with pytest.raises(Forbidden, match=r"access\.denied"):
        await forum.officers.dismiss(people.zhou, "secretary", "lin")
    assert await forum.register.entries(LOCAL, limit=500) == before
    with pytest.raises(NotFound):
        await forum.accounts.show(LOCAL, "he")


async def test_a_pen_name_that_looks_like_the_officer_can_be_suspended_first(forum: Forum, people: People) -> None:
    await forum.accounts.suspend(LOCAL, "plum")
    assert (await forum.officers.appoint(LOCAL, "union", "he", real_name="Plum", **TITLES)).real_name == "Plum"


async def test_a_former_officers_name_stays_theirs(forum: Forum, people: People) -> None:
    await forum.officers.dismiss(LOCAL, "secretary", "lin")
    with pytest.raises(Invalid, match=r"name\.reserved"):
        await forum.accounts.name_free("林若溪")
