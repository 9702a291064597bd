"""Inbox, mail, cards and blocking: who is told, what arrives, and what nobody learns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound, TryLater
from bbs.forum.actor import LOCAL, AccountKind, Actor, Grant, Role
from bbs.forum.forum import Event, Forum, open_forum
from bbs.forum.people import mailbox
from bbs.forum.people.inbox import Notice
from bbs.forum.people.mailbox import Letter
from bbs.forum.people.persons import rounded
from bbs.forum.posts.threads import Backdate
from bbs.forum.writing import limits
from bbs.forum.writing.telling import mentions
from bbs.store.opening import open_database
from bbs.text.when import ManualClock
from tests.forum.conftest import People
from tests.support.corpus import CORPUS
from tests.support.waiting import until


async def post(forum: Forum, who: Actor, title: str, body: str) -> int:
    board = await forum.boards.get(who, "life")
    return (await forum.threads.start(who, board, title, body)).thread


async def notices(forum: Forum, who: Actor) -> list[tuple[str, str]]:
    return [(one.kind, one.route) for one in (await forum.inbox.list(who)).items]


# The inbox


async def test_a_mention_and_a_reply_make_one_notice_each(forum: Forum, people: People, clock: ManualClock) -> None:
    clock.advance(days=2)
    number = await post(forum, people.reed, "Gloves", "@plum 你看看，@周明也看看。Not @nobody, not reed@plum.")
    assert await notices(forum, people.plum) == [("mention", f"/t/{number}#1")]
    assert await notices(forum, people.zhou) == [("mention", f"/t/{number}#1")]
    clock.advance(minutes=5)
    await forum.threads.reply(people.plum, number, "> @zhou\n\n@reed @plum blue ones", reply_to=1)
    assert await notices(forum, people.reed) == [("reply", f"/t/{number}#2")]
    assert len(await notices(forum, people.plum)) == 1
    found = (await forum.inbox.list(people.reed)).items[0]
    assert (found.read, found.facts["author"], found.facts["title"]) == (False, "plum", "Gloves")


async def test_an_answer_to_the_thread_is_one_to_its_opener(forum: Forum, people: People) -> None:
    number = await post(forum, people.reed, "Gloves", "Blue or grey?")
    await forum.threads.reply(people.zhou, number, "Grey.", official=True)
    found = (await forum.inbox.list(people.reed)).items
    assert [(one.kind, one.facts["author"]) for one in found] == [("reply", "周明")]


async def test_imported_posts_and_blocked_people_tell_nobody(forum: Forum, people: People, clock: ManualClock) -> None:
    board = await forum.boards.get(people.reed, "life")
    await forum.threads.start(people.reed, board, "Old", "@plum", backdate=Backdate(LOCAL, clock.now()))
    await forum.blocks.set(people.plum, "reed", True)
    clock.advance(minutes=5)
    await post(forum, people.reed, "New", "@plum")
    assert await notices(forum, people.plum) == []
    await forum.blocks.set(people.plum, "reed", False)
    clock.advance(minutes=5)
    await post(forum, people.reed, "Newer", "@plum")
    assert len(await notices(forum, people.plum)) == 1


def test_what_an_at_sign_may_mean() -> None:
    assert mentions("@墨竹你好")[0] == ["墨竹你好", "墨竹你", "墨竹", "墨"]
    assert mentions("@reedy and 请@reed看")[1][-1] == "reed"
    assert mentions("@reedy") == [["reedy"]]
    assert mentions("> @reed\n```\n@plum\n```\na@b.example ok") == []
    assert len(mentions(" ".join(f"@name{number}" for number in range(30)))) == 10
    assert mentions("@" * 20_000) == []


async def test_reading_marks_and_counts(forum: Forum, people: People, clock: ManualClock) -> None:
    first = await post(forum, people.reed, "One", "@plum")
    clock.advance(minutes=5)
    await post(forum, people.reed, "Two", "@plum")
    plum = people.plum
    assert await forum.inbox.unread(plum) == 2
    assert await forum.inbox.seen(plum, [f"/t/{first}#1"]) == 1
    assert await forum.inbox.unread(plum) == 1
    assert len((await forum.inbox.list(plum, unread=True)).items) == 1
    newest, oldest = (await forum.inbox.list(plum)).items
    await forum.inbox.mark(plum, oldest.id, read=False)
    assert await forum.inbox.mark_all(plum) == 2
    assert await forum.inbox.waiting(plum) == frozenset()
    with pytest.raises(NotFound, match=r"notice\.not_found"):
        await forum.inbox.mark(people.reed, newest.id)
    with pytest.raises(Forbidden):
        await forum.inbox.list(people.guest)


async def test_pages_of_the_inbox_and_its_end(
    forum: Forum, people: People, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await post(forum, people.reed, "One", "Long.")
    for floor in range(5):
        clock.advance(minutes=5)
        await forum.threads.reply(people.plum, number, f"{floor}")
    page = await forum.inbox.list(people.reed, limit=3)
    rest = await forum.inbox.list(people.reed, limit=3, after=page.after)
    whole: list[Notice] = [*page.items, *rest.items]
    assert [one.facts["floor"] for one in whole] == [6, 5, 4, 3, 2]


async def test_another_process_hears_of_a_notice(forum: Forum, people: People, clock: ManualClock, db_url: str) -> None:
    other = await open_database(db_url, clock=clock)
    await other.follow()
    elsewhere = await open_forum(other, clock, forum.policy)
    heard: list[Event] = []
    elsewhere.listen(["notice.changed"], heard.append)
    await post(forum, people.reed, "One", "@plum")
    await until(lambda: heard)
    assert heard[0].payload == {"account": people.plum.account_id}
    assert await elsewhere.inbox.unread(people.plum) == 1
    await elsewhere.close()
    await other.close()


# Mail


async def test_a_conversation_has_two_sides(forum: Forum, people: People, clock: ManualClock) -> None:
    sent = await forum.mail.send(people.reed, "plum", "Gloves", "Are they yours?")
    assert (sent.other, sent.sent, sent.read) == ("plum", True, True)
    talk = (await forum.mail.talks(people.plum)).items[0]
    assert (talk.letter.other, talk.unread, talk.letters) == ("reed", 1, 1)
    clock.advance(minutes=1)
    await forum.mail.send(people.plum, "", "Re: Gloves", "They are.", answers=talk.letter.id)
    here = await forum.mail.talk(people.reed, sent.id)
    assert [(one.floor, one.sent, one.body) for one in here] == [(1, True, "Are they yours?"), (2, False, "They are.")]
    assert await forum.mail.unread(people.reed) == 1
    assert await notices(forum, people.reed) == [("mail", here[1].route)]
    assert await notices(forum, people.plum) == [("mail", talk.letter.route)]


async def test_own_copies_are_ones_own(forum: Forum, people: People) -> None:
    sent = await forum.mail.send(people.reed, "plum", "Gloves", "Yours?")
    got = (await forum.mail.talks(people.plum)).items[0].letter
    for number, who in ((sent.id, people.plum), (got.id, people.reed), (got.id, people.sysop), (99, people.reed)):
        with pytest.raises(NotFound, match=r"mail\.not_found"):
            await forum.mail.get(who, number)
    await forum.mail.delete(people.reed, sent.id)
    assert (await forum.mail.get(people.plum, got.id)).body == "Yours?"
    with pytest.raises(Forbidden):
        await forum.mail.talks(people.guest)


async def test_keep_delete_and_unread(forum: Forum, people: People, clock: ManualClock) -> None:
    await forum.mail.send(people.reed, "plum", "One", "1")
    got = (await forum.mail.talks(people.plum)).items[0].letter
    clock.advance(minutes=1)
    await forum.mail.send(people.plum, "", "Re: One", "2", answers=got.id)
    plum = people.plum
    await forum.mail.mark(plum, got.id, read=True)
    assert (await forum.mail.talks(plum, unread=True)).items == ()
    await forum.mail.mark(plum, got.id, read=False, whole=True)
    assert (await forum.mail.talks(plum, unread=True)).items[0].unread == 1
    await forum.mail.keep(plum, got.id, on=True)
    with pytest.raises(Conflict, match=r"mail\.kept"):
        await forum.mail.delete(plum, got.id)
    assert await forum.mail.delete(plum, got.id, whole=True) == 1
    assert [one.kept for one in await forum.mail.talk(plum, got.id)] == [True]


async def test_an_officer_writes_under_real_name_and_office(forum: Forum, people: People, clock: ManualClock) -> None:
    await forum.mail.send(people.zhou, "reed", "Canteen", "Thank you for the hint.")
    got = (await forum.mail.talks(people.reed)).items[0].letter
    assert got.other == "周明"
    assert got.official is not None
    assert got.official.office == "administration"
    clock.advance(minutes=1)
    await forum.officers.dismiss(LOCAL, "administration", "zhou")
    assert (await forum.mail.get(people.reed, got.id)).official == got.official
    with pytest.raises(Forbidden):
        await forum.mail.send(people.zhou, "reed", "Still", "here?")
    with pytest.raises(NotFound, match=r"mail\.nobody_left"):
        await forum.mail.send(people.reed, "", "Re", "Gone?", answers=got.id)


async def test_an_officers_login_name_leads_nowhere(forum: Forum, people: People) -> None:
    assert (await forum.mail.send(people.reed, "周明", "Canteen", "Soup?")).other == "周明"
    for name in ("zhou", "nobody", "", "\x1b[2J"):
        with pytest.raises(NotFound, match=r"person\.not_found"):
            await forum.mail.recipient(people.reed, name)
    with pytest.raises(Invalid, match=r"mail\.self"):
        await forum.mail.recipient(people.reed, "REED")


async def test_who_is_blocked_is_answered_like_everybody(forum: Forum, people: People) -> None:
    await forum.blocks.set(people.plum, "reed", True)
    sent = await forum.mail.send(people.reed, "plum", "Hello", "Do you read me?")
    assert (await forum.mail.get(people.reed, sent.id)).other == "plum"
    assert (await forum.mail.talks(people.plum)).items == ()
    assert await forum.inbox.unread(people.plum) == 0
    assert await forum.blocks.list(people.plum) == ["reed"]
    assert await forum.blocks.names(people.reed) == frozenset()


async def test_the_same_draft_is_one_letter(forum: Forum, people: People) -> None:
    reed = people.reed
    await forum.drafts.save(reed, "/mail/to/plum", id="d1", title="t", body="b", caret=0)
    first = await forum.mail.send(reed, "plum", "Once", "Only", draft_id="d1")
    assert (await forum.mail.send(reed, "plum", "Once", "Only", draft_id="d1")).id == first.id
    assert (await forum.mail.talks(people.plum)).items[0].letters == 1
    assert await forum.drafts.latest(reed) is None


async def test_mail_has_limits(
    forum: Forum, people: People, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "NEW", replace(limits.NEW, letters=2))
    monkeypatch.setattr(limits, "SETTLED", replace(limits.SETTLED, letters=3))
    monkeypatch.setattr(mailbox, "BOX_MOST", 5)
    await forum.mail.send(people.reed, "plum", "1", "1")
    with pytest.raises(TryLater, match=r"post\.too_fast"):
        await forum.mail.send(people.reed, "plum", "2", "2")
    clock.advance(minutes=10)
    await forum.mail.send(people.reed, "plum", "2", "2")
    clock.advance(minutes=10)
    with pytest.raises(TryLater, match=r"mail\.day_full"):
        await forum.mail.send(people.reed, "plum", "3", "3")
    clock.advance(days=2)
    for number in range(3):
        await forum.mail.send(people.reed, "plum", f"a{number}", f"a{number}")
        clock.advance(minutes=1)
    with pytest.raises(Conflict, match=r"mail\.full"):
        await forum.mail.send(people.reed, "plum", "x", "x")
    with pytest.raises(Conflict, match=r"mail\.their_box_full"):
        await forum.mail.send(people.keeper, "plum", "x", "x")


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_letters_and_cards(forum: Forum, people: People, clock: ManualClock, kind: str) -> None:
    for text in CORPUS[kind][:12]:
        clock.advance(minutes=30)
        try:
            made: Letter = await forum.mail.send(people.sysop, "reed", text[:400] or "x", text)
            assert "\x1b" not in made.subject + made.body
        except (BbsError, UnicodeError):
            pass
        for field in ("signature", "plan", "avatar"):
            try:
                own = await forum.persons.edit(people.reed, **{field: text})
            except (BbsError, UnicodeError):
                continue
            assert "\x1b" not in own.signature + own.plan + own.avatar


# Cards


async def test_a_card_tells_little(forum: Forum, people: People, clock: ManualClock) -> None:
    await forum.accounts.role(LOCAL, "plum", Grant(Role.MODERATOR, "life"), on=True)
    await post(forum, people.plum, "One", "1")
    await forum.persons.edit(people.plum, signature="慢慢来", plan="- walk", avatar="  o\n /|\\")
    card = await forum.persons.card(people.reed, "PLUM")
    assert (card.name, card.kind, card.posts, card.boards) == ("plum", AccountKind.MEMBER, 1, ("life",))
    assert len(card.since) == len("2026-02")
    assert card.seen == "" or len(card.seen) == len("2026-W07")
    assert (card.own.signature, card.own.plan, card.own.avatar) == ("慢慢来", "- walk", "  o\n /|\\")
    assert await forum.persons.signatures(people.reed, ["plum", "reed"]) == {"plum": "慢慢来"}
    assert await forum.persons.signatures(people.guest, ["plum"]) == {}
    await forum.accounts.set_preferences(people.plum, {"listed": False})
    assert (await forum.persons.card(people.reed, "plum")).seen == ""
    with pytest.raises(Forbidden):
        await forum.persons.card(people.guest, "plum")


async def test_an_officers_card_says_the_office(forum: Forum, people: People) -> None:
    card = await forum.persons.card(people.reed, "周明")
    assert (card.name, [held.office for held in card.offices]) == ("周明", ["administration"])
    with pytest.raises(NotFound):
        await forum.persons.card(people.reed, "zhou")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("signature", "1\n2\n3\n4"),
        ("signature", "x" * 201),
        ("plan", "x" * 2_000),
        ("avatar", "1\n2\n3\n4\n5\n6"),
        ("avatar", "x" * 21),
        ("avatar", "墨" * 11),
        ("avatar", "□" * 11),
    ],
)
async def test_what_is_too_long_is_refused(forum: Forum, people: People, field: str, text: str) -> None:
    with pytest.raises(Invalid, match=rf"person\.{field}"):
        await forum.persons.edit(people.reed, **{field: text})


async def test_a_signature_cannot_look_official(forum: Forum, people: People) -> None:
    own = await forum.persons.edit(people.reed, signature="[OFFICIAL] 周明")
    assert own.signature.startswith("> ")


def test_counts_are_rounded_down() -> None:
    assert [rounded(count) for count in (0, 1, 9, 10, 19, 99, 123, 4567)] == [0, 1, 1, 10, 10, 90, 100, 4000]


# Blocking


async def test_blocking_has_its_limits(forum: Forum, people: People) -> None:
    with pytest.raises(Invalid, match=r"block\.self"):
        await forum.blocks.set(people.reed, "reed", True)
    with pytest.raises(Invalid, match=r"block\.officer"):
        await forum.blocks.set(people.reed, "周明", True)
    with pytest.raises(NotFound):
        await forum.blocks.set(people.reed, "nobody", True)
    with pytest.raises(Forbidden):
        await forum.blocks.set(people.guest, "plum", True)
    assert await forum.blocks.set(people.reed, "plum", True) == "plum"
    assert await forum.blocks.set(people.reed, "plum", True) == "plum"
    assert (await forum.persons.card(people.reed, "plum")).blocked
    assert not (await forum.persons.card(people.plum, "reed")).blocked
    await forum.blocks.set(people.reed, "plum", False)
    assert await forum.blocks.list(people.reed) == []


async def test_over_telnet_officers_have_no_mail(forum: Forum, people: People) -> None:
    with pytest.raises(Forbidden):
        await forum.mail.talks(replace(people.zhou, transport="telnet"))
