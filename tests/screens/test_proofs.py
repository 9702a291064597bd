"""What the screens say of signatures: on the bar of an officer's floor, and in its details."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, update

from bbs.forum.accounts.passwords import CHEAP
from bbs.forum.forum import Forum, Policy, open_forum
from bbs.store.tables import post, setting, signature
from tests.screens.conftest import Community, Visiting
from tests.support.keys import seal
from tests.support.snapshots import assert_snapshot


async def change(forum: Forum, *statements: Any) -> None:
    def unit(tx: Any) -> None:
        for statement in statements:
            tx.connection.execute(statement)

    await forum.db.write(unit)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
async def test_the_details_say_who_signed_with_which_key(
    community: Community, driver: Visiting, lang: str, size: tuple[int, int]
) -> None:
    route = f"/t/{community.numbers.canteen}/details#3"
    person = await driver("guest", route=route, lang=lang, size=size)
    assert seal().fingerprint in person.text()
    assert_snapshot(f"details-official.{lang}.{size[0]}x{size[1]}", person)


async def test_a_post_changed_behind_the_forums_back_says_so(community: Community, driver: Visiting) -> None:
    here = (post.c.thread_id == community.numbers.canteen, post.c.floor == 3)
    await change(community.forum, update(post).where(*here).values(body="The canteen closes."))
    person = await driver("reed", route=f"/t/{community.numbers.canteen}#3")
    assert "The canteen closes." in person.text()
    assert "SIGNATURE DOES NOT MATCH" in person.text()
    await person.press("Q")
    assert "what was signed is not this post as it is now" in person.text()


async def test_a_bar_says_signed_as_soon_as_it_is(community: Community, driver: Visiting) -> None:
    forum, number = community.forum, community.numbers.canteen
    nothing = (delete(signature), delete(setting).where(setting.c.name == "signed.upto"))
    await change(forum, *nothing)
    person = await driver("reed", route=f"/t/{number}#3")
    assert "not signed" in person.text()
    await forum.sealing.settle()  # what a start does
    await person.until("   signed")
    assert "not signed" not in person.text()


async def test_a_forum_without_a_key_says_nothing_of_signatures(community: Community, driver: Visiting) -> None:
    keyless = await open_forum(community.forum.db, community.clock, Policy(demo=True, password_cost=CHEAP))
    reader = await keyless.accounts.guest(transport="ssh")
    posts = await keyless.threads.posts(reader, community.numbers.canteen)
    assert await keyless.proofs.standings(posts, {community.numbers.canteen: "食堂早餐能否早半小时"}) == {}
    await keyless.close()
