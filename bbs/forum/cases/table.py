"""The table of cases: what can be done with one, by whom, from which states to which, and what it takes.

Rules, help, documentation and the generated tests all come from here. What is not listed is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class CaseState(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"  # with an office, nobody has taken it yet
    ASSIGNED = "assigned"  # somebody works on it
    ANSWERED = "answered"
    CLOSED = "closed"
    RETURNED = "returned"  # it belongs elsewhere, and the reason says where
    MERGED = "merged"  # goes on as part of another
    DECLINED = "declined"


class CaseKind(StrEnum):
    """What somebody brings; chosen when posting."""

    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    QUESTION = "question"
    HELP = "help"


DEFAULT_KIND: Final = CaseKind.QUESTION
"""The kind of a thread whose writer did not say."""


class Outcome(StrEnum):
    """How a closed case ended; the first two are never counted together."""

    FIXED_BY_OFFICE = "fixed-by-office"
    FIXED_BY_ITSELF = "fixed-by-itself"
    EXPLAINED = "explained"


class Rating(StrEnum):
    """What the poster says of what became of it."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"


class Act(StrEnum):
    """What can be done with a case."""

    OPEN = "open"
    TAKE = "take"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    ANSWER = "answer"
    EXTEND = "extend"
    RETURN = "return"
    MERGE = "merge"
    DECLINE = "decline"
    CLOSE = "close"
    FOLLOW_UP = "follow-up"
    RATE = "rate"
    REOPEN = "reopen"
    REMIND = "remind"
    OVERDUE = "overdue"


class Doer(StrEnum):
    """Who does it. The office is always the one that has the case now."""

    POSTER = "poster"  # or who holds the query code of a private one
    STAFF = "staff of the office"  # liaisons too: they prepare
    OFFICE = "officer of the office"  # holders and deputies: they speak for it
    HOUSE = "moderator or sysop"
    CLOCK = "clock"


class Need(StrEnum):
    """What an act takes; the value is the name of its parameter."""

    REASON = "reason"
    BELONGS = "belongs"  # where it belongs
    OFFICE = "office"
    OFFICER = "officer"
    CASE = "case"  # the other one
    OUTCOME = "outcome"
    BODY = "body"
    DATE = "date"
    RATING = "rating"
    WORDS = "words"  # needed where unsatisfied


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to do an act. `target` None leaves the state as it is; `note` is the rule in words."""

    act: Act
    doers: frozenset[Doer]
    sources: frozenset[CaseState]
    target: CaseState | None
    needs: tuple[Need, ...] = ()
    public_only: bool = False
    note: str = ""


WAITING: Final = frozenset({CaseState.RECEIVED, CaseState.ASSIGNED})
"""States in which the office owes an answer."""
ENDED: Final = frozenset({CaseState.CLOSED, CaseState.RETURNED, CaseState.MERGED, CaseState.DECLINED})
"""States in which nothing more is expected of the office."""
RATEABLE: Final = frozenset({CaseState.ANSWERED, CaseState.CLOSED, CaseState.RETURNED, CaseState.DECLINED})
"""States in which the poster says what they think of it, and may have it reopened."""


def _rule(
    act: Act,
    doers: Iterable[Doer],
    sources: Iterable[CaseState],
    target: CaseState | None,
    *needs: Need,
    public_only: bool = False,
    note: str = "",
) -> Rule:
    return Rule(act, frozenset(doers), frozenset(sources), target, needs, public_only, note)


TABLE: Final = (
    _rule(
        Act.OPEN,
        (Doer.POSTER,),
        (),
        CaseState.RECEIVED,
        note="A member starts a thread on a tracked board, or opens a private case; the board's first office gets it.",
    ),
    _rule(
        Act.TAKE,
        (Doer.OFFICE,),
        WAITING,
        CaseState.ASSIGNED,
        note="An officer takes it on, from a colleague too.",
    ),
    _rule(
        Act.ASSIGN,
        (Doer.STAFF,),
        WAITING,
        CaseState.ASSIGNED,
        Need.OFFICER,
        note="It is given to an officer of the same office; liaisons may give, and never get.",
    ),
    _rule(
        Act.TRANSFER,
        (Doer.OFFICE, Doer.HOUSE),
        WAITING,
        CaseState.RECEIVED,
        Need.OFFICE,
        Need.REASON,
        note="It is handed to another office. Its dates stay: passing on gains no time.",
    ),
    _rule(
        Act.ANSWER,
        (Doer.OFFICE,),
        WAITING,
        CaseState.ANSWERED,
        Need.BODY,
        note="The office answers: an official post in the thread, or a message in a private case.",
    ),
    _rule(
        Act.EXTEND,
        (Doer.OFFICE,),
        WAITING,
        None,
        Need.DATE,
        Need.REASON,
        note="Once, and before the date has passed; the poster is told why and until when.",
    ),
    _rule(
        Act.RETURN,
        (Doer.OFFICE,),
        WAITING,
        CaseState.RETURNED,
        Need.REASON,
        Need.BELONGS,
        note="It is for somebody outside this forum to answer; the poster is told whom.",
    ),
    _rule(
        Act.MERGE,
        (Doer.OFFICE, Doer.HOUSE),
        WAITING,
        CaseState.MERGED,
        Need.CASE,
        public_only=True,
        note="It is about the same as another public case, where it goes on.",
    ),
    _rule(
        Act.DECLINE,
        (Doer.OFFICE,),
        WAITING,
        CaseState.DECLINED,
        Need.REASON,
        note="The office will not do it, and says why.",
    ),
    _rule(
        Act.CLOSE,
        (Doer.OFFICE,),
        (CaseState.ANSWERED,),
        CaseState.CLOSED,
        Need.OUTCOME,
        note="Only what was answered is closed; how it ended is said.",
    ),
    _rule(
        Act.CLOSE,
        (Doer.POSTER,),
        (CaseState.RECEIVED, CaseState.ASSIGNED, CaseState.ANSWERED),
        CaseState.CLOSED,
        note="The poster no longer needs it: it counts as fixed by itself.",
    ),
    _rule(
        Act.FOLLOW_UP,
        (Doer.POSTER, Doer.OFFICE),
        (*WAITING, CaseState.ANSWERED),
        None,
        Need.BODY,
        note="A further question or fact, and what the office asks back. In public it is a reply in the thread.",
    ),
    _rule(
        Act.RATE,
        (Doer.POSTER,),
        RATEABLE,
        None,
        Need.RATING,
        Need.WORDS,
        note="Satisfied or unsatisfied; who is unsatisfied says why. It can be changed.",
    ),
    _rule(
        Act.REOPEN,
        (Doer.POSTER,),
        RATEABLE,
        CaseState.RECEIVED,
        Need.REASON,
        note="Once, by a poster who is not satisfied and says why. The dates run anew.",
    ),
    _rule(
        Act.REMIND,
        (Doer.CLOCK,),
        WAITING,
        None,
        note="Twice before the office is late.",
    ),
    _rule(
        Act.OVERDUE,
        (Doer.CLOCK,),
        WAITING,
        None,
        note="The date has passed: it is shown as overdue to everybody.",
    ),
)
"""Every act from every state; what is not here is refused."""


def rules_for(act: Act) -> tuple[Rule, ...]:
    """The ways to do an act."""
    return tuple(rule for rule in TABLE if rule.act is act)


def rule_for(act: Act, state: CaseState, doers: Iterable[Doer], *, private: bool = False) -> Rule | None:
    """The rule by which one of the doers may do the act now, or None."""
    held = frozenset(doers)
    found = (rule for rule in rules_for(act) if state in rule.sources and not (private and rule.public_only))
    return next((rule for rule in found if rule.doers & held), None)


def acts_of(state: CaseState, doers: Iterable[Doer], *, private: bool = False) -> frozenset[Act]:
    """What the doers may do with a case in this state."""
    held = frozenset(doers)
    return frozenset(
        rule.act for rule in TABLE if state in rule.sources and rule.doers & held and not (private and rule.public_only)
    )


_INTRODUCTION: Final = (
    "# Cases",
    "",
    "Written from the table of cases (`bbs/forum/cases/table.py`); a test compares the two. What is not listed is",
    "refused. The office is the one that has the case now. Whoever acts says which `change` of the case they saw: when",
    "somebody was faster they are told who, and nothing is written.",
)


def table_markdown() -> str:
    """The table as a page of Markdown, for the documentation."""
    lines = [*_INTRODUCTION, "", "| act | by | from | to | takes | rule |", "|---|---|---|---|---|---|"]
    for rule in TABLE:
        by = ", ".join(doer.value for doer in Doer if doer in rule.doers)
        sources = ", ".join(state.value for state in CaseState if state in rule.sources) or "nothing"
        needs = ", ".join(need.value for need in rule.needs)
        target = rule.target.value if rule.target else "the same"
        lines.append(f"| `{rule.act.value}` | {by} | {sources} | {target} | {needs} | {rule.note} |")
    return "\n".join(lines) + "\n"
