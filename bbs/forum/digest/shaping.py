"""Editing an issue: what is said of a topic, which threads make one, their order, and what is left out.

Every edit names the change it was made on: who edits an old state is told, and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import delete, insert, update

from bbs.errors import Conflict, Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.digest import count as digest_count
from bbs.forum.digest import rows as digest_rows
from bbs.forum.digest import sides as digest_sides
from bbs.forum.digest.check import Check
from bbs.forum.digest.desk import PLACE, DigestDesk, Seen, by_editor, sight_of
from bbs.forum.digest.drafting import first_titles
from bbs.forum.digest.issue import BODY_LIMIT, TITLE_LIMIT, Issue, State, week_named
from bbs.forum.digest.privacy import LEAST_ACCOUNTS, Why
from bbs.forum.digest.topics import words_of
from bbs.store.database import Tx
from bbs.store.tables import digest_topic, quote
from bbs.text.clean import clean_line, clean_text

Topics = list[dict[str, Any]]
"""The topics of an issue while they are put together anew; one that is new has a number below zero."""

_RAW: Final = 4  # how many times longer than allowed words may be before they are looked at
_EDITED: Final = ("title_zh", "title_en", "body_zh", "body_en")
_COPIED: Final = ("id", "position", "threads", "words", "why_not", "cases", *_EDITED)


class Shaping(DigestDesk):
    """Editing."""

    async def edit(
        self,
        actor: Actor,
        week: str,
        topic: int,
        change: int,
        *,
        titles: Mapping[str, str] | None = None,
        bodies: Mapping[str, str] | None = None,
    ) -> Issue:
        """Say something of a topic, by language: zh, en. What is not given stays. A review begins again. Recorded.

        Raises Forbidden, NotFound, Conflict(`digest.changed`, `digest.state`), Invalid(`digest.title_long`,
        `digest.body_long`, `digest.says_…`, `digest.verbatim`)."""
        access.require(actor, Verb.DIGEST_EDIT, place=PLACE)
        given = _words("title", titles or {}, TITLE_LIMIT) | _words("body", bodies or {}, BODY_LIMIT)
        seen = await self._seen(week_named(week), change, State.DRAFT, State.REVIEW)
        found = seen.topic(topic)
        await Check(self._db, digest_rows.basis_of(seen.row)).all(seen.said(found, **given))

        def unit(tx: Tx) -> Issue:
            row = digest_rows.row_at(tx, seen.row.week, change, State.DRAFT, State.REVIEW)
            if given:
                tx.connection.execute(update(digest_topic).where(digest_topic.c.id == topic).values(**given))
                what = {"what": "words", "topic": topic, "parts": sorted(given)}
                self._turn(tx, actor, row, Verb.DIGEST_EDIT, what, **by_editor(actor))
            return digest_rows.issue(tx, row.week, sight_of(actor))

        return await self._db.write(unit)

    async def move(self, actor: Actor, week: str, topic: int, change: int, place: int) -> Issue:
        """Put a topic at a place, counted from 1."""

        def alter(topics: Topics) -> None:
            moved = next(one for one in topics if one["id"] == topic)
            topics.remove(moved)
            topics.insert(max(1, min(place, len(topics) + 1)) - 1, moved)

        return await self._alter(actor, week, change, (topic,), alter, {"what": "move", "topic": topic}, count=False)

    async def leave_out(self, actor: Actor, week: str, topic: int, change: int, *, out: bool = True) -> Issue:
        """Leave a topic out, or no longer. What was released without it stays without it."""

        def alter(topics: Topics) -> None:
            next(one for one in topics if one["id"] == topic)["why_not"] = Why.LEFT_OUT.value if out else ""

        return await self._alter(
            actor, week, change, (topic,), alter, {"what": "leave-out", "topic": topic, "out": out}
        )

    async def merge(self, actor: Actor, week: str, into: int, other: int, change: int) -> Issue:
        """Make two topics one, with the words of the first; Invalid(`digest.same_topic`)."""
        if into == other:
            raise Invalid("digest.same_topic")

        def alter(topics: Topics) -> None:
            kept = next(one for one in topics if one["id"] == into)
            gone = next(one for one in topics if one["id"] == other)
            kept["threads"] = sorted({*kept["threads"], *gone["threads"]})
            topics.remove(gone)

        what = {"what": "merge", "topic": into, "with": other}
        return await self._alter(actor, week, change, (into, other), alter, what, moved={other: into})

    async def split(self, actor: Actor, week: str, topic: int, threads: Sequence[int], change: int) -> Issue:
        """Make some threads of a topic one of their own, behind it; Invalid(`digest.split`) for none, others or all."""
        wanted = set(threads)

        def alter(topics: Topics) -> None:
            at = next(at for at, one in enumerate(topics) if one["id"] == topic)
            old = topics[at]
            if not wanted or not wanted < set(old["threads"]):
                raise Invalid("digest.split", topic=topic)
            old["threads"] = [number for number in old["threads"] if number not in wanted]
            new: dict[str, Any] = dict.fromkeys(_EDITED, "") | {"threads": sorted(wanted), "words": [], "why_not": ""}
            topics.insert(at + 1, new | {"id": -1, "position": 0, "cases": []})

        what = {"what": "split", "topic": topic}
        return await self._alter(actor, week, change, (topic,), alter, what)

    async def _alter(
        self,
        actor: Actor,
        week: str,
        change: int,
        wanted: Sequence[int],
        alter: Callable[[Topics], None],
        what: Mapping[str, Any],
        *,
        count: bool = True,
        moved: Mapping[int, int] | None = None,
    ) -> Issue:
        """Put the topics together anew, and decide anew what is shown of them; `moved` topics are in others now."""
        access.require(actor, Verb.DIGEST_EDIT, place=PLACE)
        seen = await self._seen(week_named(week), change, State.DRAFT, State.REVIEW)
        for number in wanted:
            seen.topic(number)
        topics: Topics = [{name: getattr(one, name) for name in _COPIED} for one in seen.topics]
        before = {one["id"]: list(one["threads"]) for one in topics}
        alter(topics)
        released = seen.row.released_at is not None
        if released and count and not what.get("out"):
            raise Conflict("digest.counted", week=seen.row.week)
        told = await self._weigh(seen, topics, before) if count and not released else None

        def unit(tx: Tx) -> Issue:
            row = digest_rows.row_at(tx, seen.row.week, change, State.DRAFT, State.REVIEW)
            facts = dict(row.facts)
            now = [dict(one) for one in topics]  # a unit may run twice
            _write(tx, row.id, now, before, moved or {})
            if told is not None:
                values, more = told(tx, now)
                digest_rows.write_topics(tx, values)
                facts |= more
            elif released and count:
                gone = {"shown": False, "why_not": Why.LEFT_OUT.value, "accounts": 0, "posts": 0}
                tx.connection.execute(update(digest_topic).where(digest_topic.c.id == wanted[0]).values(**gone))
            self._turn(tx, actor, row, Verb.DIGEST_EDIT, what, **by_editor(actor), facts=facts)
            return digest_rows.issue(tx, row.week, sight_of(actor))

        return await self._db.write(unit)

    async def _weigh(
        self, seen: Seen, topics: Topics, before: Mapping[int, Sequence[int]]
    ) -> Callable[[Tx, Topics], tuple[list[dict[str, Any]], dict[str, Any]]]:
        """Count the same posts again for topics put together anew; gives what decides, once they all have numbers."""
        basis, boards = digest_rows.basis_of(seen.row), await self._by_number()
        posts = await digest_count.again(self._db, basis)
        check = Check(self._db, basis)
        for one in topics:
            if before.get(one["id"]) == one["threads"]:
                continue
            mine = set(one["threads"])
            of_topic = [each for each in posts if each.thread in mine]
            named = await digest_count.titles(self._db, mine)
            bags = await digest_count.bags(self._db, of_topic, named)
            words = words_of(bags, LEAST_ACCOUNTS)
            bad = await check.unsayable(words)
            one["words"] = [word for word in words if word not in bad]
            if not one["title_zh"] and bags:
                place = boards[max(bags, key=lambda each: (each.posts, -each.thread)).board]
                one["title_zh"], one["title_en"] = first_titles(one["words"], place)
            one["cases"] = await self._db.read(partial(digest_sides.sides, mine, basis, self._community.site.tz))
        return lambda tx, now: digest_rows.decide(now, posts, boards, digest_rows.before(tx, seen.row.week))


def _words(name: str, given: Mapping[str, str], most: int) -> dict[str, str]:
    """Clean words by the columns they go into."""
    found: dict[str, str] = {}
    for lang, text in given.items():
        clean = clean_line(text[: most * _RAW]) if name == "title" else clean_text(text[: most * _RAW])
        if len(text) > most * _RAW or len(clean) > most:
            raise Invalid(f"digest.{name}_long", most=most)
        found[f"{name}_{lang}"] = clean
    return found


def _write(
    tx: Tx, digest_id: int, topics: Topics, before: Mapping[int, Sequence[int]], moved: Mapping[int, int]
) -> None:
    """Write the topics in their new order; new ones get their numbers here."""
    for gone, into in moved.items():
        tx.connection.execute(update(quote).where(quote.c.topic_id == gone).values(topic_id=into))
    kept = {one["id"] for one in topics}
    for number in before:
        if number not in kept:
            tx.connection.execute(delete(digest_topic).where(digest_topic.c.id == number))
    for position, one in enumerate(topics, 1):
        values = {name: one[name] for name in _COPIED if name != "id"} | {"position": position}
        if one["id"] > 0:
            tx.connection.execute(update(digest_topic).where(digest_topic.c.id == one["id"]).values(**values))
            continue
        values |= {"digest_id": digest_id, "accounts": 0, "posts": 0, "shown": False}
        one["id"] = tx.connection.execute(
            insert(digest_topic).values(**values).returning(digest_topic.c.id)
        ).scalar_one()
