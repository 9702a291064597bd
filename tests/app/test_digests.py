"""Commands of the opinion digest, as an editor, a reviewer and a reader use them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from bbs.forum.actor import LOCAL, AccountKind, Grant, Role
from bbs.forum.digest.digests import State
from bbs.store.tables import post
from bbs.text.when import SystemClock
from tests.app.conftest import Desk
from tests.app.plainly import Sitting

PEOPLE = ("willow", "maple", "birch", "aspen", "cedar", "hazel")


async def last_week(desk: Desk) -> None:
    """Six people talk about the soup, seven days ago."""
    forum = desk.house.forum
    thread = 0
    for name in PEOPLE:
        await forum.accounts.create(LOCAL, name, AccountKind.MEMBER)
    for name in ("reed", "plum"):
        await forum.accounts.role(LOCAL, name, Grant(Role.EDITOR, "digest"), on=True)
    for name in PEOPLE:
        actor = await desk.actor(name)
        if not thread:
            board = await forum.boards.get(actor, "life")
            thread = (await forum.threads.start(actor, board, "Soup for lunch", "The soup is thin.")).thread
        else:
            await forum.threads.reply(actor, thread, f"The soup again, says {len(name)}.")
    before = SystemClock().now() - timedelta(days=7)
    await forum.db.write(lambda tx: tx.connection.execute(update(post).values(created_at=before)).rowcount)


async def test_from_a_draft_to_a_bulletin(desk: Desk) -> None:
    await last_week(desk)
    made = await desk.run("reed", "digest draft --json")
    assert made.code == 0, made.err
    issue = made.document["issue"]
    week, (topic,) = issue["week"], issue["topics"]
    assert (topic["accounts"], topic["posts"], topic["shown"], "soup" in topic["words"]) == (6, 6, True, True)
    refused = await desk.run("reed", ["digest", "edit", week, str(topic["id"]), "--body-en", "willow began", "--json"])
    assert (refused.code, refused.error) == (2, "digest.says_name")
    assert "willow" in refused.err
    words = ["--title-en", "Lunch", "--title-zh", "午饭", "--body-en", "It could be thicker.", "--json"]
    edited = await desk.run("reed", ["digest", "edit", week, str(topic["id"]), *words])
    assert edited.document["issue"]["topics"][0]["title_en"] == "Lunch"
    late = await desk.run("plum", f"digest submit {week} --change 0 --json")
    assert (late.code, late.error) == (5, "digest.changed")
    assert (await desk.run("reed", f"digest submit {week}")).code == 0
    own = await desk.run("reed", f"digest release {week} --yes --json")
    assert (own.code, own.error) == (5, "digest.same_person")
    out = await desk.run("plum", f"digest release {week} --json", answer=True)
    assert out.document["issue"]["state"] == State.RELEASED
    assert desk.questions
    assert desk.questions[0].startswith(f"Release {week}?")
    number = out.document["issue"]["bulletins"]["en"]
    bulletin = await desk.run("keeper", f"bulletin {number} --json")
    assert "1. Lunch" in bulletin.document["body"]
    listed = await desk.run("keeper", "digest list --json")
    assert [one["week"] for one in listed.document["items"]] == [week]
    shown = await desk.run("keeper", f"digest show {week} --text")
    assert "It could be thicker." in shown.out
    assert "The soup is thin" not in shown.out
    exported = await desk.run("keeper", f"digest export {week} --json")
    assert [one["lang"] for one in exported.document["items"]] == ["zh", "en"]
    register = await desk.run("keeper", "register show --limit 500 --json")
    assert [one["kind"] for one in register.document["items"] if one["kind"].startswith("digest.")] == [
        "digest.draft",
        "digest.edit",
        "digest.edit",
        "digest.review",
        "digest.export",
    ]
    fixed = await desk.run("plum", ["digest", "correct", week, "--note-en", "Supper was meant."])
    assert fixed.code == 0, fixed.err
    assert "draft" in (await desk.run("reed", f"digest show {week}")).out


@pytest.mark.parametrize(
    ("name", "command", "code", "error"),
    [
        ("plum", "digest draft --json", 3, "access.denied"),
        ("lin", "digest edit 2026-W01 1 --place 1 --json", 3, "access.denied"),
        ("guest", "digest list --json", 3, "access.denied"),
        ("keeper", "digest show 2026-W01 --json", 4, "digest.not_found"),
        ("keeper", "digest show soon --json", 2, "digest.week"),
        ("keeper", "digest release 2026-W01 --json", 3, "access.denied"),
        ("keeper", "digest answer 7 agree --json", 4, "digest.no_question"),
        ("chief", "digest draft --week 2999-W01 --json", 5, "digest.week_open"),
        ("chief", "digest edit 2026-W01 1 --json", 4, "digest.not_found"),
    ],
)
async def test_refusals(desk: Desk, name: str, command: str, code: int, error: str) -> None:
    ran = await desk.run(name, command)
    assert (ran.code, ran.error) == (code, error)


async def test_one_thing_at_a_time_and_nothing_of_nobody(desk: Desk) -> None:
    await desk.run("local", "digest draft --week 2026-W01")
    for words, error in (("", "digest.no_act"), (" --leave-out --place 2", "digest.one_act")):
        ran = await desk.run("chief", f"digest edit 2026-W01 1{words} --json")
        assert (ran.code, ran.error) == (2, error)
    assert (await desk.run("reed", "digest questions --json")).document == {"items": [], "next": None}
    assert "Nothing waits" in (await desk.run("reed", "digest questions")).out


async def test_in_plain_words(desk: Desk) -> None:
    await last_week(desk)
    issue = (await desk.run("reed", "digest draft --json")).document["issue"]
    week = issue["week"]
    async with Sitting(desk, "keeper") as keeper:
        assert "No issue has been released yet." in await keeper.say("go /digest")
        assert f"no issue for {week}" in await keeper.say(f"go /digest/{week}")
        assert "You may not do this (leader.page)." in await keeper.say("go /leader")
        assert "No question 1 was put to you" in await keeper.say("go /digest/quote/1")
    await desk.run("reed", f"digest submit {week}")
    await desk.run("plum", f"digest release {week} --yes")
    await desk.house.forum.accounts.role(LOCAL, "keeper", Grant(Role.LEADER), on=True)
    async with Sitting(desk, "keeper") as keeper:
        assert f"{week}, no. 1, released" in await keeper.say("go /digest")
        heard = await keeper.say("1", "")
        assert "Topics, not people." in heard
        assert "End of the issue." in heard
        heard = await keeper.say("go /leader")
        assert f"{week}, topics: 1" in heard
        assert "No case is overdue" in heard


async def test_an_author_answers_in_plain_words(desk: Desk) -> None:
    forum, phrase = desk.house.forum, "the ladle never reaches the bottom"
    await last_week(desk)
    for name in ("elm", "oak", "yew", "fir"):
        await forum.accounts.create(LOCAL, name, AccountKind.MEMBER)
        actor = await desk.actor(name)
        board = await forum.boards.get(actor, "life")
        await forum.threads.start(actor, board, f"Soup for lunch: {name}", f"The soup is good. Here {phrase}.")
    before = SystemClock().now() - timedelta(days=7)
    await forum.db.write(lambda tx: tx.connection.execute(update(post).values(created_at=before)).rowcount)
    issue = (await desk.run("reed", "digest draft --json")).document["issue"]
    week, topic = issue["week"], issue["topics"][0]
    assert topic["accounts"] >= 10
    asked = await desk.run("reed", ["digest", "quote", week, str(topic["id"]), phrase, "--json"])
    assert asked.code == 0, asked.err
    (question,) = (await desk.run("elm", "digest questions --json")).document["items"]
    assert question["words"] == phrase
    async with Sitting(desk, "elm") as elm:
        heard = await elm.say(f"go {question['route']}")
        assert phrase in heard
        assert "nobody knows that it was you" in await elm.say("agree")
        await elm.say("disagree")
    (question,) = (await desk.run("elm", "digest questions --json")).document["items"]
    assert question["state"] == "refused"
    assert (await desk.run("elm", f"digest answer {question['id']} agree --json")).document["question"][
        "state"
    ] == "agreed"


async def test_line_by_line_from_the_count_to_the_release(desk: Desk) -> None:
    await last_week(desk)
    async with Sitting(desk, "reed") as reed, Sitting(desk, "plum") as plum:
        heard = await reed.say("page 0", "count", "1")
        assert "1. topic 1: " in heard
        assert "You may: at a topic: change, submit." in heard
        assert "accounts: 6; posts: 6" in heard
        await reed.say("change title-en Lunch", "change title-zh", "午饭")
        heard = await reed.say("change text-en", "It could be thicker.", ".", "send", "again", "back")
        assert "The text is kept." in heard
        assert "Topic 1: Lunch" in heard
        week = re.search(r"[0-9]{4}-W[0-9]{2}", await reed.say("where"))
        assert week is not None, heard
        await reed.say("submit")
        assert "You may: send-back." in await reed.say(f"digest {week[0]}"), "who wrote it does not review it"
        heard = await plum.say("page 0", f"digest {week[0]}")
        assert "It could be thicker." in heard
        assert "You may: release, send-back." in heard
        assert "Released" in await plum.say("release", "yes")
