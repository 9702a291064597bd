"""Help: the topics, the keys as this person has them, the pages, and the key page of the handbook."""

from __future__ import annotations

import pytest

from bbs.terminal.commands import COMMANDS, Context
from bbs.terminal.keymap import preset_keymap, show_key
from bbs.text.catalogue import Catalogues
from screens.help.keytable import PAGES, groups, key_page
from screens.help.screen import ALL
from tests.screens.conftest import BOARDS, Community, Visiting
from tests.support.newsroom import counted
from tests.support.snapshots import assert_snapshot
from tests.support.terminal import LOCALE

DOCS = BOARDS.parent / "docs"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
async def test_the_screens_look_as_they_did(driver: Visiting, lang: str, size: tuple[int, int]) -> None:
    for name, route in (("help", "/help"), ("help-list", "/help/list"), ("help-rules", "/help/rules")):
        person = await driver("reed", lang=lang, size=size, route=route)
        await person.until(counted(7, lang))
        assert_snapshot(f"{name}-{lang}-{size[0]}", person)


@pytest.mark.parametrize("topic", [topic.name for topic in ALL])
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_every_topic_opens_from_the_list(driver: Visiting, topic: str, lang: str) -> None:
    person = await driver("guest", lang=lang, route="/help")
    await person.press(*["down"] * [one.name for one in ALL].index(topic), "enter")
    assert person.route == f"/help/{topic}"
    assert len([row for row in person.terminal.rows() if row]) > 5
    await person.press("left")
    assert person.route == "/help"


async def test_help_shows_the_keys_of_the_screen_one_is_on(driver: Visiting) -> None:
    person = await driver("reed", route="/news")
    await person.press("h")
    assert person.route == "/help/list"
    here = person.text().partition("On this screen")[2].partition("Moving")[0]
    assert here.split() == ["Enter", "open", "S", "next", "unread", "Left", "back"]
    await person.press("h")
    assert person.route == "/help"
    await person.press("left", "left")
    assert person.route == "/news"


async def test_keys_are_those_of_the_person(community: Community, driver: Visiting) -> None:
    reed = await community.maker.actor("reed")
    await community.forum.accounts.set_preferences(reed, {"preset": "kbs", "keys": {"list:post": ["c-n"]}})
    person = await driver("reed", route="/help/list")
    assert "As on KBS boards" in person.text()
    while "new post" not in person.text():
        await person.press("space")
    assert "*^N" in person.text()


async def test_an_unknown_topic_says_what_there_is(driver: Visiting) -> None:
    person = await driver("reed", route="/help")
    await person.press(":")
    await person.type("/help/nonsense")
    await person.press("enter")
    assert "no help on nonsense" in person.message
    assert person.route == "/help"


@pytest.mark.parametrize("preset", ["standard", "ptt", "kbs"])
@pytest.mark.parametrize("context", list(Context))
def test_every_command_of_a_context_is_in_its_help(preset: str, context: Context) -> None:
    keymap = preset_keymap(preset)
    words = Catalogues(LOCALE, strict=True).translator("en")
    told = " ".join(line.keys for group in groups(keymap, context, words) for line in group.lines).split()
    for command in COMMANDS:
        keys = keymap.keys_for(command.id, context)
        if context in command.contexts and command.id != "number":
            assert {show_key(key) for key in keys} <= set(told), command.id


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_key_page_of_the_handbook_is_the_table(lang: str) -> None:
    path = DOCS / PAGES[lang]
    wanted = key_page(Catalogues(LOCALE, strict=True).translator(lang))
    assert path.read_text(encoding="utf-8") == wanted, "run: python -m screens.help.keytable"
