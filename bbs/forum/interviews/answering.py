"""Answering in an interview, officially. Units of work, run by `Interviews`."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select

from bbs.errors import Conflict, Forbidden, Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import people
from bbs.forum.actor import Actor, Appointment, Duty
from bbs.forum.boards.places import Board
from bbs.forum.interviews.hosting import touched
from bbs.forum.interviews.questioning import (
    RAW,
    Boards,
    Said,
    account_of,
    drop_draft,
    insert_one,
    move,
    of_draft,
    possible,
    seen_question,
    told,
)
from bbs.forum.interviews.questions import ANSWER_LIMIT, ANSWERS_MOST, Act, Interview, Move, Question, QuestionState
from bbs.forum.people.inbox import notify
from bbs.forum.proof import register
from bbs.forum.proof.canonical import sha256_text
from bbs.forum.proof.sealing import HEAD_DUE
from bbs.store.database import Tx
from bbs.store.tables import interview_answer, interview_question
from bbs.text.clean import clean_text


def checked_answer(text: str) -> str:
    """The clean answer; raises Invalid(`live.answer`)."""
    clean = clean_text(text) if len(text) <= ANSWER_LIMIT * RAW else ""
    if not 0 < len(clean) <= ANSWER_LIMIT:
        raise Invalid("live.answer", most=ANSWER_LIMIT)
    return clean


def answer(tx: Tx, actor: Actor, number: int, boards: Boards, said: Said) -> int:
    """Answer a question, officially; gives the number of the answer. Who asked, or asked the same, is told.

    Raises as `say`, NotFound(`live.no_question`), Conflict(`live.question_…`)."""
    account = account_of(actor, Verb.LIVE_ANSWER)
    again = of_draft(tx, interview_answer, account, said)
    if again is not None:
        return again
    found, place, asked = seen_question(tx, actor, number, boards, Act.ANSWER)
    held = _held(tx, actor, found, place, said.at)
    possible(asked, Move.ANSWER)
    made = _speak(tx, actor, found, held, said, asked)
    move(tx, actor, found, asked, QuestionState.ANSWERED)
    merged = tx.connection.execute(_MERGED, {"q": number}).scalars()
    told = {asked.author_id, *merged} - {account}
    notify(tx, sorted(told), "live-answered", found.route, said.at, who=held.real_name, title=found.title)
    return made


def say(tx: Tx, actor: Actor, number: int, boards: Boards, said: Said) -> int:
    """Say something without a question, officially.

    Raises as `touched`, Forbidden(`live.not_guest`, `live.left_office`), Conflict(`live.answers_full`)."""
    account = account_of(actor, Verb.LIVE_ANSWER)
    again = of_draft(tx, interview_answer, account, said)
    if again is not None:
        return again
    found, place = touched(tx, actor, number, boards, Act.ANSWER)
    held = _held(tx, actor, found, place, said.at)
    return _speak(tx, actor, found, held, said, None)


def _held(tx: Tx, actor: Actor, found: Interview, place: Board, at: datetime) -> Appointment:
    """The appointment a guest speaks under: the one announced, if it holds at this very moment."""
    guest = next((one for one in found.guests if one.account_id == actor.account_id), None)
    if guest is None:
        raise Forbidden("live.not_guest")
    mine = people.appointments_in_force(tx, at, account_id=guest.account_id)
    held = next((one for one in mine if one.id == guest.appointment_id and one.duty is not Duty.LIAISON), None)
    if held is None:
        raise Forbidden("live.left_office")
    access.require(actor, Verb.LIVE_ANSWER, place=found.place(place))
    return held


def _speak(tx: Tx, actor: Actor, found: Interview, held: Appointment, said: Said, asked: Question | None) -> int:
    if tx.connection.execute(_COUNT_ANSWERS, {"i": found.id}).scalar_one() >= ANSWERS_MOST:
        raise Conflict("live.answers_full", most=ANSWERS_MOST)
    values = {
        "interview_id": found.id,
        "question_id": None if asked is None else asked.id,
        "author_id": actor.account_id,
        "appointment_id": held.id,
        "official_office": held.office,
        "official_name": held.real_name,
        "official_title_zh": held.title_zh,
        "official_title_en": held.title_en,
        "body": said.body,
        "created_at": said.at,
        "draft_id": said.draft_id,
    }
    made = insert_one(tx, interview_answer, values)
    record = {
        "interview": found.id,
        "answer": made,
        "question_sha256": None if asked is None else sha256_text(asked.body),
        "body_sha256": sha256_text(said.body),
        "office": held.office,
        "name": held.real_name,
        "title_zh": held.title_zh,
        "title_en": held.title_en,
    }
    register.append(tx, said.at, Verb.LIVE_ANSWER.value, actor, found.route, record)
    drop_draft(tx, actor.account_id or 0, said)
    told(tx, found, answer=made)
    tx.emit(HEAD_DUE)
    return made


_Q: Final = interview_question.c
_MERGED: Final = select(_Q.author_id).where(_Q.merged_into == bindparam("q")).distinct()
_COUNT_ANSWERS: Final = select(func.count()).where(interview_answer.c.interview_id == bindparam("i"))
