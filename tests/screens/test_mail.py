"""Inbox, mail and people on the screen: what waits is told at once, and letters find their way."""

from __future__ import annotations

import pytest

from bbs.errors import BbsError
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.screens.test_hostile import check, check_composer
from tests.support.corpus import CORPUS
from tests.support.snapshots import assert_snapshot

SIZES = ((80, 24), (132, 43))
BOTH = pytest.mark.parametrize("lang", ["zh", "en"])
EACH = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


async def filled(community: Community) -> int:
    """A conversation of reed with 墨竹, one letter of an officer, a mention and a reply; the first letter of reed's."""
    forum, maker = community.forum, community.maker
    reed, bamboo, zhou = [await maker.actor(name) for name in ("reed", "墨竹", "zhou")]
    first = await forum.mail.send(bamboo, "reed", "借书", "《边城》还在您那里吗？\n\n不急，**看完**再还。")
    got = (await forum.mail.talks(reed)).items[0].letter
    community.clock.advance(minutes=5)
    await forum.mail.send(reed, "", "Re: 借书", "> 《边城》还在您那里吗？\n\nYes. Friday at noon?", answers=got.id)
    community.clock.advance(minutes=5)
    await forum.mail.send(bamboo, "reed", "Re: 借书", "好，银杏树下见。", answers=first.id)
    await forum.mail.send(zhou, "reed", "The canteen", "Thank you for the hint. From Monday it opens at 6:30.")
    await forum.mail.keep(reed, got.id, on=True)
    await maker.reply("plum", community.numbers.shuttle, "Until spring, @reed.", 1)
    await maker.start("stone", "life", "Walk on Sunday", "Meet at line 6, @reed?")
    await forum.persons.edit(
        bamboo, signature="慢慢来，比较快", plan="- 读完《边城》\n- 学**吹笛**", avatar="  /\\_/\\\n ( o.o )\n  > ^ <"
    )
    return got.id


async def ready(person: VisitDriver) -> VisitDriver:
    zh = person.session.visit.tr.lang == "zh"
    await person.until("提醒 " if zh else "for you")
    await person.until("新 " if zh else " new")
    return person


@EACH
@BOTH
async def test_the_screens_look_as_they_did(
    community: Community, driver: Visiting, lang: str, size: tuple[int, int]
) -> None:
    got = await filled(community)
    end = f"{lang}.{size[0]}x{size[1]}"
    person = await ready(await driver("reed", lang=lang, size=size, route="/inbox"))
    assert_snapshot(f"inbox.{end}", person)
    for name, route in (
        ("mail", "/mail"),
        ("card", "/u/墨竹"),
        ("card-officer", "/u/周明"),
        ("own-card", "/me/card"),
        ("own-avatar", "/me/card/avatar"),
        ("letter-new", "/mail/to/plum"),
    ):
        other = await ready(await driver("reed", lang=lang, size=size, route=route))
        assert_snapshot(f"{name}.{end}", other)
    await community.forum.blocks.set(await community.maker.actor("reed"), "plum", True)
    blocked = await ready(await driver("reed", lang=lang, size=size, route="/me/blocked"))
    assert_snapshot(f"blocked.{end}", blocked)
    letter = await ready(await driver("reed", lang=lang, size=size, route=f"/m/{got}"))
    await letter.until({"zh": "提醒 3", "en": "3 for you"}[lang])  # opening it has read its notices
    assert_snapshot(f"letter.{end}", letter)


@BOTH
async def test_a_reply_is_told_while_one_is_here(community: Community, driver: Visiting, lang: str) -> None:
    person = await driver("reed", lang=lang)
    await community.maker.reply("plum", community.numbers.shuttle, "Until spring.", 1)
    await person.until({"zh": "提醒 1", "en": "1 for you"}[lang])
    await person.press("i")
    assert person.route == "/inbox"
    assert "Shuttle from line 6" in person.text()
    await person.press("enter")
    assert person.route.startswith(f"/t/{community.numbers.shuttle}")
    await person.until("Until spring.")
    assert {"zh": "提醒 1", "en": "1 for you"}[lang] not in person.row(0)


async def test_reading_the_thread_reads_the_notice(community: Community, driver: Visiting) -> None:
    await community.maker.reply("plum", community.numbers.shuttle, "Until spring.", 1)
    person = await driver("reed", route=f"/t/{community.numbers.shuttle}")
    await person.until("Until spring.")
    await person.settle()
    assert await community.forum.inbox.unread(await community.maker.actor("reed")) == 0


async def test_all_read_and_one_unread_again(community: Community, driver: Visiting) -> None:
    await filled(community)
    person = await driver("reed", route="/inbox")
    await person.until("for you")
    await person.press("v", "v")
    await person.settle()
    assert "for you" not in person.row(0)
    await person.press("v", "t")
    await person.until("1 for you")


@BOTH
async def test_writing_a_letter_and_the_answer(community: Community, driver: Visiting, lang: str) -> None:
    person = await driver("reed", lang=lang, route="/mail")
    await person.press("c-p")
    await person.type("plum")
    await person.press("enter")
    assert person.route == "/mail/to/plum"
    await person.type("Gloves")
    await person.press("enter")
    await person.type("Are they yours?")
    await person.press("c-x")
    assert "plum" in person.text()
    await person.press("s")
    assert person.route == "/mail"
    assert "Gloves" in person.text()
    other = await driver("plum", lang=lang, route="/mail")
    await other.press("enter")
    assert "Are they yours?" in other.text()
    await other.press("r")
    assert "Re: Gloves" in other.text()
    assert "> Are they yours?" in other.text()
    await other.type("They are.")
    await other.press("c-x", "s")
    assert "They are." in other.text()
    await person.until("Re: Gloves")


async def test_w_writes_to_the_author(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.canteen}#1")
    await person.press("w")
    assert person.route == "/mail/to/plum"
    await person.press("c-x", "a")
    await person.press(":")
    await person.type("/u/周明")
    await person.press("enter", "w")
    assert person.route == "/mail/to/周明"


async def test_keep_pass_on_and_delete(community: Community, driver: Visiting) -> None:
    got = await filled(community)
    person = await driver("reed", route=f"/m/{got}")
    await person.press("F")
    await person.type("stone")
    await person.press("enter")
    assert person.route == f"/m/{got}/forward/stone"
    assert "> 《边城》还在您那里吗？" in person.text()
    await person.press("c-x", "s")
    assert person.route == f"/m/{got}"
    await person.press("d", "y")
    assert person.message == "It is kept. Let it go before you delete it."
    await person.press("q", ":")
    await person.type("/mail")
    await person.press("enter", "end", "m")
    await person.press("d", "y")
    assert "deleted" in person.message


async def test_a_dropped_line_keeps_the_letter(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/mail/to/plum")
    await person.type("Gloves")
    person.link.lose()
    await person.over()
    again = await driver("reed")
    assert "a letter: Gloves" in again.text()
    await again.press("y")
    assert again.route == "/mail/to/plum"


async def test_blocking_on_the_card_dims_posts(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route="/u/plum")
    await person.press("enter", "b", "y")
    assert person.message == "plum is blocked"
    assert "blocked by you" in person.text()
    await person.settle()
    assert person.session.visit.blocked == {"plum"}
    await person.press("enter", "b")
    assert person.message == "plum is let through again"


async def test_own_card_is_edited_and_signs_posts(community: Community, driver: Visiting) -> None:
    person = await driver("plum", route="/me/card")
    await person.press("enter")
    await person.type("slowly, slowly")
    await person.press("c-x", "s")
    assert person.route == "/me/card"
    assert "slowly, slowly" in person.text()
    reader = await driver("reed", route=f"/t/{community.numbers.canteen}#1")
    assert "slowly, slowly" in reader.text()
    reed = await community.maker.actor("reed")
    await community.forum.accounts.set_preferences(reed, {"signatures": False})
    plain = await driver("reed", route=f"/t/{community.numbers.canteen}#1")
    assert "slowly, slowly" not in plain.text()


async def test_too_large_an_avatar_is_told_and_kept_on_the_screen(driver: Visiting) -> None:
    person = await driver("reed", route="/me/card/avatar")
    await person.type("x" * 30)
    await person.press("c-x", "s")
    assert person.route == "/me/card/avatar"
    assert "20 columns" in person.message
    assert "xxx" in person.text()
    await person.press("c-x", "a", "n")
    assert "xxx" in person.text(), "what was changed is not thrown away by one key"
    await person.press("c-x", "a", "y")
    assert person.route == "/"
    assert "Nothing was changed" in person.message


@pytest.mark.parametrize("route", ["/mail", "/inbox", "/u/plum", "/me/card", "/mail/to/plum"])
async def test_guests_have_none_of_it(driver: Visiting, route: str) -> None:
    person = await driver("guest", route=route)
    assert person.route == "/"
    assert person.message


async def test_details_lead_to_the_card(community: Community, driver: Visiting) -> None:
    person = await driver("reed", route=f"/t/{community.numbers.canteen}/details#1")
    await person.press("enter")
    assert person.route == "/u/plum"


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_letters_and_cards(community: Community, driver: Visiting, kind: str) -> None:
    forum, maker = community.forum, community.maker
    plum = await maker.actor("plum")
    for text in CORPUS[kind][:8]:
        community.clock.advance(minutes=30)
        try:
            await forum.mail.send(plum, "reed", text[:400], f"{text[:3000]}\nx")
        except (BbsError, UnicodeError):
            continue
    for field in ("signature", "plan", "avatar"):
        for text in CORPUS[kind]:
            try:
                await forum.persons.edit(plum, **{field: text})
            except (BbsError, UnicodeError):
                continue
    for route in ("/mail", "/inbox", "/u/plum", f"/t/{community.numbers.canteen}#1"):
        person = await driver("reed", size=(132, 24), route=route)
        check(person)
        if route == "/mail":
            await person.press("enter")
            check(person)
            await person.press("r")
            check_composer(person)
