"""Cases as values: what screens, commands and lists show of them, and how much of one a reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from bbs.forum.actor import Appointment
from bbs.forum.cases.table import WAITING, Act, CaseKind, CaseState, Outcome, Rating
from bbs.forum.posts.posts import Official


class Sight(StrEnum):
    """How much of a case somebody sees."""

    EXISTS = "exists"  # of another's private case: board, kind, office, state, and days
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Case:
    """One case as a reader may see it. Times are UTC; of a private case that is not theirs they are cut to days.

    `title`, `poster`, `assignee`, reasons and the rating are empty where the reader may not know them. `change` is what
    an act has to carry, so that nobody acts on what has changed meanwhile.
    """

    id: int
    thread: int | None  # None: a private case
    board: str
    kind: CaseKind
    state: CaseState
    title: str
    private: bool
    poster: str  # "": opened without a name
    office: str  # which has it now
    assignee: str  # real name
    opened_at: datetime
    acknowledge_by: datetime
    acknowledged_at: datetime | None
    answer_by: datetime
    answered_at: datetime | None
    answered_floor: int | None
    closed_at: datetime | None
    outcome: Outcome | None
    reason: str
    belongs: str
    merged_into: int | None
    extended_at: datetime | None
    extension: str
    reopened_at: datetime | None
    reopening: str
    rating: Rating | None
    rated_at: datetime | None
    rating_words: str
    change: int
    overdue: bool  # the office owes an answer and the date has passed
    sight: Sight
    mine: bool  # the reader is its poster
    staff: bool  # the reader belongs to its office
    assigned_to_me: bool

    @property
    def route(self) -> str:
        return f"/c/{self.id}"

    @property
    def waiting(self) -> bool:
        """Whether the office owes an answer."""
        return self.state in WAITING

    @property
    def due(self) -> datetime | None:
        """The next date the office has to keep: acknowledge, then answer; None when it owes nothing.

        Of one that is overdue it is the date of the answer: by that date everybody counts how late it is.
        """
        if not self.waiting:
            return None
        return self.acknowledge_by if self.acknowledged_at is None and not self.overdue else self.answer_by

    @property
    def anonymous(self) -> bool:
        """Whether it was opened without a name, as far as the reader knows."""
        return self.private and self.sight is Sight.WHOLE and not self.poster


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case. `actor` is "" for the clock, for a nameless poster, and where the reader may not know.

    `office` is the one that had the case; None where somebody who keeps the house acted, which they do for no office.

    `facts` by act: assign {officer}; transfer {from, to}; answer {post, floor} or {message}; extend {until};
    return {belongs}; merge {case}; close {outcome}; rate {rating}; remind {reminder}; overdue {}.
    """

    at: datetime
    act: Act
    state: CaseState
    actor: str
    office: str | None
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """What was said in a private case. `author` is "" for whoever holds the query code."""

    id: int
    author: str
    official: Official | None
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer somebody of the office got ready; only the office sees it."""

    body: str
    by: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with all that happened to it, and what the reader may do with it now.

    `officers` are those it may be assigned to, for the staff of its office only."""

    case: Case
    steps: tuple[Step, ...]
    messages: tuple[Message, ...]
    acts: frozenset[Act]
    prepared: Prepared | None = None
    officers: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A private case just opened; `code` is told once, and only a hash of it is kept."""

    case: int
    code: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the offices of an officer: all of it, what is overdue, and what nobody has taken."""

    count: int = 0
    overdue: int = 0
    untaken: int = 0


class OwnCase(NamedTuple):
    """A case of one's own, by its number, and how it stands."""

    id: int
    state: CaseState


CHANGED: Final = "case.changed"
"""Event: payload case, thread (None: private), board, office, state, act, private; never a word of what it is about."""
REASON_LIMIT: Final = 500
"""Characters of a reason, of why a case is reopened, and of the words of a rating."""
BELONGS_LIMIT: Final = 200
"""Characters of where a case belongs."""
EXTENSION_MOST: Final = 60
"""Working days by which a date may be moved."""
