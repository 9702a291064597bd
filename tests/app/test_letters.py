"""Inbox, mail, cards and blocking over the command line."""

from __future__ import annotations

import pytest

from tests.app.conftest import Desk


async def test_the_inbox_as_a_document(desk: Desk) -> None:
    posted = await desk.run("reed", "post life --title Gloves --json", stdin="@plum blue ones?")
    route = posted.document["post"]["route"]
    found = (await desk.run("plum", "inbox --json")).document
    assert found["next"] is None
    assert set(found["items"][0]) >= {"id", "kind", "route", "text", "created_at", "read"}
    assert (found["items"][0]["kind"], found["items"][0]["route"], found["items"][0]["read"]) == (
        "mention",
        route,
        False,
    )
    assert "reed mentioned you in: Gloves" in (await desk.run("plum", "inbox")).out
    assert (await desk.run("plum", "inbox read --json")).document == {"marked": 1}
    assert (await desk.run("plum", "inbox --unread --json")).document["items"] == []


async def test_mail_there_and_back(desk: Desk) -> None:
    sent = (await desk.run("lin", "mail send plum --subject Soup --json", stdin="One more pot.")).document["mail"]
    assert (sent["other"], sent["sent"], sent["official"]["name"]) == ("plum", True, "林若溪")
    got = (await desk.run("plum", "mail list --json")).document["items"][0]
    assert (got["other"], got["unread"], got["letters"]) == ("林若溪", 1, 1)
    words = (await desk.run("plum", f"mail read {got['id']}")).out
    assert "[OFFICIAL] #1  林若溪  Deputy Secretary" in words
    assert "  One more pot." in words
    assert (await desk.run("plum", "mail list --unread --json")).document["items"] == []
    answer = await desk.run("plum", f"mail send 林若溪 --subject Re --to-letter {got['id']} --json", stdin="Thanks!")
    assert answer.document["mail"]["talk"] == got["talk"]
    assert (await desk.run("plum", f"mail delete {got['id']} --json")).document == {"deleted": 1}


async def test_a_card_and_blocking(desk: Desk) -> None:
    card = (await desk.run("reed", "person keeper --json")).document
    assert (card["name"], card["kind"], card["moderates"], card["posts"]) == ("keeper", "member", ["life"], 0)
    assert (await desk.run("reed", "block add plum --json")).document == {"name": "plum", "blocked": True}
    assert (await desk.run("reed", "block list --json")).document["items"] == [{"name": "plum"}]
    assert (await desk.run("plum", "mail send reed --subject Hello", stdin="Hello?")).code == 0
    assert (await desk.run("reed", "mail list --json")).document["items"] == []
    assert (await desk.run("reed", "block remove plum")).code == 0


@pytest.mark.parametrize(
    ("name", "command", "code", "error"),
    [
        ("guest", "inbox", 3, "access.denied"),
        ("guest", "mail list", 3, "access.denied"),
        ("local", "mail list", 3, "access.denied"),
        ("reed", "mail read 99", 4, "mail.not_found"),
        ("reed", "mail send nobody --subject x", 4, "person.not_found"),
        ("reed", "mail send lin --subject x", 4, "person.not_found"),
        ("reed", "person lin", 4, "person.not_found"),
        ("reed", "inbox read 99", 4, "notice.not_found"),
        ("reed", "block add reed", 2, "block.self"),
    ],
)
async def test_what_is_refused(desk: Desk, name: str, command: str, code: int, error: str) -> None:
    ran = await desk.run(name, f"{command} --json", stdin="text")
    assert (ran.code, ran.error) == (code, error)
