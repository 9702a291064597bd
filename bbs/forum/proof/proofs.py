"""Whether an official post is what was signed: looked at when it is shown, never believed from a stored flag."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import bindparam, select

from bbs.errors import Conflict, Invalid
from bbs.forum.accounts.keys import fingerprint
from bbs.forum.actor import Actor
from bbs.forum.posts.posts import Post, Thread
from bbs.forum.posts.threads import Threads
from bbs.forum.proof import signedtext, sshsig
from bbs.forum.proof.register import ABOUT_POSTS, chain, hashed
from bbs.forum.proof.sealing import FORUM, OFFICER, Head, Sealing
from bbs.forum.proof.signedtext import NONE, Where, canonical_body, post_text
from bbs.store.database import Database, Tx
from bbs.store.tables import account_key, post, register, register_head, signature

KEPT_MOST: Final = 10_000
"""Posts whose signature was checked and that are remembered, each with exactly what was checked."""

AT_ONCE: Final = 10
"""Signatures checked without a pause, 0.2 ms each."""

HOLDS: Final = "proof.holds"
_NOT_HELD: Final = {"signature.wrong": "proof.wrong", "signature.namespace": "proof.namespace"}

_Said: TypeAlias = tuple[object, ...]


class Standing(StrEnum):
    """What the bar of an official post says of the forum's signature."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"  # there is none
    BROKEN = "broken"  # there is one, and it is not of this


@dataclass(frozen=True, slots=True)
class Check:
    """One signature and what came of checking it; `reason` is a message id, `proof.holds` when it holds."""

    by: str
    reason: str
    fingerprint: str = ""
    public: bytes = b""
    made_at: datetime | None = None
    text: str = ""
    armored: str = ""

    @property
    def ok(self) -> bool:
        return self.reason == HOLDS


@dataclass(frozen=True, slots=True)
class Recorded:
    """The register's newest entry about a post, and the head signed at it; `reason` as in a Check."""

    reason: str
    seq: int = 0
    hash: str = ""
    hashed: str = ""
    head: Head | None = None

    @property
    def ok(self) -> bool:
        return self.reason == HOLDS


@dataclass(frozen=True, slots=True)
class Proof:
    """All that vouches for an official post. `own` is the officer's own signature, None where there is none."""

    post: Post
    thread: Thread
    forum: Check
    own: Check | None
    recorded: Recorded

    @property
    def ok(self) -> bool:
        """The forum's signature and the register agree with what is shown; the officer's, if there is one, too."""
        return self.forum.ok and self.recorded.ok and (self.own is None or self.own.ok)


class Proofs:
    """Checking signatures."""

    def __init__(self, db: Database, threads: Threads, sealing: Sealing) -> None:
        self._db = db
        self._threads = threads
        self._sealing = sealing
        self._good: OrderedDict[_Said, None] = OrderedDict()

    @property
    def signs(self) -> bool:
        """Whether this forum signs at all."""
        return self._sealing.seal is not None

    @property
    def line(self) -> str:
        """The forum's public key as a line, "" where it has none."""
        seal = self._sealing.seal
        return "" if seal is None else sshsig.public_line(seal.public)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the forum's key, "" where it has none."""
        seal = self._sealing.seal
        return "" if seal is None else seal.fingerprint

    async def standings(self, posts: Sequence[Post], titles: Mapping[int, str]) -> dict[int, Standing]:
        """How the official ones of these posts stand, by number; `titles` are those of their threads.

        A post whose text the reader may not see is left out. What was found good is remembered together with all that
        was checked, so that a page that was shown before costs no question to the store.
        """
        if not self.signs:
            return {}
        said = {one.id: _said(one, titles[one.thread]) for one in posts if one.official is not None and not one.gone}
        found = {number: Standing.SIGNED for number, words in said.items() if words in self._good}
        rest = {one.id: one for one in posts if one.id in said and one.id not in found}
        if not rest:
            return found
        rows = await self._db.read(lambda tx: tx.connection.execute(_BY_FORUM, {"posts": list(rest)}).all())
        newest = {row.post_id: row for row in rows}  # in order of their revisions
        for count, (number, one) in enumerate(rest.items()):
            if count % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)  # a page full of them holds nobody up
            row = newest.get(number)
            if row is None:
                found[number] = Standing.UNSIGNED
            elif self._by_forum(row, one, titles[one.thread]).ok:
                found[number] = Standing.SIGNED
                self._remember(said[number])
            else:
                found[number] = Standing.BROKEN
        return found

    async def verify(self, actor: Actor, number: int) -> Proof:
        """Check everything about one official post that the actor may read.

        Raises NotFound(`post.not_found`), Conflict(`proof.not_official`, `proof.gone`).
        """
        found = await self._threads.post(actor, number)
        if found.official is None:
            raise Conflict("proof.not_official", post=number)
        if found.gone and not found.body:
            raise Conflict("proof.gone", post=number)
        _, thread = await self._threads.get(actor, found.thread)
        facts = await self._db.read(lambda tx: _facts(tx, found))
        by = {row.by: row for row in facts.signatures}
        forum = Check(FORUM, "proof.none")
        if FORUM in by:
            forum = self._by_forum(by[FORUM], found, thread.title)
        own = self._own(by[OFFICER], found, thread.title, facts) if OFFICER in by else None
        return Proof(found, thread, forum, own, self._recorded(facts, found))

    def _remember(self, said: _Said) -> None:
        self._good[said] = None
        if len(self._good) > KEPT_MOST:
            self._good.popitem(last=False)

    def _by_forum(self, row: Any, found: Post, title: str) -> Check:
        reason = _made(row)
        if reason == HOLDS:
            reason = self._forum_reason(row, found, title)
        return _check(FORUM, reason, row)

    def _forum_reason(self, row: Any, found: Post, title: str) -> str:
        seal = self._sealing.seal
        if seal is None or row.public not in seal.publics:
            return "proof.foreign_key"
        try:
            said = signedtext.parse(row.signed)
        except Invalid:
            return "proof.other_text"
        if (
            said.kind != signedtext.POST
            or row.revision != found.revision
            or row.signed != _as_signed(said, found, title)
        ):
            return "proof.other_text"
        return HOLDS

    def _own(self, row: Any, found: Post, title: str, facts: _Facts) -> Check:
        reason = _made(row)
        if reason == HOLDS:
            reason = _statement_reason(row, found, title, facts.draft)
        if reason == HOLDS and row.public not in facts.keys:
            reason = "proof.key_gone"
        return _check(OFFICER, reason, row)

    def _recorded(self, facts: _Facts, found: Post) -> Recorded:
        row = facts.entry
        if row is None:
            return Recorded("proof.unrecorded")

        record = json.loads(row.record)
        parts = (row.previous, row.seq, row.at, row.kind, row.actor, row.subject, record)
        head = None if facts.head is None else facts.head
        shown = Recorded(HOLDS, row.seq, row.hash, hashed(*parts), head)
        if chain(*parts) != row.hash or record.get("revision") != found.revision:
            return Recorded("proof.entry_altered", shown.seq, shown.hash, shown.hashed, head)
        return shown


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the store has about one post."""

    signatures: Sequence[Any]
    entry: Any
    head: Head | None
    draft: str | None
    keys: frozenset[bytes]


def _said(found: Post, title: str) -> _Said:
    """All that a signature is about: equal only when nothing of it changed."""
    facts = (found.id, found.thread, found.floor, found.revision, found.created_at, found.edited_at, found.official)
    return (*facts, title if found.floor == 1 else "", found.body)


def _as_signed(said: signedtext.Signed, found: Post, title: str) -> str:
    """The text that would be signed of the post as it is now.

    The board, and for replies the thread's title, are what they were then: threads are moved and retitled by others.
    """
    held = found.official
    assert held is not None
    return post_text(
        Where(said["site"], said["forum"]),
        board=said["board"],
        thread=found.thread,
        post=found.id,
        floor=found.floor,
        revision=found.revision,
        written=found.created_at,
        revised=found.edited_at,
        office=held.office,
        name=held.name,
        title_zh=held.title_zh,
        title_en=held.title_en,
        thread_title=title if found.floor == 1 else said["thread-title"],
        body=found.body,
    )


def _statement_reason(row: Any, found: Post, title: str, draft: str | None) -> str:
    if row.revision != found.revision:
        return "proof.edited"
    try:
        said = signedtext.parse(row.signed)
    except Invalid:
        return "proof.other_text"
    held = found.official
    assert held is not None
    agrees = (
        said.kind in (signedtext.STATEMENT, signedtext.ANSWER)
        and said["draft"] == draft
        and said["thread"] == (NONE if found.floor == 1 else str(found.thread))
        and said["reply-to"] == (NONE if found.reply_to is None else str(found.reply_to))
        and (said["office"], said["name"]) == (held.office, held.name)
        and (said["title-zh"], said["title-en"]) == (held.title_zh, held.title_en)
        and (found.floor > 1 or said["thread-title"] == title)
        and said.body == canonical_body(found.body)
    )
    return HOLDS if agrees else "proof.other_text"


def _made(row: Any) -> str:
    """Whether a signature is one, over its text, by the key that stands beside it."""
    try:
        public = sshsig.check(row.signed, row.armored, sshsig.POSTS)
    except Invalid as error:
        return _NOT_HELD.get(error.code, "proof.bad")
    return HOLDS if public == row.public and fingerprint(public) == row.fingerprint else "proof.foreign_key"


def _check(by: str, reason: str, row: Any) -> Check:
    return Check(by, reason, row.fingerprint, row.public, row.made_at, row.signed, row.armored)


def _facts(tx: Tx, found: Post) -> _Facts:
    keys = {"post": found.id}
    mine = tx.connection.execute(_POST, keys).one()
    entries = tx.connection.execute(_ENTRIES, {"subject": found.route}).all()
    entry = entries[0] if entries else None
    head = None
    if entry is not None:
        row = tx.connection.execute(_HEAD, {"seq": entry.seq}).first()
        head = None if row is None else Head(row.seq, row.hash, row.at, row.signed, row.armored)
    held = tx.connection.execute(_KEYS, {"account": mine.author_id}).scalars().all()
    return _Facts(tx.connection.execute(_SIGNATURES, keys).all(), entry, head, mine.draft_id, frozenset(held))


_BY_FORUM: Final = (
    select(signature)
    .where(signature.c.post_id.in_(bindparam("posts", expanding=True)), signature.c.by == FORUM)
    .order_by(signature.c.post_id, signature.c.revision)
)
_SIGNATURES: Final = select(signature).where(signature.c.post_id == bindparam("post")).order_by(signature.c.revision)
_POST: Final = select(post.c.author_id, post.c.draft_id).where(post.c.id == bindparam("post"))
_ENTRIES: Final = (
    select(register)
    .where(register.c.subject == bindparam("subject"), register.c.kind.in_(ABOUT_POSTS))
    .order_by(register.c.seq.desc())
    .limit(1)
)
_HEAD: Final = select(register_head).where(register_head.c.seq == bindparam("seq"))
_KEYS: Final = select(account_key.c.public).where(account_key.c.account_id == bindparam("account"))
