"""What became of an imported thread's case: steps in the head of its file, done through the rules of cases.

A step is a line `NAME TIME ACT [WORDS]` of the list `case`: `zhou 2026-11-06T10:30:00+08:00 take`, `… extend 2026-12-04
REASON`, `… close fixed-by-office`, `… transfer OFFICE REASON`, `… return BELONGS: REASON`, `… decline REASON`, `… rate
satisfied [WORDS]`, `… reopen REASON`. `answer FLOOR` says which floor of the file is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bbs.errors import Invalid
from bbs.forum.actor import Actor
from bbs.forum.cases.rules import Cases
from bbs.forum.cases.table import Act, CaseKind, Outcome, Rating
from bbs.importers.frontmatter import Refused
from bbs.text.clean import clean_line
from bbs.text.when import parse_iso

KINDS: Final = tuple(kind.value for kind in CaseKind)
_ANSWER: Final = re.compile(r"answer (?P<floor>\d{1,6})")
_STEP: Final = re.compile(r"(?P<name>\S+) (?P<at>\d{4}-\S+) (?P<act>[a-z]+)(?: (?P<words>.+))?")
_ACTS: Final = frozenset({
    Act.TAKE, Act.EXTEND, Act.CLOSE, Act.TRANSFER, Act.RETURN, Act.DECLINE, Act.RATE, Act.REOPEN
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step: who did what and when; `line` is where it is written."""

    name: str
    at: datetime
    act: Act
    words: str
    line: int


@dataclass(frozen=True, slots=True)
class Casework:
    """What a file says of its case."""

    kind: CaseKind | None = None
    answers: frozenset[int] = frozenset()  # floors
    steps: tuple[CaseStep, ...] = ()


NO_CASEWORK: Final = Casework()


def parse_casework(kind: object, lines: object, line_of: Sequence[int], kind_line: int) -> Casework:
    """What the keys `kind` and `case` of a head say; raises Refused."""
    if kind is not None and kind not in KINDS:
        raise Refused(Invalid("import.case_kind", right=", ".join(KINDS)), kind_line)
    answers: set[int] = set()
    steps: list[CaseStep] = []
    for at, text in enumerate(lines if isinstance(lines, list) else []):
        line = line_of[at]
        if isinstance(text, str) and (answer := _ANSWER.fullmatch(text)):
            answers.add(int(answer["floor"]))
            continue
        steps.append(_step(text, line))
    return Casework(CaseKind(kind) if isinstance(kind, str) else None, frozenset(answers), tuple(steps))


def _step(text: object, line: int) -> CaseStep:
    match = _STEP.fullmatch(text) if isinstance(text, str) else None
    if match is None or match["act"] not in _ACTS:
        raise Refused(Invalid("import.case_step", value=clean_line(str(text), 40)), line)
    try:
        return CaseStep(match["name"], parse_iso(match["at"], UTC), Act(match["act"]), match["words"] or "", line)
    except Invalid as error:
        raise Refused(Invalid("import.not_a_date", key="case", value=clean_line(match["at"], 40)), line) from error


async def replay(cases: Cases, actor: Actor, number: int, step: CaseStep, shift: timedelta) -> None:
    """Do a step through the rules; raises what they raise, and Invalid(`import.case_step`)."""
    first, _, rest = step.words.partition(" ")
    try:
        match step.act:
            case Act.TAKE:
                await cases.take(actor, number)
            case Act.EXTEND:
                await cases.extend(actor, number, date.fromisoformat(first) + timedelta(days=shift.days), rest)
            case Act.CLOSE:
                await cases.close(actor, number, Outcome(first) if first else None)
            case Act.TRANSFER:
                await cases.transfer(actor, number, first, rest)
            case Act.RETURN:
                belongs, _, reason = step.words.partition(": ")
                await cases.return_(actor, number, reason, belongs)
            case Act.DECLINE:
                await cases.decline(actor, number, step.words)
            case Act.RATE:
                await cases.rate(actor, number, Rating(first), rest)
            case Act.REOPEN:
                await cases.reopen(actor, number, step.words)
    except ValueError as error:
        raise Invalid("import.case_step", value=clean_line(step.words, 40)) from error
