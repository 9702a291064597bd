"""Mail between people: each side has a copy of its own, and what one does to it the other never sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound, TryLater
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.people import letters
from bbs.forum.people.blocks import unblocked
from bbs.forum.people.inbox import COUNT_MOST, notify
from bbs.forum.people.knowing import Person, find_person, person_of
from bbs.forum.people.letters import Letter, Talk
from bbs.forum.writing.drafts import ID_LIMIT
from bbs.forum.writing.limits import limits_of
from bbs.forum.writing.pace import Pace
from bbs.forum.writing.writing import checked_body, checked_title
from bbs.store.database import Database, Tx
from bbs.store.paging import Page
from bbs.store.prepared import Prepared
from bbs.store.tables import account, draft, mail
from bbs.text.when import Clock

__all__ = ["Letter", "Mailbox", "Talk"]

CHANGED: Final = "mail.changed"
"""Event: the mail of one account is not what it was; payload `account` (its id)."""
BOX_MOST: Final = 1_000
"""Letters in one person's box, sent and received."""


@dataclass(frozen=True, slots=True)
class _Sending:
    """A letter to be: clean, and to whom: by name, or whoever is on the other side of an earlier letter."""

    actor: Actor
    to: str
    subject: str
    body: str
    at: datetime
    answers: int | None
    draft_id: str | None


def unread_letters(tx: Tx, actor: Actor) -> int:
    """How many letters somebody has not read, at most `COUNT_MOST`; 0 for those without a box."""
    if not access.allowed(actor, Verb.MAIL_READ):
        return 0
    return int(_UNREAD.first(tx, {"a": actor.account_id})[0])


class Mailbox:
    """The rules of mail. Guests have none; an officer writes under real name and office."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._pace = Pace(clock)

    # Reading

    async def talks(
        self,
        actor: Actor,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
        unread: bool = False,
    ) -> Page[Talk]:
        """One's conversations, newest first. Raises Forbidden, Invalid(`cursor.bad`, `page.limit`)."""
        owner = _owner(actor, Verb.MAIL_READ)
        cursor = after if before is None else before
        return await self._db.read(lambda tx: letters.talks(tx, owner, limit=limit, cursor=cursor, unread=unread))

    async def talk(self, actor: Actor, number: int) -> list[Letter]:
        """The conversation a letter is of, oldest first; raises NotFound(`mail.not_found`)."""
        owner = _owner(actor, Verb.MAIL_READ)
        return await self._db.read(lambda tx: letters.talk_of(tx, owner, number))

    async def get(self, actor: Actor, number: int) -> Letter:
        """One letter; raises NotFound(`mail.not_found`), also for other people's."""
        owner = _owner(actor, Verb.MAIL_READ)
        return await self._db.read(lambda tx: letters.letter(tx, owner, number))

    async def unread(self, actor: Actor) -> int:
        """How many letters one has not read, at most `COUNT_MOST`; 0 for those without a box."""
        return await self._db.read(lambda tx: unread_letters(tx, actor)) if actor.account_id is not None else 0

    # Writing

    async def recipient(self, actor: Actor, name: str) -> Person:
        """Whom a letter to this name would reach; raises as `send`."""
        owner = _owner(actor, Verb.MAIL_SEND)
        return await self._db.read(lambda tx: _by_name(tx, owner, name, self._clock.now()))

    async def send(
        self,
        actor: Actor,
        to: str,
        subject: str,
        body: str,
        *,
        answers: int | None = None,
        draft_id: str | None = None,
    ) -> Letter:
        """Send a letter and give one's own copy of it. With `answers` (a letter's id) it goes to the other side of

        that letter, and `to` is not looked at. The same draft again gives the letter that it became.
        Who is blocked is answered as everybody is: the letter lies in their own box, and nothing arrives.
        Raises Forbidden, NotFound(`person.not_found`, `mail.not_found`, `mail.nobody_left`), Invalid(`mail.self`,
        `title.…`, `body.…`, `draft.id`), Conflict(`draft.sent`, `mail.full`, `mail.their_box_full`),
        TryLater(`mail.day_full`, `post.too_fast`, `post.same_text`).
        """
        _owner(actor, Verb.MAIL_SEND)
        if draft_id is not None and not (
            0 < len(draft_id) <= ID_LIMIT and draft_id.isascii() and draft_id.isprintable()
        ):
            raise Invalid("draft.id")
        official = actor.kind is AccountKind.OFFICER
        sending = _Sending(
            actor,
            to,
            checked_title(subject, official=official),
            checked_body(body, official=official),
            self._clock.now(),
            answers,
            draft_id,
        )
        done = await self._db.read(lambda tx: _sent_before(tx, sending))
        if done is not None:
            return done
        if official or actor.kind is AccountKind.SYSOP:
            return await self._db.write(lambda tx: _send(tx, sending))
        text = f"{to} {answers}\n{sending.subject}\n{sending.body}"
        turn = self._pace.take(f"mail {actor.name}", text, since=None)
        try:
            return await self._db.write(lambda tx: _send(tx, sending))
        except BaseException:
            self._pace.give_back(turn)
            raise

    # Keeping in order; with `whole`, all letters of the conversation

    async def mark(self, actor: Actor, number: int, *, read: bool, whole: bool = False) -> None:
        """Mark letters read or unread; raises NotFound(`mail.not_found`)."""
        values = {"read_at": self._clock.now() if read else None}
        await self._change(actor, number, values, whole=whole)

    async def keep(self, actor: Actor, number: int, *, on: bool, whole: bool = False) -> None:
        """Keep letters from being deleted, or let them go; raises NotFound(`mail.not_found`)."""
        await self._change(actor, number, {"kept": on}, whole=whole)

    async def delete(self, actor: Actor, number: int, *, whole: bool = False) -> int:
        """Delete one's own copies that are not kept; how many. NotFound(`mail.not_found`), Conflict(`mail.kept`)."""
        owner = _owner(actor, Verb.MAIL_READ)

        def unit(tx: Tx) -> int:
            here = _these(tx, owner, number, whole=whole)
            gone = tx.connection.execute(delete(mail).where(*here, mail.c.kept.is_(False))).rowcount
            if not gone:
                raise Conflict("mail.kept")
            tx.emit(CHANGED, account=owner)
            return gone

        return await self._db.write(unit)

    async def _change(self, actor: Actor, number: int, values: dict[str, Any], *, whole: bool) -> None:
        owner = _owner(actor, Verb.MAIL_READ)

        def unit(tx: Tx) -> None:
            here = _these(tx, owner, number, whole=whole)
            if "read_at" in values:
                here.append(mail.c.sent.is_(False))
            tx.connection.execute(update(mail).where(*here).values(**values))
            tx.emit(CHANGED, account=owner)

        await self._db.write(unit)


def _owner(actor: Actor, verb: Verb) -> int:
    access.require(actor, verb)
    if actor.account_id is None:
        raise Forbidden("access.denied", verb=verb.value)
    return actor.account_id


def _these(tx: Tx, owner: int, number: int, *, whole: bool) -> list[Any]:
    """The conditions of one's own copy, or of the whole conversation it is of."""
    row = letters.must_own(tx, owner, number)
    mine = mail.c.owner_id == owner
    return [mine, mail.c.talk_id == row.talk_id] if whole else [mine, mail.c.id == number]


def _by_name(tx: Tx, owner: int, name: str, now: datetime) -> Person:
    found = find_person(tx, name, now)
    if found is None:
        raise NotFound("person.not_found", name=name.strip()[:40])
    if found.id == owner:
        raise Invalid("mail.self")
    return found


def _sent_before(tx: Tx, sending: _Sending) -> Letter | None:
    owner = sending.actor.account_id
    if sending.draft_id is None or owner is None:
        return None
    query = select(mail.c.id).where(mail.c.owner_id == owner, mail.c.draft_id == sending.draft_id)
    number = tx.connection.execute(query).scalar_one_or_none()
    if number is None:
        return None
    first = letters.letter(tx, owner, number)
    if first.body != sending.body:  # from the same draft, open elsewhere
        raise Conflict("draft.sent", route=first.route)
    return first


def _send(tx: Tx, sending: _Sending) -> Letter:
    done = _sent_before(tx, sending)
    if done is not None:
        return done
    owner = _owner(sending.actor, Verb.MAIL_SEND)
    sender = person_of(tx, owner, sending.at)
    if sender is None:
        raise Forbidden("access.denied", verb=Verb.MAIL_SEND.value)
    earlier = None if sending.answers is None else letters.must_own(tx, owner, sending.answers)
    if earlier is None:
        recipient = _by_name(tx, owner, sending.to, sending.at)
    else:
        found = person_of(tx, earlier.other_id, sending.at)
        if found is None:
            raise NotFound("mail.nobody_left", name=earlier.other)
        recipient = found
    _check_room(tx, sending, owner, recipient)
    talk = 0 if earlier is None else earlier.talk_id
    mine = _write(tx, sending, owner, recipient, talk, sent=True)
    if not talk:
        talk = mine
        tx.connection.execute(update(mail).where(mail.c.id == mine).values(talk_id=mine))
    if unblocked(tx, [recipient.id], owner):
        theirs = _write(tx, sending, recipient.id, sender, talk, sent=False)
        notify(tx, [recipient.id], "mail", f"/m/{theirs}", sending.at, author=sender.name, subject=sending.subject)
        tx.emit(CHANGED, account=recipient.id)
    if sending.draft_id is not None:
        tx.connection.execute(delete(draft).where(draft.c.id == sending.draft_id, draft.c.account_id == owner))
    tx.emit(CHANGED, account=owner)
    return letters.letter(tx, owner, mine)


def _check_room(tx: Tx, sending: _Sending, owner: int, recipient: Person) -> None:
    """Boxes have an end, and so has what one person sends in a day; whether one is blocked makes no difference."""
    if tx.connection.execute(_BOX, {"a": owner}).scalar_one() >= BOX_MOST:
        raise Conflict("mail.full", most=BOX_MOST)
    if tx.connection.execute(_BOX, {"a": recipient.id}).scalar_one() >= BOX_MOST:
        raise Conflict("mail.their_box_full", name=recipient.name)
    if sending.actor.kind is not AccountKind.MEMBER:
        return
    opened = tx.connection.execute(select(account.c.created_at).where(account.c.id == owner)).scalar_one()
    most = limits_of(opened, sending.at).letters
    keys = {"a": owner, "since": sending.at - timedelta(days=1)}
    if tx.connection.execute(_SENT, keys).scalar_one() >= most:
        raise TryLater("mail.day_full", most=most)


def _write(tx: Tx, sending: _Sending, owner: int, other: Person, talk: int, *, sent: bool) -> int:
    made = tx.connection.execute(
        insert(mail).values(
            talk_id=talk,
            owner_id=owner,
            other_id=other.id,
            other=other.name,
            sent=sent,
            subject=sending.subject,
            body=sending.body,
            created_at=sending.at,
            read_at=sending.at if sent else None,
            kept=False,
            draft_id=sending.draft_id if sent else None,
        )
    )
    key = made.inserted_primary_key
    assert key is not None
    return int(key[0])


_MINE: Final = mail.c.owner_id == bindparam("a")
_UNREAD: Final = Prepared(
    select(func.count()).select_from(
        select(mail.c.id).where(_MINE, mail.c.sent.is_(False), mail.c.read_at.is_(None)).limit(COUNT_MOST).subquery()
    )
)
_BOX: Final = select(func.count()).select_from(mail).where(_MINE)
_SENT: Final = (
    select(func.count()).select_from(mail).where(_MINE, mail.c.sent.is_(True), mail.c.created_at > bindparam("since"))
)
