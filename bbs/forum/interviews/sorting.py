"""Sorting the questions of an interview: letting in, leaving out, lifting, merging, taking. Units of work.

Run by `Interviews`; see `questioning` for what they have in common.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from bbs.errors import Conflict, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.interviews import rows as interview_rows
from bbs.forum.interviews.hosting import touched
from bbs.forum.interviews.questioning import COUNT_VOTES, Boards, handler, move, possible, seen_question, told
from bbs.forum.interviews.questions import Act, Interview, Move, Question, QuestionState
from bbs.forum.people.inbox import notify
from bbs.forum.proof import register
from bbs.forum.proof.canonical import sha256_text
from bbs.store.database import Tx
from bbs.store.tables import interview_question, interview_vote


def accept(tx: Tx, actor: Actor, number: int, boards: Boards, at: datetime) -> None:
    """Let a question into the queue; also one that was left out, or taken and not answered."""
    found, asked = _sorted(tx, actor, number, boards)
    possible(asked, Move.ACCEPT)
    if asked.merged_into is not None:
        raise Conflict("live.question_merged", question=number, into=asked.merged_into)
    move(tx, actor, found, asked, QuestionState.QUEUED, reason="")
    if asked.state is QuestionState.LEFT_OUT:
        _record(tx, at, "live.accept", actor, found, asked)


def leave_out(tx: Tx, actor: Actor, number: int, boards: Boards, reason: str, at: datetime) -> None:
    """Leave a question out; who asked is told why. Recorded, without the name."""
    found, asked = _sorted(tx, actor, number, boards)
    possible(asked, Move.LEAVE_OUT)
    move(tx, actor, found, asked, QuestionState.LEFT_OUT, reason=reason)
    _record(tx, at, "live.leave-out", actor, found, asked, reason=reason)
    if asked.author_id != actor.account_id:
        facts = {"title": found.title, "reason": reason}
        notify(tx, [asked.author_id], "live-left-out", found.route, at, **facts)


def lift(tx: Tx, actor: Actor, number: int, boards: Boards, *, on: bool) -> None:
    """Put a question before all others, or back to where its votes put it."""
    found, asked = _sorted(tx, actor, number, boards)
    possible(asked, Move.LIFT)
    values = {"lifted": found.change if on else 0, "handler": handler(actor, found)}
    tx.connection.execute(update(interview_question).where(interview_question.c.id == number).values(values))
    told(tx, found, question=number)


def merge(tx: Tx, actor: Actor, number: int, into: int, boards: Boards, at: datetime) -> None:
    """Make a question part of another that asks the same: its votes go over, and who asked it counts as a vote.

    Raises as `accept`, Invalid(`live.merge_itself`), Conflict(`live.question_…`)."""
    found, asked = _sorted(tx, actor, number, boards)
    target = interview_rows.question(tx, into)
    if target is None or target.interview != found.id:
        raise NotFound("live.no_question", question=into)
    if target.id == asked.id:
        raise Invalid("live.merge_itself")
    possible(asked, Move.MERGE)
    if target.state is QuestionState.LEFT_OUT:
        raise Conflict("live.question_left_out", question=into, by=target.handler)
    here = select(interview_vote.c.account_id).where(interview_vote.c.question_id == into)
    voters = select(interview_vote.c.account_id).where(interview_vote.c.question_id == number)
    fresh = voters.where(interview_vote.c.account_id.not_in(here), interview_vote.c.account_id != target.author_id)
    more = set(tx.connection.execute(fresh).scalars())
    known = set(tx.connection.execute(here).scalars())
    if asked.author_id != target.author_id and asked.author_id not in known:
        more.add(asked.author_id)
    if more:
        tx.connection.execute(
            insert(interview_vote), [{"question_id": into, "account_id": one} for one in sorted(more)]
        )
        tx.connection.execute(COUNT_VOTES, {"q": into})
    move(tx, actor, found, asked, QuestionState.LEFT_OUT, reason="", merged_into=into)
    _record(tx, at, "live.merge", actor, found, asked, into=into)


def take(tx: Tx, actor: Actor, number: int, boards: Boards, question: int | None) -> int:
    """Take a question to be answered: the one named, or the first of the queue; gives its number.

    Raises as `touched`, NotFound(`live.no_question`, `live.queue_empty`), Forbidden, Conflict(`live.question_…`)."""
    found, place = touched(tx, actor, number, boards, Act.TAKE)
    access.require(actor, Verb.LIVE_SORT, place=found.place(place))
    if question is None:
        question = tx.connection.execute(_NEXT, {"i": number}).scalar()
        if question is None:
            raise NotFound("live.queue_empty")
    asked = interview_rows.question(tx, question)
    if asked is None or asked.interview != number:
        raise NotFound("live.no_question", question=question)
    possible(asked, Move.TAKE)
    move(tx, actor, found, asked, QuestionState.TAKEN)
    return asked.id


def _sorted(tx: Tx, actor: Actor, number: int, boards: Boards) -> tuple[Interview, Question]:
    found, place, asked = seen_question(tx, actor, number, boards, Act.SORT)
    access.require(actor, Verb.LIVE_SORT, place=found.place(place))
    return found, asked


def _record(tx: Tx, at: datetime, kind: str, actor: Actor, found: Interview, asked: Question, **more: object) -> None:
    """What became of a question, without who asked it."""
    record = {"interview": found.id, "question": asked.id, "question_sha256": sha256_text(asked.body), **more}
    register.append(tx, at, kind, actor, found.route, record)


_Q: Final = interview_question.c
_NEXT: Final = (
    select(_Q.id)
    .where(_Q.interview_id == bindparam("i"), _Q.state == QuestionState.QUEUED.value)
    .order_by(_Q.lifted.desc(), _Q.votes.desc(), _Q.id)
    .limit(1)
)
