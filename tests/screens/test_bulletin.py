"""One bulletin: reading to the end, acknowledging, the translation, neighbours, links, and hostile text."""

from __future__ import annotations

import re

import pytest

from bbs.forum.actor import LOCAL
from bbs.forum.news.news import BulletinItem
from bbs.text.clean import gate
from tests.screens.conftest import Community, Visiting
from tests.support.corpus import ALL_TEXT
from tests.support.newsroom import at, counted, publish
from tests.support.snapshots import assert_snapshot

OURS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[78=>]")
"""The control sequences the terminal room sends itself."""

_LAYOUT = str.maketrans("", "", "\r\n\a")
"""Line ends and bells of our own."""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
async def test_the_screen_looks_as_it_did(
    community: Community, driver: Visiting, lang: str, size: tuple[int, int]
) -> None:
    ids = await publish(community.forum)
    person = await driver("reed", lang=lang, size=size, route=f"/n/{ids[f'drill:{lang}']}")
    await person.until(counted(11, lang))
    assert_snapshot(f"bulletin-{lang}-{size[0]}", person)


async def test_a_must_read_is_acknowledged_at_its_end(community: Community, driver: Visiting) -> None:
    ids = await publish(community.forum)
    person = await driver("reed", route=f"/n/{ids['drill:en']}")
    assert "I have read this" in person.row(-1)
    await person.press("enter")
    assert "read to the end first" in person.message
    await person.press("end")
    assert "press Enter: I have read this" in person.text()
    await person.press("enter")
    assert "Noted" in person.message
    assert "You acknowledged this on 2026-11-22 11:30." in person.text()
    assert "I have read this" not in person.row(-1)
    await person.press("enter")
    assert "already" in person.message
    # Its translation is acknowledged with it.
    reed = await community.maker.actor("reed")
    assert (await community.forum.news.get(reed, ids["drill:zh"])).acknowledged_at is not None


async def test_what_needs_no_acknowledgement_says_so(community: Community, driver: Visiting) -> None:
    ids = await publish(community.forum)
    person = await driver("reed", route=f"/n/{ids['lift:zh']}")
    await person.press("enter")
    assert "Nothing to acknowledge" in person.message
    guest = await driver("guest", route=f"/n/{ids['drill:en']}")
    await guest.press("end")
    assert "press Enter" not in guest.text()
    await guest.press("enter")
    assert "Nothing to acknowledge" in guest.message


async def test_tab_switches_the_language(community: Community, driver: Visiting) -> None:
    ids = await publish(community.forum)
    person = await driver("reed", route=f"/n/{ids['drill:en']}")
    await person.press("tab")
    assert person.route == f"/n/{ids['drill:zh']}"
    assert "全体到南门集合" in person.text()
    await person.press("tab")
    assert person.route == f"/n/{ids['drill:en']}"
    other = await driver("reed", route=f"/n/{ids['lift:zh']}")
    await other.press("tab")
    assert "no translation" in other.message


async def test_neighbours_follow_the_list_and_its_filter(community: Community, driver: Visiting) -> None:
    ids = await publish(community.forum)
    person = await driver("reed", route=f"/n/{ids['canteen:zh']}")
    await person.press("]")
    assert person.route == f"/n/{ids['lift:zh']}"
    await person.press("]")
    assert person.route == f"/n/{ids['older:zh']}"
    await person.press("]")
    assert "oldest" in person.message
    await person.press("=")
    assert person.route == f"/n/{ids['drill:en']}"
    await person.press("[")
    assert "newest" in person.message
    await person.press("\\")
    assert person.route == f"/n/{ids['older:zh']}"
    filtered = await driver("plum", lang="zh", route="/news/express")
    await filtered.press("/")
    await filtered.type("通知")
    await filtered.press("enter", "enter", "]")
    assert "最早" in filtered.message


async def test_space_at_the_end_reads_on_after_a_reminder(community: Community, driver: Visiting) -> None:
    ids = await publish(community.forum)
    person = await driver("reed", route=f"/n/{ids['drill:en']}")
    await person.press("end", "space")
    assert "asks for" in person.message
    await person.press("space")
    assert "Duty roster" in person.text()
    await person.press("space", "space")
    assert person.route == f"/n/{ids['canteen:zh']}"
    await person.press("space")
    assert person.route == f"/n/{ids['lift:zh']}"
    await person.press("space")  # the old one is not new: on to the other columns
    assert person.route == f"/n/{ids['branch:zh']}"
    for _ in range(3):
        await person.press("space")
    assert "up to date" in person.message


async def test_links_are_followed_by_number(community: Community, driver: Visiting) -> None:
    ids = await publish(community.forum)
    person = await driver("reed", route=f"/n/{ids['drill:en']}")
    await person.press("2", "enter")
    assert "https://example.org/map" in person.message
    await person.press("9", "enter")
    assert "the last one is 2" in person.message
    await person.press("1", "enter")
    assert person.route == "/o/administration"


async def test_find_marks_and_leaves(community: Community, driver: Visiting) -> None:
    ids = await publish(community.forum)
    person = await driver("reed", route=f"/n/{ids['drill:en']}")
    await person.press("/")
    await person.type("paragraph 14")
    await person.press("enter")
    assert "Paragraph 14" in person.text()
    await person.press("left")
    assert person.route == f"/n/{ids['drill:en']}"
    await person.press("left")
    assert person.route == "/"


async def test_unknown_and_forbidden_ones_are_not_there(community: Community, driver: Visiting) -> None:
    ids = await publish(community.forum)
    person = await driver("guest", route=f"/n/{ids['branch:zh']}")
    assert person.route == "/"
    assert person.message


async def test_hostile_bulletins_leave_no_controls(community: Community, driver: Visiting) -> None:
    hostile = [
        BulletinItem(
            f"h{number}",
            "culture",
            f"h{number} {text[:60]}",
            f"x {text[:3000]}",
            source=text[:40],
            published_at=at(11, 1),
        )
        for number, text in enumerate(ALL_TEXT)
    ]
    stored = await community.forum.news.store(LOCAL, hostile)
    ids = [outcome.id for outcome in stored if not isinstance(outcome, Exception)]
    assert len(ids) > 100
    person = await driver("reed", size=(132, 43), route="/news/culture")
    await person.press("end", "pageup", "home", "enter")
    for _ in range(40):
        await person.press("]")
    shown = OURS.sub(b"", bytes(person.terminal.received)).decode().translate(_LAYOUT)
    assert gate(shown) == shown
    assert "OWNED" not in person.row(0)
