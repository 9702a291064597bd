"""Drafting an issue: a week that is over is counted once, its threads put together, its numbers weighed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from bbs.errors import Conflict
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board
from bbs.forum.digest import count as digest_count
from bbs.forum.digest import rows as digest_rows
from bbs.forum.digest import sides as digest_sides
from bbs.forum.digest.check import Check
from bbs.forum.digest.count import Basis, Counted
from bbs.forum.digest.desk import PLACE, DigestDesk, hand_of, sight_of
from bbs.forum.digest.issue import CHANGED, Issue, State, bounds, week_before, week_named, week_of
from bbs.forum.digest.privacy import LEAST_ACCOUNTS, verbatim
from bbs.forum.digest.topics import Bag, Cluster, accounts_of, clusters
from bbs.forum.proof import register
from bbs.store.database import Tx
from bbs.store.tables import digest_topic, opinion_digest

TOPICS_MOST: Final = 40
"""Topics of a draft: those with the most accounts."""
CANDIDATE_LEAST: Final = 3
"""Accounts from which threads are offered to the editor, who may merge them with others."""
TITLE_WORDS: Final = 3
"""Words in common that make the first title of a topic."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """A week as it was counted: what the draft is written from."""

    basis: Basis
    posts: Sequence[Counted]
    topics: Sequence[dict[str, Any]]


class Drafting(DigestDesk):
    """Making a draft."""

    async def draft(self, actor: Actor, week: str | None = None) -> Issue:
        """Draft the issue of a week that is over, the last one when none is named; recorded.

        Raises Forbidden, Invalid(`digest.week`), Conflict(`digest.week_open`, `digest.exists`)."""
        access.require(actor, Verb.DIGEST_DRAFT, place=PLACE)
        zone, now = self._community.site.tz, self._clock.now()
        named = week_before(week_of(now, zone)) if week is None else week_named(week)
        if named >= week_of(now, zone):
            raise Conflict("digest.week_open", week=named)
        await self._db.read(lambda tx: _refuse_twice(tx, named))
        counted = await self._count(named)
        boards = await self._by_number()

        def unit(tx: Tx) -> Issue:
            _refuse_twice(tx, named)
            return self._write(tx, actor, named, counted, boards)

        return await self._db.write(unit)

    async def _count(self, week: str) -> _Counted:
        boards = await self._by_number()
        start, end = bounds(week, self._community.site.tz)
        basis, posts = await digest_count.take(self._db, start, end, frozenset(boards))
        named = await digest_count.titles(self._db, {one.thread for one in posts})
        bags = await digest_count.bags(self._db, posts, named)
        found = await asyncio.to_thread(clusters, bags, least=LEAST_ACCOUNTS)
        known = {one.thread: one for one in bags}
        offered = [one for one in found[:TOPICS_MOST] if len(_accounts(one, known)) >= CANDIDATE_LEAST]
        plain = await self._plain(basis, [word for one in offered for word in one.words])
        topics = [_values(one.threads, [word for word in one.words if word in plain], known, boards) for one in offered]
        return _Counted(basis, posts, topics)

    async def _plain(self, basis: Basis, words: Sequence[str]) -> frozenset[str]:
        """The words that may be shown: a name that many have on their lips is a word in common, too."""
        return frozenset(words) - await Check(self._db, basis).unsayable(words)

    def _write(self, tx: Tx, actor: Actor, week: str, counted: _Counted, boards: Mapping[int, Board]) -> Issue:
        now, zone = self._clock.now(), self._community.site.tz
        number = tx.connection.execute(select(func.coalesce(func.max(opinion_digest.c.issue), 0))).scalar_one() + 1
        opened, private = digest_sides.cases_of_week(tx, counted.basis)
        facts: dict[str, Any] = {
            "basis": digest_rows.kept_basis(counted.basis),
            "cases": opened,
            "private": private,
            "notes": [],
        }
        made = tx.connection.execute(
            insert(opinion_digest)
            .values(
                week=week,
                issue=number,
                state=State.DRAFT.value,
                facts=facts,
                editor_id=actor.account_id,
                editor=hand_of(actor),
                created_at=now,
                updated_at=now,
            )
            .returning(opinion_digest.c.id)
        ).scalar_one()
        rows: list[dict[str, Any]] = []
        for position, topic in enumerate(counted.topics, 1):
            values = topic | {
                "digest_id": made,
                "position": position,
                "cases": digest_sides.sides(topic["threads"], counted.basis, zone, tx),
                "accounts": 0,
                "posts": 0,
                "shown": False,
            }
            key = tx.connection.execute(insert(digest_topic).values(**values).returning(digest_topic.c.id)).scalar_one()
            rows.append(values | {"id": key, "why_not": ""})
        told, more = digest_rows.decide(rows, counted.posts, boards, digest_rows.before(tx, week))
        digest_rows.write_topics(tx, told)
        tx.connection.execute(update(opinion_digest).where(opinion_digest.c.id == made).values(facts=facts | more))
        record = {"week": week, "issue": number, "change": 0}
        register.append(tx, now, Verb.DIGEST_DRAFT.value, actor, f"/digest/{week}", record)
        tx.emit(CHANGED, week=week)
        return digest_rows.issue(tx, week, sight_of(actor))


def _refuse_twice(tx: Tx, week: str) -> None:
    """A week is counted once: counting it again would tell who has left since."""
    if tx.connection.execute(select(opinion_digest.c.id).where(opinion_digest.c.week == week)).first() is not None:
        raise Conflict("digest.exists", week=week)


def _accounts(found: Cluster, bags: Mapping[int, Bag]) -> frozenset[int]:
    return accounts_of(bags[number] for number in found.threads)


def _values(
    threads: Sequence[int], words: Sequence[str], bags: Mapping[int, Bag], boards: Mapping[int, Board]
) -> dict[str, Any]:
    """A topic as it is drafted."""
    place = boards[max((bags[number] for number in threads), key=lambda one: (one.posts, -one.thread)).board]
    zh, en = first_titles(words, place)
    return {"threads": list(threads), "words": list(words), "title_zh": zh, "title_en": en}


def first_titles(words: Sequence[str], place: Board) -> tuple[str, str]:
    """The titles a topic begins with: its words, as long as together they are no run; without words, its board."""
    chosen = list(words[:TITLE_WORDS])
    while chosen and verbatim(["".join(chosen)]):
        chosen.pop()
    if not chosen:
        return place.zh, place.en
    return "、".join(chosen), ", ".join(chosen)
