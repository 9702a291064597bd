"""Drafts at the command line."""

from __future__ import annotations

from tests.app.conftest import Desk


async def keep(desk: Desk) -> None:
    reed = await desk.actor("reed")
    await desk.house.forum.drafts.save(
        reed, "/b/life/post", id="d1", title="Gloves", body="Blue\nones", caret=0, name="Warm"
    )


async def test_listed_shown_and_dropped(desk: Desk) -> None:
    await keep(desk)
    (item,) = (await desk.run("reed", "draft list --json")).document["items"]
    assert (item["id"], item["name"], item["route"], item["length"]) == ("d1", "Warm", "/b/life/post", 9)
    assert "Warm" in (await desk.run("reed", "draft list")).out
    assert (await desk.run("reed", "draft show d1 --json")).document["draft"]["body"] == "Blue\nones"
    assert (await desk.run("reed", "draft drop d1 --json")).error == "command.confirm"
    assert (await desk.run("reed", "draft drop d1 --json", answer=False)).document == {"dropped": False}
    assert (await desk.run("reed", "draft drop d1 --yes --json")).document == {"dropped": True}
    assert (await desk.run("reed", "draft list --json")).document["items"] == []


async def test_nobody_elses(desk: Desk) -> None:
    await keep(desk)
    assert (await desk.run("plum", "draft list --json")).document["items"] == []
    for command in ("draft show d1", "draft drop d1 --yes", "draft show " + "x" * 500):
        ran = await desk.run("plum", f"{command} --json")
        assert (ran.code, ran.error) == (4, "draft.none")
    assert (await desk.run("guest", "draft list --json")).code == 3
