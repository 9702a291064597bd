"""Appointments that begin and end by the clock, with nobody doing anything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import update

from bbs.errors import Conflict, Forbidden
from bbs.forum.access import Verb, allowed
from bbs.forum.actor import LOCAL, Duty
from bbs.forum.forum import Forum, open_forum
from bbs.forum.policy import Policy
from bbs.store.database import Event
from bbs.store.tables import appointment
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of
from tests.support.keys import make_pair

TITLES: Final[dict[str, Any]] = {"title_zh": "工会主席", "title_en": "Union Chair"}
DAY: Final = timedelta(days=1)


@pytest.fixture
async def he(forum: Forum, people: People, clock: ManualClock) -> list[str]:
    """He Jing holds the union's office from tomorrow on for two days; the accounts that were told of changes."""
    now = clock.now()
    dates: dict[str, Any] = {"since": now + DAY, "until": now + 3 * DAY}
    await forum.officers.appoint(LOCAL, "union", "he", real_name="何静", **TITLES, **dates)
    await forum.terms.look()
    told: list[str] = []

    def heard(event: Event) -> None:
        told.append(str(event.payload["account"]))

    forum.listen(("account.changed",), heard)
    return told


async def test_whoever_begins_or_ends_is_told_at_that_moment(forum: Forum, he: list[str], clock: ManualClock) -> None:
    assert (await forum.terms.look(), he) == (0, [])
    clock.advance(days=1)
    assert (await forum.terms.look(), he) == (1, ["he"])
    actor = await actor_of(forum, "he")
    assert allowed(actor, Verb.POST_OFFICIAL)
    clock.advance(days=1, seconds=86_399)
    assert (await forum.terms.look(), he) == (0, ["he"])
    clock.advance(seconds=1)
    assert (await forum.terms.look(), he) == (1, ["he", "he"])
    assert (await forum.accounts.refresh(actor)).appointments == ()
    last = (await forum.register.entries(LOCAL, limit=500))[-1]
    assert (last.kind, last.subject, last.actor) == ("office.expire", "/o/union", "local")
    assert last.record["ended_at"] == last.record["until"]
    assert (await forum.terms.look(), he) == (0, ["he", "he"])


async def test_a_clock_that_is_set_back_brings_nothing_back(
    forum: Forum, he: list[str], clock: ManualClock, policy: Policy
) -> None:
    clock.advance(days=4)
    assert await forum.terms.look() == 1
    earlier = await open_forum(forum.db, ManualClock(clock.now() - 2 * DAY), policy)
    await earlier.terms.look()
    actor = await actor_of(earlier, "he")
    assert actor.appointments == ()
    life = await earlier.boards.get(actor, "life")
    with pytest.raises(Forbidden, match=r"access\.denied"):
        await earlier.threads.start(actor, life, "标题", "正文", official=True)
    made = await forum.officers.appoint(LOCAL, "union", "he", real_name="何静", **TITLES)
    ended = await earlier.officers.dismiss(LOCAL, "union", "he")  # at a moment before it began
    assert (ended.id, ended.ended_at) == (made.id, earlier.clock.now())
    assert (await actor_of(forum, "he")).appointments == ()
    assert (await forum.register.verify(LOCAL)).ok
    await earlier.close()


async def test_what_ended_while_the_server_was_down_is_ended_at_the_start(
    forum: Forum, people: People, clock: ManualClock, policy: Policy
) -> None:
    await forum.db.write(lambda tx: tx.connection.execute(update(appointment).values(until_at=clock.now() + DAY)))
    clock.advance(days=2)
    again = await open_forum(forum.db, clock, policy)
    assert await again.terms.look() == 2
    assert await forum.terms.look() == 0  # another server on the same store finds it done
    kinds = [entry.kind for entry in await forum.register.entries(LOCAL, limit=500)]
    assert kinds.count("office.expire") == 2
    await again.close()


async def test_an_office_has_one_holder_at_a_time_and_remembers_all(
    forum: Forum, he: list[str], people: People, clock: ManualClock
) -> None:
    now = clock.now()
    common: dict[str, Any] = {"real_name": "秦川", **TITLES}
    with pytest.raises(Conflict, match=r"appointment\.held"):
        await forum.officers.appoint(LOCAL, "union", "qin", **common)
    with pytest.raises(Conflict, match=r"appointment\.held"):
        await forum.officers.appoint(LOCAL, "union", "qin", **common, since=now, until=now + 2 * DAY)
    await forum.officers.appoint(LOCAL, "union", "qin", **common, until=now + DAY)  # until the day he begins
    await forum.officers.appoint(LOCAL, "union", "xu", real_name="徐可", **TITLES, duty=Duty.LIAISON)
    clock.advance(days=5)
    await forum.terms.look()
    await forum.officers.appoint(LOCAL, "union", "qin", **common)
    found = await forum.officers.history(people.reed, "union")
    assert [(held.real_name, held.duty, held.ended_at) for held in found] == [
        ("秦川", Duty.HOLDER, None),
        ("何静", Duty.HOLDER, now + 3 * DAY),
        ("徐可", Duty.LIAISON, None),
        ("秦川", Duty.HOLDER, now + DAY),
    ]
    assert len(await forum.officers.history(people.guest, "union")) == 3


async def test_a_post_keeps_the_office_it_was_written_in(forum: Forum, people: People) -> None:
    life = await forum.boards.get(people.reed, "life")
    thread = await forum.threads.start(people.reed, life, "Tea", "Green or red?")
    made = await forum.threads.reply(people.lin, thread.thread, "Green.")
    await forum.officers.dismiss(LOCAL, "secretary", "lin")
    await forum.officers.appoint(LOCAL, "union", "lin", real_name="林若溪", **TITLES)
    later = await forum.threads.post(people.reed, made.id)
    assert later.official is not None
    assert (later.official.office, later.official.title_en) == ("secretary", "Executive Deputy Secretary")
    assert (await forum.proofs.verify(people.reed, made.id)).ok


async def test_which_keys_an_officer_has_is_in_the_register_and_nobody_elses_is(
    forum: Forum, people: People, tmp_path: Path
) -> None:
    line = make_pair(tmp_path).line
    for actor in (people.lin, people.reed):
        key = await forum.accounts.add_key(actor, line)
        await forum.accounts.add_key(actor, make_pair(tmp_path, actor.name).line)
        await forum.accounts.remove_key(actor, key.fingerprint)
    found = [entry for entry in await forum.register.entries(people.plum, limit=500) if entry.kind == "office.key"]
    assert [entry.record["added"] for entry in found] == [True, True, False]
    assert {entry.actor for entry in found} == {"lin"}
