"""What a liaison writes for an officer: handed over as a draft of the officer's, who reads it and posts it or not."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import delete, func, insert, select

from bbs.errors import Conflict, Forbidden
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import people
from bbs.forum.actor import Actor, Appointment, Duty
from bbs.forum.boards.places import Board
from bbs.forum.people.inbox import notify
from bbs.forum.writing.drafts import DRAFTS_MOST, NAME_LIMIT
from bbs.forum.writing.writing import checked_body, checked_title
from bbs.store.database import Database, Tx
from bbs.store.tables import draft
from bbs.text.clean import clean_line
from bbs.text.when import Clock

KIND: Final = "draft"
"""The kind of the notice to the officer."""
DRAFTS: Final = "/me/drafts"
"""Where the officer finds it."""


class Handover:
    """The rules of preparing for another."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def for_whom(self, actor: Actor, board: Board) -> Appointment | None:
        """The officer for whom the actor prepares here: only a liaison of an office that answers there does.

        The holder of the office, else its first deputy; None when there is nobody, or nothing to prepare.
        """
        if actor.appointment is not None or board.archived:
            return None
        offices = actor.prepares_for(board.offices)
        if not offices:
            return None
        now = self._clock.now()
        held = await self._db.read(lambda tx: people.appointments_in_force(tx, now))
        return next((one for one in held if one.office in offices and one.duty is not Duty.LIAISON), None)

    async def give(
        self, actor: Actor, board: Board, route: str, *, title: str | None, body: str, mine: str
    ) -> Appointment:
        """Hand a text over; the officer is told. `mine` is the id of one's own draft, which goes; `title` of a thread.

        What the same liaison handed over for the same place before, and the officer still has as it was, is replaced.
        Raises Forbidden, Conflict(`draft.their_full`), Invalid(`title.…`, `body.…`).
        """
        access.require(actor, Verb.OFFICE_DESK)
        held = await self.for_whom(actor, board)
        if held is None:
            raise Forbidden("handover.nobody")
        words = checked_body(body, official=True)
        heading = "" if title is None else checked_title(title, official=True)
        now = self._clock.now()

        def unit(tx: Tx) -> None:
            own = next((one for one in people.appointments_in_force(tx, now, account_id=actor.account_id)), None)
            if own is None:
                raise Forbidden("appointment.over")
            officer = int(people.must_find(tx, held.account).id)
            name = clean_line(own.real_name, NAME_LIMIT)
            here = (draft.c.account_id == officer, draft.c.route == route, draft.c.name == name)
            tx.connection.execute(delete(draft).where(*here))
            named = select(func.count()).where(draft.c.account_id == officer, draft.c.name != "")
            if tx.connection.execute(named).scalar_one() >= DRAFTS_MOST:
                raise Conflict("draft.their_full", name=held.real_name, most=DRAFTS_MOST)
            row = {"id": secrets.token_hex(8), "account_id": officer, "route": route, "name": name, "title": heading}
            tx.connection.execute(insert(draft).values(**row, body=words, caret=0, saved_at=now))
            tx.connection.execute(delete(draft).where(draft.c.id == mine, draft.c.account_id == actor.account_id))
            notify(tx, [officer], KIND, DRAFTS, now, author=own.real_name, title=heading or route)

        await self._db.write(unit)
        return held
