"""News: taken in, shown in the reader's language, read, acknowledged, published and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum.actor import LOCAL, Actor, Grant, Role
from bbs.forum.forum import Forum
from bbs.forum.news.bulletins import BulletinItem, Status, Stored
from bbs.store import search
from bbs.store.database import Event
from bbs.text.segment import parse
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of
from tests.support.corpus import ALL_TEXT

DECLARED = """
site: {zh: 坛, en: Forum}
sections: [{slug: after, zh: 后, en: After}]
columns:
- {slug: express, zh: 快递, en: Express, read: public}
- {slug: study, zh: 学习, en: Study, read: members, must_read: true}
subsites: [{slug: union, zh: 工会, en: Union}]
"""
ITEM = BulletinItem(source_id="lift", column="express", title="电梯检修", body="今晚停。", title_en="Lift repair")


@pytest.fixture(autouse=True)
async def declared(forum: Forum, tmp_path: Path) -> None:
    file = tmp_path / "boards.yaml"
    file.write_text(DECLARED, encoding="utf-8")
    await forum.community.apply(LOCAL, file)


async def store(forum: Forum, *items: BulletinItem, actor: Actor = LOCAL) -> list[Stored]:
    done = await forum.news.store(actor, items)
    for one in done:
        if isinstance(one, Exception):
            raise one
    return [one for one in done if isinstance(one, Stored)]


async def titles(forum: Forum, actor: Actor, lang: str = "zh", column: str | None = None) -> list[str]:
    place = None if column is None else await forum.news.column(actor, column)
    return [one.title for one in (await forum.news.list(actor, place, lang=lang)).items]


async def test_the_same_item_again_is_unchanged_and_another_text_a_revision(forum: Forum, people: People) -> None:
    (made,) = await store(forum, ITEM)
    assert made.outcome == "created"
    assert await store(forum, ITEM) == [Stored(made.id, "unchanged")]
    assert await store(forum, replace(ITEM, body="今晚停，明早好。")) == [Stored(made.id, "updated")]
    found = await forum.news.get(people.reed, made.id)
    assert (found.body, found.revision, found.status) == ("今晚停，明早好。", 2, Status.PUBLISHED)


async def test_each_item_stands_for_itself(forum: Forum, people: People) -> None:
    bad = [
        (replace(ITEM, source_id="a", title=" \x1b[2J"), "bulletin.missing"),
        (replace(ITEM, source_id="b", body=""), "bulletin.missing"),
        (replace(ITEM, source_id="c", column="expres"), "column.unknown"),
        (replace(ITEM, source_id="d", priority="high"), "bulletin.priority"),
        (replace(ITEM, source_id="e", audience="everybody"), "bulletin.audience"),
        (replace(ITEM, source_id="f", lang="Chinese"), "bulletin.lang"),
        (replace(ITEM, source_id="g", title="x" * 201), "bulletin.long"),
        (replace(ITEM, source_id="", title="x"), "bulletin.missing"),
        (replace(ITEM, source_id="h", published_at=datetime(2099, 1, 1, tzinfo=UTC)), "bulletin.far_ahead"),
        (replace(ITEM, source_id="i", tags=("x",) * 21), "bulletin.tags"),
        (replace(ITEM, source_id="j", supersedes="j"), "bulletin.supersedes_itself"),
        (ITEM, "bulletin.twice"),
    ]
    done = await forum.news.store(LOCAL, [ITEM, *(item for item, _ in bad)])
    assert isinstance(done[0], Stored)
    assert [one.code if isinstance(one, BbsError) else "stored" for one in done[1:]] == [code for _, code in bad]
    assert await titles(forum, people.reed) == ["电梯检修"]
    unknown = done[3]
    assert isinstance(unknown, NotFound)
    assert unknown.params["right"] == "express"


async def test_atomic_takes_all_or_nothing_and_a_dry_run_nothing(forum: Forum, people: People) -> None:
    bad = replace(ITEM, source_id="x", body="")
    done = await forum.news.store(LOCAL, [ITEM, bad], atomic=True)
    assert isinstance(done[1], Invalid)
    assert await titles(forum, people.reed) == []
    assert await forum.news.store(LOCAL, [ITEM], dry_run=True) == [Stored(0, "created")]
    assert await titles(forum, people.reed) == []


async def test_a_pair_is_shown_once_in_the_readers_language(forum: Forum, people: People) -> None:
    zh, en = await store(forum, ITEM, replace(ITEM, lang="en", title="Lift repair", body="Tonight."))
    await store(forum, replace(ITEM, source_id="only", title="只有中文"))
    assert sorted(await titles(forum, people.reed, "en")) == ["Lift repair", "只有中文"]
    assert sorted(await titles(forum, people.reed, "zh")) == ["只有中文", "电梯检修"]
    assert (await forum.news.get(people.reed, zh.id)).pair == en.id
    express = next(row for row in await forum.news.columns(people.reed) if row.column.slug == "express")
    assert (express.bulletins, express.unread) == (2, 2)
    await forum.news.mark_read(people.reed, await forum.news.get(people.reed, en.id))
    assert await forum.news.unread(people.reed) == (1, 0)
    assert (await forum.news.get(people.reed, zh.id)).read


async def test_a_translation_that_comes_later_is_read_with_the_first(forum: Forum, people: People) -> None:
    (zh,) = await store(forum, ITEM)
    await forum.news.mark_read(people.reed, await forum.news.get(people.reed, zh.id))
    (en,) = await store(forum, replace(ITEM, lang="en", title="Lift repair", body="Tonight."))
    assert (await forum.news.get(people.reed, en.id)).read
    assert not (await forum.news.get(people.plum, en.id)).read


async def test_a_new_revision_is_changed_since_read(forum: Forum, people: People) -> None:
    (made,) = await store(forum, ITEM)
    await forum.news.mark_read(people.reed, await forum.news.get(people.reed, made.id))
    await store(forum, replace(ITEM, body="改在明晚。"))
    found = await forum.news.get(people.reed, made.id)
    assert (found.read, found.changed) == (True, True)
    await forum.news.mark_read(people.reed, found)
    assert not (await forum.news.get(people.reed, made.id)).changed


async def test_must_reads_wait_until_they_are_acknowledged(forum: Forum, people: People, clock: ManualClock) -> None:
    rules = replace(ITEM, source_id="rules", column="study", title="规定")
    _, _, plain = await store(forum, rules, replace(rules, source_id="alarm", title="警报", priority="urgent"), ITEM)
    assert [one.title for one in await forum.news.must_reads(people.reed)] == ["警报", "规定"]
    assert await forum.news.unread(people.reed) == (3, 2)
    first = (await forum.news.must_reads(people.reed))[0]
    assert await forum.news.acknowledge(people.reed, first) == clock.now()
    clock.advance(60)
    again = await forum.news.get(people.reed, first.id)
    assert again.acknowledged_at == clock.now() - timedelta(seconds=60)
    assert await forum.news.acknowledge(people.reed, again) == again.acknowledged_at
    assert [one.title for one in await forum.news.must_reads(people.reed)] == ["规定"]
    rest = (await forum.news.must_reads(people.reed))[0]
    await forum.news.mark_read(people.reed, await forum.news.get(people.reed, rest.id))
    study = next(row for row in await forum.news.columns(people.reed) if row.column.slug == "study")
    assert (study.unread, study.must_read) == (0, 1), "read is not acknowledged"
    with pytest.raises(Conflict):
        await forum.news.acknowledge(people.reed, await forum.news.get(people.reed, plain.id))
    with pytest.raises(Forbidden):
        await forum.news.acknowledge(people.guest, first)


async def test_scheduled_and_expired_ones_are_not_listed(forum: Forum, people: People, clock: ManualClock) -> None:
    now = clock.now()
    later = replace(ITEM, published_at=now + timedelta(days=1), expires_at=now + timedelta(days=2))
    (ahead,) = await store(forum, later)
    assert await titles(forum, people.reed) == []
    with pytest.raises(NotFound):
        await forum.news.get(people.reed, ahead.id)
    clock.advance(days=1, seconds=1)
    assert await titles(forum, people.reed) == ["电梯检修"]
    clock.advance(days=1)
    assert await titles(forum, people.reed) == []
    assert (await forum.news.get(people.reed, ahead.id)).title == "电梯检修"
    everything = await forum.news.list(people.sysop, None, everything=True)
    assert [one.id for one in everything.items] == [ahead.id]
    with pytest.raises(Forbidden):
        await forum.news.list(people.reed, None, everything=True)


async def test_a_newer_bulletin_ends_the_one_it_replaces(forum: Forum, people: People, clock: ManualClock) -> None:
    await store(forum, ITEM)
    newer = replace(ITEM, source_id="lift-2", title="电梯检修改期", supersedes="lift")
    assert (await store(forum, newer))[0].outcome == "created"
    assert await titles(forum, people.reed) == ["电梯检修改期"]
    assert (await store(forum, ITEM))[0].outcome == "unchanged"
    await store(forum, replace(ITEM, body="旧文改字"))
    assert await titles(forum, people.reed) == ["电梯检修改期"]


async def test_readers_see_what_is_for_them(forum: Forum, people: People) -> None:
    await forum.accounts.role(LOCAL, "plum", Grant(Role.EDITOR, "union"), on=True)
    plum = await actor_of(forum, "plum")
    await store(
        forum,
        replace(ITEM, source_id="p", title="public"),
        replace(ITEM, source_id="m", title="members", audience="members"),
        replace(ITEM, source_id="o", title="officers", audience="officer"),
        replace(ITEM, source_id="u", title="union", audience="union"),
        replace(ITEM, source_id="s", title="study", column="study"),
    )
    assert sorted(await titles(forum, people.guest)) == ["public"]
    assert sorted(await titles(forum, people.reed)) == ["members", "public", "study"]
    assert sorted(await titles(forum, people.lin)) == ["members", "officers", "public", "study"]
    assert sorted(await titles(forum, plum)) == ["members", "public", "study", "union"]
    assert [row.column.slug for row in await forum.news.columns(people.guest)] == ["express"]
    with pytest.raises(NotFound):
        await forum.news.column(people.guest, "study")


async def test_importers_write_into_their_own_columns_only(forum: Forum, people: People) -> None:
    await forum.accounts.role(LOCAL, "plum", Grant(Role.IMPORTER, "express"), on=True)
    plum = await actor_of(forum, "plum")
    assert (await store(forum, ITEM, actor=plum))[0].outcome == "created"
    with pytest.raises(Forbidden):
        await store(forum, replace(ITEM, source_id="x", column="study"), actor=plum)
    await store(forum, replace(ITEM, source_id="rules", column="study"))
    with pytest.raises(Forbidden):  # nor pull one over by its identity
        await store(forum, replace(ITEM, source_id="rules"), actor=plum)
    with pytest.raises(Forbidden):
        await store(forum, ITEM, actor=people.reed)


async def test_drafts_are_published_and_bulletins_retracted_on_the_record(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    (made,) = await store(forum, replace(ITEM, status=Status.DRAFT))
    with pytest.raises(NotFound):
        await forum.news.get(people.reed, made.id)
    clock.advance(days=3)
    published = await forum.news.publish(people.sysop, made.id)
    assert (published.status, published.published_at) == (Status.PUBLISHED, clock.now())
    assert await titles(forum, people.reed) == ["电梯检修"]
    with pytest.raises(Conflict):
        await forum.news.publish(people.sysop, made.id)
    with pytest.raises(Forbidden):
        await forum.news.retract(people.reed, made.id, "because")
    with pytest.raises(Invalid):
        await forum.news.retract(people.sysop, made.id, " ")
    await forum.news.retract(people.sysop, made.id, "wrong date")
    assert await titles(forum, people.reed) == []
    assert (await store(forum, ITEM))[0].outcome == "unchanged"
    assert (await forum.news.publish(people.sysop, made.id)).status is Status.PUBLISHED
    kinds = [entry.kind for entry in await forum.register.entries(people.sysop) if entry.subject == f"/n/{made.id}"]
    assert kinds == ["bulletin.publish", "bulletin.retract", "bulletin.publish"]


async def test_words_are_found_until_it_is_retracted(forum: Forum, people: People) -> None:
    (made,) = await store(forum, ITEM)

    async def found(words: str) -> Sequence[int]:
        return await forum.db.read(lambda tx: search.find(tx, parse(words), search.Kind.BULLETIN))

    assert await found("检修") == [made.id]
    assert await found("lift") == [made.id]
    await store(forum, replace(ITEM, title="换灯", title_en="", body="换灯。"))
    assert await found("检修") == []
    assert await found("换灯") == [made.id]
    await forum.news.retract(people.sysop, made.id, "wrong")
    assert await found("换灯") == []


async def test_pages_meet(forum: Forum, people: People, clock: ManualClock) -> None:
    at = clock.now() - timedelta(days=1)
    await store(forum, *(replace(ITEM, source_id=f"n{n}", title=f"n{n}", published_at=at) for n in range(7)))
    found: list[str] = []
    after = None
    while True:
        page = await forum.news.list(people.reed, None, limit=3, after=after)
        found += [one.title for one in page.items]
        after = page.after
        if after is None:
            break
    assert found == [f"n{n}" for n in reversed(range(7))]


async def test_newcomers_find_the_news_of_a_month(forum: Forum, people: People, clock: ManualClock) -> None:
    for days in (5, 100):
        at = clock.now() - timedelta(days=days)
        await store(forum, replace(ITEM, source_id=f"d{days}", published_at=at))
    assert await forum.news.unread(people.reed) == (1, 0)
    assert await forum.news.unread(people.guest) == (0, 0)


async def test_hostile_fields_are_stored_clean_or_refused(forum: Forum, people: People) -> None:
    items = [
        BulletinItem(
            f"{n} {text}"[:300], "express", f"{n} {text}", f"{n} {text}", source=text, author=text, tags=(text,)
        )
        for n, text in enumerate(ALL_TEXT)
    ]
    done = await forum.news.store(LOCAL, items)
    assert sum(isinstance(one, Stored) for one in done) > 100
    assert all(isinstance(one, Stored | BbsError) for one in done)
    page = await forum.news.list(people.reed, None, limit=500)
    for listed in page.items:
        kept = await forum.news.get(people.reed, listed.id)
        for value in (kept.title, kept.body, kept.source, kept.author, kept.source_id, *kept.tags):
            assert not any(char != "\n" and (ord(char) < 32 or 127 <= ord(char) < 160) for char in value)
            assert "\u202e" not in value


async def test_events_name_the_column(forum: Forum, people: People) -> None:
    heard: list[Event] = []
    forum.db.hub.subscribe(("bulletin.new", "bulletin.changed"), heard.append)
    one, two = await store(forum, ITEM, replace(ITEM, source_id="b"))
    await store(forum, replace(ITEM, body="other"))
    assert [(event.kind, dict(event.payload)) for event in heard] == [
        ("bulletin.new", {"column": "express", "bulletin": max(one.id, two.id), "count": 2}),
        ("bulletin.changed", {"column": "express", "bulletin": one.id, "count": 1}),
    ]
