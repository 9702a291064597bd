"""How often a visit asks the store: each question costs whoever waits for it, and all others a little."""

from __future__ import annotations

import pytest

from tests.screens.conftest import Community, Visiting
from tests.support.hops import Hops

ENTER = 2
"""What waits and what rules keep in memory of this person; then what is new."""


@pytest.mark.parametrize("account", ["reed", "zhou"])
async def test_coming_in_asks_the_store_twice(
    account: str, community: Community, driver: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    await driver("plum")  # what all share is in memory
    counted = Hops(community.forum.db, monkeypatch)
    await community.maker.actor(account)
    password = counted.taken()
    await driver(account)
    assert counted.taken() == password + ENTER


async def test_a_walk_asks_the_store_once_for_each_screen(
    community: Community, driver: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await community.forum.boards.get(await community.maker.actor("plum"), "life")
    await community.maker.start("plum", "life", "A bicycle", "Who wants it?")
    await community.maker.start("plum", "life", "A lamp", "It is green.")
    person = await driver("reed")
    counted = Hops(community.forum.db, monkeypatch)
    await person.press("b")
    assert (person.route, counted.taken()) == ("/b", 0)  # counted on coming in, and nothing was written since
    await person.stage.go(life.route)
    await person.settle()
    assert counted.taken() == 1
    assert "+" in person.row(person.cursor[1])
    await person.press("enter")
    assert person.route.startswith("/t/")
    assert counted.taken() == 1
    await person.press("q")
    assert (person.route, counted.taken()) == ("/b/life", 1)  # the row of what was read
    assert "+" not in person.row(person.cursor[1])
    assert "+" in person.row(person.cursor[1] + 1)
    await person.press("j", "k")
    assert counted.taken() == 0
