"""Starting, replying, editing: what is written, by whom, and what is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from bbs.errors import Conflict, Forbidden, Invalid, NotFound, TryLater
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.boards.places import Board
from bbs.forum.forum import Forum
from bbs.forum.posts.posts import BODY_LIMIT, TITLE_LIMIT, Post, ReadState
from bbs.forum.posts.threads import Backdate
from bbs.forum.writing import limits
from bbs.store.database import Event
from bbs.text.when import ManualClock
from tests.forum.conftest import People
from tests.support.corpus import ALL_TEXT

REFUSED = [
    ("", "x", "title.empty"),
    ("\u200b\u3164", "x", "title.empty"),
    ("x" * (TITLE_LIMIT + 1), "x", "title.long"),
    ("x" * 100_000, "x", "title.long"),
    ("x", " \n\x1b[31m ", "body.empty"),
    ("x", "长" * (BODY_LIMIT + 1), "body.long"),
    ("x", "x" * 1_000_000, "body.long"),
    ("【官方】通知", "x", "title.imitates"),
]


async def life(forum: Forum, actor: Actor) -> Board:
    return await forum.boards.get(actor, "life")


LONG: Final = 5_000.0
"""Seconds between two threads of somebody who starts many."""


async def start(
    forum: Forum,
    clock: ManualClock,
    actor: Actor,
    title: str = "Soup",
    body: str = "Is it hot?",
    *,
    after: float = 31,
) -> Post:
    clock.advance(after)
    return await forum.threads.start(actor, await life(forum, actor), title, body)


async def reply(forum: Forum, clock: ManualClock, actor: Actor, thread: int, body: str) -> Post:
    clock.advance(31)
    return await forum.threads.reply(actor, thread, body)


async def test_a_started_thread_is_listed_and_read_by_its_author(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    made = await start(forum, clock, people.reed)
    page = await forum.threads.list(people.reed, await life(forum, people.reed))
    assert [(one.id, one.title, one.author, one.posts, one.state) for one in page.items] == [
        (made.thread, "Soup", "reed", 1, ReadState.READ)
    ]
    assert page.items[0].last_post_id == made.id
    assert (await forum.threads.posts(people.plum, made.thread))[0] == made
    assert (await life(forum, people.reed)).threads == 1


async def test_floors_follow_each_other_and_activity_orders_the_list(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    first = await start(forum, clock, people.reed, "First")
    second = await start(forum, clock, people.plum, "Second")
    answer = await reply(forum, clock, people.plum, first.thread, "Yes.")
    assert answer.floor == 2
    page = await forum.threads.list(people.plum, await life(forum, people.plum))
    assert [one.id for one in page.items] == [first.thread, second.thread]
    board, thread = await forum.threads.get(people.reed, first.thread)
    assert (board.slug, thread.last_author, thread.posts, thread.last_floor) == ("life", "plum", 2, 2)


async def test_pages_meet_without_gap_or_double(forum: Forum, people: People, clock: ManualClock) -> None:
    clock.advance(days=2)
    made = [await start(forum, clock, people.reed, f"Thread {n}", f"text {n}") for n in range(7)]
    board = await life(forum, people.plum)
    found: list[int] = []
    after: str | None = None
    while True:
        page = await forum.threads.list(people.plum, board, after=after, limit=3)
        found += [one.id for one in page.items]
        after = page.after
        if after is None:
            break
    assert found == [one.thread for one in reversed(made)]
    window = await forum.threads.locate(people.plum, board, made[3].thread, limit=4)
    assert made[3].thread in [one.id for one in window.items]
    assert len(window.items) == 4
    before = await forum.threads.list(people.plum, board, before=window.before, limit=10)
    assert [one.id for one in before.items] + [one.id for one in window.items] == found[: len(before.items) + 4]


async def test_filters_narrow_without_regard_to_case(forum: Forum, people: People, clock: ManualClock) -> None:
    soup = await start(forum, clock, people.reed, "Hot SOUP at noon", "a")
    await start(forum, clock, people.plum, "50% off", "b")
    chinese = await start(forum, clock, people.plum, "食堂的汤", "c")
    board = await life(forum, people.reed)

    async def found(**narrow: str) -> list[int]:
        return [one.id for one in (await forum.threads.list(people.reed, board, **narrow)).items]  # type: ignore[arg-type]

    assert await found(title="soup") == [soup.thread]
    assert await found(title="的汤") == [chinese.thread]
    assert len(await found(title="%")) == 1
    assert await found(author="reed") == [soup.thread]
    assert await found(author="nobody") == []


async def test_neighbours_go_both_ways_and_skip_what_was_read(forum: Forum, people: People, clock: ManualClock) -> None:
    one, two, three = [await start(forum, clock, people.reed, f"T{n}", f"b{n}") for n in range(3)]
    older = await forum.threads.neighbour(people.plum, two.thread, direction=1)
    newer = await forum.threads.neighbour(people.plum, two.thread, direction=-1)
    assert older is not None
    assert newer is not None
    assert (older.id, newer.id) == (one.thread, three.thread)
    await forum.reading.read(people.plum, two.thread, 1)
    unread = await forum.threads.neighbour(people.plum, three.thread, direction=1, unread=True)
    assert unread is not None
    assert unread.id == one.thread
    assert await forum.threads.neighbour(people.plum, one.thread, direction=1) is None


async def test_windows_of_floors(forum: Forum, people: People, clock: ManualClock) -> None:
    made = await start(forum, clock, people.reed)
    for n in range(2, 9):
        await reply(forum, clock, people.plum, made.thread, f"floor {n}")
    down = await forum.threads.posts(people.reed, made.thread, floor=3, limit=3)
    up = await forum.threads.posts(people.reed, made.thread, floor=6, limit=3, up=True)
    assert [post.floor for post in down] == [3, 4, 5]
    assert [post.floor for post in up] == [3, 4, 5]
    with pytest.raises(NotFound):
        await forum.threads.posts(people.reed, 4711)


async def test_the_same_draft_makes_one_post(forum: Forum, people: People, clock: ManualClock) -> None:
    board = await life(forum, people.reed)
    clock.advance(31)
    first = await forum.threads.start(people.reed, board, "Soup", "Hot?", draft_id="d-1")
    again = await forum.threads.start(people.reed, board, "Soup", "Hot?", draft_id="d-1")
    assert again == first
    both = await asyncio.gather(
        forum.threads.reply(people.plum, first.thread, "Yes", draft_id="d-2"),
        forum.threads.reply(people.plum, first.thread, "Yes", draft_id="d-2"),
    )
    assert both[0] == both[1]
    assert len(await forum.threads.posts(people.reed, first.thread)) == 2
    clock.advance(31)
    with pytest.raises(Conflict) as caught:
        await forum.threads.reply(people.reed, first.thread, "Mine", draft_id="d-2")
    assert caught.value.code == "draft.taken"


async def test_a_posted_draft_is_gone(forum: Forum, people: People, clock: ManualClock) -> None:
    made = await start(forum, clock, people.plum)
    await forum.drafts.save(people.reed, "/t/1/reply", id="d-9", title="", body="half a", caret=3)
    clock.advance(31)
    await forum.threads.reply(people.reed, made.thread, "half a thought", draft_id="d-9")
    assert await forum.drafts.latest(people.reed) is None


async def test_new_accounts_wait_longer(forum: Forum, people: People, clock: ManualClock) -> None:
    made = await start(forum, clock, people.reed)
    with pytest.raises(TryLater) as caught:
        await forum.threads.reply(people.reed, made.thread, "too soon")
    assert caught.value.code == "post.too_fast"
    assert caught.value.params["seconds"] == limits.NEW.gap
    clock.advance(days=2)
    await forum.threads.reply(people.reed, made.thread, "in time")
    clock.advance(limits.SETTLED.gap - 1)
    with pytest.raises(TryLater) as caught:
        await forum.threads.reply(people.reed, made.thread, "one second early")
    assert caught.value.params["seconds"] == 1
    clock.advance(1)
    await forum.threads.reply(people.reed, made.thread, "now")


async def test_the_same_text_is_refused_for_five_minutes(forum: Forum, people: People, clock: ManualClock) -> None:
    made = await start(forum, clock, people.plum)
    await reply(forum, clock, people.reed, made.thread, "Buy now!")
    with pytest.raises(TryLater) as caught:
        await reply(forum, clock, people.reed, made.thread, "Buy now!")
    assert caught.value.code == "post.same_text"
    clock.advance(limits.SAME_TEXT)
    await reply(forum, clock, people.reed, made.thread, "Buy now!")


async def test_a_refused_post_does_not_cost_the_turn(forum: Forum, people: People, clock: ManualClock) -> None:
    made = await start(forum, clock, people.plum)
    clock.advance(31)
    with pytest.raises(NotFound):
        await forum.threads.reply(people.reed, 4711, "nowhere")
    assert (await forum.threads.reply(people.reed, made.thread, "here")).floor == 2


async def test_bad_titles_and_bodies(forum: Forum, people: People, clock: ManualClock) -> None:
    for title, body, code in REFUSED:
        with pytest.raises(Invalid) as caught:
            await start(forum, clock, people.reed, title, body)
        assert caught.value.code == code
    assert (await forum.threads.list(people.reed, await life(forum, people.reed))).items == ()


async def test_hostile_text_is_stored_clean(forum: Forum, people: People, clock: ManualClock) -> None:
    board = await life(forum, people.reed)
    stored = 0
    refused: set[str] = set()
    clock.advance(days=2)
    for number, text in enumerate(ALL_TEXT):
        clock.advance(LONG)
        try:
            made = await forum.threads.start(people.reed, board, f"{number} {text}"[:300], f"{number} {text}")
        except (Invalid, TryLater) as error:
            refused.add(error.code)
            continue
        stored += 1
        _, thread = await forum.threads.get(people.reed, made.thread)
        for kept in (thread.title, (await forum.threads.posts(people.reed, made.thread))[0].body):
            assert not any(char != "\n" and (ord(char) < 32 or 127 <= ord(char) < 160) for char in kept)
            assert "\u202e" not in kept
        assert "\n" not in thread.title
    assert stored > 150
    assert refused <= {"title.long", "body.long", "title.imitates", "post.same_text", "post.names"}


async def test_a_line_like_the_official_mark_becomes_a_quotation(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    made = await start(forum, clock, people.reed, body="[OFFICIAL] All lifts are open.")
    assert made.body == "> [OFFICIAL] All lifts are open."


async def test_guests_and_liaisons_do_not_write(forum: Forum, people: People, clock: ManualClock) -> None:
    with pytest.raises(Forbidden):
        await start(forum, clock, people.guest)
    made = await start(forum, clock, people.reed)
    with pytest.raises(Forbidden):
        await forum.threads.reply(people.guest, made.thread, "me too")


async def test_an_official_post_keeps_the_office_held_then(forum: Forum, people: People, clock: ManualClock) -> None:
    question = await start(forum, clock, people.reed)
    answer = await forum.threads.reply(people.zhou, question.thread, "Yes, from Monday.", official=True)
    assert answer.author == "周明"
    assert answer.official is not None
    assert answer.official.office == "administration"
    assert answer.official.title_en == "Director, Administration Department"
    thread = (await forum.threads.get(people.reed, question.thread))[1]
    assert (thread.official_floor, thread.last_author) == (2, "周明")
    await forum.officers.dismiss(LOCAL, "administration", "zhou")
    assert (await forum.threads.posts(people.reed, question.thread))[1].official == answer.official
    with pytest.raises(Forbidden):  # the actor in hand still names the appointment; the store does not
        await forum.threads.reply(people.zhou, question.thread, "And Tuesday.", official=True)
    entries = await forum.register.entries(people.sysop)
    assert [entry.subject for entry in entries if entry.kind == "post.official"] == [answer.route]
    assert (await forum.register.verify(people.sysop)).ok


async def test_the_stream_merges_offices_newest_first(forum: Forum, people: People, clock: ManualClock) -> None:
    question = await start(forum, clock, people.reed)
    made = [
        await forum.threads.reply(actor, question.thread, f"answer {n}", official=True)
        for n, actor in enumerate([people.zhou, people.lin, people.zhou, people.lin, people.lin])
    ]
    expected = [post.id for post in reversed(made)]
    page = await forum.threads.stream(people.guest, limit=2)
    found = [post.id for post, _ in page.items]
    while page.after is not None:
        page = await forum.threads.stream(people.guest, limit=2, after=page.after)
        found += [post.id for post, _ in page.items]
    assert found == expected
    back = await forum.threads.stream(people.guest, limit=2, before=page.before)
    assert [post.id for post, _ in back.items] == expected[2:4]
    only = await forum.threads.stream(people.reed, office="administration")
    assert [post.id for post, _ in only.items] == [made[2].id, made[0].id]
    assert only.items[0][1].id == question.thread
    with pytest.raises(Invalid):
        await forum.threads.stream(people.reed, after="x'--")


async def test_a_locked_thread_takes_no_reply_until_it_is_opened(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    made = await start(forum, clock, people.reed)
    with pytest.raises(Forbidden):
        await forum.threads.lock(people.plum, made.thread, True)
    assert (await forum.threads.lock(people.keeper, made.thread, True)).locked
    clock.advance(31)
    with pytest.raises(Conflict) as caught:
        await forum.threads.reply(people.plum, made.thread, "but")
    assert caught.value.code == "thread.locked"
    with pytest.raises(Conflict):
        await forum.threads.edit(people.reed, made.id, "changed")
    await forum.threads.lock(people.keeper, made.thread, False)
    await forum.threads.reply(people.plum, made.thread, "but")
    kinds = [entry.kind for entry in await forum.register.entries(people.sysop) if entry.subject == f"/t/{made.thread}"]
    assert kinds == ["thread.lock", "thread.unlock"]


async def test_pinned_threads_stand_apart_and_are_few(forum: Forum, people: People, clock: ManualClock) -> None:
    clock.advance(days=2)
    made = [await start(forum, clock, people.reed, f"T{n}", f"b{n}", after=LONG) for n in range(21)]
    board = await life(forum, people.reed)
    for one in made[:20]:
        assert (await forum.threads.pin(people.keeper, one.thread, True)).pinned
    with pytest.raises(Conflict) as caught:
        await forum.threads.pin(people.keeper, made[20].thread, True)
    assert caught.value.code == "thread.pins_full"
    pinned = await forum.threads.pinned(people.reed, board)
    assert [one.id for one in pinned] == [one.thread for one in reversed(made[:20])]
    assert [one.id for one in (await forum.threads.list(people.reed, board)).items] == [made[20].thread]


async def test_an_edit_keeps_the_old_text_and_shows_as_changed(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    made = await start(forum, clock, people.reed)
    await forum.reading.read(people.plum, made.thread, 1)
    clock.advance(31)
    edited = await forum.threads.edit(people.reed, made.id, "Is it warm?")
    assert (edited.body, edited.revision, edited.edited_at) == ("Is it warm?", 2, clock.now())
    board = await life(forum, people.plum)
    await forum.reading.flush()
    assert (await forum.threads.get(people.reed, made.thread))[1].state is ReadState.READ
    with pytest.raises(Forbidden):
        await forum.threads.edit(people.plum, made.id, "mine now")
    assert (await forum.threads.list(people.plum, board)).items[0].change == 1


async def test_an_official_post_may_be_corrected_for_ten_minutes(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    made = await forum.threads.start(people.lin, await life(forum, people.lin), "Hours", "Seven.", official=True)
    clock.advance(60)
    await forum.threads.edit(people.lin, made.id, "Half past six.")
    assert (await forum.register.verify(people.sysop)).ok
    clock.advance(600)
    with pytest.raises(Conflict) as caught:
        await forum.threads.edit(people.lin, made.id, "Five.")
    assert caught.value.code == "post.official_old"


async def test_writers_at_once_get_floors_without_gap_or_double(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    made = await start(forum, clock, people.reed)
    await asyncio.gather(
        *(forum.threads.reply(people.zhou, made.thread, f"n {n}", official=True) for n in range(12)),
    )
    posts = await forum.threads.posts(people.reed, made.thread)
    assert [post.floor for post in posts] == list(range(1, 14))
    assert sorted(post.id for post in posts) == [post.id for post in posts]
    assert (await forum.register.verify(people.sysop)).ok


async def test_events_tell_what_happened(forum: Forum, people: People, clock: ManualClock) -> None:
    heard: list[Event] = []
    forum.db.hub.subscribe(("thread.new", "post.new"), heard.append)
    made = await start(forum, clock, people.reed)
    answer = await reply(forum, clock, people.plum, made.thread, "Yes")
    assert [(event.kind, dict(event.payload)) for event in heard] == [
        ("thread.new", {"board": "life", "thread": made.thread, "floor": 1, "post": made.id, "author": "reed"}),
        ("post.new", {"board": "life", "thread": made.thread, "floor": 2, "post": answer.id, "author": "plum"}),
    ]


async def test_only_the_person_at_the_machine_backdates(forum: Forum, people: People, clock: ManualClock) -> None:
    board, at = await life(forum, people.reed), clock.now() - timedelta(days=100)
    made = await forum.threads.start(people.reed, board, "Old", "text", backdate=Backdate(LOCAL, at))
    assert made.created_at == at
    with pytest.raises(Forbidden):
        await forum.threads.start(people.reed, board, "Older", "text", backdate=Backdate(people.sysop, at))


async def test_replying_to_a_floor_that_is_not_there(forum: Forum, people: People, clock: ManualClock) -> None:
    made = await start(forum, clock, people.reed)
    clock.advance(31)
    with pytest.raises(Invalid) as caught:
        await forum.threads.reply(people.plum, made.thread, "what?", reply_to=2)
    assert caught.value.code == "reply.floor"
    assert (await forum.threads.reply(people.plum, made.thread, "yes", reply_to=1)).reply_to == 1


async def test_a_thread_in_an_archived_board_is_read_only(
    forum: Forum, people: People, clock: ManualClock, tmp_path: Path
) -> None:
    made = await start(forum, clock, people.reed)
    file = tmp_path / "boards.yaml"
    file.write_text("site: {zh: 坛, en: Forum}\nsections:\n- {slug: after, zh: 后, en: After}\n", encoding="utf-8")
    board = await life(forum, people.reed)
    await forum.community.apply(LOCAL, file)
    clock.advance(31)
    with pytest.raises(Conflict) as caught:
        await forum.threads.reply(people.reed, made.thread, "still here?")
    assert caught.value.code == "board.archived"
    with pytest.raises((Conflict, Forbidden)):
        await forum.threads.start(people.reed, board, "New", "text")
    assert (await forum.threads.posts(people.reed, made.thread))[0].body == "Is it hot?"
