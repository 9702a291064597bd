"""Cases in words: state, dates, urgency; the same in lists, in the reader and on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bbs.forum.cases.table import Act, CaseState
from bbs.forum.cases.values import Case, CaseView, Sight, Step
from bbs.text.due import due, due_column, due_short
from bbs.text.spans import Span
from bbs.text.when import full
from screens.visit import Visit

SOON: Final = 1
"""Working days before a date from which a case is marked as urgent."""
OVERDUE: Final = "!!"
URGENT: Final = "!"


def working_days(visit: Visit, start: datetime, end: datetime) -> int:
    """Whole working days from one moment to another, as the site's calendar has them."""
    return visit.forum.community.site.calendar.working_time(start, end).days


def over(visit: Visit, case: Case) -> int:
    """Whole working days by which the office is late; 0 while it is in time."""
    return 0 if case.due is None else working_days(visit, case.due, visit.forum.clock.now())


def urgency(visit: Visit, case: Case) -> Span:
    """The sign in front of a case: overdue, due within a working day or not taken on in time, or blank."""
    now = visit.forum.clock.now()
    if case.due is None:
        return Span("")
    if case.overdue:
        return Span(OVERDUE, "must")
    return Span(URGENT, "badge") if working_days(visit, now, case.due) < SOON else Span("")


def due_words(visit: Visit, case: Case) -> str:
    """By when the office has to do the next thing: `due tomorrow`, `2 working days over`; "" when it owes nothing."""
    if case.due is None:
        return ""
    return due(case.due, visit.forum.clock.now(), visit.zone, visit.tr, over=over(visit, case))


def turn_words(visit: Visit, view: CaseView, office: str) -> str:
    """Whose turn it is and until when: an office's, an officer's, or the reader's own; "" when nobody is waited for."""
    tr, case = visit.tr, view.case
    if case.due is not None:
        does = "take" if case.state is CaseState.RECEIVED and case.acknowledged_at is None else "answer"
        late = case.overdue or case.due <= visit.forum.clock.now()
        return tr(
            f"cases.{'late' if late else 'turn'}.{does}", who=case.assignee or office, due=due_in_column(visit, case)
        )
    if Act.RATE in view.acts and case.rating is None:
        return tr("cases.turn.rate")
    return tr("cases.turn.close") if Act.CLOSE in view.acts else ""


def due_in_column(visit: Visit, case: Case) -> str:
    """The same in a column headed as a date."""
    if case.due is None:
        return ""
    return due_column(case.due, visit.forum.clock.now(), visit.zone, visit.tr, over=over(visit, case))


def state_words(visit: Visit, case: Case) -> str:
    """The state with what is most worth knowing of it: `closed: fixed by the office`, `merged into #12`."""
    tr = visit.tr
    words = tr(f"case.state.{case.state}")
    if case.outcome is not None:
        return tr("cases.state_of", state=words, what=tr(f"case.outcome.{case.outcome}"))
    if case.merged_into is not None:
        return tr("cases.merged_into", case=case.merged_into)
    return words


def badge(visit: Visit, state: str, due_at: datetime | None, rating: str | None = None) -> Span:
    """What lists of threads say behind a title of its case: `[assigned, due 2d]`, `[closed +1]`."""
    tr = visit.tr
    words = tr(f"case.state.{state}")
    style = "case"
    if due_at is not None:
        now = visit.forum.clock.now()
        late = working_days(visit, due_at, now)
        words = tr("cases.state_due", state=words, due=due_short(due_at, now, visit.zone, tr, over=late))
        style = "must" if due_at <= now else "case"
    if rating is not None:
        words = f"{words} {tr(f'cases.rated.{rating}')}"
    return Span(f"  [{words}]", style)


def title_of(visit: Visit, case: Case) -> str:
    """The title, or that it is private for who may know no more."""
    return case.title if case.sight is Sight.WHOLE else visit.tr("cases.private_title")


def poster_of(visit: Visit, case: Case) -> str:
    """Who asked: a pen name, or that the reader is not told."""
    if case.sight is not Sight.WHOLE:
        return visit.tr("cases.private")
    return case.poster or visit.tr("cases.nameless")


def day_or_time(visit: Visit, case: Case, moment: datetime) -> str:
    """A moment of a case as precise as the reader may know it."""
    return visit.moment(moment) if case.sight is Sight.WHOLE else full(moment, visit.zone)[:10]


def day_of(visit: Visit, moment: datetime) -> str:
    """A date something is due by: the day, with the hour only where it is not the end of the day."""
    words = visit.moment(moment)
    return words.removesuffix(" 23:59")


def step_words(visit: Visit, step: Step, offices: Mapping[str, str]) -> str:
    """One step of a case in words, without who did it and when."""
    tr, facts = visit.tr, step.facts
    said = tr(f"cases.step.{step.act}", **_facts(visit, step, offices))
    if step.act == "rate" and "rating" in facts:
        said = tr("cases.step.rated", rating=tr(f"case.rating.{facts['rating']}"))
    elif step.act == "close" and facts.get("outcome"):
        said = tr("cases.step.closed_as", outcome=tr(f"case.outcome.{facts['outcome']}"))
    return tr("cases.step.why", what=said, why=step.reason) if step.reason else said


def _facts(visit: Visit, step: Step, offices: Mapping[str, str]) -> dict[str, object]:
    facts: dict[str, object] = dict(step.facts)
    for name in ("from", "to"):
        if name in facts:
            facts[name] = offices.get(str(facts[name]), str(facts[name]))
    if "until" in facts:
        facts["until"] = str(facts["until"])[:10]
    return {"officer": "", "to": "", "until": "", "belongs": "", "case": "", **facts}
