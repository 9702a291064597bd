"""What is said in cases: answers, follow-ups and what is asked back, as posts of the thread or as private messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import bindparam, insert, select

from bbs.errors import Conflict
from bbs.forum.actor import Appointment
from bbs.forum.cases import reading as case_reading
from bbs.forum.cases.reading import CaseReader
from bbs.forum.cases.steps import Deed, begin, finish
from bbs.forum.cases.table import Act
from bbs.forum.cases.values import Case
from bbs.forum.posts.posts import Post
from bbs.forum.writing.posting import drop_draft, require_active
from bbs.store.database import Tx
from bbs.store.tables import case_message


class PublicTalk:
    """A reply that is a step of its thread's case: checked before it is written, recorded after, in its own unit.

    `also` is done with it.
    """

    def __init__(
        self,
        reader: CaseReader,
        number: int,
        act: Act,
        change: int | None,
        also: Callable[[Tx, Post], None] | None = None,
    ) -> None:
        self._reader = reader
        self._number = number
        self._act = act
        self._change = change
        self._also = also
        self._deed: Deed | None = None

    def before(self, tx: Tx) -> None:
        """Hold the case; raises as `case_steps.begin`."""
        self._deed = begin(tx, self._reader, self._number, self._act, self._change)

    def after(self, tx: Tx, made: Post) -> None:
        """Write the step, which names the post."""
        assert self._deed is not None
        deed = self._deed
        deed.facts = {"post": made.id, "floor": made.floor}
        if self._act is Act.ANSWER:
            _answered(deed, made.id)
        finish(deed, also={"route": made.route})
        if self._also is not None:
            self._also(tx, made)


def _answered(deed: Deed, post: int | None) -> None:
    row, values = deed.row, deed.values
    values["answered_post_id"] = post
    values["prepared"] = values["prepared_by"] = ""
    if row.answered_at is None:
        values["answered_at"] = deed.at
    if row.assignee_id is None and deed.held is not None:
        values |= {"assignee_id": deed.reader.actor.account_id, "assignee": deed.held.real_name}


def say(tx: Tx, reader: CaseReader, number: int, act: Act, body: str, change: int | None, draft_id: str | None) -> Case:
    """Answer or follow up in a private case. The same draft again changes nothing."""
    if (done := said(tx, reader, draft_id)) is not None:
        return case_reading.case_of(case_reading.one(tx, reader, done), reader)
    deed = begin(tx, reader, number, act, change)
    if deed.held is None and reader.actor.account_id is not None:
        require_active(tx, reader.actor.account_id)
    nameless = deed.held is None and deed.row.poster_id is None
    values = {
        "case_id": number,
        "author_id": None if nameless else reader.actor.account_id,
        "author": deed.name,
        "body": body,
        "created_at": deed.at,
        "draft_id": None if nameless else draft_id,
        **_official(deed.held),
    }
    key = tx.connection.execute(insert(case_message).values(values)).inserted_primary_key
    assert key is not None
    deed.facts = {"message": int(key[0])}
    if act is Act.ANSWER:
        _answered(deed, None)
    made = finish(deed)
    if draft_id is not None and reader.actor.account_id is not None:
        drop_draft(tx, draft_id, reader.actor.account_id)
    return made


def said(tx: Tx, reader: CaseReader, draft_id: str | None) -> int | None:
    """The case a draft was sent to; Conflict(`draft.taken`) when it is somebody else's."""
    row = None if draft_id is None else tx.connection.execute(_BY_DRAFT, {"d": draft_id}).first()
    if row is None:
        return None
    if row.author_id != reader.actor.account_id:
        raise Conflict("draft.taken")
    return int(row.case_id)


def _official(held: Appointment | None) -> dict[str, Any]:
    if held is None:
        return {}
    return {
        "appointment_id": held.id,
        "official_office": held.office,
        "official_name": held.real_name,
        "official_title_zh": held.title_zh,
        "official_title_en": held.title_en,
    }


_BY_DRAFT: Final = select(case_message.c.case_id, case_message.c.author_id).where(
    case_message.c.draft_id == bindparam("d")
)
