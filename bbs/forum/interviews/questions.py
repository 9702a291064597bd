"""Live interviews as values: states, what may be done in each, guests, questions, answers, and the room of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bbs.forum.access_terms import Place, place_of
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import Official

TITLE_LIMIT: Final = 100
"""Characters of the title of an interview."""
ABOUT_LIMIT: Final = 2_000
QUESTION_LIMIT: Final = 500
ANSWER_LIMIT: Final = 5_000
REASON_LIMIT: Final = 300
"""Characters of what an interview is about, of a question, of an answer, of a reason."""
GUESTS_MOST: Final = 6
OPEN_MOST: Final = 3
"""Questions of one person that wait or are in the queue of one interview."""
ASKED_MOST: Final = 10
"""Questions of one person in one interview, whatever became of them."""
QUESTIONS_MOST: Final = 2_000
ANSWERS_MOST: Final = 200
"""Questions and answers of one interview."""
ANNOUNCED_MOST: Final = 50
"""Interviews that are announced or live at a time."""
AHEAD_MOST: Final = timedelta(days=366)
LONGEST: Final = timedelta(hours=12)
USUAL: Final = timedelta(hours=1)
"""How long an interview lasts where nobody says so."""
EARLY_MOST: Final = timedelta(hours=1)
"""How long before its time an interview may begin."""


class InterviewState(StrEnum):
    ANNOUNCED = "announced"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"


class QuestionState(StrEnum):
    WAITING = "waiting"  # for a moderator
    QUEUED = "queued"
    TAKEN = "taken"  # a guest is at it
    ANSWERED = "answered"
    LEFT_OUT = "left-out"


class Act(StrEnum):
    """What is done to an interview."""

    CHANGE = "change"
    CANCEL = "cancel"
    BEGIN = "begin"
    END = "end"
    ASK = "ask"
    VOTE = "vote"
    SORT = "sort"
    TAKE = "take"
    ANSWER = "answer"


class Move(StrEnum):
    """What is done to a question."""

    ACCEPT = "accept"
    LEAVE_OUT = "leave-out"
    LIFT = "lift"
    MERGE = "merge"
    TAKE = "take"
    ANSWER = "answer"
    VOTE = "vote"


_COMING: Final = frozenset({InterviewState.ANNOUNCED})
_NOW: Final = frozenset({InterviewState.LIVE})
_OPEN: Final = _COMING | _NOW
ACTS: Final[Mapping[Act, frozenset[InterviewState]]] = {
    Act.CHANGE: _OPEN,
    Act.CANCEL: _COMING,
    Act.BEGIN: _COMING,
    Act.END: _NOW,
    Act.ASK: _OPEN,
    Act.VOTE: _OPEN,
    Act.SORT: _OPEN,
    Act.TAKE: _NOW,
    Act.ANSWER: _NOW,
}
"""In which states of the interview each act is possible; ending what has ended changes nothing and is no mistake."""

_WAITING, _QUEUED, _TAKEN = QuestionState.WAITING, QuestionState.QUEUED, QuestionState.TAKEN
MOVES: Final[Mapping[Move, frozenset[QuestionState]]] = {
    Move.ACCEPT: frozenset({_WAITING, _TAKEN, QuestionState.LEFT_OUT}),
    Move.LEAVE_OUT: frozenset({_WAITING, _QUEUED}),
    Move.LIFT: frozenset({_QUEUED}),
    Move.MERGE: frozenset({_WAITING, _QUEUED}),
    Move.TAKE: frozenset({_QUEUED}),
    Move.ANSWER: frozenset({_QUEUED, _TAKEN, QuestionState.ANSWERED}),
    Move.VOTE: frozenset({_QUEUED}),
}
"""From which states of the question each move is possible; a second guest may add to an answer."""


@dataclass(frozen=True, slots=True)
class Guest:
    """An officer who answers, with the office as held when the interview was announced."""

    account_id: int
    appointment_id: int
    official: Official


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview. Times are UTC; `change` grows with all that happens to it."""

    id: int
    board: str
    board_id: int
    title: str
    about: str
    state: InterviewState
    starts_at: datetime
    ends_at: datetime  # as planned
    begun_at: datetime | None
    ended_at: datetime | None
    host: str
    host_id: int | None
    reason: str
    thread: int | None  # the transcript
    bulletins: tuple[int, ...]
    news_column: str
    change: int
    guests: tuple[Guest, ...] = ()
    told: bool = False  # that it begins soon

    @property
    def route(self) -> str:
        return f"/live/{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether questions can still be asked."""
        return self.state in _OPEN

    def place(self, board: Board) -> Place:
        """What the access table is asked about: the board, with the guests' offices beside its own."""
        own = place_of(board)
        return replace(own, offices=(*own.offices, *(guest.official.office for guest in self.guests)))


@dataclass(frozen=True, slots=True)
class Question:
    """A question. `author_id` is for comparing with oneself only; it is never shown."""

    id: int
    interview: int
    author_id: int
    author: str
    body: str
    state: QuestionState
    reason: str
    votes: int
    lifted: int
    handler: str
    merged_into: int | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a guest said, under real name and office; `floor` counts from 1, `question` is None for words of one's own.

    `asked_by` and `asked` are the pen name and the text of the question.
    """

    id: int
    floor: int
    author_id: int
    appointment_id: int
    official: Official
    body: str
    created_at: datetime
    question: int | None = None
    asked_by: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """An interview as it stands, the same for all who watch. `queue` is in the order in which it is taken."""

    interview: Interview
    answers: tuple[Spoken, ...]
    queue: tuple[Question, ...]
    waiting: tuple[Question, ...]
    others: tuple[Question, ...]  # answered and left out

    @property
    def questions(self) -> tuple[Question, ...]:
        return (*self.queue, *self.waiting, *self.others)

    def question(self, number: int) -> Question | None:
        """A question by its number."""
        return next((one for one in self.questions if one.id == number), None)

    def seen_by(self, account_id: int | None, *, sorts: bool) -> tuple[Question, ...]:
        """The open questions for one person, one's own that wait first; who sorts sees all that wait.

        One's own that were left out stand at the end, with the reason.
        """
        waiting = self.waiting if sorts else tuple(one for one in self.waiting if one.author_id == account_id)
        own = (one for one in self.others if one.state is QuestionState.LEFT_OUT and one.author_id == account_id)
        return (*waiting, *self.queue, *own)


def in_order(question: Question) -> tuple[int, int, int, int]:
    """The key by which the queue is sorted: taken ones, lifted ones, votes, time."""
    return (0 if question.state is QuestionState.TAKEN else 1, -question.lifted, -question.votes, question.id)
