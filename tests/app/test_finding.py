"""`search` and `new` as scripts and people call them."""

from __future__ import annotations

import pytest

from tests.app.conftest import Desk

HIT = {"kind", "id", "thread", "floor", "board", "title", "author", "created_at", "snippet", "route"}


async def test_search_gives_hits_and_goes_on(desk: Desk) -> None:
    for number in (1, 2, 3):
        assert (await desk.run("lin", f"post life --title 'Walk {number}'", stdin=f"沿着河边 {number}")).code == 0
    first = (await desk.run("reed", "search 河边 --limit 2 --json")).document
    assert set(first["items"][0]) >= HIT
    assert [item["snippet"] for item in first["items"]] == ["沿着河边 3", "沿着河边 2"]
    rest = (await desk.run("reed", f"search 河边 --limit 2 --after {first['next']} --json")).document
    assert [item["route"] for item in rest["items"]] == ["/t/1#1"]
    assert rest["next"] is None
    assert "Walk 2" in (await desk.run("guest", "search in:title walk -3")).out
    assert "没有找到" in (await desk.run("reed", "search 山顶", language="zh")).out


@pytest.mark.parametrize("command", ["search autor:reed x", "search board:nowhere x", "search", "search x --after y"])
async def test_wrong_searches_are_wrong_usage(desk: Desk, command: str) -> None:
    ran = await desk.run("reed", f"{command} --json")
    assert ran.code == 2
    assert ran.error in ("search.operator", "search.board", "command.missing", "cursor.bad")


async def test_new_lists_what_is_unread(desk: Desk) -> None:
    await desk.run("lin", "post life --title 'A walk'", stdin="Along the river")
    document = (await desk.run("reed", "new --json")).document
    assert [(item["title"], item["state"]) for item in document["items"]] == [("A walk", "unread")]
    assert document["next"] is None
    assert "Nothing is unread" in (await desk.run("guest", "new")).out
