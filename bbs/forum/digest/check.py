"""Whether words of a digest may be said: looked at by themselves, then against everybody and everything of the week."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import bindparam, select

from bbs.errors import Invalid
from bbs.forum.actor import AccountKind
from bbs.forum.digest import count as digest_count
from bbs.forum.digest.count import Basis, Counted
from bbs.forum.digest.privacy import COMMON_TITLES, fault_in, gives_away, verbatim
from bbs.forum.digest.topics import own_words
from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind
from bbs.store.tables import account, appointment, board, office, post, thread
from bbs.text.disguise import NameFinder, Runs
from bbs.text.names import fold
from bbs.text.segment import Query, parse

_OFFICIAL_MOST: Final = 500  # official posts that may be repeated, newest first


@dataclass(frozen=True, slots=True)
class Said:
    """Words to be looked at, the title of their topic to tell them by, and what may stand in them.

    `cases` are public cases; `threads` those of the topic; `quotes` phrases whose authors agreed.
    """

    topic: str
    text: str
    cases: tuple[int, ...] = ()
    threads: tuple[int, ...] = ()
    quotes: tuple[str, ...] = ()


class Check:
    """Looks at words for the issue of one week."""

    def __init__(self, db: Database, basis: Basis) -> None:
        self._db = db
        self._basis = basis

    async def all(self, words: Sequence[Said]) -> None:
        """Raise Invalid for the first that may not be said: `digest.says_…` and `digest.verbatim` (found, topic)."""
        given = [one for one in words if one.text]
        for one in given:
            if fault := fault_in(one.text, one.cases, one.threads):
                raise Invalid(f"digest.says_{fault[0].value}", found=fault[1][:60], topic=one.topic)
        if not given:
            return
        posts = await digest_count.again(self._db, self._basis)
        named = await digest_count.titles(self._db, {one.thread for one in posts})
        await self._names(given, posts, named)
        await self._verbatim(given, posts, named)

    async def unsayable(self, words: Iterable[str]) -> frozenset[str]:
        """Which of these single words may not be said: names and times."""
        wanted = dict.fromkeys(words)
        bad = {word for word in wanted if fault_in(word)}
        posts = await digest_count.again(self._db, self._basis)
        named = await digest_count.titles(self._db, {one.thread for one in posts})
        found = await self._named([word for word in wanted if word not in bad], posts, named)
        return frozenset(bad | {word for word, _ in found})

    async def _names(
        self, words: Sequence[Said], posts: Sequence[Counted], named: Mapping[int, tuple[str, int]]
    ) -> None:
        for text, name in await self._named([one.text for one in words], posts, named):
            topic = next(one.topic for one in words if one.text == text)
            raise Invalid("digest.says_name", found=name, topic=topic)

    async def _named(
        self, texts: Iterable[str], posts: Sequence[Counted], named: Mapping[int, tuple[str, int]]
    ) -> list[tuple[str, str]]:
        """Texts with a pen name in them of somebody who wrote that week, and the name."""
        people = {one.account for one in posts} | {opener for _, opener in named.values()}
        names = await self._db.read(lambda tx: _names(tx, people))
        finder = NameFinder({one: name for one, (name, _) in names.items()})
        found = [(text, names[one]) for text in texts for one in finder.find(text)]
        words = {
            name
            for name, owner in {known for _, known in found}
            if await self._db.read(partial(_is_a_word, name, owner))
        }
        return [(text, name) for text, (name, _) in found if name not in words]

    async def _verbatim(
        self, words: Sequence[Said], posts: Sequence[Counted], named: Mapping[int, tuple[str, int]]
    ) -> None:
        open_words = await self._db.read(self._everybodys)
        runs = [(one.topic, verbatim([one.text])) for one in words]
        for one, (_, found) in zip(words, runs, strict=True):
            for text in open_words:
                found.forgive(text)
            for phrase in one.quotes:
                if not await self._db.read(partial(self_search, phrase, self._basis.boards)):
                    found.forgive(phrase)
        asked = [(topic, found) for topic, found in runs if found]
        if not asked:
            return
        _look(asked, (title for title, _ in named.values()))
        async for rows in digest_count.bodies(self._db, [one.id for one in posts]):
            await asyncio.to_thread(_look, asked, [row.body for row in rows])

    def _everybodys(self, tx: Tx) -> list[str]:
        """What anybody may repeat: what officers said, and the names of places and offices."""
        said = tx.connection.execute(
            _OFFICIAL, {"end": self._basis.end, "boards": sorted(self._basis.boards), "most": _OFFICIAL_MOST}
        ).scalars()
        named = [text for query in _NAMED for row in tx.connection.execute(query) for text in row]
        return [*map(own_words, said), *named]


def _look(asked: Iterable[tuple[str, Runs]], texts: Iterable[str]) -> None:
    for text in texts:
        for topic, runs in asked:
            if found := runs.find(text):
                raise Invalid("digest.verbatim", found=found, topic=topic)


def self_search(words: str, boards: Iterable[int], tx: Tx) -> bool:
    """Whether searching the forum for a phrase leads to few enough to give its author away."""
    query: Query = parse('"' + words.replace('"', " ").replace("“", " ").replace("”", " ") + '"')
    found = search.find(tx, query, Kind.POST, search.LIMIT) if query else []
    rows = tx.connection.execute(_VISIBLE, {"ids": found, "boards": sorted(boards)}).all() if found else []
    return gives_away(len({row.thread_id for row in rows}), len({row.author_id for row in rows}))


def _names(tx: Tx, people: Iterable[int]) -> dict[str, tuple[str, int]]:
    """Pen names by their folds; officers' logins are no names anybody reads."""
    wanted = sorted(people)
    found: dict[str, tuple[str, int]] = {}
    for at in range(0, len(wanted), digest_count.BODIES):
        rows = tx.connection.execute(_PEOPLE, {"ids": wanted[at : at + digest_count.BODIES]})
        found.update({fold(row.name): (row.name, row.id) for row in rows})
    found.pop("", None)
    return found


def _is_a_word(name: str, owner: int, tx: Tx) -> bool:
    """Whether a pen name is a word that others open threads with."""
    query = parse(f'"{name}"')
    found = search.find(tx, query, Kind.THREAD, 200) if query else []
    if not found:
        return False
    openers = tx.connection.execute(_OPENERS, {"ids": found, "owner": owner}).scalars().all()
    return len(set(openers)) >= COMMON_TITLES


_PEOPLE: Final = select(account.c.id, account.c.name).where(
    account.c.id.in_(bindparam("ids", expanding=True)), account.c.kind != AccountKind.OFFICER.value
)
_OPENERS: Final = select(thread.c.author_id).where(
    thread.c.id.in_(bindparam("ids", expanding=True)), thread.c.author_id != bindparam("owner")
)
_VISIBLE: Final = (
    select(post.c.thread_id, post.c.author_id)
    .join(thread, thread.c.id == post.c.thread_id)
    .where(
        post.c.id.in_(bindparam("ids", expanding=True)),
        post.c.hidden_at.is_(None),
        post.c.withdrawn_at.is_(None),
        thread.c.hidden_at.is_(None),
        (thread.c.board_id + 0).in_(bindparam("boards", expanding=True)),
    )
)
_OFFICIAL: Final = (
    select(post.c.body)
    .join(thread, thread.c.id == post.c.thread_id)
    .where(
        post.c.official_office.is_not(None),
        post.c.created_at < bindparam("end", type_=post.c.created_at.type),
        post.c.hidden_at.is_(None),
        post.c.withdrawn_at.is_(None),
        (thread.c.board_id + 0).in_(bindparam("boards", expanding=True)),
    )
    .order_by(post.c.id.desc())
    .limit(bindparam("most"))
)
_NAMED: Final = (
    select(office.c.zh, office.c.en),
    select(board.c.zh, board.c.en),
    select(appointment.c.real_name, appointment.c.title_zh, appointment.c.title_en),
)
