"""Reading interviews: rows into values, one statement for each kind of row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from bbs.forum.interviews.questions import (
    ANNOUNCED_MOST,
    Guest,
    Interview,
    InterviewState,
    Question,
    QuestionState,
    Room,
    Spoken,
    in_order,
)
from bbs.forum.posts.posts import Official
from bbs.store.database import Tx
from bbs.store.paging import Key, Keyset, Page, Way
from bbs.store.tables import board, interview, interview_answer, interview_guest, interview_question

_COLUMNS: Final = (interview, board.c.slug.label("board"))
_INTERVIEWS: Final = select(*_COLUMNS).join(board, board.c.id == interview.c.board_id)
_ONE: Final = _INTERVIEWS.where(interview.c.id == bindparam("i"))
_OPEN: Final = (
    _INTERVIEWS.where(
        interview.c.state.in_([InterviewState.ANNOUNCED.value, InterviewState.LIVE.value]),
        board.c.archived_at.is_(None),
    )
    .order_by(interview.c.state.desc(), interview.c.starts_at, interview.c.id)
    .limit(ANNOUNCED_MOST)
)
_PAST: Final = _INTERVIEWS.where(interview.c.state.in_([InterviewState.ENDED.value, InterviewState.CANCELLED.value]))
_NEWEST_FIRST: Final = Keyset(Key(interview.c.starts_at, descending=True), Key(interview.c.id, descending=True))
FROM_END: Final = _NEWEST_FIRST.cursor(Way.BEFORE, datetime(1970, 1, 1, tzinfo=UTC), 0)
"""As a cursor of `past`: its last page."""
_GUESTS: Final = (
    select(interview_guest)
    .where(interview_guest.c.interview_id.in_(bindparam("ids", expanding=True)))
    .order_by(interview_guest.c.interview_id, interview_guest.c.position)
)
_QUESTIONS: Final = select(interview_question).where(interview_question.c.interview_id == bindparam("i"))
_QUESTION: Final = select(interview_question).where(interview_question.c.id == bindparam("q"))
_ANSWERS: Final = (
    select(interview_answer, interview_question.c.author.label("asked_by"), interview_question.c.body.label("asked"))
    .outerjoin(interview_question, interview_question.c.id == interview_answer.c.question_id)
    .where(interview_answer.c.interview_id == bindparam("i"), interview_answer.c.id > bindparam("known"))
    .order_by(interview_answer.c.id)
)


def one(tx: Tx, number: int) -> Interview | None:
    """An interview with its guests."""
    row = tx.connection.execute(_ONE, {"i": number}).first()
    return None if row is None else _with_guests(tx, [row])[0]


def open_ones(tx: Tx) -> list[Interview]:
    """Those that are live, then those announced, the soonest first."""
    return _with_guests(tx, tx.connection.execute(_OPEN).all())


def past(tx: Tx, boards: Sequence[int], *, cursor: str | None, limit: int) -> Page[Interview]:
    """A page of those that are over, newest first; Invalid(`cursor.bad`, `page.limit`)."""
    query = _PAST.where(interview.c.board_id.in_(list(boards)))
    page = _NEWEST_FIRST.page(tx, query, lambda row: row, limit=limit, cursor=cursor)
    return Page(tuple(_with_guests(tx, page.items)), page.before, page.after)


def question(tx: Tx, number: int) -> Question | None:
    """A question by its number."""
    row = tx.connection.execute(_QUESTION, {"q": number}).first()
    return None if row is None else question_of(row)


def room(tx: Tx, number: int, known: Room | None = None) -> Room | None:
    """All of an interview; of `known` (an older state) what is the same is kept, and its answers are not read again."""
    found = one(tx, number)
    if found is None:
        return None
    answers = list(known.answers) if known is not None else []
    keys = {"i": number, "known": answers[-1].id if answers else 0}
    for row in tx.connection.execute(_ANSWERS, keys):
        answers.append(spoken_of(row, len(answers) + 1))
    old = {each.id: each for each in known.questions} if known is not None else {}
    questions = [question_of(row) for row in tx.connection.execute(_QUESTIONS, {"i": number})]
    questions = [old[each.id] if old.get(each.id) == each else each for each in questions]
    queue = [each for each in questions if each.state in (QuestionState.QUEUED, QuestionState.TAKEN)]
    waiting = [each for each in questions if each.state is QuestionState.WAITING]
    others = [each for each in questions if each.state in (QuestionState.ANSWERED, QuestionState.LEFT_OUT)]
    return Room(
        found,
        tuple(answers),
        tuple(sorted(queue, key=in_order)),
        tuple(sorted(waiting, key=lambda each: each.id)),
        tuple(sorted(others, key=lambda each: each.id)),
    )


def _with_guests(tx: Tx, rows: Sequence[Any]) -> list[Interview]:
    guests: defaultdict[int, list[Guest]] = defaultdict(list)
    if rows:
        for row in tx.connection.execute(_GUESTS, {"ids": [each.id for each in rows]}):
            held = Official(row.office, row.real_name, row.title_zh, row.title_en)
            guests[row.interview_id].append(Guest(row.account_id, row.appointment_id, held))
    return [_interview(row, tuple(guests[row.id])) for row in rows]


def _interview(row: Any, guests: tuple[Guest, ...]) -> Interview:
    return Interview(
        id=row.id,
        board=row.board,
        board_id=row.board_id,
        title=row.title,
        about=row.about,
        state=InterviewState(row.state),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        host=row.host,
        host_id=row.host_id,
        reason=row.reason,
        thread=row.thread_id,
        bulletins=tuple(row.bulletins),
        news_column=row.news_column,
        change=row.change,
        guests=guests,
        told=row.told,
    )


def question_of(row: Any) -> Question:
    """A question from its row."""
    return Question(
        id=row.id,
        interview=row.interview_id,
        author_id=row.author_id,
        author=row.author,
        body=row.body,
        state=QuestionState(row.state),
        reason=row.reason,
        votes=row.votes,
        lifted=row.lifted,
        handler=row.handler,
        merged_into=row.merged_into,
        asked_at=row.asked_at,
    )


def spoken_of(row: Any, floor: int) -> Spoken:
    """An answer from its row, as the so-manieth of its interview."""
    held = Official(row.official_office, row.official_name, row.official_title_zh, row.official_title_en)
    return Spoken(
        id=row.id,
        floor=floor,
        author_id=row.author_id,
        appointment_id=row.appointment_id,
        official=held,
        body=row.body,
        created_at=row.created_at,
        question=row.question_id,
        asked_by=row.asked_by or "",
        asked=row.asked or "",
    )
