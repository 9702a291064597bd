"""From draft to bulletin: one hands in, another releases or sends back; a correction is a new revision with a note."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from sqlalchemy import delete, select, update

from bbs.errors import Conflict, Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.community import Community
from bbs.forum.digest import bulletin as digest_bulletin
from bbs.forum.digest import rows as digest_rows
from bbs.forum.digest import sides as digest_sides
from bbs.forum.digest.bulletin import Text
from bbs.forum.digest.check import Check, Said
from bbs.forum.digest.desk import PLACE, DigestDesk, Seen, by_editor, hand_of, sight_of
from bbs.forum.digest.issue import COLUMN, LANGUAGES, Issue, State, week_named
from bbs.forum.digest.rows import Sight
from bbs.forum.news.columns import Columns
from bbs.forum.news.intake import store_in
from bbs.forum.people import inbox
from bbs.forum.proof import register
from bbs.store.database import Database, Tx
from bbs.store.tables import digest_topic, notice, quote
from bbs.text.catalogue import Translator
from bbs.text.clean import clean_line
from bbs.text.when import Clock

REASON_LIMIT: Final = 500
"""Characters of why an issue is sent back, and of the note of a correction."""
BACK: Final = "digest.back"
"""The notice that an issue was sent back."""
EXPORT: Final = "digest.export"
"""Entries of the register that tell who took an issue out."""


class Releasing(DigestDesk):
    """Handing in, releasing, correcting, taking out."""

    def __init__(self, db: Database, clock: Clock, boards: Boards, community: Community) -> None:
        super().__init__(db, clock, boards, community)
        self._columns = Columns(db)

    async def submit(self, actor: Actor, week: str, change: int) -> Issue:
        """Hand a draft in for review: all its words are looked at again. Recorded.

        Raises as `edit`, and Invalid(`digest.empty`) when nothing may be shown, Invalid(`digest.untitled`)."""
        access.require(actor, Verb.DIGEST_EDIT, place=PLACE)
        seen = await self._seen(week_named(week), change, State.DRAFT)
        await self._look(seen)
        zone, basis = self._community.site.tz, digest_rows.basis_of(seen.row)

        def unit(tx: Tx) -> Issue:
            row = digest_rows.row_at(tx, seen.row.week, change, State.DRAFT)
            for one in seen.topics:
                if one.threads:  # what offices did since
                    sides = digest_sides.sides(one.threads, basis, zone, tx)
                    tx.connection.execute(update(digest_topic).where(digest_topic.c.id == one.id).values(cases=sides))
            values = by_editor(actor) | {"state": State.REVIEW.value}
            self._turn(tx, actor, row, Verb.DIGEST_EDIT, {"what": "submit"}, **values)
            return digest_rows.issue(tx, row.week, sight_of(actor))

        return await self._db.write(unit)

    async def send_back(self, actor: Actor, week: str, change: int, reason: str) -> Issue:
        """Give an issue under review back to its editor, who is told why; recorded.

        Raises Forbidden, NotFound, Conflict, Invalid(`reason.empty`, `reason.long`)."""
        access.require(actor, Verb.DIGEST_REVIEW, place=PLACE)
        why, named = _reason(reason), week_named(week)

        def unit(tx: Tx) -> Issue:
            row = digest_rows.row_at(tx, named, change, State.REVIEW)
            what = {"what": "send-back", "reason": why}
            self._turn(tx, actor, row, Verb.DIGEST_REVIEW, what, state=State.DRAFT.value)
            told = [row.editor_id] if row.editor_id not in (None, actor.account_id) else []
            facts = {"week": named, "reason": why}
            inbox.notify(tx, told, BACK, f"/digest/{named}", self._clock.now(), **facts)
            return digest_rows.issue(tx, named, sight_of(actor))

        return await self._db.write(unit)

    async def release(self, actor: Actor, week: str, change: int, tr: Translator) -> Issue:
        """Release what is under review as a bulletin in each language of the site; recorded.

        The paths from the issue to threads, posts and those who were asked end here. Raises Forbidden, NotFound,
        Conflict(`digest.changed`, `digest.state`, `digest.same_person`, `digest.no_column`), Invalid as `submit`."""
        access.require(actor, Verb.DIGEST_REVIEW, place=PLACE)
        seen = await self._seen(week_named(week), change, State.REVIEW)
        if actor.account_id is None or actor.account_id == seen.row.editor_id:
            raise Conflict("digest.same_person", week=seen.row.week)
        known = await self._columns.all()
        column = known.columns.get(COLUMN)
        if column is None or COLUMN in known.archived:
            raise Conflict("digest.no_column", column=COLUMN)
        await self._look(seen)
        now, audience = self._clock.now(), column.read

        def unit(tx: Tx) -> Issue:
            row = digest_rows.row_at(tx, seen.row.week, change, State.REVIEW)
            if row.editor_id == actor.account_id:
                raise Conflict("digest.same_person", week=row.week)
            texts = self._texts(tx, row.week, tr)
            items = digest_bulletin.items(
                digest_rows.issue(tx, row.week, _READER_OF_DRAFTS), texts, row.released_at or now, audience=audience
            )
            numbers = store_in(tx, items, known, now)
            told = [{"lang": text.lang, "id": number} for text, number in zip(texts, numbers, strict=True)]
            _close_paths(tx, row.id)
            facts = dict(row.facts)
            facts["basis"] = facts["basis"] | {"without": []}
            self._turn(
                tx,
                actor,
                row,
                Verb.DIGEST_REVIEW,
                {"what": "release", "bulletins": numbers},
                state=State.RELEASED.value,
                reviewer_id=actor.account_id,
                reviewer=hand_of(actor),
                released_at=row.released_at or now,
                bulletins=told,
                facts=facts,
            )
            return digest_rows.issue(tx, row.week, sight_of(actor))

        return await self._db.write(unit)

    async def correct(self, actor: Actor, week: str, change: int, notes: Mapping[str, str]) -> Issue:
        """Open a released issue again with a note of what was wrong, by language; what is out stays until the next

        release. Numbers stay as they were counted. Recorded. Raises Invalid(`digest.note`), and as `edit`."""
        access.require(actor, Verb.DIGEST_EDIT, place=PLACE)
        note = {lang: clean_line(notes.get(lang, "")[: REASON_LIMIT * 4]) for lang in LANGUAGES}
        if not any(note.values()) or any(len(text) > REASON_LIMIT for text in note.values()):
            raise Invalid("digest.note", most=REASON_LIMIT)
        note = {lang: text or next(other for other in note.values() if other) for lang, text in note.items()}
        seen = await self._seen(week_named(week), change, State.RELEASED)
        await Check(self._db, digest_rows.basis_of(seen.row)).all([Said("", text) for text in note.values()])

        def unit(tx: Tx) -> Issue:
            row = digest_rows.row_at(tx, seen.row.week, change, State.RELEASED)
            facts = dict(row.facts)
            facts["notes"] = [*facts.get("notes", ()), note]
            self._turn(tx, actor, row, Verb.DIGEST_EDIT, {"what": "correct"}, **by_editor(actor), facts=facts)
            return digest_rows.issue(tx, row.week, sight_of(actor))

        return await self._db.write(unit)

    async def preview(self, actor: Actor, week: str, tr: Translator) -> list[Text]:
        """The bulletin as it would be, or is; raises as `get`."""
        await self.get(actor, week)
        return await self._db.read(partial(self._texts_of, week_named(week), tr))

    async def export(self, actor: Actor, week: str, tr: Translator) -> list[Text]:
        """Take an issue out as text, for passing on; who did is recorded. Raises as `get`."""
        await self.get(actor, week)
        named = week_named(week)

        def unit(tx: Tx) -> list[Text]:
            row = digest_rows.row_of(tx, named)
            record = {"week": named, "issue": row.issue, "change": row.change, "state": row.state}
            register.append(tx, self._clock.now(), EXPORT, actor, f"/digest/{named}", record)
            return self._texts(tx, named, tr)

        return await self._db.write(unit)

    async def _look(self, seen: Seen) -> None:
        """Look at everything that would be released."""
        shown = [one for one in seen.topics if one.shown]
        if not shown:
            raise Invalid("digest.empty", week=seen.row.week)
        for one in shown:
            if not (one.title_zh and one.title_en):
                raise Invalid("digest.untitled", topic=one.title_zh or one.title_en or one.id)
        notes = [Said("", text) for note in seen.row.facts.get("notes", ()) for text in note.values()]
        words = [said for one in shown for said in seen.said(one)]
        await Check(self._db, digest_rows.basis_of(seen.row)).all([*words, *notes])

    def _texts_of(self, week: str, tr: Translator, tx: Tx) -> list[Text]:
        return self._texts(tx, week, tr)

    def _texts(self, tx: Tx, week: str, tr: Translator) -> list[Text]:
        """What is shown of an issue, in every language of the site."""
        found, names = digest_rows.issue(tx, week, _READER_OF_DRAFTS), digest_bulletin.named(tx)
        languages = [lang for lang in LANGUAGES if lang in self._community.site.languages]
        return [digest_bulletin.write(found, names, tr.into(lang)) for lang in languages]


_READER_OF_DRAFTS: Final = Sight(works=True)


def _close_paths(tx: Tx, digest_id: int) -> None:
    """From now on nothing leads from a topic to a thread, or to somebody who was asked."""
    tx.connection.execute(update(digest_topic).where(digest_topic.c.digest_id == digest_id).values(threads=[]))
    asked = list(tx.connection.execute(select(quote.c.id).where(quote.c.digest_id == digest_id)).scalars())
    tx.connection.execute(update(quote).where(quote.c.digest_id == digest_id).values(post_id=None))
    if asked:
        routes = [f"/digest/quote/{number}" for number in asked]
        gone = tx.connection.execute(
            delete(notice).where(notice.c.route.in_(routes)).returning(notice.c.account_id)
        ).scalars()
        for account in sorted(set(gone)):
            tx.emit(inbox.CHANGED, account=account)


def _reason(text: str) -> str:
    clean = clean_line(text[: REASON_LIMIT * 4])
    if not clean:
        raise Invalid("reason.empty")
    if len(clean) > REASON_LIMIT:
        raise Invalid("reason.long", most=REASON_LIMIT)
    return clean
