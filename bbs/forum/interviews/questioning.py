"""Asking in an interview and voting, and what all that is done to questions has in common. Units of work.

Each unit, here and in `sorting` and `answering`, holds the interview first, so that of two people who do something
to one question one is first, and the other is told what the question is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.places import Board
from bbs.forum.interviews import rows as interview_rows
from bbs.forum.interviews.hosting import shown, touched
from bbs.forum.interviews.questions import (
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
from bbs.forum.interviews.watching import TALK
from bbs.forum.writing.imitation import defuse
from bbs.store.database import Tx
from bbs.store.tables import draft, interview_question, interview_vote
from bbs.text.clean import clean_text

Boards = Mapping[int, Board]
SHOWN: Final = (QuestionState.QUEUED, QuestionState.TAKEN, QuestionState.ANSWERED)
"""States of questions that everybody sees."""
RAW: Final = 4  # how many times longer than allowed a text may be before it is looked at


@dataclass(frozen=True, slots=True)
class Said:
    """A question or an answer to be: clean text, when (UTC), and the draft it was."""

    body: str
    at: datetime
    draft_id: str | None = None


def checked_question(text: str) -> str:
    """The clean question; a line that begins like the official mark becomes a quotation. Invalid(`live.question`)."""
    clean = defuse(clean_text(text)) if len(text) <= QUESTION_LIMIT * RAW else ""
    if not 0 < len(clean) <= QUESTION_LIMIT:
        raise Invalid("live.question", most=QUESTION_LIMIT)
    return clean


def ask(tx: Tx, actor: Actor, number: int, boards: Boards, said: Said) -> int:
    """Ask; gives the number of the question. The same draft again gives the question it became.

    Raises as `touched`, Forbidden, Conflict(`live.asked_open`, `live.asked_all`, `live.full`)."""
    account = account_of(actor, Verb.LIVE_ASK)
    again = of_draft(tx, interview_question, account, said)
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
    made = insert_one(tx, interview_question, values)
    drop_draft(tx, account, said)
    told(tx, found, question=made)
    return made


def vote(tx: Tx, actor: Actor, number: int, boards: Boards, *, on: bool | None) -> bool:
    """Vote for a question, or take the vote back; None is the other of the two. Whether it is voted for now.

    Raises as `touched`, NotFound(`live.no_question`), Forbidden, Conflict(`live.question_…`, `live.vote_own`)."""
    found, place, asked = seen_question(tx, actor, number, boards, Act.VOTE)
    access.require(actor, Verb.LIVE_VOTE, place=place)
    account = account_of(actor, Verb.LIVE_VOTE)
    if asked.author_id == account:
        raise Conflict("live.vote_own")
    possible(asked, Move.VOTE)
    keys = {"q": number, "a": account}
    had = tx.connection.execute(_VOTED, keys).first() is not None
    wanted = not had if on is None else on
    if wanted == had:
        return wanted
    if wanted:
        tx.connection.execute(insert(interview_vote).values(question_id=number, account_id=account))
    else:
        tx.connection.execute(_TAKE_BACK, keys)
    tx.connection.execute(COUNT_VOTES, {"q": number})
    told(tx, found, question=number)
    return wanted


def seen_question(tx: Tx, actor: Actor, number: int, boards: Boards, act: Act) -> tuple[Interview, Board, Question]:
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


def possible(asked: Question, move: Move) -> None:
    """Raises Conflict(`live.question_…`), which names who brought the question to where it is."""
    if asked.state not in MOVES[move]:
        state = asked.state.value.replace("-", "_")
        raise Conflict(f"live.question_{state}", question=asked.id, by=asked.handler)


def move(tx: Tx, actor: Actor, found: Interview, asked: Question, state: QuestionState, **more: object) -> None:
    """Bring a question into a state."""
    values = {"state": state.value, "handler": handler(actor, found), **more}
    tx.connection.execute(update(interview_question).where(interview_question.c.id == asked.id).values(values))
    told(tx, found, question=asked.id)


def handler(actor: Actor, found: Interview) -> str:
    """Under which name somebody who sorts or answers is told of."""
    return shown(actor, [guest.official.office for guest in found.guests])


def told(tx: Tx, found: Interview, **what: int) -> None:
    """Tell who watches."""
    tx.emit(TALK, interview=found.id, board=found.board, change=found.change, **what)


def account_of(actor: Actor, verb: Verb) -> int:
    """The account that acts; raises Forbidden for those who have none of their own."""
    if actor.account_id is None or actor.kind is AccountKind.GUEST:
        raise Forbidden("access.denied", verb=verb.value)
    return actor.account_id


def insert_one(tx: Tx, table: Any, values: Mapping[str, object]) -> int:
    """Write a row and give its number."""
    return int(tx.connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one())


def of_draft(tx: Tx, table: Any, account: int, said: Said) -> int | None:
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


def drop_draft(tx: Tx, account: int, said: Said) -> None:
    """What was written has become something: its draft goes."""
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
_VOTE: Final = (interview_vote.c.question_id == bindparam("q"), interview_vote.c.account_id == bindparam("a"))
_VOTED: Final = select(interview_vote.c.question_id).where(*_VOTE)
_TAKE_BACK: Final = delete(interview_vote).where(*_VOTE)
_VOTES: Final = select(func.count()).where(interview_vote.c.question_id == interview_question.c.id).scalar_subquery()
COUNT_VOTES: Final = update(interview_question).where(_Q.id == bindparam("q")).values(votes=_VOTES)
_MY_VOTES: Final = (
    select(interview_vote.c.question_id)
    .join(interview_question, _Q.id == interview_vote.c.question_id)
    .where(_Q.interview_id == bindparam("i"), interview_vote.c.account_id == bindparam("a"))
)
