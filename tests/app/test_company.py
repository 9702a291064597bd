"""Short messages, and what one follows, over the command line."""

from __future__ import annotations

import pytest

from bbs.forum.reading.attention import Level
from tests.app.conftest import Desk


async def test_a_short_message_there_and_back(desk: Desk) -> None:
    for name in ("reed", "plum"):
        desk.house.forum.returning.enter(await desk.actor(name), lambda: None)
    sent = (await desk.run("reed", ["page", "plum", "--text", "tea at 3?", "--json"])).document["page"]
    assert (sent["other"], sent["sent"], sent["text"]) == ("plum", True, "tea at 3?")
    assert set(sent) == {"id", "other", "officer", "sent", "text", "created_at", "shown"}
    listed = (await desk.run("plum", "pages --json")).document
    assert [(one["other"], one["text"], one["shown"]) for one in listed["items"]] == [("reed", "tea at 3?", False)]
    assert (await desk.run("plum", "pages --json")).document["items"][0]["shown"] is True
    words = (await desk.run("reed", "pages")).out
    assert "to plum" in words
    assert "tea at 3?" in words
    assert "Sent to reed." in (await desk.run("plum", ["page", "reed", "--text", "yes"])).out


@pytest.mark.parametrize(
    ("name", "command", "code", "error"),
    [
        ("guest", "page plum --text x", 3, "access.denied"),
        ("guest", "pages", 3, "access.denied"),
        ("guest", "following", 3, "access.denied"),
        ("local", "page plum --text x", 3, "access.denied"),
        ("reed", "page plum --text x", 5, "pager.not_now"),
        ("reed", "page nobody --text x", 4, "person.not_found"),
        ("reed", "page reed --text x", 2, "pager.self"),
        ("reed", "page plum", 2, "command.missing"),
    ],
)
async def test_what_is_refused(desk: Desk, name: str, command: str, code: int, error: str) -> None:
    ran = await desk.run(name, f"{command} --json")
    assert (ran.code, ran.error) == (code, error)


async def test_what_one_follows(desk: Desk) -> None:
    attention = desk.house.forum.attention
    assert "nothing" in (await desk.run("reed", "following")).out
    reed = await desk.actor("reed")
    await attention.person(reed, "plum", Level.MUTE)
    await attention.office(reed, "secretary", follow=True)
    items = (await desk.run("reed", "following --json")).document["items"]
    assert [(one["kind"], one["level"], one["name"], one["route"]) for one in items] == [
        ("account", "mute", "plum", "/u/plum"),
        ("office", "follow", "Executive Deputy Secretary", "/o/secretary"),
    ]
    assert "机关党委常务副书记" in (await desk.run("reed", "following", language="zh")).out
