"""Templates at the command line."""

from __future__ import annotations

from tests.app.conftest import Desk


async def test_kept_listed_and_dropped(desk: Desk) -> None:
    made = await desk.run("keeper", ["template", "set", "life", "Lost and found", "--json"], stdin="What:\nWhere:")
    assert made.document["template"] == {"board": "life", "name": "Lost and found", "body": "What:\nWhere:"}
    (item,) = (await desk.run("reed", "template list life --json")).document["items"]
    assert item["body"] == "What:\nWhere:"
    assert "Lost and found" in (await desk.run("guest", "template list life")).out
    ran = await desk.run("keeper", ["template", "drop", "life", "lost and found", "--yes", "--json"])
    assert ran.document == {"dropped": True}
    assert (await desk.run("reed", "template list life --json")).document["items"] == []


async def test_refusals(desk: Desk) -> None:
    for name, command, code, error in (
        ("reed", "template set life A", 3, "access.denied"),
        ("keeper", "template set ink A", 3, "access.denied"),
        ("keeper", "template drop life Nothing --yes", 4, "template.not_here"),
        ("keeper", "template list nowhere", 4, "board.not_found"),
    ):
        ran = await desk.run(name, f"{command} --json", stdin="x")
        assert (ran.code, ran.error) == (code, error)
