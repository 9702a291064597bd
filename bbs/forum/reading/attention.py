"""What somebody follows and what they mute: threads, people and offices.

What is muted stays where it is, dimmed, and is not counted as unread.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.posts.posts import Thread
from bbs.store.database import Database, Event, Tx
from bbs.store.tables import account, attention, office
from bbs.text.clean import clean_line
from bbs.text.when import Clock

ATTENTION_MOST: Final = 1_000
"""Threads, people and offices that one account may follow or mute, together."""
TARGET_LIMIT: Final = 64
"""Characters of what names one of them in the store."""
_KNOWN_MOST: Final = 5_000  # accounts whose list is kept in memory


class Subject(StrEnum):
    """What attention is paid to."""

    THREAD = "thread"
    ACCOUNT = "account"
    OFFICE = "office"


class Level(StrEnum):
    """How much."""

    FOLLOW = "follow"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class Heed:
    """All that one account follows and mutes. People are held by number and by the name they write under."""

    followed_threads: frozenset[int] = frozenset()
    muted_threads: frozenset[int] = frozenset()
    followed_people: Mapping[int, str] = field(default_factory=dict)
    muted_people: Mapping[int, str] = field(default_factory=dict)
    followed_offices: frozenset[str] = frozenset()

    @property
    def followed_names(self) -> frozenset[str]:
        """The pen names of those who are followed."""
        return frozenset(self.followed_people.values())

    @property
    def muted_names(self) -> frozenset[str]:
        """The pen names of those who are muted."""
        return frozenset(self.muted_people.values())

    @property
    def parameters(self) -> dict[str, list[int]]:
        """What `marks.is_muted` asks for."""
        return {"muted_threads": sorted(self.muted_threads), "muted_people": sorted(self.muted_people)}

    @property
    def mutes(self) -> bool:
        """Whether anything is muted at all."""
        return bool(self.muted_threads or self.muted_people)


NOTHING: Final = Heed()


class Attention:
    """Following and muting. Guests have neither."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._known: OrderedDict[int, Heed] = OrderedDict()
        self._generation = 0
        db.hub.subscribe(("attention.changed", "account.erased"), self._forget)

    async def heed(self, actor: Actor) -> Heed:
        """What the actor follows and mutes; kept in memory."""
        number = actor.account_id
        if number is None:
            return NOTHING
        known = self._known.get(number)
        if known is not None:
            self._known.move_to_end(number)
            return known
        return (await self._db.read(self.learning(number)))()

    def learning(self, number: int) -> Callable[[Tx], Callable[[], Heed]]:
        """What reads `heed` as part of a unit; what that gives is called on the loop, and keeps what was read."""
        generation = self._generation

        def keep(found: Heed) -> Heed:
            if generation == self._generation:
                self._known[number] = found
                if len(self._known) > _KNOWN_MOST:
                    self._known.popitem(last=False)
            return found

        def read(tx: Tx) -> Callable[[], Heed]:
            found = _heed(tx, number)
            return lambda: keep(found)

        return read

    def knows(self, number: int) -> bool:
        """Whether `heed` has an answer without asking the store."""
        return number in self._known

    async def thread(self, actor: Actor, thread: Thread, level: Level | None) -> None:
        """Follow or mute a thread, or neither. Raises Forbidden, Conflict(`attention.full`)."""
        await self._set(actor, Subject.THREAD, lambda tx: str(thread.id), level)

    async def office(self, actor: Actor, slug: str, *, follow: bool) -> None:
        """Follow an office or no longer: what is official cannot be muted. NotFound(`office.not_found`)."""

        def found(tx: Tx) -> str:
            if tx.connection.execute(select(office.c.slug).where(office.c.slug == slug)).first() is None:
                raise NotFound("office.not_found", slug=slug)
            return slug

        await self._set(actor, Subject.OFFICE, found, Level.FOLLOW if follow else None)

    async def person(self, actor: Actor, name: str, level: Level | None) -> None:
        """Follow or mute whoever writes under a pen name, or neither.

        Raises NotFound(`attention.nobody`), Invalid(`attention.oneself`), and as `thread`."""

        def found(tx: Tx) -> str:
            if clean_line(name) != name:  # no name is like that, and a store may not even take the question
                raise NotFound("attention.nobody", name=clean_line(name, 64))
            number = tx.connection.execute(_BY_NAME, {"name": name}).scalar_one_or_none()
            if number is None:
                raise NotFound("attention.nobody", name=name[:64])
            if number == actor.account_id:
                raise Invalid("attention.oneself")
            return str(number)

        await self._set(actor, Subject.ACCOUNT, found, level)

    async def change(self, actor: Actor, subject: Subject, target: str, level: Level | None) -> None:
        """Follow or mute one that is in the list, or neither, by its `target` there.

        Raises Invalid(`attention.official`): what is official cannot be muted; and as `thread`."""
        if subject is Subject.OFFICE and level is Level.MUTE:
            raise Invalid("attention.official")
        await self._set(actor, subject, lambda tx: target[:TARGET_LIMIT], level)

    async def _set(self, actor: Actor, kind: Subject, target_of: Callable[[Tx], str], level: Level | None) -> None:
        access.require(actor, Verb.ACCOUNT_KEEP)
        owner, at = actor.account_id, self._clock.now()

        def unit(tx: Tx) -> None:
            target = target_of(tx)
            row = {"account_id": owner, "kind": kind.value, "target": target}
            # A block is stronger than both and stays: it is taken back where it was set.
            tx.connection.execute(_DROP, {"a": owner, "k": kind.value, "t": target})
            if level is not None:
                if tx.connection.execute(_COUNT, {"a": owner}).scalar_one() >= ATTENTION_MOST:
                    raise Conflict("attention.full", most=ATTENTION_MOST)
                if tx.connection.execute(_LEVEL, {"a": owner, "k": kind.value, "t": target}).first() is not None:
                    raise Conflict("attention.blocked")
                tx.connection.execute(insert(attention).values(**row, level=level.value, since=at))
            tx.emit("attention.changed", account=owner)

        await self._db.write(unit)

    def _forget(self, event: Event) -> None:
        self._generation += 1
        number = event.payload.get("account")
        if event.kind == "attention.changed" and isinstance(number, int):
            self._known.pop(number, None)
        else:
            self._known.clear()


def _heed(tx: Tx, owner: int) -> Heed:
    rows = tx.connection.execute(_ALL, {"a": owner}).all()
    numbers = [int(target) for kind, target, _ in rows if kind == Subject.ACCOUNT]
    names = {row[0]: row[1] for row in tx.connection.execute(_NAMES, {"numbers": numbers})} if numbers else {}

    def threads(wanted: Level) -> frozenset[int]:
        return frozenset(int(target) for kind, target, level in rows if (kind, level) == (Subject.THREAD, wanted))

    def people(wanted: Level) -> dict[int, str]:
        held = [int(target) for kind, target, level in rows if (kind, level) == (Subject.ACCOUNT, wanted)]
        return {number: names[number] for number in held if number in names}

    return Heed(
        threads(Level.FOLLOW),
        threads(Level.MUTE),
        people(Level.FOLLOW),
        people(Level.MUTE),
        frozenset(target for kind, target, _ in rows if kind == Subject.OFFICE),
    )


_MINE: Final = attention.c.account_id == bindparam("a")
_LEVELS: Final = attention.c.level.in_([level.value for level in Level])
_ONE: Final = (attention.c.kind == bindparam("k"), attention.c.target == bindparam("t"))
_ALL: Final = select(attention.c.kind, attention.c.target, attention.c.level).where(_MINE, _LEVELS)
_NAMES: Final = select(account.c.id, account.c.name).where(account.c.id.in_(bindparam("numbers", expanding=True)))
_DROP: Final = delete(attention).where(_MINE, *_ONE, _LEVELS)
_COUNT: Final = select(func.count()).where(_MINE)
_LEVEL: Final = select(attention.c.level).where(_MINE, *_ONE)
_BY_NAME: Final = select(account.c.id).where(
    account.c.name == bindparam("name"), account.c.kind != AccountKind.OFFICER.value
)
