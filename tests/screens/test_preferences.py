"""Preferences: every change is kept and in force at once; passwords, public keys, and keys of the keyboard."""

from __future__ import annotations

import asyncssh
import pytest

from bbs.errors import Forbidden
from bbs.terminal.themes import THEMES
from screens.settings.preferences import BLOCKED, CARD, CHOSEN, FOLLOWING, KEYS, SSH_KEYS
from screens.settings.preferences import PASSWORD as PASSWORD_ROW
from tests.screens.conftest import PASSWORD, Community, VisitDriver, Visiting
from tests.support.newsroom import counted
from tests.support.snapshots import assert_snapshot

ROWS = (*CHOSEN, KEYS, CARD, FOLLOWING, BLOCKED, SSH_KEYS, PASSWORD_ROW)


async def choose(person: VisitDriver, name: str) -> None:
    """Go to a row and press Enter."""
    await person.press("home", *["down"] * ROWS.index(name), "enter")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
async def test_the_screen_looks_as_it_did(driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    person = await driver("reed", lang=lang, size=size, route="/me")
    await person.until(counted(7, lang))
    await person.press("down")
    assert_snapshot(f"me-{lang}-{size[0]}", person)
    await person.press("down", "down")
    assert_snapshot(f"me-width-{lang}-{size[0]}", person)


async def test_the_language_changes_at_once_and_stays(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/me")
    assert "[English]" in person.text()
    await choose(person, "language")
    assert "偏好" in person.row(0)
    assert "更改" in person.row(-1)
    assert (await community.maker.actor("reed")).preferences["language"] == "zh"
    await choose(person, "language")
    assert "Preferences" in person.row(0)


async def test_what_is_open_below_follows_the_language(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.canteen}")
    assert "[OFFICIAL]" in person.text()
    await person.press(":")
    await person.type("/me")
    await person.press("enter")
    await choose(person, "language")
    await person.press("q")
    assert "[实名]" in person.text()
    assert "[OFFICIAL]" not in person.text()


async def test_the_theme_changes_at_once(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/me")
    before = person.terminal.at(0, 10)
    await choose(person, "theme")
    assert person.stage.theme is THEMES["classic"]
    assert person.terminal.at(0, 10) != before
    await choose(person, "theme")
    await choose(person, "theme")
    assert person.stage.theme is THEMES["mono"]
    assert (await community.maker.actor("reed")).preferences["theme"] == "mono"


async def test_colours_width_keys_and_listing_follow(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/me")
    await choose(person, "colours")
    assert person.stage.colours == 0
    await choose(person, "ambiguous")
    assert person.stage.ambiguous == 2
    await choose(person, "preset")
    assert person.stage.keymap.preset == "ptt"
    await choose(person, "listed")
    kept = (await community.maker.actor("reed")).preferences
    assert (kept["colours"], kept["ambiguous"], kept["preset"], kept["listed"]) == ("none", 2, "ptt", False)


async def test_the_zone_is_completed_and_checked(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/me")
    await choose(person, "zone")
    await person.type("new york")
    assert "America/New_York" in person.text()
    await person.press("tab", "enter")
    assert str(person.session.visit.zone) == "America/New_York"
    await choose(person, "zone")
    await person.press("c-u")
    await person.type("Nowhere/Else")
    await person.press("enter")
    assert "cannot be chosen" in person.message
    assert str(person.session.visit.zone) == "America/New_York"


async def test_the_password_is_typed_twice(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/me")
    await choose(person, "password")
    await person.type("a longer bicycle")
    await person.press("enter")
    assert "a longer" not in person.text()
    await person.type("a longer bicycl")
    await person.press("enter")
    assert "not the same" in person.message
    await choose(person, "password")
    for _ in range(2):
        await person.type("a longer bicycle")
        await person.press("enter")
    assert "Your password is changed." in person.message
    accounts = community.forum.accounts
    assert (await accounts.by_password("reed", "a longer bicycle", transport="ssh", source="x")).name == "reed"
    with pytest.raises(Forbidden):
        await accounts.by_password("reed", PASSWORD, transport="ssh", source="x")


async def test_a_bad_password_says_what_would_be_right(driver: Visiting) -> None:
    person = await driver("reed", route="/me")
    await choose(person, "password")
    for _ in range(2):
        await person.type("12345")
        await person.press("enter")
    assert "8" in person.message


async def test_keys_that_open_the_account(community: Community, driver: Visiting) -> None:
    line = asyncssh.generate_private_key("ssh-ed25519", comment="my laptop").export_public_key().decode()
    person = await driver("reed", route="/me")
    await choose(person, "ssh_keys")
    assert person.route == "/me/keys"
    assert "^P adds one" in person.text()
    await person.press("c-p")
    await person.paste(line)
    await person.press("enter")
    assert "my laptop" in person.text()
    assert "SHA256:" in person.message
    await person.press("c-p")
    await person.type("ssh-ed25519 nonsense")
    await person.press("enter")
    assert person.message
    assert len(await community.forum.accounts.keys(await community.maker.actor("reed"))) == 1
    await person.press("d", "n")
    assert "my laptop" in person.text()
    await person.press("d", "y")
    assert "^P adds one" in person.text()
    assert await community.forum.accounts.keys(await community.maker.actor("reed")) == []


async def test_a_command_gets_other_keys_and_the_presets_again(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/me")
    await choose(person, "keys")
    assert person.route == "/me/keymap"
    await person.press("/")
    await person.type("quick switch")
    await person.press("enter", "down", "enter", "c-u")
    await person.type("^G F5")
    await person.press("enter")
    assert "Kept" in person.message
    assert person.stage.keymap.keys_for("quick", "list") == ("c-g", "f5")
    await person.press("f5")
    assert "Go to" in person.text()
    await person.press("escape", "d")
    assert "^Z" in person.message
    assert person.stage.keymap.keys_for("quick", "list") == ("c-z",)
    assert "keys" not in (await community.maker.actor("reed")).preferences


async def test_a_key_that_meant_something_else_is_told(driver: Visiting) -> None:
    person = await driver("reed", route="/me")
    await choose(person, "keys")
    await person.press("/")
    await person.type("quick switch")
    await person.press("enter", "down", "enter", "c-u")
    await person.type("j")
    await person.press("enter")
    assert "j no longer does: one down" in person.message
    await person.press("enter", "c-u")
    await person.type("^C")
    await person.press("enter")
    assert "cannot be given another meaning" in person.message
    await person.press("enter", "c-u")
    await person.type("hyper")
    await person.press("enter")
    assert "not the name of a key" in person.message


async def test_a_guests_choices_hold_for_the_visit(driver: Visiting) -> None:
    person = await driver("guest", route="/me")
    assert "SSH" not in person.text()
    await person.press("down", "enter")
    assert person.stage.theme is THEMES["classic"]
    assert "not kept" in person.message


@pytest.mark.parametrize("route", ["/me/keys", "/me/keymap"])
async def test_every_part_has_its_address(driver: Visiting, route: str) -> None:
    person = await driver("reed", route=route)
    assert person.route == route
