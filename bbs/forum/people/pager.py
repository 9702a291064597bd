"""Short messages between people who are here: one line that appears on the other's screen at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound, TryLater
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts.preferences import preference
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.people.blocks import unblocked
from bbs.forum.people.knowing import Person, find_person, person_of
from bbs.forum.reading.attention import Level, Subject
from bbs.forum.returning import Returning
from bbs.forum.writing.imitation import defuse
from bbs.forum.writing.limits import limits_of
from bbs.store import paging
from bbs.store.database import Database, Tx
from bbs.store.paging import Key, Keyset, Way
from bbs.store.prepared import Prepared
from bbs.store.tables import account, attention, page
from bbs.text.clean import clean_line
from bbs.text.when import Clock

NEW: Final = "page.new"
"""Event: a message came for an account; payload `account` (its id) and `page` (the message's id)."""
WORDS_LIMIT: Final = 75
"""Characters of a message."""
WAITING_MOST: Final = 10
"""Messages that may wait for one person to see them; whoever comes later writes a letter."""
KEPT_MOST: Final = 100
"""Messages of one account that are kept, sent and received; older ones go."""


@dataclass(frozen=True, slots=True)
class Page:
    """One's own copy of a message.

    `other` is the other side, a real name where it is an `officer`. `sent`: one wrote it oneself. `shown`: it has been
    on one's screen; of what one sent that is not told.
    """

    id: int
    other: str
    officer: bool
    sent: bool
    words: str
    created_at: datetime
    shown: bool


class Pager:
    """Sending, showing and keeping messages. Guests have none; a liaison prepares and never writes to people."""

    def __init__(self, db: Database, clock: Clock, returning: Returning) -> None:
        self._db = db
        self._clock = clock
        self._returning = returning

    async def reaches(self, actor: Actor, name: str) -> bool:
        """Whether a message to this name would appear on somebody's screen now, as far as the actor may know."""
        if not access.allowed(actor, Verb.PAGE_SEND):
            return False

        def unit(tx: Tx) -> bool:
            found = find_person(tx, name, self._clock.now())
            return found is not None and found.id != actor.account_id and self._takes(tx, found, actor)

        return await self._db.read(unit)

    async def send(self, actor: Actor, to: str, words: str) -> Page:
        """Send a message and give one's own copy of it.

        Who is blocked is answered as everybody is, and nothing arrives. Whether somebody is away, takes none or not
        from this person is one answer, so that nobody learns which. Raises Forbidden, NotFound(`person.not_found`),
        Invalid(`pager.self`, `pager.empty`, `pager.long`), Conflict(`pager.not_now`, `pager.waiting`),
        TryLater(`pager.too_many`).
        """
        owner = _owner(actor, Verb.PAGE_SEND)
        clean = _checked(words, official=actor.kind is AccountKind.OFFICER)

        def unit(tx: Tx) -> Page:
            now = self._clock.now()
            sender = person_of(tx, owner, now)
            if sender is None:
                raise Forbidden("access.denied", verb=Verb.PAGE_SEND.value)
            recipient = find_person(tx, to, now)
            if recipient is None:
                raise NotFound("person.not_found", name=to.strip()[:40])
            if recipient.id == owner:
                raise Invalid("pager.self")
            _check_pace(tx, actor, owner, now)
            if not self._takes(tx, recipient, actor):
                raise Conflict("pager.not_now", name=recipient.name)
            if tx.connection.execute(_COUNT_WAITING, {"a": recipient.id}).scalar_one() >= WAITING_MOST:
                raise Conflict("pager.waiting", name=recipient.name, most=WAITING_MOST)
            mine = _write(tx, owner, recipient, clean, now, sent=True)
            if unblocked(tx, [recipient.id], owner):
                theirs = _write(tx, recipient.id, sender, clean, now, sent=False)
                tx.emit(NEW, account=recipient.id, page=theirs)
            return _page(tx.connection.execute(_ONE, {"a": owner, "id": mine}).one())

        return await self._db.write(unit)

    async def list(
        self, actor: Actor, *, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> paging.Page[Page]:
        """One's messages, newest first. Raises Forbidden, Invalid(`cursor.bad`, `page.limit`)."""
        owner = _owner(actor, Verb.PAGE_READ)
        query = _ALL.where(page.c.account_id == owner)
        cursor = after if before is None else before
        return await self._db.read(lambda tx: _NEWEST_FIRST.page(tx, query, _page, limit=limit, cursor=cursor))

    async def waiting(self, actor: Actor) -> Sequence[Page]:
        """The messages one has not seen, oldest first; none for those who get none."""
        return await self._db.read(lambda tx: unseen(tx, actor)) if actor.account_id is not None else []

    async def get(self, actor: Actor, number: int) -> Page:
        """One message; raises NotFound(`pager.not_found`), also for other people's."""
        owner = _owner(actor, Verb.PAGE_READ)
        given = {"a": owner, "id": number}
        row = await self._db.read(lambda tx: tx.connection.execute(_ONE, given).one_or_none())
        if row is None:
            raise NotFound("pager.not_found", page=number)
        return _page(row)

    async def shown(self, actor: Actor, numbers: Collection[int]) -> None:
        """These messages have been on the screen."""
        owner = _owner(actor, Verb.PAGE_READ)
        mine = (page.c.account_id == owner, page.c.id.in_(list(numbers)), page.c.shown_at.is_(None))
        change = update(page).where(*mine).values(shown_at=self._clock.now())
        if numbers:
            await self._db.write(lambda tx: tx.connection.execute(change).rowcount)

    def _takes(self, tx: Tx, person: Person, sender: Actor) -> bool:
        """Whether somebody is here, with a screen to show it on, and takes messages from the sender.

        Who is not in the list of who is here is known to be here by friends only."""
        chosen = tx.connection.execute(_PREFERENCES, {"a": person.id}).scalar_one()
        state = preference(chosen, "pager")
        if state == "off" or not self._returning.is_here(tx, person.id):
            return False
        open_to_all = state == "on" and preference(chosen, "listed") is True
        return open_to_all or _follows(tx, person.id, sender)


def unseen(tx: Tx, actor: Actor) -> Sequence[Page]:
    """The messages somebody has not seen, oldest first; none for those who get none."""
    if not access.allowed(actor, Verb.PAGE_READ):
        return []
    return [_page(row) for row in _WAITING.all(tx, {"a": actor.account_id})]


def _owner(actor: Actor, verb: Verb) -> int:
    access.require(actor, verb)
    if actor.account_id is None:
        raise Forbidden("access.denied", verb=verb.value)
    return actor.account_id


def _checked(words: str, *, official: bool) -> str:
    if len(words) > WORDS_LIMIT * 4:
        raise Invalid("pager.long", most=WORDS_LIMIT)
    clean = clean_line(words)
    if not clean:
        raise Invalid("pager.empty")
    if len(clean) > WORDS_LIMIT:
        raise Invalid("pager.long", most=WORDS_LIMIT)
    return clean if official else defuse(clean)


def _check_pace(tx: Tx, actor: Actor, owner: int, now: datetime) -> None:
    """Counted in the store, so that no second line and no second server lets more through."""
    if actor.kind is not AccountKind.MEMBER:
        return
    opened = tx.connection.execute(select(account.c.created_at).where(account.c.id == owner)).scalar_one()
    most = limits_of(opened, now).pages
    given = {"a": owner, "since": now - timedelta(minutes=1)}
    if tx.connection.execute(_SENT_SINCE, given).scalar_one() >= most:
        raise TryLater("pager.too_many", most=most)


def _follows(tx: Tx, who: int, sender: Actor) -> bool:
    """Whether somebody follows the sender: the pen name, or an office the sender speaks for."""
    offices = [held.office for held in sender.appointments if sender.publishes_for((held.office,))]
    person = (attention.c.kind == Subject.ACCOUNT.value) & (attention.c.target == str(sender.account_id))
    office = (attention.c.kind == Subject.OFFICE.value) & attention.c.target.in_(offices)
    query = select(attention.c.level).where(
        attention.c.account_id == who, attention.c.level == Level.FOLLOW.value, person | office
    )
    return tx.connection.execute(query.limit(1)).first() is not None


def _write(tx: Tx, owner: int, other: Person, words: str, now: datetime, *, sent: bool) -> int:
    row = {"account_id": owner, "other_id": other.id, "other": other.name, "sent": sent, "words": words}
    made = tx.connection.execute(insert(page).values(**row, created_at=now, shown_at=now if sent else None))
    tx.connection.execute(_PRUNE, {"a": owner})
    key = made.inserted_primary_key
    assert key is not None
    return int(key[0])


def _page(row: Any) -> Page:
    officer = row.kind == AccountKind.OFFICER
    return Page(row.id, row.other, officer, row.sent, row.words, row.created_at, row.shown_at is not None)


_MINE: Final = page.c.account_id == bindparam("a")
_ALL: Final = select(page, account.c.kind).join(account, account.c.id == page.c.other_id)
_ONE: Final = _ALL.where(_MINE, page.c.id == bindparam("id"))
_UNSEEN: Final = (_MINE, page.c.shown_at.is_(None))
_WAITING: Final = Prepared(_ALL.where(*_UNSEEN).order_by(page.c.id).limit(WAITING_MOST))
_COUNT_WAITING: Final = select(func.count()).select_from(page).where(*_UNSEEN)
_SENT_SINCE: Final = (
    select(func.count())
    .select_from(page)
    .where(_MINE, page.c.sent.is_(True), page.c.created_at > bindparam("since", type_=page.c.created_at.type))
)
_PREFERENCES: Final = select(account.c.preferences).where(account.c.id == bindparam("a"))
_OLDEST_KEPT: Final = (
    select(page.c.id).where(_MINE).order_by(page.c.id.desc()).offset(KEPT_MOST - 1).limit(1).scalar_subquery()
)
_PRUNE: Final = delete(page).where(_MINE, page.c.id < _OLDEST_KEPT)
_NEWEST_FIRST: Final = Keyset(Key(page.c.id, descending=True))
FROM_END: Final = _NEWEST_FIRST.cursor(Way.BEFORE, 0)
"""As `before`: the last page of the list."""
