"""What happens to questions: asking, voting, sorting, taking and answering. Units of work, run by `Interviews`.

Each holds the interview's row first, so that of two people who do something to one question one is first, and the other
is told what the question is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access, interview_rows, people, register
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor, Appointment, Duty
from bbs.forum.canonical import sha256_text
from bbs.forum.hosting import shown, touched
from bbs.forum.imitation import defuse
from bbs.forum.inbox import notify
from bbs.forum.places import Board
from bbs.forum.questions import (
    ANSWER_LIMIT,
    ANSWERS_MOST,
    ASKED_MOST,
    MOVES,
    OPEN_MOST,
    QUESTION_LIMIT,
    QUESTIONS_MOST,
    Act,
    Interview,
    Move,
    Question,
    QuestionState,
)
from bbs.forum.watching import TALK
from bbs.store.database import Tx
from bbs.store.tables import draft, interview_answer, interview_question, interview_vote
from bbs.text.clean import clean_text

Boards = Mapping[int, Board]
SHOWN: Final = (QuestionState.QUEUED, QuestionState.TAKEN, QuestionState.ANSWERED)
"""States of questions that everybody sees."""
_RAW: Final = 4  # how many times longer than allowed a text may be before it is looked at


@dataclass(frozen=True, slots=True)
class Said:
    """A question or an answer to be: clean text, when (UTC), and the draft it was."""

    body: str
    at: datetime
    draft_id: str | None = None


def checked_question(text: str) -> str:
    """The clean question; a line that begins like the official mark becomes a quotation. Invalid(`live.question`)."""
    clean = defuse(clean_text(text)) if len(text) <= QUESTION_LIMIT * _RAW else ""
    if not 0 < len(clean) <= QUESTION_LIMIT:
        raise Invalid("live.question", most=QUESTION_LIMIT)
    return clean


def checked_answer(text: str) -> str:
    """The clean answer; raises Invalid(`live.answer`)."""
    clean = clean_text(text) if len(text) <= ANSWER_LIMIT * _RAW else ""
    if not 0 < len(clean) <= ANSWER_LIMIT:
        raise Invalid("live.answer", most=ANSWER_LIMIT)
    return clean


def ask(tx: Tx, actor: Actor, number: int, boards: Boards, said: Said) -> int:
    """Ask; gives the number of the question. The same draft again gives the question it became.

    Raises as `touched`, Forbidden, Conflict(`live.asked_open`, `live.asked_all`, `live.full`)."""
    account = _account(actor, Verb.LIVE_ASK)
    again = _of_draft(tx, interview_question, account, said)
    if again is not None:
        return again
    found, place = touched(tx, actor, number, boards, Act.ASK)
    access.require(actor, Verb.LIVE_ASK, place=place)
    counts = tx.connection.execute(_COUNTS, {"i": number, "a": account}).one()
    if counts.open >= OPEN_MOST:
        raise Conflict("live.asked_open", most=OPEN_MOST)
    if counts.own >= ASKED_MOST:
        raise Conflict("live.asked_all", most=ASKED_MOST)
    if counts.all >= QUESTIONS_MOST:
        raise Conflict("live.full")
    values = {
        "interview_id": number,
        "author_id": account,
        "author": actor.name,
        "body": said.body,
        "state": QuestionState.WAITING.value,
        "asked_at": said.at,
        "draft_id": said.draft_id,
    }
    made = _insert(tx, interview_question, values)
    _drop_draft(tx, account, said)
    _told(tx, found, question=made)
    return made


def vote(tx: Tx, actor: Actor, number: int, boards: Boards, *, on: bool | None) -> bool:
    """Vote for a question, or take the vote back; None is the other of the two. Whether it is voted for now.

    Raises as `touched`, NotFound(`live.no_question`), Forbidden, Conflict(`live.question_…`, `live.vote_own`)."""
    found, place, asked = _question(tx, actor, number, boards, Act.VOTE)
    access.require(actor, Verb.LIVE_VOTE, place=place)
    account = _account(actor, Verb.LIVE_VOTE)
    if asked.author_id == account:
        raise Conflict("live.vote_own")
    _possible(asked, Move.VOTE)
    keys = {"q": number, "a": account}
    had = tx.connection.execute(_VOTED, keys).first() is not None
    wanted = not had if on is None else on
    if wanted == had:
        return wanted
    if wanted:
        tx.connection.execute(insert(interview_vote).values(question_id=number, account_id=account))
    else:
        tx.connection.execute(_TAKE_BACK, keys)
    tx.connection.execute(_COUNT_VOTES, {"q": number})
    _told(tx, found, question=number)
    return wanted


def accept(tx: Tx, actor: Actor, number: int, boards: Boards, at: datetime) -> None:
    """Let a question into the queue; also one that was left out, or taken and not answered."""
    found, asked = _sorted(tx, actor, number, boards)
    _possible(asked, Move.ACCEPT)
    if asked.merged_into is not None:
        raise Conflict("live.question_merged", into=asked.merged_into)
    _move(tx, actor, found, asked, QuestionState.QUEUED, reason="")
    if asked.state is QuestionState.LEFT_OUT:
        _record(tx, at, "live.accept", actor, found, asked)


def leave_out(tx: Tx, actor: Actor, number: int, boards: Boards, reason: str, at: datetime) -> None:
    """Leave a question out; who asked is told why. Recorded, without the name."""
    found, asked = _sorted(tx, actor, number, boards)
    _possible(asked, Move.LEAVE_OUT)
    _move(tx, actor, found, asked, QuestionState.LEFT_OUT, reason=reason)
    _record(tx, at, "live.leave-out", actor, found, asked, reason=reason)
    if asked.author_id != actor.account_id:
        facts = {"title": found.title, "reason": reason}
        notify(tx, [asked.author_id], "live-left-out", found.route, at, **facts)


def lift(tx: Tx, actor: Actor, number: int, boards: Boards, *, on: bool) -> None:
    """Put a question before all others, or back to where its votes put it."""
    found, asked = _sorted(tx, actor, number, boards)
    _possible(asked, Move.LIFT)
    values = {"lifted": found.change if on else 0, "handler": _handler(actor, found)}
    tx.connection.execute(update(interview_question).where(interview_question.c.id == number).values(values))
    _told(tx, found, question=number)


def merge(tx: Tx, actor: Actor, number: int, into: int, boards: Boards, at: datetime) -> None:
    """Make a question part of another that asks the same: its votes go over, and who asked it counts as a vote.

    Raises as `accept`, Invalid(`live.merge_itself`), Conflict(`live.question_…`)."""
    found, asked = _sorted(tx, actor, number, boards)
    target = interview_rows.question(tx, into)
    if target is None or target.interview != found.id:
        raise NotFound("live.no_question", question=into)
    if target.id == asked.id:
        raise Invalid("live.merge_itself")
    _possible(asked, Move.MERGE)
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
        tx.connection.execute(_COUNT_VOTES, {"q": into})
    _move(tx, actor, found, asked, QuestionState.LEFT_OUT, reason="", merged_into=into)
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
    _possible(asked, Move.TAKE)
    _move(tx, actor, found, asked, QuestionState.TAKEN)
    return asked.id


def answer(tx: Tx, actor: Actor, number: int, boards: Boards, said: Said) -> int:
    """Answer a question, officially; gives the number of the answer. Who asked, or asked the same, is told.

    Raises as `say`, NotFound(`live.no_question`), Conflict(`live.question_…`)."""
    account = _account(actor, Verb.LIVE_ANSWER)
    again = _of_draft(tx, interview_answer, account, said)
    if again is not None:
        return again
    found, place, asked = _question(tx, actor, number, boards, Act.ANSWER)
    held = _held(tx, actor, found, place, said.at)
    _possible(asked, Move.ANSWER)
    made = _speak(tx, actor, found, held, said, asked)
    _move(tx, actor, found, asked, QuestionState.ANSWERED)
    merged = tx.connection.execute(_MERGED, {"q": number}).scalars()
    told = {asked.author_id, *merged} - {account}
    notify(tx, sorted(told), "live-answered", found.route, said.at, who=held.real_name, title=found.title)
    return made


def say(tx: Tx, actor: Actor, number: int, boards: Boards, said: Said) -> int:
    """Say something without a question, officially.

    Raises as `touched`, Forbidden(`live.not_guest`, `live.left_office`), Conflict(`live.answers_full`)."""
    account = _account(actor, Verb.LIVE_ANSWER)
    again = _of_draft(tx, interview_answer, account, said)
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
    made = _insert(tx, interview_answer, values)
    record = {
        "interview": found.id,
        "answer": made,
        "question_sha256": None if asked is None else sha256_text(asked.body),
        "body_sha256": sha256_text(said.body),
        "office": held.office,
        "name": held.real_name,
        "title_zh": held.title_zh,
        "title_en": held.title_en,
        "account": actor.name,
    }
    register.append(tx, said.at, Verb.LIVE_ANSWER.value, actor, found.route, record)
    _drop_draft(tx, actor.account_id or 0, said)
    _told(tx, found, answer=made)
    return made


def _question(tx: Tx, actor: Actor, number: int, boards: Boards, act: Act) -> tuple[Interview, Board, Question]:
    """A question that the actor may see, as it is while its interview is held."""
    first = interview_rows.question(tx, number)
    if first is None:
        raise NotFound("live.no_question", question=number)
    found, place = touched(tx, actor, first.interview, boards, act)
    asked = interview_rows.question(tx, number)
    if asked is None:
        raise NotFound("live.no_question", question=number)
    hidden = asked.state not in SHOWN and asked.author_id != actor.account_id
    if hidden and not access.allowed(actor, Verb.LIVE_SORT, place=found.place(place)):
        raise NotFound("live.no_question", question=number)
    return found, place, asked


def _sorted(tx: Tx, actor: Actor, number: int, boards: Boards) -> tuple[Interview, Question]:
    found, place, asked = _question(tx, actor, number, boards, Act.SORT)
    access.require(actor, Verb.LIVE_SORT, place=found.place(place))
    return found, asked


def _possible(asked: Question, move: Move) -> None:
    if asked.state not in MOVES[move]:
        state = asked.state.value.replace("-", "_")
        raise Conflict(f"live.question_{state}", question=asked.id, by=asked.handler)


def _move(tx: Tx, actor: Actor, found: Interview, asked: Question, state: QuestionState, **more: object) -> None:
    values = {"state": state.value, "handler": _handler(actor, found), **more}
    tx.connection.execute(update(interview_question).where(interview_question.c.id == asked.id).values(values))
    _told(tx, found, question=asked.id)


def _handler(actor: Actor, found: Interview) -> str:
    return shown(actor, [guest.official.office for guest in found.guests])


def _record(tx: Tx, at: datetime, kind: str, actor: Actor, found: Interview, asked: Question, **more: object) -> None:
    """What became of a question, without who asked it."""
    record = {"interview": found.id, "question": asked.id, "question_sha256": sha256_text(asked.body), **more}
    register.append(tx, at, kind, actor, found.route, record)


def _told(tx: Tx, found: Interview, **what: int) -> None:
    tx.emit(TALK, interview=found.id, board=found.board, change=found.change, **what)


def _account(actor: Actor, verb: Verb) -> int:
    if actor.account_id is None or actor.kind is AccountKind.GUEST:
        raise Forbidden("access.denied", verb=verb.value)
    return actor.account_id


def _insert(tx: Tx, table: Any, values: Mapping[str, object]) -> int:
    return int(tx.connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one())


def _of_draft(tx: Tx, table: Any, account: int, said: Said) -> int | None:
    """What a draft became already; Conflict(`draft.taken`) when it is somebody else's."""
    if said.draft_id is None:
        return None
    query = select(table.c.id, table.c.author_id).where(table.c.draft_id == said.draft_id)
    row = tx.connection.execute(query).first()
    if row is None:
        return None
    if row.author_id != account:
        raise Conflict("draft.taken")
    return int(row.id)


def _drop_draft(tx: Tx, account: int, said: Said) -> None:
    if said.draft_id is not None:
        tx.connection.execute(delete(draft).where(draft.c.id == said.draft_id, draft.c.account_id == account))


def my_votes(tx: Tx, number: int, account: int) -> frozenset[int]:
    """The questions of an interview that somebody voted for."""
    return frozenset(tx.connection.execute(_MY_VOTES, {"i": number, "a": account}).scalars())


def _states(*states: QuestionState) -> Iterable[str]:
    return [state.value for state in states]


_Q: Final = interview_question.c
_MINE: Final = _Q.author_id == bindparam("a")
_COUNTS: Final = select(
    func.count().label("all"),
    func.count().filter(_MINE).label("own"),
    func.count()
    .filter(_MINE, _Q.state.in_(_states(QuestionState.WAITING, QuestionState.QUEUED, QuestionState.TAKEN)))
    .label("open"),
).where(_Q.interview_id == bindparam("i"))
_NEXT: Final = (
    select(_Q.id)
    .where(_Q.interview_id == bindparam("i"), _Q.state == QuestionState.QUEUED.value)
    .order_by(_Q.lifted.desc(), _Q.votes.desc(), _Q.id)
    .limit(1)
)
_MERGED: Final = select(_Q.author_id).where(_Q.merged_into == bindparam("q")).distinct()
_VOTE: Final = (interview_vote.c.question_id == bindparam("q"), interview_vote.c.account_id == bindparam("a"))
_VOTED: Final = select(interview_vote.c.question_id).where(*_VOTE)
_TAKE_BACK: Final = delete(interview_vote).where(*_VOTE)
_VOTES: Final = select(func.count()).where(interview_vote.c.question_id == interview_question.c.id).scalar_subquery()
_COUNT_VOTES: Final = update(interview_question).where(_Q.id == bindparam("q")).values(votes=_VOTES)
_MY_VOTES: Final = (
    select(interview_vote.c.question_id)
    .join(interview_question, _Q.id == interview_vote.c.question_id)
    .where(_Q.interview_id == bindparam("i"), interview_vote.c.account_id == bindparam("a"))
)
_COUNT_ANSWERS: Final = select(func.count()).where(interview_answer.c.interview_id == bindparam("i"))
