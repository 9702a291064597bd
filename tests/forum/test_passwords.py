"""Passwords: what may be one, and hashing that is bounded."""

from __future__ import annotations

import asyncio

import pytest
from argon2.low_level import Type, hash_secret

from bbs.errors import Invalid, TryLater
from bbs.forum.accounts import passwords
from bbs.forum.accounts.passwords import CHEAP, Cost, Hashes, check_password
from tests.support.lag import own_work


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password.short"),
        ("1234567", "password.short"),
        ("x" * 129, "password.long"),
        ("é" * 1_000_000, "password.long"),
        ("password", "password.common"),
        ("PassWord123", "password.common"),
        ("ｐａｓｓｗｏｒｄ", "password.common"),
        ("11111111", "password.common"),
        ("abababab", "password.common"),
        ("abcdefghij", "password.common"),
        ("98765432", "password.common"),
        ("harbour1234", "password.common"),
        ("5201314woaini", ""),
        ("demo-harbour", ""),
        ("correct horse", ""),
        ("三号楼电梯又停了", ""),
        ("x1" * 4 + "y", ""),
    ],
)
def test_what_may_be_a_password(password: str, code: str) -> None:
    if not code:
        assert check_password(password, "harbour") == password
        return
    with pytest.raises(Invalid) as caught:
        check_password(password, "harbour")
    assert caught.value.code == code


def test_every_keyboards_spelling_is_the_same_password() -> None:
    assert check_password("cafe\u0301 crème", "x") == check_password("café crème", "x")


def test_the_default_is_the_owasp_set() -> None:
    assert Cost() == Cost(memory_kib=19 * 1024, passes=2, lanes=1)


async def test_hashing_keeps_the_loop_free() -> None:
    hashes = Hashes(Cost())
    with own_work() as one:
        one.start()
        hash_secret(b"password", b"eight or more", 2, 19 * 1024, 1, 32, Type.ID)
        one.stop()
    with own_work() as steps:
        steps.start()
        work = asyncio.gather(*(hashes.hash(f"password number {number}") for number in range(6)))
        while not work.done():
            steps.stop()
            steps.start()
            await asyncio.sleep(0)
        steps.stop()
    assert steps.longest < one.longest / 2, "no step of the loop did the work of a hash"
    assert all(kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for kept in await work)
    assert hashes.count == 6
    hashes.close()


async def test_verify() -> None:
    hashes = Hashes(CHEAP)
    kept = await hashes.hash("demo-reed")
    assert await hashes.verify(kept, "demo-reed")
    assert not await hashes.verify(kept, "demo-plum")
    assert not await hashes.verify(None, "demo-reed")
    assert not await hashes.verify("not a hash", "demo-reed")
    assert hashes.count == 5
    assert not hashes.is_old(kept)
    assert Hashes(Cost()).is_old(kept)
    hashes.close()


async def test_too_many_at_once_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_WAITING", 4)
    hashes = Hashes(CHEAP)
    outcomes = await asyncio.gather(*(hashes.hash("demo-reed") for _ in range(6)), return_exceptions=True)
    assert [one.code for one in outcomes if isinstance(one, TryLater)] == ["login.busy", "login.busy"]
    assert (await hashes.hash("demo-reed")).startswith("$argon2id$")
    hashes.close()
