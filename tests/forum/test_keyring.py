"""Keys and preferences of an account."""

from __future__ import annotations

import base64
from typing import Any, Final

import asyncssh
import pytest

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum.accounts import keys
from bbs.forum.accounts.accounts import PREFERENCES, preference
from bbs.forum.actor import LOCAL, AccountKind
from bbs.forum.forum import Forum
from bbs.store.database import Event
from tests.forum.conftest import People

ED25519: Final = asyncssh.generate_private_key("ssh-ed25519", comment="reed@desk")
OTHER: Final = asyncssh.generate_private_key("ssh-ed25519")


def line(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode()


def test_keys_that_may_open_an_account() -> None:
    for key in (
        asyncssh.generate_private_key("ecdsa-sha2-nistp256"),
        asyncssh.generate_private_key("ecdsa-sha2-nistp521"),
        asyncssh.generate_private_key("ssh-rsa", key_size=3072),
    ):
        assert keys.parse_line(line(key)).fingerprint == key.get_fingerprint()
    parsed = keys.parse_line(line(ED25519))
    assert (parsed.public, parsed.comment) == (ED25519.public_data, "reed@desk")
    assert keys.parse_wire(ED25519.public_data).fingerprint == ED25519.get_fingerprint()


def security_key() -> bytes:
    parts = (b"sk-ssh-ed25519@openssh.com", ED25519.public_data[-32:], b"ssh:")
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def test_a_security_key_may() -> None:
    assert keys.parse_wire(security_key()).fingerprint.startswith("SHA256:")


WIRE: Final = base64.b64encode(ED25519.public_data).decode()
BAD_LINES: Final = {
    "": "key.bad",
    "ssh-ed25519": "key.bad",
    "ssh-ed25519 !!!!": "key.bad",
    f"ssh-rsa {WIRE}": "key.bad",
    f"ssh-ed25519 {WIRE[:40]}": "key.bad",
    f"ssh-ed25519 {base64.b64encode(ED25519.public_data + b'x').decode()}": "key.bad",
    f'command="sh" ssh-ed25519 {WIRE}': "key.bad",
    f"ssh-ed25519 {WIRE}\nssh-ed25519 {WIRE}": "key.bad",
    f"ssh-ed25519 {WIRE} " + "x" * 1_000_000: "key.bad",
    "-----BEGIN OPENSSH PRIVATE KEY-----": "key.private",
    line(asyncssh.generate_private_key("ssh-rsa", key_size=2048)): "key.weak",
    line(asyncssh.generate_private_key("ssh-dss")): "key.weak",
    "ssh-ed25519 " + base64.b64encode(b"\xff\xff\xff\xff").decode(): "key.weak",
    "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519" + b"\xff" * 9).decode(): "key.bad",
}


@pytest.mark.parametrize(("text", "code"), BAD_LINES.items(), ids=lambda part: part[:24] if len(part) > 24 else part)
def test_lines_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        keys.parse_line(text)
    assert caught.value.code == code


async def test_a_key_opens_its_account_and_no_other(forum: Forum, people: People) -> None:
    accounts = forum.accounts
    made = await accounts.add_key(people.lin, line(ED25519), label="  laptop\x1b[31m ")
    assert (made.fingerprint, made.label, made.added_at) == (ED25519.get_fingerprint(), "laptop", forum.clock.now())
    actor = await accounts.by_key("lin", ED25519.public_data, transport="ssh", session="s9")
    assert (actor.fingerprint, actor.session) == (ED25519.get_fingerprint(), "s9")
    assert actor.appointments == people.lin.appointments
    assert await accounts.knows_key("lin", ED25519.public_data)
    for name, public in (("zhou", ED25519.public_data), ("lin", OTHER.public_data), ("lin", b""), ("nobody", b"x")):
        assert not await accounts.knows_key(name, public)
        with pytest.raises(Forbidden, match=r"login\.refused"):
            await accounts.by_key(name, public, transport="ssh")
    with pytest.raises(Forbidden, match=r"login\.refused"):
        await accounts.by_key("lin", ED25519.public_data, transport="telnet")
    await accounts.suspend(LOCAL, "lin")
    assert not await accounts.knows_key("lin", ED25519.public_data)
    with pytest.raises(Forbidden, match=r"account\.suspended"):
        await accounts.by_key("lin", ED25519.public_data, transport="ssh")


async def test_a_key_is_added_once_and_nobody_is_told_whose_else_it_is(forum: Forum, people: People) -> None:
    await forum.accounts.add_key(people.reed, line(ED25519))
    with pytest.raises(Conflict, match=r"key\.taken"):
        await forum.accounts.add_key(people.reed, line(ED25519))
    await forum.accounts.add_key(people.plum, line(ED25519))
    for name in ("reed", "plum"):
        assert (await forum.accounts.by_key(name, ED25519.public_data, transport="ssh")).name == name


async def test_keys_are_listed_and_removed_by_their_owner(forum: Forum, people: People) -> None:
    first = await forum.accounts.add_key(people.reed, line(ED25519))
    second = await forum.accounts.add_key(people.reed, line(OTHER), label="phone")
    assert await forum.accounts.keys(people.reed) == [first, second]
    assert await forum.accounts.keys(people.plum) == []
    with pytest.raises(NotFound, match=r"key\.not_found"):
        await forum.accounts.remove_key(people.plum, first.fingerprint)
    await forum.accounts.remove_key(people.reed, first.fingerprint)
    assert await forum.accounts.keys(people.reed) == [second]


async def test_the_last_way_in_stays(forum: Forum) -> None:
    await forum.accounts.create(LOCAL, "harbour", AccountKind.MEMBER, key=line(ED25519))
    actor = await forum.accounts.by_key("harbour", ED25519.public_data, transport="ssh")
    with pytest.raises(Conflict, match=r"key\.last_way"):
        await forum.accounts.remove_key(actor, ED25519.get_fingerprint())
    await forum.accounts.set_password(actor, "a good long one")
    await forum.accounts.remove_key(actor, ED25519.get_fingerprint())


async def test_keys_of_one_account_are_bounded(forum: Forum, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbs.forum.accounts.keyring.PER_ACCOUNT", 1)
    await forum.accounts.add_key(people.reed, line(ED25519))
    with pytest.raises(Conflict, match=r"key\.most"):
        await forum.accounts.add_key(people.reed, line(OTHER))


async def test_a_sysop_adds_a_key_for_an_officer_and_it_is_recorded(forum: Forum, people: People) -> None:
    with pytest.raises(Forbidden, match=r"access\.denied"):
        await forum.accounts.add_key(people.reed, line(ED25519), name="lin")
    await forum.accounts.add_key(people.sysop, line(ED25519), label="card", name="lin")
    assert await forum.accounts.knows_key("lin", ED25519.public_data)
    given, has = (await forum.register.entries(people.sysop, limit=500))[-2:]
    assert (given.kind, given.record) == ("account.key", {"account": "lin", "label": "card"})
    assert (has.kind, has.record["account"], has.record["added"]) == ("office.key", "lin", True)


async def test_registration_with_a_key_needs_no_password(forum: Forum, people: People) -> None:
    made = await forum.accounts.invite(people.sysop, batch="autumn", uses=2)
    opened = await forum.accounts.register("harbour", code=made.code, public=ED25519.public_data, source="10.0.0.1")
    assert (opened.keys, opened.has_password) == (1, False)
    assert (await forum.accounts.by_key("harbour", ED25519.public_data, transport="ssh")).name == "harbour"
    with pytest.raises(Invalid, match=r"register\.proof"):
        await forum.accounts.register("kite", code=made.code, source="10.0.0.1")
    # Whose else a key is, nobody is told: that would join a person's two names.
    await forum.accounts.register("kite", code=made.code, public=ED25519.public_data, source="10.0.0.1")


async def test_preferences_are_kept_and_told(forum: Forum, people: People) -> None:
    told: list[Event] = []
    forum.listen(("account.changed",), told.append)
    actor = await forum.accounts.set_preferences(people.reed, {"language": "en", "ambiguous": 2, "zone": "Asia/Tokyo"})
    assert actor.preferences == {"language": "en", "ambiguous": 2, "zone": "Asia/Tokyo"}
    actor = await forum.accounts.set_preferences(actor, {"zone": None, "keys": {"reply": ["y", "c-r"]}})
    assert actor.preferences == {"language": "en", "ambiguous": 2, "keys": {"reply": ["y", "c-r"]}}
    assert (await forum.accounts.refresh(people.reed)).preferences == actor.preferences
    assert preference(actor.preferences, "theme") == PREFERENCES["theme"].default
    await forum.accounts.set_preferences(actor, {"language": "en"})
    assert len(told) == 2


async def test_a_guests_preferences_hold_for_the_session(forum: Forum, people: People) -> None:
    assert (await forum.accounts.set_preferences(people.guest, {"language": "en"})).preferences == {"language": "en"}


BAD_CHOICES: Final[list[tuple[str, Any]]] = [
    ("language", "fr"),
    ("ambiguous", "1"),
    ("ambiguous", True),
    ("page", 6),
    ("page", True),
    ("page", 1.0),
    ("bell", 1),
    ("zone", "../../etc/passwd"),
    ("zone", "\x1b[2J" * 10_000),
    ("keys", {"reply": "y"}),
    ("keys", {"reply": ["\x1b"]}),
    ("keys", {f"command{number}": ["y"] for number in range(201)}),
    ("keys", {"reply": ["y"] * 9}),
    ("keys", {1: ["y"]}),
    ("colour", "red"),
    ("", ""),
]


async def test_choices_that_there_are_not(forum: Forum, people: People) -> None:
    for name, value in BAD_CHOICES:
        with pytest.raises(BbsError, match=r"preference\.(bad|unknown)"):
            await forum.accounts.set_preferences(people.reed, {"bell": False, name: value})
    assert (await forum.accounts.refresh(people.reed)).preferences == {}


def test_the_default_of_every_preference_is_one_of_its_choices() -> None:
    from bbs.forum.accounts.preferences import check_changes

    for known in PREFERENCES.values():
        assert check_changes({known.name: known.default}) == {known.name: known.default}
