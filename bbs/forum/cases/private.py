"""Private cases: opened under a pen name or under none at all, and looked up by their code.

Of a nameless one nothing is kept that leads to an account: not the draft it came from, not the pen name, not a notice.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from sqlalchemy import bindparam, select

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.community import Community
from bbs.forum.boards.places import Board
from bbs.forum.cases import codes as case_codes
from bbs.forum.cases import opening as case_opening
from bbs.forum.cases import talk as case_talk
from bbs.forum.cases.opening import Opening, opening
from bbs.forum.cases.reading import CaseReader
from bbs.forum.cases.table import Act, CaseKind
from bbs.forum.cases.values import Case, Opened
from bbs.forum.writing.limits import check_text, limits_of
from bbs.forum.writing.pace import Pace
from bbs.forum.writing.posting import drop_draft, require_active
from bbs.forum.writing.writing import checked_body, checked_draft_id, checked_title
from bbs.store.database import Database, Tx
from bbs.store.tables import account, case
from bbs.text.clean import clean_line
from bbs.text.when import Clock

REMEMBERED: Final = 200
"""Nameless cases whose draft is remembered, in memory only, so that sending one twice opens one."""
REMEMBERED_SECONDS: Final = 600.0


class PrivateCases:
    """Opening them, finding them by code, and what is said in them."""

    def __init__(self, db: Database, clock: Clock, community: Community) -> None:
        self._db = db
        self._clock = clock
        self._community = community
        self._pace = Pace(clock)
        self._lately: OrderedDict[str, tuple[float, Opened]] = OrderedDict()

    async def open(
        self,
        actor: Actor,
        board: Board,
        kind: CaseKind,
        title: str,
        body: str,
        *,
        nameless: bool,
        office: str,
        draft_id: str | None,
    ) -> Opened:
        """See `Cases.open_private`."""
        access.require(actor, Verb.CASE_OPEN, place=board)
        if actor.account_id is None:
            raise Forbidden("access.denied", verb=Verb.CASE_OPEN.value)
        if office and office not in board.offices:
            raise Invalid("case.office", office=clean_line(office, 40), right=", ".join(board.offices))
        head, text = checked_title(title), checked_body(body)
        if draft_id is not None:
            checked_draft_id(draft_id)
        known = self._known(draft_id) if nameless else await self._db.read(lambda tx: _sent(tx, draft_id, actor))
        if known is not None:
            return known
        wanted = opening(board, kind, self._clock.now(), self._community.site.calendar, office)
        if wanted is None:
            raise Forbidden("access.denied", verb=Verb.CASE_OPEN.value)
        since = await self._db.read(lambda tx: tx.connection.execute(_OPENED, {"a": actor.account_id}).scalar_one())
        check_text(text, limits_of(since, self._clock.now()))
        turn = self._pace.take(actor.name, f"{head}\n{text}", since=since, starts=True)
        try:
            made = await self._write(actor, wanted, board, head, text, nameless=nameless, draft_id=draft_id)
        except BaseException:
            self._pace.give_back(turn)
            raise
        if nameless and draft_id is not None:
            self._lately[draft_id] = (self._clock.monotonic(), made)
            if len(self._lately) > REMEMBERED:
                self._lately.popitem(last=False)
        return made

    async def _write(
        self,
        actor: Actor,
        wanted: Opening,
        board: Board,
        title: str,
        body: str,
        *,
        nameless: bool,
        draft_id: str | None,
    ) -> Opened:
        code = case_codes.draw_code() if nameless else None
        number_of = actor.account_id
        assert number_of is not None  # `open` has seen to it

        def unit(tx: Tx) -> Opened:
            if not nameless and (before := _sent(tx, draft_id, actor)) is not None:
                return before
            require_active(tx, number_of)
            number = case_opening.open_private(
                tx,
                wanted,
                board,
                title,
                body,
                account=None if nameless else number_of,
                poster="" if nameless else actor.name,
                code=code,
                draft_id=None if nameless else draft_id,
            )
            if draft_id is not None:
                drop_draft(tx, draft_id, number_of)
            return Opened(number, code or "")

        return await self._db.write(unit)

    def _known(self, draft_id: str | None) -> Opened | None:
        if draft_id is None or draft_id not in self._lately:
            return None
        at, made = self._lately[draft_id]
        if self._clock.monotonic() - at > REMEMBERED_SECONDS:
            del self._lately[draft_id]
            return None
        return made

    async def find(self, actor: Actor, code: str) -> int:
        """The case a code opens. Raises NotFound(`case.no_code`), TryLater(`case.code_wait`, seconds)."""
        now = self._clock.now()
        number = await self._db.write(lambda tx: case_codes.find(tx, code, actor, now))
        if number is None:
            raise NotFound("case.no_code")
        return number

    async def say(
        self, reader: CaseReader, number: int, act: Act, body: str, *, change: int | None, draft_id: str | None
    ) -> Case:
        """Answer or follow up in a private case, within the limits of pace."""
        if draft_id is not None:
            checked_draft_id(draft_id)
        actor = reader.actor
        sent = await self._db.read(lambda tx: case_talk.said(tx, reader, draft_id))
        if reader.offices or sent is not None:
            return await self._db.write(lambda tx: case_talk.say(tx, reader, number, act, body, change, draft_id))
        turn = self._pace.take(f"{actor.name} {actor.session}", f"{number}\n{body}", since=None)
        try:
            return await self._db.write(lambda tx: case_talk.say(tx, reader, number, act, body, change, draft_id))
        except BaseException:
            self._pace.give_back(turn)
            raise


def _sent(tx: Tx, draft_id: str | None, actor: Actor) -> Opened | None:
    """What a draft was already sent as; Conflict(`draft.taken`) when it is somebody else's."""
    row = None if draft_id is None else tx.connection.execute(_BY_DRAFT, {"d": draft_id}).first()
    if row is None:
        return None
    if row.poster_id != actor.account_id:
        raise Conflict("draft.taken")
    return Opened(row.id, "")


_OPENED: Final = select(account.c.created_at).where(account.c.id == bindparam("a"))
_BY_DRAFT: Final = select(case.c.id, case.c.poster_id).where(case.c.draft_id == bindparam("d"))
