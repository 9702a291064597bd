"""How much one account may post: by its age, with the time to wait, in every process."""

from __future__ import annotations

import pytest

from bbs.errors import Invalid, TryLater
from bbs.forum.actor import LOCAL
from bbs.forum.forum import Forum, open_forum
from bbs.forum.posts.threads import Backdate
from bbs.forum.writing.limits import NEW, SETTLED, check_text
from bbs.store.opening import open_database
from bbs.text.when import ManualClock
from tests.forum.conftest import People
from tests.support.waiting import until

HOUR = 3_600


async def starts(forum: Forum, people: People, clock: ManualClock, count: int, seconds: float = NEW.gap) -> None:
    """Let reed start so many threads."""
    board = await forum.boards.get(people.reed, "life")
    for number in range(count):
        clock.advance(seconds)
        await forum.threads.start(people.reed, board, f"T{number} {clock.monotonic()}", f"b {clock.monotonic()}")


async def test_a_new_account_starts_few_threads_on_its_first_day(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    await starts(forum, people, clock, NEW.threads)
    with pytest.raises(TryLater) as caught:
        await starts(forum, people, clock, 1, HOUR)
    assert (caught.value.code, caught.value.params["most"]) == ("post.day_threads", NEW.threads)
    wait = int(str(caught.value.params["seconds"]))
    assert 22 * HOUR < wait < 23 * HOUR, "until the account is a day old"
    assert caught.value.params["hours"] == wait // HOUR
    clock.advance(wait)
    await starts(forum, people, clock, 1, 0)


async def test_a_new_account_writes_few_replies_on_its_first_day(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    made = await forum.threads.start(people.plum, await forum.boards.get(people.plum, "life"), "Soup", "Hot?")
    for number in range(NEW.replies or 0):
        clock.advance(NEW.gap)
        await forum.threads.reply(people.reed, made.thread, f"r{number}")
    clock.advance(NEW.gap)
    with pytest.raises(TryLater) as caught:
        await forum.threads.reply(people.reed, made.thread, "one more")
    assert caught.value.code == "post.day_replies"
    await starts(forum, people, clock, 1)  # threads are counted apart
    clock.advance(days=1)
    await forum.threads.reply(people.reed, made.thread, "one more")


async def test_any_account_starts_a_bounded_number_of_threads_a_day(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    clock.advance(days=2)
    await starts(forum, people, clock, SETTLED.threads, 60)
    with pytest.raises(TryLater) as caught:
        await starts(forum, people, clock, 1, 60)
    assert caught.value.code == "post.day_threads"
    clock.advance(int(str(caught.value.params["seconds"])))
    await starts(forum, people, clock, 1, 0)


async def test_what_other_processes_write_counts_too(
    forum: Forum, people: People, clock: ManualClock, db_url: str
) -> None:
    db = await open_database(db_url, clock=clock)
    await db.follow()
    other = await open_forum(db, clock, forum.policy)
    heard: list[object] = []
    other.listen(("thread.new",), heard.append)
    try:
        await starts(forum, people, clock, NEW.threads)
        await until(lambda: len(heard) == NEW.threads)
        with pytest.raises(TryLater, match=r"post\.day_threads"):
            await starts(other, people, clock, 1)
    finally:
        await other.close()
        await db.close()


async def test_what_is_brought_in_from_elsewhere_counts_for_nobody(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    board = await forum.boards.get(people.reed, "life")
    for number in range(NEW.threads + 1):
        back = Backdate(LOCAL, clock.now())
        await forum.threads.start(people.reed, board, f"Old {number}", f"old {number}", backdate=back)
    await starts(forum, people, clock, 1)


async def test_names_and_links_are_bounded_and_editing_is_no_way_round(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    board = await forum.boards.get(people.reed, "life")
    links = " ".join(f"https://example.org/{number}" for number in range(NEW.links + 1))
    for body, code in (("@plum @keeper @lin 来看", "post.names"), (f"See {links}", "post.links")):
        with pytest.raises(Invalid) as caught:
            await forum.threads.start(people.reed, board, "Look", body)
        assert caught.value.code == code
    made = await forum.threads.start(people.reed, board, "Look", "Nothing yet.")
    with pytest.raises(Invalid, match=r"post\.links"):
        await forum.threads.edit(people.reed, made.id, links)
    clock.advance(days=2)
    await forum.threads.edit(people.reed, made.id, links)


def test_quotations_and_code_count_for_nothing() -> None:
    check_text("> @a1 @b1 @c1 @d1 https://a https://b https://c\n\n```\n@e1 @f1 @g1\n```\nSo it is.", NEW)


async def test_officers_and_sysops_have_no_limit(forum: Forum, people: People) -> None:
    board = await forum.boards.get(people.sysop, "life")
    for number in range(NEW.threads + 2):
        await forum.threads.start(people.sysop, board, f"T{number}", f"b{number}")
