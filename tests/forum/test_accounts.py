"""Accounts: logging in, registering, roles, states; what is told and what is not."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound, TryLater
from bbs.forum.accounts.passwords import Cost, Hashes
from bbs.forum.actor import LOCAL, AccountKind, Actor, Grant, Role
from bbs.forum.forum import Forum, Policy
from bbs.store.database import Event
from bbs.store.tables import account, invitation
from bbs.text.when import ManualClock
from tests.forum.conftest import People

HOME: Final = "10.1.2.3"

NOT_FREE: Final = {
    "reed": "name.taken",
    "Reed": "name.taken",
    "ｒｅｅｄ": "name.taken",
    "r.eed": "name.taken",
    "réed": "name.taken",
    "lin": "name.taken",
    "reеd": "name.characters",  # Cyrillic е
    "林若溪": "name.reserved",
    "林若溪2": "name.reserved",
    "周明": "name.reserved",
    "行政司": "name.reserved",
    "行政司司长": "name.reserved",
    "union": "name.reserved",
    "Union_Chair": "name.reserved",
    "sysop": "name.reserved",
    "管理员": "name.reserved",
    "new": "name.reserved",
    "": "name.empty",
    "\x1b[31m": "name.empty",
    "a b": "name.characters",
    "x" * 200_000: "name.length",
}


def hashes_of(forum: Forum) -> Hashes:
    return forum.accounts._hashes


async def log_in(forum: Forum, name: str, password: str, *, transport: str = "ssh", source: str = HOME) -> Actor:
    return await forum.accounts.by_password(name, password, transport=transport, source=source, session="s1")


async def refusal(forum: Forum, name: str, password: str, *, transport: str = "ssh", source: str = HOME) -> BbsError:
    with pytest.raises(BbsError) as caught:
        await log_in(forum, name, password, transport=transport, source=source)
    return caught.value


async def column_of(forum: Forum, name: str, column: Any) -> Any:
    query = select(column).where(account.c.name == name)
    return await forum.db.read(lambda tx: tx.connection.execute(query).scalar_one())


async def test_a_member_logs_in_by_password(forum: Forum, people: People) -> None:
    actor = await log_in(forum, "reed", "demo-reed")
    assert actor == Actor("reed", AccountKind.MEMBER, people.reed.account_id, transport="ssh", session="s1")
    assert await log_in(forum, "REED", "demo-reed") == actor


async def test_a_look_alike_of_a_name_is_not_the_name(forum: Forum, people: People) -> None:
    assert (await refusal(forum, "rееd", "demo-reed")).code == "login.refused"  # Cyrillic е


async def test_unknown_names_closed_accounts_and_wrong_passwords_are_one_answer_and_one_hash(
    forum: Forum, people: People
) -> None:
    await forum.accounts.create(LOCAL, "bykey", AccountKind.MEMBER)
    await forum.accounts.suspend(LOCAL, "plum")
    hashes = hashes_of(forum)
    answers = []
    for name, transport in (
        ("reed", "ssh"),
        ("nobody-here", "ssh"),
        ("bykey", "ssh"),
        ("plum", "ssh"),
        ("lin", "ssh"),
        ("sysop", "ssh"),
        ("reed", "telnet"),
        ("x" * 10_000, "ssh"),
        ("\x1b[2J\x00", "ssh"),
    ):
        before = hashes.count
        error = await refusal(forum, name, "wrong password", transport=transport)
        answers.append((type(error), error.code, error.params, hashes.count - before))
    assert set(map(str, answers)) == {str((Forbidden, "login.refused", {}, 1))}


async def test_a_very_long_password_is_refused_before_any_work(forum: Forum, people: People) -> None:
    before = hashes_of(forum).count
    assert (await refusal(forum, "reed", "x" * 1_000_000)).code == "login.refused"
    assert hashes_of(forum).count == before


async def test_officers_and_sysops_come_by_key_only(forum: Forum, people: People) -> None:
    for name in ("lin", "sysop"):
        assert (await refusal(forum, name, f"demo-{name}")).code == "login.refused"
    await forum.accounts.role(LOCAL, "plum", Grant(Role.SYSOP), on=True)
    assert (await refusal(forum, "plum", "demo-plum")).code == "login.refused"


async def test_the_demo_lets_officers_and_sysops_in_by_password_but_not_over_telnet(
    forum: Forum, people: People, policy: Policy
) -> None:
    policy.demo = True
    lin = await log_in(forum, "lin", "demo-lin")
    assert lin.appointment is not None
    assert lin.appointment.real_name == "林若溪"
    assert (await log_in(forum, "sysop", "demo-sysop")).kind is AccountKind.SYSOP
    policy.telnet_members = True
    assert (await refusal(forum, "lin", "demo-lin", transport="telnet")).code == "login.refused"
    assert (await refusal(forum, "sysop", "demo-sysop", transport="telnet")).code == "login.refused"


async def test_members_come_by_telnet_where_the_site_allows_it(forum: Forum, people: People, policy: Policy) -> None:
    assert (await refusal(forum, "reed", "demo-reed", transport="telnet")).code == "login.refused"
    policy.telnet_members = True
    assert (await log_in(forum, "reed", "demo-reed", transport="telnet")).transport == "telnet"


async def test_who_owns_a_closed_account_is_told_so(forum: Forum, people: People) -> None:
    await forum.accounts.suspend(LOCAL, "reed")
    assert (await refusal(forum, "reed", "demo-reed")).code == "account.suspended"
    await forum.accounts.restore(LOCAL, "reed")
    assert (await log_in(forum, "reed", "demo-reed")).name == "reed"


async def test_an_old_hash_is_renewed_at_login(forum: Forum, people: People) -> None:
    old = await column_of(forum, "reed", account.c.password)
    forum.accounts._hashes = Hashes(Cost(memory_kib=16, passes=1))
    assert (await log_in(forum, "reed", "demo-reed")).name == "reed"
    new = await column_of(forum, "reed", account.c.password)
    assert "m=8," in old
    assert "m=16," in new
    assert (await log_in(forum, "reed", "demo-reed")).name == "reed"


async def test_only_the_week_of_a_visit_is_kept(forum: Forum, people: People) -> None:
    await log_in(forum, "reed", "demo-reed")
    assert await column_of(forum, "reed", account.c.seen_week) == "2026-W01"
    assert await column_of(forum, "reed", account.c.created_at) == datetime(2026, 1, 1, tzinfo=forum.clock.now().tzinfo)


async def test_refresh_follows_roles_and_states(forum: Forum, people: People) -> None:
    told: list[Event] = []
    forum.db.hub.subscribe(("account.changed",), told.append)
    await forum.accounts.role(people.sysop, "reed", Grant(Role.MODERATOR, "life"), on=True)
    await forum.accounts.role(people.sysop, "reed", Grant(Role.MODERATOR, "life"), on=True)  # held already: nothing new
    assert [event.payload for event in told] == [{"id": people.reed.account_id, "account": "reed"}]
    assert (await forum.accounts.refresh(people.reed)).grants == {Grant(Role.MODERATOR, "life")}
    await forum.accounts.role(people.sysop, "reed", Grant(Role.MODERATOR, "life"), on=False)
    assert (await forum.accounts.refresh(people.reed)) == people.reed
    await forum.accounts.suspend(people.sysop, "reed")
    with pytest.raises(Forbidden, match=r"account\.suspended"):
        await forum.accounts.refresh(people.reed)
    assert await forum.accounts.refresh(people.guest) is people.guest


async def test_roles_of_the_whole_site_have_no_scope(forum: Forum, people: People) -> None:
    with pytest.raises(Invalid, match=r"role\.scope"):
        await forum.accounts.role(LOCAL, "reed", Grant(Role.SYSOP, "life"), on=True)
    with pytest.raises(NotFound, match=r"scope\.not_found"):
        await forum.accounts.role(LOCAL, "reed", Grant(Role.MODERATOR, "lifee"), on=True)
    with pytest.raises(Invalid, match=r"role\.kind"):
        await forum.accounts.role(LOCAL, "lin", Grant(Role.SYSOP), on=True)


async def test_members_administer_nothing(forum: Forum, people: People) -> None:
    accounts = forum.accounts
    for act in (
        accounts.list(people.reed),
        accounts.show(people.reed, "plum"),
        accounts.role(people.reed, "reed", Grant(Role.SYSOP), on=True),
        accounts.create(people.lin, "other", AccountKind.MEMBER),
        accounts.invite(people.keeper, batch="mine"),
        accounts.set_password(people.reed, "a new password", name="plum"),
        accounts.suspend(people.keeper, "plum"),
        accounts.as_actor(people.lin, "reed"),
        accounts.keys(people.guest),
    ):
        with pytest.raises(Forbidden, match=r"access\.denied"):
            await act
    assert (await accounts.show(people.reed, "reed")).name == "reed"


async def test_a_list_of_accounts_pages_by_name(forum: Forum, people: People) -> None:
    first = await forum.accounts.list(LOCAL, limit=2)
    rest = await forum.accounts.list(LOCAL, after=first[-1].name)
    names = [one.name for one in (*first, *rest)]
    assert sorted(names) == ["keeper", "lin", "plum", "reed", "sysop", "zhou"]
    assert len(set(names)) == 6
    keeper = next(one for one in (*first, *rest) if one.name == "keeper")
    assert keeper.grants == {Grant(Role.MODERATOR)}
    assert (keeper.has_password, keeper.keys) == (True, 0)
    assert [one.name for one in await forum.accounts.list(LOCAL, match="EE")] == ["keeper", "reed"]
    assert await forum.accounts.list(LOCAL, match="%") == await forum.accounts.list(LOCAL)
    with pytest.raises(NotFound, match=r"account\.not_found"):
        await forum.accounts.show(LOCAL, "stone")


class TestRegistration:
    async def test_a_code_opens_as_many_accounts_as_it_says_and_leads_to_none(
        self, forum: Forum, people: People
    ) -> None:
        made = await forum.accounts.invite(people.sysop, batch="autumn", uses=2)
        opened = await forum.accounts.register("墨竹", code=made.code, password="a good long one", source=HOME)
        assert (opened.name, opened.kind, opened.state) == ("墨竹", AccountKind.MEMBER, "active")
        typed = made.code.lower().replace("-", " ")
        await forum.accounts.register("stone", code=typed, password="a good long one", source=HOME)
        with pytest.raises(Invalid, match=r"code\.bad"):
            await forum.accounts.register("kite", code=made.code, password="a good long one", source=HOME)
        assert (await log_in(forum, "墨竹", "a good long one")).name == "墨竹"
        kept = await forum.db.read(lambda tx: [tuple(row) for row in tx.connection.execute(select(invitation))])
        assert made.code not in str(kept)
        assert "墨竹" not in str(kept)

    async def test_a_code_expires(self, forum: Forum, people: People, clock: ManualClock) -> None:
        made = await forum.accounts.invite(people.sysop, batch="autumn", days=1)
        assert made.expires_at == clock.now() + timedelta(days=1)
        clock.advance(days=1)
        with pytest.raises(Invalid, match=r"code\.bad"):
            await forum.accounts.register("kite", code=made.code, password="a good long one", source=HOME)

    async def test_guessing_codes_is_delayed(self, forum: Forum, people: People) -> None:
        made = await forum.accounts.invite(people.sysop, batch="autumn")
        for _ in range(3):
            with pytest.raises(Invalid, match=r"code\.bad"):
                await forum.accounts.register("kite", code="AAAA-BBBB-CCCC", password="a good long one", source=HOME)
        with pytest.raises(TryLater, match=r"login\.wait"):
            await forum.accounts.register("kite", code=made.code, password="a good long one", source=HOME)
        await forum.accounts.register("kite", code=made.code, password="a good long one", source="10.9.9.9")

    async def test_without_a_code_only_where_the_site_is_open(
        self, forum: Forum, people: People, policy: Policy
    ) -> None:
        with pytest.raises(Invalid, match=r"code\.needed"):
            await forum.accounts.register("kite", password="a good long one", source=HOME)
        policy.demo = True
        await forum.accounts.register("kite", password="a good long one", source=HOME)
        assert (await log_in(forum, "kite", "a good long one")).name == "kite"

    async def test_approval_lets_nobody_in_before_it(self, forum: Forum, people: People, policy: Policy) -> None:
        policy.registration = "approval"
        assert (await forum.accounts.register("kite", password="a good long one", source=HOME)).state == "pending"
        assert (await refusal(forum, "kite", "a good long one")).code == "account.pending"
        await forum.accounts.approve(people.sysop, "kite")
        assert (await log_in(forum, "kite", "a good long one")).name == "kite"
        with pytest.raises(Conflict, match=r"account\.state"):
            await forum.accounts.approve(people.sysop, "kite")

    async def test_names_that_nobody_may_take(self, forum: Forum, people: People) -> None:
        refused = {}
        for name in NOT_FREE:
            with pytest.raises(BbsError) as caught:
                await forum.accounts.name_free(name)
            refused[name] = caught.value.code
        assert refused == NOT_FREE

    async def test_a_name_is_never_given_again(self, forum: Forum, people: People) -> None:
        erased = update(account).where(account.c.name == "reed").values(state="erased")
        await forum.db.write(lambda tx: tx.connection.execute(erased).rowcount)
        with pytest.raises(Conflict, match=r"name\.taken"):
            await forum.accounts.name_free("reed")
        with pytest.raises(NotFound):
            await forum.accounts.show(LOCAL, "reed")

    async def test_two_who_want_one_name_at_one_moment(self, forum: Forum, people: People, policy: Policy) -> None:
        policy.demo = True
        wanted = [
            forum.accounts.register(name, password="a good long one", source=f"10.0.0.{place}")
            for place, name in enumerate(("kite", "Kite", "kıte"))
        ]
        outcomes = await asyncio.gather(*wanted, return_exceptions=True)
        assert [str(one.code) for one in outcomes if isinstance(one, BbsError)] == ["name.taken", "name.taken"]

    async def test_the_first_start_has_one_code_for_one_sysop(self, forum: Forum) -> None:
        stale = await forum.accounts.first_sysop_invitation()
        made = await forum.accounts.first_sysop_invitation()
        assert stale is not None
        assert made is not None
        with pytest.raises(Invalid, match=r"code\.bad"):
            await forum.accounts.register("root1", code=stale.code, password="a good long one", source=HOME)
        with pytest.raises(Invalid, match=r"key\.needed"):
            await forum.accounts.register("boss", code=made.code, password="a good long one", source=HOME)
        forum.policy.demo = True
        opened = await forum.accounts.register("boss", code=made.code, password="a good long one", source=HOME)
        assert opened.kind is AccountKind.SYSOP
        assert await forum.accounts.first_sysop_invitation() is None

    async def test_codes_have_bounds(self, forum: Forum) -> None:
        wrong: list[dict[str, Any]] = [{"uses": 0}, {"uses": 10_001}, {"days": 0}, {"batch": "\x00 "}]
        for bounds in wrong:
            with pytest.raises(Invalid, match=r"invitation\."):
                await forum.accounts.invite(LOCAL, **{"batch": "autumn", **bounds})
        with pytest.raises(Invalid, match=r"invitation\.kind"):
            await forum.accounts.invite(LOCAL, batch="autumn", kind=AccountKind.OFFICER)


async def test_sysops_logins_have_their_own_names(forum: Forum) -> None:
    for name in ("Sysop", "系统", "new", "guest", "a", "x" * 40, "../etc"):
        with pytest.raises(Invalid, match=r"name\."):
            await forum.accounts.create(LOCAL, name, AccountKind.SYSOP)
    for kind in (AccountKind.GUEST, AccountKind.LOCAL):
        with pytest.raises(Invalid, match=r"account\.kind"):
            await forum.accounts.create(LOCAL, "kite", kind)


async def test_what_sysops_do_with_accounts_is_in_the_register(forum: Forum, people: People) -> None:
    await forum.accounts.set_password(people.sysop, "an entirely new one", name="reed")
    assert (await log_in(forum, "reed", "an entirely new one")).name == "reed"
    found = [entry for entry in await forum.register.entries(people.sysop, limit=500) if entry.actor == "sysop"]
    assert [(entry.kind, entry.subject) for entry in found] == [("account.password", "reed")]
    assert "an entirely new one" not in str(found)


async def test_members_do_not_see_when_accounts_were_made(forum: Forum, people: People) -> None:
    kinds = {entry.kind for entry in await forum.register.entries(people.reed, limit=500)}
    assert kinds == {"office.appoint"}
    assert "account.create" in {entry.kind for entry in await forum.register.entries(people.sysop, limit=500)}


async def test_changing_ones_own_password(forum: Forum, people: People) -> None:
    await forum.accounts.set_password(people.reed, "an entirely new one")
    assert (await refusal(forum, "reed", "demo-reed")).code == "login.refused"
    assert (await log_in(forum, "reed", "an entirely new one")).name == "reed"
