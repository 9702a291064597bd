"""Posts that officers sign with their own keys, on their own machines, before they are posted.

The forum says what the text to sign is; the officer signs it with `ssh-keygen -Y sign`; the forum posts it when the
signature is by a key of that officer. The key never leaves the officer's machine, and the text names a draft that
becomes one post only.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from bbs.errors import Conflict, Forbidden, Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import people
from bbs.forum.accounts.keys import fingerprint
from bbs.forum.actor import Actor, Appointment, Duty
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.cases.rules import Cases
from bbs.forum.cases.table import WAITING, Act
from bbs.forum.posts.posts import Official, Post
from bbs.forum.posts.threads import Threads
from bbs.forum.proof import signedtext, sshsig
from bbs.forum.proof.sealing import OFFICER, Sealing, keep_signature
from bbs.forum.proof.signedtext import NONE, Signed, canonical_body, statement_text
from bbs.forum.proof.sshsig import BEGIN
from bbs.forum.writing.writing import checked_body, checked_title
from bbs.store.database import Database, Tx
from bbs.store.tables import account_key
from bbs.text.when import Clock

GOOD_FOR: Final = timedelta(hours=24)
"""How long after it was prepared a statement may be posted: a signed text that lies about is not posted years later."""
AHEAD: Final = timedelta(minutes=5)
"""How far ahead of the clock the time of a statement may be."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What goes where, under which appointment."""

    board: Board
    thread: int | None
    title: str
    held: Appointment
    case: tuple[int, int] | None = None
    """The case it answers, and the change of it that was seen."""


class Statements:
    """Preparing a text to sign, and posting it with its signature."""

    def __init__(
        self, db: Database, clock: Clock, boards: Boards, threads: Threads, cases: Cases, sealing: Sealing
    ) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._threads = threads
        self._cases = cases
        self._sealing = sealing

    async def prepare(
        self,
        actor: Actor,
        *,
        board: str = "",
        title: str = "",
        thread: int = 0,
        case: int = 0,
        reply_to: int = 0,
        body: str,
    ) -> str:
        """The text to sign for a new thread in a board, for a reply to a thread, or for the answer to a case.

        A liaison prepares for the holder of the office, who signs and posts it. Raises Forbidden, Invalid(`title.…`,
        `body.…`), NotFound, Conflict(`statement.nobody`, `statement.private`, `case.is_STATE`).
        """
        where = await (self._answering(actor, case) if case else self._place(actor, board, title, thread))
        return statement_text(
            self._sealing.where,
            draft=secrets.token_hex(12),
            prepared=self._clock.now(),
            board=where.board.slug,
            thread=where.thread,
            reply_to=reply_to or None,
            case=where.case,
            office=where.held.office,
            name=where.held.real_name,
            title_zh=where.held.title_zh,
            title_en=where.held.title_en,
            thread_title=where.title,
            body=checked_body(body, official=True),
        )

    async def post(self, actor: Actor, text: str) -> Post:
        """Post a statement that is followed by its signature; doing it again gives the same post.

        Raises Invalid(`statement.form`, `signature.…`), Forbidden(`statement.key`, `access.denied`),
        Conflict(`statement.other_forum`, `statement.old`, `statement.office`), and as `Threads.start` or, for what
        answers a case, as `Cases.answer`: when a colleague was faster nothing is posted.
        """
        access.require(actor, Verb.POST_OFFICIAL)
        said, armored, signed = _taken_apart(text)
        self._check_time(said)
        if self._sealing.seal is not None and not self._sealing.seal.knows(said["forum"]):
            raise Conflict("statement.other_forum")
        public = sshsig.check(signed, armored, sshsig.POSTS)
        await self._db.read(lambda tx: _must_own(tx, actor, public))
        now = self._clock.now()

        def keep(tx: Tx, made: Post) -> None:
            """In the unit of the post: it is what was signed, and its signature is kept with it."""
            _must_own(tx, actor, public)
            _must_agree(said, made)
            values = {
                "post_id": made.id,
                "revision": made.revision,
                "by": OFFICER,
                "fingerprint": fingerprint(public),
                "public": public,
                "signed": signed,
                "armored": armored,
                "made_at": now,
            }
            keep_signature(tx, values)

        if said["thread"] == NONE:
            board = await self._boards.get(actor, said["board"])
            return await self._threads.start(
                actor, board, said["thread-title"], said.body, official=True, draft_id=said["draft"], also=keep
            )
        thread, draft_id = _number(said["thread"]), said["draft"]
        reply_to = None if said["reply-to"] == NONE else _number(said["reply-to"])
        if said.kind == signedtext.ANSWER:
            case, change = _number(said["case"]), _number(said["change"])
            return await self._cases.answer_in(
                actor, case, thread, said.body, change=change, draft_id=draft_id, reply_to=reply_to, also=keep
            )
        return await self._threads.reply(
            actor, thread, said.body, reply_to=reply_to, official=True, draft_id=draft_id, also=keep
        )

    async def _place(self, actor: Actor, slug: str, title: str, thread: int) -> Statement:
        if thread:
            board, found = await self._threads.get(actor, thread)
            return Statement(board, found.id, found.title, await self._holder(actor, board, Verb.THREAD_REPLY))
        board = await self._boards.get(actor, slug)
        held = await self._holder(actor, board, Verb.THREAD_START)
        return Statement(board, None, checked_title(title, official=True), held)

    async def _answering(self, actor: Actor, number: int) -> Statement:
        """The thread of a case that the actor's office owes an answer in; refuses what the desk refuses."""
        access.require(actor, Verb.OFFICE_DESK)
        view = await self._cases.get(actor, number)
        case = view.case
        if not case.staff:
            raise Forbidden("case.not_yours", case=number)
        if case.thread is None:
            raise Conflict("statement.private", case=number)
        if case.state not in WAITING:
            raise Conflict(f"case.is_{case.state.value}", case=number)
        board, found = await self._threads.get(actor, case.thread)
        if Act.ANSWER in view.acts:
            held = next(each for each in actor.appointments if each.office == case.office and each.duty != Duty.LIAISON)
        else:
            held = await self._of_office(frozenset({case.office}))
        return Statement(board, found.id, found.title, held, (number, case.change))

    async def _holder(self, actor: Actor, board: Board, verb: Verb) -> Appointment:
        """Under whose appointment it will stand: the actor's own, or for a liaison the holder's."""
        access.require(actor, Verb.OFFICE_DESK)
        held = actor.appointment_for(board.offices)
        if held is not None:
            access.require(actor, verb, place=board)
            return held
        return await self._of_office(frozenset(each.office for each in actor.appointments))

    async def _of_office(self, offices: frozenset[str]) -> Appointment:
        """Who signs for one of these offices; Conflict(`statement.nobody`)."""
        now = self._clock.now()
        in_force = await self._db.read(lambda tx: people.appointments_in_force(tx, now))
        found = next((each for each in in_force if each.office in offices and each.duty is not Duty.LIAISON), None)
        if found is None:
            raise Conflict("statement.nobody", office=", ".join(sorted(offices)))
        return found

    def _check_time(self, said: Signed) -> None:
        try:
            age = self._clock.now() - datetime.fromisoformat(said["prepared"])
        except (ValueError, TypeError) as error:
            raise Invalid("statement.form") from error
        if not -AHEAD <= age <= GOOD_FOR:
            raise Conflict("statement.old", hours=int(GOOD_FOR.total_seconds() // 3600))


def _taken_apart(text: str) -> tuple[Signed, str, str]:
    """The statement, its signature, and the statement's exact text; raises Invalid(`statement.form`)."""
    signed, mark, rest = text.replace("\r\n", "\n").partition(BEGIN)
    try:
        said = signedtext.parse(signed)
    except Invalid as error:
        raise Invalid("statement.form") from error
    clean = canonical_body(checked_body(said.body, official=True))
    if not mark or said.kind not in (signedtext.STATEMENT, signedtext.ANSWER) or clean != said.body:
        raise Invalid("statement.form")
    return said, f"{mark}{rest.rstrip()}\n", signed  # stock OpenSSH wants that last line end


def _must_own(tx: Tx, actor: Actor, public: bytes) -> None:
    mine = (account_key.c.account_id == actor.account_id, account_key.c.fingerprint == fingerprint(public))
    kept = tx.connection.execute(select(account_key.c.public).where(*mine)).scalar_one_or_none()
    if kept != public:
        raise Forbidden("statement.key", fingerprint=fingerprint(public))


def _must_agree(said: Signed, made: Post) -> None:
    """The post stands under just the appointment that was signed; raises Conflict(`statement.office`)."""
    signed = Official(said["office"], said["name"], said["title-zh"], said["title-en"])
    if made.official != signed or canonical_body(made.body) != said.body:
        raise Conflict("statement.office")


def _number(word: str) -> int:
    if not word.isascii() or not word.isdecimal() or len(word) > 9:
        raise Invalid("statement.form")
    return int(word)
