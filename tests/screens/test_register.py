"""Registering: one step after another, every refusal says what would be right, and nothing is half made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import cache
from zoneinfo import ZoneInfo

import asyncssh
import pytest

from bbs.errors import NotFound
from bbs.forum.actor import GUEST, LOCAL, AccountKind
from bbs.terminal.chrome import HeadInfo
from bbs.terminal.services import Services
from bbs.terminal.view import View
from bbs.text.catalogue import Catalogues
from screens.arriving.register import Registration
from screens.texts import Pages
from screens.visit import Visit
from tests.screens.conftest import Community
from tests.support.snapshots import assert_snapshot
from tests.support.terminal import LOCALE, Driver

SECRET = "a quiet evening"


@cache
def strict() -> Catalogues:
    """The words; a missing one fails the test."""
    return Catalogues(LOCALE, strict=True)


class Newcomer(Driver):
    """Somebody at `ssh new@host`."""

    def __init__(
        self,
        community: Community,
        *,
        key: bytes | None = None,
        lang: str = "en",
        size: tuple[int, int] = (80, 24),
        address: tuple[str, int] | None = ("bbs.example.org", 2222),
    ) -> None:
        catalogues = strict()
        visit = Visit(
            community.forum, GUEST, catalogues.translator(lang), ZoneInfo("Asia/Shanghai"), catalogues, Pages(), key=key
        )
        self.registration = Registration(visit, source="192.0.2.1", address=address)
        services = Services(router=self._nowhere, head=lambda: HeadInfo("Mingtan", "new", 0), goodbye=lambda: "Bye")
        super().__init__(self.registration, columns=size[0], rows=size[1], lang=lang, given=services)

    @staticmethod
    async def _nowhere(route: str) -> View:
        raise NotFound("route.not_found", route=route)

    @property
    def at_work(self) -> bool:
        """Whether the stage is, with what goes on beside the view (marks, previews) too."""
        return super().at_work or bool(self.stage._errands._beside)

    async def answer(self, text: str) -> None:
        """Fill the field and go on."""
        await self.press("c-a", "c-k")
        await self.type(text)
        await self.press("enter")


Arrive = Callable[[Newcomer], Awaitable[Newcomer]]


@pytest.fixture
async def arrive() -> AsyncIterator[Arrive]:
    """Opens the door to somebody; all have left when the test is over."""
    async with AsyncExitStack() as stack:

        async def come(person: Newcomer) -> Newcomer:
            await stack.enter_async_context(person)
            return person

        yield come


async def by_invitation(community: Community) -> str:
    """Close open registration and make a code."""
    community.forum.policy.demo = False
    community.forum.policy.registration = "invitation"
    return (await community.forum.accounts.invite(LOCAL, batch="test")).code


async def test_a_password_account_from_code_to_login(community: Community, arrive: Arrive) -> None:
    code = await by_invitation(community)
    person = await arrive(Newcomer(community))
    assert "1 of 7" in person.text()
    assert "回车" in person.text()
    assert "Enter" in person.text()
    await person.press("enter")
    assert "invitation code" in person.text()
    await person.press("enter")
    await person.answer(code.lower().replace("-", " "))
    await person.answer("willow")
    assert "House rules" in person.text()
    await person.press("enter", "enter")
    await person.answer(SECRET)
    assert SECRET not in person.text()
    await person.answer(SECRET)
    assert "Welcome, willow." in person.text()
    assert "ssh -p 2222 willow@bbs.example.org" in person.text()
    await person.press("enter")
    assert person.ended
    member = person.registration.member
    assert member is not None
    assert member.name == "willow"
    assert member.preferences["language"] == "en"
    await community.forum.accounts.by_password("willow", SECRET, transport="ssh", source="x")


async def test_the_key_that_was_offered_opens_the_account(community: Community, arrive: Arrive) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").public_data
    person = await arrive(Newcomer(community, key=key))
    await person.press("enter", "enter")
    await person.answer("willow")
    await person.press("enter")
    assert "your key: SHA256:" in person.text()
    await person.press("enter")
    assert "Your key opens it" in person.text()
    await person.press("enter")
    assert person.registration.member is not None
    assert await community.forum.accounts.knows_key("willow", key)


async def test_a_key_may_be_left_for_a_password(community: Community, arrive: Arrive) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").public_data
    person = await arrive(Newcomer(community, key=key))
    await person.press("enter", "enter")
    await person.answer("willow")
    await person.press("enter", "space", "enter")
    await person.answer(SECRET)
    await person.answer(SECRET)
    assert "the password you just chose" in person.text()
    assert not await community.forum.accounts.knows_key("willow", key)


async def test_a_key_is_pasted(community: Community, arrive: Arrive) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    line = key.export_public_key().decode().strip()
    person = await arrive(Newcomer(community))
    await person.press("enter", "enter")
    await person.answer("willow")
    await person.press("enter", "space", "enter")
    await person.answer("ssh-ed25519 nonsense")
    assert "public key" in person.text().lower()
    await person.answer(line)
    assert "Your key opens it" in person.text()
    assert "Come back with your key" in person.text()
    await person.press("enter")
    assert person.registration.member is None, "a pasted key has proved nothing yet"
    assert (await community.forum.accounts.by_key("willow", key.public_data, transport="ssh")).name == "willow"


async def test_a_sysops_code_asks_for_a_key(community: Community, arrive: Arrive) -> None:
    await by_invitation(community)
    made = await community.forum.accounts.invite(LOCAL, batch="test", kind=AccountKind.SYSOP)
    key = asyncssh.generate_private_key("ssh-ed25519")
    person = await arrive(Newcomer(community))
    await person.press("enter", "enter")
    await person.answer(made.code)
    await person.answer("lighthouse")
    await person.press("enter", "enter")
    await person.answer(SECRET)
    await person.answer(SECRET)
    assert "needs an SSH key" in person.text()
    await person.press("space", "enter")
    await person.answer(key.export_public_key().decode().strip())
    assert "Welcome, lighthouse." in person.text()
    chief = await community.forum.accounts.by_key("lighthouse", key.public_data, transport="ssh")
    assert chief.kind is AccountKind.SYSOP


async def test_the_language_is_asked_first_and_taken(community: Community, arrive: Arrive) -> None:
    person = await arrive(Newcomer(community))
    await person.type("1")
    await person.press("enter")
    assert "登记" in person.text()
    assert "下一步" in person.row(-1)
    await person.press("s-tab")
    await person.type("2")
    await person.press("enter")
    assert "Registering" in person.text()


async def test_a_name_is_judged_while_it_is_typed(community: Community, arrive: Arrive) -> None:
    person = await arrive(Newcomer(community))
    await person.press("enter", "enter")
    await person.type("adm1n")
    assert "reserved" in person.text()
    await person.press("enter")
    assert "pen name" in person.row(1)
    await person.answer("reed")
    assert "reed" in person.text()
    assert "pen name" in person.row(1)
    assert "House rules" not in person.text()
    await person.answer("一个名字长得谁也记不住")
    assert "columns" in person.text()
    await person.answer("willow")
    assert "House rules" in person.text()


async def test_a_bad_code_is_told_at_its_step_and_the_rest_is_kept(community: Community, arrive: Arrive) -> None:
    code = await by_invitation(community)
    person = await arrive(Newcomer(community))
    await person.press("enter", "enter", "enter")
    assert "A code is needed here" in person.text()
    await person.answer("ABCD-EFGH-JKMN")
    await person.answer("willow")
    await person.press("enter", "enter")
    await person.answer(SECRET)
    await person.answer(SECRET)
    assert "3 of 7: invitation code" in person.text()
    assert "not valid" in person.text()
    await community.forum.accounts.name_free("willow")  # nothing was made
    await person.answer(code)
    assert "Welcome, willow." in person.text()


async def test_passwords_that_anybody_guesses_or_that_differ(community: Community, arrive: Arrive) -> None:
    person = await arrive(Newcomer(community))
    await person.press("enter", "enter")
    await person.answer("willow")
    await person.press("enter", "enter")
    await person.answer("short")
    assert "8" in person.text()
    await person.answer("12345678")
    assert "guess" in person.text()
    await person.answer(SECRET)
    await person.answer(f"{SECRET}!")
    assert "not the same" in person.text()
    await person.answer(SECRET)
    assert "Welcome, willow." in person.text()


async def test_two_of_one_name_and_the_second_is_told(community: Community, arrive: Arrive) -> None:
    person = await arrive(Newcomer(community))
    await person.press("enter", "enter")
    await person.answer("willow")
    await person.press("enter", "enter")
    await community.forum.accounts.register("willow", password=SECRET, source="x")
    await person.answer(SECRET)
    await person.answer(SECRET)
    assert "pen name" in person.row(1)
    await person.answer("poplar")
    assert "Welcome, poplar." in person.text()


async def test_by_approval_one_waits(community: Community, arrive: Arrive) -> None:
    await by_invitation(community)
    community.forum.policy.registration = "approval"
    person = await arrive(Newcomer(community, address=None))
    await person.press("enter", "enter", "enter")
    await person.answer("willow")
    await person.press("enter", "enter")
    await person.answer(SECRET)
    await person.answer(SECRET)
    assert "A sysop looks at new accounts first" in person.text()
    await person.press("enter")
    assert person.ended
    assert person.registration.member is None


async def test_back_and_out(community: Community, arrive: Arrive) -> None:
    person = await arrive(Newcomer(community))
    await person.press("s-tab")
    assert "first step" in person.message
    await person.press("enter", "left")
    assert "1 of" in person.text()
    await person.press("enter", "enter")
    await person.type("willow")
    await person.press("up")
    assert "welcome" in person.row(1)
    await person.press("f1")
    assert "Keys: forms" in person.text()
    await person.press("left", "escape", "n")
    assert "welcome" in person.row(1)
    await person.press("escape", "y")
    assert person.ended
    assert person.registration.member is None
    await community.forum.accounts.name_free("willow")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
async def test_the_steps_look_as_they_did(
    community: Community, arrive: Arrive, lang: str, size: tuple[int, int]
) -> None:
    await by_invitation(community)
    person = await arrive(Newcomer(community, lang=lang, size=size))
    for step in ("language", "welcome", "code"):
        assert_snapshot(f"register-{step}-{lang}-{size[0]}", person)
        await person.press("enter")
    await person.answer("ABCD")
    await person.type("adm1n")
    assert_snapshot(f"register-name-{lang}-{size[0]}", person)


async def test_a_small_window_is_enough(community: Community, arrive: Arrive) -> None:
    person = await arrive(Newcomer(community, size=(20, 5)))
    await person.press("enter", "enter")
    await person.answer("willow")
    await person.press("enter", "enter")
    await person.answer(SECRET)
    await person.answer(SECRET)
    await person.press("enter")
    assert person.registration.member is not None
