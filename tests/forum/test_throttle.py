"""Delays after failed logins."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncssh
import pytest
from sqlalchemy import func, select

from bbs.errors import BbsError, Forbidden, TryLater
from bbs.forum.accounts import throttle
from bbs.forum.accounts.throttle import MOST, WINDOW
from bbs.forum.forum import Forum, Policy, open_forum
from bbs.store.tables import login_failure
from bbs.text.when import ManualClock
from tests.forum.conftest import People


async def guess(forum: Forum, name: str = "reed", *, source: str = "10.0.0.1", transport: str = "ssh") -> str:
    """Try a wrong password: the code of the answer."""
    with pytest.raises(BbsError) as caught:
        await forum.accounts.by_password(name, "a wrong guess", transport=transport, source=source)
    return caught.value.code


async def wait_for(forum: Forum, name: str = "reed", *, source: str = "10.0.0.1") -> int:
    """Seconds that the next attempt has to wait."""
    with pytest.raises(TryLater) as caught:
        await forum.accounts.by_password(name, f"demo-{name}", transport="ssh", source=source)
    return int(str(caught.value.params["seconds"]))


async def rows(forum: Forum) -> int:
    query = select(func.count()).select_from(login_failure)
    return await forum.db.read(lambda tx: tx.connection.execute(query).scalar_one())


async def test_waiting_grows_and_ten_failures_cost_the_window(forum: Forum, people: People, clock: ManualClock) -> None:
    waits = []
    for failures in range(1, MOST + 1):
        assert await guess(forum) == "login.refused"
        if failures >= throttle.FREE:
            waits.append(await wait_for(forum))
            clock.advance(waits[-1])
    assert waits == [2, 4, 8, 16, 32, 64, 128, 1800]
    assert (await forum.accounts.by_password("reed", "demo-reed", transport="ssh", source="10.0.0.1")).name == "reed"


async def test_a_wait_is_no_failure_and_the_right_password_waits_too(forum: Forum, people: People) -> None:
    for _ in range(3):
        await guess(forum)
    assert [await wait_for(forum), await wait_for(forum)] == [2, 2]


async def test_known_and_unknown_names_wait_alike(forum: Forum, people: People) -> None:
    seen = []
    for place, name in enumerate(("reed", "nobody-here", "lin")):
        source = f"10.0.1.{place}"
        codes = [await guess(forum, name, source=source) for _ in range(4)]
        seen.append((codes, await wait_for(forum, name, source=source)))
    assert seen == [(["login.refused"] * 3 + ["login.wait"], 2)] * 3


async def test_guesses_sent_at_once_are_counted_before_they_are_checked(forum: Forum, people: People) -> None:
    codes = await asyncio.gather(*(guess(forum) for _ in range(40)))
    assert sorted(codes) == ["login.refused"] * 3 + ["login.wait"] * 37


async def test_other_sources_and_other_accounts_are_not_delayed(forum: Forum, people: People) -> None:
    for _ in range(4):
        await guess(forum)
    assert (await forum.accounts.by_password("reed", "demo-reed", transport="ssh", source="10.0.0.2")).name == "reed"
    assert (await forum.accounts.by_password("plum", "demo-plum", transport="ssh", source="10.0.0.1")).name == "plum"


async def test_one_count_for_all_transports(forum: Forum, people: People, policy: Policy) -> None:
    policy.telnet_members = True
    for transport in ("ssh", "telnet", "exec"):
        assert await guess(forum, transport=transport) == "login.refused"
    assert await guess(forum, transport="telnet") == "login.wait"


async def test_counts_survive_a_restart(forum: Forum, people: People, clock: ManualClock, policy: Policy) -> None:
    for _ in range(3):
        await guess(forum)
    again = await open_forum(forum.db, clock, policy)
    assert await wait_for(again) == 2
    await again.close()


async def test_a_source_that_tries_many_names_waits_but_never_long(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    for number in range(throttle.SOURCE_FREE):
        assert await guess(forum, f"name{number}") == "login.refused"
    assert await guess(forum, "plum") == "login.wait"
    clock.advance(1)
    assert await guess(forum, "plum") == "login.refused"
    assert throttle.source_delay(10_000) == throttle.SOURCE_LONGEST


async def test_ones_own_account_does_not_wipe_out_guesses_at_others(forum: Forum, people: People) -> None:
    for number in range(throttle.SOURCE_FREE - 1):
        await guess(forum, f"name{number}")
    await forum.accounts.by_password("plum", "demo-plum", transport="ssh", source="10.0.0.1")
    assert await guess(forum, "name-a") == "login.refused"
    assert await guess(forum, "name-b") == "login.wait"


async def test_keys_are_never_delayed_and_leave_no_trace(forum: Forum, people: People) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    await forum.accounts.add_key(people.reed, key.export_public_key().decode())
    for _ in range(30):
        await guess(forum)
    before = await rows(forum)
    assert (await forum.accounts.by_key("reed", key.public_data, transport="ssh")).name == "reed"
    with pytest.raises(Forbidden, match=r"login\.refused"):
        await forum.accounts.by_key("plum", key.public_data, transport="ssh")
    assert await rows(forum) == before


async def test_the_table_shows_neither_names_nor_addresses_and_is_emptied(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    await guess(forum, "my-secret-password", source="192.0.2.77")
    shown = await forum.db.read(lambda tx: str(tx.connection.execute(select(login_failure)).all()))
    assert "my-secret-password" not in shown
    assert "192.0.2.77" not in shown
    assert await rows(forum) == 2
    clock.advance(WINDOW.total_seconds() + 1)
    await guess(forum, "reed", source="10.0.0.9")
    assert await rows(forum) == 2


async def test_a_clock_put_back_locks_nobody_out(forum: Forum, people: People, policy: Policy) -> None:
    for _ in range(3):
        await guess(forum)
    earlier = ManualClock(forum.clock.now() - timedelta(days=400))
    again = await open_forum(forum.db, earlier, policy)
    assert (await again.accounts.by_password("reed", "demo-reed", transport="ssh", source="10.0.0.1")).name == "reed"
    await again.close()


async def test_what_counts_as_one_source(forum: Forum, people: People) -> None:
    for one, other, same in (
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8:1::1", "2001:db8:1:1::1", False),
        ("::ffff:10.1.0.1", "10.1.0.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("10.2.0.1", "10.2.0.2", False),
        ("not an address", "not an address", True),
    ):
        for _ in range(3):
            await guess(forum, source=one)
        assert (await guess(forum, source=other) == "login.wait") is same, one


async def test_open_registration_is_paced_and_does_not_delay_logins(
    forum: Forum, people: People, policy: Policy
) -> None:
    policy.demo = True
    for number in range(3):
        await forum.accounts.register(f"newcomer.{'abc'[number]}", password="a good long one", source="10.0.0.1")
    with pytest.raises(TryLater, match=r"login\.wait"):
        await forum.accounts.register("kite", password="a good long one", source="10.0.0.1")
    assert (await forum.accounts.by_password("reed", "demo-reed", transport="ssh", source="10.0.0.1")).name == "reed"
