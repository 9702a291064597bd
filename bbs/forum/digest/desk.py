"""What all rules of the opinion digest work with: who may, the issue as it was seen, and how a change is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import update

from bbs.errors import Conflict, NotFound
from bbs.forum import access
from bbs.forum.access import Place, Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.community import Community
from bbs.forum.boards.places import Board
from bbs.forum.digest import rows as digest_rows
from bbs.forum.digest.check import Said
from bbs.forum.digest.issue import CHANGED, COLUMN, Issue, State, week_named
from bbs.forum.digest.rows import Sight
from bbs.forum.proof import register
from bbs.store.database import Database, Tx
from bbs.store.tables import opinion_digest
from bbs.text.when import Clock

PLACE: Final = Place(COLUMN)
"""Where the rights to the digest are held: its news column."""
_MEMBER: Final = Actor("", AccountKind.MEMBER)
"""A member like any other: a digest is made of what this one may read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An issue as it is in the store, for a change to be prepared from: its row, its topics, its phrases."""

    row: Any
    topics: Sequence[Any]
    phrases: Mapping[int, Mapping[str, bool]]

    def topic(self, number: int) -> Any:
        """The row of a topic; NotFound(`digest.no_topic`)."""
        found = next((one for one in self.topics if one.id == number), None)
        if found is None:
            raise NotFound("digest.no_topic", topic=number, week=self.row.week)
        return found

    def said(self, topic: Any, **texts: str) -> list[Said]:
        """Words of one topic to be checked: those given, or those it has."""
        agreed = tuple(words for words, good in self.phrases.get(topic.id, {}).items() if good)
        cases = tuple(one["case"] for one in topic.cases if one["case"] is not None)
        given = texts or {name: getattr(topic, name) for name in ("title_zh", "title_en", "body_zh", "body_en")}
        title = topic.title_zh or topic.title_en
        return [Said(title, text, cases, tuple(topic.threads), agreed) for text in given.values()]


class DigestDesk:
    """The store, the time, the boards and the community, shared by the parts of `Digests`."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, community: Community) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._community = community

    async def get(self, actor: Actor, week: str) -> Issue:
        """One issue; drafts and what is not shown for those who work on them. NotFound(`digest.not_found`)."""
        access.require(actor, Verb.DIGEST_READ)
        named, sight = week_named(week), sight_of(actor)
        return await self._db.read(lambda tx: digest_rows.issue(tx, named, sight))

    async def _seen(self, week: str, change: int, *states: State) -> Seen:
        """The issue as somebody saw it, in one of these states. Raises as `digest_rows.row_at`."""

        def unit(tx: Tx) -> Seen:
            row = digest_rows.row_at(tx, week, change, *states)
            return Seen(row, digest_rows.topic_rows(tx, row.id), digest_rows.phrases(tx, row.id))

        return await self._db.read(unit)

    async def _by_number(self) -> Mapping[int, Board]:
        """The boards that every member may read, by number."""
        return await self._boards.readable(_MEMBER)

    def _turn(self, tx: Tx, actor: Actor, row: Any, act: Verb, what: Mapping[str, Any], **values: Any) -> None:
        """Change an issue in the unit that changes it: one step on, recorded, told."""
        now = self._clock.now()
        done = tx.connection.execute(
            update(opinion_digest)
            .where(opinion_digest.c.id == row.id, opinion_digest.c.change == row.change)
            .values(change=row.change + 1, updated_at=now, **values)
        )
        if not done.rowcount:
            raise Conflict("digest.changed", week=row.week, editor=row.editor)
        record = {"week": row.week, "issue": row.issue, "change": row.change + 1, **what}
        register.append(tx, now, act.value, actor, f"/digest/{row.week}", record)
        tx.emit(CHANGED, week=row.week)


def sight_of(actor: Actor) -> Sight:
    """What somebody sees of issues: leaders who review read what staff will read, and no more."""
    works = any(access.allowed(actor, verb, place=PLACE) for verb in (Verb.DIGEST_DRAFT, Verb.DIGEST_EDIT))
    return Sight(works, works or access.allowed(actor, Verb.DIGEST_REVIEW, place=PLACE))


def hand_of(actor: Actor) -> str:
    """The name under which somebody works on an issue: an officer's own, else the pen name."""
    held = actor.appointment
    return actor.name if held is None else held.real_name


def by_editor(actor: Actor) -> dict[str, Any]:
    """What an edit does to an issue: it is a draft again, and theirs."""
    return {
        "state": State.DRAFT.value,
        "editor_id": actor.account_id,
        "editor": hand_of(actor),
        "reviewer_id": None,
        "reviewer": "",
    }
