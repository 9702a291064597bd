"""Short messages: who gets them, who does not and is not told why, how many, and what is kept."""

from __future__ import annotations

import pytest

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound, TryLater
from bbs.forum.actor import Actor
from bbs.forum.forum import Event, Forum
from bbs.forum.people.pager import KEPT_MOST, NEW, WAITING_MOST, WORDS_LIMIT
from bbs.forum.reading.attention import Level
from bbs.forum.returning import Returning, Spot
from bbs.forum.writing import limits
from bbs.store.database import Database
from bbs.text.when import ManualClock
from tests.forum.conftest import People

SPOT = Spot("/b")


async def refused(forum: Forum, actor: Actor, to: str, words: str = "tea?") -> BbsError:
    with pytest.raises(BbsError) as found:
        await forum.pager.send(actor, to, words)
    return found.value


async def choose(forum: Forum, actor: Actor, **preferences: object) -> None:
    await forum.accounts.set_preferences(actor, preferences)


@pytest.fixture
async def here(forum: Forum, people: People, clock: ManualClock) -> People:
    """Everybody but the keeper is here, and no account is new."""
    clock.advance(days=2)
    for one in (people.reed, people.plum, people.lin, people.zhou, people.sysop):
        forum.returning.enter(one, lambda: SPOT)
    return people


async def test_a_message_there_and_back(forum: Forum, here: People) -> None:
    heard: list[Event] = []
    forum.listen((NEW,), heard.append)
    assert await forum.pager.reaches(here.reed, "plum")
    sent = await forum.pager.send(here.reed, "plum", "  去喝茶\x1b[2J吗？ ")
    assert (sent.other, sent.sent, sent.officer) == ("plum", True, False)
    assert "\x1b" not in sent.words
    (got,) = await forum.pager.waiting(here.plum)
    assert (got.other, got.sent, got.shown, got.words) == ("reed", False, False, sent.words)
    assert [event.payload for event in heard] == [{"account": here.plum.account_id, "page": got.id}]
    assert await forum.pager.get(here.plum, got.id) == got
    await forum.pager.shown(here.plum, [got.id, sent.id])
    assert not await forum.pager.waiting(here.plum)
    await forum.pager.send(here.plum, "reed", "好")
    assert [(one.other, one.sent) for one in (await forum.pager.list(here.reed)).items] == [
        ("plum", False),
        ("plum", True),
    ]
    with pytest.raises(NotFound):
        await forum.pager.get(here.reed, got.id)


async def test_officers_write_and_get_messages_under_their_real_names(forum: Forum, here: People) -> None:
    await forum.pager.send(here.reed, "周明", "The lift?")
    (got,) = await forum.pager.waiting(here.zhou)
    await forum.pager.send(here.zhou, got.other, "On Monday.")
    (answer,) = await forum.pager.waiting(here.reed)
    assert (answer.other, answer.officer) == ("周明", True)
    assert (await refused(forum, here.reed, "zhou")).code == "person.not_found"


@pytest.mark.parametrize("state", ["friends", "off"])
async def test_who_takes_none_is_answered_as_who_is_away(forum: Forum, here: People, state: str) -> None:
    away = await refused(forum, here.reed, "keeper")
    await choose(forum, here.plum, pager=state)
    error = await refused(forum, here.reed, "plum")
    assert isinstance(error, Conflict)
    assert (error.code, away.code) == ("pager.not_now", "pager.not_now")
    assert not await forum.pager.reaches(here.reed, "plum")
    await forum.attention.person(here.plum, "reed", Level.FOLLOW)
    assert await forum.pager.reaches(here.reed, "plum") is (state == "friends")


async def test_who_is_not_listed_is_here_for_friends_only(forum: Forum, here: People) -> None:
    await choose(forum, here.plum, listed=False)
    assert (await refused(forum, here.reed, "plum")).code == "pager.not_now"
    await forum.attention.person(here.plum, "reed", Level.FOLLOW)
    await forum.pager.send(here.reed, "plum", "tea?")


async def test_an_office_that_is_followed_is_a_friend(forum: Forum, here: People) -> None:
    await choose(forum, here.plum, pager="friends")
    assert not await forum.pager.reaches(here.zhou, "plum")
    await forum.attention.office(here.plum, "administration", follow=True)
    assert await forum.pager.reaches(here.zhou, "plum")
    assert not await forum.pager.reaches(here.lin, "plum")


async def test_who_is_blocked_is_told_nothing(forum: Forum, here: People) -> None:
    await forum.blocks.set(here.plum, "reed", True)
    sent = await forum.pager.send(here.reed, "plum", "tea?")
    assert (sent.other, sent.sent) == ("plum", True)
    assert not await forum.pager.waiting(here.plum)
    assert not (await forum.pager.list(here.plum)).items


async def test_guests_have_none(forum: Forum, here: People) -> None:
    with pytest.raises(Forbidden):
        await forum.pager.send(here.guest, "plum", "tea?")
    with pytest.raises(Forbidden):
        await forum.pager.list(here.guest)
    assert not await forum.pager.waiting(here.guest)
    assert not await forum.pager.reaches(here.guest, "plum")
    assert not await forum.pager.reaches(here.reed, "nobody")
    assert not await forum.pager.reaches(here.reed, "reed")


@pytest.mark.parametrize(
    ("to", "words", "error", "code"),
    [
        ("nobody", "tea?", NotFound, "person.not_found"),
        ("reed", "tea?", Invalid, "pager.self"),
        ("plum", " \x00\u202e ", Invalid, "pager.empty"),
        ("plum", "茶" * (WORDS_LIMIT + 1), Invalid, "pager.long"),
        ("plum", "x" * 1_000_000, Invalid, "pager.long"),
    ],
)
async def test_what_is_refused(
    forum: Forum, here: People, to: str, words: str, error: type[BbsError], code: str
) -> None:
    found = await refused(forum, here.reed, to, words)
    assert isinstance(found, error)
    assert found.code == code


async def test_nothing_looks_official_that_is_not(forum: Forum, here: People) -> None:
    sent = await forum.pager.send(here.reed, "plum", "[OFFICIAL] The canteen is closed")
    assert sent.words.startswith("> ")


async def test_ten_wait_and_the_next_is_told_to_write_a_letter(forum: Forum, here: People, clock: ManualClock) -> None:
    for number in range(WAITING_MOST):
        await forum.pager.send(here.reed, "plum", f"{number}")
    clock.advance(minutes=2)
    error = await refused(forum, here.sysop, "plum")
    assert (error.code, error.params["most"]) == ("pager.waiting", WAITING_MOST)
    waiting = await forum.pager.waiting(here.plum)
    assert [one.words for one in waiting] == [str(number) for number in range(WAITING_MOST)]
    await forum.pager.shown(here.plum, [waiting[0].id])
    await forum.pager.send(here.sysop, "plum", "tea?")


async def test_a_minute_has_an_end(forum: Forum, here: People, clock: ManualClock) -> None:
    for number in range(limits.SETTLED.pages):
        await forum.pager.send(here.reed, "周明" if number % 2 else "plum", f"{number}")
    error = await refused(forum, here.reed, "林若溪")
    assert isinstance(error, TryLater)
    assert error.code == "pager.too_many"
    clock.advance(seconds=61)
    await forum.pager.send(here.reed, "林若溪", "tea?")


async def test_a_new_account_sends_few(forum: Forum, people: People, clock: ManualClock) -> None:
    forum.returning.enter(people.plum, lambda: SPOT)
    for number in range(limits.NEW.pages):
        await forum.pager.send(people.reed, "plum", f"{number}")
    assert (await refused(forum, people.reed, "plum")).code == "pager.too_many"


async def test_old_messages_go(forum: Forum, here: People, clock: ManualClock) -> None:
    for number in range(KEPT_MOST // 2 + 3):
        clock.advance(minutes=1)
        await forum.pager.send(here.sysop, "plum", f"there {number}")
        await forum.pager.send(here.plum, "sysop", f"back {number}")
        await forum.pager.shown(here.plum, [one.id for one in await forum.pager.waiting(here.plum)])
        await forum.pager.shown(here.sysop, [one.id for one in await forum.pager.waiting(here.sysop)])
    page = await forum.pager.list(here.plum, limit=500)
    assert len(page.items) == KEPT_MOST
    assert page.items[0].words == f"back {KEPT_MOST // 2 + 2}"


async def test_somebody_on_another_server_is_here_too(
    forum: Forum, people: People, clock: ManualClock, db: Database
) -> None:
    clock.advance(days=2)
    other = Returning(db, clock)
    await other.recover("there")
    assert not await forum.pager.reaches(people.reed, "keeper")
    ticket = other.enter(people.keeper, lambda: SPOT)
    await other.flush()
    assert await forum.pager.reaches(people.reed, "keeper")
    await other.end(ticket, SPOT)
    assert not await forum.pager.reaches(people.reed, "keeper"), "a dropped line is nobody there"
    await other.close()


async def test_who_has_no_screen_to_show_it_on_gets_a_letter(forum: Forum, people: People) -> None:
    forum.presence.enter(people.plum)  # line by line, as plain mode is
    assert not await forum.pager.reaches(people.reed, "plum")
