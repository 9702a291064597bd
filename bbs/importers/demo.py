"""The demo community: boards, people, bulletins and threads, brought into an empty store through the rules."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bbs.errors import Conflict, Failed
from bbs.forum.actor import LOCAL, AccountKind, Actor
from bbs.forum.boards.community import NO_SITE
from bbs.forum.forum import Forum
from bbs.importers.bulletins import import_bulletins
from bbs.importers.digests import import_digest, read_digest
from bbs.importers.interviews import import_interviews, read_interviews
from bbs.importers.people import Person, bring_in, read_people
from bbs.importers.report import Progress, Report
from bbs.importers.threads import ThreadDraft, import_threads, read_threads
from bbs.text.catalogue import Translator

READER: Final = "reed"
"""The member whose home page shows what is new since two days."""
FRESH: Final = timedelta(days=2)
"""How much of the end of the story READER has not seen; the others have seen all but the last hours."""
OTHERS_FRESH: Final = timedelta(hours=12)
STALE: Final = timedelta(days=21)
"""Content older than this is moved towards the present by whole weeks, and content of the future back."""
_WEEK: Final = timedelta(days=7)
_PREFERENCES: Final = {"language": "en", "preset": "standard", "welcomed": True}


async def load_demo(
    forum: Forum, root: Path, progress: Progress | None = None, *, tr: Translator | None = None
) -> None:
    """Load `root`/boards.yaml and `root`/data/demo; raises Conflict(`demo.not_empty`), Failed(`demo.broken`).

    `tr` writes the issue of the opinion digest; without it none is brought in.
    """
    if forum.community.site is not NO_SITE:
        raise Conflict("demo.not_empty")
    home = root / "data" / "demo"
    show = progress or _nothing
    drafts, failed = await asyncio.to_thread(read_threads, [home / "threads"])
    if failed:
        raise Failed("demo.broken", file=failed[0].file, line=failed[0].line or 1)
    shift = _shift(drafts, forum.clock.now())
    first = min((post.at for one in drafts for post in one.posts), default=forum.clock.now())
    await forum.community.apply(LOCAL, root / "boards.yaml")
    show(1, 100)
    actors = await _bring_in_all(
        forum, await asyncio.to_thread(read_people, home / "people.yaml"), first + shift - _WEEK
    )
    show(20, 100)
    _must_be_whole(await import_bulletins(forum, LOCAL, [home / "bulletins"], shift=shift))
    show(30, 100)

    def on(done: int, total: int | None) -> None:
        show(30 + 65 * done // max(1, total or 1), 100)

    report = await import_threads(forum, LOCAL, [home / "threads"], authors=actors, shift=shift, progress=on)
    _must_be_whole(report)
    if tr is not None:
        digest = await asyncio.to_thread(read_digest, home / "digest.yaml")
        names = [Path(one.file).stem for one in _in_order(drafts)]
        numbers = dict(zip(names, report.created, strict=True))
        await import_digest(forum, digest, _newest(drafts) + shift, authors=actors, threads=numbers, tr=tr)
    await _read_some(forum, actors, drafts, report, shift)
    await import_interviews(forum, await asyncio.to_thread(read_interviews, home / "interviews.yaml"), authors=actors)
    show(100, 100)


def _nothing(done: int, total: int | None) -> None:
    """Nobody watches."""


def _must_be_whole(report: Report) -> None:
    if report.failed:
        first = report.failed[0]
        raise Failed("demo.broken", file=first.file, line=first.line or 1) from first.reason


def _shift(drafts: list[ThreadDraft], now: datetime) -> timedelta:
    """How far to move the story so that it ends lately: whole weeks, so that weekdays stay true."""
    newest = _newest(drafts) if drafts else now
    if newest <= now and now - newest < STALE:
        return timedelta()
    return (now - newest) // _WEEK * _WEEK


async def _bring_in_all(forum: Forum, people: list[Person], since: datetime) -> dict[str, Actor]:
    made = await asyncio.gather(
        *(bring_in(forum, LOCAL, person, since=since, password=f"demo-{person.name}") for person in people)
    )
    actors = {actor.name: actor for actor in made if actor is not None}
    for name, actor in actors.items():
        actors[name] = await forum.accounts.set_preferences(actor, _PREFERENCES)
    return actors


async def _read_some(
    forum: Forum, actors: Mapping[str, Actor], drafts: list[ThreadDraft], report: Report, shift: timedelta
) -> None:
    """Let everybody have read what is older, so that a first look shows some things new and most things read."""
    newest = _newest(drafts) + shift
    numbers = dict(zip((one.identity for one in _in_order(drafts)), report.created, strict=True))
    for actor in actors.values():
        until = newest - (FRESH if actor.name == READER else OTHERS_FRESH)
        for one in drafts:
            seen = sum(post.at + shift <= until for post in one.posts)
            await forum.reading.read(actor, numbers[one.identity], seen)
        await _read_news(forum, actor, until)
    await forum.reading.flush()


def _in_order(drafts: list[ThreadDraft]) -> list[ThreadDraft]:
    """Threads in the order in which they were started."""
    return sorted(drafts, key=lambda one: one.posts[0].at)


def _newest(drafts: list[ThreadDraft]) -> datetime:
    """When the newest post was written."""
    return max(post.at for one in drafts for post in one.posts)


async def _read_news(forum: Forum, actor: Actor, until: datetime) -> None:
    if actor.kind is AccountKind.GUEST:
        return
    page = await forum.news.list(actor, None, lang="en", limit=200)
    for bulletin in page.items:
        if bulletin.published_at > until:
            continue
        if bulletin.must_read and bulletin.published_at <= until - 4 * _WEEK:
            await forum.news.acknowledge(actor, bulletin)
        else:
            await forum.news.mark_read(actor, bulletin)
