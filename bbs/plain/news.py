"""News columns, bulletins, and the officers' stream."""

from __future__ import annotations

from typing import Final

from bbs.errors import Invalid
from bbs.forum.news.bulletins import Bulletin
from bbs.forum.news.news import Priority
from bbs.plain.phrases import text_lines
from bbs.plain.places import PAGE, more_there
from bbs.plain.visit import Visit
from bbs.text.markdown import plain

SNIPPET: Final = 160
"""Characters said of a post in the officers' stream."""


async def columns(visit: Visit) -> None:
    """`/news`: the columns, with what is new in each."""
    visit.arrive("/news", visit.tr("plain.news"))
    rows = await visit.forum.news.columns(visit.actor)
    await visit.paper.say(visit.tr.plural("plain.columns_head", len(rows)))
    for row in rows:
        tr = visit.tr
        parts = [visit.named(row.column.zh, row.column.en)]
        parts.append(tr.plural("plain.new_bulletins", row.unread) if row.unread else tr("plain.nothing_new"))
        if row.must_read:
            parts.append(tr.plural("plain.must_reads", row.must_read))
        await visit.say("plain.numbered", number=visit.number(row.column.route), line=visit.joined(parts))


async def column(visit: Visit, slug: str) -> None:
    """`/news/COLUMN`: its bulletins, newest first."""
    found = await visit.forum.news.column(visit.actor, slug)
    name = visit.named(found.zh, found.en)
    visit.arrive(found.route, name)
    await visit.say("plain.column_head", column=name)

    async def page(after: str | None) -> None:
        rows = await visit.forum.news.list(visit.actor, found, lang=visit.tr.lang, after=after, limit=PAGE)
        visit.here.more = (lambda: page(rows.after)) if rows.after is not None else None
        for one in rows.items:
            await visit.say("plain.numbered", number=visit.number(one.route), line=_phrase(visit, one))
        if not rows.items:
            await visit.say("bulletins.none")
        await more_there(visit)

    await page(None)


def _phrase(visit: Visit, one: Bulletin) -> str:
    tr = visit.tr
    parts = [tr("plain.bulletin", id=one.id)]
    if one.priority is Priority.URGENT:
        parts.append(tr("plain.urgent"))
    if one.must_read and one.acknowledged_at is None:
        parts.append(tr("plain.must"))
    if not one.read:
        parts.append(tr("plain.is_new"))
    parts.append(visit.when(one.published_at))
    return tr("plain.titled", head=visit.joined(parts), title=one.title)


async def bulletin(visit: Visit, number: int) -> None:
    """`/n/ID`: a bulletin, whole."""
    found = await visit.forum.news.get(visit.actor, number)
    visit.arrive(found.route, found.title, thing=found)
    column = await visit.forum.news.column(visit.actor, found.column)
    tr = visit.tr
    parts = [tr("plain.bulletin", id=found.id), visit.named(column.zh, column.en)]
    parts += [part for part in (found.source, found.author) if part]
    parts.append(visit.when(found.published_at))
    await visit.say("plain.titled", head=visit.joined(parts), title=found.title)
    await visit.paper.say_all(text_lines(visit, found.body))
    await visit.say("plain.bulletin_ends", id=found.id)
    await visit.forum.news.mark_read(visit.actor, found)
    if found.pair is not None:
        await visit.say("plain.bulletin_pair", number=visit.number(f"/n/{found.pair}"))
    if found.must_read and found.acknowledged_at is None and not visit.actor.is_guest:
        await visit.say("plain.acknowledge_how")


async def acknowledge(visit: Visit, rest: str) -> None:
    """`acknowledge`: say that one has read this must-read."""
    visit.member()
    if not isinstance(visit.here.thing, Bulletin):
        raise Invalid("plain.no_bulletin")
    await visit.forum.news.acknowledge(visit.actor, visit.here.thing)
    await visit.say("plain.acknowledged")


async def officers(visit: Visit, office: str | None = None) -> None:
    """`/officers`, `/o/OFFICE`: what officers wrote, newest first."""
    name = await visit.office(office) if office else visit.tr("plain.officers")
    visit.arrive(f"/o/{office}" if office else "/officers", name)
    await visit.say("plain.officers_head", name=name)

    async def page(after: str | None) -> None:
        rows = await visit.forum.threads.stream(visit.actor, office=office, after=after, limit=PAGE // 2)
        visit.here.more = (lambda: page(rows.after)) if rows.after is not None else None
        for post, thread in rows.items:
            official = post.official
            if official is None:
                continue
            title = visit.named(official.title_zh, official.title_en)
            words = visit.tr(
                "plain.officer_said",
                name=official.name, title=title, when=visit.when(post.created_at), thread=thread.title,
                words=plain(post.body, SNIPPET),
            )  # fmt: skip
            await visit.say("plain.numbered", number=visit.number(post.route), line=words)
        if not rows.items:
            await visit.say("plain.nothing_there")
        await more_there(visit)

    await page(None)
