"""Quoting: the forum asks the author of some words whether they may stand in the digest; the editor never learns who.

A phrase may stand there when everybody who was asked agreed and searching the forum for it leads to no single thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import insert, select, update

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.digest import count as digest_count
from bbs.forum.digest import rows as digest_rows
from bbs.forum.digest.check import self_search
from bbs.forum.digest.desk import PLACE, DigestDesk, by_editor, sight_of
from bbs.forum.digest.issue import Issue, State, week_named
from bbs.forum.digest.privacy import QUOTE_LEAST_ACCOUNTS, fault_in, verbatim
from bbs.forum.people.inbox import notify
from bbs.store.database import Tx
from bbs.store.tables import notice, opinion_digest, post, quote
from bbs.text.clean import clean_line
from bbs.text.disguise import seen as letters_of

QUOTE_LIMIT: Final = 120
"""Characters of a phrase."""
ASKED: Final = "digest.quote"
"""The notice that asks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One's own words that may be quoted or not: asked, agreed or refused; `open` while one may still say so."""

    id: int
    week: str
    words: str
    state: str
    open: bool

    @property
    def route(self) -> str:
        return f"/digest/quote/{self.id}"


class Quoting(DigestDesk):
    """Asking and answering."""

    async def ask(self, actor: Actor, week: str, topic: int, words: str, change: int) -> Issue:
        """Have the authors of some words asked; recorded, without the words.

        Raises Forbidden, NotFound(`digest.no_topic`, `digest.quote_nowhere`), Conflict(`digest.changed`,
        `digest.state`, `digest.quote_asked`), Invalid(`digest.quote_long`, `digest.quote_short`, `digest.quote_few`,
        `digest.quote_leads`, `digest.says_…`)."""
        access.require(actor, Verb.DIGEST_EDIT, place=PLACE)
        clean = clean_line(words[: QUOTE_LIMIT * 4])
        if len(clean) > QUOTE_LIMIT:
            raise Invalid("digest.quote_long", most=QUOTE_LIMIT)
        if not verbatim([clean]):
            raise Invalid("digest.quote_short")
        seen = await self._seen(week_named(week), change, State.DRAFT, State.REVIEW)
        found = seen.topic(topic)
        if not found.shown or found.accounts < QUOTE_LEAST_ACCOUNTS:
            raise Invalid("digest.quote_few", least=QUOTE_LEAST_ACCOUNTS)
        if fault := fault_in(clean, (), found.threads):
            raise Invalid(f"digest.says_{fault[0].value}", found=fault[1][:60], topic=found.title_zh)
        boards = sorted(await self._by_number())
        if await self._db.read(partial(self_search, clean, boards)):
            raise Invalid("digest.quote_leads")
        authors = await self._authors(seen.row, found, clean)

        def unit(tx: Tx) -> Issue:
            row = digest_rows.row_at(tx, seen.row.week, change, State.DRAFT, State.REVIEW)
            if clean in digest_rows.phrases(tx, row.id).get(topic, {}):
                raise Conflict("digest.quote_asked")
            for account, number in sorted(authors.items()):
                _ask(tx, row, topic, clean, account, number, self._clock.now())
            self._turn(tx, actor, row, Verb.DIGEST_EDIT, {"what": "quote", "topic": topic}, **by_editor(actor))
            return digest_rows.issue(tx, row.week, sight_of(actor))

        return await self._db.write(unit)

    async def _authors(self, row: Any, topic: Any, words: str) -> dict[int, int]:
        """Who said it in the topic that week: a post by account."""
        mine, wanted = set(topic.threads), letters_of(words)
        posts = [one for one in await digest_count.again(self._db, digest_rows.basis_of(row)) if one.thread in mine]
        found: dict[int, int] = {}
        async for rows in digest_count.bodies(self._db, [one.id for one in posts]):
            for one in rows:
                if wanted in letters_of(one.body):
                    found.setdefault(one.author_id, one.id)
        if not found:
            raise NotFound("digest.quote_nowhere")
        return found

    async def asked(self, actor: Actor) -> list[Asked]:
        """What one was asked and may still answer, the newest first."""
        access.require(actor, Verb.DIGEST_QUOTED)
        query = _MINE.where(post.c.author_id == actor.account_id, opinion_digest.c.released_at.is_(None))
        rows = await self._db.read(lambda tx: tx.connection.execute(query.order_by(quote.c.id.desc()).limit(100)).all())
        return [_asked(row) for row in rows]

    async def question(self, actor: Actor, number: int) -> Asked:
        """One question put to the actor; NotFound(`digest.no_question`) for any other."""
        access.require(actor, Verb.DIGEST_QUOTED)
        return await self._db.read(lambda tx: _question(tx, actor, number))

    async def answer(self, actor: Actor, number: int, *, agree: bool) -> Asked:
        """Say yes or no; it may be changed until the issue is released. Nobody else is told.

        Raises NotFound(`digest.no_question`)."""
        access.require(actor, Verb.DIGEST_QUOTED)
        now = self._clock.now()

        def unit(tx: Tx) -> Asked:
            _question(tx, actor, number)
            state = "agreed" if agree else "refused"
            tx.connection.execute(update(quote).where(quote.c.id == number).values(state=state, answered_at=now))
            tx.connection.execute(
                update(notice)
                .where(notice.c.account_id == actor.account_id, notice.c.route == f"/digest/quote/{number}")
                .values(read_at=now)
            )
            tx.emit("notice.changed", account=actor.account_id)
            return _question(tx, actor, number)

        return await self._db.write(unit)


def _ask(tx: Tx, row: Any, topic: int, words: str, account: int, number: int, at: Any) -> None:
    values = {"digest_id": row.id, "topic_id": topic, "post_id": number, "words": words, "state": "asked"}
    made = tx.connection.execute(insert(quote).values(**values, asked_at=at).returning(quote.c.id)).scalar_one()
    notify(tx, [account], ASKED, f"/digest/quote/{made}", at, week=row.week)


def _question(tx: Tx, actor: Actor, number: int) -> Asked:
    query = _MINE.where(quote.c.id == number, post.c.author_id == actor.account_id)
    row = tx.connection.execute(query).first()
    if row is None:
        raise NotFound("digest.no_question", number=number)
    return _asked(row)


def _asked(row: Any) -> Asked:
    return Asked(row.id, row.week, row.words, row.state, row.released_at is None)


_MINE: Final = (
    select(quote.c.id, quote.c.words, quote.c.state, opinion_digest.c.week, opinion_digest.c.released_at)
    .join(post, post.c.id == quote.c.post_id)
    .join(opinion_digest, opinion_digest.c.id == quote.c.digest_id)
)
"""Questions whose post is still known: after the release none is."""
